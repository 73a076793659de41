"""Fits over one factor or two: the same as those by which worlds are judged, and silent about what moves nothing."""

from dataclasses import replace

import numpy as np
import pytest

from equitysim.statistics.information import fit, partial_information
from equitysim.statistics.sensitivity.surfaces import balanced, decides, surface
from tests.unit.statistics.sensitivity.fields import grid, number, responses, word

RNG = np.random.default_rng(12)
X, OTHER = RNG.random(90), RNG.random(90)
LEADER = 1
MEANS = np.stack([np.sin(6.0 * X), 2.0 + X, X**2 + OTHER], axis=1)
FACTORS = (number("x", X), number("other", OTHER))
MADE = responses(FACTORS, MEANS, noise=0.3, design="latin_hypercube")
PLACES = np.linspace(X.min(), X.max(), 21)


def test_differences_are_fitted_as_those_between_worlds() -> None:
    found = surface(MADE, [FACTORS[0]], [PLACES]).means
    apart = fit(X, MADE.means - MADE.means[:, [LEADER]]).at(PLACES)
    np.testing.assert_allclose(found - found[:, [LEADER]], apart, atol=1e-10)


def test_a_factor_decides_by_what_it_is_worth_to_know() -> None:
    for factor in FACTORS:
        worth, _ = decides(MADE, factor)
        assert worth == pytest.approx(partial_information(MADE.means, factor.sizes, LEADER), abs=1e-12)


def test_every_replication_is_fitted_by_itself() -> None:
    found = surface(MADE, [FACTORS[0]], [PLACES])
    shifted = MADE.runs.copy()
    shifted[:, 2, 0] += 5.0
    again = surface(replace(MADE, runs=shifted), [FACTORS[0]], [PLACES])
    moved = again.values - found.values
    np.testing.assert_allclose(moved[:, 2, 0], 5.0)
    np.testing.assert_allclose(np.delete(moved, 2, axis=1), 0.0, atol=1e-12)


def test_what_moves_nothing_is_mostly_fitted_by_a_constant() -> None:
    constant = 0
    for seed in range(40):
        made = responses(FACTORS, np.zeros((90, 2)), noise=1.0, seed=seed, design="sobol")
        found = surface(made, FACTORS, [np.array([0.5]), np.array([0.5])])
        constant += int(found.columns.max()) == 1
    assert constant >= 25


def test_a_polynomial_of_both_factors_is_found_exactly() -> None:
    gain = (X - 0.3) * (OTHER - 0.6) + OTHER**3 * X
    made = responses(FACTORS, np.stack([np.full(90, 9.0), gain], axis=1), noise=1e-9, design="sobol")
    down, across = grid([0.2, 0.5, 0.8], [0.3, 0.7])
    found = surface(made, FACTORS, [across, down]).means
    truth = (across - 0.3) * (down - 0.6) + down**3 * across
    np.testing.assert_allclose(found[:, 1], truth, atol=1e-6)
    np.testing.assert_allclose(found[:, 0], 9.0, atol=1e-6)


def test_the_error_of_a_cell_is_that_of_least_squares() -> None:
    # One policy at 0, one a straight line with scatter; without luck the error is the textbook's.
    scatter = RNG.standard_normal(90)
    made = responses(FACTORS, np.stack([np.full(90, 50.0), 8.0 * X + scatter], axis=1), noise=1e-9, design="sobol")
    found = surface(made, [FACTORS[0]], [np.array([0.25])])
    assert int(found.columns[1]) == 2
    design = np.stack([np.ones(90), X], axis=1)
    line, rest, _, _ = np.linalg.lstsq(design, 8.0 * X + scatter, rcond=None)
    place = np.array([1.0, 0.25])
    error = np.sqrt(rest[0] / 88.0 * (place @ np.linalg.inv(design.T @ design) @ place))
    apart = found.between(1, 0)
    assert apart.mean[0] == pytest.approx(place @ line - 50.0)
    assert apart.error[0] == pytest.approx(error)
    assert apart.parts[-1].degrees == 88.0


def test_few_levels_allow_only_low_degrees() -> None:
    two = number("two", np.arange(90.0) % 2, few=True)
    made = responses([two, FACTORS[1]], np.stack([np.zeros(90), two.sizes + OTHER - 0.7], axis=1), noise=0.01)
    found = surface(made, [two, FACTORS[1]], [np.array([0.0, 1.0]), np.array([0.5, 0.5])])
    np.testing.assert_allclose(found.means[:, 1] - found.means[:, 0], [-0.2, 0.8], atol=0.02)


def test_a_factor_that_never_varies_is_no_obstacle() -> None:
    still = number("still", np.full(90, 3.0))
    made = responses([still, FACTORS[1]], np.stack([np.zeros(90), OTHER], axis=1), noise=0.01)
    found = surface(made, [still, FACTORS[1]], [np.array([3.0]), np.array([0.5])])
    assert found.means[0, 1] == pytest.approx(0.5, abs=0.02)


def test_balance_is_seen_and_its_lack() -> None:
    x, y = grid([1.0, 2.0], [1.0, 2.0, 3.0])
    means = np.stack([x, y], axis=1)
    assert balanced(responses([number("x", x, few=True), number("y", y, few=True)], means))
    assert not balanced(responses([number("x", x), number("y", y, few=True)], means))
    assert not balanced(responses([number("x", x[:-1], few=True), number("y", y[:-1], few=True)], means[:-1]))
    many = [word(f"switch {k}", [0, 1, 0], ("off", "on")) for k in range(200)]
    assert not balanced(responses(many, means[:3]))
