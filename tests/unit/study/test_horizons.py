"""Other horizons: the same people and the same luck, looked at for a shorter or a longer time."""

import numpy as np
import pytest

from equitysim.errors import UsageError
from equitysim.scenario.lower import lower
from equitysim.study import compare, run
from equitysim.study.engine import simulate
from equitysim.study.horizons import other_horizons, until
from equitysim.study.watch import Watch
from tests.unit.study.small import REPLICATIONS, SEED, small_comparison, small_scenario

HALF, OWN, LONG = 450.0, 900.0, 1350.0


def test_a_life_up_to_a_day_is_the_same_under_every_horizon_beyond_it() -> None:
    plan = lower(small_scenario(), "recover")
    short, long = (simulate("compiled", until(plan, days), SEED, 0, log=-1) for days in (OWN, LONG))
    assert short.log is not None
    assert long.log is not None
    before = long.log[long.log["time"] < OWN]
    assert np.array_equal(np.sort(before, order=["customer", "time"]), np.sort(short.log, order=["customer", "time"]))
    assert len(long.log) > len(before)


def test_the_verdict_at_half_one_and_one_and_a_half_horizons() -> None:
    comparison = small_comparison()
    steps: list[tuple[int, int]] = []
    horizons = other_horizons(
        small_scenario(), comparison, watch=Watch(progress=lambda done, total: steps.append((done, total)))
    )
    assert [one.days for one in horizons.at] == [HALF, OWN, LONG]
    assert horizons.verdict == comparison.verdict
    assert steps[-1] == (len(steps), len(steps)) == (2 * REPLICATIONS * 4, 2 * REPLICATIONS * 4)
    shorter = compare(small_scenario(horizon="450 days", ltv_window="400 days"), replications=REPLICATIONS, seed=SEED)
    found = {policy.policy: policy for policy in horizons.at[0].policies}
    for outcome in shorter.policies:
        assert found[outcome.name].value == shorter.summary(outcome.name, "net_value")
        assert found[outcome.name].difference == shorter.difference(outcome.name, "net_value")


def test_net_value_and_residual_value_add_up_to_what_the_longer_run_earns() -> None:
    comparison = small_comparison()
    horizons = other_horizons(small_scenario(), comparison)
    longer = run(
        small_scenario(horizon="1350 days", ltv_window="400 days"), "recover", replications=REPLICATIONS, seed=SEED
    )
    own = comparison.policy("recover")
    persons = np.array(comparison.policy("today").seed_persons)
    earned = (longer.outcome.values["net_value_total"] - own.values["net_value_total"]) / persons
    residual = {policy.policy: policy for policy in horizons.residual.policies}
    assert residual["recover"].value.mean == pytest.approx(earned.mean(), rel=1e-12)
    assert residual["today"].difference.mean == 0.0


def test_a_window_longer_than_the_horizon_leaves_the_measure_undefined_and_nothing_decided() -> None:
    scenario = small_scenario(ltv_window="500 days", compare={"baseline": "today", "measure": "ltv", "matters": "0.20"})
    comparison = compare(scenario, replications=2, seed=SEED, policies=["recover"])
    short = other_horizons(scenario, comparison).at[0]
    assert short.verdict.status == "undecided"
    assert "not defined" in short.verdict.text


def test_scaled_down_it_stays_the_same_people() -> None:
    nobody_meets = small_scenario(policies={"today": ["welcome"], "letters": ["welcome", "letters"]}, claims=[])
    comparison = compare(nobody_meets, replications=2, seed=SEED, customers=100, policies=["letters"])
    horizons = other_horizons(nobody_meets, comparison)
    assert horizons.at[1].policies[1].value.mean != horizons.at[2].policies[1].value.mean
    assert comparison.context.scale != 1.0


def test_another_scenario_is_refused() -> None:
    with pytest.raises(UsageError, match="another scenario"):
        other_horizons(small_scenario(horizon="800 days"), small_comparison())
