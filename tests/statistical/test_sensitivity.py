"""Bounds of shares, curves and indices hold what is true about as often as they say, on made data with luck.

Each experiment makes 200 studies of a formula with known shares and counts how often the 95 % bounds hold the truth.
A right method with exactly 95 % has at least 178 of 200 with chance 0.9995 (binomial), and bounds that hold only 80 %
have so many with chance 0.0003. Upper limits are not tested where bounds are cautious on purpose. Seeds are fixed.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.effects import Decomposition, decomposed
from equitysim.statistics.sensitivity.findings import Bounded, Effect, SobolIndex
from equitysim.statistics.sensitivity.morris import elementary
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.statistics.sensitivity.sobol import sobol
from equitysim.study.sweeps import designs
from tests.unit.statistics.sensitivity.formula import grid, made, saltelli

STUDIES = 200
LEAST = 178


def formula(x: FloatArray) -> FloatArray:
    """Uniform variances: 4/12, 1/12 and (of the product) 4/144, together 64/144. On levels 0, ⅓, ⅔, 1: with v = 5/36,
    4v, v and 4v²."""
    z = x - 0.5
    value: FloatArray = 2.0 * z[:, 0] + z[:, 1] + 2.0 * z[:, 0] * z[:, 1]
    return value


UNIFORM = {"x1": 48 / 64, "x2": 12 / 64, "x3": 0.0, "both": 4 / 64}
V = 5 / 36
LEVELS = {"x1": 4 / (5 + 4 * V), "x2": 1 / (5 + 4 * V), "x3": 0.0, "both": 4 * V / (5 + 4 * V)}


def factorial(seed: int) -> Responses:
    return made("grid", grid(4, 4, 4), [formula], replications=5, own=0.5, common=1.0, few=True, seed=seed)


def scattered(seed: int) -> Responses:
    points = np.random.default_rng((seed, 3)).random((80, 3))
    return made("latin_hypercube", points, [formula], replications=5, own=0.3, common=1.0, seed=seed)


def holds(bounds: Bounded, truth: float) -> bool:
    return bounds.low <= truth <= bounds.high


@cache
def analysed(study: Callable[[int], Responses]) -> tuple[Decomposition, ...]:
    """What all the studies say; each count below is over the same ones."""
    return tuple(decomposed(study(seed)) for seed in range(STUDIES))


def effects_of(study: Callable[[int], Responses], factor: str) -> list[Effect]:
    """What each study says of a factor."""
    found = [[one for one in each.effects if one.factor == factor] for each in analysed(study)]
    return [one for (one,) in found]


def held(study: Callable[[int], Responses], truth: dict[str, float], factor: str) -> int:
    found = 0
    for one in effects_of(study, factor):
        assert one.share is not None
        found += holds(one.share, truth[factor])
    return found


@pytest.mark.parametrize("factor", ["x1", "x2", "x3"])
def test_bounds_of_a_grids_shares_hold_the_truth(factor: str) -> None:
    assert held(factorial, LEVELS, factor) >= LEAST


@pytest.mark.parametrize("factor", ["x1", "x2", "x3"])
def test_bounds_of_scattered_shares_hold_the_truth(factor: str) -> None:
    assert held(scattered, UNIFORM, factor) >= LEAST


def test_the_check_sees_another_truth() -> None:
    """A share wrong by a tenth."""
    assert held(factorial, {"x1": 0.9 * LEVELS["x1"]}, "x1") < LEAST


@pytest.mark.parametrize(("study", "truth"), [(factorial, LEVELS), (scattered, UNIFORM)])
def test_interactions_are_found_where_they_are_and_hardly_elsewhere(
    study: Callable[[int], Responses], truth: dict[str, float]
) -> None:
    """Bounds hold jointly for the three pairs, so at most about one study in forty tells a pair that is none: more than
    14 of 200 have chance 0.0003 at that rate."""
    true, false, right = 0, 0, 0
    for each in analysed(study):
        for one in each.interactions:
            if (one.first, one.second) == ("x1", "x2"):
                true += 1
                right += holds(one.share, truth["both"])
            else:
                false += 1
    assert false <= 14
    assert true > 20
    assert right >= 0.89 * true


def test_bounds_of_a_curve_hold_the_truth_at_its_end() -> None:
    """The mean over the others at x1 = 1 is 1."""
    curves = [one.curve for one in effects_of(scattered, "x1")]
    assert sum(curve.low[-1] <= 1.0 <= curve.high[-1] for curve in curves) >= LEAST


def test_bounds_of_a_grids_curve_hold_the_truth_about_as_often_as_they_say() -> None:
    """Exact t intervals: also not more than 199 of 200 (0.9996)."""
    curves = [one.curve for one in effects_of(factorial, "x1")]
    assert LEAST <= sum(curve.low[0] <= -1.0 <= curve.high[0] for curve in curves) <= 199


@cache
def indices() -> tuple[dict[str, SobolIndex], ...]:
    """What each of the studies says by factor, of runs with luck."""
    points = (saltelli(64, 3, seed) for seed in range(STUDIES))
    studies = (
        made("saltelli", each, [formula], replications=4, own=0.3, common=1.0, seed=seed)
        for seed, each in enumerate(points)
    )
    return tuple({one.factor: one for one in sobol(study)} for study in studies)


@pytest.mark.parametrize("factor", ["x1", "x2", "x3"])
def test_bounds_of_indices_hold_the_truth(factor: str) -> None:
    """Also of total indices."""
    total = {"x1": 52 / 64, "x2": 16 / 64, "x3": 0.0}
    assert sum(holds(each[factor].first, UNIFORM[factor]) for each in indices()) >= LEAST
    assert sum(holds(each[factor].total, total[factor]) for each in indices()) >= LEAST


def test_bounds_of_mean_absolute_effects_hold_the_truth() -> None:
    """Of x1: its effect is 2 + 2 (x2 − ½), never negative, so 2 on average."""
    found = 0
    for seed in range(STUDIES):
        responses = made("morris", designs.morris(20, 3, seed), [formula], replications=4, own=0.3, seed=seed)
        (one,) = [one for one in elementary(responses) if one.factor == "x1"]
        found += holds(one.absolute, 2.0)
    assert found >= LEAST
