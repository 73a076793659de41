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
        "group desk limit path origin range_from end rival best_policy status parameter role source stage rung "
        "against method below above first second parameter_x parameter_y size_unit as_it_is feasible frontier fate"
    ),
    ColumnType.TEXT: "digest case_id referred_by written error x_written y_written",
    ColumnType.INTEGER: (
        "replication replications seed events seed_persons customers customer root quarter paid_back cases served "
        "abandoned longest world best point attempts "
        "seed_person orders failures referrals active clear box step limited chosen tried candidate failed"
    ),
    ColumnType.NUMBER: (
        "seconds value window_days mean low high sd confidence day amount discounted points money balance number "
        "difference difference_low difference_high people moved from_day until_day spend month wait_days utilisation "
        "touches size over_baseline over_baseline_change over_baseline_error over_runner_up over_runner_up_change "
        "over_runner_up_error share_best share_clear parameters common_luck own_luck share_in_means share share_low "
        "share_high swing first_order first_order_low first_order_high total total_low total_high absolute "
        "absolute_low absolute_high spread x y lead lead_change lead_error size_low size_high "
        "chance coverage density mass mean_low mean_high "
        "ahead ahead_low ahead_high spend_low spend_high entered last_order equity "
        "margin premium service contact reward incentive compensation acquisition own"
    ),
    ColumnType.TIME: "timestamp",
}

COLUMN_TYPES: dict[str, ColumnType] = {name: kind for kind, names in _OF_TYPE.items() for name in names.split()}
"""Type of every column by its name, where its table does not say otherwise."""

TABLE_TYPES: dict[tuple[str, str], ColumnType] = {
    ("points", "value"): ColumnType.TEXT,
    ("customers", "desk"): ColumnType.NUMBER,
}
"""Table and column that has another type there: a parameter's value is a text such as ``2 %`` or ``off``, and what a
customer cost at desks is money."""

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
    "entered": "days",
    "last_order": "days",
    "equity": "points",
    **dict.fromkeys(
        ["margin", "premium", "service", "contact", "reward", "incentive", "compensation", "acquisition", "own"],
        "{currency}",
    ),
    "spend_low": "{currency}",
    "spend_high": "{currency}",
    "over_baseline": "see column unit",
    "over_baseline_change": "see column unit",
    "over_baseline_error": "see column unit",
    "over_runner_up": "see column unit",
    "over_runner_up_change": "see column unit",
    "over_runner_up_error": "see column unit",
    "swing": "see column unit",
    "absolute": "see column unit",
    "absolute_low": "see column unit",
    "absolute_high": "see column unit",
    "lead": "see column unit",
    "lead_change": "see column unit",
    "lead_error": "see column unit",
    "mean_low": "see column unit",
    "mean_high": "see column unit",
    "ahead": "see column unit",
    "ahead_low": "see column unit",
    "ahead_high": "see column unit",
    "size_low": "see column size_unit",
    "size_high": "see column size_unit",
}
"""Units of columns that have one, with ``{currency}`` in them for money, where a table does not say otherwise."""

TABLE_UNITS: dict[tuple[str, str], str] = {
    ("series", "value"): "see column measure",
    ("customers", "desk"): "{currency}",
    ("customers", "first_order"): "days",
}
"""Units of columns that have another one, or none, in other tables."""


def type_of(table: str, column: str) -> ColumnType:
    """The type of a table's column. Raises KeyError for a column that no table has."""
    return TABLE_TYPES.get((table, column)) or COLUMN_TYPES[column]


def unit_of(table: str, column: str, currency: str) -> str:
    """The unit of a column in words; empty where it has none."""
    unit = TABLE_UNITS.get((table, column), COLUMN_UNITS.get(column, ""))
    return unit.replace("{currency}", currency)
