"""Numbers of figures as cells of the tables beside them."""

import math

from equitysim.figures.data import Interval
from equitysim.measures.words import UNDEFINED, value
from equitysim.report.view import Cell


def interval_cell(row: Interval) -> Cell:
    """An estimate with its bounds in small print."""
    if math.isnan(row.mean):
        return Cell(UNDEFINED)
    if math.isnan(row.low + row.high):
        return Cell(number(row.mean), row.mean)
    error = (row.high - row.low) / 2.0
    bounds = f"[{number(row.low, error)}, {number(row.high, error)}]"
    return Cell(number(row.mean, error), row.mean, row.low, row.high, bounds)


def exact_cell(exact: float) -> Cell:
    """A number without bounds."""
    return interval_cell(Interval("", exact, math.nan, math.nan))


def number(size: float, error: float = math.inf) -> str:
    """A number in as many digits as the tables beside figures show; ``error``: what it is sure to."""
    return value(size, "", error=error, usual=0 if abs(size) >= 1000 else 2)


def moments(count: int, most: int) -> tuple[int, ...]:
    """Places of so many moments, ``most`` at most and evenly spread."""
    if count <= most:
        return tuple(range(count))
    return tuple(round(k * (count - 1) / (most - 1)) for k in range(most))
