"""Where along one factor the best policy changes, all other factors averaged over."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from equitysim.statistics.information import GRID
from equitysim.statistics.intervals import UNDEFINED, FloatArray
from equitysim.statistics.sensitivity.findings import Bounded, TippingPoint
from equitysim.statistics.sensitivity.interactions import joint
from equitysim.statistics.sensitivity.leads import Apart, BoolArray, Part, between_cells
from equitysim.statistics.sensitivity.pooling import readable
from equitysim.statistics.sensitivity.responses import Factor, Responses
from equitysim.statistics.sensitivity.surfaces import at_levels, balanced, surface


def tipping(responses: Responses) -> tuple[TippingPoint, ...]:
    """Every supported change of the best policy, by factor, from low to high.

    In a balanced design the curves join the means at the levels by straight lines; otherwise each is a polynomial
    fitted to the points. They cover the luck of the replications and, of a fit, how the points happened to fall; not
    that a curve bends between two levels or otherwise than a polynomial, nor that a third policy may lead in between.
    Only points that may be read together count (``pooling.readable``); where there are none, no change is told.

    A change from one policy to another is told if the one is ahead below it and the other above, at least one of them
    surely: with the study's confidence for all places along the factor at once, so that two policies that are alike
    seldom seem to change places. Between two places at which the same policy is surely ahead nothing is told.

    The bounds hold those places at which the interval of the two policies' difference contains 0 (Fieller 1954, Journal
    of the Royal Statistical Society B 16(2), doi 10.1111/j.2517-6161.1954.tb00159.x), between the nearest places on
    either side at which one is surely ahead. A bound that lies beyond what was tried is the end of that, and its text
    says so (``1 % or less``). With one replication nothing bounds a change: all are told, with NaN and empty texts.
    """
    points = readable(responses)
    if points is None or len(points.policies) < 2:
        return ()
    at_their_levels = balanced(points)
    told: list[TippingPoint] = []
    for factor in points.factors:
        if factor.ordered and factor.sizes.min() < factor.sizes.max():
            told += _along(points, factor, at_their_levels)
    return tuple(told)


def _along(responses: Responses, factor: Factor, at_their_levels: bool) -> list[TippingPoint]:
    grid = np.linspace(factor.sizes.min(), factor.sizes.max(), GRID + 1)
    curves: Curves
    if at_their_levels:
        sizes, places = np.unique(factor.sizes, return_inverse=True)
        grid = np.union1d(grid, sizes)
        curves = _Joined(at_levels(responses, places, len(sizes)), sizes, grid)
    else:
        curves = surface(responses, [factor], [grid])
    found = changes(curves, grid, responses.context.confidence)
    return [_told(factor, responses.policies[one.below], responses.policies[one.above], one) for one in found]


class Curves(Protocol):
    """Every policy's value along one factor, more is better."""

    @property
    def means(self) -> FloatArray:
        """Places × policies."""
        ...

    def between(self, ours: int, theirs: int) -> Apart:
        """How two policies are apart at every place."""
        ...

    def columns_of(self, ours: int, theirs: int) -> int:
        """At so many places their difference can vary freely."""
        ...


class Change(NamedTuple):
    """Where the best policy changes and between what; ``open_*``: the bound lies beyond what was tried. Policies by
    their column."""

    at: Bounded
    open_low: bool
    open_high: bool
    below: int
    above: int


def changes(curves: Curves, grid: FloatArray, confidence: float, among: int = 1) -> list[Change]:
    """The changes of the best policy that :func:`tipping` tells of curves read at the places ``grid``, from low to
    high. ``among``: a lead is sure with ``confidence`` for so many factors at once."""
    best = curves.means.argmax(axis=1)
    steps_of: dict[tuple[int, int], list[int]] = {}
    for step in np.flatnonzero(best[1:] != best[:-1]).tolist():
        steps_of.setdefault((int(best[step]), int(best[step + 1])), []).append(step)
    found = [
        Change(*where, *pair)
        for pair, steps in steps_of.items()
        for where in _supported(
            grid, curves.between(*pair), steps, (confidence, joint(confidence, among * curves.columns_of(*pair)))
        )
    ]
    return sorted(found, key=lambda one: one.at.value)


def stays_best(curves: Curves, confidence: float) -> bool:
    """Whether one policy is surely ahead of every other at every place: with ``confidence`` for all of them at once."""
    means = curves.means
    ours, rivals = int(means[0].argmax()), means.shape[1] - 1
    return rivals > 0 and all(
        bool((apart.mean > apart.half(joint(confidence, rivals * curves.columns_of(ours, other)))).all())
        for other in range(means.shape[1])
        if other != ours and (apart := curves.between(ours, other))
    )


class _Joined(NamedTuple):
    """Averages at the levels of a factor (levels × replications × policies), joined by straight lines between
    ``sizes`` and read at the places ``grid``."""

    values: FloatArray
    sizes: FloatArray
    grid: FloatArray

    @property
    def means(self) -> FloatArray:
        """Places × policies."""
        left, part = self._between()
        means = self.values.mean(axis=1)
        found: FloatArray = (1.0 - part)[:, None] * means[left] + part[:, None] * means[left + 1]
        return found

    def between(self, ours: int, theirs: int) -> Apart:
        """How two policies are apart at every place. Luck that all levels share moves both ends of a line together,
        their own luck does not."""
        left, part = self._between()
        levels = between_cells(self.values)(ours, theirs)
        mean = (1.0 - part) * levels.mean[left] + part * levels.mean[left + 1]
        together, *own = levels.parts
        low, high = ((1.0 - part) * np.sqrt(together.variance[left]), part * np.sqrt(together.variance[left + 1]))
        shared = Part((low + high) ** 2, together.degrees)
        apart = [
            Part((1.0 - part) ** 2 * one.variance[left] + part**2 * one.variance[left + 1], one.degrees) for one in own
        ]
        return Apart(mean, (shared, *apart))

    def columns_of(self, ours: int, theirs: int) -> int:
        """At so many places the curves can differ freely: at the levels, whichever two policies."""
        return len(self.sizes)

    def _between(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], FloatArray]:
        """Of every place the level before it, and which part of the way to the next it is."""
        left = np.clip(np.searchsorted(self.sizes, self.grid), 1, len(self.sizes) - 1) - 1
        part: FloatArray = (self.grid - self.sizes[left]) / (self.sizes[left + 1] - self.sizes[left])
        return left, part


class _Where(NamedTuple):
    """Where two curves cross and between what; ``open_*``: the bound lies beyond what was tried."""

    at: Bounded
    open_low: bool
    open_high: bool


class _Stretch(NamedTuple):
    """Places between the nearest two at which one of two policies is surely ahead, both included; the ends of the
    grid where there is none."""

    first: int
    last: int


def _supported(
    grid: FloatArray, apart: Apart, steps: Sequence[int], confidences: tuple[float, float]
) -> Iterator[_Where]:
    """Changes between two policies, the first ahead before each of ``steps`` and the second after it: of each stretch
    without a sure lead at most one, that after which the first has gained most.

    ``confidences``: of the bounds, and of a sure lead.
    """
    ahead = apart.mean
    if np.isnan(apart.error).any():
        for step in steps:
            yield _Where(Bounded(_zero(grid, ahead, step), UNDEFINED, UNDEFINED), False, False)
        return
    half, wide = (apart.half(confidence) for confidence in confidences)
    sure = np.abs(ahead) > wide
    gained = np.cumsum(ahead)
    stretches: dict[_Stretch, int] = {}
    for step in steps:
        stretch = _stretch(sure, step)
        if stretch not in stretches or gained[step] > gained[stretches[stretch]]:
            stretches[stretch] = step
    for (first, last), step in stretches.items():
        if ahead[first] > 0.0 > ahead[last] and (sure[first] or sure[last]):
            yield _bounded(grid, ahead, half, _Stretch(first, last), step)


def _stretch(sure: BoolArray, step: int) -> _Stretch:
    left, right = np.flatnonzero(sure[: step + 1]), np.flatnonzero(sure[step + 1 :])
    return _Stretch(int(left[-1]) if len(left) else 0, step + 1 + int(right[0]) if len(right) else len(sure) - 1)


def _bounded(grid: FloatArray, ahead: FloatArray, half: FloatArray, stretch: _Stretch, step: int) -> _Where:
    """From the first to the last place of a stretch at which the two may be equal."""
    possible = stretch.first + np.flatnonzero((np.abs(ahead) <= half)[stretch.first : stretch.last + 1])
    first, last = (min(int(possible[0]), step + 1), max(int(possible[-1]), step)) if len(possible) else (step + 1, step)
    low, high = float(grid[0]), float(grid[-1])
    if first > 0:
        low = _zero(grid, math.copysign(1.0, ahead[first - 1]) * ahead - half, first - 1)
    if last < len(grid) - 1:
        high = _zero(grid, math.copysign(1.0, ahead[last + 1]) * ahead - half, last)
    return _Where(Bounded(_zero(grid, ahead, step), low, high), first == 0, last == len(grid) - 1)


def _zero(grid: FloatArray, curve: FloatArray, step: int) -> float:
    """Where a curve that changes sign between a step and the next is 0."""
    before, after = float(curve[step]), float(curve[step + 1])
    part = 0.5 if before == after else min(max(before / (before - after), 0.0), 1.0)
    return float(grid[step] + part * (grid[step + 1] - grid[step]))


def _told(factor: Factor, below: str, above: str, change: Change) -> TippingPoint:
    at = change.at
    low_text, high_text = ("", "") if np.isnan(at.low) else (factor.told(at.low), factor.told(at.high))
    return TippingPoint(
        factor=factor.path,
        below=below,
        above=above,
        at=at,
        text=factor.told(at.value),
        low_text=f"{low_text} or less" if change.open_low else low_text,
        high_text=f"{high_text} or more" if change.open_high else high_text,
    )
