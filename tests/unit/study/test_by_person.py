"""Differences person by person, where nothing couples the customers."""

import numpy as np
import pytest

from equitysim.scenario.lower import lower
from equitysim.study import compare
from equitysim.study.engine import simulate
from equitysim.study.pick import family_value
from tests.unit.study.small import REPLICATIONS, SEED, small_comparison, small_scenario


def uncoupled() -> dict[str, list[object]]:
    return {
        "today": ["welcome"],
        "letters": ["welcome", "letters"],
        "recover": ["welcome", "make good"],
        "no flyers": ["welcome", {"channel": "flyers", "leads": "0 per month"}],
    }


def test_each_policy_says_what_couples_its_customers() -> None:
    found = {row.policy: row.coupled_by for row in small_comparison().by_person}
    assert found == {"reward": ("the ranking of 'reward'",), "recover": ("the desk 'care'",), "no flyers": ()}
    assert all(row.estimate is None for row in small_comparison().by_person), (
        "none is both apart and of the same people"
    )


def test_it_is_the_interval_over_all_persons_of_all_replications() -> None:
    scenario = small_scenario(policies=uncoupled(), claims=[])
    comparison = compare(scenario, replications=REPLICATIONS, seed=SEED)
    found = {row.policy: row.estimate for row in comparison.by_person}
    assert {name for name, estimate in found.items() if estimate is not None} == {"letters"}
    gaps = []
    for replication in range(REPLICATIONS):
        families = []
        for policy in ("letters", "today"):
            everybody = simulate("compiled", lower(scenario, policy), SEED, replication).customers
            seeds = everybody["generation"] == 0
            families.append(dict(zip(everybody["identity"][seeds], family_value(everybody)[seeds], strict=True)))
        assert families[0].keys() == families[1].keys()
        gaps += [families[0][person] - families[1][person] for person in families[1]]
    total = {outcome.name: np.array(outcome.values["net_value_total"]).sum() for outcome in comparison.policies}
    estimate = found["letters"]
    assert estimate is not None
    assert estimate.n == len(gaps)
    assert estimate.mean == pytest.approx((total["letters"] - total["today"]) / len(gaps), rel=1e-9)
    assert estimate.mean < np.mean(gaps), "fixed costs are shared by all"
    assert estimate.sd == pytest.approx(np.std(gaps, ddof=1), rel=1e-9)


def test_it_agrees_with_the_paired_difference_and_is_as_wide_as_luck_allows() -> None:
    """The paired interval rests on 30 replications; false-alarm rate about 1 in 10 000: its standard error, known to
    one part in eight, lies within four times that of the other."""
    scenario = small_scenario(policies=uncoupled(), claims=[])
    comparison = compare(scenario, replications=30, seed=SEED, policies=["letters"])
    finer = comparison.by_person[0].estimate
    paired = comparison.difference("letters", "net_value")
    assert finer is not None
    assert finer.mean == pytest.approx(paired.mean, abs=(paired.high - paired.low) / 4)
    ratio = (finer.sd / np.sqrt(finer.n)) / (paired.sd / np.sqrt(paired.n))
    assert 0.5 < ratio < 2.0


def test_a_single_replication_is_enough_for_an_interval() -> None:
    scenario = small_scenario(policies=uncoupled(), claims=[])
    finer = compare(scenario, replications=1, seed=SEED, policies=["letters"]).by_person[0].estimate
    assert finer is not None
    assert finer.low < finer.mean < finer.high
    assert np.isnan(compare(scenario, replications=1, seed=SEED).difference("letters", "net_value").low)


def test_the_same_for_any_number_of_workers() -> None:
    scenario = small_scenario(policies=uncoupled(), claims=[])
    alone, together = (compare(scenario, replications=2, seed=SEED, workers=count).by_person for count in (1, 2))
    assert alone == together
