"""Two chances of being best that are easily confused, because they belong to two different spreads.

The *simulation's own error*: means are known from finitely many replications; more of them make it as small as one
likes. A *firm's luck*: one replication is one future of the firm's customers, and in some futures another policy
comes out ahead; more replications only say more exactly in how many.
"""

import numpy as np

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.selection import column_means

DRAWS = 50_000
"""Draws behind a chance: its own standard error is at most 0.23 percentage points."""

_AT_ONCE = 5_000


def share_of_futures_best(values: FloatArray) -> FloatArray:
    """Per policy the share of replications in which it is best; policies that tie in one share it.

    ``values``: replications × policies, more is better, at least one replication.
    """
    return _share_best(values)


def p_best_mean(values: FloatArray, seed: int, draws: int = DRAWS) -> FloatArray:
    """Per policy the chance that its mean is the best, given the simulation's own error.

    The means lie around those observed as a multivariate t with n − 1 degrees of freedom and the sample covariance of
    the means; of two policies the chance is then 1 minus the p-value of the one-sided paired t test. Drawn ``draws``
    times, from nothing but ``seed`` and the values. Policies that are the same in every replication share. ``values``:
    replications × policies, more is better. NaN with fewer than two replications.
    """
    n, k = values.shape
    if n < 2:
        return np.full(k, np.nan)
    # rounding must not part policies that are the same in every replication
    apart, member = np.unique(values, axis=1, return_inverse=True)
    shares = _drawn(apart, np.random.default_rng(seed), draws)
    member = member.ravel()
    alike: FloatArray = shares[member] / np.bincount(member)[member]
    return alike


def _drawn(values: FloatArray, luck: np.random.Generator, draws: int) -> FloatArray:
    """Weighting the replications' deviations with normal draws gives their covariance without any factorisation, so
    also where it is singular."""
    n, k = values.shape
    means = column_means(values)
    deviations = (values - means) / np.sqrt(n * (n - 1.0))
    wins = np.zeros(k)
    for start in range(0, draws, _AT_ONCE):
        size = min(_AT_ONCE, draws - start)
        spread = np.sqrt((n - 1.0) / luck.chisquare(n - 1, size))
        shifts = (luck.standard_normal((size, n)) @ deviations) * spread[:, None]
        wins += _share_best(means + shifts) * size
    return wins / draws


def _share_best(values: FloatArray) -> FloatArray:
    at_the_top = values == values.max(axis=1, keepdims=True)
    shares: FloatArray = (at_the_top / at_the_top.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares
