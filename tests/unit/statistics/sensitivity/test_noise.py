"""Luck and parameters told apart, by hand and on made runs."""

import math

import numpy as np
import pytest

from equitysim.statistics.sensitivity.findings import Noise
from equitysim.statistics.sensitivity.noise import noise, replications_needed
from tests.unit.statistics.sensitivity.formula import grid, made


def test_components_are_those_of_the_analysis_of_variance_by_hand() -> None:
    """Points (1, 3), (5, 5), (9, 7) in two replications: point means 2, 5, 8, replication means 5, 5. Mean squares:
    points 2·9 = 18, replications 0, rest ((1+1) + 0 + (1+1)) / 2 = 2. So 8 = (18 − 2)/2, max(0, (0 − 2)/3) and 2."""
    responses = made("grid", grid(3), [lambda x: x[:, 0]], replications=2)
    responses.runs[:, :, 0] = [[1.0, 3.0], [5.0, 5.0], [9.0, 7.0]]
    (found,) = noise(responses)
    assert found[2:5] == pytest.approx((8.0, 0.0, 2.0))
    assert found.share_in_means == pytest.approx(2.0 / 2 / 9.0)


def test_luck_of_replications_by_hand() -> None:
    """Points (0, 4), (0, 8) in two replications: replication means 0 and 6, point means 2 and 4. Mean squares:
    replications 36, rest 4·1 = 4. So common luck is (36 − 4)/2 = 16 and points (4 − 4)/2 = 0."""
    responses = made("grid", grid(2), [lambda x: x[:, 0]], replications=2)
    responses.runs[:, :, 0] = [[0.0, 4.0], [0.0, 8.0]]
    (found,) = noise(responses)
    assert found[2:5] == pytest.approx((0.0, 16.0, 4.0))
    assert found.share_in_means == 1.0


def test_luck_that_all_points_share_is_none_of_their_own() -> None:
    responses = made("grid", grid(4, 4), [lambda x: x[:, 0]], replications=6, common=3.0)
    (found,) = noise(responses)
    assert found.own_luck == pytest.approx(0.0, abs=1e-20)
    assert found.share_in_means == pytest.approx(0.0, abs=1e-20)
    assert found.common_luck == pytest.approx(float(responses.runs.mean(axis=(0, 2)).var(ddof=1)))


def test_a_policys_difference_to_the_baseline_is_without_the_luck_they_share() -> None:
    found = noise(made("grid", grid(4, 4), [lambda x: x[:, 0], lambda x: 2 * x[:, 0]], replications=6, common=3.0))
    assert [(one.policy, one.against) for one in found] == [("p0", None), ("p1", None), ("p1", "p0")]
    assert found[0].common_luck > 1.0
    assert found[2].common_luck == pytest.approx(0.0, abs=1e-20)


@pytest.mark.parametrize(("levels", "replications"), [(5, 1), (1, 5)])
def test_one_replication_or_one_point_tells_nothing(levels: int, replications: int) -> None:
    (found,) = noise(made("grid", grid(levels), [lambda x: x[:, 0]], replications=replications, own=1.0))
    assert all(math.isnan(figure) for figure in found[2:])


def test_points_that_do_not_differ_have_no_share_of_luck() -> None:
    (found,) = noise(made("grid", grid(5), [lambda x: np.full(len(x), 0.1)], replications=3))
    assert math.isnan(found.share_in_means)


def of(parameters: float, own: float) -> Noise:
    return Noise("p0", None, parameters, 1.0, own, 0.5)


def test_replications_needed_bring_the_share_of_luck_below_five_per_cent() -> None:
    needed = replications_needed(of(2.0, 1.0))
    assert needed == 10  # 1/R over 2 + 1/R is 1/21 with 10 and 1/19 with 9
    assert 1.0 / 10 / (2.0 + 1.0 / 10) <= 0.05 < 1.0 / 9 / (2.0 + 1.0 / 9)


def test_no_number_helps_where_parameters_do_nothing() -> None:
    assert replications_needed(of(0.0, 1.0)) is None
    assert replications_needed(of(math.nan, math.nan)) is None
    assert replications_needed(of(1.0, 0.0)) == 1


def test_a_share_of_luck_lies_between_nothing_and_all() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        replications_needed(of(1.0, 1.0), 0.0)
