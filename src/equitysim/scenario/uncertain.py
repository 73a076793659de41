"""What a scenario says is not known, resolved: which number, over which distribution, or in which rows of draws."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from equitysim.arguments import nearest
from equitysim.scenario.distributions import Distribution, DistributionError, around, between
from equitysim.scenario.document import Node, Spot, setting_place
from equitysim.scenario.numbers import Number, Size, numbers, read, write
from equitysim.scenario.parts import Place
from equitysim.scenario.plain import content
from equitysim.scenario.schema import Scenario
from equitysim.scenario.unknown import Unknown
from equitysim.scenario.words import quoted, shortened
from equitysim.units import UnitError

MOST_PARTS = 60
"""Parts of a path, names with dots in them included."""

TAIL = 0.05
"""A mean and a spread have no ends; where two are shown, so much lies beyond each."""


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
        try:
            if unknown.mean is not None:
                stated = around(number.quantity, unknown.mean, unknown.spread or 0.0)
            else:
                stated = between(number.quantity, unknown.low or "", unknown.high or "", unknown.likely)
        except DistributionError as error:
            for wrong in error.wrong:
                self._fault((*here, wrong.part) if wrong.part else here, number, wrong.message, wrong.hint)
            return None
        return Uncertain(path, number, stated.distribution, stated.like, stated.shown)

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
        except UnitError as error:
            self._fault(here, number, error.message, error.hint)
            return None

    def _fault(self, here: Place, number: Number, message: str, hint: str, *, at_key: bool = False) -> None:
        self.faults.append(UnknownFault(here, message, hint, at_key, number.place))
