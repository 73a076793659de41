"""How many decimals a number is shown with: the usual ones, unless they would show nothing."""

import math

import pytest

from equitysim.measures.words import interval, total, value

MONEY = "EUR per seed person"


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        (0.45, MONEY, "0.45"),
        (12_345.6, MONEY, "12,346"),
        # a tenth of a cent: two decimals would show nothing, three significant digits show it
        (0.001, MONEY, "0.00100"),
        (-0.00025, MONEY, "-0.000250"),
        (0.0, MONEY, "0.00"),
        # an error of computing is nothing
        (1e-17, MONEY, "0.00"),
        (0.0004, "share", "0.0400"),
        (0.25, "share", "25.0"),
        # nobody reads fifteen digits
        (-238_485_142_133_555.0, MONEY, "-2.38\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10¹⁴"),
    ],
)
def test_a_number_is_shown_in_digits_that_say_something(number: float, unit: str, shown: str) -> None:
    assert value(number, unit) == shown


def test_an_interval_is_as_fine_as_its_error() -> None:
    # half its width is 0.0002, three significant digits of which are 0.000200
    assert interval(0.0005, 0.0003, 0.0007, MONEY) == "+0.000500 [+0.000300, +0.000700]"
    # half a euro beside twelve thousand: without decimals both ends would be the mean
    assert interval(12_345.2, 12_344.9, 12_345.5, MONEY) == "+12,345.200 [+12,344.900, +12,345.500]"
    # what two decimals show stays as it was
    assert interval(0.45, 0.36, 0.54, MONEY) == "+0.45 [+0.36, +0.54]"
    assert interval(0.0, 0.0, 0.0, MONEY) == "+0.00 [+0.00, +0.00]"
    assert interval(0.0005, math.nan, math.nan, MONEY) == "+0.000500"


def test_a_mean_has_no_digits_that_its_error_makes_meaningless() -> None:
    # known to 0.2; an end keeps the digits that say on which side of 0 it lies
    assert interval(0.00191, -0.20, 0.21, MONEY) == "+0.00 [-0.20, +0.21]"
    assert interval(0.02, -0.0015, 0.03, MONEY) == "+0.02 [-0.00150, +0.03]"


def test_an_amount_in_all_of_less_than_one_is_still_shown() -> None:
    assert total(1234.6) == "1,235"
    assert total(0.3) == "0.300"
