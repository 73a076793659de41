"""``analyse`` as a person types it: on a whole store, on one that is being written, and with what people mistype."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sweep_survives import finished, stored

import equitysim as es
from tests.end_to_end.test_full_disk import posix, with_room_for
from tests.end_to_end.test_sweep import LARGE, LONG, RUNS, WAIT, begun
from tests.end_to_end.typed import typed
from tests.unit.study.sweeps.shop import STUDY, shop_study

TWO = STUDY.replace("levers:", "  equity.forgetting: 3 weeks to 26 weeks\nlevers:")


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small study over three parameters."""
    folder = tmp_path_factory.mktemp("swept")
    es.sweep(shop_study(folder, TWO), out=folder / "out")
    return folder / "out"


def test_what_it_says_and_leaves(swept: Path, tmp_path: Path) -> None:
    done = typed("analyse", swept, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    first = done.stdout.splitlines()[0]
    assert first.startswith("Small study: net value (EUR/person) of 3 policies at 18 points of 2")
    assert "has the best mean over all points" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(str(tmp_path / "out"))
    assert (tmp_path / "out" / "standings.csv").read_text().startswith("policy,mean,low,high,share_best")
    assert "segments:" in (tmp_path / "out" / "scenario.resolved.yaml").read_text()
    assert not {"runs.csv", "values.csv", "points.csv"} & {path.name for path in (tmp_path / "out").iterdir()}


def test_beside_the_store_the_sweep_s_tables_stay(tmp_path: Path) -> None:
    es.sweep(shop_study(tmp_path), out=tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    done = typed("analyse", tmp_path / "out" / "study.sqlite")
    assert done.returncode == 0, done.stderr
    after = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()}
    assert {name: after[name] for name in before} == before
    assert {"standings.csv", "noise.csv"} <= set(after) - set(before)
    again = typed("analyse", tmp_path / "out")
    assert again.stdout == done.stdout


def test_json_and_python_say_the_same(swept: Path, tmp_path: Path) -> None:
    done = typed("analyse", swept, "--json", "--quiet", "--out", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document == es.analyse(swept).document()
    assert [document["study"]["name"], document["points"], document["replications"]] == ["Small study", 18, 2]
    told = typed("sweep", swept.parent / "study.yaml", "--out", swept, "--workers", "1", "--json", "--quiet")
    assert document["digest"] == json.loads(told.stdout)["digest"]


def test_another_measure_and_another_map(swept: Path, tmp_path: Path) -> None:
    over = ("--over", "equity.forgetting", "--over", "failure.per_order")
    done = typed("analyse", swept, "--measure", "spend", *over, "--json", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["measure"], document["better"], document["matters"]) == ("spend", "less", 0.0)
    assert [(one["x"], one["y"]) for one in document["maps"][:1]] == [("equity.forgetting", "failure.per_order")]


def test_further_formats(swept: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    done = typed("analyse", swept, "--also", "parquet", "--also", "excel", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "tables.xlsx").exists()
    assert {path.stem for path in tmp_path.glob("*.csv")} == {path.stem for path in tmp_path.glob("*.parquet")}


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--measure", "net_vlaue"], 2, "did you mean 'net_value'?"),
        (["--measure", "roi"], 2, "the baseline itself has none"),
        (["--over", "failure.per_ordr", "--over", "equity.forgetting"], 2, "did you mean 'failure.per_order'?"),
        (["--over", "currency", "--over", "equity.forgetting"], 2, "the study does not vary"),
        (["--over", "equity.forgetting"], 2, "name --over twice"),
        (["--over", "equity.forgetting", "--over", "equity.forgetting"], 2, "name --over twice"),
    ],
)
def test_what_people_mistype(swept: Path, tmp_path: Path, options: list[str], code: int, said: str) -> None:
    done = typed("analyse", swept, *options, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("nowhere", 2, "there is no"),
        (".", 2, "there is no study.sqlite"),
        ("shop.yaml", 2, "equitysim sweep STUDY"),
        ("study.yaml", 2, "equitysim sweep STUDY"),
        ("out/values.csv", 3, "is not the store of a sweep"),
    ],
)
def test_what_is_no_store(swept: Path, name: str, code: int, said: str) -> None:
    done = typed("analyse", swept.parent / name)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


@posix
def test_a_folder_that_cannot_be_written_does_not_cost_the_answer(swept: Path, tmp_path: Path) -> None:
    done = typed("analyse", swept, "--out", tmp_path, before=with_room_for(30))
    assert done.returncode == 1
    assert "has the best mean" in done.stdout
    assert f"cannot write {tmp_path}" in done.stderr


@posix
def test_while_a_sweep_goes_on_it_says_how_much_is_there(tmp_path: Path) -> None:
    """The sweep stands still while it is looked at, or it might be done before."""
    process = begun(shop_study(tmp_path, LONG, shop=LARGE), tmp_path / "out", ["--workers", "1"])
    try:
        while stored(tmp_path / "out") < 9:
            assert process.poll() is None
        process.send_signal(signal.SIGSTOP)
        done = typed("analyse", tmp_path / "out", "--out", tmp_path / "analysed", "--quiet")
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGCONT)
        out, said = process.communicate(timeout=WAIT * 3)
    assert process.returncode == 0, said
    assert done.returncode == 0, done.stderr
    assert f"of {RUNS} runs are stored; the same sweep goes on from there" in " ".join(done.stdout.split())
    assert json.loads(out)["failed"] == 0


def test_after_kill_9_it_reads_what_was_committed(tmp_path: Path) -> None:
    study = shop_study(tmp_path, LONG, shop=LARGE)
    process = begun(study, tmp_path / "out", ["--workers", "1"])
    while stored(tmp_path / "out") < 9:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait(WAIT)
    done = typed("analyse", tmp_path / "out", "--out", tmp_path / "analysed")
    assert done.returncode == 0, done.stderr
    assert "runs are stored" in " ".join(done.stdout.split())
    assert "damaged" not in done.stdout
    assert "damaged" not in finished(study, tmp_path / "out", ["--workers", "1"]).said


READ_ONLY = """\
import os, sys
from equitysim.study.analysis.stored import stored
from pathlib import Path
store = Path(sys.argv[1])
print(stored(store).responses.runs.shape)
if os.geteuid() == 0:
    os.setuid(65534)  # everything is loaded by now
print(stored(store / "killed").responses.runs.shape)
"""


def test_a_store_that_may_not_be_written_is_rolled_back_in_a_copy() -> None:
    """A hot journal on read-only media."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        es.sweep(shop_study(folder), out=folder / "out")
        killed = folder / "out" / "killed"
        killed.mkdir()
        writer = sqlite3.connect(folder / "out" / "study.sqlite", isolation_level=None)
        writer.execute("PRAGMA cache_size = 2")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE run SET measures = randomblob(40000)")
        for file in ("study.sqlite", "study.sqlite-journal"):
            shutil.copy(folder / "out" / file, killed / file)
            (killed / file).chmod(0o444)
        writer.execute("ROLLBACK")
        writer.close()
        killed.chmod(0o555)
        folder.chmod(0o755)
        before = {path.name: path.read_bytes() for path in killed.iterdir()}
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(folder / "out")],
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=WAIT,
            env={**os.environ, "TMPDIR": "/tmp"},
        )
        assert {path.name: path.read_bytes() for path in killed.iterdir()} == before
        killed.chmod(0o755)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == second == "(6, 2, 3)"
