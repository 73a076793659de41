"""The account: how a balance fades, and what a touch, a failure and a recovery do to it (model §3)."""

import math

from equitysim.codes import Activity, Counter, Curve, DefectionUnit, Grievance, Kind, Purpose, Status
from equitysim.edges import before, reached
from equitysim.jit import law
from equitysim.plan import Parameters
from equitysim.rules.journal import Journal, count, note, spend
from equitysim.rules.laws import chance, clamp, faded, good, halved, harm, hazard_chance, newcomer, room, withdrawal
from equitysim.rules.stages import stage
from equitysim.rules.state import Customer
from equitysim.streams import uniform

SILENT = int(Grievance.SILENT)
KNOWN = int(Grievance.KNOWN)
STATUS_CUSTOMER = int(Status.CUSTOMER)
PER_YEAR = int(DefectionUnit.PER_YEAR)
DEFECTION = int(Curve.DEFECTION)
CURVE_VOICE = int(Curve.VOICE)
CONTACT = int(Kind.CONTACT)
REWARD = int(Kind.REWARD)
COMPENSATION = int(Kind.COMPENSATION)
A_FAILURE = int(Activity.FAILURE)
A_COMPLAINT = int(Activity.COMPLAINT)
A_NOTICED = int(Activity.NOTICED)
A_TOUCH = int(Activity.TOUCH)
A_OPT_OUT = int(Activity.OPT_OUT)
A_RECOVERY = int(Activity.RECOVERY)
A_NEGLECT = int(Activity.NEGLECT)
C_FAILURES = int(Counter.FAILURES)
C_COMPLAINTS = int(Counter.COMPLAINTS)
C_KNOWN = int(Counter.KNOWN_FAILURES)
C_RECOVERED = int(Counter.RECOVERED)
C_TOUCHES = int(Counter.TOUCHES)
C_OPT_OUTS = int(Counter.OPT_OUTS)
C_UNANSWERED = int(Counter.UNANSWERED)
P_RIVAL = int(Purpose.RIVAL)
P_MATCH = int(Purpose.MATCH)
P_OPT_OUT = int(Purpose.OPT_OUT)
P_REDEEM = int(Purpose.REDEEM)

KNOWN_FLAG = 1
"""The firm has just learned of a failure."""
COMPLAINT_FLAG = 2
"""It learned by a complaint, the first of this grievance: the clock of ``failure.patience`` starts."""
VOICED_FLAG = 4
"""The customer complained, for the first time or again."""

ANSWERED = 1
NEGLECTED = 2


@law
def rival_pressure(c: Customer, p: Parameters, t: float) -> float:
    """Points that rival campaigns now take off this customer's choice, before sensitivity (model §2, §8)."""
    total = 0.0
    for k in range(p.rival_count):
        rival = p.rivals[k]
        running = reached(t, rival.start) and before(t, rival.end)
        if running and uniform(p.key0, p.key1, c.identity, P_RIVAL, k) < rival.reach:
            total += rival.pressure
    return total


@law
def sensitivity(c: Customer, p: Parameters, t: float) -> float:
    """How much more everything counts for a newcomer; 1 before the first purchase (model §3.6)."""
    if c.orders == 0:
        return 1.0
    return newcomer(t - c.first_order, p.onboarding_sensitivity, p.onboarding_half_life)


@law
def live_pull(c: Customer, t: float) -> float:
    """Pull of the incentive the customer holds, while it is valid (model §6)."""
    if before(t, c.incentive_until):
        return c.pull
    return 0.0


@law
def leaving_chance(c: Customer, p: Parameters, t: float, equity: float) -> float:
    """Chance to leave that is pending at t for a balance (model §2, §4): hazard since the last coin, or a coin still
    owed.
    """
    slope = p.curves[DEFECTION].slope
    x = equity
    if p.contractual and (c.pull > 0.0 or p.rival_count > 0):
        x += live_pull(c, t) - rival_pressure(c, p, t) * sensitivity(c, p, t)
    if p.defection_unit == PER_YEAR:
        return hazard_chance(c.own[DEFECTION], slope, x, t - c.coin_at)
    if c.coin_due:
        return chance(c.own[DEFECTION], slope, x)
    return 0.0


@law
def observe_retention(c: Customer, p: Parameters) -> None:
    """Take the retention mark: the chance that the customer is still there, 0 for the lost (model §9)."""
    t = c.mark
    c.mark = math.inf
    c.kept = still_there(c, p, t) if c.status == STATUS_CUSTOMER else 0.0


@law
def still_there(c: Customer, p: Parameters, t: float) -> float:
    """Chance that a customer who is not known to have left has not: 1 minus the chance to leave that is pending. Under
    contract nothing is pending before the next renewal is due (model §9).
    """
    if p.contractual and before(t, c.first_order + c.renewals * p.period):
        return 1.0
    return 1.0 - leaving_chance(c, p, t, faded(c.equity, t - c.equity_at, p.forgetting, p.forgiving))


@law
def fade(c: Customer, p: Parameters, t: float) -> None:
    """Bring the balance to t; every transition starts here, so a retention mark that has come is taken before the
    state changes.
    """
    if reached(t, c.mark):
        observe_retention(c, p)
    if t > c.equity_at:  # no edge
        c.equity = faded(c.equity, t - c.equity_at, p.forgetting, p.forgiving)
        c.equity_at = t


@law
def deposit(c: Customer, points: float) -> float:
    """Deposit with diminishing returns; returns what it moved (model §3.2, §3.5)."""
    before = c.equity
    c.equity = clamp(before + points * room(before))
    return c.equity - before


@law
def withdraw(c: Customer, points: float) -> float:
    """Withdraw raw points; returns what it moved, not positive."""
    before = c.equity
    c.equity = clamp(before - points)
    return c.equity - before


@law
def receive(c: Customer, p: Parameters, j: Journal, k: int, t: float) -> None:
    """A touch of program k reaches the customer (model §3.2, §6): good, harm, opt-out, cost, reward, incentive."""
    program = p.programs[k]
    fade(c, p, t)
    receipt = c.receipts[program.group]
    c.receipts[program.group] = receipt + 1
    luck = c.identity ^ program.stream
    relevance = program.relevance[stage(c, p, t, c.equity, 1)]
    if program.match < 1.0 and uniform(p.key0, p.key1, luck, P_MATCH, receipt) >= program.match:
        relevance = program.mismatch
    sensitive = sensitivity(c, p, t)
    if c.pressure > 0.0:
        c.pressure = c.pressure * halved(t - c.pressure_at, p.pressure_half_life)
    c.pressure_at = t
    before = c.equity
    points = 0.0
    if program.gain != 0.0:
        worn = halved(float(receipt), program.novelty) if program.novelty > 0.0 else 1.0
        responsiveness = p.segments[c.segment].responsiveness
        points = good(program.gain, relevance, c.pressure, p.tolerance, sensitive, responsiveness, worn) * room(before)
    hurt = 0.0
    if program.weight > 0.0:
        hurt = harm(p.annoyance, program.weight, relevance, c.pressure, p.tolerance, sensitive)
    c.equity = clamp(before + points - hurt)
    c.pressure += program.weight
    if program.appreciative:
        c.unthanked = 0
    spent = pay_for_touch(c, p, j, k, t, luck, receipt)
    count(c, j, t, C_TOUCHES)
    note(c, j, t, A_TOUCH, k, c.equity - before, spent)
    if hurt > 0.0 and not c.opted_out and uniform(p.key0, p.key1, luck, P_OPT_OUT, receipt) < p.opt_out:
        c.opted_out = 1
        count(c, j, t, C_OPT_OUTS)
        note(c, j, t, A_OPT_OUT, k, 0.0, 0.0)


@law
def pay_for_touch(c: Customer, p: Parameters, j: Journal, k: int, t: float, luck: int, receipt: int) -> float:
    """Contact, reward and incentive of a touch (model §6, §9); returns the money booked, not positive."""
    program = p.programs[k]
    spend(c, p, j, t, CONTACT, program.cost)
    spent = -program.cost
    if program.reward_value > 0.0 and (
        program.reward_redeemed >= 1.0 or uniform(p.key0, p.key1, luck, P_REDEEM, receipt) < program.reward_redeemed
    ):
        reward = program.reward_value * program.reward_costs
        spend(c, p, j, t, COMPENSATION if program.compensation else REWARD, reward)
        spent -= reward
    if program.valid > 0.0 and program.pull >= live_pull(c, t):
        c.pull = program.pull
        c.incentive_value = program.incentive_value
        c.incentive_until = t + program.valid
        c.hangover = program.hangover
    return spent


@law
def lose(c: Customer, p: Parameters, t: float, points: float) -> float:
    """Withdraw points on account of the open grievance; what is missing above and below zero is kept apart (model
    §3.4).
    """
    before = c.equity
    moved = withdraw(c, points)
    above = max(before, 0.0) - max(c.equity, 0.0)
    below = -moved - above
    old_above = c.loss_above * halved(t - c.loss_at, p.forgetting) if c.loss_above > 0.0 else 0.0
    old_below = c.loss_below * halved(t - c.loss_at, p.forgiving) if c.loss_below > 0.0 else 0.0
    left = old_above + old_below
    if c.given > 0.0 and left - moved > 0.0:
        c.given = c.given * left / (left - moved)
    c.loss_above = old_above + above
    c.loss_below = old_below + below
    c.loss_at = t
    c.loss_total -= moved
    return moved


@law
def fail(c: Customer, p: Parameters, j: Journal, t: float, severity: float) -> None:
    """A failure (model §3.3). It joins an open case; otherwise it starts a grievance of its own, silent until voiced
    or noticed.
    """
    fade(c, p, t)
    repeat = p.repeat if c.failures > 0 and before(t, c.last_failure + p.memory) else 1.0
    points = withdrawal(severity, sensitivity(c, p, t), p.cushion, c.equity, repeat)
    if c.cases == 0:
        c.grievance = SILENT
        c.grievance_at = t
        c.first_failure = 1 if c.failures == 0 else 0
        c.complained = 0
        c.answered = 0
        c.loss_above = 0.0
        c.loss_below = 0.0
        c.loss_total = 0.0
        c.given = 0.0
    c.failures += 1
    c.last_failure = t
    moved = lose(c, p, t, points)
    count(c, j, t, C_FAILURES)
    note(c, j, t, A_FAILURE, -1, moved, 0.0)


@law
def speak(c: Customer, p: Parameters, j: Journal, t: float, u_voice: float, u_detection: float) -> int:
    """After a failure: a complaint, or a failure noticed, or silence (model §4). Returns flags."""
    if u_voice < chance(c.own[CURVE_VOICE], p.curves[CURVE_VOICE].slope, c.equity):
        flags = VOICED_FLAG
        if c.complained == 0:
            flags |= COMPLAINT_FLAG
        c.complained = 1
        count(c, j, t, C_COMPLAINTS)
        note(c, j, t, A_COMPLAINT, -1, 0.0, 0.0)
        return flags | learn(c, j, t)
    if u_detection < p.detection:
        note(c, j, t, A_NOTICED, -1, 0.0, 0.0)
        return learn(c, j, t)
    return 0


@law
def learn(c: Customer, j: Journal, t: float) -> int:
    """The firm learns of the grievance. A failure that joins a known one is one case with it and is not counted
    again.
    """
    if c.grievance != KNOWN:
        c.grievance = KNOWN
        count(c, j, t, C_KNOWN)
    return KNOWN_FLAG


@law
def restore(c: Customer, p: Parameters, j: Journal, k: int, t: float, late: float) -> None:
    """A restoring touch gives back a share of what is left of the loss (model §3.4). ``late``: days of the wait that do
    not count.
    """
    if c.grievance != KNOWN:
        return
    program = p.programs[k]
    share = program.restore * halved(t - c.grievance_at - late, p.promptness)
    most = (1.0 + p.paradox if c.first_failure else 1.0) - c.given
    if share > most:
        share = most
    c.answered = ANSWERED if c.answered == 0 else c.answered
    if share <= 0.0:
        return
    fade(c, p, t)
    left = c.loss_above * halved(t - c.loss_at, p.forgetting) + c.loss_below * halved(t - c.loss_at, p.forgiving)
    before = c.equity
    c.equity = clamp(before + share * left)
    if c.given == 0.0:
        count(c, j, t, C_RECOVERED)
    c.given += share
    note(c, j, t, A_RECOVERY, k, c.equity - before, 0.0)


@law
def neglect(c: Customer, p: Parameters, j: Journal, t: float, grievance_at: float) -> None:
    """Patience with an unanswered complaint ends (model §3.4); nothing if it was answered or another grievance took
    its place.
    """
    if c.grievance_at != grievance_at or c.complained == 0 or c.answered != 0:
        return
    fade(c, p, t)
    c.answered = NEGLECTED
    moved = lose(c, p, t, p.neglect * c.loss_total)
    count(c, j, t, C_UNANSWERED)
    note(c, j, t, A_NEGLECT, -1, moved, 0.0)
