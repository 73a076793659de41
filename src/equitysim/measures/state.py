"""Where customers stand at the horizon: columns of state, evaluated for everybody at once (model §3.1, §5, §9)."""

import numpy as np
import numpy.typing as npt

from equitysim.codes import Status
from equitysim.edges import before, part_of
from equitysim.measures.people import Customers, Mask
from equitysim.plan import Parameters

Floats = npt.NDArray[np.float64]


def equity_at(customers: Customers, parameters: Parameters, time: float) -> Floats:
    """Balances at ``time``, faded since each was last touched (model §3.1), in points."""
    return faded(customers["equity"], time - customers["equity_at"], parameters.forgetting, parameters.forgiving)


def faded(balance: Floats, days: Floats, forgetting: float, forgiving: float) -> Floats:
    """Balances after so many days each: above 0 they halve every ``forgetting`` days, below every ``forgiving`` (model
    §3.1)."""
    left: Floats = balance * np.exp2(-days / np.where(balance > 0.0, forgetting, forgiving))
    return left


def active(customers: Customers, parameters: Parameters, time: float) -> Mask:
    """Who ordered within ``recency``; under contract, who has bought and not cancelled (model §9)."""
    bought: Mask = customers["orders"] > 0
    if parameters.contractual:
        living: Mask = bought & (customers["status"] != Status.LOST)
        return living
    recent: Mask = bought & before(time, customers["last_order"] + parameters.recency)
    return recent


def places_of(identities: npt.NDArray[np.int64], customers: Customers) -> npt.NDArray[np.intp]:
    """Places of the customers with these identities, all of whom are in the table."""
    order = np.argsort(customers["identity"], kind="stable")
    return order[np.searchsorted(customers["identity"], identities, sorter=order)]


def segment_of(identities: npt.NDArray[np.int64], customers: Customers) -> npt.NDArray[np.int64]:
    """Segment of the customers with these identities, all of whom are in the table."""
    found: npt.NDArray[np.int64] = customers["segment"][places_of(identities, customers)]
    return found


def best(scores: Floats, share: float) -> npt.NDArray[np.int64]:
    """Indices of the best ``share`` by score, in canonical order: floor(share·n), at least one of any; among the last
    who are level the first in canonical order (model §6)."""
    if scores.size == 0:
        return np.empty(0, dtype=np.int64)
    count = max(1, part_of(scores.size, share))
    last = np.partition(scores, scores.size - count)[scores.size - count]
    above = scores > last
    level = np.flatnonzero(scores == last)[: count - np.count_nonzero(above)]
    above[level] = True
    return np.flatnonzero(above).astype(np.int64)
