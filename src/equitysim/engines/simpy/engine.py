"""The model of record: one replication of a plan in SimPy."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from equitysim.codes import Trigger
from equitysim.edges import before, end
from equitysim.engines.caps import refuse_too_many
from equitysim.engines.simpy.firm import arrivals, calendar_program, crises, reviews
from equitysim.engines.simpy.records import desk_table, review_row, series_table
from equitysim.engines.simpy.world import Process, World
from equitysim.measures.people import seed_persons
from equitysim.plan import Plan
from equitysim.result import NOBODY, Result, digest_of
from equitysim.rules.occasion import close
from equitysim.rules.state import records
from equitysim.streams import key_of

NAME = "simpy"
_STOP = (-1, 0)
"""Before everything else of the moment: the horizon itself is not simulated."""


def simulate(
    plan: Plan,
    seed: int,
    replication: int,
    *,
    log: int | None = None,
    processes: Sequence[Callable[[World], Process]] = (),
) -> Result:
    """Run one replication (``engines.contract.Engine``).

    ``processes``: a researcher's own SimPy processes; each is called with the World and its generator runs beside the
    model's. Raises ``errors.CapError`` where the run would exceed the plan's caps.
    """
    refuse_too_many(plan)
    begun = time.perf_counter()
    key0, key1 = key_of(seed, replication)
    world = World(plan, plan.parameters._replace(key0=key0, key1=key1), NOBODY if log is None else log)
    start_processes(world)
    for process in processes:
        world.env.process(process(world))
    if before(world.p.start, world.horizon):
        with _collection_paused():
            world.env.run(until=world.env.at(end(world.horizon), _STOP))
    result = finish(world, seed, replication, log, begun)
    world.dismiss()
    return result


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Python's cycle collector walks all customers again and again and finds nothing: a run drops no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def start_processes(world: World) -> None:
    """Everything that happens without a customer's doing."""
    env = world.env
    for rank, source in enumerate(world.plan.sources):
        env.process(arrivals(world, rank, source))
    env.process(crises(world))
    env.process(reviews(world))
    for k in world.by_trigger[Trigger.EVERY]:
        env.process(calendar_program(world, k))


def finish(world: World, seed: int, replication: int, log: int | None, begun: float) -> Result:
    """Close the books at the horizon."""
    plan, p = world.plan, world.p
    world.check_events()
    for c in world.people:
        close(c, p, p.horizon)
    world.series.append(review_row(world, p.horizon))
    customers = records(list(world.people), len(p.programs))
    counts = np.array(world.journal.counts, dtype=np.int64).reshape(len(p.segments), -1)
    series = series_table(world.series)
    desks = desk_table(world)
    return Result(
        policy=plan.policy,
        engine=NAME,
        seed=seed,
        replication=replication,
        customers=customers,
        counts=counts,
        series=series,
        desks=desks,
        seed_persons=int(np.count_nonzero(seed_persons(customers, plan))),
        events=sum(c.events for c in world.people),  # integers
        digest=digest_of(customers, counts, series, desks),
        seconds=time.perf_counter() - begun,
        log=None if log is None else world.log_table(),
    )
