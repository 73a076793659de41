"""Optimising a small shop: what is run, what is told of it, and that a store may be shared with a sweep."""

import contextlib
import json
import sqlite3
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from equitysim.errors import UsageError
from equitysim.figures import data, draw
from equitysim.measures.tables import TABLES as DESCRIBED
from equitysim.statistics.optimum import TABLES, Optimum
from equitysim.study.optima import search
from equitysim.study.optimise import optimise
from equitysim.study.sweep import sweep
from equitysim.study.watch import Watch
from tests.unit.study.optima.corner import SEARCH, SHOP_WITH_DESK, corner_study

SWEEP = SEARCH + "design: {grid: 2}\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corner_study(tmp_path_factory.mktemp("search"), SWEEP)


@pytest.fixture(scope="module")
def found(study: Path) -> Optimum:
    return optimise(study, out=study.parent / "whole")


def runs_in(folder: Path) -> int:
    with contextlib.closing(sqlite3.connect(folder / "study.sqlite")) as store:
        return int(store.execute("SELECT COUNT(*) FROM run").fetchone()[0])


def design_in(folder: Path) -> list[tuple[int, bytes]]:
    """The points of the sweep, as whoever analyses it finds them."""
    with contextlib.closing(sqlite3.connect(folder / "study.sqlite")) as store:
        return store.execute("SELECT position, point FROM design ORDER BY position").fetchall()


def written_in(folder: Path) -> list[tuple[int, float]]:
    """The rows as they were written; one that is run again has another place and takes another time."""
    with contextlib.closing(sqlite3.connect(folder / "study.sqlite")) as store:
        return store.execute("SELECT id, seconds FROM run ORDER BY id").fetchall()


def test_what_is_told_hangs_together(found: Optimum) -> None:
    assert len(found.candidates) == 3 + 20
    assert [one.number for one in found.candidates] == list(range(23))
    assert [one.policy for one in found.candidates[:3]] == ["today", "recover", "no flyers"]
    assert found.candidates[0].difference.mean == 0.0
    assert found.best is not None
    assert found.best.candidate.feasible
    assert found.best.candidate.number in {one.candidate.number for one in found.finalists}
    assert len(found.finalists) == 3
    assert all(one.spend.mean <= 900 for one in found.candidates if one.feasible)
    assert any(one.spend.mean > 900 for one in found.candidates)
    feasible = sorted((one.value.mean for one in found.candidates if one.feasible), reverse=True)
    assert [one.candidate.value.mean for one in found.finalists] == feasible[:3]


def test_finalists_are_judged_by_replications_that_did_not_choose_them(found: Optimum) -> None:
    assert all(one.replications >= found.goal.first_stage for one in found.finalists)
    assert all(one.value.mean != one.candidate.value.mean for one in found.finalists)
    with contextlib.closing(sqlite3.connect(found.folder / "study.sqlite")) as store:
        last = store.execute("SELECT MAX(replication) FROM run").fetchone()[0]
    assert last + 1 >= found.goal.replications + max(one.replications for one in found.finalists)


def test_the_document_is_plain_and_complete(found: Optimum) -> None:
    document = json.loads(json.dumps(found.document(), allow_nan=False))
    assert next(iter(document)) == "schema_version"
    assert document["goal"]["budget"] == 900
    assert document["best"]["levers"].keys() == set(found.levers)
    assert document["selection"]["ending"] == found.ending
    assert document["digest"] == found.digest


def test_tables_are_as_described_and_in_the_folder(found: Optimum) -> None:
    for name in TABLES:
        table = found.table(name)
        assert tuple(table.columns) == tuple(DESCRIBED[name].columns)
        assert (found.folder / f"{name}.csv").read_text("utf-8").count("\n") == len(table) + 1
    with pytest.raises(UsageError, match="there is no table 'runs'; there are: candidates, levers, finalists"):
        found.table("runs")
    assert list(found.frame("levers").columns) == ["candidate", "parameter", "setting"]


def test_the_figure_shows_every_setting_the_frontier_and_the_budget(found: Optimum) -> None:
    drawn = data.of_optimum(found)
    assert len(drawn.dots) == len(found.candidates)
    assert drawn.limit == 900
    assert [x for x, _ in drawn.edge] == sorted(x for x, _ in drawn.edge)
    assert [y for _, y in drawn.edge] == sorted(y for _, y in drawn.edge)
    assert "Budget: 900" in data.described(drawn)
    assert drawn.best is not None
    assert found.best is not None
    levers = found.setting(found.best.candidate)
    assert all(f"{path.split('.')[-1]} {text}" in drawn.best[1].label for path, text in levers.items())
    assert draw.plot(found).axes


def test_resuming_runs_nothing_and_says_the_same(found: Optimum, study: Path) -> None:
    before = written_in(found.folder)
    assert optimise(study, out=found.folder).document() == found.document()
    assert written_in(found.folder) == before


def test_a_search_that_was_begun_goes_on(found: Optimum, study: Path, tmp_path: Path) -> None:
    """Fewer trials are what an interrupted search has; what only they needed stays without changing the rest."""
    optimise(study, out=tmp_path, trials=5)
    assert optimise(study, out=tmp_path).digest == found.digest
    again = optimise(study, out=tmp_path, trials=5, budget="0.9k")
    assert [one.levers for one in again.candidates] == [one.levers for one in found.candidates[:8]]


def test_workers_change_nothing(found: Optimum, study: Path, tmp_path: Path) -> None:
    document, other = found.document(), optimise(study, out=tmp_path, workers=2).document()
    assert other == document


def test_a_sweep_and_a_search_share_a_store_in_either_order(found: Optimum, study: Path, tmp_path: Path) -> None:
    alone = sweep(study, out=tmp_path / "alone").digest
    assert sweep(study, out=tmp_path / "first").digest == alone
    before = design_in(tmp_path / "first")
    assert optimise(study, out=tmp_path / "first").digest == found.digest
    assert design_in(tmp_path / "first") == before != []
    assert sweep(study, out=tmp_path / "first").digest == alone
    assert optimise(study, out=tmp_path / "second").digest == found.digest
    assert sweep(study, out=tmp_path / "second").digest == alone
    assert optimise(study, out=tmp_path / "second").digest == found.digest
    assert runs_in(tmp_path / "first") == runs_in(tmp_path / "second")


def test_levers_may_change_their_order_in_a_store_that_is_shared(study: Path, tmp_path: Path) -> None:
    first, *others = (line for line in SWEEP.splitlines(keepends=True) if line.startswith(("  programs", "  desks")))
    turned = corner_study(tmp_path / "turned", SWEEP.replace("".join([first, *others]), "".join([*others, first])))
    said: list[str] = []
    swept = sweep(study, out=tmp_path / "out").digest
    found = optimise(turned, out=tmp_path / "out", watch=Watch(said=said.append))
    assert found.digest == optimise(turned, out=tmp_path / "alone").digest
    for again in (study, turned, study):
        assert sweep(again, out=tmp_path / "out", watch=Watch(said=said.append)).digest == swept
    assert optimise(turned, out=tmp_path / "out", watch=Watch(said=said.append)).digest == found.digest
    assert said == []


def test_a_store_of_another_seed_is_refused(found: Optimum, study: Path) -> None:
    for again in (optimise, sweep):
        with pytest.raises(UsageError, match="the seed was 1, is 2"):
            again(study, out=found.folder, seed=2)


def test_a_damaged_store_keeps_what_is_sound_of_a_search(found: Optimum, study: Path, tmp_path: Path) -> None:
    optimise(study, out=tmp_path)
    store = tmp_path / "study.sqlite"
    with contextlib.closing(sqlite3.connect(store)) as opened, opened:
        opened.execute("UPDATE run SET measures = zeroblob(length(measures)) WHERE id % 20 = 7")
    content = bytearray(store.read_bytes())
    content[:100] = bytes(100)
    store.write_bytes(content)
    said: list[str] = []
    assert optimise(study, out=tmp_path, watch=Watch(said=said.append)).digest == found.digest
    assert "is damaged" in said[0]
    kept = int(said[0].split("; ")[1].split()[0])
    assert kept > found.runs / 2


def test_the_rows_of_a_search_are_those_a_sweep_would_make(tmp_path: Path) -> None:
    """Also where the baseline's run of another point was used: return on spend depends on it."""
    text = SEARCH.replace("uncertainties:\n  failure.per_order: 2 % to 8 %\n", "")
    done = optimise(corner_study(tmp_path / "search", text), out=tmp_path / "out", trials=8)
    names = [f"  - {path}\n" for path in done.levers]
    swept = SEARCH[: SEARCH.index("levers:")] + "levers:\n" + "".join(names) + "design: {points: tried.csv}\n"
    study = corner_study(tmp_path / "sweep", f"{swept}replications: 3\n")
    rows = [",".join(one.levers) for one in done.candidates]
    study.with_name("tried.csv").write_text("\n".join([",".join(done.levers), *rows]), "utf-8")
    sweep(study, out=tmp_path / "swept")
    searched, all_of_them = _rows(tmp_path / "out"), _rows(tmp_path / "swept")
    both = searched.keys() & all_of_them.keys()
    assert len(both) >= 3 * len(done.candidates)
    assert all(searched[key] == all_of_them[key] for key in both)


def _rows(folder: Path) -> dict[object, object]:
    with contextlib.closing(sqlite3.connect(folder / "study.sqlite")) as store:
        query = "SELECT point, policy, replication, digest, measures FROM run WHERE replication < 3"
        return {row[:3]: row[3:] for row in store.execute(query)}


def test_no_setting_within_the_budget_is_told(tmp_path: Path) -> None:
    costly = corner_study(tmp_path, SEARCH.replace("levers:\n", "policies: [today, recover]\nlevers:\n", 1))
    done = optimise(costly, out=tmp_path / "out", budget=1, trials=3)
    assert (done.ending, done.best, done.finalists) == ("none within the budget", None, ())
    assert done.cheapest is not None
    assert done.document()["best"] is None


def test_failed_runs_are_rows_and_their_settings_are_not_considered(tmp_path: Path) -> None:
    text = SEARCH.replace("  desks.care.agents: 1 to 3\n", "  limits.customers: [20, 1000]\n").replace(
        "budget: 900", "budget: 9k"
    )
    done = optimise(corner_study(tmp_path, text), out=tmp_path / "out")
    assert done.failures
    assert all("limits.customers 20" in failure.values for failure in done.failures)
    lost = [one for one in done.candidates if one.failed]
    assert lost
    assert not any(one.feasible for one in lost)
    assert done.best is not None


def test_what_is_undecided_is_told(study: Path, tmp_path: Path) -> None:
    done = optimise(study, out=tmp_path, trials=3, settings={"compare.matters": "0.0001"})
    assert done.ending == "undecided"
    assert max(one.replications for one in done.finalists) == done.goal.cap
    assert sum(one.fate == "remains" for one in done.finalists) > 1


def test_the_baseline_is_told_over_the_replications_that_the_selection_looked_at(study: Path, tmp_path: Path) -> None:
    """Workers run ten at a time, so there are more than the selection needed; those after its end are nobody's."""
    done = optimise(study, out=tmp_path, trials=6, settings={"compare.matters": "0.05"})
    assert done.best is not None
    assert done.ending == "selected"
    assert done.best.replications % 10 != 0
    with contextlib.closing(sqlite3.connect(tmp_path / "study.sqlite")) as store:
        ran = store.execute("SELECT MAX(replication) + 1 FROM run").fetchone()[0] - done.goal.replications
    assert ran > done.best.replications
    assert done.reference.value.n == done.reference.spend.n == done.best.replications
    apart = done.best.value.mean - done.reference.value.mean
    assert done.best.difference.mean == pytest.approx(apart, abs=1e-12)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"compare.matters": "0"}, "state compare.matters"),
        ({"compare.measure": "roi"}, "is made of differences to the baseline"),
        ({"compare.measure": "source_base"}, "is neither better nor worse"),
    ],
)
def test_goals_of_which_nobody_could_be_sure_are_refused(
    study: Path, tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        optimise(study, out=tmp_path / "out", settings=settings)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("budget", ["-5", "lots", "1e999"])
def test_a_budget_is_an_amount_of_money(study: Path, tmp_path: Path, budget: str) -> None:
    with pytest.raises(UsageError, match="budget"):
        optimise(study, out=tmp_path / "out", budget=budget)


def test_without_optuna_nothing_is_run(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(search, "version", missing)
    with pytest.raises(UsageError, match=r"pip install 'equitysim\[optimise\]'"):
        optimise(study, out=tmp_path / "out")
    monkeypatch.setattr(search, "version", lambda _: "4.1.0")
    with pytest.raises(UsageError, match="optuna 5 or later"):
        optimise(study, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_settings_that_bring_other_people_are_divided_by_the_same(tmp_path: Path) -> None:
    """Twice the leads are a lever here: per-person figures would else be of other people."""
    text = SEARCH.replace("  desks.care.agents: 1 to 3\n", "  channels.flyers.leads: [5 per month, 50 per month]\n")
    done = optimise(
        corner_study(tmp_path, text.replace("budget: 900", "budget: 90k"), shop=SHOP_WITH_DESK), out=tmp_path / "out"
    )
    place = done.levers.index("channels.flyers.leads")
    more = [one for one in done.candidates if one.levers[place] == "50 per month" and one.policy != "no flyers"]
    assert more
    assert min(one.spend.mean for one in more) > 2.0 * done.reference.spend.mean


def test_it_shows_itself_in_a_line_and_in_a_notebook(found: Optimum) -> None:
    assert repr(found).startswith("<Optimum of 'Small search': ")
    assert len(repr(found)) <= 200
    assert found._repr_html_().count("<tr>") == 1 + len(found.finalists)
