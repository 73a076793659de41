"""Where the best policy changes, and what bounds it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from equitysim.statistics.sensitivity.responses import Responses
from equitysim.statistics.sensitivity.tipping import tipping
from tests.unit.statistics.sensitivity.fields import grid, number, responses, word

LEVELS = [1.0, 2.0, 4.0, 8.0]


def on_grid(tips: float = 3.0, noise: float = 0.0, slope: float = 1.0, **changed: object) -> Responses:
    failure, other = grid(LEVELS, [0.0, 1.0, 2.0])
    gain = slope * (failure - tips) + 0.5 * (other - 1.0)
    means = np.stack([other, other + gain], axis=1)
    factors = [number("failure", failure, few=True), number("other", other, unit="", few=True)]
    return responses(factors, means, noise=noise, **changed)  # type: ignore[arg-type]


def test_levels_are_joined_by_straight_lines() -> None:
    (found,) = tipping(on_grid())
    assert (found.factor, found.below, found.above, found.text) == ("failure", "today", "reward", "3 %")
    assert found.at.value == pytest.approx(3.0)
    assert found.at.low == pytest.approx(3.0)
    assert found.at.high == pytest.approx(3.0)


def test_luck_widens_the_bounds() -> None:
    (quiet,) = tipping(on_grid(noise=0.1))
    (loud,) = tipping(on_grid(noise=0.6))
    assert quiet.at.low < quiet.at.value < quiet.at.high
    assert loud.at.high - loud.at.low > 2.0 * (quiet.at.high - quiet.at.low)


def test_a_bound_beyond_what_was_tried_says_so() -> None:
    (found,) = tipping(on_grid(tips=1.05, noise=0.3))
    assert (found.at.low, found.low_text) == (1.0, "1 % or less")
    assert found.at.high < 4.0


def test_a_change_that_nothing_supports_is_not_told() -> None:
    # Planted: two policies alike, apart by luck alone, whose curves cross all the same.
    for seed in range(5):
        assert tipping(on_grid(slope=0.0, noise=1.0, seed=seed, confidence=0.9999)) == ()


def test_a_dip_between_two_sure_leads_of_the_same_policy_is_no_change() -> None:
    """``reward`` is surely ahead at both ends; that ``today`` leads at 2 % by a hair may be luck."""
    size = np.array([1.0, 2.0, 4.0, 8.0])
    luck = np.array([-0.3, 0.3, -0.1, 0.1])
    gain = np.array([2.0, -0.01, 2.0, 2.0])
    made = responses([number("failure", size, few=True)], np.stack([np.zeros(4), gain], axis=1))
    assert made.runs[1, :, 1].mean() < 0.0
    assert tipping(replace(made, runs=made.runs + luck[None, :, None] * np.array([0.0, 1.0]))) == ()
    # Planted: the same dip, deep enough to be sure.
    gain[1] = -2.0
    deep = responses([number("failure", size, few=True)], np.stack([np.zeros(4), gain], axis=1))
    found = tipping(replace(deep, runs=deep.runs + luck[None, :, None] * np.array([0.0, 1.0])))
    assert [(one.below, one.above) for one in found] == [("reward", "today"), ("today", "reward")]


def test_curves_that_cross_to_and_fro_within_luck_change_once() -> None:
    """Three crossings, no sure lead between them: one change is told, at the place before which the first policy has
    gained most, and its bounds hold all three."""
    size = np.arange(1.0, 8.0)
    gain = np.array([-3.0, -2.0, -0.2, 0.1, -0.3, 2.0, 3.0])
    luck = np.array([-0.8, 0.8, -0.5, 0.5])
    made = responses([number("failure", size, few=True)], np.stack([np.zeros(7), gain], axis=1))
    (found,) = tipping(replace(made, runs=made.runs + luck[None, :, None] * np.array([0.0, 1.0])))
    assert (found.below, found.above) == ("today", "reward")
    assert found.at.value == pytest.approx(5.0 + 0.3 / 2.3, abs=0.02)
    assert found.at.low < 3.7
    assert found.at.high > found.at.value


def test_policies_that_are_equal_at_an_end_do_not_change_there() -> None:
    """Nothing fails at 0 %, so recovering changes nothing there."""
    size = np.array([0.0, 1.0, 2.0, 4.0])
    made = responses([number("failure", size, few=True)], np.stack([np.zeros(4), size], axis=1))
    assert made.runs[0, 0, 0] == made.runs[0, 0, 1]
    assert tipping(made) == ()


def test_luck_between_two_levels_is_never_taken_for_none() -> None:
    """With two replications the two lines between levels cross somewhere, and there they do not vary at all."""
    size = np.array([1.0, 2.0])
    runs = np.zeros((2, 2, 2))
    runs[:, :, 1] = [[0.5, -0.7], [-0.4, 0.9]]
    made = responses([number("failure", size, few=True)], np.zeros((2, 2)), replications=2)
    assert tipping(replace(made, runs=runs)) == ()


def test_no_change_no_tipping_point() -> None:
    assert tipping(on_grid(tips=-5.0, noise=0.1)) == ()


def test_less_may_be_better() -> None:
    (found,) = tipping(on_grid(better=-1))
    assert (found.below, found.above) == ("reward", "today")


def test_one_replication_has_no_bounds() -> None:
    (found,) = tipping(on_grid(replications=1))
    assert math.isnan(found.at.low)
    assert (found.text, found.low_text, found.high_text) == ("3 %", "", "")


def test_a_policy_may_lead_in_the_midst() -> None:
    size = np.linspace(0.0, 10.0, 101)
    means = np.stack([np.full(101, 5.0), size, 3.0 * size - 16.0], axis=1)
    found = tipping(responses([number("failure", size, few=True)], means, noise=0.01))
    assert [(one.below, one.above) for one in found] == [("today", "reward"), ("reward", "recover")]
    assert [one.at.value for one in found] == pytest.approx([5.0, 8.0], abs=0.02)


def test_scattered_points_are_fitted() -> None:
    rng = np.random.default_rng(1)
    size, other = rng.random(400), rng.random(400)
    means = np.stack([np.sin(9.0 * other), np.sin(9.0 * other) + size - 0.4 + (other - 0.5)], axis=1)
    factors = [number("failure", size), number("other", other)]
    made = responses(factors, means, noise=0.05, design="latin_hypercube")
    found = {one.factor: one for one in tipping(made)}
    assert found["failure"].at.low < 0.4 < found["failure"].at.high
    assert found["failure"].at.high - found["failure"].at.low < 0.2


def test_words_and_single_moves_have_none() -> None:
    places = [0, 1, 2]
    means = np.stack([np.full(3, 1.0), np.array([0.0, 1.5, 2.0])], axis=1)
    assert tipping(responses([word("kind", places, ("a", "b", "c"))], means)) == ()
    assert tipping(on_grid(design="one_at_a_time")) == ()
