"""Tables as Parquet, with types, descriptions and units: the only user of pyarrow, which the extra ``parquet`` brings.

A Parquet file is made of the CSV file beside it, batch by batch, so that a log of any length fits and both hold the
same rows and texts.
"""

from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from equitysim.measures.columns import ColumnType, type_of, unit_of
from equitysim.measures.tables import TABLES

_BATCH: Final = 1 << 24
"""Bytes of CSV read at once; no row is longer."""

_TYPES: Final[dict[ColumnType, Any]] = {
    ColumnType.NAME: pa.dictionary(pa.int32(), pa.string()),
    ColumnType.TEXT: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    # Parquet counts in milliseconds at the coarsest
    ColumnType.TIME: pa.timestamp("ms"),
}


def schema(table: str, currency: str) -> Any:
    """The Arrow schema of a table; each field's metadata holds ``description`` and, where it has one, ``unit``."""
    described = TABLES[table]
    fields = []
    for column, meaning in described.columns.items():
        unit = unit_of(table, column, currency)
        about = {"description": meaning} | ({"unit": unit} if unit else {})
        fields.append(pa.field(column, _TYPES[type_of(table, column)], metadata=about))
    return pa.schema(fields, metadata={"table": table, "description": described.row})


def convert(table: str, csv: Path, file: IO[bytes], currency: str) -> None:
    """Write a table's Parquet file from its CSV file. Empty cells become null but where a name or text may be empty."""
    target = schema(table, currency)
    with _reader(csv, table) as reader, pa.parquet.ParquetWriter(file, target) as writer:
        for batch in reader:
            writer.write_table(_typed(batch, target))


def _reader(csv: Path, table: str) -> Any:
    """Names and times arrive as text: the one are counted batch by batch, the other may lie outside the calendar."""
    plain = {
        column: pa.string() if pa.types.is_dictionary(kind) or pa.types.is_timestamp(kind) else kind
        for column in TABLES[table].columns
        for kind in (_TYPES[type_of(table, column)],)
    }
    return pa.csv.open_csv(
        csv,
        read_options=pa.csv.ReadOptions(block_size=_BATCH),
        convert_options=pa.csv.ConvertOptions(column_types=plain, null_values=[""], strings_can_be_null=False),
    )


def _typed(batch: Any, target: Any) -> Any:
    columns = []
    for field in target:
        column = batch.column(field.name)
        if pa.types.is_dictionary(field.type):
            column = column.dictionary_encode()
        elif pa.types.is_timestamp(field.type):
            parsed = pa.compute.strptime(column, format="%Y-%m-%d %H:%M:%S", unit="s", error_is_null=True)
            column = parsed.cast(field.type)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=target)
