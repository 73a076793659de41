"""Boxes: what is peeled, what is told of them, and that chance makes none."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import binom

from equitysim.statistics.sensitivity.boxes import CHANCE, boxes
from equitysim.statistics.sensitivity.findings import Box
from equitysim.statistics.sensitivity.leads import BoolArray
from equitysim.statistics.sensitivity.responses import Factor, Responses
from tests.unit.statistics.sensitivity.fields import grid, number, responses, word


def study(factors: list[Factor], cases: BoolArray) -> Responses:
    """``reward`` is the best at the cases, ``today`` elsewhere."""
    return responses(factors, np.stack([np.zeros(len(cases)), np.where(cases, 1.0, -1.0)], axis=1), design="sobol")


def of(policy: str, found: tuple[Box, ...]) -> list[Box]:
    return [box for box in found if box.policy == policy]


def corner(points: int = 1_000, factors: int = 4) -> tuple[list[Factor], BoolArray]:
    """Cases where the first factor is below 35 % and the second above 60 %."""
    x = np.random.default_rng(7).random((points, factors))
    return [number(f"factor {k}", 100.0 * x[:, k]) for k in range(factors)], (x[:, 0] < 0.35) & (x[:, 1] > 0.6)


def test_a_box_is_found_with_the_factors_that_make_it_and_no_other() -> None:
    (box,) = of("reward", boxes(study(*corner())))
    first, second = box.limits
    assert (first.factor, second.factor) == ("factor 0", "factor 1")
    assert first.high == pytest.approx(35.0, abs=1.0)
    assert second.low == pytest.approx(60.0, abs=1.0)
    assert math.isinf(first.low)
    assert math.isinf(second.high)
    assert box.coverage > 0.97
    assert box.density > 0.97


def test_what_is_told_is_counted_from_the_limits() -> None:
    made = study(*corner())
    cases = made.means.argmax(axis=1) == 1
    (box,) = of("reward", boxes(made))
    inside = np.ones(len(cases), dtype=bool)
    for limit in box.limits:
        sizes = made.factor(limit.factor).sizes
        inside &= (sizes >= limit.low) & (sizes <= limit.high)
    assert (box.points, box.cases) == (len(cases), int(cases.sum()))
    assert box.mass == pytest.approx(inside.mean())
    assert box.coverage == pytest.approx((inside & cases).sum() / cases.sum())
    assert box.density == pytest.approx(cases[inside].mean())


def test_the_course_leads_from_everything_to_the_box() -> None:
    (box,) = of("reward", boxes(study(*corner())))
    assert box.course[0].coverage == box.course[0].mass == 1.0
    assert box.course[0].density == pytest.approx(box.cases / box.points)
    assert all(after.mass < before.mass for before, after in pairwise(box.course))
    way = box.course[: box.chosen + 1]
    assert all(after.density > before.density for before, after in pairwise(way))
    chosen = box.course[box.chosen]
    assert chosen[:3] == (box.coverage, box.density, box.mass)
    assert chosen.limited == len(box.limits)
    assert max(peel.coverage * peel.density for peel in box.course) == chosen.coverage * chosen.density


def test_slices_are_thin() -> None:
    (box,) = of("reward", boxes(study(*corner())))
    for before, after in pairwise(box.course):
        assert after.mass >= 0.95 * before.mass - 1e-12


def test_a_limit_is_judged_against_the_same_box_without_it() -> None:
    made = study(*corner(200))
    cases = made.means.argmax(axis=1) == 1
    (box,) = of("reward", boxes(made))
    inside = [
        (made.factor(limit.factor).sizes >= limit.low) & (made.factor(limit.factor).sizes <= limit.high)
        for limit in box.limits
    ]
    both = np.logical_and.reduce(inside)
    for k, limit in enumerate(box.limits):
        wider = np.logical_and.reduce([one for j, one in enumerate(inside) if j != k])
        chance = binom.sf((both & cases).sum() - 1, both.sum(), cases[wider].mean())
        assert limit.chance == pytest.approx(chance)
        assert limit.chance <= CHANCE


def test_whole_levels_are_peeled_from_a_grid() -> None:
    failure, weeks = grid([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [3.0, 6.0, 10.0, 15.0, 20.0, 26.0])
    factors = [number("failure", failure, few=True), number("forgetting", weeks, unit="weeks", few=True)]
    (box,) = of("reward", boxes(study(factors, (failure >= 5.0) & (weeks >= 10.0))))
    assert [(limit.low, limit.high) for limit in box.limits] == [(5.0, math.inf), (10.0, math.inf)]
    assert [limit.told for limit in box.limits] == ["at least 5 %", "at least 10 weeks"]
    assert (box.coverage, box.density, box.mass) == (1.0, 1.0, 16 / 48)


def test_both_sides_of_a_factor_may_be_limited() -> None:
    size, _ = grid(np.arange(20.0), np.arange(5.0))
    (box,) = of("reward", boxes(study([number("failure", size, few=True)], (size >= 6.0) & (size <= 12.0))))
    (limit,) = box.limits
    assert (limit.low, limit.high, limit.told) == (6.0, 12.0, "6 % to 12 %")


def test_a_limit_between_two_sizes_lies_in_their_middle_and_at_a_level_where_there_are_levels() -> None:
    size, _ = grid(np.arange(20.0), np.arange(5.0))
    for few, low in ((False, 9.5), (True, 10.0)):
        (box,) = of("reward", boxes(study([number("failure", size, few=few)], size >= 10.0)))
        assert box.limits[0].low == low


def test_a_level_with_many_points_is_not_preferred_to_a_thin_slice() -> None:
    # Dropping kind ``a`` raises density most, but loses half of the points for it.
    kind, size = grid([0.0, 1.0], np.arange(100.0))
    cases = (size >= 10.0) & ((kind == 1.0) | (size % 5.0 < 4.0))
    factors = [word("kind", kind.astype(int).tolist(), ("a", "b")), number("size", size)]
    (box, *_) = of("reward", boxes(study(factors, cases)))
    assert box.course[1].mass >= 0.95


def test_words_are_peeled_level_by_level() -> None:
    kind, size = grid([0.0, 1.0, 2.0, 3.0], np.arange(20.0))
    factors = [word("kind", kind.astype(int).tolist(), ("a", "b", "c", "d")), number("size", size, few=True)]
    (box,) = of("reward", boxes(study(factors, (kind == 1.0) | (kind == 3.0))))
    (limit,) = box.limits
    assert limit.texts == ("b", "d")
    assert limit.told == "b or d"
    assert (box.coverage, box.density) == (1.0, 1.0)


def test_further_boxes_cover_what_the_first_left() -> None:
    x, y = grid(np.arange(30.0), np.arange(30.0))
    cases = ((x < 10.0) & (y < 10.0)) | ((x >= 22.0) & (y >= 22.0))
    first, second = of("reward", boxes(study([number("x", x), number("y", y)], cases)))
    assert (first.number, second.number) == (1, 2)
    assert first.density == second.density == 1.0
    assert first.coverage + second.coverage == pytest.approx(1.0)
    assert first.coverage == pytest.approx(100 / 164)


def test_a_policy_best_nowhere_or_everywhere_has_no_box() -> None:
    factors, _ = corner()
    assert boxes(study(factors, np.ones(1_000, dtype=bool))) == ()
    assert boxes(study(factors, np.zeros(1_000, dtype=bool))) == ()


def test_less_may_be_better() -> None:
    factors, cases = corner()
    means = np.stack([np.zeros(1_000), np.where(cases, -1.0, 1.0)], axis=1)
    (box,) = of("reward", boxes(responses(factors, means, better=-1)))
    assert box.coverage > 0.97


def test_the_same_runs_have_the_same_boxes() -> None:
    assert boxes(study(*corner())) == boxes(study(*corner()))


def test_the_order_of_points_does_not_matter() -> None:
    factors, cases = corner()
    shuffled = np.random.default_rng(2).permutation(1_000)
    again = [number(factor.path, factor.sizes[shuffled]) for factor in factors]
    assert boxes(study(again, cases[shuffled])) == boxes(study(factors, cases))


def test_one_at_a_time_has_none() -> None:
    factors, cases = corner()
    means = np.stack([np.zeros(1_000), np.where(cases, 1.0, -1.0)], axis=1)
    assert boxes(responses(factors, means, design="one_at_a_time")) == ()
