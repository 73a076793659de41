"""The five sources of value, each computed on its own (model §9)."""

import math
from typing import NamedTuple

import numpy as np

from equitysim.codes import ValueSource
from equitysim.measures.exact import Exact, total
from equitysim.measures.money import CONTRIBUTION, kinds_total
from equitysim.measures.people import Customers

TOLERANCE = 1e-9


class Sources(NamedTuple):
    """Money by source, discounted to the start. The first four are of seed persons; ``referrals`` is what their
    descendants brought."""

    base: float
    more_purchases: float
    premium: float
    cost_to_serve: float
    referrals: float


def sources_of(customers: Customers) -> Sources:
    """The five sources of a group of customers.

    Four are what the rules credited to seed persons order by order. Referrals come from the ledger of the referred,
    so that the sum with the whole ledger checks one account against another.
    """
    referred = customers["generation"] > 0
    own = Exact(customers[~referred]["sources"].T).totals()
    return Sources(
        base=own[ValueSource.BASE],
        more_purchases=own[ValueSource.MORE_PURCHASES],
        premium=own[ValueSource.PREMIUM],
        cost_to_serve=own[ValueSource.COST_TO_SERVE],
        referrals=kinds_total(customers[referred], CONTRIBUTION),
    )


def sources_gap(customers: Customers) -> float:
    """By how much the five sources miss margin + premium − service of everybody, relative to the sum of all amounts
    without their signs.

    0 where nobody bought. Rounding leaves about 1e-15.
    """
    gap = math.fsum(sources_of(customers)) - kinds_total(customers, CONTRIBUTION)
    kinds = [int(kind) for kind in CONTRIBUTION]
    size = total(np.abs(customers["ledger"][:, kinds])) + total(np.abs(customers["sources"]))
    return 0.0 if size == 0.0 else abs(gap) / size


def sources_add_up(customers: Customers, tolerance: float = TOLERANCE) -> bool:
    """Whether the five sources add up; a value counted twice or forgotten makes this False."""
    return sources_gap(customers) <= tolerance
