"""Optimising: the best setting of a study's levers for a budget, over the same store as its sweep.

A search tries settings, each in the same replications; the best of them that are within the budget go into a selection
with fresh replications, whose confidence therefore owes nothing to the luck of the search. The search is repeated from
its beginning whenever the command is, and finds in the store what was run before: so it goes on after any interruption
as if there had been none.
"""

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from equitysim.arguments import File, Real, Whole, refused, whole
from equitysim.digits import thousands
from equitysim.errors import UsageError
from equitysim.measures.files import output_folder
from equitysim.measures.registry import MEASURES, units
from equitysim.scenario import write
from equitysim.scenario.load import Settings, Source
from equitysim.scenario.margins import size_of
from equitysim.scenario.values import text_of
from equitysim.statistics.intervals import UNDEFINED, FloatArray, paired, t_interval
from equitysim.statistics.kim_nelson import FIRST_STAGE, Race, race
from equitysim.statistics.money import undominated
from equitysim.statistics.optimum import (
    TABLES,
    Candidate,
    Ending,
    FailedRun,
    Fate,
    Finalist,
    Goal,
    Optimum,
    StudyInfo,
)
from equitysim.statistics.outcome import ScenarioInfo
from equitysim.statistics.selection import CAP
from equitysim.study.engine import engine_named, provenance
from equitysim.study.machines.named import machines_for
from equitysim.study.optima.bench import Bench, Measured, mean_of
from equitysim.study.optima.choices import Chosen, Space, levers_of, space_of
from equitysim.study.optima.search import Score, Tried, needs_optuna, searched
from equitysim.study.output import commented, write_study
from equitysim.study.sweep import crew_for, crew_size, folder_of, overridden, setting_of
from equitysim.study.sweeps.coordinate import Crew, Foresight, Works
from equitysim.study.sweeps.identity import document_of, identity_of
from equitysim.study.sweeps.lock import only_one
from equitysim.study.sweeps.mend import opened
from equitysim.study.sweeps.points import told
from equitysim.study.sweeps.reading import load_study
from equitysim.study.sweeps.records import Origin
from equitysim.study.sweeps.store import NAME
from equitysim.study.sweeps.study import Aim, Study
from equitysim.study.watch import NO_WATCH, Watch, checked_watch
from equitysim.units import UnitError
from equitysim.units import number as number_in

MOST_TRIALS = 10_000

STEP = 10
"""Replications by which the selection goes on, so that workers have something to share."""


def optimise(
    study: Source,
    *,
    out: File | None = None,
    budget: Real | str | None = None,
    trials: Whole | None = None,
    replications: Whole | None = None,
    seed: Whole | None = None,
    customers: Whole | None = None,
    engine: str = "auto",
    layers: Sequence[Source] = (),
    settings: Settings | None = None,
    workers: Whole | None = 1,
    executor: str = "processes",
    watch: Watch = NO_WATCH,
) -> Optimum:
    """Find the best setting of a study's levers.

    ``study``: as for ``sweep``; its levers are what there is to choose, besides the policy. ``budget``: most that may
    be spent, as the measure ``spend`` in all, in place of the file's; ``trials``: settings to try, likewise. The others
    are as for ``sweep``, and so is the store, which both may share. Needs the extra ``optimise``.
    Raises ``errors.UsageError`` without it, and where the scenario does not say which differences matter; else like
    ``sweep``. Whatever ends it, the same call goes on from there.
    """
    needs_optuna()
    asked, machines = overridden(replications, seed, customers), machines_for(executor, workers)
    name, folder = engine_named(engine), folder_of(study, out)
    crew_size(workers)
    checked_watch(watch)
    most = None if budget is None else _money(budget)
    count = None if trials is None else whole("trials", trials, 1, MOST_TRIALS)
    read = load_study(study, layers=layers, settings=settings, overrides=asked, purpose="optimise", warned=watch.warned)
    aim = _aimed(read, most, count)
    goal = _goal(read, aim)
    with output_folder(folder), crew_for(read, name, machines, workers, watch) as crew:
        return optimised(read, aim, goal, folder, name, crew, watch)


def _aimed(study: Study, budget: float | None, trials: int | None) -> Aim:
    if study.aim is None:
        raise ValueError("a study that was read for its design only cannot be optimised")
    aim = study.aim
    if trials is not None:
        aim = aim._replace(trials=trials)
    return aim if budget is None else aim._replace(budget=budget)


def _money(budget: Real | str) -> float:
    """Raises ``errors.UsageError`` for what is no amount of money from 0."""
    try:
        amount = number_in(text_of(budget))
    except UnitError as error:
        raise UsageError(f"the budget {error.message}; {error.hint}") from error
    if isinstance(budget, str) and (doubt := thousands(budget)):
        raise UsageError(f"the budget '{budget}' may mean thousands; {doubt}")
    if not 0.0 <= amount < math.inf:
        raise refused("budget", "an amount of money from 0", budget)
    return amount


def _goal(study: Study, aim: Aim) -> Goal:
    """What is looked for. Raises ``errors.UsageError`` where that is nothing a selection could be sure of."""
    decided = study.scenario.compare
    measure = MEASURES[decided.measure]
    if measure.against_baseline or not measure.better:
        kind = "is made of differences to the baseline" if measure.against_baseline else "is neither better nor worse"
        raise UsageError(f"compare.measure {measure.name} {kind}, so no setting is best by it; name another measure")
    unit = units(study.scenario.currency)[measure.name]
    zone = size_of(decided.matters, decided.measure, study.scenario)
    if not zone > 0.0:
        raise UsageError(
            f"optimise has to know which differences in {measure.label} do not matter, or it could never be sure: "
            f"state compare.matters in the scenario (in {unit}), or add --set compare.matters=…"
        )
    return Goal(
        measure=measure.name,
        unit=unit,
        better=measure.better,
        zone=zone,
        confidence=decided.confidence,
        currency=study.scenario.currency,
        horizon_days=study.scenario.horizon,
        budget=aim.budget,
        trials=aim.trials,
        replications=study.replications,
        first_stage=FIRST_STAGE,
        cap=CAP,
        free=aim.free,
    )


def optimised(study: Study, aim: Aim, goal: Goal, folder: Path, engine: str, crew: Crew, watch: Watch) -> Optimum:
    """Optimise a study that was read, and write its tables. ``folder`` is there. Raises like :func:`optimise`."""
    identity = identity_of(study)
    resolved = write.resolved(study.scenario)
    origin = Origin(**provenance()._asdict(), engine=engine, scenario=study.scenario.hash)
    space = space_of(study, aim)
    with only_one(folder):
        store, said = opened(folder / NAME, identity, (), origin)
        with store:
            if said:
                watch.said(said)
            store.join(document_of(study, identity))
            works = Works(store, setting_of(study, engine), store.computed_by(origin, resolved), crew)
            bench = Bench(study, space, works, crew.prepare)
            tried = _search(study, goal, space, bench, watch)
            done = _selected(study, goal, bench, tried, watch, _Where(folder, engine, aim.finalists))
            write_study(folder, {name: (done.table(name),) for name in TABLES}, _heading(done) + resolved)
    return done


def _search(study: Study, goal: Goal, space: Space, bench: Bench, watch: Watch) -> list[Chosen]:
    """Everything that was tried, in that order."""
    as_it_is = [space.as_it_is(policy) for policy in study.policies]
    numbers = range(goal.replications)
    total = len(as_it_is) + goal.trials
    watch.stage("search")
    watch.foreseen(Foresight(study, total * goal.replications, 0, 0))
    tried = 0

    def scores(asked: Sequence[Chosen]) -> list[Score]:
        nonlocal tried
        found = [_score(several, goal) for several in bench.measured(asked, numbers)]
        tried += len(asked)
        watch.progress(tried, total)
        return found

    known: Tried = dict(zip(as_it_is, scores(as_it_is), strict=True))
    if bench.pace.run_seconds > 0.0:
        expected = goal.trials * goal.replications * bench.pace.run_seconds
        watch.expected(expected, bench.workers, "the first runs")
    return list(searched(space, known, scores, goal.trials, study.seed, goal.budget))


def _score(several: Sequence[Measured], goal: Goal) -> Score:
    mean = mean_of(several)
    return Score(goal.better * mean.value, mean.spend)


class _Where(NamedTuple):
    folder: Path
    engine: str
    finalists: int


def _selected(study: Study, goal: Goal, bench: Bench, tried: Sequence[Chosen], watch: Watch, where: _Where) -> Optimum:
    """Who of the finalists is selected, and everything there is to say."""
    numbers = range(goal.replications)
    own = bench.measured([bench.reference], numbers)[0]
    candidates = _candidates(goal, study, tried, bench.measured(tried, numbers), own)
    chosen = _finalists(goal, candidates, where.finalists)
    runs, result = _raced(goal, bench, [tried[one.number] for one in chosen], watch)
    fresh = range(goal.replications, goal.replications + len(runs))
    reference = candidates[tried.index(bench.reference)]
    if len(runs):
        own = bench.measured([bench.reference], fresh)[0]
        # over the replications that the selection looked at, as the figures of whoever is in to the end
        looked = own if result is None else own[: result.replications]
        reference = _with_figures(reference, looked, looked, goal.confidence)
    finalists = tuple(
        _finalist(one, place, chosen, [row[place] for row in runs], own, result, goal)
        for place, one in enumerate(chosen)
    )
    best = None if result is None or result.best is None else finalists[result.best]
    return Optimum(
        study=StudyInfo(study.name, study.file, study.hash),
        scenario=ScenarioInfo(study.scenario.name, study.scenario.file, study.scenario.hash),
        folder=where.folder,
        engine=where.engine,
        seed=study.seed,
        customers=study.customers,
        goal=goal,
        baseline=study.scenario.baseline,
        levers=tuple(factor.path for factor in levers_of(study)),
        uses=bench.space.uses,
        candidates=tuple(candidates),
        reference=reference,
        finalists=finalists,
        ending=_ending(result, finalists),
        best=best,
        runs=len(bench.rows),
        failures=tuple(
            FailedRun(row.key.policy, told(study.paths, point.values), row.key.replication, row.error)
            for point, row in bench.failures()
        ),
        digest=_digest(bench),
        provenance=provenance(),
    )


def _candidates(
    goal: Goal, study: Study, tried: Sequence[Chosen], measured: Sequence[Sequence[Measured]], own: Sequence[Measured]
) -> list[Candidate]:
    means = [mean_of(several) for several in measured]
    efficient = undominated([(mean.spend, goal.better * mean.value) for mean in means])
    found = []
    for number, (chosen, several, mean, among) in enumerate(zip(tried, measured, means, efficient, strict=True)):
        empty = t_interval([])
        one = Candidate(
            number=number,
            policy=chosen.policy,
            levers=chosen.levers,
            value=empty,
            difference=empty,
            spend=empty,
            failed=sum(math.isnan(run.value + run.spend) for run in several),
            feasible=not math.isnan(mean.value) and mean.spend <= (math.inf if goal.budget is None else goal.budget),
            efficient=among,
            as_it_is=number < len(study.policies),
        )
        found.append(one if one.failed else _with_figures(one, several, own, goal.confidence))
    return found


def _with_figures(one: Candidate, several: Sequence[Measured], own: Sequence[Measured], confidence: float) -> Candidate:
    values, spends = [run.value for run in several], [run.spend for run in several]
    return one._replace(
        value=t_interval(values, confidence),
        difference=paired(values, [run.value for run in own], confidence),
        spend=t_interval(spends, confidence),
    )


def _finalists(goal: Goal, candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """The best of those within the budget; of equal ones the first that was tried."""
    feasible = [one for one in candidates if one.feasible]
    return sorted(feasible, key=lambda one: -goal.better * one.value.mean)[:most]


def _raced(
    goal: Goal, bench: Bench, chosen: Sequence[Chosen], watch: Watch
) -> tuple[list[list[Measured | None]], Race | None]:
    """Fresh replications of the finalists (None where one was out before) and how the selection among them stands at
    the end. The baseline as it is runs along."""
    if not chosen:
        return [], None
    watch.stage("finalists")
    runs: list[list[Measured | None]] = []
    left: Sequence[int] = range(len(chosen))
    while True:
        count = goal.first_stage if not runs else min(STEP, goal.cap - len(runs))
        numbers = range(goal.replications + len(runs), goal.replications + len(runs) + count)
        found = bench.measured([chosen[place] for place in left], numbers)
        for number in range(count):
            row: list[Measured | None] = [None] * len(chosen)
            for place, several in zip(left, found, strict=True):
                row[place] = several[number]
            runs.append(row)
        stands = race(_values(runs, goal), goal.zone, goal.confidence, goal.first_stage)
        watch.progress(len(runs), max(len(runs), min(goal.cap, stands.longest)))
        if stands.ended or not stands.left or len(runs) >= goal.cap:
            return runs, stands
        left = stands.left


def _values(runs: Sequence[Sequence[Measured | None]], goal: Goal) -> FloatArray:
    return np.array([[UNDEFINED if one is None else goal.better * one.value for one in row] for row in runs])


def _finalist(
    one: Candidate,
    place: int,
    chosen: Sequence[Candidate],
    runs: Sequence[Measured | None],
    own: Sequence[Measured],
    result: Race | None,
    goal: Goal,
) -> Finalist:
    out = None if result is None else result.out.get(place)
    count = out.after if out is not None else (0 if result is None else result.replications)
    several = [run for run in runs[:count] if run is not None]
    figures = _with_figures(one, several, own[: len(several)], goal.confidence)
    return Finalist(
        candidate=one,
        value=figures.value,
        difference=figures.difference,
        spend=figures.spend,
        replications=count,
        fate=_fate(place, result),
        by=None if out is None or out.by is None else chosen[out.by].number,
    )


def _fate(place: int, result: Race | None) -> Fate:
    if result is not None and place in result.out:
        return "failed" if result.out[place].by is None else "eliminated"
    if result is None or not result.ended:
        return "remains"
    return "selected" if place == result.best else "eliminated"


def _ending(result: Race | None, finalists: Sequence[Finalist]) -> Ending:
    if result is None or result.best is None:
        return "none within the budget"
    if not result.ended:
        return "undecided"
    contested = sum(one.fate != "failed" for one in finalists)
    return "selected" if contested > 1 else "only one"


def _digest(bench: Bench) -> str:
    whole = hashlib.sha256()
    for _, row in sorted(bench.rows.items()):
        whole.update(row.result())
    return whole.hexdigest()


def _heading(done: Optimum) -> str:
    """Where the results beside the resolved scenario come from, as YAML comments."""
    computed, goal = done.provenance, done.goal
    budget = "no budget" if goal.budget is None else f"budget {goal.budget} {goal.currency}"
    return commented(
        f"The scenario of the study {done.study.file}; SHA-256 of its content {done.scenario.hash}",
        "What was tried is in candidates.csv and levers.csv",
        f"Computed by equitysim {computed.equitysim}, engine {done.engine}, seed {done.seed}, {goal.trials} trials of "
        f"{goal.replications} replications, {budget}",
        f"Draws {computed.scheme}; Python {computed.python}, NumPy {computed.numpy}, {computed.platform}; "
        f"source files {computed.sources}",
    )
