"""Referrals with nothing to restrain them are a branching process."""

from functools import cache
from typing import Any

import numpy as np

from equitysim.result import Result
from tests.oracle import closed_forms as theory
from tests.oracle.judge import Estimate, mean, variance
from tests.oracle.reductions import simulate

REFER, LEAVE = 0.1, 0.2
SEEDS = 6_000


@cache
def families(engine: str, leave: str) -> Result:
    """Occasions every 3.65 days, each an order that refers with 10 % and may end the life; 150 gaps leave nobody."""
    changes: dict[str, Any] = {
        "horizon": "18 months",
        "cohorts": {"one week": {"per_week": [SEEDS]}},
        "segments": {"one": {"occasions": {"mean": "100 per year", "spread": "0 %"}}},
        "equity": {"first_purchase_at_risk": "true", "defection": leave, "referral": "10 %"},
    }
    return simulate(engine, changes)


def progeny(result: Result) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Size of each seed person's family, the seed person included."""
    _, sizes = np.unique(result.customers["root"], return_counts=True)
    return np.asarray(sizes, dtype=np.int64)


def childless(result: Result) -> Estimate:
    """Share of customers who never referred anybody."""
    return mean(result.customers["referrals"] == 0)


def test_total_progeny(engine: str) -> None:
    sizes = progeny(families(engine, "20 % per purchase"))
    assert len(sizes) == SEEDS
    assert mean(sizes).agrees(theory.progeny_mean(REFER, LEAVE))
    assert variance(sizes).agrees(theory.progeny_variance(REFER, LEAVE))


def test_direct_referrals(engine: str) -> None:
    """Everybody's, whether seed person or referred: the same law in every generation."""
    result = families(engine, "20 % per purchase")
    made = result.customers["referrals"]
    assert childless(result).agrees(theory.refers_nobody(REFER, LEAVE))
    assert variance(made).agrees(theory.offspring_variance(REFER, LEAVE))
    later = made[result.customers["generation"] >= 2]
    assert mean(later).agrees(theory.offspring_mean(REFER, LEAVE))


def test_everybody_referred_buys_and_leaves(engine: str) -> None:
    """Otherwise the horizon would be too short for the comparison."""
    people = families(engine, "20 % per purchase").customers
    assert (people["orders"] > 0).all()
    assert (people["status"] == 3).mean() > 0.9999


def test_a_longer_life_is_caught(engine: str) -> None:
    result = families(engine, "18 % per purchase")
    assert not mean(progeny(result)).agrees(theory.progeny_mean(REFER, LEAVE))
    assert not childless(result).agrees(theory.refers_nobody(REFER, LEAVE))
