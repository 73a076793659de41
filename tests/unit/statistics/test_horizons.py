"""The verdict at other horizons, and what is earned beyond: told apart from net value."""

import dataclasses
import json

import numpy as np
import pytest

from equitysim.statistics.comparison import Comparison
from equitysim.statistics.horizons import horizons_of, of_horizons
from tests.unit.figures.made_comparison import NAMES, made_comparison

LUCK = np.random.default_rng(2).normal(scale=0.05, size=(2, 10))


def at(days: float, today: float, reward: float, scale: float = 1.0) -> Comparison:
    """Two policies with these net values per person when the horizon is so long; 6 000 simulated seed persons."""
    made = made_comparison(NAMES[:2])
    policies = []
    for outcome, level, luck in zip(made.policies, (today, reward), LUCK, strict=True):
        total = (level + luck) * 6000 * scale
        policies.append(
            dataclasses.replace(outcome, values={**outcome.values, "net_value": level + luck, "net_value_total": total})
        )
    context = made.context._replace(horizon_days=days, scale=scale)
    return dataclasses.replace(made, context=context, policies=tuple(policies))


def test_a_policy_that_pays_late_wins_only_the_longer_horizons() -> None:
    horizons = horizons_of([at(500, 12, 11), at(1000, 20, 21), at(1500, 24, 27)], stated=1000)
    assert [one.verdict.best for one in horizons.at] == ["today", "reward the best", "reward the best"]
    assert [one.days for one in horizons.at] == [500, 1000, 1500]
    assert horizons.verdict is horizons.at[1].verdict
    assert horizons.at[0].policies[1].difference.mean == pytest.approx(-1.0, abs=0.1)


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_what_is_earned_beyond_is_the_residual_value(scale: float) -> None:
    horizons = horizons_of([at(1000, 20, 21, scale), at(1500, 24, 27, scale)], stated=1000)
    residual = horizons.residual
    assert (residual.from_days, residual.to_days) == (1000, 1500)
    assert [policy.value.mean for policy in residual.policies] == pytest.approx([4.0, 6.0])
    assert [policy.difference.mean for policy in residual.policies] == pytest.approx([0.0, 2.0])


@pytest.mark.parametrize("days", [[500.0, 1000.0], [500.0, 1500.0]])
def test_it_needs_the_stated_horizon_and_a_longer_one(days: list[float]) -> None:
    with pytest.raises(ValueError, match="at 1000 days and one at a longer horizon"):
        horizons_of([at(each, 1, 2) for each in days], stated=1000)


def test_the_document_holds_plain_values() -> None:
    horizons = horizons_of([at(500, 12, 11), at(1000, 20, 21), at(1500, 24, 27)], stated=1000)
    document = json.loads(json.dumps(of_horizons(horizons), allow_nan=False))
    assert [row["stated"] for row in document["horizons"]] == [False, True, False]
    assert document["horizons"][0]["verdict"]["best"] == "today"
    assert set(document["residual"]["policies"][0]) == {"name", "mean", "low", "high", "difference"}
