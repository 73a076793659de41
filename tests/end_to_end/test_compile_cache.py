"""A sweep whose cache of compiled code is corrupt, has no place, or can be written by others: it still runs, and not
one digit changes. On the engine that compiles little; ``tests/unit/test_jit.py`` has every kind of damage, and
``tests/unit/test_code_cache.py`` every kind of folder."""

import hashlib
import json
import os
import pickle
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


class Evil:
    """Unpickled, it writes a file."""

    def __init__(self, sign: Path) -> None:
        self._sign = sign

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._sign,)


@pytest.mark.skipif(os.name != "posix", reason="owners and rights of POSIX")
@pytest.mark.parametrize("kind", ["a folder that others can write", "files that others can write"])
def test_code_that_others_can_have_put_there_is_not_executed(tmp_path: Path, compiled: Compiled, kind: str) -> None:
    """Behind checksums that fit: whoever can write files can compute them."""
    cache, sign = tmp_path / "cache", tmp_path / "executed"
    digest_with(tmp_path / "first", str(cache))
    evil = pickle.dumps(Evil(sign))
    content = hashlib.sha256(evil).digest() + evil
    files = [*cache.rglob("*.nbi"), *cache.rglob("*.nbc")]
    assert files
    for file in files:
        file.write_bytes(content)
    if kind.startswith("a folder"):
        cache.chmod(0o777)
    else:
        for file in files:
            file.chmod(0o666)
    assert digest_with(tmp_path / "second", str(cache)) == compiled.digest
    assert not sign.exists()


def test_that_the_planted_code_would_be_executed_if_it_were_ours(tmp_path: Path) -> None:
    """What the test above is worth."""
    cache, sign = tmp_path / "cache", tmp_path / "executed"
    digest_with(tmp_path / "first", str(cache))
    evil = pickle.dumps(Evil(sign))
    for file in cache.rglob("*.nbi"):
        file.write_bytes(hashlib.sha256(evil).digest() + evil)
    with pytest.raises(AssertionError):
        digest_with(tmp_path / "second", str(cache))
    assert sign.exists()


WHY = "Warning: Compiled code is not kept, so that every command compiles anew: EQUITYSIM_CACHE is 'here'; it must be"


@pytest.mark.parametrize("quiet", [False, True])
def test_why_code_is_not_kept_is_said_once_and_nothing_is_left(tmp_path: Path, compiled: Compiled, quiet: bool) -> None:
    """Two workers find what the coordinator compiled, in a folder that is gone afterwards."""
    temporary = tmp_path / "temporary"
    temporary.mkdir(mode=0o700)
    options = ["--engine", "simpy", "--workers", "2", "--json", *(["--quiet"] if quiet else [])]
    done = subprocess.run(
        [sys.executable, "-m", "equitysim", "sweep", str(shop_study(tmp_path, SMALL)), *options],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=WAIT,
        env={**os.environ, "EQUITYSIM_CACHE": "here", "TMPDIR": str(temporary)},
    )
    assert json.loads(done.stdout)["digest"] == compiled.digest
    assert done.stderr.count(WHY) == (0 if quiet else 1)
    assert not (tmp_path / "here").exists()
    assert list(temporary.iterdir()) == []


def test_workers_have_the_folder_of_their_coordinator(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from equitysim import jit\n"
        "from equitysim.study.processes import processes\n"
        "if __name__ == '__main__':\n"
        "    with processes(1) as executor:\n"
        "        theirs = executor.submit(eval, '__import__(\"equitysim.jit\").jit.PLACE').result()\n"
        "    assert jit.PLACE.folder is not None and jit.PLACE.why_not\n"
        "    assert (theirs.folder, theirs.why_not) == (jit.PLACE.folder, ''), theirs\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "EQUITYSIM_CACHE": "here", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, str(program)], env=environment, check=False, timeout=WAIT)
    assert done.returncode == 0
