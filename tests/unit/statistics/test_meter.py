"""A bar made by hand: whom the leading policy is compared with at each end, and what is shown of it."""

import math

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.meter import Bar, Moved, Tried, bar_of
from equitysim.statistics.unknowns import Question

NAMES = ("today", "leader", "second")
QUESTION = Question("net_value", "EUR per seed person", 1, "today", True)
WRITTEN = (0.0, 10.0, 9.0)


def runs(*means: float, luck: float = 0.0) -> FloatArray:
    """Four replications of today, the leader and the second; the second has ``luck`` to either side."""
    found = np.tile(np.array(means), (4, 1))
    found[:, 2] += luck * np.array([-1.0, 1.0, -1.0, 1.0])
    return found


def bar(low: FloatArray, high: FloatArray) -> Bar:
    tried = Tried("a.path", "", "given", "fifth", "1", Moved(0.8, "0.8", low), Moved(1.2, "1.2", high))
    return bar_of(tried, runs(*WRITTEN), NAMES, "leader", "second", QUESTION)


def test_a_flip_to_the_second_is_seen_though_the_lead_over_the_baseline_stays() -> None:
    """At the low end the leader is as far ahead of today as ever, 10, and 2 behind the second; as written it is 1
    ahead of it, so the lead falls by 3."""
    low = bar(runs(0.0, 10.0, 12.0), runs(*WRITTEN)).low
    assert (low.best, low.rival, low.turns) == ("second", "second", True)
    assert low.lead.value == pytest.approx(-2.0)
    assert low.lead.change == pytest.approx(-3.0)
    assert low.over_baseline.change == 0.0


def test_the_rival_is_the_best_of_the_others_at_that_end() -> None:
    """At the high end the second falls to 2 and today rises to 7: the lead over the best of them is 3, 2 more than the
    1 over the second as written."""
    high = bar(runs(*WRITTEN), runs(7.0, 10.0, 2.0)).high
    assert (high.best, high.rival, high.turns) == ("leader", "today", False)
    assert high.lead.value == pytest.approx(3.0)
    assert high.lead.change == pytest.approx(2.0)


def test_bars_are_as_long_as_the_lead_moves() -> None:
    found = bar(runs(0.0, 10.0, 12.0), runs(7.0, 10.0, 2.0))
    assert found.swing == pytest.approx(5.0)
    assert not found.within_noise


def test_a_flip_within_the_error_is_not_shown() -> None:
    """The second leads by 0.5, ± t(3)·1.155/2 = 1.84: the mean alone says that it is the best."""
    low = bar(runs(0.0, 10.0, 10.5, luck=1.0), runs(*WRITTEN)).low
    assert (low.best, low.turns) == ("second", False)
    assert bar(runs(0.0, 10.0, 12.5, luck=1.0), runs(*WRITTEN)).low.turns


def test_a_flip_within_the_error_of_what_is_written_is_not_shown_either() -> None:
    """What is written has the same luck, so the change of −1.5 is exact, and the lead of −0.5 is not: ± 1.84."""
    tried = Tried("a.path", "", "given", "fifth", "1", *(Moved(1.0, "1", runs(0.0, 10.0, 10.5, luck=1.0)),) * 2)
    low = bar_of(tried, runs(*WRITTEN, luck=1.0), NAMES, "leader", "second", QUESTION).low
    assert (low.lead.low, low.lead.high) == (-1.5, -1.5)
    assert low.lead.most == pytest.approx(-0.5 + 3.182446 * 2.0 / math.sqrt(3.0) / 2.0)
    assert not low.turns
