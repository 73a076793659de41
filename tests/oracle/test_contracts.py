"""Under contract: survival is shifted-beta-geometric, and constant retention has the textbook value."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from equitysim.result import Result
from tests.oracle import closed_forms as theory
from tests.oracle.judge import mean
from tests.oracle.published import SBG, SBG_SURVIVAL
from tests.oracle.reductions import YEAR, cohort, simulate

YEARLY = {"relationship": "contractual", "period": "1 year"}


@cache
def subscribers(engine: str, a: float, b: float, people: int = 20_000) -> Result:
    """People who sign in one week and renew once a year, each with a chance to leave of their own."""
    equity = {"defection": {"base": {"beta": {"a": a, "b": b}}}}
    return simulate(engine, cohort(people, 53 * 12) | YEARLY | {"equity": equity})


def survivors(result: Result, years: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Who is still under contract after so many renewals."""
    people = result.customers
    left_after = (people["coin_at"] - people["first_order"]) / YEAR  # of the lost: when the coin fell
    return np.asarray((people["status"] != 3) | (left_after > years + 0.5))


@pytest.mark.parametrize("years", range(1, 13))
def test_survival_is_shifted_beta_geometric(engine: str, years: int) -> None:
    alive = mean(survivors(subscribers(engine, *SBG), years))
    assert alive.agrees(theory.sbg_survival(12, *SBG)[years])
    assert alive.agrees(SBG_SURVIVAL[years] / 100)


def test_a_wrong_base_is_caught(engine: str) -> None:
    result = subscribers(engine, 0.9, SBG[1], people=5_000)
    assert not mean(survivors(result, 1)).agrees(SBG_SURVIVAL[1] / 100)
    assert not mean(survivors(result, 12)).agrees(SBG_SURVIVAL[12] / 100)


@cache
def constant_retention(engine: str, leave: str, people: int = 8_000) -> Result:
    """Margin 1 now and at each renewal, discounted at 12 %; forty years leave nothing out (0.8/1.12 to the 40th)."""
    changes: dict[str, Any] = YEARLY | {
        "horizon": "41 years",
        "ltv_window": "40 years",
        "discount": "12 % per year",
        "cohorts": {"one week": {"per_week": [people]}},
        "segments": {"one": {"margin": "100 %"}},
        "equity": {"defection": leave},
    }
    return simulate(engine, changes)


def test_lifetime_value_of_constant_retention(engine: str) -> None:
    """Gupta and Lehmann count from the end of the first period: 2.50 margins. The margin of the first day is extra."""
    ltv = constant_retention(engine, "20 % per renewal").customers["ltv"]
    assert mean(ltv).agrees(theory.constant_retention_value(1, 0.80, 0.12))
    assert mean(ltv - 1).agrees(2.50)


def test_another_retention_is_caught(engine: str) -> None:
    ltv = constant_retention(engine, "22 % per renewal", people=4_000).customers["ltv"]
    assert not mean(ltv - 1).agrees(2.50)
