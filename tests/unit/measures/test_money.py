"""Sums and continuous costs."""

import math

import numpy as np
import pytest

from equitysim.codes import Kind
from equitysim.measures.exact import total
from equitysim.measures.money import desk_hours_cost, discounted_time, fixed_cost, kinds_total
from equitysim.plan import Desk
from tests.unit.measures.made_result import buyer, made_customers, made_plan

DAILY = math.log(1.1) / 365.0


def desk(used: int = 1) -> Desk:
    return Desk(
        agents=2,
        hours=6.0,
        handling_mean=0.01,
        handling_shape=4.0,
        patience=3.0,
        cost_per_hour=28.0,
        cost_per_case=1.0,
        discipline=0,
        best_by=0,
        used=used,
    )


def test_a_sum_is_exact_whatever_the_order() -> None:
    amounts = np.array([1e16, 1.0, -1e16, 1.0])
    assert total(amounts) == total(amounts[::-1]) == 2.0
    assert total(np.zeros((0, 3))) == 0.0


def test_kinds_are_summed_as_booked() -> None:
    people = [buyer(1, 0.0, 0.0, 0.0, ledger={Kind.MARGIN: 3.0, Kind.CONTACT: -1.0, Kind.DESK: -5.0})] * 2
    assert kinds_total(made_customers(people), (Kind.MARGIN, Kind.CONTACT)) == 4.0


@pytest.mark.parametrize("discount", [0.0, 1e-12, DAILY])
def test_discounted_time_is_the_integral(discount: float) -> None:
    days = np.linspace(0.0, 1000.0, 200_001)
    assert discounted_time(discount, 1000.0) == pytest.approx(np.trapezoid(np.exp(-discount * days), days), rel=1e-8)


def test_nothing_is_owed_before_the_start() -> None:
    assert discounted_time(DAILY, 0.0) == discounted_time(DAILY, -5.0) == 0.0


def test_hours_are_paid_for_desks_in_use_whether_or_not_somebody_calls() -> None:
    plan = made_plan()._replace(desks=(desk(), desk(used=0)))
    assert desk_hours_cost(plan, 70.0) == pytest.approx(2 * 6 * 10 * 28.0)


def test_fixed_costs_run_and_set_up_costs_are_paid_at_once() -> None:
    plan = made_plan(discount=DAILY)._replace(fixed_costs=1000.0, setup_costs=50.0)
    assert fixed_cost(plan, 0.0) == 50.0
    assert fixed_cost(plan, 365.0) == pytest.approx(50.0 + 1000.0 * (1 - 1 / 1.1) / math.log(1.1))
