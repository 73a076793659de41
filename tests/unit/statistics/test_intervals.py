"""Intervals against published figures, and what they say of claims."""

import math
from typing import get_args

import numpy as np
import pytest

from equitysim.statistics.intervals import (
    Estimate,
    Outcome,
    claim_outcome,
    differences,
    paired,
    t_interval,
    variance_reduction,
)

PUBLISHED = [7, 6, 4, 1, 2, 3, -1, 2, -2, 5]


def test_the_published_paired_differences() -> None:
    found = t_interval(PUBLISHED)
    assert found.n == 10
    assert (round(found.mean, 1), round(found.sd, 2)) == (2.7, 2.91)
    assert (round(found.low, 2), round(found.high, 2)) == (0.62, 4.78)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    luck = np.random.default_rng(17).normal(3.0, 2.0, size=(2000, 10))
    covered = sum(found.low <= 3.0 <= found.high for found in map(t_interval, luck))
    # Binomial: 3.5 standard errors of 0.95 over 2 000 are 0.017; false alarm 1 in 2 000.
    assert covered / 2000 == pytest.approx(0.95, abs=0.017)


def test_pairing_takes_differences_within_replications() -> None:
    shared = np.random.default_rng(5).normal(size=10) * 1000.0
    found = paired(shared + PUBLISHED, shared)
    assert found == pytest.approx(t_interval(PUBLISHED), abs=1e-9)


def test_without_pairing_the_interval_would_be_another() -> None:
    shared = np.random.default_rng(5).normal(size=10) * 1000.0
    shuffled = paired(shared + PUBLISHED, shared[::-1])
    assert shuffled.high - shuffled.low > 100.0


def test_more_confidence_is_a_wider_interval() -> None:
    assert t_interval(PUBLISHED, 0.99).high > t_interval(PUBLISHED, 0.9).high


def test_one_replication_has_a_mean_and_no_interval() -> None:
    found = t_interval([3.0])
    assert (found.mean, found.n) == (3.0, 1)
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert math.isnan(found.sd)


@pytest.mark.parametrize("nothing", [[], [math.nan, math.nan]])
def test_nothing_has_no_mean(nothing: list[float]) -> None:
    found = t_interval(nothing)
    assert found.n == 0
    assert math.isnan(found.mean)


def test_undefined_replications_are_left_out_and_not_counted() -> None:
    assert t_interval([*PUBLISHED, math.nan]) == t_interval(PUBLISHED)
    assert paired([1.0, math.nan, 3.0], [0.0, 0.0, math.nan]).n == 1


def test_equal_values_have_a_width_of_zero() -> None:
    assert t_interval([2.0, 2.0, 2.0])[:4] == (2.0, 2.0, 2.0, 0.0)


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.1, 95.0])
def test_confidence_is_a_fraction(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_interval(PUBLISHED, confidence)


def test_different_numbers_of_replications_are_not_paired() -> None:
    with pytest.raises(ValueError, match="pair 3 replications with 2"):
        differences([1.0, 2.0, 3.0], [1.0, 2.0])


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (-0.2, 0.2, "no_material_difference"),
        (0.05, 0.15, "no_material_difference"),
        (0.05, 0.3, "holds"),
        (-0.3, -0.05, "fails"),
        (-0.1, 0.3, "undecided"),
        (0.0, 0.3, "undecided"),
        (math.nan, math.nan, "undecided"),
    ],
)
def test_outcomes(low: float, high: float, outcome: str) -> None:
    estimate = Estimate((low + high) / 2, low, high, 1.0, 10)
    assert claim_outcome(estimate, matters=0.2) == outcome
    assert outcome in get_args(Outcome)


def test_a_threshold_moves_what_holds() -> None:
    estimate = Estimate(1.0, 0.5, 1.5, 1.0, 10)
    assert claim_outcome(estimate, threshold=0.4) == "holds"
    assert claim_outcome(estimate, threshold=1.0) == "undecided"
    assert claim_outcome(estimate, threshold=2.0) == "fails"


def test_identical_policies_do_not_differ_even_if_everything_matters() -> None:
    assert claim_outcome(t_interval([0.0, 0.0, 0.0])) == "no_material_difference"


def test_common_random_numbers_by_inversion() -> None:
    # Exp(1) against Exp(1.1): by inversion the second is the first over 1.1, so the factor holds for any sample.
    luck = -np.log(np.random.default_rng(2).random(50))
    assert variance_reduction(luck, luck / 1.1) == pytest.approx(221.0)


def test_independent_draws_reduce_nothing() -> None:
    luck = np.random.default_rng(2)
    # The ratio is 1 with a standard error of about 0.014 for 5 000 pairs: 3.5 of them, false alarm 1 in 2 000.
    assert variance_reduction(luck.normal(size=5000), luck.normal(size=5000)) == pytest.approx(1.0, abs=0.05)


def test_reduction_where_nothing_varies() -> None:
    assert math.isnan(variance_reduction([1.0, 1.0], [2.0, 2.0]))
    assert math.isnan(variance_reduction([1.0], [2.0]))
    assert variance_reduction([1.0, 3.0], [2.0, 4.0]) == math.inf
