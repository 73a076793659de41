"""Everything that ``compare`` answers, by one crew of workers: the comparison, other horizons, what is not known."""

from typing import Literal

from equitysim.arguments import Whole
from equitysim.scenario.load import checked
from equitysim.scenario.lower import expected_seed_persons, lower, sample_of
from equitysim.scenario.schema import Scenario
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.study.engine import checked_customers, checked_seed, engine_named
from equitysim.study.executors import Workers
from equitysim.study.gather import Record
from equitysim.study.horizons import other_horizons
from equitysim.study.meter import meter
from equitysim.study.runs import AUTO, DEFAULT_SEED, PROCESSES, compare, crew_of, first_stage
from equitysim.study.scope import scope_of
from equitysim.study.watch import NO_WATCH, Watch, checked_watch
from equitysim.study.worlds import PERSONS, anchor_of, worlds


def decide(
    scenario: Scenario,
    *,
    replications: Whole | Literal["auto"] = AUTO,
    seed: Whole = DEFAULT_SEED,
    customers: Whole | None = None,
    engine: str = "auto",
    workers: Whole | None = 1,
    executor: str = PROCESSES,
    record: Record | None = None,
    watch: Watch = NO_WATCH,
) -> Decision:
    """Compare all policies, and find out what the answer rests on.

    Beside the comparison (:func:`study.runs.compare`, whose parameters these are) its policies run at half and at one
    and a half horizons, with the assumptions moved one at a time, and in the worlds that the scenario holds possible;
    the last two with about 2 000 people a run, or with as many as it takes to stand for the firm. Raises like
    ``compare``.
    """
    scenario, seed, customers = checked(scenario), checked_seed(seed), checked_customers(customers)
    first_stage(replications)
    sample = sample_of(scenario, customers)
    plans = [lower(scenario, name, customers=sample) for name in scope_of(scenario).policies]
    with crew_of(workers, engine_named(engine), plans, executor=executor, said=checked_watch(watch).said) as crew:
        comparison = compare(
            scenario,
            replications=replications,
            seed=seed,
            customers=customers,
            engine=engine,
            workers=crew,
            record=record,
            watch=watch,
        )
        return beside(scenario, comparison, crew, watch)


def beside(scenario: Scenario, comparison: Comparison, crew: Workers, watch: Watch = NO_WATCH) -> Decision:
    """The decision that a comparison of this scenario is part of; with one policy there is nothing beside it."""
    if len(comparison.policies) < 2:
        return Decision(comparison, None, None, None)
    horizons = other_horizons(scenario, comparison, workers=crew, watch=watch)
    context, anchor = comparison.context, anchor_of(comparison)
    people = context.customers if expected_seed_persons(scenario) / context.scale < PERSONS else None
    rests = meter(
        scenario,
        seed=context.seed,
        customers=people,
        engine=context.engine,
        anchor=anchor,
        in_order=crew.in_order,
        watch=watch,
    )
    found = worlds(
        scenario,
        seed=context.seed,
        customers=people,
        engine=context.engine,
        anchor=anchor,
        in_order=crew.in_order,
        watch=watch,
    )
    return Decision(comparison, horizons, rests, found)
