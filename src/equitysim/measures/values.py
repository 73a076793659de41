"""Every measure of one run (model §9)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.codes import Counter, Kind, Rung, Stage
from equitysim.edges import before, reached
from equitysim.measures.exact import Exact, total
from equitysim.measures.ladder import counted, rungs, stages
from equitysim.measures.money import SPENT, desk_hours_cost, fixed_cost, kinds_total
from equitysim.measures.people import Mask, People, seed_persons
from equitysim.measures.registry import MEASURES, SOURCES
from equitysim.measures.sources import sources_of
from equitysim.measures.state import active, best, equity_at, segment_of
from equitysim.plan import YEAR, Parameters, Plan
from equitysim.result import Result

UNDEFINED = math.nan
BEST_SHARE = 0.2
MICRO = 1e6
ROUNDING = 1e-9
"""How much of the amounts a difference between them may be, and still be nothing but rounding."""
LIFETIME = ("ltv", "ltv_own", "ltv_referred")

Counts = npt.NDArray[np.int64]
Values = dict[str, float]


class Persons(NamedTuple):
    """How many people a per-person figure is divided by.

    ``seed``: entered other than by referral; ``fitting``: of those, early enough for the window of ``ltv`` to end by
    the horizon.
    """

    seed: int
    fitting: int


class Denominators(NamedTuple):
    """Seed persons of the baseline, in all and by segment: every policy is divided by the same, also one that
    switches sources."""

    everyone: Persons
    by_segment: tuple[Persons, ...]


class PerPerson(NamedTuple):
    """An amount that is told per person, before it is divided: ``by`` is the field of :class:`Persons` to divide by."""

    amount: float
    by: Literal["seed", "fitting"]


class Ratio(NamedTuple):
    """A measure that is a part of a whole, which differs from run to run: what holds over many runs is the ratio of
    the means of the two, not the mean of the ratios."""

    part: float
    whole: float

    @property
    def value(self) -> float:
        """In this run; NaN where there is no whole."""
        return self.part / self.whole if self.whole != 0 else UNDEFINED


Tallied = dict[str, float | PerPerson | Ratio]


@dataclass(frozen=True)
class Tally:
    """One run measured, before its per-person figures are divided by the baseline's seed persons: so that the policies
    of a replication can be run and measured apart.

    ``values``, ``by_segment``, ``stages``, ``rungs``: as in :class:`RunMeasures`. ``persons``: its own seed persons.
    """

    values: Tallied
    by_segment: tuple[Tallied, ...]
    persons: Denominators
    stages: Counts
    rungs: Counts


@dataclass(frozen=True)
class RunMeasures:
    """The measures of one run.

    ``values``: all of ``registry.MEASURES``; ``by_segment``: those defined by segment, in the plan's order of
    segments. NaN where undefined. ``ratios``: both sides of those in ``values`` that are ratios of what happened in the
    run. ``stages``, ``rungs``: simulated customers at the horizon by ``codes.Stage`` and
    ``codes.Rung``.
    """

    values: Values
    by_segment: tuple[Values, ...]
    ratios: Mapping[str, Ratio]
    stages: Counts
    rungs: Counts


class Group(NamedTuple):
    """Customers measured together.

    ``customers``: its own; ``family``: its seed persons and everybody descended from them; ``recruits``: whoever its
    customers referred; ``counts``: by ``codes.Counter``.
    """

    customers: People
    family: People
    recruits: People
    counts: Counts


def denominators_of(result: Result, plan: Plan) -> Denominators:
    """Seed persons of a run; the baseline's are everybody's denominators."""
    return _denominators(People(result.customers), plan)


def _denominators(customers: People, plan: Plan) -> Denominators:
    seeds = customers[seed_persons(customers, plan)]
    groups = range(len(plan.parameters.segments))
    return Denominators(
        everyone=_persons(seeds, plan.parameters),
        by_segment=tuple(_persons(seeds[seeds["segment"] == k], plan.parameters) for k in groups),
    )


def _persons(seeds: People, parameters: Parameters) -> Persons:
    fits = _fits(seeds, parameters)
    return Persons(len(seeds), int(np.count_nonzero(fits)))


def _fits(customers: People, parameters: Parameters) -> Mask:
    """Whose seed person's window ends by the horizon."""
    fits: Mask = ~before(parameters.horizon, customers["root_entered"] + parameters.ltv_window)
    return fits


def measure(result: Result, plan: Plan, denominators: Denominators) -> RunMeasures:
    """All measures of a run; those against a baseline stay NaN until :func:`against_baseline`.

    ``denominators`` are those of the baseline's run in the same replication.
    """
    return per_person(tally(result, plan), denominators)


def per_person(tallied: Tally, denominators: Denominators) -> RunMeasures:
    """The measures of a run, given the seed persons of the baseline's run in the same replication."""
    segments = zip(tallied.by_segment, denominators.by_segment, strict=True)
    return RunMeasures(
        values=_divided(tallied.values, denominators.everyone),
        by_segment=tuple(_divided(values, persons) for values, persons in segments),
        ratios={name: value for name, value in tallied.values.items() if isinstance(value, Ratio)},
        stages=tallied.stages,
        rungs=tallied.rungs,
    )


def _divided(values: Tallied, persons: Persons) -> Values:
    def divided(value: float | PerPerson | Ratio) -> float:
        ratio = Ratio(value.amount, getattr(persons, value.by)) if isinstance(value, PerPerson) else value
        return ratio.value if isinstance(ratio, Ratio) else ratio

    return {name: divided(value) for name, value in values.items()}


def tally(result: Result, plan: Plan) -> Tally:
    """A run measured, per-person figures not yet divided. Totals and counts of people, touches and referrals are
    multiplied by ``plan.scale``.
    """
    parameters = plan.parameters
    customers = People(result.customers)
    everyone = Group(customers, customers, customers[customers["generation"] > 0], result.counts.sum(axis=0))
    measured: Tallied = {
        **_money(customers, plan),
        **_behaviour(everyone, plan),
        "desk_wait_mean": Ratio(int(result.desks["wait_micro"].sum()) / MICRO, int(result.desks["served"].sum())),
    }
    return Tally(
        values={name: measured.get(name, UNDEFINED) for name in MEASURES},
        by_segment=tuple(_behaviour(group, plan) for group in _by_segment(customers, result.counts, plan)),
        persons=_denominators(customers, plan),
        stages=counted(stages(customers, parameters, parameters.horizon), Stage),
        rungs=counted(rungs(customers, parameters, parameters.horizon), Rung),
    )


def against_baseline(values: Mapping[str, float], baseline: Mapping[str, float]) -> dict[str, Ratio]:
    """Both sides of ``roi`` and ``cost_per_value`` of a policy against the baseline of the same replication.

    A difference that is no more than rounding is 0: what a policy without any effect gains before its spend is not a
    billionth of either's value.
    """
    spent = values["spend"] - baseline["spend"]
    gained = values["net_value"] - baseline["net_value"]
    size = ROUNDING * math.fsum(abs(one[name]) for one in (values, baseline) for name in ("spend", "net_value"))
    before_spend = gained + spent
    return {
        "roi": Ratio(gained, spent if abs(spent) > size else 0.0),
        "cost_per_value": Ratio(spent, before_spend if abs(before_spend) > size else 0.0),
    }


def where_spend_rose(ratios: Mapping[str, Ratio]) -> Values:
    """The values of :func:`against_baseline` in one replication: NaN where spend did not rise."""
    rose = ratios["roi"].whole > 0.0
    return {name: ratio.value if rose else UNDEFINED for name, ratio in ratios.items()}


def _by_segment(customers: People, counts: Counts, plan: Plan) -> list[Group]:
    """One group per segment. Descendants belong to their seed person's segment, recruits to their referrer's."""
    own = customers["segment"]
    descended = customers["generation"] > 0
    referred = customers[descended]
    family = own.copy()
    family[descended], recruits = np.split(
        segment_of(np.concatenate([referred["root"], referred["referrer"]]), customers), 2
    )
    return [
        Group(
            customers[own == k],
            customers[family == k],
            referred[recruits == k],
            counts[k],
        )
        for k in range(len(plan.parameters.segments))
    ]


def _money(customers: People, plan: Plan) -> Tallied:
    """Measures that hold costs of the policy as a whole, so of nobody's segment."""
    horizon = plan.parameters.horizon
    owed = desk_hours_cost(plan, horizon) + fixed_cost(plan, horizon)
    net = kinds_total(customers, tuple(Kind)) - owed
    return {
        "net_value": PerPerson(net, "seed"),
        "net_value_total": net * plan.scale,
        "spend": PerPerson(owed - kinds_total(customers, SPENT), "seed"),
    }


def _behaviour(group: Group, plan: Plan) -> Tallied:
    """Measures that are defined for any group of customers."""
    counts = {counter: int(group.counts[counter]) for counter in Counter}
    parameters = plan.parameters
    living = active(group.customers, parameters, parameters.horizon)
    balances = equity_at(group.customers, parameters, parameters.horizon)[living]
    recruited = reached(group.recruits["entered"], 0.0) & (group.recruits["orders"] > 0)
    return {
        **_lifetime_value(group, parameters),
        **{name: PerPerson(amount, "seed") for name, amount in zip(SOURCES, sources_of(group.family), strict=True)},
        "referrals": counts[Counter.REFERRALS] * plan.scale,
        "referred_customers": int(np.count_nonzero(recruited)) * plan.scale,
        "retention_12m": _retention(group.customers),
        "active_end": int(np.count_nonzero(living)) * plan.scale,
        "share_won": Ratio(counts[Counter.OCCASIONS_WON], counts[Counter.OCCASIONS]),
        "second_purchase_rate": _second_purchase_rate(group.customers, parameters.horizon),
        "equity_mean": Ratio(total(balances), balances.size),
        "complaints": Ratio(100.0 * counts[Counter.COMPLAINTS], counts[Counter.ORDERS]),
        "recovered_share": Ratio(counts[Counter.RECOVERED], counts[Counter.KNOWN_FAILURES]),
        "refused": (counts[Counter.REFUSED_BUDGET] + counts[Counter.REFUSED_AT_MOST]) * plan.scale,
        "opt_outs": counts[Counter.OPT_OUTS] * plan.scale,
        "top20_margin_share": _best_share(group.customers),
    }


def _lifetime_value(group: Group, parameters: Parameters) -> Tallied:
    fitting = group.family[_fits(group.family, parameters)]
    referred, ltv = fitting["generation"] > 0, fitting["ltv"]
    parts = Exact(np.array([ltv, np.where(referred, 0.0, ltv), np.where(referred, ltv, 0.0)])).totals()
    return {name: PerPerson(part, "fitting") for name, part in zip(LIFETIME, parts, strict=True)}


def _retention(customers: People) -> Ratio:
    observed = ~np.isnan(customers["kept"])
    return Ratio(total(customers["kept"][observed]), total(customers["begun"][observed]))


def _second_purchase_rate(customers: People, horizon: float) -> Ratio:
    first = customers["first_order"]
    observed = reached(first, 0.0) & ~before(horizon, first + YEAR)
    again = observed & (customers["orders"] >= 2) & before(customers["second_order"], first + YEAR)
    return Ratio(int(np.count_nonzero(again)), int(np.count_nonzero(observed)))


def _best_share(customers: People) -> Ratio:
    """Of those who bought from t = 0 on; earlier margin is not counted, so earlier buyers would only dilute."""
    buyers = (customers["orders"] > 0) & reached(customers["last_order"], 0.0)
    ledger = customers["ledger"]
    margin = (ledger[:, Kind.MARGIN] + ledger[:, Kind.PREMIUM])[buyers]
    return Ratio(total(margin[best(margin, BEST_SHARE)]), total(margin))
