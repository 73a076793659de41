"""The judge can say no, and refuses to judge without evidence."""

import numpy as np
import pytest

from tests.oracle.judge import Estimate, batched, mean, spread, variance

RNG = np.random.default_rng(5)


def test_agrees_within_and_not_beyond_the_tolerance() -> None:
    assert Estimate(10.0, 1.0).agrees(13.4)
    assert not Estimate(10.0, 1.0).agrees(13.6)
    assert not Estimate(-10.0, 1.0).agrees(-13.6)


@pytest.mark.parametrize("estimate", [Estimate(1.0, 0.0), Estimate(1.0, float("nan")), Estimate(float("nan"), 1.0)])
def test_refuses_an_estimate_without_error(estimate: Estimate) -> None:
    with pytest.raises(ValueError, match="cannot be judged"):
        estimate.agrees(1.0)


@pytest.mark.parametrize(("estimate", "truth"), [(mean, 2.0), (spread, 3.0), (variance, 9.0)])
def test_estimators_meet_a_known_sample_and_miss_a_wrong_figure(estimate, truth: float) -> None:  # type: ignore[no-untyped-def]
    found = estimate(RNG.normal(2.0, 3.0, 50_000))
    assert found.agrees(truth)
    assert not found.agrees(truth * 1.05)


def test_batches_widen_the_error_of_a_dependent_sequence() -> None:
    steps = RNG.normal(size=40_000)
    sequence = np.zeros_like(steps)
    for i in range(1, len(steps)):
        sequence[i] = 0.95 * sequence[i - 1] + steps[i]
    assert batched(sequence).error > 3 * mean(sequence).error
    assert batched(sequence).agrees(0.0)


def test_too_little_data_is_refused() -> None:
    with pytest.raises(ValueError, match="no standard error"):
        mean([1.0])
    with pytest.raises(ValueError, match="too few"):
        batched(np.zeros(100))
