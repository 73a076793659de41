"""Numbers of figures as cells of the tables beside them."""

import math

from equitysim.figures.data import Interval
from equitysim.measures.words import UNDEFINED
from equitysim.report.view import Cell


def interval_cell(row: Interval) -> Cell:
    """An estimate with its bounds in small print."""
    if math.isnan(row.mean):
        return Cell(UNDEFINED)
    if math.isnan(row.low + row.high):
        return Cell(number(row.mean), row.mean)
    return Cell(number(row.mean), row.mean, row.low, row.high, f"[{number(row.low)}, {number(row.high)}]")


def exact_cell(exact: float) -> Cell:
    """A number without bounds."""
    return interval_cell(Interval("", exact, math.nan, math.nan))


def number(value: float) -> str:
    """A number in as many digits as the tables beside figures show."""
    digits = 0 if abs(value) >= 1000 else 2
    text = f"{value:,.{digits}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text


def moments(count: int, most: int) -> tuple[int, ...]:
    """Places of so many moments, ``most`` at most and evenly spread."""
    if count <= most:
        return tuple(range(count))
    return tuple(round(k * (count - 1) / (most - 1)) for k in range(most))
