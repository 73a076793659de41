"""Who is best where, on a study whose answer is known in closed form: gain = x·y − ¼ over the unit square.

The new policy leads above the hyperbola y = 1/(4x), which takes ¾ − ln(4)/4 of the square. Averaged over y, the gain
is x/2 − ¼, so the decision tips at x = ½.
"""

import math

import numpy as np
import pytest
from scipy.stats import qmc

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.boxes import boxes
from equitysim.statistics.sensitivity.leads import BoolArray
from equitysim.statistics.sensitivity.maps import maps
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.statistics.sensitivity.standings import standings
from equitysim.statistics.sensitivity.tipping import tipping
from tests.unit.statistics.sensitivity.fields import grid, number, responses

SHARE = 0.75 - math.log(4.0) / 4.0


def study(x: FloatArray, y: FloatArray, *, few: bool) -> Responses:
    means = np.stack([np.zeros(len(x)), x * y - 0.25], axis=1)
    factors = [number("x", x, few=few), number("y", y, few=few)]
    return responses(factors, means, noise=1e-6, design="grid" if few else "sobol")


@pytest.fixture(params=["grid", "sobol"])
def made(request: pytest.FixtureRequest) -> Responses:
    if request.param == "grid":
        side = (np.arange(40.0) + 0.5) / 40.0
        return study(*grid(side, side), few=True)
    points = np.asarray(qmc.Sobol(2, rng=np.random.default_rng(4)).random(1_024), dtype=np.float64)
    return study(points[:, 0], points[:, 1], few=False)


def test_the_region_has_its_share_of_the_map_and_of_the_points(made: Responses) -> None:
    (found,) = maps(made)
    assert found.shares[1] == pytest.approx(SHARE, abs=0.02)
    assert standings(made)[1].share_best == pytest.approx(SHARE, abs=0.01)


def test_the_border_is_the_hyperbola(made: Responses) -> None:
    (found,) = maps(made)
    gain = np.outer(found.rows, found.columns) - 0.25
    assert (found.best == (gain > 0.0))[np.abs(gain) > 1e-3].all()
    assert found.clear[np.abs(gain) > 1e-3].all()


def test_the_check_sees_another_border(made: Responses) -> None:
    (found,) = maps(made)
    gain = np.outer(found.rows, found.columns) - 0.2
    assert not (found.best == (gain > 0.0))[np.abs(gain) > 1e-3].all()


def test_the_decision_tips_at_a_half_along_either_factor(made: Responses) -> None:
    for found in tipping(made):
        assert (found.below, found.above) == ("today", "reward")
        assert found.at.value == pytest.approx(0.5, abs=0.01)
    assert len(tipping(made)) == 2


def test_the_best_box_under_a_hyperbola() -> None:
    """Of boxes [a, 1]², a box with the greatest coverage × density can be found by quadrature; PRIM comes close."""
    side = (np.arange(60.0) + 0.5) / 60.0
    x, y = grid(side, side)
    cases = x * y > 0.25

    def score(inside: BoolArray) -> float:
        return float((cases & inside).sum() ** 2 / (cases.sum() * inside.sum()))

    best = max(score((x > a) & (y > b)) for a in side[:-1] for b in side[:-1])
    box = next(box for box in boxes(study(x, y, few=True)) if box.policy == "reward")
    assert box.coverage * box.density > 0.99 * best
    assert box.coverage * box.density <= best + 1e-12
