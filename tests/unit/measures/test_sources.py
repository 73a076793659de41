"""The five sources add up, and a value counted twice or forgotten is seen."""

import numpy as np
import pytest

from equitysim.codes import Kind, ValueSource
from equitysim.measures.sources import sources_add_up, sources_gap, sources_of
from tests.unit.measures.made_result import buyer, made_customers, referred

SEED = buyer(
    2,
    0.0,
    9.0,
    0.0,
    ledger={Kind.MARGIN: 100.0, Kind.PREMIUM: 5.0, Kind.SERVICE: -20.0, Kind.CONTACT: -7.0},
    sources={
        ValueSource.BASE: 60.0,
        ValueSource.MORE_PURCHASES: 15.0,
        ValueSource.PREMIUM: 5.0,
        ValueSource.COST_TO_SERVE: 5.0,
    },
)
CHILD = {**SEED, **referred(1, 1)}


def test_they_add_up_to_margin_premium_and_service_of_everybody() -> None:
    found = sources_of(made_customers([SEED, CHILD]))
    assert found == (60.0, 15.0, 5.0, 5.0, 85.0)
    assert sources_add_up(made_customers([SEED, CHILD]))


def test_nobody_adds_up() -> None:
    assert sources_gap(made_customers([])) == 0.0


@pytest.mark.parametrize("source", list(ValueSource))
def test_a_value_counted_twice_turns_it_red(source: ValueSource) -> None:
    customers = made_customers([SEED, CHILD])
    customers["sources"][0, source] *= 2.0
    assert not sources_add_up(customers)


def test_a_descendant_counted_among_seed_persons_turns_it_red() -> None:
    customers = made_customers([SEED, CHILD])
    customers["ledger"][1, Kind.MARGIN] = 0.0
    customers["generation"][1] = 0
    assert not sources_add_up(customers)


def test_programs_costs_are_no_source() -> None:
    customers = made_customers([SEED, CHILD])
    customers["ledger"][:, Kind.CONTACT] = -1e6
    assert sources_add_up(customers)


def test_amounts_that_cancel_do_not_hide_a_gap() -> None:
    customers = made_customers([SEED, buyer(1, 0.0, 0.0, -85.0)])
    assert sources_add_up(customers)
    customers["sources"][0, ValueSource.BASE] += 1.0
    assert not sources_add_up(customers)


def test_rounding_is_forgiven() -> None:
    luck = np.random.default_rng(3)
    people = [buyer(1, 0.0, 0.0, float(margin)) for margin in luck.normal(size=1000)]
    assert sources_gap(made_customers(people)) < 1e-14
