"""With equity off, repeat purchases follow the published models of buying until defection."""

from functools import cache

import pytest

from equitysim.engines.contract import EVERYONE
from tests.oracle import closed_forms as theory
from tests.oracle.judge import Estimate, mean, spread
from tests.oracle.published import (
    BG_NBD,
    BG_NBD_MOMENTS,
    CDNOW_EXPECTED,
    CDNOW_TRIALS,
    MBG_NBD,
    PARETO_NBD,
)
from tests.oracle.reductions import BG_COIN, Purchases, buys, purchases, simulate

WEEKS = [26, 39, 52]


@pytest.mark.parametrize("case", ["BG/NBD", "BG/NBD, thinned", "BG/NBD, of orders"])
@pytest.mark.parametrize("weeks", WEEKS)
def test_bg_nbd(engine: str, case: str, weeks: int) -> None:
    """Mean, spread and zeros; half of twice the occasions, or 80 % of occasions scaled to orders, change nothing."""
    repeats = purchases(engine, case).repeats_within(weeks)
    expected, deviation, zeros = BG_NBD_MOMENTS[weeks]
    assert mean(repeats).agrees(expected)
    assert spread(repeats).agrees(deviation)
    assert mean(repeats == 0).agrees(zeros)


@pytest.mark.parametrize("weeks", [1, 4])
def test_bg_nbd_early(engine: str, weeks: int) -> None:
    assert mean(purchases(engine, "BG/NBD").repeats_within(weeks)).agrees(theory.bg_nbd_mean(weeks, *BG_NBD))


@pytest.mark.parametrize("case", ["BG/NBD, too patient", "BG/NBD, half thinned"])
def test_bg_nbd_with_a_wrong_figure_is_caught(engine: str, case: str) -> None:
    assert not mean(purchases(engine, case).repeats_within(52)).agrees(BG_NBD_MOMENTS[52][0])


@cache
def cdnow_sample(engine: str) -> Purchases:
    """Ten times the CDNOW sample, by week of first purchase."""
    sample = {"horizon": "28 weeks", "cohorts": {"sample": {"per_week": [10 * people for people in CDNOW_TRIALS]}}}
    return Purchases(simulate(engine, sample | buys(0.243, "4.414 weeks") | {"equity": BG_COIN}, log=EVERYONE))


def cumulative(sample: Purchases, week: int) -> Estimate:
    """Cumulative repeat orders of the cohort, scaled to its real size."""
    average, error = mean(sample.repeats_by_week(week))
    return Estimate(average * sum(CDNOW_TRIALS), error * sum(CDNOW_TRIALS))


@pytest.mark.parametrize(("week", "expected"), CDNOW_EXPECTED.items())
def test_cdnow_cohort_follows_the_published_curve(engine: str, week: int, expected: float) -> None:
    assert cumulative(cdnow_sample(engine), week).agrees(expected)


def test_a_curve_read_two_weeks_late_is_caught(engine: str) -> None:
    assert not any(
        cumulative(cdnow_sample(engine), week + 2).agrees(expected) for week, expected in CDNOW_EXPECTED.items()
    )


@pytest.mark.parametrize("weeks", WEEKS)
def test_mbg_nbd(engine: str, weeks: int) -> None:
    repeats = purchases(engine, "MBG/NBD").repeats_within(weeks)
    assert mean(repeats).agrees(theory.mbg_nbd_mean(weeks, *MBG_NBD))
    assert mean(repeats == 0).agrees(theory.mbg_nbd_zero(weeks, *MBG_NBD))


def test_mbg_nbd_without_the_first_coin_is_caught(engine: str) -> None:
    repeats = purchases(engine, "MBG/NBD, first spared").repeats_within(52)
    assert not mean(repeats).agrees(theory.mbg_nbd_mean(52, *MBG_NBD))
    assert not mean(repeats == 0).agrees(theory.mbg_nbd_zero(52, *MBG_NBD))


@pytest.mark.parametrize("weeks", WEEKS)
def test_pareto_nbd(engine: str, weeks: int) -> None:
    repeats = purchases(engine, "Pareto/NBD").repeats_within(weeks)
    assert mean(repeats).agrees(theory.pareto_nbd_mean(weeks, *PARETO_NBD))


def test_pareto_nbd_with_a_wrong_hazard_is_caught(engine: str) -> None:
    repeats = purchases(engine, "Pareto/NBD, too mortal").repeats_within(52)
    assert not mean(repeats).agrees(theory.pareto_nbd_mean(52, *PARETO_NBD))


@pytest.mark.peers
def test_lifetimes_agrees_on_mbg_nbd(engine: str) -> None:
    """The peer's own expectation, and its fit of a simulated sample, against the simulator and its parameters."""
    lifetimes = pytest.importorskip("lifetimes")
    peer = lifetimes.ModifiedBetaGeoFitter()
    peer.params_ = dict(zip(("r", "alpha", "a", "b"), MBG_NBD, strict=True))
    for weeks in WEEKS:
        expected = float(peer.expected_number_of_purchases_up_to_time(weeks))
        assert expected == pytest.approx(theory.mbg_nbd_mean(weeks, *MBG_NBD), rel=1e-6)
        assert mean(purchases(engine, "MBG/NBD").repeats_within(weeks)).agrees(expected)
