"""Findings of an analysis as cells."""

import math

from equitysim.measures.words import UNDEFINED, share
from equitysim.report.policies import known, level, signed
from equitysim.report.view import Cell
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.sensitivity.findings import Bounded


def _estimate(found: Bounded) -> Estimate:
    return Estimate(*found, math.nan, 0)


def level_cell(found: Bounded, unit: str) -> Cell:
    """A measure with its bounds."""
    return level(_estimate(found), unit)


def signed_cell(found: Bounded, unit: str) -> Cell:
    """A difference with its bounds."""
    return signed(_estimate(found), unit)


def either_cell(found: Bounded, unit: str, against: str | None) -> Cell:
    """A measure, or a difference of it, with its bounds."""
    return level_cell(found, unit) if against is None else signed_cell(found, unit)


def share_cell(part: float) -> Cell:
    """A share of what was counted."""
    return Cell(share(part), known(part))


def part_cell(found: Bounded | None) -> Cell:
    """An estimated share with its bounds, in per cent; below 0 or above all where the estimate is."""
    if found is None or math.isnan(found.value):
        return Cell(UNDEFINED)
    low, high = known(found.low), known(found.high)
    note = "" if low is None or high is None else f"[{100 * low:.0f}, {100 * high:.0f}]"
    return Cell(f"{_tame(100 * found.value)}\N{NO-BREAK SPACE}%", found.value, low, high, note)


def _tame(number: float) -> str:
    text = f"{number:.0f}"
    return "0" if text == "-0" else text
