"""Money spent over time, as paid: counted in millionths by both engines, and what ledger and log say of it."""

import math
from typing import Any

import numpy as np
import pytest

from equitysim.codes import Activity, Counter, Kind
from equitysim.engines.contract import EVERYONE, Engine
from equitysim.errors import CapError
from equitysim.measures.money import SPENT
from equitysim.result import Result
from tests.contract.worlds import CARE, plan
from tests.oracle.reductions import merged

SPENDING: dict[str, Any] = merged(
    CARE,
    {
        "desks": {"care": {"per_case": 1.1}},
        "programs": {
            "apology": {"reward": {"value": 5, "costs_us": "30 %"}},
            "letter": {"incentive": {"value": 2.000_000_3, "pull": 10, "valid": "30 days", "hangover": 1}},
        },
    },
)
"""Every kind of spend, one of them no whole number of millionths."""

UNDISCOUNTED = SPENDING | {"discount": "0 % per year"}
PAID = (Activity.ENTRY, Activity.TOUCH, Activity.HANGOVER, Activity.CASE_STARTED)
MILLIONTH = 1e-6


def as_booked(result: Result, kinds: tuple[Kind, ...] = SPENT, segment: int | None = None) -> float:
    """What the ledgers hold of these kinds, positive."""
    people = result.customers if segment is None else result.customers[result.customers["segment"] == segment]
    return -math.fsum(people["ledger"][:, [int(kind) for kind in kinds]].ravel().tolist())


def as_logged(result: Result, until: float) -> float:
    """What the log says was paid from t = 0 on and before ``until``."""
    assert result.log is not None
    log = result.log[np.isin(result.log["activity"], PAID)]
    return -math.fsum(log["money"][(log["time"] >= 0.0) & (log["time"] < until)].tolist())


def slack(result: Result) -> float:
    """Half a millionth per payment, of which an event makes two at most."""
    return MILLIONTH * result.events


def test_the_scenario_spends_in_every_way(simulate: Engine) -> None:
    result = simulate(plan(SPENDING), 5, 0)
    for kind in SPENT:
        assert as_booked(result, (kind,)) > 10.0, kind.name


def test_spent_is_the_undiscounted_ledger(simulate: Engine) -> None:
    result = simulate(plan(UNDISCOUNTED), 5, 0)
    spent = float(result.series["spent"][-1])
    assert spent == pytest.approx(as_booked(result), abs=slack(result))
    for segment, counts in enumerate(result.counts):
        booked = as_booked(result, segment=segment)
        assert counts[Counter.SPENT_MICRO] / 1e6 == pytest.approx(booked, abs=slack(result))
    assert spent == sum(result.counts[:, Counter.SPENT_MICRO].tolist()) / 1e6


def test_a_kind_left_out_and_a_discount_would_be_seen(simulate: Engine) -> None:
    """Planted faults: the comparison above turns red without any one kind, and where money is discounted."""
    result = simulate(plan(UNDISCOUNTED), 5, 0)
    for left_out in SPENT:
        rest = tuple(kind for kind in SPENT if kind != left_out)
        assert result.series["spent"][-1] != pytest.approx(as_booked(result, rest), abs=slack(result))
    discounted = simulate(plan(SPENDING), 5, 0)
    assert discounted.series["spent"][-1] != pytest.approx(as_booked(discounted), abs=slack(discounted))
    assert discounted.series["spent"].tobytes() == result.series["spent"].tobytes()


def test_each_review_knows_what_was_paid_before_it(simulate: Engine) -> None:
    result = simulate(plan(SPENDING), 5, 0, log=EVERYONE)
    assert result.series["spent"][0] == 0.0, "the history is not paid for"
    for row in result.series:
        assert row["spent"] == pytest.approx(as_logged(result, row["day"]), abs=slack(result))
    late = result.series[-3]
    assert late["spent"] != pytest.approx(as_logged(result, late["day"] + 5.0), abs=slack(result))


def test_more_than_can_be_counted_ends_with_an_error(simulate: Engine) -> None:
    change = {"programs": {"letter": {"cost": 1e12}}}
    with pytest.raises(CapError, match=r"more on than can be counted.*larger unit"):
        simulate(plan(change), 5, 0)
