"""Tables as Parquet and as a workbook: the same rows, typed, described, and harmless."""

import csv
import dataclasses
import datetime
import io
import math
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest

from equitysim.cli import main
from equitysim.errors import OutputError, UsageError
from equitysim.measures.tables import TABLES, Table, from_rows
from equitysim.statistics.decision import COMPARISON_TABLES, Decision
from equitysim.study import Recording, compare, write_decision
from equitysim.study.formats import FORMATS, WORKBOOK, checked_formats, write_also
from equitysim.study.output import LOGS
from equitysim.study.sweep import sweep
from equitysim.study.sweeps.tables import NAMES
from equitysim.study.workbook import ABOUT, workbook
from tests.unit.study.full_disk import fill, needs_full
from tests.unit.study.small import SEED, small_comparison, small_decision, small_scenario
from tests.unit.study.sweeps.shop import SHOP, shop_study


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every table in every format, the logs among them."""
    folder = tmp_path_factory.mktemp("written")
    scenario = small_scenario(horizon="120 days")
    with Recording(folder, scenario.start, ledger=True, events=True) as record:
        comparison = compare(scenario, replications=2, seed=SEED, record=record, policies=["recover"])
    write_decision(folder, Decision(comparison, None, None, None), "")
    write_also(folder, comparison.context, [comparison.table(name) for name in COMPARISON_TABLES], FORMATS, LOGS)
    return folder


def cells_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", [*COMPARISON_TABLES, *LOGS])
def test_parquet_holds_the_rows_of_the_csv_file(written: Path, name: str) -> None:
    rows = pyarrow.parquet.read_table(written / f"{name}.parquet").to_pylist()
    texts = cells_of(written, name)
    assert len(rows) == len(texts) > 0
    for row, cells in zip(rows, texts, strict=True):
        assert {column: alike(value, cells[column]) for column, value in row.items()} == dict.fromkeys(cells, True)


def alike(value: object, cell: str) -> bool:
    """Whether a value of Parquet is what the cell of the CSV file says: to the last bit, undefined as empty."""
    if value is None:
        return cell == ""
    return float(cell) == value if isinstance(value, float) else str(value) == cell


def test_the_comparison_of_rows_can_fail() -> None:
    assert alike(0.1, "0.1")
    assert not alike(math.nextafter(0.1, 0), "0.1")
    assert not alike(None, "0.0")
    assert not alike("today", "'today")


@pytest.mark.parametrize("name", [*COMPARISON_TABLES, *LOGS])
def test_parquet_says_what_every_column_means(written: Path, name: str) -> None:
    schema = pyarrow.parquet.read_schema(written / f"{name}.parquet")
    assert schema.metadata[b"description"].decode() == TABLES[name].row
    assert {field.name: field.metadata[b"description"].decode() for field in schema} == TABLES[name].columns


def test_parquet_is_typed(written: Path) -> None:
    types = {name: dict(pd.read_parquet(written / f"{name}.parquet").dtypes.astype(str)) for name in ("events", "runs")}
    events = types["events"]
    assert (events["policy"], events["activity"], events["timestamp"]) == ("category", "category", "datetime64[ms]")
    assert (events["customer"], events["balance"]) == ("int64", "float64")
    assert (types["runs"]["seed"], types["runs"]["seconds"]) == ("int64", "float64")
    ledger = pyarrow.parquet.read_schema(written / "ledger.parquet")
    assert ledger.field("amount").metadata[b"unit"] == b"EUR"


def test_a_time_outside_the_calendar_is_null_and_keeps_its_day(tmp_path: Path) -> None:
    row = ("today", 0, "today/0/1", "entry", "day 99999999.00000", 1, 99999999.0, "", 0.0, 0.0, 0.0)
    early = ("today", 0, "today/0/1", "entry", "0001-01-01 00:00:00", 1, 0.0, "", 0.0, 0.0, 0.0)
    one = from_rows("events", [row, early])
    with (tmp_path / "events.csv").open("w", encoding="utf-8", newline="") as file:
        one.write(file)
    write_also(tmp_path, small_comparison().context, [], ["parquet"], ["events"])
    first, second = pyarrow.parquet.read_table(tmp_path / "events.parquet").to_pylist()
    assert (first["timestamp"], first["day"]) == (None, 99999999.0)
    assert second["timestamp"] == datetime.datetime(1, 1, 1)


def test_an_empty_table_keeps_its_types(tmp_path: Path) -> None:
    with (tmp_path / "ledger.csv").open("w", encoding="utf-8", newline="") as file:
        from_rows("ledger", []).write(file)
    write_also(tmp_path, small_comparison().context, [], ["parquet"], ["ledger"])
    read = pyarrow.parquet.read_table(tmp_path / "ledger.parquet")
    assert read.num_rows == 0
    assert str(read.schema.field("customer").type) == "int64"


def opened(content: bytes | Path) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content)


def test_the_workbook_has_a_sheet_that_explains_and_one_per_table(written: Path) -> None:
    book = opened(written / WORKBOOK)
    assert book.sheetnames == [ABOUT, *COMPARISON_TABLES]
    about = [tuple(cell or "" for cell in row) for row in book[ABOUT].iter_rows(values_only=True)]
    facts = {row[0]: row[1] for row in about}
    assert (facts["scenario"], facts["seed"], facts["horizon, days"]) == ("Small", str(SEED), "120")
    for name in COMPARISON_TABLES:
        for column, meaning in TABLES[name].columns.items():
            assert any(row[:2] == (name, column) and row[3] == meaning for row in about)
    assert any(row[0] == "ledger, events" and "Not in this workbook" in row[3] for row in about)


@pytest.mark.parametrize("name", COMPARISON_TABLES)
def test_a_sheet_holds_the_tables_values(name: str) -> None:
    table = small_comparison().table(name)
    sheet = opened(workbook(small_comparison().context, [table]))[name]
    header, *rows = sheet.iter_rows(values_only=True)
    assert header == tuple(table.columns)
    assert len(rows) == len(table)
    for row, there in zip(rows, zip(*table.columns.values(), strict=True), strict=True):
        assert list(row) == [in_a_sheet(value) for value in there]
    assert sheet.freeze_panes == "A2"


def in_a_sheet(value: object) -> object:
    """What a reader finds in the cell of a value. XlsxWriter writes 16 digits."""
    if isinstance(value, float):
        return None if math.isnan(value) else pytest.approx(value, rel=1e-15)
    return value or None if isinstance(value, str) else value


def test_numbers_look_like_what_they_are() -> None:
    table = small_comparison().table("values")
    sheet = opened(workbook(small_comparison().context, [table]))["values"]
    formats = {row[3].value: row[4].number_format for row in sheet.iter_rows(min_row=2) if row[4].value is not None}
    assert (formats["retention_12m"], formats["net_value"]) == ("0.0#%", "#,##0.00####")
    assert {row[1].number_format for row in sheet.iter_rows(min_row=2)} == {"0"}


def test_whole_numbers_that_excel_cannot_hold_are_text() -> None:
    comparison = small_comparison()
    seed = (1 << 63) - 1
    large = dataclasses.replace(comparison, context=comparison.context._replace(seed=seed))
    sheet = opened(workbook(large.context, [large.table("runs")]))["runs"]
    assert sheet["C2"].value == str(seed)


def test_a_table_that_does_not_fit_is_left_out_and_said() -> None:
    comparison = small_comparison()
    tables = [comparison.table("runs"), comparison.table("values")]
    book = opened(workbook(comparison.context, tables, most_rows=len(tables[0])))
    assert book.sheetnames == [ABOUT, "runs"]
    said = [row[3] for row in book[ABOUT].iter_rows(values_only=True) if row[0] == "values"]
    assert said == [f"Left out: its {len(tables[1]):,} rows do not fit; see values.csv."]


def test_equal_results_give_an_equal_workbook() -> None:
    comparison = small_comparison()
    tables = [comparison.table("values")]
    assert workbook(comparison.context, tables) == workbook(comparison.context, tables)


def test_a_text_is_never_a_formula_a_link_or_a_number() -> None:
    names = [
        "=1+1",
        "=cmd|'/c calc'!A1",
        "https://example.org",
        "mailto:x@example.org",
        "12",
        "{=1}",
        "_x0041_",
        "\x07",
    ]
    rows = [(name, 0, 0.0, "value", 1.0) for name in names]
    sheet = opened(workbook(small_comparison().context, [from_rows("series", rows)]))["series"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [*names[:-1], "\N{REPLACEMENT CHARACTER}"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix and cell.hyperlink is None for cell in cells)


def test_the_check_for_formulas_can_fail() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    file = io.BytesIO()
    book.save(file)
    assert opened(file.getvalue()).active["A1"].data_type == "f"


def test_a_text_longer_than_a_cell_is_cut() -> None:
    rows = [("x" * 40_000, 0, 0.0, "value", 1.0)]
    sheet = opened(workbook(small_comparison().context, [from_rows("series", rows)]))["series"]
    assert sheet["A2"].value == "x" * 32_767


@pytest.mark.parametrize(("name", "module"), [("excel", "xlsxwriter"), ("parquet", "pyarrow")])
def test_a_format_whose_extra_is_missing_is_refused_with_its_name(
    name: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checked_formats([name, name]) == (name,)
    monkeypatch.setattr("equitysim.study.formats.find_spec", lambda wanted: None if wanted == module else object())
    with pytest.raises(UsageError, match=rf"pip install 'equitysim\[{name}\]'"):
        checked_formats([name])


def test_a_missing_extra_is_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "small.yaml"
    path.write_text("name: Small\n", encoding="utf-8")
    monkeypatch.setattr("equitysim.study.formats.find_spec", lambda wanted: None)
    for options in (["compare", str(path)], ["run", str(path), "--policy", "today"]):
        assert main([*options, "--also", "excel"]) == 2
        assert "install it with: pip install 'equitysim[excel]'" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["small.yaml"]


def test_an_unknown_format_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="there is no format 'word'; there are: excel, parquet"):
        checked_formats(["word"])


def test_nothing_loads_a_format_that_nobody_asked_for(tmp_path: Path) -> None:
    before = set(sys.modules)
    write_also(tmp_path, small_comparison().context, [small_comparison().table("runs")], ())
    assert set(sys.modules) == before
    assert list(tmp_path.iterdir()) == []


@needs_full
@pytest.mark.parametrize(("also", "file"), [("excel", WORKBOOK), ("parquet", "runs.parquet")])
def test_a_full_disk_is_said_and_leaves_nothing_half(
    tmp_path: Path, also: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = small_comparison()
    write_decision(tmp_path, small_decision(), "")
    before = {path.name for path in tmp_path.iterdir()}
    fill(file, monkeypatch)
    with pytest.raises(OutputError, match=rf"cannot write .*{file}: No space left on device"):
        write_also(tmp_path, comparison.context, [comparison.table("runs")], [also])
    assert {path.name for path in tmp_path.iterdir()} == before


def test_tables_of_nothing_have_their_headings() -> None:
    empty: Table = from_rows("differences", [])
    sheet = opened(workbook(small_comparison().context, [empty]))["differences"]
    assert next(sheet.iter_rows(values_only=True)) == tuple(empty.columns)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study with its tables as Parquet."""
    path = shop_study(tmp_path_factory.mktemp("study"), shop=SHOP.replace("Small shop", "=1+1"))
    return sweep(path, also=["parquet"]).folder


@pytest.mark.parametrize(("file", "table"), NAMES.items())
def test_a_studys_parquet_holds_the_rows_of_the_csv_file_and_says_what_they_mean(
    study: Path, file: str, table: str
) -> None:
    rows = pyarrow.parquet.read_table(study / f"{file}.parquet").to_pylist()
    texts = cells_of(study, file)
    assert len(rows) == len(texts) > 0
    for row, cells in zip(rows, texts, strict=True):
        assert {column: alike(value, cells[column]) for column, value in row.items()} == dict.fromkeys(cells, True)
    schema = pyarrow.parquet.read_schema(study / f"{file}.parquet")
    assert schema.metadata[b"description"].decode() == TABLES[table].row
    assert {field.name: field.metadata[b"description"].decode() for field in schema} == TABLES[table].columns


def test_a_name_may_have_a_type_of_its_own_in_one_table(study: Path) -> None:
    types = {
        name: str(pyarrow.parquet.read_schema(study / f"{name}.parquet").field("value").type)
        for name in ("points", "values")
    }
    assert types == {"points": "string", "values": "double"}
    points = pyarrow.parquet.read_table(study / "points.parquet").to_pylist()
    assert {row["point"] for row in points} == {*range(6), None}
    assert {"2 %", "4"} <= {row["value"] for row in points if row["role"] != "fixed"}


def test_a_study_has_no_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = shop_study(tmp_path)
    with pytest.raises(UsageError, match="there is no format 'excel'; there are: parquet"):
        sweep(path, also=["excel"])
    assert main(["sweep", str(path), "--also", "excel"]) == 2
    assert "'excel' is not 'parquet'" in capsys.readouterr().err
    assert not (tmp_path / "study").exists()
