"""Sweeps as a person types them, and what can happen to them: kills, interrupts, full disks, a second coordinator."""

import json
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from sweep_survives import command, killed_and_resumed, stored

from equitysim.study.sweep import sweep
from tests.end_to_end.typed import typed
from tests.unit.study.sweeps.shop import SHOP, STUDY, shop_study

ROOT = Path(__file__).parents[2]
LONG = STUDY.replace("grid: 3", "grid: 8").replace("replications: 2", "replications: 4")
RUNS = 8 * 2 * 3 * 4
LARGE = SHOP.replace("count: 40", "count: 1_000").replace("leads: 5 per month", "leads: 20 per month")
"""Its runs take long enough to be met in their midst."""
WAIT = 60.0


def begun(study: Path, out: Path, options: Sequence[str] = ()) -> "subprocess.Popen[str]":
    """A sweep that has stored something and goes on."""
    process = subprocess.Popen(
        command(study, out, options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    deadline = time.monotonic() + WAIT
    while stored(out) == 0:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


@pytest.fixture(scope="module")
def digest(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of the long study, run at one go."""
    folder = tmp_path_factory.mktemp("whole")
    return sweep(shop_study(folder, LONG, shop=LARGE), out=folder / "out").digest


def test_the_first_study_of_the_repository_is_valid() -> None:
    done = typed("check", ROOT / "studies" / "recovery-or-reward.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "a study of 48 points × 3 policies × 20 replications = 2,880 runs" in done.stdout


def test_check_tells_the_faults_of_studies_and_scenarios_alike(tmp_path: Path) -> None:
    study = shop_study(tmp_path, STUDY.replace("failure.per_order", "failure.per_ordre"))
    done = typed("check", study, study.with_name("shop.yaml"))
    assert done.returncode == 3
    assert f"{study}:5:3: error: " in done.stdout
    assert "did you mean 'per_order'?" in done.stdout
    assert "shop.yaml: OK, 3 policies" in done.stdout


@pytest.mark.parametrize("words", [("compare",), ("show",), ("compare", "--vary", "failure.per_order=2 %,4 %")])
def test_a_study_where_a_scenario_belongs_is_told_what_it_is_for(tmp_path: Path, words: tuple[str, ...]) -> None:
    study = shop_study(tmp_path)
    done = typed(words[0], study, *words[1:])
    assert done.returncode == 2
    assert done.stderr == f"Error: {study} is a study, not a scenario; equitysim sweep {study} runs it\n"


def test_a_sweep_says_what_to_type_next(tmp_path: Path) -> None:
    """The path of the folder stays the last line of the answer; the advice is a message."""
    study = shop_study(tmp_path)
    done = typed("sweep", study, "--workers", "1")
    assert done.stderr.endswith(f"Next: equitysim analyse {study.with_suffix('')}\n")
    assert done.stdout.splitlines()[-1] == str(study.with_suffix(""))


def test_what_a_sweep_says_and_leaves(tmp_path: Path) -> None:
    study = shop_study(tmp_path)
    done = typed("sweep", study, "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert "6 points × 3 policies × 2 replications = 36 runs, 0 failed" in done.stdout
    assert done.stdout.splitlines()[-1] == str(tmp_path / "study")
    for said in (
        "= 36 runs",
        "uncertainty failure.per_order: 2 % to 8 %",
        "lever programs.welcome.gain: 4, 8",
        "to go",
        "no cost depends on gain",
    ):
        assert said in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    again = typed("sweep", study, "--workers", "1", "--json", "--quiet")
    assert (again.returncode, again.stderr) == (0, "")
    document = json.loads(again.stdout)
    assert document["digest"] in done.stdout
    assert (document["runs"], document["failed"], document["store"]) == (36, 0, str(tmp_path / "study/study.sqlite"))


def test_failed_runs_end_with_four_and_are_listed(tmp_path: Path) -> None:
    study = shop_study(tmp_path, STUDY.replace("programs.welcome.gain: [4, 8]", "limits.customers: [20, 1000]"))
    done = typed("sweep", study, "--workers", "1")
    assert done.returncode == 4
    assert "36 runs, 18 failed" in done.stdout
    assert "failed: point" in done.stdout
    assert "limits.customers 20" in done.stdout
    assert "Traceback" not in done.stderr


def test_another_study_in_the_store_is_a_usage_error(tmp_path: Path) -> None:
    study = shop_study(tmp_path)
    assert typed("sweep", study, "--workers", "1", "--replications", "1").returncode == 0
    done = typed("sweep", study, "--workers", "1", "--seed", "2")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the seed was 1, is 2" in done.stderr


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.long), "2"])
def test_kill_9_at_three_moments_changes_nothing(tmp_path: Path, digest: str, workers: str) -> None:
    """The long version is tools/sweep_survives.py."""
    again = killed_and_resumed(
        shop_study(tmp_path, LONG, shop=LARGE),
        tmp_path / "out",
        ["--workers", workers],
        kills=3,
        luck=random.Random(f"kills {workers}"),
        runs=RUNS,
    )
    assert again.digest == digest
    assert "damaged" not in again.said
    assert list(again.killed_at) == sorted(again.killed_at)
    assert again.killed_at[0] < RUNS


def test_workers_of_a_killed_coordinator_end(tmp_path: Path) -> None:
    process = begun(shop_study(tmp_path, LONG, shop=LARGE), tmp_path / "out", ["--workers", "2"])
    children = [int(text) for text in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    assert len(children) >= 2
    process.kill()
    process.wait(WAIT)
    deadline = time.monotonic() + WAIT
    while any(Path(f"/proc/{child}").exists() and not zombie(child) for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def zombie(process: int) -> bool:
    return ") Z " in Path(f"/proc/{process}/stat").read_text()


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.long), "2"])
def test_an_interrupt_is_resumable_and_says_how(tmp_path: Path, digest: str, workers: str) -> None:
    study = shop_study(tmp_path, LONG, shop=LARGE)
    process = begun(study, tmp_path / "out", ["--workers", workers])
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=WAIT)[1]
    assert process.returncode == 130, said
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    before = stored(tmp_path / "out")
    assert 0 < before < RUNS
    assert sweep(study, out=tmp_path / "out").digest == digest


def test_a_second_coordinator_is_refused_at_once(tmp_path: Path, digest: str) -> None:
    study = shop_study(tmp_path, LONG, shop=LARGE)
    first = begun(study, tmp_path / "out", ["--workers", "1"])
    second = typed("sweep", study, "--out", tmp_path / "out", "--workers", "1")
    assert first.poll() is None, "the first has to be at work for this to show anything"
    assert (second.returncode, second.stdout) == (2, "")
    assert f"another sweep is writing to {tmp_path / 'out'}" in second.stderr
    out, said = first.communicate(timeout=WAIT * 3)
    assert first.returncode == 0, said
    assert json.loads(out)["digest"] == digest


def test_a_full_disk_names_path_and_cause_and_keeps_what_was_committed(tmp_path: Path, digest: str) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))

    study = shop_study(tmp_path, LONG, shop=LARGE)
    done = typed("sweep", study, "--out", tmp_path / "out", "--workers", "1", before=small_files)
    assert done.returncode == 1
    assert f"cannot write {tmp_path / 'out' / 'study.sqlite'}" in done.stderr
    assert "what was committed stays" in done.stderr
    assert "Traceback" not in done.stderr
    assert 0 < stored(tmp_path / "out") < RUNS
    again = typed("sweep", study, "--out", tmp_path / "out", "--workers", "1", "--json")
    assert json.loads(again.stdout)["digest"] == digest
    assert "damaged" not in again.stderr


WITHOUT_RIGHTS = """\
import os, sys
from equitysim.cli import main
study, elsewhere, out = sys.argv[1:]
assert main(["sweep", study, "--out", elsewhere, "--workers", "1", "--replications", "1", "--quiet"]) == 0
if os.geteuid() == 0:
    os.setuid(65534)  # everything is loaded by now
sys.exit(main(["sweep", study, "--out", out, "--workers", "1"]))
"""


@pytest.mark.parametrize("file", ["study.lock", "study.sqlite"])
def test_without_rights_it_names_path_and_cause(file: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        study, out = shop_study(Path(folder)), Path(folder) / "out"
        assert typed("sweep", study, "--out", out, "--workers", "1", "--replications", "1").returncode == 0
        Path(folder).chmod(0o755)
        for path in out.iterdir():
            path.chmod(0o444 if path.name == file else 0o666)
        out.chmod(0o555 if file == "study.lock" else 0o777)
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_RIGHTS, str(study), str(Path(folder) / "other"), str(out)],
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=WAIT * 3,
        )
        out.chmod(0o777)
    assert done.returncode == 1, done.stderr
    told = f"cannot write to {out}: Permission denied" if file == "study.lock" else f"{out / file}"
    assert told in done.stderr
    assert ("readonly" in done.stderr) == (file == "study.sqlite")
    assert "Traceback" not in done.stderr


def test_a_damaged_store_is_told_on_the_terminal(tmp_path: Path) -> None:
    study = shop_study(tmp_path)
    first = sweep(study, out=tmp_path / "out")
    store = tmp_path / "out" / "study.sqlite"
    store.write_bytes(store.read_bytes()[:-4096])
    done = typed("sweep", study, "--out", tmp_path / "out", "--workers", "1", "--json", "--quiet")
    assert done.returncode == 0
    assert "is damaged" in done.stderr
    assert "study.damaged-1.sqlite" in done.stderr
    assert json.loads(done.stdout)["digest"] == first.digest


def test_a_row_joined_to_its_point_and_scenario_is_complete(tmp_path: Path) -> None:
    """With SQLite alone, as docs/studies.md shows."""
    study = shop_study(tmp_path)
    sweep(study, out=tmp_path / "out")
    with sqlite3.connect(tmp_path / "out" / "study.sqlite") as store:
        row = store.execute(
            "SELECT run.policy, run.replication, point.number, point.parameters, origin.document, scenario.resolved "
            "FROM run JOIN point ON point.key = run.point JOIN origin ON origin.id = run.origin "
            "JOIN scenario ON scenario.hash = json_extract(origin.document, '$.scenario') ORDER BY run.id LIMIT 1"
        ).fetchone()
    store.close()
    assert row[:3] == ("today", 0, 0)
    assert json.loads(row[3]) == ["4", "2 %"]
    assert json.loads(row[4])["engine"] == "compiled"
    assert "segments:" in row[5]
    assert SHOP.splitlines()[1].split(": ")[1] in row[5]
