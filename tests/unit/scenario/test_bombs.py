"""Files made to hurt a reader are refused quickly and in little memory."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from equitysim.scenario.files import LARGEST_FILE
from equitysim.scenario.load import check

SECONDS = 2.0
MEGABYTES = 256


def _levels(first: str, each: str, count: int) -> str:
    lines = [f"a0: &a0 {first}"]
    lines += [f"a{level}: &a{level} " + each.replace("@", f"*a{level - 1}") for level in range(1, count)]
    return "\n".join(lines) + "\n"


BOMBS = {
    "brackets": "policies: " + "[" * 3000,
    "closed brackets": "[" * 3000 + "]" * 3000,
    "braces": "{a: " * 3000,
    "dashes": "- " * 3000,
    "question marks": "? " * 3000,
    "billion laughs": _levels("[x, x, x]", "[@, @, @, @, @, @, @, @, @, @]", 12),
    "laughing mappings": _levels("{x: 1}", "{a: @, b: @, c: @, d: @, e: @}", 20),
    "deep aliases": _levels("[x]", "[@]", 3000),
    "merge keys": _levels("{x: 1}", "{<<: [@, @, @, @, @, @, @, @, @]}", 12),
    "long integer": "existing: {count: " + "9" * 5000 + "}",
    "long exponent": "compare: {matters: 1e" + "9" * 5000 + "}",
    "many duplicate keys": "a: 1\n" * (LARGEST_FILE // 5 - 1),
    "many keys": "".join(f"k{number}: 1\n" for number in range(LARGEST_FILE // 10)),
    "many names": "channels:\n" + "".join(f"  n{number}: {{leads: 1}}\n" for number in range(15_000)),
    "many blank lines": "\n" * (LARGEST_FILE - 1),
    "one long comment": "#" * (LARGEST_FILE - 1),
    "one long word": "x" * (LARGEST_FILE - 1),
    "escapes": 'name: ["' + "\\x41" * (LARGEST_FILE // 5) + '"]',
    "too large": "name: x\n" * (LARGEST_FILE // 8 + 1),
}


@pytest.mark.parametrize("name", BOMBS)
def test_refused_in_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb.yaml"
    path.write_text(BOMBS[name], encoding="utf-8")
    before = time.process_time()
    scenario, faults = check(path)
    assert time.process_time() - before < SECONDS
    assert scenario is None
    assert faults


_PEAK = """
def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        import resource, sys
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
"""
"""Peak memory in bytes. Linux's ru_maxrss would count the parent, of which a child starts as a copy."""

_CHILD = (
    _PEAK
    + """
import sys, time
from equitysim.scenario.load import check
started = time.process_time()
scenario, faults = check(sys.argv[1])
print(scenario is None, len(faults), time.process_time() - started, peak())
"""
)


@pytest.mark.parametrize("name", ["fifty megabytes", "billion laughs", "many names"])
def test_refused_in_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb.yaml"
    path.write_text("a: 1\n" * 10_000_000 if name == "fifty megabytes" else BOMBS[name], encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert answer[0] == "True"
    assert int(answer[1]) >= 1
    assert float(answer[2]) < SECONDS
    assert int(answer[3]) < MEGABYTES * 1_000_000


def test_the_memory_limit_would_notice_a_reader_that_takes_more() -> None:
    child = _PEAK + "x = b'x' * 270_000_000; print(peak())"
    answer = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True).stdout
    assert int(answer) > MEGABYTES * 1_000_000


def test_an_alias_within_bounds_is_just_a_value_written_once(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "existing: {count: 5}\n"
        "segments:\n  a: {share: 50 %, order: &o {mean: 9, spread: 30 %}}\n  b: {share: 50 %, order: *o}\n",
        encoding="utf-8",
    )
    scenario, faults = check(path)
    assert faults == ()
    assert scenario is not None
    assert scenario.segments["a"].order == scenario.segments["b"].order
