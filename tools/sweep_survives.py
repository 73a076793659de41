"""Kill a sweep with ``kill -9`` at random moments, resume it each time, and compare with one that was left alone.

    python tools/sweep_survives.py [STUDY] [--kills 3] [--rounds 20] [--seed 1] [-- OPTION of sweep…]

Each round draws its moments from the seed: after how many stored runs, and how long after that. Only the coordinator is
killed; its workers have to end by themselves. Ends with 1 if a digest differs, or a store needed mending.
"""

import argparse
import contextlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

LONGEST = 1_800.0
"""Seconds after which a sweep that does not end has failed."""

POLL = 0.01


class Survived(NamedTuple):
    """How a sweep ended: its digest, after how many stored runs it was killed, and what the last command said."""

    digest: str
    killed_at: tuple[int, ...]
    said: str


def command(study: Path, out: Path, options: Sequence[str], verb: str = "sweep") -> list[str]:
    """A sweep as it is typed, or another command on studies."""
    return [sys.executable, "-m", "equitysim", verb, str(study), "--out", str(out), "--json", *options]


def finished(study: Path, out: Path, options: Sequence[str], verb: str = "sweep") -> Survived:
    """Run a sweep to its end. Raises RuntimeError if it fails."""
    done = subprocess.run(
        command(study, out, options, verb),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
        encoding="utf-8",
    )
    if done.returncode != 0:
        raise RuntimeError(f"exit {done.returncode}: {done.stderr}")
    return Survived(json.loads(done.stdout)["digest"], (), done.stderr)


def killed_and_resumed(
    study: Path, out: Path, options: Sequence[str], *, kills: int, luck: random.Random, runs: int, verb: str = "sweep"
) -> Survived:
    """Run a sweep of so many runs, kill it so many times, and let it end. Raises RuntimeError if it fails."""
    killed_at = []
    for number in range(kills):
        target = round(runs * (number + luck.random()) / kills)
        begun = subprocess.Popen(
            command(study, out, options, verb), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            deadline = time.monotonic() + LONGEST
            while stored(out) < target and begun.poll() is None:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{target} runs were not stored in time")
                time.sleep(POLL)
            time.sleep(luck.uniform(0.0, 0.1))
        finally:
            begun.send_signal(signal.SIGKILL)
            begun.wait(10)
        killed_at.append(stored(out))
    return finished(study, out, options, verb)._replace(killed_at=tuple(killed_at))


def stored(out: Path) -> int:
    """How many runs a store has; 0 while there is none, or while it is being written."""
    path = out / "study.sqlite"
    with contextlib.suppress(sqlite3.Error):
        if path.exists():
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1.0)) as store:
                return int(store.execute("SELECT COUNT(*) FROM run").fetchone()[0])
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare many rounds with one sweep that was left alone."""
    parser = argparse.ArgumentParser(description="Kill and resume a sweep; its digest must not change.")
    parser.add_argument("study", type=Path, nargs="?", default=Path("studies/recovery-or-reward.yaml"))
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = list(sys.argv[1:] if arguments is None else arguments)
    split = given.index("--") if "--" in given else len(given)
    asked, options = parser.parse_args(given[:split]), given[split + 1 :]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        alone = finished(asked.study, Path(folder) / "alone", options)
        runs = stored(Path(folder) / "alone")
        for number in range(asked.rounds):
            luck = random.Random(asked.seed * 1_000 + number)
            out = Path(folder) / str(number)
            again = killed_and_resumed(asked.study, out, options, kills=asked.kills, luck=luck, runs=runs)
            same = again.digest == alone.digest and "damaged" not in again.said and stored(out) == runs
            wrong += not same
            print(
                f"round {number}: killed at {again.killed_at} of {runs} stored runs: {'same' if same else 'DIFFERENT'}"
            )
    print(f"{asked.rounds - wrong} of {asked.rounds} rounds, {asked.kills} kills each, end in the same digest")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
