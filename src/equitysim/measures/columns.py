"""What kind of value stands in each column, whatever the table: files that have types take them from here."""

from enum import StrEnum


class ColumnType(StrEnum):
    """Kind of the values of a column.

    ``NAME``: a text out of few, such as a policy. ``TEXT``: any text. ``INTEGER``: 64 bits. ``NUMBER``: a float, empty
    where undefined. ``TIME``: date and time without a time zone.
    """

    NAME = "name"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    TIME = "time"


_OF_TYPE: dict[ColumnType, str] = {
    ColumnType.NAME: (
        "policy baseline engine scheme segment measure unit scale name kind activity program key setting grouping "
        "group desk limit path origin range_from end best_policy status parameter role as_it_is feasible frontier fate"
    ),
    ColumnType.TEXT: "digest case_id written error",
    ColumnType.INTEGER: (
        "replication replications seed events seed_persons customers customer root quarter paid_back cases served "
        "abandoned longest world best point attempts candidate failed"
    ),
    ColumnType.NUMBER: (
        "seconds value window_days mean low high sd confidence day amount discounted points money balance number "
        "difference difference_low difference_high people moved from_day until_day spend month wait_days utilisation "
        "touches size over_baseline over_baseline_change over_baseline_error over_runner_up over_runner_up_change "
        "over_runner_up_error spend_low spend_high"
    ),
    ColumnType.TIME: "timestamp",
}

COLUMN_TYPES: dict[str, ColumnType] = {name: kind for kind, names in _OF_TYPE.items() for name in names.split()}
"""Type of every column by its name; a name has one type in all tables. Only in ``points``, which no file with types
holds, ``value`` is a text (``2 %``, ``off``) and ``point`` empty for what is the same at every point."""

COLUMN_UNITS: dict[str, str] = {
    "seconds": "seconds",
    "window_days": "days",
    "day": "days",
    "points": "points",
    "balance": "points",
    "amount": "{currency}",
    "discounted": "{currency}",
    "money": "{currency}",
    "value": "see column unit",
    "mean": "see column unit",
    "low": "see column unit",
    "high": "see column unit",
    "sd": "see column unit",
    "difference": "see column unit",
    "difference_low": "see column unit",
    "difference_high": "see column unit",
    "spend_low": "{currency}",
    "spend_high": "{currency}",
    "over_baseline": "see column unit",
    "over_baseline_change": "see column unit",
    "over_baseline_error": "see column unit",
    "over_runner_up": "see column unit",
    "over_runner_up_change": "see column unit",
    "over_runner_up_error": "see column unit",
}
"""Units of columns that have one, with ``{currency}`` in them for money. In ``series`` the measure says the unit."""


def unit_of(table: str, column: str, currency: str) -> str:
    """The unit of a column in words; empty where it has none."""
    if table == "series" and column == "value":
        return "see column measure"
    return COLUMN_UNITS.get(column, "").replace("{currency}", currency)
