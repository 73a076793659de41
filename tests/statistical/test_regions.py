"""What bounds cover and how often chance is taken for something, on made studies.

Seeds are fixed. Each test repeats a study some hundred times and counts; the stated rates hold with four binomial
standard errors to spare, so a right method fails less than once in 10 000, had the seeds been drawn anew.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.boxes import boxes
from equitysim.statistics.sensitivity.findings import Bounded
from equitysim.statistics.sensitivity.leads import between_cells
from equitysim.statistics.sensitivity.maps import maps
from equitysim.statistics.sensitivity.responses import DesignKind, Responses
from equitysim.statistics.sensitivity.settings import settings
from equitysim.statistics.sensitivity.standings import standings
from equitysim.statistics.sensitivity.tipping import tipping
from equitysim.study.sweeps import designs
from tests.unit.statistics.sensitivity.fields import grid, number, responses
from tests.unit.statistics.sensitivity.formula import made

TIMES = 400
CONFIDENCE = 0.9
TIPS = 3.3
STREWN = 60


def slack(rate: float, times: int = TIMES) -> float:
    """Four standard errors of a counted rate."""
    return 4.0 * math.sqrt(rate * (1.0 - rate) / times)


def on_grid(seed: int, noise: float = 0.5) -> Responses:
    """Tips at ``TIPS``; luck of each run's own and luck common to all points, more of it where failures are many."""
    failure, other = grid([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.0, 1.0, 2.0])
    means = np.stack([other, other + failure - TIPS], axis=1)
    factors = [number("failure", failure, few=True), number("other", other, unit="", few=True)]
    loud = (noise * failure / 3.0)[:, None, None] * np.ones(1)
    return responses(factors, means, noise=loud, common=0.2, replications=4, seed=seed, confidence=CONFIDENCE)


def scattered(seed: int) -> Responses:
    """Points at random, with another factor that moves the lead as well and is averaged over."""
    rng = np.random.default_rng(seed)
    failure, other = 1.0 + 5.0 * rng.random(60), rng.random(60)
    means = np.stack([other, other + failure - TIPS + 2.0 * (other - 0.5)], axis=1)
    factors = [number("failure", failure), number("other", other)]
    return responses(factors, means, noise=0.3, common=0.1, seed=seed, design="points", confidence=CONFIDENCE)


@cache
def places(study: Callable[[int], Responses], seed: int) -> tuple[Bounded, ...]:
    """Where a study has the change along ``failure``."""
    return tuple(one.at for one in tipping(study(seed)) if one.factor == "failure")


def covered(study: Callable[[int], Responses], truth: float, times: int = TIMES) -> float:
    """How often the bounds of the change along ``failure`` hold where it truly is."""
    hits = sum(any(at.low <= truth <= at.high for at in places(study, seed)) for seed in range(times))
    return hits / times


@pytest.mark.parametrize("study", [on_grid, scattered])
def test_bounds_of_a_tipping_point_cover_it_at_the_stated_rate(study: Callable[[int], Responses]) -> None:
    assert covered(study, TIPS) >= CONFIDENCE - slack(CONFIDENCE)


def test_and_no_more_than_they_need_on_a_grid() -> None:
    assert covered(on_grid, TIPS, 4 * TIMES) <= CONFIDENCE + slack(CONFIDENCE, 4 * TIMES)


def test_the_check_sees_bounds_that_miss() -> None:
    assert covered(on_grid, TIPS + 0.8) < CONFIDENCE - slack(CONFIDENCE)


def test_the_mean_over_points_is_covered_at_the_stated_rate() -> None:
    hits = 0
    for seed in range(TIMES):
        _, reward = standings(on_grid(seed))
        hits += reward.mean.low <= 1.0 + 3.5 - TIPS <= reward.mean.high
    assert abs(hits / TIMES - CONFIDENCE) <= slack(CONFIDENCE)


@pytest.mark.parametrize(("loudest", "allowed"), [(1.0, 0.0), (6.0, 0.03)])
def test_alike_policies_are_seldom_clearly_apart(loudest: float, allowed: float) -> None:
    """Points, cells and lattice of two policies with the same mean: wrong at a tenth of them, with 90 % confidence.

    Luck common to all cells makes a study's cells go wrong together, so the error of the rate is that between studies.
    Where some cells have six times the luck of others, drawing variances together costs up to three in a hundred.
    """
    factors = list(on_grid(0).factors)
    nothing = np.zeros((18, 2))
    loud = np.interp(factors[0].sizes, [1.0, 6.0], [1.0, loudest])[:, None, None] * np.ones(1)
    free = [factor._replace(levels=()) for factor in factors]
    found: dict[str, list[float]] = {"points": [], "cells": [], "lattice": []}
    for seed in range(TIMES):
        made = responses(factors, nothing, noise=loud, common=0.2, replications=3, seed=seed, confidence=CONFIDENCE)
        found["points"].append(sum(one.share_clear for one in standings(made)))
        found["cells"].append(float(maps(made)[0].clear.mean()))
        fitted = replace(made, factors=tuple(free), design="sobol")
        found["lattice"].append(float(maps(fitted)[0].clear.mean()))
    for rates in found.values():
        assert np.mean(rates) <= 1.0 - CONFIDENCE + allowed + 4.0 * np.std(rates) / math.sqrt(TIMES)
    assert np.mean(found["points"]) > 0.08


def hanging_together(design: DesignKind, seed: int) -> Responses:
    """Two policies that are alike whatever x1 and x2 are; six other factors move their difference, by 0 on average.
    Some 160 points."""

    def apart(x: FloatArray) -> FloatArray:
        value: FloatArray = (x[:, 2:] - 0.5) @ np.array([3.0, 2.0, 1.0, 1.0, 0.5, 0.5])
        return value

    points = designs.saltelli(16, 8, seed) if design == "saltelli" else designs.morris(18, 8, seed)
    few = design == "morris"
    return made(design, points, [lambda x: 0.0 * x[:, 0], apart], replications=5, own=0.05, few=few, seed=seed)


def told_clear(design: DesignKind) -> float:
    """At how much of the map over x1 and x2 one of them is called clearly ahead, over the studies."""
    return float(
        np.mean([maps(hanging_together(design, seed), ("x1", "x2"))[0].clear.mean() for seed in range(STREWN)])
    )


def test_a_point_repeated_in_all_factors_but_one_counts_once() -> None:
    """At 95 % one cell in twenty is clear by chance; cells of a study go wrong together, so allow three times that."""
    assert told_clear("saltelli") <= 0.15


@pytest.mark.parametrize("design", ["saltelli", "morris"])
def test_the_check_sees_points_that_hang_together(design: DesignKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("equitysim.statistics.sensitivity.maps.readable", lambda responses: responses)
    assert told_clear(design) > 0.25


@pytest.mark.parametrize("replications", [2, 3, 5])
def test_alike_policies_seldom_seem_to_change_places(replications: int) -> None:
    """Two policies with the same mean at all of eight levels: a change is told by no more than a tenth of the studies,
    with 90 % confidence. Their curves cross in nearly all of them."""
    size, other = grid(np.arange(8.0), [0.0, 1.0, 2.0])
    factors = [number("failure", size, few=True), number("other", other, unit="", few=True)]
    told, crossed = 0, 0
    for seed in range(TIMES):
        made = responses(
            factors,
            np.zeros((24, 2)),
            noise=1.0,
            common=0.1,
            replications=replications,
            seed=seed,
            confidence=CONFIDENCE,
        )
        told += any(one.factor == "failure" for one in tipping(made))
        apart = np.diff(made.means.reshape(8, 3, 2).mean(axis=1), axis=1)
        crossed += apart.min() < 0.0 < apart.max()
    assert told / TIMES <= 1.0 - CONFIDENCE + slack(1.0 - CONFIDENCE)
    assert crossed / TIMES > 0.9


def test_the_check_sees_changes_that_hold_at_one_place_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a lead at any of the levels were enough, each with the confidence of one."""
    monkeypatch.setattr("equitysim.statistics.sensitivity.tipping.joint", lambda confidence, _: confidence)
    with pytest.raises(AssertionError):
        test_alike_policies_seldom_seem_to_change_places(5)


def test_alike_policies_are_seldom_clearly_apart_where_points_share_nearly_all_luck() -> None:
    """Two replications: then all points of a study go wrong together, or none."""
    rates = []
    for seed in range(4 * TIMES):
        made = responses(
            list(on_grid(0).factors),
            np.zeros((18, 2)),
            noise=0.1,
            common=1.0,
            replications=2,
            seed=seed,
            confidence=CONFIDENCE,
        )
        rates.append(sum(one.share_clear for one in standings(made)))
    assert np.mean(rates) <= 1.0 - CONFIDENCE + slack(1.0 - CONFIDENCE, 4 * TIMES)
    assert np.mean(rates) > 0.02


def test_drawn_together_variances_tell_more_leads_than_each_alone() -> None:
    """With two replications a cell's own interval is six times as wide as its error; the cells together know better."""
    made = np.random.default_rng(9).standard_normal((200, 2, 2))
    made[:, :, 1] += 4.0
    apart = between_cells(made)(1, 0)
    assert (apart.mean > apart.half(0.95)).mean() > 0.9
    own = made[:, :, 1] - made[:, :, 0]
    assert (own.mean(axis=1) > 12.7 * own.std(axis=1, ddof=1) / math.sqrt(2.0)).mean() < 0.5


def test_the_lead_of_the_best_setting_is_covered() -> None:
    hits = 0
    gain, failure = grid([1.0, 2.0, 3.0], [0.0, 1.0, 2.0])
    means = np.stack([failure, failure + gain], axis=1)
    factors = [number("gain", gain, few=True, role="lever"), number("failure", failure, few=True)]
    for seed in range(TIMES):
        made = responses(factors, means, noise=0.1, common=1.0, seed=seed, confidence=CONFIDENCE)
        ahead = settings(made)[1].ahead
        hits += ahead.low <= 1.0 <= ahead.high
    assert abs(hits / TIMES - CONFIDENCE) <= slack(CONFIDENCE)


@pytest.mark.parametrize(("points", "factors"), [(48, 2), (200, 5), (500, 20)])
def test_chance_seldom_makes_a_box(points: int, factors: int) -> None:
    """Cases strewn at random: no more than one study in twenty tells a box of them, give or take the count's error."""
    told = 0
    for seed in range(STREWN):
        rng = np.random.default_rng(seed)
        x = rng.random((points, factors))
        cases = rng.random(points) < 0.3
        means = np.stack([np.zeros(points), np.where(cases, 1.0, -1.0)], axis=1)
        made = responses([number(f"factor {k}", x[:, k]) for k in range(factors)], means, design="sobol")
        told += any(box.policy == "reward" for box in boxes(made))
    assert told / STREWN <= 0.05 + slack(0.05, STREWN)


def test_the_check_sees_boxes_whose_limits_nobody_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("equitysim.statistics.sensitivity.boxes.CHANCE", 1.0)
    with pytest.raises(AssertionError):
        test_chance_seldom_makes_a_box(200, 5)
