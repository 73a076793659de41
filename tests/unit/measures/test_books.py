"""A run's books: every kind, every group, nothing twice."""

import math

import numpy as np
import pytest

from equitysim.codes import Kind
from equitysim.measures.books import GROUPINGS, KINDS, books_of, group_names, potential
from equitysim.measures.money import desk_hours_cost, fixed_cost
from equitysim.measures.values import denominators_of, measure
from equitysim.plan import Desk, Source
from tests.unit.measures.made_result import HORIZON, buyer, made_customers, made_plan, made_result, referred

DESK = Desk(1, 6.0, 0.01, 4.0, 3.0, 28.0, 1.0, 0, 0, 1)


def source(kind: int) -> Source:
    return Source(kind, 1, 0, 0, 0.0, (), 0.0, 0.0, 0.0, 0.0, (0.5, 1.0))


EXISTING, CHANNEL = source(0), source(2)
PLAN = made_plan()._replace(
    sources=(EXISTING, CHANNEL), desks=(DESK,), names=made_plan().names._replace(desks=("care",)), setup_costs=8.0
)

SEGMENTS = PLAN.names.segments

PEOPLE = [
    buyer(6, -50.0, HORIZON - 1, 60.0, rate=0.2, spend=10.0, equity=40.0, equity_at=HORIZON),
    buyer(1, 5.0, 5.0, 7.0, rate=0.01, spend=5.0, source=1, segment=1),
    buyer(2, 9.0, HORIZON, 11.0, rate=0.02, spend=5.0, source=2, segment=1, **referred(1, 1)),
    {"rate": 0.01, "spend": 1.0, "source": 1, "ledger": {Kind.ACQUISITION: -4.0}},
    {"rate": 0.01, "spend": 1.0, "source": 1, "ledger": {Kind.CONTACT: -0.1, Kind.ACQUISITION: -4.0}},
]


def test_the_ledger_is_net_value_kind_by_kind() -> None:
    result = made_result(PEOPLE)
    books = books_of(result, PLAN)
    assert tuple(books.ledger) == KINDS
    assert books.ledger["margin"] == 78.0
    assert books.ledger["acquisition"] == -8.0
    assert books.ledger["desk_hours"] == -desk_hours_cost(PLAN, HORIZON)
    assert books.ledger["fixed"] == -fixed_cost(PLAN, HORIZON) == -8.0
    net = measure(result, PLAN, denominators_of(result, PLAN)).values["net_value_total"]
    assert math.fsum(books.ledger.values()) == pytest.approx(net, rel=1e-12)


def test_each_grouping_holds_everybody_and_everything_once() -> None:
    books = books_of(made_result(PEOPLE), PLAN)
    assert tuple(books.groups) == GROUPINGS
    for grouping, groups in books.groups.items():
        assert books.people[grouping].sum() == len(PEOPLE)
        for kind in Kind:
            parts = math.fsum(groups[:, kind])
            assert parts == pytest.approx(books.ledger[kind.name.lower()])


def people_in(grouping: str) -> dict[str, int]:
    people = books_of(made_result(PEOPLE), PLAN).people[grouping].tolist()
    return {name: count for name, count in zip(group_names(grouping, SEGMENTS), people, strict=True) if count}


def test_who_is_where() -> None:
    assert people_in("segment") == {"heavy": 3, "light": 2}
    assert people_in("entry") == {"existing": 1, "new": 3, "referred": 1}
    assert people_in("potential") == {"best 20 %": 1, "the rest": 4}
    assert people_in("stage") == {"prospecting": 2, "connection": 1, "loyalty": 1, "lapsed": 1}
    assert people_in("rung") == {"prospect": 2, "customer": 1, "client": 1, "supporter": 1}


def test_potential_is_what_somebody_could_bring_by_nature() -> None:
    segments = PLAN.parameters.segments
    noisy = segments[0]._replace(order_shape=4.0, margin=0.5), segments[1]._replace(order_shape=0.0, margin=0.2)
    parameters = PLAN.parameters._replace(segments=noisy)
    customers = made_customers([{"rate": 0.1, "spend": 3.0}, {"rate": 0.1, "spend": 3.0, "segment": 1}])
    assert potential(customers, parameters).tolist() == pytest.approx([36.5 * 12.0 * 0.5, 36.5 * 3.0 * 0.2])
    contract = parameters._replace(contractual=1, period=36.5)
    assert potential(customers, contract).tolist() == pytest.approx([10 * 12.0 * 0.5, 10 * 3.0 * 0.2])


def test_the_best_are_a_fifth_also_where_all_are_alike() -> None:
    """floor(.2 · 10) and floor(.2 · 14) of people who could all bring the same; of the referred those before the last
    of them in the order of identities.
    """
    alike = [{"rate": 0.1, "spend": 2.0} for _ in range(10)]
    assert books_of(made_result(alike), PLAN).people["potential"].tolist() == [2, 8]
    assert books_of(made_result(alike + alike[:4]), PLAN).people["potential"].tolist() == [2, 12]
    recruits = [alike[0] | {"identity": identity, "source": 2} | referred(1, 1) for identity in (0, 50)]
    assert books_of(made_result(alike + recruits), PLAN).people["potential"].tolist() == [3, 9]


def test_the_referred_do_not_move_the_mark_of_the_best() -> None:
    seeds = [{"rate": 0.1, "spend": float(k)} for k in range(1, 6)]
    more = [{"rate": 0.1, "spend": 100.0, "source": 2, **referred(1, 1)} for _ in range(20)]
    assert books_of(made_result([*seeds, *more]), PLAN).people["potential"][0] == 1 + 20


def test_equal_flows_give_equal_sums_whoever_stands_where() -> None:
    luck = np.random.default_rng(1)
    flows = [{"ledger": {Kind.ACQUISITION: -float(amount)}, "source": 1} for amount in luck.random(500)]
    moved = [{**flow, "equity": 50.0 * (k % 3), "equity_at": HORIZON} for k, flow in enumerate(flows)]
    first, second = (books_of(made_result(people), PLAN) for people in (flows, moved))
    assert not np.array_equal(first.people["stage"], second.people["stage"])
    assert first.ledger == second.ledger


def test_nobody_has_empty_books() -> None:
    books = books_of(made_result([]), PLAN)
    assert books.ledger["margin"] == 0.0
    assert all(people.sum() == 0 for people in books.people.values())
    assert all(not groups.any() for groups in books.groups.values())
