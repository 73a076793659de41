"""Money of a run: sums in canonical order, and what policies owe continuously, in closed form (model §9)."""

import math

import numpy as np
import numpy.typing as npt

from equitysim.codes import Kind
from equitysim.plan import YEAR, Plan

SPENT = (Kind.CONTACT, Kind.REWARD, Kind.INCENTIVE, Kind.COMPENSATION, Kind.ACQUISITION, Kind.DESK)
"""Ledger kinds that are spend; desk hours and fixed costs come on top."""

CONTRIBUTION = (Kind.MARGIN, Kind.PREMIUM, Kind.SERVICE)
"""Ledger kinds that the five sources explain: margin + premium − service (service is booked negative)."""


def total(amounts: npt.NDArray[np.float64]) -> float:
    """Exactly rounded sum in the order of the array, whatever its shape: the same on every machine."""
    return math.fsum(amounts.ravel().tolist())


def kinds_total(customers: npt.NDArray[np.void], kinds: tuple[Kind, ...]) -> float:
    """Sum of some kinds of everybody's ledger, as booked: costs are negative."""
    return total(customers["ledger"][:, [int(kind) for kind in kinds]])


def discounted_time(discount: float, days: float) -> float:
    """Days up to ``days``, each weighted by what money is worth then: the integral of exp(−discount·t). ``discount``
    per day."""
    if days <= 0.0:
        return 0.0
    return days if discount == 0.0 else -math.expm1(-discount * days) / discount


def desk_hours_cost(plan: Plan, until: float) -> float:
    """What the hours of the desks in use cost from t = 0 to ``until``, discounted to the start; positive.

    Hours are paid whether or not somebody calls: agents × hours a week, continuously (model §7).
    """
    daily = math.fsum(desk.agents * desk.hours / 7.0 * desk.cost_per_hour for desk in plan.desks if desk.used)
    return daily * discounted_time(plan.parameters.discount, until)


def fixed_cost(plan: Plan, until: float) -> float:
    """Fixed and set-up costs of the policy's programs from t = 0 to ``until``, discounted to the start; positive
    (model §6)."""
    return plan.setup_costs + plan.fixed_costs / YEAR * discounted_time(plan.parameters.discount, until)
