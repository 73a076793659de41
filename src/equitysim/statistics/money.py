"""Money in the owner's words: what is spent when, when it pays back, what it returns, how busy the desks are, what
limits refused.

A quarter is 365/4 days from the start, a month 365/12; neither follows the calendar's own months. Between reviews, at
which the series is taken, money is taken to flow evenly.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.arguments import named
from equitysim.codes import Counter
from equitysim.edges import periods, reached
from equitysim.measures.books import Books
from equitysim.measures.notebook import line
from equitysim.measures.values import ROUNDING
from equitysim.plan import MONTH, YEAR
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import UNDEFINED, Estimate, FloatArray, linearised, paired, t_interval
from equitysim.statistics.outcome import PolicyOutcome
from equitysim.statistics.why import books_in, seed_persons

QUARTER: Final = YEAR / 4.0
MICRO: Final = 1e6


class Quarter(NamedTuple):
    """What a policy spends in one quarter: ``number`` from 1, days [``begins``, ``ends``), the last one cut off by the
    horizon. ``spend``: as paid, in all, at the scenario's own size; ``extra``: beyond the baseline's."""

    number: int
    begins: float
    ends: float
    spend: Estimate
    extra: Estimate


class Payback(NamedTuple):
    """When a policy has earned back what it cost beyond the baseline.

    ``months``: 0, 1, … and the horizon, in months since the start. ``course``: cumulative difference in net value to
    the baseline up to then, discounted to the start, per seed person. ``month``: the first from which the mean course
    stays at or above 0; ``sure``: the same of its interval's lower end; None where that does not come within the
    horizon. ``share``: of replications whose own course stays at or above 0 from some month on.
    """

    policy: str
    months: tuple[float, ...]
    course: tuple[Estimate, ...]
    month: float | None
    sure: float | None
    share: float


class Return(NamedTuple):
    """What spending beyond the baseline brings, per seed person: ``spend`` and ``net_value`` are paired differences.

    ``roi``: net value per money spent; ``cost_per_value``: money spent per value gained before that spend; ratios
    of means, undefined where spend did not rise or what they are divided by is not clear of 0. ``efficient``: no
    other policy has both no higher spend and no lower net value, by the means (the baseline stands at 0 and 0).
    """

    policy: str
    spend: Estimate
    net_value: Estimate
    roi: Estimate
    cost_per_value: Estimate
    efficient: bool


class DeskUse(NamedTuple):
    """How one desk does under a policy that uses it.

    ``cases`` opened, at the scenario's own size; ``utilisation``: share of the paid hours in which a case is handled,
    up to the horizon; ``wait``: mean days until service begins, over cases served; ``abandoned``: share of cases that
    left the queue unanswered; ``longest``: longest queue.
    """

    policy: str
    desk: str
    cases: Estimate
    utilisation: Estimate
    wait: Estimate
    abandoned: Estimate
    longest: Estimate


class Refused(NamedTuple):
    """Touches that limits refused to one segment's customers, in all, at the scenario's own size."""

    policy: str
    segment: str
    budget: Estimate
    at_most: Estimate


class Money(NamedTuple):
    """All of it. ``quarters``: policy → its quarters; ``paybacks`` and ``refused`` of every policy, the baseline's
    refusals too; ``desks`` only those in use. ``currency``: of money in all; ``unit``: of money per seed person."""

    currency: str
    unit: str
    quarters: dict[str, tuple[Quarter, ...]]
    paybacks: tuple[Payback, ...]
    returns: tuple[Return, ...]
    desks: tuple[DeskUse, ...]
    refused: tuple[Refused, ...]

    def __repr__(self) -> str:
        return line(f"Money of {len(self.quarters)} policies, in {self.currency}")

    def payback(self, policy: str) -> Payback | None:
        """A policy's payback; None for the baseline, which has nothing to pay back. Raises ``errors.UsageError`` for a
        policy that was not compared."""
        named("policy", policy, self.quarters)
        return next((found for found in self.paybacks if found.policy == policy), None)


def money(comparison: Comparison) -> Money:
    """Money of all policies. Raises ValueError where outcomes hold no books."""
    return Money(
        currency=comparison.context.currency,
        unit=comparison.context.units["net_value"],
        quarters={outcome.name: quarters(comparison, outcome) for outcome in comparison.policies},
        paybacks=tuple(payback(comparison, outcome) for outcome in _others(comparison)),
        returns=returns(comparison),
        desks=tuple(use for outcome in comparison.policies for use in desk_uses(comparison, outcome)),
        refused=tuple(row for outcome in comparison.policies for row in refusals(comparison, outcome)),
    )


def _others(comparison: Comparison) -> list[PolicyOutcome]:
    return [outcome for outcome in comparison.policies if outcome.name != comparison.baseline]


def quarter_ends(horizon: float) -> list[float]:
    """Last days of the quarters up to the horizon; the last one may be shorter."""
    ends = [QUARTER * (k + 1) for k in range(periods(horizon, QUARTER))]
    return ends if ends and reached(ends[-1], horizon) else [*ends, horizon]


def quarters(comparison: Comparison, outcome: PolicyOutcome) -> tuple[Quarter, ...]:
    """What a policy spends quarter by quarter."""
    confidence = comparison.context.confidence
    ends = quarter_ends(comparison.context.horizon_days)
    spent = quarterly(outcome, ends) * comparison.context.scale
    theirs = quarterly(comparison.policy(comparison.baseline), ends) * comparison.context.scale
    return tuple(
        Quarter(
            number=k + 1,
            begins=ends[k - 1] if k else 0.0,
            ends=end,
            spend=t_interval(spent[:, k], confidence),
            extra=paired(spent[:, k], theirs[:, k], confidence),
        )
        for k, end in enumerate(ends)
    )


def quarterly(outcome: PolicyOutcome, ends: Sequence[float]) -> FloatArray:
    """Money spent in each quarter as paid, replications × quarters, of the people simulated. Set-up costs fall into
    the first."""
    reached = np.array(
        [
            [booked + books.owed.paid_until(end) for booked, end in zip(_at(series, "spent", ends), ends, strict=True)]
            for series, books in zip(outcome.series, books_in(outcome), strict=True)
        ]
    )
    return np.diff(reached, axis=1, prepend=0.0)


def _at(series: npt.NDArray[np.void], column: str, days: Sequence[float]) -> FloatArray:
    """A cumulative column at these days, on a straight line between reviews."""
    found: FloatArray = np.interp(days, series["day"], series[column])
    return found


def payback_days(horizon: float) -> list[float]:
    """The start, the end of each month, and the horizon."""
    days = [MONTH * k for k in range(periods(horizon, MONTH) + 1)]
    return days if reached(days[-1], horizon) else [*days, horizon]


def payback(comparison: Comparison, outcome: PolicyOutcome) -> Payback:
    """When a policy has paid back, against the baseline."""
    days = payback_days(comparison.context.horizon_days)
    ours, theirs = _earned(outcome, days), _earned(comparison.policy(comparison.baseline), days)
    gained = ours - theirs
    gained[np.abs(gained) <= ROUNDING * (np.abs(ours) + np.abs(theirs))] = 0.0
    gained /= seed_persons(comparison)[:, np.newaxis]
    course = tuple(t_interval(column, comparison.context.confidence) for column in gained.T)
    months = tuple(round(day / MONTH, 6) for day in days)
    own = [_first_for_good(row) for row in gained]
    return Payback(
        policy=outcome.name,
        months=months,
        course=course,
        month=_month(months, [point.mean for point in course]),
        sure=_month(months, [point.low for point in course]),
        share=sum(place is not None for place in own) / len(own) if own else UNDEFINED,
    )


def _earned(outcome: PolicyOutcome, days: Sequence[float]) -> FloatArray:
    """Net value up to each day, discounted to the start: replications × days, of the people simulated."""
    return np.array(
        [
            [
                booked - books.owed.hours_until(day) - books.owed.fixed_until(day)
                for booked, day in zip(_at(series, "value", days), days, strict=True)
            ]
            for series, books in zip(outcome.series, books_in(outcome), strict=True)
        ]
    )


def _first_for_good(course: Sequence[float] | FloatArray) -> int | None:
    """Index of the first point from which the course stays at or above 0."""
    first = None
    for place in range(len(course) - 1, -1, -1):
        if not course[place] >= 0.0:
            break
        first = place
    return first


def _month(months: Sequence[float], course: Sequence[float]) -> float | None:
    place = _first_for_good(course)
    return None if place is None else months[place]


def returns(comparison: Comparison) -> tuple[Return, ...]:
    """What each policy's extra spend brings; the baseline with differences of 0."""
    places = [
        (comparison.difference(outcome.name, "spend"), comparison.difference(outcome.name, "net_value"))
        for outcome in comparison.policies
    ]
    efficient = undominated([(spend.mean, value.mean) for spend, value in places])
    return tuple(
        Return(
            policy=outcome.name,
            spend=spend,
            net_value=value,
            roi=comparison.summary(outcome.name, "roi"),
            cost_per_value=comparison.summary(outcome.name, "cost_per_value"),
            efficient=among,
        )
        for outcome, (spend, value), among in zip(comparison.policies, places, efficient, strict=True)
    )


def undominated(places: Sequence[tuple[float, float]]) -> tuple[bool, ...]:
    """Which of (spend, value) no other beats: none with no higher spend and no lower value that is better in one of
    the two. An undefined one is not among them."""

    def beaten(spend: float, value: float) -> bool:
        if math.isnan(spend + value):
            return True
        return any(s <= spend and v >= value and (s, v) != (spend, value) for s, v in places)

    return tuple(not beaten(spend, value) for spend, value in places)


def desk_uses(comparison: Comparison, outcome: PolicyOutcome) -> tuple[DeskUse, ...]:
    """The desks that a policy uses."""
    context, kept = comparison.context, books_in(outcome)

    def use(place: int) -> DeskUse:
        rows = [books.desks[place] for books in kept]
        crew = kept[0].crews[place]
        column = {name: np.array([float(row[name]) for row in rows]) for name in rows[0].dtype.names or ()}

        def told(values: FloatArray) -> Estimate:
            return t_interval(values, context.confidence)

        return DeskUse(
            policy=outcome.name,
            desk=crew.name,
            cases=told(column["cases"] * context.scale),
            utilisation=told(used_shares(comparison, outcome, place)),
            wait=told(linearised(column["wait_micro"] / MICRO, column["served"])),
            abandoned=told(linearised(column["abandoned"], column["cases"])),
            longest=told(column["longest"]),
        )

    return tuple(use(place) for place, crew in enumerate(kept[0].crews) if crew.used)


def used_shares(comparison: Comparison, outcome: PolicyOutcome, place: int) -> FloatArray:
    """Share of one desk's paid hours in which a case is handled, per replication."""
    kept = books_in(outcome)
    # Work is told in calendar days of handling, in which an agent is there all the time (model §7).
    capacity = kept[0].crews[place].agents * comparison.context.horizon_days
    return np.array([float(books.desks[place]["work_micro"]) for books in kept]) / MICRO / capacity


def refusals(comparison: Comparison, outcome: PolicyOutcome) -> tuple[Refused, ...]:
    """What limits refused under a policy, by segment."""
    context, kept = comparison.context, books_in(outcome)

    def told(place: int, counter: Counter) -> Estimate:
        return t_interval([_counted(books, place, counter) * context.scale for books in kept], context.confidence)

    return tuple(
        Refused(outcome.name, segment, told(place, Counter.REFUSED_BUDGET), told(place, Counter.REFUSED_AT_MOST))
        for place, segment in enumerate(context.segments)
    )


def _counted(books: Books, segment: int, counter: Counter) -> int:
    return int(books.counts[segment, counter])
