"""Money of a run: sums in canonical order, and what policies owe continuously, in closed form (model §9)."""

import math
from typing import NamedTuple

from equitysim.codes import Kind
from equitysim.measures.exact import total
from equitysim.measures.people import Customers
from equitysim.plan import YEAR, Plan

SPENT = (Kind.CONTACT, Kind.REWARD, Kind.INCENTIVE, Kind.COMPENSATION, Kind.ACQUISITION, Kind.DESK)
"""Ledger kinds that are spend; desk hours and fixed costs come on top."""

CONTRIBUTION = (Kind.MARGIN, Kind.PREMIUM, Kind.SERVICE)
"""Ledger kinds that the five sources explain: margin + premium − service (service is booked negative)."""


def kinds_total(customers: Customers, kinds: tuple[Kind, ...]) -> float:
    """Sum of some kinds of everybody's ledger, as booked: costs are negative."""
    return total(customers["ledger"][:, [int(kind) for kind in kinds]])


def discounted_time(discount: float, days: float) -> float:
    """Days up to ``days``, each weighted by what money is worth then: the integral of exp(−discount·t). ``discount``
    per day."""
    if days <= 0.0:
        return 0.0
    return days if discount == 0.0 else -math.expm1(-discount * days) / discount


class Owed(NamedTuple):
    """What a policy owes continuously from t = 0: ``hours`` of desks and ``fixed`` costs in money per day, and
    ``setup`` at once. ``discount`` per day."""

    hours: float
    fixed: float
    setup: float
    discount: float

    def hours_until(self, days: float) -> float:
        """What the hours of the desks cost from t = 0 to ``days``, discounted to the start; positive."""
        return self.hours * discounted_time(self.discount, days)

    def fixed_until(self, days: float) -> float:
        """Fixed and set-up costs from t = 0 to ``days``, discounted to the start; positive."""
        return self.setup + self.fixed * discounted_time(self.discount, days)

    def paid_until(self, days: float) -> float:
        """All of it as paid up to ``days``, not discounted; positive."""
        return self.setup + (self.hours + self.fixed) * max(days, 0.0)


def owed_of(plan: Plan) -> Owed:
    """What the policy owes. Hours are paid whether or not somebody calls: agents × hours a week, continuously (model
    §7); fixed and set-up costs are those of its programs (model §6)."""
    daily = math.fsum(desk.agents * desk.hours / 7.0 * desk.cost_per_hour for desk in plan.desks if desk.used)
    return Owed(daily, plan.fixed_costs / YEAR, plan.setup_costs, plan.parameters.discount)


def desk_hours_cost(plan: Plan, until: float) -> float:
    """What the hours of the desks in use cost from t = 0 to ``until``, discounted to the start; positive."""
    return owed_of(plan).hours_until(until)


def fixed_cost(plan: Plan, until: float) -> float:
    """Fixed and set-up costs of the policy's programs from t = 0 to ``until``, discounted to the start; positive."""
    return owed_of(plan).fixed_until(until)
