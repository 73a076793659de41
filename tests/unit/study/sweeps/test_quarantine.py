"""Runs that kill their workers: each becomes a failed row after three deaths, and all others finish."""

import os
from pathlib import Path
from typing import Any

import pytest

from equitysim.study.executors import DEATHS, workers
from equitysim.study.sweep import Sweep, sweep, swept
from equitysim.study.sweeps import coordinate, tasks
from equitysim.study.sweeps.coordinate import Crew
from equitysim.study.sweeps.reading import load_study
from equitysim.study.sweeps.tasks import Batch, Outcome
from equitysim.study.watch import Watch
from tests.unit.study.sweeps.shop import STUDY, shop_study

POISON = "6"
"""The welcome's gain at which a worker dies."""

STUDY_WITH_POISON = STUDY.replace("[4, 8]", "[4, 6, 8]").replace("grid: 3", "grid: 2")


def deadly(batch: Batch) -> tuple[Outcome, ...]:
    """A batch, unless it recovers customers at the deadly point."""
    for unit in batch.units:
        if unit.point.values[0] == POISON and "recover" in unit.policies:
            with open(os.environ["DEATHS_FILE"], "a", encoding="utf-8") as file:
                file.write("x")
            os._exit(1)
    return tasks.perform(batch)


def deadly_for_the_baseline(batch: Batch) -> tuple[Outcome, ...]:
    for unit in batch.units:
        if unit.point.values[0] == POISON and "today" in unit.policies:
            os._exit(1)
    return tasks.perform(batch)


def swept_with(perform: Any, path: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    monkeypatch.setattr(coordinate, "perform", perform)
    with workers(count) as crew:
        folder = path.with_suffix("")
        folder.mkdir(exist_ok=True)
        return swept(load_study(path), folder, "compiled", Crew(crew.in_order, count), Watch())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return sweep(shop_study(tmp_path_factory.mktemp("whole"), STUDY_WITH_POISON), replications=1)


def test_a_point_that_kills_its_worker_is_a_failed_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Sweep
) -> None:
    path = shop_study(tmp_path, STUDY_WITH_POISON.replace("replications: 2", "replications: 1"))
    deaths = tmp_path / "deaths"
    monkeypatch.setenv("DEATHS_FILE", str(deaths))
    done = swept_with(deadly, path, 2, monkeypatch)
    assert DEATHS <= len(deaths.read_text("utf-8")) <= 2 * DEATHS
    assert {(one.policy, one.replication) for one in done.failures} == {("recover", 0)}
    assert len(done.failures) == 2
    assert all(f"died {DEATHS} times" in one.error for one in done.failures)
    runs = done.frame("runs")
    assert set(runs.query("status == 'failed'")["attempts"]) == {DEATHS}
    columns = ["point", "policy", "digest"]
    expected = set(whole.frame("runs")[columns].itertuples(index=False))
    assert set(runs.query("status == 'done'")[columns].itertuples(index=False)) < expected
    assert len(runs.query("status == 'done'")) == 6 * 3 - 2
    monkeypatch.undo()
    assert sweep(path).digest == whole.digest


def test_without_its_baseline_nothing_can_be_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop_study(tmp_path, STUDY_WITH_POISON.replace("replications: 2", "replications: 1"))
    done = swept_with(deadly_for_the_baseline, path, 1 + 1, monkeypatch)
    assert len(done.failures) == 2 * 3
    assert {one.error.split(":")[0] for one in done.failures if one.policy != "today"} == {
        "the baseline, whose seed persons it is divided by, failed"
    }


@pytest.mark.parametrize("count", [2, 8])
def test_the_number_of_workers_changes_nothing(tmp_path: Path, whole: Sweep, count: int) -> None:
    path = shop_study(tmp_path, STUDY_WITH_POISON)
    assert sweep(path, replications=1, workers=count).digest == whole.digest
