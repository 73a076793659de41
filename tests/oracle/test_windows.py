"""Measures that look through a window, against closed forms: with clocks that begin at entry and inside a life.

Nothing but leaving happens in these markets, so what a window holds can be worked out on paper. The engines give the
same bytes (the last test, and tests/property), so the fast one is measured.
"""

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from equitysim.measures.values import denominators_of, measure
from equitysim.result import Result
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from tests.oracle.reductions import ENGINES, OFF, POLICY, SEED, merged

PEOPLE = 4_000
NEW: dict[str, Any] = {"cohorts": {"one week": {"start": "1997-01-01", "per_week": [PEOPLE]}}}
INSIDE: dict[str, Any] = {"existing": {"count": PEOPLE, "history": "10 years"}}
CLOCKS = {"from entry": NEW, "inside a life": INSIDE}
PER_YEAR = {"1 month": 12, "1 quarter": 4, "1 year": 1}


def contract(period: str, leave: str) -> dict[str, Any]:
    return {"relationship": "contractual", "period": period, "equity": {"defection": leave}}


def buying(per_year: int, leave: str, **equity: Any) -> dict[str, Any]:
    return {
        "segments": {"one": {"occasions": {"mean": f"{per_year} per year", "spread": "0 %"}}},
        "equity": {"defection": leave, **equity},
    }


def values(*changes: dict[str, Any]) -> dict[str, float]:
    """All measures of one run of the market that is changed so."""
    return _values(json.dumps(changes))


@cache
def _values(changes: str) -> dict[str, float]:
    whole = {"horizon": "3 years", "segments": None} | ONE
    for change in json.loads(changes):
        whole = merged(whole, change)
    scenario = Scenario.model_validate(merged(merged(OFF, {"segments": None}), whole))
    plan = lower(scenario, POLICY)
    result = ENGINES["compiled"](plan, SEED, 0)
    return measure(result, plan, denominators_of(result, plan)).values


ONE: dict[str, Any] = {
    "segments": {
        "one": {
            "occasions": {"mean": "1 per year", "spread": "0 %"},
            "order": {"mean": 1, "spread": "0 %"},
            "margin": "100 %",
        }
    }
}


def near(found: float, exact: float, people: float = PEOPLE) -> bool:
    """Within four standard errors of a share of so many people."""
    return abs(found - exact) <= 4.0 * math.sqrt(exact * (1.0 - exact) / people) + 1e-12


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("period", PER_YEAR)
def test_retention_under_contract_is_that_of_the_renewals_in_twelve_months(period: str, clock: str) -> None:
    """Each renewal keeps 96 %; twelve months hold 12, 4 or 1 of them. Whoever waits for a renewal is still there."""
    exact = 0.96 ** PER_YEAR[period]
    found = values(contract(period, "4 % per renewal"), CLOCKS[clock])["retention_12m"]
    assert near(found, exact, people=2_000)


def test_retention_of_two_year_contracts() -> None:
    """From entry none is due within twelve months; inside a life it is for half of them."""
    two_years = contract("2 years", "40 % per renewal")
    assert values(two_years, NEW)["retention_12m"] == 1.0
    assert near(values(two_years, INSIDE)["retention_12m"], 1.0 - 0.4 / 2.0, people=1_000)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("period", PER_YEAR)
def test_a_yearly_chance_under_contract_is_met_however_often_it_is_renewed(period: str, clock: str) -> None:
    found = values(contract(period, "35 % per year"), CLOCKS[clock])["retention_12m"]
    assert near(found, 0.65, people=500)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("per_year", [1, 4, 12, 60])
def test_a_constant_chance_per_year_keeps_the_rest_however_often_people_buy(per_year: int, clock: str) -> None:
    """The clock of existing people begins between two occasions, where leaving is pending: that counts at both ends."""
    source = NEW if clock == "from entry" else {"existing": {"count": PEOPLE, "history": "3 years"}}
    assert near(values(buying(per_year, "35 % per year"), source)["retention_12m"], 0.65, people=1_000)


@pytest.mark.parametrize("per_year", [1, 4, 12])
def test_a_chance_per_purchase_takes_those_who_buy(per_year: int) -> None:
    """Occasions are Poisson, each takes a share p of those who are there: exp(−λp) are left after a year. From entry
    the first purchase takes its share, too.
    """
    coin = buying(per_year, "5 % per purchase", first_purchase_at_risk="true")
    left = math.exp(-0.05 * per_year)
    assert near(values(coin, {"existing": {"count": PEOPLE, "history": "3 years"}})["retention_12m"], left, 1_500)
    assert near(values(coin, NEW)["retention_12m"], 0.95 * left)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("months", [1, 6, 7, 8, 12, 13, 14, 20, 25, 36])
def test_lifetime_value_of_k_months_is_k_payments(months: int, clock: str) -> None:
    window = {"horizon": "5 years", "ltv_window": f"{months} months"}
    assert values(contract("1 month", "0 % per renewal"), CLOCKS[clock], window)["ltv"] == pytest.approx(months)


@pytest.mark.parametrize(("period", "window", "payments"), [("1 quarter", "1 year", 4), ("1 year", "1 year", 1)])
def test_lifetime_value_of_longer_periods(period: str, window: str, payments: int) -> None:
    for clock in CLOCKS.values():
        found = values(contract(period, "0 % per renewal"), clock, {"ltv_window": window})["ltv"]
        assert found == pytest.approx(payments)


def test_lifetime_value_that_leaving_ends() -> None:
    """Payments at 0, 1, … 11 months, each made by 95 % of those who made the one before: (1 − .95¹²)/.05."""
    found = values(contract("1 month", "5 % per renewal"), NEW, {"ltv_window": "1 year"})["ltv"]
    assert found == pytest.approx((1.0 - 0.95**12) / 0.05, abs=4.0 * 4.1 / math.sqrt(PEOPLE))


def test_second_purchases_within_twelve_months() -> None:
    """Under contract the first renewal, unless it is only due when the window is over; else the first occasion, if it
    comes within a year (rate λ) and before the leaving (hazard h): λ/(λ + h)·(1 − e^{−(λ+h)}).
    """
    assert near(values(contract("1 month", "20 % per renewal"), NEW)["second_purchase_rate"], 0.8)
    assert values(contract("1 year", "20 % per renewal"), NEW)["second_purchase_rate"] == 0.0
    hazard, rate = -math.log(0.65), 4
    exact = rate / (rate + hazard) * (1.0 - math.exp(-rate - hazard))
    assert near(values(buying(rate, "35 % per year"), NEW)["second_purchase_rate"], exact)


def test_who_ordered_within_the_recency_window_is_active() -> None:
    """At rate λ a year and nobody leaving, 1 − e^{−λ} have ordered in the last twelve months."""
    assert near(values(buying(1, "0 % per year"), NEW)["active_end"] / PEOPLE, 1.0 - math.exp(-1.0))


EDGES: dict[str, Any] = {
    "horizon": "3 years",
    "relationship": "contractual",
    "period": "1 year",
    # Entries at 1, 3, 5, 7 and 9 years before the start: renewals at day 0 and at the horizon, but for rounding.
    "existing": {"count": 5, "history": "10 years"},
    "programs": {
        "silent": {"when": {"silence": "12 months"}, "cost": 1, "at_most": "1 per year"},
        "quarterly": {"when": {"every": "1 quarter"}, "cost": 1, "budget": "5 per month", "incentive": {"value": 0.5}},
        "birthday": {"when": "anniversary", "cost": 1, "audience": {"tenure": {"min": "2 years"}}},
    },
    "policies": {POLICY: ["silent", "quarterly", "birthday"]},
}


def test_both_engines_agree_where_moments_meet() -> None:
    plan = lower(Scenario.model_validate(merged(merged(OFF, {"segments": None}), ONE | EDGES)), POLICY)
    ours, theirs = (ENGINES[name](plan, SEED, 0) for name in ("simpy", "compiled"))
    assert ours.digest == theirs.digest
    for field in ours.customers.dtype.names or ():  # the digest leaves out what others imply
        assert ours.customers[field].tobytes() == theirs.customers[field].tobytes(), field


def test_years_between_renewals_hold_the_same_for_everybody() -> None:
    """Three renewals each in [0, 3 years), three anniversaries, and before each renewal a year of silence."""
    plan = lower(Scenario.model_validate(merged(merged(OFF, {"segments": None}), ONE | EDGES)), POLICY)
    result: Result = ENGINES["simpy"](plan, SEED, 0)
    people = result.customers
    payments = people["ledger"][:, 0]
    assert np.allclose(payments, 3.0)
    assert len(set(people["receipts"][:, 0] - people["orders"])) == 1
