"""One customer's balance over time, under one policy or two: what moved it, and how it fades in between."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from equitysim.codes import Activity
from equitysim.digits import rounded
from equitysim.figures.data.common import time_unit
from equitysim.figures.data.shapes import Account, Life, Mark
from equitysim.measures.account import Entry, Statement
from equitysim.measures.state import faded

MARKS: Final = ("order", "program", "failure", "recovery", "other loss", "leaves")
"""Kinds of marks: deposits of clean orders and of programs and other gains, failures, recoveries, all else that takes
points, and leaving."""

STEPS: Final = 400
"""Points along the whole of a course; enough that fading looks as smooth as it is."""

_LEAVING: Final = frozenset({Activity.DEFECTION, Activity.CANCELLATION})


def account(
    statements: Sequence[Statement],
    *,
    customer: int,
    about: str,
    forgetting: float,
    forgiving: float,
    horizon: float,
    baseline: str = "",
) -> Account:
    """The balance under each policy under which the customer exists.

    ``about``: who the customer is, in words. ``forgetting``, ``forgiving``: half-lives in days above and below 0 (model
    §3.1). ``horizon``: days. Balances start at the first entry.
    """
    met = [statement for statement in statements if statement.met]
    names = [statement.policy for statement in met]
    days, unit = time_unit(horizon)
    absent = [statement.policy for statement in statements if not statement.met]
    other = "; grey: under the other policy" if len(met) > 1 else ""
    missing = "".join(f". Under {name} this customer does not exist" for name in absent)
    return Account(
        title=f"The account of customer {customer}",
        subtitle=f"{about}{missing}. Between marks the balance fades, with half-lives of {rounded(forgetting, 4)} days "
        f"above 0 and {rounded(forgiving, 4)} below{other}",
        time_axis=f"{unit} since the start",
        axis="equity, points (0 is neutral)",
        lives=tuple(
            _life(statement.policy, statement.entries, forgetting, forgiving, horizon, days) for statement in met
        ),
        baseline=names.index(baseline) if baseline in names else -1,
    )


def _life(
    label: str, entries: Sequence[Entry], forgetting: float, forgiving: float, horizon: float, per: float
) -> Life:
    times: list[float] = []
    balances: list[float] = []
    step = (horizon - entries[0].day) / STEPS if entries else horizon
    ends = [entry.day for entry in entries[1:]] + [horizon]
    for entry, end in zip(entries, ends, strict=bool(entries)):
        gap = max(end - entry.day, 0.0)
        since = np.linspace(0.0, gap, 2 + math.floor(gap / step) if step > 0.0 else 2)
        times += (entry.day + since).tolist()
        balances += faded(np.full(since.size, entry.balance), since, forgetting, forgiving).tolist()
    marks = tuple(
        Mark(entry.day / per, entry.balance, kind) for entry in entries if (kind := mark_of(entry)) is not None
    )
    return Life(label, tuple(time / per for time in times), tuple(balances), marks)


def mark_of(entry: Entry) -> str | None:
    """How an entry is marked; None where it moved nothing."""
    if entry.event in _LEAVING:
        return "leaves"
    if entry.event == Activity.FAILURE:
        return "failure"
    if entry.event == Activity.RECOVERY:
        return "recovery"
    if entry.points > 0.0:
        return "order" if entry.event == Activity.PURCHASE else "program"
    return "other loss" if entry.points < 0.0 else None
