"""A disk that is full and a folder that cannot be written: a clear end, the answer kept, nothing half."""

import csv
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.end_to_end.test_cli import SMALL
from tests.end_to_end.typed import typed

posix = pytest.mark.skipif(os.name != "posix", reason="the limit on the size of a file is POSIX's")


def with_room_for(size: int) -> Callable[[], None]:
    """What a process does first, so that no file of its takes more: the operating system then refuses in the middle
    of one, as on a full disk."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def compare(folder: Path, size: int, *options: str) -> subprocess.CompletedProcess[str]:
    path = folder / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return typed(
        "compare", path, "--replications", "2", "--workers", "1", "--quiet", *options, before=with_room_for(size)
    )


CUT_OFF = {
    "runs": (300, (), "runs.csv"),
    "values": (3_000, (), "values.csv"),
    "series": (13_000, (), "series.csv"),
    "log": (200_000, ("--events",), "events.csv"),
    "workbook": (30_000, ("--also", "excel"), "tables.xlsx"),
    "Parquet": (30_000, ("--events", "--also", "parquet"), ".csv"),
    "figure": (60_000, (), ".svg"),
    "values compared": (3_000, ("--vary", "failure.per_order=2 %,4 %"), "vary.csv"),
    "figure of values": (40_000, ("--vary", "failure.per_order=2 %,4 %"), "value_by_setting.png"),
}


@posix
@pytest.mark.parametrize(("size", "options", "file"), CUT_OFF.values(), ids=CUT_OFF.keys())
def test_a_full_disk_names_file_and_cause_and_leaves_nothing_half(
    tmp_path: Path, size: int, options: tuple[str, ...], file: str
) -> None:
    done = compare(tmp_path, size, *options)
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert said.startswith(f"Error: cannot write {tmp_path}")
    assert said.endswith(f"{file}: File too large")
    # what was recorded while the study ran is gone with the run; otherwise the answer is there
    assert ("--events" in options) == (done.stdout == "")
    for path in tmp_path.rglob("*.*"):
        assert whole(path), path


def whole(path: Path) -> bool:
    """Whether a file is one that its reader takes, to its end."""
    content = path.read_bytes()
    match path.suffix:
        case ".part":
            return False
        case ".csv":
            rows = list(csv.reader(content.decode().splitlines()))
            return content.endswith(b"\n") and len({len(row) for row in rows}) == 1
        case ".png":
            return b"IEND" in content[-12:]
        case ".svg":
            return content.rstrip().endswith(b"</svg>")
        case ".html":
            return content.rstrip().endswith(b"</html>")
        case ".xlsx":
            return len(openpyxl.load_workbook(path).sheetnames) > 1
        case ".yaml":
            return content.endswith(b"\n")
        case ".parquet":
            return content[:4] == content[-4:] == b"PAR1"
    return False


def test_the_check_for_whole_files_can_fail(tmp_path: Path) -> None:
    for name, content in {"a.csv": "a,b\n1", "b.png": "PNG", "c.svg": "<svg>", ".d.csv.1.part": "", "e.x": ""}.items():
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        assert not whole(path)


@posix
def test_with_room_enough_all_is_well(tmp_path: Path) -> None:
    assert compare(tmp_path, 10_000_000, "--also", "excel").returncode == 0
    assert all(whole(path) for path in tmp_path.rglob("*.*"))


def test_a_folder_that_cannot_be_made_is_named_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for options in ((), ("--vary", "failure.per_order=2 %,4 %")):
        done = typed("compare", "small.yaml", "--out", "file/out", *options, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Error: cannot write to file/out: file is no folder" in done.stderr.replace(os.sep, "/")
