"""One customer's account statement: what happened to the balance and what was booked, line by line."""

from typing import NamedTuple

from equitysim.codes import Activity


class Entry(NamedTuple):
    """One line of a statement.

    ``day``: days since the start, negative in the history. ``date``: date and time, ISO 8601. ``event``: what happened;
    ``activity``: the same in words. ``program``: its name, or empty. ``points``: points of equity moved. ``balance``:
    equity after it. ``money``: booked by it, not discounted, costs negative. ``account``: money booked so far since
    the start.
    """

    day: float
    date: str
    event: Activity
    activity: str
    program: str
    points: float
    balance: float
    money: float
    account: float


class Statement(NamedTuple):
    """A customer's life under one policy.

    ``met``: whether they exist under this policy at all: the referred may not. ``entries`` in the order of events.
    ``status``: what they are at the horizon, in words. ``balance``: equity at the horizon. ``ledger``: kind of money
    → what they brought or cost from the start to the horizon, discounted to the start, cost to serve included, which
    is settled without an entry. ``own`` is its sum, ``referred`` the same of everybody descended from them by
    referral.
    """

    policy: str
    met: bool
    entries: tuple[Entry, ...]
    status: str
    balance: float
    ledger: dict[str, float]
    own: float
    referred: float
