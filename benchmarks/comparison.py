"""What a comparison costs its coordinator when others run it, and what travels.

    python -m benchmarks.comparison [SCENARIO] [--executor dask:ADDRESS] [--replications 50] [--customers N] [--events]

Prints the bytes of a task and of what comes back for it, with everybody's events and money too, as rows travel to a
machine that does not see the folder; then compares, with the executor or in this process, and prints the processor time
of this process per run. In this process that is what runs themselves take.
"""

import argparse
import pickle
import resource
import tempfile
import time
from pathlib import Path

from equitysim.scenario.load import load
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from equitysim.study import Recording, compare
from equitysim.study.gather import Job, Task, perform
from equitysim.study.kept import Kept
from equitysim.study.machines.alike import sealed
from equitysim.study.output import RowScribe

COFFEE = Path(__file__).parents[1] / "scenarios" / "corner-coffee.yaml"


def sizes(scenario: Scenario, customers: int | None) -> None:
    """What travels for each policy."""
    plans = {name: lower(scenario, name, customers=customers) for name in scenario.policies}
    scribe = RowScribe(Path("/nowhere"), Path(), scenario.start, ("ledger", "events"))
    kept = Kept(plans, scenario.baseline)
    for task in kept.tasks(Job("compiled", 1), range(1)):
        back = pickle.dumps(perform(task))
        with_rows = pickle.dumps(perform(Task(Job("compiled", 1, scribe), task.plan, 0, task.families)))
        print(
            f"{task}: {len(sealed(perform, task)):,} bytes there, {len(back):,} back"
            f"{' (values of families among them)' if task.families else ''}, {len(with_rows):,} with all rows"
        )


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The coordinator's part of a comparison.")
    parser.add_argument("scenario", nargs="?", type=Path, default=COFFEE)
    parser.add_argument("--executor", default="processes")
    parser.add_argument("--replications", type=int, default=50)
    parser.add_argument("--customers", type=int, default=None)
    parser.add_argument("--events", action="store_true")
    asked = parser.parse_args()
    scenario = load(asked.scenario)
    sizes(scenario, asked.customers)
    compare(scenario, replications=1, customers=asked.customers, executor=asked.executor)  # everything is loaded
    runs = asked.replications * len(scenario.policies)
    with tempfile.TemporaryDirectory() as folder:
        recording = Recording(Path(folder), scenario.start, ledger=asked.events, events=asked.events)
        before, begun = _processor(), time.perf_counter()
        with recording as record:
            done = compare(
                scenario,
                replications=asked.replications,
                customers=asked.customers,
                executor=asked.executor,
                record=record if asked.events else None,
            )
        took, clock = _processor() - before, time.perf_counter() - begun
        rows = sum(file.stat().st_size for file in Path(folder).glob("*.csv")) if asked.events else 0
    simulating = sum(sum(policy.seconds) for policy in done.policies)
    print(f"{runs} runs in {clock:.1f} s, of {1e3 * simulating / runs:.1f} ms each by the clock of who ran them")
    print(f"this process was at work for {took:.2f} s: {1e3 * took / runs:.2f} ms per run, {rows / 1e6:.1f} MB of rows")


if __name__ == "__main__":
    main()
