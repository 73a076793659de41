"""Numbers as people read them."""

import re

import pytest

from equitysim.measures.registry import units
from equitysim.measures.words import interval, value
from equitysim.report.cells import number

ABSURD = [-238_485_142_133_555.0, 1e15, 1.7e300, -9.99e12, 123_456_789_012_345.6]


@pytest.mark.parametrize("absurd", ABSURD)
@pytest.mark.parametrize("unit", sorted({*units("EUR").values(), ""}))
def test_nobody_is_shown_a_number_of_fifteen_digits(absurd: float, unit: str) -> None:
    for text in (value(absurd, unit), value(absurd, unit, signed=True), interval(absurd, absurd, absurd, unit)):
        assert max(len(digits) for digits in re.findall(r"[\d,.]+", text)) < 15, text
    assert len(number(absurd)) < 15
