"""By how much the best policy is ahead of the next, and whether that is beyond the luck of the replications.

A cell is a point, or several points averaged. Luck is common to all policies within a replication (model §10), so a
lead is judged by how the paired difference of the two varies over the replications.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import UNDEFINED, FloatArray

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_NEWTON = 50
_SMALLEST = 1e-12


class Part(NamedTuple):
    """A part of the error of a mean, independent of the other parts: its variance in every cell, and the degrees of
    freedom that this rests on. NaN where a single replication tells no luck."""

    variance: FloatArray
    degrees: float


class Apart(NamedTuple):
    """How far one policy's mean is above another's, in every cell, and of what parts its error is made."""

    mean: FloatArray
    parts: tuple[Part, ...]

    @property
    def error(self) -> FloatArray:
        """The standard error in every cell."""
        error: FloatArray = np.sqrt(sum(part.variance for part in self.parts))
        return error

    def half(self, confidence: float) -> FloatArray:
        """Half the width of an interval that holds with ``confidence`` or more in every cell: each part with its own
        t quantile, in quadrature (Banerjee 1960, Sankhyā 22:357–358).

        Satterthwaite's degrees of freedom in place of that fail where they are needed: with two replications they are
        many just when luck that all cells share looks small by chance.
        """
        from scipy.special import stdtrit

        widths = (stdtrit(part.degrees, 0.5 + confidence / 2.0) ** 2 * part.variance for part in self.parts)
        half: FloatArray = np.sqrt(sum(widths))
        return half


Between = Callable[[int, int], Apart]
"""How two policies, by their places, are apart."""


class Leads(NamedTuple):
    """In every cell: the place of the best policy and its lead before the next, and whether that is clear of luck."""

    best: IntArray
    lead: FloatArray
    clear: BoolArray


def leads(means: FloatArray, between: Between, confidence: float) -> Leads:
    """Leads of cells × policies, more is better. ``clear`` holds with ``confidence`` in each cell by itself, not in
    all of them at once. A single policy leads nobody, by 0."""
    cells = np.arange(len(means))
    order = np.argsort(-means, axis=1, kind="stable")
    best = order[:, 0]
    if means.shape[1] < 2:
        return Leads(best, np.zeros(len(means)), np.zeros(len(means), dtype=bool))
    second = order[:, 1]
    clear = np.zeros(len(means), dtype=bool)
    lead: FloatArray = means[cells, best] - means[cells, second]
    for ours, theirs in sorted({(int(a), int(b)) for a, b in np.unique(order[:, :2], axis=0)}):
        here = (best == ours) & (second == theirs)
        clear[here] = (lead > between(ours, theirs).half(confidence))[here]
    return Leads(best, lead, clear)


def between_cells(signed: FloatArray) -> Between:
    """How policies are apart in cells × replications × policies, where every cell was simulated by itself.

    The error's parts are those of :func:`luck_in_cells`.
    """

    def between(ours: int, theirs: int) -> Apart:
        apart = signed[:, :, ours] - signed[:, :, theirs]
        return Apart(apart.mean(axis=1), luck_in_cells(apart, len(apart)))

    return between


def luck_in_cells(apart: FloatArray, free: int) -> tuple[Part, ...]:
    """Of the means of cells over the replications: luck that all cells share, and each cell's own.

    ``apart``: cells × replications; ``free``: how many of the cells can differ freely, all or, of a fit, as many as it
    has columns. A cell's own variance rests on few replications, and cells differ too much to share one. So each is
    drawn towards the common one by as much as the cells' variances agree (Smyth 2004, Statistical Applications in
    Genetics and Molecular Biology 3(1), doi 10.2202/1544-6115.1027). What the cells share is known from the
    replications alone, however many cells there are.
    """
    cells, replications = apart.shape
    if replications < 2:
        return (Part(np.full(cells, UNDEFINED), UNDEFINED),)
    each, several = replications - 1, (free - 1) * (replications - 1)
    rest = apart - apart.mean(axis=1, keepdims=True)
    together = rest.mean(axis=0)
    shared = float((together**2).sum()) / each
    own = float(((rest - together) ** 2).sum()) / cells / each
    if not several or shared + own == 0.0:
        return (Part(rest.var(axis=1, ddof=1) / replications, float(each)),)
    variances, degrees = moderated(apart.var(axis=1, ddof=1), each, several)
    part = shared / (shared + own)
    return Part(part * variances / replications, float(each)), Part((1.0 - part) * variances / replications, degrees)


def moderated(variances: FloatArray, degrees: float, most: float = math.inf) -> tuple[FloatArray, float]:
    """Variances drawn towards their common one, and the degrees of freedom they then have, at most ``most``.

    The precisions of cells are taken to follow a gamma distribution, whose two parameters are those that give the mean
    and the variance of log variances (Smyth 2004, §6.2). Variances of exactly 0, where two policies do the same, say
    nothing about the others.
    """
    from scipy.special import digamma, polygamma

    positive = variances[variances > 0.0]
    if len(positive) < 2:
        return variances, degrees
    logs = np.log(positive) - digamma(degrees / 2.0) + math.log(degrees / 2.0)
    beyond = float(logs.var(ddof=1) - polygamma(1, degrees / 2.0))
    if beyond <= _SMALLEST:
        # They differ by no more than luck: one variance for all.
        return np.full(len(variances), float(positive.mean())), most
    prior = 2.0 * _trigamma_inverse(beyond)
    common = math.exp(float(logs.mean()) + float(digamma(prior / 2.0)) - math.log(prior / 2.0))
    return (prior * common + degrees * variances) / (prior + degrees), min(prior + degrees, most)


def _trigamma_inverse(value: float) -> float:
    """Newton's method on the reciprocal, which is convex (Smyth 2004, appendix)."""
    from scipy.special import polygamma

    if value > 1e7:
        return 1.0 / math.sqrt(value)
    found = 0.5 + 1.0 / value
    for _ in range(_NEWTON):
        trigamma = float(polygamma(1, found))
        step = trigamma * (1.0 - trigamma / value) / float(polygamma(2, found))
        found = float(found + step)
        if -step < 1e-10 * found:
            break
    return found
