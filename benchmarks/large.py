"""A study measured whole: the coffee shop over 256 points × 4 policies × 10 replications at 2 000 customers.

    python -m benchmarks.large [STUDY] [--executor dask] [--workers 2] [--points 256] [--replications 10] [--out DIR]

Runs it, or another, as ``sweep`` does, then once more with nothing missing, and prints the rows of a table: the clock,
the processor seconds of the coordinator and of its workers (those on other machines are not seen), what a run takes,
bytes. Processor seconds change little with what else the machine does; the load is printed.
"""

import argparse
import math
import os
import re
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from equitysim.study.sweep import Sweep, crew_size, sweep

STUDY = Path(__file__).parents[1] / "studies" / "failure-and-forgetting.yaml"


class Took(NamedTuple):
    """Seconds by the clock, and processor seconds of this process and of those it has waited for."""

    clock: float
    coordinator: float
    workers: float


def timed(work: Callable[[], Sweep]) -> tuple[Sweep, Took]:
    """Do it; what came of it and what it took."""
    begun, own, others = time.perf_counter(), _used(resource.RUSAGE_SELF), _used(resource.RUSAGE_CHILDREN)
    done = work()
    clock = time.perf_counter() - begun
    return done, Took(clock, _used(resource.RUSAGE_SELF) - own, _used(resource.RUSAGE_CHILDREN) - others)


def _used(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def smaller(text: str, points: int | None, folder: Path) -> Path:
    """The study, or a small one of the same kind."""
    if points is not None:
        text = re.sub(r"sobol: \d+", f"sobol: {points}", text)
    scenario = STUDY.parents[1] / "scenarios" / "corner-coffee.yaml"
    (folder / "coffee.yaml").write_text(scenario.read_text("utf-8"), "utf-8")
    path = folder / "study.yaml"
    path.write_text(text.replace("../scenarios/corner-coffee.yaml", "coffee.yaml"), "utf-8")
    return path


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="A whole study, measured.")
    parser.add_argument("study", type=Path, nargs="?")
    parser.add_argument("--executor", default="processes")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--points", type=int, help="of the study that is measured by default")
    parser.add_argument("--replications", type=int)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        study = asked.study or smaller(STUDY.read_text("utf-8"), asked.points, Path(temporary))
        out = asked.out or Path(temporary) / "out"

        def run() -> Sweep:
            return sweep(
                study, out=out, replications=asked.replications, executor=asked.executor, workers=asked.workers
            )

        before = os.getloadavg()[0]
        done, took = timed(run)
        again, resumed = timed(run)
        seconds = math.fsum(done.frame("runs")["seconds"])
        sizes = {path.name: path.stat().st_size for path in sorted(out.iterdir())}
    print(f"| runs | {done.runs:,}, {len(done.failures)} failed |")
    print(f"| workers | {asked.executor}, {crew_size(asked.workers)} here; load before {before:.1f} |")
    print(f"| by the clock | {took.clock:.1f} s: {done.runs / took.clock:.1f} runs per second |")
    print(f"| processor, workers | {took.workers:.1f} s, {1e3 * took.workers / done.runs:.1f} ms per run |")
    print(f"| processor, coordinator | {took.coordinator:.1f} s, {1e3 * took.coordinator / done.runs:.2f} ms per run |")
    print(f"| simulating, by the clock of each run | {seconds:.1f} s: {1e3 * seconds / done.runs:.1f} ms per run |")
    print(f"| once more, with nothing missing | {resumed.clock:.1f} s |")
    for name, size in sizes.items():
        print(f"| {name} | {size / 1e6:.1f} MB, {size / done.runs:,.0f} bytes per run |")
    print(f"| digest | {done.digest}{'' if again.digest == done.digest else ' AND ANOTHER THE SECOND TIME'} |")


if __name__ == "__main__":
    main()
