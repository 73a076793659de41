"""The numbers of a scenario: each with its path, how it is read and written, and what it may plausibly be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError

from equitysim.digits import significant, tidied
from equitysim.scenario.parts import Model, Place
from equitysim.scenario.plain import Row, rows_of
from equitysim.scenario.quantities import NUMBER
from equitysim.scenario.quantity import Quantity
from equitysim.scenario.unknown import TO
from equitysim.units import UnitError, number

OFF = "off"
SETTINGS = frozenset({"format", "name", "start", "horizon", "ltv_window", "currency", "compare", "claims", "limits"})
"""Sections that say what is asked, not what the world is like: nothing in them is unknown."""

_NO_SIZE = frozenset({"text", "true or false", "a format", "a date", "a date or a span", "a value"})
_WHOLE = frozenset({"a whole number", "a number per period"})
_FIRST = re.compile(rf"\s*(?P<number>{NUMBER})(?P<rest>.*)")
_AT = re.compile(r"(?P<range>[^,]+?) at (?P<balance>-?\d+)(?=,|$)")


@dataclass(frozen=True)
class Number:
    """One number of a scenario.

    ``path``: as ``--set`` takes it. ``text``: as written out, ``off`` where it is switched off. ``range``: what it may
    plausibly be, in words. ``origin``: given, published, derived or judgement.
    """

    path: str
    place: Place
    quantity: Quantity
    text: str
    unit: str
    origin: str
    range: str

    @property
    def settled(self) -> bool:
        """Whether it belongs to :data:`SETTINGS`."""
        return self.place[0] in SETTINGS


class Size(NamedTuple):
    """A value as its size and everything else about it, such as what a rate is per."""

    size: float
    value: Any


def numbers(model: Model) -> tuple[Number, ...]:
    """Every number of a scenario in declared order, the items of lists among them; words, dates and ranges of what is
    uncertain are none."""
    return tuple(_numbers(rows_of(model), ()))


def _numbers(rows: tuple[Row, ...], above: Place) -> Iterator[Number]:
    for row in rows:
        place = (*above, row.key)
        if place[0] in ("uncertain", "draws"):
            continue
        yield from _number(row, place)


def _number(row: Row, place: Place) -> Iterator[Number]:
    if row.rows is not None:
        yield from _numbers(row.rows, place)
    elif row.items is not None:
        for index, item in enumerate(row.items):
            yield from _number(item, (*place, index))
    elif row.quantity is not None and row.quantity.kind not in _NO_SIZE:
        yield Number(setting_path(place), place, row.quantity, row.text or "", row.unit, row.origin, row.range)


def setting_path(place: Place) -> str:
    """A place as ``--set`` takes it: names as they are, with dots between and items of lists in brackets."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def read(quantity: Quantity, text: str) -> Size:
    """A value of this kind. Raises UnitError if the text is none, or one without a size."""
    try:
        value = quantity.validate(text)
    except PydanticCustomError as error:
        said: dict[str, Any] = error.context or {}
        raise UnitError(str(said.get("message", error)), str(said.get("hint", ""))) from None
    if value is None:
        raise UnitError(f"is {OFF}, which has no size", "write a value")
    size = value[0] if isinstance(value, tuple) else value
    if isinstance(size, bool) or not isinstance(size, int | float):
        raise UnitError(f"is {quantity.kind}, which has no range", "write a list of values, such as [a, b]")
    return Size(float(size), value)


def whole(quantity: Quantity) -> bool:
    """Whether only whole numbers are values."""
    return quantity.kind in _WHOLE


def alike(one: Any, other: Any) -> bool:
    """Whether two values of a quantity differ in nothing but size: per the same period, in the same kind of gaps."""
    several = isinstance(one, tuple), isinstance(other, tuple)
    return several == (False, False) or (several == (True, True) and bool(one[1:] == other[1:]))


def write(quantity: Quantity, like: Any, size: float) -> str:
    """A value of this size, otherwise as the value ``like``: per the same period, in the same kind of gaps."""
    sized: Any = round(size) if whole(quantity) else size
    if isinstance(like, tuple):
        return quantity.write(type(like)(sized, *like[1:]))
    return quantity.write(sized)


def in_words(quantity: Quantity, like: str, size: float) -> str:
    """A size with three digits, in the unit that the text ``like`` has: ``57.3 per year``."""
    match = _FIRST.fullmatch(like)
    counted = 0.0 if match is None else number(match["number"])
    known = 0.0 if match is None else read(quantity, like).size
    if match is None or not counted or not known:
        return write(quantity, quantity.validate(like), float(significant(size, 3)))
    shown = size / (known / counted)
    return f"{_three_digits(shown)}{match['rest'].rstrip()}"


def _three_digits(size: float) -> str:
    return f"{significant(size, 3):,f}".replace(",", "_")


def ends(quantity: Quantity, low: str, high: str) -> tuple[str, str]:
    """The two ends of a range as full texts: what is left out at the low end is taken from the high one, as in
    ``4 to 26 weeks`` and ``0 % to 20 % per year``."""
    low, high = tidied(low), tidied(high)
    plain = re.fullmatch(NUMBER, low)
    match = _FIRST.fullmatch(high)
    if plain is not None and match is not None and not re.match(r"[ .,'’]\d", match["rest"]):
        return low + match["rest"], high
    words = high.split(" ")
    tails = [" ".join(words[start:]) for start in range(1, len(words))]
    for text in (low, *(f"{low} {tail}" for tail in tails)):
        if _reads(quantity, text):
            return text, high
    return low, high


def _reads(quantity: Quantity, text: str) -> bool:
    try:
        quantity.read(text)
    except UnitError:
        return False
    return True


def plausible(found: Number) -> tuple[str, str] | None:
    """The ends of what a number may plausibly be, as the schema says it; None where it names no range."""
    said = found.range.removesuffix(f", or {OFF}")
    points = {match["balance"]: match["range"].strip() for match in _AT.finditer(said)}
    if points:
        balance = str(found.place[-1]).removeprefix("at_")
        tail = said.rpartition(", ")[2]
        said = points.get(balance, "") + (f" {tail}" if tail.startswith("per ") else "")
    low, separator, high = said.partition(TO)
    if not separator:
        return None
    low, high = ends(found.quantity, low, high)
    return (low, high) if _reads(found.quantity, low) and _reads(found.quantity, high) else None
