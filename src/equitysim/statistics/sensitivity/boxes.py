"""Scenario discovery: boxes over the factors in which a policy is the best (PRIM).

Friedman & Fisher 1999 (Statistics and Computing 9(2), doi 10.1023/A:1008894516817) peel a box from all points, a thin
slice at a time, always the slice whose loss raises the density of cases most. Bryant & Lempert 2010 (Technological
Forecasting and Social Change 77(1), doi 10.1016/j.techfore.2009.08.002) read the course as a choice between coverage
and density, and ask of each limit whether chance would have made it.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.findings import Box, Limit, Peel
from equitysim.statistics.sensitivity.leads import BoolArray, IntArray
from equitysim.statistics.sensitivity.pooling import readable
from equitysim.statistics.sensitivity.responses import Factor, Responses

PEEL = 0.05
"""A slice holds at most so much of a box's points, or one level (Friedman & Fisher's patience; Bryant & Lempert use
0.05 to 0.1)."""

SMALLEST = 0.05
"""Peeling ends before a box holds less of all points, and before it holds fewer than ``FEWEST``."""

FEWEST = 3
RARE = 0.05
"""A policy that is best at fewer of the points, or at all but so few, has no boxes."""

MOST = 3
"""Boxes told of one policy."""

CHANCE = 0.05
"""A limit that chance would make as well as often as that is dropped."""

BINS = 250
"""Steps of equally many points into which a factor with more sizes is cut: a limit is found to 0.4 % of the points."""


class _Cut(NamedTuple):
    """A factor by steps. ``codes``: the step of each point; ``lows``, ``highs``: least and greatest size in each."""

    factor: Factor
    codes: npt.NDArray[np.int64]
    lows: FloatArray
    highs: FloatArray


def boxes(responses: Responses) -> tuple[Box, ...]:
    """For each policy that is best at 5 % to 95 % of the points, at most three boxes, by policy and number.

    Where policies are equal at a point it is a case of each. The box told is that on the course with the greatest
    coverage × density, which is the square of the cosine between box and cases: 1 if they are the same. If one of its
    limits could be chance (quasi p-value above 5 %), the course is peeled anew without that factor, until all limits
    stand. The next box is sought among the points outside those before, so its density is that of points that no
    earlier box holds; it has to be denser in cases than all points are. Points weigh alike, so coverage, density and
    mass are shares of points and not of chances. Only points that may be read together count (``pooling.readable``):
    quasi p-values take them for independent. Nothing in it is random.
    """
    points = readable(responses)
    if points is None or len(points.policies) < 2:
        return ()
    means = points.better * points.means
    best = means == means.max(axis=1, keepdims=True)
    wanted = [place for place, share in enumerate(best.mean(axis=0)) if RARE <= share <= 1.0 - RARE]
    if not wanted:
        return ()
    cuts = [_cut(factor) for factor in points.factors if factor.sizes.min() < factor.sizes.max()]
    return tuple(box for place in wanted for box in _covering(points.policies[place], best[:, place], cuts))


def _cut(factor: Factor) -> _Cut:
    sizes, codes = np.unique(factor.sizes, return_inverse=True)
    if len(sizes) <= BINS or not factor.ordered:
        return _Cut(factor, codes, sizes, sizes)
    ranks = np.searchsorted(np.sort(factor.sizes), factor.sizes)
    _, codes = np.unique(ranks * BINS // len(ranks), return_inverse=True)
    order = np.argsort(factor.sizes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max() + 1))
    along = factor.sizes[order]
    return _Cut(factor, codes, along[starts], along[np.append(starts[1:], len(along)) - 1])


def _covering(policy: str, cases: BoolArray, cuts: Sequence[_Cut]) -> list[Box]:
    """One box after the other, each among the points that are left."""
    left = np.ones(len(cases), dtype=bool)
    found: list[Box] = []
    while len(found) < MOST and int((cases & left).sum()) >= max(FEWEST, RARE * len(cases)):
        box = _box(policy, len(found) + 1, cases, left, cuts)
        if box is None or box.told.density <= cases.mean():
            break
        found.append(box.told)
        left &= ~box.inside
    return found


class _Course(NamedTuple):
    """The boxes on the way and, of each, which steps of each factor it holds (boxes × steps, by factor)."""

    peels: tuple[Peel, ...]
    holds: tuple[tuple[BoolArray, ...], ...]


class _Found(NamedTuple):
    told: Box
    inside: BoolArray


def _box(policy: str, number: int, cases: BoolArray, left: BoolArray, cuts: Sequence[_Cut]) -> _Found | None:
    while cuts:
        course = _peeled(cases, left, cuts)
        chosen = max(range(len(course.peels)), key=lambda k: (course.peels[k].coverage * course.peels[k].density, k))
        holds = course.holds[chosen]
        limited = [k for k, hold in enumerate(holds) if not hold.all()]
        chances = _chances(cases, left, [cuts[k] for k in limited], [holds[k] for k in limited])
        standing = [k for k, chance in zip(limited, chances, strict=True) if chance <= CHANCE]
        if len(standing) < len(limited):
            cuts = [cuts[k] for k in standing]
            continue
        if not limited:
            return None
        inside = left & np.logical_and.reduce([holds[k][cuts[k].codes] for k in limited])
        limits = tuple(_limit(cuts[k], holds[k], chance) for k, chance in zip(limited, chances, strict=True))
        peel = course.peels[chosen]
        count = int(cases.sum())
        told = Box(
            policy, number, limits, len(cases), count, peel.coverage, peel.density, peel.mass, course.peels, chosen
        )
        return _Found(told, inside)
    return None


class _Counts(NamedTuple):
    """Of the box's points, by factor and step: how many, and how many of them are cases. Factors × steps."""

    points: IntArray
    cases: IntArray


def _counted(codes: IntArray, cases: BoolArray, width: int) -> _Counts:
    """``codes``: points × factors."""
    flat = codes + width * np.arange(codes.shape[1])
    size = width * codes.shape[1]
    points = np.bincount(flat.ravel(), minlength=size).reshape(-1, width)
    return _Counts(points, np.bincount(flat[cases].ravel(), minlength=size).reshape(-1, width))


def _peeled(cases: BoolArray, left: BoolArray, cuts: Sequence[_Cut]) -> _Course:
    """From all points that are left down to the smallest box, a slice at a time. Counts by step are kept and what a
    slice takes is subtracted, so that the whole course costs one pass over the points."""
    width = max(len(cut.lows) for cut in cuts)
    codes = np.stack([cut.codes for cut in cuts], axis=1)
    ordered = np.array([cut.factor.ordered for cut in cuts])
    holds = np.array([np.arange(width) < len(cut.lows) for cut in cuts])
    inside = np.flatnonzero(left)
    counts = _counted(codes[inside], cases[inside], width)
    everything, of_interest = len(cases), int(cases.sum())
    floor = max(FEWEST, math.ceil(SMALLEST * everything))
    peels: list[Peel] = []
    course: list[tuple[BoolArray, ...]] = []
    while True:
        points, hits = len(inside), int(cases[inside].sum())
        kept = tuple(hold[: len(cut.lows)].copy() for hold, cut in zip(holds, cuts, strict=True))
        peels.append(
            Peel(hits / of_interest, hits / points, points / everything, sum(not bool(hold.all()) for hold in kept))
        )
        course.append(kept)
        slice_ = None if hits == points else _best_slice(counts, ordered, points, hits, floor)
        if slice_ is None:
            return _Course(tuple(peels), tuple(course))
        factor, steps = slice_
        holds[factor, steps] = False
        gone = holds[factor, codes[inside, factor]]
        taken, inside = inside[~gone], inside[gone]
        less = _counted(codes[taken], cases[taken], width)
        counts = _Counts(counts.points - less.points, counts.cases - less.cases)


def _best_slice(counts: _Counts, ordered: BoolArray, points: int, hits: int, floor: int) -> tuple[int, IntArray] | None:
    """The factor and the steps to take away: what raises the density most, or lowers it least, for each point lost, so
    that levels that hold many points are not preferred to thin slices (Kwakkel & Jaxa-Rozen 2016, Environmental
    Modelling & Software 79, doi 10.1016/j.envsoft.2015.11.020). Peeling goes on where nothing raises it, since two
    regions in opposite corners hide each other until one is cut. None if what is left would be too small. Among equals
    the earliest factor, its low end first."""
    sizes, found, reach = _slices(counts, ordered, points)
    rest = points - sizes
    possible = (sizes > 0) & (rest >= floor)
    gain = np.full(sizes.shape, -np.inf)
    gain[possible] = ((hits - found[possible]) / rest[possible] - hits / points) / sizes[possible]
    best = int(gain.argmax())
    if not possible.flat[best]:
        return None
    factor, which = divmod(best, sizes.shape[1])
    width = counts.points.shape[1]
    if not ordered[factor]:
        return factor, np.array([which])
    end = int(reach[factor, which])
    return factor, np.arange(end + 1) if which == 0 else np.arange(width - 1 - end, width)


def _slices(counts: _Counts, ordered: BoolArray, points: int) -> tuple[IntArray, IntArray, IntArray]:
    """Every slice that may be taken: points in it, cases in it, and up to which step, factors × slices.

    Of numbers the first two: from the low and from the high end, as many whole steps as hold at most ``PEEL`` of the
    box's points, but at least the outermost one that holds any. Of words every level by itself.
    """
    sizes = np.where(ordered[:, None], 0, counts.points)
    found = np.where(ordered[:, None], 0, counts.cases)
    reach = np.zeros_like(sizes)
    rows = np.flatnonzero(ordered)
    for which, turned in enumerate((slice(None), slice(None, None, -1))):
        amount = np.cumsum(counts.points[rows][:, turned], axis=1)
        hits = np.cumsum(counts.cases[rows][:, turned], axis=1)
        outermost = (amount > 0).argmax(axis=1)
        end = np.maximum((amount <= PEEL * points).sum(axis=1) - 1, outermost)
        along = np.arange(len(rows))
        sizes[rows, which] = amount[along, end]
        found[rows, which] = hits[along, end]
        reach[rows, which] = end
    return sizes, found, reach


def _chances(cases: BoolArray, left: BoolArray, cuts: Sequence[_Cut], holds: Sequence[BoolArray]) -> list[float]:
    """Quasi p-values (Bryant & Lempert 2010): if the points of the box were drawn from the same box without this one
    limit, how likely would they hold as many cases, or more? A limit chosen among many looks less like chance than it
    is."""
    from scipy.special import bdtrc

    inside = [hold[cut.codes] for hold, cut in zip(holds, cuts, strict=True)]
    box = left & np.logical_and.reduce([*inside, left])
    points, hits = int(box.sum()), int((box & cases).sum())
    found = []
    for k in range(len(cuts)):
        wider = left & np.logical_and.reduce([*inside[:k], *inside[k + 1 :], left])
        density = float((wider & cases).sum() / wider.sum())
        found.append(1.0 if hits == 0 else float(bdtrc(hits - 1, points, density)))
    return found


def _limit(cut: _Cut, hold: BoolArray, chance: float) -> Limit:
    """A limit between two sizes that were tried lies in their middle; of levels it is the outermost level inside."""
    factor = cut.factor
    if not factor.ordered:
        texts = tuple(factor.levels[round(cut.lows[step])] for step in np.flatnonzero(hold))
        return Limit(factor.path, -math.inf, math.inf, texts, " or ".join(texts), chance)
    first, last = int(hold.argmax()), len(hold) - 1 - int(hold[::-1].argmax())
    low = -math.inf if first == 0 else float(cut.lows[first])
    high = math.inf if last == len(hold) - 1 else float(cut.highs[last])
    if not factor.levels:
        low = low if first == 0 else (low + float(cut.highs[first - 1])) / 2.0
        high = high if last == len(hold) - 1 else (high + float(cut.lows[last + 1])) / 2.0
    return Limit(factor.path, low, high, (), _between(factor, low, high), chance)


def _between(factor: Factor, low: float, high: float) -> str:
    if math.isinf(high):
        return f"at least {factor.told(low)}"
    if math.isinf(low):
        return f"at most {factor.told(high)}"
    return factor.told(low) if low == high else f"{factor.told(low)} to {factor.told(high)}"
