"""How many workers one coordinator can feed, and what a large study takes to open, to sum up and to write out.

    python -m benchmarks.coordinator [--runs 100000] [--claimed 50] [--executor dask] [--workers 2] [--tables]

The runs cost nothing: a worker makes its first run and gives it back for all others, under their own keys. Each claims
to have taken so many milliseconds (``--claimed``), which decides how many go into a batch, as it would in earnest. So
all processor time of the coordinator is machinery: choosing what to run, sending, receiving, storing, and with
``--executor dask`` also the scheduler, which is then in the same process. What it spends per run says how many runs per
second one coordinator can take, and so how many workers it can feed.

With ``--sleep`` runs take the time they claim, asleep. A few Dask workers with many threads are then as good as many
workers, and it shows how busy one coordinator keeps them:

    dask scheduler --port 8786 & dask worker tcp://127.0.0.1:8786 --nthreads 100 &
    python -m benchmarks.coordinator --executor dask:tcp://127.0.0.1:8786 --sleep --runs 50000
"""

import argparse
import hashlib
import math
import pickle
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from unittest.mock import patch

from benchmarks.sweep import STUDY
from equitysim.study.engine import keeps_code, provenance
from equitysim.study.machines.alike import Alike, here, packed
from equitysim.study.machines.hire import crew_on
from equitysim.study.machines.named import checked_number, machines_named
from equitysim.study.output import write_study
from equitysim.study.sweep import crew_size, setting_of
from equitysim.study.sweeps import coordinate, tables, tasks
from equitysim.study.sweeps.coordinate import TARGET_SECONDS, Crew, Works, run_count, run_missing
from equitysim.study.sweeps.identity import document_of, identity_of
from equitysim.study.sweeps.mend import opened
from equitysim.study.sweeps.reading import load_study
from equitysim.study.sweeps.records import Key, Layout, Origin
from equitysim.study.sweeps.store import Identity, Store
from equitysim.study.sweeps.study import Study
from equitysim.study.sweeps.tasks import Batch, Outcome, Setting, Unit
from equitysim.study.watch import Watch

REPLICATIONS = 100
POLICIES = 4
FEW = 200
"""People in the one run that is made: what it holds is as long as in any other."""


MAKING = threading.Lock()
"""A worker may have many threads, and each would make it."""


@lru_cache
def made(setting: Setting, unit: Unit) -> Mapping[str, Outcome]:
    """A real outcome for each policy, made once per worker."""
    return {outcome.key.policy: outcome for outcome in tasks.perform(Batch(setting, (unit,)))}


def costless(batch: Batch, first: Unit, seconds: float, sleep: bool) -> tuple[Outcome, ...]:
    """What a batch of runs that take so long gives back, at once, or after having slept for so long."""
    with MAKING:
        whole = made(batch.setting, first)
    if sleep:
        time.sleep(seconds * sum(len(unit.policies) for unit in batch.units))
    return tuple(
        whole[policy]._replace(
            key=key,
            seconds=seconds,
            digest=hashlib.sha256(repr(key).encode()).digest(),
            measures=bytes(bytearray(whole[policy].measures)),  # its own, which pickles as such
        )
        for unit in batch.units
        for policy in unit.policies
        for key in [Key(unit.point.key, policy, unit.replication)]
    )


@dataclass
class Took:
    """Seconds by the clock, and processor seconds of this process with all its threads."""

    clock: float = 0.0
    processor: float = 0.0


@contextmanager
def timed() -> Iterator[Took]:
    """What a block takes."""
    took = Took(-time.perf_counter(), -_processor())
    yield took
    took.clock += time.perf_counter()
    took.processor += _processor()


def _both(took: Took) -> str:
    return f"{took.clock:.1f} s ({took.processor:.1f} s of processor time)"


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def sizes(study: Study, setting: Setting, seconds: float) -> None:
    """What travels."""
    units = max(1, math.ceil(TARGET_SECONDS / seconds / POLICIES))
    batch = Batch(setting, tuple(Unit(point, 0, study.policies, None) for point in study.order[:units]))
    runs = sum(len(unit.policies) for unit in batch.units)
    there, alone = len(packed(batch)), len(packed(batch._replace(units=())))
    back = len(pickle.dumps(tasks.perform(batch)))
    work = len(pickle.dumps(Alike(tasks.perform, here())))
    print(
        f"a batch of {runs} runs: {there:,} bytes to the worker ({alone:,} of them the scenario, sent with each), "
        f"{work:,} for what is to be done with it; {back:,} back, {back / runs:.0f} per run"
    )


def ran(study: Study, store_path: Path, identity: Identity, run: Callable[[Store, bytes], object]) -> Took:
    """Open a store and run something on it and with what its rows name as their origin; what the latter takes."""
    origin = Origin(**provenance()._asdict(), engine="compiled", scenario=study.scenario.hash)
    store, _ = opened(store_path, identity, study.order, origin)
    with store:
        store.describe(document_of(study, identity), study.order, study.positions)
        computed_by = store.computed_by(origin, "")
        with timed() as took:
            run(store, computed_by)
            store.commit()
    return took


def written(name: str, folder: Path, study: Study, layout: Layout, store: Store, _: bytes) -> None:
    """Write one table."""
    write_study(folder, {name: tables.pieces(name, study, store, layout)}, "")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The capacity of one coordinator.")
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--claimed", type=float, default=50.0, help="milliseconds that each run claims to take")
    parser.add_argument("--executor", default="dask")
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--sleep", action="store_true", help="each run sleeps as long as it claims to take")
    parser.add_argument("--tables", action="store_true", help="also write the tables")
    asked = parser.parse_args()
    machines, seconds = machines_named(asked.executor), asked.claimed / 1e3
    checked_number(machines, asked.workers)
    points = max(1, math.ceil(asked.runs / REPLICATIONS / POLICIES))
    scenario = Path(__file__).parents[1] / "scenarios" / "corner-coffee.yaml"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "coffee.yaml").write_text(scenario.read_text("utf-8"), "utf-8")
        path = Path(folder) / "study.yaml"
        text = STUDY.format(scenario="coffee.yaml", points=points, replications=REPLICATIONS, customers=FEW)
        path.write_text(text.replace("sobol", "latin_hypercube"), "utf-8")
        with timed() as reading:
            study = load_study(path)
        print(f"reading the study: {_both(reading)}, {len(study.order)} points")
        setting, identity, runs = setting_of(study, "compiled"), identity_of(study), run_count(study)
        sizes(study, setting, seconds)
        store_path = Path(folder) / "store.sqlite"
        first = Unit(study.order[0], 0, study.policies, None)
        work = partial(costless, first=first, seconds=seconds, sleep=asked.sleep)
        with (
            patch.object(coordinate, "perform", work),
            crew_on(machines, crew_size(asked.workers), keeps_code, print) as crew,
        ):
            list(crew.in_order(work, [Batch(setting, (first,))] * 4 * crew.muster()))  # everything is loaded
            team = Crew(crew.in_order, crew.size)
            took = ran(
                study,
                store_path,
                identity,
                lambda store, origin: run_missing(study, Works(store, setting, origin, team), Watch()),
            )
        each = took.processor / runs
        print(f"{runs:,} runs on {team.workers} workers: {took.clock:.1f} s, {runs / took.clock:,.0f} runs per second")
        if asked.sleep:
            print(f"that is {100 * runs * seconds / took.clock / team.workers:.0f} % of what they could do")
        print(f"the coordinator was at work for {took.processor:.1f} s of them: {1e6 * each:.0f} µs per run")
        print(f"at {asked.claimed:g} ms per run it feeds {seconds / each:,.0f} workers")
        print(f"{store_path.stat().st_size / runs:,.0f} bytes per run in the store")
        with timed() as opening:
            ran(study, store_path, identity, lambda store, _: None)
        print(f"opening: {_both(opening)}")
        summed = ran(study, store_path, identity, lambda store, _: store.digest(study.replications, study.policies))
        print(f"digest: {_both(summed)}")
        for name in tables.NAMES if asked.tables else ():
            write = partial(written, name, Path(folder), study, identity.layout)
            wrote = ran(study, store_path, identity, write)
            size = (Path(folder) / f"{name}.csv").stat().st_size
            print(f"{name}.csv: {_both(wrote)}, {size / 1e6:,.1f} MB, {size / runs:,.0f} bytes per run")


if __name__ == "__main__":
    from benchmarks import coordinator  # by the name under which workers find what is in it

    coordinator.main()
