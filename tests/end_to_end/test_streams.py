"""Outputs that are closed, full or no longer read: one clear line, the exit code of an output that cannot be written,
and never a fault of equitysim's."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.test_cli import SMALL
from tests.end_to_end.typed import typed
from tests.unit.study.sweeps.shop import shop_study

posix = pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full and forks")

CANNOT_WRITE = "Error: cannot write to standard output: "


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streams")
    (folder / "small.yaml").write_text(SMALL, "utf-8")
    shop_study(folder)
    done = typed("sweep", "study.yaml", "--out", "swept", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def full(number: int) -> Callable[[], None]:
    """A stream leads to a disk without space."""

    def become() -> None:
        device = os.open("/dev/full", os.O_WRONLY)
        os.dup2(device, number)
        os.close(device)

    return become


def closed(number: int) -> Callable[[], None]:
    """A stream was closed before the process began; of standard output as Python tells it."""

    def become() -> None:
        os.close(number)
        if number == 1:
            sys.stdout = None

    return become


COMMANDS = {
    "--help": ("--help",),
    "--version": ("--version",),
    "new": ("new", "another-{}.yaml"),
    "check": ("check", "small.yaml"),
    "show": ("show", "small.yaml"),
    "explain": ("explain", "horizon"),
    "schema": ("schema",),
    "run": ("run", "small.yaml", "--policy", "today", "--replications", "1", "--json"),
    "vary": ("compare", "small.yaml", "--replications", "2", "--vary", "failure.per_order=2%,4%"),
    "trace": ("trace", "small.yaml", "--policy", "today", "--customer", "typical"),
    "sweep": ("sweep", "study.yaml", "--out", "swept"),
    "analyse": ("analyse", "swept"),
}


@posix
@pytest.mark.parametrize(("gone", "why"), [(full, "No space left on device"), (closed, "it is closed")])
@pytest.mark.parametrize("command", COMMANDS)
def test_standard_output_that_cannot_be_written_is_told_in_one_line(
    files: Path, command: str, gone: Callable[[int], Callable[[], None]], why: str
) -> None:
    asked = [word.format(gone.__name__) for word in COMMANDS[command]]
    done = typed(*asked, cwd=files, before=gone(1))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == CANNOT_WRITE + why
    assert done.stderr.count("Error:") == 1
    assert "Traceback" not in done.stderr


@posix
@pytest.mark.parametrize("gone", [full, closed])
@pytest.mark.parametrize(
    ("asked", "code"), [(("check", "small.yaml"), 0), (("show", "nobody.yaml"), 3), (("nothing",), 2)]
)
def test_standard_error_that_cannot_be_written_changes_no_exit_code(
    files: Path, asked: tuple[str, ...], code: int, gone: Callable[[int], Callable[[], None]]
) -> None:
    done = typed(*asked, cwd=files, before=gone(2))
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout == ("small.yaml: OK, 2 policies\n" if code == 0 else "")


@posix
def test_nothing_to_say_needs_no_standard_output(files: Path) -> None:
    done = typed("check", "small.yaml", "--quiet", cwd=files, before=closed(1))
    assert (done.returncode, done.stderr) == (0, "")


def started(*asked: str, cwd: Path, **streams: int) -> "subprocess.Popen[str]":
    """A command with an interpreter of its own, whose last flush also counts."""
    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-m", "equitysim", *asked],
        cwd=cwd,
        encoding="utf-8",
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},  # type: ignore[call-overload]
    )
    return process


def test_a_reader_who_has_read_enough_ends_it_quietly(files: Path) -> None:
    process = started("schema", cwd=files)
    assert process.stdout is not None
    assert process.stdout.read(1) == "{"
    process.stdout.close()
    process.stdout = None
    assert process.communicate()[1] == ""
    assert process.returncode == 0


@posix
@pytest.mark.parametrize("number", [1, 2])
def test_the_interpreter_ends_without_a_word_of_its_own(files: Path, number: int) -> None:
    """Its last flush would end in exit code 120."""
    with open("/dev/full", "w") as device:
        streams = {"stdout" if number == 1 else "stderr": device.fileno()}
        process = started("show", "small.yaml" if number == 1 else "nobody.yaml", cwd=files, **streams)
        _, err = process.communicate()
    assert process.returncode == (1 if number == 1 else 3)
    assert (err or "") == (f"{CANNOT_WRITE}No space left on device\n" if number == 1 else "")


@posix
def test_no_file_takes_the_number_of_a_closed_stream(files: Path) -> None:
    """The store would take the lowest free number, and what a worker writes to standard output would go into it."""
    script = (
        "import os, sys\nfrom equitysim.cli import main\nsys.argv[1:] = ['check', 'small.yaml', '--quiet']\nmain()\n"
        "sys.exit(os.open(os.devnull, os.O_RDONLY))"
    )

    def close_all() -> None:
        for number in range(3):
            with contextlib.suppress(OSError):
                os.close(number)

    done = subprocess.run([sys.executable, "-c", script], cwd=files, preexec_fn=close_all, check=False)
    assert done.returncode >= 3


def test_an_empty_name_is_no_folder(files: Path) -> None:
    """It would be the folder that one is in, among whose files the tables would be."""
    before = sorted(files.iterdir())
    done = typed("sweep", "study.yaml", "--out", "", cwd=files)
    assert done.returncode == 2
    assert "the name is empty; name a file or folder" in done.stderr
    assert sorted(files.iterdir()) == before
