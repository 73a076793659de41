"""Plant faults in copies of the package, one at a time, and see the test that guards against each turn red.

    python tools/planted_faults.py [WORD…] [--jobs 2] [--only-planted] [--list]

``faults_to_plant.py`` says what is changed in which file, and which test must then fail: not end in an error before it
says anything. The tests run on the package as it is first, where they must pass. WORDs choose the faults whose names
hold one of them. Prints a table, row by row, and ends with 1 if a planted fault is not seen.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from faults_to_plant import PLANTED, Planted

ROOT = Path(__file__).parents[1]

LONGEST = 600.0
"""Seconds after which a test has failed."""

PASSED, FAILED = 0, 1
"""Exit codes of pytest; others mean that it could not run the tests."""

_FIRST_FAILED = re.compile(r"^FAILED (\S.*?)(?: - (.*))?$", re.MULTILINE)
_CLAIM = re.compile(r"^E +(assert .*)$", re.MULTILINE)


class Ended(NamedTuple):
    """How tests ended: pytest's exit code, the test that failed first and why, and the end of what was said."""

    code: int
    failed: str
    why: str
    said: str


class Seen(NamedTuple):
    """Whether a fault was seen, by which test, and what it said; or why it was not."""

    red: bool
    test: str
    why: str


def ends(source: Path, tests: Sequence[str]) -> Ended:
    """Run tests with a package. Whatever they leave behind ends with them; what is compiled stays with the package."""
    paths = [str(source), str(ROOT), os.environ.get("PYTHONPATH", "")]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=short", "-m=", *tests]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "EQUITYSIM_CACHE": str(source.with_name("cache")),
            "COLUMNS": "400",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            said = process.communicate(timeout=LONGEST)[0]
        except subprocess.TimeoutExpired:
            return Ended(FAILED, tests[0], f"did not end within {LONGEST:.0f} s", "")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    found = _FIRST_FAILED.search(said)
    failed, why = ("", "") if found is None else found.groups(default="")
    claim = _CLAIM.search(said)
    why = why if claim is None else claim[1]
    return Ended(process.returncode, failed, why, "\n".join(said.splitlines()[-12:]))


def seen(fault: Planted, source: Path) -> Seen:
    """Whether the test fails with the fault planted in the package at ``source``, which is left as it was."""
    file = source / "equitysim" / fault.file
    text = file.read_text("utf-8")
    if text.count(fault.old) != 1:
        told = f"{fault.file} has {text.count(fault.old)} times {fault.old!r}: say anew what is to be planted"
        return Seen(False, fault.test, told)
    try:
        file.write_text(text.replace(fault.old, fault.new), "utf-8")
        ended = ends(source, [fault.test])
    finally:
        file.write_text(text, "utf-8")
    red = ended.code == FAILED and ended.failed != ""
    return Seen(red, ended.failed or fault.test, ended.why if red else ended.said)


def in_cell(text: str, most: int = 120) -> str:
    """A text as a cell of a table in Markdown."""
    plain = " ".join(text.split()).replace("|", "\\|")
    return plain if len(plain) <= most else plain[: most - 1] + "…"


HEADING = "| row | planted | test that turned red | what it said |\n|---|---|---|---|"


def row(fault: Planted, one: Seen) -> str:
    """What was seen of a fault, as a row of a table in Markdown."""
    name, _, planted = fault.name.partition(": ")
    test = in_cell(one.test.rpartition("/")[2]) if one.red else "MISSED"
    return f"| {name} | {planted} | {test} | {in_cell(one.why) if one.red else ''} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant the faults, as many at a time as there are jobs."""
    parser = argparse.ArgumentParser(description="Every check of sweeps, seen red.")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only-planted", action="store_true", help="trust the tests to pass without a fault")
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args(arguments)
    chosen = [one for one in PLANTED if not asked.words or any(word in one.name for word in asked.words)]
    if asked.list:
        print("\n".join(f"{one.name}: {one.test}" for one in chosen))
        return 0
    # whoever runs in the background of a shell ignores Ctrl-C, and so would everything started here
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(asked.jobs) as pool:
        free: SimpleQueue[Path] = SimpleQueue()
        for number in range(asked.jobs):
            source = Path(folder) / str(number) / "src"
            shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
            free.put(source)

        @contextlib.contextmanager
        def one_copy() -> Iterator[Path]:
            copy = free.get()
            try:
                yield copy
            finally:
                free.put(copy)

        def as_it_is(file: str) -> Ended:
            with one_copy() as copy:
                return ends(copy, sorted({one.test for one in chosen if one.test.startswith(f"{file}::")}))

        def with_fault(fault: Planted) -> Seen:
            with one_copy() as copy:
                return seen(fault, copy)

        files = dict.fromkeys(one.test.partition("::")[0] for one in chosen)
        for ended in pool.map(as_it_is, () if asked.only_planted else files):
            if ended.code != PASSED:
                print(f"not green without a fault:\n{ended.said}")
                return 1
        print(HEADING, flush=True)
        missed = []
        for fault, one in zip(chosen, pool.map(with_fault, chosen), strict=True):
            print(row(fault, one), flush=True)
            if not one.red:
                missed.append(f"{fault.name}: {one.test}\n{one.why}")
    print(f"\n{len(chosen) - len(missed)} of {len(chosen)} planted faults are seen", *missed, sep="\n\n")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
