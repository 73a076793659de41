"""The mean along one factor, the others averaged over, and which part of the variance between points it makes."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.statistics.information import HIGHEST_DEGREE, Fit, fit
from equitysim.statistics.intervals import UNDEFINED, FloatArray, t_quantile
from equitysim.statistics.sensitivity.findings import Curve, Method
from equitysim.statistics.sensitivity.responses import Factor, Responses
from equitysim.statistics.sensitivity.squares import Shares, Squares, luck_of, shares, squares, stacked

PLACES = 21
"""Places at which a fitted curve is read off, both ends among them."""

FEW_LEVELS = 6
"""An ordered factor of scattered points is averaged level by level up to so many levels, and fitted beyond."""


class Marginal(NamedTuple):
    """One factor, for all outputs.

    ``along``: the curve in every replication, at ``sizes``: places × replications × outputs. ``scatter``: half the
    interval that the choice of the points leaves it, places × outputs; None where every combination is there.
    ``share``: None where it is not asked for. ``fitted``: the curve at every point, points × outputs, without its mean
    (of a constant, the straight line).
    """

    factor: Factor
    sizes: FloatArray
    texts: tuple[str, ...]
    along: FloatArray
    scatter: FloatArray | None
    share: Shares | None
    fitted: FloatArray
    method: Method

    def curve(self, output: int, confidence: float) -> Curve:
        """One output's curve, bounded by a t interval over the replications' curves and by ``scatter``, in
        quadrature."""
        along = self.along[:, :, output]
        mean = along.mean(axis=1)
        half = luck_of((along - mean[:, None])[:, :, None], confidence)[:, 0]
        if self.scatter is not None:
            half = np.hypot(np.nan_to_num(half), self.scatter[:, output])
        return Curve(
            tuple(self.sizes.tolist()),
            self.texts,
            tuple(mean.tolist()),
            tuple((mean - half).tolist()),
            tuple((mean + half).tolist()),
        )


def cells(responses: Responses) -> FloatArray:
    """The runs of a design that has every combination equally often, copies of a point averaged: levels of the first
    factor × … × replications × outputs."""
    codes = [np.unique(factor.sizes, return_inverse=True)[1] for factor in responses.factors]
    shape = tuple(len(factor.levels) for factor in responses.factors)
    order = np.lexsort(codes[::-1])
    runs = stacked(responses)[order]
    found: FloatArray = runs.reshape(*shape, -1, *runs.shape[1:]).mean(axis=len(shape))
    return found


def deviations(runs: FloatArray) -> Squares:
    """The sum of squares between the points: ``runs``: points × replications × outputs."""
    return squares(runs - runs.mean(axis=0))


def of_levels(responses: Responses) -> list[Marginal]:
    """Of a balanced factorial: exact means at each level. The points are all there are, so that bounds come from the
    replications alone."""
    runs = cells(responses)
    count = len(responses.factors)
    flat = runs.reshape(-1, *runs.shape[count:])
    whole = deviations(flat).times(1.0 / len(flat))
    grand = flat.mean(axis=0)
    found = []
    for k, factor in enumerate(responses.factors):
        along = runs.mean(axis=tuple(axis for axis in range(count) if axis != k))
        part = squares(along - grand).times(1.0 / len(along))
        sizes, first, codes = np.unique(factor.sizes, return_index=True, return_inverse=True)
        share = shares(part, whole, responses.context.confidence)
        fitted = (along - grand).mean(axis=1)[codes]
        texts = tuple(factor.texts[row] for row in first)
        found.append(Marginal(factor, sizes, texts, along, None, share, fitted, "levels"))
    return found


def of_scattered(responses: Responses, rows: npt.NDArray[np.int64], *, shared: bool) -> list[Marginal]:
    """Of points that lie anywhere, those of ``rows``: polynomials, or means by level where a factor has few levels or
    no order. ``shared``: whether shares of variance are asked for."""
    runs = stacked(responses)[rows]
    centred = runs - runs.mean(axis=0)
    whole = squares(centred)
    means = runs.mean(axis=1)
    found = []
    for factor in responses.factors:
        sizes = factor.sizes[rows]
        by_level = not factor.ordered or 0 < len(factor.levels) <= FEW_LEVELS
        part = _by_level(factor, rows, sizes, centred) if by_level else _fitted(factor, sizes, centred, means)
        freedom, quantiles = _freedom(part, len(rows), responses.context.confidence)
        scatter = quantiles * _error(part, centred, freedom)
        share = _share(part, centred, whole, responses.context.confidence) if shared else None
        along = part.along + runs.mean(axis=0)
        found.append(Marginal(factor, part.places, part.texts, along, scatter, share, part.line, part.method))
    return found


class _Part(NamedTuple):
    """A regression on one factor. ``coordinates``: of the runs in an orthonormal basis of its functions of mean 0;
    ``degrees``: how many of them each output has, ``chosen``: how many the curve has (a constant has none, but its
    share is bounded by that of a line). ``basis``: at the places; its squares make the curve's error."""

    places: FloatArray
    texts: tuple[str, ...]
    along: FloatArray
    fitted: FloatArray
    line: FloatArray
    coordinates: FloatArray
    degrees: npt.NDArray[np.int64]
    chosen: npt.NDArray[np.int64]
    variance: FloatArray
    method: Method


def _by_level(factor: Factor, rows: npt.NDArray[np.int64], sizes: FloatArray, centred: FloatArray) -> _Part:
    """Means of the points that have a level, however many they are."""
    places, first, codes, counts = np.unique(sizes, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(codes, kind="stable")
    sums = np.add.reduceat(centred[order], np.concatenate([[0], np.cumsum(counts)[:-1]]), axis=0)
    outputs = centred.shape[2]
    along = sums / counts[:, None, None]
    degrees = np.full(outputs, len(places) - 1)
    fitted = along.mean(axis=1)[codes]
    variance = np.repeat(1.0 / counts[:, None], outputs, axis=1)
    texts = tuple(factor.texts[rows[row]] for row in first)
    coordinates = sums / np.sqrt(counts)[:, None, None]
    return _Part(places, texts, along, fitted, fitted, coordinates, degrees, degrees, variance, "levels")


def _fitted(factor: Factor, sizes: FloatArray, centred: FloatArray, means: FloatArray) -> _Part:
    """Legendre polynomials of the degrees that ``information.fit`` chooses for the points' means."""
    chosen_fit = fit(sizes, means)
    count = HIGHEST_DEGREE + 1
    chosen = np.where(chosen_fit.coefficients != 0.0, np.arange(count)[:, None], 0).max(axis=0)
    few = len(np.unique(sizes)) < 2
    degrees = np.minimum(np.maximum(chosen, 1), 0 if few else HIGHEST_DEGREE)
    highest = int(degrees.max())
    polynomials = Fit(chosen_fit.low, chosen_fit.high, np.eye(count))
    orthogonal, triangle = np.linalg.qr(polynomials.at(sizes)[:, : highest + 1])
    places = np.linspace(chosen_fit.low, chosen_fit.high, PLACES)
    # The first function is the constant, of which nothing is left in centred runs.
    basis = np.linalg.solve(triangle.T, polynomials.at(places)[:, : highest + 1].T).T[:, 1:]
    orthogonal = orthogonal[:, 1:]
    coordinates = np.tensordot(orthogonal, centred, axes=(0, 0))
    numbers = np.arange(1, highest + 1)[:, None]
    curve = coordinates * (numbers <= chosen)[:, None, :]
    wide = coordinates * (numbers <= degrees)[:, None, :]
    variance = 1.0 / len(sizes) + basis**2 @ (numbers <= chosen)
    along = np.tensordot(basis, curve, axes=(1, 0))
    fitted, line = orthogonal @ curve.mean(axis=1), orthogonal @ wide.mean(axis=1)
    texts = tuple(factor.told(size) for size in places.tolist())
    return _Part(places, texts, along, fitted, line, wide, degrees, chosen, variance, "fitted")


def _freedom(part: _Part, points: int, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Degrees of freedom of what the regression leaves, by output, and Student's quantile; NaN if there are none."""
    left = points - 1.0 - part.degrees
    quantiles = {
        count: t_quantile(0.5 + confidence / 2.0, int(count)) for count in np.unique(left[left > 0.0]).tolist()
    }
    return np.where(left > 0.0, left, UNDEFINED), np.array([quantiles.get(count, UNDEFINED) for count in left.tolist()])


def _error(part: _Part, centred: FloatArray, freedom: FloatArray) -> FloatArray:
    """The curve's standard error, places × outputs."""
    left = centred.mean(axis=1) - part.fitted
    error: FloatArray = np.sqrt(part.variance * (left**2).sum(axis=0) / freedom)
    return error


def _share(part: _Part, centred: FloatArray, whole: Squares, confidence: float) -> Shares:
    """First-order shares as adjusted R²: the part of the sum of squares that functions of the factor would take up by
    chance, from the other factors and luck, is taken off.

    The choice of points moves a share through each point's influence on it, ((1 − S) y² − e²) over the variance, where
    y is the point's deviation from the mean and e what the regression leaves of it.
    """
    freedom, quantiles = _freedom(part, len(centred), confidence)
    taken = squares(part.coordinates)
    left = whole.plus(taken, -1.0).times(1.0 / freedom)
    net = taken.plus(left, -part.degrees.astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(whole.value > 0.0, net.value / whole.value, UNDEFINED)
        deviation = centred.mean(axis=1)
        rest = (deviation - part.line) ** 2
        influence = ((1.0 - np.clip(value, 0.0, 1.0)) * deviation**2 - rest) * len(centred) / whole.value
        scatter = influence.std(axis=0) / np.sqrt(freedom)
    found = shares(net, whole, confidence, quantiles * scatter)
    constant = (part.chosen == 0) & ~np.isnan(found.value)
    return Shares(np.where(constant, 0.0, found.value), np.where(constant, 0.0, found.low), found.high)
