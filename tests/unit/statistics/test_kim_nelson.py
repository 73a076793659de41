"""How the sequential selection goes, on values made by hand."""

import math

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.kim_nelson import Out, bound, race

FIRST = 4


def made(*columns: list[float]) -> FloatArray:
    return np.array(columns, dtype=np.float64).T


def noisy(count: int, means: list[float], seed: int = 1) -> FloatArray:
    luck = np.random.default_rng(seed)
    own: FloatArray = np.array(means) + luck.standard_normal((count, len(means)))
    return own


def test_without_any_luck_the_first_stage_decides() -> None:
    found = race(made([1.0] * FIRST, [2.0] * FIRST, [1.5] * FIRST), 0.1, 0.95, FIRST)
    assert (found.best, found.ended, found.replications, found.left) == (1, True, FIRST, (1,))
    assert found.out == {0: Out(FIRST, 1), 2: Out(FIRST, 1)}


def test_equal_systems_without_any_luck_end_with_the_first() -> None:
    found = race(made([1.0] * FIRST, [1.0] * FIRST), 0.1, 0.95, FIRST)
    assert (found.best, found.ended, found.left) == (0, True, (0, 1))


def test_it_goes_on_where_the_first_stage_does_not_decide() -> None:
    values = noisy(400, [0.0, 0.1, 0.4])
    begun = race(values[:20], 0.3, 0.95, 20)
    assert not begun.ended
    whole = race(values, 0.3, 0.95, 20)
    assert whole.ended
    assert 20 < whole.replications <= begun.longest == whole.longest


def test_pieces_say_the_same_as_the_whole() -> None:
    values = noisy(400, [0.0, 0.1, 0.4])
    whole = race(values, 0.3, 0.95, 20)
    for count in range(20, whole.replications):
        part = race(values[:count], 0.3, 0.95, 20)
        assert not part.ended
        assert part.out == {i: out for i, out in whole.out.items() if out.after <= count}
    assert race(values[: whole.replications], 0.3, 0.95, 20) == whole


def test_it_ends_at_the_latest_after_the_longest() -> None:
    """Of two that are equal one is selected, since either is good enough."""
    values = noisy(3_000, [0.0, 0.0], seed=4)
    found = race(values, 0.2, 0.95, 20)
    assert found.ended
    scaled = bound(2, 20, 0.95).h2 * float(np.var(values[:20, 0] - values[:20, 1], ddof=1)) / 0.2**2
    assert found.longest == math.floor(scaled) + 1
    assert found.replications <= found.longest


def test_common_luck_does_not_matter() -> None:
    plain, shaken = noisy(300, [0.0, 0.2, 0.6]), noisy(300, [0.0, 0.2, 0.6])
    shaken += np.linspace(-5.0, 5.0, 300)[:, None]
    assert race(plain, 0.4, 0.95, 20) == race(shaken, 0.4, 0.95, 20)


def test_what_comes_after_a_system_left_is_not_looked_at() -> None:
    values = noisy(300, [-3.0, 0.0, 0.2])
    whole = race(values, 0.2, 0.95, 20)
    out = whole.out[0].after
    assert out < whole.replications
    values[out:, 0] = math.nan
    assert race(values, 0.2, 0.95, 20) == whole


def test_an_undefined_system_is_out_without_having_been_beaten() -> None:
    values = noisy(300, [0.0, 0.5, 0.2])
    values[5, 1] = math.nan
    found = race(values, 0.4, 0.95, 20)
    assert found.out[1] == Out(20, None)
    assert found.best != 1
    values = noisy(300, [0.0, 0.5, 0.2])
    values[21, 1] = math.nan
    assert race(values, 0.2, 0.95, 20).out[1] == Out(22, None)


def test_a_single_system_is_selected_and_none_is_not() -> None:
    assert race(noisy(20, [0.0]), 0.4, 0.95, 20).best == 0
    nobody = race(np.full((20, 2), math.nan), 0.4, 0.95, 20)
    assert (nobody.best, nobody.ended, nobody.left) == (None, False, ())


def test_what_makes_no_sense_is_refused() -> None:
    values = noisy(20, [0.0, 1.0])
    with pytest.raises(ValueError, match="indifference zone must be above 0"):
        race(values, 0.0, 0.95, 20)
    with pytest.raises(ValueError, match="20 replications or more"):
        race(values[:19], 0.1, 0.95, 20)
    with pytest.raises(ValueError, match="2 systems and 2 replications"):
        bound(1, 20, 0.95)
    with pytest.raises(ValueError, match="confidence"):
        bound(2, 20, 1.0)
