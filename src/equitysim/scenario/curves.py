"""What equity moves, written as what happens at two balances (model §2)."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from equitysim import units
from equitysim.digits import tidied
from equitysim.scenario.parts import Model, Problem, key, problems
from equitysim.scenario.quantities import DefectionShare, GammaRate, Positive, Share, write_defection

POINT = re.compile(r"at_(0|-?[1-9]\d{0,2})")
"""The key of a point, such as ``at_100``."""


class Beta(Model):
    """Customers' own chances, spread as Beta(a, b)."""

    a: Positive = key(
        meaning="First parameter of the beta distribution.",
        effect="The mean chance is a/(a + b); the smaller a + b, the more customers differ.",
    )
    b: Positive = key(
        meaning="Second parameter of the beta distribution.",
        effect="The mean chance is a/(a + b); the smaller a + b, the more customers differ.",
    )


class Gamma(Model):
    """Customers' own rates, spread as Gamma(shape, rate)."""

    shape: Positive = key(
        meaning="Shape of the gamma distribution.",
        effect="The smaller the shape, the more customers differ; the coefficient of variation is 1/√shape.",
    )
    rate: GammaRate = key(
        unit="time",
        meaning="Rate of the gamma distribution, with its unit of time: 4.414 weeks for a rate of 4.414 in weeks.",
        effect="The mean is shape/rate events per unit of time.",
    )


class Base(Model):
    """The customers' own base of a curve: one of two distributions."""

    beta: Beta | None = key(
        None,
        meaning="Own chances, Beta distributed.",
        effect="Some customers are always likelier than others, at the same equity.",
        source="The form of BG/NBD (Fader, Hardie & Lee 2005) and of sBG (Fader & Hardie 2007).",
    )
    gamma: Gamma | None = key(
        None,
        meaning="Own yearly hazards, Gamma distributed.",
        effect="Some customers always leave sooner than others, at the same equity.",
        source="The form of Pareto/NBD (Schmittlein, Morrison & Colombo 1987).",
    )

    @model_validator(mode="after")
    def _one(self) -> "Base":
        if (self.beta is None) == (self.gamma is None):
            found = Problem((), "needs exactly one of beta and gamma", "write {beta: {a: 1, b: 3}}")
            problems("Base", [found])
        return self


class TwoPoints(Model):
    """A quantity stated at two points ``at_N`` of something else, or one plain value that holds everywhere.

    Subclasses say what N is (``_point``, its pattern, ``_low`` and ``_high``, ``_named`` and ``_bounds`` in words), how
    two points may look (``_example``), of which kind the values are (``value``), how they are written (``_spelled``),
    which pairs make sense (``_value_faults``), and what ``explain`` says of a point.
    """

    model_config = ConfigDict(extra="allow")

    value: Any = None

    _point: ClassVar[re.Pattern[str]]
    _low: ClassVar[float]
    _high: ClassVar[float]
    _named: ClassVar[str]
    _bounds: ClassVar[str]
    _example: ClassVar[str]

    point_meaning: ClassVar[str]
    point_allowed: ClassVar[str]
    point_effect: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, raw: object) -> object:
        if isinstance(raw, TwoPoints):
            return raw
        if not isinstance(raw, dict):
            return {"value": raw}
        if "value" in raw:
            hint = f"write the plain value, or two points such as {cls._example}"
            problems(cls.__name__, [Problem(("value",), "unknown key", hint)])
        return raw

    @classmethod
    def point_of(cls, name: str) -> float | None:
        """The N of a key ``at_N``; None for any other key."""
        return float(name[3:]) if cls._point.fullmatch(name) else None

    def in_a_word(self) -> str | None:
        """The plain value."""
        return None if self.value is None else self._spelled(self.value)

    def word_type(self) -> Any:
        """The type of the plain value and of every point."""
        return type(self).model_fields["value"].annotation

    def points_written(self) -> dict[str, str]:
        """The points as written."""
        extra = self.__pydantic_extra__ or {}
        return {
            name: self._spelled(value) for name, value in sorted(extra.items(), key=lambda item: float(item[0][3:]))
        }

    def _spelled(self, value: Any) -> str:
        return units.write_share(value)

    @property
    def points(self) -> tuple[tuple[float, Any], ...]:
        """Place and value of each point, from low to high; none for a plain value."""
        extra = self.__pydantic_extra__ or {}
        return tuple(sorted((float(name[3:]), value) for name, value in extra.items()))

    @model_validator(mode="after")
    def _consistent(self) -> "TwoPoints":
        problems(type(self).__name__, list(self._faults()))
        return self

    def _faults(self) -> Iterator[Problem]:
        extra = self.__pydantic_extra__ or {}
        unknown = [name for name in extra if self.point_of(name) is None]
        for name in unknown:
            yield Problem((name,), "unknown key", f"points are written such as {self._example}")
        if unknown:
            return
        for name in extra:
            if not self._low <= float(name[3:]) <= self._high:
                yield Problem((name,), f"{self._named} {name[3:]} is out of range", self._bounds)
        if self.value is None and len(self.points) not in self._counts():
            found = {0: "no point", 1: "one point"}.get(len(extra), f"{len(extra)} points")
            yield Problem((), f"has {found}", f"write two points such as {self._example}, or one plain value")
        else:
            yield from self._value_faults()

    def _counts(self) -> tuple[int, ...]:
        return (2,)

    def _value_faults(self) -> Iterator[Problem]:
        raise NotImplementedError

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler.resolve_ref_schema(handler(schema))
        described["properties"].pop("value", None)
        point = described.pop("additionalProperties", {})
        described["patternProperties"] = {f"^{cls._point.pattern}$": point}
        described["additionalProperties"] = False
        return {"anyOf": [point, dict(described)]}


def completed(written: object, default: object) -> object:
    """A curve with one point of a default's two, and the default's other point; anything else as it is."""
    if not isinstance(written, dict) or not isinstance(default, dict):
        return written
    points = [name for name in written if isinstance(name, str) and name.startswith("at_")]
    if len(points) != 1 or points[0] not in default:
        return written
    per = _period_of(written[points[0]])
    others = {name: value for name, value in default.items() if name not in points and _period_of(value) == per}
    return {**others, **written}


def _period_of(text: object) -> str:
    """What a share is per, as in ``8 % per year``; empty for none."""
    return tidied(text).partition(" per ")[2] if isinstance(text, str) else ""


class Curve(TwoPoints):
    """Two points ``at_N``, or one plain value; with an own base the points give only the slope and may be left out."""

    base: Base | None = key(
        None,
        meaning="Each customer's own base; the two points then give only the slope.",
        effect="Customers differ at the same equity.",
    )

    _point: ClassVar[re.Pattern[str]] = POINT
    _low: ClassVar[float] = -100.0
    _high: ClassVar[float] = 100.0
    _named: ClassVar[str] = "balance"
    _bounds: ClassVar[str] = "equity lies between -100 and 100"
    _example: ClassVar[str] = "at_0 and at_100"

    point_meaning: ClassVar[str] = "What happens at a balance of N points; two such points make the curve."
    point_allowed: ClassVar[str] = "N from -100 to 100"
    point_effect: ClassVar[str] = "Only gain × slope matters: a point is worth what the curve makes of it."

    def _counts(self) -> tuple[int, ...]:
        return (0, 2) if self.base else (2,)

    def _value_faults(self) -> Iterator[Problem]:
        yield from edge_faults(self.points)


def edge_faults(points: tuple[tuple[float, float], ...]) -> Iterator[Problem]:
    """A chance that moves with equity never reaches 0 or 1, on either law (model §2)."""
    values = [value for _, value in points]
    if len(set(values)) < 2:
        return
    for balance, value in points:
        if value in (0.0, 1.0):
            text = units.write_share(value)
            near = "0.01 %" if value == 0.0 else "99.9 %"
            yield Problem((f"at_{int(balance)}",), f"cannot be {text} at one balance only", f"write such as {near}")


class ChanceCurve(Curve):
    """A chance on the logistic law."""

    __pydantic_extra__: dict[str, Share]
    value: Share | None = None

    def _value_faults(self) -> Iterator[Problem]:
        if self.base and self.base.gamma:
            yield Problem(("base", "gamma"), "is for a hazard per year", "a chance has a beta base")
        yield from edge_faults(self.points)


class DefectionCurve(Curve):
    """A chance per purchase or renewal on the logistic law, or a hazard per year (model §2, §4)."""

    __pydantic_extra__: dict[str, DefectionShare]
    value: DefectionShare | None = None

    def _spelled(self, value: Any) -> str:
        return write_defection(value)

    @property
    def per(self) -> str:
        """``purchase``, ``renewal`` or ``year``."""
        if self.value is not None:
            return str(self.value.per)
        if self.points:
            return str(self.points[0][1].per)
        return "year" if self.base and self.base.gamma else "purchase"

    def _value_faults(self) -> Iterator[Problem]:
        pers = {value.per for _, value in self.points}
        if len(pers) > 1:
            yield Problem((), "mixes " + " and ".join(f"per {per}" for per in sorted(pers)), "write both points alike")
            return
        if self.base and self.points:
            if self.base.beta and self.per == "year":
                yield Problem(
                    ("base", "beta"), "is for a chance per purchase or renewal", "a hazard per year has a gamma base"
                )
            if self.base.gamma and self.per != "year":
                yield Problem(("base", "gamma"), "is for a hazard per year", f"a chance per {self.per} has a beta base")
        yield from edge_faults(tuple((balance, value.share) for balance, value in self.points))
