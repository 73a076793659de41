"""One customer's events: which comes next, and what it brings about (the compiled twin of the SimPy engine's people
and care).
"""

import math
from typing import Any

from equitysim.codes import OwnKind, Status, Trigger
from equitysim.edges import before, meeting, no_later
from equitysim.engines.compiled.state import Books
from equitysim.jit import law
from equitysim.plan import YEAR, Parameters
from equitysim.rules.account import COMPLAINT_FLAG, KNOWN_FLAG, VOICED_FLAG, neglect
from equitysim.rules.birth import descend, enter
from equitysim.rules.occasion import (
    BOUGHT_FLAG,
    CANCELLED_FLAG,
    FIRST_FLAG,
    REFERRED_FLAG,
    buy,
    commit,
    next_occasion,
    next_service_failure,
    occasion,
    service_failure,
)
from equitysim.rules.programs import (
    RETURNED_FLAG,
    TO_DESK_FLAG,
    act,
    close_item,
    open_item,
    repeat_after,
    silent_until,
    wanted,
)
from equitysim.rules.state import Customer
from equitysim.streams import identity_of

ENTRY = int(OwnKind.ENTRY)
SILENCE_KIND = int(OwnKind.SILENCE)
RENEWAL = int(OwnKind.RENEWAL)
ANNIVERSARY_KIND = int(OwnKind.ANNIVERSARY)
PATIENCE = int(OwnKind.PATIENCE)
DELAYED = int(OwnKind.DELAYED)
SERVICE_FAILURE = int(OwnKind.SERVICE_FAILURE)
OCCASION = int(OwnKind.OCCASION)
COLD = int(Status.COLD)
LOST = int(Status.LOST)
LEAD = int(Trigger.LEAD)
FIRST_PURCHASE = int(Trigger.FIRST_PURCHASE)
PURCHASE = int(Trigger.PURCHASE)
KNOWN_FAILURE = int(Trigger.KNOWN_FAILURE)
COMPLAINT = int(Trigger.COMPLAINT)
REFERRAL = int(Trigger.REFERRAL)
CANCELLATION = int(Trigger.CANCELLATION)
ANNIVERSARY = int(Trigger.ANNIVERSARY)
SILENCE = int(Trigger.SILENCE)
LAST_PROGRAM = 1 << 40

Free = tuple[Customer, Any]
"""The free place behind the last person: a record and its clocks, for whoever is born next."""


@law
def reset_clocks(x: Any) -> None:
    """Nothing is to come but entry, which the caller sets."""
    x.entry_at = math.inf
    x.occasion_at = math.inf
    x.failure_at = math.inf
    x.patience_at = math.inf
    x.patience_grievance = -math.inf
    x.anniversary_at = math.inf
    x.anniversaries = 0
    x.back_at = -math.inf
    x.away = 0
    x.cases = 0
    x.version = 0
    x.delays = 0
    for k in range(len(x.due)):
        x.due[k] = math.inf
        x.silent[k] = 0


@law
def next_own(c: Customer, x: Any, p: Parameters, e: Any) -> tuple[float, int, int]:
    """(time, kind, program) of the customer's next own event but those of open cases (model §11)."""
    t = x.entry_at
    kind = ENTRY
    program = 0
    if c.orders > 0:
        for position in range(e.first[SILENCE], e.first[SILENCE + 1]):
            k = e.listed[position]
            due = silent_until(c, p, k)
            if x.silent[k] > 0:
                again = repeat_after(c, p, k)
                due = due + x.silent[k] * again if again > 0.0 else math.inf
            due = no_later(due, x.occasion_at)
            if due < t:  # no edge
                t = due
                kind = SILENCE_KIND
                program = k
        if p.contractual and x.occasion_at < t:  # no edge
            t = x.occasion_at
            kind = RENEWAL
            program = 0
        if x.anniversary_at < t:  # no edge
            t = x.anniversary_at
            kind = ANNIVERSARY_KIND
            program = 0
    if x.patience_at < t:  # no edge
        t = x.patience_at
        kind = PATIENCE
        program = LAST_PROGRAM
    if x.delays > 0:
        for k in range(len(x.due)):
            if x.due[k] < t:  # no edge
                t = x.due[k]
                kind = DELAYED
                program = k
    if x.failure_at < t:  # no edge
        t = x.failure_at
        kind = SERVICE_FAILURE
        program = 0
    if not (p.contractual and c.orders > 0) and x.occasion_at < t:  # no edge
        t = x.occasion_at
        kind = OCCASION
        program = 0
    return t, kind, program


@law
def set_off(c: Customer, x: Any, k: int, t: float, b: Books) -> int:
    """Program k is set off: it acts, or waits for its delay, or asks for its desk when the event is over. Returns
    flags.
    """
    p, e, r = b.p, b.e, b.r
    if c.pending[k] > 0:
        return 0
    if p.programs[k].delay > 0.0:
        open_item(c, p, k)
        due = t + p.programs[k].delay
        if before(due, p.horizon):
            x.due[k] = due
            x.delays += 1
        return 0
    flags = try_to_act(c, k, t, b)
    if flags & TO_DESK_FLAG:
        open_item(c, p, k)
        e.opening[r.openings] = k
        r.openings += 1
    return flags


@law
def try_to_act(c: Customer, k: int, t: float, b: Books) -> int:
    """Act, unless this customer is being advanced alone and the program is one that customers compete for."""
    p, j, e, r = b.p, b.j, b.e, b.r
    if r.alone and e.coupled[k]:
        if wanted(c, p, j, k, t):
            r.request = 1
        return 0
    return act(c, p, j, k, t)


@law
def take_effect(c: Customer, x: Any, flags: int, t: float, b: Books) -> None:
    """What a treatment brought about: a failure came to light and its programs act, or the absent returned."""
    p, e, r = b.p, b.e, b.r
    if flags & KNOWN_FLAG:
        for position in range(e.first[KNOWN_FAILURE], e.first[KNOWN_FAILURE + 1]):
            further = set_off(c, x, e.listed[position], t, b)
            if further & RETURNED_FLAG:
                come_back(c, x, t, p, r)
    if flags & RETURNED_FLAG:
        come_back(c, x, t, p, r)


@law
def come_back(c: Customer, x: Any, t: float, p: Parameters, r: Any) -> None:
    """A returner goes on with the next occasion of a clock that never stopped (model §4, §6)."""
    if x.away == 1:
        x.back_at = t
        catch_up(c, x, p, r)


@law
def catch_up(c: Customer, x: Any, p: Parameters, r: Any) -> None:
    """Pass over the occasions missed. Where they are too many for this slice the next own event is one of them, in the
    past, and goes on from there.
    """
    due = meeting(next_occasion(c, p), x.back_at)
    while due < x.back_at and r.left > 0:  # no edge
        r.left -= 1
        due = meeting(next_occasion(c, p), x.back_at)
    x.away = 2 if due < x.back_at else 0  # no edge
    x.occasion_at = due


@law
def bring_about_one(c: Customer, x: Any, k: int, t: float, b: Books) -> None:
    """Set off program k and let it take effect."""
    flags = set_off(c, x, k, t, b)
    if flags & (KNOWN_FLAG | RETURNED_FLAG):
        take_effect(c, x, flags, t, b)


@law
def bring_about(c: Customer, x: Any, trigger: int, t: float, b: Books) -> None:
    """All programs with this trigger, as declared."""
    e = b.e
    for position in range(e.first[trigger], e.first[trigger + 1]):
        bring_about_one(c, x, e.listed[position], t, b)


@law
def follow_up(c: Customer, x: Any, free: Free, flags: int, t: float, b: Books) -> None:
    """What an event causes at once: the person referred is born, then programs act, by cause (model §4.6, §4.7)."""
    p, j, e, r = b.p, b.j, b.e, b.r
    if flags & REFERRED_FLAG:
        child, clocks = free
        reset_clocks(clocks)
        clocks.entry_at = t
        descend(child, p, t, c, identity_of(c.identity, c.referrals - 1), r.sources)
        commit(c, p, j, t)
        r.people += 1
    if flags & BOUGHT_FLAG:
        if flags & FIRST_FLAG:
            if e.service_fails:
                x.failure_at = next_service_failure(c, p, t)
            if e.first[ANNIVERSARY + 1] > e.first[ANNIVERSARY]:
                x.anniversaries = 1
                x.anniversary_at = t + YEAR
            bring_about(c, x, FIRST_PURCHASE, t, b)
        for position in range(e.first[SILENCE], e.first[SILENCE + 1]):
            x.silent[e.listed[position]] = 0
        for position in range(e.first[PURCHASE], e.first[PURCHASE + 1]):
            k = e.listed[position]
            if c.orders % p.programs[k].nth == 0:
                bring_about_one(c, x, k, t, b)
    if flags & KNOWN_FLAG:
        bring_about(c, x, KNOWN_FAILURE, t, b)
    if flags & VOICED_FLAG:
        bring_about(c, x, COMPLAINT, t, b)
    if flags & COMPLAINT_FLAG and c.answered == 0 and before(t + p.patience, p.horizon):
        x.patience_at = t + p.patience
        x.patience_grievance = c.grievance_at
    if flags & REFERRED_FLAG:
        bring_about(c, x, REFERRAL, t, b)
    if flags & CANCELLED_FLAG:
        bring_about(c, x, CANCELLATION, t, b)


@law
def go_on(c: Customer, x: Any, p: Parameters, e: Any) -> None:
    """After entry or an occasion: the next occasion, or none while the person is away."""
    if c.status == LOST or c.status == COLD:
        x.away = 1 if e.can_return else 0
        x.occasion_at = math.inf
    else:
        x.occasion_at = next_occasion(c, p)


@law
def happen(c: Customer, x: Any, free: Free, t: float, kind: int, program: int, b: Books) -> None:
    """The customer's next own event happens (model §11)."""
    p, j, e, r = b.p, b.j, b.e, b.r
    if kind in (OCCASION, RENEWAL) and x.away == 2:
        catch_up(c, x, p, r)
    elif kind in (OCCASION, RENEWAL):
        flags = occasion(c, p, j, t)
        if flags:
            follow_up(c, x, free, flags, t, b)
        go_on(c, x, p, e)
    elif kind == SILENCE_KIND:
        x.silent[program] += 1
        bring_about_one(c, x, program, t, b)
    elif kind == DELAYED:
        x.due[program] = math.inf
        x.delays -= 1
        flags = try_to_act(c, program, t, b)
        if flags & TO_DESK_FLAG:
            e.opening[r.openings] = program
            r.openings += 1
        else:
            close_item(c, p, program)
            take_effect(c, x, flags, t, b)
    elif kind == PATIENCE:
        x.patience_at = math.inf
        neglect(c, p, j, t, x.patience_grievance)
    elif kind == SERVICE_FAILURE:
        flags = service_failure(c, p, j, t)
        if flags:
            follow_up(c, x, free, flags, t, b)
        x.failure_at = next_service_failure(c, p, t)
    elif kind == ANNIVERSARY_KIND:
        bring_about(c, x, ANNIVERSARY, t, b)
        x.anniversaries += 1
        x.anniversary_at = c.first_order + x.anniversaries * YEAR
    else:
        x.entry_at = math.inf
        enter(c, p, j, t, r.costs[c.source])
        if r.buys[c.source]:
            follow_up(c, x, free, buy(c, p, j, t, 1.0), t, b)
        else:
            bring_about(c, x, LEAD, t, b)
        go_on(c, x, p, e)
