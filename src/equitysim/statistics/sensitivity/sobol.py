"""Sobol indices: which part of the variance each factor makes by itself, and which with all it does with others."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import UNDEFINED, FloatArray
from equitysim.statistics.sensitivity.findings import Bounded, SobolIndex
from equitysim.statistics.sensitivity.resampling import between, means_anew
from equitysim.statistics.sensitivity.responses import LeftOut, Responses, going_together
from equitysim.statistics.sensitivity.squares import ROUNDING, luck_of, stacked

PURPOSE = 5_101
"""Keeps these draws apart from others that are made from the study's seed (any number does)."""

FEWEST_BLOCKS = 4
"""With fewer base points there are no indices."""


def blocks(responses: Responses) -> npt.NDArray[np.int64]:
    """A Saltelli design as rows of its points: base points × (A, B, A with column 1 of B, …), -1 where left out.

    A design that was cut short loses its last block. Raises ValueError if the points are not those of such a design,
    as if positions were in another order.
    """
    width = len(responses.factors) + 2
    count = len(responses.positions) // width
    places = np.array(responses.positions[: count * width], dtype=np.int64).reshape(count, width)
    for k, factor in enumerate(responses.factors):
        sizes = np.where(places >= 0, factor.sizes[places], UNDEFINED)
        wanted = np.repeat(sizes[:, :1], width - 2, axis=1)
        wanted[:, k] = sizes[:, 1]
        apart = ~((sizes[:, 2:] == wanted) | np.isnan(sizes[:, 2:]) | np.isnan(wanted))
        if apart.any():
            raise ValueError(
                f"the points are not in the order of a Saltelli design: {factor.path} at base point "
                f"{int(apart.any(axis=1).argmax()) + 1}"
            )
    return places


def whole_blocks(responses: Responses) -> npt.NDArray[np.int64]:
    """Those base points all of whose points are there."""
    places = blocks(responses)
    return places[(places >= 0).all(axis=1)]


def sobol(responses: Responses) -> tuple[SobolIndex, ...]:
    """First-order and total indices by output, the largest total first; nothing but for Saltelli designs.

    Estimators of Saltelli et al. 2010 (doi 10.1016/j.cpc.2009.09.018, table 2 b and f), the same as
    ``scipy.stats.sobol_indices`` has, of the mean over replications, with its luck taken out: wherever two runs are
    multiplied, only different replications are. So a factor that does nothing has a total index of about 0 and not
    that of the luck. Points must differ by nothing but parameters: common random numbers do that.

    Bounds: percentiles of 500 sets of base points drawn anew (Archer, Saltelli & Sobol 1997, doi
    10.1080/00949659708811825), widened in quadrature by a t interval over the replications, whose luck all base points
    share. Values and bounds are cut off at 0 and 1; where a set drawn anew has no variance beyond luck, bounds are 0
    and 1.
    """
    if responses.design != "saltelli":
        return ()
    places = whole_blocks(responses)
    if len(places) < FEWEST_BLOCKS or going_together(responses):
        return ()
    sums = _sums(stacked(responses), places)
    found = _indices(
        sums.first.mean(axis=0), sums.total.mean(axis=0), sums.square.mean(axis=0), sums.middle.mean(axis=0)
    )
    anew = _anew(sums, (responses.context.seed, PURPOSE))
    bounds = [between(sets, responses.context.confidence) for sets in anew]
    luck = [luck_of(slopes, responses.context.confidence) for slopes in _slopes(sums, found)]
    differ = _varies(responses, places)
    return tuple(
        one
        for k, (policy, against, _) in enumerate(responses.outputs)
        if differ[k]
        for one in sorted(
            (
                SobolIndex(
                    policy,
                    against,
                    factor.path,
                    *(_bounded(found[i][j, k], bounds[i][0][j, k], bounds[i][1][j, k], luck[i][j, k]) for i in (0, 1)),
                )
                for j, factor in enumerate(responses.factors)
            ),
            key=lambda index: -index.total.value,
        )
    )


class _Sums(NamedTuple):
    """What indices are means of over the base points. ``first``, ``total``: base points × factors × outputs;
    ``square``: base points × outputs; ``middle``: base points × replications × outputs (of A and B). The slopes
    are those of ``first``, ``total`` and ``square`` by replication (… × replications × outputs)."""

    first: FloatArray
    total: FloatArray
    square: FloatArray
    middle: FloatArray
    first_slopes: FloatArray
    total_slopes: FloatArray
    square_slopes: FloatArray


def crossed(one: FloatArray, other: FloatArray, axis: int) -> FloatArray:
    """The mean product of two things over pairs of different replications; of the same with one replication."""
    replications = one.shape[axis]
    together: FloatArray = one.mean(axis=axis) * other.mean(axis=axis)
    if replications < 2:
        return together
    found: FloatArray = (replications * together - (one * other).mean(axis=axis)) / (replications - 1)
    return found


def _slope(one: FloatArray, other: FloatArray) -> FloatArray:
    """How the product of the means moves with each replication, averaged over base points: … × replications ×
    outputs."""
    mean, also = one.mean(axis=-2, keepdims=True), other.mean(axis=-2, keepdims=True)
    found: FloatArray = ((one - mean) * also + mean * (other - also)).mean(axis=0)
    return found


def _sums(runs: FloatArray, places: npt.NDArray[np.int64]) -> _Sums:
    first, second = runs[places[:, 0]], runs[places[:, 1]]
    centre = 0.5 * (first + second).mean(axis=0)
    first, second = first - centre, second - centre
    factors, replications, outputs = places.shape[1] - 2, runs.shape[1], runs.shape[2]
    ones, totals = (np.empty((len(places), factors, outputs)) for _ in range(2))
    slopes, total_slopes = (np.empty((factors, replications, outputs)) for _ in range(2))
    for k in range(factors):
        moved = runs[places[:, 2 + k]] - centre - first
        ones[:, k] = crossed(second, moved, 1)
        totals[:, k] = 0.5 * crossed(moved, moved, 1)
        slopes[k] = _slope(second, moved)
        total_slopes[k] = 0.5 * _slope(moved, moved)
    square = 0.5 * (crossed(first, first, 1) + crossed(second, second, 1))
    square_slopes = 0.5 * (_slope(first, first) + _slope(second, second))
    return _Sums(ones, totals, square, 0.5 * (first + second), slopes, total_slopes, square_slopes)


def _indices(
    first: FloatArray, total: FloatArray, square: FloatArray, middle: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Both indices: … × factors × outputs. ``middle``: … × replications × outputs, whose square the variance lacks."""
    variance = (square - crossed(middle, middle, -2))[..., None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 0.0, first / variance, UNDEFINED), np.where(
            variance > 0.0, total / variance, UNDEFINED
        )


def _anew(sums: _Sums, seed: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """Both indices in sets of base points drawn anew: sets × factors × outputs. The same sets for all of them."""
    parts = (sums.first, sums.total, sums.square, sums.middle)
    columns = np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)
    ends = np.cumsum([part[0].size for part in parts])[:-1]
    found = np.split(means_anew(columns, seed), ends, axis=1)
    shaped = [one.reshape(len(one), *part.shape[1:]) for one, part in zip(found, parts, strict=True)]
    return _indices(*shaped)


def _slopes(sums: _Sums, found: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """How each replication moves the indices: factors × replications × outputs."""
    variance = sums.square.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        first, total = (
            (slopes - index[:, None, :] * sums.square_slopes[None]) / variance
            for slopes, index in zip((sums.first_slopes, sums.total_slopes), found, strict=True)
        )
    return first, total


def _bounded(value: float, low: float, high: float, luck: float) -> Bounded:
    """Anything is possible where a set drawn anew has no variance beyond luck."""
    if np.isnan(low) or np.isnan(high):
        return Bounded(float(np.clip(value, 0.0, 1.0)), 0.0, 1.0)
    wider = 0.0 if np.isnan(luck) else luck
    ends = (value, value - np.hypot(value - min(low, value), wider), value + np.hypot(max(high, value) - value, wider))
    return Bounded(*(float(np.clip(end, 0.0, 1.0)) for end in ends))


def _varies(responses: Responses, places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """By output, whether A and B differ by more than luck and rounding."""
    runs = stacked(responses)[places[:, :2].ravel()]
    apart = runs - runs.mean(axis=0)
    varies: npt.NDArray[np.bool_] = (
        crossed(apart, apart, 1).mean(axis=0) > (ROUNDING * np.abs(runs).max(axis=(0, 1))) ** 2
    )
    return varies


def left_out(responses: Responses) -> Iterator[LeftOut]:
    """What of the indices is not told, and why."""
    if responses.design != "saltelli":
        yield LeftOut("Sobol indices", "they need a saltelli design")
        return
    count, places = len(blocks(responses)), whole_blocks(responses)
    if len(places) < FEWEST_BLOCKS:
        yield LeftOut("Sobol indices", f"{len(places)} whole base points are too few, {FEWEST_BLOCKS} are the least")
        return
    if lost := going_together(responses):
        why = f"they need independent factors; where points are missing, those that are left make {lost} go together"
        yield LeftOut("Sobol indices", why)
        return
    if len(places) < count:
        why = "at least one of their points is missing; the others are no longer balanced as a power of two is"
        yield LeftOut(f"{count - len(places)} of {count} base points for Sobol indices", why)
    if responses.context.replications < 2:
        yield LeftOut(
            "the noise in Sobol indices", "with one replication it cannot be taken out, so total indices are too large"
        )
    flat = int((~_varies(responses, places)).sum())
    if flat:
        why = "the points do not differ beyond luck"
        yield LeftOut(f"Sobol indices of {flat} of {len(responses.outputs)} outputs", why)
