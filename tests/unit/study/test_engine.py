"""Which engine runs: the fast one, unless a researcher brings processes of their own."""

import pytest

from equitysim.errors import UsageError
from equitysim.study.engine import engine_named
from equitysim.study.runs import run
from tests.unit.study.small import small_scenario


def own(world):  # type: ignore[no-untyped-def]
    """A researcher's own SimPy process."""
    yield world.env.timeout(1.0)


def test_auto_is_compiled_whenever_it_can_be() -> None:
    assert engine_named("auto") == "compiled"
    assert engine_named("auto", [own]) == "simpy"
    assert engine_named("simpy", [own]) == "simpy"


def test_compiled_says_why_it_cannot_run_own_processes() -> None:
    with pytest.raises(UsageError, match=r"SimPy generators, which compiled code cannot run; use engine='simpy'"):
        run(small_scenario(), "today", replications=1, engine="compiled", processes=[own])
    assert run(small_scenario(horizon="30 days"), "today", replications=1, processes=[own]).context.engine == "simpy"
