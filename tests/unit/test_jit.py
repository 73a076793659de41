"""Where compiled code is kept: under the hash of what it was made from, or nowhere."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import equitysim
from equitysim.code_cache import KEPT, cache_home, place, prune
from equitysim.jit import SOURCES, source_key

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


SEASONAL = """
from equitysim.engines.compiled.boundaries import arrival_times
from equitysim.engines.compiled.records import parameters_record
from tests.contract.small_plan import small_parameters
print(float(arrival_times(parameters_record(small_parameters()), 7, 0.1, 0.0, 1)[0]))
"""


def test_an_edited_law_gives_the_new_figure_from_the_same_cache(tmp_path: Path) -> None:
    """The kernel is in a file that nobody touched; the law it calls is in another."""
    package = tmp_path / "src" / "equitysim"
    shutil.copytree(ROOT, package, ignore=shutil.ignore_patterns("__pycache__"))
    path = os.pathsep.join([str(package.parent), str(Path(__file__).parents[2])])
    before, again = (figure(SEASONAL, EQUITYSIM_CACHE=str(tmp_path / "cache"), PYTHONPATH=path) for _ in range(2))
    laws = package / "rules" / "laws.py"
    text = laws.read_text(encoding="utf-8")
    edited = text.replace("(month + inside) * MONTH - phase", "(month + inside) * MONTH - phase + 1000.0")
    assert edited != text
    laws.write_text(edited, encoding="utf-8")
    after = figure(SEASONAL, EQUITYSIM_CACHE=str(tmp_path / "cache"), PYTHONPATH=path)
    assert before == again
    assert after == before + 1000.0


@pytest.mark.parametrize("setting", ["BOUNDSCHECK", "OPT", "LOOP_VECTORIZE"])
def test_the_key_knows_the_settings_that_change_what_is_compiled(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    here = source_key(ROOT)
    monkeypatch.setattr(f"equitysim.jit.numba.config.{setting}", "another value")
    assert source_key(ROOT) != here


def test_the_key_knows_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    here = source_key(ROOT)
    monkeypatch.setattr("equitysim.jit.binding.get_host_cpu_name", lambda: "another processor")
    assert source_key(ROOT) != here


def made_caches(home: Path, days_unused: list[float]) -> list[Path]:
    """Cache directories last used so many days ago."""
    made = []
    for number, days in enumerate(days_unused):
        path = home / f"{number:020x}"
        path.mkdir(parents=True)
        (path / "code").write_text("")
        os.utime(path, (time.time() - days * 86_400,) * 2)
        made.append(path)
    return made


def test_old_caches_do_not_pile_up(tmp_path: Path) -> None:
    caches = made_caches(tmp_path, [30.0 - number for number in range(KEPT + 3)])
    (tmp_path / "something else").mkdir()
    os.utime(tmp_path / "something else", (0, 0))
    prune(tmp_path)
    assert [path.exists() for path in caches] == [False] * 3 + [True] * KEPT
    assert (tmp_path / "something else").exists()


def test_caches_in_use_stay(tmp_path: Path) -> None:
    caches = made_caches(tmp_path, [0.1] * (KEPT + 3))
    prune(tmp_path)
    assert all(path.exists() for path in caches)


def test_the_cache_may_be_put_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EQUITYSIM_CACHE", str(tmp_path / "here"))
    assert cache_home() == tmp_path / "here"
    assert place("0" * 20) == (tmp_path / "here" / ("0" * 20), tmp_path / "here", "")


PROGRAM = "from equitysim.streams import uniform\nprint(uniform(1, 2, 3, 4, 5))\n"


def figure(program: str, **environment: str) -> float:
    """What a program prints, in a process of its own with this environment."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return float(done.stdout)


def drawn(cache: Path) -> float:
    """One draw, in a process of its own with this cache."""
    return figure(PROGRAM, EQUITYSIM_CACHE=str(cache))


def whole(file: Path) -> bool:
    """Whether a file of the cache is as it was written."""
    content = file.read_bytes()
    return hashlib.sha256(content[32:]).digest() == content[:32]


UNCACHED = """
from equitysim import jit, streams
assert jit.PLACE.why_not
print(streams.uniform(1, 2, 3, 4, 5))
"""


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
    assert whole(damaged), "the damaged file was not replaced"


def test_two_processes_at_once_compile_into_one_cache(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        figures = list(pool.map(drawn, [tmp_path, tmp_path]))
    written = [*tmp_path.rglob("*.nbi"), *tmp_path.rglob("*.nbc")]
    assert written
    assert all(whole(file) for file in written)
    assert {*figures, drawn(tmp_path)} == {figures[0]}


def test_without_a_place_to_write_there_is_no_cache_and_all_still_runs(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    assert figure(UNCACHED, EQUITYSIM_CACHE=str(blocked / "cache")) == drawn(tmp_path / "cache")


def test_without_a_home_there_is_no_cache_and_all_still_runs(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    nowhere = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"), str(blocked / "home"))
    assert figure(UNCACHED, EQUITYSIM_CACHE="", **nowhere) == drawn(tmp_path / "cache")
