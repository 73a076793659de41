"""Stages and rungs of many at once agree with the law of one (rules.stages)."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from equitysim.codes import Rung, Stage, Status
from equitysim.measures import ladder
from equitysim.measures.state import active, best, equity_at, segment_of
from equitysim.rules import stages as law
from equitysim.rules.state import Customer
from tests.unit.measures.made_result import HORIZON, made_customers, made_plan

PLAN = made_plan()
P = PLAN.parameters


def people(count: int = 3000) -> npt.NDArray[np.void]:
    """People in every stage and on every rung, some of them exactly on a threshold."""
    luck = np.random.default_rng(11)
    table = made_customers([{}] * count)
    table["segment"] = luck.integers(0, 2, count)
    table["orders"] = luck.choice([0, 1, 2, 4, 5, 9], count)
    table["status"] = luck.choice([Status.CUSTOMER, Status.LOST], count, p=[0.8, 0.2])
    table["equity"] = luck.choice([-30.0, 0.0, 4.9, 5.0, 14.9, 15.0, 19.9, 20.0, 60.0], count)
    table["equity_at"] = luck.choice([HORIZON, HORIZON - 3.0], count)
    table["referrals"] = luck.choice([0, 0, 2], count)
    table["first_order"] = luck.uniform(0.0, HORIZON, count)
    table["last_order"] = luck.uniform(table["first_order"], HORIZON)
    table["recent_margin"] = luck.choice([0.0, 1.0, 5.0], count)
    table["first_order"][table["orders"] == 0] = -math.inf
    table["last_order"][table["orders"] == 0] = -math.inf
    return table


def as_objects(table: npt.NDArray[np.void]) -> list[Customer]:
    customers = []
    for row in table:
        customer = Customer()
        for name in table.dtype.names or ():
            setattr(customer, name, row[name].item() if row[name].ndim == 0 else row[name].tolist())
        customers.append(customer)
    return customers


def stages_agree(table: npt.NDArray[np.void]) -> bool:
    one_by_one = [law.stage(c, P, HORIZON, law.equity_now(c, P, HORIZON), 1) for c in as_objects(table)]
    return bool(np.array_equal(ladder.stages(table, P, HORIZON), one_by_one))


def rungs_agree(table: npt.NDArray[np.void]) -> bool:
    living = np.flatnonzero(active(table, P, HORIZON))
    top = set(living[best(ladder.recent_margin(table[living], P, HORIZON), 0.2)].tolist())
    one_by_one = [law.rung(c, law.equity_now(c, P, HORIZON), int(k in top)) for k, c in enumerate(as_objects(table))]
    return bool(np.array_equal(ladder.rungs(table, P, HORIZON), one_by_one))


def test_stages_are_those_of_the_law() -> None:
    table = people()
    assert stages_agree(table)
    assert set(ladder.stages(table, P, HORIZON)) == set(Stage)


@pytest.mark.parametrize("threshold", ["LOYAL_ORDERS", "LOYAL_EQUITY", "CONSIDERING_EQUITY"])
def test_another_threshold_would_be_seen(threshold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, threshold, getattr(ladder, threshold) + 0.5)
    assert not stages_agree(people())


def test_rungs_are_those_of_the_law() -> None:
    table = people()
    assert rungs_agree(table)
    assert set(ladder.rungs(table, P, HORIZON)) == set(Rung)


def test_another_supporter_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "SUPPORTER_EQUITY", 14.0)
    assert not rungs_agree(people())


def test_the_active_are_those_of_the_law() -> None:
    table = people()
    for parameters in (P, P._replace(contractual=1)):
        one_by_one = [bool(law.active(c, parameters, HORIZON)) for c in as_objects(table)]
        assert active(table, parameters, HORIZON).tolist() == one_by_one


def test_balances_fade_as_in_the_law() -> None:
    table = people()
    one_by_one = [law.equity_now(c, P, HORIZON) for c in as_objects(table)]
    assert equity_at(table, P, HORIZON) == pytest.approx(one_by_one, rel=1e-12)


def test_best_is_a_floor_of_the_share_and_at_least_one_with_ties_in_canonical_order() -> None:
    assert best(np.array([1.0, 3.0, 3.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), 0.2).tolist() == [1, 2]
    assert best(np.array([1.0, 1.0]), 0.2).tolist() == [0]
    assert best(np.array([]), 0.2).tolist() == []


def test_the_best_are_those_of_a_stable_sort() -> None:
    luck = np.random.default_rng(5)
    for count in (1, 2, 9, 10, 400):
        scores = luck.integers(-3, 4, count).astype(np.float64)
        sort = np.sort(np.argsort(-scores, kind="stable")[: max(1, count // 5)])
        assert best(scores, 0.2).tolist() == sort.tolist()


def test_segments_are_found_by_identity_whatever_the_order() -> None:
    table = made_customers([{"identity": 30, "segment": 1}, {"identity": 10}, {"identity": 20, "segment": 1}])
    assert segment_of(np.array([10, 30, 20, 30]), table).tolist() == [0, 1, 1, 1]
