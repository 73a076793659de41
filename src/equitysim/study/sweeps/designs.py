"""Designs: which points of the unit cube are looked at, and in which order.

A design is a matrix of shares between 0 and 1, points × factors; ``factors`` turns shares into values. Designs that
can grow keep the points they have: a longer sequence begins with the shorter one.
"""

import itertools
import math
from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

MORRIS_LEVELS = 4

FloatArray = npt.NDArray[np.float64]


def latin_hypercube(count: int, factors: int, seed: int) -> FloatArray:
    """So many points, one in each of ``count`` slices of every factor (McKay, Beckman & Conover 1979)."""
    from scipy.stats import qmc

    return cast(FloatArray, qmc.LatinHypercube(factors, seed=np.random.default_rng(seed)).random(count))


def sobol(count: int, factors: int, seed: int) -> FloatArray:
    """The first points of a Sobol sequence, scrambled by the seed (Owen 1998); ``count`` is a power of two."""
    from scipy.stats import qmc

    return cast(FloatArray, qmc.Sobol(factors, seed=np.random.default_rng(seed)).random(count))


def grid(levels: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Every combination of the levels, the last factor's changing fastest."""
    return list(itertools.product(*levels))


def one_at_a_time(own: tuple[str, ...], levels: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The values of the scenario itself, then each factor at each of its levels with the others as they are."""
    return [own] + [(*own[:k], level, *own[k + 1 :]) for k, several in enumerate(levels) for level in several]


def saltelli(count: int, factors: int, seed: int) -> FloatArray:
    """The points that Sobol indices need (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018): for each of ``count``
    (a power of two) its point of matrix A, of B, and of A with one column of B after the other."""
    both = sobol(count, 2 * factors, seed)
    first, second = both[:, None, :factors], both[:, None, factors:]
    mixed = np.where(np.eye(factors, dtype=bool)[None], second, first)
    return cast(FloatArray, np.concatenate([first, second, mixed], axis=1).reshape(-1, factors))


def morris(count: int, factors: int, seed: int) -> FloatArray:
    """So many trajectories of ``factors`` + 1 points, each moving one factor after the other by two of four levels, in
    a random order (Morris 1991, doi:10.1080/00401706.1991.10484804)."""
    luck = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        level = luck.integers(MORRIS_LEVELS, size=factors)
        rows.append(level.copy())
        for k in luck.permutation(factors):
            level[k] = (level[k] + MORRIS_LEVELS // 2) % MORRIS_LEVELS
            rows.append(level.copy())
    return np.array(rows, dtype=np.float64) / (MORRIS_LEVELS - 1)


def is_power_of_two(count: int) -> bool:
    """Whether a count is 1, 2, 4, 8 …"""
    return count > 0 and count & (count - 1) == 0


def spread_out(count: int) -> list[int]:
    """The numbers from 0 to below ``count`` so that every beginning is spread over all of them: by reversed bits
    (van der Corput 1935)."""
    bits = max(1, math.ceil(math.log2(count))) if count > 1 else 1
    reversed_numbers = (int(f"{number:0{bits}b}"[::-1], 2) for number in range(1 << bits))
    return [number for number in reversed_numbers if number < count]
