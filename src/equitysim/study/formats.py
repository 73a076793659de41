"""The tables of a study in further formats, each by an extra: a workbook for people, Parquet for data tools."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from equitysim.arguments import named, texts
from equitysim.errors import UsageError
from equitysim.measures.files import drafted
from equitysim.measures.tables import Table
from equitysim.statistics.outcome import Context

FORMATS: Final = ("excel", "parquet")
STUDY_FORMATS: Final = ("parquet",)
"""What ``--also`` takes; the extra that brings what a format needs has the format's name. A sweep has ``STUDY_FORMATS``
alone: a sheet holds a million rows, some 15 000 runs."""

WORKBOOK: Final = "tables.xlsx"

_NEEDS: Final = {"excel": "xlsxwriter", "parquet": "pyarrow"}


def checked_formats(also: Sequence[str], available: Sequence[str] = FORMATS) -> tuple[str, ...]:
    """The formats, each once, if they can be written here; to be asked before a long run. Raises ``errors.UsageError``
    for an unknown one, and for one whose extra is not installed."""
    names = texts("also", also, f"names of formats, such as {available[-1]!r}")
    for name in names:
        named("format", name, available)
        if find_spec(_NEEDS[name]) is None:
            raise UsageError(f"--also {name} needs {_NEEDS[name]}; install it with: pip install 'equitysim[{name}]'")
    return tuple(dict.fromkeys(names))


def write_also(
    folder: Path, context: Context, tables: Sequence[Table], also: Sequence[str], logs: Sequence[str] = ()
) -> None:
    """Write the tables in further formats, beside their CSV files, which are there already.

    ``logs``: tables written while the study ran, such as ``events``; a workbook could not hold them. Raises
    ``errors.OutputError`` that names path and cause.
    """
    if "parquet" in also:
        names = [*(table.name for table in tables), *logs]
        write_parquet(folder, dict(zip(names, names, strict=True)), context.currency)
    if "excel" in also:
        from equitysim.study.workbook import workbook

        content = workbook(context, tables)
        with drafted(folder / WORKBOOK) as draft:
            draft.write_bytes(content)


def write_parquet(folder: Path, names: Mapping[str, str], currency: str) -> None:
    """Write Parquet files beside CSV files. ``names``: name of the files → of the table that describes them. Raises
    ``errors.OutputError`` that names path and cause."""
    from equitysim.measures.parquet import convert

    for name, table in names.items():
        with drafted(folder / f"{name}.parquet") as draft, draft.open("wb") as file:
            convert(table, folder / f"{name}.csv", file, currency)
