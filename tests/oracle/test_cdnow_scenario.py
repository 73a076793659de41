"""The CDNOW scenario as shipped: with equity on, its one scale keeps the baseline on the published curve."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from cdnow import BASELINE, RECORD, SCENARIO, cumulative_repeats, record, replications
from cdnow_scale import NEUTRAL, SCALE, secant

from equitysim.engines.contract import EVERYONE, cohort_times
from equitysim.scenario.load import load
from equitysim.scenario.lower import lower
from tests.oracle.judge import Estimate, mean
from tests.oracle.published import CDNOW_EXPECTED, CDNOW_TRIALS
from tests.oracle.reductions import ENGINES, cohort, simulate

REPLICATIONS = 25
WEEKS = 25


@cache
def cumulative(scale: str | None) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Replications × weeks of the baseline, at the scenario's own scale unless another is given."""
    settings = {"horizon": f"{WEEKS} weeks", "ltv_window": f"{WEEKS} weeks"} | ({SCALE: scale} if scale else {})
    return np.array(list(replications(lower(load(SCENARIO, settings=settings), BASELINE), 1997, REPLICATIONS, WEEKS)))


def by_week(week: int, scale: str | None = None) -> Estimate:
    return mean(cumulative(scale)[:, week - 1])


@pytest.mark.parametrize(("week", "expected"), CDNOW_EXPECTED.items())
def test_baseline_keeps_to_the_published_curve(week: int, expected: float) -> None:
    assert by_week(week).agrees(expected)


@pytest.mark.parametrize("scale", ["1.1", "0.8"])
def test_another_scale_is_caught(scale: str) -> None:
    assert not any(by_week(week, scale).agrees(expected) for week, expected in CDNOW_EXPECTED.items())


def test_the_scenario_is_the_recorded_cohort() -> None:
    known = record()
    plan = lower(load(SCENARIO), BASELINE)
    entered = np.concatenate([cohort_times(source) for source in plan.sources])
    assert len(entered) == sum(CDNOW_TRIALS) == 2357
    assert np.bincount((entered // 7).astype(int)).tolist() == known.new_customers[:12].tolist() == list(CDNOW_TRIALS)
    assert known.expected == CDNOW_EXPECTED
    assert known.repeat_orders[:20].sum() == 1359
    assert known.repeat_orders[:25].sum() == 1672
    assert len(known.repeat_orders) == 78


def test_neutral_settings_leave_every_balance_at_zero() -> None:
    """What the scale is measured against is BG/NBD itself."""
    plan = lower(load(SCENARIO, settings=NEUTRAL | {"horizon": "13 weeks", "ltv_window": "13 weeks"}), BASELINE)
    log = ENGINES["simpy"](plan, 1, 0, log=EVERYONE).log
    assert log is not None
    assert len(log) > 2357
    assert not log["balance"].any()


def test_a_run_with_leads_is_not_taken_for_the_cohort() -> None:
    plan = lower(load(SCENARIO, settings={"channels": "{mail: {leads: 1 per month}}"}), BASELINE)
    with pytest.raises(ValueError, match="only source"):
        list(replications(plan, 1, 1, 13))


def test_a_run_without_log_is_refused() -> None:
    with pytest.raises(ValueError, match="no event log"):
        cumulative_repeats(simulate("simpy", cohort(1, 1)), 1)


def test_a_malformed_record_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "weekly.csv"
    broken.write_text(RECORD.read_text("utf-8").replace("\n3,182,23,", "\n3,182,many,"), "utf-8")
    with pytest.raises(ValueError, match="many"):
        record(broken)


def test_secant_finds_a_root_and_says_when_there_is_none() -> None:
    assert secant(lambda x: x * x - 0.81, 1.0, 0.95, 1e-9) == pytest.approx(0.9)
    with pytest.raises(ArithmeticError, match="settles"):
        secant(lambda x: 1.0 + x * x, 1.0, 0.95, 1e-9)
