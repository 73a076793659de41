"""Scenarios from Python: mappings with Python's, NumPy's and pandas' values, changes, and scenarios nobody checked."""

import copy
import datetime
import pickle
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import equitysim as es
from equitysim.scenario.lower import lower
from tests.unit.study.small import small_scenario

SHOP: dict[str, Any] = {
    "format": 1,
    "horizon": "1 year",
    "existing": {"count": 100},
    "segments": {"s": {"occasions": {"mean": "12 per year"}, "order": {"mean": 9.5}, "margin": "50 %"}},
    "programs": {"mail": {"when": "purchase", "gain": 4}},
    "policies": {"today": [], "mail": ["mail"]},
}


def test_a_mapping_says_what_a_file_says(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(
        "format: 1\nhorizon: 1 year\nexisting: {count: 100}\n"
        "segments: {s: {occasions: {mean: 12 per year}, order: {mean: 9.5}, margin: 50 %}}\n"
        "programs: {mail: {when: purchase, gain: 4}}\npolicies: {today: [], mail: [mail]}\nname: Shop\n"
    )
    assert es.load({**SHOP, "name": "Shop"}) == es.load(file) == es.load(str(file))
    assert es.load(SHOP).file == ""


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("segments.s.order.mean", pd.Series([9.0, 10.0]).mean(), "9.5"),
        ("segments.s.order.mean", np.float32(9.5), "9.5"),
        ("segments.s.order.mean", Decimal("9.5"), "9.5"),
        ("segments.s.order.mean", Fraction(19, 2), "9.5"),
        ("segments.s.order.mean", np.array(9.5), "9.5"),
        ("existing.count", 150, "150"),
        ("existing.count", np.int64(150), "150"),
        ("existing.count", 150.0, "150"),
        ("existing.count", np.uint8(150), "150"),
        ("failure.per_order", np.str_("2 %"), "2 %"),
        ("failure.per_order", 0, "0 %"),
        ("start", datetime.date(2027, 5, 1), "2027-05-01"),
        ("start", datetime.datetime(2027, 5, 1), "2027-05-01"),
        ("start", pd.Timestamp("2027-05-01"), "2027-05-01"),
        ("start", np.datetime64("2027-05-01"), "2027-05-01"),
        ("start", np.datetime64("2027-05-01T00:00:00.000000000"), "2027-05-01"),
        ("horizon", datetime.timedelta(weeks=10), "70 days"),
        ("horizon", pd.Timedelta(days=70), "10 weeks"),
        ("horizon", np.timedelta64(10, "W"), "70 days"),
        ("seasonality", tuple(range(1, 13)), "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"),
        ("seasonality", np.arange(1.0, 13.0), "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"),
        ("seasonality", pd.Series(range(1, 13)), "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"),
        ("programs.mail.appreciative", np.bool_(True), "true"),
        ("policies.mail", [], "[]"),
        ("survey", {"noise": 10}, "{noise: 10}"),
    ],
    ids=lambda value: f"{type(value).__name__} {value}"[:40],
)
def test_a_value_means_what_its_text_means(path: str, value: object, text: str) -> None:
    scenario = es.load(SHOP)
    assert scenario.changed({path: value}) == scenario.changed({path: text})
    assert es.load(SHOP, settings={path: value}) == es.load(SHOP, settings={path: text})


def test_a_change_is_another_scenario_and_gives_the_faults_of_a_file() -> None:
    scenario = es.load(SHOP)
    fewer = scenario.changed({"failure.per_order": "2 %", "existing.count": 50})
    assert (fewer.failure_per_order, fewer.existing.count) == (0.02, 50)
    assert (scenario.failure_per_order, scenario.existing.count) == (0.03, 100)
    assert fewer.changed({"failure.per_order": None, "existing.count": 100}) == scenario
    with pytest.raises(es.ScenarioError) as refused:
        scenario.changed({"failure.per_order": "700 %", "existing.count": 1.5})
    assert [(fault.path, fault.line) for fault in refused.value.faults] == [
        ("failure.per_order", 0),
        ("existing.count", 0),
    ]
    assert str(refused.value).startswith("error: failure.per_order: 700 % is out of range")


def test_what_was_a_default_stays_one_through_a_change() -> None:
    scenario = es.load(SHOP).changed({"existing.count": 50})
    assert "equity" not in scenario.model_fields_set
    assert "failure" not in scenario.changed({"horizon": "2 years"}).model_fields_set


def test_layers_may_be_mappings() -> None:
    layered = es.load(SHOP, layers=[{"existing": {"count": 50}}, {"horizon": "2 years"}])
    assert layered == es.load(SHOP, settings={"existing.count": 50, "horizon": "2 years"})


def test_the_text_of_a_scenario_loads_back(tmp_path: Path) -> None:
    for scenario in (es.load(SHOP), small_scenario()):
        file = tmp_path / "again.yaml"
        file.write_text(scenario.yaml(), "utf-8")
        assert es.load(file) == scenario


def test_a_copy_and_a_pickle_can_be_changed_and_run() -> None:
    scenario = es.load(SHOP)
    for other in (copy.deepcopy(scenario), scenario.model_copy(), pickle.loads(pickle.dumps(scenario))):
        assert other == scenario
        assert other.changed({"existing.count": 7}) == scenario.changed({"existing.count": 7})


def test_what_was_made_by_itself_is_checked_when_it_is_used() -> None:
    unchecked = es.Scenario(**{**SHOP, "policies": {"today": ["letters"]}})
    with pytest.raises(es.ScenarioError, match=r'policies.today\[0\]: there is no program "letters"'):
        es.run(unchecked, "today")
    sound = es.Scenario(**SHOP)
    assert lower(sound.changed({}), "mail") == lower(es.load(SHOP), "mail")


@pytest.mark.parametrize("value", [7.0, "700 %", [1], float("nan")], ids=str)
def test_no_change_past_the_checks_is_simulated(value: object) -> None:
    scenario = es.load({**SHOP, "failure": {"per_order": "2 %"}})
    scenario.failure.__dict__["per_order"] = value
    with pytest.raises(es.ScenarioError, match=r"failure|without being checked"):
        es.run(scenario, "today", replications=1)


def test_a_repr_is_a_line() -> None:
    scenario = es.load({**SHOP, "name": "N" * 1_000})
    assert len(repr(scenario)) <= 200
    assert str(scenario) == repr(scenario)
