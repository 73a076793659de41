"""The folder a study leaves behind."""

import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest

from equitysim.errors import OutputError
from equitysim.measures.tables import TABLES
from equitysim.statistics.decision import COMPARISON_TABLES
from equitysim.statistics.reason_tables import REASON_TABLES
from equitysim.study import Recording, compare, run, write_decision, write_run
from equitysim.study.output import RESOLVED, RUN_TABLES, RowScribe, heading, replacing
from tests.unit.study.full_disk import fill, needs_full
from tests.unit.study.small import SEED, small_comparison, small_decision, small_scenario


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_decision_leaves_its_tables_and_the_resolved_scenario(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    write_decision(folder, small_decision(), "format: 1\n")
    wanted = (*COMPARISON_TABLES, *REASON_TABLES)
    assert names(folder) == {f"{name}.csv" for name in wanted} | {RESOLVED}
    for name in wanted:
        assert list(rows(folder / f"{name}.csv")[0]) == list(TABLES[name].columns)
    resolved = (folder / RESOLVED).read_text(encoding="utf-8")
    assert resolved.endswith("\nformat: 1\n")
    assert all(line.startswith("# ") for line in resolved.splitlines()[:-1])


def test_tables_that_an_earlier_decision_left_are_removed(tmp_path: Path) -> None:
    for name in ("worlds.csv", "mine.csv"):
        (tmp_path / name).write_text("left\n")
    write_decision(tmp_path, small_decision(), "")
    assert "worlds.csv" not in names(tmp_path)
    assert (tmp_path / "mine.csv").read_text() == "left\n"


def test_numbers_of_the_file_are_those_of_the_comparison(tmp_path: Path) -> None:
    write_decision(tmp_path, small_decision(), "")
    for row in rows(tmp_path / "values.csv"):
        outcome = small_comparison().policy(row["policy"])
        values = outcome.values if row["segment"] == "all" else outcome.by_segment[row["segment"]]
        expected = values[row["measure"]][int(row["replication"])]
        assert row["value"] == "" if math.isnan(expected) else float(row["value"]) == expected


def test_a_run_leaves_no_differences(tmp_path: Path) -> None:
    write_run(tmp_path, run(small_scenario(horizon="60 days"), "today", replications=1), "")
    assert names(tmp_path) == {f"{name}.csv" for name in RUN_TABLES} | {RESOLVED}


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_decision(tmp_path / folder, small_decision(), "")
        write_decision(tmp_path / folder, small_decision(), "")
    for name in names(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_name_cannot_leave_its_comment() -> None:
    context = small_comparison().context
    evil = context.scenario._replace(file="x\nformat: 2")
    text = heading(context._replace(scenario=evil))
    assert all(line.startswith("# ") for line in text.splitlines())


def test_ledger_and_events_of_every_run(tmp_path: Path) -> None:
    scenario = small_scenario(horizon="120 days", discount="0 % per year")
    with Recording(tmp_path, scenario.start, ledger=True, events=True) as record:
        comparison = compare(scenario, replications=2, seed=SEED, record=record, policies=["recover"])
    ledger, events = rows(tmp_path / "ledger.csv"), rows(tmp_path / "events.csv")
    for outcome in comparison.policies:
        for replication in (0, 1):
            key = (outcome.name, str(replication))
            spent = math.fsum(
                -float(row["discounted"])
                for row in ledger
                if (row["policy"], row["replication"]) == key and row["kind"] not in {"margin", "premium", "service"}
            )
            hours = 2.0 * 6.0 / 7.0 * 120.0 if outcome.name == "recover" else 0.0
            persons = outcome.seed_persons[replication]
            assert (spent + hours) / persons == pytest.approx(outcome.values["spend"][replication])
            count = sum((row["policy"], row["replication"]) == key for row in events)
            assert count == outcome.events[replication]
    assert names(tmp_path) == {"ledger.csv", "events.csv"}


def test_recording_does_not_change_a_result(tmp_path: Path) -> None:
    scenario = small_scenario(horizon="120 days")
    plain = run(scenario, "recover", replications=1)
    with Recording(tmp_path, scenario.start, events=True) as record:
        assert run(scenario, "recover", replications=1, record=record).outcome.digest == plain.outcome.digest


def test_only_what_is_wanted_is_recorded(tmp_path: Path) -> None:
    scenario = small_scenario(horizon="30 days")
    with Recording(tmp_path, scenario.start, ledger=True) as record:
        assert record.scribe.log is None
        run(scenario, "today", replications=1, record=record)
    assert names(tmp_path) == {"ledger.csv"}


class Elsewhere(Recording):
    """Whose scribe is on a machine that does not see the folder."""

    @property
    def scribe(self) -> RowScribe:
        return replace(super().scribe, folder=Path("/nowhere/to/be/seen"))


def test_rows_travel_with_the_result_where_the_folder_is_not_seen(tmp_path: Path) -> None:
    scenario = small_scenario(horizon="60 days")
    for recording, folder in ((Recording, tmp_path / "here"), (Elsewhere, tmp_path / "elsewhere")):
        with recording(folder, scenario.start, ledger=True, events=True) as record:
            run(scenario, "recover", replications=2, record=record)
    assert names(tmp_path / "elsewhere") == {"ledger.csv", "events.csv"}
    for name in ("ledger.csv", "events.csv"):
        assert len(rows(tmp_path / "here" / name)) > 10
        assert (tmp_path / "elsewhere" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_a_folder_as_seen_from_here_is_told_to_workers_as_a_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Recording(Path("out"), small_scenario().start, events=True) as record:
        folder = record.scribe.folder
        assert folder.is_dir()
        assert folder.is_absolute()


def full_disk(path: Path) -> None:
    with replacing(path) as file:
        file.write("new")
        raise OSError(28, "No space left on device")


def test_what_stood_there_stays_if_writing_fails(tmp_path: Path) -> None:
    target = tmp_path / "values.csv"
    target.write_text("old")
    with pytest.raises(OutputError, match=r"cannot write .*values\.csv: No space left on device"):
        full_disk(target)
    assert target.read_text() == "old"
    assert names(tmp_path) == {"values.csv"}


def test_another_fault_is_not_renamed(tmp_path: Path) -> None:
    with pytest.raises(KeyError), replacing(tmp_path / "x.csv"):
        raise KeyError("x")
    assert names(tmp_path) == set()


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match=r"cannot write .*runs\.csv"):
        write_decision(tmp_path / "out", small_decision(), "")


@needs_full
def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = small_scenario(horizon="120 days")
    fill("events.csv", monkeypatch)
    with (
        pytest.raises(OutputError, match=r"events\.csv: No space left"),
        Recording(tmp_path, scenario.start, events=True) as record,
    ):
        compare(scenario, replications=1, record=record)
    assert names(tmp_path) == set()
