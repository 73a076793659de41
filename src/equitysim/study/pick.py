"""Which customer a trace is about."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from equitysim.arguments import named, whole
from equitysim.codes import Kind, Status
from equitysim.errors import UsageError
from equitysim.measures.people import Customers
from equitysim.measures.state import places_of

Pick = Literal["typical", "best", "lost"]

MEANING: dict[str, str] = {
    "typical": "the median of net value, own and referred, among seed persons with two orders or more",
    "best": "the highest net value, own and referred, among seed persons",
    "lost": "of those who left, who had brought the most margin",
}

MOST_IDENTITY = (1 << 63) - 1

Floats = npt.NDArray[np.float64]


def checked_customer(wanted: object) -> int | Pick:
    """An identity or a word. Raises ``errors.UsageError`` for anything else."""
    if not isinstance(wanted, str):
        return whole("customer", wanted, 0, MOST_IDENTITY, right=f"or one of {', '.join(MEANING)}")
    picked: Pick = named("customer", wanted, MEANING)  # type: ignore[assignment]  # its keys are the words
    return picked


def identity_of(customers: Customers, wanted: int | Pick, policy: str) -> int:
    """Identity of the customer wanted. Raises ``errors.UsageError`` for an identity nobody has, a word that is none
    of the three, or if nobody fits."""
    wanted = checked_customer(wanted)
    if isinstance(wanted, int):
        if not bool(np.any(customers["identity"] == wanted)):
            raise UsageError(f"nobody has the identity {wanted} under policy {policy!r} with this seed and replication")
        return wanted
    if wanted == "typical":
        index = _typical(customers)
    elif wanted == "best":
        index = _first_highest(family_value(customers), customers["generation"] == 0)
    else:
        margin = customers["ledger"][:, Kind.MARGIN] + customers["ledger"][:, Kind.PREMIUM]
        index = _first_highest(margin, customers["status"] == Status.LOST)
    if index is None:
        raise UsageError(f"under policy {policy!r} there is nobody who is {MEANING[wanted]}")
    return int(customers["identity"][index])


def own_value(customers: Customers) -> Floats:
    """Everything each customer brought less what they cost, discounted to the start."""
    value: Floats = customers["ledger"].sum(axis=1)
    return value


def family_value(customers: Customers) -> Floats:
    """For each seed person their own value and that of everybody descended from them; for the referred their own."""
    referred = customers["generation"] > 0
    root = np.arange(len(customers))
    root[referred] = places_of(customers["root"][referred], customers)
    own = own_value(customers)
    total: Floats = np.bincount(root, weights=own, minlength=len(customers)).astype(np.float64)
    return np.where(referred, own, total)


def _typical(customers: Customers) -> int | None:
    """The lower median if the number is even; ties in canonical order."""
    candidates = np.flatnonzero((customers["generation"] == 0) & (customers["orders"] >= 2))
    if candidates.size == 0:
        return None
    by_value = candidates[np.argsort(family_value(customers)[candidates], kind="stable")]
    return int(by_value[(by_value.size - 1) // 2])


def _first_highest(scores: Floats, among: npt.NDArray[np.bool_]) -> int | None:
    candidates = np.flatnonzero(among)
    return int(candidates[np.argmax(scores[candidates])]) if candidates.size else None
