"""Factors: the parameters that a study varies, and which values they take.

Values travel as texts, as ``--set`` takes them, so that a point of a study can be typed again.
"""

import math
import re
from typing import Any, Literal, NamedTuple

from pydantic_core import PydanticCustomError

from equitysim import units
from equitysim.errors import Fault
from equitysim.scenario.document import Node, Spot, children
from equitysim.scenario.numbers import ends
from equitysim.scenario.parameters import Parameter
from equitysim.scenario.quantities import Quantity
from equitysim.scenario.words import nearest, quoted, visible
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

REACHES = 1e-4
"""Chance beyond what is allowed, at either end, up to which a mean and a spread are taken and cut off there."""


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
        exact = _written(self.quantity, self.pattern, int(inside) if self.whole else inside)
        match = _WRITTEN.fullmatch(exact)
        if match is None or self.whole or inside in (self.low, self.high):
            return exact
        short = f"{float(match['number']):.{DIGITS}g}{match['rest']}"
        size = _number(self.quantity.read(short))
        return short if size is not None and self.low <= size <= self.high else exact


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


class Triangle(NamedTuple):
    """Likeliest at one value, falling to nothing at two ends."""

    scale: Scale
    likely: float

    def at(self, share: float) -> str:
        """The value below which a share (0 to 1) of the distribution lies."""
        low, high, peak = self.scale.low, self.scale.high, self.likely
        width, left = high - low, peak - low
        if share * width < left:
            return self.scale.text(low + math.sqrt(share * width * left))
        return self.scale.text(high - math.sqrt((1.0 - share) * width * (high - peak)))

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


class Gamma(NamedTuple):
    """Gamma distributed, as with every mean and spread in a scenario; cut off where values are not allowed.

    ``spread``: standard deviation over mean. ``scale``: from what is allowed at least to what is allowed at most.
    """

    scale: Scale
    mean: float
    spread: float

    def at(self, share: float) -> str:
        """The value below which a share (0 to 1) of the distribution lies."""
        from scipy.special import gammaincinv

        below, above = self.cut()
        inside = below + min(max(share, _EDGE), 1.0 - _EDGE) * (1.0 - above - below)
        return self.scale.text(float(gammaincinv(self._shape, inside)) * self.mean / self._shape)

    def levels(self, count: int) -> tuple[str, ...]:
        """The middles of so many parts that are equally likely."""
        return tuple(dict.fromkeys(self.at((k + 0.5) / count) for k in range(count)))

    def most(self, count: int) -> int:
        """How many values ``levels`` gives at most."""
        return count

    def cut(self) -> tuple[float, float]:
        """Chance of the whole distribution below and above what is allowed."""
        from scipy.special import gammainc, gammaincc

        low, high = (end * self._shape / self.mean for end in (max(self.scale.low, 0.0), self.scale.high))
        return float(gammainc(self._shape, low)), float(gammaincc(self._shape, high))

    @property
    def _shape(self) -> float:
        return 1.0 / (self.spread * self.spread)


LEAST_SPREAD = 1e-6
"""Of a mean, below which values of ``DIGITS`` digits would hardly differ."""

_EDGE = 1e-9
"""A share of 0 or 1 would be an end that a gamma distribution does not have."""

Spread = Range | Triangle | Levels | Gamma


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
    low, separator, high = node.text.partition(" to ")
    if not separator:
        raise FactorError((node, f"{quoted(node.text)} varies nothing", _FORMS))
    return Range(_scale(parameter, node, (low.strip(), high.strip())))


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


def _distribution(parameter: Parameter, node: Node) -> Range | Triangle | Gamma:
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
        return _gamma(parameter, entries["mean"], entries["spread"])
    if not {"low", "high"} <= names or names & set(_MEAN):
        raise FactorError((node, "must say low and high, or mean and spread", _FORMS))
    texts = {name: below.text or "" for name, below in entries.items()}
    scale = _scale(parameter, node, (texts["low"], texts["high"]))
    if "likely" not in entries:
        return Range(scale)
    if scale.whole:
        raise FactorError((node, "only whole numbers are values here", "write a range or a list"))
    likely = _read(scale.quantity, entries["likely"], texts["likely"])
    size = _number(likely)
    if size is None or not _same_kind(scale.pattern, likely):
        raise FactorError((entries["likely"], "is not in the unit of low and high", "write all three alike"))
    if not scale.low <= size <= scale.high:
        raise FactorError((entries["likely"], "does not lie between low and high", "write a value between them"))
    return Triangle(scale, size)


def _gamma(parameter: Parameter, mean: Node, spread: Node) -> Gamma:
    quantity = parameter.quantity
    if quantity is None:
        raise FactorError((mean, "is no number, so it has no mean", "write a list of values, such as [a, b]"))
    read = _read(quantity, mean, mean.text or "")
    size = _number(read)
    if size is None or _only_whole(quantity, read):
        raise FactorError((mean, f"is {quantity.kind}, which has no spread", "write a range or a list"))
    if size <= 0.0:
        raise FactorError((mean, "is not above 0", "a spread is a share of the mean; write a range"))
    try:
        share = units.share(spread.text or "")
    except UnitError as error:
        raise FactorError((spread, error.message, error.hint)) from None
    if not LEAST_SPREAD <= share <= 1.0:
        bounds = f"must be at least {units.write_share(LEAST_SPREAD)} and at most 100 %"
        raise FactorError((spread, f"{spread.text} is out of range", bounds))
    found = Gamma(Scale(max(quantity.low, 0.0), quantity.high, read, quantity, False), size, share)
    if max(found.cut()) > REACHES:
        allowed = quantity.bounds()
        raise FactorError((mean, "reaches beyond what is allowed", f"must be {allowed}; write a range"))
    return found


def _scale(parameter: Parameter, node: Node, written: tuple[str, str]) -> Scale:
    quantity = parameter.quantity
    if parameter.section:
        raise FactorError((node, "is a whole section, which has no range", f"name {parameter.section}, for instance"))
    if quantity is None:
        raise FactorError((node, "is no number, so it has no range", "write a list of values, such as [a, b]"))
    low, high = (_read(quantity, node, text) for text in ends(quantity, *written))
    sizes = _number(low), _number(high)
    if sizes[0] is None or sizes[1] is None:
        raise FactorError((node, f"is {quantity.kind}, which has no range", "write a list of values, such as [a, b]"))
    if not _same_kind(low, high):
        raise FactorError((node, "has ends in different units", "write both ends alike"))
    if not sizes[0] < sizes[1]:
        raise FactorError((node, "the lower end is not below the upper", "swap them"))
    return Scale(float(sizes[0]), float(sizes[1]), low, quantity, _only_whole(quantity, low))


def _only_whole(quantity: Quantity, read: Any) -> bool:
    """Whether half of one more is no value."""
    try:
        quantity.read(_written(quantity, read, math.floor(_number(read) or 0.0) + 0.5))
    except UnitError:
        return True
    return False


def _written(quantity: Quantity, pattern: Any, size: float) -> str:
    return quantity.write(pattern._replace(**{_size(pattern): size}) if _many(pattern) else size)


def _read(quantity: Quantity, node: Node, text: str) -> Any:
    try:
        return quantity.validate(text)
    except PydanticCustomError as error:
        context = error.context or {}
        raise FactorError((node, str(context.get("message", error)), str(context.get("hint", "")))) from None


def _many(read: Any) -> bool:
    return hasattr(read, "_fields")


def _size(read: Any) -> str:
    return str(read._fields[0])


def _number(read: Any) -> float | None:
    """The number in what was read, None if there is none."""
    size = read[0] if _many(read) else read
    return None if isinstance(size, bool) or not isinstance(size, int | float) else size


def _same_kind(one: Any, other: Any) -> bool:
    return bool(_many(one) == _many(other) and (not _many(one) or one[1:] == other[1:]))
