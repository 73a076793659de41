"""Tables: one description for every column, files that read back as they were, text that does no harm."""

import csv
import datetime
import io
import math
from pathlib import Path
from unicodedata import category

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitysim.codes import Activity, Kind
from equitysim.errors import UsageError
from equitysim.measures import describe, registry, tables
from equitysim.measures.tables import TABLES, Table, from_rows, known
from equitysim.measures.text import cell, harmless
from tests.unit.measures.made_result import buyer, made_log, made_plan, made_result, referred

START = datetime.date(2027, 1, 1)
PAGE = Path(__file__).parents[3] / "docs" / "tables.md"


def written(table: Table) -> list[list[str]]:
    file = io.StringIO(newline="")
    table.write(file)
    return list(csv.reader(io.StringIO(file.getvalue(), newline="")))


def series(*rows: tuple[object, ...]) -> Table:
    return from_rows("series", rows)


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe.page(), "write what describe.page() returns to docs/tables.md"


def test_the_page_has_every_column_and_measure() -> None:
    page = describe.page()
    for description in TABLES.values():
        assert all(f"| `{column}` | {meaning} |" in page for column, meaning in description.columns.items())
    assert all(f"| `{name}` |" in page for name in registry.MEASURES)


def test_columns_are_those_described() -> None:
    with pytest.raises(ValueError, match="described are"):
        Table("series", {"policy": ["a"], "day": [1.0]})


def test_columns_have_one_length() -> None:
    columns = {name: ["x"] for name in TABLES["series"].columns}
    with pytest.raises(ValueError, match="lengths"):
        Table("series", {**columns, "value": []})


def test_rows_have_as_many_cells_as_there_are_columns() -> None:
    with pytest.raises(ValueError, match="shorter"):
        series(("today", 0, 1.0, "active"))


def test_numbers_read_back_as_they_were_and_undefined_is_empty() -> None:
    values = [0.1 + 0.2, 1e-300, -5.0, 1e22, math.nan, 12]
    rows = written(series(*(("today", 0, 0.0, "value", value) for value in values)))
    assert rows[0] == list(TABLES["series"].columns)
    cells = [row[-1] for row in rows[1:]]
    assert [float(text) for text in cells if text] == [value for value in values if not math.isnan(value)]
    assert cells[4] == ""
    assert cells[2] == "-5.0"


def test_an_empty_table_has_its_header() -> None:
    assert written(series()) == [list(TABLES["series"].columns)]
    assert list(series().frame().columns) == list(TABLES["series"].columns)


def test_rows_can_be_added_under_one_header() -> None:
    file = io.StringIO(newline="")
    table = series(("today", 0, 0.0, "value", 1.0))
    table.write(file)
    table.write(file, header=False)
    assert len(file.getvalue().splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+10 %", "'+10 %"),
        ("-10 %", "'-10 %"),
        ("@home", "'@home"),
        ("\tx", "' x"),
        ("\r=x", "' =x"),
        ("  =x", "'  =x"),
        ("＝x", "'＝x"),
        ("＋x", "'＋x"),
        ("－x", "'－x"),
        ("＠x", "'＠x"),
        ("\N{ZERO WIDTH JOINER}=x", "'\N{ZERO WIDTH JOINER}=x"),
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("x;=1+1", "x;'=1+1"),
        ("x; +1;-2", "x;' +1;'-2"),
        ("x;y=1", "x;y=1"),
        ("today", "today"),
        ("a=b", "a=b"),
        ("", ""),
        ("   ", "   "),
        ("two\nlines", "two lines"),
        ("bell\x07", "bell\N{REPLACEMENT CHARACTER}"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}evil", "\N{REPLACEMENT CHARACTER}evil"),
        ("lone \ud800", "lone \N{REPLACEMENT CHARACTER}"),
        ("Grüße, «日本» 👩‍🚀", "Grüße, «日本» 👩‍🚀"),
    ],
)
def test_text_does_no_harm(text: str, shown: str) -> None:
    assert cell(text) == shown


@given(st.text(alphabet=st.characters(), max_size=30))
def test_the_quick_way_changes_nothing(text: str) -> None:
    assert harmless(text) == "".join(harmless(character) if character != " " else " " for character in text)
    assert not any(category(character) in ("Cc", "Cn", "Co", "Cs", "Zl", "Zp") for character in harmless(text))


def test_quotes_commas_and_names_of_any_length_read_back() -> None:
    name = 'a "quoted", <b>name</b>' * 500
    assert written(series((name, 0, 0.0, "value", 1.0)))[1][0] == name


def test_a_frame_holds_names_as_they_were_written() -> None:
    assert series(("=today", 0, 0.0, "value", 1.0)).frame()["policy"].tolist() == ["=today"]


def test_the_ledger_lists_what_is_not_zero_in_canonical_order() -> None:
    costs = {Kind.MARGIN: 2.0, Kind.CONTACT: -0.5}
    people = [buyer(1, 0.0, 0.0, 3.0), {}, buyer(1, 0.0, 0.0, 0.0, ledger=costs, **referred(1, 1))]
    as_paid = made_result(people)
    as_paid.customers["ledger"] *= 2.0
    rows = written(tables.ledger(made_result(people), as_paid))
    assert [row[2:] for row in rows[1:]] == [
        ["1", "1", "margin", "6.0", "3.0"],
        ["3", "1", "margin", "4.0", "2.0"],
        ["3", "1", "contact", "-1.0", "-0.5"],
    ]


def test_a_ledger_wants_the_run_without_discounting() -> None:
    with pytest.raises(ValueError, match="without discounting"):
        tables.ledger(made_result([]), None)


def test_events_have_a_time_of_the_calendar_and_their_program() -> None:
    plan = made_plan()
    plan = plan._replace(names=plan.names._replace(programs=("welcome",)))
    log = made_log([(-0.5, 7, Activity.ENTRY, -1, 0.0, -0.0, 0.0), (31.25, 7, Activity.TOUCH, 0, 8.0, -1.5, 8.0)])
    rows = written(tables.events(made_result([{}], log=log), plan, START))
    case = rows[1][2]
    assert case == rows[2][2] == f"{rows[1][0]}/{rows[1][1]}/7"
    assert rows[1][3:] == ["entry", "2026-12-31 12:00:00", "7", "-0.5", "", "0.0", "0.0", "0.0"]
    assert rows[2][3:] == ["touch", "2027-02-01 06:00:00", "7", "31.25", "welcome", "8.0", "-1.5", "8.0"]


@pytest.mark.parametrize(("start", "day"), [(datetime.date.max, 2.0), (datetime.date.min, -1.0), (START, 1e12)])
def test_a_time_outside_the_calendar_is_a_day(start: datetime.date, day: float) -> None:
    assert tables.timestamp(start, day) == f"day {day:.5f}"


def test_no_log_is_no_empty_table() -> None:
    with pytest.raises(ValueError, match="kept no event log"):
        tables.events(made_result([{}]), made_plan(), START)


def test_an_unknown_table_is_a_usage_error_that_names_the_others() -> None:
    with pytest.raises(UsageError, match=r"'rows'.*runs, values"):
        known("rows", ("runs", "values"))


CELLS = st.one_of(st.text(max_size=5), st.integers(), st.floats(), st.sampled_from(["=1", "", "today"]))


@given(st.lists(st.tuples(CELLS, st.integers(), st.floats(), st.text(max_size=3), st.floats().map(np.float64))))
def test_columns_are_written_as_their_cells_are(rows: list[tuple[object, ...]]) -> None:
    """A column is asked once for what is in it; the bytes are those of asking every cell."""
    table = series(*rows)
    whole, one_by_one = io.StringIO(newline=""), io.StringIO(newline="")
    table.write(whole, header=False)
    csv.writer(one_by_one, lineterminator="\n").writerows([list(map(tables._written, row)) for row in rows])
    assert whole.getvalue() == one_by_one.getvalue()
