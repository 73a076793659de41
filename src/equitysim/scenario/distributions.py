"""A number that nobody knows: a range, a likeliest value in it, or a mean and a spread, read from texts.

What a scenario writes under ``uncertain`` and what a study file writes of a factor is read here, so that both mean the
same and say the same of what is wrong.
"""

import math
from typing import Any, Literal, NamedTuple

from equitysim.scenario.numbers import Size, alike, ends, read
from equitysim.scenario.quantities import ABOUT_A_MEAN
from equitysim.scenario.quantity import Quantity
from equitysim.units import UnitError

REACHES = 1e-4
"""Chance beyond what is allowed, at either end, up to which a mean and a spread are taken and cut off there."""

Part = Literal["", "low", "likely", "high", "mean", "spread"]
"""What of it is meant; nothing stands for all of it."""


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


class Stated(NamedTuple):
    """A distribution as it was written. ``like``: a value of its kind; ``shown``: a text of its unit."""

    distribution: Distribution
    like: Any
    shown: str


class Wrong(NamedTuple):
    """One thing wrong with what was written."""

    part: Part
    message: str
    hint: str


class DistributionError(ValueError):
    """Texts that say no distribution, with all that is wrong with them."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__("; ".join(one.message for one in wrong))
        self.wrong = wrong


def between(quantity: Quantity, low: str, high: str, likely: str | None = None) -> Stated:
    """Anything from ``low`` to ``high`` alike, or rising to ``likely`` and falling from there. Raises
    DistributionError."""
    low, high = ends(quantity, low, high)
    middles: dict[Part, str] = {} if likely is None else {"likely": likely}
    sizes = _sizes(quantity, {"low": low, **middles, "high": high})
    least, most = sizes["low"], sizes["high"]
    middle = sizes.get("likely", least)
    if not (alike(least.value, most.value) and alike(middle.value, most.value)):
        raise DistributionError(Wrong("", "has ends of different kinds", "write all alike, per the same time"))
    if not least.size < most.size:
        raise DistributionError(Wrong("", "its low end is not below its high end", "write LOW to HIGH"))
    if not least.size <= middle.size <= most.size:
        raise DistributionError(Wrong("likely", "lies outside low and high", "write a value between them"))
    centre = (least.size + most.size) / 2.0 if likely is None else middle.size
    kind: Literal["triangular", "uniform"] = "uniform" if likely is None else "triangular"
    return Stated(Distribution(kind, least.size, most.size, centre), most.value, high)


def around(quantity: Quantity, mean: str, spread: float) -> Stated:
    """Gamma distributed, as with every mean and spread in a scenario; cut off where values are not allowed. Raises
    DistributionError."""
    found = _sizes(quantity, {"mean": mean})["mean"]
    if found.size <= 0.0:
        raise DistributionError(Wrong("mean", "is not above 0", "a spread is a share of the mean; write a range"))
    distribution = Distribution("gamma", max(quantity.low, 0.0), quantity.high, found.size, spread)
    if max(distribution.cut()) > REACHES:
        hint = f"must be {quantity.bounds()}; write a range"
        raise DistributionError(Wrong("", "reaches beyond what is allowed", hint))
    return Stated(distribution, found.value, mean)


def spread_from(text: str) -> float:
    """The spread of a mean, as a share of it. Raises DistributionError."""
    try:
        return read(ABOUT_A_MEAN, text).size
    except UnitError as error:
        raise DistributionError(Wrong("spread", error.message, error.hint)) from None


def _sizes(quantity: Quantity, texts: dict[Part, str]) -> dict[Part, Size]:
    found: dict[Part, Size] = {}
    wrong = []
    for part, text in texts.items():
        try:
            found[part] = read(quantity, text)
        except UnitError as error:
            wrong.append(Wrong(part, error.message, error.hint))
    if wrong:
        raise DistributionError(*wrong)
    return found
