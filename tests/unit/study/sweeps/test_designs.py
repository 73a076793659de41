"""Designs: known counts, known structure, and which of them can grow."""

import itertools

import numpy as np
import pytest
from scipy.stats import qmc

from equitysim.study.sweeps import designs


def test_a_sobol_sequence_is_scipys_and_begins_with_the_shorter_one() -> None:
    expected = qmc.Sobol(3, seed=np.random.default_rng(7)).random(64)
    assert np.array_equal(designs.sobol(64, 3, 7), expected)
    assert np.array_equal(designs.sobol(32, 3, 7), expected[:32])
    assert not np.array_equal(designs.sobol(64, 3, 8), expected)


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    found = designs.latin_hypercube(20, 3, 7)
    for column in found.T:
        assert sorted(int(share * 20) for share in column) == list(range(20))
    assert not np.array_equal(found, designs.latin_hypercube(20, 3, 8))


def test_saltellis_points_are_a_b_and_a_with_one_column_of_b() -> None:
    found = designs.saltelli(8, 3, 7)
    assert found.shape == (8 * (3 + 2), 3)
    for first, second, *mixed in found.reshape(8, 5, 3):
        for k, point in enumerate(mixed):
            expected = first.copy()
            expected[k] = second[k]
            assert np.array_equal(point, expected)
    assert np.array_equal(designs.saltelli(4, 3, 7), found[:20])


def test_saltellis_points_give_the_indices_of_a_sum() -> None:
    """Of 2·x₁ + x₂ the first factor makes 4/5 of the variance (both uniform), the second 1/5; the estimator is
    Saltelli 2010's, its error at 1024 points about 1 %."""
    found = designs.saltelli(1024, 2, 1).reshape(1024, 4, 2)
    value = found @ np.array([2.0, 1.0])
    variance = np.var(value[:, :2])
    first = [float(np.mean(value[:, 1] * (value[:, 2 + k] - value[:, 0])) / variance) for k in range(2)]
    assert first == pytest.approx([0.8, 0.2], abs=0.03)


def test_morris_trajectories_move_every_factor_once_by_two_levels() -> None:
    found = designs.morris(10, 4, 7)
    assert found.shape == (10 * 5, 4)
    assert set(np.unique(found)) <= {0.0, 1 / 3, 2 / 3, 1.0}
    for trajectory in found.reshape(10, 5, 4):
        moves = np.diff(trajectory, axis=0)
        assert [int(np.count_nonzero(move)) for move in moves] == [1, 1, 1, 1]
        assert sorted(int(np.flatnonzero(move)[0]) for move in moves) == [0, 1, 2, 3]
        assert np.allclose(np.abs(moves).sum(axis=1), 2 / 3)
    assert np.array_equal(designs.morris(6, 4, 7), found[: 6 * 5])


def test_a_grid_is_every_combination() -> None:
    levels = [("1", "2"), ("a", "b", "c")]
    assert designs.grid(levels) == list(itertools.product(*levels))


def test_one_at_a_time_departs_from_the_scenarios_own_values() -> None:
    assert designs.one_at_a_time(("1", "a"), [("0", "2"), ("b",)]) == [("1", "a"), ("0", "a"), ("2", "a"), ("1", "b")]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 100, 257])
def test_every_beginning_is_spread_over_all(count: int) -> None:
    order = designs.spread_out(count)
    assert sorted(order) == list(range(count))
    for taken in range(1, count + 1):
        gaps = np.diff(sorted([-1, *order[:taken], count]))
        assert gaps.max() <= 4 * count / taken + 1


def test_powers_of_two() -> None:
    assert [count for count in range(20) if designs.is_power_of_two(count)] == [1, 2, 4, 8, 16]
