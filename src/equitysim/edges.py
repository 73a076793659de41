"""Where a window, a period or a share ends: the one rule for every time that is compared with a length.

Windows and periods are half-open, [start, start + length): what happens at the very end belongs to what follows. Times
are sums of floats, such as a first purchase and so many months, and two that mean the same moment differ in their last
bits; so moments within ``SLACK`` are one moment. Nothing in measures, rules and engines compares a time otherwise
(tests/unit/test_edges.py).
"""

import math

from equitysim import moments
from equitysim.jit import law
from equitysim.moments import SLACK

SHARE_SLACK = 1e-9
"""How far below a whole number of people a share of them may fall by rounding."""


reached = law(moments.reached)
before = law(moments.before)
end = law(moments.end)


@law
def periods(elapsed: float, length: float) -> int:
    """How many whole periods have passed; also the number, from 0, of the period that is running."""
    return int(math.floor((elapsed + SLACK) / length))


@law
def first_round(start: float, step: float) -> int:
    """The first n with ``n·step`` not before ``start``."""
    return -int(math.floor((SLACK - start) / step))


@law
def meeting(t: float, moment: float) -> float:
    """The moment itself where t is one with it, else t."""
    return moment if math.fabs(t - moment) <= SLACK else t


@law
def no_later(t: float, moment: float) -> float:
    """The moment itself where t is one with it but later by rounding, else t."""
    return moment if moment < t <= moment + SLACK else t


@law
def at_review(t: float, review: float) -> float:
    """The review that t is one moment with, else t: reviews come before what else the calendar brings then."""
    return meeting(t, math.floor(t / review + 0.5) * review)


@law
def part_of(count: int, share: float) -> int:
    """How many a share of so many is: floor(share·count)."""
    return int(math.floor(share * count + SHARE_SLACK))
