"""The compiled engine's exact sums have the bits of ``math.fsum``, whatever is added in whatever order."""

import math
from typing import Any

import numba
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equitysim.engines.compiled.exact import PARTIALS, add_exactly, exact_total

SIZES = st.one_of(
    st.floats(-1e3, 1e3),
    st.floats(-1e300, 1e300, allow_subnormal=True),
    st.floats(-1e-300, 1e-300, allow_subnormal=True),
    st.integers(-1000, 1000).map(lambda k: math.ldexp(1.0, k)),
    st.integers(-1000, 1000).map(lambda k: -math.ldexp(1.0, k)),
    st.sampled_from([0.0, -0.0, 1.0, 2.0**-53, -(2.0**-53), 2.0**-54, 1e16, -1e16, 5e-324, -5e-324]),
)


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
    values = np.random.default_rng(4).normal(20.0, 30.0, 100_000)
    assert same(compiled(values), math.fsum(values.tolist()))
    for halves in ([1.0, 2.0**-53, 2.0**-106], [1.0, 2.0**-53, -(2.0**-106)], [1.0 + 2.0**-52, 2.0**-53]):
        assert same(compiled(np.array(halves)), math.fsum(halves))


def test_a_sum_that_rounds_at_each_step_would_be_seen() -> None:
    values = np.random.default_rng(4).normal(20.0, 30.0, 100_000)
    assert not same(naive(values.tolist()), math.fsum(values.tolist()))
    assert not same(naive([1.0, 2.0**-53, 2.0**-106]), math.fsum([1.0, 2.0**-53, 2.0**-106]))
