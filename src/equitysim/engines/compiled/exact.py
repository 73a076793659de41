"""Exactly rounded sums in compiled code: for finite numbers whose sums stay finite, the bits of ``math.fsum``.

Money and balances are added over everybody at each review. ``math.fsum`` wants a Python list of them, which takes
longer to make than to add.
"""

import math
from typing import Any

from equitysim.jit import law

PARTIALS = 64
"""Room for the partial sums: they do not overlap, so the exponents of doubles leave room for some forty."""


@law
def add_exactly(x: float, partials: Any, used: int) -> int:
    """Add x to a sum kept as ``used`` partials of rising size that do not overlap, without any error (Shewchuk 1997,
    Discrete & Computational Geometry 18(3), doi 10.1007/PL00009321). Returns how many partials there are now.
    """
    kept = 0
    for k in range(used):
        y = partials[k]
        if math.fabs(x) < math.fabs(y):
            x, y = y, x
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            partials[kept] = low
            kept += 1
        x = high
    if x != 0.0:
        partials[kept] = x
        kept += 1
    return kept


@law
def exact_total(partials: Any, used: int) -> float:
    """The sum, rounded once, half to even."""
    if used == 0:
        return 0.0
    k = used - 1
    high = partials[k]
    low = 0.0
    while k > 0 and low == 0.0:
        k -= 1
        x = high
        high = x + partials[k]
        low = partials[k] - (high - x)
    # Exactly half-way by the largest two: what is below them decides.
    if k > 0 and ((low < 0.0 and partials[k - 1] < 0.0) or (low > 0.0 and partials[k - 1] > 0.0)):
        x = high + 2.0 * low
        if 2.0 * low == x - high:
            high = x
    return float(high)
