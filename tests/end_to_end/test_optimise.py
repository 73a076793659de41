"""``optimise`` as a person types it, and what can happen to it: kills and interrupts."""

import json
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sweep_survives import command, killed_and_resumed, stored

from tests.end_to_end.typed import typed
from tests.unit.study.optima.corner import SEARCH, corner_study
from tests.unit.study.sweeps.shop import SHOP

ROOT = Path(__file__).parents[2]
WAIT = 120.0
LARGE = (
    SHOP.replace("count: 40", "count: 2_500")
    .replace("leads: 5 per month", "leads: 50 per month")
    .replace("baseline: today}", "baseline: today, matters: 0.06}")
)
"""Its runs take long enough to be met in their midst."""
LONG = SEARCH.replace("  desks.care.agents: 1 to 3\n", "").replace(
    "trials: 20, finalists: 3, budget: 900", "trials: 9, finalists: 3, budget: 14k"
)


class Whole(NamedTuple):
    """A search that was left alone: what it said, and how many runs it stored."""

    document: dict[str, Any]
    runs: int


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    study = corner_study(folder, LONG, shop=LARGE)
    done = typed("optimise", study, "--out", folder / "out", "--workers", "1", "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    return Whole(json.loads(done.stdout), stored(folder / "out"))


def test_the_study_of_the_repository_is_valid() -> None:
    done = typed("check", ROOT / "studies" / "where-to-put-the-money.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "OK, to optimise: 40 trials of 4 levers under 4 policies, 10 replications each" in done.stdout


def test_what_it_says_and_leaves(tmp_path: Path) -> None:
    study = corner_study(tmp_path)
    done = typed("optimise", study, "--workers", "1", "--budget", "0.8k", "--trials", "10")
    assert done.returncode == 0, done.stderr
    for said in (
        "within the budget of 800.00 EUR",
        "confidence",
        "over 1 year, which is the baseline as it is",
        "The frontier",
        "digest ",
    ):
        assert said in " ".join(done.stdout.split())
    assert done.stdout.splitlines()[-1] == str(tmp_path / "study")
    for said in ("a search of at most", "lever programs.welcome.gain: 2 to 12", "to go"):
        assert said in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    there = {path.name for path in (tmp_path / "study").iterdir()}
    assert {"candidates.csv", "levers.csv", "finalists.csv", "figures", "study.sqlite"} <= there
    assert (tmp_path / "study" / "figures" / "value_and_spend.png").stat().st_size > 0


def test_failed_runs_end_with_four_and_are_listed(tmp_path: Path) -> None:
    text = SEARCH.replace("desks.care.agents: 1 to 3", "limits.customers: [20, 1000]")
    done = typed("optimise", corner_study(tmp_path, text), "--workers", "1", "--trials", "8")
    assert done.returncode == 4
    assert "limits.customers 20" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--set", "compare.matters=0"], 2, "state compare.matters"),
        (["--budget", "lots"], 2, "budget"),
        (["--trials", "0"], 2, "--trials"),
        (["--with", "nowhere.yaml"], 3, "nowhere.yaml"),
    ],
)
def test_mistakes_are_told_before_anything_runs(tmp_path: Path, options: list[str], code: int, said: str) -> None:
    done = typed("optimise", corner_study(tmp_path), *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.long), "2"])
def test_kill_9_at_three_moments_changes_nothing(tmp_path: Path, whole: Whole, workers: str) -> None:
    """The last of the moments lies in the selection, which takes most of the runs."""
    again = killed_and_resumed(
        corner_study(tmp_path, LONG, shop=LARGE),
        tmp_path / "out",
        ["--workers", workers],
        kills=3,
        luck=random.Random(f"kills {workers}"),
        runs=whole.runs,
        verb="optimise",
    )
    assert again.digest == whole.document["digest"]
    assert "damaged" not in again.said
    assert again.killed_at[0] < whole.runs
    assert stored(tmp_path / "out") == whole.runs
    done = typed("optimise", tmp_path / "study.yaml", "--out", tmp_path / "out", "--workers", "1", "--json", "--quiet")
    assert _without_paths(json.loads(done.stdout)) == _without_paths(whole.document)


def _without_paths(document: dict[str, Any]) -> dict[str, Any]:
    """A document without the names of files, which lie elsewhere."""
    left = {**document}
    for section in ("study", "scenario"):
        left[section] = {name: value for name, value in document[section].items() if name != "file"}
    return left


def test_an_interrupt_is_resumable_and_says_how(tmp_path: Path, whole: Whole) -> None:
    study = corner_study(tmp_path, LONG, shop=LARGE)
    process = subprocess.Popen(
        command(study, tmp_path / "out", ["--workers", "1"], "optimise"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    deadline = time.monotonic() + WAIT
    while stored(tmp_path / "out") == 0:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=WAIT)[1]
    assert process.returncode == 130, said
    assert "the same command goes on from there" in said
    assert 0 < stored(tmp_path / "out") < whole.runs
