"""``events.csv`` is what process-mining tools take: cases that are one life each, activities, times that never go
back."""

from pathlib import Path

import pandas as pd
import pytest

from equitysim.codes import Activity
from equitysim.study import Recording, compare
from tests.unit.study.small import SEED, small_scenario


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Several policies and replications in one file, read as a tool reads it."""
    folder = tmp_path_factory.mktemp("log")
    scenario = small_scenario(horizon="200 days", ltv_window="100 days")
    with Recording(folder, scenario.start, events=True) as record:
        compare(scenario, replications=2, seed=SEED, record=record)
    return pd.read_csv(folder / "events.csv", parse_dates=["timestamp"])


def mixed_cases(log: pd.DataFrame, case: str = "case_id") -> int:
    """Cases that hold more than one person, policy or replication."""
    lives = log.groupby(case)[["policy", "replication", "customer"]].nunique()
    return int((lives > 1).any(axis=1).sum())


def going_back(log: pd.DataFrame) -> int:
    """Events earlier than the one before them in their case."""
    steps = log.groupby("case_id", sort=False)["timestamp"].diff()
    return int((steps < pd.Timedelta(0)).sum())


def test_a_case_is_one_life_under_one_policy(log: pd.DataFrame) -> None:
    assert log["policy"].nunique() == 4
    assert mixed_cases(log) == 0
    assert log["case_id"].nunique() == len(log[["policy", "replication", "customer"]].drop_duplicates())


def test_the_check_of_cases_can_fail(log: pd.DataFrame) -> None:
    assert mixed_cases(log, "customer") > 0


def test_times_are_times_and_never_go_back_within_a_case(log: pd.DataFrame) -> None:
    assert str(log["timestamp"].dtype).startswith("datetime64")
    assert going_back(log) == 0
    assert going_back(log.iloc[::-1]) > 0


def test_every_event_has_its_case_activity_and_time(log: pd.DataFrame) -> None:
    assert not log[["case_id", "activity", "timestamp"]].isna().any().any()
    assert set(log["activity"]) <= {activity.name.lower() for activity in Activity}
    assert set(log.groupby("case_id")["activity"].first()) == {"entry"}


def test_rows_of_a_case_stand_together(log: pd.DataFrame) -> None:
    changes = int((log["case_id"] != log["case_id"].shift()).sum())
    assert changes == log["case_id"].nunique()


def test_the_same_person_can_be_followed_across_policies(log: pd.DataFrame) -> None:
    one = log[(log["replication"] == 0) & (log["customer"] == log["customer"].iloc[0])]
    assert one["policy"].nunique() == 4


def test_a_parse_fault_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("timestamp\n2027-13-01 00:00:00\n", encoding="utf-8")
    assert not str(pd.read_csv(path, parse_dates=["timestamp"])["timestamp"].dtype).startswith("datetime64")
