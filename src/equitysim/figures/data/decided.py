"""The figures of a whole decision: their names, their order, and what each draws."""

from typing import Final

from equitysim.figures.data.common import baseline_place
from equitysim.figures.data.decision import horizons, tornado, verdict
from equitysim.figures.data.kinds import KINDS, OfComparison, kinds_of, of_comparison
from equitysim.figures.data.shapes import Horizons, Interval, Panel, Panels, Swing, Tornado, Verdict
from equitysim.measures.words import duration, percent
from equitysim.statistics.decision import Decision
from equitysim.statistics.intervals import UNDEFINED
from equitysim.statistics.meter import Advantage, Bar, End, Meter
from equitysim.statistics.worlds import CLEAR, Figure

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
    ``horizons`` the verdict at other horizons, ``tornado`` an assumption that moves the lead it is drawn of by more
    than the simulation's error.
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


def rival(meter: Meter) -> str:
    """Against whom the leader's advantage is told: the baseline, or the runner-up where the baseline leads."""
    return meter.runner_up if meter.leader == meter.question.baseline else meter.question.baseline


def advantage(meter: Meter, end: End) -> Advantage:
    """The leader's advantage over its :func:`rival` at one end of a number's range."""
    return end.over_runner_up if meter.leader == meter.question.baseline else end.over_baseline


def moving(meter: Meter) -> tuple[Bar, ...]:
    """Those of the numbers shown that move the leader's advantage over its rival beyond the simulation's error."""
    return tuple(
        bar for bar in meter.shown if not all(advantage(meter, end).within_noise for end in (bar.low, bar.high))
    )


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
    base = meter.over_runner_up if meter.leader == meter.question.baseline else meter.over_baseline
    drawn = tornado(
        decision.comparison.context, meter.leader, rival(meter), base, [_swing(meter, bar) for bar in shown]
    )
    within = f". Left out: {left_out} within the simulation's error" if left_out else ""
    return drawn._replace(
        subtitle=f"{drawn.subtitle}{within}",
        axis=drawn.axis.replace("difference in", "lead in", 1),
    )


def _swing(meter: Meter, bar: Bar) -> Swing:
    low, high = (advantage(meter, end).value for end in (bar.low, bar.high))
    return Swing(bar.path, bar.low.text, bar.high.text, low, high, bar.range_from == "uncertain")


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
        rows = tuple(_share(name, *shares.get(name, Figure(UNDEFINED, UNDEFINED))) for name in names)
        panels.append(Panel("best in worlds", f"% of {worlds.design.worlds:,} worlds", rows, 100.0))
    spread = f"; bars: {CLEAR:g} standard errors either way, where there is one" if worlds is not None else ""
    return Panels(
        title="Three chances of being the best" if worlds is not None else "Two chances of being the best",
        subtitle=f"{context.scenario.name}; {duration(context.horizon_days)}; verdict with "
        f"{percent(found.confidence)} confidence{spread}",
        labels=tuple(names),
        looks=tuple(range(len(names))),
        panels=tuple(panels),
        baseline=baseline_place(comparison),
    )


def _share(label: str, share: float, error: float = 0.0) -> Interval:
    """In per cent, with bounds where there is an error."""
    if not error > 0.0:
        return Interval(label, share * 100.0, UNDEFINED, UNDEFINED)
    low, high = max(share - CLEAR * error, 0.0), min(share + CLEAR * error, 1.0)
    return Interval(label, share * 100.0, low * 100.0, high * 100.0)
