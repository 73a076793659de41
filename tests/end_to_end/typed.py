"""Command lines in processes that need not load anything: each is a fork of this one, where all of it is loaded.

As a process of its own a command has its own streams, exit code, folder, limits and signals. What a fork does not show
(the interpreter's start, an environment that is read at it) is for tests that start ``python -m equitysim``. Unless it
is told how many workers to start, it starts none: other tests have the other cores, and ``test_workers.py`` has any
number of them.
"""

import io
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import cache
from pathlib import Path

from equitysim.cli import main
from equitysim.statistics.decision import Decision
from equitysim.study import executors

LOADING = """\
format: 1
name: Two policies
horizon: 60 days
existing: {count: 20}
channels: {flyers: {leads: 5 per month, cost: 4}}
segments: {one: {occasions: {mean: 12 per year}}}
programs: {welcome: {when: first_purchase, gain: 8, cost: 1.50}}
policies: {today: [], welcome: [welcome]}
compare: {baseline: today}
"""
LONGEST = 300
"""Seconds after which a command is killed."""

ESCAPED = 99
"""What a process here ends with where something went past everything."""


def typed(
    *arguments: str | Path, cwd: Path | None = None, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """What a command line ends with and says without a terminal. ``before``: done in its process first."""
    command = list(map(str, arguments))
    if sys.platform != "linux":
        return subprocess.run(
            [sys.executable, "-m", "equitysim", *command],
            capture_output=True,
            encoding="utf-8",
            cwd=cwd,
            env={**os.environ, "COLUMNS": "100"},
            preexec_fn=before,
            check=False,
            timeout=LONGEST,
        )
    load_everything()
    ends = [os.pipe(), os.pipe()]
    process = os.fork()
    if process == 0:
        _become(command, [write for _, write in ends], cwd, before)
    for _, write in ends:
        os.close(write)
    with ThreadPoolExecutor(2) as readers:
        out, err = readers.map(_all_of, [read for read, _ in ends])
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return subprocess.CompletedProcess(command, code, out, err)


def _become(
    command: Sequence[str], streams: Sequence[int], cwd: Path | None, before: Callable[[], None] | None
) -> None:
    code = ESCAPED
    try:
        for number, stream in enumerate(streams, 1):
            os.dup2(stream, number)
            os.close(stream)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.alarm(LONGEST)
        os.environ["COLUMNS"] = "100"
        executors.usable_cores = lambda: 1
        if cwd is not None:
            os.chdir(cwd)
        if before is not None:
            before()
        code = main(command)
        sys.stdout.flush()
    finally:
        with suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


def _all_of(stream: int) -> str:
    with os.fdopen(stream, encoding="utf-8") as read:
        return read.read()


def undrawn() -> None:
    """To be done before a command of whose figures nothing is asked: they are left out, and would take most of the
    time."""
    from equitysim.cli import simulate

    def nothing_drawn(decision: Decision, folder: Path) -> dict[str, str]:
        return {}

    simulate._draw = nothing_drawn


@cache
def load_everything() -> None:
    """What a comparison needs, by making a small one: the engine, the libraries, the fonts of the pictures."""
    import equitysim.cli.studies
    import equitysim.study.sweep  # noqa: F401

    handler = signal.getsignal(signal.SIGTERM)
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        scenario = Path(folder) / "two.yaml"
        scenario.write_text(LOADING, encoding="utf-8")
        code = main(["compare", str(scenario), "--replications", "1", "--workers", "1"])
    signal.signal(signal.SIGTERM, handler)
    assert code == 0
