"""Means, t intervals, paired differences and what they say about a claim.

Replications are independent of each other; two policies of one replication share their luck (common random numbers,
model §10), so differences are taken within replications before anything is averaged.
"""

import math
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

Outcome = Literal["holds", "fails", "no_material_difference", "undecided"]
"""What an interval says about a claim."""

UNDEFINED = math.nan


class Estimate(NamedTuple):
    """A mean over replications within [``low``, ``high``].

    ``sd``: standard deviation between replications. ``n``: replications in which the measure is defined. NaN where
    undefined: all of them without any replication, bounds and ``sd`` with one.
    """

    mean: float
    low: float
    high: float
    sd: float
    n: int


NOTHING = Estimate(UNDEFINED, UNDEFINED, UNDEFINED, UNDEFINED, 0)
"""The estimate of what is never defined."""


def t_interval(values: npt.ArrayLike, confidence: float = 0.95) -> Estimate:
    """Mean of the replications with Student's t interval.

    Replications in which the value is NaN (undefined) are left out and not counted in ``n``. Raises ValueError unless
    0 < confidence < 1.
    """
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    given = np.asarray(values, dtype=np.float64)
    defined = [float(value) for value in given if not math.isnan(value)]
    n = len(defined)
    if n == 0:
        return NOTHING
    mean = math.fsum(defined) / n
    if n == 1:
        return Estimate(mean, UNDEFINED, UNDEFINED, UNDEFINED, 1)
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in defined) / (n - 1))
    half = t_quantile(0.5 + confidence / 2.0, n - 1) * sd / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, sd, n)


def t_quantile(chance: float, degrees: int) -> float:
    """Quantile of Student's t distribution. SciPy is loaded here only, because most commands never need it."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, chance))


def linearised(parts: npt.ArrayLike, wholes: npt.ArrayLike) -> FloatArray:
    """One number per replication whose mean is the ratio of the means, and whose spread is that of the ratio.

    ``R + (part − R·whole)/mean whole`` with ``R = Σ part/Σ whole``: the ratio estimator's expansion to first order
    (Cochran 1977, Sampling Techniques, §6.3). NaN where a replication has no whole.
    """
    x, y = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    there = y != 0.0
    whole = math.fsum(y[there])
    if whole == 0.0:
        return np.full(len(y), UNDEFINED)
    ratio = math.fsum(x[there]) / whole
    found: FloatArray = np.where(there, ratio + (x - ratio * y) / (whole / np.count_nonzero(there)), UNDEFINED)
    return found


def ratio_of_means(parts: npt.ArrayLike, wholes: npt.ArrayLike, confidence: float = 0.95) -> Estimate:
    """The ratio of two means over the same replications with Fieller's interval (E. C. Fieller 1954, Journal of the
    Royal Statistical Society B 16:175-185).

    The interval holds every θ for which ``mean(part − θ·whole)`` is not clear of 0. Undefined where the mean whole is
    not clear of 0, for then that is no interval; with one replication, where it is 0.
    """
    x, y = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    n = len(y)
    if n == 0 or not math.isfinite(math.fsum(x) + math.fsum(y)):
        return NOTHING
    part, whole = math.fsum(x) / n, math.fsum(y) / n
    if whole == 0.0:
        return NOTHING
    if n == 1:
        return Estimate(part / whole, UNDEFINED, UNDEFINED, UNDEFINED, 1)
    t = t_quantile(0.5 + confidence / 2.0, n - 1)
    (parts_vary, together), (_, wholes_vary) = np.cov(x, y) * (t**2 / n)
    a, b, c = whole**2 - wholes_vary, part * whole - together, part**2 - parts_vary
    if a <= 0.0:
        return NOTHING
    half = math.sqrt(max(b**2 - a * c, 0.0))
    sd = float(np.std((x - part / whole * y) / whole, ddof=1))
    return Estimate(part / whole, float((b - half) / a), float((b + half) / a), sd, n)


def paired(values: npt.ArrayLike, baseline: npt.ArrayLike, confidence: float = 0.95) -> Estimate:
    """Mean difference to the baseline with a t interval over the differences within replications.

    Raises ValueError if the two have different numbers of replications: pairing would shift luck from one to another.
    """
    return t_interval(differences(values, baseline), confidence)


def differences(values: npt.ArrayLike, baseline: npt.ArrayLike) -> FloatArray:
    """Replication by replication, ``values − baseline``; NaN where either is undefined. Raises ValueError if their
    lengths differ."""
    ours = np.asarray(values, dtype=np.float64)
    theirs = np.asarray(baseline, dtype=np.float64)
    if ours.shape != theirs.shape:
        raise ValueError(f"cannot pair {ours.size} replications with {theirs.size}")
    return ours - theirs


def claim_outcome(estimate: Estimate, *, threshold: float = 0.0, matters: float = 0.0) -> Outcome:
    """What the interval of a difference says.

    ``no_material_difference`` if it lies inside ±matters (both ends included), else ``holds`` if it lies above the
    threshold, ``fails`` if below, ``undecided`` if it contains the threshold or is not defined.
    """
    low, high = estimate.low, estimate.high
    if math.isnan(low) or math.isnan(high):
        return "undecided"
    if -matters <= low and high <= matters:
        return "no_material_difference"
    if low > threshold:
        return "holds"
    if high < threshold:
        return "fails"
    return "undecided"


def variance_reduction(values: npt.ArrayLike, baseline: npt.ArrayLike) -> float:
    """How many times smaller the variance of the difference is than it would be with independent draws.

    The sum of the two variances over the variance of the difference, over replications in which both are defined: 1
    without any benefit of common random numbers, infinite if the difference never varies. NaN with fewer than two
    replications or if nothing varies at all.
    """
    gap = differences(values, baseline)
    both = ~np.isnan(gap)
    if int(both.sum()) < 2:
        return UNDEFINED
    apart = float(np.var(np.asarray(values, dtype=np.float64)[both], ddof=1)) + float(
        np.var(np.asarray(baseline, dtype=np.float64)[both], ddof=1)
    )
    together = float(np.var(gap[both], ddof=1))
    if apart == 0.0:
        return UNDEFINED
    return math.inf if together == 0.0 else apart / together
