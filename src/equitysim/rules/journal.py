"""What a run writes down: counts, events and flows. Across customers only integers are summed; money stays with its
customer.
"""

import math
from typing import NamedTuple

from equitysim.codes import Counter, Kind, Status, ValueSource
from equitysim.edges import before, reached
from equitysim.jit import law
from equitysim.plan import YEAR, Parameters
from equitysim.result import EVERYONE
from equitysim.rules.laws import MOST_MICRO, halved, micro
from equitysim.rules.state import Customer
from equitysim.streams import mix

MARGIN = int(Kind.MARGIN)
SERVICE = int(Kind.SERVICE)
DESK = int(Kind.DESK)
C_SPENT_MICRO = int(Counter.SPENT_MICRO)
BASE = int(ValueSource.BASE)
MORE_PURCHASES = int(ValueSource.MORE_PURCHASES)
COST_TO_SERVE = int(ValueSource.COST_TO_SERVE)
LOST = int(Status.LOST)


class Journal(NamedTuple):
    """What customers share in a run; lists in Python, arrays in compiled code.

    ``counts``: segment × ``codes.Counter``. ``spent`` and ``spent_period``: millionths charged to each program's
    budget, and in which period. ``cut``: how many of the ranked are best enough for each program, since the last
    review. ``only``: whose events are logged (identity, EVERYONE or NOBODY); the columns from ``size`` on are the log
    (``result.LOG``), ``size[0]`` its length.
    """

    counts: list[list[int]]
    spent: list[int]
    spent_period: list[int]
    cut: list[int]
    only: int
    size: list[int]
    time: list[float]
    customer: list[int]
    activity: list[int]
    program: list[int]
    points: list[float]
    money: list[float]
    balance: list[float]


@law
def count(c: Customer, j: Journal, t: float, counter: int) -> None:
    """One more of ``codes.Counter``, from t = 0 on."""
    if reached(t, 0.0):
        j.counts[c.segment][counter] += 1


@law
def note(c: Customer, j: Journal, t: float, activity: int, program: int, points: float, money: float) -> None:
    """One model event: ``codes.Activity``, the program or -1, points moved, money booked; the balance is the equity
    after it.
    """
    c.events += 1
    c.trail = mix(c.trail, t, (program + 1) * 64 + activity, points, money, c.equity)
    if j.only == EVERYONE or j.only == c.identity:
        k = j.size[0]
        j.time[k] = t
        j.customer[k] = c.identity
        j.activity[k] = activity
        j.program[k] = program
        j.points[k] = points
        j.money[k] = money
        j.balance[k] = c.equity
        j.size[0] = k + 1


@law
def book(c: Customer, p: Parameters, t: float, kind: int, amount: float) -> None:
    """Book a flow (``codes.Kind``; costs negative). Money counts from t = 0 (model §9). Spend goes through
    :func:`spend`.
    """
    if before(t, 0.0) or amount == 0.0:
        return
    present = amount * math.exp(-p.discount * t)
    c.ledger[kind] += present
    c.value += present
    if kind != DESK and before(t, c.root_entered + p.ltv_window):
        c.ltv += amount * math.exp(-p.discount * (t - c.root_entered))


@law
def spend(c: Customer, p: Parameters, j: Journal, t: float, kind: int, amount: float) -> None:
    """Book what the firm pays for a customer (positive), and count it as paid from t = 0 on (model §9)."""
    book(c, p, t, kind, -amount)
    if reached(t, 0.0):
        counts = j.counts[c.segment]
        counts[C_SPENT_MICRO] = min(counts[C_SPENT_MICRO] + micro(amount), MOST_MICRO)


@law
def credit(c: Customer, p: Parameters, t: float, source: int, amount: float) -> None:
    """Say which source a flow came from (``codes.ValueSource``; model §9)."""
    if reached(t, 0.0):
        c.sources[source] += amount * math.exp(-p.discount * t)


@law
def book_order(c: Customer, p: Parameters, t: float, margin: float, base: float, more: float) -> None:
    """Book an order's margin, and credit what it owes to the product and what to the relationship (model §9).

    What :func:`book` and :func:`credit` would do, with the discount factor computed once: orders are most of all flows.
    """
    if before(t, 0.0):
        return
    factor = math.exp(-p.discount * t)
    present = margin * factor
    c.ledger[MARGIN] += present
    c.value += present
    if before(t, c.root_entered + p.ltv_window):
        c.ltv += margin * math.exp(-p.discount * (t - c.root_entered))
    c.sources[BASE] += base * factor
    c.sources[MORE_PURCHASES] += more * factor


@law
def settle_service(c: Customer, p: Parameters, t: float) -> None:
    """Book the cost to serve since it was last settled, while the customer was active (model §9). ``c.equity`` holds
    at t.
    """
    if p.service_per_year == 0.0 or c.orders == 0 or (p.contractual and c.status == LOST):
        return
    end = t if p.contractual else min(t, c.last_order + p.recency)
    begun = max(c.service_at, 0.0)
    c.service_at = t
    if end <= begun:  # no edge
        return
    unsaved = p.service_per_year / YEAR * (end - begun)
    saving = p.service_saving * max(c.equity, 0.0) / 100.0 + p.service_tenure_saving * (
        1.0 - halved(end - c.first_order, p.service_tenure_half_life)
    )
    paid = unsaved * max(0.0, 1.0 - saving)
    book(c, p, end, SERVICE, -paid)
    credit(c, p, end, BASE, -unsaved)
    credit(c, p, end, COST_TO_SERVE, unsaved - paid)


@law
def recent(amount: float, since: float, t: float, half_life: float) -> float:
    """A decayed total at t (model §6: recent margin, recent orders)."""
    return amount * math.exp2(-(t - since) / half_life) if amount != 0.0 else 0.0
