"""The figures of a comparison: their names, their order, and which of them there are."""

from typing import Final

from equitysim.arguments import named
from equitysim.errors import UsageError
from equitysim.figures.data.budget import desks, frontier, payback, spend_by_quarter
from equitysim.figures.data.comparison import by_policy, over_time, sources_by_policy
from equitysim.figures.data.reasons import gains, waterfall
from equitysim.figures.data.shapes import (
    Blocks,
    ByPolicy,
    Frontier,
    OverTime,
    Panels,
    Payback,
    Sources,
    Waterfall,
)
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.money import money
from equitysim.statistics.why import why

KINDS: Final = {
    "value": "value_by_policy",
    "referrals": "referrals_by_policy",
    "equity": "equity_over_time",
    "active": "active_customers_over_time",
    "sources": "five_sources",
    "waterfall": "waterfall",
    "gains": "who_gains",
    "quarters": "spend_by_quarter",
    "payback": "payback",
    "frontier": "value_over_spend",
    "desks": "desks",
}
"""The figures of a comparison, in the order they are told, and the names of their files."""

FROM_BOOKS: Final = frozenset({"waterfall", "gains", "quarters", "payback", "frontier", "desks"})
"""Those made from the runs' books."""

AGAINST_ANOTHER: Final = frozenset({"waterfall", "gains", "payback", "frontier"})
"""Those that need a policy beside the baseline."""

OfComparison = ByPolicy | OverTime | Sources | Waterfall | Blocks | Payback | Frontier | Panels


def kinds_of(comparison: Comparison) -> tuple[str, ...]:
    """Which of :data:`KINDS` there is something to draw for: some need books, differences two policies, desks one in
    use."""
    kept = all(outcome.books for outcome in comparison.policies)
    several = len(comparison.policies) > 1
    staffed = any(crew.used for outcome in comparison.policies for books in outcome.books[:1] for crew in books.crews)
    without = (set() if kept else FROM_BOOKS) | (set() if several else AGAINST_ANOTHER)
    return tuple(kind for kind in KINDS if kind not in without and (staffed or kind != "desks"))


def of_comparison(comparison: Comparison, kind: str) -> OfComparison:
    """What one of :data:`KINDS` draws of a comparison. Raises UsageError for another kind, or for one that this
    comparison has nothing for (:func:`kinds_of`)."""
    named("figure", kind, KINDS)
    if kind not in kinds_of(comparison):
        raise UsageError(f"this comparison has nothing to draw for '{kind}'")
    match kind:
        case "value":
            return by_policy(comparison, comparison.context.measure)
        case "referrals":
            return by_policy(comparison, "referrals")
        case "equity":
            return over_time(comparison, "equity_mean")
        case "active":
            return over_time(comparison, "active")
        case "sources":
            return sources_by_policy(comparison)
        case "waterfall":
            return waterfall(why(comparison), comparison.context)
        case "gains":
            return gains(why(comparison), comparison.context)
        case "quarters":
            return spend_by_quarter(money(comparison), comparison)
        case "payback":
            return payback(money(comparison), comparison)
        case "frontier":
            return frontier(money(comparison), comparison)
    return desks(money(comparison), comparison)
