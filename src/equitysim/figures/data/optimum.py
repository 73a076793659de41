"""What an optimisation tried, between value and spend."""

from typing import Final

from equitysim.figures.data.common import interval_of
from equitysim.figures.data.shapes import Dot, Place, Tradeoff
from equitysim.measures.registry import MEASURES
from equitysim.measures.words import duration, percent
from equitysim.statistics.optimum import Optimum

VALUE_AND_SPEND: Final = "value_and_spend"
"""Name of the figure's files."""


def of_optimum(found: Optimum) -> Tradeoff:
    """Every setting that was tried, the frontier of value against spend, the budget, and the best setting."""
    goal, best = found.goal, found.best
    policies = tuple(dict.fromkeys(one.policy for one in found.candidates))
    chosen = None
    if best is not None:
        set_to = (f"{'.'.join(path.split('.')[-2:])} {text}" for path, text in found.setting(best.candidate).items())
        label = ": ".join(filter(None, (best.candidate.policy, ", ".join(set_to))))
        place = Place(label, interval_of("spend", best.spend, 1.0), interval_of("value", best.difference, 1.0), True)
        chosen = (policies.index(best.candidate.policy), place)
    label = MEASURES[goal.measure].label
    return Tradeoff(
        title="What the settings bring and what they cost",
        subtitle=f"{found.study.name}; {duration(goal.horizon_days)}. Each mark is a setting in {goal.replications} "
        f"replications, means; with intervals ({percent(goal.confidence)}, from fresh replications) what was chosen. "
        "Joined: no other setting spends no more and is no worse",
        x_axis=f"spend in all, {goal.currency}, discounted",
        y_axis=f"{label} beyond {found.baseline} as it is, {goal.unit}",
        policies=policies,
        baseline=policies.index(found.baseline),
        dots=tuple(Dot(policies.index(one.policy), one.spend.mean, one.difference.mean) for one in found.candidates),
        edge=tuple((one.spend.mean, one.difference.mean) for one in found.frontier),
        limit=goal.budget,
        best=chosen,
    )
