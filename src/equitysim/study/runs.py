"""Running one policy, or comparing all of them on the same customers."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Literal

from equitysim.arguments import Whole, whole
from equitysim.errors import UsageError
from equitysim.measures.registry import MEASURES, units
from equitysim.plan import Plan, Sample
from equitysim.scenario.load import checked
from equitysim.scenario.lower import lower, sample_of
from equitysim.scenario.schema import Scenario
from equitysim.statistics.comparison import Comparison, PolicyRun
from equitysim.statistics.outcome import Context
from equitysim.statistics.selection import CAP, FIRST_STAGE
from equitysim.statistics.verdict import replications_asked
from equitysim.study.engine import (
    Process,
    checked_customers,
    checked_replications,
    checked_seed,
    checked_workers,
    engine_named,
    name_of,
    own_processes,
    provenance,
    ready,
    refuse_to_keep,
)
from equitysim.study.executors import Workers
from equitysim.study.gather import (
    Job,
    Record,
    RunTally,
    Scribe,
    Task,
    outcome_of,
    perform,
    summarised,
)
from equitysim.study.kept import Kept
from equitysim.study.machines.hire import crew_on
from equitysim.study.machines.named import Kind, machines_for
from equitysim.study.scope import Scope, judged, known_policy, policies_of, scope_of
from equitysim.study.watch import NO_WATCH, Progress, Said, Watch, checked_watch

DEFAULT_REPLICATIONS = 10
AUTO: Final = "auto"
"""As many replications as the procedure of ``statistics.selection`` asks for."""

PROCESSES = Kind.PROCESSES.value
"""The executor where none is asked for."""

DEFAULT_SEED = 1
"""The seed where none is asked for: fixed, so that a command typed twice says the same."""


def run(
    scenario: Scenario,
    policy: str,
    *,
    replications: Whole = DEFAULT_REPLICATIONS,
    seed: Whole = DEFAULT_SEED,
    customers: Whole | None = None,
    engine: str = "auto",
    workers: Whole | None = 1,
    executor: str = PROCESSES,
    record: Record | None = None,
    watch: Watch = NO_WATCH,
    processes: Sequence[Process] = (),
) -> PolicyRun:
    """Run one policy.

    ``customers``: about how many people to simulate instead of all, as ``scenario.lower.sample_of`` counts them; totals
    are scaled back. More are simulated where so few would not decide like the firm: ``context.sample`` says why.
    ``workers``: on how many processes, 1 for this one, None for as many as there are cores if that saves time; the
    results are the same. More than 1 needs a script that guards its main part with ``if __name__ == "__main__":``,
    because every worker reads the script. ``executor``: ``processes`` of this machine, ``dask`` (so many workers of an
    own cluster on this machine), ``dask:ADDRESS`` (those of a cluster that is there) or ``mpi`` (docs/machines.md); the
    last two have as many workers as there are. ``watch`` is told how it goes.
    ``record`` takes the notes on every run of the policy. ``processes``: a researcher's own SimPy processes, which
    stay in this process. Where the policy switches sources the baseline runs too, because its seed persons are what
    per-person figures are divided by.
    Raises ``errors.UsageError`` for an unknown policy or engine, a seed that cannot be one, fewer than one
    replication or worker, ``errors.CapError`` where a run exceeds the scenario's caps, ``errors.WorkerError`` where
    workers die again and again, and where machines cannot be reached, leave or compute with something else.
    """
    scenario, customers = checked(scenario), checked_customers(customers)
    replications, processes = checked_replications(replications), own_processes(processes)
    scope = scope_of(scenario)
    policy = known_policy(scope, policy)
    sample = sample_of(scenario, customers)
    plan = lower(scenario, policy, customers=sample)
    reference = lower(scenario, scope.baseline, customers=sample)
    job = Job(engine_named(engine, processes), checked_seed(seed), _scribe(record), processes)
    plans = [plan] if plan.sources == reference.sources else [plan, reference]
    rounds = range(replications)
    refuse_to_keep(plans, replications)
    checked_watch(watch).stage("run")
    unrecorded = Job(job.engine, job.seed)
    tasks = [Task(job if each is plan else unrecorded, each, n) for n in rounds for each in plans]
    with crew_of(workers, job.engine, plans, executor=executor, said=watch.said, processes=processes) as crew:
        done = list(_performed(crew, tasks, watch.progress, record))
    own, baseline = done[:: len(plans)], done[len(plans) - 1 :: len(plans)]
    runs = [summarised(one, other) for one, other in zip(own, baseline, strict=True)]
    context = context_of(scope, plan, job, replications)
    return PolicyRun(context, outcome_of(policy, plan.names.segments, runs))


def compare(
    scenario: Scenario,
    *,
    replications: Whole | Literal["auto"] = AUTO,
    seed: Whole = DEFAULT_SEED,
    customers: Whole | Sample | None = None,
    engine: str = "auto",
    policies: Sequence[str] | None = None,
    workers: Whole | Workers | None = 1,
    executor: str = PROCESSES,
    record: Record | None = None,
    watch: Watch = NO_WATCH,
    processes: Sequence[Process] = (),
) -> Comparison:
    """Run all policies, or those named and the baseline, on the same customers.

    In one replication each customer meets the same luck under every policy (model §10). Replications go round all
    policies, so that an early look is a fair one. ``replications``: so many, or ``auto`` for a first stage and then as
    many as ``statistics.selection`` asks for, up to its cap. ``workers``: as in :func:`run`, or a crew already hired.
    ``processes``: as there; their names are part of ``context``. The others are as there, and so is what is
    raised.
    """
    scenario, processes = checked(scenario), own_processes(processes)
    scope = scope_of(scenario)
    sample = customers if isinstance(customers, Sample) else sample_of(scenario, checked_customers(customers))
    plans = {name: lower(scenario, name, customers=sample) for name in policies_of(scope, policies)}
    job = Job(engine_named(engine, processes), checked_seed(seed), _scribe(record), processes)
    checked_watch(watch).stage("compare")
    return compare_plans(
        scope,
        plans,
        job,
        replications=replications,
        workers=workers,
        executor=executor,
        record=record,
        watch=watch,
    )


def compare_plans(
    scope: Scope,
    plans: Mapping[str, Plan],
    job: Job,
    *,
    replications: Whole | Literal["auto"],
    workers: Whole | Workers | None = 1,
    executor: str = PROCESSES,
    record: Record | None = None,
    watch: Watch = NO_WATCH,
) -> Comparison:
    """The same for policies that are plans already, the baseline's among them; all stay in one set of workers."""
    stage = first_stage(replications)
    context = context_of(scope, plans[scope.baseline], job, stage)
    refuse_to_keep(plans.values(), stage)
    kept = Kept(plans, scope.baseline)
    with crew_of(
        workers, job.engine, plans.values(), executor=executor, said=watch.said, processes=job.processes
    ) as crew:
        _add(kept, crew, job, range(stage), watch.progress, record)
        if isinstance(replications, str):
            asked = min(replications_asked(context, kept.outcomes()), most_replications(context.scale))
            _add(kept, crew, job, range(stage, asked), watch.progress, record)
            context = context._replace(replications=asked, first_stage=stage)
    outcomes = kept.outcomes()
    # A researcher's own processes may let customers meet.
    by_person = () if job.processes else kept.by_person(scope.confidence)
    return Comparison(context, scope.baseline, outcomes, judged(scope, outcomes), by_person)


def most_replications(scale: float) -> int:
    """Most replications that the procedure takes of a sample: the whole firm's first stage, which is the least that a
    comparison of it takes, has as many simulated people. So a smaller run never costs more."""
    return CAP if scale <= 1.0 else max(FIRST_STAGE, min(CAP, int(FIRST_STAGE * scale)))


@contextmanager
def crew_of(
    workers: Whole | Workers | None,
    engine: str,
    plans: Collection[Plan],
    *,
    executor: str = PROCESSES,
    said: Said = NO_WATCH.said,
    processes: Sequence[Process] = (),
) -> Iterator[Workers]:
    """Those who run these plans: hired for the block, or already hired by whoever has more for them to do.

    Nothing of what they run is stored: what they cannot finish is lost. Raises ``errors.UsageError`` for an executor or
    a number of workers that cannot be, also for a researcher's own ``processes``.
    """
    if isinstance(workers, Workers):
        yield workers
        return
    machines = machines_for(executor, workers)
    if processes and machines.kind is not Kind.PROCESSES:
        raise UsageError("your own processes cannot be sent to other machines; leave out the executor")
    count = checked_workers(workers, processes)
    with crew_on(machines, count, lambda: ready(engine, plans), said, stored=False) as crew:
        yield crew


def first_stage(replications: Whole | str) -> int:
    """How many replications there are before the procedure is asked, or in all."""
    if isinstance(replications, str) and replications == AUTO:
        return FIRST_STAGE
    return whole("replications", replications, 1, right=f"or {AUTO!r}")


def _add(kept: Kept, crew: Workers, job: Job, replications: range, progress: Progress, record: Record | None) -> None:
    """Run these replications and keep what is to be kept of each."""
    for run in _performed(crew, kept.tasks(job, replications), progress, record, before=kept.count):
        kept.add(run)


def _scribe(record: Record | None) -> Scribe | None:
    return None if record is None else record.scribe


def _performed(
    crew: Workers, tasks: Sequence[Task], progress: Progress, record: Record | None, before: int = 0
) -> Iterator[RunTally]:
    """All runs, in the order of the tasks. ``before``: how many were done in earlier rounds."""
    for done, (task, run) in enumerate(zip(tasks, crew.in_order(perform, tasks), strict=True), before + 1):
        if record is not None and task.job.scribe is not None:
            record.add(run.notes)
        yield run
        progress(done, before + len(tasks))


def context_of(scope: Scope, plan: Plan, job: Job, replications: int) -> Context:
    """What the numbers of these runs stand beside. ``plan``: of any policy."""
    return Context(
        scenario=scope.info,
        engine=job.engine,
        seed=job.seed,
        replications=replications,
        confidence=scope.confidence,
        measure=scope.measure,
        matters=scope.matters,
        currency=scope.currency,
        horizon_days=plan.parameters.horizon,
        ltv_window_days=plan.parameters.ltv_window,
        segments=plan.names.segments,
        units=units(scope.currency),
        directions={name: measure.better for name, measure in MEASURES.items()},
        customers=plan.sample.asked,
        scale=plan.scale,
        provenance=provenance(),
        processes=tuple(map(name_of, job.processes)),
        sample=plan.sample,
    )
