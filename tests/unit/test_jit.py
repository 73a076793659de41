"""Where compiled code is kept: under the hash of what it was made from, or nowhere."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import equitysim
from equitysim.jit import SOURCES, cache_home, source_key, usable_cache

ROOT = Path(equitysim.__file__).parent


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of all that compiled code is made from."""
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_key_stays_while_the_sources_do(sources: Path) -> None:
    assert source_key(sources) == source_key(ROOT)


@pytest.mark.parametrize("edited", ["streams.py", "rules/laws.py"])
def test_an_edited_law_never_meets_stale_code(sources: Path, edited: str) -> None:
    with (sources / edited).open("a", encoding="utf-8") as file:
        file.write("\nNEW = 1\n")
    assert source_key(sources) != source_key(ROOT)


def test_the_cache_may_be_put_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUITYSIM_CACHE", str(tmp_path / "here"))
    assert cache_home() == tmp_path / "here"
    directory = usable_cache(ROOT)
    assert directory is not None
    assert directory.parent == tmp_path / "here"


PROGRAM = "from equitysim.streams import uniform\nprint(uniform(1, 2, 3, 4, 5))\n"


def drawn(cache: Path) -> float:
    """One draw, in a process of its own with this cache."""
    environment = os.environ | {"EQUITYSIM_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return float(done.stdout)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [cut, flipped, lambda content: b"", lambda content: b"hello"])
@pytest.mark.parametrize("ending", ["nbc", "nbi"])
def test_a_damaged_cache_is_compiled_again(tmp_path: Path, damage: Callable[[bytes], bytes], ending: str) -> None:
    """Numba alone dies of a cut file and loads a flipped one."""
    expected = drawn(tmp_path)
    (damaged,) = tmp_path.rglob(f"*.uniform-*.{ending}")
    damaged.write_bytes(damage(damaged.read_bytes()))
    assert drawn(tmp_path) == expected
    content = damaged.read_bytes()
    assert hashlib.sha256(content[32:]).digest() == content[:32], "the damaged file was not replaced"


def test_without_a_place_to_write_there_is_no_cache_and_all_still_runs(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    program = (
        "from equitysim import jit, streams\n"
        "assert jit.usable_cache(__import__('pathlib').Path(jit.__file__).parent) is None\n"
        "print(streams.uniform(1, 2, 3, 4, 5))\n"
    )
    environment = os.environ | {"EQUITYSIM_CACHE": str(blocked / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    from equitysim.streams import uniform

    assert float(done.stdout) == uniform(1, 2, 3, 4, 5)
