"""When an estimate agrees with a published figure: within 3.5 of its own standard errors (a false alarm in 2 000)."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

TOLERANCE = 3.5


class Estimate(NamedTuple):
    """A Monte Carlo estimate and its standard error, in the unit of the figure."""

    value: float
    error: float

    def distance(self, published: float) -> float:
        """Standard errors between the estimate and the figure. Raises ValueError where no error was estimated."""
        if not (self.error > 0.0 and math.isfinite(self.value)):
            raise ValueError(f"{self} cannot be judged: its standard error must be positive and its value finite")
        return abs(self.value - published) / self.error

    def agrees(self, published: float) -> bool:
        """Whether the figure lies within the tolerance."""
        return self.distance(published) <= TOLERANCE


def mean(sample: npt.ArrayLike) -> Estimate:
    """Mean of independent observations."""
    values = np.asarray(sample, dtype=float)
    if values.size < 2:
        raise ValueError(f"{values.size} observations have no standard error")
    return Estimate(float(values.mean()), float(values.std(ddof=1)) / math.sqrt(values.size))


def spread(sample: npt.ArrayLike) -> Estimate:
    """Standard deviation of independent observations, by the delta method."""
    values = np.asarray(sample, dtype=float)
    squares = mean(np.square(values - values.mean()))
    deviation = math.sqrt(squares.value)
    return Estimate(deviation, squares.error / (2.0 * deviation))


def variance(sample: npt.ArrayLike) -> Estimate:
    """Variance of independent observations."""
    values = np.asarray(sample, dtype=float)
    return mean(np.square(values - values.mean()))


def batched(sequence: npt.ArrayLike, batches: int = 40) -> Estimate:
    """Mean of a dependent sequence from the means of long batches, which are nearly independent."""
    values = np.asarray(sequence, dtype=float)
    size = values.size // batches
    if size < 100:
        raise ValueError(f"{values.size} observations are too few for {batches} batches")
    return mean(values[: size * batches].reshape(batches, size).mean(axis=1))
