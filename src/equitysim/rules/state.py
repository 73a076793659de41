"""The state of one customer: a slotted object in Python, a record of the same fields in compiled code.

The annotations of :class:`Customer` are the only list of fields. ``float`` becomes f8, ``int`` i8, and a list becomes
a nested array of the length :func:`lengths` gives it, so the same transition source reads and writes either.
"""

import math

import numpy as np
import numpy.typing as npt

from equitysim.codes import Kind, ValueSource
from equitysim.plan import CURVES, RANKINGS

NEVER = -math.inf


class Customer:
    """One person: identity, traits, account, clocks and ledger. Times are days (t = 0 the start of the horizon),
    money undiscounted only where it says so, NEVER where a moment has not come.

    ``root``/``root_entered``: identity of the seed person this one descends from (itself for a seed person), and that
    person's entry, not before 0. ``own``: intercept of each curve (``codes.Curve``). ``equity`` holds at
    ``equity_at``, ``pressure`` at ``pressure_at``, ``recent_margin`` and ``recent_orders`` at ``last_order``.
    ``clock``: operational time of occasion number ``occasions``, the next to come; ``renewals`` and
    ``service_failures`` number those to come under contract. ``coin_at``: up to when the hazard of leaving has been
    drawn; ``coin_due``: a coin per purchase waits. ``loss_above``/``loss_below``: what the latest failure took above
    and below zero and is still missing, at ``loss_at``; ``loss_total``: what it took in all; ``given``: share given
    back; ``first_failure``: nothing had failed before; ``answered``: 0 not yet, 1 answered, 2 neglected; ``cases``:
    answers under way. ``mark``: when retention is observed. ``kept``: retention weight after twelve months, NaN if
    not observed. ``ranks``: position by ``codes.Ranking`` at the last review, -1 unranked. ``ledger``
    (``codes.Kind``) and ``sources`` (``codes.ValueSource``): money discounted to the start; ``ltv``: flows inside the
    window, discounted to ``root_entered``; ``value``: all flows, discounted to the start.
    ``receipts`` per base program, ``periods`` (at_most) and ``pending`` per program. ``trail``: running hash of this
    customer's ``events``.
    """

    identity: int
    entered: float
    source: int
    number: int
    segment: int
    root: int
    root_entered: float
    referrer: int
    generation: int
    rate: float
    spend: float
    own: list[float]
    status: int
    opted_out: int
    equity: float
    equity_at: float
    pressure: float
    pressure_at: float
    oversell: float
    clock: float
    occasions: int
    renewals: int
    service_failures: int
    orders: int
    first_order: float
    second_order: float
    last_order: float
    coin_at: float
    coin_due: int
    recent_margin: float
    recent_orders: float
    failures: int
    last_failure: float
    grievance: int
    loss_above: float
    loss_below: float
    loss_at: float
    loss_total: float
    given: float
    first_failure: int
    grievance_at: float
    complained: int
    answered: int
    cases: int
    pull: float
    incentive_value: float
    incentive_until: float
    hangover: float
    unthanked: int
    referrals: int
    service_at: float
    mark: float
    kept: float
    seen_stage: int
    ranks: list[int]
    ledger: list[float]
    value: float
    ltv: float
    sources: list[float]
    receipts: list[int]
    periods: list[int]
    pending: list[int]
    events: int
    trail: int

    __slots__ = tuple(__annotations__)


def lengths(programs: int) -> dict[str, int]:
    """Length of each list field for a plan with so many programs."""
    return {
        "own": CURVES,
        "ranks": RANKINGS,
        "ledger": len(Kind),
        "sources": len(ValueSource),
        "receipts": max(programs, 1),
        "periods": max(programs, 1),
        "pending": max(programs, 1),
    }


def record_type(programs: int) -> np.dtype[np.void]:
    """The structured dtype with the fields of :class:`Customer`, in order, f8 and i8 only."""
    sizes = lengths(programs)
    fields: list[tuple[str, str] | tuple[str, str, tuple[int]]] = []
    for name, kind in Customer.__annotations__.items():
        code = "f8" if "float" in str(kind) else "i8"
        fields.append((name, code, (sizes[name],)) if name in sizes else (name, code))
    return np.dtype(fields, align=True)


def records(customers: list[Customer], programs: int) -> npt.NDArray[np.void]:
    """The customers as one structured array, in the order given."""
    table = np.zeros(len(customers), dtype=record_type(programs))
    for name in Customer.__slots__:
        if customers:
            table[name] = [getattr(customer, name) for customer in customers]
    return table
