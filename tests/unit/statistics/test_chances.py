"""Two chances of being best: of the mean, given the simulation's own error, and in one future of the firm."""

import numpy as np
import pytest
from scipy import stats

from equitysim.statistics.chances import DRAWS, p_best_mean, share_of_futures_best


def test_the_share_of_futures_counts_replications_and_splits_ties() -> None:
    values = np.array([[1.0, 2.0, 0.0], [3.0, 3.0, 0.0], [5.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    assert share_of_futures_best(values) == pytest.approx([(0.5 + 1 + 1 / 3) / 4, (1 + 0.5 + 1 / 3) / 4, 1 / 12])


@pytest.mark.parametrize("replications", [2, 5, 30])
def test_of_two_policies_it_is_the_paired_t_test(replications: int) -> None:
    """False-alarm rate 1 in 10 000 each."""
    luck = np.random.default_rng(replications)
    values = luck.normal(size=(replications, 1)) + luck.normal(size=(replications, 2)) * 0.2 + [0.05, 0.0]
    chance = p_best_mean(values, 1)
    exact = stats.ttest_1samp(values[:, 1] - values[:, 0], 0.0, alternative="greater").pvalue
    error = stats.norm.isf(0.5e-4) * np.sqrt(exact * (1 - exact) / DRAWS)
    assert chance[0] == pytest.approx(exact, abs=error)
    assert chance.sum() == pytest.approx(1.0)


def test_more_replications_sharpen_one_chance_and_leave_the_other() -> None:
    luck = np.random.default_rng(3)
    values = luck.normal(size=(400, 2)) + np.array([0.5, 0.0])
    assert p_best_mean(values[:10], 1)[0] < 0.95 < p_best_mean(values, 1)[0]
    assert share_of_futures_best(values)[0] == pytest.approx(stats.norm.cdf(0.5 / np.sqrt(2)), abs=0.1)


def test_policies_that_are_the_same_share_whatever_their_place() -> None:
    luck = np.random.default_rng(4)
    best, other = luck.normal(size=10) + 9.0, luck.normal(size=10)
    assert p_best_mean(np.array([best, other, best]).T, 1) == pytest.approx([0.5, 0.0, 0.5])
    assert p_best_mean(np.array([best, best, best]).T, 1) == pytest.approx([1 / 3] * 3)


def test_the_same_seed_gives_the_same_and_one_replication_gives_none() -> None:
    values = np.random.default_rng(5).normal(size=(10, 3))
    assert np.array_equal(p_best_mean(values, 1), p_best_mean(values, 1))
    assert not np.array_equal(p_best_mean(values, 1), p_best_mean(values, 2))
    assert np.isnan(p_best_mean(values[:1], 1)).all()
