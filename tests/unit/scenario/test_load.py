import os
import pickle
from pathlib import Path

import pytest

from equitysim.errors import ScenarioError
from equitysim.scenario.load import MOST_FILES, check, load
from equitysim.scenario.people import Segment
from tests.unit.scenario.written import SCENARIOS, SHOP, faults_of, scenario_of, write


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scenarios_have_neither_faults_nor_warnings(path: Path) -> None:
    scenario, faults = check(path)
    assert scenario is not None
    assert faults == ()


def test_everything_may_be_left_out(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, "format: 1\n")
    assert scenario.name == "shop"
    assert list(scenario.segments) == ["everyone"]
    assert dict(scenario.policies) == {"today": ()}
    assert scenario.baseline == "today"
    assert scenario.existing.count == 0


def test_a_scenario_knows_its_file_and_survives_a_trip_to_a_worker(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, SHOP)
    assert scenario.file == str(tmp_path / "shop.yaml")
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert (again.file, again.hash) == (scenario.file, scenario.hash)


def test_the_hash_follows_the_meaning_not_the_spelling(tmp_path: Path) -> None:
    one = scenario_of(tmp_path, "name: x\nhorizon: 1 year\nequity: {forgetting: 10 weeks}\n")
    same = scenario_of(tmp_path, "# a comment\nequity: {forgetting: 70 days}\nhorizon: 365 days\nname: 'x'\n")
    other = scenario_of(tmp_path, "name: x\nhorizon: 1 year\nequity: {forgetting: 71 days}\n")
    assert one.hash == same.hash
    assert one == same
    assert one.hash != other.hash
    assert one != other


def test_words_stay_words_and_numbers_are_read_as_written(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        """
        name: no
        segments:
          12:30: {share: 30 %, order: {mean: 1e1}}
          on: {share: 70 %, order: {mean: 1_0.5}}
        existing: {count: 5k}
        policies:
          null: []
          2027: []
          today: []
        """.replace("1_0.5", "10.5"),
    )
    assert scenario.name == "no"
    assert list(scenario.segments) == ["12:30", "on"]
    assert scenario.segments["12:30"].order.mean == 10.0
    assert scenario.existing.count == 5000
    assert list(scenario.policies) == ["null", "2027", "today"]


def test_zero_needs_no_unit(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, "horizon: 0\nprospects: {give_up: 0}\nchannels: {web: {leads: 0}}\n")
    assert (scenario.horizon, scenario.ltv_window) == (0.0, 0.0)
    assert scenario.channels["web"].leads == 0.0


def test_strange_names_are_only_names(tmp_path: Path) -> None:
    text = 'programs:\n  "<b>\\"x\\"\\n\\u202e=1": {when: lead}\npolicies:\n  "a.b": ["<b>\\"x\\"\\n\\u202e=1"]\n'
    scenario = load(write(tmp_path, text))
    assert list(scenario.programs) == ['<b>"x"\n\u202e=1']


def test_faults_cannot_disturb_a_terminal(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, 'programs:\n  "\\e[31m\\n\\u202e": {when: lead, gain: "\\e[0m"}\n')
    said = str(fault)
    assert all(character.isprintable() for character in said)
    (long,) = faults_of(tmp_path, f"horizon: {'x' * 10_000}\n")
    assert len(str(long)) < 600


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, 'name: "\\ud800"\nprograms: {"\\udfff": {when: lead}}\n')
    assert ["half a character" in fault.message for fault in faults] == [True, True]


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_and_byte_order_marks_do_not_matter(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "shop.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + f"name: x{ending}horizon: 2{ending}".encode())
    ((fault),) = check(path)[1]
    assert (fault.line, fault.column, fault.path) == (2, 10, "horizon")


class TestExtends:
    def test_states_only_differences(self, tmp_path: Path) -> None:
        write(tmp_path, SHOP, "parts/base.yaml")
        scenario = scenario_of(
            tmp_path,
            """
            extends: parts/base.yaml
            name: Changed
            equity: {forgetting: 5 weeks}
            programs:
              welcome: {gain: 3}
              fix: {when: complaint, desk: null}
            channels: {web: null}
            policies: {today: []}
            """,
        )
        assert scenario.name == "Changed"
        assert scenario.horizon == 730.0
        assert scenario.equity.forgetting == 35.0
        assert (scenario.programs["welcome"].gain.value, scenario.programs["welcome"].cost) == (3.0, 1.0)
        assert scenario.programs["fix"].desk is None
        assert scenario.programs["fix"].when.event == "complaint"
        assert dict(scenario.channels) == {}
        assert scenario.policies["today"] == ()
        assert len(scenario.policies["recover"]) == 2

    def test_a_trigger_is_replaced_whole(self, tmp_path: Path) -> None:
        write(tmp_path, "programs: {mail: {when: {every: 90 days}}}\npolicies: {today: [mail]}\n", "base.yaml")
        scenario = scenario_of(tmp_path, "extends: base.yaml\nprograms: {mail: {when: {silence: 60 days}}}\n")
        assert scenario.programs["mail"].when.every is None

    def test_a_list_is_laid_in_its_order(self, tmp_path: Path) -> None:
        write(tmp_path, "name: one\ncurrency: CHF\n", "one.yaml")
        write(tmp_path, "name: two\n", "two.yaml")
        scenario = scenario_of(tmp_path, "extends: [one.yaml, two.yaml]\n")
        assert (scenario.name, scenario.currency) == ("two", "CHF")

    def test_bases_lie_relative_to_who_names_them(self, tmp_path: Path) -> None:
        write(tmp_path, "extends: deeper/b.yaml\n", "parts/a.yaml")
        write(tmp_path, "currency: CHF\n", "parts/deeper/b.yaml")
        assert scenario_of(tmp_path, "extends: parts/a.yaml\n").currency == "CHF"

    def test_a_link_out_of_the_folder_is_refused(self, tmp_path: Path) -> None:
        write(tmp_path, "currency: CHF\n", "outside.yaml")
        inside = tmp_path / "inside"
        inside.mkdir()
        os.symlink(tmp_path / "outside.yaml", inside / "link.yaml")
        os.symlink(tmp_path, inside / "folder")
        for base in ("link.yaml", "folder/outside.yaml"):
            (fault,) = faults_of(inside, f"extends: {base}\n")
            assert "leads out of the scenario's folder" in fault.message

    def test_a_link_within_the_folder_is_followed(self, tmp_path: Path) -> None:
        write(tmp_path, "currency: CHF\n", "real.yaml")
        os.symlink(tmp_path / "real.yaml", tmp_path / "link.yaml")
        assert scenario_of(tmp_path, "extends: link.yaml\n").currency == "CHF"

    def test_a_hundred_levels_are_refused(self, tmp_path: Path) -> None:
        for level in range(100):
            write(tmp_path, f"extends: l{level + 1}.yaml\n", f"l{level}.yaml")
        write(tmp_path, "name: deep\n", "l100.yaml")
        (fault,) = check(tmp_path / "l0.yaml")[1]
        assert "more than 10 levels" in fault.message

    def test_ten_levels_are_allowed(self, tmp_path: Path) -> None:
        for level in range(10):
            write(tmp_path, f"extends: l{level + 1}.yaml\n", f"l{level}.yaml")
        write(tmp_path, "name: deep\n", "l10.yaml")
        assert load(tmp_path / "l0.yaml").name == "deep"

    def test_a_flood_of_files_is_refused(self, tmp_path: Path) -> None:
        for level in range(9):
            write(tmp_path, f"extends: [{', '.join([f'l{level + 1}.yaml'] * 9)}]\n", f"l{level}.yaml")
        write(tmp_path, "name: deep\n", "l9.yaml")
        faults = check(tmp_path / "l0.yaml")[1]
        assert any(f"more than {MOST_FILES} files" in fault.message for fault in faults)

    def test_without_its_base_a_file_is_not_judged(self, tmp_path: Path) -> None:
        (fault,) = faults_of(tmp_path, "extends: nowhere.yaml\nprograms: {welcome: {gain: 3}}\n")
        assert fault.path == "extends"

    @pytest.mark.parametrize("name", ['"\\0"', f'"{"x" * 5000}"', "''", "'.'"])
    def test_impossible_names_are_refused(self, tmp_path: Path, name: str) -> None:
        (fault,) = faults_of(tmp_path, f"extends: {name}\n")
        assert fault.path == "extends"

    def test_a_fault_lies_where_it_is_written(self, tmp_path: Path) -> None:
        write(tmp_path, "name: a\nhorizon: 3\nequity: {forgetting: 10}\n", "base.yaml")
        faults = faults_of(tmp_path, "extends: base.yaml\nequity: {forgetting: 20}\n")
        places = [(Path(fault.file).name, fault.line, fault.path) for fault in faults]
        assert places == [("shop.yaml", 2, "equity.forgetting"), ("base.yaml", 2, "horizon")]


class TestSettingsAndLayers:
    def test_a_layer_lies_on_top_and_a_setting_above_it(self, tmp_path: Path) -> None:
        one = write(tmp_path, "horizon: 1 year\ncurrency: CHF\n", "one.yaml")
        two = write(tmp_path, "horizon: 18 months\n", "two.yaml")
        scenario = scenario_of(tmp_path, SHOP, {"programs.welcome.gain": "12"}, [one, two])
        assert (scenario.horizon, scenario.currency) == (547.5, "CHF")
        assert scenario.programs["welcome"].gain.value == 12.0
        assert scenario.file.endswith("shop.yaml")

    @pytest.mark.parametrize(
        ("path", "text", "read"),
        [
            ("failure.per_order", "2 %", lambda scenario: scenario.failure.per_order == 0.02),
            ("equity.choice.at_0", "30 %", lambda scenario: scenario.equity.choice.points[0] == (0.0, 0.3)),
            ("programs.reward best.gain", "12", lambda scenario: scenario.programs["reward best"].gain.value == 12),
            ("programs.v1.2.gain", "3", lambda scenario: scenario.programs["v1.2"].gain.value == 3),
            ("claims[0].by", "0.5", lambda scenario: scenario.claims[0].by.size == 0.5),
            ("policies.all[1].gain", "7", lambda scenario: scenario.policies["all"][1].gain.value == 7),
            ("policies.today", "[]", lambda scenario: scenario.policies["today"] == ()),
            ("survey.noise", "5", lambda scenario: scenario.survey.noise == 5),
            ("programs.v1.2.cost", "null", lambda scenario: scenario.programs["v1.2"].cost == 0),
            ("segments.new", "{share: 100 %}", lambda scenario: isinstance(scenario.segments["new"], Segment)),
        ],
    )
    def test_paths(self, tmp_path: Path, path: str, text: str, read: object) -> None:
        settings = {path: text}
        scenario = scenario_of(
            tmp_path,
            """
            equity: {choice: {at_0: 45 %, at_100: 85 %}}
            programs:
              reward best: {when: {every: 90 days}, gain: 10}
              v1.2: {when: lead, cost: 3}
            policies:
              today: [v1.2]
              all: [v1.2, {use: reward best, as: better, gain: 5}]
            claims: [{better: all, than: today}]
            """,
            settings,
        )
        assert callable(read)
        assert read(scenario)

    @pytest.mark.parametrize(
        ("path", "text", "message"),
        [
            ("horizn", "3 years", "unknown key"),
            ("horizon", "3", "has no unit"),
            ("programs.welcom.gain", "3", "there is no"),
            ("policies.today[7].gain", "3", "no such item"),
            ("horizon", "", "has no value"),
            ("horizon", "[3", "expected"),
            ("survey", "null", "nothing to remove"),
        ],
    )
    def test_faults_name_the_setting(self, tmp_path: Path, path: str, text: str, message: str) -> None:
        faults = faults_of(tmp_path, SHOP, {"currency": "CHF", path: text})
        assert [(fault.file, fault.line) for fault in faults] == [("--set", 2)]
        assert message in faults[0].message


class TestFiles:
    def test_what_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match="does not exist"):
            load(tmp_path / "nowhere.yaml")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match="is not a file"):
            load(tmp_path)

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_bytes("name: x\nhorizon: à".encode("latin-1"))
        (fault,) = check(path)[1]
        assert (fault.line, fault.column, "UTF-8" in fault.message) == (2, 10, True)

    def test_a_layer_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match="does not exist"):
            load(write(tmp_path, SHOP), layers=[tmp_path / "nowhere.yaml"])


def test_names_in_a_hint_do_not_act(tmp_path: Path) -> None:
    """The names that there are stand in the hint, whatever they hold."""
    text = 'programs: {"\\e[31mx": {when: purchase}}\npolicies: {today: [letter]}\n'
    (fault,) = faults_of(tmp_path, text)
    assert fault.hint == r"there is \x1b[31mx"
    assert str(fault).isprintable()
