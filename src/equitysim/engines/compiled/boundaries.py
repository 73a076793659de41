"""What happens at a boundary, to everybody in canonical order: entries prepared, crises, reviews, calendar programs,
the horizon.
"""

import math
from typing import Any

import numpy as np

from equitysim.codes import Purpose
from equitysim.edges import reached
from equitysim.engines.compiled.events import bring_about_one, follow_up, reset_clocks
from equitysim.engines.compiled.exact import PARTIALS, add_exactly, exact_total
from equitysim.engines.compiled.records import Floats, Ints, Records
from equitysim.engines.compiled.schedule import desk_queues, flush, open_cases, roomy
from equitysim.engines.compiled.state import Books, Shelf, Tables, in_hand
from equitysim.jit import kernel
from equitysim.rules.account import KNOWN_FLAG, STATUS_CUSTOMER
from equitysim.rules.birth import arrive
from equitysim.rules.laws import calendar, pick
from equitysim.rules.occasion import close, crisis_failure, crisis_hits
from equitysim.rules.programs import observed_stage, standing, start_clock, wanted
from equitysim.rules.stages import STATUS_LOST, active, equity_now
from equitysim.streams import exponential, identity_of, uniform

P_SEGMENT = int(Purpose.SEGMENT)
P_ARRIVAL = int(Purpose.ARRIVAL)
P_LOTTERY = int(Purpose.LOTTERY)


@kernel
def arrival_times(p_: Records, stream: int, leads: float, start: float, room: int) -> Floats:
    """When the people of a channel arrive, up to ``room`` of them or the horizon (model §8); ``start``: the
    operational time of t = 0.
    """
    p = p_[0]
    times = np.empty(room, np.float64)
    clock = start
    for number in range(room):
        clock += exponential(p.key0, p.key1, stream, P_ARRIVAL, number) / leads
        t = clock
        if p.seasonal:
            t = calendar(clock, p.season, p.season_before, p.season_phase)
        times[number] = t
        if reached(t, p.horizon):
            return times[:number]
    return times


@kernel
def settle(
    w: Tables, shelf: Shelf, entered: Floats, ranks: Ints, numbers: Ints, streams: Ints, mixes: Floats, balance: Floats
) -> None:
    """Seed persons, in canonical order, as they are before they enter (model §8).

    ``balance``: per source, the equity and the oversell they come with.
    """
    p, r = shelf.p[0], shelf.r[0]
    for row in range(len(entered)):
        i = r.people
        r.people += 1
        rank = ranks[row]
        identity = identity_of(streams[rank], numbers[row])
        segment = pick(uniform(p.key0, p.key1, identity, P_SEGMENT, 0), mixes[rank])
        equity, oversell = balance[rank, 0], balance[rank, 1]
        arrive(w.people[i], p, entered[row], identity, rank, numbers[row], segment, equity, oversell)
        reset_clocks(w.clocks[i])
        w.clocks[i].entry_at = entered[row]
        w.nexts[i] = entered[row]


@kernel
def struck(w: Tables, shelf: Shelf, t: float, k: int, share: float) -> Ints:
    """Whom crisis k strikes (model §8), in canonical order."""
    p = shelf.p[0]
    hit = np.zeros(shelf.r[0].people, np.bool_)
    for i in range(len(hit)):
        c = w.people[i]
        hit[i] = c.status == STATUS_CUSTOMER and active(c, p, t) and crisis_hits(c, p, k, share)
    return np.flatnonzero(hit)


@kernel
def in_turn(tables: Tables, shelf: Shelf, turn: Ints, begin: int, k: int, t: float, severity: float) -> int:
    """Program k is set off for these people, one after another from number ``begin`` on; or crisis k strikes them, if
    ``severity`` is not negative.

    Returns how far it got: fewer than all where the tables are too full to go on or the slice is used up.
    """
    w = in_hand(tables)
    b = Books(shelf.p[0], shelf.j[0], shelf.e[0], shelf.r[0])
    heap = [(0.0, 0, 0, 0.0, 0, 0, 0, 0, 0, 0, 0)]  # this and the next are made anew from the cases: see advance
    queues = desk_queues(w)
    for number in range(begin, len(turn)):
        if not roomy(w, b):
            return number
        b.r.left -= 1
        i = turn[number]
        c = w.people[i]
        x = w.clocks[i]
        w.nexts[i] = -math.inf
        if severity >= 0.0:
            flags = crisis_failure(c, b.p, b.j, t, k, severity) | KNOWN_FLAG
            follow_up(c, x, (w.people[b.r.people], w.clocks[b.r.people]), flags, t, b)
        else:
            bring_about_one(c, x, k, t, b)
        if b.r.openings > 0:
            open_cases(w, i, t, heap, queues, b)
        flush(b.j, b.r, w.log)
    return len(turn)


@kernel
def stages_entered(w: Tables, shelf: Shelf, t: float) -> Ints:
    """The stage each person is seen to have entered since the last review, -1 for none; remembers what was seen."""
    p = shelf.p[0]
    entered = np.full(shelf.r[0].people, -1, np.int64)
    for i in range(len(entered)):
        seen = observed_stage(w.people[i], p, t)
        if seen != w.people[i].seen_stage:
            w.people[i].seen_stage = seen
            entered[i] = seen
    return entered


@kernel
def wanted_by(w: Tables, shelf: Shelf, k: int, t: float, round_: int) -> tuple[Any, Any]:
    """Whom program k would act on at t, and the draw that orders them where a budget limits it (model §6)."""
    p = shelf.p[0]
    j = shelf.j[0]
    meant = np.zeros(shelf.r[0].people, np.bool_)
    draws = np.zeros(shelf.r[0].people, np.float64)
    stream = p.programs[k].stream
    for i in range(len(meant)):
        if wanted(w.people[i], p, j, k, t):
            meant[i] = True
            draws[i] = uniform(p.key0, p.key1, w.people[i].identity ^ stream, P_LOTTERY, round_)
    return meant, draws


@kernel
def standings(w: Tables, shelf: Shelf, t: float, by: int) -> tuple[Any, Any]:
    """Who is ranked at t, and what by (model §6)."""
    p = shelf.p[0]
    ranked = np.zeros(shelf.r[0].people, np.bool_)
    values = np.zeros(shelf.r[0].people, np.float64)
    for i in range(len(ranked)):
        if active(w.people[i], p, t):
            ranked[i] = True
            values[i] = standing(w.people[i], p, t, by)
    return ranked, values


@kernel
def start_clocks(w: Tables, shelf: Shelf) -> None:
    """t = 0: the clock of retention starts for those who bought before."""
    for i in range(shelf.r[0].people):
        start_clock(w.people[i], shelf.p[0])


@kernel
def stock(w: Tables, shelf: Shelf, t: float) -> tuple[int, int, int, int, float, float]:
    """The people at a review: how many have bought, are active, are lost, are referred and bought; the sum of the
    balances of the active, and that of everybody's value, both exact (model §9).
    """
    p = shelf.p[0]
    bought = living = lost = recruited = 0
    balances, some = np.empty(PARTIALS, np.float64), 0
    values, many = np.empty(PARTIALS, np.float64), 0
    for i in range(shelf.r[0].people):
        c = w.people[i]
        many = add_exactly(c.value, values, many)
        if c.orders > 0:
            bought += 1
            if c.generation > 0 and reached(c.first_order, 0.0):
                recruited += 1
        if c.status == STATUS_LOST:
            lost += 1
        if active(c, p, t):
            living += 1
            some = add_exactly(equity_now(c, p, t), balances, some)
    return bought, living, lost, recruited, exact_total(balances, some), exact_total(values, many)


@kernel
def close_all(w: Tables, shelf: Shelf) -> None:
    """The horizon (model §9)."""
    p = shelf.p[0]
    for i in range(shelf.r[0].people):
        close(w.people[i], p, p.horizon)
