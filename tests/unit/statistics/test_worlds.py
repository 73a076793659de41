"""Worlds made by hand: what is left of the simulation's noise, which way is better, what is left out."""

import math

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.worlds import Asked, Design, Figure, Question, Worlds, analysed

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
    assert tipping.support == pytest.approx(1.0)
    assert found.worth.value == pytest.approx(float(np.maximum(SIZES - 0.5, 0.0).mean()))
    assert unknown.worth.value == pytest.approx(found.worth.value, rel=1e-6)
    assert found.worth_total == pytest.approx(500.0 * found.worth.value)


def test_less_may_be_better() -> None:
    less = Question("spend", "EUR per seed person", -1, "today", True)
    found = made(SIZES + 0.1, question=less)
    assert (found.leader, found.runner_up) == ("today", "new")
    assert found.share_of_worlds_best("today") == 1.0
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
