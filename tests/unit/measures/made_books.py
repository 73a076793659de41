"""Books made up for tests: parts drawn at random, and a whole that they add up to."""

import math

import numpy as np

from equitysim.codes import Counter, Kind
from equitysim.measures.books import GROUPINGS, KINDS, Books, Crew, group_names
from equitysim.measures.money import Owed
from equitysim.result import DESKS


def made_books(
    luck: np.random.Generator, *, segments: tuple[str, ...] = ("heavy", "light"), desk: bool = True, people: int = 6000
) -> Books:
    """One run's books: money by kind, the same money in every grouping."""
    sign = np.array([1.0 if kind in (Kind.MARGIN, Kind.PREMIUM) else -0.1 for kind in Kind])
    booked = people * 10.0 * sign * (1.0 + 0.05 * luck.random(len(Kind)))
    owed = Owed(hours=20.0 if desk else 0.0, fixed=5.0, setup=300.0, discount=0.0003)
    shared = (-owed.hours_until(1095.0), -owed.fixed_until(1095.0))
    weights = {name: luck.dirichlet(np.ones(len(group_names(name, segments)))) for name in GROUPINGS}
    desks = np.zeros(1, dtype=DESKS)
    desks[0] = (400, 380, 12, int(0.4e6 * 380), int(400e6), 5)
    counts = np.zeros((len(segments), len(Counter)), dtype=np.int64)
    counts[:, Counter.REFUSED_BUDGET] = range(10, 10 + len(segments))
    counts[:, Counter.REFUSED_AT_MOST] = range(20, 20 + len(segments))
    return Books(
        ledger=dict(zip(KINDS, (*booked.tolist(), *shared), strict=True)),
        people={name: np.round(people * own).astype(np.int64) for name, own in weights.items()},
        groups={name: np.outer(own, booked) for name, own in weights.items()},
        owed=owed,
        counts=counts,
        desks=desks,
        crews=(Crew("care", 1, 6.0, desk, 20.0 * 7.0 / 6.0),),
    )


def net_of(books: Books) -> float:
    """Everything in the books."""
    return math.fsum(books.ledger.values())
