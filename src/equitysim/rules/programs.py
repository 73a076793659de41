"""Programs: whom they may act on, whom they may afford, and what acting does (model §6)."""

import math

from equitysim.codes import Activity, Counter, Curve, Grievance, Purpose, Ranking, Status, Trigger
from equitysim.edges import before, periods, reached
from equitysim.jit import law
from equitysim.plan import YEAR, Parameters
from equitysim.rules.account import ANSWERED, fade, learn, receive, restore, still_there
from equitysim.rules.journal import DESK, Journal, count, note, recent, spend
from equitysim.rules.laws import chance
from equitysim.rules.stages import equity_now, own_gap, stage, surveyed
from equitysim.rules.state import Customer
from equitysim.streams import gamma, normal, uniform

PROSPECT = int(Status.PROSPECT)
COLD = int(Status.COLD)
CUSTOMER = int(Status.CUSTOMER)
LOST = int(Status.LOST)
SILENT = int(Grievance.SILENT)
KNOWN_FAILURE = int(Trigger.KNOWN_FAILURE)
COMPLAINT = int(Trigger.COMPLAINT)
CANCELLATION = int(Trigger.CANCELLATION)
CURVE_WIN_BACK = int(Curve.WIN_BACK)
RECENT_MARGIN = int(Ranking.RECENT_MARGIN)
RECENT_ORDERS = int(Ranking.RECENT_ORDERS)
A_REFUSED = int(Activity.REFUSED)
A_WON_BACK = int(Activity.WON_BACK)
A_NOTICED = int(Activity.NOTICED)
A_CASE_STARTED = int(Activity.CASE_STARTED)
A_CASE_ABANDONED = int(Activity.CASE_ABANDONED)
C_ABANDONED = int(Counter.ABANDONED)
C_REFUSED_BUDGET = int(Counter.REFUSED_BUDGET)
C_REFUSED_AT_MOST = int(Counter.REFUSED_AT_MOST)
C_WON_BACK = int(Counter.WON_BACK)
P_ASK = int(Purpose.ASK)
P_INVITE = int(Purpose.INVITE)
P_SHARE = int(Purpose.SHARE)
P_SURVEY = int(Purpose.SURVEY)
P_HANDLING = int(Purpose.HANDLING)
PERIOD_BITS = 1 << 20

TO_DESK_FLAG = 512
"""Admitted, but a desk must carry it out."""
DONE_FLAG = 1024
"""Carried out."""
RETURNED_FLAG = 2048
"""The invitation was taken: the lost or cold customer is back."""


@law
def survey_equity(c: Customer, p: Parameters, t: float) -> float:
    """The balance a survey of this review period shows (model §5)."""
    equity = equity_now(c, p, t)
    if p.survey_noise <= 0.0:
        return equity
    z = normal(p.key0, p.key1, c.identity, P_SURVEY, periods(t, p.review))
    return surveyed(equity, p.survey_noise * z)


@law
def observed_stage(c: Customer, p: Parameters, t: float) -> int:
    """The stage the firm sees: by surveyed equity, and without a contract the lost look lapsed (model §5)."""
    return stage(c, p, t, survey_equity(c, p, t), p.contractual)


@law
def standing(c: Customer, p: Parameters, t: float, by: int) -> float:
    """What the best are ranked by at t (``codes.Ranking``; model §6)."""
    if by == RECENT_MARGIN:
        return recent(c.recent_margin, c.last_order, t, p.recent_half_life)
    if by == RECENT_ORDERS:
        return recent(c.recent_orders, c.last_order, t, p.recent_half_life)
    return c.rate


@law
def reachable(c: Customer, p: Parameters, k: int) -> int:
    """Whether the firm has this person on its books for program k: not opted out, not seen to have left (model §3.2,
    §6).
    """
    program = p.programs[k]
    if c.opted_out and not program.service:
        return 0
    if p.contractual and c.status == LOST:
        return 1 if program.invite or program.service or program.trigger == CANCELLATION else 0
    return 1


@law
def in_audience(c: Customer, p: Parameters, j: Journal, k: int, t: float) -> int:
    """Whether program k is meant for this person now (model §6)."""
    program = p.programs[k]
    if program.segments and not (program.segments >> c.segment) & 1:
        return 0
    if program.sources and not (program.sources >> c.source) & 1:
        return 0
    if c.orders < program.orders_min or c.orders > program.orders_max:
        return 0
    if program.tenure_min > 0.0 or program.tenure_max < math.inf:
        tenure = t - c.first_order
        if c.orders == 0 or before(tenure, program.tenure_min) or reached(tenure, program.tenure_max):
            return 0
    if program.best_by >= 0:
        rank = c.ranks[program.best_by]
        if rank < 0 or rank >= j.cut[k]:
            return 0
    if program.share < 1.0 and uniform(p.key0, p.key1, c.identity ^ program.stream, P_SHARE, 0) >= program.share:
        return 0
    if program.stages and not (program.stages >> observed_stage(c, p, t)) & 1:
        return 0
    if program.equity_min > -math.inf or program.equity_max < math.inf:
        equity = survey_equity(c, p, t)
        if equity < program.equity_min or equity > program.equity_max:
            return 0
    return 1


@law
def within_at_most(c: Customer, p: Parameters, j: Journal, k: int, t: float) -> int:
    """Whether ``at_most`` leaves room in the current period from entry; takes the room (model §6)."""
    program = p.programs[k]
    if program.at_most == 0:
        return 1
    period = periods(t - c.entered, program.at_most_period) + 1
    used = c.periods[k] % PERIOD_BITS if c.periods[k] // PERIOD_BITS == period else 0
    if used >= program.at_most:
        count(c, j, t, C_REFUSED_AT_MOST)
        note(c, j, t, A_REFUSED, k, 0.0, 0.0)
        return 0
    c.periods[k] = period * PERIOD_BITS + used + 1
    return 1


@law
def affordable(p: Parameters, k: int, period: int) -> int:
    """Millionths that the budget of program k holds in a period (model §6).

    In a sample of the firm the touches it pays for are cut like the people. They stay whole, and what is left of one
    is carried over to later periods.
    """
    program = p.programs[k]
    if program.sample == 1.0 or program.face_micro == 0:
        return program.budget_micro
    touches = program.sample * (program.budget_micro // program.face_micro)
    whole = int(math.floor(touches * (period + 1) + 0.5)) - int(math.floor(touches * period + 0.5))  # no edge
    return whole * program.face_micro


@law
def within_budget(c: Customer, p: Parameters, j: Journal, k: int, t: float) -> int:
    """Whether the budget of the current period affords what this touch commits to; charges it (model §6)."""
    program = p.programs[k]
    if program.budget_micro < 0:
        return 1
    period = periods(t, program.budget_period)
    if j.spent_period[k] != period:
        j.spent_period[k] = period
        j.spent[k] = 0
    if j.spent[k] + program.face_micro > affordable(p, k, period):
        count(c, j, t, C_REFUSED_BUDGET)
        note(c, j, t, A_REFUSED, k, 0.0, 0.0)
        return 0
    j.spent[k] += program.face_micro
    return 1


@law
def wanted(c: Customer, p: Parameters, j: Journal, k: int, t: float) -> int:
    """Whether program k would act on this person now, limits aside."""
    program = p.programs[k]
    if before(t, program.active_from) or reached(t, program.active_until):
        return 0
    return 1 if reachable(c, p, k) and in_audience(c, p, j, k, t) else 0


@law
def act(c: Customer, p: Parameters, j: Journal, k: int, t: float) -> int:
    """Program k acts on this person, or is refused, or needs its desk first (model §6). Returns flags."""
    if not wanted(c, p, j, k, t):
        return 0
    if not within_at_most(c, p, j, k, t):
        return 0
    if not within_budget(c, p, j, k, t):
        return 0
    if p.programs[k].desk >= 0:
        return TO_DESK_FLAG
    return deliver(c, p, j, k, t, 0.0)


@law
def deliver(c: Customer, p: Parameters, j: Journal, k: int, t: float, late: float) -> int:
    """The treatment itself: the touch, then asking, restoring and inviting (model §6). Returns flags.

    ``late``: days by which a desk in a sample of the firm took longer than the firm's own would have.
    """
    program = p.programs[k]
    receipt = c.receipts[program.group]
    luck = c.identity ^ program.stream
    receive(c, p, j, k, t)
    flags = DONE_FLAG
    if program.ask > 0.0 and c.grievance == SILENT and uniform(p.key0, p.key1, luck, P_ASK, receipt) < program.ask:
        note(c, j, t, A_NOTICED, k, 0.0, 0.0)
        flags |= learn(c, j, t)
    if program.restore > 0.0:
        restore(c, p, j, k, t, late)
    if program.invite and (c.status == LOST or c.status == COLD):
        flags |= invite(c, p, j, k, t, uniform(p.key0, p.key1, luck, P_INVITE, receipt))
    return flags


@law
def invite(c: Customer, p: Parameters, j: Journal, k: int, t: float, u: float) -> int:
    """The coin of a win-back (model §6): the lost return as customers, the cold as prospects. Returns flags."""
    fade(c, p, t)
    if u >= chance(c.own[CURVE_WIN_BACK], p.curves[CURVE_WIN_BACK].slope, c.equity):
        return 0
    if c.status == LOST:
        c.status = CUSTOMER
        c.coin_at = t
        c.coin_due = 0
        if p.contractual:
            c.service_at = t
    else:
        c.status = PROSPECT
    count(c, j, t, C_WON_BACK)
    note(c, j, t, A_WON_BACK, k, 0.0, 0.0)
    return RETURNED_FLAG


@law
def handling_days(c: Customer, p: Parameters, k: int, case: int, mean: float, shape: float) -> float:
    """Days of work a case takes (model §7); drawn by customer, base program and case number."""
    if shape <= 0.0:
        return mean
    return mean * (gamma(p.key0, p.key1, c.identity ^ p.programs[k].stream, P_HANDLING, case, shape) / shape)


@law
def start_clock(c: Customer, p: Parameters) -> None:
    """At t = 0 the clock of retention starts for those who bought before and are not lost (model §9)."""
    if c.status == CUSTOMER:
        c.mark = YEAR
        c.begun = still_there(c, p, 0.0)


@law
def answers_failure(p: Parameters, k: int) -> int:
    """Whether what program k does is an answer to the failure that set it off: a case of that grievance (model §7)."""
    trigger = p.programs[k].trigger
    return 1 if trigger in (KNOWN_FAILURE, COMPLAINT) else 0


@law
def open_item(c: Customer, p: Parameters, k: int) -> int:
    """A pending item of program k begins (one per customer and program, model §6); an answer keeps the grievance
    open. Returns its number.
    """
    c.pending[k] = 1 - c.pending[k]
    if answers_failure(p, k):
        c.cases += 1
    return c.pending[k]


@law
def close_item(c: Customer, p: Parameters, k: int) -> None:
    """The pending item of program k is over."""
    c.pending[k] = -c.pending[k]
    if answers_failure(p, k):
        c.cases -= 1


@law
def impatient(c: Customer, p: Parameters, k: int) -> int:
    """Whether a case of program k leaves the queue when patience ends: only complainants do (model §7)."""
    return 1 if c.complained and answers_failure(p, k) else 0


@law
def begin_service(c: Customer, p: Parameters, j: Journal, k: int, t: float, cost: float) -> None:
    """A desk begins to handle a case: the complaint counts as answered, and the case is paid (model §3.4, §7)."""
    if c.answered == 0 and answers_failure(p, k):
        c.answered = ANSWERED
    spend(c, p, j, t, DESK, cost)
    note(c, j, t, A_CASE_STARTED, k, 0.0, -cost)


@law
def abandon(c: Customer, p: Parameters, j: Journal, k: int, t: float) -> None:
    """A complainant's patience ends in the queue: the case leaves it unanswered (model §7)."""
    close_item(c, p, k)
    count(c, j, t, C_ABANDONED)
    note(c, j, t, A_CASE_ABANDONED, k, 0.0, 0.0)


@law
def silent_until(c: Customer, p: Parameters, k: int) -> float:
    """When the current spell of silence is long enough for program k (model §6); the customer has bought."""
    program = p.programs[k]
    if program.silence_in_gaps:
        return c.last_order + program.silence * own_gap(c, p)
    return c.last_order + program.silence


@law
def repeat_after(c: Customer, p: Parameters, k: int) -> float:
    """Days after which a silence program acts again in the same spell; 0 for once a spell (model §6)."""
    program = p.programs[k]
    return program.again * (own_gap(c, p) if program.again_in_gaps else 1.0)
