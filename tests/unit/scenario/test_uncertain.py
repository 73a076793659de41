"""What is said not to be known: read against the numbers that there are, drawn from, written out, hashed."""

import time
from pathlib import Path

import pytest
from scipy import integrate, stats

from equitysim.errors import ScenarioError
from equitysim.scenario.distributions import Distribution
from equitysim.scenario.draws import MOST_CELLS, MOST_ROWS
from equitysim.scenario.explain import key_help
from equitysim.scenario.load import check, load
from equitysim.scenario.numbers import ends, in_words, numbers, plausible, read, write
from equitysim.scenario.schema import MOST_UNKNOWN, Scenario
from equitysim.scenario.uncertain import uncertainties
from equitysim.scenario.worlds import ground
from equitysim.scenario.write import resolved
from tests.unit.scenario.written import SCENARIOS, SHOP, faults_of, scenario_of
from tests.unit.scenario.written import write as write_file

UNCERTAIN = (
    SHOP
    + """
    uncertain:
      failure.per_order: 2 % to 6 %
      equity.forgetting: {low: 4 weeks, likely: 10 weeks, high: 26 weeks}
      channels.web.leads: {mean: 10 per month, spread: 20 %}
      desks.care.agents: 1 to 4
    draws:
      equity.choice.at_0: [40 %, 50 %, 45 %]
      programs.fix.reward.value: [4, 5, 6]
"""
)
CHANCES = [0.0, 0.1, 0.37, 0.5, 0.9, 1.0]


def uncertain(folder: Path, lines: str) -> Scenario:
    return scenario_of(folder, SHOP + "\n    uncertain:\n" + "".join(f"      {line}\n" for line in lines.split("\n")))


def test_ranges_read_as_written(tmp_path: Path) -> None:
    found = uncertainties(scenario_of(tmp_path, UNCERTAIN))
    assert found.faults == ()
    ranges = {one.path: one for one in found.ranges}
    assert [one.distribution.kind for one in found.ranges] == ["uniform", "triangular", "gamma", "uniform"]
    assert ranges["failure.per_order"].span() == (0.02, 0.06)
    assert ranges["equity.forgetting"].span() == (28.0, 182.0)
    assert ranges["equity.forgetting"].distribution.centre == 70.0
    assert ranges["desks.care.agents"].span() == (1.0, 4.0)
    low, high = ranges["channels.web.leads"].span()
    assert low < 120 / 365 < high
    assert [column.sizes for column in found.draws] == [(0.4, 0.5, 0.45), (4.0, 5.0, 6.0)]
    assert found.rows == 3


def test_nothing_is_uncertain_until_somebody_says_so(tmp_path: Path) -> None:
    found = uncertainties(scenario_of(tmp_path, SHOP))
    assert (found.ranges, found.draws, found.rows) == ((), (), 0)


def test_a_plain_range_is_flat() -> None:
    flat = Distribution("uniform", 2.0, 6.0, 4.0)
    assert [flat.quantile(chance) for chance in CHANCES] == pytest.approx([2.0, 2.4, 3.48, 4.0, 5.6, 6.0])


def test_a_likely_value_makes_a_triangle() -> None:
    triangle = stats.triang(c=6 / 22, loc=4, scale=22)
    found = Distribution("triangular", 4.0, 26.0, 10.0)
    assert [found.quantile(chance) for chance in CHANCES] == pytest.approx(triangle.ppf(CHANCES).tolist())
    for likely in (4.0, 26.0):
        edge = Distribution("triangular", 4.0, 26.0, likely)
        assert (edge.quantile(0.0), edge.quantile(1.0)) == (4.0, 26.0)


def test_a_mean_and_a_spread_are_a_gamma_distribution() -> None:
    found = Distribution("gamma", 0.0, float("inf"), 9.0, 0.3)
    gamma = stats.gamma(a=1 / 0.09, scale=9 * 0.09)
    inner = CHANCES[1:-1]
    assert [found.quantile(chance) for chance in inner] == pytest.approx(gamma.ppf(inner).tolist())
    mean = integrate.quad(found.quantile, 0, 1)[0]
    assert mean == pytest.approx(9.0, rel=1e-4)


def test_no_world_lies_beyond_what_is_allowed() -> None:
    found = Distribution("gamma", 0.0, 1.0, 0.3, 0.6)
    assert 0.0 <= found.quantile(0.0) < found.quantile(0.5) < found.quantile(1.0) <= 1.0


@pytest.mark.parametrize(
    ("path", "low", "high", "full"),
    [
        ("equity.forgetting", "4", "26 weeks", "4 weeks"),
        ("failure.per_order", "2", "6 %", "2 %"),
        ("discount", "0 %", "20 % per year", "0 % per year"),
        ("equity.defection.at_0", "20 %", "30 % per year", "20 % per year"),
        ("channels.web.leads", "10 per week", "90 per month", "10 per week"),
        ("failure.severity", "10", "20", "10"),
    ],
)
def test_the_low_end_may_leave_out_what_the_high_end_says(
    tmp_path: Path, path: str, low: str, high: str, full: str
) -> None:
    number = {found.path: found for found in numbers(scenario_of(tmp_path, SHOP))}[path]
    assert ends(number.quantity, low, high) == (full, high)


def test_every_number_that_is_written_out_reads_back() -> None:
    for found in numbers(load(SCENARIOS / "corner-coffee.yaml")):
        if found.text != "off":
            size, like = read(found.quantity, found.text)
            assert read(found.quantity, write(found.quantity, like, size)).size == size, found.path


def test_whole_numbers_stay_whole(tmp_path: Path) -> None:
    agents = {found.path: found for found in uncertainties(scenario_of(tmp_path, UNCERTAIN)).ranges}[
        "desks.care.agents"
    ]
    assert [agents.text_of(size) for size in (1.2, 2.6)] == ["1", "3"]


@pytest.mark.parametrize(
    ("path", "like", "size", "words"),
    [
        ("equity.forgetting", "10 weeks", 57.123, "8.16 weeks"),
        ("failure.per_order", "6 %", 0.034567, "3.46 %"),
        ("channels.web.leads", "60 per year", 0.1234, "45 per year"),
        ("existing.count", "5000", 12345, "12_300"),
        ("existing.equity", "0", 12.345, "12.3"),
    ],
)
def test_sizes_are_told_in_the_unit_that_was_written(
    tmp_path: Path, path: str, like: str, size: float, words: str
) -> None:
    number = {found.path: found for found in numbers(scenario_of(tmp_path, SHOP))}[path]
    assert in_words(number.quantity, like, size) == words


def test_plausible_ranges_of_the_schema_are_read(tmp_path: Path) -> None:
    known = {found.path: plausible(found) for found in numbers(scenario_of(tmp_path, SHOP))}
    assert known["equity.forgetting"] == ("3 weeks", "26 weeks")
    assert known["equity.choice.at_100"] == ("60 %", "95 %")
    assert known["equity.defection.at_0"] == ("15 % per year", "50 % per year")
    assert known["desks.care.patience"] == ("1 hour", "14 days")
    assert known["channels.web.cost"] is None


def test_the_hash_covers_it(tmp_path: Path) -> None:
    base = scenario_of(tmp_path, UNCERTAIN)
    others = [
        scenario_of(tmp_path, SHOP),
        scenario_of(tmp_path, UNCERTAIN, settings={"uncertain.failure.per_order": "2 % to 7 %"}),
        scenario_of(tmp_path, UNCERTAIN.replace("[4, 5, 6]", "[4, 5, 7]")),
    ]
    assert len({base.hash, *(other.hash for other in others)}) == 4


def test_it_comes_back_from_the_resolved_scenario(tmp_path: Path) -> None:
    (tmp_path / "worlds.csv").write_text("equity.choice.at_0,failure.severity\n40 %,10\n45 %,11\n", encoding="utf-8")
    text = UNCERTAIN.partition("    draws:")[0] + "    draws: worlds.csv\n"
    scenario = scenario_of(tmp_path, text)
    again = load(write_file(tmp_path, resolved(scenario), "again.yaml"))
    assert again == scenario
    assert [(one.path, one.texts) for one in uncertainties(again).draws] == [
        ("equity.choice.at_0", ("40 %", "45 %")),
        ("failure.severity", ("10", "11")),
    ]
    assert [one.distribution for one in uncertainties(again).ranges] == [
        one.distribution for one in uncertainties(scenario).ranges
    ]


def test_values_over_several_lines_come_back(tmp_path: Path) -> None:
    text = 'uncertain: {failure.per_order: "2\\n% to 6\\n%"}\ndraws: {failure.severity: ["10 \\n", 11]}\n'
    scenario = scenario_of(tmp_path, text)
    assert load(write_file(tmp_path, resolved(scenario), "again.yaml")) == scenario


def test_a_layer_replaces_a_range_whole_or_removes_it(tmp_path: Path) -> None:
    layer = write_file(
        tmp_path,
        "uncertain: {equity.forgetting: {mean: 10 weeks, spread: 20 %}, failure.per_order: null}",
        "layer.yaml",
    )
    kinds = [one.distribution.kind for one in uncertainties(scenario_of(tmp_path, UNCERTAIN, layers=[layer])).ranges]
    assert kinds == ["gamma", "gamma", "uniform"]


def test_a_setting_reaches_a_range_by_its_path(tmp_path: Path) -> None:
    settings = {
        "uncertain.failure.severity": "10 to 30",
        "uncertain.equity.forgetting": "{low: 4 weeks, high: 30 weeks}",
    }
    ranges = {one.path: one.span() for one in uncertainties(scenario_of(tmp_path, UNCERTAIN, settings=settings)).ranges}
    assert ranges["failure.severity"] == (10.0, 30.0)
    assert ranges["equity.forgetting"] == (28.0, 210.0)


def test_a_setting_names_a_file_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "worlds.csv").write_text("failure.severity\n10\n11\n", encoding="utf-8")
    assert uncertainties(scenario_of(tmp_path, SHOP, settings={"draws": "worlds.csv"})).rows == 2


def test_names_with_blanks_dots_and_commas(tmp_path: Path) -> None:
    (tmp_path / "worlds.csv").write_text('"segments.a.b, c.margin"\n40 %\n50 %\n', encoding="utf-8")
    scenario = scenario_of(tmp_path, 'segments: {"a.b, c": {margin: 30 %}}\ndraws: worlds.csv\n')
    (column,) = uncertainties(scenario).draws
    assert column.number.place == ("segments", "a.b, c", "margin")


def test_a_base_reads_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "worlds.csv").write_text("failure.severity\n10\n11\n", encoding="utf-8")
    (tmp_path / "below" / "base.yaml").write_text("draws: worlds.csv\n", encoding="utf-8")
    assert uncertainties(scenario_of(tmp_path, "extends: below/base.yaml\n")).rows == 2


def test_a_file_of_draws_stays_in_the_folder_links_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text("failure.severity\n10\n", encoding="utf-8")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link.csv").symlink_to(tmp_path / "outside.csv")
    (fault,) = check(write_file(tmp_path / "inside", "draws: link.csv\n"))[1]
    assert "leads out of the scenario's folder" in fault.message


@pytest.mark.parametrize(
    "content",
    [
        "failure.severity\n" + "10\n" * (MOST_ROWS + 1),
        ",".join(f"p{k}" for k in range(MOST_CELLS)) + "\n" + ",".join("1" for _ in range(MOST_CELLS)) * 2 + "\n",
        "failure.severity\n" + "1" * 600_000,
        '"' * 400_000,
        "," * 400_000,
        "failure.severity\n" + " " * 400_000 + 'x"',
        " " * 400_000 + "x" + " " * 90_000,
        "a" + "." * 400_000 + "\n1\n",
        f"{'x' * 200_000},{'x' * 200_000}\n1,2\n",
        "failure.severity\n10\n\x00\n",
        "failure.severity\n1\u202e0\n",
    ],
)
def test_floods_and_hostile_texts_are_refused_at_once(tmp_path: Path, content: str) -> None:
    (tmp_path / "worlds.csv").write_text(content, encoding="utf-8")
    begun = time.monotonic()
    faults = faults_of(tmp_path, "draws: worlds.csv\n")
    # The slowest of these takes a tenth of it on an idle machine; what grows with the square would take hours.
    assert time.monotonic() - begun < 20.0
    assert faults
    assert len(faults) < 20
    assert all(len(str(fault)) < 1_000 for fault in faults)


@pytest.mark.parametrize("path", ["a" + ".a" * 100_000, "a" * 200_000, "[0]" * 60_000])
def test_endless_paths_are_no_numbers(tmp_path: Path, path: str) -> None:
    begun = time.monotonic()
    (fault,) = faults_of(tmp_path, f'uncertain:\n  ? "{path}"\n  : 1 to 2\n')
    assert time.monotonic() - begun < 20.0
    assert "there is no number" in fault.message
    assert len(str(fault)) < 1_000


def test_too_many_unknowns_are_refused(tmp_path: Path) -> None:
    lines = "".join(f"  p{k}: 1 to 2\n" for k in range(MOST_UNKNOWN + 1))
    (fault,) = faults_of(tmp_path, "uncertain:\n" + lines)
    assert "101" in fault.message


def test_a_base_far_from_its_range_is_warned_of(tmp_path: Path) -> None:
    path = write_file(tmp_path, SHOP + "\n    uncertain: {failure.per_order: 5 % to 6 %, failure.severity: 10 to 20}\n")
    _, faults = check(path)
    assert [(fault.severity, fault.path) for fault in faults] == [("warning", 'uncertain."failure.per_order"')]


def test_worlds_change_what_they_name_and_nothing_else(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, UNCERTAIN)
    base = ground(scenario)
    number = uncertainties(scenario).ranges[0].number
    world = base.world([(number.place, "5 %")])
    assert world.failure.per_order == 0.05
    assert base.world([]).equity == scenario.equity == world.equity
    assert base.world([]).failure_per_order == scenario.failure_per_order


def test_a_world_that_makes_no_sense_says_why(tmp_path: Path) -> None:
    base = ground(scenario_of(tmp_path, "segments: {a: {share: 20 %}, b: {share: 80 %}}\n"))
    with pytest.raises(ScenarioError, match="segments"):
        base.world([(("segments", "a", "share"), "30 %")])
    assert "add up" in base.reason([(("segments", "a", "share"), "30 %")])
    assert not base.reason([])


def test_a_scenario_from_python_may_be_uncertain_too() -> None:
    scenario = Scenario.model_validate({"uncertain": {"failure.severity": {"low": 10, "high": 30}}})
    assert uncertainties(scenario).ranges[0].span() == (10.0, 30.0)
    with pytest.raises(ScenarioError, match=r'there is no number "failure\.severty" \(did you mean'):
        Scenario.model_validate({"uncertain": {"failure.severty": "10 to 30"}})


def test_broken_parts_are_not_told_twice(tmp_path: Path) -> None:
    text = "programs: {x: {gain: 3}}\nuncertain: {programs.x.gain: 1 to 2, failure.severity: 1 to 2}\n"
    assert [fault.path for fault in faults_of(tmp_path, text)] == ["programs.x.when"]


def test_it_is_explained() -> None:
    assert [entry.path for entry in key_help("uncertain")] == ["uncertain"]
    assert {entry.path for entry in key_help("uncertain.likely")} == {"uncertain.NAME.likely"}
