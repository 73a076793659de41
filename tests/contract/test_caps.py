"""What is too large ends with the name of its cap, before it takes time or memory; alike in every engine."""

from typing import Any

import pytest

from equitysim.codes import Counter
from equitysim.engines import caps
from equitysim.engines.compiled import engine
from equitysim.engines.compiled.schedule import advance
from equitysim.engines.contract import EVERYONE, Engine
from equitysim.errors import CapError
from tests.contract.worlds import CARE, plan

REFERRERS: dict[str, Any] = {"equity": {"referral": {"at_0": "30 %", "at_100": "60 %"}}, **CARE}
GIANT = 1_000_000_000


def test_people_of_a_known_time_are_counted_before_anybody_is_made(simulate: Engine) -> None:
    """A thousand million records would be 800 GB; the test would not live to fail."""
    for changes in ({"existing": {"count": GIANT}}, {"cohorts": {"all": {"per_week": [GIANT] * 50}}}):
        with pytest.raises(CapError, match=r"cap of 2000000 customers.*limits\.customers"):
            simulate(plan(changes), 1, 0)


def test_leads_are_drawn_no_further_than_the_cap(simulate: Engine) -> None:
    changes = {"channels": {"flyers": {"leads": "1e6 per day"}}, "limits": {"customers": 500}}
    with pytest.raises(CapError, match=r"cap of 500 customers.*leads"):
        simulate(plan(changes), 1, 0)


def test_memory_is_asked_for_before_it_is_taken(simulate: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "free_bytes", lambda: 100_000)
    monkeypatch.setattr(caps, "TRIFLE", 0)
    monkeypatch.setattr("equitysim.engines.simpy.world.ROOM", 16)
    with pytest.raises(CapError, match=r"GB of memory are free.*--customers"):
        simulate(plan(REFERRERS), 1, 0)


def test_a_program_that_finds_nobody_again_and_again_ends_too(simulate: Engine) -> None:
    """60 people, silent for good, and a program that looks at each of them every day for fifty years and acts on
    nobody: a million moments and hardly an event."""
    changes: dict[str, Any] = {
        "horizon": "50 years",
        "equity": {"defection": "100 % per purchase"},
        "programs": {
            "back": {
                "when": {"silence": "1 day", "again": "1 day"},
                "invite": False,
                "audience": {"orders": {"min": 900}},
            }
        },
        "limits": {"events": 20_000},
    }
    with pytest.raises(CapError, match=r"moments.*limits\.events"):
        simulate(plan(changes), 1, 0)


@pytest.mark.parametrize("changes", [CARE, REFERRERS], ids=["desk", "referrers"])
def test_where_compiled_code_stops_to_listen_changes_nothing(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slices of one event: after each the queue is made anew, and who comes back passes over what was missed one by
    one."""
    invited = {**changes, "equity": {"win_back": "90 %", "defection": "50 % per purchase", **changes.get("equity", {})}}
    whole = engine.simulate(plan(invited), 3, 0, log=EVERYONE)
    calls: list[float] = []

    def counted(tables: Any, shelf: Any, undo: Any, until: float) -> bool:
        calls.append(until)
        return advance(tables, shelf, undo, until)

    monkeypatch.setattr(engine, "advance", counted)
    monkeypatch.setattr(engine, "slice_of", lambda _: 1)
    sliced = engine.simulate(plan(invited), 3, 0, log=EVERYONE)
    assert len(calls) > 1_000
    assert whole.counts[:, Counter.WON_BACK].sum() > 10
    assert whole.digest == sliced.digest
    assert whole.log is not None
    assert sliced.log is not None
    assert whole.log.tobytes() == sliced.log.tobytes()


def test_the_slices_of_a_run_are_some_tenths_of_a_second() -> None:
    """A plan of a hundred programs looks at each of them at each event, and does fewer events at once."""
    busy = plan()
    many = busy._replace(parameters=busy.parameters._replace(programs=busy.parameters.programs * 20))
    assert caps.slice_of(busy) > 100_000
    assert caps.slice_of(many) < caps.slice_of(busy) / 5
