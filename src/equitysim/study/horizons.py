"""The same comparison under a shorter and a longer horizon."""

from equitysim.errors import UsageError
from equitysim.plan import Plan
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.horizons import Horizons, horizons_of
from equitysim.study.executors import Workers
from equitysim.study.gather import Job
from equitysim.study.runs import compare_plans, crew_of
from equitysim.study.scope import scope_of
from equitysim.study.watch import NO_WATCH, Watch

SHORTER = 0.5
LONGER = 1.5


def other_horizons(
    scenario: Scenario, comparison: Comparison, *, workers: int | Workers | None = 1, watch: Watch = NO_WATCH
) -> Horizons:
    """The verdict at half and at one and a half horizons beside that at the scenario's own, and the residual value.

    ``comparison`` is what ``compare`` gave for this scenario: policies, replications, seed, size and engine are
    taken from it, so that everybody meets the same luck up to the shorter of two horizons. What depends on the
    horizon's length is left as it is (size, ``ltv_window``): it is the same world, looked at for another time. Costs
    about twice the runs of the comparison. Raises ``errors.UsageError`` if the comparison is of another scenario, and
    what :func:`study.runs.compare` raises.
    """
    context = comparison.context
    if context.scenario.hash != scenario.hash:
        raise UsageError(f"the comparison is of another scenario than {scenario.name!r}")
    plans = {outcome.name: lower(scenario, outcome.name, customers=context.sample) for outcome in comparison.policies}
    job = Job(context.engine, context.seed)
    count = context.replications
    total = 2 * count * len(plans)

    def at(share: float, before: int, crew: Workers) -> Comparison:
        ending = {name: until(plan, share * context.horizon_days) for name, plan in plans.items()}
        return compare_plans(
            scope_of(scenario),
            ending,
            job,
            replications=count,
            workers=crew,
            watch=Watch(progress=lambda done, _: watch.progress(before + done, total)),
        )

    watch.stage("other horizons")
    with crew_of(workers, job.engine, plans.values()) as crew:
        shorter = at(SHORTER, 0, crew)
        longer = at(LONGER, total // 2, crew)
    return horizons_of((shorter, comparison, longer), context.horizon_days)


def until(plan: Plan, days: float) -> Plan:
    """The plan with another end: the same people live the same lives for a shorter or a longer time."""
    return plan._replace(parameters=plan.parameters._replace(horizon=days))
