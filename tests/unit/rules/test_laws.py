"""Laws whose edges random input does not find."""

import pytest

from equitysim.rules.laws import MOST_MICRO, micro


@pytest.mark.parametrize(
    ("amount", "millionths"),
    [(0.0, 0), (1.0, 1_000_000), (0.1, 100_000), (4e-7, 0), (5e-7, 1), (1.4999994, 1_499_999), (1e12, 10**18)],
)
def test_money_is_counted_to_the_nearest_millionth(amount: float, millionths: int) -> None:
    assert micro(amount) == millionths


@pytest.mark.parametrize("amount", [2_305_843_009_213.694, 1e30])
def test_counted_money_ends_where_two_amounts_still_add_up(amount: float) -> None:
    assert micro(amount) == MOST_MICRO
    assert 2 * MOST_MICRO < 2**63
