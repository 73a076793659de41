"""Sweeps: a study's runs, as many as are missing, into its store.

The order goes round the points once per replication, and round the policies at each, so that a sweep stopped early is a
smaller balanced one. The coordinator writes, workers run; whatever order they end in, equal studies have equal digests.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from equitysim.arguments import File, Whole, path
from equitysim.errors import UsageError
from equitysim.measures.files import output_folder, remove
from equitysim.measures.notebook import Card, Shown, short
from equitysim.measures.tables import Table, known
from equitysim.measures.text import harmless
from equitysim.measures.words import simulated
from equitysim.scenario import write
from equitysim.scenario.load import Settings, Source
from equitysim.scenario.lower import lower, sample_of
from equitysim.scenario.schema import Scenario
from equitysim.statistics.document import SCHEMA_VERSION
from equitysim.statistics.outcome import Provenance
from equitysim.study.engine import (
    checked_customers,
    checked_replications,
    checked_seed,
    checked_workers,
    engine_named,
    keeps_code,
    provenance,
    ready,
)
from equitysim.study.executors import usable_cores
from equitysim.study.formats import STUDY_FORMATS, checked_formats, write_parquet
from equitysim.study.machines.hire import crew_on
from equitysim.study.machines.named import Machines, machines_for
from equitysim.study.output import beside, commented, write_study
from equitysim.study.sweeps import tables
from equitysim.study.sweeps.coordinate import Crew, Works, run_count, run_missing
from equitysim.study.sweeps.identity import document_of, identity_of
from equitysim.study.sweeps.lock import only_one
from equitysim.study.sweeps.mend import opened
from equitysim.study.sweeps.points import told
from equitysim.study.sweeps.reading import Overrides, load_study
from equitysim.study.sweeps.records import Origin
from equitysim.study.sweeps.store import NAME, Store
from equitysim.study.sweeps.study import Study
from equitysim.study.sweeps.tasks import Setting
from equitysim.study.watch import NO_WATCH, Watch, checked_watch

if TYPE_CHECKING:
    import pandas as pd


class Failure(NamedTuple):
    """A run that failed, where, and why. ``point``: its number; ``values``: of the factors there, in words."""

    point: int
    values: str
    policy: str
    replication: int
    error: str


@dataclass(frozen=True, repr=False)
class Sweep(Shown):
    """A study whose runs are in its store.

    ``folder`` holds the store and the tables. ``runs``: how many the study has; ``failures``: those of them that
    failed. ``digest``: SHA-256 over all in the order of point, policy and replication, without seconds, attempts and
    error texts: equal for equal studies, whatever the order, the workers, the interruptions.
    """

    study: Study
    folder: Path
    runs: int
    failures: tuple[Failure, ...]
    digest: str
    provenance: Provenance

    def card(self) -> Card:
        """What was varied and what failed, for a notebook."""
        failed = tuple((str(one.point), one.policy, str(one.replication), one.error) for one in self.failures)
        return Card(
            heading=f"Sweep of {short(self.study.name)!r}: {self.runs} runs, {len(self.failures)} failed, "
            f"in {short(str(self.folder))!r}",
            sentence=f"Varied: {', '.join(self.study.paths)}. Next: es.analyse(sweep.folder)",
            columns=("point", "policy", "replication", "error") if failed else (),
            rows=failed,
        )

    @property
    def store(self) -> Path:
        """The SQLite file."""
        return self.folder / NAME

    def document(self) -> dict[str, Any]:
        """The JSON document of ``sweep``."""
        return {
            "schema_version": SCHEMA_VERSION,
            "study": {"name": self.study.name, "file": self.study.file, "hash": self.study.hash},
            "store": str(self.store),
            "runs": self.runs,
            "failed": len(self.failures),
            "digest": self.digest,
            "failures": [failure._asdict() for failure in self.failures],
            "provenance": self.provenance._asdict(),
        }

    def table(self, name: str) -> Table:
        """A tidy table: ``runs``, ``values`` or ``points``. Raises ``errors.UsageError`` for another."""
        known(name, tables.NAMES)
        identity = identity_of(self.study)
        with Store(self.store, identity) as store:
            return tables.whole(name, self.study, store, identity.layout)

    def frame(self, name: str) -> "pd.DataFrame":
        """The same as a pandas DataFrame."""
        return self.table(name).frame()


def sweep(
    study: Source,
    *,
    out: File | None = None,
    replications: Whole | None = None,
    seed: Whole | None = None,
    customers: Whole | None = None,
    engine: str = "auto",
    layers: Sequence[Source] = (),
    settings: Settings | None = None,
    workers: Whole | None = 1,
    also: Sequence[str] = (),
    executor: str = "processes",
    watch: Watch = NO_WATCH,
) -> Sweep:
    """Run what is missing of a study.

    ``study``: the study file, or a mapping that says what a file would, whose ``scenario`` may be a scenario, too.
    ``out``: the folder of the store, by default beside the file and named after it. What
    the store has already is not run again; what failed before is tried again. ``layers`` and ``settings`` change the
    scenario. ``workers``: on how many processes, 1 for this one, None for as many as there are cores; the results are
    the same. More than 1 needs a script that guards its main part with ``if __name__ == "__main__":``. ``executor``:
    ``processes`` of this machine, ``dask`` (so many workers of an own cluster on this machine), ``dask:ADDRESS`` (those
    of a cluster that is there) or ``mpi`` (docs/machines.md); the last two have as many workers as there are. ``also``:
    ``parquet`` writes the tables as Parquet files too.
    Raises ``errors.ScenarioError`` for faults of the files, ``errors.UsageError`` if the store belongs to another study
    or another sweep is writing to it, ``errors.OutputError`` where it cannot be written, ``errors.WorkerError`` where
    machines cannot be reached or compute with something else. Whatever ends a sweep, the same call goes on from there.
    """
    formats, watch = checked_formats(also, STUDY_FORMATS), checked_watch(watch)
    asked, machines = overridden(replications, seed, customers), machines_for(executor, workers)
    name, folder = engine_named(engine), folder_of(study, out)
    crew_size(workers)
    read = load_study(study, layers=layers, settings=settings, overrides=asked, warned=watch.warned)
    with output_folder(folder), crew_for(read, name, machines, workers, watch) as crew:
        return swept(read, folder, name, crew, watch, formats)


def folder_of(study: Source, out: File | None) -> Path:
    """The folder of a study's store. Raises ``errors.UsageError`` where none is named and none follows from a file."""
    if out is not None:
        return path("out", out)
    if isinstance(study, Mapping | Scenario):
        raise UsageError("a study without a file needs out, the folder of its store")
    return beside(path("study", study))


def overridden(replications: Whole | None, seed: Whole | None, customers: Whole | None) -> Overrides:
    """What a call asks for instead of what the study file says. Raises ``errors.UsageError``."""
    return Overrides(
        None if replications is None else checked_replications(replications),
        None if seed is None else checked_seed(seed),
        checked_customers(customers),
    )


@contextmanager
def crew_for(study: Study, engine: str, machines: Machines, workers: Whole | None, watch: Watch) -> Iterator[Crew]:
    """Who runs a study that was read, for as long as the block lasts."""
    sample = sample_of(study.scenario, study.customers)
    plans = [lower(study.scenario, policy, customers=sample) for policy in study.policies]
    if sample.why:
        watch.said(f"{simulated(sample, plans[0].scale, harmless)} Each point has a size of its own.")
    with crew_on(machines, crew_size(workers), keeps_code, watch.said, optional=workers is None) as several:
        yield Crew(several.in_order, several.size, lambda: ready(engine, plans))


def crew_size(workers: Whole | None) -> int:
    """How many processes run a sweep. All cores, unless a number is asked for: a run that kills its process then kills
    no coordinator. One where compiled code cannot be kept, since every worker would compile it again. Raises
    ``errors.UsageError`` below 1."""
    checked = checked_workers(workers)
    if checked is not None:
        return checked
    return usable_cores() if keeps_code() else 1


def swept(study: Study, folder: Path, engine: str, crew: Crew, watch: Watch, also: Sequence[str] = ()) -> Sweep:
    """Run what is missing of a study that was read, and write its tables. ``folder`` is there. Raises like
    :func:`sweep`."""
    identity = identity_of(study)
    resolved = write.resolved(study.scenario)
    origin = Origin(**provenance()._asdict(), engine=engine, scenario=study.scenario.hash)
    with only_one(folder):
        store, said = opened(folder / NAME, identity, study.order, origin)
        with store:
            if said:
                watch.said(said)
            store.describe(document_of(study, identity), study.order, study.positions)
            computed_by = store.computed_by(origin, resolved)
            run_missing(study, Works(store, setting_of(study, engine), computed_by, crew), watch)
            done = Sweep(
                study=study,
                folder=folder,
                runs=run_count(study),
                failures=tuple(_failures(study, store)),
                digest=store.digest(study.replications, study.policies),
                provenance=provenance(),
            )
            pieces = {short: tables.pieces(short, study, store, identity.layout) for short in tables.NAMES}
            write_study(folder, pieces, _heading(done, engine) + resolved)
            if "parquet" in also:
                write_parquet(folder, tables.NAMES, study.scenario.currency)
            else:
                for short in tables.NAMES:  # those of an earlier sweep would tell other runs than the files beside them
                    remove(folder / f"{short}.parquet")
    return done


def setting_of(study: Study, engine: str) -> Setting:
    """What all runs of a study share."""
    return Setting(
        id=f"{study.hash} {engine}",
        root=study.root,
        factors=study.factors,
        policies=study.policies,
        baseline=study.scenario.baseline,
        engine=engine,
        seed=study.seed,
        customers=study.customers,
    )


def _failures(study: Study, store: Store) -> Iterator[Failure]:
    numbers = store.numbers()
    values = {point.key: told(study.paths, point.values) for point in study.positions}
    for row in store.rows(study.replications, study.policies, failed=True):
        key = row.key
        yield Failure(numbers[key.point], values[key.point], key.policy, key.replication, row.error)


def _heading(done: Sweep, engine: str) -> str:
    """Where the results beside the resolved scenario come from, as YAML comments."""
    study, computed = done.study, done.provenance
    lines = (
        f"The scenario of the study {study.file}; SHA-256 of its content {study.scenario.hash}",
        "What was varied, and how, is in points.csv",
        f"Computed by equitysim {computed.equitysim}, engine {engine}, seed {study.seed}, "
        f"{study.replications} replications",
        f"Draws {computed.scheme}; Python {computed.python}, NumPy {computed.numpy}, {computed.platform}; "
        f"source files {computed.sources}",
    )
    return commented(*lines)
