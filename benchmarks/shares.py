"""Where the time of a run in a study goes, and of a run in a comparison.

    python -m benchmarks.shares [--customers 2000 20000] [--points 4] [--replications 100] [--rounds 3]

Every part is done as ``sweep`` and ``compare`` do it, all in this process, and timed by its processor seconds. Parts
are told per run, and as a share of simulating, which is a part like any other: both change little with what else the
machine does, shares least. Each is the least of some rounds. The runs are those of the coffee shop under four policies.
"""

import argparse
import math
import pickle
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.sweep import STUDY
from equitysim.measures.books import books_of
from equitysim.measures.exact import total
from equitysim.measures.values import RunMeasures, per_person, tally
from equitysim.plan import Plan
from equitysim.result import Result, digest_of
from equitysim.scenario.lower import lower
from equitysim.study.engine import provenance, ready, simulate
from equitysim.study.gather import Job, Task, perform
from equitysim.study.output import write_study
from equitysim.study.pick import family_value
from equitysim.study.sweep import setting_of
from equitysim.study.sweeps import tables, tasks
from equitysim.study.sweeps.coordinate import row_of
from equitysim.study.sweeps.identity import document_of, identity_of
from equitysim.study.sweeps.mend import opened
from equitysim.study.sweeps.reading import load_study
from equitysim.study.sweeps.records import Origin
from equitysim.study.sweeps.study import Study, scenario_at
from equitysim.study.sweeps.tasks import Batch, Outcome, Unit


class Part(NamedTuple):
    """Something that is done for every run, and its processor seconds per run."""

    name: str
    seconds: float


def least(rounds: int, work: Callable[[], Any]) -> float:
    """Processor seconds of some work, the least of so many rounds."""
    found = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def measured(result: Result, plan: Plan) -> RunMeasures:
    """A run measured by its own people, as the baseline's are."""
    tallied = tally(result, plan)
    return per_person(tallied, tallied.persons)


def of_a_worker(study: Study, rounds: int) -> list[Part]:
    """What a worker does, point by point: the scenario, plans, runs, measures, and what is sent."""
    points = study.order
    several = len(study.policies)
    resolving = least(rounds, lambda: [scenario_at(study.root, study.factors, point.values) for point in points])
    scenarios = [scenario for point in points if (scenario := scenario_at(study.root, study.factors, point.values)[0])]
    plans = [lower(one, name, customers=study.customers) for one in scenarios for name in study.policies]
    lowering = least(
        rounds, lambda: [lower(one, name, customers=study.customers) for one in scenarios for name in study.policies]
    )
    results: list[Result] = []

    def run() -> None:
        results[:] = [simulate("compiled", plan, study.seed, 0) for plan in plans]

    simulating = least(rounds, run)
    both = list(zip(results, plans, strict=True))
    digesting = least(rounds, lambda: [digest_of(one.customers, one.counts, one.series, one.desks) for one in results])
    measuring = least(rounds, lambda: [measured(one, plan) for one, plan in both])
    booking = least(rounds, lambda: [books_of(one, plan) for one, plan in both])
    summing = least(rounds, lambda: [family_value(one.customers) for one in results])
    tallied = [perform(Task(Job("compiled", study.seed), plan, 0, families=True)) for plan in plans[:several]]
    sending = least(rounds, lambda: [pickle.loads(pickle.dumps(one)) for one in tallied])
    runs = len(plans)
    return [
        Part("reading the scenario at a point, if nothing was kept", resolving / runs),
        Part("lowering it to a plan, likewise", lowering / runs),
        Part("simulating", simulating / runs),
        Part("… of which the digest", digesting / runs),
        Part("measures", measuring / runs),
        Part("in compare also: books", booking / runs),
        Part("in compare also: values of families", summing / runs),
        Part("in compare: pickled and unpickled", sending / several),
    ]


def of_the_coordinator(study: Study, folder: Path, rounds: int) -> list[Part]:
    """What becomes of outcomes: sent, made a row, stored, summed up and written out. They are made once, and stand
    for others under the keys of all replications."""
    setting, identity = setting_of(study, "compiled"), identity_of(study)
    units = tuple(Unit(point, 0, study.policies, None) for point in study.order)
    first = tasks.perform(Batch(setting, units))
    every = [
        tuple(one._replace(key=one.key._replace(replication=n)) for one in first) for n in range(study.replications)
    ]
    runs = len(first) * len(every)
    origin = Origin(**provenance()._asdict(), engine="compiled", scenario=study.scenario.hash)
    batch = Batch(setting, units)
    sending = least(rounds, lambda: [(pickle.loads(pickle.dumps(batch)), _there_and_back(some)) for some in every])
    rows = least(rounds, lambda: [row_of(one, 0, origin.id) for some in every for one in some])
    store, _ = opened(folder / "study.sqlite", identity, study.order, origin)
    with store:
        store.describe(document_of(study, identity), study.order, study.positions)
        computed_by = store.computed_by(origin, "")

        def put() -> None:
            for some in every:
                store.add(row_of(one, 0, computed_by) for one in some)
            store.commit()

        storing = least(rounds, put)
        summing = least(rounds, lambda: store.digest(study.replications, study.policies))

        def write(name: str) -> None:
            write_study(folder, {name: tables.pieces(name, study, store, identity.layout)}, "")

        writing = {name: least(rounds, partial(write, name)) for name in tables.NAMES}
    return [
        Part("pickled and unpickled, there and back", sending / runs),
        Part("made a row", rows / runs),
        Part("stored, with checksum and commits", storing / runs),
        Part("digest of the study", summing / runs),
        *(Part(f"{name}.csv", seconds / runs) for name, seconds in writing.items()),
    ]


def _there_and_back(some: Sequence[Outcome]) -> Sequence[Outcome]:
    back: Sequence[Outcome] = pickle.loads(pickle.dumps(some))
    return back


def of_numbers(rounds: int) -> None:
    """Print what adding and writing many numbers takes."""
    amounts = np.random.default_rng(1).normal(20.0, 30.0, 20_000)
    values = amounts.tolist()
    one_by_one = least(10 * rounds, lambda: math.fsum(amounts.tolist()))
    whole = least(10 * rounds, lambda: total(amounts))
    writing = least(rounds, lambda: [repr(value) for value in values]) / len(values)
    print(f"\n20 000 amounts added: {1e6 * one_by_one:.0f} µs by math.fsum, {1e6 * whole:.0f} µs by measures.exact")
    print(f"repr of a number: {1e6 * writing:.2f} µs")


def main() -> None:
    """Measure and print, per number of customers."""
    parser = argparse.ArgumentParser(description="Where the time of one run goes.")
    parser.add_argument("--customers", type=int, nargs="+", default=[2_000, 20_000])
    for name, default in (("points", 4), ("replications", 100), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    scenario = Path(__file__).parents[1] / "scenarios" / "corner-coffee.yaml"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "coffee.yaml").write_text(scenario.read_text("utf-8"), "utf-8")
        for customers in asked.customers:
            path = folder / f"study-{customers}.yaml"
            text = STUDY.format(
                scenario="coffee.yaml", points=asked.points, replications=asked.replications, customers=customers
            )
            path.write_text(text, "utf-8")
            study = load_study(path)
            one = lower(study.scenario, study.scenario.baseline, customers=customers)
            ready("compiled", [one])
            parts = of_a_worker(study, asked.rounds)
            out = folder / str(customers)
            out.mkdir()
            parts += of_the_coordinator(study, out, asked.rounds)
            whole = next(part.seconds for part in parts if part.name == "simulating")
            print(f"\n| {customers:,} customers | per run | of simulating |\n|---|---|---|")
            for part in parts:
                print(f"| {part.name} | {1e3 * part.seconds:.3f} ms | {100 * part.seconds / whole:.2f} % |")
    of_numbers(asked.rounds)


if __name__ == "__main__":
    main()
