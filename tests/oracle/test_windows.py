"""Measures that look through a window, against closed forms: with clocks that begin at entry and inside a life.

Nothing but leaving happens in these markets, so what a window holds can be worked out on paper. The engines give the
same bytes (the last test, and tests/property), so the fast one is measured.
"""

import math
from typing import Any

import numpy as np
import pytest

from equitysim.result import Result
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from equitysim.statistics.money import money
from equitysim.study.horizons import other_horizons
from equitysim.study.runs import compare
from tests.oracle.reductions import ENGINES, OFF, POLICY, SEED, merged
from tests.oracle.windows import (
    CLOCKS,
    FEES,
    INSIDE,
    NEW,
    ONE,
    PEOPLE,
    Contract,
    Form,
    Hazard,
    Market,
    buying,
    contract,
    paybacks,
    residual,
    scenario_of,
    values,
)

PER_YEAR = {"1 month": 12, "1 quarter": 4, "1 year": 1}
FARTHEST = 4.0
"""Standard errors."""


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


MARKETS: list[Market] = [
    Contract(1, 0.95),
    Contract(3, 0.8),
    Contract(12, 0.6),
    Contract(24, 0.6),
    Contract(12, 1.0),
    Hazard(4, 0.35),
    Hazard(24, 0.35),
]


def as_on_paper(form: Form) -> bool:
    return form.distance <= FARTHEST


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("market", MARKETS, ids=str)
def test_residual_value_is_what_the_next_half_horizon_holds(market: Market, clock: str) -> None:
    """Beyond 12 months those from 12 to 18: of a yearly contract that began in the first week one payment, which all
    but the leavers of one renewal make, of one of two years none. Inside a life what falls in those months counts for
    each age; buyers at rate λ who leave at rate h have λ∫exp(−ht)dt.
    """
    form = residual(market, clock, 12)
    assert as_on_paper(form), form


def test_residual_value_is_discounted_to_the_start() -> None:
    form = residual(Contract(1, 0.95), "from entry", 12, yearly=0.1)
    assert as_on_paper(form), form


@pytest.mark.parametrize(("months", "payments"), [(12, 1.0), (8, 0.0), (16, 0.0), (24, 1.0)])
def test_a_payment_at_the_very_horizon_is_residual_and_one_at_the_very_end_is_not(months: int, payments: float) -> None:
    """Five people who entered 1, 3, 5, 7 and 9 years before the start and pay at 0, 12, 24, … months. The windows
    [12, 18) and [24, 36) hold one payment, [8, 12) and [16, 24) none.
    """
    inside = {"existing": {"count": 5, "history": "10 years"}, "horizon": f"{months} months"}
    scenario = scenario_of(contract("1 year", "0 % per renewal"), inside)
    found = other_horizons(scenario, compare(scenario, replications=2)).residual.policies[0].value.mean
    assert found == pytest.approx(payments)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("market", MARKETS, ids=str)
def test_a_machine_pays_back_in_the_month_in_which_what_it_saves_reaches_its_price(market: Market, clock: str) -> None:
    """A machine saves the letter of each month, which goes to everybody under contract, or a fee for each purchase.
    k months hold what falls in [0, k months): of people who enter in the first week, letters 1 to k − 1.
    """
    for form in paybacks(market, clock, 6.5, months=12):
        assert as_on_paper(form), form


@pytest.mark.parametrize("clock", CLOCKS)
def test_what_is_paid_back_to_the_cent_is_paid_back(clock: str) -> None:
    """Everybody stays; at 0.10 a letter the price is met exactly when as many letters were saved."""
    for form in paybacks(Contract(1, 1.0), clock, 4.0, months=8, cost=0.1):
        assert as_on_paper(form), form


def test_equal_costs_are_paid_back_from_the_start() -> None:
    """A letter of 0.10 at the beginning of each month to everybody, or 1.20 a year per person that is owed day by day:
    the sums are equal at the end of each month but for the rounding of floats, which decides nothing.
    """
    dear = {
        "compare": {"baseline": "letters"},
        "programs": {"letter": {"cost": 0.1}, "machine": {"fixed": f"{1.2 * PEOPLE} per year"}},
    }
    scenario = scenario_of(FEES, contract("1 month", "0 % per renewal"), INSIDE, dear)
    payback = money(compare(scenario, replications=2, policies=["letters", "machine"])).payback("machine")
    assert payback is not None
    assert [point.mean for point in payback.course] == [0.0] * 37
    assert (payback.month, payback.sure, payback.share) == (0.0, 0.0, 1.0)


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
