"""Curves, shares and interactions of formulas whose decomposition is known."""

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from equitysim.statistics.intervals import FloatArray, t_interval
from equitysim.statistics.sensitivity.effects import decomposed, effects, interactions, left_out
from equitysim.statistics.sensitivity.findings import Effect
from equitysim.statistics.sensitivity.responses import DesignKind, Responses
from equitysim.statistics.sensitivity.sobol import sobol
from equitysim.study.sweeps import designs
from tests.unit.statistics.sensitivity.formula import grid, ishigami, made, saltelli


def by_hand(x: FloatArray) -> FloatArray:
    """2 (x1 − ½) + (x1 − ½)(x2 − ½): on levels 0, ½, 1 the variances are 4/6 and 1/36, 24 to 1."""
    value: FloatArray = 2.0 * (x[:, 0] - 0.5) + (x[:, 0] - 0.5) * (x[:, 1] - 0.5)
    return value


def of(found: tuple[Effect, ...], factor: str, policy: str = "p0", against: str | None = None) -> Effect:
    (one,) = [one for one in found if (one.factor, one.policy, one.against) == (factor, policy, against)]
    return one


def reasons(responses: Responses) -> str:
    return "\n".join(f"{one.what}: {one.why}" for one in left_out(responses))


def test_a_grid_is_decomposed_exactly() -> None:
    responses = made("grid", grid(3, 3), [by_hand], replications=2, few=True)
    first, second = effects(responses)
    assert (first.factor, second.factor, first.method) == ("x1", "x2", "levels")
    assert first.share == pytest.approx((24 / 25, 24 / 25, 24 / 25))
    assert second.share == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    assert first.curve.mean == pytest.approx((-1.0, 0.0, 1.0))
    assert first.curve.texts == ("0", "0.5", "1")
    assert first.swing == pytest.approx(2.0)
    (both,) = interactions(responses)
    assert (both.first, both.second) == ("x1", "x2")
    assert both.share == pytest.approx((1 / 25, 1 / 25, 1 / 25))


def test_points_in_another_order_change_nothing_and_sizes_that_belong_to_others_do() -> None:
    responses = made("grid", grid(3, 3), [by_hand], replications=2, few=True)
    order = np.random.default_rng(1).permutation(9)
    factors = tuple(
        one._replace(sizes=one.sizes[order], texts=tuple(one.texts[k] for k in order)) for one in responses.factors
    )
    shuffled = replace(responses, runs=responses.runs[order], factors=factors)
    assert of(effects(shuffled), "x1").share == pytest.approx((0.96, 0.96, 0.96))
    wrong = replace(responses, runs=responses.runs[order])
    assert of(effects(wrong), "x1").share != pytest.approx((0.96, 0.96, 0.96))


def test_the_bounds_of_a_curve_are_t_intervals_of_its_values_by_replication() -> None:
    responses = made("grid", grid(4, 3), [by_hand], replications=5, own=0.5, common=1.0, few=True)
    curve = of(effects(responses), "x2").curve
    rows = responses.factors[1].sizes == 0.5
    wanted = t_interval(responses.runs[rows, :, 0].mean(axis=0))
    assert (curve.mean[1], curve.low[1], curve.high[1]) == pytest.approx(wanted[:3])


def test_luck_is_taken_out_of_shares() -> None:
    """Twelve levels of a factor that does nothing take up 11/143 of pure noise; corrected they take up none."""
    responses = made("grid", grid(12, 12), [lambda x: x[:, 0]], replications=20, own=1.0, few=True)
    share = of(effects(responses), "x2").share
    means = responses.runs[:, :, 0].mean(axis=1).reshape(12, 12)
    raw = means.mean(axis=0).var() / means.var()
    assert share is not None
    assert share.value < 0.5 * raw
    assert share.low == 0.0
    assert of(effects(responses), "x1").share.low > 0.5  # type: ignore[union-attr]


def test_one_replication_has_shares_of_a_grid_without_bounds() -> None:
    responses = made("grid", grid(3, 3), [by_hand], few=True)
    share = of(effects(responses), "x1").share
    assert share is not None
    assert share.value == pytest.approx(0.96)
    assert math.isnan(share.low)
    assert interactions(responses) == ()
    assert "with one replication" in reasons(responses)


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol"])
def test_scattered_points_tell_the_same(design: str) -> None:
    points = getattr(designs, design)(512, 3, 1)
    responses = made(design, points, [by_hand], replications=3, own=0.05, common=1.0)  # type: ignore[arg-type]
    first = of(effects(responses), "x1")
    # Uniform: variances 4/12 and 1/144.
    truth = 48 / 49
    assert first.method == "fitted"
    assert first.share is not None
    assert first.share.low <= truth <= first.share.high
    assert first.share.high - first.share.low < 0.05
    for effect in effects(responses)[1:]:
        assert effect.share is not None
        assert effect.share.low == 0.0
        assert effect.share.high < 0.05
    middle = first.curve.mean[10] - first.curve.mean[0]
    assert middle == pytest.approx(1.0, abs=0.1)
    (both,) = interactions(responses)
    assert (both.first, both.second) == ("x1", "x2")
    assert both.share.low <= 1 / 49 <= both.share.high


def test_a_bend_is_no_interaction() -> None:
    points = designs.latin_hypercube(300, 3, 1)
    responses = made("latin_hypercube", points, [lambda x: x[:, 0] ** 2 + np.exp(x[:, 1])], replications=3, own=0.02)
    assert interactions(responses) == ()


def test_a_regression_that_predicts_nothing_tells_no_interactions() -> None:
    points = designs.latin_hypercube(100, 3, 1)
    responses = made("latin_hypercube", points, [lambda x: np.sin(40.0 * x[:, 0] * x[:, 1])], replications=3)
    assert interactions(responses) == ()
    assert "does not predict points left out (Q² " in reasons(responses)


def test_words_are_averaged_level_by_level() -> None:
    points = designs.latin_hypercube(400, 2, 1)
    points[:, 1] = np.floor(3.0 * points[:, 1])
    jumps = np.array([0.0, 5.0, 1.0])
    responses = made(
        "latin_hypercube", points, [lambda x: x[:, 0] + jumps[x[:, 1].astype(int)]], replications=2, own=0.1, words=[1]
    )
    words = of(effects(responses), "x2")
    assert words.method == "levels"
    assert words.curve.texts == ("word 0", "word 1", "word 2")
    assert words.curve.mean == pytest.approx((0.5, 5.5, 1.5), abs=0.1)
    assert words.share is not None
    assert words.share.low <= (42 / 9) / (42 / 9 + 1 / 12) <= words.share.high


def test_levels_that_do_nothing_take_up_nothing_by_chance() -> None:
    """Thirty words over 90 points take up 29/89 of any variance; corrected none, on average over 50 designs."""
    taken = []
    for seed in range(50):
        points = np.random.default_rng(seed).random((90, 2))
        points[:, 1] = np.floor(30.0 * points[:, 1])
        responses = made("latin_hypercube", points, [lambda x: x[:, 0]], replications=2, own=0.01, words=[1])
        share = of(effects(responses), "x2").share
        assert share is not None
        assert share.low <= 0.3
        taken.append(share.value)
    assert np.mean(taken) < 0.1


def test_a_grid_that_lacks_points_is_read_like_scattered_points() -> None:
    whole = made("grid", grid(4, 4), [by_hand], replications=3, own=0.1, few=True)
    keep = np.arange(16) != 5
    factors = tuple(
        one._replace(sizes=one.sizes[keep], texts=tuple(t for t, k in zip(one.texts, keep, strict=True) if k))
        for one in whole.factors
    )
    responses = replace(whole, runs=whole.runs[keep], factors=factors, numbers=whole.numbers[:-1])
    assert of(effects(responses), "x1").curve.mean == pytest.approx((-1.0, -1 / 3, 1 / 3, 1.0), abs=0.15)
    assert "the grid lacks points" in reasons(responses)


def test_a_saltelli_design_is_pooled_from_a_and_b_only() -> None:
    responses = made("saltelli", saltelli(64, 3), [ishigami], replications=2, own=0.1)
    rows = np.unique(np.array(responses.positions).reshape(64, 5)[:, :2])
    factors = tuple(
        one._replace(sizes=one.sizes[rows], texts=tuple(one.texts[k] for k in rows)) for one in responses.factors
    )
    pooled = replace(responses, design="sobol", runs=responses.runs[rows], factors=factors)
    assert effects(responses) == effects(pooled)
    assert interactions(responses) == ()
    assert "does not tell them apart" in reasons(responses)


def test_one_at_a_time_is_seen_from_the_scenarios_own_values() -> None:
    levels = np.array([0.0, 0.5, 1.0])
    own = np.array([0.25, 0.75])
    rows = np.array([own] + [np.where(np.arange(2) == k, level, own) for k in range(2) for level in levels])
    responses = made("one_at_a_time", rows, [lambda x: x[:, 0] * x[:, 1]], replications=2)
    found = of(effects(responses), "x1")
    assert found.curve.sizes == (0.0, 0.25, 0.5, 1.0)
    assert found.curve.mean == pytest.approx((0.0, 0.1875, 0.375, 0.75))
    assert found.share is None
    assert interactions(responses) == ()
    assert "one at a time" in reasons(responses)
    lost = replace(responses, positions=(-1, *responses.positions[1:]))
    assert of(effects(lost), "x1") == found


def test_a_file_of_points_has_curves_and_no_shares() -> None:
    x = np.random.default_rng(1).random(200)
    points = np.stack([x, 0.9 * x + 0.1 * np.random.default_rng(2).random(200)], axis=1)
    responses = made("points", points, [lambda x: x[:, 0]], replications=2, own=0.01)
    assert {effect.share for effect in effects(responses)} == {None}
    # The second does nothing, but knowing it says what the first is.
    assert of(effects(responses), "x2").swing == pytest.approx(1.0, abs=0.15)
    assert interactions(responses) == ()
    assert "may depend on each other" in reasons(responses)


def without(responses: Responses, lost: npt.NDArray[np.bool_]) -> Responses:
    """The same study without the points at which a run failed."""
    rows = np.cumsum(~lost) - 1
    return replace(
        responses,
        factors=tuple(
            factor._replace(
                sizes=factor.sizes[~lost],
                texts=tuple(text for text, gone in zip(factor.texts, lost.tolist(), strict=True) if not gone),
            )
            for factor in responses.factors
        ),
        numbers=tuple(np.asarray(responses.numbers)[~lost].tolist()),
        positions=tuple(-1 if lost[place] else int(rows[place]) for place in responses.positions),
        runs=responses.runs[~lost],
    )


@pytest.mark.parametrize("design", ["grid", "latin_hypercube", "sobol", "saltelli"])
def test_points_lost_in_a_corner_make_factors_depend_on_each_other(design: DesignKind) -> None:
    """Runs fail where both are large. Then x2, which does nothing, would seem to make what x1 does."""
    points = {
        "grid": grid(6, 6, 3),
        "latin_hypercube": designs.latin_hypercube(100, 3, 1),
        "sobol": designs.sobol(128, 3, 1),
        "saltelli": saltelli(32, 3),
    }[design]
    whole = made(design, points, [lambda x: x[:, 0]], replications=2, own=0.1, few=design == "grid")
    x1, x2, _ = (factor.sizes for factor in whole.factors)
    found = decomposed(without(whole, x1 + x2 > 1.0))
    assert found.interactions == ()
    assert {one.share for one in found.effects} == {None}
    assert any(one.what.startswith("shares") and "x1 and x2 (correlation -0." in one.why for one in found.left_out)
    assert sobol(without(whole, x1 + x2 > 1.0)) == ()
    # Planted: as many points lost anywhere depend on nothing.
    anywhere = np.random.default_rng(1).permutation(x1 + x2 > 1.0)
    assert {one.share for one in decomposed(without(whole, anywhere)).effects} != {None}


def test_trajectories_have_no_curves() -> None:
    responses = made("morris", designs.morris(6, 3, 1), [by_hand], replications=2)
    assert effects(responses) == ()
    assert interactions(responses) == ()
    assert "hang together" in reasons(responses)


@pytest.mark.parametrize("design", ["grid", "latin_hypercube"])
@pytest.mark.parametrize("common", [0.0, 1.0])
def test_a_lever_that_nothing_depends_on_makes_and_shares_nothing(design: str, common: float) -> None:
    """A sum has no interactions, and x3 is not in it: what rounding leaves is no share of variance."""
    points = grid(3, 4, 5) if design == "grid" else designs.latin_hypercube(80, 3, 1)
    few = design == "grid"
    formulas = [lambda x: 1e6 + 3.0 * x[:, 0] + x[:, 1] / 3.0, lambda x: 2e6 + 4.0 * x[:, 0] + x[:, 1] / 7.0]
    responses = made(design, points, formulas, replications=2, common=common, few=few)  # type: ignore[arg-type]
    found = decomposed(responses)
    assert found.interactions == ()
    told = [one.share for one in found.effects if one.factor == "x3" and one.share is not None]
    assert {one.value if design == "grid" else one.low for one in told} == {0.0}


def test_a_grid_of_one_replication_says_why_it_tells_no_interactions() -> None:
    responses = made("grid", grid(3, 4), [lambda x: x[:, 0] * x[:, 1]], few=True)
    assert interactions(responses) == ()
    assert "interactions" in {one.what for one in left_out(responses)}


def test_points_that_do_not_differ_have_curves_and_no_shares() -> None:
    responses = made("grid", grid(3, 3), [by_hand, lambda x: by_hand(x) + 1.0], replications=2, few=True)
    assert of(effects(responses), "x1", "p1", "p0").share is None
    assert of(effects(responses), "x1", "p1", "p0").curve.mean == pytest.approx((1.0, 1.0, 1.0))
    assert "1 of 3 outputs: the points do not differ" in reasons(responses)


def test_all_at_once_is_the_same_and_so_is_once_more() -> None:
    points = designs.latin_hypercube(100, 3, 1)
    responses = made("latin_hypercube", points, [by_hand, ishigami], replications=3, own=0.2)
    found = decomposed(responses)
    assert found == (effects(responses), interactions(responses), left_out(responses))
    assert found == decomposed(responses)


def test_a_single_point_has_nothing_to_tell() -> None:
    responses = made("latin_hypercube", np.array([[0.3, 0.4]]), [by_hand], replications=3, own=0.2)
    assert effects(responses) == ()
    assert interactions(responses) == ()
    assert "1 point is too few" in reasons(responses)
