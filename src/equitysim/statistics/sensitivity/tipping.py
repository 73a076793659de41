"""Where along one factor the best policy changes, all other factors averaged over."""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from equitysim.statistics.information import GRID
from equitysim.statistics.intervals import UNDEFINED, FloatArray
from equitysim.statistics.sensitivity.findings import Bounded, TippingPoint
from equitysim.statistics.sensitivity.pooling import readable
from equitysim.statistics.sensitivity.responses import Factor, Responses
from equitysim.statistics.sensitivity.surfaces import Surface, at_levels, balanced, surface


def tipping(responses: Responses) -> tuple[TippingPoint, ...]:
    """Every supported change of the best policy, by factor, from low to high.

    In a balanced design the curves join the means at the levels by straight lines; otherwise each is a polynomial
    fitted to the points. The bounds hold those places at which the interval of the two policies' difference contains
    0 (Fieller 1954, Journal of the Royal Statistical Society B 16(2), doi 10.1111/j.2517-6161.1954.tb00159.x). They
    cover the luck of the replications and, of a fit, how the points happened to fall; not that a curve bends between
    two levels or otherwise than a polynomial, nor that a third policy may lead in between. Only points that may be read
    together count (``pooling.readable``); where there are none, no change is told.

    A change is told if at least one of the two policies is clearly ahead on its own side. A bound that lies beyond what
    was tried is the end of that, and its text says so (``1 % or less``). With one replication nothing bounds a change:
    all are told, with NaN and empty texts.
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
    if at_their_levels:
        sizes, places = np.unique(factor.sizes, return_inverse=True)
        grid = np.union1d(grid, sizes)
        curves = _joined(at_levels(responses, places, len(sizes)), sizes, grid)
    else:
        curves = surface(responses, [factor], [grid])
    means = curves.means
    best = means.argmax(axis=1)
    found = []
    for step in np.flatnonzero(best[1:] != best[:-1]).tolist():
        below, above = int(best[step]), int(best[step + 1])
        bounds = _bounds(curves, (below, above), grid, step, responses.context.confidence)
        if bounds.supported:
            found.append(_told(factor, responses.policies[below], responses.policies[above], bounds))
    return found


def _joined(curves: Surface, sizes: FloatArray, grid: FloatArray) -> Surface:
    """Straight lines between the levels, in every replication."""
    right = np.clip(np.searchsorted(sizes, grid), 1, len(sizes) - 1)
    part = ((grid - sizes[right - 1]) / (sizes[right] - sizes[right - 1]))[:, None, None]
    return replace(curves, values=(1.0 - part) * curves.values[right - 1] + part * curves.values[right])


class _Bounds(NamedTuple):
    """Where two curves cross and between what; ``open_*``: the bound lies beyond what was tried."""

    at: Bounded
    open_low: bool
    open_high: bool
    supported: bool


def _bounds(curves: Surface, pair: tuple[int, int], grid: FloatArray, step: int, confidence: float) -> _Bounds:
    apart = curves.between(*pair)
    ahead = apart.mean
    at = _zero(grid, ahead, step)
    if np.isnan(apart.error).any():
        return _Bounds(Bounded(at, UNDEFINED, UNDEFINED), False, False, True)
    half = apart.half(confidence)
    certain = np.abs(ahead) > half
    left = np.flatnonzero(certain[: step + 1])
    right = np.flatnonzero(certain[step + 1 :])
    low, high = float(grid[0]), float(grid[-1])
    below = above = False
    if len(left):
        last = int(left[-1])
        below = bool(ahead[last] > 0.0)
        low = _zero(grid, math.copysign(1.0, ahead[last]) * ahead - half, last)
    if len(right):
        first = step + 1 + int(right[0])
        above = bool(ahead[first] < 0.0)
        high = _zero(grid, math.copysign(1.0, ahead[first]) * ahead - half, first - 1)
    return _Bounds(Bounded(at, low, high), not len(left), not len(right), below or above)


def _zero(grid: FloatArray, curve: FloatArray, step: int) -> float:
    """Where a curve that changes sign between a step and the next is 0."""
    before, after = float(curve[step]), float(curve[step + 1])
    part = 0.5 if before == after else min(max(before / (before - after), 0.0), 1.0)
    return float(grid[step] + part * (grid[step + 1] - grid[step]))


def _told(factor: Factor, below: str, above: str, bounds: _Bounds) -> TippingPoint:
    at = bounds.at
    low_text, high_text = ("", "") if np.isnan(at.low) else (factor.told(at.low), factor.told(at.high))
    return TippingPoint(
        factor=factor.path,
        below=below,
        above=above,
        at=at,
        text=factor.told(at.value),
        low_text=f"{low_text} or less" if bounds.open_low else low_text,
        high_text=f"{high_text} or more" if bounds.open_high else high_text,
    )
