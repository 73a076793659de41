"""The state of one customer: a slotted object in Python, a record of the same fields in compiled code.

The annotations of :class:`Customer` are the only list of fields. ``float`` becomes f8, ``int`` i8 or what it is
annotated with, and a list becomes a nested array of the length :func:`lengths` gives it, so the same transition source
reads and writes either.
"""

import math
from functools import cache
from typing import Annotated, Any, get_args, get_origin

import numpy as np
import numpy.typing as npt

from equitysim.codes import Kind, ValueSource
from equitysim.plan import CURVES, RANKINGS

NEVER = -math.inf

PROGRAM_ROOMS = (8, 64)
"""Room for programs in a record; doubled beyond."""

Code = Annotated[int, "i1"]
"""A flag, or an enumeration's member: -1 to 127."""

Few = Annotated[int, "i2"]
"""A source, or answers under way: at most some thousands."""

Number = Annotated[int, "i4"]
"""A count of people, or of what happened to one person: below 2³¹."""


class Customer:
    """One person: identity, traits, account, clocks and ledger. Times are days (t = 0 the start of the horizon),
    money undiscounted only where it says so, NEVER where a moment has not come.

    ``root``/``root_entered``: identity of the seed person this one descends from (itself for a seed person), and that
    person's entry, not before 0. ``own``: intercept of each curve (``codes.Curve``). ``equity`` holds at
    ``equity_at``, ``pressure`` at ``pressure_at``, ``recent_margin`` and ``recent_orders`` at ``last_order``.
    ``clock``: operational time of occasion number ``occasions``, the next to come; ``renewals`` and
    ``service_failures`` number those to come under contract. ``coin_at``: up to when the hazard of leaving has been
    drawn; ``coin_due``: a coin per purchase waits. ``loss_above``/``loss_below``: what the latest failure took
    above and below zero and is still missing, at ``loss_at``; ``loss_total``: what it took in all; ``given``: share
    given back; ``first_failure``: nothing had failed before; ``answered``: 0 not yet, 1 answered, 2 neglected;
    ``cases``: answers under way. ``mark``: when retention is observed. ``begun``: chance that the customer was
    there when the clock of retention began, 0 if it did not; ``kept``: that they still are twelve months later, NaN
    if not observed. ``ranks``: position by ``codes.Ranking`` at the last review at which it was asked for, -1
    unranked. ``ledger`` (``codes.Kind``) and ``sources`` (``codes.ValueSource``): money discounted to the start;
    ``ltv``: flows inside the window, discounted to ``root_entered``; ``value``: all flows, discounted to the start.
    ``receipts`` per base program, ``periods`` (at_most) and ``pending`` per program. ``trail``: running hash of
    this customer's ``events``. What a review looks at stands first, side by side.
    """

    identity: int
    value: float
    equity: float
    equity_at: float
    first_order: float
    last_order: float
    orders: Number
    generation: Number
    events: Number
    source: Few
    cases: Few
    segment: Code
    status: Code
    opted_out: Code
    coin_due: Code
    grievance: Code
    first_failure: Code
    complained: Code
    answered: Code
    seen_stage: Code
    number: Number
    occasions: Number
    renewals: Number
    service_failures: Number
    failures: Number
    unthanked: Number
    referrals: Number
    entered: float
    root: int
    root_entered: float
    referrer: int
    rate: float
    spend: float
    pressure: float
    pressure_at: float
    oversell: float
    clock: float
    second_order: float
    coin_at: float
    recent_margin: float
    recent_orders: float
    last_failure: float
    loss_above: float
    loss_below: float
    loss_at: float
    loss_total: float
    given: float
    grievance_at: float
    pull: float
    incentive_value: float
    incentive_until: float
    hangover: float
    service_at: float
    mark: float
    kept: float
    begun: float
    ltv: float
    trail: int
    ranks: list[Number]
    receipts: list[Number]
    periods: list[int]
    pending: list[Number]
    ledger: list[float]
    sources: list[float]
    own: list[float]

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


def code_of(annotation: Any) -> str:
    """The numpy type of a field's numbers."""
    if get_origin(annotation) is list:
        return code_of(get_args(annotation)[0])
    if get_origin(annotation) is Annotated:
        return str(get_args(annotation)[1])
    return "f8" if annotation is float else "i8"


CODES = {name: code_of(annotation) for name, annotation in Customer.__annotations__.items()}


def room_for(count: int, rooms: tuple[int, ...]) -> int:
    """The smallest room that holds so many; doubled beyond the largest."""
    for room in rooms:
        if count <= room:
            return room
    room = rooms[-1]
    while room < count:
        room *= 2
    return room


@cache
def record_type(programs: int) -> np.dtype[np.void]:
    """The structured dtype with the fields of :class:`Customer`, in order, for a plan with so many programs.

    Its lists are that long, and stand in room for more (``PROGRAM_ROOMS``): records of plans of ordinary size are laid
    out alike, so that one compilation and one piece of memory serve all of them.
    """
    room = lengths(room_for(max(programs, 1), PROGRAM_ROOMS))
    roomy = np.dtype([(name, code, room.get(name, ())) for name, code in CODES.items()], align=True)
    sizes = lengths(programs)
    formats = [np.dtype((code, sizes.get(name, ()))) for name, code in CODES.items()]
    places: Any = roomy.fields
    offsets = [places[name][1] for name in CODES]
    layout: Any = {"names": list(CODES), "formats": formats, "offsets": offsets, "itemsize": roomy.itemsize}
    kind: np.dtype[np.void] = np.dtype(layout, align=True)
    return kind


def records(customers: list[Customer], programs: int) -> npt.NDArray[np.void]:
    """The customers as one structured array, in the order given."""
    table = np.zeros(len(customers), dtype=record_type(programs))
    for name in Customer.__slots__:
        if customers:
            table[name] = [getattr(customer, name) for customer in customers]
    return table
