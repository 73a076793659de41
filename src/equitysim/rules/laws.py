"""The laws: the model's equations, scalars in, scalar out.

Written for the exactness contract: only ``math.exp``, ``log``, ``log1p``, ``expm1``, ``exp2``, ``sqrt``, ``floor``
and ``fabs``, whose bits are the same in Python and compiled.
"""

import math

from equitysim.jit import law
from equitysim.plan import MONTH, YEAR

LIMIT = 100.0
MOST_MICRO = 1 << 61
"""Where counted money ends, so that two such amounts still add up in 64 bits: 2 305 843 009 213.69 of the currency."""
_SATURATED = 700.0


@law
def clamp(equity: float) -> float:
    """Equity kept in [-100, 100] points (model §3.6)."""
    if equity > LIMIT:
        return LIMIT
    if equity < -LIMIT:
        return -LIMIT
    return equity


@law
def chance(intercept: float, slope: float, equity: float) -> float:
    """Logistic chance at a balance (model §2); exactly 0 or 1 where the argument is beyond ±700."""
    z = intercept + slope * equity
    if z >= _SATURATED:
        return 1.0
    if z <= -_SATURATED:
        return 0.0
    return 1.0 / (1.0 + math.exp(-z))


@law
def hazard_chance(log_hazard: float, slope: float, equity: float, days: float) -> float:
    """Chance to leave during a gap, from a yearly hazard ``exp(log_hazard + slope·E)`` (model §2)."""
    z = log_hazard + slope * equity
    if z > _SATURATED:
        z = _SATURATED
    return -math.expm1(-math.exp(z) * (days / YEAR))


@law
def halved(days: float, half_life: float) -> float:
    """Share that is left after so long at this half-life; an infinite half-life keeps all."""
    return math.exp2(-days / half_life)


@law
def faded(equity: float, days: float, forgetting: float, forgiving: float) -> float:
    """Equity after neglect: goodwill is forgotten, ill will forgiven, each with its half-life (model §3.1; Nerlove &
    Arrow 1962).
    """
    if equity > 0.0:
        return equity * math.exp2(-days / forgetting)
    return equity * math.exp2(-days / forgiving)


@law
def room(equity: float) -> float:
    """Diminishing returns of deposits: the share of a deposit that still counts (model §3.2, §3.5)."""
    if equity > 0.0:
        return 1.0 - equity / LIMIT
    return 1.0


@law
def newcomer(tenure: float, sensitivity: float, half_life: float) -> float:
    """Onboarding sensitivity from the first purchase on (model §3.6); 1 is normal."""
    return 1.0 + (sensitivity - 1.0) * math.exp2(-tenure / half_life)


@law
def good(
    gain: float,
    relevance: float,
    pressure: float,
    tolerance: float,
    sensitivity: float,
    responsiveness: float,
    worn: float,
) -> float:
    """What a touch deposits before diminishing returns (model §3.2); ``worn``: the share novelty leaves."""
    if relevance <= 0.0:
        return 0.0
    welcome = 1.0 - pressure / tolerance
    if welcome <= 0.0:
        return 0.0
    return gain * relevance * welcome * sensitivity * responsiveness * worn


@law
def harm(
    annoyance: float, weight: float, relevance: float, pressure: float, tolerance: float, sensitivity: float
) -> float:
    """What a touch withdraws: noise and contact beyond what is tolerated (model §3.2)."""
    excess = pressure / tolerance - 1.0
    if excess < 0.0:
        excess = 0.0
    elif excess > 1.0:
        excess = 1.0
    if relevance <= 0.0:
        excess += 1.0 - relevance
    return annoyance * weight * excess * sensitivity


@law
def withdrawal(severity: float, sensitivity: float, cushion: float, equity: float, repeat: float) -> float:
    """What a failure withdraws (model §3.3)."""
    shield = 1.0
    if equity > 0.0:
        shield = 1.0 - cushion * equity / LIMIT
    return severity * sensitivity * shield * repeat


@law
def mean_gap(usual_gap: float, first: float, last: float, orders: int) -> float:
    """A customer's own mean gap between orders in days, with the segment's gap as one more observation (model §5)."""
    return (usual_gap + last - first) / orders


@law
def operational(day: float, season: tuple[float, ...], season_before: tuple[float, ...], phase: float) -> float:
    """Operational time: the integral of the seasonal index from 1 January to a day of the horizon (model §4)."""
    x = day + phase
    years = math.floor(x / YEAR)  # no edge
    rest = x - YEAR * years
    month = int(math.floor(rest / MONTH))  # no edge
    if month > 11:
        month = 11
    return YEAR * years + MONTH * season_before[month] + season[month] * (rest - month * MONTH)


@law
def calendar(clock: float, season: tuple[float, ...], season_before: tuple[float, ...], phase: float) -> float:
    """The day at which operational time reaches ``clock``: the inverse of :func:`operational`."""
    years = math.floor(clock / YEAR)  # no edge
    rest = (clock - YEAR * years) / MONTH
    month = 0
    while month < 11 and rest >= season_before[month + 1]:
        month += 1
    index = season[month]
    inside = (rest - season_before[month]) / index if index > 0.0 else 1.0
    return YEAR * years + (month + inside) * MONTH - phase


@law
def micro(amount: float) -> int:
    """Money of at least 0 in millionths, to the nearest; not more than ``MOST_MICRO``."""
    millionths = math.floor(amount * 1e6 + 0.5)
    return int(millionths) if millionths < MOST_MICRO else MOST_MICRO


@law
def pick(u: float, shares: tuple[float, ...]) -> int:
    """Index of the first cumulative share above ``u``."""
    last = len(shares) - 1
    for i in range(last):
        if u < shares[i]:
            return i
    return last
