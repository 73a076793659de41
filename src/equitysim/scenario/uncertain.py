"""What a scenario says is not known, resolved: which number, over which distribution, or in which rows of draws."""

import math
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pydantic_core import PydanticCustomError

from equitysim.scenario.document import Node, Spot, setting_place
from equitysim.scenario.numbers import Number, Size, ends, numbers, read, write
from equitysim.scenario.parts import Place
from equitysim.scenario.plain import content
from equitysim.scenario.schema import Scenario
from equitysim.scenario.unknown import Unknown
from equitysim.scenario.words import nearest, quoted, shortened
from equitysim.units import UnitError

REACHES = 1e-4
"""Chance beyond what is allowed, at either end, up to which a mean and a spread are taken and cut off there."""

MOST_PARTS = 60
"""Parts of a path, names with dots in them included."""

TAIL = 0.05
"""A mean and a spread have no ends; where two are shown, so much lies beyond each."""


class Distribution(NamedTuple):
    """Of one unknown, in canonical size.

    ``uniform`` between low and high, ``triangular`` with its peak at ``centre``, or ``gamma`` with the mean
    ``centre`` and the coefficient of variation ``spread``, cut off at low and high.
    """

    kind: Literal["uniform", "triangular", "gamma"]
    low: float
    high: float
    centre: float
    spread: float = 0.0

    def quantile(self, chance: float) -> float:
        """The size below which a world lies with this chance."""
        if self.kind == "uniform":
            return self.low + chance * (self.high - self.low)
        return self._triangular(chance) if self.kind == "triangular" else self._gamma(chance)

    def _triangular(self, chance: float) -> float:
        width, rise, fall = self.high - self.low, self.centre - self.low, self.high - self.centre
        if chance * width < rise:
            return self.low + math.sqrt(chance * width * rise)
        return self.high - math.sqrt((1.0 - chance) * width * fall)

    def _gamma(self, chance: float) -> float:
        """SciPy is loaded here and in :meth:`cut` only: reading most scenarios needs no numerics."""
        from scipy.special import gammaincinv

        below, above = self.cut()
        shape = 1.0 / self.spread**2
        inside = below + chance * (1.0 - above - below)
        return min(max(float(gammaincinv(shape, inside)) * self.centre / shape, self.low), self.high)

    def cut(self) -> tuple[float, float]:
        """Chance of the whole gamma distribution below low and above high."""
        from scipy.special import gammainc, gammaincc

        shape = 1.0 / self.spread**2
        scale = self.centre / shape
        above = 0.0 if math.isinf(self.high) else float(gammaincc(shape, self.high / scale))
        return float(gammainc(shape, max(self.low, 0.0) / scale)), above


@dataclass(frozen=True)
class Uncertain:
    """One unknown number with its distribution. ``path``: as the scenario writes it; ``like``: a value of its kind;
    ``shown``: a text of its unit."""

    path: str
    number: Number
    distribution: Distribution
    like: Any
    shown: str

    def text_of(self, size: float) -> str:
        """The value of this size as a scenario writes it."""
        return write(self.number.quantity, self.like, size)

    def span(self) -> tuple[float, float]:
        """Its two ends; of a mean with its spread, the sizes with a twentieth beyond each."""
        if self.distribution.kind != "gamma":
            return self.distribution.low, self.distribution.high
        return self.distribution.quantile(TAIL), self.distribution.quantile(1.0 - TAIL)


@dataclass(frozen=True)
class Column:
    """One column of the draws: a number, and its value in every row."""

    path: str
    number: Number
    texts: tuple[str, ...]
    sizes: tuple[float, ...]


class UnknownFault(NamedTuple):
    """Something wrong with what is said not to be known. ``about``: the place of the number meant."""

    place: Place
    message: str
    hint: str
    at_key: bool
    about: Place


@dataclass(frozen=True)
class Uncertainties:
    """All that a scenario says is not known, and what is wrong with it."""

    ranges: tuple[Uncertain, ...]
    draws: tuple[Column, ...]
    faults: tuple[UnknownFault, ...]

    @property
    def rows(self) -> int:
        """Rows of the draws; 0 without any."""
        return len(self.draws[0].texts) if self.draws else 0


def uncertainties(scenario: Scenario) -> Uncertainties:
    """What a scenario says is not known."""
    if not scenario.uncertain and not scenario.draws:
        return Uncertainties((), (), ())
    reader = _Reader(scenario)
    ranges = [reader.range(path, unknown) for path, unknown in scenario.uncertain.items()]
    columns = [reader.column(path, texts) for path, texts in scenario.draws.items()]
    reader.even()
    return Uncertainties(
        tuple(found for found in ranges if found is not None),
        tuple(found for found in columns if found is not None),
        tuple(reader.faults),
    )


def as_node(data: Any) -> Node:
    """Plain data as a document without places."""
    spot = Spot("")
    if isinstance(data, dict):
        return Node(spot, entries={name: as_node(value) for name, value in data.items()})
    if isinstance(data, list):
        return Node(spot, items=tuple(as_node(value) for value in data))
    return Node(spot, text=data)


class _Reader:
    """Reads what is unknown against the numbers that there are; collects the faults."""

    def __init__(self, scenario: Scenario) -> None:
        self.faults: list[UnknownFault] = []
        self._scenario = scenario
        self._known = {found.place: found for found in numbers(scenario)}
        self._root = as_node(content(scenario))
        self._taken: dict[Place, tuple[str, str]] = {}

    def range(self, path: str, unknown: Unknown) -> Uncertain | None:
        """A range or a mean with a spread."""
        here: Place = ("uncertain", path)
        number = self._number(here, path)
        if number is None:
            return None
        if unknown.mean is not None:
            return self._gamma(here, path, number, unknown)
        low, high = ends(number.quantity, unknown.low or "", unknown.high or "")
        texts = {"low": low, "likely": unknown.likely, "high": high}
        sizes: dict[str, Size] = {}
        for name, text in texts.items():
            size = None if text is None else self._size((*here, name), number, text)
            if size is not None:
                sizes[name] = size
        if len(sizes) < sum(text is not None for text in texts.values()):
            return None
        return self._ordered(here, path, number, sizes, high)

    def _ordered(self, here: Place, path: str, number: Number, sizes: dict[str, Size], shown: str) -> Uncertain | None:
        low, high = sizes["low"], sizes["high"]
        likely = sizes.get("likely", low)
        if len({str(size.value[1:]) if isinstance(size.value, tuple) else "" for size in sizes.values()}) > 1:
            self._fault(here, number, "has ends of different kinds", "write all alike, per the same time")
            return None
        if not low.size < high.size:
            self._fault(here, number, "its low end is not below its high end", "write LOW to HIGH")
            return None
        if not low.size <= likely.size <= high.size:
            self._fault((*here, "likely"), number, "lies outside low and high", "write a value between them")
            return None
        kind: Literal["triangular", "uniform"] = "triangular" if "likely" in sizes else "uniform"
        centre = likely.size if kind == "triangular" else (low.size + high.size) / 2.0
        return Uncertain(path, number, Distribution(kind, low.size, high.size, centre), high.value, shown)

    def _gamma(self, here: Place, path: str, number: Number, unknown: Unknown) -> Uncertain | None:
        text, spread = unknown.mean or "", unknown.spread or 0.0
        mean = self._size((*here, "mean"), number, text)
        if mean is None:
            return None
        if mean.size <= 0.0:
            self._fault((*here, "mean"), number, "is not above 0", "a spread is a share of the mean; write a range")
            return None
        found = Distribution("gamma", max(number.quantity.low, 0.0), number.quantity.high, mean.size, spread)
        if max(found.cut()) > REACHES:
            allowed = number.quantity.bounds()
            self._fault(here, number, "reaches beyond what is allowed", f"must be {allowed}; write a range")
            return None
        return Uncertain(path, number, found, mean.value, text)

    def column(self, path: str, texts: tuple[str, ...]) -> Column | None:
        """One column of the draws."""
        here: Place = ("draws", path)
        number = self._number(here, path)
        if number is None:
            return None
        sizes = [self._size((*here, row), number, text) for row, text in enumerate(texts)]
        known = [size.size for size in sizes if size is not None]
        return Column(path, number, texts, tuple(known)) if len(known) == len(texts) else None

    def even(self) -> None:
        """Columns have a row for every world."""
        lengths = {path: len(texts) for path, texts in self._scenario.draws.items()}
        longest = max(lengths.values(), default=0)
        for path, length in lengths.items():
            if length != longest or longest == 0:
                message = f"has {length} rows" + (f", others {longest}" if longest else "")
                self.faults.append(UnknownFault(("draws", path), message, "write one value for every world", True, ()))

    def _number(self, here: Place, path: str) -> Number | None:
        # Every reading of a path with many dots is tried, so endless ones are not read at all.
        endless = path.count(".") + path.count("[") > MOST_PARTS
        place = (path,) if endless else setting_place(self._root, path)
        found = self._known.get(place)
        if found is None:
            self.faults.append(UnknownFault(here, *self._unknown(path, place), True, place[:1]))
            return None
        if found.settled:
            said = f"{found.place[0]} says what is asked, not what is so"
            self._fault(here, found, said, "leave it out here, and change it with --set", at_key=True)
            return None
        if place in self._taken:
            section, other = self._taken[place]
            also = f"is the same number as {quoted(other)}" if section == here[0] else "is also under uncertain"
            self._fault(here, found, also, "keep one of the two", at_key=True)
            return None
        self._taken[place] = (str(here[0]), path)
        return found

    def _unknown(self, path: str, place: Place) -> tuple[str, str]:
        paths = [found.path for found in self._known.values() if not found.settled]
        inside = [other for other in paths if other.startswith((f"{path}.", f"{path}["))]
        if inside:
            return "is not one number", f"name one of {', '.join(inside[:3])}"
        node: Node | None = self._root
        for part in place:
            node = None if node is None else node.get(str(part))
        if node is not None and node.text is not None:
            return "is not a number", "only numbers can be uncertain"
        near = nearest(path, paths)
        message = f"there is no number {quoted(path)}"
        return message, f"did you mean '{shortened(near)}'?" if near else "write a path as --set takes it"

    def _size(self, here: Place, number: Number, text: str) -> Size | None:
        try:
            return read(number.quantity, text)
        except PydanticCustomError as error:
            context: dict[str, Any] = error.context or {}
            self._fault(here, number, str(context["message"]), str(context["hint"]))
            return None
        except UnitError as error:
            self._fault(here, number, error.message, error.hint)
            return None

    def _fault(self, here: Place, number: Number, message: str, hint: str, *, at_key: bool = False) -> None:
        self.faults.append(UnknownFault(here, message, hint, at_key, number.place))
