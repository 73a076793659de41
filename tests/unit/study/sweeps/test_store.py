"""Rows, their checksums, and the lock."""

import math
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from equitysim.errors import OutputError, UsageError
from equitysim.study.sweeps.lock import NAME, only_one
from equitysim.study.sweeps.points import point_of
from equitysim.study.sweeps.records import Key, Origin, RunRow, packed, unpacked

KEY = Key(b"p" * 16, "today", 3)
ROW = RunRow(KEY, "done", "", 1, 0.05, 900, 40, b"o" * 8, b"d" * 32, packed([1.0, math.nan]), "[]")
SIGNATURE = b"s" * 16

CHANGES = [
    {"key": Key(b"q" * 16, "today", 3)},
    {"key": Key(b"p" * 16, "todax", 3)},
    {"key": Key(b"p" * 16, "today", 4)},
    {"status": "failed"},
    {"events": 901},
    {"seed_persons": 41},
    {"digest": b"e" * 32},
    {"measures": packed([1.0, 2.0])},
]
EFFORT = [{"error": "x"}, {"attempts": 2}, {"seconds": 0.06}, {"origin": b"x" * 8}, {"persons": "[1]"}]


@pytest.mark.parametrize("change", [*CHANGES, *EFFORT], ids=str)
def test_the_checksum_covers_every_field(change: dict[str, object]) -> None:
    changed = ROW._replace(**change)  # type: ignore[arg-type]
    assert changed.checksum(SIGNATURE) != ROW.checksum(SIGNATURE)


def test_the_checksum_covers_what_makes_runs_comparable() -> None:
    assert ROW.checksum(b"t" * 16) != ROW.checksum(SIGNATURE)
    assert ROW.checksum(SIGNATURE) == ROW._replace().checksum(SIGNATURE)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_digest_covers_results(change: dict[str, object]) -> None:
    assert ROW._replace(**change).result() != ROW.result()  # type: ignore[arg-type]


@pytest.mark.parametrize("change", EFFORT, ids=str)
def test_the_digest_leaves_out_effort_and_words(change: dict[str, object]) -> None:
    assert ROW._replace(**change).result() == ROW.result()  # type: ignore[arg-type]


def test_neighbouring_texts_are_not_confused() -> None:
    one = ROW._replace(key=Key(b"p" * 16, "ab", 3), digest=b"c")
    other = ROW._replace(key=Key(b"p" * 16, "a", 3), digest=b"bc")
    assert one.result() != other.result()


def test_doubles_come_back_and_every_nan_is_the_same() -> None:
    strange = -math.nan
    assert packed([strange]) == packed([math.nan])
    assert unpacked(packed([1.5, -0.0, math.inf])) == [1.5, 0.0, math.inf]
    assert math.isnan(unpacked(packed([math.nan]))[0])


def test_a_points_key_depends_on_what_is_varied_and_on_nothing_else() -> None:
    key = point_of(("a", "b"), ("1", "2")).key
    assert len(key) == 16
    assert point_of(("b", "a"), ("2", "1")).key == key
    assert point_of(("a", "b"), ("2", "1")).key != key
    assert point_of(("a", "c"), ("1", "2")).key != key


def test_an_origin_has_an_id_that_its_text_gives() -> None:
    one = Origin("1", "2", "3", "4", "5", "compiled", "6")
    assert one.id != one._replace(numpy="9").id
    assert len(one.id) == 8


def test_only_one_at_a_time(tmp_path: Path) -> None:
    with only_one(tmp_path):
        begun = time.monotonic()
        with pytest.raises(UsageError, match="another sweep is writing to"), only_one(tmp_path):
            pass
        assert time.monotonic() - begun < 1.0
    with only_one(tmp_path):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    holding = (
        "import sys, time; from pathlib import Path; from equitysim.study.sweeps.lock import only_one\n"
        "with only_one(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", holding, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match="another sweep"), only_one(tmp_path):
            pass
    finally:
        holder.kill()
        holder.wait(10)
    with only_one(tmp_path):
        pass


def test_a_fault_inside_the_lock_is_not_the_locks(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="inside"), only_one(tmp_path):
        raise sqlite3.OperationalError("inside")


def test_no_lock_without_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=f"cannot lock .*{NAME}"), only_one(tmp_path / "nowhere"):
        pass
