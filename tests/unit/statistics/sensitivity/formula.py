"""Responses made from a formula: our own designs, factors between 0 and 1, and luck as wanted."""

from collections.abc import Callable, Sequence

import numpy as np

from equitysim.measures.registry import MEASURES, units
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.outcome import Context, Provenance, ScenarioInfo
from equitysim.statistics.sensitivity.responses import DesignKind, Factor, Responses, StudyInfo
from equitysim.study.sweeps import designs

Formula = Callable[[FloatArray], FloatArray]
"""Points × factors, each between 0 and 1, to one value per point."""


def context(replications: int, seed: int = 1, confidence: float = 0.95) -> Context:
    return Context(
        scenario=ScenarioInfo("Made", "made.yaml", "ab" * 32),
        engine="compiled",
        seed=seed,
        replications=replications,
        confidence=confidence,
        measure="net_value",
        matters=0.2,
        currency="EUR",
        horizon_days=1095.0,
        ltv_window_days=547.5,
        segments=(),
        units=units("EUR"),
        directions={name: measure.better for name, measure in MEASURES.items()},
        customers=None,
        scale=1.0,
        provenance=Provenance("0", "1", "3", "2", "Linux"),
    )


def factor(name: str, sizes: FloatArray, *, few: bool = False, ordered: bool = True) -> Factor:
    """``few``: whether its levels are named. Words (not ordered) have places for sizes."""
    texts = tuple(f"{size:.9g}" if ordered else f"word {int(size)}" for size in sizes.tolist())
    levels = tuple(dict.fromkeys(text for _, text in sorted(zip(sizes.tolist(), texts, strict=True))))
    return Factor(name, "uncertainty", "", sizes, texts, levels if few or not ordered else (), ordered)


def made(
    design: DesignKind,
    points: FloatArray,
    formulas: Sequence[Formula],
    *,
    replications: int = 1,
    own: float = 0.0,
    common: float = 0.0,
    seed: int = 1,
    few: bool = False,
    words: Sequence[int] = (),
) -> Responses:
    """A policy per formula, the first the baseline. ``own``: standard deviation of each run's luck, ``common``: of that
    which all points and policies share. Points that a design names twice are one row."""
    rows, positions = np.unique(points, axis=0, return_inverse=True)
    luck = np.random.default_rng((seed, 77))
    shared = common * luck.standard_normal((1, replications, 1))
    values = np.stack([formula(rows) for formula in formulas], axis=1)[:, None, :]
    runs = values + shared + own * luck.standard_normal((len(rows), replications, len(formulas)))
    names = tuple(f"p{k}" for k in range(len(formulas)))
    return Responses(
        study=StudyInfo("Made", "made.yaml", "cd" * 32, "ef" * 32),
        context=context(replications, seed),
        design=design,
        policies=names,
        baseline=names[0],
        factors=tuple(factor(f"x{k + 1}", rows[:, k], few=few, ordered=k not in words) for k in range(points.shape[1])),
        numbers=tuple(range(len(rows))),
        positions=tuple(int(place) for place in positions.ravel()),
        runs=runs,
    )


def grid(*counts: int) -> FloatArray:
    """Every combination of so many levels between 0 and 1, the last changing fastest."""
    axes = np.meshgrid(*(np.linspace(0.0, 1.0, count) for count in counts), indexing="ij")
    return np.stack([axis.ravel() for axis in axes], axis=1)


def saltelli(count: int, factors: int, seed: int = 1) -> FloatArray:
    return designs.saltelli(count, factors, seed)


def ishigami(x: FloatArray) -> FloatArray:
    """Ishigami & Homma 1990 (doi 10.1109/ISUMA.1990.151285) with 7 and 0.1, on shares of −π to π."""
    z = np.pi * (2.0 * x - 1.0)
    value: FloatArray = np.sin(z[:, 0]) + 7.0 * np.sin(z[:, 1]) ** 2 + 0.1 * z[:, 2] ** 4 * np.sin(z[:, 0])
    return value
