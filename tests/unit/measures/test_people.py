"""Customers field by field are the same customers."""

import numpy as np
import numpy.typing as npt
import pytest

from equitysim.measures.people import Customers, People
from equitysim.rules.state import Customer
from tests.unit.measures.made_result import made_customers

COUNT = 500
LUCK = np.random.default_rng(3)
SOME, FEWER = LUCK.random(COUNT) < 0.5, LUCK.random(COUNT) < 0.3


def records() -> npt.NDArray[np.void]:
    """Customers no two of whom are alike in anything."""
    table = made_customers([{}] * COUNT)
    for name in table.dtype.names or ():
        table[name] = np.arange(table[name].size).reshape(table[name].shape) % 97
    return table


def alike(some: Customers, others: Customers) -> bool:
    return len(some) == len(others) and all(np.array_equal(some[name], others[name]) for name in Customer.__slots__)


@pytest.mark.parametrize("mask", [SOME, np.zeros_like(SOME), np.ones_like(SOME)], ids=["some", "nobody", "everybody"])
def test_some_of_them_are_those_of_the_records(mask: npt.NDArray[np.bool_]) -> None:
    assert alike(People(records())[mask], records()[mask])


def test_some_of_some() -> None:
    few = FEWER[SOME]
    assert alike(People(records())[SOME][few], records()[SOME][few])
    assert not alike(People(records())[SOME][few], records()[SOME][~few])


def test_a_field_lies_side_by_side_and_is_copied_once() -> None:
    table = records()
    people = People(table)
    assert people["orders"].flags.c_contiguous
    assert people["ledger"].flags.c_contiguous
    assert people["orders"] is people["orders"]
    assert not np.shares_memory(people["orders"], table)
