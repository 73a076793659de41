"""Desks that decide a comparison: hours that are paid and not used, and desks that cannot answer all cases."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from equitysim.measures.money import discounted_time
from equitysim.measures.text import harmless
from equitysim.measures.words import interval, unit_heading, value
from equitysim.plan import OVERRUN, UNDERUSED
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import Estimate, FloatArray, paired
from equitysim.statistics.money import DeskUse, desk_uses, used_shares
from equitysim.statistics.outcome import PolicyOutcome
from equitysim.statistics.why import books_in, seed_persons

IN_NET_VALUE: Final = frozenset({"net_value", "net_value_total"})
"""Decision measures from which the hours of desks are taken."""


class UnusedHours(NamedTuple):
    """What a policy pays for desk hours in which nobody is served, at desks used less than ``plan.UNDERUSED``.

    Said where it decides: ``difference`` of ``policy`` to ``against`` in the decision measure, and ``without`` what
    neither pays for such hours. ``cost``: mean under ``policy``; all in ``unit``. ``text``: the same for people.
    """

    policy: str
    against: str
    desks: tuple[str, ...]
    cost: float
    difference: Estimate
    without: Estimate
    unit: str
    text: str


class OverrunDesk(NamedTuple):
    """A desk that is used more than ``plan.OVERRUN`` under a policy. ``text``: what that means, for people."""

    policy: str
    desk: str
    text: str


DeskNote = UnusedHours | OverrunDesk


def desk_notes(comparison: Comparison) -> tuple[DeskNote, ...]:
    """What must be said of desks beside the verdict, in the order of the policies; nothing without books."""
    if len(comparison.policies) < 2 or not all(outcome.books for outcome in comparison.policies):
        return ()
    uses = {outcome.name: desk_uses(comparison, outcome) for outcome in comparison.policies}
    return tuple(note for outcome in comparison.policies for note in _notes(comparison, outcome, uses))


def _notes(
    comparison: Comparison, outcome: PolicyOutcome, uses: dict[str, tuple[DeskUse, ...]]
) -> list[UnusedHours | OverrunDesk]:
    own = uses[outcome.name]
    overrun = [_overrun(use) for use in own if use.utilisation.mean > OVERRUN]
    references = dict.fromkeys([comparison.verdict.best, comparison.baseline])
    for reference in references:
        if reference is not None and reference != outcome.name:
            found = _unused(comparison, outcome, comparison.policy(reference), own)
            if found is not None:
                return [found, *overrun]
    return [*overrun]


def _unused(
    comparison: Comparison, ours: PolicyOutcome, theirs: PolicyOutcome, uses: Sequence[DeskUse]
) -> UnusedHours | None:
    """The note, if ``ours`` is behind ``theirs`` by the cost of its unused hours."""
    context = comparison.context
    if context.measure not in IN_NET_VALUE:
        return None
    cost, other = unused_cost(comparison, ours), unused_cost(comparison, theirs)
    values, others = ours.sample(context.measure), theirs.sample(context.measure)
    difference = paired(values, others, context.confidence)
    without = paired(values + cost, others + other, context.confidence)
    mean = float(np.mean(cost))
    if not (mean > 0.0 and turns(difference.mean, without.mean, context.matters)):
        return None
    under = [use for use in uses if use.utilisation.mean < UNDERUSED]
    unit = context.units[context.measure]
    told = unit_heading(unit, difference=True).replace("/person", " per person")
    named = " and ".join(f"the desk {_quoted(use.desk)} in {value(use.utilisation.mean, 'share')} %" for use in under)
    text = (
        f"{_quoted(ours.name)} uses {named} of the paid hours, and the unused hours cost {value(mean, unit)} {told}. "
        f"Without the cost of unused hours, its difference to {_quoted(theirs.name)} would be "
        f"{interval(*without[:3], unit)} instead of {interval(*difference[:3], unit)}. "
        "Longer waits with fewer hours are not in this."
    )
    return UnusedHours(ours.name, theirs.name, tuple(use.desk for use in under), mean, difference, without, unit, text)


def turns(difference: float, without: float, matters: float) -> bool:
    """Whether a policy that is behind would be ahead, or no longer behind by what matters; a change that is itself
    smaller than what matters turns nothing."""
    if not (difference < 0.0 and without - difference >= matters):
        return False
    return without > 0.0 or difference < -matters <= without


def unused_cost(comparison: Comparison, outcome: PolicyOutcome) -> FloatArray:
    """What a policy pays, per replication and in the decision measure's unit, for hours in which nobody is served, at
    its desks that are used less than ``plan.UNDERUSED`` on average; discounted to the start."""
    context, kept = comparison.context, books_in(outcome)
    paid = np.zeros(len(kept))
    for place, crew in enumerate(kept[0].crews):
        shares = used_shares(comparison, outcome, place)
        if crew.used and shares.mean() < UNDERUSED:
            days = np.array([discounted_time(books.owed.discount, context.horizon_days) for books in kept])
            paid += (1.0 - shares) * crew.agents * crew.hours / 7.0 * crew.cost_per_hour * days
    if context.measure == "net_value_total":
        return paid * context.scale
    return paid / seed_persons(comparison)


def _overrun(use: DeskUse) -> OverrunDesk:
    policy, desk = _quoted(use.policy), _quoted(use.desk)
    text = (
        f"The desk {desk} of {policy} is busy {value(use.utilisation.mean, 'share')} % of its paid hours: "
        f"{value(use.abandoned.mean, 'share')} % of its cases are not answered, and the others wait "
        f"{value(use.wait.mean, 'days')} days on average. More hours or agents may change where {policy} stands."
    )
    return OverrunDesk(use.policy, use.desk, text)


def _quoted(name: str) -> str:
    return f"'{harmless(name)}'"
