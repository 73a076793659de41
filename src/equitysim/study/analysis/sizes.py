"""A factor's values as they travel, which is as texts, turned into sizes in the unit that people wrote."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from equitysim.scenario.quantities import NUMBER
from equitysim.scenario.quantity import Quantity
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.responses import DesignKind, Factor, Role
from equitysim.units import UnitError, decimal

_WRITTEN = re.compile(rf"(?P<number>{NUMBER})\s*(?P<unit>.*)")

_CANONICAL = {"a span of time": "days", "a span of time or usual gaps": "days", "a rate": "per year"}
"""Kind of quantity → the unit of values that were written in several."""

LEVELLED: frozenset[DesignKind] = frozenset({"grid", "one_at_a_time", "morris"})
"""Designs that have few values of each factor, by what they are."""

FEW = 20
"""Distinct values up to which those of another design are called levels, if points share them."""


class Stated(NamedTuple):
    """What a store says of a factor: its parameter, role, listed values (empty if a range), and the ends or the mean
    of a range as texts (empty if listed)."""

    parameter: str
    role: Role
    levels: tuple[str, ...]
    ends: tuple[str, ...]


def stated(document: Mapping[str, Any]) -> Stated:
    """A factor from the document of its study. Stores of early versions say neither levels nor ends. Raises KeyError
    or TypeError if it is none."""
    levels, ends = document.get("levels", ()), document.get("ends", ())
    return Stated(str(document["parameter"]), document["role"], tuple(levels), tuple(ends))


def factor_of(said: Stated, quantity: Quantity | None, design: DesignKind, texts: tuple[str, ...]) -> Factor:
    """A factor with its values at all points. ``quantity``: what reads them, None for words."""
    read = None if quantity is None else _numbers(quantity, said, texts)
    if read is None:
        levels = tuple(dict.fromkeys((*said.levels, *texts)))
        places = {text: float(place) for place, text in enumerate(levels)}
        sizes = np.array([places[text] for text in texts], dtype=np.float64)
        return Factor(said.parameter, said.role, "", sizes, texts, levels, ordered=False, listed=len(said.levels))
    unit, sizes = read
    levels = _levels(said, design, texts, sizes)
    return Factor(said.parameter, said.role, unit, sizes, texts, levels, ordered=True, listed=len(said.levels))


def _numbers(quantity: Quantity, said: Stated, texts: Sequence[str]) -> tuple[str, FloatArray] | None:
    """Unit and sizes; None if there are others than numbers of one kind among them."""
    known = {text: _read(quantity, text) for text in dict.fromkeys((*said.levels, *said.ends, *texts))}
    kinds = {None if one is None else one[1:] for one in known.values()}
    if len(kinds) != 1 or None in kinds:
        return None
    canonical = {text: one[0] for text, one in known.items() if one is not None}
    unit, each = _unit(quantity, said.ends or said.levels or texts, ranged=bool(said.ends))
    sizes = {text: _in_unit(text, size, unit, each) for text, size in canonical.items()}
    return unit, np.array([sizes[text] for text in texts], dtype=np.float64)


def _read(quantity: Quantity, text: str) -> tuple[Any, ...] | None:
    """The canonical number of a text and what else it says (per what, in which gaps); None if it is no number."""
    try:
        read = quantity.read(text)
    except UnitError:
        return None
    parts: tuple[Any, ...] = tuple(read) if isinstance(read, tuple) else (read,)
    return None if isinstance(parts[0], bool) or not isinstance(parts[0], int | float) else parts


def _unit(quantity: Quantity, texts: Sequence[str], *, ranged: bool) -> tuple[str, float]:
    """The unit of texts, and how much one of it is in canonical numbers. ``ranged``: they are the ends of a range,
    which travel in the largest unit that divides them: ``2 months to 12 months`` as 2 months and 1 year."""
    matches = [match for text in texts if (match := _WRITTEN.fullmatch(text))]
    # a bare 0 goes with any unit; and the plural, which comes last, is what stands behind numbers in general
    matches.sort(key=lambda match: len(match["unit"]))
    units = {_singular(match["unit"]): match["unit"] for match in matches if decimal(match["number"]) != 0}
    finest = _finest(quantity, units.values()) if ranged else ""
    unit = next(iter(units.values())) if len(units) == 1 else finest or _CANONICAL.get(quantity.kind, "")
    one = _read(quantity, f"1 {unit}".rstrip())
    return unit, 1.0 if one is None else float(one[0])


def _finest(quantity: Quantity, units: Iterable[str]) -> str:
    """The smallest of several units of one kind of quantity, as the plural."""
    known = [(float(read[0]), unit) for unit in units if (read := _read(quantity, f"1 {unit}")) is not None]
    unit = min(known)[1] if known else ""
    plural = f"{unit}s"
    return plural if unit and _read(quantity, f"2 {plural}") is not None else unit


def _in_unit(text: str, canonical: float, unit: str, each: float) -> float:
    """As written, if it was written in this unit, so that nothing is rounded."""
    match = _WRITTEN.fullmatch(text)
    if match is not None and _singular(match["unit"]) == _singular(unit):
        return float(decimal(match["number"]))
    return float(canonical) / each


def _singular(unit: str) -> str:
    return " ".join(word.removesuffix("s") for word in unit.split())


def _levels(said: Stated, design: DesignKind, texts: Sequence[str], sizes: FloatArray) -> tuple[str, ...]:
    """Distinct texts by size, where there are few of them."""
    by_size = dict(sorted(zip(sizes.tolist(), texts, strict=True), reverse=True))
    few = len(by_size) <= FEW and 2 * len(by_size) <= len(texts) and design != "saltelli"
    if said.levels or design in LEVELLED or few:
        return tuple(by_size[size] for size in sorted(by_size))
    return ()
