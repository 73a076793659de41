"""What happens around a sweep: another environment, workers that die, a poisoned point, a full disk, rights."""

import csv
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from sweep_survives import command, stored

from tests.end_to_end.test_cli import SMALL
from tests.end_to_end.test_sweep import LARGE, LONG, RUNS, WAIT, begun, digest
from tests.end_to_end.test_workers import differing, eventually, members, workers_of
from tests.end_to_end.typed import typed
from tests.unit.study.sweeps.shop import SHOP, STUDY, shop_study

__all__ = ["digest"]

NAMED = SHOP.replace("Small shop", "Café Ödön").replace("regulars", "habitués")

CLOCK = """\
import time
real = time.time, time.perf_counter
time.time = lambda: real[0]() + 1.3e9
time.perf_counter = lambda: 1e3 * real[1]()
"""
"""Forty years later, on a clock that is a thousand times as fast."""

POISON = """\
import os, signal
from multiprocessing import current_process
from equitysim.study.sweeps import tasks
real = tasks._run
def poisoned(setting, unit, policy, reference):
    if "8" in unit.point.values and policy == "recover" and current_process().name.startswith("equitysim-worker"):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(setting, unit, policy, reference)
tasks._run = poisoned
"""


def with_startup(folder: Path, text: str) -> dict[str, str]:
    """An environment in which every Python process does this first, workers included."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def swept(
    study: Path, *options: str, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "equitysim", "sweep", study.name, "--json", "--quiet", *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=WAIT * 3,
        cwd=study.parent,
        env={**os.environ, **(environment or {})},
    )


def outputs(study: Path, done: "subprocess.CompletedProcess[str]") -> dict[str, object]:
    """Everything that must not depend on where and when a sweep runs."""
    assert done.returncode == 0, done.stderr
    files: dict[str, object] = {
        path.name: path.read_bytes() for path in study.with_suffix("").iterdir() if path.suffix in (".csv", ".yaml")
    }
    with (study.with_suffix("") / "runs.csv").open(encoding="utf-8", newline="") as file:
        files["runs.csv"] = [{**row, "seconds": ""} for row in csv.DictReader(file)]
    return {**files, "printed": json.loads(done.stdout)}


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    study = shop_study(tmp_path_factory.mktemp("home"), shop=NAMED)
    return outputs(study, swept(study, "--workers", "1"))


ELSEWHERE: dict[str, dict[str, str]] = {
    "hash seed": {"PYTHONHASHSEED": "4711"},
    "time zone": {"TZ": "Pacific/Kiritimati"},
    "locale": {"LC_ALL": "POSIX", "LANG": "", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "threads": {"OMP_NUM_THREADS": "7", "OPENBLAS_NUM_THREADS": "7", "MKL_NUM_THREADS": "7", "NUMBA_NUM_THREADS": "1"},
    "terminal": {"COLUMNS": "40", "TERM": "dumb", "NO_COLOR": "1"},
}


@pytest.mark.parametrize("environment", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_another_environment_changes_not_one_byte(
    tmp_path: Path, at_home: dict[str, object], environment: dict[str, str]
) -> None:
    study = shop_study(tmp_path, shop=NAMED)
    assert differing(at_home, outputs(study, swept(study, "--workers", "1", environment=environment))) == set()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_another_clock_changes_not_one_byte(tmp_path: Path, at_home: dict[str, object], workers: str) -> None:
    study = shop_study(tmp_path / "study", shop=NAMED)
    environment = with_startup(tmp_path / "clock", CLOCK)
    assert differing(at_home, outputs(study, swept(study, "--workers", workers, environment=environment))) == set()


@pytest.mark.parametrize("workers", [pytest.param("2", marks=pytest.mark.long), "5"])
def test_the_number_of_workers_changes_not_one_byte(tmp_path: Path, at_home: dict[str, object], workers: str) -> None:
    study = shop_study(tmp_path, shop=NAMED)
    assert differing(at_home, outputs(study, swept(study, "--workers", workers))) == set()


def test_a_result_that_depends_on_where_it_runs_would_be_seen(tmp_path: Path, at_home: dict[str, object]) -> None:
    """Planted: a measure is the length of the time zone's name."""
    study = shop_study(tmp_path / "study", shop=NAMED)
    text = (
        "import dataclasses, os\nfrom equitysim.study.sweeps import tasks\nreal = tasks.per_person\n"
        "def planted(*arguments):\n    measured = real(*arguments)\n"
        "    return dataclasses.replace(measured, values={**measured.values, 'spend': float(len(os.environ['TZ']))})\n"
        "tasks.per_person = planted\n"
    )
    environment = with_startup(tmp_path / "planted", text) | {"TZ": "UTC"}
    seen = differing(at_home, outputs(study, swept(study, "--workers", "1", environment=environment)))
    assert {"printed", "values.csv"} <= seen


@pytest.mark.long
def test_a_point_that_kills_every_worker_ends_with_four_and_the_list(tmp_path: Path) -> None:
    study = shop_study(tmp_path / "study", STUDY.replace("replications: 2", "replications: 1"))
    environment = with_startup(tmp_path / "poison", POISON)
    done = subprocess.run(
        [sys.executable, "-m", "equitysim", "sweep", str(study), "--workers", "2"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=WAIT * 3,
        env={**os.environ, **environment},
    )
    assert done.returncode == 4, done.stderr
    assert "18 runs, 3 failed" in done.stdout
    listed = [line for line in done.stdout.splitlines() if "failed: point" in line]
    assert len(listed) == 3
    assert all("programs.welcome.gain 8" in line and "policy recover" in line for line in listed)
    assert all("worker processes died 3 times" in line for line in listed)
    assert "Traceback" not in done.stderr
    with (study.with_suffix("") / "runs.csv").open(encoding="utf-8", newline="") as file:
        statuses = [(row["status"], row["policy"], row["attempts"]) for row in csv.DictReader(file)]
    assert [row for row in statuses if row[0] == "failed"] == [("failed", "recover", "3")] * 3
    assert len(statuses) == 18
    healed = swept(study, "--workers", "1")
    assert (healed.returncode, json.loads(healed.stdout)["failed"]) == (0, 0)


def test_a_worker_that_is_killed_costs_nothing_but_time(tmp_path: Path, digest: str) -> None:
    process = begun(shop_study(tmp_path, LONG, shop=LARGE), tmp_path / "out", ["--workers", "2"])
    victims = workers_of(process.pid)
    os.kill(victims[0], signal.SIGKILL)
    assert eventually(lambda: process.poll() is not None or bool(set(workers_of(process.pid)) - set(victims)), WAIT)
    out, said = process.communicate(timeout=WAIT * 3)
    assert process.returncode == 0, said
    assert json.loads(out)["digest"] == digest


@pytest.mark.parametrize(
    ("sent", "pause"),
    [
        (signal.SIGINT, 0.02),
        pytest.param(signal.SIGINT, 0.2, marks=pytest.mark.long),
        (signal.SIGTERM, 0.0),
        pytest.param(signal.SIGTERM, 0.2, marks=pytest.mark.long),
    ],
)
def test_workers_end_and_it_stays_resumable_however_often_it_is_interrupted(
    tmp_path: Path, sent: signal.Signals, pause: float
) -> None:
    study, out = shop_study(tmp_path, LONG, shop=LARGE), tmp_path / "out"
    process = subprocess.Popen(
        command(study, out, ["--workers", "2"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    assert eventually(lambda: stored(out) > 0, WAIT)
    os.killpg(process.pid, sent)
    if pause:
        try:
            process.wait(pause)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, sent)
    said = process.communicate(timeout=WAIT)[1]
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert eventually(lambda: members(process.pid) == [], WAIT)
    assert "the same command goes on from there" in said
    assert 0 < stored(out) < RUNS


def test_a_disk_that_is_full_at_the_tables_keeps_all_runs(tmp_path: Path, digest: str) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    study, out = shop_study(tmp_path, LONG, shop=LARGE), tmp_path / "out"
    done = typed("sweep", study, "--out", out, "--workers", "1", before=small_files)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"cannot write {out / 'values.csv'}: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert stored(out) == RUNS
    assert not (out / "values.csv").exists()
    assert not list(out.glob(".*"))
    again = typed("sweep", study, "--out", out, "--workers", "1", "--json")
    assert json.loads(again.stdout)["digest"] == digest
    assert f"{RUNS} of them are stored already" in again.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A disk of its own, of so many bytes, or grown to so many."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted: list[Path] = []

    def sized(size: str) -> Path:
        options = f"remount,size={size}" if mounted else f"size={size}"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            pytest.skip(f"may not mount a small disk ({done.stderr.strip()}); limits of file sizes are tested anyway")
        mounted.append(place)
        return place

    yield sized
    if mounted:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
@pytest.mark.parametrize("size", ["4k", pytest.param("150k", marks=pytest.mark.long), "700k"])
def test_a_disk_that_is_really_full(tmp_path: Path, digest: str, small_disk: Callable[[str], Path], size: str) -> None:
    """No room for an empty store, for all runs, for all tables."""
    study, out = shop_study(tmp_path, LONG, shop=LARGE), small_disk(size) / "out"
    done = typed("sweep", study, "--out", out, "--workers", "1")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert f"cannot write {out}" in done.stderr
    assert "full" in done.stderr or "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    small_disk("20m")
    again = typed("sweep", study, "--out", out, "--workers", "1", "--json")
    assert json.loads(again.stdout)["digest"] == digest, again.stderr
    assert "damaged" not in again.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
def test_a_disk_too_full_for_mending_leaves_the_damaged_store(
    tmp_path: Path, digest: str, small_disk: Callable[[str], Path]
) -> None:
    study, out = shop_study(tmp_path, LONG, shop=LARGE), small_disk("20m") / "out"
    assert typed("sweep", study, "--out", out, "--workers", "1").returncode == 0
    store = out / "study.sqlite"
    damaged = store.read_bytes()[:-4096]
    store.write_bytes(damaged)
    used = sum(path.stat().st_blocks * 512 for path in out.iterdir())
    small_disk(str(used + 100_000))
    done = typed("sweep", study, "--out", out, "--workers", "1")
    assert done.returncode == 1
    assert f"cannot write {store}" in done.stderr
    assert store.read_bytes() == damaged
    small_disk("20m")
    again = typed("sweep", study, "--out", out, "--workers", "1", "--json")
    assert json.loads(again.stdout)["digest"] == digest
    assert "is damaged" in again.stderr


WITHOUT_RIGHTS = """\
import os, sys
from equitysim.cli import main
scenario, elsewhere, out = sys.argv[1:]
asked = ["compare", scenario, "--workers", "1", "--replications", "2", "--quiet", "--out"]
assert main([*asked, elsewhere]) == 0
if os.geteuid() == 0:
    os.setuid(65534)  # everything is loaded by now, and who is root may write anywhere
sys.exit(main([*asked, out]))
"""


@pytest.mark.parametrize(
    "there", [pytest.param(False, id="to be made", marks=pytest.mark.long), pytest.param(True, id="there")]
)
def test_a_comparison_names_a_folder_it_may_not_write_to(there: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scenario, out = Path(folder) / "small.yaml", Path(folder) / "out"
        scenario.write_text(SMALL, encoding="utf-8")
        if there:
            out.mkdir()
            out.chmod(0o555)
        elsewhere = Path(folder) / "other"
        elsewhere.mkdir()
        Path(folder).chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_RIGHTS, str(scenario), str(elsewhere), str(out)],
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=WAIT * 3,
        )
        for path in (Path(folder), *([out] if there else [])):
            path.chmod(0o755)
    assert done.returncode == 1, done.stderr
    assert f"cannot write {out}" in done.stderr or f"cannot write to {out}" in done.stderr
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr
