"""Verdicts: what each means, what it says, and that nothing is undefined in it without need."""

import dataclasses
import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.outcome import PolicyOutcome
from equitysim.statistics.selection import CAP
from equitysim.statistics.verdict import replications_asked
from tests.unit.statistics.test_comparison import context, outcome

NAMES = ("today", "recover", "reward", "win back")


def compared(*values: npt.ArrayLike, measure: str = "net_value", **stated: Any) -> Comparison:
    """Policies with these values of the decision measure, replication by replication; the first is today's."""
    policies = []
    for name, over_replications in zip(NAMES, values, strict=False):
        made = outcome(name, 1.0)
        policies.append(
            dataclasses.replace(made, values={**made.values, measure: np.asarray(over_replications, dtype=np.float64)})
        )
    said = context()._replace(replications=np.size(values[0]), measure=measure, **stated)
    return Comparison(said, "today", tuple(policies), ())


def luck(replications: int = 10, sd: float = 1.0, seed: int = 1) -> FloatArray:
    return np.random.default_rng(seed).normal(scale=sd, size=replications)


COMMON = 40.0 + luck()


def test_a_planted_winner_is_best() -> None:
    verdict = compared(COMMON, COMMON + 1.0 + luck(sd=0.1, seed=2), COMMON + 0.5 + luck(sd=0.1, seed=3)).verdict
    assert (verdict.status, verdict.best, verdict.set) == ("best", "recover", ("recover",))
    assert verdict.needed == verdict.replications == 10
    assert verdict.text == (
        "Choose 'recover': over 3 years it is the best of 3 policies in net value with 95\N{NO-BREAK SPACE}% "
        "confidence, 1.00 EUR per person ahead of 'today' and 0.51 EUR per person ahead of the next, 'reward'."
    )


def test_todays_policy_is_kept_if_it_is_best() -> None:
    verdict = compared(COMMON + 1.0, COMMON + luck(sd=0.1)).verdict
    assert (verdict.status, verdict.best) == ("best", "today")
    assert verdict.text.startswith("Keep 'today': over 3 years it is the better of 2 policies in net value")


@pytest.mark.parametrize("matters", [0.0, 0.2])
def test_an_equal_pair_is_tied(matters: float) -> None:
    comparison = compared(COMMON, COMMON, COMMON - 3.0, matters=matters)
    verdict = comparison.verdict
    assert (verdict.status, verdict.set) == ("tied", ("today", "recover"))
    assert "'today' and 'recover' are tied in net value over 3 years: " in verdict.text
    assert [standing.p_best_mean for standing in verdict.standings] == [0.5, 0.5, 0.0]
    assert replications_asked(comparison.context, comparison.policies) == 10


def test_a_pair_that_differs_by_less_than_matters_is_tied_and_says_what_that_costs() -> None:
    verdict = compared(COMMON, COMMON + 0.1 + luck(sd=0.02, seed=2)).verdict
    assert (verdict.status, verdict.best, verdict.set) == ("tied", "recover", ("recover", "today"))
    assert verdict.text.endswith(
        "none is shown to be more than 0.20 EUR per person ahead of another, and with 95\N{NO-BREAK SPACE}% confidence "
        "choosing 'recover' gives away no more than that."
    )


def test_wide_intervals_leave_it_undecided_and_say_how_many_replications_would_do() -> None:
    comparison = compared(COMMON, COMMON + luck(seed=2))
    verdict = comparison.verdict
    assert verdict.status == "undecided"
    assert set(verdict.set) == {"today", "recover"}
    assert verdict.needed is not None
    assert verdict.needed > 10
    assert replications_asked(comparison.context, comparison.policies) == verdict.needed
    assert f"after 10 replications '{verdict.best}' leads in net value over 3 years" in verdict.text
    assert f"about {verdict.needed} replications in all would tell at 95\N{NO-BREAK SPACE}% confidence." in verdict.text


def test_no_more_than_the_cap_is_asked_for() -> None:
    comparison = compared(COMMON, COMMON + luck(seed=2), matters=0.001)
    assert comparison.verdict.needed is not None
    assert comparison.verdict.needed > CAP
    assert replications_asked(comparison.context, comparison.policies) == CAP


def test_where_everything_matters_it_says_what_would_part_the_first_two() -> None:
    comparison = compared(COMMON, COMMON + 0.3 + luck(seed=2), matters=0.0)
    gap = comparison.policies[1].values["net_value"] - COMMON
    half = comparison.verdict.standing("today").against_others.high + abs(gap.mean())
    assert comparison.verdict.status == "undecided"
    assert comparison.verdict.needed == math.ceil(10 * (half / gap.mean()) ** 2) > 10
    assert replications_asked(comparison.context, comparison.policies) == 10


def test_equal_means_of_different_policies_are_never_parted_where_everything_matters() -> None:
    verdict = compared([1.0, 2.0, 3.0], [3.0, 2.0, 1.0], matters=0.0).verdict
    assert (verdict.status, verdict.needed) == ("undecided", None)
    assert "state which difference matters (compare.matters)" in verdict.text


def test_the_first_stage_alone_says_how_wide_intervals_are() -> None:
    more = [np.concatenate([COMMON, 40.0 + luck(30, seed=7)])]
    more.append(more[0] + np.concatenate([luck(sd=0.1, seed=2), 5.0 * luck(30, seed=8)]))
    whole, staged = compared(*more).verdict, compared(*more, first_stage=10).verdict
    first = compared(more[0][:10], more[1][:10]).verdict.standing("today").against_others
    found = staged.standing("today").against_others
    assert found.high - found.mean == pytest.approx((first.high - first.mean) / 2.0)
    wide = whole.standing("today").against_others
    assert wide.high - wide.mean > 5 * (found.high - found.mean)


def test_less_is_better_of_waits() -> None:
    verdict = compared([5.0, 6.0, 5.5], [1.0, 2.1, 1.4], measure="desk_wait_mean").verdict
    assert (verdict.status, verdict.best) == ("best", "recover")
    assert verdict.standing("recover").against_others.mean == pytest.approx(4.0)
    assert "4.0 days ahead of 'today'" in verdict.text


def test_a_single_replication_decides_nothing() -> None:
    verdict = compared([1.0], [2.0]).verdict
    assert (verdict.status, verdict.best, verdict.needed) == ("undecided", "recover", None)
    assert "a single replication does not tell a difference from luck" in verdict.text
    assert [standing.share_of_futures_best for standing in verdict.standings] == [0.0, 1.0]


@pytest.mark.parametrize("values", [[1.0], [1.0, 2.0, 4.0]])
def test_a_single_policy_leaves_nothing_to_choose(values: list[float]) -> None:
    verdict = compared(values).verdict
    assert (verdict.status, verdict.set, verdict.needed) == ("best", ("today",), len(values))
    assert "nothing to choose" in verdict.text


def test_replications_without_a_value_are_left_out_of_all() -> None:
    verdict = compared([1.0, math.nan, 2.0, 4.0], [3.0, 4.0, 4.1, 6.0], measure="equity_mean").verdict
    assert verdict.replications == 3
    assert verdict.standing("recover").against_others.mean == pytest.approx((13.1 - 7.0) / 3)


def test_a_policy_never_defined_is_not_judged() -> None:
    nothing = [math.nan] * 3
    verdict = compared(nothing, [1.0, 2.0, 3.0], [1.0, 2.1, 3.3], [9.0, 9.0, math.nan], measure="roi").verdict
    assert {standing.policy for standing in verdict.standings} == {"recover", "reward"}
    assert math.isnan(verdict.standing("today").p_best_mean)


@pytest.mark.parametrize("values", [[math.nan] * 3, [math.nan]])
def test_a_measure_never_defined_decides_nothing(values: list[float]) -> None:
    verdict = compared(values, values).verdict
    assert (verdict.status, verdict.best, verdict.set, verdict.needed) == ("undecided", None, (), None)


WORLDS: dict[str, list[list[float]]] = {
    "one policy": [[1.0, 2.0]],
    "one replication": [[1.0], [2.0], [3.0]],
    "without luck": [[1.0, 1.0], [2.0, 2.0], [2.0, 2.0]],
    "nothing defined": [[math.nan], [math.nan]],
    "never together": [[1.0, math.nan], [math.nan, 1.0]],
    "some": [[1.0, math.nan, 3.0], [2.0, 2.0, 3.5]],
    "equal means": [[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]],
}


@pytest.mark.parametrize("matters", [0.0, 0.2])
@pytest.mark.parametrize("values", WORLDS.values(), ids=WORLDS.keys())
def test_nothing_undefined_reaches_the_document(values: list[list[float]], matters: float) -> None:
    comparison = compared(*values, matters=matters)
    document = json.loads(json.dumps(comparison.document(), allow_nan=False))
    assert document["verdict"]["text"]
    assert replications_asked(comparison.context, comparison.policies) >= len(values[0])
    if comparison.verdict.status != "undecided":
        assert document["verdict"]["needed"] <= comparison.verdict.replications


def test_names_do_not_act_in_the_sentence() -> None:
    comparison = compared(COMMON, COMMON + 1.0)
    hostile: PolicyOutcome = dataclasses.replace(comparison.policies[1], name="a\x1b[31m\u202eb")
    text = dataclasses.replace(comparison, policies=(comparison.policies[0], hostile)).verdict.text
    assert "\x1b" not in text
    assert "\u202e" not in text
