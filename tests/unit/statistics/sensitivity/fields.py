"""Responses made of formulas, so that it is known who is best where."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.outcome import Context
from equitysim.statistics.sensitivity.responses import DesignKind, Factor, Responses, Role, StudyInfo
from tests.unit.statistics.sensitivity import formula


def context(replications: int, *, better: int = 1, confidence: float = 0.95) -> Context:
    return formula.context(replications, confidence=confidence)._replace(directions={"net_value": better})


def number(path: str, sizes: FloatArray, *, unit: str = "%", few: bool = False, role: Role = "uncertainty") -> Factor:
    """A factor of numbers; ``few``: its distinct sizes are levels."""
    texts = tuple(f"{size:g} {unit}".rstrip() for size in sizes)
    levels = tuple(f"{size:g} {unit}".rstrip() for size in np.unique(sizes)) if few else ()
    return Factor(path, role, unit, np.asarray(sizes, dtype=np.float64), texts, levels, True)


def word(path: str, places: Sequence[int], levels: tuple[str, ...], *, role: Role = "uncertainty") -> Factor:
    """A factor of words."""
    sizes = np.asarray(places, dtype=np.float64)
    return Factor(path, role, "", sizes, tuple(levels[place] for place in places), levels, False)


def grid(*sides: npt.ArrayLike) -> list[FloatArray]:
    """The sizes of every factor over a full grid."""
    return [
        side.ravel() for side in np.meshgrid(*(np.asarray(side, dtype=np.float64) for side in sides), indexing="ij")
    ]


def responses(
    factors: Sequence[Factor],
    means: FloatArray,
    *,
    noise: float | FloatArray = 0.0,
    common: float = 0.0,
    replications: int = 4,
    seed: int = 1,
    design: DesignKind = "grid",
    better: int = 1,
    policies: tuple[str, ...] = ("today", "reward", "recover", "all"),
    confidence: float = 0.95,
) -> Responses:
    """``means``: points × policies; on them luck of each run's own (``noise``) and of each policy's in a replication,
    the same at all points (``common``)."""
    points, count = means.shape
    rng = np.random.default_rng(seed)
    own = noise * rng.standard_normal((points, replications, count))
    shared = common * rng.standard_normal((1, replications, count))
    return Responses(
        study=StudyInfo("made", "", "", ""),
        context=context(replications, better=better, confidence=confidence),
        design=design,
        policies=policies[:count],
        baseline=policies[0],
        factors=tuple(factors),
        numbers=tuple(range(points)),
        positions=tuple(range(points)),
        runs=means[:, None, :] + own + shared,
    )
