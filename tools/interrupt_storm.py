"""Interrupt a command at random moments, many times, and count how often it ends as it should: with exit code 130 and
one line on standard error (POSIX).

    python tools/interrupt_storm.py                        # 20 times: a run that compiles everything first
    python tools/interrupt_storm.py --times 100 --signal TERM -- check scenarios/corner-coffee.yaml

The moments are drawn from the whole time that the command takes when nobody interrupts it, beginning with the moment
at which it deals with interrupts: what comes before is the start of Python, which is not ours. Linux says in /proc when
that is; elsewhere the first second is left out. A command that had ended before its signal came is counted by itself.
Each time the cache of compiled code is a new empty folder, unless ``--warm`` is given.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
RUN = ["run", "corner-coffee.yaml", "--policy", "today", "--customers", "200", "--replications", "1", "--quiet"]
START_SECONDS = 1.0
"""Where nobody says when a process deals with signals."""


class Ended(NamedTuple):
    """How a command ended that was interrupted after so many seconds."""

    after: float
    code: int
    lines: tuple[str, ...]

    @property
    def as_it_should(self) -> bool:
        """130, and one line that says so."""
        return self.code == 130 and len(self.lines) == 1 and self.lines[0].startswith("Interrupted")


def catches(process: int, number: int) -> bool:
    """Whether a process has a handler for a signal (Linux)."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def _listen() -> None:
    """What is ignored here, as in the background of a shell, would be ignored there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(command: Sequence[str], folder: Path, cache: Path) -> "subprocess.Popen[str]":
    """The command, from the moment at which it deals with interrupts."""
    running = subprocess.Popen(
        [sys.executable, "-m", "equitysim", *command],
        cwd=folder,
        env={**os.environ, "EQUITYSIM_CACHE": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=_listen,
    )
    if Path("/proc/self/status").exists():
        while running.poll() is None and not catches(running.pid, signal.SIGTERM):
            time.sleep(0.0005)
    else:
        time.sleep(START_SECONDS)
    return running


def interrupted(command: Sequence[str], folder: Path, cache: Path, sent: signal.Signals, after: float) -> Ended:
    """Start a command, interrupt it, and wait for its end."""
    running = started(command, folder, cache)
    time.sleep(after)
    running.send_signal(sent)
    _, said = running.communicate()
    return Ended(after, running.returncode, tuple(line for line in said.splitlines() if line.strip()))


def storm(command: Sequence[str], sent: signal.Signals, moments: Sequence[float], warm: Path | None) -> list[Ended]:
    """The command, interrupted at each of these moments."""
    ended = []
    for after in moments:
        with tempfile.TemporaryDirectory() as folder:
            for scenario in (ROOT / "scenarios").glob("*.yaml"):
                (Path(folder) / scenario.name).write_bytes(scenario.read_bytes())
            ended.append(interrupted(command, Path(folder), warm or Path(folder) / "cache", sent, after))
        print(f"{ended[-1].after:8.3f} s  {ended[-1].code:4d}  {' | '.join(ended[-1].lines)}", flush=True)
    return ended


def main() -> int:
    """The command line; 0 if every interrupt that met the command ended it as it should."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--signal", choices=("INT", "TERM"), default="INT")
    parser.add_argument("--warm", type=Path, help="a cache of compiled code that all share")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, help="the latest moment in seconds; by default measured")
    parser.add_argument("command", nargs="*", default=RUN, help="by default: " + " ".join(RUN))
    asked = parser.parse_args()
    sent = signal.Signals[f"SIG{asked.signal}"]
    longest = asked.longest
    if longest is None:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            started(asked.command, ROOT / "scenarios", asked.warm or Path(folder) / "cache").communicate()
            longest = time.perf_counter() - begun
            print(f"undisturbed it takes {longest:.1f} s")
    draws = random.Random(asked.seed)
    ended = storm(asked.command, sent, [draws.uniform(0.0, longest) for _ in range(asked.times)], asked.warm)
    right = sum(one.as_it_should for one in ended)
    before = sum(one.code == 0 for one in ended)
    print(f"{right} of {len(ended)} ended with 130 and one line; {before} had ended before")
    print("codes:", dict(Counter(one.code for one in ended)))
    return 0 if right + before == len(ended) else 1


if __name__ == "__main__":
    sys.exit(main())
