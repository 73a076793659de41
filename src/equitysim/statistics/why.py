"""Why two policies differ in net value: by kind of money, by source of value, by group of customers.

Each split is made of differences within replications, like the difference itself, and adds up to it. Intervals are of
each part by itself.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from equitysim.digits import rounded
from equitysim.measures.books import GROUPINGS, KINDS, MOVING, Books, group_names
from equitysim.measures.notebook import line, short
from equitysim.measures.registry import MEASURES, SOURCES
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import Estimate, FloatArray, paired
from equitysim.statistics.outcome import PolicyOutcome

KIND_LABELS: Final = {
    "margin": "margin",
    "premium": "premium",
    "service": "cost to serve",
    "contact": "contacts",
    "reward": "rewards",
    "incentive": "incentives",
    "compensation": "compensation",
    "acquisition": "acquisition",
    "desk": "desk, by the case",
    "desk_hours": "desk hours",
    "fixed": "fixed costs",
}
"""Kinds of money in words."""

GROUPING_LABELS: Final = {
    "segment": "segment",
    "entry": "existing, new or referred",
    "potential": "potential",
    "stage": "stage at the horizon (people move)",
    "rung": "rung at the horizon (people move)",
}
"""Groupings in words."""

TOLERANCE: Final = 1e-9


class Part(NamedTuple):
    """One part of a difference in net value, in its unit; costs that grow are negative."""

    name: str
    estimate: Estimate


class Gain(NamedTuple):
    """What one group of customers gained or lost between two policies.

    ``people``: mean number under ``Why.against``; ``moved``: by how many more or fewer people the group has under
    ``Why.policy``; both at the scenario's own size. ``estimate``: difference in the money booked to the group, before
    what policies owe as a whole. Where ``moves``, people may stand elsewhere under the other policy, so the difference
    holds who moved as well as what each brought.
    """

    grouping: str
    group: str
    moves: bool
    people: float
    moved: Estimate
    estimate: Estimate


class Why(NamedTuple):
    """The difference in net value of ``policy`` to ``against``, split three ways; all in ``unit`` (per seed person of
    the baseline).

    ``bars``: by :data:`measures.books.KINDS`, adding up to ``total``. ``sources``: the five sources of value (model
    §9), adding up to what margin, premium and cost to serve do. ``gains``: by group; each grouping adds up, with
    ``shared`` (desk hours and fixed costs, which belong to nobody), to ``total``.
    """

    policy: str
    against: str
    unit: str
    total: Estimate
    bars: tuple[Part, ...]
    sources: tuple[Part, ...]
    shared: Estimate
    gains: tuple[Gain, ...]

    def __repr__(self) -> str:
        size = f"{rounded(self.total.mean, 4)} {self.unit}"
        return line(f"Why {short(self.policy)!r} differs from {short(self.against)!r} by {size}")


def why(comparison: Comparison, policy: str | None = None, against: str | None = None) -> Why:
    """Why ``policy`` differs from ``against`` in net value.

    Without names: the leading policy (see :func:`leading`) against the baseline. Raises ``errors.UsageError`` for a
    policy that was not compared, ValueError where outcomes hold no books.
    """
    ours = comparison.policy(leading(comparison) if policy is None else policy)
    theirs = comparison.policy(comparison.baseline if against is None else against)
    split = _Split(comparison, ours, theirs)
    return Why(
        policy=ours.name,
        against=theirs.name,
        unit=comparison.context.units["net_value"],
        total=paired(ours.values["net_value"], theirs.values["net_value"], comparison.context.confidence),
        bars=tuple(Part(kind, split.of_kinds([kind])) for kind in KINDS),
        sources=tuple(
            Part(name, paired(ours.values[name], theirs.values[name], comparison.context.confidence))
            for name in SOURCES
        ),
        shared=split.of_kinds(["desk_hours", "fixed"]),
        gains=tuple(gain for grouping in GROUPINGS for gain in split.gains(grouping)),
    )


def leading(comparison: Comparison) -> str:
    """The policy with the best mean of the decision measure, the baseline aside; the baseline where it is alone.

    Also where the baseline itself is ahead: why the next one is not.
    """
    measure = comparison.context.measure
    sign = -1.0 if MEASURES[measure].better < 0 else 1.0
    means = {
        outcome.name: sign * comparison.summary(outcome.name, measure).mean
        for outcome in comparison.policies
        if outcome.name != comparison.baseline
    }
    defined = {name: mean for name, mean in means.items() if not math.isnan(mean)}
    if defined:
        return max(defined, key=defined.__getitem__)
    return next(iter(means), comparison.baseline)


def gap(found: Why) -> float:
    """By how much the parts miss the whole, relative to the sum of the parts without their signs: the larger of the
    waterfall's miss and each grouping's.

    Net value is measured apart from the books, so this checks one account against another. Rounding leaves about
    1e-15.
    """
    splits = [[bar.estimate.mean for bar in found.bars]]
    for grouping in GROUPINGS:
        rows = [gain.estimate.mean for gain in found.gains if gain.grouping == grouping]
        splits.append([*rows, found.shared.mean])
    return max(_miss(found.total.mean, parts) for parts in splits)


def adds_up(found: Why, tolerance: float = TOLERANCE) -> bool:
    """Whether every split adds up to the whole; a kind counted twice or a group forgotten makes this False."""
    return gap(found) <= tolerance


def _miss(whole: float, parts: Sequence[float]) -> float:
    size = math.fsum(abs(part) for part in parts) + abs(whole)
    return abs(math.fsum(parts) - whole) / size if size > 0.0 else 0.0


class _Split(NamedTuple):
    """Two policies' books side by side."""

    comparison: Comparison
    ours: PolicyOutcome
    theirs: PolicyOutcome

    def of_kinds(self, kinds: Sequence[str]) -> Estimate:
        """Difference of some kinds together, per seed person."""

        def amounts(outcome: PolicyOutcome) -> FloatArray:
            return np.array([math.fsum(books.ledger[kind] for kind in kinds) for books in books_in(outcome)])

        return self._paired(amounts(self.ours), amounts(self.theirs))

    def gains(self, grouping: str) -> list[Gain]:
        context = self.comparison.context
        ours, theirs = books_in(self.ours), books_in(self.theirs)

        def gain(place: int, name: str) -> Gain:
            heads, others = (
                context.scale * np.array([float(books.people[grouping][place]) for books in kept])
                for kept in (ours, theirs)
            )
            return Gain(
                grouping=grouping,
                group=name,
                moves=grouping in MOVING,
                people=math.fsum(others) / len(others),
                moved=paired(heads, others, context.confidence),
                estimate=self._paired(_brought(ours, grouping, place), _brought(theirs, grouping, place)),
            )

        return [gain(place, name) for place, name in enumerate(group_names(grouping, context.segments))]

    def _paired(self, ours: FloatArray, theirs: FloatArray) -> Estimate:
        persons = seed_persons(self.comparison)
        return paired(ours / persons, theirs / persons, self.comparison.context.confidence)


def _brought(kept: Sequence[Books], grouping: str, place: int) -> FloatArray:
    """Money of one group, all kinds together, per replication."""
    return np.array([math.fsum(books.groups[grouping][place]) for books in kept], dtype=np.float64)


def books_in(outcome: PolicyOutcome) -> tuple[Books, ...]:
    """The books of a policy, one per replication. Raises ValueError if none were kept."""
    if not outcome.books:
        raise ValueError(f"no books were kept of policy {outcome.name!r}")
    return outcome.books


def seed_persons(comparison: Comparison) -> FloatArray:
    """What per-person figures are divided by, per replication: the baseline's seed persons; NaN where it has none."""
    persons = np.array(comparison.policy(comparison.baseline).seed_persons, dtype=np.float64)
    persons[persons == 0.0] = np.nan
    return persons
