"""A sweep that is killed or interrupted at chosen places of its own code, rather than after some time: between any two
statements to the store, while it is laid out, while the design is judged, while tables are written."""

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from equitysim.cli import main
from equitysim.measures.tables import Table
from equitysim.study.sweep import Sweep, sweep
from equitysim.study.sweeps import mend, reading
from equitysim.study.sweeps.store import NAME, Store
from equitysim.study.watch import Watch
from tests.unit.study.sweeps.shop import STUDY, shop_study

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that is killed is a fork of this one")

ESCAPED = 99
"""What a process here ends with where an interrupt went past everything."""

SMALL = STUDY.replace("replications: 2", "replications: 1")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return sweep(shop_study(tmp_path_factory.mktemp("whole"), SMALL))


class Moment:
    """Sends signals to this process at the chosen visits of a place."""

    def __init__(self, sent: signal.Signals, visits: set[int]) -> None:
        self._sent = sent
        self._visits = visits
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        if self.count in self._visits:
            os.kill(os.getpid(), self._sent)


def statements(moment: Callable[[], None]) -> None:
    """Visit at every statement to SQLite, before and after it."""
    real = sqlite3.connect

    class Watched(sqlite3.Connection):
        def _seen(self, name: str, *arguments: Any) -> Any:
            moment()
            done = getattr(super(), name)(*arguments)
            moment()
            return done

        def execute(self, *arguments: Any) -> Any:
            return self._seen("execute", *arguments)

        def executemany(self, *arguments: Any) -> Any:
            return self._seen("executemany", *arguments)

        def executescript(self, *arguments: Any) -> Any:
            for statement in arguments[0].split(";"):
                moment()
                super().execute(statement)
            return None

    sqlite3.connect = lambda *arguments, **options: real(*arguments, **{**options, "factory": Watched})


def calls(owner: Any, name: str) -> Callable[[Moment], None]:
    """Visit before and after every call of a function."""

    def plant(moment: Moment) -> None:
        real = getattr(owner, name)

        def watched(*arguments: Any, **options: Any) -> Any:
            moment()
            done = real(*arguments, **options)
            moment()
            return done

        setattr(owner, name, watched)

    return plant


def statements_in(owner: Any, name: str) -> Callable[[Moment], None]:
    """Visit at every statement to SQLite within a function."""

    def plant(moment: Moment) -> None:
        real = getattr(owner, name)
        inside: list[str] = []

        def watched(*arguments: Any) -> None:
            inside.append(name)
            real(*arguments)
            inside.clear()

        setattr(owner, name, watched)
        statements(lambda: moment() if inside else None)

    return plant


def pieces(moment: Moment) -> None:
    """Visit in the middle of a table."""
    real = Table.write

    def watched(table: Table, file: Any, *, header: bool = True) -> None:
        real(table, file, header=header)
        file.flush()
        moment()

    Table.write = watched  # type: ignore[method-assign,assignment]


PLACES: dict[str, Callable[[Moment], None]] = {
    "statements": statements,
    "laying out": statements_in(mend, "created"),
    "describing": statements_in(Store, "describe"),
    "judging": calls(reading, "scenario_at"),
    "rows": calls(Store, "add"),
    "digest": calls(Store, "digest"),
    "tables": pieces,
}


def ends_with(study: Path, place: str, sent: signal.Signals, visits: set[int], noted: Path) -> int:
    """A sweep as it is typed, in a process of its own; its exit code, negative for the signal that killed it. Notes
    how often the place was visited, and what was said."""
    process = os.fork()
    if process == 0:
        code = ESCAPED
        try:
            descriptor = os.open(noted, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(descriptor, 1)
            os.dup2(descriptor, 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            signal.signal(signal.SIGINT, signal.default_int_handler)
            moment = Moment(sent, visits)
            PLACES[place](moment)
            code = main(["sweep", str(study), "--workers", "1"])
            sys.stdout.write(f"visits {moment.count}\n")
            sys.stdout.flush()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def visited(noted: Path) -> int:
    return int(noted.read_text("utf-8").rpartition("visits ")[2])


def moments(tmp_path: Path, place: str) -> Iterator[tuple[int, Path]]:
    """Some visits of a place, the first ones among them, each with a new study."""
    study = shop_study(tmp_path / "counted", SMALL)
    assert ends_with(study, place, signal.SIGKILL, set(), tmp_path / "noted") == 0
    count = visited(tmp_path / "noted")
    assert count > 0
    first = set(range(1, min(count, 16) + 1)) if place in ("statements", "laying out") else {1, 2, count}
    spread = {1 + count * k // 8 for k in range(8)} if place == "statements" else set()
    for visit in sorted((first | spread) & set(range(1, count + 1))):
        yield visit, shop_study(tmp_path / str(visit), SMALL)


@pytest.mark.parametrize("place", ["statements", "laying out", "rows", "digest", "tables"])
def test_kill_9_at_any_place_loses_and_doubles_nothing(tmp_path: Path, whole: Sweep, place: str) -> None:
    for visit, study in moments(tmp_path, place):
        assert ends_with(study, place, signal.SIGKILL, {visit}, tmp_path / "noted") == -signal.SIGKILL
        said: list[str] = []
        done = sweep(study, watch=Watch(said=said.append))
        assert (done.digest, said) == (whole.digest, []), visit
        for name in ("values.csv", "points.csv", "scenario.resolved.yaml"):
            assert told(done.folder / name) == told(whole.folder / name), visit
        assert not list(done.folder.glob(".*")), visit


def told(path: Path) -> list[str]:
    """A file without the lines that name the study's own place."""
    return [line for line in path.read_text("utf-8").splitlines() if "the study" not in line]


@pytest.mark.parametrize(
    "sent",
    [pytest.param(signal.SIGINT, id="Ctrl-C"), pytest.param(signal.SIGTERM, id="told to end", marks=pytest.mark.long)],
)
@pytest.mark.parametrize("place", ["statements", "judging", "rows", "digest", "tables"])
def test_an_interrupt_at_any_place_is_130_and_says_how_to_go_on(
    tmp_path: Path, whole: Sweep, place: str, sent: signal.Signals
) -> None:
    for visit, study in moments(tmp_path, place):
        noted = tmp_path / "noted"
        assert ends_with(study, place, sent, {visit}, noted) == 130, (visit, noted.read_text("utf-8"))
        said = noted.read_text("utf-8")
        assert "the same command goes on from there" in said, visit
        assert "Traceback" not in said, visit
        assert sweep(study).digest == whole.digest, visit
        assert not list(study.with_suffix("").glob(".*")), visit


@pytest.mark.parametrize("place", [pytest.param("statements", marks=pytest.mark.long), "rows", "tables"])
def test_a_second_interrupt_while_the_first_is_dealt_with_is_one_too(tmp_path: Path, whole: Sweep, place: str) -> None:
    for visit, study in moments(tmp_path, place):
        noted = tmp_path / "noted"
        assert ends_with(study, place, signal.SIGINT, {visit, visit + 1, visit + 2}, noted) == 130, visit
        assert "Traceback" not in noted.read_text("utf-8"), visit
        assert sweep(study).digest == whole.digest, visit


def test_a_description_that_is_cut_off_is_not_half_there(tmp_path: Path) -> None:
    """Whoever reads the store meanwhile finds the study as it was, or as it is to be."""
    larger = SMALL.replace("grid: 3", "grid: 5")
    small = tmp_path / "small"
    sweep(shop_study(small, SMALL))

    def cut_off_at(visit: int) -> tuple[int, Path]:
        study = tmp_path / str(visit) / "study.yaml"
        shutil.copytree(small, study.parent)
        shop_study(study.parent, larger)
        code = ends_with(study, "describing", signal.SIGINT, {visit}, tmp_path / "noted")
        return code, study.with_suffix("") / NAME

    assert cut_off_at(0)[0] == 0
    count = visited(tmp_path / "noted")
    assert count > 10
    for visit in range(1, count + 1, 2):
        code, store = cut_off_at(visit)
        with sqlite3.connect(store) as opened:
            points = opened.execute("SELECT COUNT(*) FROM design").fetchone()[0]
            document = json.loads(opened.execute("SELECT document FROM study").fetchone()[0])
        opened.close()
        assert code == 130, visit
        assert points == {"3": 6, "5": 10}[document["design"]["value"]], visit


def test_lost_rows_would_be_seen(tmp_path: Path, whole: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a store that forgets what was added before it was closed."""
    monkeypatch.setattr(Store, "add", lambda *_: None)
    assert sweep(shop_study(tmp_path, SMALL)).digest != whole.digest


def test_doubled_rows_would_be_seen(tmp_path: Path, whole: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a row read twice."""
    real = Store._rows
    monkeypatch.setattr(Store, "_rows", lambda *arguments: (row for one in real(*arguments) for row in (one, one)))
    assert sweep(shop_study(tmp_path, SMALL)).digest != whole.digest
