"""A desk that is open all week, with exponential work and random arrivals, is M/M/c."""

from functools import cache

import numpy as np
import pytest

from equitysim.codes import Activity
from equitysim.engines.contract import EVERYONE
from tests.oracle import closed_forms as theory
from tests.oracle.judge import batched
from tests.oracle.reductions import POLICY, Floats, simulate

CASES = 60_000
WARM_UP = 2_000
"""Cases left out of the estimate: the desk starts empty, and forgets it within some hundred services."""

LOADS = [(1, 0.8), (2, 1.6), (5, 4.0)]


@cache
def queue(engine: str, agents: int, load: float, spread: str = "100 %", cases: int = CASES) -> Floats:
    """Waits until service in order of arrival, in hours, at a desk where each case takes an hour on average.

    Cases arrive at random: each lead brings one. ``load``: cases per hour.
    """
    changes = {
        "horizon": f"{round(cases / load)} hours",
        "channels": {"leads": {"leads": f"{load * 24} per day"}},
        "segments": {"one": {"occasions": {"mean": "0 per year", "spread": "0 %"}}},
        "desks": {
            "desk": {
                "agents": agents,
                "hours": "168 per week",
                "handling": {"mean": "1 hour", "spread": spread},
                "patience": "off",
            }
        },
        "programs": {"greet": {"when": "lead", "gain": 0, "weight": 0, "desk": "desk"}},
        "policies": {POLICY: ["greet"]},
    }
    log = simulate(engine, changes, log=EVERYONE).log
    assert log is not None
    opened = log[log["activity"] == Activity.CASE_OPENED]
    started = log[log["activity"] == Activity.CASE_STARTED]
    opened, started = opened[np.argsort(opened["time"])], started[np.argsort(started["time"])]
    return np.asarray((started["time"] - opened["time"][: len(started)])[WARM_UP:] * 24.0)


@pytest.mark.parametrize(("agents", "load"), LOADS)
def test_desk_is_erlang_c(engine: str, agents: int, load: float) -> None:
    waits = queue(engine, agents, load)
    assert batched(waits > 0).agrees(theory.erlang_c(agents, load))
    assert batched(waits).agrees(theory.mean_wait(agents, load))
    assert batched(waits > 1.0).agrees(theory.waits_longer(agents, load, 1.0))


@pytest.mark.parametrize(("agents", "load"), LOADS)
def test_queue_length_obeys_littles_law(engine: str, agents: int, load: float) -> None:
    """Lq = λ·Wq, with the nominal λ."""
    waits = queue(engine, agents, load)
    assert batched(load * waits).agrees(load * theory.mean_wait(agents, load))


@pytest.mark.parametrize(("agents", "load"), LOADS)
def test_first_come_is_first_served(engine: str, agents: int, load: float) -> None:
    """Nobody who came later is served earlier, or waits would be negative."""
    waits = queue(engine, agents, load)
    assert waits.min() >= 0.0
    assert len(waits) > 0.9 * (CASES - WARM_UP)


@pytest.mark.parametrize(("agents", "load", "spread"), [(2, 0.8, "100 %"), (1, 0.8, "50 %"), (1, 0.72, "100 %")])
def test_another_desk_is_caught(engine: str, agents: int, load: float, spread: str) -> None:
    """One agent more, steadier work, or a tenth fewer arrivals."""
    waits = queue(engine, agents, load, spread, cases=20_000)
    assert not batched(waits).agrees(theory.mean_wait(1, 0.8))
