"""Quantities as people write them, read into canonical numbers and written back: days, per day, fractions, money.

Every reader takes text and returns a float (or a named tuple of floats) and every writer returns text that its reader
turns into the very same float: arithmetic goes through ``decimal``, so ``10 weeks`` is exactly 70.0 days on every
machine. A year is 365 days and a month 365/12 (model §1). A bare number where a unit belongs is an error, except 0,
which is the same in every unit.
"""

import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from equitysim.digits import EXACT, UnitError, apart, bare, decimal, meant, plain, significant, tidied, whole

__all__ = ["UnitError", "decimal", "whole"]

DAYS: dict[str, Decimal] = {
    "second": EXACT.divide(1, 86_400),
    "minute": EXACT.divide(1, 1_440),
    "hour": EXACT.divide(1, 24),
    "day": Decimal(1),
    "week": Decimal(7),
    "month": EXACT.divide(365, 12),
    "quarter": EXACT.divide(365, 4),
    "year": Decimal(365),
}
"""Days in each unit of time that may be written."""

_PERCENT = re.compile(r"(?P<number>[^%]+?) ?%")
_LEADING = re.compile(r"([^\s%]*)(.*)", re.DOTALL)
_IN_WORDS = re.compile(
    r"(?P<number>.+?) ?(?:per ?cent|percent|pct\.?|p\.c\.|Prozent|pour ?cent|por ?ciento)", re.IGNORECASE
)


class PerPeriod(NamedTuple):
    """So much in each period of so many days: a budget, a fixed cost, a limit on contacts."""

    amount: float
    period: float


class Gap(NamedTuple):
    """A time without orders: days, or multiples of the customer's own usual gap (model §5)."""

    length: float
    usual: bool


class Defection(NamedTuple):
    """A share that leaves, and per what: ``purchase``, ``renewal`` or ``year`` (model §2)."""

    share: float
    per: str


class Scale(NamedTuple):
    """Numbers that share a unit, which stands in words beside them; empty where they have none."""

    numbers: tuple[float, ...]
    unit: str


def on_one_scale(texts: Sequence[str]) -> Scale | None:
    """The numbers of texts that differ in nothing else (``2 %``, ``4 %``), or of durations in days; None if they are
    neither. A bare 0 goes with any unit."""
    read = [_number_and_unit(text) for text in texts]
    known = [one for one in read if one is not None]
    words = [unit for value, unit in known if unit or value != 0]
    if len(known) == len(texts) and len({_spelled_alike(unit) for unit in words}) <= 1:
        return Scale(tuple(float(value) for value, _ in known), max(words, key=len, default=""))
    try:
        return Scale(tuple(duration(text) for text in texts), "days")
    except UnitError:
        return None


def _number_and_unit(text: str) -> tuple[Decimal, str] | None:
    number, unit = _LEADING.fullmatch(tidied(text)).groups()  # type: ignore[union-attr]  # matches every text
    try:
        return decimal(number), " ".join(unit.split())
    except UnitError:
        return None


def _spelled_alike(unit: str) -> str:
    return " ".join(_singular(word) for word in unit.split())


class Margin(NamedTuple):
    """How large a difference of a measure is. ``of``: ``share`` if it is written in per cent, ``all`` if it is a total,
    ``person`` if it is per person; empty for a plain number, in the unit of the measure."""

    size: float
    of: str


_OF = {" in all": "all", " per person": "person", " per seed person": "person"}
_PERCENT_POINTS = re.compile(r"(?P<share>.*%) ?points?")


def margin(text: str) -> Margin:
    """Read a difference: ``0.20``, ``1 %``, ``10k in all`` or ``0.20 per person``. Raises UnitError."""
    text = tidied(text)
    points = _PERCENT_POINTS.fullmatch(text)
    text = points["share"] if points else text
    if text.endswith("%"):
        return Margin(float(_fraction(text)), "share")
    for ending, of in _OF.items():
        if text.endswith(ending):
            return Margin(float(decimal(text.removesuffix(ending), ending)), of)
    return Margin(float(decimal(text)), "")


def write_margin(value: Margin) -> str:
    """A difference as :func:`margin` reads it."""
    if value.of == "share":
        return write_share(value.size)
    ending = next((ending for ending, of in _OF.items() if of == value.of), "")
    return f"{write_number(value.size)}{ending}"


def number(text: str) -> float:
    """Read a plain number. Raises UnitError."""
    text = tidied(text)
    if text.endswith("%"):
        raise UnitError(
            f"'{text}' is a share where a plain number belongs",
            f"write a plain number, such as {plain(EXACT.multiply(_fraction(text), 100))}",
        )
    return float(decimal(text))


def points(text: str) -> float:
    """Read equity points, ``20`` or ``20 points``. Raises UnitError."""
    return number(re.sub(r" points?$", "", tidied(text)))


def factor(text: str) -> float:
    """Read a factor, ``0.5`` or ``50 %``. Raises UnitError."""
    text = tidied(text)
    return float(_fraction(text)) if text.endswith("%") else number(text)


def share(text: str) -> float:
    """Read a share, ``45 %``, as a fraction. Raises UnitError."""
    text = tidied(text)
    if text.endswith("%"):
        return float(_fraction(text))
    value = meant(text)
    if value is None:
        raise UnitError(f"'{text}' is not a share", _share_hint(text))
    if value == 0:
        return 0.0
    guess = f"write {plain(EXACT.multiply(value, 100) if abs(value) <= 1 else value)} %"
    raise UnitError(f"'{text}' has no unit", guess)


def duration(text: str) -> float:
    """Read a span of time, ``10 weeks``, as days. Raises UnitError."""
    text = tidied(text)
    value = bare(text, " days")
    if value == 0:
        return 0.0
    if value is not None:
        raise UnitError(f"'{text}' has no unit", f"write {text} days, or weeks, months, years")
    count, unit = apart(text)
    days = DAYS.get(_singular(unit.strip()))
    if days is not None:
        return float(EXACT.multiply(decimal(count, unit), days))
    if count and unit:
        raise UnitError(
            f"'{unit.strip()}' is not a unit of time",
            "write seconds, minutes, hours, days, weeks, months, quarters or years",
        )
    raise UnitError(f"'{text}' is not a span of time", "write a span such as 10 weeks")


def rate(text: str) -> float:
    """Read a rate, ``6 per year``, as a number per day. Raises UnitError."""
    amount, unit = _per(text, "6 per year")
    return 0.0 if unit is None else float(EXACT.divide(amount, unit))


def per_period(text: str, example: str = "50_000 per quarter") -> PerPeriod:
    """Read so much per period, ``50_000 per quarter``. Raises UnitError, whose hint gives the example."""
    amount, unit = _per(text, example)
    return PerPeriod(float(amount), float(DAYS["year"] if unit is None else unit))


def per_week(text: str) -> float:
    """Read hours per week, ``6 per week`` (any period), as hours per week. Raises UnitError."""
    amount, unit = _per(text, "40 per week")
    return 0.0 if unit is None else float(EXACT.multiply(EXACT.divide(amount, unit), 7))


def per_hour(text: str) -> float:
    """Read money per hour, ``28 per hour``. Raises UnitError."""
    amount, unit = _per(text, "28 per hour")
    if unit not in (None, DAYS["hour"]):
        raise UnitError(f"'{text}' is not per hour", "write a cost such as 28 per hour")
    return float(amount)


def per_year(text: str) -> float:
    """Read a number per year where the key already says so, ``1`` or ``1 per year``. Raises UnitError."""
    return float(_year_count(text))


def yearly_share(text: str) -> float:
    """Read a share per year, ``10 % per year``, as a fraction. Raises UnitError."""
    read = _share_per(text, "10 % per year")
    if read.per not in ("year", ""):
        raise UnitError(f"'{text}' is not per year", "write a share such as 10 % per year")
    return read.share


def defection(text: str) -> Defection:
    """Read a share that leaves, ``35 % per year``, ``20 % per purchase`` or ``5 % per renewal``. Raises UnitError."""
    read = _share_per(text, "35 % per year, 20 % per purchase or 5 % per renewal")
    if not read.per:
        raise UnitError(f"'{text}' does not say per what", "write 0 % per year, per purchase or per renewal")
    if read.per not in ("year", "purchase", "renewal"):
        raise UnitError(f"'{text}' is not per year, per purchase or per renewal", "write a share such as 35 % per year")
    return read


def gap(text: str) -> Gap:
    """Read a silence, ``60 days`` or ``3 usual gaps``. Raises UnitError."""
    text = tidied(text)
    count, unit = apart(text)
    if unit in (" usual gap", " usual gaps"):
        return Gap(float(decimal(count, unit)), True)
    value = bare(text, " days")
    if value:
        raise UnitError(f"'{text}' has no unit", f"write {text} days or {text} usual gaps")
    return Gap(duration(text), False)


def write_number(value: float) -> str:
    """The shortest text that reads back as this number."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return repr(value)


def write_share(value: float) -> str:
    """A fraction as per cent."""
    return f"{plain(EXACT.multiply(Decimal(repr(float(value))), 100))} %"


def write_duration(days: float) -> str:
    """Days in the largest unit that reads back exactly and briefly."""
    return _briefest(days, lambda unit: EXACT.divide(Decimal(repr(float(days))), DAYS[unit]), _counted, duration)


def write_rate(value: float) -> str:
    """A number per day in the period that reads back exactly and briefly."""
    return _briefest(value, lambda unit: EXACT.multiply(Decimal(repr(float(value))), DAYS[unit]), _rated, rate)


def write_per_period(value: PerPeriod) -> str:
    """An amount per period."""
    for unit, days in DAYS.items():
        if float(days) == value.period:
            return f"{write_number(value.amount)} per {unit}"
    raise UnitError(f"no unit of time has {value.period} days")


def write_gap(value: Gap) -> str:
    """A silence in days or usual gaps."""
    return f"{write_number(value.length)} usual gaps" if value.usual else write_duration(value.length)


def _fraction(text: str, per: str = "") -> Decimal:
    match = _PERCENT.fullmatch(tidied(text))
    if match is None:
        raise UnitError(f"'{text}' is not a share", _share_hint(tidied(text)))
    return EXACT.divide(decimal(match["number"], f" %{per}"), 100)


def _share_hint(text: str) -> str:
    match = _IN_WORDS.fullmatch(text)
    written = meant(match["number"]) if match else None
    if written is None and text.endswith("‰"):
        mille = meant(text[:-1].strip())
        written = None if mille is None else EXACT.divide(mille, 10)
    return "write a share such as 45 %" if written is None else f"write {plain(written)} %"


def _singular(unit: str) -> str:
    return unit[:-1] if unit.endswith("s") else unit


def _per(text: str, example: str) -> tuple[Decimal, Decimal | None]:
    """Amount and days of the period; no period for a bare 0."""
    text = tidied(text)
    amount, separator, unit = text.partition(" per ")
    if separator:
        days = DAYS.get(unit.strip())
        if days is None:
            raise UnitError(f"'{unit.strip()}' is not a unit of time", f"write it such as {example}")
        return decimal(amount, f" per {unit}"), days
    value = bare(text, " per " + example.rpartition(" per ")[2])
    if value == 0:
        return Decimal(0), None
    if value is not None:
        raise UnitError(f"'{text}' has no unit", f"write it such as {example}")
    raise UnitError(f"'{text}' is not so much per period", f"write it such as {example}")


def _year_count(text: str) -> Decimal:
    text = tidied(text)
    if " per " not in text:
        return decimal(text)
    amount, unit = _per(text, "1 per year")
    return amount if unit is None else EXACT.multiply(EXACT.divide(amount, unit), DAYS["year"])


def _share_per(text: str, example: str) -> Defection:
    text = tidied(text)
    amount, separator, unit = text.partition(" per ")
    if separator:
        return Defection(float(_fraction(amount, f" per {unit}")), unit.strip())
    if text.endswith("%"):
        raise UnitError(f"'{text}' does not say per what", f"write {example}")
    value = meant(text)
    if value == 0:
        return Defection(0.0, "")
    if value is not None:
        raise UnitError(f"'{text}' has no unit", f"write {example}")
    raise UnitError(f"'{text}' is not a share", f"write {example}")


def _counted(count: str, unit: str) -> str:
    return f"{count} {unit}" if count == "1" else f"{count} {unit}s"


def _rated(count: str, unit: str) -> str:
    return f"{count} per {unit}"


def _briefest(
    value: float, in_unit: Callable[[str], Decimal], spell: Callable[[str, str], str], read: Callable[[str], float]
) -> str:
    """The spelling with the fewest digits among the units; ties go to the larger one, quarters last."""
    if value == 0 or not math.isfinite(value):
        return spell("0", "day")
    best = spell(repr(float(value)), "day")
    fewest = len(repr(float(value)))
    for unit in ("year", "month", "week", "day", "hour", "minute", "second", "quarter"):
        for digits in (6, 12, 15, 17):
            count = plain(significant(in_unit(unit), digits))
            exact = read(spell(count, unit)) == value
            # 60 per year is what people say, not 5 per month.
            if exact and unit == "year" and spell is _rated and count.isdigit() and len(count) <= 2:
                return spell(count, unit)
            # Quarters are for what nothing else spells: nobody says 6 quarters for 18 months.
            cost = len(count) + (len("quarters") if unit == "quarter" else 0)
            if cost < fewest and exact:
                best, fewest = spell(count, unit), cost
                break
    return best
