"""Runs reduced to what a study keeps, so that no run's customers outlive it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from equitysim.measures.books import Books, books_of
from equitysim.measures.values import RunMeasures, Tally, against_baseline, per_person, tally, where_spend_rose
from equitysim.plan import Plan
from equitysim.result import Result
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.outcome import PolicyOutcome, digest_over
from equitysim.study.engine import Process, refuse_undefined, simulate
from equitysim.study.history import settled
from equitysim.study.pick import family_value


class Scribe(Protocol):
    """Notes what else is wanted of a run before its customers are forgotten, in whichever process ran it; so it and
    its notes must be picklable."""

    @property
    def log(self) -> int | None:
        """What the engine is to log: None, ``result.EVERYONE`` or an identity (``engines.contract``)."""
        ...

    @property
    def undiscounted(self) -> bool:
        """Whether it also wants each customer's money as paid."""
        ...

    def __call__(self, result: Result, plan: Plan, undiscounted: Result | None) -> Any:
        """The notes on one run, and on its twin without discounting if it wants one."""
        ...


class Record(Protocol):
    """Takes the notes on every run, in the order of runs, here."""

    @property
    def scribe(self) -> Scribe:
        """Who makes the notes."""
        ...

    def add(self, notes: Any) -> None:
        """Take the notes on the next run."""
        ...


@dataclass(frozen=True)
class Job:
    """How runs are made: by which engine and seed, who makes notes, and a researcher's own processes."""

    engine: str
    seed: int
    scribe: Scribe | None = None
    processes: Sequence[Process] = ()


class Task(NamedTuple):
    """One run: one policy in one replication. Everything it depends on is in it. ``families``: whether the value of
    each seed person's family is wanted, too."""

    job: Job
    plan: Plan
    replication: int
    families: bool = False

    def __str__(self) -> str:
        return f"policy '{self.plan.policy}', replication {self.replication}"


@dataclass(frozen=True)
class RunTally:
    """What is kept of one run before it is known by how many people to divide.

    ``notes``: the scribe's, if any. ``families``: net value of each seed person and everybody descended from them, in
    canonical order, if the task asked for it.
    """

    tally: Tally
    books: Books
    series: npt.NDArray[np.void]
    digest: str
    events: int
    seconds: float
    seed_persons: int
    notes: Any = None
    families: FloatArray | None = None


@dataclass(frozen=True)
class RunSummary:
    """What is kept of one run."""

    measures: RunMeasures
    books: Books
    series: npt.NDArray[np.void]
    digest: str
    events: int
    seconds: float
    seed_persons: int


def perform(task: Task) -> RunTally:
    """Run it, in whichever process this is, and forget its customers."""
    job, plan, scribe = task.job, settled(task.plan), task.job.scribe
    log = None if scribe is None else scribe.log
    result = simulate(job.engine, plan, job.seed, task.replication, log=log, processes=job.processes)
    if job.processes:
        refuse_undefined(result)
    twin = _undiscounted(task, plan) if scribe is not None and scribe.undiscounted else None
    return RunTally(
        tally=tally(result, plan),
        books=books_of(result, plan),
        series=result.series,
        digest=result.digest,
        events=result.events,
        seconds=result.seconds,
        seed_persons=result.seed_persons,
        notes=None if scribe is None else scribe(result, plan, twin),
        families=_families(result) if task.families else None,
    )


def _families(result: Result) -> FloatArray:
    everybody = result.customers
    values: FloatArray = family_value(everybody)[everybody["generation"] == 0]
    # Those lost before the start have families, too, and are not among the seed persons that all is divided by.
    return values * (len(values) / result.seed_persons) if result.seed_persons else values


def _undiscounted(task: Task, plan: Plan) -> Result:
    """The same run again with money as paid: discounting decides nothing, so customers need not carry both sums."""
    job = task.job
    as_paid = plan._replace(parameters=plan.parameters._replace(discount=0.0))
    return simulate(job.engine, as_paid, job.seed, task.replication, processes=job.processes)


def summarised(run: RunTally, baseline: RunTally) -> RunSummary:
    """The run, its per-person figures divided by the seed persons of the baseline's run in the same replication."""
    return RunSummary(
        measures=per_person(run.tally, baseline.tally.persons),
        books=run.books,
        series=run.series,
        digest=run.digest,
        events=run.events,
        seconds=run.seconds,
        seed_persons=run.seed_persons,
    )


def related(summary: RunSummary, baseline: RunSummary) -> RunSummary:
    """The summary with the measures against the baseline of the same replication."""
    measures = summary.measures
    against = against_baseline(measures.values, baseline.measures.values)
    values = {**measures.values, **where_spend_rose(against)}
    return replace(summary, measures=replace(measures, values=values, ratios={**measures.ratios, **against}))


def compared(runs: Sequence[RunTally], baseline: Sequence[RunTally]) -> list[RunSummary]:
    """One policy's runs beside the baseline's, replication by replication."""
    return [
        related(summarised(run, reference), summarised(reference, reference))
        for run, reference in zip(runs, baseline, strict=True)
    ]


def outcome_of(policy: str, segments: Sequence[str], runs: Sequence[RunSummary]) -> PolicyOutcome:
    """One policy's runs, in the order of replications, as arrays over replications."""
    measures = [run.measures for run in runs]
    digests = tuple(run.digest for run in runs)
    return PolicyOutcome(
        name=policy,
        digest=digest_over(digests),
        digests=digests,
        events=tuple(run.events for run in runs),
        seconds=tuple(run.seconds for run in runs),
        seed_persons=tuple(run.seed_persons for run in runs),
        values=_arrays([one.values for one in measures]),
        by_segment={name: _arrays([one.by_segment[k] for one in measures]) for k, name in enumerate(segments)},
        ratios={
            name: np.array([one.ratios[name] for one in measures], dtype=np.float64).T for name in measures[0].ratios
        },
        series=tuple(run.series for run in runs),
        stages=np.array([one.stages for one in measures], dtype=np.int64),
        rungs=np.array([one.rungs for one in measures], dtype=np.int64),
        books=tuple(run.books for run in runs),
    )


def _arrays(rows: Sequence[Mapping[str, float]]) -> dict[str, FloatArray]:
    return {name: np.array([row[name] for row in rows], dtype=np.float64) for name in rows[0]}
