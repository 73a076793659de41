"""Stores that were damaged: noticed, told, set aside; what is sound is kept, and the digest is that of a whole run."""

import contextlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from equitysim.errors import UsageError
from equitysim.study.engine import simulate
from equitysim.study.sweep import Sweep, sweep
from equitysim.study.sweeps import mend, tasks
from equitysim.study.sweeps.identity import identity_of
from equitysim.study.sweeps.store import NAME, PAGE, checksum_of
from equitysim.study.watch import Watch
from tests.unit.study.sweeps.shop import STUDY, SWAPPED, shop_study

LARGER = STUDY.replace("replications: 2", "replications: 4")
SWAPPED_AND_LARGER = SWAPPED.replace("replications: 2", "replications: 4")
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


def content_of(store: Path) -> list[list[tuple[Any, ...]]] | None:
    """Everything in a store; None if it cannot be read."""
    with contextlib.closing(sqlite3.connect(store)) as opened, contextlib.suppress(sqlite3.Error):
        tables = ("study", "point", "design", "origin", "scenario", "run")
        return [opened.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables]
    return None


def places_in(content: bytes) -> list[int]:
    """Some places in every page, more at its head, where it says what it is."""
    luck = random.Random(5)
    inside = [page + luck.randrange(PAGE) for page in range(0, len(content), PAGE) for _ in range(FLIPS)]
    heads = [page + k for page in range(0, len(content), PAGE) for k in range(9)]
    schema = range(PAGE - 74, PAGE)  # how the first table was made
    return [*inside, *heads, *schema]


def unnoticed(whole: Sweep, folder: Path) -> list[int]:
    """Places where a flipped bit changes what the store holds, and nothing sees it."""
    content, before, identity = whole.store.read_bytes(), content_of(whole.store), identity_of(whole.study)
    luck, found = random.Random(6), []
    for place in places_in(content):
        spoilt = bytearray(content)
        spoilt[place] ^= 1 << luck.randrange(8)
        copy = folder / NAME
        copy.write_bytes(spoilt)
        with contextlib.suppress(mend.DamageError):
            mend._sound(copy, identity)
            found += [] if content_of(copy) == before else [place]
    return found


def test_no_flipped_bit_that_means_anything_is_taken_for_sound(whole: Sweep, tmp_path: Path) -> None:
    """A flip that nothing notices is one in bytes that mean nothing, such as free space."""
    assert unnoticed(whole, tmp_path) == []


PLANTED: dict[str, tuple[str, Callable[..., Any]]] = {
    "SQLite's own check is not asked for, nor are the rows checked": ("_check_content", lambda *_: None),
    "the tables' layout is not looked at": ("_layout", lambda _: mend._layout_of_fresh()),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_missing_check_is_seen(whole: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    monkeypatch.setattr(mend, *PLANTED[fault])
    assert unnoticed(whole, tmp_path) != []


def region(content: bytes, store: Path) -> dict[str, int]:
    """A page of each kind."""
    with contextlib.closing(sqlite3.connect(store)) as opened:
        roots = dict(opened.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0"))
    free = int.from_bytes(content[32:36], "big")
    inner = roots["run"]
    assert content[(inner - 1) * PAGE] == 5, "the table has an inner page"
    leaf = int.from_bytes(content[(inner - 1) * PAGE + 8 :][:4], "big")
    return {"head": 1, "inner": inner, "leaf": leaf, "index": roots["sqlite_autoindex_run_1"], "free": free or 1}


@pytest.mark.parametrize("kind", ["head", "inner", "leaf", "index", "free"])
@pytest.mark.parametrize("spoil", ["zeros", "flip", "garbage"])
def test_a_damaged_page_of_any_kind_changes_no_result(
    whole: Sweep, copy: Copy, simulated: list[str], kind: str, spoil: str
) -> None:
    with contextlib.closing(sqlite3.connect(copy.store)) as store:  # so that there are free pages
        store.execute("CREATE TABLE gone (one)")
        store.execute("INSERT INTO gone VALUES (zeroblob(20000))")
        store.execute("DROP TABLE gone")
        store.commit()
    content = bytearray(copy.store.read_bytes())
    first = (region(bytes(content), copy.store)[kind] - 1) * PAGE
    luck = random.Random(f"{kind} {spoil}")
    if spoil == "zeros":
        content[first : first + PAGE] = bytes(PAGE)
    elif spoil == "garbage":
        content[first : first + PAGE] = luck.randbytes(PAGE)
    else:
        content[first + 3] ^= 0x40  # the number of cells; in a free page, of the next one
    copy.damage(bytes(content))
    assert copy.again() == whole.digest
    if (kind, spoil) not in {("head", "flip"), ("free", "garbage"), ("free", "flip"), ("free", "zeros")}:
        assert "is damaged" in copy.said[0]
    if kind in ("head", "index", "free"):
        assert simulated == []
    copy.said.clear()
    assert copy.again() == whole.digest
    assert copy.said == []


def half_committed(store: Path) -> tuple[bytes, bytes]:
    """Store and journal as ``kill -9`` leaves them in the middle of a commit: some pages written, others not."""
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as opened:
        opened.execute("PRAGMA cache_size = 1")  # pages are written as soon as they change
        opened.execute("BEGIN IMMEDIATE")
        opened.execute("UPDATE run SET seconds = seconds + 1, measures = zeroblob(length(measures)), error = 'half'")
        opened.execute("DELETE FROM run WHERE id % 2 = 0")
        left = store.read_bytes(), store.with_name(NAME + "-journal").read_bytes()
        opened.execute("ROLLBACK")
    return left


JOURNALS: dict[str, Callable[[bytes], bytes | None]] = {
    "whole": lambda journal: journal,
    "missing": lambda _: None,
    "truncated": lambda journal: journal[: len(journal) // 2],
    "head flipped": lambda journal: bytes([journal[0] ^ 1]) + journal[1:],
    "body flipped": lambda journal: journal[:9_000] + bytes([journal[9_000] ^ 1]) + journal[9_001:],
    "emptied": lambda _: b"",
}


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_commit_cut_off_in_its_midst(whole: Sweep, copy: Copy, simulated: list[str], journal: str) -> None:
    store, before = half_committed(copy.store)
    assert store != whole.store.read_bytes(), "something of it was written"
    copy.damage(store)
    left = JOURNALS[journal](before)
    if left is not None:
        copy.store.with_name(NAME + "-journal").write_bytes(left)
    assert copy.again() == whole.digest
    assert bool(copy.said) == (journal != "whole")
    assert (simulated == []) == (journal == "whole")
    assert not copy.store.with_name(NAME + "-journal").exists()
    copy.said.clear()
    assert copy.again() == whole.digest
    assert copy.said == []


def test_a_journal_of_a_damaged_store_is_not_played_into_the_new_one(whole: Sweep, copy: Copy) -> None:
    """A head that is not SQLite's is noticed before anything opens the file, so the journal is still to be played."""
    store, journal = half_committed(copy.store)
    copy.damage(b"spoilt" + store[6:])
    copy.store.with_name(NAME + "-journal").write_bytes(journal)
    assert copy.again() == whole.digest
    assert (copy.folder / f"{copy.aside()[0].name}-journal").read_bytes() == journal
    copy.said.clear()
    assert copy.again() == whole.digest
    assert copy.said == []


class KilledError(BaseException):
    """What ends a process that cannot be asked to end."""


@pytest.mark.parametrize("place", ["_carried_over", "_journals"])
def test_mending_that_is_cut_off_loses_nothing(
    whole: Sweep, copy: Copy, simulated: list[str], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    damaged = bytearray(copy.store.read_bytes())
    damaged[-PAGE:] = bytes(PAGE)
    copy.damage(bytes(damaged))

    def cut_off(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as planted:
        planted.setattr(mend, place, cut_off)
        with pytest.raises(KilledError):
            copy.again()
    assert copy.store.read_bytes() == damaged
    assert copy.again() == whole.digest
    assert 0 < len(simulated) < RUNS


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
        ("UPDATE point SET number = 77 WHERE number = 5", "a point does not fit its checksum"),
        ("UPDATE point SET key = 9000000000000000000 WHERE number = 2", "a point does not fit its key"),
        ("UPDATE scenario SET resolved = replace(resolved, '2027', '2028')", "a scenario does not fit its checksum"),
        ("DELETE FROM design WHERE position = 2", "the design is not whole"),
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


def test_a_store_of_a_later_version_is_neither_damaged_nor_another_study(copy: Copy) -> None:
    with sqlite3.connect(copy.store) as store:
        (text,) = store.execute("SELECT document FROM study").fetchone()
        later = text.replace('"format":1', '"format":2')
        store.execute("UPDATE study SET document = ?, checksum = ?", (later, checksum_of(later)))
        store.execute("ALTER TABLE run ADD COLUMN more TEXT")
    store.close()
    before = copy.store.read_bytes()
    with pytest.raises(UsageError, match="newer version"):
        copy.again()
    assert (copy.store.read_bytes(), copy.aside()) == (before, [])


def test_rows_that_were_tried_many_times_are_kept(copy: Copy, simulated: list[str]) -> None:
    """Their numbers are then far above how many they are."""
    with sqlite3.connect(copy.store) as store:
        store.execute("UPDATE run SET id = id + 100000")
        store.execute("DELETE FROM design WHERE position = 2")
    store.close()
    copy.again()
    assert f"{RUNS} of its runs are sound and kept" in copy.said[0]
    assert simulated == []


def numbers_in(store: Path) -> dict[bytes, int]:
    with contextlib.closing(sqlite3.connect(store)) as opened:
        return dict(opened.execute("SELECT key, number FROM point"))


@pytest.mark.parametrize("changed", [LARGER + "policies: [recover]\n", SWAPPED_AND_LARGER], ids=["policies", "order"])
@pytest.mark.parametrize("lost", ["nothing", "some runs"])
def test_mending_for_a_study_that_was_changed_keeps_what_the_first_one_had(
    whole: Sweep, copy: Copy, simulated: list[str], changed: str, lost: str
) -> None:
    """Policies that are left out for now, points whose parameters stood in another order."""
    damaged = bytearray(copy.store.read_bytes())
    damaged[:6] = b"spoilt"
    if lost != "nothing":
        leaf = region(bytes(damaged), whole.store)["leaf"]
        damaged[(leaf - 1) * PAGE : leaf * PAGE] = bytes(PAGE)
    copy.damage(bytes(damaged))
    said: list[str] = []
    sweep(shop_study(copy.study.parent, changed), watch=Watch(said=said.append))
    assert len(said) == 1
    assert (f"{RUNS} of its runs are sound and kept" in said[0]) == (lost == "nothing")
    shop_study(copy.study.parent, LARGER)
    assert copy.again() == whole.digest
    assert copy.said == []
    assert numbers_in(copy.store) == numbers_in(whole.store)
    assert len(simulated) < 10 if lost != "nothing" else simulated == []


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
