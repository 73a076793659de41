"""Numbers as people write them: read where that cannot be misread, else refused with a hint that keeps the value."""

import re
from collections.abc import Callable

import pytest

from equitysim import units
from equitysim.digits import thousands
from equitysim.scenario.words import one_spelling

Reader = Callable[[str], object]


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2009", "\u2007", "\u3000", "\t", "  "])
def test_a_blank_of_any_kind_is_a_blank(blank: str) -> None:
    assert units.duration(f"3{blank}years") == 1095.0
    assert units.share(f"{blank}3{blank}%") == 0.03
    assert units.rate(f"100{blank}per{blank}month") == units.rate("100 per month")
    assert units.gap(f"3{blank}usual{blank}gaps") == (3.0, True)
    assert units.points(f"20{blank}points") == 20.0


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (units.number, "\N{MINUS SIGN}2.5", -2.5),
        (units.whole, "\uff12\uff10\uff10\uff10", 2000),
        (units.share, "4\uff05", 0.04),
        (units.share, "4 \N{ARABIC PERCENT SIGN}", 0.04),
        (units.whole, "1.5k", 1500),
        (units.whole, "2e3", 2000),
    ],
)
def test_what_only_looks_otherwise_means_the_same(read: Reader, text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "hint"),
    [
        # a point or comma before exactly three digits: two thousand to some, two to others
        (units.whole, "2.000", "write 2000 or 2_000, or 2 if that is meant"),
        (units.whole, "1.500", "write 1500 or 1_500, or 1 or 2 if that is meant"),
        (units.whole, "2,000", "write 2000 or 2_000, or 2 if that is meant"),
        (units.number, "1,250", "write 1250 or 1_250, or 1.25 if that is meant"),
        (
            units.per_period,
            "50,000 per quarter",
            "write 50000 or 50_000 per quarter, or 50 per quarter if that is meant",
        ),
        # nothing but thousands
        (units.whole, "2 000", "write 2000 or 2_000"),
        (units.whole, "2\u00a0000", "write 2000 or 2_000"),
        (units.whole, "12\u202f500", "write 12500 or 12_500"),
        (units.whole, "1'000", "write 1000 or 1_000"),
        (units.whole, "1\N{RIGHT SINGLE QUOTATION MARK}000", "write 1000 or 1_000"),
        (units.whole, "1.000.000", "write 1000000 or 1_000_000"),
        (units.whole, "12,34,567", "write 1234567 or 1_234_567"),
        (units.duration, "2 000 days", "write 2000 or 2_000 days"),
        (units.duration, "2 000", "write 2000 or 2_000 days"),
        (units.rate, "1 200 per month", "write 1200 or 1_200 per month"),
        (units.number, "2 000 EUR", "write 2000 or 2_000: a plain number belongs here"),
        # nothing but a fraction
        (units.number, "1,50", "write 1.50"),
        (units.number, "0,123", "write 0.123"),
        (units.number, "1.234,56", "write 1234.56"),
        (units.number, "1,234.56", "write 1234.56"),
        (units.number, "12 500,5", "write 12500.5"),
        (units.share, "2,5 %", "write 2.5 %"),
        (units.share, "0,05", "write 5 %"),
        (units.duration, "1,5 weeks", "write 1.5 weeks"),
        (units.defection, "35,5 % per year", "write 35.5 % per year"),
        (units.gap, "2,5 usual gaps", "write 2.5 usual gaps"),
        (units.whole, "10.0", "write 10"),
        # other words and digits
        (units.share, "5 percent", "write 5 %"),
        (units.share, "5 per cent", "write 5 %"),
        (units.share, "5 \N{PER MILLE SIGN}", "write 0.5 %"),
        (units.number, "2 million", "write 2000000 or 2_000_000"),
        (units.number, "\N{ARABIC-INDIC DIGIT TWO}\N{ARABIC-INDIC DIGIT FIVE}", "write 25"),
    ],
)
def test_the_hint_keeps_the_value(read: Reader, text: str, hint: str) -> None:
    with pytest.raises(units.UnitError, match=r"\w") as caught:
        read(text)
    assert caught.value.hint == hint


@pytest.mark.parametrize("text", ["2 000", "2\u00a0000", "2 000 EUR", "2 000 days"])
def test_two_thousand_never_becomes_two(text: str) -> None:
    with pytest.raises(units.UnitError, match=r"\w") as caught:
        units.number(text)
    assert re.search(r"\b2\b(?!_)", caught.value.hint) is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("50.000 per quarter", "write 50000 or 50_000 per quarter, or 50 per quarter if that is meant"),
        ("1.250", "write 1250 or 1_250, or 1.25 if that is meant"),
        ("4.414", "write 4414 or 4_414, or 4.4140 if that is meant"),
        ("0.250", None),
        ("1.25", None),
        ("1.2500", None),
        ("50", None),
    ],
)
def test_three_digits_after_a_point_may_be_thousands(text: str, hint: str | None) -> None:
    assert thousands(text) == hint
    if hint is not None:
        # what the hint names is no longer in doubt
        assert thousands(hint.split(", or ")[1].removesuffix(" if that is meant")) is None


def test_composed_and_decomposed_letters_are_one_name() -> None:
    assert one_spelling("Cafe\u0301") == "Caf\u00e9"
    assert one_spelling("reward\u00a0best") == "reward best"
    assert one_spelling(" plain ") == " plain "
