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
    linearised,
    paired,
    ratio_of_means,
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


def test_fieller_by_hand() -> None:
    """Four pairs with means 4 and 2, variances of the means 2/3·1/4 = 1/6 and 1/24, covariance of the means 1/12.

    Bounds solve (4 − 2θ)² = t²·(1/6 − θ/6 + θ²/24) with t = 3.182446, t² = 10.127964: the right side is t²·(2 − θ)²/24,
    so that 4·(2 − θ)² = .42200·(2 − θ)² has the one root 2: the parts are twice the wholes.
    """
    parts, wholes = [3.0, 4.0, 4.0, 5.0], [1.5, 2.0, 2.0, 2.5]
    assert ratio_of_means(parts, wholes)[:3] == pytest.approx((2.0, 2.0, 2.0))


def test_fieller_by_hand_where_parts_and_wholes_have_nothing_to_do_with_each_other() -> None:
    """Means 4 and 2, variances of the means 1/6 and 1/6 (samples 3, 4, 4, 5 and 2, 1, 3, 2), covariance 0.

    (4 − 2θ)² = t²/6·(1 + θ²), t²/6 = 1.687994: 2.312006 θ² − 16 θ + 14.312006 = 0, so θ = (8 ± √(64 − 33.089448))/
    2.312006 = 1.055479 and 5.864918; the ratio 2 lies far from the middle.
    """
    found = ratio_of_means([3.0, 4.0, 4.0, 5.0], [2.0, 1.0, 3.0, 2.0])
    assert found[:3] == pytest.approx((2.0, 1.055479, 5.864918), abs=2e-6)


def test_a_ratio_is_undefined_where_its_whole_is_not_clear_of_nothing() -> None:
    assert math.isnan(ratio_of_means([1.0, 2.0, 3.0], [-1.0, 0.5, 1.0]).mean)
    assert math.isnan(ratio_of_means([1.0, 2.0], [0.0, 0.0]).mean)
    assert math.isnan(ratio_of_means([], []).mean)
    assert ratio_of_means([1.0], [4.0])[0] == 0.25
    assert ratio_of_means([1.0, 2.0], [-4.0, -4.0]).mean == -0.375


def test_fiellers_interval_covers_the_ratio_as_often_as_it_says() -> None:
    """2 000 samples of ten pairs, 1/2 in truth, wholes 4 ± 1: within 3.5 standard errors of 95 %."""
    luck = np.random.default_rng(8)
    wholes = luck.normal(4.0, 1.0, size=(2000, 10))
    parts = luck.normal(2.0, 2.0, size=(2000, 10)) + 0.5 * (wholes - 4.0)
    found = [ratio_of_means(x, y) for x, y in zip(parts, wholes, strict=True)]
    covered = np.mean([one.low <= 0.5 <= one.high for one in found])
    assert abs(covered - 0.95) < 3.5 * math.sqrt(0.95 * 0.05 / 2000)


def test_linearised_replications_have_the_ratio_of_the_means() -> None:
    """1 of 100 and 30 of 300: 31 of 400, where the mean of the ratios is 5.5 %."""
    sample = linearised([1.0, 30.0, 0.0], [100.0, 300.0, 0.0])
    assert np.nanmean(sample) == pytest.approx(31 / 400)
    assert math.isnan(sample[2])
