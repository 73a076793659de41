"""The compiled schedule: everybody alone to the next boundary, and only those who compete through one global order.

Customers meet only at desks, in limited budgets, at reviews, in calendar programs and in crises. So each is advanced
alone, in memory order, from one boundary to the next. An event that asks for a desk or a limited budget is undone and
queued under its key; a customer with an open case stays in the queue until the case is closed. What comes out is the
order of model §11, byte for byte that of one global queue.
"""

import math
from heapq import heappop, heappush
from typing import Any

import numpy as np

from equitysim.codes import Activity, EventClass, OwnKind
from equitysim.edges import before, reached
from equitysim.engines.compiled.events import (
    PATIENCE,
    happen,
    next_own,
    take_effect,
)
from equitysim.engines.compiled.records import Records
from equitysim.engines.compiled.state import Books, Shelf, Tables, Undo, in_hand
from equitysim.jit import borrowed, kernel, law
from equitysim.rules.journal import Journal, note
from equitysim.rules.programs import abandon, begin_service, close_item, deliver, handling_days, impatient
from equitysim.rules.state import Customer

A_CASE_OPENED = int(Activity.CASE_OPENED)
DESK_CLASS = int(EventClass.DESK)
OWN_CLASS = int(EventClass.OWN)
RECOVERY = int(OwnKind.RECOVERY)
MICRO = 1e6
UNRANKED = 1 << 62

OWN_EVENT = 0
CASE_PATIENCE = 1
CASE_DONE = 2
CASE_EFFECT = 3

FREE = 0
WAITING = 1
IN_SERVICE = 2
TAKING_EFFECT = 3


@law
def flush(j: Journal, r: Any, log: Records) -> None:
    """Move the events just noted to the log."""
    for row in range(j.size[0]):
        if r.logged < len(log):
            place = log[r.logged]
            place.time = j.time[row]
            place.customer = j.customer[row]
            place.activity = j.activity[row]
            place.program = j.program[row]
            place.points = j.points[row]
            place.money = j.money[row]
            place.balance = j.balance[row]
        r.logged += 1
    j.size[0] = 0


@law
def queue(
    heap: list[Any],
    c: Customer,
    t: float,
    class_: int,
    desk: int,
    kind: int,
    program: int,
    what: int,
    index: int,
    version: int,
) -> None:
    """Queue an event under its key (model §11)."""
    number = c.identity if c.generation > 0 else np.int64(c.number)
    source = np.int64(c.source)
    heappush(heap, (t, class_, desk, c.entered, source, number, kind, program, what, index, version))


@law
def queue_own(heap: list[Any], w: Tables, i: int, until: float, b: Books) -> None:
    """Queue the customer's next own event, if it comes before ``until``."""
    p, e = b.p, b.e
    x = w.clocks[i]
    x.version += 1
    w.nexts[i] = -math.inf
    t, kind, program = next_own(w.people[i], x, p, e)
    if t < until:  # no edge
        queue(heap, w.people[i], t, OWN_CLASS, 0, kind, program, OWN_EVENT, i, x.version)


@law
def begin_case(w: Tables, a: int, t: float, heap: list[Any], b: Books) -> None:
    """An agent begins to handle case a."""
    p, j = b.p, b.j
    case = w.cases[a]
    c = w.people[case.customer]
    desk = w.desks[case.desk]
    state = w.desk_state[case.desk]
    case.state = IN_SERVICE
    begin_service(c, p, j, case.program, t, desk.cost_per_case)
    work = handling_days(c, p, case.program, c.pending[case.program], desk.handling_mean, desk.handling_shape)
    days = work * (168.0 / desk.hours)
    if reached(t, 0.0):
        state.served += 1
        state.wait_micro += math.floor((t - case.opened) / desk.stretch * MICRO)  # no edge
        state.work_micro += math.floor(min(days, p.horizon - t) * MICRO)  # no edge
    case.done_at = t + days
    if before(case.done_at, p.horizon):
        queue(heap, c, case.done_at, DESK_CLASS, case.desk, 0, case.program, CASE_DONE, a, 0)


@law
def open_cases(w: Tables, i: int, t: float, heap: list[Any], queues: list[Any], b: Books) -> None:
    """The cases that an event of this customer asked for, once the event is over (model §7)."""
    p, j, e, r = b.p, b.j, b.e, b.r
    c = w.people[i]
    for opening in range(r.openings):
        k = e.opening[opening]
        d = p.programs[k].desk
        desk = w.desks[d]
        state = w.desk_state[d]
        note(c, j, t, A_CASE_OPENED, k, 0.0, 0.0)
        state.arrivals += 1
        a = r.cases
        r.cases += 1
        w.clocks[i].cases += 1
        case = w.cases[a]
        case.customer = i
        case.program = k
        case.desk = d
        case.rank = 0
        if desk.discipline == 1:
            rank = c.ranks[desk.best_by] if desk.best_by >= 0 else -1
            case.rank = rank if rank >= 0 else UNRANKED
        case.arrival = state.arrivals
        case.opened = t
        case.patience_at = math.inf
        case.done_at = math.inf
        if reached(t, 0.0):
            state.cases += 1
        if state.busy < desk.agents:
            state.busy += 1
            begin_case(w, a, t, heap, b)
        else:
            case.state = WAITING
            heappush(queues[d], (case.rank, case.arrival, a))
            state.waiting += 1
            if reached(t, 0.0) and state.waiting > state.longest:
                state.longest = state.waiting
            if impatient(c, p, k) and before(t + desk.patience, p.horizon):
                case.patience_at = t + desk.patience
                queue(heap, c, case.patience_at, OWN_CLASS, 0, PATIENCE, k, CASE_PATIENCE, a, 0)
    r.openings = 0


@law
def desk_queues(w: Tables) -> list[Any]:
    """For each desk a heap of the cases that wait: (rank, arrival, index), to be filled."""
    queues = [[(0, 0, 0)] for _ in range(len(w.desks))]
    for waiting in queues:
        waiting.clear()
    return queues


@law
def next_case(cases: Records, waiting: list[Any]) -> int:
    """The case that a desk serves next, or -1: the lowest rank, then the first to come. Those who left are passed
    over.
    """
    while len(waiting) > 0:
        a: int = heappop(waiting)[2]
        if cases[a].state == WAITING:
            return a
    return -1


@law
def alone(w: Tables, i: int, until: float, heap: list[Any], b: Books, earlier: Undo) -> bool:
    """Advance one customer by themselves up to a boundary, or to an event that needs others: that one is undone and
    queued.

    Stops early where there is no free place for a birth, or no work left for this slice; returns whether it got
    through.
    """
    p, j, e, r = b.p, b.j, b.e, b.r
    c = w.people[i]
    x = w.clocks[i]
    while True:
        t, kind, program = next_own(c, x, p, e)
        if t >= until or r.people > r.most:  # no edge
            w.nexts[i] = t
            return True
        if r.people >= len(w.people) or r.left <= 0:
            return False
        r.left -= 1
        if e.couples:
            earlier.customer[0] = c
            earlier.clocks[0] = x
            for counter in range(len(earlier.counts)):
                earlier.counts[counter] = j.counts[c.segment][counter]
            born = r.people
            r.request = 0
            r.alone = 1
            happen(c, x, (w.people[r.people], w.clocks[r.people]), t, kind, program, b)
            r.alone = 0
            if r.request:
                w.people[i] = earlier.customer[0]
                w.clocks[i] = earlier.clocks[0]
                for counter in range(len(earlier.counts)):
                    j.counts[c.segment][counter] = earlier.counts[counter]
                r.people = born
                r.openings = 0
                j.size[0] = 0
                r.left += 1  # it is undone again whenever the queue is made anew, and must not use up every slice
                queue_own(heap, w, i, until, b)
                return True
        else:
            happen(c, x, (w.people[r.people], w.clocks[r.people]), t, kind, program, b)
        flush(j, r, w.log)


@law
def settle_event(w: Tables, entry: Any, heap: list[Any], queues: list[Any], b: Books) -> int:
    """One event of the global queue, with desks and budgets open to it. Returns the customer it was about, or -1 if
    it is void.
    """
    p, j, r = b.p, b.j, b.r
    index: int
    t, _, _, _, _, _, kind, program, what, index, version = entry
    if what == OWN_EVENT:
        if w.clocks[index].version != version:
            return -1
        free = (w.people[r.people], w.clocks[r.people])
        happen(w.people[index], w.clocks[index], free, t, kind, program, b)
        return index
    case = w.cases[index]
    i: int = case.customer
    c = w.people[i]
    k = case.program
    state = w.desk_state[case.desk]
    if what == CASE_PATIENCE:
        if case.state != WAITING:
            return -1
        case.state = FREE
        w.clocks[i].cases -= 1
        state.waiting -= 1
        if reached(t, 0.0):
            state.abandoned += 1
        abandon(c, p, j, k, t)
    elif what == CASE_DONE:
        case.state = TAKING_EFFECT
        state.busy -= 1
        queue(heap, c, t, OWN_CLASS, 0, RECOVERY, k, CASE_EFFECT, index, 0)
        following = next_case(w.cases, queues[case.desk])
        if following >= 0:
            state.waiting -= 1
            state.busy += 1
            begin_case(w, following, t, heap, b)
    else:
        case.state = FREE
        w.clocks[i].cases -= 1
        stretch = w.desks[case.desk].stretch
        flags = deliver(c, p, j, k, t, (t - case.opened) * (1.0 - 1.0 / stretch))
        close_item(c, p, k)
        take_effect(c, w.clocks[i], flags, t, b)
    return i


@law
def compact(cases: Records, r: Any) -> None:
    """Drop the closed cases."""
    kept = 0
    for a in range(r.cases):
        if cases[a].state != FREE:
            if a != kept:
                cases[kept] = cases[a]
            kept += 1
    r.cases = kept


@law
def queue_open_cases(heap: list[Any], queues: list[Any], w: Tables, until: float, b: Books) -> None:
    """What is still to come of the cases that are open at the beginning of a window."""
    r = b.r
    for a in range(r.cases):
        case = w.cases[a]
        c = w.people[case.customer]
        k = case.program
        if case.state == WAITING:
            heappush(queues[case.desk], (case.rank, case.arrival, a))
        if case.state == WAITING and case.patience_at < until:  # no edge
            queue(heap, c, case.patience_at, OWN_CLASS, 0, PATIENCE, k, CASE_PATIENCE, a, 0)
        elif case.state == IN_SERVICE and case.done_at < until:  # no edge
            queue(heap, c, case.done_at, DESK_CLASS, case.desk, 0, k, CASE_DONE, a, 0)
        elif case.state == TAKING_EFFECT and case.done_at < until:  # no edge
            queue(heap, c, case.done_at, OWN_CLASS, 0, RECOVERY, k, CASE_EFFECT, a, 0)


@law
def roomy(w: Tables, b: Books) -> bool:
    """Whether one more event is due in this slice, and the tables hold whatever it may bring: a birth, and a case for
    every program.
    """
    return bool(b.r.left > 0 and b.r.people < len(w.people) and b.r.cases + len(b.e.opening) <= len(w.cases))


@kernel
def advance(tables: Tables, shelf: Shelf, undo: Undo, until: float) -> bool:
    """Everybody from the last boundary to ``until``, exclusive.

    Returns False where the tables are too full to go on or the slice is used up: called again with larger ones, it
    takes up where it stopped, since between two events the tables hold all there is to know (the queue is made anew
    from them).
    """
    w = in_hand(tables)
    b = Books(shelf.p[0], shelf.j[0], shelf.e[0], shelf.r[0])
    earlier = Undo(borrowed(undo.customer), borrowed(undo.clocks), borrowed(undo.counts))
    heap = [(0.0, 0, 0, 0.0, 0, 0, 0, 0, 0, 0, 0)]
    heap.clear()
    queues = desk_queues(w)
    compact(w.cases, b.r)
    queue_open_cases(heap, queues, w, until, b)
    i = 0
    while i < b.r.people:
        if w.nexts[i] >= until:  # no edge
            i += 1
        elif w.clocks[i].cases > 0:
            queue_own(heap, w, i, until, b)
            i += 1
        elif alone(w, i, until, heap, b, earlier):
            i += 1
        else:
            return False
    while len(heap) > 0 and b.r.people <= b.r.most:
        if not roomy(w, b):
            return False
        b.r.left -= 1
        entry = heappop(heap)
        if entry[0] >= until:  # no edge
            continue
        born = b.r.people
        i = settle_event(w, entry, heap, queues, b)
        if i < 0:
            continue
        open_cases(w, i, entry[0], heap, queues, b)
        flush(b.j, b.r, w.log)
        if w.clocks[i].cases > 0:
            queue_own(heap, w, i, until, b)
            i = born
        else:
            w.clocks[i].version += 1
        # The customer, unless a case holds them, and then everybody born meanwhile.
        while i < b.r.people:
            if not alone(w, i, until, heap, b, earlier):
                return False
            i = i + 1 if i >= born else born
    return True
