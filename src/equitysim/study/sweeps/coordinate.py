"""Running what is missing of a study: in which order, in which portions, and what becomes of the results."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from equitysim.study.executors import DEATHS, Quarantine
from equitysim.study.sweeps.records import Key, RunRow
from equitysim.study.sweeps.store import Store
from equitysim.study.sweeps.study import Study
from equitysim.study.sweeps.tasks import BASELINE_FAILED, Batch, Outcome, Reference, Setting, Unit, failed, perform
from equitysim.study.watch import Watch

TARGET_SECONDS = 0.5
"""What a batch takes: long beside the milliseconds of handing it over, short beside a sweep."""

Outcomes = tuple[Outcome, ...]

LARGEST_BATCH = 200

NEW: Mapping[Key, int] = MappingProxyType({})
"""Of runs that were never begun."""

PORTIONS = 8
"""A batch is at most such a part of what is left for a worker, so that all end together."""

InOrder = Callable[[Callable[[Batch], Outcomes], Iterable[Batch], Quarantine[Batch, Outcomes]], Iterator[Outcomes]]
"""Runs batches, and gives back what came of each, in their order."""


class Crew(NamedTuple):
    """Who runs batches: how, how many at a time, and what loads and compiles everything before the first."""

    in_order: InOrder
    workers: int
    prepare: Callable[[], object] = lambda: None


class Works(NamedTuple):
    """Where runs are run and kept: the store, what all runs share, with what they are computed, and who runs them."""

    store: Store
    setting: Setting
    origin: bytes
    crew: Crew


class Foresight(NamedTuple):
    """What is known before a sweep starts.

    ``runs``: points × policies × replications; ``stored``: those of them that are done; ``again``: those that failed
    before and are tried again.
    """

    study: Study
    runs: int
    stored: int
    again: int


class Pace:
    """How long units and runs take, by those that are done. The first batch of every worker is not counted, since
    loading compiled code is part of it."""

    def __init__(self, workers: int) -> None:
        self._loading = workers if workers > 1 else 0
        self._units = 0
        self._runs = 0
        self._seconds = 0.0

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Learn from a batch."""
        if self._loading:
            self._loading -= 1
            return
        self._units += len({(run.key.point, run.key.replication) for run in outcomes})
        self._runs += len(outcomes)
        self._seconds += math.fsum(run.seconds for run in outcomes)

    @property
    def run_seconds(self) -> float:
        """What a run takes; 0 while nothing is known."""
        return self._seconds / self._runs if self._runs else 0.0

    def fitting(self, left: int, workers: int) -> int:
        """How many units make a batch, with so many left."""
        if self._seconds == 0.0:
            return 1
        wished = math.ceil(TARGET_SECONDS * self._units / self._seconds)
        return max(1, min(wished, LARGEST_BATCH, left // (PORTIONS * workers)))


def run_count(study: Study) -> int:
    """How many runs a study has."""
    return len(study.order) * len(study.policies) * study.replications


def run_missing(study: Study, works: Works, watch: Watch) -> None:
    """Run and store what is missing. What is stored stays, whatever ends this."""
    watch.stage("sweep")
    total = run_count(study)
    before = works.store.progress(study.replications, study.policies)
    watch.foreseen(Foresight(study, total, before.done, before.failed))
    missing = total - before.done
    if not missing:
        return
    works.crew.prepare()
    if before.done:
        watch.expected(missing * before.seconds, works.crew.workers, "the runs that are stored")
    pace, done, begun = Pace(works.crew.workers), before.done, dict[Key, int]()
    estimated = before.done > 0
    units = missing_units(study, works.store, begun)
    for count in run_units(units, missing // len(study.policies), works, pace, begun):
        done += count
        if not estimated and pace.run_seconds > 0.0:
            estimated = True
            watch.expected((total - done) * pace.run_seconds, works.crew.workers, "the first runs")
        watch.progress(done, total)


def run_units(
    units: Iterator[Unit], left: int, works: Works, pace: Pace, begun: Mapping[Key, int] = NEW
) -> Iterator[int]:
    """Run and store units, and tell of every portion how many runs it had. ``left``: about how many units there are;
    ``begun``: how often runs were begun before."""
    for outcomes in performed(units, left, works, pace):
        pace.add(outcomes)
        works.store.add(row_of(outcome, begun.get(outcome.key, 0), works.origin) for outcome in outcomes)
        yield len(outcomes)


def performed(units: Iterator[Unit], left: int, works: Works, pace: Pace) -> Iterator[Outcomes]:
    """What comes of units. Batches that kill their workers are taken apart, each run alone: the baseline's first,
    since the others need it."""
    store, setting, _, crew = works
    infirmary = Infirmary(setting)
    several = batches(units, setting, pace, left, crew.workers)
    yield from crew.in_order(perform, several, infirmary)
    alone, infirmary.alone = infirmary.alone, []
    yield from crew.in_order(perform, iter(alone), infirmary)
    dependent = [_with_reference(store, setting, unit) for unit in infirmary.dependent]
    yield tuple(outcome for one in dependent if not isinstance(one, Batch) for outcome in one)
    yield from crew.in_order(perform, iter([one for one in dependent if isinstance(one, Batch)]), infirmary)


class Infirmary:
    """The quarantine of a sweep: a batch that was lost with two workers is taken apart, a run that was lost with three
    has failed."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.alone: list[Batch] = []
        self.dependent: list[Unit] = []

    def deaths(self, task: Batch) -> int:
        """With how many workers it was lost before."""
        return task.deaths

    def most(self, task: Batch) -> int:
        """A single run has one more chance."""
        return DEATHS if _is_single(task) else DEATHS - 1

    def given_up(self, task: Batch, cause: str) -> Outcomes:
        """A failed run, or nothing yet: its runs come later, each alone."""
        if _is_single(task):
            unit = task.units[0]
            said = f"worker processes died {DEATHS} times at it; {cause}"
            return (failed(Key(unit.point.key, unit.policies[0], unit.replication), said, DEATHS),)
        for unit in task.units:
            if self._setting.baseline in unit.policies:
                self.alone.append(self._single(unit, self._setting.baseline))
                others = (policy for policy in unit.policies if policy != self._setting.baseline)
                self.dependent += [unit._replace(policies=(policy,)) for policy in others]
            else:
                self.alone += [self._single(unit, policy) for policy in unit.policies]
        return ()

    def _single(self, unit: Unit, policy: str) -> Batch:
        return Batch(self._setting, (unit._replace(policies=(policy,)),), DEATHS - 1)


def _is_single(batch: Batch) -> bool:
    return len(batch.units) == 1 and len(batch.units[0].policies) == 1


def _with_reference(store: Store, setting: Setting, unit: Unit) -> Batch | Outcomes:
    """A policy's run, now that the baseline's is there, or its failure if that failed."""
    baseline = store.row(Key(unit.point.key, setting.baseline, unit.replication))
    if baseline.status == "failed":
        error = f"{BASELINE_FAILED}{baseline.error}"
        return (failed(Key(unit.point.key, unit.policies[0], unit.replication), error, DEATHS - 1),)
    return Batch(setting, (unit._replace(baseline=Reference(baseline.persons, baseline.measures)),), DEATHS - 1)


def missing_units(study: Study, store: Store, begun: dict[Key, int]) -> Iterator[Unit]:
    """What is to be run: replication by replication, point by point, all missing policies of a point together, since
    they share the baseline's run. Notes in ``begun`` how often a run that failed was begun."""
    baseline = study.scenario.baseline
    for replication in range(study.replications):
        stored = store.statuses(replication)
        for point in study.order:
            missing = []
            for policy in study.policies:
                status, attempts = stored.get((point.key, policy), ("", 0))
                if status != "done":
                    missing.append(policy)
                    if attempts:
                        begun[Key(point.key, policy, replication)] = attempts
            if missing:
                reference = None
                if baseline not in missing:
                    row = store.row(Key(point.key, baseline, replication))
                    reference = Reference(row.persons, row.measures)
                yield Unit(point, replication, tuple(missing), reference)


def batches(units: Iterator[Unit], setting: Setting, pace: Pace, left: int, workers: int) -> Iterator[Batch]:
    """The units in portions that take about as long as it pays."""
    while portion := tuple(islice(units, pace.fitting(left, workers))):
        left -= len(portion)
        yield Batch(setting, portion)


def row_of(outcome: Outcome, begun: int, origin: bytes) -> RunRow:
    """What is stored of a run. ``begun``: how often it was begun in earlier sweeps."""
    return RunRow(
        key=outcome.key,
        status=outcome.status,
        error=outcome.error,
        attempts=begun + outcome.attempts,
        seconds=outcome.seconds,
        events=outcome.events,
        seed_persons=outcome.seed_persons,
        origin=origin,
        digest=outcome.digest,
        measures=outcome.measures,
        persons=outcome.persons,
    )
