"""What it is worth to know: expected values of perfect and of partial information.

All of it works on values of policies in worlds, more is better. Worlds may be correlated in their unknowns: a
regression on one unknown then tells what knowing it says about the others as well, which is what it is worth.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from equitysim.statistics.intervals import FloatArray, t_quantile

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
    """What it is worth to know everything: ``value``, with the simulation's noise taken off, its standard ``error``,
    and ``uncorrected``, which is never less."""

    value: float
    error: float
    uncorrected: float


def perfect_information(runs: FloatArray, spread: FloatArray | None = None) -> PerfectInformation:
    """Expected value of perfect information, E[max] − max E, of worlds × replications × policies.

    The best of noisy estimates is too good by about a constant over the number of replications, where the policies'
    differences have a density across worlds. So the jackknife over replications (Quenouille 1956, Biometrika 43,
    doi 10.1093/biomet/43.3-4.353) removes it to first order; with one replication nothing can be corrected. The
    correction only takes off: noise flatters, so an estimate that comes out above the uncorrected one is noise itself
    and is told as that one, and a negative one as 0.

    The error is that of the mean over worlds (:func:`error_of_mean`, which says what ``spread`` is) and that of the
    luck all worlds share (the jackknife's variance over replications), in quadrature.
    """
    replications = runs.shape[1]
    whole = _gains(runs.mean(axis=1))
    uncorrected = float(whole.mean())
    if replications < 2:
        return PerfectInformation(uncorrected, error_of_mean(whole, spread), uncorrected)
    left = [_gains(np.delete(runs, one, axis=1).mean(axis=1)) for one in range(replications)]
    corrected = replications * whole - (replications - 1) * np.mean(left, axis=0)
    value = min(max(float(corrected.mean()), 0.0), uncorrected)
    error = math.hypot(error_of_mean(corrected, spread), jackknife_error([float(one.mean()) for one in left]))
    return PerfectInformation(value, error, uncorrected)


def _gains(values: FloatArray) -> FloatArray:
    """In every world, by how much its best beats the best over all worlds."""
    gains: FloatArray = values.max(axis=1) - values[:, int(values.mean(axis=0).argmax())]
    return gains


def error_of_mean(parts: FloatArray, spread: FloatArray | None) -> float:
    """Standard error of a mean over worlds, widened as Student's t is; NaN with a single world.

    ``parts``: one per world. ``spread``: worlds × unknowns, if each unknown is spread evenly over the worlds, as by a
    scrambled Sobol sequence, else None. What the unknowns add up to, each by itself, is then averaged over nearly
    exactly; the error is that of what remains (Stein 1987, Technometrics 29(2), doi 10.1080/00401706.1987.10488205;
    Owen 1992, Journal of the Royal Statistical Society B 54(2), doi 10.1111/j.2517-6161.1992.tb01895.x), and of where
    in its cell each size lies. Sobol points average out a part of what remains too, so this is rather too large.
    """
    worlds = len(parts)
    if spread is None:
        return _widened(float(parts.std(ddof=1)) / math.sqrt(worlds), worlds) if worlds > 1 else math.nan
    found = _additive(spread, parts[:, None])
    free = worlds - found.columns
    rest = float((found.rest**2).sum()) / free / worlds
    order = np.argsort(spread, axis=0)
    steps = (np.diff(found.each[order[:, k], k, 0]) for k in range(spread.shape[1]))
    cells = sum(float((step**2).sum()) for step in steps) / 12.0 / worlds**2
    return _widened(math.sqrt(rest + cells), free + 1)


class _Additive(NamedTuple):
    """Sums of polynomials, one in each unknown: ``each``, worlds × unknowns × outputs, what an unknown makes by itself;
    ``rest``, worlds × outputs, what remains; ``columns`` of the regression, at most half as many as worlds."""

    each: FloatArray
    rest: FloatArray
    columns: int


def _additive(sizes: FloatArray, outputs: FloatArray) -> _Additive:
    worlds, unknowns = sizes.shape
    degree = min(HIGHEST_DEGREE, max(worlds // 2 - 1, 0) // unknowns)
    terms = [_basis(one, float(one.min()), float(one.max()))[:, 1 : degree + 1] for one in sizes.T]
    basis = np.hstack([np.ones((worlds, 1)), *terms])
    found, _, rank, _ = np.linalg.lstsq(basis, outputs, rcond=None)
    places = (1 + k * degree for k in range(unknowns))
    each = [term @ found[place : place + degree] for term, place in zip(terms, places, strict=True)]
    return _Additive(np.stack(each, axis=1), outputs - basis @ found, int(rank))


def jackknife_error(left: Sequence[float]) -> float:
    """Standard error from estimates that leave out one replication each."""
    count = len(left)
    return _widened(math.sqrt((count - 1) * float(np.var(left))), count)


def _widened(error: float, count: int) -> float:
    """An error that rests on few parts, so that its double covers as often as that of one that rests on many."""
    return error * t_quantile(0.975, count - 1) / t_quantile(0.975, 1_000_000)


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


def partial_information_error(
    runs: FloatArray, unknown: FloatArray, reference: int, samples: Samples, spread: FloatArray | None
) -> float:
    """Standard error of :func:`partial_information` of worlds × replications × policies.

    Where worlds are drawn independently, they are drawn anew with replacement. Where unknowns are spread evenly
    (``spread``, as in :func:`error_of_mean`), what they do not add up to changes its sign in every world or not, and is
    fitted again (wild bootstrap); the error of the mean of the fitted gains over the worlds is added. The luck all
    worlds share comes from the estimates that leave out one replication each. All in quadrature.
    """
    values, replications = runs.mean(axis=1), runs.shape[1]
    sampled = 0.0
    if spread is None:
        again = [partial_information(values[sample], unknown[sample], reference) for sample in samples]
    else:
        apart = _apart(values, reference)
        found = _additive(spread, apart)
        rest = found.rest * math.sqrt(len(apart) / (len(apart) - found.columns))
        signs = 2.0 * (samples % 2) - 1.0
        turned = (apart - found.rest + rest * one[:, None] for one in signs)
        again = [gain_of_choosing(fit(unknown, columns).at(unknown)) for columns in turned]
        sampled = error_of_mean(_gains(fit(unknown, apart).at(unknown)), spread)
    left = (np.delete(runs, one, axis=1).mean(axis=1) for one in range(replications) if replications > 1)
    shared = [partial_information(without, unknown, reference) for without in left]
    return math.hypot(float(np.std(again, ddof=1)), sampled, jackknife_error(shared) if shared else 0.0)


def share_between(share: float, count: int, confidence: float) -> tuple[float, float]:
    """Between what a share of so many worlds may lie, with ``confidence``, also where it is none or all (Wilson 1927,
    Journal of the American Statistical Association 22, doi 10.1080/01621459.1927.10502953). Worlds count as drawn
    independently, which errs on the side of caution for a Sobol sequence."""
    from scipy.special import ndtri

    weight = float(ndtri(0.5 + confidence / 2.0)) ** 2 / count
    centre = (share + weight / 2.0) / (1.0 + weight)
    half = math.sqrt(weight * (share * (1.0 - share) + weight / 4.0)) / (1.0 + weight)
    # the estimate lies within, also where rounding says otherwise
    return min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)


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
