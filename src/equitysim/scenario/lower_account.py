"""From written curves, segments and account keys to plain parameters (model §2 to §5)."""

import math
from datetime import date

from equitysim.codes import Base, DefectionUnit
from equitysim.plan import MONTH, YEAR, CurveParameters, Segment
from equitysim.scenario import people
from equitysim.scenario.curves import Base as WrittenBase
from equitysim.scenario.curves import ChanceCurve, DefectionCurve
from equitysim.scenario.schema import Scenario


def logit(chance: float) -> float:
    """Logit of a chance; infinite at 0 and 1."""
    if chance <= 0.0:
        return -math.inf
    if chance >= 1.0:
        return math.inf
    return math.log(chance / (1.0 - chance))


def log_hazard(share: float) -> float:
    """Log of the yearly hazard at which this share is gone within a year (model §2); infinite at 0 and 1."""
    if share <= 0.0:
        return -math.inf
    if share >= 1.0:
        return math.inf
    return math.log(-math.log1p(-share))


def through(points: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """Intercept and slope of the line through one or two points; a constant has slope 0."""
    if not points:
        return 0.0, 0.0
    (x0, y0), (x1, y1) = points[0], points[-1]
    if y0 == y1:
        return y0, 0.0
    slope = (y1 - y0) / (x1 - x0)
    return y0 - slope * x0, slope


def chance_curve(curve: ChanceCurve) -> CurveParameters:
    """A chance on the logistic law (model §2)."""
    points = curve.points if curve.value is None else ((0.0, curve.value),)
    intercept, slope = through(tuple((balance, logit(chance)) for balance, chance in points))
    return _with_base(intercept, slope, curve.base)


def defection_curve(curve: DefectionCurve) -> CurveParameters:
    """A chance per purchase on the logistic law, or a yearly hazard on the log law (model §2)."""
    law = log_hazard if curve.per == "year" else logit
    points = curve.points if curve.value is None else ((0.0, curve.value),)
    intercept, slope = through(tuple((balance, law(value.share)) for balance, value in points))
    return _with_base(intercept, slope, curve.base)


def _with_base(intercept: float, slope: float, base: WrittenBase | None) -> CurveParameters:
    if base is not None and base.beta is not None:
        return CurveParameters(0.0, slope, int(Base.BETA), base.beta.a, base.beta.b)
    if base is not None and base.gamma is not None:
        return CurveParameters(0.0, slope, int(Base.GAMMA), base.gamma.shape, base.gamma.rate / YEAR)
    return CurveParameters(intercept, slope, int(Base.SHARED), 0.0, 0.0)


def defection_unit(curve: DefectionCurve) -> DefectionUnit:
    """Whether defection is a coin or a hazard."""
    return DefectionUnit.PER_YEAR if curve.per == "year" else DefectionUnit.PER_PURCHASE


def chance_at(curve: CurveParameters, equity: float) -> float:
    """The chance at a balance, averaged over own bases at neutral equity; for what is estimated before a run."""
    if curve.base == Base.BETA:
        neutral = curve.a / (curve.a + curve.b)
        z = logit(neutral) + curve.slope * equity
    else:
        z = curve.intercept + curve.slope * equity
    if z > 700.0:
        return 1.0
    return 0.0 if z < -700.0 else 1.0 / (1.0 + math.exp(-z))


def shape(spread: float) -> float:
    """Gamma shape of a coefficient of variation; 0 stands for no spread."""
    return 0.0 if spread == 0.0 else 1.0 / (spread * spread)


def segments(scenario: Scenario, choice: CurveParameters) -> tuple[Segment, ...]:
    """All segments in canonical numbers."""
    alone = len(scenario.segments) == 1
    total = 1.0 if alone else sum(segment.share or 0.0 for segment in scenario.segments.values())
    neutral = chance_at(choice, 0.0)
    return tuple(
        _segment(scenario, segment, 1.0 if alone else (segment.share or 0.0) / total, neutral)
        for segment in scenario.segments.values()
    )


def _segment(scenario: Scenario, segment: people.Segment, share: float, neutral: float) -> Segment:
    rate, rate_shape = occasion_rate(segment.occasions, neutral)
    order = segment.order
    orders_per_day = rate * neutral
    usual = 1.0 / orders_per_day if orders_per_day > 0.0 else math.inf
    spend_shape = spend_scale = 0.0
    if order.gamma_gamma is not None:
        spend = order.gamma_gamma
        order_shape, spend_shape, spend_scale = spend.p, spend.q, spend.gamma
        order_mean = spend.p * spend.gamma / (spend.q - 1.0)
    else:
        order_mean, order_shape = order.mean_value or 0.0, shape(order.spread_share or 0.0)
    return Segment(
        share=share,
        occasion_mean=rate,
        occasion_shape=rate_shape,
        order_mean=order_mean,
        order_shape=order_shape,
        spend_shape=spend_shape,
        spend_scale=spend_scale,
        margin=segment.margin,
        responsiveness=segment.responsiveness,
        risk=segment.risk,
        usual_gap=scenario.period_days if scenario.contractual else usual,
    )


def occasion_rate(occasions: people.Occasions, neutral: float) -> tuple[float, float]:
    """Mean occasions per day and their gamma shape; a rate of orders is divided by the choice at neutral equity."""
    if occasions.gamma is not None:
        rate, rate_shape = occasions.gamma.shape / occasions.gamma.rate, occasions.gamma.shape
    else:
        rate, rate_shape = occasions.mean_rate or 0.0, shape(occasions.spread_share or 0.0)
    rate *= occasions.scale
    if occasions.of == "orders" and rate > 0.0:
        rate /= neutral
    return rate, rate_shape


def season(indices: tuple[float, ...] | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Monthly indices of mean 1, and the thirteen sums of the months before each."""
    given = indices or (1.0,) * 12
    mean = math.fsum(given) / 12.0
    scaled = tuple(index / mean for index in given)
    before = [0.0]
    for index in scaled:
        before.append(before[-1] + index)
    return scaled, tuple(before)


def season_phase(start: date) -> float:
    """Days from 1 January to the start, in a year of 365."""
    return float(min((start - date(start.year, 1, 1)).days, 364))


def seasonal_days(scenario: Scenario, first: float, last: float) -> float:
    """Operational time between two days of the horizon (model §4)."""
    if scenario.seasonality is None:
        return last - first
    indices, before = season(scenario.seasonality)
    phase = season_phase(scenario.start)

    def elapsed(day: float) -> float:
        years, rest = divmod(day + phase, YEAR)
        month = min(int(rest / MONTH), 11)
        return years * YEAR + before[month] * MONTH + indices[month] * (rest - month * MONTH)

    return elapsed(last) - elapsed(first)
