"""Stages and the ladder: functions of the state, never stored (model §5)."""

import math

from equitysim.codes import Rung, Stage, Status
from equitysim.edges import before, reached
from equitysim.jit import law
from equitysim.plan import Parameters
from equitysim.rules.laws import clamp, faded, mean_gap
from equitysim.rules.state import Customer

PROSPECTING = int(Stage.PROSPECTING)
CONSIDERATION = int(Stage.CONSIDERATION)
PURCHASE = int(Stage.PURCHASE)
CONNECTION = int(Stage.CONNECTION)
LOYALTY = int(Stage.LOYALTY)
LAPSED = int(Stage.LAPSED)
STAGE_LOST = int(Stage.LOST)
STATUS_LOST = int(Status.LOST)
RUNG_PROSPECT = int(Rung.PROSPECT)
RUNG_CUSTOMER = int(Rung.CUSTOMER)
RUNG_CLIENT = int(Rung.CLIENT)
RUNG_SUPPORTER = int(Rung.SUPPORTER)
RUNG_ADVOCATE = int(Rung.ADVOCATE)
RUNG_PARTNER = int(Rung.PARTNER)
LOYAL_ORDERS = 5
LOYAL_EQUITY = 20.0
CONSIDERING_EQUITY = 5.0
SUPPORTER_EQUITY = 15.0


@law
def equity_now(c: Customer, p: Parameters, t: float) -> float:
    """The balance at t without touching the account."""
    return faded(c.equity, t - c.equity_at, p.forgetting, p.forgiving)


@law
def own_gap(c: Customer, p: Parameters) -> float:
    """A customer's mean gap between orders in days; infinite before the first."""
    if c.orders == 0:
        return math.inf
    return mean_gap(p.segments[c.segment].usual_gap, c.first_order, c.last_order, c.orders)


@law
def stage(c: Customer, p: Parameters, t: float, equity: float, sees_lost: int) -> int:
    """``codes.Stage`` at t for a balance (true or surveyed); ``sees_lost`` 0 for an observer who cannot tell the lost
    from the lapsed.
    """
    if sees_lost and c.status == STATUS_LOST:
        return STAGE_LOST
    if c.orders == 0:
        return CONSIDERATION if equity >= CONSIDERING_EQUITY else PROSPECTING
    if reached(t - c.last_order, p.lapse_gaps * own_gap(c, p)):
        return LAPSED
    if c.orders >= LOYAL_ORDERS and equity >= LOYAL_EQUITY:
        return LOYALTY
    if c.orders >= 2 or reached(t - c.first_order, p.onboarding_half_life):
        return CONNECTION
    return PURCHASE


@law
def rung(c: Customer, equity: float, best: int) -> int:
    """``codes.Rung`` for a balance; ``best``: among the best 20 % (model §5)."""
    if c.orders == 0:
        return RUNG_PROSPECT
    if c.orders < 2:
        return RUNG_CUSTOMER
    if c.referrals > 0:
        return RUNG_PARTNER if best else RUNG_ADVOCATE
    if equity >= SUPPORTER_EQUITY:
        return RUNG_SUPPORTER
    return RUNG_CLIENT


@law
def active(c: Customer, p: Parameters, t: float) -> int:
    """1 for an active customer as the firm sees it: ordered within ``recency``, or under contract (model §9)."""
    if c.orders == 0:
        return 0
    if p.contractual:
        return 0 if c.status == STATUS_LOST else 1
    return 1 if before(t, c.last_order + p.recency) else 0


@law
def surveyed(equity: float, noise: float) -> float:
    """What a survey shows: the balance with an error, still on the scale (model §5)."""
    return clamp(equity + noise)
