"""Exact sums, compiled ones and those of whole arrays, have the bits of ``math.fsum``, whatever is added in whatever
order."""

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equitysim.engines.compiled.exact import PARTIALS, add_exactly, exact_total
from equitysim.measures import exact
from equitysim.measures.exact import FEW, Exact, layers, total

SIZES = st.one_of(
    st.floats(-1e3, 1e3),
    st.floats(-1e300, 1e300, allow_subnormal=True),
    st.floats(-1e-300, 1e-300, allow_subnormal=True),
    st.integers(-1000, 1000).map(lambda k: math.ldexp(1.0, k)),
    st.integers(-1000, 1000).map(lambda k: -math.ldexp(1.0, k)),
    st.sampled_from([0.0, -0.0, 1.0, 2.0**-53, -(2.0**-53), 2.0**-54, 1e16, -1e16, 5e-324, -5e-324]),
)

MANY = np.random.default_rng(4).normal(20.0, 30.0, 100_000)


def plain(values: Any) -> float:
    """The sum as the kernels build it, by plain Python."""
    partials, used = np.zeros(PARTIALS), 0
    for value in values:
        used = add_exactly(value, partials, used)
    return exact_total(partials, used)


compiled = numba.njit(plain)


def naive(values: Any) -> float:
    """A planted fault: a sum that rounds at each step."""
    total = 0.0
    for value in values:
        total += value
    return total


def same(left: float, right: float) -> bool:
    """Equal to the bit."""
    return np.float64(left).tobytes() == np.float64(right).tobytes()


@settings(max_examples=500, deadline=None)
@given(st.lists(SIZES, max_size=60), st.booleans())
def test_exact_sums_are_those_of_fsum(values: list[float], cancel: bool) -> None:
    if cancel:
        values = values + [-value for value in reversed(values)] + values[:1]
    expected = math.fsum(values)
    assert same(float(plain(values)), expected)
    assert same(compiled(np.array(values, dtype=np.float64)), expected)


def test_many_of_one_size_and_halves_to_even() -> None:
    assert same(compiled(MANY), math.fsum(MANY.tolist()))
    for halves in ([1.0, 2.0**-53, 2.0**-106], [1.0, 2.0**-53, -(2.0**-106)], [1.0 + 2.0**-52, 2.0**-53]):
        assert same(compiled(np.array(halves)), math.fsum(halves))


def test_a_sum_that_rounds_at_each_step_would_be_seen() -> None:
    assert not same(naive(MANY.tolist()), math.fsum(MANY.tolist()))
    assert not same(naive([1.0, 2.0**-53, 2.0**-106]), math.fsum([1.0, 2.0**-53, 2.0**-106]))


def sums_agree(values: list[float], seed: int) -> bool:
    """Whether rows of many amounts, made of these, have the sums that ``math.fsum`` gives them, also by group."""
    luck = np.random.default_rng(seed)
    rows = luck.permuted(np.tile(values, (3, 2 + FEW // len(values))), axis=1)
    rows[1, ::2] = 0.0
    places = luck.integers(0, 4, (rows.shape[1],))  # the last of five groups has nobody
    money = Exact(rows)
    by_hand = [[math.fsum(row[places == place]) for row in rows] for place in range(5)]
    return (
        np.array(money.totals()).tobytes() == np.array([math.fsum(row) for row in rows]).tobytes()
        and money.by(places, 5).tobytes() == np.array(by_hand).tobytes()
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(SIZES.filter(lambda value: abs(value) < 1e290), min_size=1, max_size=60), st.integers(0, 9))
def test_sums_of_whole_arrays_are_those_of_fsum(values: list[float], seed: int) -> None:
    assert sums_agree(values, seed)
    assert sums_agree([*values, *(-value for value in values), values[0]], seed)


def test_layers_whose_sums_round_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: everything in one layer."""
    assert sums_agree(MANY[:2000].tolist(), 0)
    monkeypatch.setattr(exact, "layers", lambda rows: [rows])
    assert not sums_agree(MANY[:2000].tolist(), 0)


def test_layers_lose_nothing() -> None:
    rows = np.array([MANY[:5000], MANY[:5000] * 1e-12, np.zeros(5000)])
    split = layers(rows)
    assert split is not None
    assert len(split) > 1
    assert all(math.fsum(parts) == whole for whole, *parts in zip(rows.flat, *(one.flat for one in split), strict=True))


@pytest.mark.parametrize("count", [2, FEW + 1])
@pytest.mark.parametrize(
    ("first", "second", "told"),
    [(math.inf, 0.0, None), (math.nan, 1.0, None), (math.inf, -math.inf, ValueError), (1e308, 1e308, OverflowError)],
)
def test_what_cannot_be_added_ends_as_with_fsum(
    count: int, first: float, second: float, told: type[Exception] | None
) -> None:
    amounts = np.array([first, *[second] * (count - 1)])
    places = np.zeros(count, dtype=np.int64)
    sums: list[Callable[[], float]] = [
        lambda: total(amounts),
        lambda: float(Exact(amounts[np.newaxis]).by(places, 1)[0, 0]),
    ]
    for add in sums:
        if told is not None:
            with pytest.raises(told, match="fsum"):
                add()
        else:
            assert same(add(), math.fsum(amounts))


def test_nothing_adds_up_to_nothing() -> None:
    assert same(total(np.zeros((0, 3))), 0.0)
    assert same(total(np.full(2 * FEW, -0.0)), 0.0)
    assert Exact(np.zeros((9, 0))).totals() == [0.0] * 9
    assert Exact(np.zeros((9, 0))).by(np.zeros(0, dtype=np.int64), 2).tolist() == [[0.0] * 9] * 2
