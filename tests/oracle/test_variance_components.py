"""Where variance comes from, against definitions written another way and a table worked out by hand.

Each check has a planted fault beside it. The same figures come out of ``statsmodels`` 0.15 (``anova_lm`` of
``y ~ C(point) + C(replication)``, and REML of crossed random effects where no component is cut off at 0), of SALib 1.6
(``sobol`` and ``morris`` on the same runs, to rounding) and, for fitted curves, of ``statsmodels.OLS``: its PRESS, its
adjusted R² and its intervals of the mean.
"""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.effects import effects, interactions
from equitysim.statistics.sensitivity.noise import noise
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.statistics.sensitivity.sobol import sobol, whole_blocks
from tests.unit.statistics.sensitivity.formula import grid, made, saltelli


def worked() -> Responses:
    """Three points in two replications. Points' means 12, 16, 23; replications' 16, 18; all 17. The rest is −1, 1; 1,
    −1; 0, 0: own luck 4 / 2 = 2. Between means (25 + 1 + 36) / 2 = 31, less 2 / 2 is 30; common 2 − 2 / 3 = 4 / 3."""
    responses = made("grid", grid(3), [lambda x: x[:, 0]], replications=2, few=True)
    return replace(responses, runs=np.array([[10.0, 14.0], [16.0, 16.0], [22.0, 24.0]])[:, :, None])


def test_components_of_a_table_worked_out_by_hand() -> None:
    (one,) = noise(worked())
    assert (one.parameters, one.common_luck, one.own_luck) == pytest.approx((30.0, 4.0 / 3.0, 2.0))
    assert one.share_in_means == pytest.approx(1.0 / 31.0)


def test_the_check_sees_two_runs_of_a_point_exchanged() -> None:
    responses = worked()
    runs = responses.runs.copy()
    runs[0] = runs[0, ::-1]
    (one,) = noise(replace(responses, runs=runs))
    assert one.own_luck != pytest.approx(2.0)


def of_pairs(parts: FloatArray) -> float:
    """The sum over all parts (things × replications) of products of different replications, averaged over ordered
    pairs of them: the definition, where the code subtracts a variance."""
    pairs = list(permutations(range(parts.shape[1]), 2))
    return sum(float(parts[:, first] @ parts[:, second]) for first, second in pairs) / len(pairs)


def loud() -> Responses:
    """Two levels beside five, luck of both kinds; two outputs and their difference."""
    formulas = [lambda x: 3.0 * x[:, 0] + np.sin(3.0 * x[:, 1]) + 4.0 * x[:, 0] * x[:, 1], lambda x: x[:, 1]]
    return made("grid", grid(2, 5), formulas, replications=6, own=0.4, common=0.7, few=True)


def by_definition(runs: FloatArray) -> tuple[float, float, float]:
    """Of runs (2 × 5 points × replications): the shares of the first factor, the second, and both together, by
    inclusion and exclusion of means."""
    cells = runs.reshape(2, 5, -1)
    whole = cells - cells.mean(axis=(0, 1))
    first = cells.mean(axis=1, keepdims=True) - cells.mean(axis=(0, 1))
    second = cells.mean(axis=0, keepdims=True) - cells.mean(axis=(0, 1))
    both = whole - first - second
    parts = [of_pairs(np.broadcast_to(part, cells.shape).reshape(10, -1)) for part in (first, second, both, whole)]
    return parts[0] / parts[3], parts[1] / parts[3], parts[2] / parts[3]


def test_shares_of_noisy_grids_are_products_of_different_replications() -> None:
    responses = loud()
    for output in responses.outputs:
        first, second, both = by_definition(output.runs)
        told = {one.factor: one.share for one in effects(responses) if (one.policy, one.against) == output[:2]}
        for path, share in (("x1", first), ("x2", second)):
            found = told[path]
            assert found is not None
            assert found.value == pytest.approx(min(max(share, 0.0), 1.0), abs=1e-12)
        for one in interactions(responses):
            if (one.policy, one.against) == output[:2]:
                assert one.share.value == pytest.approx(both, abs=1e-12)
    assert any((one.first, one.second) == ("x1", "x2") for one in interactions(responses))


def test_the_check_sees_squares_of_means_that_have_luck_in_them() -> None:
    responses = loud()
    (own,) = [
        one.share for one in effects(responses) if one.factor == "x1" and (one.policy, one.against) == ("p1", None)
    ]
    runs = responses.outputs[1].runs.mean(axis=1)[:, None].repeat(2, axis=1)
    assert own is not None
    assert abs(by_definition(runs)[0] - own.value) > 1e-6


def test_indices_of_noisy_runs_are_products_of_different_replications() -> None:
    """Saltelli et al. 2010, table 2 b and f, with every product of two runs taken over different replications."""
    responses = made("saltelli", saltelli(32, 3), [lambda x: x[:, 0] + x[:, 1] * x[:, 2]], replications=3, own=0.1)
    places = whole_blocks(responses)
    runs = responses.runs[:, :, 0] - responses.runs[places[:, :2].ravel(), :, 0].mean(axis=0)
    a, b = runs[places[:, 0]], runs[places[:, 1]]

    def crossed(one: FloatArray, other: FloatArray) -> float:
        pairs = permutations(range(3), 2)
        return sum(float(one[:, r] @ other[:, s]) for r, s in pairs) / 6.0 / len(one)

    variance = (crossed(a, a) + crossed(b, b)) / 2.0
    for one in sobol(responses):
        moved = runs[places[:, 1 + int(one.factor[1:])]]
        assert one.first.value == pytest.approx(max(crossed(b, moved - a) / variance, 0.0), abs=1e-12)
        assert one.total.value == pytest.approx(crossed(moved - a, moved - a) / 2.0 / variance, abs=1e-12)
