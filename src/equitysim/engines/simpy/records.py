"""What a run leaves behind: rows of the series, tables of people and desks (result)."""

import math

import numpy as np
import numpy.typing as npt

from equitysim.codes import Counter, Status
from equitysim.edges import reached
from equitysim.engines.contract import spent_so_far
from equitysim.engines.simpy.world import World
from equitysim.result import DESKS, SERIES
from equitysim.rules.stages import active, equity_now

ORDERS = int(Counter.ORDERS)
REFERRALS = int(Counter.REFERRALS)
COMPLAINTS = int(Counter.COMPLAINTS)
SPENT_MICRO = int(Counter.SPENT_MICRO)
LOST = int(Status.LOST)

Row = tuple[float, int, int, int, int, int, int, int, int, float, float, float]


def review_row(world: World, t: float) -> Row:
    """One row of ``result.SERIES``: stocks at t, and what has happened since t = 0."""
    p, people, counts = world.p, world.people, world.journal.counts
    balances = [equity_now(c, p, t) for c in people if active(c, p, t)]
    bought = sum(1 for c in people if c.orders > 0)
    return (
        t,
        len(people) - bought,
        len(balances),
        bought,
        sum(1 for c in people if c.status == LOST),
        sum(row[ORDERS] for row in counts),  # integers
        sum(row[REFERRALS] for row in counts),  # integers
        sum(1 for c in people if c.generation > 0 and reached(c.first_order, 0.0)),
        sum(row[COMPLAINTS] for row in counts),  # integers
        math.fsum(balances) / len(balances) if balances else math.nan,
        math.fsum(c.value for c in people),
        spent_so_far(row[SPENT_MICRO] for row in counts),
    )


def series_table(rows: list[Row]) -> npt.NDArray[np.void]:
    """The rows as ``result.SERIES``."""
    return np.array(rows, dtype=SERIES)


def desk_table(world: World) -> npt.NDArray[np.void]:
    """What the desks did, as ``result.DESKS``."""
    table = np.zeros(len(world.desks), dtype=DESKS)
    for index, desk in enumerate(world.desks):
        for name in DESKS.names or ():
            table[name][index] = getattr(desk.counts, name)
    return table
