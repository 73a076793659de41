"""Policies' values over one factor or two, the others averaged over: at levels, or by a smooth fit.

A fit is a polynomial in Legendre's, by total degree over both factors, regressed on the points. Words have no degrees:
their levels have a column each, which counts as degree 1. What is fitted are the policies' differences to the leading
one, since what is common to all decides nothing; each has the degree that predicts points left out best (PRESS, as in
``statistics.information``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from equitysim.statistics.information import HIGHEST_DEGREE, gain_of_choosing
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.leads import Apart, IntArray, Part, luck_in_cells
from equitysim.statistics.sensitivity.responses import Factor, Responses, is_factorial

HIGHEST_TOGETHER = 4
"""Total degree of a polynomial in two factors, at most."""

_DEPENDENT = 1e-8
_LARGEST_LEVERAGE = 1.0 - 1e-9


@dataclass(frozen=True, eq=False)
class Surface:
    """Policies' fitted values in cells, more is better.

    ``values``: cells × replications × policies. ``residuals``: points × policies, what the fit leaves of the points'
    means; ``leverage``: cells × policies, the variance of a fitted value over that of one point; ``columns``: of each
    policy's polynomial.
    """

    values: FloatArray
    residuals: FloatArray
    leverage: FloatArray
    columns: IntArray

    @property
    def means(self) -> FloatArray:
        """Cells × policies."""
        means: FloatArray = self.values.mean(axis=1)
        return means

    def between(self, ours: int, theirs: int) -> Apart:
        """How two policies are apart in every cell.

        The error's parts are how the cell varies over the replications, each fitted by itself, and how points scatter
        about the fit, since other factors are averaged over as they happened to fall. Luck of single points is in
        both, which errs on the side of caution.
        """
        apart = self.values[:, :, ours] - self.values[:, :, theirs]
        columns = self.columns_of(ours, theirs)
        rest = len(self.residuals) - columns
        left = self.residuals[:, ours] - self.residuals[:, theirs]
        scatter = float((left**2).sum()) / rest * np.maximum(self.leverage[:, ours], self.leverage[:, theirs])
        return Apart(apart.mean(axis=1), (*luck_in_cells(apart, columns), Part(scatter, float(rest))))

    def columns_of(self, ours: int, theirs: int) -> int:
        """Of the polynomial of two policies' difference."""
        return int(max(self.columns[ours], self.columns[theirs]))


class _Terms(NamedTuple):
    """Columns of one factor's polynomials without the constant: rows × columns, and the degree of each."""

    columns: FloatArray
    degrees: tuple[int, ...]


def _terms(factor: Factor, sizes: FloatArray, highest: int) -> _Terms:
    """Of a factor, at some sizes of it."""
    if not factor.ordered:
        places = np.arange(1, len(factor.levels))
        return _Terms((sizes[:, None] == places).astype(np.float64), (1,) * len(places))
    low, high = float(factor.sizes.min()), float(factor.sizes.max())
    scaled = np.zeros_like(sizes) if high == low else (2.0 * sizes - low - high) / (high - low)
    columns = np.asarray(np.polynomial.legendre.legvander(scaled, highest), dtype=np.float64)
    return _Terms(columns[:, 1:], tuple(range(1, highest + 1)))


def _basis(factors: Sequence[Factor], sizes: Sequence[FloatArray], highest: int) -> tuple[FloatArray, IntArray]:
    """All products of the factors' terms up to a total degree, by degree: rows × columns, degree of each column."""
    terms = [_terms(factor, along, highest) for factor, along in zip(factors, sizes, strict=True)]
    places = [range(len(term.degrees) + 1) for term in terms]
    found = []
    for places_of in product(*places):
        degree = sum(term.degrees[place - 1] for term, place in zip(terms, places_of, strict=True) if place)
        if degree <= highest:
            found.append((degree, places_of))
    found.sort()
    columns: FloatArray = np.ones((len(sizes[0]), len(found)), dtype=np.float64)
    for k, (_, places_of) in enumerate(found):
        for term, place in zip(terms, places_of, strict=True):
            if place:
                columns[:, k] *= term.columns[:, place - 1]
    return columns, np.array([degree for degree, _ in found], dtype=np.int64)


class Fitted(NamedTuple):
    """Polynomials regressed on points. ``orthogonal``: points × columns, orthonormal, so that the first so many span
    the lower degrees; ``triangle`` takes a basis to it, of which ``kept`` are the independent columns. ``columns``: how
    many of them each output has."""

    orthogonal: FloatArray
    triangle: FloatArray
    kept: IntArray
    columns: IntArray

    def coordinates(self, basis: FloatArray) -> FloatArray:
        """Other places in the orthonormal columns: places × columns."""
        return np.asarray(np.linalg.solve(self.triangle.T, basis[:, self.kept].T).T, dtype=np.float64)


def fitted(basis: FloatArray, degrees: IntArray, outputs: FloatArray) -> Fitted:
    """Choose for every output (points × outputs) the degree that predicts points left out best.

    ``basis``: points × columns, by degree. Columns that the points cannot tell from earlier ones are left out; so are
    degrees with as many columns as points.
    """
    orthogonal, triangle = np.linalg.qr(basis)
    told_apart = np.abs(np.diag(triangle)) > _DEPENDENT * math.sqrt(len(basis))
    kept = np.flatnonzero(told_apart)
    if len(kept) < basis.shape[1]:
        orthogonal, triangle = np.linalg.qr(basis[:, kept])
    degrees = degrees[kept]
    projected = orthogonal.T @ outputs
    rest: FloatArray = outputs.copy()
    leverage = np.zeros(len(basis))
    least = np.full(outputs.shape[1], np.inf)
    chosen = np.ones(outputs.shape[1], dtype=np.int64)
    begin = 0
    for degree in np.unique(degrees):
        end = int(np.searchsorted(degrees, degree, side="right"))
        if end > 1 and end + 1 >= len(basis):
            break
        rest -= orthogonal[:, begin:end] @ projected[begin:end]
        leverage += (orthogonal[:, begin:end] ** 2).sum(axis=1)
        press = ((rest / (1.0 - np.minimum(leverage, _LARGEST_LEVERAGE))[:, None]) ** 2).sum(axis=0)
        better = press < least
        least[better] = press[better]
        chosen[better] = end
        begin = end
    return Fitted(orthogonal, triangle, kept, chosen)


def surface(responses: Responses, factors: Sequence[Factor], cells: Sequence[FloatArray]) -> Surface:
    """Values in cells by a fit over one factor or two. ``cells``: of each factor, the size in every cell."""
    return surface_of(responses.better * responses.runs, factors, cells)


def surface_of(
    signed: FloatArray, factors: Sequence[Factor], cells: Sequence[FloatArray], *, chosen: bool = True
) -> Surface:
    """The same of points × replications × policies, more is better. ``chosen``: each polynomial has the degree that
    predicts best; else all have the highest, so that a bend too weak to be chosen is not taken for none."""
    highest = HIGHEST_DEGREE if len(factors) == 1 else HIGHEST_TOGETHER
    points, replications, policies = signed.shape
    leader = int(signed.mean(axis=(0, 1)).argmax())
    apart = signed - signed[:, :, [leader]]
    apart[:, :, leader] = signed[:, :, leader]
    means = apart.mean(axis=1)
    basis, degrees = _basis(factors, [factor.sizes for factor in factors], highest)
    fit = fitted(basis, degrees, means)
    if not chosen:
        fit = fit._replace(columns=np.full_like(fit.columns, min(fit.orthogonal.shape[1], points - 2)))
    places = fit.coordinates(_basis(factors, cells, highest)[0])
    used = np.arange(fit.orthogonal.shape[1])[:, None] < fit.columns
    projected = (fit.orthogonal.T @ apart.reshape(points, -1)).reshape(-1, replications, policies) * used[:, None, :]
    values = np.tensordot(places, projected, axes=1)
    residuals = means - fit.orthogonal @ projected.mean(axis=1)
    leverage = places**2 @ used
    # The leading policy's own level cancels from every difference; nothing of its fit may count in one.
    level = values[:, :, leader].copy()
    values[:, :, leader] = 0.0
    values += level[:, :, None]
    residuals[:, leader] = 0.0
    leverage[:, leader] = 0.0
    columns = fit.columns.copy()
    columns[leader] = 1
    return Surface(values, residuals, leverage, columns)


def decides(responses: Responses, factor: Factor) -> tuple[float, float]:
    """How much a factor decides between policies, to be compared: first what it is worth to know it alone (Strong,
    Oakley & Brennan 2014, doi 10.1177/0272989X13505910), then the variance of the differences' conditional means."""
    means = responses.better * responses.means
    apart = means - means[:, [int(means.mean(axis=0).argmax())]]
    fit = fitted(*_basis([factor], [factor.sizes], HIGHEST_DEGREE), apart)
    used = np.arange(fit.orthogonal.shape[1])[:, None] < fit.columns
    conditional = fit.orthogonal @ ((fit.orthogonal.T @ apart) * used)
    return gain_of_choosing(conditional), float(conditional.var(axis=0).sum())


def balanced(responses: Responses) -> bool:
    """Whether the design has every combination of the factors' levels equally often; cheap where it cannot be so."""
    return math.prod(max(len(factor.levels), 1) for factor in responses.factors) <= len(
        responses.runs
    ) and is_factorial(responses)


def at_levels(responses: Responses, places: IntArray, count: int) -> FloatArray:
    """Averages over the points of each cell, more is better: cells × replications × policies. ``places``: the cell of
    every point, of ``count``, none empty."""
    signed = responses.better * responses.runs
    order = np.argsort(places, kind="stable")
    starts = np.searchsorted(places[order], np.arange(count))
    sums = np.add.reduceat(signed[order], starts, axis=0)
    sizes = np.bincount(places, minlength=count)
    averages: FloatArray = sums / sizes[:, None, None]
    return averages
