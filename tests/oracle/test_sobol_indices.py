"""Sobol indices, shares and interactions against published and exact values, on our own designs.

Ishigami & Homma 1990 (doi 10.1109/ISUMA.1990.151285) with a = 7, b = 0.1: first-order .3139, .4424, 0; total .5576,
.4424, .2437. Sobol's g-function (a 0, 1, 4.5, 9): first-order shares are 1/(3 (1 + aᵢ)²) over the whole variance.
Seeds are fixed; tolerances are stated at each test.
"""

from dataclasses import replace

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.effects import effects, interactions
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.statistics.sensitivity.sobol import sobol, whole_blocks
from tests.unit.statistics.sensitivity.formula import grid, ishigami, made, saltelli

FIRST = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
TOTAL = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}
TOLERANCE = 0.02
"""Two standard errors of the largest index at 8 192 base points drawn independently; Sobol points are better."""


def misses(responses: Responses) -> float:
    """The largest distance from a published index."""
    return max(
        max(abs(one.first.value - FIRST[one.factor]), abs(one.total.value - TOTAL[one.factor]))
        for one in sobol(responses)
    )


@pytest.fixture(scope="module")
def published() -> Responses:
    return made("saltelli", saltelli(8_192, 3), [ishigami])


def test_published_indices_come_out(published: Responses) -> None:
    assert misses(published) < TOLERANCE


def test_published_indices_come_out_of_noisy_runs() -> None:
    """Luck as large as a third of the standard deviation between points, and more that all share."""
    assert misses(made("saltelli", saltelli(8_192, 3), [ishigami], replications=3, own=1.2, common=5.0)) < TOLERANCE


def test_bounds_hold_the_published_indices() -> None:
    for one in sobol(made("saltelli", saltelli(1_024, 3), [ishigami])):
        assert one.first.low <= FIRST[one.factor] <= one.first.high
        assert one.total.low <= TOTAL[one.factor] <= one.total.high
        assert one.total.high - one.total.low < 0.25


def test_the_check_sees_runs_of_a_swapped_pair_of_matrices(published: Responses) -> None:
    """Runs of A and B exchanged, sizes left as they are, so that reading cannot notice."""
    places = whole_blocks(published)
    runs = published.runs.copy()
    runs[places[:, 0]], runs[places[:, 1]] = published.runs[places[:, 1]], published.runs[places[:, 0]]
    assert misses(replace(published, runs=runs)) > 5 * TOLERANCE


def test_the_check_sees_runs_in_another_order(published: Responses) -> None:
    order = np.random.default_rng(1).permutation(len(published.runs))
    assert misses(replace(published, runs=published.runs[order])) > 5 * TOLERANCE


def test_estimates_are_those_of_scipy() -> None:
    from scipy.stats import sobol_indices

    responses = made("saltelli", saltelli(256, 3), [ishigami, lambda x: x[:, 0] * x[:, 1] + x[:, 2]])
    places = whole_blocks(responses)
    values = responses.runs[:, 0]
    theirs = sobol_indices(
        func={
            "f_A": values[places[:, 0]].T,
            "f_B": values[places[:, 1]].T,
            "f_AB": np.moveaxis(values[places[:, 2:]], (0, 1, 2), (2, 0, 1)),
        },
        n=256,
    )
    ours = {(one.policy, one.factor): one for one in sobol(responses) if one.against is None}
    for k, policy in enumerate(responses.policies):
        for j, factor in enumerate(responses.factors):
            one = ours[policy, factor.path]
            assert one.first.value == pytest.approx(max(theirs.first_order[k, j], 0.0), abs=1e-12)
            assert one.total.value == pytest.approx(theirs.total_order[k, j], abs=1e-12)


def test_bounds_are_about_those_of_scipys_bootstrap() -> None:
    """Percentiles of 500 sets against bias-corrected ones of 999: within a quarter of the width."""
    from scipy.stats import sobol_indices

    responses = made("saltelli", saltelli(256, 3), [ishigami])
    places = whole_blocks(responses)
    values = responses.runs[:, 0, 0]
    func = {"f_A": values[places[:, :1]].T, "f_B": values[places[:, 1:2]].T, "f_AB": values[places[:, 2:]].T[:, None]}
    theirs = sobol_indices(func=func, n=256).bootstrap(confidence_level=0.95)
    low, high = theirs.total_order.confidence_interval
    for one in sobol(responses):
        j = int(one.factor[1:]) - 1
        width = one.total.high - one.total.low
        assert one.total.low == pytest.approx(low[j], abs=width / 4)
        assert one.total.high == pytest.approx(high[j], abs=width / 4)


A = np.array([0.0, 1.0, 4.5, 9.0])


def g_function(x: FloatArray) -> FloatArray:
    """Sobol's: a product of (|4x − 2| + a) / (1 + a)."""
    value: FloatArray = ((np.abs(4.0 * x - 2.0) + A) / (1.0 + A)).prod(axis=1)
    return value


def on_levels(levels: FloatArray) -> tuple[FloatArray, float]:
    """Partial variances of the g-function on a grid: it is a product, so each is that of its factor times the squared
    means of the others; and the whole."""
    factors = (np.abs(4.0 * levels[:, None] - 2.0) + A) / (1.0 + A)
    square, mean = (factors**2).mean(axis=0), factors.mean(axis=0)
    rest = np.array([np.delete(mean, k).prod() for k in range(4)])
    return factors.var(axis=0) * rest**2, float(square.prod() - mean.prod() ** 2)


def test_a_grids_shares_are_exact() -> None:
    levels = np.linspace(0.0, 1.0, 6)
    partial, whole = on_levels(levels)
    for one in effects(made("grid", grid(6, 6, 6, 6), [g_function], replications=2, few=True)):
        assert one.share == pytest.approx((partial[int(one.factor[1:]) - 1] / whole,) * 3)


def test_a_grids_interactions_are_exact() -> None:
    levels = np.linspace(0.0, 1.0, 6)
    factors = (np.abs(4.0 * levels[:, None] - 2.0) + A) / (1.0 + A)
    _, whole = on_levels(levels)
    mean, variance = factors.mean(axis=0), factors.var(axis=0)
    found = interactions(made("grid", grid(6, 6, 6, 6), [g_function], replications=2, few=True))
    assert len(found) == 6
    for one in found:
        k, m = int(one.first[1:]) - 1, int(one.second[1:]) - 1
        truth = variance[k] * variance[m] * np.delete(mean, [k, m]).prod() ** 2 / whole
        assert one.share == pytest.approx((truth,) * 3)


def test_sobols_g_function_comes_out() -> None:
    partial = 1.0 / (3.0 * (1.0 + A) ** 2)
    whole = float((1.0 + partial).prod() - 1.0)
    for one in sobol(made("saltelli", saltelli(8_192, 4), [g_function])):
        k = int(one.factor[1:]) - 1
        assert one.first.value == pytest.approx(partial[k] / whole, abs=TOLERANCE)
        others = float(np.delete(1.0 + partial, k).prod())
        assert one.total.value == pytest.approx(partial[k] * others / whole, abs=TOLERANCE)
