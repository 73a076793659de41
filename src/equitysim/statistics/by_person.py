"""Differences person by person, where nothing couples the customers.

Then the families of two seed persons (each with everybody descended from them by referral) are independent of each
other within a replication too, so that each is a comparison of its own: n is persons × replications. The mean is no
better known than from the replications, which are sums over the same persons; its error is, since it rests on so many
more. One replication is enough for an interval.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy.typing as npt

from equitysim.measures.exact import total
from equitysim.statistics.intervals import NOTHING, UNDEFINED, Estimate, differences, t_quantile

MEASURE = "net_value"
"""What is compared person by person: all flows, and what nobody in particular owes, shared by all."""


class Gaps(NamedTuple):
    """The differences of one replication's seed persons, summed up: how many there are, their sum, and the sum of
    squared deviations from their mean."""

    persons: int
    total: float
    squares: float


class ByPerson(NamedTuple):
    """A policy's difference to the baseline in net value, per seed person.

    ``coupled_by``: what couples the customers under the policy or the baseline, in words; then, and where the policy
    switches sources, so that it has other seed persons, ``estimate`` is None.
    """

    policy: str
    coupled_by: tuple[str, ...]
    estimate: Estimate | None


def gaps_of(values: npt.ArrayLike, baseline: npt.ArrayLike) -> Gaps:
    """The differences of one replication; both arrays hold the same persons in the same order. Raises ValueError if
    their lengths differ."""
    apart = differences(values, baseline)
    if apart.size == 0:
        return Gaps(0, 0.0, 0.0)
    whole = total(apart)
    return Gaps(apart.size, whole, total((apart - whole / apart.size) ** 2))


def pooled(replications: Sequence[Gaps], owed: float = 0.0, confidence: float = 0.95) -> Estimate:
    """Mean difference per seed person over all replications, with a t interval over persons.

    ``owed``: what the policy owes as a whole beyond the baseline in one replication (fixed costs), which belongs to
    nobody and is shared by all. ``n`` of the estimate counts persons.
    """
    persons = sum(gaps.persons for gaps in replications)
    if persons == 0:
        return NOTHING
    mean = math.fsum(gaps.total for gaps in replications) / persons
    shared = mean - owed * len(replications) / persons
    if persons == 1:
        return Estimate(shared, UNDEFINED, UNDEFINED, UNDEFINED, 1)
    squares = [gaps.squares for gaps in replications]
    squares += [(gaps.total - gaps.persons * mean) ** 2 / gaps.persons for gaps in replications if gaps.persons > 0]
    sd = math.sqrt(math.fsum(squares) / (persons - 1))
    half = t_quantile(0.5 + confidence / 2.0, persons - 1) * sd / math.sqrt(persons)
    return Estimate(shared, shared - half, shared + half, sd, persons)
