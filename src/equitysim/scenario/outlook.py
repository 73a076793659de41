"""What can be said before a run: how many referrals a customer brings, and how busy the desks will be.

Rough on purpose: constant equity, no programs, the mean customer of each segment. A run says it better.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from equitysim.codes import Curve, DefectionUnit, Trigger
from equitysim.plan import YEAR, Parameters, Plan, Segment
from equitysim.scenario.lower_account import chance_at

HOURS_PER_DAY = 24.0
FULL = 100.0
BALANCES = (-50.0, -20.0, 0.0, 20.0, 50.0, 100.0)
ESTIMATED = frozenset({Trigger.EVERY, Trigger.PURCHASE, Trigger.KNOWN_FAILURE, Trigger.COMPLAINT, Trigger.ANNIVERSARY})
"""Triggers of which :func:`cases_per_day` knows how often they occur."""


class ReferralRatio(NamedTuple):
    """Referred customers that one customer is expected to bring within the horizon; 1 or more feeds on itself."""

    neutral: float
    full: float


class Behaviour(NamedTuple):
    """What a customer at a balance does: chances, and the share that leaves per year or per purchase."""

    balance: float
    choice: float
    defection: float
    defection_per: str
    referral: float
    voice: float
    win_back: float


class DeskLoad(NamedTuple):
    """Hours of work expected at a desk per week, hours paid per week and what these cost.

    ``complete``: whether the cases of all its programs could be estimated."""

    desk: str
    work: float
    capacity: float
    weekly_cost: float
    complete: bool

    @property
    def utilisation(self) -> float:
        """Work over capacity."""
        return self.work / self.capacity


def referral_ratio(plan: Plan) -> ReferralRatio:
    """Referred customers per customer at neutral and at full equity (m = ρ/q of model §12, cut at the horizon)."""
    return ReferralRatio(_offspring(plan.parameters, 0.0), _offspring(plan.parameters, FULL))


def behaviour(plan: Plan) -> tuple[Behaviour, ...]:
    """What points mean: what customers at some balances do, on average over own bases (model §2)."""
    return tuple(_behaviour(plan.parameters, balance) for balance in BALANCES)


def _behaviour(p: Parameters, balance: float) -> Behaviour:
    yearly = p.defection_unit == DefectionUnit.PER_YEAR
    purchase = "renewal" if p.contractual else "purchase"
    return Behaviour(
        balance=balance,
        choice=_chance(p, Curve.CHOICE, balance),
        defection=hazard_at(p, balance)[1] if yearly else _chance(p, Curve.DEFECTION, balance),
        defection_per="year" if yearly else purchase,
        referral=_chance(p, Curve.REFERRAL, balance),
        voice=_chance(p, Curve.VOICE, balance),
        win_back=_chance(p, Curve.WIN_BACK, balance),
    )


def desk_loads(plan: Plan) -> Iterator[DeskLoad]:
    """Expected weekly hours of work at each desk that the policy uses, at neutral equity."""
    p = plan.parameters
    people = _people(plan)
    for index, desk in enumerate(plan.desks):
        if desk.used:
            programs = [k for k in range(len(p.programs)) if p.programs[k].desk == index]
            work = sum(cases_per_day(p, k, people) for k in programs) * 7.0 * desk.handling_mean * HOURS_PER_DAY
            hours = desk.agents * desk.hours
            complete = all(Trigger(p.programs[k].trigger) in ESTIMATED for k in programs)
            yield DeskLoad(plan.names.desks[index], work, hours, hours * desk.cost_per_hour, complete)


def _chance(p: Parameters, curve: Curve, equity: float) -> float:
    return chance_at(p.curves[curve], equity)


def _orders_per_day(p: Parameters, segment: Segment, equity: float) -> float:
    return 1.0 / p.period if p.contractual else segment.occasion_mean * _chance(p, Curve.CHOICE, equity)


def hazard_at(p: Parameters, equity: float) -> tuple[float, float]:
    """Yearly hazard of leaving at a balance, own rates at their mean, and the share that it takes within a year."""
    curve = p.curves[Curve.DEFECTION]
    neutral = math.exp(min(curve.intercept, 700.0)) if not curve.base else curve.a / curve.b
    hazard = neutral * math.exp(curve.slope * equity)
    return hazard, -math.expm1(-hazard)


def _lifetime_orders(p: Parameters, segment: Segment, equity: float) -> float:
    """Orders of one customer within the horizon, the first included."""
    rate = _orders_per_day(p, segment, equity)
    if p.defection_unit == DefectionUnit.PER_YEAR:
        hazard = hazard_at(p, equity)[0]
        years = p.horizon / YEAR
        return 1.0 + rate * YEAR * (years if hazard == 0.0 else -math.expm1(-hazard * years) / hazard)
    leave = _chance(p, Curve.DEFECTION, equity)
    orders = 1.0 + rate * p.horizon
    return orders if leave == 0.0 else -math.expm1(orders * math.log1p(-min(leave, 1.0 - 1e-12))) / leave


def lifetime_margin(plan: Plan) -> float:
    """Margin that one customer is expected to bring within the horizon, at the better of neutral and full equity."""
    p = plan.parameters
    return max(
        math.fsum(one.share * _lifetime_orders(p, one, equity) * one.order_mean * one.margin for one in p.segments)
        for equity in (0.0, FULL)
    )


def _offspring(p: Parameters, equity: float) -> float:
    rho = (1.0 - p.failure_per_order) * _chance(p, Curve.REFERRAL, equity) * ever_buys(p, p.transfer * equity)
    total = 0.0
    for segment in p.segments:
        made = rho * _lifetime_orders(p, segment, equity)
        if p.circle > 0.0:
            made = p.circle / math.log(2.0) * math.log1p(made * math.log(2.0) / p.circle)
        total += segment.share * made
    return total


def ever_buys(p: Parameters, equity: float) -> float:
    """Chance that a prospect buys before giving up."""
    won = _chance(p, Curve.CHOICE, equity)
    lost = (1.0 - won) * p.give_up
    return won / (won + lost) if won > 0.0 else 0.0


def yearly_loss(p: Parameters) -> float:
    """Hazard of leaving per year at neutral equity, also where it is a coin per purchase; the segments' mean."""
    if p.defection_unit == DefectionUnit.PER_YEAR:
        return hazard_at(p, 0.0)[0]
    coin = min(_chance(p, Curve.DEFECTION, 0.0), 0.99)
    orders = math.fsum(segment.share * _orders_per_day(p, segment, 0.0) for segment in p.segments)
    return -math.log1p(-coin) * orders * YEAR


def _staying(hazard: float, days: float) -> float:
    """Mean share still there of people who came at an even pace over so many days."""
    expected = hazard * days / YEAR
    return 1.0 if expected == 0.0 else -math.expm1(-expected) / expected


def _people(plan: Plan) -> float:
    """Customers in the middle of the horizon."""
    p = plan.parameters
    half, hazard = p.horizon / 2.0, yearly_loss(p)
    came = sum(source.dated(p.horizon) for source in plan.sources if not source.active)
    today = came * _staying(hazard, -p.start) + sum(source.active for source in plan.sources)
    leads = math.fsum(source.leads for source in plan.sources) * half * ever_buys(p, 0.0)
    return today * math.exp(-hazard * half / YEAR) + leads * _staying(hazard, half)


def expected_occasions(plan: Plan) -> float:
    """Buying occasions or renewals of all customers over history and horizon."""
    p = plan.parameters
    rate = math.fsum(
        segment.share * (1.0 / p.period if p.contractual else segment.occasion_mean) for segment in p.segments
    )
    return _people(plan) * rate * (p.horizon - p.start)


def cases_per_day(p: Parameters, index: int, people: float) -> float:
    """Cases that one program is expected to bring to its desk."""
    program = p.programs[index]
    orders = people * math.fsum(segment.share * _orders_per_day(p, segment, 0.0) for segment in p.segments)
    failures = orders * p.failure_per_order + people * p.failure_per_year
    voiced = _chance(p, Curve.VOICE, 0.0)
    each = {
        Trigger.EVERY: people / program.every if program.every > 0.0 else 0.0,
        Trigger.PURCHASE: orders / program.nth,
        Trigger.KNOWN_FAILURE: failures * (voiced + (1.0 - voiced) * p.detection),
        Trigger.COMPLAINT: failures * voiced,
        Trigger.ANNIVERSARY: people / YEAR,
    }
    return each.get(Trigger(program.trigger), 0.0) * program.best_share * program.share
