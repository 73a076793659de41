"""Numbers in words: durations, shares, money, counts, each with as many digits as people read."""

import math
from collections.abc import Callable

from equitysim.digits import LARGEST_SHOWN, rounded
from equitysim.plan import Sample

UNDEFINED = "–"
YEAR = 365.0
MONTH = 365.0 / 12.0
WEEK = 7.0


def duration(days: float) -> str:
    """``1095`` → ``3 years``, ``546`` → ``78 weeks``: the largest unit that divides it, else days."""
    for length, unit in ((YEAR, "year"), (MONTH, "month"), (WEEK, "week")):
        count = round(days / length)
        if count >= 1 and abs(count * length - days) < 1e-6:
            return f"{count:,} {unit}{'s' * (count != 1)}"
    return f"{rounded(days, 6)} day{'s' * (days != 1)}"


def percent(share: float) -> str:
    """``0.95`` → ``95 %``, with a blank that no line breaks at."""
    return f"{rounded(share * 100, 4)}\N{NO-BREAK SPACE}%"


def value(
    number: float,
    unit: str,
    *,
    signed: bool = False,
    error: float = math.inf,
    usual: int | None = None,
    estimated: bool = False,
) -> str:
    """A measure's value without its unit, in the digits that suit it; a share in per cent. ``error``: what it is sure
    to, such as half the width of its interval; ``usual``: decimals where they need not be more; ``estimated``: none are
    shown that its error makes meaningless."""
    if math.isnan(number):
        return UNDEFINED
    shown, finest = (number * 100, error * 100) if unit == "share" else (number, error)
    if abs(shown) >= LARGEST_SHOWN:
        return rounded(shown, sign="+" if signed else "")
    digits = _decimals(shown, _digits(number, unit) if usual is None else usual, finest, estimated)
    text = f"{shown:+,.{digits}f}" if signed else f"{shown:,.{digits}f}"
    return _without_minus_zero(text, signed=signed)


SIGNIFICANT = 3
_ROUNDING = 1e-9
"""What is smaller is an error of computing and shown as 0."""
_MOST_DECIMALS = 12


def _decimals(shown: float, usual: int, error: float, estimated: bool) -> int:
    """Decimals of a number: the usual ones, unless they would round its error, or the number itself, to nothing; then
    as many as show three significant digits of it."""
    for size in (error,) if estimated and abs(shown) < error < math.inf else (error, abs(shown)):
        if _ROUNDING < size < 10.0**-usual:
            return min(SIGNIFICANT - 1 - math.floor(math.log10(size)), _MOST_DECIMALS)
    return usual


def _digits(number: float, unit: str) -> int:
    if unit in ("share", "points", "days"):
        return 1
    if unit in COUNTS:
        return 0 if abs(number) >= 100 else 1
    return 2 if abs(number) < 10_000 else 0


def total(number: float) -> str:
    """An amount of money in all, in whole units unless it is less than one."""
    return value(number, "", usual=0)


def _without_minus_zero(text: str, *, signed: bool) -> str:
    if text.startswith("-") and not text.strip("-0.,"):
        return ("+" if signed else "") + text[1:]
    return text


COUNTS = frozenset({"referrals", "customers", "touches"})
"""Units that count heads or events."""


def interval(mean: float, low: float, high: float, unit: str) -> str:
    """``+0.45 [+0.36, +0.54]``; without bounds where there are none."""
    error = math.inf if math.isnan(high - low) else (high - low) / 2.0
    centre = value(mean, unit, signed=True, error=error, estimated=True)
    if math.isnan(low) or math.isnan(high):
        return centre
    least, most = (value(end, unit, signed=True, error=error) for end in (low, high))
    return f"{centre} [{least}, {most}]"


def unit_heading(unit: str, *, difference: bool = False) -> str:
    """The unit as a column shows it: shares are shown in per cent, their differences in percentage points."""
    if unit == "share":
        return "% points" if difference else "%"
    return unit.replace(" per seed person", "/person")


_CLEAR = 0.995


def share(counted: float) -> str:
    """A share of what was counted in whole per cent, none and all only where that is exact."""
    return _percent(counted, low=0.0, high=1.0)


def chance(drawn: float) -> str:
    """A chance that was estimated, in whole per cent; never certain."""
    return _percent(drawn, low=-1.0, high=2.0)


def _percent(part: float, low: float, high: float) -> str:
    if math.isnan(part):
        return UNDEFINED
    if low < part < 1.0 - _CLEAR:
        return "<1\N{NO-BREAK SPACE}%"
    if _CLEAR < part < high:
        return ">99\N{NO-BREAK SPACE}%"
    return f"{part * 100:.0f}\N{NO-BREAK SPACE}%"


def simulated(sample: Sample, scale: float, name: Callable[[str], str] = str) -> str:
    """Which part of the firm is simulated, and what made the size asked for too small. ``name`` makes the user's words
    safe to show."""
    part = f"1/{rounded(scale, 4)} of the firm" if scale > 1.0 else f"{rounded(1.0 / scale, 4)} times the firm"
    text = f"Simulated: {part} (--customers); totals are scaled back."
    if scale == 1.0:
        text = "Simulated: the whole firm (--customers)."
    if not sample.why:
        return text
    reasons = "; ".join(name(reason) for reason in sample.why)
    size = "so few" if sample.asked is None else f"a sample of {sample.asked:,}"
    return f"{text} Not {size}, which would not decide like the firm: {reasons}."
