"""What it is worth to know: expected values of perfect and of partial information, and where a decision tips.

All of it works on values of policies in worlds, more is better. Worlds may be correlated in their unknowns: a
regression on one unknown then tells what knowing it says about the others as well, which is what it is worth.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from equitysim.statistics.intervals import FloatArray

HIGHEST_DEGREE = 3
Samples = np.ndarray[tuple[int, int], np.dtype[np.int64]]
"""Worlds drawn anew: times × worlds, as numbers of worlds."""

GRID = 400
"""Steps between the least and the greatest value of an unknown in which a change of the best policy is looked for."""


def shares_best(values: FloatArray) -> FloatArray:
    """In what share of the worlds each policy is the best. ``values``: worlds × policies. Equals share their world."""
    best = values == values.max(axis=1, keepdims=True)
    shares: FloatArray = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def gain_of_choosing(values: FloatArray) -> float:
    """By how much the best of each world beats the best over all worlds, on average. ``values``: worlds × policies."""
    return float(values.max(axis=1).mean() - values.mean(axis=0).max())


class PerfectInformation(NamedTuple):
    """What it is worth to know everything: ``value``, corrected for the simulation's noise, and ``uncorrected``."""

    value: float
    uncorrected: float


def perfect_information(runs: FloatArray) -> PerfectInformation:
    """Expected value of perfect information, E[max] − max E, of worlds × replications × policies.

    The best of noisy estimates is too good by about a constant over the number of replications, where the policies'
    differences have a density across worlds. So the jackknife over replications (Quenouille 1956, Biometrika 43,
    doi 10.1093/biomet/43.3-4.353) removes it to first order; with one replication nothing can be corrected. A
    negative corrected value is told as 0.
    """
    replications = runs.shape[1]
    whole = gain_of_choosing(runs.mean(axis=1))
    if replications < 2:
        return PerfectInformation(whole, whole)
    left = [gain_of_choosing(np.delete(runs, one, axis=1).mean(axis=1)) for one in range(replications)]
    corrected = replications * whole - (replications - 1) * float(np.mean(left))
    return PerfectInformation(max(corrected, 0.0), whole)


class Fit(NamedTuple):
    """Polynomials in one unknown, one per column of what was fitted. ``low`` and ``high``: between which it was seen;
    ``coefficients``: of Legendre polynomials, degrees × columns, zero beyond the degree chosen."""

    low: float
    high: float
    coefficients: FloatArray

    def at(self, unknown: FloatArray) -> FloatArray:
        """The fitted columns at some values of the unknown: values × columns."""
        fitted: FloatArray = _basis(unknown, self.low, self.high) @ self.coefficients
        return fitted


def _basis(unknown: FloatArray, low: float, high: float) -> FloatArray:
    scaled = np.zeros_like(unknown) if high == low else (2.0 * unknown - low - high) / (high - low)
    return np.asarray(np.polynomial.legendre.legvander(scaled, HIGHEST_DEGREE), dtype=np.float64)


def fit(unknown: FloatArray, columns: FloatArray) -> Fit:
    """Regress every column (worlds × columns) on one unknown.

    Each column has the degree, from 0 to 3, that predicts worlds left out best (PRESS, Allen 1974, Technometrics
    16(1), doi 10.1080/00401706.1974.10489157): an unknown that moves nothing is fitted by a constant.
    """
    low, high = float(unknown.min()), float(unknown.max())
    basis = _basis(unknown, low, high)
    worlds = len(unknown)
    best = np.full(columns.shape[1], np.inf)
    chosen = np.zeros((HIGHEST_DEGREE + 1, columns.shape[1]))
    for degree in range(HIGHEST_DEGREE + 1):
        if len(np.unique(unknown)) <= degree or worlds <= degree + 1:
            break
        orthogonal, triangle = np.linalg.qr(basis[:, : degree + 1])
        leverage = np.minimum((orthogonal**2).sum(axis=1), 1.0 - 1e-9)
        projected = orthogonal.T @ columns
        left_out = (columns - orthogonal @ projected) / (1.0 - leverage)[:, None]
        press = (left_out**2).sum(axis=0)
        better = press < best
        best[better] = press[better]
        coefficients = np.zeros_like(chosen)
        coefficients[: degree + 1] = np.linalg.solve(triangle, projected)
        chosen[:, better] = coefficients[:, better]
    return Fit(low, high, chosen)


def partial_information(values: FloatArray, unknown: FloatArray, reference: int) -> float:
    """Expected value of perfect information about one unknown, by regression on it (Strong, Oakley & Brennan 2014,
    Medical Decision Making 34(3), doi 10.1177/0272989X13505910).

    ``values``: worlds × policies; ``reference``: the policy whose differences to the others are fitted, since what is
    common to all policies decides nothing.
    """
    return gain_of_choosing(fit(unknown, _apart(values, reference)).at(unknown))


def _apart(values: FloatArray, reference: int) -> FloatArray:
    apart: FloatArray = values - values[:, [reference]]
    return apart


class Crossing(NamedTuple):
    """Where along an unknown the best policy changes from ``below`` to ``above``; policies by their column."""

    size: float
    below: int
    above: int


def crossings(values: FloatArray, unknown: FloatArray, reference: int) -> tuple[Crossing, ...]:
    """Where the best policy changes along one unknown, averaged over the others, between the least and the greatest
    value that worlds have of it. From low to high; none if one policy is the best all along."""
    fitted = fit(unknown, _apart(values, reference))
    grid = np.linspace(fitted.low, fitted.high, GRID + 1)
    along = fitted.at(grid)
    best = along.argmax(axis=1)
    found = []
    for step in np.flatnonzero(best[1:] != best[:-1]):
        below, above = int(best[step]), int(best[step + 1])
        before = along[step, below] - along[step, above]
        after = along[step + 1, above] - along[step + 1, below]
        part = 0.5 if before + after == 0.0 else before / (before + after)
        found.append(Crossing(float(grid[step] + part * (grid[step + 1] - grid[step])), below, above))
    return tuple(found)


def rank_correlation(first: FloatArray, second: FloatArray) -> float:
    """Spearman's; NaN if either never varies."""
    from scipy.stats import rankdata

    ranks = rankdata(np.stack([first, second]), axis=1)
    apart = ranks - ranks.mean(axis=1, keepdims=True)
    spread = np.sqrt((apart**2).sum(axis=1))
    return float("nan") if 0.0 in spread else float((apart[0] * apart[1]).sum() / (spread[0] * spread[1]))


def resampled(worlds: int, times: int, seed: tuple[int, ...]) -> Samples:
    """Worlds drawn anew with replacement, ``times`` over: times × worlds, as numbers of worlds."""
    return np.random.default_rng(seed).integers(0, worlds, size=(times, worlds))


def over_samples(samples: Samples, figure: Callable[..., float]) -> FloatArray:
    """A figure of every sample of worlds."""
    return np.array([figure(sample) for sample in samples], dtype=np.float64)
