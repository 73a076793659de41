import math
import re
from collections.abc import Callable
from decimal import getcontext, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitysim import units

Reader = Callable[[str], object]

FINITE = st.floats(min_value=1e-6, max_value=1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (units.number, "12", 12.0),
        (units.number, "1_000", 1000.0),
        (units.number, "50k", 50_000.0),
        (units.number, "1e-3", 0.001),
        (units.number, "1e3", 1000.0),
        (units.number, "-2.5", -2.5),
        (units.number, ".5", 0.5),
        (units.number, "5.", 5.0),
        (units.points, "20 points", 20.0),
        (units.points, "1 point", 1.0),
        (units.factor, "50 %", 0.5),
        (units.factor, "0.5", 0.5),
        (units.whole, "2_357", 2357),
        (units.share, "45 %", 0.45),
        (units.share, "45%", 0.45),
        (units.share, "0.1 %", 0.001),
        (units.share, "0", 0.0),
        (units.duration, "10 weeks", 70.0),
        (units.duration, "1 week", 7.0),
        (units.duration, "3 years", 1095.0),
        (units.duration, "1 month", 365 / 12),
        (units.duration, "18 months", 547.5),
        (units.duration, "1 quarter", 91.25),
        (units.duration, "6 minutes", 6 / 1440),
        (units.duration, "90 seconds", 90 / 86_400),
        (units.duration, "0", 0.0),
        (units.duration, "-12 weeks", -84.0),
        (units.rate, "6 per year", 6 / 365),
        (units.rate, "200 per month", 200 * 12 / 365),
        (units.per_period, "50_000 per quarter", (50_000.0, 91.25)),
        (units.per_week, "6 per week", 6.0),
        (units.per_week, "1 per day", 7.0),
        (units.per_hour, "28 per hour", 28.0),
        (units.per_year, "1", 1.0),
        (units.per_year, "1 per month", 12.0),
        (units.yearly_share, "10 % per year", 0.1),
        (units.defection, "35 % per year", (0.35, "year")),
        (units.defection, "20 % per purchase", (0.2, "purchase")),
        (units.defection, "5 % per renewal", (0.05, "renewal")),
        (units.gap, "3 usual gaps", (3.0, True)),
        (units.gap, "60 days", (60.0, False)),
    ],
)
def test_reads(read: Reader, text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "message", "hint"),
    [
        (units.number, "0777", "leading zero", "write 777"),
        (units.number, "12:30", "not a number", "such as 12"),
        (units.number, "4,5", "not a number", "write 4.5"),
        (units.number, "NaN", "not a finite number", "finite"),
        (units.number, "-.inf", "not a finite number", "finite"),
        (units.number, "1e400", "too large", "1e15"),
        (units.number, "1" * 5000, "5000 characters", "at most 40"),
        (units.number, "_1", "not a number", ""),
        (units.number, "1_", "not a number", ""),
        (units.number, ".", "not a number", ""),
        (units.number, "", "not a number", ""),
        (units.number, "٣", "not a number", ""),
        (units.number, "10 weeks", "not a number", "write 10:"),
        (units.number, "4 %", "plain number belongs", "such as 4"),
        (units.whole, "1.5", "not a whole number", "write 1 or 2"),
        (units.share, "0.45", "has no unit", "write 45 %"),
        (units.share, "45", "has no unit", "write 45 %"),
        (units.share, "x %", "not a number", ""),
        (units.duration, "10", "has no unit", "write 10 days"),
        (units.duration, "10 wekes", "'wekes' is not a unit of time", "weeks"),
        (units.duration, "soon", "not a span of time", "10 weeks"),
        (units.duration, "010 days", "leading zero", "write 10"),
        (units.rate, "6", "has no unit", "6 per year"),
        (units.rate, "6 per annum", "'annum' is not a unit of time", "6 per year"),
        (units.per_hour, "28 per day", "not per hour", "28 per hour"),
        (units.yearly_share, "1 % per month", "not per year", "10 % per year"),
        (units.defection, "35 %", "per what", "35 % per year"),
        (units.defection, "0", "per what", "0 % per year"),
        (units.defection, "35 % per month", "not per year", ""),
        (units.gap, "3", "has no unit", "3 usual gaps"),
    ],
)
def test_refuses(read: Reader, text: str, message: str, hint: str) -> None:
    with pytest.raises(units.UnitError, match=re.escape(message)) as caught:
        read(text)
    assert hint in caught.value.hint


@given(FINITE)
def test_durations_come_back_bit_for_bit(days: float) -> None:
    assert units.duration(units.write_duration(days)) == days


@given(FINITE)
def test_rates_come_back_bit_for_bit(per_day: float) -> None:
    assert units.rate(units.write_rate(per_day)) == per_day


@given(st.floats(min_value=0.0, max_value=1.0, allow_nan=False))
def test_shares_come_back_bit_for_bit(fraction: float) -> None:
    assert units.share(units.write_share(fraction)) == fraction


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
def test_numbers_come_back_bit_for_bit(value: float) -> None:
    assert units.number(units.write_number(value)) == value


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (70.0, "10 weeks"),
        (547.5, "18 months"),
        (365.0, "1 year"),
        (60.0, "60 days"),
        (6 / 1440, "6 minutes"),
        (0.0, "0 days"),
    ],
)
def test_durations_are_spelled_as_people_do(days: float, text: str) -> None:
    assert units.write_duration(days) == text


@pytest.mark.parametrize("text", ["60 per year", "8 per year", "200 per month", "1 per week"])
def test_rates_are_spelled_as_people_do(text: str) -> None:
    assert units.write_rate(units.rate(text)) == text


def test_amounts_and_gaps_come_back() -> None:
    assert units.write_per_period(units.per_period("2 per year")) == "2 per year"
    assert units.write_gap(units.gap("3 usual gaps")) == "3 usual gaps"
    assert units.write_gap(units.gap("60 days")) == "60 days"
    with pytest.raises(units.UnitError, match=r"12\.5 days"):
        units.write_per_period(units.PerPeriod(1.0, 12.5))


def test_the_callers_decimal_context_changes_nothing() -> None:
    expected = [units.duration("1.234567890123 months"), units.rate("7 per month"), units.share("33.333333333 %")]
    with localcontext():
        getcontext().prec = 3
        found = [units.duration("1.234567890123 months"), units.rate("7 per month"), units.share("33.333333333 %")]
    assert found == expected
    assert all(math.isfinite(value) for value in found)


SCALES = {
    "shares": (("2 %", "4%", "0 %"), (2.0, 4.0, 0.0), "%"),
    "singular and plural": (("1 week", "3 weeks"), (1.0, 3.0), "weeks"),
    "durations": (("2 weeks", "1 year"), (14.0, 365.0), "days"),
    "a bare 0": (("0", "6 per year"), (0.0, 6.0), "per year"),
    "numbers": (("1e3", "50k", "-1"), (1000.0, 50_000.0, -1.0), ""),
    "gaps": (("2 usual gaps", "3 usual gaps"), (2.0, 3.0), "usual gaps"),
}


@pytest.mark.parametrize(("texts", "numbers", "unit"), SCALES.values(), ids=SCALES.keys())
def test_texts_that_differ_in_a_number_share_a_scale(
    texts: tuple[str, ...], numbers: tuple[float, ...], unit: str
) -> None:
    assert units.on_one_scale(texts) == (numbers, unit)


@pytest.mark.parametrize(
    "texts", [("off", "2 weeks"), ("2 per week", "6 per month"), ("{mean: 9}", "{mean: 3}"), ("", ""), ("5", "5 %")]
)
def test_other_texts_share_none(texts: tuple[str, ...]) -> None:
    assert units.on_one_scale(texts) is None
