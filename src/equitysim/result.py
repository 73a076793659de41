"""The frozen Result of one run: who was there, what happened, what it earned, and the digest that says two runs are
equal.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

SCHEME = "philox4x32-10/1"
"""Version of the draw scheme: equal schemes, plans, seeds and replications give equal digests (model §10)."""

SERIES = np.dtype(
    [
        ("day", "f8"),
        ("prospects", "i8"),
        ("active", "i8"),
        ("customers", "i8"),
        ("lost", "i8"),
        ("orders", "i8"),
        ("referrals", "i8"),
        ("referred_customers", "i8"),
        ("complaints", "i8"),
        ("equity_mean", "f8"),
        ("value", "f8"),
        ("spent", "f8"),
    ]
)
"""One row per review from t = 0 and one at the horizon, before what else happens then. Stocks: prospects (entered,
never bought), active (ordered within recency; under contract: not cancelled), customers (ever bought), lost (truly
gone). Since t = 0, cumulative: orders, referrals made, referred customers (first purchases by referred people),
complaints. equity_mean: points, over active customers, NaN without any. value: all customer-booked flows so far,
discounted to the start, in money. spent: contact, reward, incentive, compensation, acquisition and desks' cost per case
so far, as paid and positive, in money: ``Counter.SPENT_MICRO`` over all segments, divided once.
"""

EVERYONE = -1
"""Whose event log: everybody's."""

NOBODY = -2
"""Whose event log: no one's."""

LOG = np.dtype(
    [
        ("time", "f8"),
        ("customer", "i8"),
        ("activity", "i8"),
        ("program", "i8"),
        ("points", "f8"),
        ("money", "f8"),
        ("balance", "f8"),
    ]
)
"""One row per model event: identity of the customer, ``codes.Activity``, index of the program or -1, points moved,
money booked (undiscounted, positive for the firm), equity after it.
"""

DESKS = np.dtype(
    [
        ("cases", "i8"),
        ("served", "i8"),
        ("abandoned", "i8"),
        ("wait_micro", "i8"),
        ("work_micro", "i8"),
        ("longest", "i8"),
    ]
)
"""Per desk from t = 0: cases opened, served (service begun), abandoned, waits until service and calendar time of
handling in millionths of a day, longest queue.
"""


@dataclass(frozen=True)
class Result:
    """One run of one plan.

    ``customers``: structured array of ``rules.state.Customer`` fields in canonical order (entered, source rank,
    number; the referred by identity). ``counts``: int64, segments × ``codes.Counter``. ``series``: dtype SERIES.
    ``desks``: dtype DESKS. ``log``: dtype LOG in event order per customer in canonical order, or None if not asked
    for. ``seed_persons``: everybody who entered other than by referral. ``events``:
    model events, including those before t = 0. ``seconds``: wall time, not part of the digest.
    """

    policy: str
    engine: str
    seed: int
    replication: int
    customers: npt.NDArray[np.void]
    counts: npt.NDArray[np.int64]
    series: npt.NDArray[np.void]
    desks: npt.NDArray[np.void]
    seed_persons: int
    events: int
    digest: str
    seconds: float
    log: npt.NDArray[np.void] | None = None


IMPLIED = frozenset({"begun"})
"""Fields of a customer that other fields and the trail imply: left out, so that digests stay comparable with those of
versions whose records did not hold them."""


def digest_of(
    customers: npt.NDArray[np.void],
    counts: npt.NDArray[np.int64],
    series: npt.NDArray[np.void],
    desks: npt.NDArray[np.void],
) -> str:
    """SHA-256 over all state, ledgers and event trails in canonical order, the counts, the series and the desks.

    The trail of a customer is a running hash of every model event, so equal digests mean equal events in equal order.
    """
    parts: list[npt.NDArray[Any]] = []
    names = customers.dtype.names or ()
    parts.extend(customers[name] for name in names if name not in IMPLIED)
    parts.append(counts)
    for table in (series, desks):
        parts.extend(table[name] for name in table.dtype.names or ())
    whole = hashlib.sha256(SCHEME.encode())
    for part in parts:
        whole.update(str(part.shape).encode())
        whole.update(np.ascontiguousarray(part, dtype=part.dtype.newbyteorder("<")).data)
    return whole.hexdigest()
