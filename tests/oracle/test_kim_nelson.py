"""The constants of Kim & Nelson (2001), doi:10.1145/502109.502111."""

import math

import pytest

from equitysim.statistics.kim_nelson import bound


def test_five_systems_and_twenty_replications() -> None:
    """η = ½[(2·0.05/4)^(−2/19) − 1] and h² = 2·η·19, worked out apart from the code."""
    found = bound(5, 20, 0.95)
    assert found.eta == pytest.approx(0.237238, abs=5e-7)
    assert found.h2 == pytest.approx(9.015056, abs=5e-7)


def test_two_systems() -> None:
    """With two systems 2α remains: ln(0.1) = −2.302585, times −2/9 is 0.511686, whose exponential is 1.668101."""
    found = bound(2, 10, 0.95)
    assert found.eta == pytest.approx((1.668101 - 1.0) / 2.0, abs=1e-6)
    assert found.h2 == pytest.approx(18.0 * found.eta)


def test_what_the_constant_is_for() -> None:
    """η solves ½(1 + 2η)^(−(n₀ − 1)/2) = α/(k − 1), the paper's condition on the chance of one wrong elimination."""
    for systems, first_stage, confidence in ((2, 5, 0.9), (5, 20, 0.95), (20, 50, 0.99)):
        eta = bound(systems, first_stage, confidence).eta
        wrong = 0.5 * math.pow(1.0 + 2.0 * eta, -(first_stage - 1) / 2.0)
        assert wrong == pytest.approx((1.0 - confidence) / (systems - 1))
