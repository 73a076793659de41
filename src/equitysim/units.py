"""Quantities as people write them, read into canonical numbers and written back: days, per day, fractions, money.

Every reader takes text and returns a float (or a named tuple of floats) and every writer returns text that its reader
turns into the very same float: arithmetic goes through ``decimal``, so ``10 weeks`` is exactly 70.0 days on every
machine. A year is 365 days and a month 365/12 (model §1). A bare number where a unit belongs is an error, except 0,
which is the same in every unit.
"""

import math
import re
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from typing import NamedTuple

_EXACT = Context(prec=40)
"""Digits to spare, whatever decimal context the caller has set."""

DAYS: dict[str, Decimal] = {
    "second": _EXACT.divide(1, 86_400),
    "minute": _EXACT.divide(1, 1_440),
    "hour": _EXACT.divide(1, 24),
    "day": Decimal(1),
    "week": Decimal(7),
    "month": _EXACT.divide(365, 12),
    "quarter": _EXACT.divide(365, 4),
    "year": Decimal(365),
}
"""Days in each unit of time that may be written."""

LONGEST_NUMBER = 40
LARGEST_NUMBER = Decimal(10) ** 15

_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<digits>\d[\d_]*\d|\d)?(?P<fraction>\.\d*)?(?P<exponent>[eE][-+]?\d{1,3})?(?P<kilo>k)?"
)
_PERCENT = re.compile(r"(?P<number>\S+?)\s*%")
_LEADING = re.compile(r"([^\s%]*)(.*)", re.DOTALL)
_NOT_FINITE = frozenset({"nan", ".nan", "inf", ".inf", "infinity"})


class UnitError(ValueError):
    """Text that is not the quantity it should be; ``hint`` says what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


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


def decimal(text: str) -> Decimal:
    """Read a number: ``1_000``, ``0.5``, ``1e-3``, ``50k``.

    Raises UnitError for anything else, for leading zeros (which some readers take as octal), for NaN and infinity,
    and beyond 10¹⁵.
    """
    if len(text) > LONGEST_NUMBER:
        raise UnitError(f"a number of {len(text)} characters", f"at most {LONGEST_NUMBER} characters")
    if text.lower().lstrip("+-") in _NOT_FINITE:
        raise UnitError(f"'{text}' is not a finite number", "write a finite number")
    match = _NUMBER.fullmatch(text)
    if match is None or not (match["digits"] or len(match["fraction"] or "") > 1) or not text.isascii():
        raise UnitError(f"'{text}' is not a number", _number_hint(text))
    digits = (match["digits"] or "0").replace("_", "")
    if len(digits) > 1 and digits.startswith("0"):
        raise UnitError(f"'{text}' has a leading zero", f"write {digits.lstrip('0') or '0'}")
    value = Decimal(f"{match['sign']}{digits}{match['fraction'] or ''}{match['exponent'] or ''}")
    if match["kilo"]:
        value = _EXACT.multiply(value, 1_000)
    if abs(value) > LARGEST_NUMBER:
        raise UnitError(f"'{text}' is too large", "write a number below 1e15")
    return value


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
    number, unit = _LEADING.fullmatch(text.strip()).groups()  # type: ignore[union-attr]  # matches every text
    try:
        return decimal(number), " ".join(unit.split())
    except UnitError:
        return None


def _spelled_alike(unit: str) -> str:
    return " ".join(_singular(word) for word in unit.split())


def number(text: str) -> float:
    """Read a plain number. Raises UnitError."""
    text = text.strip()
    if text.endswith("%"):
        raise UnitError(
            f"'{text}' is a share where a plain number belongs",
            f"write a plain number, such as {_plain(_EXACT.multiply(_fraction(text), 100))}",
        )
    return float(decimal(text))


def points(text: str) -> float:
    """Read equity points, ``20`` or ``20 points``. Raises UnitError."""
    text = text.strip()
    return number(re.sub(r"\s+points?$", "", text))


def factor(text: str) -> float:
    """Read a factor, ``0.5`` or ``50 %``. Raises UnitError."""
    return float(_fraction(text)) if text.strip().endswith("%") else number(text)


def whole(text: str) -> int:
    """Read a whole number. Raises UnitError."""
    value = decimal(text.strip())
    if value != value.to_integral_value():
        raise UnitError(f"'{text}' is not a whole number", f"write {int(value)} or {int(value) + 1}")
    return int(value)


def share(text: str) -> float:
    """Read a share, ``45 %``, as a fraction. Raises UnitError."""
    text = text.strip()
    if text.endswith("%"):
        return float(_fraction(text))
    value = _bare(text)
    if value is None:
        raise UnitError(f"'{text}' is not a share", "write a share such as 45 %")
    if value == 0:
        return 0.0
    guess = f"write {_plain(_EXACT.multiply(value, 100) if abs(value) <= 1 else value)} %"
    raise UnitError(f"'{text}' has no unit", guess)


def duration(text: str) -> float:
    """Read a span of time, ``10 weeks``, as days. Raises UnitError."""
    text = text.strip()
    count, _, unit = text.partition(" ")
    days = DAYS.get(_singular(unit.strip()))
    if days is not None:
        return float(_EXACT.multiply(decimal(count), days))
    value = _bare(text)
    if value == 0:
        return 0.0
    if value is not None:
        raise UnitError(f"'{text}' has no unit", f"write {text} days, or weeks, months, years")
    if _bare(count) is not None and unit:
        raise UnitError(
            f"'{unit.strip()}' is not a unit of time",
            "write seconds, minutes, hours, days, weeks, months, quarters or years",
        )
    raise UnitError(f"'{text}' is not a span of time", "write a span such as 10 weeks")


def rate(text: str) -> float:
    """Read a rate, ``6 per year``, as a number per day. Raises UnitError."""
    amount, unit = _per(text, "6 per year")
    return 0.0 if unit is None else float(_EXACT.divide(amount, unit))


def per_period(text: str, example: str = "50_000 per quarter") -> PerPeriod:
    """Read so much per period, ``50_000 per quarter``. Raises UnitError, whose hint gives the example."""
    amount, unit = _per(text, example)
    return PerPeriod(float(amount), float(DAYS["year"] if unit is None else unit))


def per_week(text: str) -> float:
    """Read hours per week, ``6 per week`` (any period), as hours per week. Raises UnitError."""
    amount, unit = _per(text, "40 per week")
    return 0.0 if unit is None else float(_EXACT.multiply(_EXACT.divide(amount, unit), 7))


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
    match = re.fullmatch(r"(\S+)\s+usual\s+gaps?", text.strip())
    if match:
        return Gap(float(decimal(match[1])), True)
    if _bare(text.strip()):
        raise UnitError(f"'{text}' has no unit", f"write {text} days or {text} usual gaps")
    return Gap(duration(text), False)


def write_number(value: float) -> str:
    """The shortest text that reads back as this number."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return repr(value)


def write_share(value: float) -> str:
    """A fraction as per cent."""
    return f"{_plain(_EXACT.multiply(Decimal(repr(float(value))), 100))} %"


def write_duration(days: float) -> str:
    """Days in the largest unit that reads back exactly and briefly."""
    return _briefest(days, lambda unit: _EXACT.divide(Decimal(repr(float(days))), DAYS[unit]), _counted, duration)


def write_rate(value: float) -> str:
    """A number per day in the period that reads back exactly and briefly."""
    return _briefest(value, lambda unit: _EXACT.multiply(Decimal(repr(float(value))), DAYS[unit]), _rated, rate)


def write_per_period(value: PerPeriod) -> str:
    """An amount per period."""
    for unit, days in DAYS.items():
        if float(days) == value.period:
            return f"{write_number(value.amount)} per {unit}"
    raise UnitError(f"no unit of time has {value.period} days")


def write_gap(value: Gap) -> str:
    """A silence in days or usual gaps."""
    return f"{write_number(value.length)} usual gaps" if value.usual else write_duration(value.length)


def _plain(value: Decimal) -> str:
    short = value.normalize(_EXACT)
    text = format(short, "f")
    return text if len(text) <= LONGEST_NUMBER - 4 else str(short)


def _fraction(text: str) -> Decimal:
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        raise UnitError(f"'{text}' is not a share", "write a share such as 45 %")
    return _EXACT.divide(decimal(match["number"]), 100)


def _bare(text: str) -> Decimal | None:
    try:
        return decimal(text)
    except UnitError:
        if _NUMBER.fullmatch(text) and any(character.isdigit() for character in text):
            raise
        return None


def _number_hint(text: str) -> str:
    if re.fullmatch(r"[-+]?\d+,\d+", text):
        return f"write {text.replace(',', '.')}"
    first = text.split(" ")[0]
    if first != text and _NUMBER.fullmatch(first):
        return f"write {first}: a plain number belongs here"
    return "write a number such as 12, 0.5, 1_000 or 50k"


def _singular(unit: str) -> str:
    return unit[:-1] if unit.endswith("s") else unit


def _per(text: str, example: str) -> tuple[Decimal, Decimal | None]:
    """Amount and days of the period; no period for a bare 0."""
    text = text.strip()
    amount, separator, unit = text.partition(" per ")
    if separator:
        days = DAYS.get(unit.strip())
        if days is None:
            raise UnitError(f"'{unit.strip()}' is not a unit of time", f"write it such as {example}")
        return decimal(amount.strip()), days
    value = _bare(text)
    if value == 0:
        return Decimal(0), None
    if value is not None:
        raise UnitError(f"'{text}' has no unit", f"write it such as {example}")
    raise UnitError(f"'{text}' is not so much per period", f"write it such as {example}")


def _year_count(text: str) -> Decimal:
    if " per " not in text:
        return decimal(text.strip())
    amount, unit = _per(text, "1 per year")
    return amount if unit is None else _EXACT.multiply(_EXACT.divide(amount, unit), DAYS["year"])


def _share_per(text: str, example: str) -> Defection:
    text = text.strip()
    amount, separator, unit = text.partition(" per ")
    if separator:
        return Defection(float(_fraction(amount)), unit.strip())
    if text.endswith("%"):
        raise UnitError(f"'{text}' does not say per what", f"write {example}")
    value = _bare(text)
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
            count = _plain(Decimal(f"{in_unit(unit):.{digits}g}"))
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
