"""``NUMBA_DISABLE_JIT=1``: everything runs as plain Python, says so, and has the same bytes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.study.sweeps.shop import STUDY, shop_study

ROOT = Path(__file__).parents[2]
COFFEE = str(ROOT / "scenarios" / "corner-coffee.yaml")
FEW = ["--customers", "60", "--replications", "2"]
SAID = "Warning: NUMBA_DISABLE_JIT is set: the engine is simpy, in plain Python, and slow."


def typed(arguments: list[str], folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "equitysim", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


@pytest.mark.long
def test_a_run_has_the_same_bytes_and_says_once_why_it_is_slow(tmp_path: Path) -> None:
    command = ["run", COFFEE, "--policy", "today", *FEW, "--json"]
    plain = typed([*command, "--out", "plain"], tmp_path, NUMBA_DISABLE_JIT="1")
    assert plain.returncode == 0
    assert plain.stderr.count("NUMBA_DISABLE_JIT") == 1
    assert SAID in plain.stderr.splitlines()
    compiled = typed([*command, "--engine", "compiled", "--out", "compiled"], tmp_path)
    assert json.loads(plain.stdout)["digest"] == json.loads(compiled.stdout)["digest"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_sweep_has_the_same_bytes_whoever_runs_it(tmp_path: Path, workers: str) -> None:
    options = ["--replications", "1", "--workers", workers, "--json"]
    digests = []
    for name, value in (("plain", "1"), ("compiled", "0")):
        study = shop_study(tmp_path / name, STUDY.replace("grid: 3", "grid: 2"))
        done = typed(["sweep", str(study), *options], tmp_path, NUMBA_DISABLE_JIT=value)
        assert done.returncode == 0, done.stderr
        assert (SAID in done.stderr) is (name == "plain")
        digests.append(json.loads(done.stdout)["digest"])
    assert digests[0] == digests[1]


def test_the_compiled_engine_is_refused_in_a_line(tmp_path: Path) -> None:
    done = typed(
        ["run", COFFEE, "--policy", "today", "--engine", "compiled", "--quiet"], tmp_path, NUMBA_DISABLE_JIT="1"
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: NUMBA_DISABLE_JIT is set, so nothing can be compiled; unset it, or use the engine simpy\n"
    )
