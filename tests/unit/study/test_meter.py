"""The assumption meter: what counts as an assumption, over what it is moved, and that the figures are right."""

import json
from functools import cache
from pathlib import Path

import pytest

from equitysim.cli.unknowns_text import meter_text
from equitysim.scenario.numbers import numbers
from equitysim.scenario.worlds import ground
from equitysim.statistics.meter import Meter
from equitysim.statistics.unknowns_document import of_meter
from equitysim.study import compare
from equitysim.study.meter import assumptions, candidates, chosen, counted, meter
from equitysim.study.worlds import known_unknowns
from tests.unit.study.few import backwards, few

SEED = 3
UNCERTAIN = {"programs.letter.cost": "0 to 60"}


@cache
def of_few() -> Meter:
    """The letter's cost has a wide range of its own."""
    found = meter(few(uncertain=UNCERTAIN), replications=3, seed=SEED)
    assert found is not None
    return found


def ends(path: str, **changes: object) -> tuple[str, str] | None:
    scenario = few(**changes)
    found = {one.number.path: one for one in candidates(scenario, known_unknowns(scenario))}.get(path)
    return None if found is None else (found.ends[0][1], found.ends[1][1])


def test_numbers_are_counted_by_where_they_are_from() -> None:
    scenario = few(uncertain=UNCERTAIN)
    counts = counted(assumptions(scenario))
    assert of_few().counts == counts
    # history, count, two points of referral, failure.per_order, and gain, cost and every of the letter; gain and cost
    # of the other
    assert counts["given"] == 10
    assert counts["published"] == 1
    assert counts["judgement"] > counts["derived"] > 0
    assert of_few().examined + of_few().unmoved == sum(counts.values())


def test_what_is_asked_is_no_assumption() -> None:
    paths = {one.path for one in assumptions(few())}
    assert not {"horizon", "ltv_window", "compare.matters", "limits.events"} & paths
    assert "failure.severity" in paths


def test_a_list_counts_once() -> None:
    season = few(seasonality=["1"] * 12)
    assert [one.path for one in assumptions(season) if one.place[0] == "seasonality"] == ["seasonality[0]"]
    assert ends("seasonality[0]", seasonality=["1"] * 12) is None


def test_a_range_of_the_scenarios_own_comes_first_then_a_fifth_then_the_plausible() -> None:
    assert ends("programs.letter.cost", uncertain=UNCERTAIN) == ("0", "60")
    assert ends("programs.letter.gain") == ("12", "18")
    assert ends("failure.severity") == ("10", "40")
    assert ends("failure.severity", draws={"failure.severity": ["12", "30", "20"]}) == ("12", "30")


def test_a_fifth_stays_within_what_is_allowed() -> None:
    assert ends("failure.per_order", failure={"per_order": "90 %"}) == ("72 %", "100 %")
    assert ends("existing.count") == ("64", "96")


@pytest.mark.parametrize(
    "path", ["programs.letter.when.every", "programs.letter.delay", "review", "programs.letter.relevance"]
)
def test_choices_and_what_is_neutral_are_not_moved(path: str) -> None:
    assert path in {one.path for one in numbers(few())}
    assert ends(path) is None


def test_choices_are_known_by_their_place() -> None:
    scenario = few(
        desks={"care": {"hours": "5 per week", "cost": "20 per hour"}},
        policies={"today": [], "letters": [{"use": "letter", "gain": "4", "audience": {"best": "20 %"}}]},
    )
    firm = {one.path for one in assumptions(scenario) if chosen(one)}
    assert {"desks.care.hours", "policies.letters[0].audience.best"} <= firm
    assert not {"desks.care.cost", "policies.letters[0].gain"} & firm


def test_what_is_switched_off_has_no_size() -> None:
    assert ends("equity.granted") is None


def test_the_number_with_the_widest_effect_comes_first() -> None:
    found = of_few()
    assert found.bars[0].path == "programs.letter.cost"
    assert not found.bars[0].within_noise
    clear = [bar.swing for bar in found.bars if not bar.within_noise]
    assert clear == sorted(clear, reverse=True)
    assert len(found.shown) <= 5


def test_an_end_is_the_scenario_with_that_number() -> None:
    found = of_few()
    bar, base = found.bars[0], compare(few(), replications=3, seed=SEED)
    scenario = few()
    place = ("programs", "letter", "cost")
    for end in (bar.low, bar.high):
        there = compare(ground(scenario).world([(place, end.text)]), replications=3, seed=SEED)
        ahead = there.summary(found.leader, "net_value").mean - there.summary(found.runner_up, "net_value").mean
        lead = base.summary(found.leader, "net_value").mean - base.summary(found.runner_up, "net_value").mean
        assert end.over_runner_up.value == pytest.approx(ahead)
        assert end.over_runner_up.change == pytest.approx(ahead - lead)
        assert end.best == max(("today", "letters"), key=lambda name: there.summary(name, "net_value").mean)


def test_the_best_policy_changes_where_letters_are_dear() -> None:
    bar = of_few().bars[0]
    assert (bar.low.best, bar.high.best) == ("letters", "today")


def test_what_moves_nothing_is_no_bar() -> None:
    assert "programs.unused.cost" not in {bar.path for bar in of_few().bars}
    found = meter(few(policies={"today": [], "also": []}), replications=2)
    assert found is not None
    assert found.bars == ()
    assert "None of them moves the decision." in meter_text(found, 80)


def test_a_change_of_nothing_but_noise_is_marked() -> None:
    noisy = [bar for bar in of_few().bars if bar.within_noise]
    for bar in noisy:
        for end in (bar.low, bar.high):
            assert end.lead.change == 0.0 or end.lead.low <= 0.0 <= end.lead.high
    assert "~" in meter_text(of_few(), 100)


def test_one_policy_is_no_decision() -> None:
    assert meter(few(policies={"today": []})) is None


def test_whoever_computes_it_the_meter_is_the_same() -> None:
    other = meter(few(uncertain=UNCERTAIN), replications=3, seed=SEED, in_order=backwards)
    assert other is not None
    assert json.dumps(of_meter(other)) == json.dumps(of_meter(of_few()))


def test_an_anchor_sets_the_levels() -> None:
    found = meter(few(uncertain=UNCERTAIN), replications=2, anchor={"today": 5.0, "letters": 7.5})
    assert found is not None
    assert (found.leader, found.over_baseline, found.anchored) == ("letters", 2.5, True)
    for bar in found.bars:
        assert bar.low.over_baseline.value - bar.low.over_baseline.change == pytest.approx(2.5)


def test_its_text_fits_and_says_what_it_rests_on() -> None:
    text = meter_text(of_few(), 90)
    assert max(map(len, text.splitlines())) <= 90
    said = " ".join(text.split())
    for part in ("numbers, 10 given by you", "moved one at a time", "your range", "programs.letter.cost (1)"):
        assert part in said


def test_its_table_and_its_document() -> None:
    table, document = of_few().table(), of_meter(of_few())
    assert len(table) == 2 * len(of_few().bars)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["numbers"][0]["low"]["value"] == table.columns["written"][0] == "0"


def test_the_page_names_every_key_of_the_document() -> None:
    page = (Path(__file__).parents[3] / "docs" / "unknowns.md").read_text(encoding="utf-8")
    document = of_meter(of_few())
    keys = [*document, *document["numbers"][0], *document["numbers"][0]["low"]]
    assert [key for key in keys if f"`{key}`" not in page] == []
