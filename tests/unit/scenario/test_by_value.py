"""Money buys effect: what a touch does, stated at two values of the reward it gives."""

import math
from itertools import pairwise
from pathlib import Path

import pytest

from equitysim.errors import ScenarioError
from equitysim.plan import Program
from equitysim.scenario.lower import lower
from tests.unit.scenario.written import scenario_of

GIFT = "{{when: {{every: 90 days}}, gain: {gain}, reward: {{value: {value}}}}}"
AMENDS = "{{when: complaint, restore: {restore}{reward}}}"


def program(folder: Path, written: str, policy: str = "[gift]") -> Program:
    """The one program of a policy, as an engine reads it."""
    text = f"programs: {{gift: {written}}}\npolicies: {{today: [], tried: {policy}}}\n"
    (found,) = lower(scenario_of(folder, text), "tried").parameters.programs
    return found


def gift(folder: Path, value: float, gain: str = "{at_2: 6, at_5: 10}") -> float:
    return program(folder, GIFT.format(gain=gain, value=value)).gain


def amends(folder: Path, value: float | None, restore: str = "{at_0: 40 %, at_5: 90 %}") -> float:
    reward = "" if value is None else f", reward: {{value: {value}}}"
    return program(folder, AMENDS.format(restore=restore, reward=reward)).restore


class TestGain:
    @pytest.mark.parametrize(("value", "points"), [(2, 6.0), (5, 10.0)])
    def test_it_goes_through_both_points(self, tmp_path: Path, value: float, points: float) -> None:
        assert gift(tmp_path, value) == pytest.approx(points, rel=1e-14)

    def test_four_times_the_value_deposits_twice_as_much_where_the_points_say_a_square_root(
        self, tmp_path: Path
    ) -> None:
        # 4 at 1 and 12 at 9 lie on 4·√v: at 16 it is 16, and at a quarter 2.
        assert gift(tmp_path, 16, "{at_1: 4, at_9: 12}") == pytest.approx(16.0, rel=1e-14)
        assert gift(tmp_path, 0.25, "{at_1: 4, at_9: 12}") == pytest.approx(2.0, rel=1e-14)

    def test_nothing_given_deposits_nothing(self, tmp_path: Path) -> None:
        assert gift(tmp_path, 0) == 0.0

    def test_each_further_unit_of_money_deposits_less(self, tmp_path: Path) -> None:
        steps = [gift(tmp_path, value + 1) - gift(tmp_path, value) for value in range(8)]
        assert all(later < earlier for earlier, later in pairwise(steps))

    def test_a_plain_gain_does_not_follow_the_value(self, tmp_path: Path) -> None:
        assert gift(tmp_path, 1, "7") == gift(tmp_path, 50, "7") == 7.0

    def test_a_variant_of_another_value_moves_effect_and_cost_together(self, tmp_path: Path) -> None:
        written = GIFT.format(gain="{at_1: 4, at_9: 12}", value=9)
        bigger = program(tmp_path, written, "[{use: gift, as: bigger, reward: {value: 16}}]")
        assert bigger.gain == pytest.approx(16.0, rel=1e-14)
        assert bigger.face_micro == 16_000_000

    def test_a_variant_may_state_other_points(self, tmp_path: Path) -> None:
        written = GIFT.format(gain="{at_1: 4, at_9: 12}", value=16)
        weaker = program(tmp_path, written, "[{use: gift, as: weaker, gain: {at_1: 2, at_9: 6}}]")
        assert weaker.gain == pytest.approx(8.0, rel=1e-14)


class TestRestore:
    def test_an_apology_alone_gives_back_what_is_stated_at_0(self, tmp_path: Path) -> None:
        assert amends(tmp_path, None) == amends(tmp_path, 0) == pytest.approx(0.4, rel=1e-14)

    def test_what_is_still_missing_falls_by_the_same_share_with_each_unit_of_money(self, tmp_path: Path) -> None:
        # From 60 % to 10 % missing over 5 is a sixth; over 10 a thirty-sixth: 1 − 0.6/36.
        assert amends(tmp_path, 5) == pytest.approx(0.9, rel=1e-14)
        assert amends(tmp_path, 10) == pytest.approx(1.0 - 0.6 / 36.0, rel=1e-14)

    def test_it_never_gives_back_more_than_there_is(self, tmp_path: Path) -> None:
        assert amends(tmp_path, 1e6) == 1.0

    def test_without_a_point_at_0_the_curve_is_carried_on_below(self, tmp_path: Path) -> None:
        # 1 − r halves from 2 (40 %) to 5 (20 %) and is 0.4·2^(2/3) at 0.
        assert amends(tmp_path, 0, "{at_2: 60 %, at_5: 80 %}") == pytest.approx(1.0 - 0.4 * math.exp2(2 / 3), rel=1e-14)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (GIFT.format(gain="{at_2: 6, at_5: 15}", value=3), "has returns that do not diminish"),
        (GIFT.format(gain="{at_2: 6, at_5: 6}", value=3), "is no more at 5 than at 2"),
        (GIFT.format(gain="{at_0: 1, at_5: 6}", value=3), "is not needed"),
        (GIFT.format(gain="{at_2: -1, at_5: 6}", value=3), "deposits nothing at the lower value"),
        (GIFT.format(gain="{at_2: 6}", value=3), "has one point"),
        (GIFT.format(gain="{at_2: 6, at_2.0: 7}", value=3), "states the same value twice"),
        (GIFT.format(gain="{at_-2: 6, at_2: 7}", value=3), "unknown key"),
        (GIFT.format(gain="{at_1: 100, at_2: 150}", value=9), "reaches 3"),
        ("{when: {every: 90 days}, gain: {at_2: 6, at_5: 10}}", "a reward that the program does not give"),
        (AMENDS.format(restore="{at_2: 10 %, at_5: 90 %}", reward=""), "has returns that do not diminish"),
        (AMENDS.format(restore="{at_0: 10 %, at_5: 100 %}", reward=""), "cannot be 100 % at one value only"),
        (AMENDS.format(restore="{at_0: 50 %, at_5: 40 %}", reward=""), "is no more at 5 than at 0"),
        ("{when: purchase, restore: {at_0: 50 %, at_5: 60 %}}", "makes sense after known_failure"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, written: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        program(tmp_path, written)
