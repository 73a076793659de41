"""Runs and comparisons with the real engine on a small scenario."""

import json
import math

import numpy as np
import pytest

from equitysim import jit
from equitysim.codes import ValueSource
from equitysim.errors import UsageError
from equitysim.measures.registry import MEASURES, SOURCES
from equitysim.measures.sources import sources_add_up
from equitysim.measures.values import denominators_of, measure
from equitysim.plan import Plan
from equitysim.result import Result
from equitysim.scenario.lower import lower
from equitysim.study import compare, run
from equitysim.study.engine import ready, simulate
from equitysim.study.watch import Watch
from tests.unit.study.small import REPLICATIONS, SEED, small_comparison, small_scenario

POLICIES = ("today", "reward", "recover", "no flyers")


def simulated(policy: str, replication: int = 0) -> tuple[Result, Plan]:
    plan = lower(small_scenario(), policy)
    return simulate("simpy", plan, SEED, replication), plan


def test_all_policies_in_the_scenarios_order_and_all_replications() -> None:
    comparison = small_comparison()
    assert tuple(outcome.name for outcome in comparison.policies) == POLICIES
    for outcome in comparison.policies:
        assert len(outcome.digests) == len(outcome.series) == REPLICATIONS
        assert all(len(outcome.values[name]) == REPLICATIONS for name in MEASURES)
        assert set(outcome.by_segment) == {"heavy", "light"}


def test_every_measure_is_defined_somewhere() -> None:
    values = [outcome.values for outcome in small_comparison().policies]
    assert [name for name in MEASURES if all(bool(np.isnan(one[name]).all()) for one in values)] == []


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    scenario = small_scenario()
    again = compare(scenario, replications=2, seed=SEED, policies=["recover"])
    assert [outcome.name for outcome in again.policies] == ["today", "recover"]
    for outcome in again.policies:
        known = small_comparison().policy(outcome.name)
        assert outcome.digests == known.digests[:2]
        for name in MEASURES:
            assert np.array_equal(outcome.values[name], known.values[name][:2], equal_nan=True)
    other = compare(scenario, replications=1, seed=SEED + 1, policies=["recover"])
    assert other.policies[0].digests != again.policies[0].digests[:1]


def test_a_policy_alone_is_what_it_is_in_the_comparison_but_for_returns() -> None:
    alone = run(small_scenario(), "no flyers", replications=2, seed=SEED).outcome
    known = small_comparison().policy("no flyers")
    assert alone.digests == known.digests[:2]
    for name, about in MEASURES.items():
        expected = np.full(2, np.nan) if about.against_baseline else known.values[name][:2]
        assert np.array_equal(alone.values[name], expected, equal_nan=True)


def test_a_policy_that_switches_sources_is_divided_by_the_baselines_people() -> None:
    today, without = small_comparison().policy("today"), small_comparison().policy("no flyers")
    assert without.seed_persons[0] < today.seed_persons[0]
    assert without.values["net_value_total"] / without.values["net_value"] == pytest.approx(
        np.array(today.seed_persons, dtype=float)
    )


@pytest.mark.parametrize("policy", POLICIES)
def test_the_five_sources_add_up_and_a_planted_double_count_is_seen(policy: str) -> None:
    result, _ = simulated(policy)
    assert sources_add_up(result.customers)
    buyers = np.flatnonzero(result.customers["sources"][:, ValueSource.BASE])
    seed_buyer = next(k for k in buyers if result.customers["generation"][k] == 0)
    result.customers["sources"][seed_buyer, ValueSource.BASE] *= 2.0
    assert not sources_add_up(result.customers)


def test_sources_are_net_value_before_programs() -> None:
    result, plan = simulated("recover")
    values = measure(result, plan, denominators_of(result, plan)).values
    programs = values["spend"]
    assert math.fsum(values[name] for name in SOURCES) - programs == pytest.approx(values["net_value"], rel=1e-12)


def test_the_engines_series_and_the_measures_agree_at_the_end() -> None:
    result, plan = simulated("reward")
    values = measure(result, plan, denominators_of(result, plan)).values
    last = result.series[-1]
    assert last["day"] == plan.parameters.horizon
    assert values["active_end"] == last["active"]
    assert values["equity_mean"] == pytest.approx(last["equity_mean"], rel=1e-12)
    assert values["referrals"] == last["referrals"]
    assert denominators_of(result, plan).everyone.seed == result.seed_persons


def test_lifetime_value_is_own_and_referred() -> None:
    for outcome in small_comparison().policies:
        own, referred = outcome.values["ltv_own"], outcome.values["ltv_referred"]
        assert outcome.values["ltv"] == pytest.approx(own + referred, rel=1e-12)
        assert np.all(referred > 0.0)


def test_segments_add_up_where_they_can() -> None:
    for outcome in small_comparison().policies:
        for name in ("referrals", "referred_customers", "active_end", "refused", "opt_outs"):
            parts = [segment[name] for segment in outcome.by_segment.values()]
            assert np.array_equal(np.sum(parts, axis=0), outcome.values[name])


def test_claims_are_judged_in_the_direction_that_is_better() -> None:
    value, spend = small_comparison().claims
    assert value.estimate == small_comparison().difference("recover", "net_value")
    assert spend.text == "no flyers is better than today in spend"
    assert spend.outcome == "holds"
    assert spend.estimate.mean == -small_comparison().difference("no flyers", "spend").mean


def test_claims_about_policies_that_did_not_run_are_left_out() -> None:
    only = compare(small_scenario(), replications=1, seed=SEED, policies=["recover"])
    assert [claim.text for claim in only.claims] == ["recover is better than today in net value"]


def test_common_random_numbers_make_differences_surer() -> None:
    comparison = small_comparison()
    assert comparison.variance_reduction("recover", "ltv") > 2.0
    values = [outcome.values["ltv"] for outcome in comparison.policies]
    shifted = values[0] - np.roll(values[2], 1)
    assert np.std(values[0] - values[2]) < np.std(shifted)


def test_a_number_of_workers_that_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="workers must be a whole number from 1"):
        compare(small_scenario(), workers=0)
    with pytest.raises(UsageError, match="your own processes cannot be sent"):
        run(small_scenario(), "today", workers=2, processes=[lambda world: iter(())])


def test_where_code_cannot_be_kept_no_worker_would_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = [lower(small_scenario(), policy) for policy in POLICIES]
    assert ready("compiled", plans)
    monkeypatch.setattr(jit, "PLACE", jit.PLACE._replace(folder=None))
    assert not ready("compiled", plans)
    assert ready("simpy", plans[:1])


def test_progress_counts_every_run() -> None:
    seen: list[tuple[int, int]] = []
    compare(
        small_scenario(horizon="90 days"),
        replications=2,
        watch=Watch(progress=lambda done, total: seen.append((done, total))),
    )
    assert seen == [(k, 8) for k in range(1, 9)]


def test_nobody_is_a_valid_scenario() -> None:
    nobody = compare(
        small_scenario(existing={"count": "0"}, channels={}, policies={"today": []}, claims=[]), replications=2
    )
    document = json.loads(json.dumps(nobody.document(), allow_nan=False))
    measures = document["policies"][0]["measures"]
    assert measures["net_value"]["mean"] is None
    assert measures["net_value_total"]["mean"] == 0.0


def test_about_so_many_people_with_totals_scaled_back() -> None:
    nobody_meets = small_scenario(policies={"today": ["welcome"], "letters": ["welcome", "letters"]}, claims=[])
    few = compare(nobody_meets, replications=1, seed=SEED, customers=40, policies=["today"])
    assert few.context.customers == 40
    assert few.context.scale > 2.0
    outcome = few.policies[0]
    # 40 of 60 people and 72 leads a year: 18 and 54 leads in the 900 days
    assert 40 <= outcome.seed_persons[0] <= 110
    assert outcome.values["net_value_total"][0] == pytest.approx(
        outcome.values["net_value"][0] * outcome.seed_persons[0] * few.context.scale
    )


def test_own_processes_run_beside_the_models() -> None:
    met: list[float] = []

    def watcher(world):  # type: ignore[no-untyped-def]
        while True:
            yield world.env.at(len(met) * 30.0, (9, len(met)))
            met.append(world.env.now)

    run(small_scenario(horizon="90 days"), "today", replications=1, processes=[watcher])
    assert met[:3] == [0.0, 30.0, 60.0]


def pays_attention(world):  # type: ignore[no-untyped-def]
    yield world.env.at(30.0, (9, 0))
    for person in world.people:
        person.equity += 1.0


def loses_count(world):  # type: ignore[no-untyped-def]
    yield world.env.at(89.0, (9, 0))
    next(iter(world.people)).equity = math.nan


def test_own_processes_take_part_in_a_comparison_and_are_named() -> None:
    scenario = small_scenario(horizon="90 days")
    plain = compare(scenario, replications=1, engine="simpy", policies=["recover"])
    moved = compare(scenario, replications=1, policies=["recover"], processes=[pays_attention])
    assert moved.context.engine == "simpy"
    assert all(ours.digest != theirs.digest for ours, theirs in zip(plain.policies, moved.policies, strict=True))
    assert moved.document()["provenance"]["processes"] == [f"{__name__}.pays_attention"]
    assert "processes" not in plain.document()["provenance"]
    assert moved.by_person == ()


def test_own_processes_that_leave_no_number_are_refused() -> None:
    scenario = small_scenario(horizon="90 days")
    with pytest.raises(UsageError, match=r"policy 'today', replication 0: your own processes left .* customers"):
        compare(scenario, replications=1, policies=["recover"], processes=[loses_count])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"policies": ["recovr"]}, "did you mean 'recover'"),
        ({"engine": "fast"}, "no engine 'fast'"),
        ({"seed": -1}, "seed"),
        ({"seed": 1 << 63}, "seed"),
        ({"replications": 0}, "replications must be a whole number from 1"),
        ({"customers": 0}, "customers must be a whole number from 1"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        compare(small_scenario(), **options)  # type: ignore[arg-type]


def test_the_largest_seed_is_one() -> None:
    assert run(small_scenario(horizon="30 days"), "today", replications=1, seed=(1 << 63) - 1).outcome.events[0] > 0
