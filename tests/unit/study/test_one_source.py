"""Document, data frames and files tell the same numbers, because they come from the same tables."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from equitysim.statistics.intervals import t_interval
from equitysim.statistics.outcome import PolicyOutcome
from equitysim.study import write_decision
from tests.unit.study.small import small_comparison, small_decision


def document() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(small_comparison().document(), allow_nan=False))
    return told


def apart(told: dict[str, Any], frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Policy and measure of every difference that the document and the frame tell otherwise."""
    rows = {(row["policy"], row["measure"]): row for row in frame.to_dict("records")}
    shown = {(row["policy"], row["measure"]): row for row in told["differences"]}
    if rows.keys() != shown.keys():
        return sorted(rows.keys() ^ shown.keys())
    return [
        key
        for key, row in rows.items()
        if any(undefined_as_none(row[name]) != shown[key][name] for name in ("mean", "low", "high"))
        or row["unit"] != shown[key]["unit"]
    ]


def undefined_as_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def test_differences_are_the_same_in_document_and_frame() -> None:
    assert apart(document(), small_comparison().frame("differences")) == []


def test_the_check_of_differences_can_fail() -> None:
    frame = small_comparison().frame("differences")
    low = frame["low"].to_numpy(copy=True)
    low[0] = np.nextafter(low[0], np.inf)
    frame["low"] = low
    assert apart(document(), frame) == [(frame["policy"][0], frame["measure"][0])]
    assert apart(document(), frame[1:]) == [(frame["policy"][0], frame["measure"][0])]


def outcome_of(policy: str) -> PolicyOutcome:
    return small_comparison().policy(policy)


def test_measures_of_the_document_are_means_of_the_values() -> None:
    values = small_comparison().frame("values")
    everybody = values[values["segment"] == "all"]
    for policy in document()["policies"]:
        for measure, told in policy["measures"].items():
            rows = everybody[(everybody["policy"] == policy["name"]) & (everybody["measure"] == measure)]
            assert set(rows["unit"]) == {told["unit"]}
            if measure in outcome_of(policy["name"]).ratios:
                estimate = small_comparison().summary(policy["name"], measure)
            else:
                estimate = t_interval(rows["value"].to_numpy(), document()["confidence"])
            expected = [undefined_as_none(number) for number in estimate[:3]]
            assert [told["mean"], told["low"], told["high"]] == expected


def test_digests_of_the_document_are_those_of_the_runs() -> None:
    runs = small_comparison().frame("runs")
    for outcome in small_comparison().policies:
        assert runs[runs["policy"] == outcome.name]["digest"].tolist() == list(outcome.digests)


@pytest.mark.parametrize("name", ["runs", "values", "differences", "series", "stages"])
def test_files_hold_what_the_frames_hold(tmp_path: Path, name: str) -> None:
    write_decision(tmp_path, small_decision(), "")
    with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    rows = small_comparison().frame(name).to_dict("records")
    assert len(cells) == len(rows)
    for cell, row in zip(cells, rows, strict=True):
        for column, value in row.items():
            if isinstance(value, str):
                assert cell[str(column)] == value
            else:
                told = cell[str(column)]
                assert (math.nan if told == "" else float(told)) == pytest.approx(value, rel=0, abs=0, nan_ok=True)
