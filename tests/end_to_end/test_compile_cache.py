"""A sweep whose cache of compiled code is corrupt, or has no place: it still runs, and not one digit changes. On the
engine that compiles little; ``tests/unit/test_jit.py`` has every kind of damage."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.study.sweeps.shop import STUDY, shop_study

SMALL = STUDY.replace("grid: 3", "grid: 2").replace("replications: 2", "replications: 1")
WAIT = 300.0


class Compiled(NamedTuple):
    """A cache that a sweep filled, and what came of the sweep."""

    cache: Path
    digest: str


def digest_with(folder: Path, cache: str, **environment: str) -> str:
    """Digest of a sweep with this cache; it must succeed and complain of nothing."""
    options = ["--engine", "simpy", "--workers", "1", "--json", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "equitysim", "sweep", str(shop_study(folder, SMALL)), *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=WAIT,
        env={**os.environ, "EQUITYSIM_CACHE": cache, **environment},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return str(json.loads(done.stdout)["digest"])


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    folder = tmp_path_factory.mktemp("compiled")
    return Compiled(folder / "cache", digest_with(folder / "study", str(folder / "cache")))


def test_with_a_corrupt_compile_cache_a_sweep_still_runs(tmp_path: Path, compiled: Compiled) -> None:
    """Of every other function the index is cut, of the others the code has a flipped byte."""
    indices = sorted(compiled.cache.rglob("*.nbi"))
    assert len(indices) > 1
    for index in indices[::2]:
        index.write_bytes(index.read_bytes()[:-8])
    for index in indices[1::2]:
        (code,) = index.parent.glob(f"{index.stem}.*.nbc")
        content = bytearray(code.read_bytes())
        content[len(content) // 2] ^= 0xFF
        code.write_bytes(content)
    assert digest_with(tmp_path, str(compiled.cache)) == compiled.digest


def test_with_a_home_that_cannot_be_written_a_sweep_still_runs(tmp_path: Path, compiled: Compiled) -> None:
    """Rights would not stop who is root: here a file is where the home should be."""
    blocked = tmp_path / "a file, not a folder"
    blocked.touch()
    nowhere = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"), str(blocked / "home"))
    assert digest_with(tmp_path / "study", "", **nowhere) == compiled.digest
