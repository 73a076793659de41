"""Exactly rounded sums of whole arrays: the bits of ``math.fsum``, whatever the order, in a tenth of its time.

Amounts are split into layers. Those of one layer are multiples of a small unit, and none of their sums is more than
2⁵³ units, so that they can be added in any order, and by any groups, without rounding (Rump, Ogita & Oishi 2008, SIAM
Journal on Scientific Computing 31(1), 189-224, doi 10.1137/050645671, algorithm 3.2). Only ``math.fsum`` over the few
sums of the layers rounds, once.
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

FEW = 1_000
"""So many amounts are sooner added by ``math.fsum`` itself."""

LARGEST = 1023
"""Exponent of the largest power of two that a double holds."""


def total(amounts: Floats) -> float:
    """Exactly rounded sum of an array of any shape: the same on every machine. Raises as :class:`Exact` does."""
    return Exact(amounts.reshape(1, -1)).totals()[0]


class Exact:
    """Rows of amounts to be added without rounding but once.

    Sums raise what ``math.fsum`` raises: OverflowError and ValueError where amounts are infinite or too large.
    """

    def __init__(self, rows: Floats) -> None:
        self._rows = rows
        self._layers = layers(rows) if rows.size > FEW else None

    def totals(self) -> list[float]:
        """The sum of each row."""
        if self._layers is None:
            return [math.fsum(row) for row in self._rows.tolist()]
        return _added([layer.sum(axis=1) for layer in self._layers], len(self._rows))

    def by(self, places: Codes, count: int) -> Floats:
        """The sums of each row by group, groups × rows. ``places``: the group of each column, from 0 to below
        ``count``."""
        rows = self._rows
        if self._layers is None:
            several = [[math.fsum(row) for row in rows[:, places == place].tolist()] for place in range(count)]
            return np.array(several, dtype=np.float64).reshape(count, len(rows))
        sums = [np.array([_by(row, places, count) for row in layer]).ravel() for layer in self._layers]
        return np.array(_added(sums, len(rows) * count), dtype=np.float64).reshape(len(rows), count).T


def layers(rows: Floats) -> list[Floats] | None:
    """Arrays of the same shape that add up to ``rows`` without any error, and of which each sum along a row, or of some
    of it, is exact. None where amounts are infinite, no numbers, or too large for that."""
    left = np.array(rows, dtype=np.float64, order="C")
    room = (left.shape[1] + 2).bit_length()
    found: list[Floats] = []
    while (size := np.maximum(left.max(axis=1, initial=0.0), -left.min(axis=1, initial=0.0))).any():
        _, exponents = np.frexp(size)
        if not np.isfinite(size).all() or int(exponents.max()) + room > LARGEST:
            return None
        # Adding so large a number rounds to a multiple of its last bit, and taking it away again leaves that.
        large = np.ldexp(1.0, exponents + room)[:, np.newaxis]
        layer = left + large
        layer -= large
        left -= layer
        found.append(layer)
    return found


def _by(row: Floats, places: Codes, count: int) -> Floats:
    """The sums of one row of a layer by group; many rows, and most of the last layers, hold nothing."""
    weights = row if row.any() else row[:0]
    return np.bincount(places[: len(weights)], weights=weights, minlength=count).astype(np.float64, copy=False)


def _added(sums: list[Floats], count: int) -> list[float]:
    """The sums of all layers, each rounded once."""
    return [math.fsum(parts) for parts in zip(*(one.tolist() for one in sums), strict=True)] if sums else [0.0] * count
