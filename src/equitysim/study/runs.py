"""Running one policy, or comparing all of them on the same customers."""

from collections.abc import Callable, Sequence

from equitysim.measures.registry import MEASURES, units
from equitysim.plan import Plan
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from equitysim.statistics.comparison import Comparison, PolicyRun
from equitysim.statistics.outcome import Context
from equitysim.study.engine import (
    Process,
    checked_replications,
    checked_seed,
    checked_workers,
    engine_named,
    provenance,
    ready,
)
from equitysim.study.executors import workers as hired
from equitysim.study.gather import (
    Job,
    Record,
    RunTally,
    Scribe,
    Task,
    compared,
    outcome_of,
    perform,
    summarised,
)
from equitysim.study.scope import Scope, judged, known_policy, policies_of, scope_of

DEFAULT_REPLICATIONS = 10
DEFAULT_SEED = 1
"""The seed where none is asked for: fixed, so that a command typed twice says the same."""

Progress = Callable[[int, int], None]
"""Called after each run with how many of how many runs are done."""


def run(
    scenario: Scenario,
    policy: str,
    *,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    customers: int | None = None,
    engine: str = "auto",
    workers: int | None = 1,
    progress: Progress | None = None,
    record: Record | None = None,
    processes: Sequence[Process] = (),
) -> PolicyRun:
    """Run one policy.

    ``customers``: about how many seed persons to simulate instead of the scenario's own; totals are scaled back.
    ``workers``: on how many processes, 1 for this one, None for as many as there are cores if that saves time; the
    results are the same. More than 1 needs a script that guards its main part with ``if __name__ == "__main__":``,
    because every worker reads the script.
    ``record`` takes the notes on every run of the policy. ``processes``: a researcher's own SimPy processes, which
    stay in this process. Where the policy switches sources the baseline runs too, because its seed persons are what
    per-person figures are divided by.
    Raises ``errors.UsageError`` for an unknown policy or engine, a seed that cannot be one, fewer than one
    replication or worker, ``errors.CapError`` where a run exceeds the scenario's caps, ``errors.WorkerError`` where
    workers die again and again.
    """
    scope = scope_of(scenario)
    known_policy(scope, policy)
    plan = lower(scenario, policy, customers=customers)
    reference = lower(scenario, scope.baseline, customers=customers)
    job = Job(engine_named(engine, processes), checked_seed(seed), _scribe(record), tuple(processes))
    plans = [plan] if plan.sources == reference.sources else [plan, reference]
    rounds = range(checked_replications(replications))
    unrecorded = Job(job.engine, job.seed)
    tasks = [Task(job if each is plan else unrecorded, each, n) for n in rounds for each in plans]
    done = _performed(tasks, plans, checked_workers(workers, processes), progress, record)
    own, baseline = done[:: len(plans)], done[len(plans) - 1 :: len(plans)]
    runs = [summarised(one, other) for one, other in zip(own, baseline, strict=True)]
    return PolicyRun(_context(scope, plan, job, replications, customers), outcome_of(policy, plan.names.segments, runs))


def compare(
    scenario: Scenario,
    *,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    customers: int | None = None,
    engine: str = "auto",
    policies: Sequence[str] | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
    record: Record | None = None,
) -> Comparison:
    """Run all policies, or those named and the baseline, on the same customers.

    In one replication each customer meets the same luck under every policy (model §10). Replications go round all
    policies, so that an early look is a fair one. ``workers``, and what is raised: as in :func:`run`.
    """
    scope = scope_of(scenario)
    plans = {name: lower(scenario, name, customers=customers) for name in policies_of(scope, policies)}
    job = Job(engine_named(engine), checked_seed(seed), _scribe(record))
    tasks = [Task(job, plan, n) for n in range(checked_replications(replications)) for plan in plans.values()]
    done = _performed(tasks, tuple(plans.values()), checked_workers(workers), progress, record)
    runs = {name: done[place :: len(plans)] for place, name in enumerate(plans)}
    outcomes = tuple(
        outcome_of(name, plan.names.segments, compared(runs[name], runs[scope.baseline]))
        for name, plan in plans.items()
    )
    context = _context(scope, plans[scope.baseline], job, replications, customers)
    return Comparison(context, scope.baseline, outcomes, judged(scope, outcomes))


def _scribe(record: Record | None) -> Scribe | None:
    return None if record is None else record.scribe


def _performed(
    tasks: Sequence[Task],
    plans: Sequence[Plan],
    count: int | None,
    progress: Progress | None,
    record: Record | None,
) -> list[RunTally]:
    """All runs, in the order of the tasks. ``plans``: those that the tasks are about."""
    done: list[RunTally] = []
    with hired(count, prepare=lambda: ready(tasks[0].job.engine, plans)) as crew:
        for task, run in zip(tasks, crew.in_order(perform, tasks), strict=True):
            if record is not None and task.job.scribe is not None:
                record.add(run.notes)
            done.append(run)
            if progress is not None:
                progress(len(done), len(tasks))
    return done


def _context(scope: Scope, plan: Plan, job: Job, replications: int, customers: int | None) -> Context:
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
        customers=customers,
        scale=plan.scale,
        provenance=provenance(),
    )
