"""Over all points: by how much the best policy leads, whether that matters, and what choosing it everywhere costs."""

from dataclasses import replace

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray, t_interval
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.answer import lead, lead_told
from equitysim.statistics.sensitivity.assemble import analysed
from equitysim.statistics.sensitivity.responses import Responses
from tests.unit.statistics.sensitivity.fields import number, responses

SIZES = np.linspace(0.0, 1.0, 10)
FACTOR = number("failure.per_order", SIZES, few=True)
CROSSING = np.stack([np.full(10, 0.5), SIZES + 0.1], axis=1)


def asked(means: FloatArray, *, matters: float = 0.0, better: int = 1, noise: float = 0.001) -> Responses:
    made = responses([FACTOR], means, noise=noise, better=better)
    return replace(made, context=made.context._replace(matters=matters))


def found(made: Responses) -> Analysis:
    return analysed(made)


def test_the_lead_is_paired_over_the_means_of_all_points() -> None:
    made = asked(CROSSING, noise=0.1)
    told = lead(made)
    assert told is not None
    apart = (made.runs[:, :, 1] - made.runs[:, :, 0]).mean(axis=0)
    estimate = t_interval(apart)
    assert (told.policy, told.following) == made.policies[::-1]
    assert told.ahead == pytest.approx((estimate.mean, estimate.low, estimate.high))


def test_who_chooses_at_every_point_gains_what_the_others_lead_there() -> None:
    told = lead(asked(CROSSING, noise=0.0))
    assert told is not None
    assert told.given_away == pytest.approx(np.maximum(0.5 - (SIZES + 0.1), 0.0).mean())


def test_less_may_be_better() -> None:
    told = lead(asked(CROSSING, better=-1, noise=0.0))
    assert told is not None
    assert told.policy == "today"
    assert told.ahead.value == pytest.approx(0.1)


def test_a_single_policy_leads_nobody() -> None:
    assert lead(asked(CROSSING[:, :1])) is None


@pytest.mark.parametrize(
    ("matters", "noise", "said"),
    [
        (0.0, 0.0001, "EUR/person over"),
        (0.05, 0.0001, "more than the 0.05 that matters."),
        (0.5, 0.0001, "less than the 0.50 that matters."),
        (0.1, 0.01, "; 0.10 is what matters."),
        (0.05, 10.0, "which may be luck."),
    ],
)
def test_whether_the_lead_matters_is_told(matters: float, noise: float, said: str) -> None:
    assert said in lead_told(found(asked(CROSSING, matters=matters, noise=noise)))[0]


def test_with_one_replication_a_lead_is_not_told_from_luck() -> None:
    made = asked(CROSSING)
    one = replace(made, runs=made.runs[:, :1], context=made.context._replace(replications=1))
    assert "cannot tell it from luck" in lead_told(found(one))[0]


def test_where_one_policy_is_the_best_everywhere_nothing_is_given_away() -> None:
    assert len(lead_told(found(asked(CROSSING)))) == 2
    assert len(lead_told(found(asked(CROSSING + np.array([0.0, 1.0]))))) == 1
