"""``existing.active``: so many customers are in force at the start as are stated, whatever loses them."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import yaml

from equitysim.codes import Status
from equitysim.errors import CapError, ScenarioError
from equitysim.plan import Plan
from equitysim.result import Result
from equitysim.scenario.load import load
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from equitysim.study.engine import simulate
from equitysim.study.history import settled
from equitysim.study.runs import compare, run

CONTRACT: dict[str, Any] = {
    "format": 1,
    "horizon": "1 year",
    "relationship": "contractual",
    "period": "1 year",
    "existing": {"active": 20_000, "history": "10 years"},
    "segments": {"policy": {"occasions": {"mean": "4 per year", "spread": "0 %"}}},
    "equity": {"satisfaction": 0, "choice": "100 %", "defection": "16 % per renewal", "referral": "0 %"},
    "failure": {"per_year": 0},
    "policies": {"today": [], "letters": ["letter"]},
    "programs": {"letter": {"when": {"every": "90 days"}, "cost": 1}},
    "compare": {"baseline": "today"},
}

SHOP: dict[str, Any] = {
    "format": 1,
    "horizon": "1 year",
    "existing": {"active": 3_000, "history": "2 years"},
    "segments": {
        "heavy": {"share": "30 %", "occasions": {"mean": "40 per year"}},
        "light": {"share": "70 %", "occasions": {"mean": "12 per year"}},
    },
    "equity": {
        "referral": {"at_0": "2 %", "at_100": "6 %"},
        "defection": {"at_0": "60 % per year", "at_100": "5 % per year"},
    },
    "failure": {"per_order": "20 %"},
    "desks": {"care": {"agents": 1, "hours": "20 per week", "handling": {"mean": "1 hour"}}},
    "programs": {
        "welcome": {"when": "first_purchase", "gain": 30},
        "sorry": {"when": "known_failure", "restore": "90 %", "desk": "care"},
        "back": {"when": {"silence": "3 usual gaps"}, "invite": "true"},
    },
    "policies": {"today": ["welcome", "sorry", "back"], "nothing": []},
    "compare": {"baseline": "today"},
}
"""Everything at once: equity moves who stays, a desk couples them, the lost are won back, some are referred."""


def scenario_of(folder: Path, content: dict[str, Any], **existing: Any) -> Scenario:
    path = folder / "a.yaml"
    path.write_text(yaml.safe_dump({**content, "existing": {**content["existing"], **existing}}), "utf-8")
    return load(path)


def in_force(result: Result) -> int:
    """Customers at the start who are not lost."""
    first = result.series[0]
    assert first["day"] == 0.0
    return int(first["customers"] - first["lost"])


def test_an_insurers_book_is_what_the_renewal_rate_leaves(tmp_path: Path) -> None:
    """Entries are even over ten years and each of k whole years kept .84: of those who came, the mean of .84^k for
    k = 0 … 9 is in force, (1 − .84¹⁰)/(10·.16) = 0.5157, so 38 785 must come for 20 000."""
    left = (1 - 0.84**10) / (10 * 0.16)
    plan = settled(lower(scenario_of(tmp_path, CONTRACT), "today"))
    assert plan.sources[0].people == pytest.approx(20_000 / left, rel=4 * math.sqrt((1 / left - 1) / 40_000))
    found = [in_force(simulate("compiled", plan, 1, n)) for n in range(4)]
    assert np.mean(found) == pytest.approx(20_000, rel=0.015)


def test_count_says_how_many_came(tmp_path: Path) -> None:
    content = {**CONTRACT, "existing": {"history": "10 years"}}
    plan = lower(scenario_of(tmp_path, content, count=20_000), "today")
    assert settled(plan) is plan
    assert in_force(simulate("compiled", plan, 1, 0)) == pytest.approx(20_000 * 0.5157, rel=0.03)


def test_a_yearly_hazard_without_a_contract(tmp_path: Path) -> None:
    """Occasions are so frequent that leaving shows at once: (1 − e^(−ht))/ht of those who came are left, with
    h = −ln(1 − .5) and t = 3 years 0.4208."""
    content = {
        **SHOP,
        "segments": {"everyone": {"occasions": {"mean": "1000 per year", "spread": "0 %"}}},
        "equity": {"defection": "50 % per year", "choice": "100 %", "referral": "0 %"},
        "policies": {"today": []},
        "programs": {},
        "desks": {},
    }
    plan = settled(lower(scenario_of(tmp_path, content, active=400, history="3 years"), "today"))
    spent = 3 * math.log(2)
    assert plan.sources[0].people == pytest.approx(400 * spent / -math.expm1(-spent), rel=0.05)


def test_whatever_happens_in_the_history(tmp_path: Path) -> None:
    """The pilot's error is half a per cent and a run's own half a per cent more; both policies start alike."""
    scenario = scenario_of(tmp_path, SHOP)
    plans = {name: settled(lower(scenario, name)) for name in scenario.policies}
    assert len({plan.sources[0].people for plan in plans.values()}) == 1
    found = [in_force(simulate("compiled", plans["today"], 1, n)) for n in range(4)]
    assert np.mean(found) == pytest.approx(3_000, rel=0.02)
    assert in_force(simulate("compiled", plans["nothing"], 1, 0)) == found[0]


def everybody(plan: Plan) -> list[npt.NDArray[np.void]]:
    """The people of runs with different seeds and replications."""
    return [simulate("compiled", plan, seed, n).customers for seed, n in ((1, 0), (1, 1), (77, 0))]


def test_it_depends_on_no_seed_and_both_engines_are_alike(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, SHOP, active=150, history="1 year")
    one, other = (run(scenario, "today", replications=1, engine=engine) for engine in ("simpy", "compiled"))
    assert one.outcome.digest == other.outcome.digest
    came = {int((people["generation"] == 0).sum()) for people in everybody(settled(lower(scenario, "today")))}
    assert len(came) == 1


def test_a_smaller_run_has_as_many_fewer_in_force(tmp_path: Path) -> None:
    plan = settled(lower(scenario_of(tmp_path, CONTRACT), "today", customers=2_000))
    assert plan.sources[0].active == 2_000
    assert plan.scale == 10.0
    assert np.mean([in_force(simulate("compiled", plan, 1, n)) for n in range(8)]) == pytest.approx(2_000, rel=0.03)


def test_figures_are_per_person_in_force(tmp_path: Path) -> None:
    """Net value in all over the persons of the run is the figure per person, and its persons are those in force at
    the start; so is the difference that is taken person by person, within what pooling replications rounds."""
    scenario = scenario_of(tmp_path, CONTRACT)
    done = compare(scenario, replications=2, customers=2_000)
    outcome = done.policy("today")
    plan = settled(lower(scenario, "today", customers=2_000))
    results = [simulate("compiled", plan, 1, n) for n in range(2)]
    assert list(outcome.seed_persons) == [in_force(result) for result in results]
    total = outcome.values["net_value_total"] / plan.scale
    assert outcome.values["net_value"] == pytest.approx(total / np.array(outcome.seed_persons))
    estimate = done.by_person[0].estimate
    assert estimate is not None
    difference = done.policy("letters").values["net_value"] - outcome.values["net_value"]
    assert estimate.mean == pytest.approx(difference.mean(), rel=1e-3)


def test_who_was_lost_is_still_there(tmp_path: Path) -> None:
    """Lost people are in the run, unseen: they can be won back, and cost contacts, but are no seed persons."""
    plan: Plan = settled(lower(scenario_of(tmp_path, SHOP), "today"))
    result = simulate("compiled", plan, 1, 0)
    came = (result.customers["generation"] == 0).sum()
    assert came == plan.sources[0].people > result.seed_persons
    assert (result.customers["status"] == Status.LOST).sum() > 0


def test_both_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="gives active beside count"):
        scenario_of(tmp_path, CONTRACT, count=10)


def test_nobody_can_be_in_force_if_nobody_stays(tmp_path: Path) -> None:
    content = {**CONTRACT, "equity": {**CONTRACT["equity"], "defection": "100 % per renewal"}}
    scenario = scenario_of(tmp_path, content, active=1_900_000)
    with pytest.raises(CapError, match=r"cap of 2000000 customers"):
        run(scenario, "today", replications=1)
