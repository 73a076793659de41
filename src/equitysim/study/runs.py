"""Running one policy, or comparing all of them on the same customers."""

from collections.abc import Callable, Sequence

from equitysim.measures.registry import MEASURES, units
from equitysim.measures.values import denominators_of
from equitysim.plan import Plan
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from equitysim.statistics.comparison import Comparison, PolicyRun
from equitysim.statistics.outcome import Context
from equitysim.study.engine import (
    Process,
    checked_replications,
    checked_seed,
    engine_named,
    provenance,
    simulate,
)
from equitysim.study.gather import Job, Record, RunSummary, outcome_of, replication_of, summarised
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
    progress: Progress | None = None,
    record: Record | None = None,
    processes: Sequence[Process] = (),
) -> PolicyRun:
    """Run one policy.

    ``customers``: about how many seed persons to simulate instead of the scenario's own; totals are scaled back.
    ``record`` takes every run as it ends. ``processes``: a researcher's own SimPy processes. Where the policy
    switches sources the baseline runs too, because its seed persons are what per-person figures are divided by.
    Raises ``errors.UsageError`` for an unknown policy or engine, a seed that cannot be one or fewer than one
    replication, ``errors.CapError`` where a run exceeds the scenario's caps.
    """
    scope = scope_of(scenario)
    known_policy(scope, policy)
    plan = lower(scenario, policy, customers=customers)
    reference = lower(scenario, scope.baseline, customers=customers)
    job = Job(engine_named(engine, processes), checked_seed(seed), record, tuple(processes))
    runs = []
    for replication in range(checked_replications(replications)):
        runs.append(_alone(job, plan, reference, replication))
        if progress is not None:
            progress(replication + 1, replications)
    outcome = outcome_of(policy, plan.names.segments, runs)
    return PolicyRun(_context(scope, plan, job, replications, customers), outcome)


def _alone(job: Job, plan: Plan, reference: Plan, replication: int) -> RunSummary:
    result = job.simulate(plan, replication)
    if plan.sources == reference.sources:
        return summarised(result, plan, denominators_of(result, plan))
    baseline = simulate(job.engine, reference, job.seed, replication)
    return summarised(result, plan, denominators_of(baseline, reference))


def compare(
    scenario: Scenario,
    *,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    customers: int | None = None,
    engine: str = "auto",
    policies: Sequence[str] | None = None,
    progress: Progress | None = None,
    record: Record | None = None,
) -> Comparison:
    """Run all policies, or those named and the baseline, on the same customers.

    In one replication each customer meets the same luck under every policy (model §10). Replications go round all
    policies, so that an early look is a fair one. Raises like :func:`run`.
    """
    scope = scope_of(scenario)
    plans = {name: lower(scenario, name, customers=customers) for name in policies_of(scope, policies)}
    job = Job(engine_named(engine), checked_seed(seed), record)
    runs: dict[str, list[RunSummary]] = {name: [] for name in plans}
    total = checked_replications(replications) * len(plans)
    for replication in range(replications):
        for name, summary in replication_of(job, plans, scope.baseline, replication):
            runs[name].append(summary)
            if progress is not None:
                progress(sum(map(len, runs.values())), total)
    outcomes = tuple(outcome_of(name, plans[name].names.segments, kept) for name, kept in runs.items())
    context = _context(scope, plans[scope.baseline], job, replications, customers)
    return Comparison(context, scope.baseline, outcomes, judged(scope, outcomes))


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
