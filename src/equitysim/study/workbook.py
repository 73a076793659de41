"""The small tables of a study as one Excel workbook: the only user of XlsxWriter, which the extra ``excel`` brings.

Numbers are numbers and undefined cells are empty. A text is a text whatever it begins with: it is marked as such, so
that editing the cell does not turn it into a formula either.
"""

import datetime
import io
import math
from collections.abc import Sequence
from typing import Any, Final

import xlsxwriter

from equitysim.digits import rounded
from equitysim.measures.columns import ColumnType, type_of, unit_of
from equitysim.measures.tables import TABLES, Table
from equitysim.measures.text import harmless
from equitysim.statistics.outcome import Context

ABOUT: Final = "about"
"""The first sheet, which explains the others."""

MOST_ROWS: Final = 1_048_575
"""Rows that a sheet of Excel holds below its headings."""

LONGEST_TEXT: Final = 32_767
"""Characters that a cell of Excel holds."""

_EXACT: Final = 1 << 53
"""Whole numbers up to this are exact as a float, and Excel knows no other number."""

_CREATED: Final = datetime.datetime(2000, 1, 1)
"""The file must state a date; a fixed one, so that equal results give equal files."""

_WIDTHS: Final = {ColumnType.NAME: 24, ColumnType.TEXT: 24, ColumnType.TIME: 20}
_NUMBER_WIDTH: Final = 14


def workbook(context: Context, tables: Sequence[Table], most_rows: int = MOST_ROWS) -> bytes:
    """The workbook's bytes: a sheet that explains, and one for each table that fits; one with more than ``most_rows``
    rows is left out, and the first sheet says so."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": "equitysim", "created": _CREATED})
        formats = _formats(book)
        _about(book.add_worksheet(ABOUT), formats, context, tables, most_rows)
        for table in tables:
            if len(table) <= most_rows:
                _sheet(book.add_worksheet(table.name), formats, table)
    return target.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    settings: dict[str, dict[str, Any]] = {
        "head": {"bold": True, "bottom": 1, "quote_prefix": True},
        "text": {"quote_prefix": True},
        "prose": {"quote_prefix": True, "text_wrap": True, "valign": "top"},
        "integer": {"num_format": "0"},
        "number": {"num_format": "#,##0.00####"},
        "share": {"num_format": "0.0#%"},
    }
    return {name: book.add_format(setting) for name, setting in settings.items()}


def _sheet(sheet: Any, formats: dict[str, Any], table: Table) -> None:
    names = list(table.columns)
    shares = [unit == "share" for unit in table.columns.get("unit", [""] * len(table))]
    for place, name in enumerate(names):
        kind = type_of(table.name, name)
        sheet.set_column(place, place, _WIDTHS.get(kind, _NUMBER_WIDTH))
        _text(sheet, 0, place, name, formats["head"])
        # confidence and days keep their own unit beside a share
        measured = unit_of(table.name, name, "") == "see column unit"
        for row, value in enumerate(table.columns[name], start=1):
            number = "share" if measured and shares[row - 1] else "number"
            _cell(sheet, row, place, value, formats, number)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table), 1), len(names) - 1)


def _cell(sheet: Any, row: int, column: int, value: object, formats: dict[str, Any], number: str) -> None:
    if isinstance(value, str):
        _text(sheet, row, column, value, formats["text"])
    elif isinstance(value, int):
        if abs(value) > _EXACT:
            _text(sheet, row, column, str(value), formats["text"])
        else:
            sheet.write_number(row, column, value, formats["integer"])
    elif isinstance(value, float) and math.isfinite(value):
        sheet.write_number(row, column, value, formats[number])


def _text(sheet: Any, row: int, column: int, text: str, look: Any) -> None:
    if text:
        sheet.write_string(row, column, harmless(text)[:LONGEST_TEXT], look)


def _about(sheet: Any, formats: dict[str, Any], context: Context, tables: Sequence[Table], most_rows: int) -> None:
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, 2, 18)
    sheet.set_column(3, 3, 90)
    rows: list[tuple[str, ...]] = [*_facts(context), ()]
    heads = {0, len(rows)}
    rows.append(("sheet", "column", "unit", "meaning"))
    for table in tables:
        description = TABLES[table.name]
        if len(table) > most_rows:
            rows.append((table.name, "", "", f"Left out: its {len(table):,} rows do not fit; see {table.name}.csv."))
            continue
        rows.append((table.name, "", "", description.row))
        for column, meaning in description.columns.items():
            rows.append((table.name, column, unit_of(table.name, column, context.currency), meaning))
    rows.append(("ledger, events", "", "", "Not in this workbook: they may have more rows than a sheet holds."))
    for row, cells in enumerate(rows):
        for place, text in enumerate(cells):
            _text(sheet, row, place, text, formats["head" if row in heads else "prose"])


def _facts(context: Context) -> list[tuple[str, ...]]:
    computed = context.provenance
    people = "the scenario's own number" if context.customers is None else f"about {context.customers}"
    return [
        ("equitysim", computed.equitysim),
        ("hash of its source files", computed.sources),
        ("scenario", context.scenario.name),
        ("file", context.scenario.file),
        ("SHA-256 of its content", context.scenario.hash),
        ("horizon, days", rounded(context.horizon_days, 10)),
        ("lifetime value over, days", rounded(context.ltv_window_days, 10)),
        ("currency", context.currency),
        ("decision measure", context.measure),
        ("differences that matter", f"{rounded(context.matters, 10)} {context.units[context.measure]}"),
        ("confidence of intervals", rounded(context.confidence, 10)),
        ("seed", str(context.seed)),
        ("replications", str(context.replications)),
        ("seed persons", people),
        ("scenario's people per simulated one", rounded(context.scale, 10)),
        ("engine", context.engine),
        ("draws", computed.scheme),
        ("Python, NumPy, platform", f"{computed.python}, {computed.numpy}, {computed.platform}"),
    ]
