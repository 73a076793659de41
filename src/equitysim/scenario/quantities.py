"""The types of scenario values: for each how it is read, within which bounds, and written (``quantity``)."""

import math
from contextlib import suppress
from datetime import date, timedelta
from typing import Annotated, Any, NamedTuple

from equitysim import units
from equitysim.digits import tidied
from equitysim.scenario.quantity import Quantity
from equitysim.scenario.words import one_spelling

NUMBER = r"[-+]?[0-9][0-9_]*(\.[0-9]*)?([eE][-+]?[0-9]+)?k?"
_TIME = r"(second|minute|hour|day|week|month|quarter|year)"
_PLAIN = f"^{NUMBER}$"
_SHARE = f"^{NUMBER} ?%$"
_DURATION = f"^{NUMBER} {_TIME}s?$"
_PER = f"^{NUMBER} per {_TIME}$"


def _read_flag(text: str) -> bool:
    if text in ("true", "false"):
        return text == "true"
    meant = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}.get(text.lower())
    raise units.UnitError(f"'{text}' is neither true nor false", f"write {meant or 'true or false'}")


EARLIEST = date(1600, 1, 1)
LATEST = date(9799, 12, 31)
"""Dates from which a century of history and one of horizon stay within the years 1 to 9999 that a calendar has."""


def read_date(text: str) -> date:
    """Read ``2027-01-01``. Raises UnitError, also for a date that is not between ``EARLIEST`` and ``LATEST``."""
    read = None
    if len(text) == 10:
        with suppress(ValueError):
            read = date.fromisoformat(text)
    if read is not None and not EARLIEST <= read <= LATEST:
        raise units.UnitError(f"{text} is out of range", f"must be from {EARLIEST} to {LATEST}")
    if read is not None:
        return read
    raise units.UnitError(f"'{text}' is not a date", "write a date such as 2027-01-31")


class Moment(NamedTuple):
    """A moment of the scenario: days from its start, or a date."""

    days: float
    day: date | None = None


def days_from(start: date, moment: Moment) -> float:
    """Days from the start of the horizon to a moment; negative before it."""
    return moment.days if moment.day is None else float((moment.day - start) / timedelta(days=1))


def _read_moment(text: str) -> Moment:
    if text[:4].isdigit() and text[4:5] == "-":
        return Moment(0.0, read_date(text))
    try:
        return Moment(units.duration(text))
    except units.UnitError as error:
        hint = (
            error.hint if "no unit" in error.message else "write a date such as 2027-06-01 or a span such as 20 weeks"
        )
        raise units.UnitError(error.message, hint) from None


def _write_moment(moment: Moment) -> str:
    return units.write_duration(moment.days) if moment.day is None else moment.day.isoformat()


def _read_format(text: str) -> int:
    if text != "1":
        raise units.UnitError(f"format '{text}' is not known", "this version reads format: 1")
    return 1


def _read_text(text: str) -> str:
    if not text.strip():
        raise units.UnitError("is empty", "give it a name")
    return one_spelling(text)


def write_defection(value: units.Defection) -> str:
    """A share that leaves, with what it is per."""
    return f"{units.write_share(value.share)} per {value.per}"


def _read_count_per(text: str) -> units.PerPeriod:
    read = units.per_period(text, "2 per year")
    amount, _, period = tidied(text).partition(" per ")
    try:
        units.whole(amount)
    except units.UnitError as error:
        hint = f"{error.hint} per {period}" if period else "write it such as 2 per year"
        raise units.UnitError(f"'{text}' is not a whole number per period", hint) from None
    return read


LEAST_AGAIN = (1.0, 0.1)
"""Days, and usual gaps: whoever acts again and again sooner does nothing but act."""


def _read_again(text: str) -> units.Gap:
    read = units.gap(text)
    if read.length < LEAST_AGAIN[read.usual]:
        least = "0.1 usual gaps" if read.usual else "1 day"
        raise units.UnitError(f"{text} is out of range", f"must be at least {least}")
    return read


def _read_usual_gaps(text: str) -> float:
    try:
        read = units.gap(text)
    except units.UnitError as error:
        raise units.UnitError(error.message, "write it such as 3 usual gaps") from None
    if not read.usual:
        raise units.UnitError(f"'{text}' is not in usual gaps", "write it such as 3 usual gaps")
    return read.length


def _share(high: float = 1.0, low: float = 0.0, **more: Any) -> Quantity:
    return Quantity("a share", units.share, units.write_share, _SHARE, low=low, high=high, **more)


def _number(low: float = -math.inf, high: float = math.inf, **more: Any) -> Quantity:
    return Quantity("a number", units.number, units.write_number, _PLAIN, low, high, numeric=True, **more)


def _difference(low: float) -> Quantity:
    pattern = f"^{NUMBER}( ?%( points?)?| in all| per (seed )?person)?$"
    return Quantity("a difference", units.margin, units.write_margin, pattern, low, _MONEY, numeric=True, money=True)


def _factor(low: float = 0.0, high: float = math.inf, **more: Any) -> Quantity:
    pattern = f"^{NUMBER}( ?%)?$"
    return Quantity("a number", units.factor, units.write_number, pattern, low, high, numeric=True, **more)


def _points(low: float = -math.inf, high: float = math.inf) -> Quantity:
    pattern = f"^{NUMBER}( points?)?$"
    return Quantity("points", units.points, units.write_number, pattern, low, high, numeric=True)


def _duration(**more: Any) -> Quantity:
    return Quantity("a span of time", units.duration, units.write_duration, _DURATION, **({"low": 0.0} | more))


def _whole(low: int, high: int, **more: Any) -> Quantity:
    return Quantity("a whole number", units.whole, units.write_number, _PLAIN, low, high, numeric=True, **more)


LONGEST = 36_500.0
"""A century in days: no span is longer."""
_MONEY = 1e12

Format = Annotated[int, Quantity("a format", _read_format, str, low=1, high=1, numeric=True)]
Text = Annotated[str, Quantity("text", _read_text, str, r"\S")]
Flag = Annotated[
    bool, Quantity("true or false", _read_flag, lambda flag: "true" if flag else "false", "^(true|false)$")
]
Date = Annotated[date, Quantity("a date", read_date, date.isoformat, r"^\d{4}-\d{2}-\d{2}$")]
At = Annotated[
    Moment,
    Quantity(
        "a date or a span",
        _read_moment,
        _write_moment,
        rf"^\d{{4}}-\d{{2}}-\d{{2}}$|{_DURATION}",
        low=-LONGEST,
        high=LONGEST,
    ),
]

Share = Annotated[float, _share()]
SomeShare = Annotated[float, _share(above=True)]
InnerShare = Annotated[float, _share(above=True, below=True)]
Spread = Annotated[float, _share(high=100.0)]
ABOUT_A_MEAN = _share(low=1e-6)
"""How unsure a mean is, as a share of it: any less, and values would differ in no digit that a study writes."""
SpreadOfMean = Annotated[float, ABOUT_A_MEAN]
Lift = Annotated[float, _share(low=-1.0, high=100.0)]
YearlyShare = Annotated[
    float,
    Quantity(
        "a share per year",
        units.yearly_share,
        lambda value: f"{units.write_share(value)} per year",
        rf"^{NUMBER} ?% per year$",
        low=0.0,
        high=10.0,
    ),
]
DefectionShare = Annotated[
    units.Defection,
    Quantity(
        "a share per year, purchase or renewal",
        units.defection,
        write_defection,
        rf"^{NUMBER} ?% per (year|purchase|renewal)$",
        low=0.0,
        high=1.0,
    ),
]

Number = Annotated[float, _number(0.0, 1e15)]
Positive = Annotated[float, _number(0.0, 1e15, above=True)]
AboveOne = Annotated[float, _number(1.0, 1e15, above=True)]
Money = Annotated[float, _number(-_MONEY, _MONEY, money=True)]
Cost = Annotated[float, _number(0.0, _MONEY, money=True)]
Difference = Annotated[units.Margin, _difference(-_MONEY)]
Material = Annotated[units.Margin, _difference(0.0)]
Factor = Annotated[float, _factor(0.0, 1_000.0)]
AtLeastOne = Annotated[float, _factor(1.0, 1_000.0)]
Relevance = Annotated[float, _number(-100.0, 100.0)]
Points = Annotated[float, _points(0.0, 200.0)]
Balance = Annotated[float, _points(-100.0, 100.0)]
MOST_GAIN = 200.0
"""What a touch may deposit at most, in points."""

Gain = Annotated[float, _points(-MOST_GAIN, MOST_GAIN)]
Weight = Annotated[float, _number(0.0, 1_000.0)]
Halving = Annotated[float | None, _number(0.0, 1e6, above=True, off=True)]
Tolerance = Annotated[float | None, _number(0.0, 1e6, above=True, off=True)]

Span = Annotated[float, _duration(high=LONGEST)]
SomeSpan = Annotated[float, _duration(above=True, high=LONGEST)]
Interval = Annotated[float, _duration(low=1.0, high=LONGEST)]
HalfLife = Annotated[float | None, _duration(above=True, high=LONGEST, off=True)]
Patience = Annotated[float | None, _duration(high=LONGEST, off=True)]
GammaRate = Annotated[float, _duration(above=True, high=1e9)]
Silence = Annotated[
    units.Gap,
    Quantity(
        "a span of time or usual gaps",
        units.gap,
        units.write_gap,
        rf"{_DURATION}|^{NUMBER} usual gaps?$",
        low=0.0,
        high=LONGEST,
        above=True,
    ),
]

Again = Annotated[
    units.Gap,
    Quantity(
        "a span of time or usual gaps",
        _read_again,
        units.write_gap,
        rf"{_DURATION}|^{NUMBER} usual gaps?$",
        low=0.0,
        high=LONGEST,
        above=True,
    ),
]

UsualGaps = Annotated[
    float,
    Quantity(
        "usual gaps",
        _read_usual_gaps,
        lambda value: f"{units.write_number(value)} usual gaps",
        rf"^{NUMBER} usual gaps?$",
        low=0.0,
        high=1_000.0,
        above=True,
    ),
]


def _rate(high: float) -> Quantity:
    return Quantity("a rate", units.rate, units.write_rate, _PER, low=0.0, high=high)


MOST_OCCASIONS = 1_000.0
"""Per customer and day: one in a minute and a half, all day long. More is a mistyped rate, and takes for ever."""

OccasionRate = Annotated[float, _rate(MOST_OCCASIONS)]
LeadRate = Annotated[float, _rate(1e6)]
YearRate = Annotated[
    float,
    Quantity(
        "a number per year",
        units.per_year,
        units.write_number,
        rf"^{NUMBER}( per year)?$",
        low=0.0,
        high=1e4,
        numeric=True,
    ),
]
PerPeriod = Annotated[
    units.PerPeriod,
    Quantity("an amount per period", units.per_period, units.write_per_period, _PER, low=0.0, high=_MONEY, money=True),
]
CountPer = Annotated[
    units.PerPeriod, Quantity("a number per period", _read_count_per, units.write_per_period, _PER, low=1.0, high=1e6)
]
Hours = Annotated[
    float,
    Quantity(
        "hours per week",
        units.per_week,
        lambda value: f"{units.write_number(value)} per week",
        _PER,
        low=0.0,
        high=168.0,
        above=True,
    ),
]
PerHour = Annotated[
    float,
    Quantity(
        "a cost per hour",
        units.per_hour,
        lambda value: f"{units.write_number(value)} per hour",
        rf"^{NUMBER} per hour$",
        low=0.0,
        high=_MONEY,
        money=True,
    ),
]

Count = Annotated[int, _whole(0, 1_000_000_000)]
SomeCount = Annotated[int, _whole(1, 1_000_000_000)]
Seed = Annotated[int, _whole(0, 1_000_000_000_000_000)]
Replications = Annotated[int, _whole(1, 100_000)]
MOST_TRIALS = 10_000
Trials = Annotated[int, _whole(1, MOST_TRIALS)]
Finalists = Annotated[int, _whole(2, 20)]

Index = Annotated[float, _factor(0.0, 1_000.0)]
