"""What a command leaves that is killed outright goes when the folder is next written, and nothing else does."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from equitysim.errors import OutputError
from equitysim.measures import unfinished
from equitysim.measures.files import make_folder, replacing
from tests.end_to_end.test_full_disk import whole
from tests.end_to_end.typed import typed, undrawn
from tests.unit.study.sweeps.shop import STUDY, shop_study

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that is killed is a fork of this one")

ONCE = ("--replications", "2", "--workers", "1")
COMMANDS = {
    "run": ("run", "shop.yaml", "--policy", "today", *ONCE),
    "compare --events": ("compare", "shop.yaml", "--events", *ONCE),
    "compare --vary": ("compare", "shop.yaml", "--vary", "existing.count=20,40", *ONCE),
    "trace": ("trace", "shop.yaml", "--policy", "today", "--customer", "typical"),
    "sweep": ("sweep", "study.yaml", "--workers", "1"),
    "optimise": ("optimise", "study.yaml", "--set", "compare.matters=1", "--workers", "1"),
    "analyse": ("analyse", "swept"),
}


def dies_at_its_first_file() -> None:
    """Done in a process first: it kills itself when a file of its is whole and about to take its place."""
    undrawn()

    def killed(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    Path.replace = killed  # type: ignore[method-assign, assignment]


def leftovers(folder: Path) -> list[Path]:
    """Everything hidden."""
    return list(folder.rglob(".*"))


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studied")
    shop_study(folder, STUDY + 'optimise: {trials: 2, free: "yes, because nothing is bought"}\n')
    assert typed("sweep", "study.yaml", "--out", "swept", "--workers", "1", cwd=folder).returncode == 0
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_killed_command_left_is_gone_after_the_next_one(command: str, studied: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(studied, tmp_path / "here"))
    words = (*COMMANDS[command], "--out", "out")
    assert typed(*words, cwd=folder, before=dies_at_its_first_file).returncode == -signal.SIGKILL
    assert leftovers(folder / "out")
    assert typed(*words, cwd=folder, before=undrawn).returncode == 0
    assert leftovers(folder / "out") == []
    assert all(whole(path) for path in (folder / "out").rglob("*.csv"))


HOLDS = """
import sys, time
from pathlib import Path
from equitysim.measures.files import replacing
with replacing(Path(sys.argv[1]) / "a.csv") as file:
    file.write("mine\\n")
    file.flush()
    print("begun", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def writing(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that is about to write ``a.csv``, until it is sent a line."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        yield process
        process.kill()


def test_what_another_process_is_writing_stays_until_it_is_dead(tmp_path: Path) -> None:
    with writing(tmp_path) as living, writing(tmp_path) as other:
        with replacing(tmp_path / "a.csv") as file:
            file.write("ours\n")
        assert len(leftovers(tmp_path)) >= 4  # a folder and a lock of each
        assert living.communicate("\n")[0] == ""
        assert (tmp_path / "a.csv").read_text() == "mine\n"
        other.kill()
        other.wait()
        assert leftovers(tmp_path)
        make_folder(tmp_path)
        assert leftovers(tmp_path) == []
        assert (tmp_path / "a.csv").read_text() == "mine\n"


def test_where_there_are_no_locks_nothing_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever cannot tell the living from the dead leaves both alone, and writes none the less."""
    with writing(tmp_path) as killed:
        killed.kill()
    before = leftovers(tmp_path)

    def no_locks(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with replacing(tmp_path / "b.csv") as file:
        file.write("ours\n")
    assert (tmp_path / "b.csv").read_text() == "ours\n"
    assert leftovers(tmp_path) == before != []


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """Also those whose names begin like ours; what a link leads to is nobody's here."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("")
    out = tmp_path / "out"
    out.mkdir()
    for name in (".hidden", ".unfinished", ".unfinished.file"):
        (out / name).write_text("")
    (out / f"{unfinished.PREFIX}link").symlink_to(elsewhere)
    (out / f"{unfinished.PREFIX}full").mkdir()
    (out / f"{unfinished.PREFIX}full" / "mine").write_text("")
    before = sorted(tmp_path.rglob("*"))
    make_folder(out)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def half() -> None:
        with replacing(tmp_path / "a.csv") as file:
            file.write("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"):
        half()
    assert list(tmp_path.iterdir()) == []
