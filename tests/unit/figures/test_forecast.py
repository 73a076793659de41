"""The forecast figure's numbers, against values worked out by hand."""

import numpy as np
import pytest

from equitysim.figures import data


def test_weekly_band_is_the_t_predictive_interval() -> None:
    drawn = data.forecast([[10, 30], [14, 30], [12, 36]], [11, 18], known_weeks=1, title="t")
    # t(0.975, 2) = 4.302653; week 1: mean 12, s 2; factor t·√(1 + 1/3)
    half = 4.302653 * np.sqrt(4 / 3) * 2
    assert drawn.weekly.mean == pytest.approx((12, 20))
    assert drawn.weekly.high[0] == pytest.approx(12 + half, abs=1e-4)
    assert drawn.weekly.low[0] == pytest.approx(max(12 - half, 0), abs=1e-4)
    assert drawn.cumulative.recorded == (11, 29)


def test_only_weeks_after_the_known_ones_count() -> None:
    steady = np.cumsum(np.tile([10.0, 10.0, 10.0, 10.0], (4, 1)) + np.array([[0], [1], [2], [3]]), axis=1)
    drawn = data.forecast(steady, [1000, 11, 11, 1000], known_weeks=1, title="t")
    assert (drawn.weekly.inside, drawn.counted) == (2, 3)
    assert drawn.cumulative.inside == 0
    assert data.forecast_text(drawn).startswith("2 of 3 weeks (2–4)")


@pytest.mark.parametrize(
    ("simulated", "recorded", "said"),
    [([[1, 2]], [1, 1], "at least 2 replications"), ([[1, 2], [1, 2]], [1], "2 weeks are simulated, but 1 recorded")],
)
def test_arrays_that_do_not_fit_are_refused(simulated: list[list[int]], recorded: list[int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        data.forecast(simulated, recorded, known_weeks=1, title="t")


@pytest.mark.parametrize(("days", "unit"), [(90, "days"), (546, "months"), (1095, "years")])
def test_time_axes_take_a_unit_that_suits(days: float, unit: str) -> None:
    assert data.time_unit(days)[1] == unit
