"""Engines rank only where somebody will read the ranking before the next review; nobody's life may show it."""

from typing import Any

import pytest

from equitysim.engines.contract import Engine, rankings_read
from equitysim.plan import Plan
from equitysim.result import Result
from tests.contract.worlds import by_identity, plan

BEST: dict[str, Any] = {
    "programs": {
        "letter": {"when": {"every": "73 days"}, "audience": {"best": "30 %", "by": "recent_margin"}},
        "welcome": {"when": {"every": "90 days"}, "audience": {"best": "20 %", "by": "recent_orders"}},
    }
}
"""Two rankings, each read at a few reviews only."""

TRIGGERED: dict[str, Any] = {
    "programs": {"welcome": {"when": "purchase", "audience": {"best": "20 %", "by": "recent_orders"}}}
}


def trails(result: Result) -> dict[int, int]:
    """The hash of everybody's events."""
    return {identity: int(row["trail"]) for identity, row in by_identity(result).items()}


def always(plan: Plan, t: float) -> set[int]:
    """Every ranking, at every review."""
    return {0, 1, 2}


def never(plan: Plan, t: float) -> set[int]:
    """The planted fault: nobody is ever ranked."""
    return set()


def simulate_with(rankings: Any, simulate: Engine, patch: pytest.MonkeyPatch, change: dict[str, Any]) -> Result:
    """A run in which engines rank by what this function says."""
    with patch.context() as changed:
        changed.setattr("equitysim.engines.simpy.firm.rankings_read", rankings)
        changed.setattr("equitysim.engines.compiled.engine.rankings_read", rankings)
        return simulate(plan(change), 5, 0)


@pytest.mark.parametrize("change", [BEST, TRIGGERED], ids=["calendar", "triggered"])
def test_ranking_less_often_changes_nobodys_life(
    simulate: Engine, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lived = trails(simulate(plan(change), 5, 0))
    assert lived == trails(simulate_with(always, simulate, monkeypatch, change))
    assert lived != trails(simulate_with(never, simulate, monkeypatch, change))


def test_a_calendar_program_has_a_ranking_read_at_its_rounds_only() -> None:
    world = plan(BEST)
    review = world.parameters.review
    read = [rankings_read(world, n * review) for n in range(12)]
    assert {by for ranking in read for by in ranking} == {0, 1}
    assert 3 <= sum(not ranking for ranking in read) <= 6
    assert all(rankings_read(plan(TRIGGERED), n * review) == {1} for n in range(12))
    assert rankings_read(plan(), 0.0) == set()
