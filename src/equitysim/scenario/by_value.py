"""What a touch does, stated at two values of the reward it gives (model §6): money buys effect, with diminishing
returns."""

import math
import re
from collections.abc import Iterator
from typing import Any, ClassVar

from equitysim import units
from equitysim.digits import rounded
from equitysim.scenario.curves import TwoPoints
from equitysim.scenario.parts import Problem
from equitysim.scenario.quantities import MOST_GAIN, Gain, Share

_MOST = 1e12


class ByValue(TwoPoints):
    """One plain value, whatever the reward is worth, or two points ``at_N`` with N the reward's value in money."""

    _point: ClassVar[re.Pattern[str]] = re.compile(r"at_(0|[1-9]\d{0,11})(\.\d{1,6})?")
    _low: ClassVar[float] = 0.0
    _high: ClassVar[float] = _MOST
    _named: ClassVar[str] = "value"
    _bounds: ClassVar[str] = "a reward is worth 0 or more"
    _example: ClassVar[str] = "at_2 and at_5"

    point_meaning: ClassVar[str] = "What the touch does if the reward is worth N to the customer, in money."
    point_allowed: ClassVar[str] = "N from 0"
    point_effect: ClassVar[str] = (
        "Two such points: what the touch does then follows reward.value, with diminishing returns."
    )

    @property
    def moves(self) -> bool:
        """Whether the effect depends on what the reward is worth."""
        return self.value is None

    @property
    def some(self) -> bool:
        """Whether the touch can have this effect at all."""
        return self.moves or bool(self.value > 0.0)

    def at(self, value: float) -> float:
        """The effect of a touch whose reward is worth ``value`` in money, 0 without a reward."""
        if self.value is not None:
            return float(self.value)
        stated = dict(self.points).get(value)
        return self._between(value) if stated is None else float(stated)

    def _between(self, value: float) -> float:
        raise NotImplementedError

    def _value_faults(self) -> Iterator[Problem]:
        if not self.points:
            return
        (low, less), (high, more) = self.points
        if low == high:
            yield Problem((), "states the same value twice", f"write two values such as {self._example}")
        elif more <= less:
            message = f"is no more at {units.write_number(high)} than at {units.write_number(low)}"
            yield Problem((), message, "a reward that is worth more does more, or write one plain value")
        else:
            yield from self._return_faults(low, less, high, more)

    def _return_faults(self, low: float, less: float, high: float, more: float) -> Iterator[Problem]:
        raise NotImplementedError


class GainByValue(ByValue):
    """Points that a touch deposits: a power of the reward's value through 0 and the two points, or one plain value.

    ``gain(v) = less·(v/low)^e`` with ``e = ln(more/less)/ln(high/low)`` strictly between 0 and 1, so that each further
    unit of money deposits less than the one before.
    """

    __pydantic_extra__: dict[str, Gain]
    value: Gain | None = None

    def _spelled(self, value: Any) -> str:
        return units.write_number(value)

    def faults_at(self, value: float, *, rewarded: bool) -> Iterator[Problem]:
        """What is wrong with the gain of a program whose reward is worth ``value``, or that gives none."""
        if self.moves and not rewarded:
            message = "is stated at two values of a reward that the program does not give"
            yield Problem(("gain",), message, "add reward: {value: …}, or write one number of points")
        elif self.moves and self.at(value) > MOST_GAIN:
            message = f"reaches {rounded(self.at(value))} points at a reward of {rounded(value)}"
            hint = f"must be at most {rounded(MOST_GAIN)}: state flatter returns, or give less"
            yield Problem(("gain",), message, hint)

    def _between(self, value: float) -> float:
        (low, less), (high, more) = self.points
        if value <= 0.0:
            return 0.0
        return float(less) * math.exp(math.log(more / less) / math.log(high / low) * math.log(value / low))

    def _return_faults(self, low: float, less: float, high: float, more: float) -> Iterator[Problem]:
        if low == 0.0:
            yield Problem(("at_0",), "is not needed: nothing given deposits nothing", "state two values above 0")
        elif less <= 0.0:
            yield Problem((), "deposits nothing at the lower value", "state more than 0 points at both")
        elif more / less >= high / low:
            message = f"has returns that do not diminish: {rounded(high / low)} times the value"
            message += f" deposits {rounded(more / less)} times as much"
            most = f"less than {rounded(less * high / low)} points"
            yield Problem((), message, f"at {units.write_number(high)} write {most}")


class RestoreByValue(ByValue):
    """Share of the loss given back: a curve that saturates at all of it through the two points, or one plain value.

    ``1 − restore(v) = (1 − restore(0))·exp(−k·v)``: each further unit of money takes the same share off what is
    still missing, so returns diminish and nothing gives back more than there is.
    """

    __pydantic_extra__: dict[str, Share]
    value: Share | None = None

    _example: ClassVar[str] = "at_0 and at_5"

    def _between(self, value: float) -> float:
        (low, less), (high, more) = self.points
        rate = math.log((1.0 - less) / (1.0 - more)) / (high - low)
        return 1.0 - (1.0 - float(less)) * math.exp(-rate * (value - low))

    def _return_faults(self, low: float, less: float, high: float, more: float) -> Iterator[Problem]:
        if more >= 1.0:
            name = f"at_{units.write_number(high)}"
            yield Problem((name,), "cannot be 100 % at one value only", "write such as 99 %")
        elif self._between(0.0) < -1e-12:
            least = 1.0 - math.exp(math.log1p(-more) * low / high)
            message = f"has returns that do not diminish: from nothing to {units.write_share(less)}"
            message += f" at {units.write_number(low)}, and {units.write_share(more)} at {units.write_number(high)}"
            near = units.write_share(math.ceil(least * 1e3) / 1e3)
            yield Problem((), message, f"at {units.write_number(low)} write at least {near}, or state at_0")
