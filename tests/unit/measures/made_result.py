"""Results written by hand: a few people whose measures can be worked out on paper."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from equitysim.codes import Counter, Kind, Status, ValueSource
from equitysim.plan import Plan
from equitysim.result import DESKS, LOG, SERIES, Result
from equitysim.rules.state import NEVER, lengths, record_type
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario

HORIZON = 1095.0


def made_plan(segments: Sequence[str] = ("heavy", "light"), **changes: Any) -> Plan:
    """A plan of three years, window 547.5 days, no discount; ``changes`` are to its parameters."""
    scenario = Scenario.model_validate(
        {
            "discount": "0 % per year",
            "segments": {name: {"share": f"{100 / len(segments)} %"} for name in segments},
        }
    )
    plan = lower(scenario, "today")
    return plan._replace(parameters=plan.parameters._replace(**changes))


def made_customers(people: Sequence[Mapping[str, Any]]) -> npt.NDArray[np.void]:
    """One record per person in the order given: identities 1, 2, …, seed persons who entered at t = 0 and never
    bought, unless said otherwise.

    ``ledger`` and ``sources`` are written as mappings from kind or source to money.
    """
    table = np.zeros(len(people), dtype=record_type(0))
    sizes = lengths(0)
    for index, person in enumerate(people):
        row = table[index]
        row["identity"] = row["root"] = index + 1
        row["number"] = index
        row["first_order"] = row["second_order"] = row["last_order"] = NEVER
        row["kept"] = np.nan
        row["status"] = Status.CUSTOMER if person.get("orders", 0) else Status.PROSPECT
        row["begun"] = 1.0 if "kept" in person else 0.0
        for name, value in person.items():
            if isinstance(value, Mapping):
                for kind, amount in value.items():
                    row[name][kind] = amount
            elif name in sizes:
                row[name][:] = value
            else:
                row[name] = value
    return table


def made_result(
    people: Sequence[Mapping[str, Any]],
    *,
    counts: Mapping[tuple[int, Counter], int] | None = None,
    segments: int = 2,
    served: int = 0,
    waited_days: float = 0.0,
    log: npt.NDArray[np.void] | None = None,
) -> Result:
    """A run with these people."""
    customers = made_customers(people)
    counted = np.zeros((segments, len(Counter)), dtype=np.int64)
    for (segment, counter), number in (counts or {}).items():
        counted[segment, counter] = number
    desks = np.zeros(1, dtype=DESKS)
    desks["served"] = served
    desks["wait_micro"] = round(waited_days * 1e6)
    return Result(
        policy="today",
        engine="made",
        seed=1,
        replication=0,
        customers=customers,
        counts=counted,
        series=np.zeros(0, dtype=SERIES),
        desks=desks,
        seed_persons=int(np.count_nonzero(customers["generation"] == 0)),
        events=0,
        digest="",
        seconds=0.0,
        log=log,
    )


def made_log(rows: Sequence[tuple[float, int, int, int, float, float, float]]) -> npt.NDArray[np.void]:
    """Rows of ``result.LOG``."""
    return np.array(rows, dtype=LOG)


def buyer(orders: int, first: float, last: float, margin: float, **more: Any) -> dict[str, Any]:
    """Somebody who bought, all of whose margin is base."""
    person: dict[str, Any] = {
        "orders": orders,
        "first_order": first,
        "last_order": last,
        "ledger": {Kind.MARGIN: margin},
        "sources": {ValueSource.BASE: margin},
    }
    if orders > 1:
        person["second_order"] = last
    return {**person, **more}


def referred(by: int, root: int, generation: int = 1) -> dict[str, Any]:
    """What makes somebody a person referred by ``by``, descended from ``root``."""
    return {"referrer": by, "root": root, "generation": generation}
