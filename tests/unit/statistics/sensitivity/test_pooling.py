"""Which points of a design are read together, and what is left out where none are."""

from dataclasses import replace

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.assemble import analysed
from equitysim.statistics.sensitivity.effects import left_out as without_effects
from equitysim.statistics.sensitivity.pooling import pooled, readable
from equitysim.statistics.sensitivity.responses import DesignKind, Responses
from equitysim.study.sweeps import designs
from tests.unit.statistics.sensitivity.formula import Formula, grid, made, saltelli

BASE, FACTORS = 8, 3
WHERE = "maps, tipping points and boxes"


def nothing(x: FloatArray) -> FloatArray:
    value: FloatArray = 0.0 * x[:, 0]
    return value


def tips(x: FloatArray) -> FloatArray:
    """Ahead of nothing where the first factor is above the middle, whatever the others are."""
    value: FloatArray = x[:, 0] - 0.5
    return value


POLICIES: tuple[Formula, ...] = (nothing, tips)


def study(design: DesignKind, points: FloatArray, *, few: bool = False) -> Responses:
    return made(design, points, POLICIES, replications=4, own=0.01, few=few)


def test_of_a_saltelli_design_the_points_of_a_and_b_are_read() -> None:
    points = saltelli(BASE, FACTORS)
    found = readable(study("saltelli", points))
    assert found is not None
    sizes = np.stack([factor.sizes for factor in found.factors], axis=1)
    both = points.reshape(BASE, FACTORS + 2, FACTORS)[:, :2].reshape(-1, FACTORS)
    assert {tuple(row) for row in sizes.tolist()} == {tuple(row) for row in both.tolist()}


def test_what_is_known_of_a_point_stays_with_it() -> None:
    whole = study("saltelli", saltelli(BASE, FACTORS))
    found = readable(whole)
    assert found is not None
    for place, number in enumerate(found.numbers):
        row = whole.numbers.index(number)
        np.testing.assert_array_equal(found.runs[place], whole.runs[row])
        assert [one.texts[place] for one in found.factors] == [one.texts[row] for one in whole.factors]
    there = [place for place in found.positions if place >= 0]
    assert sorted(there) == list(range(len(found.runs)))
    assert [found.positions[k] >= 0 for k in range(FACTORS + 2)] == [True, True, False, False, False]


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol", "points"])
def test_of_other_scattered_designs_all_points_are_read(design: DesignKind) -> None:
    whole = study(design, np.random.default_rng(1).random((20, FACTORS)))
    assert readable(whole) is whole
    assert len(pooled(whole)) == 20


def test_a_balanced_design_is_read_whole_however_small() -> None:
    whole = study("grid", grid(2), few=True)
    assert readable(whole) is whole


def test_too_few_points_are_not_read_and_told() -> None:
    """Of two base points that lack B, two points of A are left."""
    whole = study("saltelli", saltelli(2, FACTORS))
    width = FACTORS + 2
    lacking = {whole.positions[k] for k in (1, width + 1)}
    keep = [row for row in range(len(whole.runs)) if row not in lacking]
    places = {row: place for place, row in enumerate(keep)}
    cut = replace(
        whole,
        factors=tuple(
            one._replace(sizes=one.sizes[keep], texts=tuple(one.texts[row] for row in keep)) for one in whole.factors
        ),
        numbers=tuple(keep),
        positions=tuple(places.get(place, -1) for place in whole.positions),
        runs=whole.runs[keep],
    )
    assert len(cut.runs) == 8
    found = analysed(cut)
    assert (found.effects, found.maps, found.tipping, found.boxes) == ((), (), (), ())
    why = {one.what: one.why for one in found.left_out}
    assert why["effects"] == "2 points are too few"
    assert why[WHERE] == "fewer than 4 points can be read together"


@pytest.mark.parametrize("design", ["morris", "one_at_a_time"])
def test_where_no_points_are_read_together_nothing_is_told_of_where(design: DesignKind) -> None:
    points = designs.morris(12, FACTORS, 1)
    if design == "one_at_a_time":
        points = np.array([[0.5] * FACTORS, *([0.1, 0.5, 0.5], [0.9, 0.5, 0.5], [0.5, 0.1, 0.5], [0.5, 0.9, 0.5])])
    whole = study(design, points, few=True)
    assert len(pooled(whole)) == 0
    found = analysed(whole)
    assert (found.maps, found.tipping, found.boxes, found.interactions) == ((), (), (), ())
    assert WHERE in [one.what for one in found.left_out]


def test_trajectories_that_make_a_whole_grid_are_still_trajectories() -> None:
    """Of one factor with two sizes every point is there: nothing is read off it that more factors would forbid."""
    whole = study("morris", np.round(designs.morris(6, 1, 1)), few=True)
    assert sorted(set(whole.factors[0].sizes.tolist())) == [0.0, 1.0]
    assert readable(whole) is None


def test_of_trajectories_is_told_what_needs_no_spread() -> None:
    """Standings and noise speak of the points that were run; elementary effects compare neighbours."""
    found = analysed(study("morris", designs.morris(12, FACTORS, 1), few=True))
    assert found.elementary
    assert found.noise
    _, ahead = found.standings
    assert ahead.share_best == pytest.approx(0.5, abs=0.2)


def test_which_points_were_not_read_is_told() -> None:
    whole = study("saltelli", saltelli(BASE, FACTORS))
    (told,) = [one for one in analysed(whole).left_out if WHERE in one.what]
    assert told.what == f"24 of 40 points in {WHERE}"


def test_maps_tipping_points_and_boxes_still_find_what_is_there() -> None:
    found = analysed(study("saltelli", saltelli(32, FACTORS)))
    (tip,) = found.tipping
    assert tip.factor == "x1"
    assert tip.at.value == pytest.approx(0.5, abs=0.02)
    assert found.maps[0].x == "x1"
    assert {box.policy for box in found.boxes} == {"p0", "p1"}


def test_without_effects_of_too_few_points_says_so_where_others_are_many() -> None:
    """Planted: the repeated points of one base point are five, but only two may be pooled."""
    whole = study("saltelli", saltelli(1, FACTORS))
    assert len(whole.runs) == FACTORS + 2
    assert ("effects", "2 points are too few") in [tuple(one) for one in without_effects(whole)]
