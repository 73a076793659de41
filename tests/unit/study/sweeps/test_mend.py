"""Stores that were damaged: noticed, told, set aside; what is sound is kept, and the digest is that of a whole run."""

import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from equitysim.study.engine import simulate
from equitysim.study.sweep import Sweep, sweep
from equitysim.study.sweeps import tasks
from equitysim.study.sweeps.coordinate import Watch
from equitysim.study.sweeps.store import NAME, PAGE
from tests.unit.study.sweeps.shop import STUDY, shop_study

LARGER = STUDY.replace("replications: 2", "replications: 4")
RUNS = 6 * 3 * 4
FLIPS = 12


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return sweep(shop_study(tmp_path_factory.mktemp("whole"), LARGER))


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    real = simulate

    def noted(engine: str, plan: Any, seed: int, replication: int) -> Any:
        seen.append(plan.policy)
        return real(engine, plan, seed, replication)

    monkeypatch.setattr(tasks, "simulate", noted)
    return seen


class Copy:
    """A copy of a study with its store, to be damaged."""

    def __init__(self, whole: Sweep, folder: Path) -> None:
        self.study = shop_study(folder, LARGER)
        self.folder = self.study.with_suffix("")
        self.folder.mkdir(exist_ok=True)
        self.store = self.folder / NAME
        shutil.copy(whole.store, self.store)
        self.said: list[str] = []

    def damage(self, content: bytes) -> None:
        self.store.write_bytes(content)

    def again(self) -> str:
        return sweep(self.study, watch=Watch(said=self.said.append)).digest

    def aside(self) -> list[Path]:
        return sorted(self.folder.glob("study.damaged-*.sqlite"))


@pytest.fixture
def copy(whole: Sweep, tmp_path: Path) -> Copy:
    return Copy(whole, tmp_path)


def test_a_sound_store_is_left_as_it_is(whole: Sweep, copy: Copy, simulated: list[str]) -> None:
    assert copy.again() == whole.digest
    assert (copy.said, copy.aside(), simulated) == ([], [], [])


@pytest.mark.parametrize("part", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_truncated_store_is_noticed_and_completed(
    whole: Sweep, copy: Copy, simulated: list[str], part: float
) -> None:
    content = copy.store.read_bytes()
    copy.damage(content[: int(len(content) * part)])
    assert copy.again() == whole.digest
    assert len(copy.said) == 1
    assert "is damaged" in copy.said[0]
    assert [path.stat().st_size for path in copy.aside()] == [int(len(content) * part)]
    if part > 0.5:
        assert len(simulated) < RUNS
    copy.said.clear()
    simulated.clear()
    assert copy.again() == whole.digest
    assert (copy.said, simulated) == ([], [])


def test_flipped_bits_anywhere_never_change_a_result(whole: Sweep, tmp_path: Path, simulated: list[str]) -> None:
    """A flip that nothing notices is one in bytes that mean nothing."""
    content = whole.store.read_bytes()
    luck = random.Random(5)
    places = [luck.randrange(len(content)) for _ in range(FLIPS)] + [3, 17, 18, 26, 50, PAGE - 1, PAGE, PAGE + 3]
    noticed = 0
    for number, place in enumerate(places):
        copy = Copy(whole, tmp_path / str(number))
        spoilt = bytearray(content)
        spoilt[place] ^= 1 << luck.randrange(8)
        copy.damage(bytes(spoilt))
        before = len(simulated)
        assert copy.again() == whole.digest, place
        assert bool(copy.said) == bool(copy.aside())
        noticed += bool(copy.said)
        if copy.said:
            assert len(simulated) - before < RUNS, (place, copy.said)
    assert noticed > FLIPS // 4


@pytest.mark.parametrize(
    ("column", "value"),
    [("measures", "zeroblob(length(measures))"), ("status", "'failed'"), ("replication", "7"), ("seconds", "9.5")],
)
def test_a_changed_row_does_not_pass(whole: Sweep, copy: Copy, simulated: list[str], column: str, value: str) -> None:
    with sqlite3.connect(copy.store) as store:
        store.execute(f"UPDATE run SET {column} = {value} WHERE id = 11")
    store.close()
    assert copy.again() == whole.digest
    assert "a run does not fit its checksum" in copy.said[0]
    assert f"{RUNS - 1} of its runs are sound and kept" in copy.said[0]
    assert 1 <= len(simulated) <= 2


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ('UPDATE point SET parameters = \'["1 %", "4"]\' WHERE number = 2', "a point does not fit its key"),
        ("UPDATE study SET document = replace(document, 'Small', 'Other')", "does not fit its checksum"),
        ("UPDATE origin SET document = replace(document, 'compiled', 'simpy')", "with what it was computed"),
        ("DROP TABLE run", "no such table"),
    ],
)
def test_a_changed_description_does_not_pass(
    whole: Sweep, copy: Copy, simulated: list[str], change: str, why: str
) -> None:
    with sqlite3.connect(copy.store) as store:
        store.execute(change)
    store.close()
    assert copy.again() == whole.digest
    assert why in copy.said[0]
    assert len(simulated) == (RUNS if "DROP" in change else 0)


def test_a_damaged_index_is_noticed(whole: Sweep, copy: Copy, simulated: list[str]) -> None:
    """The rows themselves are sound, but would not be found."""
    with sqlite3.connect(copy.store) as store:
        page = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_run_1'").fetchone()[0]
    store.close()
    content = bytearray(copy.store.read_bytes())
    content[(page - 1) * PAGE + 3 : (page - 1) * PAGE + 5] = bytes(2)  # an index page without cells
    copy.damage(bytes(content))
    assert copy.again() == whole.digest
    assert f"{RUNS} of its runs are sound and kept" in copy.said[0]
    assert simulated == []


def test_a_file_that_is_no_store_is_set_aside(whole: Sweep, copy: Copy, simulated: list[str]) -> None:
    copy.damage(b"not a store\n" * 1000)
    assert copy.again() == whole.digest
    assert "does not begin like a store" in copy.said[0]
    assert copy.aside()[0].read_bytes().startswith(b"not a store")
    assert len(simulated) == RUNS


def test_each_damaged_store_is_kept_under_a_name_of_its_own(whole: Sweep, copy: Copy) -> None:
    for _ in range(2):
        copy.damage(copy.store.read_bytes()[:-PAGE])
        assert copy.again() == whole.digest
    assert len(copy.aside()) == 2


def test_an_empty_file_is_a_new_store(whole: Sweep, copy: Copy, simulated: list[str]) -> None:
    copy.damage(b"")
    assert copy.again() == whole.digest
    assert (copy.said, len(simulated)) == ([], RUNS)
