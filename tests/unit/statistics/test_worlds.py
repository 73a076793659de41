"""Worlds made by hand: what is left of the simulation's noise, which way is better, what is left out."""

import math

import numpy as np
import pytest

from equitysim.errors import UsageError
from equitysim.statistics.information import share_between
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.unknowns import Asked, Design, Figure, Question, Worlds
from equitysim.statistics.worlds import analysed

COUNT = 32
DESIGN = Design(COUNT, 2, 1, "compiled", "sobol", 0, 100.0, 5.0, 500.0, False)
QUESTION = Question("net_value", "EUR per seed person", 1, "today", True)
SIZES = np.linspace(0.0, 1.0, COUNT)
ASKED = Asked("failure.severity", "points", SIZES, tuple(map(str, SIZES)), lambda size: f"{size:.2f}")


def made(gain: FloatArray, noise: float = 0.0, question: Question = QUESTION) -> Worlds:
    """``today`` at 10 and ``new`` ahead of it by ``gain``, in two replications ``noise`` to either side."""
    runs = np.full((COUNT, 2, 2), 10.0)
    runs[:, :, 1] += gain[:, None] + np.array([-noise, noise])
    found = analysed(runs, ("today", "new"), [ASKED], question, DESIGN)
    assert found is not None
    return found


def test_the_noise_of_one_world_is_its_standard_error() -> None:
    # Two replications 0.3 to either side: a standard deviation of 0.3·√2, a standard error of 0.3.
    assert made(SIZES, noise=0.3).noise == pytest.approx(0.3)


def test_a_lead_is_clear_beyond_twice_its_error() -> None:
    assert made(np.full(COUNT, 0.61), noise=0.3).clear == 1.0
    assert made(np.full(COUNT, 0.59), noise=0.3).clear == 0.0


def test_the_share_of_worlds_holds_the_error_that_they_share() -> None:
    """The 32 worlds have leads of k/31 − 0.5, so 16 of them a positive one. Known to ± 2 · 0.05, in 13 worlds (k from
    19) it is surely so, and in 19 (from 13) it may be."""
    share = made(SIZES - 0.5, noise=0.05).policies[1].share_best
    assert share.value == 0.5
    assert share.low == share_between(13 / 32, 32, 0.95)[0]
    assert share.high == share_between(19 / 32, 32, 0.95)[1]
    exact = made(SIZES - 0.5).policies[1].share_best
    assert (exact.low, exact.high) == share_between(0.5, 32, 0.95)


def test_one_replication_tells_no_noise() -> None:
    runs = np.stack([np.full(COUNT, 10.0), 10.0 + SIZES], axis=1)[:, None, :]
    found = analysed(runs, ("today", "new"), [ASKED], QUESTION, DESIGN)
    assert found is not None
    assert math.isnan(found.noise)
    assert math.isnan(found.clear)
    assert found.worth.value == found.worth_uncorrected


def test_the_decision_tips_in_the_middle_and_knowing_is_worth_a_quarter_of_the_half() -> None:
    found = made(SIZES - 0.5)
    (unknown,) = found.unknowns
    (tipping,) = unknown.tipping
    assert (tipping.text, tipping.below, tipping.above) == ("0.50", "today", "new")
    assert tipping.low <= tipping.size <= tipping.high
    assert (tipping.open_low, tipping.open_high, unknown.stays) == (False, False, False)
    assert found.worth.value == pytest.approx(float(np.maximum(SIZES - 0.5, 0.0).mean()))
    assert unknown.worth.value == pytest.approx(found.worth.value, rel=1e-6)
    assert found.worth_total == pytest.approx(500.0 * found.worth.value)


def crossing(place: float, slope: float, luck: float, seed: int = 4) -> Worlds:
    """``new`` crosses ``today`` at a place, in two worlds of each size that scatter, with luck in each replication."""
    rng = np.random.default_rng(seed)
    runs = 10.0 + luck * rng.standard_normal((COUNT, 2, 2))
    runs[:, :, 1] += slope * (SIZES[:, None] - place)
    found = analysed(runs, ("today", "new"), [ASKED], QUESTION, DESIGN)
    assert found is not None
    return found


def test_a_tipping_value_lies_in_its_own_interval() -> None:
    """The steeper, the narrower; a change that is not told has no interval at all."""
    widths = []
    for slope in (4.0, 8.0, 16.0, 32.0):
        for tipping in crossing(0.4, slope, 0.1).unknowns[0].tipping:
            assert tipping.low <= tipping.size <= tipping.high
            widths.append(tipping.high - tipping.low)
    assert len(widths) >= 3
    assert widths == sorted(widths, reverse=True)


def test_a_bound_beyond_what_was_tried_is_open() -> None:
    """Near the end of the range it cannot be said that the change lies before it."""
    (tipping,) = crossing(0.02, 3.0, 0.1).unknowns[0].tipping
    assert tipping.open_low
    assert (tipping.low, tipping.low_text) == (0.0, "0.00 or less")
    assert not tipping.open_high


def test_alike_policies_neither_tip_nor_is_one_the_best_all_along() -> None:
    """Their curves cross by luck alone: nothing is shown."""
    for seed in range(20):
        (unknown,) = crossing(0.5, 0.0, 1.0, seed).unknowns
        assert (unknown.tipping, unknown.stays) == ((), False)


def test_one_that_is_ahead_at_every_place_is_shown_to_stay_the_best() -> None:
    """By 10 or more is beyond all luck. By 0.1 to 1.1 is not, though a constant, 0.6, is: that one predicts best says
    nothing of the ends."""
    assert crossing(-10.0, 1.0, 0.1).unknowns[0].stays
    assert not crossing(-0.1, 1.0, 1.0).unknowns[0].stays


def test_one_replication_shows_neither_a_change_nor_that_there_is_none() -> None:
    runs = np.stack([np.full(COUNT, 10.0), 9.5 + SIZES], axis=1)[:, None, :]
    found = analysed(runs, ("today", "new"), [ASKED], QUESTION, DESIGN)
    assert found is not None
    assert (found.unknowns[0].tipping, found.unknowns[0].stays) == ((), False)


def test_best_in_all_of_so_many_worlds_is_not_best_in_all_worlds() -> None:
    """Wilson's interval of 32 of 32: from 32/(32 + 1.96²) = 0.893; of none, as far from 0."""
    best, never = made(SIZES + 1.0).policies[1].share_best, made(SIZES + 1.0).policies[0].share_best
    assert (best.value, best.high) == (1.0, 1.0)
    assert best.low == pytest.approx(32 / (32 + 1.959964**2), rel=1e-6)
    assert (never.value, never.low) == (0.0, 0.0)
    assert never.high == pytest.approx(1.0 - best.low)


def test_less_may_be_better() -> None:
    less = Question("spend", "EUR per seed person", -1, "today", True)
    found = made(SIZES + 0.1, question=less)
    assert (found.leader, found.runner_up) == ("today", "new")
    assert found.share_of_worlds_best("today") == 1.0
    with pytest.raises(UsageError, match="did you mean 'today'"):
        found.share_of_worlds_best("tody")
    assert found.policies[1].mean.value > found.policies[0].mean.value


def test_money_in_all_is_for_money_per_person() -> None:
    found = made(SIZES - 0.5, question=Question("share_won", "share", 1, "today", False))
    assert found.worth_total is None
    assert found.unknowns[0].worth_total is None


def test_a_policy_without_a_value_in_some_world_is_left_out() -> None:
    runs = np.full((COUNT, 2, 3), 10.0)
    runs[:, :, 1] += SIZES[:, None]
    runs[3, 1, 2] = np.nan
    found = analysed(runs, ("today", "new", "odd"), [ASKED], QUESTION, DESIGN)
    assert found is not None
    assert found.left_out == ("odd",)
    assert found.share_of_worlds_best("odd") is None
    assert analysed(runs[:, :, 1:], ("new", "odd"), [ASKED], QUESTION, DESIGN) is None


def test_what_is_within_twice_its_error_is_within_noise() -> None:
    assert Figure(0.1, 0.06).within_noise
    assert not Figure(0.13, 0.06).within_noise
    assert Figure(0.0, 0.0).within_noise
    assert Figure(0.1, math.nan).within_noise
