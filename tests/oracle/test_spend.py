"""Order values follow gamma–gamma spend."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from equitysim.engines.contract import EVERYONE
from tests.oracle import closed_forms as theory
from tests.oracle.judge import mean, variance
from tests.oracle.published import SPEND
from tests.oracle.reductions import Purchases, cohort, simulate


@cache
def spending(engine: str, gamma: float, people: int = 20_000, weeks: int = 16) -> Purchases:
    """People who order about once a month, at a margin of 100 %."""
    occasions = {"mean": "12 per year", "spread": "0 %"}
    order = {"mean": None, "spread": None, "gamma_gamma": {"p": SPEND[0], "q": SPEND[1], "gamma": gamma}}
    segment: dict[str, Any] = {"occasions": occasions, "order": order, "margin": "100 %"}
    return Purchases(simulate(engine, cohort(people, weeks) | {"segments": {"one": segment}}, log=EVERYONE))


def test_first_orders_have_the_published_mean(engine: str) -> None:
    orders = spending(engine, SPEND[2])
    assert mean(orders.money[orders.first]).agrees(theory.gamma_gamma_mean(*SPEND))


@pytest.mark.parametrize("value", [10.0, 25.0, 60.0])
def test_order_values_have_the_published_distribution(engine: str, value: float) -> None:
    orders = spending(engine, SPEND[2])
    assert mean(orders.money[orders.first] < value).agrees(theory.gamma_gamma_below(value, *SPEND))


@pytest.mark.parametrize("value", [20.0, 40.0])
def test_two_orders_of_one_customer_share_their_level(engine: str, value: float) -> None:
    orders = spending(engine, SPEND[2])
    second = orders.first.nonzero()[0] + 1
    second = second[second < len(orders.owner)]
    second = second[~orders.first[second]]
    both = (orders.money[second - 1] < value) & (orders.money[second] < value)
    assert mean(both).agrees(theory.gamma_gamma_both_below(value, *SPEND))
    assert not mean(both).agrees(theory.gamma_gamma_below(value, *SPEND) ** 2)


def test_a_wrong_scale_is_caught(engine: str) -> None:
    orders = spending(engine, 16.5, people=8_000, weeks=0)
    assert not mean(orders.money[orders.first]).agrees(theory.gamma_gamma_mean(*SPEND))
    assert not mean(orders.money[orders.first] < 25.0).agrees(theory.gamma_gamma_below(25.0, *SPEND))


def test_a_spread_of_orders_lies_within_customers() -> None:
    """At 50 % the orders of everybody vary alike about one mean: two orders of a customer have nothing in common, so
    that the variance between customers' means is that within them over their number of orders.
    """
    segment = {"occasions": {"mean": "52 per year"}, "order": {"mean": 10, "spread": "50 %"}, "margin": "100 %"}
    found = Purchases(simulate("compiled", cohort(2_000, 52) | {"segments": {"one": segment}}, log=EVERYONE))
    orders = np.bincount(found.owner)
    means = np.bincount(found.owner, weights=found.money) / orders
    several = orders >= 10
    expected = np.mean((0.5 * 10.0) ** 2 / orders[several])
    between = variance(means[several])
    assert between.agrees(float(expected))
    assert not between.agrees(float(expected) + 1.0)
