"""The files of a study's tables: put together from texts, the same bytes as the tables themselves write."""

import csv
import io
from pathlib import Path

import pytest

from equitysim.study.sweep import Sweep, sweep
from equitysim.study.sweeps import study, tables
from equitysim.study.sweeps.tables import NAMES
from tests.unit.study.sweeps.shop import SHOP, shop_study

STUDY = """\
format: 1
scenario: shop.yaml
uncertainties: {failure.per_order: 2 % to 8 %, horizon: [1 year, 13 months]}
design: {grid: 2}
replications: 2
customers: 30
"""

HOSTILE = (
    SHOP.replace("  regulars:", '  "=1+1":')
    .replace("  others: ", "  'a, \"b\"; =c':")
    .replace("today: ", '"-today": ')
    .replace("baseline: today", 'baseline: "-today"')
)
"""Names that a spreadsheet would compute with, or that end a cell."""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return sweep(shop_study(tmp_path_factory.mktemp("hostile"), STUDY, shop=HOSTILE))


def by_the_table(done: Sweep, name: str) -> bytes:
    text = io.StringIO(newline="")
    done.table(name).write(text)
    return text.getvalue().encode()


def by_the_file(done: Sweep, name: str) -> bytes:
    return (done.folder / f"{name}.csv").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_bytes_of_its_table(done: Sweep, name: str) -> None:
    assert by_the_file(done, name) == by_the_table(done, name)


def test_names_stay_texts_and_numbers_numbers(done: Sweep) -> None:
    with (done.folder / "values.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["segment"] for row in rows} == {"all", "'=1+1", 'a, "b";\' =c'}
    assert "'-today" in {row["policy"] for row in rows}
    assert any(row["value"].startswith("-") for row in rows)
    assert "" in {row["value"] for row in rows}
    assert "nan" not in {row["value"] for row in rows}
    assert {row["window_days"] for row in rows if row["measure"] == "spend"} == {"365.0", repr(365.0 * 13 / 12)}


def test_pieces_make_no_difference(done: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    before = by_the_file(done, "values")
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 200)
    again = sweep(Path(done.study.file), out=done.folder)
    assert by_the_file(again, "values") == before


@pytest.mark.parametrize("fault", ["texts as they are", "undefined is nan"])
def test_another_way_of_writing_would_be_seen(done: Sweep, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted faults: cells that are not made harmless, and numbers that are written whatever they are."""
    if fault == "texts as they are":
        monkeypatch.setattr(tables, "line", lambda *cells: ",".join(map(str, cells)))
    else:
        monkeypatch.setattr("math.isnan", lambda value: False)
    again = sweep(Path(done.study.file), out=done.folder)
    monkeypatch.undo()
    assert by_the_file(again, "values") != by_the_table(done, "values")


def test_a_point_is_read_once_for_all_its_runs(done: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where windows depend on the point: with every row it would take most of the time."""
    read: list[tuple[str, ...]] = []
    real = study.scenario_at

    def noted(root: object, factors: object, values: tuple[str, ...]) -> object:
        read.append(values)
        return real(root, factors, values)  # type: ignore[arg-type]

    monkeypatch.setattr(tables, "scenario_at", noted)
    done.table("values")
    assert len(read) == len(set(read)) == 4
