"""Tables that fill up in the middle of a window are made larger, and nothing else comes of it."""

from typing import Any

import pytest

from equitysim.engines.compiled import engine
from equitysim.engines.contract import EVERYONE
from tests.contract.worlds import CARE, plan

REFERRERS: dict[str, Any] = {"equity": {"referral": {"at_0": "30 %", "at_100": "60 %"}}, **CARE}


def test_tables_that_fill_up_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A birth finds no place, the kernel stops, and goes on from the tables alone once they are larger."""
    roomy = engine.simulate(plan(REFERRERS), 3, 0, log=EVERYONE)
    rooms: list[int] = []
    make_room = engine.Run.make_room

    def counted(run: engine.Run, newcomers: int) -> None:
        before = len(run.tables.people)
        make_room(run, newcomers)
        rooms.append(len(run.tables.people) - before)

    monkeypatch.setattr(engine.Run, "make_room", counted)
    monkeypatch.setattr(engine, "SPARE", 1)
    monkeypatch.setattr(engine, "REFERRED", 0.0)
    tight = engine.simulate(plan(REFERRERS), 3, 0, log=EVERYONE)
    assert sum(room > 0 for room in rooms) >= 2
    assert (roomy.customers["generation"] > 0).any()
    assert roomy.digest == tight.digest
    assert roomy.log is not None
    assert tight.log is not None
    assert roomy.log.tobytes() == tight.log.tobytes()
