"""Elementary effects of formulas whose effects are known."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.findings import ElementaryEffect
from equitysim.statistics.sensitivity.morris import elementary, left_out
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.study.sweeps import designs
from tests.unit.statistics.sensitivity.formula import grid, made

SLOPES = np.array([3.0, -2.0, 0.5, 0.0])


def linear(x: FloatArray) -> FloatArray:
    value: FloatArray = x @ SLOPES
    return value


def by_factor(responses: Responses) -> dict[str, ElementaryEffect]:
    return {one.factor: one for one in elementary(responses)}


def test_the_effects_of_a_linear_formula_are_its_slopes() -> None:
    found = elementary(made("morris", designs.morris(10, 4, 1), [linear], replications=2, common=1.0))
    assert [one.factor for one in found] == ["x1", "x2", "x3", "x4"]
    for one, slope in zip(found, SLOPES, strict=True):
        assert one.mean == pytest.approx(slope)
        assert one.absolute == pytest.approx((abs(slope),) * 3)
        assert one.spread == pytest.approx(0.0, abs=1e-6)


def morris_1991(x: FloatArray) -> FloatArray:
    """The test function of Morris 1991 (doi 10.1080/00401706.1991.10484804, §4) without the small terms that he drew at
    random: of 20 factors 1 to 7 act together or in bends, 8 to 10 alone and straight, the others not at all."""
    w = 2.0 * (x - 0.5)
    for k in (2, 4, 6):
        w[:, k] = 2.0 * (1.1 * x[:, k] / (x[:, k] + 0.1) - 0.5)
    value = 20.0 * w[:, :10].sum(axis=1)
    for power, most, weight in ((2, 6, -15.0), (3, 5, -10.0), (4, 4, 5.0)):
        for chosen in np.ndindex(*(most,) * power):
            if all(a < b for a, b in itertools.pairwise(chosen)):
                value += weight * w[:, list(chosen)].prod(axis=1)
    result: FloatArray = value
    return result


def test_the_published_example_falls_into_its_groups() -> None:
    found = by_factor(made("morris", designs.morris(20, 20, 3), [morris_1991]))
    for k in (8, 9, 10):
        assert found[f"x{k}"].mean == pytest.approx(40.0)
        assert found[f"x{k}"].spread == pytest.approx(0.0, abs=1e-6)
    for k in range(11, 21):
        assert found[f"x{k}"].absolute == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)
    for k in range(1, 8):
        assert found[f"x{k}"].spread > 5.0


def test_luck_is_taken_out_of_the_spread() -> None:
    """Without that it would be 3/2 · √(2 · 1/50) = 0.21 wide."""
    found = by_factor(made("morris", designs.morris(100, 2, 1), [lambda x: x[:, 0]], replications=50, own=1.0))
    assert found["x1"].spread < 0.1


def listed(responses: Responses, place: int, count: int) -> Responses:
    """The same, one factor from a list of so many."""
    factors = list(responses.factors)
    factors[place] = factors[place]._replace(listed=count)
    return replace(responses, factors=tuple(factors))


@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_the_effect_of_a_list_is_that_over_all_its_places(count: int) -> None:
    """The second factor is a list of so many, as the design's shares choose from it; over all of it a straight formula
    moves by 2. In a list of two a step is the whole list, in one of three the whole or a half. Of longer lists four
    places stand for all: a step between them counts as two thirds."""
    points = designs.morris(30, 2, 1)
    points[:, 1] = np.minimum(np.floor(count * points[:, 1]), count - 1) / (count - 1)
    responses = listed(made("morris", points, [lambda x: 2.0 * x[:, 1] + x[:, 0]]), 1, count)
    found = by_factor(responses)
    assert found["x2"].mean == pytest.approx(2.0, rel=1e-12 if count <= 4 else 0.15)
    assert found["x1"].mean == pytest.approx(1.0)
    if count < 4:
        # Planted: read as if its places were a range.
        assert by_factor(listed(responses, 1, 0))["x2"].mean > 2.05


def test_a_factor_that_stays_where_it_is_in_a_step_has_no_effect_there() -> None:
    points = designs.morris(30, 3, 1)
    points[:, 2] = 0.0
    found = by_factor(made("morris", points, [lambda x: 2.0 * x[:, 1] + x[:, 2]]))
    assert found["x3"].absolute == (0.0, 0.0, 0.0)


def test_words_have_no_direction() -> None:
    points = np.round(3.0 * designs.morris(30, 2, 1))
    responses = made("morris", points, [lambda x: (x[:, 1] == 2.0).astype(float)], words=[1])
    words = by_factor(responses)["x2"]
    assert math.isnan(words.mean)
    assert math.isnan(words.spread)
    assert 0.3 < words.absolute.value < 1.2
    assert "words have no order" in [one.why for one in left_out(responses)]


def test_a_trajectory_that_lacks_a_point_is_dropped_and_told() -> None:
    responses = made("morris", designs.morris(10, 4, 1), [linear])
    cut = replace(responses, positions=(*responses.positions[:7], -1, *responses.positions[8:]))
    assert by_factor(cut)["x1"].mean == pytest.approx(3.0)
    assert [one.what for one in left_out(cut)] == ["1 of 10 trajectories"]
    assert by_factor(replace(responses, positions=(-1,) * 50)) == {}


def test_points_in_another_order_are_refused() -> None:
    responses = made("morris", designs.morris(10, 4, 1), [linear])
    with pytest.raises(ValueError, match="not in the order"):
        elementary(replace(responses, positions=responses.positions[::-1][2:] + responses.positions[:2]))


def test_other_designs_have_none() -> None:
    responses = made("grid", grid(3, 3), [lambda x: x[:, 0]])
    assert elementary(responses) == ()
    assert [one.what for one in left_out(responses)] == ["elementary effects"]


def test_one_trajectory_has_no_bounds() -> None:
    found = by_factor(made("morris", designs.morris(1, 4, 1), [linear]))
    assert math.isnan(found["x1"].absolute.low)
    assert math.isnan(found["x1"].spread)


def test_equal_inputs_give_equal_bounds_and_another_seed_others() -> None:
    responses = made("morris", designs.morris(20, 20, 3), [morris_1991])
    assert elementary(responses) == elementary(responses)
    other = replace(responses, context=responses.context._replace(seed=2))
    assert elementary(other) != elementary(responses)
