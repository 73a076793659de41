"""Runs reduced to what a study keeps, so that no run's customers outlive it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from equitysim.measures.values import Denominators, RunMeasures, against_baseline, denominators_of, measure
from equitysim.plan import Plan
from equitysim.result import Result
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.outcome import PolicyOutcome, digest_over
from equitysim.study.engine import Process, simulate


class Record(Protocol):
    """Takes each run as it ends, before its customers are forgotten; ``log`` says what the engine is to log for it."""

    @property
    def log(self) -> int | None:
        """None, ``result.EVERYONE`` or an identity (``engines.contract``)."""
        ...

    @property
    def undiscounted(self) -> bool:
        """Whether it also wants each customer's money as paid."""
        ...

    def __call__(self, result: Result, plan: Plan, undiscounted: Result | None) -> None:
        """Take one run, and its twin without discounting if it wants one."""
        ...


@dataclass(frozen=True)
class Job:
    """How runs are made: by which engine and seed, who else takes them, and a researcher's own processes."""

    engine: str
    seed: int
    record: Record | None = None
    processes: Sequence[Process] = ()

    def simulate(self, plan: Plan, replication: int) -> Result:
        """One replication of a plan, recorded."""
        log = None if self.record is None else self.record.log
        result = simulate(self.engine, plan, self.seed, replication, log=log, processes=self.processes)
        if self.record is not None:
            self.record(result, plan, self._undiscounted(plan, replication) if self.record.undiscounted else None)
        return result

    def _undiscounted(self, plan: Plan, replication: int) -> Result:
        """The same run again with money as paid: discounting decides nothing, so customers need not carry both sums."""
        as_paid = plan._replace(parameters=plan.parameters._replace(discount=0.0))
        return simulate(self.engine, as_paid, self.seed, replication, processes=self.processes)


@dataclass(frozen=True)
class RunSummary:
    """What is kept of one run."""

    measures: RunMeasures
    series: npt.NDArray[np.void]
    digest: str
    events: int
    seconds: float
    seed_persons: int


def summarised(result: Result, plan: Plan, denominators: Denominators) -> RunSummary:
    """The run without its customers."""
    return RunSummary(
        measures=measure(result, plan, denominators),
        series=result.series,
        digest=result.digest,
        events=result.events,
        seconds=result.seconds,
        seed_persons=result.seed_persons,
    )


def related(summary: RunSummary, baseline: RunSummary) -> RunSummary:
    """The summary with the measures against the baseline of the same replication."""
    values = {**summary.measures.values, **against_baseline(summary.measures.values, baseline.measures.values)}
    return replace(summary, measures=replace(summary.measures, values=values))


def replication_of(
    job: Job, plans: Mapping[str, Plan], baseline: str, replication: int
) -> Iterator[tuple[str, RunSummary]]:
    """The runs of one replication, the baseline's first: its seed persons are the denominators of all."""
    denominators, reference = _baseline(job, plans[baseline], replication)
    yield baseline, reference
    for name, plan in plans.items():
        if name != baseline:
            yield name, related(summarised(job.simulate(plan, replication), plan, denominators), reference)


def _baseline(job: Job, plan: Plan, replication: int) -> tuple[Denominators, RunSummary]:
    result = job.simulate(plan, replication)
    denominators = denominators_of(result, plan)
    return denominators, summarised(result, plan, denominators)


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
        series=tuple(run.series for run in runs),
        stages=np.array([one.stages for one in measures], dtype=np.int64),
        rungs=np.array([one.rungs for one in measures], dtype=np.int64),
    )


def _arrays(rows: Sequence[Mapping[str, float]]) -> dict[str, FloatArray]:
    return {name: np.array([row[name] for row in rows], dtype=np.float64) for name in rows[0]}
