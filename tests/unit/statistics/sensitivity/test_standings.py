"""Policies over all points: what their bounds cover, and when a lead is beyond luck."""

import math
from dataclasses import replace

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray, t_interval
from equitysim.statistics.sensitivity.leads import Apart, Part, between_cells, moderated
from equitysim.statistics.sensitivity.standings import standings
from tests.unit.statistics.sensitivity.fields import number, responses

SIZES = np.linspace(0.0, 1.0, 10)
FACTOR = number("failure.per_order", SIZES, few=True)


def crossing(gap: float = 0.0) -> FloatArray:
    """``today`` at 0.5, ``reward`` rising from 0 to 1: each is best at half of the points."""
    return np.stack([np.full(10, 0.5), SIZES + gap], axis=1)


def test_the_mean_is_over_points_and_its_interval_over_replications() -> None:
    made = responses([FACTOR], crossing(), noise=0.1, common=0.3)
    today, reward = standings(made)
    for place, found in enumerate((today, reward)):
        estimate = t_interval(made.runs[:, :, place].mean(axis=0))
        assert found.mean == (estimate.mean, estimate.low, estimate.high)


def test_each_is_best_at_its_half_of_the_points() -> None:
    today, reward = standings(responses([FACTOR], crossing()))
    assert (today.share_best, reward.share_best) == (0.5, 0.5)


def test_equals_share_a_point_and_neither_is_clear() -> None:
    today, reward = standings(responses([FACTOR], np.zeros((10, 2)), noise=0.0))
    assert (today.share_best, reward.share_best) == (0.5, 0.5)
    assert (today.share_clear, reward.share_clear) == (0.0, 0.0)


def test_less_may_be_better() -> None:
    means = np.stack([np.full(10, 1.0), np.full(10, 2.0)], axis=1)
    today, reward = standings(responses([FACTOR], means, better=-1))
    assert (today.share_best, reward.share_best) == (1.0, 0.0)
    assert today.mean.value == 1.0


def test_luck_that_all_policies_share_hides_no_lead() -> None:
    made = responses([FACTOR], crossing(0.1), noise=1e-6)
    shared = np.array([-50.0, 0.0, 20.0, 30.0])
    made = replace(made, runs=made.runs + shared[None, :, None])
    today, reward = standings(made)
    assert today.share_clear + reward.share_clear == 1.0
    assert today.mean.high - today.mean.low > 50.0


def test_a_lead_within_luck_is_not_clear() -> None:
    today, reward = standings(responses([FACTOR], crossing(), noise=100.0))
    assert today.share_clear + reward.share_clear == 0.0


def test_one_replication_tells_no_luck() -> None:
    today, _ = standings(responses([FACTOR], crossing(), replications=1))
    assert today.share_best == 0.5
    assert today.share_clear == 0.0
    assert math.isnan(today.mean.low)


def test_a_single_policy_is_best_everywhere_and_leads_nobody() -> None:
    (today,) = standings(responses([FACTOR], crossing()[:, :1], noise=0.1))
    assert (today.share_best, today.share_clear) == (1.0, 0.0)


def test_variances_that_differ_by_luck_alone_become_one() -> None:
    drawn = np.random.default_rng(3).chisquare(4, 2_000) / 4 * 9.0
    variances, degrees = moderated(drawn, 4.0)
    assert variances.mean() == pytest.approx(9.0, rel=0.05)
    assert variances.std() < 0.1 * drawn.std()
    assert degrees > 60.0


def test_variances_that_truly_differ_are_left_apart() -> None:
    rng = np.random.default_rng(3)
    # Smyth's own model: precisions of a gamma distribution with 6 prior degrees of freedom around a variance of 9.
    true = 9.0 * 6.0 / rng.chisquare(6, 20_000)
    drawn = true * rng.chisquare(4, 20_000) / 4.0
    assert moderated(drawn, 4.0)[1] == pytest.approx(10.0, abs=0.5)
    assert moderated(drawn, 4.0, most=5.0)[1] == 5.0


def test_cells_that_share_their_luck_are_no_independent_witnesses() -> None:
    # Planted: fifty copies of one cell. Their luck is known from three degrees of freedom, not from 150.
    one = np.random.default_rng(1).standard_normal((1, 4, 2))
    together, own = between_cells(np.repeat(one, 50, axis=0))(0, 1).parts
    assert together.degrees == 3.0
    np.testing.assert_allclose(own.variance, 0.0, atol=1e-15)
    apart = np.random.default_rng(1).standard_normal((50, 4, 2))
    together, own = between_cells(apart)(0, 1).parts
    assert own.degrees == 147.0
    assert (together.variance < 0.1 * own.variance).all()


def test_a_lead_that_looks_quiet_by_chance_is_no_clear_lead() -> None:
    """Two replications in which luck that all cells share happens to be the same: nothing says that it always is.
    A t interval of each cell by itself is rightly wide there, and so is the one from all cells together."""
    shared = np.array([1.0, 1.02])[None, :] + 0.01 * np.random.default_rng(2).standard_normal((60, 2))
    made = np.stack([np.zeros((60, 2)), shared], axis=2)
    half = between_cells(made)(1, 0).half(0.95)
    textbook = 12.706 * 0.02 / 2.0
    assert (half > 0.8 * textbook).all()


def test_parts_of_an_error_are_put_together_with_their_own_quantiles() -> None:
    """Worked out: t quantiles 12.706 and 1.960, variances 0.01 and 0.04."""
    made = Apart(np.zeros(1), (Part(np.array([0.01]), 1.0), Part(np.array([0.04]), 1e9)))
    assert made.half(0.95)[0] == pytest.approx(math.sqrt(161.448 * 0.01 + 3.8415 * 0.04), rel=1e-4)
    assert made.error[0] == pytest.approx(math.sqrt(0.05))
