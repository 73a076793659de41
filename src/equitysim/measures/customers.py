"""The customers of a run as a table: who they are, what they did, brought and cost, and where they stand at the end."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from equitysim.codes import Kind, Rung, Stage, Status
from equitysim.measures.ladder import rungs, stages
from equitysim.measures.people import People, seed_persons
from equitysim.measures.state import active, equity_at
from equitysim.measures.tables import TABLES, Table
from equitysim.plan import Plan
from equitysim.result import Result

REFERRED = "referred"
"""What stands in the column ``source`` of those whom a customer referred."""


def customers_table(result: Result, plan: Plan) -> Table:
    """One row per customer in canonical order: the table ``customers``."""
    people, parameters = People(result.customers), plan.parameters
    horizon, referred = parameters.horizon, people["generation"] > 0
    ledger = people["ledger"]
    columns: list[Sequence[Any] | npt.NDArray[Any]] = [
        [result.policy] * len(people),
        np.full(len(people), result.replication),
        people["identity"],
        seed_persons(people, plan).astype(np.int64),
        people["root"],
        [str(one) if by else "" for one, by in zip(people["referrer"].tolist(), referred.tolist(), strict=True)],
        _named((*plan.names.sources, REFERRED), np.where(referred, len(plan.names.sources), people["source"])),
        _named(plan.names.segments, people["segment"]),
        people["entered"],
        _moments(people["first_order"]),
        _moments(people["last_order"]),
        people["orders"],
        people["failures"],
        people["referrals"],
        _words(Status, people["status"]),
        _words(Stage, stages(people, parameters, horizon)),
        _words(Rung, rungs(people, parameters, horizon)),
        active(people, parameters, horizon).astype(np.int64),
        equity_at(people, parameters, horizon),
        # A cost of nothing is booked as -0.0, which adding 0.0 makes plain.
        *(ledger[:, kind] + 0.0 for kind in Kind),
        ledger.sum(axis=1) + 0.0,
    ]
    # the columns are read as sequences; no copies of what may be millions of numbers
    written: Any = dict(zip(TABLES["customers"].columns, columns, strict=True))
    return Table("customers", written)


def _moments(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Days, undefined where the moment never came."""
    return np.where(np.isfinite(days), days, np.nan)


def _named(names: Sequence[str], places: npt.NDArray[np.int64]) -> list[str]:
    return [names[place] for place in places.tolist()]


def _words(kind: type[Status] | type[Stage] | type[Rung], codes: npt.NDArray[np.int64]) -> list[str]:
    return _named([member.name.lower() for member in kind], codes)
