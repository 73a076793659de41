"""Every measure against a population worked out by hand."""

import math

import numpy as np
import pytest

from equitysim.codes import Counter, Kind, Rung, Stage, Status, ValueSource
from equitysim.measures.money import desk_hours_cost
from equitysim.measures.registry import MEASURES
from equitysim.measures.values import (
    Denominators,
    Persons,
    against_baseline,
    denominators_of,
    measure,
    where_spend_rose,
)
from equitysim.plan import Plan
from equitysim.result import Result
from tests.unit.measures.made_result import HORIZON, buyer, made_plan, made_result, referred

PLAN = made_plan()


def measured(result: Result, plan: Plan = PLAN) -> dict[str, float]:
    return measure(result, plan, denominators_of(result, plan)).values


def test_every_measure_has_a_value_or_is_undefined_and_no_other_is_made() -> None:
    assert list(measured(made_result([buyer(1, 0.0, 0.0, 5.0)]))) == list(MEASURES)


def test_nobody_at_all_is_zero_or_undefined() -> None:
    run = measure(made_result([]), PLAN, denominators_of(made_result([]), PLAN))
    zero = {name for name, value in run.values.items() if value == 0.0}
    undefined = {name for name, value in run.values.items() if math.isnan(value)}
    assert zero == {"net_value_total", "referrals", "referred_customers", "active_end", "refused", "opt_outs"}
    assert zero | undefined == set(MEASURES)
    assert run.stages.sum() == run.rungs.sum() == 0


def test_net_value_holds_every_kind_and_what_the_policy_owes() -> None:
    ledger = {Kind.MARGIN: 100.0, Kind.PREMIUM: 4.0, Kind.SERVICE: -10.0, Kind.CONTACT: -1.0, Kind.REWARD: -2.0}
    costs = {Kind.INCENTIVE: -3.0, Kind.COMPENSATION: -4.0, Kind.ACQUISITION: -5.0, Kind.DESK: -6.0}
    people = [buyer(1, 0.0, 0.0, 0.0, ledger={**ledger, **costs}), {}]
    plan = PLAN._replace(setup_costs=8.0)
    hours = desk_hours_cost(plan, HORIZON)
    values = measured(made_result(people), plan)
    assert values["net_value_total"] == pytest.approx(100 + 4 - 10 - 1 - 2 - 3 - 4 - 5 - 6 - 8 - hours)
    assert values["net_value"] == values["net_value_total"] / 2
    assert values["spend"] == pytest.approx((1 + 2 + 3 + 4 + 5 + 6 + 8 + hours) / 2)


def test_the_denominator_is_the_baselines_also_where_a_policy_switches_sources() -> None:
    result = made_result([buyer(1, 0.0, 0.0, 30.0)])
    baseline = Denominators(Persons(3, 2), (Persons(1, 1), Persons(2, 1)))
    values = measure(result, PLAN, baseline).values
    assert values["net_value"] == 10.0
    assert values["source_base"] == 10.0


def test_the_referred_are_no_seed_persons() -> None:
    result = made_result([{}, {"segment": 1, "entered": HORIZON, "root_entered": HORIZON}, referred(1, 1)])
    assert denominators_of(result, PLAN) == Denominators(Persons(2, 1), (Persons(1, 1), Persons(1, 0)))


def test_totals_are_scaled_back_and_ratios_are_not() -> None:
    people = [buyer(2, 0.0, 1000.0, 30.0), buyer(1, 900.0, 900.0, 5.0, **referred(1, 1), entered=800.0)]
    counts = {(0, Counter.REFERRALS): 1, (0, Counter.OPT_OUTS): 2, (0, Counter.REFUSED_BUDGET): 3}
    result = made_result(people, counts={**counts, (1, Counter.REFUSED_AT_MOST): 1})
    small, large = measured(result), measured(result, PLAN._replace(scale=10.0))
    scaled = {name for name in small if large[name] == 10.0 * small[name] != 0.0}
    assert scaled == {"net_value_total", "referrals", "referred_customers", "active_end", "refused", "opt_outs"}
    assert {name for name in small if large[name] != small[name] and not math.isnan(small[name])} == scaled
    assert small["refused"] == 4


def test_lifetime_value_takes_seed_persons_whose_window_fits_with_their_descendants() -> None:
    late = HORIZON - 547.5
    people = [
        {"ltv": 10.0},
        {"ltv": 4.0, "segment": 1, **referred(1, 1)},
        {"ltv": 2.0, "entered": late, "root_entered": late, "segment": 1},
        {"ltv": 50.0, "entered": late + 1, "root_entered": late + 1},
    ]
    run = measure(made_result(people), PLAN, denominators_of(made_result(people), PLAN))
    assert (run.values["ltv"], run.values["ltv_own"], run.values["ltv_referred"]) == (8.0, 6.0, 2.0)
    assert [one["ltv"] for one in run.by_segment] == [14.0, 2.0]


def test_a_segment_has_its_own_customers_its_seed_persons_families_and_its_own_recruits() -> None:
    margin = {Kind.MARGIN: 8.0}
    people = [
        buyer(1, 0.0, 1000.0, 5.0),
        {"segment": 1, "entered": 10.0, "orders": 1, "last_order": 20.0, "ledger": margin, **referred(1, 1)},
        {"segment": 1, "entered": 30.0, "orders": 1, "last_order": 1000.0, "ledger": margin, **referred(2, 1, 2)},
        {"segment": 1},
    ]
    heavy, light = measure(made_result(people), PLAN, denominators_of(made_result(people), PLAN)).by_segment
    assert (heavy["source_referrals"], light["source_referrals"]) == (16.0, 0.0)
    assert (heavy["referred_customers"], light["referred_customers"]) == (1, 1)
    assert (heavy["active_end"], light["active_end"]) == (1, 1)
    assert set(heavy) == {name for name, known in MEASURES.items() if known.by_segment}


def test_referred_customers_are_those_of_referrals_made_from_the_start() -> None:
    people = [
        {},
        buyer(1, 2.0, 2.0, 1.0, entered=-1.0, **referred(1, 1)),
        {"entered": 1.0, **referred(1, 1)},
        buyer(1, 2.0, 2.0, 1.0, entered=1.0, **referred(1, 1)),
    ]
    assert measured(made_result(people))["referred_customers"] == 1


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (0.0, 364.0, 1.0),
        (0.0, 365.0, 0.0),
        (HORIZON - 365.0, HORIZON - 1.0, 1.0),
        (HORIZON - 364.0, HORIZON - 363.0, math.nan),
        (-1.0, 5.0, math.nan),
    ],
)
def test_second_purchase_within_twelve_months_of_a_first_observed_so_long(
    first: float, second: float, expected: float
) -> None:
    values = measured(made_result([buyer(2, first, second, 1.0)]))
    assert values["second_purchase_rate"] == pytest.approx(expected, nan_ok=True)


def test_one_purchase_only_is_no_second() -> None:
    assert measured(made_result([buyer(1, 0.0, 0.0, 1.0)]))["second_purchase_rate"] == 0.0


def test_retention_averages_the_weights_observed() -> None:
    people = [{"kept": 0.9}, {"kept": 0.0}, {}, {"begun": 1.0}]
    assert measured(made_result(people))["retention_12m"] == pytest.approx(0.45)


def test_retention_is_of_those_who_were_there_when_the_clock_began() -> None:
    """One in two of the second had left before: of 1.5 people 0.9 are left."""
    people = [{"kept": 0.6}, {"kept": 0.3, "begun": 0.5}]
    assert measured(made_result(people))["retention_12m"] == pytest.approx(0.6)


def test_active_is_recent_without_a_contract_and_not_cancelled_under_one() -> None:
    recency = PLAN.parameters.recency
    people = [
        buyer(1, 0.0, HORIZON - recency + 1.0, 1.0),
        buyer(1, 0.0, HORIZON - recency, 1.0),
        buyer(1, 0.0, HORIZON, 1.0, status=Status.LOST),
        {},
    ]
    assert measured(made_result(people))["active_end"] == 2
    assert measured(made_result(people), made_plan(contractual=1))["active_end"] == 2


def test_mean_equity_is_faded_to_the_horizon_at_its_own_pace_above_and_below_zero() -> None:
    people = [
        buyer(1, 0.0, HORIZON, 1.0, equity=40.0, equity_at=HORIZON - 10.0),
        buyer(1, 0.0, HORIZON, 1.0, equity=-40.0, equity_at=HORIZON - 20.0),
        buyer(1, 0.0, HORIZON, 1.0, equity=7.5, equity_at=HORIZON),
        {"equity": 99.0, "equity_at": HORIZON},
    ]
    assert measured(made_result(people), made_plan(forgetting=10.0, forgiving=20.0))["equity_mean"] == pytest.approx(
        2.5
    )


def test_ratios_of_counts() -> None:
    counts = {
        (0, Counter.ORDERS): 150,
        (1, Counter.ORDERS): 50,
        (0, Counter.COMPLAINTS): 3,
        (0, Counter.OCCASIONS): 400,
        (0, Counter.OCCASIONS_WON): 100,
        (1, Counter.KNOWN_FAILURES): 8,
        (1, Counter.RECOVERED): 6,
    }
    run = measure(made_result([{}], counts=counts), PLAN, denominators_of(made_result([{}]), PLAN))
    assert (run.values["complaints"], run.values["share_won"], run.values["recovered_share"]) == (1.5, 0.25, 0.75)
    assert run.by_segment[0]["complaints"] == 2.0
    assert math.isnan(run.by_segment[0]["recovered_share"])


def test_waits_are_averaged_over_cases_served() -> None:
    assert measured(made_result([{}], served=4, waited_days=6.0))["desk_wait_mean"] == pytest.approx(1.5)


def test_best_fifth_is_of_those_who_bought_since_the_start_and_at_least_one() -> None:
    people = [buyer(1, 0.0, 1.0, margin) for margin in (1.0, 2.0, 3.0, 4.0, 10.0, 0.0, 0.0, 0.0, 0.0)]
    past = [buyer(1, -5.0, -5.0, 0.0)] * 20
    assert measured(made_result([*people, *past]))["top20_margin_share"] == 0.5
    assert measured(made_result([buyer(1, 0.0, 0.0, 3.0)]))["top20_margin_share"] == 1.0


def test_premium_is_part_of_the_margin_that_is_shared() -> None:
    people = [buyer(1, 0.0, 1.0, 6.0), buyer(1, 0.0, 1.0, 0.0, ledger={Kind.MARGIN: 5.0, Kind.PREMIUM: 4.0})]
    assert measured(made_result(people))["top20_margin_share"] == 0.6


@pytest.mark.parametrize(
    ("net", "spend", "roi", "cost"),
    [
        (12.0, 5.0, 2.0 / 4.0, 4.0 / 6.0),
        (8.0, 5.0, -2.0 / 4.0, 4.0 / 2.0),
        (12.0, 1.0, math.nan, math.nan),
        (12.0, 0.5, math.nan, math.nan),
        (6.0, 5.0, -1.0, math.nan),
    ],
)
def test_return_and_cost_are_against_the_baseline_and_undefined_where_spend_did_not_rise(
    net: float, spend: float, roi: float, cost: float
) -> None:
    found = where_spend_rose(against_baseline({"net_value": net, "spend": spend}, {"net_value": 10.0, "spend": 1.0}))
    assert found["roi"] == pytest.approx(roi, nan_ok=True)
    assert found["cost_per_value"] == pytest.approx(cost, nan_ok=True)


def test_what_a_program_without_effect_gains_is_rounding_and_no_value() -> None:
    """Net value falls by just what is spent, but for the last bit: nothing was gained to be divided by."""
    baseline = {"net_value": 51.3, "spend": 0.0}
    policy = {"net_value": 51.3 - 0.8 + 3e-15, "spend": 0.8}
    found = against_baseline(policy, baseline)
    assert found["cost_per_value"].whole == 0.0
    assert math.isnan(where_spend_rose(found)["cost_per_value"])
    assert where_spend_rose(found)["roi"] == pytest.approx(-1.0)


def test_stages_and_rungs_are_counted() -> None:
    people = [{}, buyer(1, HORIZON - 1.0, HORIZON - 1.0, 1.0), buyer(2, 0.0, HORIZON, 1.0, status=Status.LOST)]
    run = measure(made_result(people), PLAN, denominators_of(made_result(people), PLAN))
    assert run.stages[Stage.PROSPECTING] == run.stages[Stage.PURCHASE] == run.stages[Stage.LOST] == 1
    assert run.rungs[Rung.PROSPECT] == run.rungs[Rung.CUSTOMER] == run.rungs[Rung.CLIENT] == 1


def test_sources_are_per_seed_person_and_of_seed_persons_but_for_referrals() -> None:
    sources = {
        ValueSource.BASE: 10.0,
        ValueSource.MORE_PURCHASES: 2.0,
        ValueSource.PREMIUM: 4.0,
        ValueSource.COST_TO_SERVE: 6.0,
    }
    ledger = {Kind.MARGIN: 7.0, Kind.PREMIUM: 1.0, Kind.SERVICE: -2.0, Kind.CONTACT: -3.0}
    people = [{"sources": sources}, {}, {"sources": sources, "ledger": ledger, **referred(1, 1)}]
    values = measured(made_result(people))
    names = ("source_base", "source_more_purchases", "source_premium", "source_cost_to_serve", "source_referrals")
    assert np.allclose([values[name] for name in names], [5.0, 1.0, 2.0, 3.0, 3.0])
