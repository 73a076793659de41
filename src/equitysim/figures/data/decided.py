"""The figures of a whole decision: their names, their order, and what each draws."""

from typing import Final

from equitysim.figures.data.common import baseline_place
from equitysim.figures.data.decision import horizons, tornado, verdict
from equitysim.figures.data.kinds import KINDS, OfComparison, kinds_of, of_comparison
from equitysim.figures.data.shapes import Horizons, Interval, Panel, Panels, Swing, Tornado, Verdict
from equitysim.measures.words import duration, percent
from equitysim.statistics.decision import Decision
from equitysim.statistics.intervals import UNDEFINED
from equitysim.statistics.meter import Bar, Meter
from equitysim.statistics.unknowns import Share

_WHY: Final = ("waterfall", "sources", "gains", "quarters", "payback", "frontier", "desks")

FIGURES: Final = {
    "verdict": "verdict",
    "horizons": "horizons",
    **{kind: KINDS[kind] for kind in _WHY},
    "tornado": "tornado",
    **{kind: name for kind, name in KINDS.items() if kind not in _WHY},
    "chances": "chances_of_being_best",
}
"""All figures of a decision, in the order they are told, and the names of their files: those of its comparison
(``KINDS``) and those that take more than one."""

OfDecision = OfComparison | Verdict | Horizons | Tornado
"""Whatever is drawn of a decision."""


def of_decision(decision: Decision) -> dict[str, OfDecision]:
    """Every figure that there is something to draw for: kind → what is drawn, in the order of :data:`FIGURES`.

    Those of the comparison are as in ``kinds_of``. ``verdict`` and ``chances`` need two policies and two replications,
    ``horizons`` the verdict at other horizons, ``tornado`` an assumption that moves the lead over the best of the
    others by more than the simulation's error.
    """
    comparison = decision.comparison
    drawn: dict[str, OfDecision] = {kind: of_comparison(comparison, kind) for kind in kinds_of(comparison)}
    if comparison.verdict.procedure is not None:
        drawn["verdict"] = _verdict(decision)
        drawn["chances"] = _chances(decision)
    if decision.horizons is not None:
        drawn["horizons"] = _horizons(decision)
    if decision.meter is not None and moving(decision.meter):
        drawn["tornado"] = _tornado(decision, decision.meter)
    return {kind: drawn[kind] for kind in FIGURES if kind in drawn}


def moving(meter: Meter) -> tuple[Bar, ...]:
    """Those of the numbers shown that move the lead over the best of the others beyond the simulation's error."""
    return tuple(bar for bar in meter.shown if not bar.within_noise)


def _verdict(decision: Decision) -> Verdict:
    comparison = decision.comparison
    found = comparison.verdict
    standings = [found.standing(outcome.name) for outcome in comparison.policies]
    return verdict(
        comparison.context,
        comparison.baseline,
        [(one.policy, one.against_others, one.policy in found.set) for one in standings],
    )


def _horizons(decision: Decision) -> Horizons:
    comparison, at = decision.comparison, decision.horizons.at if decision.horizons is not None else ()
    differences = {
        outcome.name: [
            (one.days, policy.difference) for one in at for policy in one.policies if policy.policy == outcome.name
        ]
        for outcome in comparison.policies
    }
    return horizons(comparison.context, comparison.baseline, {**differences, comparison.baseline: ()})


def _tornado(decision: Decision, meter: Meter) -> Tornado:
    shown = moving(meter)
    left_out = len(meter.shown) - len(shown)
    drawn = tornado(
        decision.comparison.context, meter.leader, meter.runner_up, meter.over_runner_up, list(map(_swing, shown))
    )
    within = f". Left out: {left_out} within the simulation's error" if left_out else ""
    return drawn._replace(
        title=f"What moves the lead of {meter.leader} over the best of the others",
        subtitle=f"{drawn.subtitle}. Below 0 another policy is the best{within}",
        axis=drawn.axis.replace("difference in", "lead in", 1),
    )


def _swing(bar: Bar) -> Swing:
    low, high = bar.low, bar.high
    return Swing(bar.path, low.text, high.text, low.lead.value, high.lead.value, bar.range_from == "uncertain")


def _chances(decision: Decision) -> Panels:
    """Three chances of being best, which belong to three spreads."""
    comparison, worlds = decision.comparison, decision.worlds
    context, found = comparison.context, comparison.verdict
    names = [outcome.name for outcome in comparison.policies]
    standings = [found.standing(name) for name in names]
    panels = [
        Panel(
            "its mean is the best", "chance, %", tuple(_share(one.policy, one.p_best_mean) for one in standings), 100.0
        ),
        Panel(
            "best in futures",
            f"% of {found.replications:,} futures",
            tuple(_share(one.policy, one.share_of_futures_best) for one in standings),
            100.0,
        ),
    ]
    if worlds is not None:
        shares = {policy.name: policy.share_best for policy in worlds.policies}
        rows = tuple(_in_worlds(name, shares.get(name)) for name in names)
        panels.append(Panel("best in worlds", f"% of {worlds.design.worlds:,} worlds", rows, 100.0))
    spread = "; bars: where the share of all possible worlds lies" if worlds is not None else ""
    return Panels(
        title="Three chances of being the best" if worlds is not None else "Two chances of being the best",
        subtitle=f"{context.scenario.name}; {duration(context.horizon_days)}; verdict with "
        f"{percent(found.confidence)} confidence{spread}",
        labels=tuple(names),
        looks=tuple(range(len(names))),
        panels=tuple(panels),
        baseline=baseline_place(comparison),
    )


def _share(label: str, share: float) -> Interval:
    """In per cent."""
    return Interval(label, share * 100.0, UNDEFINED, UNDEFINED)


def _in_worlds(label: str, found: Share | None) -> Interval:
    """In per cent, with bounds; undefined of a policy that is left out."""
    if found is None:
        return _share(label, UNDEFINED)
    return Interval(label, *(100.0 * number for number in (found.value, found.low, found.high)))
