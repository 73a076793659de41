"""Sets of things drawn anew, as weights: a figure that is a mean is then one matrix product for all sets."""

import numpy as np

from equitysim.statistics.information import resampled
from equitysim.statistics.intervals import FloatArray

TIMES = 500
"""Sets drawn anew."""

AT_ONCE = 2_000_000
"""Weights held at a time."""


def means_anew(columns: FloatArray, seed: tuple[int, ...]) -> FloatArray:
    """The mean of every column (things × columns) in sets of things drawn anew with replacement: sets × columns."""
    count = len(columns)
    flat = columns.reshape(count, -1)
    step = max(1, AT_ONCE // count)
    found = []
    for begin in range(0, TIMES, step):
        times = min(step, TIMES - begin)
        drawn = resampled(count, times, (*seed, begin)) + count * np.arange(times)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=times * count).reshape(times, count)
        found.append(weights.astype(np.float64) @ flat / count)
    return np.concatenate(found).reshape(TIMES, *columns.shape[1:])


def between(sets: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    """The middle part of the sets: percentiles along the first axis."""
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(sets, (tail, 1.0 - tail), axis=0)
    return low, high
