"""The search: what it finds where the best is known, and that it asks for the same again."""

import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from equitysim.study.optima import search
from equitysim.study.optima.choices import Choice, Chosen, Space
from equitysim.study.optima.search import BATCH, Score, Tried, searched

STEPS = tuple(str(k) for k in range(101))
SPACE = Space(
    (Choice("a", STEPS, True), Choice("b", STEPS, True), Choice("c", ("u", "v", "w"), False)),
    {"today": (), "large": (0, 1, 2), "small": (0,)},
    ("50", "50", "u"),
)
BUDGET = 100.0
BEST_WITHIN = 57.0
"""At a = 60, b = 40 and v, where a + b is the budget."""
BEST = 65.0
"""At a = 80, b = 60 and v."""


def hills(asked: Sequence[Chosen]) -> list[Score]:
    """A hill whose top costs more than the budget, a lower one, and nothing."""
    return [_hill(chosen.policy, int(chosen.levers[0]), int(chosen.levers[1]), chosen.levers[2]) for chosen in asked]


def _hill(policy: str, a: int, b: int, c: str) -> Score:
    if policy == "today":
        return Score(0.0, 0.0)
    if policy == "small":
        return Score(20.0 - (a - 60) ** 2 / 100.0, float(a))
    return Score(60.0 - ((a - 80) ** 2 + (b - 60) ** 2) / 100.0 + {"u": 0.0, "v": 5.0, "w": -5.0}[c], float(a + b))


def known() -> Tried:
    as_it_is = [SPACE.as_it_is(policy) for policy in SPACE.uses]
    return dict(zip(as_it_is, hills(as_it_is), strict=True))


def best(tried: Tried, budget: float) -> float:
    return max(score.value for score in tried.values() if score.spend <= budget)


SEEDS = range(20, 26)


def mean_best(budget: float | None) -> float:
    found = [best(searched(SPACE, known(), hills, 120, seed, budget), budget or math.inf) for seed in SEEDS]
    return math.fsum(found) / len(found)


def test_the_best_within_a_budget_is_found() -> None:
    """What was known before is 50; the best that has another word in the list is 52."""
    assert best(known(), BUDGET) == 50.0
    assert BEST_WITHIN - 4.0 < mean_best(BUDGET) <= BEST_WITHIN


def test_the_best_without_a_budget_is_found() -> None:
    assert BEST - 0.3 < mean_best(None) <= BEST


def test_a_search_that_learns_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search._Search, "learn", lambda *_: None)
    assert mean_best(None) < BEST - 0.3


def test_so_many_settings_are_tried_each_once_and_idle_levers_stay() -> None:
    tried = searched(SPACE, known(), hills, 30, 1, BUDGET)
    assert len(tried) == 3 + 30
    assert list(tried)[:3] == list(known())
    assert all(chosen.levers[1:] == ("50", "u") for chosen in tried if chosen.policy == "small")


@pytest.mark.parametrize("trials", [8, 20, 37])
def test_more_trials_begin_with_the_same(trials: int) -> None:
    few, many = (searched(SPACE, known(), hills, count, 5, BUDGET) for count in (trials, 40))
    assert list(many)[: len(few)] == list(few)


def test_another_seed_asks_for_others() -> None:
    one, other = (searched(SPACE, known(), hills, 10, seed, BUDGET) for seed in (1, 2))
    assert list(one) != list(other)


def test_settings_come_in_batches_of_one_size() -> None:
    sizes = []

    def counting(asked: Sequence[Chosen]) -> list[Score]:
        sizes.append(len(asked))
        return hills(asked)

    searched(SPACE, known(), counting, 2 * BATCH + 3, 1, None)
    assert sizes == [BATCH, BATCH, 3]


def test_what_failed_is_not_learned_and_does_not_end_it() -> None:
    def failing(asked: Sequence[Chosen]) -> list[Score]:
        return [Score(math.nan, math.nan) if chosen.policy == "large" else hills([chosen])[0] for chosen in asked]

    tried = searched(SPACE, known(), failing, 40, 1, BUDGET)
    assert len(tried) == 43
    assert any(math.isnan(score.value) for score in tried.values())


def test_it_ends_where_everything_was_tried() -> None:
    space = SPACE._replace(choices=(Choice("a", ("1", "2", "3"), False),), uses={"small": (0,)}, own=("1",))
    tried = searched(space, {}, lambda asked: [Score(float(one.levers[0]), 1.0) for one in asked], 50, 1, None)
    assert sorted(chosen.levers[0] for chosen in tried) == ["1", "2", "3"]


def test_without_levers_that_are_used_there_is_nothing_to_search() -> None:
    space = SPACE._replace(uses={"today": ()})
    assert searched(space, {}, hills, 50, 1, None) == {}


def test_a_setting_of_the_scenario_outside_its_ranges_is_no_hindrance() -> None:
    space = SPACE._replace(own=("200", "50", "z"))
    before = {Chosen("small", space.own): Score(1.0, 1.0)}
    assert len(searched(space, before, lambda asked: [Score(1.0, 1.0)] * len(asked), 9, 1, None)) == 10


PRINTING = (
    "from tests.unit.study.optima.test_search import *; print(list(searched(SPACE, known(), hills, 50, 3, BUDGET)))"
)


def test_another_process_asks_for_the_same() -> None:
    """Sets and the hashes of texts have another order there."""
    said = {
        subprocess.run(
            [sys.executable, "-c", PRINTING],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[4],
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{list(searched(SPACE, known(), hills, 50, 3, BUDGET))}{os.linesep}".encode()}
