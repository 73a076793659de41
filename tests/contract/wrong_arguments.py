"""Wrong calls of every public function, each with words that its refusal must contain.

``shop`` is a scenario with the policies ``today``, ``reward``, ``recover`` and ``no flyers``; ``study`` the path of a
study, ``inline`` the same as a mapping; ``ran``, ``compared``, ``decided``, ``swept``, ``analysed`` and ``best`` are
results.
"""

from typing import NamedTuple


class WrongCall(NamedTuple):
    """A call as it would be typed, and words of the refusal."""

    call: str
    words: str


TABLE = """
es.load(None)                                               | source must be the path
es.load(3)                                                  | source must be the path
es.load("")                                                 | source must be the path
es.load(["shop.yaml"])                                      | source must be the path
es.load(b"shop.yaml")                                       | source must be the path
es.load("nowhere.yaml")                                     | nowhere.yaml:1:1: error: (file): does not exist
es.load("no\\0where.yaml")                                  | source must be the path
es.load("format: 1\\nhorizon: 3 years")                     | a text is the path of a file
es.load({"format": 1, "horizn": "1 year"})                  | horizn: unknown key (did you mean 'horizon'?)
es.load({"format": 1, "horizon": 700})                      | horizon: '700' has no unit
es.load({"format": 2})                                      | format: format '2' is not known
es.load({"format": True})                                   | format: format 'true'
es.load({"format": 1, "existing": {"count": 1.5}})          | existing.count: '1.5' is not a whole number
es.load({"format": 1, "existing": {"count": True}})         | existing.count: 'true' is not a number
es.load({"format": 1, "existing": {"count": nan}})          | existing.count: nan is not a finite number
es.load({"format": 1, "existing": {"count": inf}})          | existing.count: inf is not a finite number
es.load({"format": 1, "existing": {"count": 2**70}})        | existing.count: '1180591620717411303424' is too large
es.load({"format": 1, "existing": {"count": pd.NA}})        | existing.count: <NA> is no value
es.load({"format": 1, "existing": {"count": None}})         | existing.count: has no value
es.load({"format": 1, "existing": {"count": [1]}})          | existing.count: must be a whole number, not a list
es.load({"format": 1, "existing": {"count": {"a": 1}}})     | existing.count: must be a whole number, not a mapping
es.load({"format": 1, "existing": {"count": 1j}})           | existing.count: 1j is no value
es.load({"format": 1, "existing": 5})                       | existing: must be a mapping
es.load({"format": 1, "name": nan})                         | name: nan is not a finite number
es.load({"format": 1, "name": b"shop"})                     | name: b'shop' is no value
es.load({"format": 1, "name": object})                      | name: <class 'object'> is no value
es.load({"format": 1, "start": pd.NaT})                     | start: NaT is no value
es.load({"format": 1, "start": np.datetime64("NaT")})       | start:
es.load({"format": 1, "start": 2027})                       | start: '2027' is not a date
es.load({"format": 1, "start": pd.Timestamp("2027-05-01 10:00")})    | start: Timestamp(
es.load({"format": 1, "start": pd.Timestamp("2027-05-01", tz="UTC")}) | is not a day
es.load({"format": 1, "horizon": np.timedelta64(3, "Y")})   | horizon: np.timedelta64(3,'Y') has no length in days
es.load({"format": 1, "horizon": datetime.timedelta(days=-1)}) | horizon: -1 day
es.load({"format": 1, "policies": {"today": {"welcome"}}})  | policies.today: {'welcome'} is no value
es.load({"format": 1, "policies": {"today": "welcome"}})    | policies.today: must be a list
es.load({"format": 1, "policies": {"today": ["welcome"]}})  | policies.today[0]: there is no program
es.load({"format": 1, "seasonality": np.ones(11)})          | seasonality: has 11 indices
es.load({"format": 1, ("horizon",): "1 year"})              | ('horizon',) is no key
es.load({"format": 1, "extends": "nowhere.yaml"})           | extends: there is no file "nowhere.yaml"
es.load({"format": 1, "extends": "/etc/passwd"})            | extends: "/etc/passwd" is an absolute path
es.load(endless)                                            | nests too deep
es.load({"format": 1, "draws": range(30_000)})              | holds more than 20000 values
es.load(shop, layers="more.yaml")                           | layers must be a list of paths or mappings
es.load(shop, layers=3)                                     | layers must be a list
es.load(shop, layers=[3])                                   | layers[0] must be paths or mappings, not 3
es.load(shop, layers=[{"horizn": "1 year"}])                | horizn: unknown key
es.load(shop, settings="horizon=1 year")                    | settings must be a mapping
es.load(shop, settings=[("horizon", "1 year")])             | settings must be a mapping
es.load(shop, settings={3: 4})                              | a path of settings must be a text
es.load(shop, settings={"": 4})                             | a path of settings must be a text
es.load(shop, settings={"horizon": 3})                      | horizon: '3' has no unit
shop.changed({"failure.per_order": "700 %"})                | failure.per_order: 700 % is out of range
shop.changed({"failure.per_order": 2})                      | failure.per_order: '2' has no unit
shop.changed({"failure.per_order": np.float64("nan")})      | failure.per_order: nan is not a finite number
shop.changed({"failure.per_ordr": "2 %"})                   | did you mean 'per_order'?
shop.changed({"claims[7].by": 1})                           | there is no such item
shop.changed("failure.per_order=2 %")                       | settings must be a mapping
shop.changed({"segments.heavy.order.mean": pd.NA})          | <NA> is no value
shop.changed({"existing.count": "[1, 2"})                   | the bracket of line 1 is not closed
shop.model_copy(update={"horizon": 3.0})                    | scenario.changed
es.Scenario.model_validate(None)                            | source must be the path
es.Scenario.model_validate({"format": 1, "horizon": 5})     | horizon: '5' has no unit
es.run("shop.yaml", "today")                                | scenario must be an es.Scenario
es.run({"format": 1}, "today")                              | scenario must be an es.Scenario
es.run(None, "today")                                       | scenario must be an es.Scenario
es.run(bypassed, "today")                                   | failure.per_order
es.run(constructed, "today")                                | was changed without being checked
es.run(mutated, "today")                                    | policies.more
es.run(shop, "tody")                                        | there is no policy 'tody'; did you mean 'today'?
es.run(shop, None)                                          | there is no policy None; there are: today
es.run(shop, ["today"])                                     | there is no policy ['today']
es.run(shop, "today", seed=1.5)                             | seed must be a whole number from 0 to 92233720
es.run(shop, "today", seed=True)                            | seed must be a whole number
es.run(shop, "today", seed="1")                             | seed must be a whole number
es.run(shop, "today", seed=None)                            | seed must be a whole number
es.run(shop, "today", seed=nan)                             | seed must be a whole number
es.run(shop, "today", seed=-1)                              | seed must be a whole number
es.run(shop, "today", seed=2**70)                           | seed must be a whole number
es.run(shop, "today", seed=np.bool_(True))                  | seed must be a whole number
es.run(shop, "today", seed=np.array([1, 2]))                | seed must be a whole number
es.run(shop, "today", seed=pd.NA)                           | seed must be a whole number
es.run(shop, "today", replications=0)                       | replications must be a whole number from 1, not 0
es.run(shop, "today", replications=-1)                      | replications must be a whole number from 1, not -1
es.run(shop, "today", replications=2.5)                     | replications must be a whole number
es.run(shop, "today", replications="auto")                  | replications must be a whole number
es.run(shop, "today", replications=None)                    | replications must be a whole number
es.run(shop, "today", replications=2**70)                   | replications must be a whole number
es.run(shop, "today", customers=0)                          | customers must be a whole number from 1, not 0
es.run(shop, "today", customers=2.5)                        | customers must be a whole number
es.run(shop, "today", customers=inf)                        | customers must be a whole number
es.run(shop, "today", customers="20")                       | customers must be a whole number
es.run(shop, "today", engine="simpi")                       | there is no engine 'simpi'; did you mean 'simpy'?
es.run(shop, "today", engine=None)                          | there is no engine None
es.run(shop, "today", engine="compiled", processes=[watch]) | use engine='simpy'
es.run(shop, "today", processes=watch)                      | processes must be a list of functions
es.run(shop, "today", processes=[3])                        | processes[0] must be functions
es.run(shop, "today", processes=[watch], workers=2)         | your own processes cannot be sent
es.run(shop, "today", workers=0)                            | workers must be a whole number from 1
es.run(shop, "today", workers=1.5)                          | workers must be a whole number
es.run(shop, "today", workers="all")                        | workers must be a whole number
es.run(shop, "today", executor="threads")                   | there is no executor 'threads'
es.run(shop, "today", executor=None)                        | there is no executor None
es.run(shop, "today", watch=print)                          | watch must be an es.Watch
es.compare(shop, watch=None)                                | watch must be an es.Watch
es.decide(shop, watch=print)                                | watch must be an es.Watch
es.customers(shop, watch=3)                                 | watch must be an es.Watch
es.sweep(study, watch=print)                                | watch must be an es.Watch
es.optimise(study, watch=print)                             | watch must be an es.Watch
es.run(shop, "today", watch=es.Watch(progress=True))        | progress of watch must be a function
es.run(shop, "today", executor=3)                           | there is no executor 3
es.compare("shop.yaml")                                     | scenario must be an es.Scenario
es.compare(bypassed)                                        | failure.per_order
es.compare(shop, policies="today")                          | policies must be a list of names of policies, not 'today'
es.compare(shop, policies=["recovr"])                       | there is no policy 'recovr'; did you mean 'recover'?
es.compare(shop, policies=[3])                              | policies[0] must be names of policies, not 3
es.compare(shop, policies={"today": 1})                     | policies must be a list
es.compare(shop, replications="many")                       | replications must be a whole number from 1 or 'auto'
es.compare(shop, replications=0)                            | replications must be a whole number from 1 or 'auto'
es.compare(shop, replications=True)                         | replications must be a whole number
es.compare(shop, seed="one")                                | seed must be a whole number
es.compare(shop, customers=-5)                              | customers must be a whole number
es.compare(shop, workers=-1)                                | workers must be a whole number
es.decide(None)                                             | scenario must be an es.Scenario
es.decide(bypassed)                                         | failure.per_order
es.decide(shop, replications=0.5)                           | replications must be a whole number
es.decide(shop, seed=2**64)                                 | seed must be a whole number
es.decide(shop, customers="few")                            | customers must be a whole number
es.decide(shop, engine="fast")                              | there is no engine 'fast'; there are: auto
es.decide(shop, workers=0)                                  | workers must be a whole number
es.decide(shop, executor="dask:")                           | the address of a scheduler
es.customers("shop.yaml")                                   | scenario must be an es.Scenario
es.customers(bypassed)                                      | failure.per_order
es.customers(shop, "tody")                                  | did you mean 'today'?
es.customers(shop, ["today"])                               | there is no policy ['today']
es.customers(shop, replications="auto")                     | replications must be a whole number
es.customers(shop, "today", replications=0)                 | replications must be a whole number
es.customers(shop, seed=1.5)                                | seed must be a whole number
es.customers(shop, customers="20")                          | customers must be a whole number
es.customers(shop, "today", engine="fast")                  | there is no engine 'fast'
es.customers(shop, workers=0)                               | workers must be a whole number
es.trace("shop.yaml", "today", "best")                      | scenario must be an es.Scenario
es.trace(shop, "tody", "best")                              | did you mean 'today'?
es.trace(shop, "today", "bets")                             | there is no customer 'bets'; did you mean 'best'?
es.trace(shop, "today", -1)                                 | customer must be a whole number
es.trace(shop, "today", 1.5)                                | customer must be a whole number
es.trace(shop, "today", True)                               | customer must be a whole number
es.trace(shop, "today", None)                               | customer must be a whole number
es.trace(shop, "today", "best", against="recovr")           | did you mean 'recover'?
es.trace(shop, "today", "best", replication=-1)             | replication must be a whole number
es.trace(shop, "today", "best", replication="first")        | replication must be a whole number
es.trace(shop, "today", "best", seed=0.1)                   | seed must be a whole number
es.trace(shop, "today", "best", engine="fast")              | there is no engine 'fast'
es.sweep(None)                                              | study must be the path
es.sweep(3)                                                 | study must be the path
es.sweep("nowhere.yaml")                                    | does not exist
es.sweep(inline)                                            | a study without a file needs out
es.sweep({**inline, "replications": 2.5}, out=folder)       | replications: '2.5' is not a whole number
es.sweep({**inline, "replications": True}, out=folder)      | replications: 'true' is not a number
es.sweep({**inline, "scenario": {"format": 1, "horizon": 5}}, out=folder) | horizon: '5' has no unit
es.sweep({**inline, "scenario": "nowhere.yaml"}, out=folder) | there is no file "nowhere.yaml"
es.sweep({**inline, "scenario": bypassed}, out=folder)      | failure.per_order
es.sweep({**inline, "levers": {"failure.per_ordr": "2 % to 4 %"}}, out=folder) | did you mean 'per_order'?
es.sweep({**inline, "levers": {}, "uncertainties": {}}, out=folder) | varies nothing
es.sweep({**inline, "design": {"grd": 2}}, out=folder)      | did you mean 'grid'?
es.sweep({**inline, "design": {"grid": 0}}, out=folder)     | design.grid: 0 is out of range
es.sweep(study, out=3)                                      | out must be the path
es.sweep(study, out="")                                     | out must be the path
es.sweep(study, replications=0)                             | replications must be a whole number
es.sweep(study, seed="x")                                   | seed must be a whole number
es.sweep(study, customers=0.5)                              | customers must be a whole number
es.sweep(study, engine="fast")                              | there is no engine 'fast'
es.sweep(study, layers="layer.yaml")                        | layers must be a list
es.sweep(study, settings="horizon=1 year")                  | settings must be a mapping
es.sweep(study, settings={"horizon": 3})                    | horizon: '3' has no unit
es.sweep(study, workers=0)                                  | workers must be a whole number
es.sweep(study, also="parquet")                             | also must be a list
es.sweep(study, also=["parket"])                            | there is no format 'parket'; did you mean 'parquet'?
es.sweep(study, executor="cluster")                         | there is no executor 'cluster'
es.optimise(None)                                           | study must be the path
es.optimise(inline)                                         | a study without a file needs out
es.optimise(study, budget="much")                           | the budget 'much' is not a number
es.optimise(study, budget=-1)                               | budget must be an amount of money from 0, not -1
es.optimise(study, budget=nan)                              | the budget nan is not a finite number
es.optimise(study, budget=True)                             | the budget 'true' is not a number
es.optimise(study, budget=[900])                            | the budget [900] is no value
es.optimise(study, trials=0)                                | trials must be a whole number from 1
es.optimise(study, trials=1.5)                              | trials must be a whole number
es.optimise(study, trials="60")                             | trials must be a whole number
es.optimise(study, replications=-1)                         | replications must be a whole number
es.optimise(study, workers="all")                           | workers must be a whole number
es.analyse(None)                                            | store must be the path
es.analyse("nowhere")                                       | there is no
es.analyse(swept.folder, measure="net_vlaue")               | did you mean 'net_value'?
es.analyse(swept.folder, measure=3)                         | measure must be a name, not 3
es.analyse(swept.folder, over="failure.per_order")          | over must be a list of paths
es.analyse(swept.folder, over=("failure.per_order",))       | a map is over two parameters
es.analyse(swept.folder, over=("failure.per_ordr", "desks.care.agents")) | did you mean 'failure.per_order'?
es.analyse(swept.folder, over=(1, 2))                       | over[0] must be paths
es.plot(None)                                               | done must be what es.compare
es.plot(shop)                                               | done must be what es.compare
es.plot(compared, kind="valu")                              | there is no figure 'valu'; did you mean 'value'?
es.plot(compared, kind=3)                                   | kind must be the name of a figure, not 3
es.plot(compared, kind="map")                               | there is no figure 'map'
es.plot(analysed, kind="tornadoo")                          | did you mean 'tornado'?
es.plot(best, kind="value")                                 | there is no figure 'value'
compared.frame("valuess")                                   | there is no table 'valuess'; did you mean 'values'?
compared.frame(None)                                        | there is no table None
compared.table("customer")                                  | there is no table 'customer'
compared.summary("tody", "net_value")                       | did you mean 'today'?
compared.summary("today", "net_vlaue")                      | there is no measure 'net_vlaue'; did you mean 'net_value'?
compared.summary("today", None)                             | there is no measure None
compared.difference("recovr", "net_value")                  | did you mean 'recover'?
compared.difference("recover", "ltv_owm")                   | did you mean 'ltv_own'?
compared.policy("nobody")                                   | there is no policy 'nobody'
compared.variance_reduction("recover", "spent")             | did you mean 'spend'?
compared.verdict.standing("recovr")                         | did you mean 'recover'?
ran.summary("net_vlaue")                                    | did you mean 'net_value'?
ran.frame("differences")                                    | there is no table 'differences'
decided.frame("wrlds")                                      | there is no table 'wrlds'
decided.money.payback("recovr")                             | did you mean 'recover'?
swept.frame("vlaues")                                       | did you mean 'values'?
swept.table(3)                                              | there is no table 3
analysed.frame("standing")                                  | did you mean 'standings'?
analysed.responses.factor("failure.per_ordr")               | did you mean 'failure.per_order'?
best.frame("candidate")                                     | did you mean 'candidates'?
best.setting("today")                                       | one must be a candidate of this optimum, not 'today'
"""

WRONG_CALLS = tuple(
    WrongCall(*(part.strip() for part in line.rsplit(" | ", 1))) for line in TABLE.splitlines() if line.strip()
)
