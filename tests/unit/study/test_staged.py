"""``compare`` runs a first stage, then as many replications as the procedure asks for."""

from typing import Any

import numpy as np
import pytest

from equitysim.errors import UsageError
from equitysim.scenario.schema import Scenario
from equitysim.statistics import verdict
from equitysim.statistics.selection import FIRST_STAGE
from equitysim.statistics.verdict import replications_asked
from equitysim.study import compare
from equitysim.study.watch import Watch
from tests.unit.study.small import SEED, small_scenario

POLICIES = {
    "today": ["welcome"],
    "again": ["welcome"],
    "winner": ["welcome", "gift"],
    "reward": ["welcome", "reward"],
    "nudge": ["welcome", "nudge"],
}


def scenario(matters: str, **policies: list[str]) -> Scenario:
    """The small scenario with other policies: an equal of today's, and a planted winner whose gifts cost nothing."""
    programs: dict[str, Any] = {
        "welcome": {"when": "first_purchase", "gain": "8", "cost": "1.50"},
        "gift": {"when": "purchase", "gain": "40"},
        "nudge": {"when": "purchase", "gain": "0.5", "cost": "0.02"},
        "reward": {"when": {"every": "90 days"}, "audience": {"best": "20 %"}, "gain": "10", "reward": {"value": "3"}},
    }
    return small_scenario(
        programs=programs, policies=policies, claims=[], compare={"baseline": "today", "matters": matters}
    )


def of(*names: str) -> dict[str, list[str]]:
    return {name: POLICIES[name] for name in names}


def test_the_first_stage_says_how_many_follow() -> None:
    progress: list[tuple[int, int]] = []
    asked = scenario("0.50", **of("today", "reward"))
    comparison = compare(asked, seed=SEED, watch=Watch(progress=lambda done, total: progress.append((done, total))))
    first = compare(asked, seed=SEED, replications=FIRST_STAGE)
    count = comparison.context.replications
    assert count == replications_asked(first.context, first.policies) > FIRST_STAGE
    assert comparison.context.first_stage == FIRST_STAGE
    assert comparison.verdict.status != "undecided"
    assert comparison.verdict.needed == count
    for longer, shorter in zip(comparison.policies, first.policies, strict=True):
        assert longer.digests[:FIRST_STAGE] == shorter.digests
        assert len(longer.digests) == len(set(longer.digests)) == count
    assert progress[0] == (1, 2 * FIRST_STAGE)
    assert progress[-1] == (2 * count, 2 * count)


def test_the_last_replications_are_those_of_a_comparison_of_so_many() -> None:
    asked = scenario("0.50", **of("today", "reward"))
    staged = compare(asked, seed=SEED)
    whole = compare(asked, seed=SEED, replications=staged.context.replications)
    for ours, theirs in zip(staged.policies, whole.policies, strict=True):
        assert ours.digest == theirs.digest
        assert np.array_equal(ours.values["net_value"], theirs.values["net_value"])
    assert whole.context.first_stage is None


def test_a_planted_winner_is_best() -> None:
    comparison = compare(scenario("0.20", **of("today", "winner")), seed=SEED)
    assert (comparison.verdict.status, comparison.verdict.best) == ("best", "winner")


def test_an_equal_pair_is_tied_after_the_first_stage() -> None:
    comparison = compare(scenario("0.20", **of("today", "again")), seed=SEED)
    assert comparison.verdict.status == "tied"
    assert set(comparison.verdict.set) == {"today", "again"}
    assert comparison.context.replications == FIRST_STAGE
    assert comparison.verdict.standing("today").p_best_mean == 0.5


def test_a_cap_leaves_it_undecided_and_says_how_many_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "CAP", 12)
    comparison = compare(scenario("0.01", **of("today", "nudge")), seed=SEED)
    assert comparison.context.replications == 12
    assert comparison.verdict.status == "undecided"
    assert comparison.verdict.needed is not None
    assert comparison.verdict.needed > 12


@pytest.mark.parametrize("policies", [("today",), ("today", "reward")])
def test_where_nothing_or_everything_matters_it_stays_at_the_first_stage(policies: tuple[str, ...]) -> None:
    matters = "0.20" if len(policies) == 1 else "0"
    assert compare(scenario(matters, **of(*policies)), seed=SEED).context.replications == FIRST_STAGE


def test_an_explicit_number_is_obeyed() -> None:
    comparison = compare(scenario("0.01", **of("today", "nudge")), seed=SEED, replications=4)
    assert (comparison.context.replications, comparison.context.first_stage) == (4, None)
    assert comparison.verdict.needed is not None
    assert comparison.verdict.needed > 4


@pytest.mark.parametrize("replications", ["many", "10", 0])
def test_it_is_a_whole_number_or_auto(replications: Any) -> None:
    with pytest.raises(UsageError, match="replication"):
        compare(scenario("0.20", **of("today")), replications=replications)
