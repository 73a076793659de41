"""All policies in the worlds a scenario holds possible: the same luck everywhere, and figures that can be computed."""

import json
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from equitysim.cli.unknowns_text import worlds_text
from equitysim.errors import ScenarioError, UsageError
from equitysim.scenario.uncertain import uncertainties
from equitysim.scenario.worlds import ground
from equitysim.statistics.unknowns import Worlds
from equitysim.statistics.unknowns_document import of_worlds
from equitysim.study import compare
from equitysim.study.worlds import DEFAULT_REPLICATIONS, anchor_of, levelled, spread_over, worlds
from tests.unit.study.few import backwards, few

COST = {"programs.letter.cost": "0 to 3"}
SEED = 3


@cache
def of_cost() -> Worlds:
    """The letter's cost is not known, and a number nobody uses."""
    found = worlds(few(uncertain={**COST, "programs.unused.cost": "1 to 3"}), count=16, seed=SEED)
    assert found is not None
    return found


def test_nothing_uncertain_nothing_to_tell() -> None:
    assert worlds(few()) is None


def test_a_world_is_the_scenario_with_these_numbers() -> None:
    scenario, found = few(uncertain=COST), of_cost()
    number = uncertainties(scenario).ranges[0].number
    for world in (0, 7):
        one = ground(scenario).world([(number.place, found.texts[0][world])])
        expected = compare(one, replications=DEFAULT_REPLICATIONS, seed=SEED)
        means = [expected.summary(policy.name, "net_value").mean for policy in expected.policies]
        assert found.values[world].tolist() == pytest.approx(means, rel=1e-12)


def test_the_luck_is_the_same_in_all_worlds() -> None:
    found = of_cost()
    # The cost of a letter decides nothing that happens, so the policy without letters is the same to the last bit.
    assert len(set(found.values[:, 0].tolist())) == 1


def test_the_cost_of_a_contact_tips_where_its_gain_is_spent() -> None:
    found = of_cost()
    advantage, costs = found.values[:, 1] - found.values[:, 0], found.sizes[:, 0]
    slope, gain = np.polyfit(costs, advantage, 1)
    unknown = next(one for one in found.unknowns if one.path == "programs.letter.cost")
    (tipping,) = unknown.tipping
    assert tipping.size == pytest.approx(-gain / slope, abs=0.01)
    assert (tipping.below, tipping.above) == ("letters", "today")
    assert abs(unknown.over_runner_up.value) == pytest.approx(1.0)
    assert found.share_of_worlds_best("letters") == pytest.approx(float(np.mean(advantage > 0)))


def test_knowing_the_only_unknown_is_knowing_all() -> None:
    found = of_cost()
    best = next(one for one in found.unknowns if one.path == "programs.letter.cost")
    everything = found.values.max(axis=1).mean() - found.values.mean(axis=0).max()
    assert best.worth.value == pytest.approx(everything, rel=0.02)
    assert found.worth_uncorrected == pytest.approx(everything)
    assert found.worth_total == pytest.approx(found.worth.value * 80)
    assert found.unknowns[0] is best


def test_what_nobody_uses_decides_nothing() -> None:
    unused = next(one for one in of_cost().unknowns if one.path == "programs.unused.cost")
    assert unused.tipping == ()
    assert unused.worth.value < 0.3 * of_cost().worth_uncorrected


def test_equals_share_their_worlds() -> None:
    found = worlds(few(uncertain=COST, policies={"today": [], "also": []}), count=4)
    assert found is not None
    assert [found.share_of_worlds_best(name) for name in ("today", "also")] == [0.5, 0.5]
    assert found.worth.value == 0.0
    assert all(one.tipping == () for one in found.unknowns)


def test_a_clear_winner_is_best_in_all_worlds_and_knowing_is_worth_nothing() -> None:
    policies = {"today": ["letter"], "waste": [{"use": "letter", "as": "dear letter", "cost": "90"}]}
    found = worlds(few(uncertain={"failure.severity": "10 to 30"}, policies=policies), count=4)
    assert found is not None
    assert (found.share_of_worlds_best("today"), found.share_of_worlds_best("waste")) == (1.0, 0.0)
    assert (found.leader, found.worth.value, found.clear) == ("today", 0.0, 1.0)


def test_where_less_is_better_the_least_is_best() -> None:
    found = worlds(few(uncertain=COST, compare={"measure": "spend", "baseline": "today"}), count=4)
    assert found is not None
    assert found.leader == "today"
    assert found.share_of_worlds_best("today") == 1.0
    assert (found.values >= 0.0).all()


def test_a_policy_without_a_value_is_left_out() -> None:
    found = worlds(few(uncertain=COST, compare={"measure": "roi", "baseline": "today"}), count=4)
    assert found is None


@pytest.mark.parametrize("draws", [False, True])
def test_whoever_computes_them_worlds_are_the_same_bytes(draws: bool) -> None:
    scenario = few(
        uncertain={"failure.severity": "10 to 30"},
        draws={"failure.per_order": ["2 %", "3 %", "8 %"]} if draws else {},
    )
    one, other = worlds(scenario, count=4), worlds(scenario, count=4, in_order=backwards)
    assert one is not None
    assert other is not None
    assert one.values.tobytes() == other.values.tobytes()
    assert json.dumps(of_worlds(one)) == json.dumps(of_worlds(other))


def test_another_seed_is_another_set_of_worlds() -> None:
    other = worlds(few(uncertain=COST), count=16, seed=SEED + 1)
    assert other is not None
    assert other.texts[0] != of_cost().texts[0]


def test_rows_of_draws_are_the_worlds() -> None:
    draws = {"failure.per_order": ["2 %", "4 %", "8 %"], "failure.severity": ["30", "20", "10"]}
    found = worlds(few(draws=draws))
    assert found is not None
    assert (found.design.method, found.design.worlds, found.design.rows) == ("rows", 3, 3)
    assert found.texts == (("2 %", "4 %", "8 %"), ("30", "20", "10"))


def test_rows_in_excess_are_thinned_evenly() -> None:
    draws = {"failure.severity": [str(k) for k in range(10, 31)]}
    found = worlds(few(draws=draws), count=4)
    assert found is not None
    assert found.texts == (("10", "17", "23", "30"),)
    assert found.design.rows == 21


def test_ranges_beside_rows_are_spread_evenly() -> None:
    draws = {"failure.severity": ["10", "20", "30", "40"]}
    found = worlds(few(draws=draws, uncertain={"programs.letter.cost": "0 to 4"}), count=4)
    assert found is not None
    assert found.design.method == "latin hypercube"
    assert sorted(int(size) for size in found.sizes[:, 0]) == [0, 1, 2, 3]


def test_an_anchor_gives_the_level_and_worlds_the_distance() -> None:
    runs = [np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[2.0, 2.0], [4.0, 6.0]])]
    moved = levelled(runs[1:], runs[0], ("a", "b"), {"a": 10.0, "b": 20.0})
    assert moved[0].tolist() == [[11.0, 20.0], [11.0, 21.0]]
    assert levelled(runs[1:], runs[0], ("a", "b"), None)[0].tolist() == runs[1].tolist()


@pytest.mark.parametrize(
    ("stated", "deviations"),
    [
        # batches of two: 1.5, 3.5, 5.5 and 7.5, whose mean is 4.5
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [-3.0, -1.0, 1.0, 3.0]),
        ([7.0, 8.0, 9.0, 12.0], [-2.0, -1.0, 0.0, 3.0]),
        # the mean of 0 and 2 is known to 1; so is that of four with a standard deviation of 2
        ([0.0, 2.0], [-math.sqrt(6.0), math.sqrt(6.0), 0.0, 0.0]),
        # one replication tells no error
        ([5.0], [0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_the_error_of_an_anchor_is_spread_over_the_replications(stated: list[float], deviations: list[float]) -> None:
    found = spread_over(np.array([stated]).T, 4)
    assert found[:, 0] == pytest.approx(deviations)
    runs = [np.zeros((4, 1)), np.ones((4, 1))]
    moved = levelled(runs[1:], runs[0], ("a",), {"a": stated})
    assert moved[0][:, 0] == pytest.approx(1.0 + np.mean(stated) + np.array(deviations))


def test_a_comparison_is_an_anchor() -> None:
    scenario = few(uncertain=COST)
    comparison = compare(scenario, replications=DEFAULT_REPLICATIONS, seed=SEED)
    anchored = worlds(scenario, count=4, seed=SEED, anchor=anchor_of(comparison))
    plain = worlds(scenario, count=4, seed=SEED)
    assert anchored is not None
    assert plain is not None
    # The same replications of the same people: there is nothing to correct.
    assert anchored.values == pytest.approx(plain.values)
    assert anchored.design.anchored


@pytest.mark.parametrize("count", [0, 2, 12, -4])
def test_worlds_come_in_powers_of_two(count: int) -> None:
    with pytest.raises(UsageError, match="power of two"):
        worlds(few(uncertain=COST), count=count)


def test_a_world_that_makes_no_sense_is_named() -> None:
    segments = {"a": {"share": "20 %"}, "b": {"share": "80 %"}}
    with pytest.raises(ScenarioError, match=r"segments\.a\.share\": at 10 % the scenario makes no sense: .*add up"):
        worlds(few(segments=segments, uncertain={"segments.a.share": "10 % to 30 %"}), count=4)
    with pytest.raises(ScenarioError, match="there is no number"):
        worlds(few(uncertain={"failure.severty": "10 to 30"}))


def test_its_text_is_plain_and_says_what_it_rests_on() -> None:
    text = worlds_text(of_cost(), 80)
    assert max(map(len, text.splitlines())) <= 80
    said = " ".join(text.split())
    for part in (
        "16 worlds of 2 unknowns",
        f"{DEFAULT_REPLICATIONS} replications of about 80 people",
        "below",
        "no survey can be worth more",
    ):
        assert part in said


def test_hostile_names_stay_harmless_in_its_text() -> None:
    name = "\x1b[31m=cmd|' /C calc'!A0\u202e<script>"
    scenario = few(
        uncertain={f"programs.{name}.cost": "0 to 3"},
        programs={name: {"when": "purchase", "gain": 3}},
        policies={"today": [], "letters": [name]},
    )
    found = worlds(few(uncertain=COST, policies={"today": [], name: ["letter"]}), count=4)
    assert found is not None
    assert not {"\x1b", "\u202e"} & set(worlds_text(found, 80))
    assert uncertainties(scenario).faults == ()


def test_its_tables_hold_every_world() -> None:
    found = of_cost()
    values, numbers = found.table(), found.inputs()
    assert len(values) == 16 * 2
    assert sum(values.columns["best"]) == 16
    assert len(numbers) == 16 * 2
    assert numbers.columns["written"][0] == found.texts[0][0]


def test_its_document_is_json() -> None:
    document = of_worlds(of_cost())
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert [one["name"] for one in document["policies"]] == ["today", "letters"]
    assert document["worth_of_knowing"]["total"] == pytest.approx(document["worth_of_knowing"]["value"] * 80)


def test_the_page_names_every_key_of_the_document() -> None:
    page = (Path(__file__).parents[3] / "docs" / "unknowns.md").read_text(encoding="utf-8")
    document = of_worlds(of_cost())
    keys = [*document, *document["unknowns"][0], *document["policies"][0], *document["worth_of_knowing"]]
    assert [key for key in keys if f"`{key}`" not in page] == []
