"""How a person comes into the world: identity, segment, traits, an account (model §2, §4.6, §8, §10)."""

import math

from equitysim.codes import Activity, Base, Counter, Grievance, Kind, Purpose, Status
from equitysim.jit import law
from equitysim.plan import CURVES, RANKINGS, Parameters
from equitysim.rules.journal import Journal, count, note, spend
from equitysim.rules.laws import operational
from equitysim.rules.state import NEVER, Customer
from equitysim.streams import gamma, log_gamma, logit_beta, uniform

BETA = int(Base.BETA)
GAMMA = int(Base.GAMMA)
PROSPECT = int(Status.PROSPECT)
NO_GRIEVANCE = int(Grievance.NONE)
ACQUISITION = int(Kind.ACQUISITION)
A_ENTRY = int(Activity.ENTRY)
C_ENTERED = int(Counter.ENTERED)
P_RATE = int(Purpose.RATE)
P_SPEND = int(Purpose.SPEND)
P_OWN_BASE = int(Purpose.OWN_BASE)
P_HOMOPHILY = int(Purpose.HOMOPHILY)
P_REFERRED_SEGMENT = int(Purpose.REFERRED_SEGMENT)


@law
def referred_segment(p: Parameters, identity: int, referrer_segment: int) -> int:
    """Segment of a referred person: the referrer's with chance ``homophily``, else by the segments' shares (model
    §4.6).
    """
    if uniform(p.key0, p.key1, identity, P_HOMOPHILY, 0) < p.homophily:
        return referrer_segment
    u = uniform(p.key0, p.key1, identity, P_REFERRED_SEGMENT, 0)
    reached = 0.0
    last = p.segment_count - 1
    for k in range(last):
        reached += p.segments[k].share
        if u < reached:
            return k
    return last


@law
def give_traits(c: Customer, p: Parameters) -> None:
    """Draw category rate, spend and own intercepts (model §2, §4). ``c.identity`` and ``c.segment`` are set."""
    segment = p.segments[c.segment]
    c.rate = segment.occasion_mean
    if segment.occasion_shape > 0.0:
        draw = gamma(p.key0, p.key1, c.identity, P_RATE, 0, segment.occasion_shape)
        c.rate = segment.occasion_mean * (draw / segment.occasion_shape)
    c.spend = segment.order_mean
    if segment.order_shape > 0.0:
        if segment.spend_shape > 0.0:
            c.spend = segment.spend_scale / gamma(p.key0, p.key1, c.identity, P_SPEND, 0, segment.spend_shape)
        else:
            c.spend = segment.order_mean / segment.order_shape
    for k in range(CURVES):
        curve = p.curves[k]
        c.own[k] = curve.intercept
        if curve.base == BETA:
            c.own[k] = logit_beta(p.key0, p.key1, c.identity, P_OWN_BASE, 2 * k, curve.a, curve.b)
        elif curve.base == GAMMA:
            c.own[k] = log_gamma(p.key0, p.key1, c.identity, P_OWN_BASE, 2 * k, curve.a) - math.log(curve.b)


@law
def arrive(
    c: Customer,
    p: Parameters,
    t: float,
    identity: int,
    source: int,
    number: int,
    segment: int,
    equity: float,
    oversell: float,
) -> None:
    """Set up a seed person who enters at t as a prospect with an account (model §8)."""
    c.identity = identity
    c.entered = t
    c.source = source
    c.number = number
    c.segment = segment
    c.root = identity
    c.root_entered = max(t, 0.0)
    c.referrer = 0
    c.generation = 0
    open_account(c, p, t, equity, oversell)


@law
def descend(c: Customer, p: Parameters, t: float, referrer: Customer, identity: int, source: int) -> None:
    """Set up the person just referred, who enters at t (model §4.6)."""
    c.identity = identity
    c.entered = t
    c.source = source
    c.number = referrer.referrals - 1
    c.segment = referred_segment(p, identity, referrer.segment)
    c.root = referrer.root
    c.root_entered = referrer.root_entered
    c.referrer = referrer.identity
    c.generation = referrer.generation + 1
    open_account(c, p, t, p.transfer * referrer.equity, 0.0)


@law
def open_account(c: Customer, p: Parameters, t: float, equity: float, oversell: float) -> None:
    """Traits, balance and clocks of a newborn, and nothing in the past."""
    give_traits(c, p)
    c.status = PROSPECT
    c.opted_out = 0
    c.equity = equity
    c.equity_at = t
    c.pressure = 0.0
    c.pressure_at = t
    c.oversell = oversell
    c.clock = operational(t, p.season, p.season_before, p.season_phase) if p.seasonal else t
    c.occasions = 0
    c.renewals = 0
    c.service_failures = 0
    c.orders = 0
    c.first_order = NEVER
    c.second_order = NEVER
    c.last_order = NEVER
    c.coin_at = NEVER
    c.coin_due = 0
    c.recent_margin = 0.0
    c.recent_orders = 0.0
    c.failures = 0
    c.last_failure = NEVER
    c.grievance = NO_GRIEVANCE
    c.loss_above = 0.0
    c.loss_below = 0.0
    c.loss_at = t
    c.loss_total = 0.0
    c.given = 0.0
    c.first_failure = 0
    c.grievance_at = NEVER
    c.complained = 0
    c.answered = 0
    c.cases = 0
    c.pull = 0.0
    c.incentive_value = 0.0
    c.incentive_until = NEVER
    c.hangover = 0.0
    c.unthanked = 0
    c.referrals = 0
    c.service_at = t
    c.mark = math.inf
    c.kept = math.nan
    c.begun = 0.0
    c.seen_stage = -1
    c.ltv = 0.0
    c.value = 0.0
    c.events = 0
    c.trail = 0
    for k in range(RANKINGS):
        c.ranks[k] = -1
    for k in range(len(c.ledger)):
        c.ledger[k] = 0.0
    for k in range(len(c.sources)):
        c.sources[k] = 0.0
    for k in range(len(c.receipts)):
        c.receipts[k] = 0
        c.periods[k] = 0
        c.pending[k] = 0


@law
def enter(c: Customer, p: Parameters, j: Journal, t: float, cost: float) -> None:
    """Entry into the books, paid for where the source costs something (model §9)."""
    spend(c, p, j, t, ACQUISITION, cost)
    count(c, j, t, C_ENTERED)
    note(c, j, t, A_ENTRY, -1, 0.0, -cost)
