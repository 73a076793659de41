"""How many customers stand where at the horizon: relationship stages and the loyalty ladder (model §5)."""

import numpy as np
import numpy.typing as npt

from equitysim.codes import Rung, Stage, Status
from equitysim.edges import reached
from equitysim.measures.people import Customers
from equitysim.measures.state import Floats, active, best, equity_at
from equitysim.plan import Parameters

Codes = npt.NDArray[np.int64]

LOYAL_ORDERS = 5
LOYAL_EQUITY = 20.0
CONSIDERING_EQUITY = 5.0
SUPPORTER_EQUITY = 15.0
BEST_SHARE = 0.2


def stages(customers: Customers, parameters: Parameters, time: float) -> Codes:
    """True stage of each customer at ``time``, a ``codes.Stage``; precedence from the top, as in the model."""
    equity = equity_at(customers, parameters, time)
    orders = customers["orders"]
    silent = reached(time - customers["last_order"], parameters.lapse_gaps * own_gaps(customers, parameters))
    conditions = [
        customers["status"] == Status.LOST,
        (orders == 0) & (equity >= CONSIDERING_EQUITY),
        orders == 0,
        silent,
        (orders >= LOYAL_ORDERS) & (equity >= LOYAL_EQUITY),
        (orders >= 2) | reached(time - customers["first_order"], parameters.onboarding_half_life),
    ]
    found = [Stage.LOST, Stage.CONSIDERATION, Stage.PROSPECTING, Stage.LAPSED, Stage.LOYALTY, Stage.CONNECTION]
    return np.select(conditions, [np.int64(stage) for stage in found], default=np.int64(Stage.PURCHASE)).astype(
        np.int64
    )


def own_gaps(customers: Customers, parameters: Parameters) -> Floats:
    """Mean gap between orders in days, shrunk to the segment's: (segment gap + t_last − t_first)/orders; infinite
    before the first (model §5)."""
    usual = np.array([segment.usual_gap for segment in parameters.segments], dtype=np.float64)
    orders = customers["orders"]
    bought = orders > 0
    span = np.where(bought, customers["last_order"], 0.0) - np.where(bought, customers["first_order"], 0.0)
    gaps: Floats = np.where(bought, (usual[customers["segment"]] + span) / np.maximum(orders, 1), np.inf)
    return gaps


def rungs(customers: Customers, parameters: Parameters, time: float) -> Codes:
    """Rung of each customer at ``time``, a ``codes.Rung``. The best 20 % are by recent margin, of those active."""
    equity = equity_at(customers, parameters, time)
    orders = customers["orders"]
    client = orders >= 2
    advocate = client & (customers["referrals"] > 0)
    ranked = np.flatnonzero(active(customers, parameters, time))
    among_best = np.zeros(len(customers), dtype=np.bool_)
    among_best[ranked[best(recent_margin(customers, parameters, time)[ranked], BEST_SHARE)]] = True
    conditions = [advocate & among_best, advocate, client & (equity >= SUPPORTER_EQUITY), client, orders == 1]
    found = [Rung.PARTNER, Rung.ADVOCATE, Rung.SUPPORTER, Rung.CLIENT, Rung.CUSTOMER]
    return np.select(conditions, [np.int64(rung) for rung in found], default=np.int64(Rung.PROSPECT)).astype(np.int64)


def recent_margin(customers: Customers, parameters: Parameters, time: float) -> Floats:
    """Decayed margin at ``time`` of customers who have bought (model §6)."""
    margin: Floats = customers["recent_margin"] * np.exp2(
        -(time - customers["last_order"]) / parameters.recent_half_life
    )
    return margin


def counted(found: Codes, kinds: type[Stage] | type[Rung]) -> Codes:
    """How many of each, in the order of the codes."""
    return np.bincount(found, minlength=len(kinds)).astype(np.int64)
