"""Factors: the parameters that a study varies, and which values they take.

Values travel as texts, as ``--set`` takes them, so that a point of a study can be typed again.
"""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from pydantic_core import PydanticCustomError

from equitysim.arguments import nearest
from equitysim.digits import plain, significant, tidied
from equitysim.errors import Fault
from equitysim.scenario.distributions import Distribution, DistributionError, Stated, around, between, spread_from
from equitysim.scenario.document import Node, Spot, children
from equitysim.scenario.numbers import read, whole, write
from equitysim.scenario.parameters import Parameter
from equitysim.scenario.quantity import Quantity
from equitysim.scenario.words import quoted, visible
from equitysim.units import UnitError

Role = Literal["lever", "uncertainty"]

ROLES: dict[str, Role] = {"levers": "lever", "uncertainties": "uncertainty"}
"""The key of a study file under which factors stand → their role."""

DIGITS = 9
"""Significant digits of a value between the ends of a range: more would only be longer."""

MOST_LEVELS = 1_000

_WRITTEN = re.compile(r"(?P<number>-?[0-9.]+(?:[eE][-+]?[0-9]+)?)(?P<rest>.*)")
_FORMS = "write 2 % to 6 %, [2 %, 4 %], {low: …, likely: …, high: …} or {mean: …, spread: …}"
_ENDS = ("low", "likely", "high")
_MEAN = ("mean", "spread")


class Scale(NamedTuple):
    """Canonical numbers from ``low`` to ``high`` and the texts they are written as.

    ``pattern``: a value as it is read, whose number is replaced (a rate keeps its period, a silence its unit);
    ``whole``: only whole numbers are values.
    """

    low: float
    high: float
    pattern: Any
    quantity: Quantity
    whole: bool

    def text(self, value: float) -> str:
        """A canonical number as a text, shortened where it is no end of the range."""
        inside = min(max(value, self.low), self.high)
        exact = write(self.quantity, self.pattern, inside)
        match = _WRITTEN.fullmatch(exact)
        if match is None or self.whole or inside in (self.low, self.high):
            return exact
        short = f"{plain(significant(float(match['number']), DIGITS))}{match['rest']}"
        try:
            size = read(self.quantity, short).size
        except UnitError:
            return exact
        return short if self.low <= size <= self.high else exact


class Range(NamedTuple):
    """Anything between two ends, all alike."""

    scale: Scale

    def at(self, share: float) -> str:
        """The value below which a share (0 to 1) of the range lies."""
        low, high = self.scale.low, self.scale.high
        if self.scale.whole:
            return self.scale.text(min(low + math.floor(share * (high - low + 1)), high))
        return self.scale.text(low + share * (high - low))

    def levels(self, count: int) -> tuple[str, ...]:
        """So many values at equal distances, both ends among them; one is the middle."""
        low, high = self.scale.low, self.scale.high
        steps = [low + (high - low) * k / (count - 1) for k in range(count)] if count > 1 else [(low + high) / 2]
        return tuple(dict.fromkeys(self.scale.text(round(step) if self.scale.whole else step) for step in steps))

    def most(self, count: int) -> int:
        """How many values ``levels`` gives at most."""
        return min(count, int(self.scale.high - self.scale.low) + 1) if self.scale.whole else count


class Drawn(NamedTuple):
    """Distributed otherwise than evenly: a triangle, or a gamma distribution cut off where values are not allowed.
    ``scale``: from the least value to the greatest."""

    scale: Scale
    distribution: Distribution

    def at(self, share: float) -> str:
        """The value below which a share (0 to 1) of the distribution lies."""
        inside = min(max(share, _EDGE), 1.0 - _EDGE) if self.distribution.kind == "gamma" else share
        return self.scale.text(self.distribution.quantile(inside))

    def levels(self, count: int) -> tuple[str, ...]:
        """The middles of so many parts that are equally likely."""
        return tuple(dict.fromkeys(self.at((k + 0.5) / count) for k in range(count)))

    def most(self, count: int) -> int:
        """How many values ``levels`` gives at most."""
        return count


class Levels(NamedTuple):
    """A list of values, all equally likely."""

    texts: tuple[str, ...]

    def at(self, share: float) -> str:
        """The value at a share (0 to 1) of the list."""
        return self.texts[min(math.floor(share * len(self.texts)), len(self.texts) - 1)]

    def levels(self, count: int) -> tuple[str, ...]:
        """The whole list, whatever the count."""
        return self.texts

    def most(self, count: int) -> int:
        """How many values ``levels`` gives."""
        return len(self.texts)


_EDGE = 1e-9
"""A share of 0 or 1 would be an end that a gamma distribution does not have."""

Spread = Range | Drawn | Levels


class Factor(NamedTuple):
    """A parameter that is varied: its role, where the study file states it, and which values it takes; None where a
    file of points states them."""

    parameter: Parameter
    role: Role
    spot: Spot
    spread: Spread | None

    @property
    def path(self) -> str:
        """The parameter's path in words."""
        return self.parameter.path


class FactorError(ValueError):
    """A factor's values make no sense: what is wrong at which node, and what would be right."""

    def __init__(self, *wrong: tuple[Node, str, str]) -> None:
        super().__init__("; ".join(message for _, message, _ in wrong))
        self.wrong = wrong

    def faults(self, path: str) -> list[Fault]:
        """As faults of the study file."""
        return [Fault(*node.spot, path, visible(message), visible(hint)) for node, message, hint in self.wrong]


def spread_of(parameter: Parameter, node: Node) -> Spread:
    """What a study file says of a factor's values. Raises FactorError."""
    if node.items is not None:
        return Levels(_levels(parameter, node))
    if node.entries is not None:
        return _distribution(parameter, node)
    if node.text is None:
        raise FactorError((node, "has no value", _FORMS))
    low, separator, high = tidied(node.text).partition(" to ")
    if not separator:
        raise FactorError((node, f"{quoted(node.text)} varies nothing", _FORMS))
    return _between(parameter, {"": node}, low.strip(), high.strip())


def canonical(parameter: Parameter, node: Node) -> str:
    """One value as its parameter writes it. Raises FactorError."""
    if node.text is None:
        raise FactorError((node, "must be a single value", "quote what has brackets or braces"))
    quantity = parameter.quantity
    if quantity is None:
        return node.text
    read = _read(quantity, node, node.text)
    return "off" if read is None else quantity.write(read)


def _levels(parameter: Parameter, node: Node) -> tuple[str, ...]:
    items = node.items or ()
    if not 2 <= len(items) <= MOST_LEVELS:
        raise FactorError((node, f"is a list of {len(items)}", f"list from 2 to {MOST_LEVELS} values"))
    texts: list[str] = []
    wrong: list[tuple[Node, str, str]] = []
    for item in items:
        try:
            text = canonical(parameter, item)
        except FactorError as error:
            wrong += error.wrong
            continue
        if text in texts:
            wrong.append((item, f"{quoted(text)} is there twice", "remove one"))
        texts.append(text)
    if wrong:
        raise FactorError(*wrong)
    return tuple(texts)


def _distribution(parameter: Parameter, node: Node) -> Range | Drawn:
    entries = children(node)
    known = (*_ENDS, *_MEAN)
    wrong: list[tuple[Node, str, str]] = []
    for name, below in entries.items():
        if name not in known:
            near = nearest(name, known)
            wrong.append((below, f"unknown key {quoted(name)}", f"did you mean '{near}'?" if near else _FORMS))
        elif below.text is None:
            wrong.append((below, f"{name} must be a single value", _FORMS))
    if wrong:
        raise FactorError(*wrong)
    names = set(entries)
    if names == set(_MEAN):
        return _around(parameter, entries["mean"], entries["spread"])
    if not {"low", "high"} <= names or names & set(_MEAN):
        raise FactorError((node, "must say low and high, or mean and spread", _FORMS))
    texts = {name: below.text or "" for name, below in entries.items()}
    return _between(parameter, {"": node, **entries}, texts["low"], texts["high"], texts.get("likely"))


def _between(
    parameter: Parameter, nodes: Mapping[str, Node], low: str, high: str, likely: str | None = None
) -> Range | Drawn:
    """``nodes``: where each part is written, where it is not all of it."""
    node, quantity = nodes[""], parameter.quantity
    if parameter.section:
        raise FactorError((node, "is a whole section, which has no range", f"name {parameter.section}, for instance"))
    if quantity is None:
        raise FactorError((node, "is no number, so it has no range", "write a list of values, such as [a, b]"))
    with _at(nodes):
        stated = between(quantity, low, high, likely)
    if likely is None:
        return Range(_scale(quantity, stated))
    if whole(quantity):
        raise FactorError((node, "only whole numbers are values here", "write a range or a list"))
    return Drawn(_scale(quantity, stated), stated.distribution)


def _around(parameter: Parameter, mean: Node, spread: Node) -> Drawn:
    quantity = parameter.quantity
    if quantity is None:
        raise FactorError((mean, "is no number, so it has no mean", "write a list of values, such as [a, b]"))
    if whole(quantity):
        raise FactorError((mean, f"is {quantity.kind}, which has no spread", "write a range or a list"))
    with _at({"": spread}):
        share = spread_from(spread.text or "")
    with _at({"": mean}):
        stated = around(quantity, mean.text or "", share)
    return Drawn(_scale(quantity, stated), stated.distribution)


def _scale(quantity: Quantity, stated: Stated) -> Scale:
    return Scale(stated.distribution.low, stated.distribution.high, stated.like, quantity, whole(quantity))


@contextmanager
def _at(nodes: Mapping[str, Node]) -> Iterator[None]:
    """Faults of a distribution at the node of the part they are about."""
    try:
        yield
    except DistributionError as error:
        found = ((nodes.get(one.part, nodes[""]), one.message, one.hint) for one in error.wrong)
        raise FactorError(*found) from None


def _read(quantity: Quantity, node: Node, text: str) -> Any:
    try:
        return quantity.validate(text)
    except PydanticCustomError as error:
        context = error.context or {}
        raise FactorError((node, str(context.get("message", error)), str(context.get("hint", "")))) from None
