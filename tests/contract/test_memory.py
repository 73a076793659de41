"""A run lets go of its people: a hundred replications need the memory of one."""

import gc

import pytest

from equitysim.engines.simpy.engine import simulate
from equitysim.engines.simpy.world import World
from tests.contract.worlds import CARE, plan


def worlds() -> int:
    """How many runs are still in memory."""
    return sum(type(thing) is World for thing in gc.get_objects())  # isinstance would ask dead proxies


def test_no_run_outlives_its_result() -> None:
    gc.collect()
    before = worlds()
    gc.disable()
    try:
        simulate(plan(CARE), 5, 0)
        assert worlds() == before
    finally:
        gc.enable()


def test_a_run_that_is_not_dismissed_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(World, "dismiss", lambda self: None)
    gc.collect()
    before = worlds()
    gc.disable()
    try:
        simulate(plan(CARE), 5, 0)
        assert worlds() > before
    finally:
        gc.enable()
