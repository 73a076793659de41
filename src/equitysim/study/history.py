"""How many people must come for so many to be in force today: the history is simulated once to find out (model §8).

The history is the same under every policy, so the number is, too; and its luck is its own, not that of the runs, so
that it belongs to the scenario like a number written there.
"""

import math
from functools import lru_cache

import numpy as np

from equitysim.codes import Status
from equitysim.errors import CapError
from equitysim.plan import Plan, Program
from equitysim.study.coupling import couples
from equitysim.study.engine import simulate

PILOT = 40_000
"""People whose history is simulated: with half of them in force the number is known to half a per cent."""

TIMES = 20
"""The pilot is at most so many times the size of the run."""

PASSES = 3
"""Where people meet, how many are lost depends on how many there are: the number found is tried again."""

SEED = 0x70696C6F74
"""Of the pilot, whatever the runs are seeded with."""


def settled(plan: Plan) -> Plan:
    """The plan with as many existing people as it takes for the stated number to be in force at t = 0.

    A plan that states how many came is returned as it is. Raises ``errors.CapError`` where nobody who came is in force
    any more, or so few that more people must come than the caps allow.
    """
    place = next((k for k, source in enumerate(plan.sources) if source.active), None)
    if place is None:
        return plan
    return _with_people(plan, place, _people(_history(plan), place))


def _with_people(plan: Plan, place: int, people: int) -> Plan:
    sources = list(plan.sources)
    sources[place] = sources[place]._replace(people=people)
    return plan._replace(sources=tuple(sources))


def _history(plan: Plan) -> Plan:
    """What all policies have in common: the plan up to t = 0, without what only acts or costs later."""
    p = plan.parameters
    past = [k for k, program in enumerate(p.programs) if program.active_from < 0.0]
    streams = [p.programs[k].stream for k in past]
    programs = tuple(_of_past(p.programs[k], streams) for k in past)
    return plan._replace(
        parameters=p._replace(horizon=0.0, programs=programs),
        sources=tuple(source._replace(leads=0.0, cost=0.0, oversell=0.0) for source in plan.sources),
        desks=tuple(desk._replace(used=1) for desk in plan.desks),
        crises=tuple(crisis for crisis in plan.crises if crisis.time < 0.0),
        names=plan.names._replace(programs=tuple(plan.names.programs[k] for k in past)),
        policy="history",
        fixed_costs=0.0,
        setup_costs=0.0,
        scale=1.0,
    )


def _of_past(program: Program, streams: list[int]) -> Program:
    return program._replace(group=streams.index(program.stream), active_until=math.inf)


@lru_cache(maxsize=256)
def _people(history: Plan, place: int) -> int:
    """How many must come. ``history``: with a guess in place of it."""
    source = history.sources[place]
    if not couples(history):
        people = min(PILOT, TIMES * source.people)
        return _enough(source.active, _share(_with_people(history, place, people), place, 1))
    people = source.people
    for _ in range(PASSES):
        runs = min(TIMES, math.ceil(PILOT / people))
        people = _enough(source.active, _share(_with_people(history, place, people), place, runs))
    return people


def _enough(active: int, share: float) -> int:
    if share <= 0.0:
        raise CapError(
            "existing.active cannot be reached: nobody who came over the history is in force at its end; "
            "shorten existing.history, or lower equity.defection"
        )
    people = max(1, round(active / share))
    return people


def _share(history: Plan, place: int, runs: int) -> float:
    """Customers in force at t = 0 per person who came, those they referred among them."""
    source = history.sources[place]
    roomy = history._replace(
        max_customers=max(history.max_customers, TIMES * source.people), max_events=TIMES * history.max_events
    )
    in_force = 0
    for run in range(runs):
        people = simulate("compiled", roomy, SEED, run).customers
        roots = people["identity"][(people["generation"] == 0) & (people["source"] == place)]
        own = (people["status"] == Status.CUSTOMER) & np.isin(people["root"], roots)
        in_force += int(own.sum())  # integers
    return in_force / (runs * source.people)
