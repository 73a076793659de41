"""Tidy tables: their columns, described once for files, data frames and the documentation, and how they become CSV.

Replications are rows. Numbers are written so that reading them back gives the same number; undefined is an empty cell.
"""

import csv
import datetime
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from equitysim.arguments import named
from equitysim.codes import Activity, Kind
from equitysim.measures.analysis_tables import ANALYSIS_TABLES
from equitysim.measures.compare_tables import COMPARE_TABLES
from equitysim.measures.described import Description
from equitysim.measures.study_tables import OPTIMUM_TABLES, STUDY_TABLES
from equitysim.measures.text import cell
from equitysim.plan import Plan
from equitysim.result import Result

if TYPE_CHECKING:
    import pandas as pd

TABLES: dict[str, Description] = {
    **COMPARE_TABLES,
    **STUDY_TABLES,
    **OPTIMUM_TABLES,
    **ANALYSIS_TABLES,
}
"""Every table by its name."""


@dataclass(frozen=True, eq=False)
class Table:
    """One tidy table: columns of equal length under the names that :data:`TABLES` describes. Raises ValueError if
    they are not."""

    name: str
    columns: Mapping[str, Sequence[Any]]

    def __post_init__(self) -> None:
        described = tuple(TABLES[self.name].columns)
        if tuple(self.columns) != described:
            raise ValueError(f"table {self.name} has columns {tuple(self.columns)}, described are {described}")
        lengths = {len(column) for column in self.columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"table {self.name} has columns of lengths {sorted(lengths)}")

    def __repr__(self) -> str:
        return f"<Table {self.name}: {len(self)} rows, {len(self.columns)} columns>"

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def frame(self) -> "pd.DataFrame":
        """As a pandas DataFrame, texts as people wrote them."""
        import pandas as pd

        return pd.DataFrame(dict(self.columns))

    def write(self, file: IO[str], *, header: bool = True) -> None:
        """As CSV to a text file opened with ``newline=""``. Without ``header`` only the rows, to add to a file that
        has one."""
        writer = csv.writer(file, lineterminator="\n")
        if header:
            writer.writerow(self.columns)
        writer.writerows(zip(*map(_written_all, self.columns.values()), strict=True))


def _written_all(column: Sequence[Any]) -> Sequence[Any]:
    """A column as the writer is to be given it, which writes whole numbers and floats itself. Asking once for all kinds
    in it takes a third of asking every cell."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return list(map(cell, column))
    if kinds == {float}:
        return ["" if math.isnan(value) else value for value in column]
    return column if kinds == {int} else [_written(value) for value in column]


def _written(value: object) -> str:
    if isinstance(value, str):
        return cell(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    return str(value)


def line(*cells: object) -> str:
    """Cells as they stand in a CSV file, separated by commas, without the end of a line."""
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(map(_written, cells))
    return written.getvalue()


def from_rows(name: str, rows: Iterable[Sequence[Any]]) -> Table:
    """A table from its rows. Raises ValueError if a row has another number of cells than there are columns."""
    described = tuple(TABLES[name].columns)
    kept = list(rows)
    columns = list(zip(*kept, strict=True)) if kept else [()] * len(described)
    return Table(name, dict(zip(described, columns, strict=True)))


def known(name: str, available: Iterable[str]) -> str:
    """The name, if it is a table to be had here. Raises ``errors.UsageError`` that names the others."""
    return named("table", name, tuple(available))


def ledger(result: Result, undiscounted: Result | None) -> Table:
    """Each customer's money by kind in canonical order, without zeros.

    ``undiscounted``: the same run at no discount. Raises ValueError without it.
    """
    if undiscounted is None:
        raise ValueError("this run has no twin without discounting")
    customers = result.customers
    amounts = customers["ledger"]
    who, kind = np.nonzero(amounts)
    names = [member.name.lower() for member in Kind]
    columns = (
        [result.policy] * who.size,
        [result.replication] * who.size,
        customers["identity"][who].tolist(),
        customers["root"][who].tolist(),
        [names[k] for k in kind.tolist()],
        undiscounted.customers["ledger"][who, kind].tolist(),
        amounts[who, kind].tolist(),
    )
    return Table("ledger", dict(zip(TABLES["ledger"].columns, columns, strict=True)))


def events(result: Result, plan: Plan, start: datetime.date) -> Table:
    """The event log, each customer's events in their order. Raises ValueError for a run that kept no log."""
    log = result.log
    if log is None:
        raise ValueError("this run kept no event log")
    names = [member.name.lower() for member in Activity]
    days = log["time"].tolist()
    columns = (
        [result.policy] * len(log),
        [result.replication] * len(log),
        [f"{result.policy}/{result.replication}/{customer}" for customer in log["customer"].tolist()],
        [names[activity] for activity in log["activity"].tolist()],
        [timestamp(start, day) for day in days],
        log["customer"].tolist(),
        days,
        ["" if program < 0 else plan.names.programs[program] for program in log["program"].tolist()],
        log["points"].tolist(),
        # A cost of nothing is booked as -0.0, which adding 0.0 makes plain.
        (log["money"] + 0.0).tolist(),
        log["balance"].tolist(),
    )
    return Table("events", dict(zip(TABLES["events"].columns, columns, strict=True)))


def timestamp(start: datetime.date, day: float) -> str:
    """Date and time ``day`` days after the first moment of ``start``, to the second; outside the years 1 to 9999 only
    the day."""
    try:
        moment = datetime.datetime.combine(start, datetime.time()) + datetime.timedelta(days=day)
    except OverflowError:
        return f"day {day:.5f}"
    return moment.isoformat(sep=" ", timespec="seconds")
