"""Every column has a type, the same in all tables but where one says otherwise, and holds nothing else."""

import pytest

from equitysim.measures.columns import (
    COLUMN_TYPES,
    COLUMN_UNITS,
    TABLE_TYPES,
    TABLE_UNITS,
    ColumnType,
    type_of,
    unit_of,
)
from equitysim.measures.tables import TABLES
from tests.unit.study.small import small_comparison

HOLDS: dict[ColumnType, type | tuple[type, ...]] = {
    ColumnType.NAME: str,
    ColumnType.TEXT: str,
    ColumnType.TIME: str,
    ColumnType.INTEGER: int,
    ColumnType.NUMBER: (int, float),
}


def test_every_column_has_a_type_and_no_type_is_left_over() -> None:
    described = {column for table in TABLES.values() for column in table.columns}
    assert set(COLUMN_TYPES) == described, "say in measures/columns.py what kind of value stands in it"
    assert set(COLUMN_UNITS) <= described
    assert all(column in TABLES[table].columns for table, column in (*TABLE_TYPES, *TABLE_UNITS))


def test_a_table_may_say_otherwise() -> None:
    assert type_of("points", "value") is ColumnType.TEXT
    assert type_of("study_values", "value") is type_of("values", "value") is ColumnType.NUMBER


@pytest.mark.parametrize("name", ["runs", "values", "differences", "series", "stages"])
def test_columns_hold_what_their_type_says(name: str) -> None:
    table = small_comparison().table(name)
    for column, values in table.columns.items():
        assert all(isinstance(value, HOLDS[type_of(name, column)]) for value in values), column


def test_units_of_money_are_the_scenarios() -> None:
    assert unit_of("ledger", "amount", "CHF") == "CHF"
    assert unit_of("values", "value", "CHF") == "see column unit"
    assert unit_of("series", "value", "CHF") == "see column measure"
    assert unit_of("runs", "policy", "CHF") == unit_of("desks", "desk", "CHF") == ""
    assert unit_of("customers", "desk", "CHF") == "CHF"
