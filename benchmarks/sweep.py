"""What the machinery of a sweep costs beside its runs, and how many bytes a run takes in the store.

    python -m benchmarks.sweep [--customers 2000] [--points 16] [--replications 4] [--workers 2]

The same runs twice: bare, as a loop that simulates and measures and keeps nothing, on as many processes; and as a
sweep, from reading the study to its tables. Counted are the processor seconds of the coordinator and all workers, which
other work on the machine changes little, without what it takes to start the workers. The aim: less than 5 % for runs of
50 ms.
"""

import argparse
import math
import resource
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from equitysim.measures.values import denominators_of, measure
from equitysim.plan import Plan
from equitysim.scenario.lower import lower
from equitysim.study.engine import ready, simulate
from equitysim.study.executors import Workers, workers
from equitysim.study.sweep import swept
from equitysim.study.sweeps.coordinate import Crew
from equitysim.study.sweeps.reading import load_study
from equitysim.study.sweeps.study import Study, scenario_at
from equitysim.study.watch import Watch

AIM = 0.05
WATCH = Watch()

STUDY = """\
format: 1
scenario: {scenario}
policies: [today, reward the best, recover everyone, all together]
uncertainties:
  failure.per_order: 1 % to 8 %
  equity.forgetting: 3 weeks to 26 weeks
design: {{sobol: {points}}}
replications: {replications}
customers: {customers}
"""


class Bare(NamedTuple):
    """One run and nothing else."""

    plan: Plan
    seed: int
    replication: int


def bare(task: Bare) -> float:
    """Simulate and measure; the seconds of simulating."""
    result = simulate("compiled", task.plan, task.seed, task.replication)
    measure(result, task.plan, denominators_of(result, task.plan))
    return result.seconds


def bare_tasks(study: Study) -> list[Bare]:
    """The runs of a study, in its order."""
    plans = []
    for point in study.order:
        scenario, _ = scenario_at(study.root, study.factors, point.values)
        if scenario is not None:
            plans += [lower(scenario, policy, customers=study.customers) for policy in study.policies]
    return [Bare(plan, study.seed, replication) for replication in range(study.replications) for plan in plans]


def processor_seconds() -> float:
    """Of this process and of all that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return math.fsum(one.ru_utime + one.ru_stime for one in used)


def cost(count: int, warm: Sequence[Bare], work: Callable[[Workers], object]) -> float:
    """Processor seconds of some work on so many workers, their start and a few runs that load all code included."""
    begun = processor_seconds()
    with workers(count) as crew:
        list(crew.in_order(bare, iter(warm)))
        work(crew)
    return processor_seconds() - begun


def overhead(path: Path, out: Path, tasks: Sequence[Bare], count: int) -> float:
    """What a sweep costs more than its bare runs, as a fraction of them."""
    warm = tasks[: 4 * count]
    out.mkdir()
    start = cost(count, warm, lambda crew: None)
    alone = cost(count, warm, lambda crew: list(crew.in_order(bare, iter(tasks)))) - start
    whole = cost(count, warm, lambda crew: swept(load_study(path), out, "compiled", Crew(crew.in_order, count), WATCH))
    whole -= start
    print(
        f"{len(tasks)} runs of {1e3 * alone / len(tasks):.0f} ms on {count} workers: bare {alone:.2f} s, as a sweep "
        f"{whole:.2f} s of processor time"
    )
    return whole / alone - 1.0


def main() -> None:
    """Measure both and print the difference."""
    parser = argparse.ArgumentParser(description="The cost of a sweep's machinery.")
    for name, default in (("customers", 2_000), ("points", 16), ("replications", 4), ("workers", 2), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    scenario = Path(__file__).parents[1] / "scenarios" / "corner-coffee.yaml"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "coffee.yaml").write_text(scenario.read_text("utf-8"), "utf-8")
        path = Path(folder) / "study.yaml"
        path.write_text(STUDY.format(scenario="coffee.yaml", **vars(asked)), "utf-8")
        tasks = bare_tasks(load_study(path))
        ready("compiled", [task.plan for task in tasks[:4]])
        found = [overhead(path, Path(folder) / str(k), tasks, asked.workers) for k in range(asked.rounds)]
        size = (Path(folder) / "0" / "study.sqlite").stat().st_size
    middle = sorted(found)[len(found) // 2]
    verdict = "met" if middle < AIM else "MISSED"
    print(f"overhead {100 * middle:+.1f} % (median of {asked.rounds})   aim {100 * AIM:.0f} %: {verdict}")
    print(f"{size / len(tasks):.0f} bytes per run in a store of {len(tasks)}, points and scenario included")


if __name__ == "__main__":
    main()
