"""The selection procedure keeps its promises: a small version of tools/selection_experiment.py.

Seeds are fixed. Before they were, a correct procedure would have failed one of these checks with probability
``FALSE_ALARM``; each planted fault fails its check.
"""

import math
from typing import Any

import numpy as np
import pytest
import selection_experiment
from scipy import stats
from selection_experiment import (
    CONFIDENCE,
    ZONE,
    Setting,
    equals,
    measured,
    one_apart,
    reliability,
    slippage,
    spherical,
)

from equitysim.statistics import selection
from equitysim.statistics.intervals import FloatArray

FALSE_ALARM = 1e-4
COUNT = 1500
SEED = 20_270_101

ALIKE = Setting("alike", slippage(5, ZONE), spherical(5, 0.4))
UNLIKE = Setting("unlike", slippage(8, ZONE), one_apart(8, 0.1, 50))


def at_least(share: float, promised: float, count: int) -> bool:
    """Whether so many successes can come of the promised chance, at the stated false-alarm rate."""
    return bool(stats.binom.cdf(round(share * count), count, promised) >= FALSE_ALARM)


@pytest.fixture
def pooled_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the variances, as if sphericity held."""
    monkeypatch.setattr(selection, "sphericity", lambda _: 1.0)


@pytest.mark.parametrize("setting", [ALIKE, UNLIKE], ids=lambda setting: setting.name)
def test_intervals_cover_at_once_and_the_selection_is_right(setting: Setting) -> None:
    found = measured(setting, COUNT, SEED)
    assert at_least(found.covered, CONFIDENCE, COUNT)
    assert at_least(found.right, CONFIDENCE, COUNT)


@pytest.fixture
def one_sided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals as wide as the procedure takes them, not those of the pairs."""
    right = selection.precision_of

    def narrower(first: FloatArray, confidence: float, level: float = selection.SPHERICITY_LEVEL) -> Any:
        precision = right(first, confidence, level)
        return precision._replace(unit_bounds=precision.unit_widths)

    monkeypatch.setattr(selection_experiment, "precision_of", narrower)


@pytest.mark.parametrize("setting", list(equals((2, 3, 6))), ids=lambda setting: setting.name)
def test_of_equal_policies_none_is_called_best_too_often(setting: Setting) -> None:
    """Also where they vary unequally, and where two that are equal are ahead of the others."""
    assert at_least(1.0 - measured(setting, COUNT, SEED).misnamed, CONFIDENCE, COUNT)


@pytest.mark.usefixtures("one_sided")
def test_one_sided_intervals_call_one_of_two_equals_best_too_often() -> None:
    """Why intervals are those of the pair: either of two may come out ahead, so 5 % become 10 %."""
    two = next(equals((2,)))
    assert not at_least(1.0 - measured(two, COUNT, SEED).misnamed, CONFIDENCE, COUNT)


@pytest.mark.usefixtures("pooled_only", "one_sided")
def test_under_sphericity_the_pooled_procedure_is_exact() -> None:
    found = measured(ALIKE, COUNT, SEED)
    assert stats.binomtest(round(found.covered * COUNT), COUNT, CONFIDENCE).pvalue >= FALSE_ALARM


@pytest.mark.usefixtures("pooled_only", "one_sided")
def test_without_sphericity_it_does_not_cover() -> None:
    """Why pairs get widths of their own."""
    assert not at_least(measured(UNLIKE, COUNT, SEED).covered, CONFIDENCE, COUNT)


@pytest.mark.usefixtures("one_sided")
def test_a_wrong_critical_value_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = selection.equicoordinate_point
    monkeypatch.setattr(selection, "equicoordinate_point", lambda _, degrees, chance: right(1, degrees, chance))
    assert not at_least(measured(ALIKE, COUNT, SEED).covered, CONFIDENCE, COUNT)


def test_a_variance_that_keeps_the_common_luck_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for many more replications than differences need, so the intervals cover far too often."""

    def not_centred_by_replication(values: FloatArray) -> float:
        n, k = values.shape
        return float(2.0 * ((values - values.mean(axis=0)) ** 2).sum() / ((k - 1) * (n - 1)))

    monkeypatch.setattr(selection, "pooled_variance", not_centred_by_replication)
    monkeypatch.setattr(selection, "sphericity", lambda _: 1.0)
    found = measured(ALIKE, COUNT, SEED)
    assert stats.binomtest(round(found.covered * COUNT), COUNT, CONFIDENCE).pvalue < FALSE_ALARM


def test_a_clear_winner_is_best_and_an_immaterial_difference_is_a_tie() -> None:
    clear = measured(ALIKE._replace(means=slippage(5, 3 * ZONE)), 300, SEED)
    assert clear.best >= 0.98
    assert clear.misnamed == 0.0
    equal = measured(ALIKE._replace(means=np.zeros(5)), 300, SEED)
    assert equal.tied >= 0.98
    beyond = measured(ALIKE._replace(covariance=spherical(5, 4.0)), 100, SEED)
    assert (beyond.capped, beyond.undecided >= 0.9) == (1.0, True)


def test_a_stated_chance_of_the_best_mean_is_the_chance() -> None:
    """Each tenth of stated chances within 4 standard errors and 3 points; the false-alarm rate is below 1 in 1 000."""
    for row in reliability(3, 1000, SEED):
        error = math.sqrt(row.stated * (1.0 - row.stated) / row.policies)
        assert abs(row.true - row.stated) <= 4.0 * error + 0.03
