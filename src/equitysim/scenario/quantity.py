"""How a kind of value is read: text in, a bounded canonical number out, and back.

A value reaches its type as the text that stands in the file, so that no reader guesses before the type is known:
``no`` stays a word where a name belongs and ``12:30`` is never a number. Values built in Python may be numbers; they
are read as if they had been written.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from equitysim import units
from equitysim.digits import thousands, tidied
from equitysim.scenario.parts import problem
from equitysim.scenario.values import text_of

_BOUNDLESS = 1e9
"""Upper bounds from here on only keep numbers finite and are not worth a word."""


@dataclass(frozen=True)
class Quantity:
    """How one kind of value is read, bounded, written and described.

    ``low`` and ``high`` bound the canonical value; ``above`` and ``below`` exclude the bound. ``off``: the word
    ``off`` is allowed and reads as None. ``numeric``: a plain number is one way to write it. ``money``: an amount of
    it, which people write with its thousands set apart.
    """

    kind: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    pattern: str = ""
    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    below: bool = False
    off: bool = False
    numeric: bool = False
    money: bool = False

    def validate(self, value: object) -> Any:
        """Read one value. Raises PydanticCustomError with a message and a hint."""
        text = self._text(value)
        text = text if self.kind in ("text", "a value") else tidied(text)
        if self.off and text == "off":
            return None
        try:
            read = self.read(text)
        except units.UnitError as error:
            raise problem(error.message, error.hint) from None
        size = read[0] if isinstance(read, tuple) else read
        if isinstance(size, int | float) and self._outside(size):
            raise problem(f"{text} is out of range", f"must be {self.bounds(every=size > self.low)}")
        return read

    def doubt(self, text: str) -> str | None:
        """What to write instead of an amount of money whose point may set thousands apart, or of another number whose
        point is followed by three digits and a last 0, which nobody writes after a fraction; None without doubt."""
        hint = None if "share" in self.kind else thousands(text)
        if hint is None or not (self.money or re.match(r"[-+]?\d+\.\d\d0", tidied(text))):
            return None
        try:
            self.validate(tidied(text).replace(".", "", 1))
        except PydanticCustomError:
            return None
        return hint

    def bounds(self, *, every: bool = False) -> str:
        """The allowed range in words, written in the unit of the kind; ``every``: also a bound that only keeps numbers
        finite.
        """
        lower = "" if self.low == -math.inf else f"{'more than' if self.above else 'at least'} {self._spell(self.low)}"
        upper = (
            ""
            if self.high == math.inf or (self.high >= _BOUNDLESS and not every)
            else f"{'less than' if self.below else 'at most'} {self._spell(self.high)}"
        )
        return " and ".join(part for part in (lower, upper) if part)

    def _outside(self, size: float) -> bool:
        low = size <= self.low if self.above else size < self.low
        high = size >= self.high if self.below else size > self.high
        return low or high

    def _spell(self, bound: float) -> str:
        if "share" in self.kind:
            return units.write_share(bound)
        if "rate" in self.kind:
            return f"{units.write_number(bound)} per day"
        return units.write_duration(bound) if "span" in self.kind else units.write_number(bound)

    def _text(self, value: object) -> str:
        if value is None:
            raise problem("has no value", "give one, or leave the key out" + (", or write off" if self.off else ""))
        if isinstance(value, list | tuple | dict):
            found = "a mapping" if isinstance(value, dict) else "a list"
            raise problem(f"must be {self.kind}, not {found}", "write a single value")
        try:
            return text_of(value)
        except units.UnitError as error:
            raise problem(error.message, error.hint) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        options: list[dict[str, Any]] = []
        if self.kind == "true or false":
            return {"type": "boolean"}
        if self.kind in ("text", "a date", "a date or a span"):
            return {"type": "string", "pattern": self.pattern}
        if self.numeric:
            options.append({"type": "number"} | _numeric_bounds(self))
        else:
            options.append({"const": 0})
        if self.pattern:
            options.append({"type": "string", "pattern": self.pattern})
        if self.off:
            options.append({"const": "off"})
        return {"anyOf": options} if len(options) > 1 else options[0]


def _numeric_bounds(quantity: Quantity) -> dict[str, float]:
    bounds = {}
    if quantity.low > -math.inf:
        bounds["exclusiveMinimum" if quantity.above else "minimum"] = quantity.low
    if quantity.high < math.inf:
        bounds["exclusiveMaximum" if quantity.below else "maximum"] = quantity.high
    return bounds
