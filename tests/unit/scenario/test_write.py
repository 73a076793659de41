from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equitysim.scenario.load import check, load
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from equitysim.scenario.words import one_spelling
from equitysim.scenario.write import resolved, starter, text
from tests.unit.scenario.written import SCENARIOS, SHOP, scenario_of, write

EVERYTHING = """
    format: 1
    name: 'A "shop": # no
      comment'
    start: 2027-04-01
    horizon: 40 months
    ltv_window: 7.5 months
    relationship: contractual
    period: 2 weeks
    seasonality: [1, 1, 50 %, 1, 1, 1, 1, 1, 1, 1, 2, 3]
    survey: {noise: 7}
    existing: {count: 10, history: 100 days, mix: {a, b: 100 %}, equity: -5}
    cohorts: {first: {start: -2 weeks, per_week: [3, 4]}, second: {start: 2027-05-01, per_week: []}}
    channels: {web: {leads: 1.7 per day, cost: 0.1, oversell: 3}}
    segments:
      "a, b": {share: 25 %, occasions: {gamma: {shape: 0.243, rate: 4.414 weeks}, of: orders, scale: 1.07}}
      "null": {share: 33.3 %, order: {gamma_gamma: {p: 6.25, q: 3.74, gamma: 15.44}}}
      "{x}": {share: 41.7 %, occasions: {spread: 10 %}, order: {mean: 3}}
    equity:
      granted: 5
      forgiving: off
      choice: {base: {beta: {a: 1, b: 2}}, at_-50: 20 %, at_50: 40 %}
      defection: {base: {beta: {a: 0.7, b: 1.2}}}
      voice: 30 %
    rivals: {r: {from: 2027-06-01, until: 300 days}}
    crises: {c: {at: 100 days}}
    desks: {d: {order: best first, patience: off}}
    programs:
      p: {when: {silence: 3 usual gaps, again: 10 days}, relevance: {lost: 0}, budget: 100 per week, novelty: 3}
      q: {when: {stage: loyalty}, audience: {surveyed_equity: {min: -3}, stages: [lost], segments: ["a, b"]}}
      r: {when: known_failure, reward: {value: 3}, desk: d, incentive: {value: 1}}
    policies:
      now: [p, {channel: web, leads: 0}]
      then: [p, {use: r, as: "r, too", reward: {costs_us: 30 %}, audience: {share: 50 %}}, q]
    compare: {matters: 0.125}
    claims: [{better: then, than: now, by: 0.1}]
    limits: {customers: 10_000}
"""


def round_trip(scenario: Scenario, folder: Path) -> Scenario:
    path = folder / "resolved.yaml"
    path.write_text(resolved(scenario), encoding="utf-8")
    again, faults = check(path)
    assert again is not None, "\n".join(map(str, faults))
    return again


def everything(folder: Path) -> Scenario:
    return scenario_of(folder, EVERYTHING.replace("mix: {a, b:", 'mix: {"a, b":'))


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scenarios_come_back_equal(tmp_path: Path, path: Path) -> None:
    scenario = load(path)
    again = round_trip(scenario, tmp_path)
    assert again == scenario
    assert all(lower(again, policy) == lower(scenario, policy) for policy in scenario.policies)


@pytest.mark.parametrize("text_of", [EVERYTHING, SHOP, "name: x\n"])
def test_every_kind_of_value_comes_back_equal(tmp_path: Path, text_of: str) -> None:
    scenario = everything(tmp_path) if text_of is EVERYTHING else scenario_of(tmp_path, text_of)
    again = round_trip(scenario, tmp_path)
    assert again == scenario
    assert all(lower(again, policy) == lower(scenario, policy) for policy in scenario.policies)


@pytest.mark.parametrize(
    "setting",
    [
        ("horizon", "41 months"),
        ("equity.choice.at_50", "41 %"),
        ("programs.p.gain", "1"),
        ("policies.then[1].reward.costs_us", "31 %"),
        ("segments.{x}.order.spread", "31 %"),
        ("claims[0].by", "0.2"),
        ("policies.now[1].leads", "1 per year"),
    ],
)
def test_equality_notices_a_change(tmp_path: Path, setting: tuple[str, str]) -> None:
    path = write(tmp_path, EVERYTHING.replace("mix: {a, b:", 'mix: {"a, b":'))
    assert load(path) != load(path, settings=dict([setting]))


def test_defaults_are_marked_and_given_values_are_not(tmp_path: Path) -> None:
    lines = resolved(scenario_of(tmp_path, SHOP)).splitlines()
    assert "  forgetting: 10 weeks  # half-life; default, judgement" in lines
    assert "  paradox: 0 %  # share of the failure; default, published" in lines
    assert "    gain: 8  # points" in lines
    assert any("buy on an occasion" in line and "45 %" in line for line in lines)


def test_the_starter_is_valid_short_and_without_warnings(tmp_path: Path) -> None:
    scenario, faults = check(write(tmp_path, starter()))
    assert faults == ()
    assert scenario is not None
    assert scenario.baseline == "today"
    assert len(starter().splitlines()) < 60
    assert max(map(len, starter().splitlines())) <= 120


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(lambda name: name.strip() and not _unreadable(name)))
def test_any_name_comes_back(name: str) -> None:
    from equitysim.scenario.compose import composed

    node, faults = composed(f"{{a: {text(name)}}}\n", "x")
    assert faults == ()
    assert node is not None
    assert node.data() == {"a": one_spelling(name)}


def test_names_of_any_length_come_back(tmp_path: Path) -> None:
    name = "x" * 10_000
    scenario = scenario_of(tmp_path, f"segments:\n  ? {name}\n  : {{margin: 30 %}}\n")
    again = round_trip(scenario, tmp_path)
    assert list(again.segments) == [name]
    assert again == scenario


@pytest.mark.parametrize(
    "word", ["no", "Null", "12:30", "2027-01-01", "1e3", " x", "x ", "a: b", "a #b", "- a", "", "é"]
)
def test_words_that_anything_could_misread_are_quoted(word: str) -> None:
    assert text(word).startswith('"')


def _unreadable(name: str) -> bool:
    return any(0xD800 <= ord(character) <= 0xDFFF for character in name)
