"""Selecting the best of several systems one replication after the other (Kim & Nelson 2001).

Systems share their luck (common random numbers), so only differences within replications count: their variances, from a
first stage, draw for every two systems a triangular region that closes as replications come in. A system whose sum of
differences to another leaves the region on the wrong side is out; nobody spends a replication on it any more. If the
best system is better than every other by the indifference zone or more, it is selected with the stated confidence;
replications have to be independent and normal, as means over many people nearly are.

The bound is Kim and Nelson's with c = 1, their recommendation: a triangle, so that the procedure ends by itself.

References: S.-H. Kim and B. L. Nelson (2001), A fully sequential procedure for indifference-zone selection in
simulation, ACM Transactions on Modeling and Computer Simulation 11(3):251–273, doi:10.1145/502109.502111.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.selection import pair_variances

FIRST_STAGE = 20
"""Replications that say how much differences vary. Judgement: with 10 the bound of five systems is a quarter wider."""


class Bound(NamedTuple):
    """The constants of the procedure: ``eta`` (η) of the confidence, ``h2`` (h²) by which variances are multiplied."""

    eta: float
    h2: float


class Out(NamedTuple):
    """A system that left the race: after how many replications, and which system was ahead of it; None if its value
    was undefined there."""

    after: int
    by: int | None


class Race(NamedTuple):
    """How the selection stands.

    ``left``: systems that are still in, in their order; ``out``: the others. ``best``: the one of ``left`` with the
    highest mean over ``replications``, None where nobody is left. ``ended``: whether the procedure came to its end:
    then ``best`` is selected. ``longest``: after so many replications it ends at the latest.
    """

    left: tuple[int, ...]
    out: Mapping[int, Out]
    best: int | None
    ended: bool
    replications: int
    longest: int


def bound(systems: int, first_stage: int, confidence: float) -> Bound:
    """The constants for so many systems: ``η = ½[(2α/(k − 1))^(−2/(n₀ − 1)) − 1]``, ``h² = 2η(n₀ − 1)``.

    Raises ValueError for fewer than 2 systems or a first stage of fewer than 2, and unless 0 < 1 − ``confidence`` ≤ ½.
    """
    if systems < 2 or first_stage < 2:
        raise ValueError(f"a selection needs 2 systems and 2 replications, not {systems} and {first_stage}")
    if not 0.5 <= confidence < 1.0:
        raise ValueError(f"confidence must lie between 0.5 and 1, not {confidence}")
    wrong = 2.0 * (1.0 - confidence) / (systems - 1)
    eta = 0.5 * (math.pow(wrong, -2.0 / (first_stage - 1)) - 1.0)
    return Bound(eta, 2.0 * eta * (first_stage - 1))


def race(values: FloatArray, zone: float, confidence: float, first_stage: int = FIRST_STAGE) -> Race:
    """The procedure over the replications there are; with more of them it goes on from there.

    ``values``: replications × systems, turned so that more is better, at least ``first_stage`` of them; what comes
    after a system left is not looked at. ``zone``: the indifference zone, above 0. A system whose value is undefined
    (NaN) while it is in is out without having been beaten. Raises ValueError for anything else, and like
    :func:`bound`.
    """
    if values.ndim != 2 or len(values) < first_stage:
        raise ValueError(f"values must be replications × systems, {first_stage} replications or more")
    if not zone > 0.0:
        raise ValueError(f"the indifference zone must be above 0, not {zone}")
    count = values.shape[1]
    out: dict[int, Out] = {
        i: Out(first_stage, None) for i in range(count) if bool(np.isnan(values[:first_stage, i]).any())
    }
    left = [i for i in range(count) if i not in out]
    if len(left) < 2:
        return _stands(values, left, out, first_stage, ended=bool(left), longest=first_stage)
    reach = np.zeros((count, count))
    # the bound counts all that entered: who failed does not make the others surer
    reach[np.ix_(left, left)] = _scaled(values[:first_stage, left], zone, bound(count, first_stage, confidence))
    longest = max(first_stage, math.floor(float(reach.max())) + 1)
    sums = np.cumsum(values, axis=0)
    for r in range(first_stage, len(values) + 1):
        for i in [i for i in left if math.isnan(values[r - 1, i])]:
            out[i] = Out(r, None)
            left.remove(i)
        beaten = _beaten(sums[r - 1], left, np.maximum(0.0, zone / 2.0 * (reach - r)))
        out |= {i: Out(r, by) for i, by in beaten.items()}
        left = [i for i in left if i not in beaten]
        if len(left) < 2 or r >= longest:
            return _stands(values, left, out, r, ended=bool(left), longest=longest)
    return _stands(values, left, out, len(values), ended=False, longest=longest)


def _scaled(first: FloatArray, zone: float, constants: Bound) -> FloatArray:
    """``h²S²/δ²`` of every two systems: after so many replications their region is closed."""
    scaled: FloatArray = constants.h2 * pair_variances(first) / (zone * zone)
    return scaled


def _beaten(sums: FloatArray, left: Sequence[int], allowed: FloatArray) -> dict[int, int]:
    """Who is out → who was furthest ahead. ``allowed``: by how much a sum may lie behind another's. Among those in at
    once, as in the paper: a system that goes out now may still take others with it."""
    behind: FloatArray = sums[None, :] - sums[:, None]
    found = {}
    for i in left:
        ahead = [j for j in left if behind[i, j] > allowed[i, j]]
        if ahead:
            found[i] = max(ahead, key=lambda j: float(behind[i, j]))
    return found


def _stands(
    values: FloatArray, left: Sequence[int], out: Mapping[int, Out], replications: int, *, ended: bool, longest: int
) -> Race:
    means = {i: math.fsum(values[:replications, i].tolist()) / replications for i in left}
    best = max(left, key=lambda i: means[i]) if left else None
    return Race(tuple(left), dict(out), best, ended, replications, longest)
