"""Where nothing couples the customers, leaving some out changes nobody else; where something does, it does."""

from typing import Any

import pytest

from equitysim.plan import Plan
from equitysim.study.coupling import couples
from equitysim.study.engine import simulate
from tests.contract.worlds import CARE, lives, plan

APART: dict[str, dict[str, Any]] = {
    "all triggers without limits": {},
    "a crisis": {"crises": {"recall": {"at": "2027-05-01", "share": "60 %", "severity": 30}}},
    "a rival": {"rivals": {"sale": {"from": "2027-02-01", "until": "2027-04-01", "pressure": 30, "reach": "50 %"}}},
    "a stable half": {"programs": {"letter": {"audience": {"share": "50 %"}}}},
    "contacts limited": {"programs": {"letter": {"at_most": "2 per year"}}},
    "seasons": {"seasonality": [0.5, 0.6, 0.8, 1, 1, 1, 1, 1, 1.2, 1.3, 1.3, 1.3]},
    "a desk nobody uses": {"desks": CARE["desks"]},
}

TOGETHER: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "a desk": (CARE, ("the desk 'care'",)),
    "a budget": ({"programs": {"letter": {"budget": "60 per quarter"}}}, ("the budget of 'letter'",)),
    "a ranking": ({"programs": {"letter": {"audience": {"best": "20 %"}}}}, ("the ranking of 'letter'",)),
}


def without_promotion(whole: Plan) -> Plan:
    """Nobody enters by the promotion; families of everybody else are as large as before."""
    place = whole.names.sources.index("promotion")
    sources = tuple(source._replace(leads=0.0) if k == place else source for k, source in enumerate(whole.sources))
    return whole._replace(sources=sources)


def the_others_live_as_before(whole: Plan) -> bool:
    """Whether leaving out everybody who enters by the promotion changes nobody else."""
    with_all, without = (lives(simulate("compiled", each, 5, 0)) for each in (whole, without_promotion(whole)))
    assert len(with_all) > len(without) + 50
    return all(with_all.get(identity) == life for identity, life in without.items())


@pytest.mark.parametrize("change", APART.values(), ids=APART.keys())
def test_nothing_couples(change: dict[str, Any]) -> None:
    whole = plan(change)
    assert couples(whole) == ()
    assert the_others_live_as_before(whole)


@pytest.mark.parametrize(("change", "words"), TOGETHER.values(), ids=TOGETHER.keys())
def test_something_couples(change: dict[str, Any], words: tuple[str, ...]) -> None:
    whole = plan(change)
    assert couples(whole) == words
    assert not the_others_live_as_before(whole)


def test_programs_of_the_history_count() -> None:
    today = {"programs": {"welcome": {"budget": "20 per quarter"}}, "policies": {"later": ["letter"]}}
    assert couples(plan(today, policy="later")) == ("the budget of 'welcome'",)
