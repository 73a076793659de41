"""Running all policies in the worlds that a scenario holds possible."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.errors import CapError, Fault, ScenarioError, UsageError
from equitysim.measures.registry import MEASURES, PER_PERSON, units
from equitysim.plan import Plan
from equitysim.scenario.lower import common_share, counted_people, expected_seed_persons, lower, sample_from
from equitysim.scenario.numbers import in_words
from equitysim.scenario.schema import Scenario
from equitysim.scenario.uncertain import Column, Uncertain, Uncertainties, uncertainties
from equitysim.scenario.worlds import Ground, ground
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.unknowns import Asked, Design, Question, Worlds
from equitysim.statistics.worlds import analysed
from equitysim.study.engine import checked_replications, checked_seed, engine_named
from equitysim.study.executors import InOrder
from equitysim.study.gather import Job, Task, compared, perform
from equitysim.study.runs import DEFAULT_SEED
from equitysim.study.scope import Scope, policies_of, scope_of
from equitysim.study.watch import NO_WATCH, Progress, Watch

DEFAULT_WORLDS = 64
"""A power of two, for Sobol points; docs/unknowns.md says what it costs and how far its figures can be trusted."""

DEFAULT_REPLICATIONS = 4
"""More than one, so that the simulation's noise can be told from what is not known; docs/unknowns.md says how far."""

PERSONS = 2_000
"""Seed persons simulated in each run, unless the scenario has fewer, or so few would not stand for the firm."""

_SAMPLING = 0x736F626F


class WorldTask(NamedTuple):
    """All policies of one world, to be run by anybody: picklable."""

    job: Job
    plans: Mapping[str, Plan]
    baseline: str
    measure: str
    replications: int

    def __str__(self) -> str:
        return f"a world under {len(self.plans)} policies"


@dataclass(frozen=True)
class Sized:
    """How runs are made: by which job, how often, for which share of the people."""

    job: Job
    replications: int
    share: float
    policies: tuple[str, ...]
    baseline: str
    measure: str

    def task(self, world: Scenario) -> WorldTask:
        """All policies in one world."""
        sample = sample_from(world, self.share)
        plans = {name: lower(world, name, customers=sample) for name in self.policies}
        return WorldTask(self.job, plans, self.baseline, self.measure, self.replications)


def simulated(task: WorldTask) -> FloatArray:
    """The decision measure of replications × policies. In all worlds a replication has the same luck."""
    each = range(task.replications)
    done = {name: [perform(Task(task.job, plan, n)) for n in each] for name, plan in task.plans.items()}
    kept = [compared(runs, done[task.baseline]) for runs in done.values()]
    return np.array([[run.measures.values[task.measure] for run in runs] for runs in kept], dtype=np.float64).T


def sized(
    scenario: Scenario, scope: Scope, *, replications: int, seed: int, customers: int | None, engine: str
) -> Sized:
    """Runs of about ``customers`` people, as ``lower.sample_of`` counts them, or of :data:`PERSONS`; of all if the
    scenario has fewer."""
    share = PERSONS / max(expected_seed_persons(scenario), 1.0)
    if customers is not None:
        share = customers / max(counted_people(scenario), 1.0)
    job = Job(engine_named(engine), checked_seed(seed))
    return Sized(
        job=job,
        replications=checked_replications(replications),
        share=min(share, 1.0),
        policies=policies_of(scope),
        baseline=scope.baseline,
        measure=scope.measure,
    )


Anchor = Mapping[str, npt.ArrayLike]
"""The level of every policy in the scenario as written, with its error: its replications in the decision measure, the
same for all policies. A single number is known exactly."""


def anchor_of(comparison: Comparison) -> dict[str, FloatArray]:
    """What a comparison found, for :func:`worlds` and ``meter`` to stand on."""
    measure = comparison.context.measure
    return {outcome.name: outcome.sample(measure) for outcome in comparison.policies}


def question_of(scope: Scope) -> Question:
    """What the scenario decides by."""
    unit = units(scope.currency)[scope.measure]
    measure = MEASURES[scope.measure]
    better = -1 if measure.better < 0 else 1
    return Question(scope.measure, unit, better, scope.baseline, measure.unit == PER_PERSON, scope.confidence)


def worlds(
    scenario: Scenario,
    *,
    count: int = DEFAULT_WORLDS,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    customers: int | None = None,
    engine: str = "auto",
    anchor: Anchor | None = None,
    in_order: InOrder = map,
    watch: Watch = NO_WATCH,
) -> Worlds | None:
    """Run all policies in ``count`` worlds, or in as many rows of the scenario's draws as there are, if fewer.

    Every world has the same seed and replications, so the same luck: worlds differ in the unknowns alone. ``anchor``:
    each policy's level in the scenario as written (:func:`anchor_of`); worlds then tell how far each policy moves
    from there, which leaves out the luck that all of them share. ``customers``: about how many people to simulate in
    each run, 2 000 or the scenario's own if not stated; more where so few would not stand for the firm in every world.
    None if nothing is uncertain, or if fewer than two policies have a value in every world. Raises
    ``errors.UsageError`` for a count that is no power of two or below 4,
    ``errors.ScenarioError`` for a world that makes no sense, and like ``runs.compare``.
    """
    unknown = known_unknowns(scenario)
    if not unknown.ranges and not unknown.draws:
        return None
    watch.stage("worlds")
    scope = scope_of(scenario)
    runs = sized(scenario, scope, replications=replications, seed=seed, customers=customers, engine=engine)
    method, asked = _drawn(unknown, _checked_count(count), runs.job.seed)
    base = ground(scenario)
    everywhere = [base.world([]), *_made(base, unknown, asked)]
    runs = replace(runs, share=common_share(everywhere, runs.share))
    tasks = [runs.task(world) for world in everywhere]
    found = values_of(tasks, in_order, watch.progress)
    names = tuple(tasks[0].plans)
    persons = expected_seed_persons(scenario)
    plan = tasks[0].plans[scope.baseline]
    design = Design(
        worlds=len(tasks) - 1,
        replications=replications,
        seed=seed,
        engine=runs.job.engine,
        method=method,
        rows=unknown.rows,
        persons=persons / plan.scale,
        scale=plan.scale,
        population=persons,
        anchored=anchor is not None,
    )
    return analysed(levelled(found[1:], found[0], names, anchor), names, asked, question_of(scope), design)


def known_unknowns(scenario: Scenario) -> Uncertainties:
    """What is not known. A scenario that was not read from a file was not checked before: raises
    ``errors.ScenarioError``."""
    unknown = uncertainties(scenario)
    if unknown.faults:
        raise ScenarioError(tuple(_fault(scenario, *found[:3]) for found in unknown.faults))
    return unknown


def _fault(scenario: Scenario, place: tuple[str | int, ...], message: str, hint: str) -> Fault:
    return Fault(scenario.file or scenario.name, 1, 1, ".".join(map(str, place)), message, hint)


MOST_WORLDS = 16_384
"""Each is run under every policy; more say nothing that a share of worlds shows."""


def _checked_count(count: int) -> int:
    if count > MOST_WORLDS:
        raise CapError(f"{count} worlds are more than the cap of {MOST_WORLDS}: ask for fewer")
    if count < 4 or count & (count - 1):
        raise UsageError(
            f"the number of worlds must be a power of two from 4 on, such as {DEFAULT_WORLDS}, not {count}"
        )
    return count


def levelled(found: list[FloatArray], base: FloatArray, names: tuple[str, ...], anchor: Anchor | None) -> FloatArray:
    """Worlds × replications × policies; with an anchor, moved by what the scenario as written lies off it in the same
    replication, policy by policy. The anchor's own error is among the replications."""
    runs = np.stack(found)
    if anchor is None:
        return runs
    stated = stated_in(anchor, names)
    moved: FloatArray = runs - base + stated.mean(axis=0) + spread_over(stated, runs.shape[1])
    return moved


def stated_in(anchor: Anchor, names: Sequence[str]) -> FloatArray:
    """Replications × policies of what is written."""
    return np.stack([np.atleast_1d(np.asarray(anchor[name], dtype=float)) for name in names], axis=1)


def spread_over(stated: FloatArray, count: int) -> FloatArray:
    """Deviations from their mean over so many replications, whose mean has the error that the mean of ``stated``
    (replications × policies) has: means of batches. Where there are fewer replications than ``count`` each is a batch,
    and made larger by as much as the missing ones make the error smaller. None where one replication tells no error.
    """
    batches = min(len(stated), count)
    deviations = np.zeros((count, stated.shape[1]))
    if batches > 1:
        means = np.stack([batch.mean(axis=0) for batch in np.array_split(stated, batches)])
        share = math.sqrt(count * (count - 1) / (batches * (batches - 1)))
        deviations[:batches] = share * (means - means.mean(axis=0))
    return deviations


def values_of(tasks: list[WorldTask], in_order: InOrder, progress: Progress = NO_WATCH.progress) -> list[FloatArray]:
    """The decision measure of every task, in their order."""
    sizes = [task.replications * len(task.plans) for task in tasks]
    found = []
    for values in in_order(simulated, tasks):
        found.append(values)
        progress(sum(sizes[: len(found)]), sum(sizes))
    return found


def _drawn(unknown: Uncertainties, count: int, seed: int) -> tuple[str, tuple[Asked, ...]]:
    """How worlds were drawn, and all unknowns in them.

    Sobol points, scrambled, where there are ranges only. Beside rows of draws, whose order may mean something, Latin
    hypercubes: their order is random. Rows in excess are left out evenly.
    """
    if not unknown.draws:
        return "sobol", tuple(_ranged(unknown, _points("sobol", count, len(unknown.ranges), seed)))
    rows = np.unique(np.linspace(0, unknown.rows - 1, min(count, unknown.rows)).round().astype(np.int64)).tolist()
    columns = tuple(_rowed(column, rows) for column in unknown.draws)
    if not unknown.ranges:
        return "rows", columns
    points = _points("latin hypercube", len(rows), len(unknown.ranges), seed)
    return "latin hypercube", (*_ranged(unknown, points), *columns)


def _points(method: str, count: int, width: int, seed: int) -> FloatArray:
    """Points of the unit cube: count × width. A stream of its own: the worlds are the same whatever is simulated."""
    from scipy.stats import qmc

    generator = np.random.default_rng((seed, _SAMPLING))
    sampler: Any = qmc.Sobol(width, rng=generator) if method == "sobol" else qmc.LatinHypercube(width, rng=generator)
    points: FloatArray = sampler.random(count)
    return points


def _ranged(unknown: Uncertainties, points: FloatArray) -> Iterator[Asked]:
    for k, found in enumerate(unknown.ranges):
        texts = tuple(found.text_of(found.distribution.quantile(chance)) for chance in points[:, k].tolist())
        yield _asked(found, texts)


def _asked(found: Uncertain, texts: tuple[str, ...]) -> Asked:
    """Sizes as the texts have them: whole numbers are whole."""
    quantity = found.number.quantity
    sizes = np.array([_size(quantity.read(text)) for text in texts], dtype=np.float64)
    return Asked(found.path, found.number.unit, sizes, texts, lambda size: in_words(quantity, found.shown, size))


def _size(value: Any) -> float:
    return float(value[0] if isinstance(value, tuple) else value)


def _rowed(column: Column, rows: list[int]) -> Asked:
    quantity, texts = column.number.quantity, tuple(column.texts[row] for row in rows)
    sizes = np.array([column.sizes[row] for row in rows], dtype=np.float64)
    return Asked(column.path, column.number.unit, sizes, texts, lambda size: in_words(quantity, texts[0], size))


def _made(base: Ground, unknown: Uncertainties, asked: tuple[Asked, ...]) -> Iterator[Scenario]:
    numbers: tuple[Uncertain | Column, ...] = (*unknown.ranges, *unknown.draws)
    for world in range(len(asked[0].sizes)):
        values = [(found.number.place, one.texts[world]) for found, one in zip(numbers, asked, strict=True)]
        try:
            made = base.world(values)
        except ScenarioError as error:
            reason = "; ".join(f"{fault.path}: {fault.message}" for fault in error.faults[:2])
            said = ", ".join(f"{one.path} {one.texts[world]}" for one in asked[:4])
            message = f"the world with {said} makes no sense: {reason}"
            raise ScenarioError(
                (Fault(base.file or "(scenario)", 1, 1, "uncertain", message, "narrow the ranges"),)
            ) from None
        yield made
