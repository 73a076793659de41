"""What knowing is worth, against closed forms: two actions, one worth nothing, the other a sum of normal unknowns.

With gain μ + Σ sᵢ zᵢ against 0, knowing everything is worth s·L(|μ|/s), s² the variance of the gain, and knowing zᵢ
alone the same with the standard deviation of E[gain | zᵢ]; L is the unit normal loss (Raiffa & Schlaifer 1961, Applied
Statistical Decision Theory, ch. 5). Seeds are fixed. A right estimate fails a test by chance less than once in 10 000
(four standard errors of the sample of worlds), had the seed been drawn anew.
"""

import math

import numpy as np
import pytest
from scipy import stats

from equitysim.statistics.information import (
    error_of_mean,
    fit,
    gain_of_choosing,
    partial_information,
    perfect_information,
    rank_correlation,
    share_between,
    shares_best,
)
from equitysim.statistics.intervals import FloatArray

WORLDS = 4_096
ERRORS = 4.0


def loss(mean: float, sd: float) -> float:
    """sd · L(|mean|/sd), the value of knowing a normal gain."""
    z = abs(mean) / sd
    return float(sd * (stats.norm.pdf(z) - z * stats.norm.sf(z)))


def normals(correlation: float = 0.0, seed: int = 11) -> FloatArray:
    """Two standard normal unknowns: worlds × 2."""
    z = np.random.default_rng(seed).standard_normal((WORLDS, 2))
    z[:, 1] = correlation * z[:, 0] + math.sqrt(1.0 - correlation**2) * z[:, 1]
    return z


def two_actions(z: FloatArray, mean: float, weights: tuple[float, float], noise: float = 0.0) -> FloatArray:
    """Worlds × policies: nothing, the gain; with the simulation's noise on both."""
    gain = mean + z @ np.array(weights)
    values = np.stack([np.zeros(len(z)), gain], axis=1)
    return values + noise * np.random.default_rng(5).standard_normal(values.shape)


def close(found: float, truth: float, gains: FloatArray) -> bool:
    """Whether an average over worlds is within four standard errors of the truth."""
    return abs(found - truth) <= ERRORS * float(gains.std(ddof=1)) / math.sqrt(len(gains))


def gains(values: FloatArray) -> FloatArray:
    best = values.mean(axis=0).argmax()
    found: FloatArray = values.max(axis=1) - values[:, best]
    return found


@pytest.mark.parametrize("mean", [-1.0, -0.2, 0.0, 0.5])
@pytest.mark.parametrize("weights", [(1.0, 0.5), (0.3, 0.0)])
def test_perfect_information_is_worth_the_normal_loss(mean: float, weights: tuple[float, float]) -> None:
    values = two_actions(normals(), mean, weights)
    truth = loss(mean, math.hypot(*weights))
    assert close(perfect_information(values[:, None, :]).value, truth, gains(values))


@pytest.mark.parametrize("correlation", [0.0, 0.6, -0.7])
@pytest.mark.parametrize("known", [0, 1])
def test_knowing_one_unknown_is_worth_the_loss_of_its_conditional_mean(correlation: float, known: int) -> None:
    z = normals(correlation)
    weights = (1.0, 0.5)
    values = two_actions(z, 0.3, weights)
    sd = abs(weights[known] + correlation * weights[1 - known])
    conditional = np.stack([np.zeros(WORLDS), 0.3 + sd * z[:, known]], axis=1)
    assert close(partial_information(values, z[:, known], 0), loss(0.3, sd), gains(conditional))


def test_the_check_sees_the_value_of_the_wrong_unknown() -> None:
    z = normals()
    values = two_actions(z, 0.3, (1.0, 0.5))
    assert not close(partial_information(values, z[:, 1], 0), loss(0.3, 1.0), gains(values))


def test_the_check_sees_a_forgotten_correlation() -> None:
    z = normals(0.6)
    values = two_actions(z, 0.3, (1.0, 0.5))
    assert not close(partial_information(values, z[:, 0], 0), loss(0.3, 1.0), gains(values))


def test_noise_flatters_and_the_jackknife_takes_it_off() -> None:
    truth = loss(0.4, 1.0)
    runs = np.stack([two_actions(normals(), 0.4, (0.8, 0.6))] * 2, axis=1)
    runs += 0.6 * np.random.default_rng(8).standard_normal(runs.shape)
    found = perfect_information(runs)
    spread = gains(runs.mean(axis=1))
    # Twice the spread: the corrected value is a difference of two such averages.
    assert abs(found.value - truth) <= 2.0 * ERRORS * float(spread.std(ddof=1)) / math.sqrt(WORLDS)
    assert not close(found.uncorrected, truth, spread)
    assert found.uncorrected > found.value


def test_noise_alone_is_hardly_worth_knowing_once_corrected() -> None:
    runs = np.random.default_rng(4).standard_normal((WORLDS, 4, 2)) + np.array([0.0, 3.0])
    found = perfect_information(runs)
    assert found.value < 0.005
    assert perfect_information(runs[:, :1]).value == perfect_information(runs[:, :1]).uncorrected > found.value


def test_what_decides_nothing_is_worth_nothing() -> None:
    z = normals()
    values = two_actions(z, 0.3, (1.0, 0.0), noise=0.5)
    idle = z[:, 1]
    # Fitted by a constant, or by so little that the decision stays.
    assert partial_information(values, idle, 0) < 0.01
    assert abs(rank_correlation(idle, values[:, 1])) < ERRORS / math.sqrt(WORLDS)


def test_what_is_common_to_all_policies_decides_nothing() -> None:
    z = normals()
    values = two_actions(z, 0.3, (1.0, 0.0))
    moved = values + 50.0 * z[:, [1]]
    assert partial_information(moved, z[:, 1], 0) == pytest.approx(partial_information(values, z[:, 1], 0), abs=1e-9)
    assert gain_of_choosing(moved) == pytest.approx(gain_of_choosing(values))


def test_knowing_one_is_never_worth_more_than_knowing_all() -> None:
    z = normals()
    values = two_actions(z, 0.1, (1.0, 0.5))
    assert partial_information(values, z[:, 0], 0) <= gain_of_choosing(values)


def test_a_curve_is_followed() -> None:
    x = np.random.default_rng(2).uniform(-1.0, 1.0, WORLDS)
    values = np.stack([np.zeros(WORLDS), x**3 - 0.3 * x + 0.1], axis=1)
    assert partial_information(values, x, 0) == pytest.approx(gain_of_choosing(values), abs=1e-6)


def test_a_regression_leaves_out_degrees_that_do_not_predict() -> None:
    x = np.random.default_rng(2).uniform(0.0, 4.0, 200)
    noise = np.random.default_rng(3).standard_normal(200)
    columns = np.stack([np.zeros(200), 3.0 * x, noise], axis=1)
    found = fit(x, columns)
    assert found.coefficients[:, 0].tolist() == pytest.approx([0.0] * 4)
    assert found.at(np.array([1.0]))[0, 1] == pytest.approx(3.0)
    constant = fit(np.full(200, 2.0), columns)
    assert constant.at(np.array([2.0]))[0].tolist() == pytest.approx(columns.mean(axis=0).tolist())


def test_the_correction_only_takes_off() -> None:
    """Luck that all worlds share moves two policies that are equal on average apart, and knowing is worth most where
    they are equal. The jackknife puts some of that back on; what is told never exceeds what was not corrected."""
    z = normals()[:64]
    jackknifed = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        runs = np.stack([two_actions(z, 0.0, (0.5, 0.0))] * 4, axis=1)
        runs += 0.5 * rng.standard_normal((1, 4, 2)) + 0.05 * rng.standard_normal(runs.shape)
        found = perfect_information(runs)
        assert 0.0 <= found.value <= found.uncorrected
        left = [gain_of_choosing(np.delete(runs, one, axis=1).mean(axis=1)) for one in range(4)]
        jackknifed += 4.0 * found.uncorrected - 3.0 * float(np.mean(left)) > found.uncorrected
    assert jackknifed > 10


def test_the_error_of_a_mean_over_sobol_points_is_that_of_sobol_points() -> None:
    """The mean of max(u₁ + u₂, 1), which is 7/6, over scrambled Sobol points lies far closer to it than over draws.
    Twice the stated error holds it, and the error is at most half of that of draws."""
    covered, stated, of_draws = [], [], []
    for seed in range(200):
        u = stats.qmc.Sobol(2, rng=np.random.default_rng(seed)).random(64)
        parts = np.maximum(u.sum(axis=1), 1.0)
        stated.append(error_of_mean(parts, u))
        of_draws.append(error_of_mean(parts, None))
        covered.append(abs(parts.mean() - 7.0 / 6.0) <= 2.0 * stated[-1])
        # Student's t with 63 degrees of freedom is 2 % wider than the normal law
        assert of_draws[-1] == pytest.approx(1.0196 * parts.std(ddof=1) / 8.0, rel=1e-3)
    assert np.mean(covered) >= 0.95
    assert np.mean(stated) <= np.mean(of_draws) / 2.0


def test_a_share_of_worlds_has_an_interval_at_its_ends_too() -> None:
    """At an estimate of ½ of 100 worlds Wilson's interval is ½ ± 1.96·√(1/4/100 + 1.96²/4/100²)/(1 + 1.96²/100)."""
    q = 1.959964
    half = q * math.sqrt(0.25 / 100 + q * q / 40_000) / (1.0 + q * q / 100)
    assert share_between(0.5, 100, 0.95) == pytest.approx((0.5 - half, 0.5 + half), rel=1e-6)
    assert share_between(0.0, 16, 0.95)[0] == 0.0
    assert share_between(1.0, 16, 0.95) == pytest.approx((16 / (16 + q * q), 1.0), rel=1e-6)


def test_worlds_of_equals_are_shared() -> None:
    values = np.array([[1.0, 1.0, 0.0], [2.0, 0.0, 1.0], [0.0, 3.0, 3.0], [1.0, 1.0, 1.0]])
    assert shares_best(values).tolist() == pytest.approx(
        [(0.5 + 1 + 0 + 1 / 3) / 4, (0.5 + 0 + 0.5 + 1 / 3) / 4, (0.5 + 1 / 3) / 4]
    )


def test_ranks_correlate_as_scipy_says() -> None:
    rng = np.random.default_rng(1)
    first = rng.integers(0, 6, 50).astype(float)
    second = first + rng.standard_normal(50)
    assert rank_correlation(first, second) == pytest.approx(stats.spearmanr(first, second).statistic)
    assert math.isnan(rank_correlation(np.ones(50), second))
