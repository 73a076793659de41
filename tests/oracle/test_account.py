"""With equity on: a touch repeated at equal intervals settles at the fixed point."""

import pytest

from equitysim.codes import Activity
from equitysim.engines.contract import EVERYONE
from tests.oracle import closed_forms as theory
from tests.oracle.reductions import POLICY, cohort, simulate

SETTLED = 1e-9
"""Points; after so many touches the start has faded to less."""

TOUCHES = 250


def balance_before_last_touch(engine: str, gain: float, every: int, half_life: int) -> float:
    """Equity just before the latest of many touches at equal intervals, of one customer who never buys again."""
    touch = {"when": {"every": f"{every} days"}, "gain": gain, "weight": 0}
    changes = cohort(1, every * TOUCHES // 7 + 1) | {
        "segments": {"one": {"occasions": {"mean": "0 per year", "spread": "0 %"}}},
        "equity": {"forgetting": f"{half_life} days"},
        "programs": {"touch": touch},
        "policies": {POLICY: ["touch"]},
    }
    log = simulate(engine, changes, log=EVERYONE).log
    assert log is not None
    touches = log[log["activity"] == Activity.TOUCH]
    assert len(touches) >= TOUCHES
    return float(touches["balance"][-1] - touches["points"][-1])


@pytest.mark.parametrize(("gain", "every", "half_life"), [(10, 30, 70), (5, 7, 70), (40, 90, 60)])
def test_periodic_touch_settles_at_the_fixed_point(engine: str, gain: int, every: int, half_life: int) -> None:
    expected = theory.periodic_touch_fixed_point(gain, every, half_life)
    assert balance_before_last_touch(engine, gain, every, half_life) == pytest.approx(expected, abs=SETTLED)


def test_another_gain_is_caught(engine: str) -> None:
    expected = theory.periodic_touch_fixed_point(10.001, 30, 70)
    assert balance_before_last_touch(engine, 10, 30, 70) != pytest.approx(expected, abs=SETTLED)
