"""The decision as text: the verdict, where each policy stands, and what the chances beside it mean."""

import math
from collections.abc import Sequence

from equitysim.cli.table import Column, table, wrap
from equitysim.digits import rounded
from equitysim.figures.names import plain
from equitysim.measures.registry import MEASURES
from equitysim.measures.words import chance, duration, interval, percent, share, unit_heading, value
from equitysim.statistics.by_person import MEASURE as BY_PERSON
from equitysim.statistics.by_person import ByPerson
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.horizons import Horizons
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.outcome import Context
from equitysim.statistics.selection import CAP
from equitysim.statistics.verdict import Standing, Verdict

REMAINS = "*"


def verdict_lines(decision: Decision, columns: int) -> list[str]:
    """The first thing ``compare`` says: the verdict, and the desks that bear on it."""
    answer = [decision.comparison.verdict.text, *(note.text for note in decision.desk_notes)]
    return [line for text in answer for line in wrap(plain(text), columns)]


def decision_lines(comparison: Comparison, columns: int) -> list[str]:
    """Where each policy stands against the best of the others, with the two chances of being best."""
    verdict, context = comparison.verdict, comparison.context
    if len(verdict.standings) < 2:
        return []
    unit = context.units[verdict.measure]
    standings = [verdict.standing(outcome.name) for outcome in comparison.policies]
    names = [standing.policy for standing in standings]
    shown = [
        Column(
            ("against the best other", unit_heading(unit, difference=True)),
            tuple(_against(standing, unit, standing.policy in verdict.set) for standing in standings),
        ),
        Column(("best mean", "chance"), tuple(chance(standing.p_best_mean) for standing in standings)),
        Column(("best in", "futures"), tuple(share(standing.share_of_futures_best) for standing in standings)),
    ]
    return [
        *wrap(f"The decision, in {MEASURES[verdict.measure].label}. {_intervals(comparison)}", columns),
        *table("policy", names, shown, columns),
        *(line for said in _legend(comparison) for line in wrap(said, columns, "  ")),
    ]


def by_person_lines(comparison: Comparison, columns: int) -> list[str]:
    """The finer estimate where nothing couples the customers, beside the paired one; else what couples them."""
    if not comparison.by_person:
        return []
    unit = comparison.context.units[BY_PERSON]
    lines = wrap(
        f"Difference to the baseline in {MEASURES[BY_PERSON].label}, {unit_heading(unit)}, person by person: where "
        "nothing couples the customers, each seed person with all descendants is a comparison of its own.",
        columns,
    )
    for row in comparison.by_person:
        lines += wrap(f"- {plain(row.policy)}: {_by_person(row, comparison, unit)}", columns, "  ")
    return lines


def _by_person(row: ByPerson, comparison: Comparison, unit: str) -> str:
    if row.estimate is None:
        return f"not offered; {_joined(row.coupled_by)}"
    paired = comparison.difference(row.policy, BY_PERSON)
    return (
        f"{_difference(row.estimate, unit)} from {row.estimate.n:,} persons; by replications "
        f"{_difference(paired, unit)}"
    )


def _joined(reasons: Sequence[str]) -> str:
    if not reasons:
        return "it has other seed persons than the baseline"
    return f"customers meet through {', '.join(plain(reason) for reason in reasons)}"


def horizon_lines(horizons: Horizons, context: Context, columns: int) -> list[str]:
    """The verdict at the other horizons, and what is earned beyond the scenario's own."""
    own = horizons.verdict
    lines = ["Other horizons"]
    for one in horizons.at:
        if one.days != horizons.stated:
            said = "the same verdict. " if _alike(one.verdict, own) else ""
            lines += wrap(f"- {duration(one.days)}: {said}{plain(one.verdict.text)}", columns, "  ")
    beyond = horizons.residual
    unit = context.units["net_value"]
    lines += wrap(
        f"Residual value, not in net value: earned from {duration(beyond.from_days)} to {duration(beyond.to_days)}, "
        f"{unit_heading(unit)} of the horizon, newcomers included, with {percent(context.confidence)} t intervals.",
        columns,
    )
    names = [policy.policy for policy in beyond.policies]
    shown = [
        Column(
            ("residual value", unit_heading(unit)), tuple(value(policy.value.mean, unit) for policy in beyond.policies)
        ),
        Column(
            ("difference to baseline", unit_heading(unit)),
            tuple(
                "baseline" if policy.policy == horizons.baseline else _difference(policy.difference, unit)
                for policy in beyond.policies
            ),
        ),
    ]
    return lines + table("policy", names, shown, columns)


def _alike(one: Verdict, other: Verdict) -> bool:
    return (one.status, set(one.set)) == (other.status, set(other.set))


def _difference(gap: Estimate, unit: str) -> str:
    return interval(gap.mean, gap.low, gap.high, unit)


def _against(standing: Standing, unit: str, remains: bool) -> str:
    return f"{interval(*standing.against_others, unit)} {REMAINS if remains else ' '}"


def _intervals(comparison: Comparison) -> str:
    """How the simultaneous intervals are to be read, and how many replications stand behind them."""
    verdict, context = comparison.verdict, comparison.context
    if verdict.procedure is None:
        return "One replication, so no intervals."
    better = "less" if MEASURES[verdict.measure].better < 0 else "more"
    if context.first_stage is None:
        count = f"{context.replications} replications, as asked for"
        if verdict.needed is not None and verdict.needed != context.replications:
            count += f" ({verdict.needed} would do)" if verdict.needed < context.replications else ""
    elif context.replications >= CAP:
        count = f"{context.replications} replications, the most it takes by itself"
    elif context.replications > context.first_stage:
        count = f"{context.replications} replications, as many as it asked for after {context.first_stage}"
    else:
        enough = (
            "which was enough" if context.matters > 0.0 else "since it cannot ask for more where everything matters"
        )
        count = f"{context.replications} replications, its first stage, {enough}"
    return (
        f"Each policy against the best of the others, + is better ({better} of it). The intervals hold for all "
        f"policies at once with {percent(context.confidence)} confidence: one that begins at 0 says that no other is "
        f"better, one that ends at 0 that some other is at least as good. Procedure {verdict.procedure}: {count}."
    )


def _legend(comparison: Comparison) -> list[str]:
    """What stands in the columns, in plain words: two chances that are easily confused."""
    verdict = comparison.verdict
    said = [
        f"{REMAINS} {'the best' if verdict.status == 'best' else 'still in the running: see the verdict'}",
        "best mean: the chance, given the simulation's own error, that the policy's mean is the best; more "
        "replications make it sure",
        f"best in futures: the share of {verdict.replications} replications, each one future of these customers, in "
        "which the policy comes out ahead; that is the firm's luck, and no replication takes it away",
        "what is not known of the world is in neither",
    ]
    return [*said, *_variance_reduction(comparison)]


def _variance_reduction(comparison: Comparison) -> list[str]:
    """What common random numbers gain on the decision measure."""
    measure = comparison.verdict.measure
    gains = [
        comparison.variance_reduction(outcome.name, measure)
        for outcome in comparison.policies
        if outcome.name != comparison.baseline
    ]
    finite = [gain for gain in gains if math.isfinite(gain)]
    if not finite:
        return []
    low, high = min(finite), max(finite)
    times = " to ".join(dict.fromkeys((rounded(low), rounded(high))))
    return [f"common random numbers: differences to the baseline vary {times} times less than with luck of their own"]
