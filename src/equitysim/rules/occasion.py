"""Buying occasions, renewals and failures in service: what happens at one, in the order of model §4."""

import math

from equitysim.codes import Activity, Counter, Curve, Kind, Purpose, Status, ValueSource
from equitysim.edges import before, meeting, reached
from equitysim.jit import law
from equitysim.plan import YEAR, Parameters
from equitysim.rules.account import (
    deposit,
    fade,
    fail,
    leaving_chance,
    live_pull,
    rival_pressure,
    sensitivity,
    speak,
    withdraw,
)
from equitysim.rules.journal import Journal, book, book_order, count, credit, note, settle_service, spend
from equitysim.rules.laws import calendar, chance, halved
from equitysim.rules.state import Customer
from equitysim.streams import exponential, gamma, uniform

COLD = int(Status.COLD)
CUSTOMER = int(Status.CUSTOMER)
LOST = int(Status.LOST)
CURVE_CHOICE = int(Curve.CHOICE)
CURVE_REFERRAL = int(Curve.REFERRAL)
PREMIUM = int(Kind.PREMIUM)
INCENTIVE = int(Kind.INCENTIVE)
SOURCE_PREMIUM = int(ValueSource.PREMIUM)
A_CHOSE_ANOTHER = int(Activity.CHOSE_ANOTHER)
A_GAVE_UP = int(Activity.GAVE_UP)
A_PURCHASE = int(Activity.PURCHASE)
A_DEFECTION = int(Activity.DEFECTION)
A_CANCELLATION = int(Activity.CANCELLATION)
A_REFERRAL = int(Activity.REFERRAL)
A_HANGOVER = int(Activity.HANGOVER)
A_OVERSELL = int(Activity.OVERSELL_PAID_BACK)
C_ORDERS = int(Counter.ORDERS)
C_OCCASIONS = int(Counter.OCCASIONS)
C_WON = int(Counter.OCCASIONS_WON)
C_REFERRALS = int(Counter.REFERRALS)
C_DEFECTIONS = int(Counter.DEFECTIONS)
C_GAVE_UP = int(Counter.GAVE_UP)
P_GAP = int(Purpose.GAP)
P_LEAVE = int(Purpose.LEAVE)
P_CHOICE = int(Purpose.CHOICE)
P_GIVE_UP = int(Purpose.GIVE_UP)
P_VALUE = int(Purpose.VALUE)
P_FAILURE = int(Purpose.FAILURE)
P_VOICE = int(Purpose.VOICE)
P_DETECTION = int(Purpose.DETECTION)
P_REFERRAL = int(Purpose.REFERRAL)
P_SERVICE_GAP = int(Purpose.SERVICE_GAP)
P_SERVICE_VOICE = int(Purpose.SERVICE_VOICE)
P_SERVICE_DETECTION = int(Purpose.SERVICE_DETECTION)
P_CRISIS = int(Purpose.CRISIS)
P_CRISIS_VOICE = int(Purpose.CRISIS_VOICE)

BOUGHT_FLAG = 8
FIRST_FLAG = 16
REFERRED_FLAG = 32
LEFT_FLAG = 64
CANCELLED_FLAG = 128
COLD_FLAG = 256


@law
def next_occasion(c: Customer, p: Parameters) -> float:
    """Day of the next occasion; moves the clock on (model §4). Under contract a customer's occasions are renewals."""
    c.occasions += 1
    if p.contractual and c.orders > 0:
        c.renewals += 1
        return meeting(c.first_order + c.renewals * p.period, 0.0)
    if c.rate <= 0.0:
        return math.inf
    c.clock += exponential(p.key0, p.key1, c.identity, P_GAP, c.occasions) / c.rate
    if p.seasonal:
        return calendar(c.clock, p.season, p.season_before, p.season_phase)
    return c.clock


@law
def next_service_failure(c: Customer, p: Parameters, previous: float) -> float:
    """Day of the next failure in service: a Poisson clock from the first purchase on (model §4)."""
    c.service_failures += 1
    if p.failure_per_year <= 0.0:
        return math.inf
    gap = exponential(p.key0, p.key1, c.identity, P_SERVICE_GAP, c.service_failures)
    return previous + gap / p.failure_per_year


@law
def leaves(c: Customer, p: Parameters, j: Journal, t: float) -> int:
    """The coin of defection (model §4.2); returns flags if the customer leaves."""
    pending = leaving_chance(c, p, t, c.equity)
    c.coin_at = t
    c.coin_due = 0
    if pending <= 0.0 or uniform(p.key0, p.key1, c.identity, P_LEAVE, c.occasions) >= pending:
        return 0
    if p.contractual:
        settle_service(c, p, t)
    c.status = LOST
    count(c, j, t, C_DEFECTIONS)
    note(c, j, t, A_CANCELLATION if p.contractual else A_DEFECTION, -1, 0.0, 0.0)
    return LEFT_FLAG | CANCELLED_FLAG if p.contractual else LEFT_FLAG


@law
def choice_argument(c: Customer, p: Parameters, t: float) -> float:
    """What the choice curve is evaluated at: equity, pull, rivals, and before the first purchase risk and oversell
    (model §2, §8).
    """
    x = c.equity
    if c.pull > 0.0:
        x += live_pull(c, t)
    if p.rival_count > 0:
        x -= rival_pressure(c, p, t) * sensitivity(c, p, t)
    if c.orders == 0:
        x += c.oversell - p.segments[c.segment].risk
    return x


@law
def occasion(c: Customer, p: Parameters, j: Journal, t: float) -> int:
    """A buying occasion or renewal of a prospect or customer (model §4); returns flags."""
    fade(c, p, t)
    customer = c.status == CUSTOMER
    if customer:
        left = leaves(c, p, j, t)
        if left:
            return left
        count(c, j, t, C_OCCASIONS)
        if p.contractual:
            count(c, j, t, C_WON)
            return buy(c, p, j, t, 1.0)
    x = choice_argument(c, p, t)
    intercept = c.own[CURVE_CHOICE]
    slope = p.curves[CURVE_CHOICE].slope
    won = chance(intercept, slope, x)
    if uniform(p.key0, p.key1, c.identity, P_CHOICE, c.occasions) < won:
        if customer:
            count(c, j, t, C_WON)
        return buy(c, p, j, t, chance(intercept, slope, x - c.equity) / won)
    if customer:
        note(c, j, t, A_CHOSE_ANOTHER, -1, 0.0, 0.0)
        return 0
    if uniform(p.key0, p.key1, c.identity, P_GIVE_UP, c.occasions) < p.give_up:
        c.status = COLD
        count(c, j, t, C_GAVE_UP)
        note(c, j, t, A_GAVE_UP, -1, 0.0, 0.0)
        return COLD_FLAG
    note(c, j, t, A_CHOSE_ANOTHER, -1, 0.0, 0.0)
    return 0


@law
def buy(c: Customer, p: Parameters, j: Journal, t: float, ratio: float) -> int:
    """An order (model §4.4 to 4.6); ``ratio``: the chance without equity over the chance with it. Returns flags."""
    if p.service_per_year > 0.0:
        settle_service(c, p, t)
    margin = earn(c, p, t, ratio)
    if before(t, c.incentive_until):
        redeem(c, p, j, t)
    flags = BOUGHT_FLAG
    if c.orders == 0:
        flags |= FIRST_FLAG
    register(c, p, t, margin)
    count(c, j, t, C_ORDERS)
    n = c.occasions
    if p.failure_per_order > 0.0 and uniform(p.key0, p.key1, c.identity, P_FAILURE, n) < p.failure_per_order:
        note(c, j, t, A_PURCHASE, -1, 0.0, margin)
        if c.oversell != 0.0:
            repay_oversell(c, j, t)
        fail(c, p, j, t, p.severity)
        return flags | speak(
            c,
            p,
            j,
            t,
            uniform(p.key0, p.key1, c.identity, P_VOICE, n),
            uniform(p.key0, p.key1, c.identity, P_DETECTION, n),
        )
    if c.oversell != 0.0:
        repay_oversell(c, j, t)
    points = p.satisfaction * sensitivity(c, p, t)
    if p.granted > 0.0:
        points *= halved(float(c.unthanked - 1), p.granted)
    moved = deposit(c, points)
    note(c, j, t, A_PURCHASE, -1, moved, margin)
    return flags | refer(c, p, j, t)


@law
def earn(c: Customer, p: Parameters, t: float, ratio: float) -> float:
    """Value of an order, booked and credited to its sources (model §4.4, §9); returns margin and premium."""
    segment = p.segments[c.segment]
    value = c.spend
    if segment.order_shape > 0.0:
        value *= gamma(p.key0, p.key1, c.identity, P_VALUE, c.occasions, segment.order_shape)
    plain = value * segment.margin
    extra = 0.0
    premium = 0.0
    if c.equity > 0.0:
        extra = plain * p.cross_sell * (c.equity / 100.0)
        premium = value * (1.0 + p.cross_sell * (c.equity / 100.0)) * p.premium * (c.equity / 100.0)
    book_order(c, p, t, plain + extra, plain * ratio, plain * (1.0 - ratio) + extra)
    if premium != 0.0:
        book(c, p, t, PREMIUM, premium)
        credit(c, p, t, SOURCE_PREMIUM, premium)
    return plain + extra + premium


@law
def redeem(c: Customer, p: Parameters, j: Journal, t: float) -> None:
    """A live incentive is redeemed: it costs its value, and the customer learns to wait for the next (model §4.4)."""
    value = c.incentive_value
    spend(c, p, j, t, INCENTIVE, value)
    moved = withdraw(c, c.hangover)
    c.incentive_until = -math.inf
    c.pull = 0.0
    note(c, j, t, A_HANGOVER, -1, moved, -value)


@law
def register(c: Customer, p: Parameters, t: float, margin: float) -> None:
    """Orders, recency, recent totals and the coin of defection after an order (model §4, §6)."""
    if c.orders == 0:
        c.status = CUSTOMER
        c.first_order = t
        c.coin_at = t
        c.coin_due = 1 if p.contractual else p.first_purchase_at_risk
        c.service_at = t
        c.recent_margin = margin
        c.recent_orders = 1.0
        if reached(t, 0.0):
            c.mark = t + YEAR
            c.begun = 1.0
    else:
        c.coin_due = 1
        left = halved(t - c.last_order, p.recent_half_life)
        c.recent_margin = c.recent_margin * left + margin
        c.recent_orders = c.recent_orders * left + 1.0
        if c.orders == 1:
            c.second_order = t
    c.orders += 1
    c.last_order = t
    c.unthanked += 1


@law
def repay_oversell(c: Customer, j: Journal, t: float) -> None:
    """Borrowed equity is paid back right after the first purchase (model §8)."""
    moved = withdraw(c, c.oversell)
    c.oversell = 0.0
    note(c, j, t, A_OVERSELL, -1, moved, 0.0)


@law
def refer(c: Customer, p: Parameters, j: Journal, t: float) -> int:
    """After a clean order, perhaps a referral (model §4.6); returns flags. The engine brings the prospect into the
    world.
    """
    likely = chance(c.own[CURVE_REFERRAL], p.curves[CURVE_REFERRAL].slope, c.equity)
    if p.circle > 0.0:
        likely *= halved(float(c.referrals), p.circle)
    if likely <= 0.0 or uniform(p.key0, p.key1, c.identity, P_REFERRAL, c.occasions) >= likely:
        return 0
    c.referrals += 1
    return REFERRED_FLAG


@law
def commit(c: Customer, p: Parameters, j: Journal, t: float) -> None:
    """Having referred commits the referrer (model §4.6): after the prospect is born with the balance as it was."""
    moved = deposit(c, p.commitment) if p.commitment != 0.0 else 0.0
    count(c, j, t, C_REFERRALS)
    note(c, j, t, A_REFERRAL, -1, moved, 0.0)


@law
def service_failure(c: Customer, p: Parameters, j: Journal, t: float) -> int:
    """A failure in service under contract (model §4.5); nothing while the customer is lost. Returns flags."""
    if c.status != CUSTOMER:
        return 0
    fail(c, p, j, t, p.severity)
    n = c.service_failures
    return speak(
        c,
        p,
        j,
        t,
        uniform(p.key0, p.key1, c.identity, P_SERVICE_VOICE, n),
        uniform(p.key0, p.key1, c.identity, P_SERVICE_DETECTION, n),
    )


@law
def crisis_hits(c: Customer, p: Parameters, k: int, share: float) -> int:
    """Whether crisis k reaches this customer (model §8)."""
    return 1 if uniform(p.key0, p.key1, c.identity, P_CRISIS, k) < share else 0


@law
def crisis_failure(c: Customer, p: Parameters, j: Journal, t: float, k: int, severity: float) -> int:
    """A failure by crisis k, known at once (model §8). Returns flags."""
    fail(c, p, j, t, severity)
    return speak(c, p, j, t, uniform(p.key0, p.key1, c.identity, P_CRISIS_VOICE, k), -1.0)


@law
def close(c: Customer, p: Parameters, t: float) -> None:
    """The horizon: the balance at t, and the cost to serve up to it."""
    fade(c, p, t)
    settle_service(c, p, t)
