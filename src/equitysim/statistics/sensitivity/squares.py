"""Sums of squares of what is so on average, with the luck of the replications taken out, and bounds of their ratios.

A square of a mean over replications is too large: the luck that was not averaged out is squared with it. For anything
that is linear in the runs of one replication the excess is estimated without bias by its own variance between the
replications over their number. That is the same as multiplying only different replications with each other, and holds
whatever luck the points share, since replications are independent. For the variance between points it is the two-way
analysis of variance (Searle, Casella & McCulloch 1992, Variance Components, ch. 4, doi 10.1002/9780470316856).
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import UNDEFINED, FloatArray, t_quantile
from equitysim.statistics.sensitivity.findings import Bounded
from equitysim.statistics.sensitivity.responses import Responses

ROUNDING = 1e-12
"""What is smaller than this part of the largest run is rounding and no difference."""


class Squares(NamedTuple):
    """A sum of squares per output, and by how much each replication moves it.

    ``value``: by output, luck taken out (so it may come out negative); with one replication nothing can be.
    ``slopes``: replications × outputs, to first order and with mean 0: their variance over the number of replications
    is that of ``value``.
    """

    value: FloatArray
    slopes: FloatArray

    def plus(self, other: "Squares", times: float | FloatArray = 1.0) -> "Squares":
        """This and so many times another."""
        return Squares(self.value + times * other.value, self.slopes + times * other.slopes)

    def times(self, factor: float | FloatArray) -> "Squares":
        """So many times this."""
        return Squares(self.value * factor, self.slopes * factor)


def squares(parts: FloatArray) -> Squares:
    """The sum over ``parts`` (things linear in a replication's runs × replications × outputs) of their squared mean."""
    replications = parts.shape[1]
    mean = parts.mean(axis=1, keepdims=True)
    apart = parts - mean
    value = (mean**2).sum(axis=(0, 1))
    if replications > 1:
        value = value - (apart**2).sum(axis=(0, 1)) / (replications * (replications - 1))
    return Squares(value, 2.0 * (mean * apart).sum(axis=0))


def stacked(responses: Responses) -> FloatArray:
    """All outputs: points × replications × outputs."""
    return np.stack([output.runs for output in responses.outputs], axis=2)


def varies(runs: FloatArray, whole: Squares) -> npt.NDArray[np.bool_]:
    """By output, whether points differ by more than luck and rounding. ``whole``: of deviations from their mean."""
    rounding = len(runs) * (ROUNDING * np.abs(runs).max(axis=(0, 1))) ** 2
    found: npt.NDArray[np.bool_] = whole.value > rounding
    return found


def luck_of(slopes: FloatArray, confidence: float) -> FloatArray:
    """Half the t interval of what replications move: ``slopes``: … × replications × outputs, mean 0. NaN with one."""
    replications = slopes.shape[-2]
    if replications < 2:
        return np.full(slopes.shape[:-2] + slopes.shape[-1:], UNDEFINED)
    deviation = slopes.std(axis=-2, ddof=1)
    half: FloatArray = t_quantile(0.5 + confidence / 2.0, replications - 1) * deviation / math.sqrt(replications)
    return half


class Shares(NamedTuple):
    """Shares by output, each from 0 to 1, with bounds. NaN where the points do not differ."""

    value: FloatArray
    low: FloatArray
    high: FloatArray

    def of(self, output: int) -> Bounded:
        """One output's."""
        return Bounded(float(self.value[output]), float(self.low[output]), float(self.high[output]))


def shares(part: Squares, whole: Squares, confidence: float, scatter: FloatArray | None = None) -> Shares:
    """What ``part`` is of ``whole``.

    Bounds: a t interval over the replications, by the delta method; ``scatter`` is half the interval that the choice
    of the points leaves, added in quadrature (so it holds alone where there is one replication). ``bounded`` says what
    is done near 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(whole.value > 0.0, part.value / whole.value, UNDEFINED)
        luck = luck_of((part.slopes - value * whole.slopes) / whole.value, confidence)
    half = luck if scatter is None else np.hypot(np.nan_to_num(luck), scatter)
    return bounded(value, half)


def bounded(value: FloatArray, half: FloatArray) -> Shares:
    """Shares with bounds inside 0 and 1, from the half of a symmetric interval.

    Of a sum of k squares that are nothing but noise of variance v the variance is 2kv², but the delta method says 4kv²
    on average. So a share is told to be above 0 if it exceeds the half over √2, and towards larger shares the lower
    bound goes over into the symmetric one. A share that rounding alone could make is 0.
    """
    value = np.where(np.abs(value) > ROUNDING, value, np.where(np.isnan(value), value, 0.0))
    bend = (math.sqrt(2.0) - 1.0) / 2.0
    with np.errstate(divide="ignore", invalid="ignore"):
        near = value - half + bend * half**2 / value
        low = np.where(half < math.sqrt(2.0) * value, near, np.where(np.isnan(half), half, 0.0))
    low, high = np.where(half == 0.0, value, low), value + half
    return Shares(np.clip(value, 0.0, 1.0), np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0))
