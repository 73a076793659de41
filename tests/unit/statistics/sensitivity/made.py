"""A study that was never run, and what could be found in it: for tests of what is made of findings.

The formula is the question of the coffee shop in short: the more orders fail, the better it is to recover everybody,
and the longer goodwill lasts, the better it is to reward. ``analysis`` has every kind of finding, also kinds that no
one design allows together; its numbers are made up and only roughly what the formula says.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from equitysim.measures.registry import MEASURES, units
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.outcome import Context, Provenance, ScenarioInfo
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.findings import (
    Bounded,
    Box,
    Curve,
    Effect,
    ElementaryEffect,
    Interaction,
    Limit,
    Map,
    Noise,
    Peel,
    Setting,
    SobolIndex,
    Standing,
    TippingPoint,
)
from equitysim.statistics.sensitivity.responses import DesignKind, Factor, LeftOut, Responses, StudyInfo

POLICIES = ("today", "reward the best", "recover everyone")
TODAY, REWARD, RECOVER = POLICIES
BASELINE = TODAY

FAILURE, FORGETTING, GAIN, PROMISE = (
    "failure.per_order",
    "equity.forgetting",
    "programs.reward best.gain",
    "programs.make it good.at_most",
)

FAILURES = (1.0, 2.0, 4.0, 6.0, 8.0)
WEEKS = (3.0, 10.0, 18.0, 26.0)
GAINS = (5.0, 10.0, 20.0)
PROMISES = ("off", "1 per year")


def context(**changed: Any) -> Context:
    """What the numbers of the study stand beside."""
    plain = Context(
        scenario=ScenarioInfo("Corner coffee", "../scenarios/corner-coffee.yaml", "ab" * 32),
        engine="compiled",
        seed=1,
        replications=4,
        confidence=0.95,
        measure="net_value",
        matters=0.20,
        currency="EUR",
        horizon_days=1095.0,
        ltv_window_days=547.5,
        segments=("heavy", "light"),
        units=units("EUR"),
        directions={name: measure.better for name, measure in MEASURES.items()},
        customers=1_000,
        scale=5.0,
        provenance=Provenance("0.1.0", "1", "3.12.0", "2.0.0", "Linux x86_64"),
    )
    return plain._replace(**changed)


def numeric(path: str, role: str, unit: str, sizes: FloatArray, levels: tuple[str, ...] = ()) -> Factor:
    """A factor whose values are numbers of one unit."""
    texts = tuple(f"{size:g} {unit}".rstrip() for size in sizes.tolist())
    return Factor(path, role, unit, np.asarray(sizes, dtype=np.float64), texts, levels, True)  # type: ignore[arg-type]


def worded(path: str, role: str, texts: tuple[str, ...], levels: tuple[str, ...]) -> Factor:
    """A factor whose values are words; sizes are their places."""
    sizes = np.array([levels.index(text) for text in texts], dtype=np.float64)
    return Factor(path, role, "", sizes, texts, levels, False)  # type: ignore[arg-type]


def net_value(failure: FloatArray, weeks: FloatArray, gain: FloatArray, promised: FloatArray) -> FloatArray:
    """Points × policies: what each policy would bring without luck. ``failure`` in per cent, ``promised`` 0 or 1."""
    today = 20.0 - 0.9 * failure + 0.03 * weeks
    reward = today + 0.4 + 0.06 * weeks + 0.04 * gain * (1.0 - gain / 40.0)
    recover = today + 0.55 * failure - 0.5 - 0.2 * promised + 0.004 * failure * weeks
    return np.stack([today, reward, recover], axis=1)


def luck(points: int, replications: int, *, common: float, own: float, seed: int = 5) -> FloatArray:
    """Points × replications × policies: luck that all points share, and each run's own."""
    draws = np.random.default_rng(seed)
    shared = common * draws.standard_normal((1, replications, 1))
    single: FloatArray = shared + own * draws.standard_normal((points, replications, len(POLICIES)))
    return single


def of_columns(
    design: DesignKind,
    failure: FloatArray,
    weeks: FloatArray,
    gain: FloatArray,
    promises: tuple[str, ...],
    *,
    few: bool,
    replications: int = 4,
    own: float = 0.2,
) -> Responses:
    """The study at given points. ``few``: whether the design has few levels, which are then named."""

    def named(levels: tuple[float, ...], unit: str) -> tuple[str, ...]:
        return tuple(f"{level:g} {unit}".rstrip() for level in levels) if few else ()

    promised = np.array([PROMISES.index(text) for text in promises], dtype=np.float64)
    factors = (
        numeric(FAILURE, "uncertainty", "%", failure, named(FAILURES, "%")),
        numeric(FORGETTING, "uncertainty", "weeks", weeks, named(WEEKS, "weeks")),
        numeric(GAIN, "lever", "points", gain, named(GAINS, "points")),
        worded(PROMISE, "lever", promises, PROMISES),
    )
    value = net_value(failure, weeks, gain, promised)
    return Responses(
        study=StudyInfo("Recovery or reward", "recovery-or-reward.yaml", "cd" * 32, "ef" * 32),
        context=context(replications=replications),
        design=design,
        policies=POLICIES,
        baseline=BASELINE,
        factors=factors,
        numbers=tuple(range(len(value))),
        positions=tuple(range(len(value))),
        runs=value[:, None, :] + luck(len(value), replications, common=0.5, own=own),
        left_out=(),
    )


def grid(replications: int = 4, own: float = 0.2) -> Responses:
    """Every combination of few levels: 120 points."""
    rows = list(itertools.product(FAILURES, WEEKS, GAINS, PROMISES))
    failure, weeks, gain = (np.array([row[k] for row in rows], dtype=np.float64) for k in range(3))
    promises = tuple(row[3] for row in rows)
    return of_columns("grid", failure, weeks, gain, promises, few=True, replications=replications, own=own)


def scattered(points: int = 128, replications: int = 4, own: float = 0.2) -> Responses:
    """Points anywhere between the ends, as of a Latin hypercube."""
    draws = np.random.default_rng(3)
    share = (np.argsort(draws.random((4, points)), axis=1) + draws.random((4, points))) / points
    promises = tuple(PROMISES[int(2 * one)] for one in share[3].tolist())
    failure, weeks, gain = 1.0 + 7.0 * share[0], 3.0 + 23.0 * share[1], 5.0 + 15.0 * share[2]
    return of_columns("latin_hypercube", failure, weeks, gain, promises, few=False, replications=replications, own=own)


NOTHING: Mapping[str, Any] = dict.fromkeys(
    ("effects", "interactions", "sobol", "elementary", "maps", "tipping", "boxes", "settings", "left_out"), ()
)
"""For :func:`analysis`: only what there is of every study."""


def near(value: float, half: float) -> Bounded:
    """An estimate with bounds as far on both sides."""
    return Bounded(value, value - half, value + half)


def analysis(responses: Responses | None = None, **changed: object) -> Analysis:
    """Every kind of finding, over the grid unless other responses are given; ``changed`` replaces some."""
    whole: Mapping[str, object] = {
        "standings": (
            Standing(TODAY, near(16.4, 0.1), 0.0, 0.0),
            Standing(REWARD, near(18.0, 0.1), 0.55, 0.5),
            Standing(RECOVER, near(18.1, 0.12), 0.45, 0.4),
        ),
        "noise": (
            Noise(TODAY, None, 5.6, 0.25, 0.04, 0.002),
            Noise(REWARD, None, 5.8, 0.25, 0.04, 0.002),
            Noise(RECOVER, None, 1.2, 0.25, 0.04, 0.008),
            Noise(REWARD, TODAY, 0.3, 0.0, 0.08, 0.06),
            Noise(RECOVER, TODAY, 2.5, 0.0, 0.08, 0.008),
        ),
        "effects": tuple(_effects()),
        "interactions": (Interaction(RECOVER, TODAY, FAILURE, FORGETTING, Bounded(0.03, 0.01, 0.05)),),
        "sobol": (
            SobolIndex(RECOVER, TODAY, FAILURE, Bounded(0.9, 0.84, 0.95), Bounded(0.94, 0.9, 0.98)),
            SobolIndex(RECOVER, TODAY, FORGETTING, Bounded(0.02, -0.01, 0.06), Bounded(0.06, 0.03, 0.1)),
        ),
        "elementary": (
            ElementaryEffect(RECOVER, TODAY, FAILURE, 4.2, near(4.2, 0.3), 0.4),
            ElementaryEffect(RECOVER, TODAY, FORGETTING, 0.4, near(0.41, 0.1), 0.2),
            ElementaryEffect(RECOVER, TODAY, PROMISE, -0.2, near(0.2, 0.05), 0.03),
        ),
        "maps": (_map(),),
        "tipping": (
            TippingPoint(FAILURE, REWARD, RECOVER, Bounded(4.1, 3.9, 4.4), "4.1 %", "3.9 %", "4.4 %"),
            TippingPoint(FORGETTING, RECOVER, REWARD, Bounded(12.0, 10.1, 14.2), "12 weeks", "10 weeks", "14 weeks"),
        ),
        "boxes": (_box(RECOVER, 4.0, np.inf), _box(REWARD, -np.inf, 4.0)),
        "settings": tuple(
            Setting(policy, ((GAIN, "20 points"), (PROMISE, "off")), near(mean, 0.1), near(ahead, 0.05))
            for policy, mean, ahead in ((TODAY, 16.4, 0.0), (REWARD, 18.2, 0.1), (RECOVER, 18.2, 0.2))
        ),
        "left_out": (LeftOut("Sobol indices", "the design is a grid; they need design: {saltelli: N}"),),
    }
    return Analysis(responses=responses or grid(), **{**whole, **changed})  # type: ignore[arg-type]


def _curve(sizes: tuple[float, ...], texts: tuple[str, ...], mean: tuple[float, ...]) -> Curve:
    return Curve(sizes, texts, mean, tuple(one - 0.1 for one in mean), tuple(one + 0.1 for one in mean))


def _effects() -> list[Effect]:
    along = {
        FAILURE: (FAILURES, tuple(f"{one:g} %" for one in FAILURES)),
        FORGETTING: (WEEKS, tuple(f"{one:g} weeks" for one in WEEKS)),
        GAIN: (GAINS, tuple(f"{one:g} points" for one in GAINS)),
        PROMISE: ((0.0, 1.0), PROMISES),
    }
    slopes = {
        (TODAY, None): (16.4, {FAILURE: -0.9, FORGETTING: 0.03, GAIN: 0.0, PROMISE: 0.0}),
        (REWARD, None): (18.0, {FAILURE: -0.9, FORGETTING: 0.09, GAIN: 0.02, PROMISE: 0.0}),
        (RECOVER, None): (18.1, {FAILURE: -0.3, FORGETTING: 0.05, GAIN: 0.0, PROMISE: -0.2}),
        (REWARD, TODAY): (1.6, {FAILURE: 0.0, FORGETTING: 0.06, GAIN: 0.02, PROMISE: 0.0}),
        (RECOVER, TODAY): (1.7, {FAILURE: 0.6, FORGETTING: 0.02, GAIN: 0.0, PROMISE: -0.2}),
    }
    found = []
    for (policy, against), (level, by) in slopes.items():
        curves = {}
        for factor, (sizes, texts) in along.items():
            centre = sum(sizes) / len(sizes)
            curves[factor] = _curve(sizes, texts, tuple(level + by[factor] * (one - centre) for one in sizes))
        spreads = {factor: float(np.var(curve.mean)) for factor, curve in curves.items()}
        whole = sum(spreads.values()) * 1.05
        for factor in sorted(curves, key=lambda one: -spreads[one]):
            mean = curves[factor].mean
            share = near(spreads[factor] / whole, 0.03)
            found.append(Effect(policy, against, factor, share, max(mean) - min(mean), curves[factor], "levels"))
    return found


def _map() -> Map:
    """Recovering beats rewarding where much fails and goodwill is soon forgotten."""
    failure, weeks = np.meshgrid(FAILURES, WEEKS)
    cells = net_value(failure.ravel(), weeks.ravel(), np.full(failure.size, 12.0), np.zeros(failure.size))
    means = cells.reshape(len(WEEKS), len(FAILURES), len(POLICIES))
    ranked = np.sort(means, axis=2)
    lead: FloatArray = ranked[:, :, -1] - ranked[:, :, -2]
    best = means.argmax(axis=2)
    return Map(
        FAILURE,
        FORGETTING,
        FAILURES,
        tuple(f"{one:g} %" for one in FAILURES),
        WEEKS,
        tuple(f"{one:g} weeks" for one in WEEKS),
        means,
        best,
        lead,
        lead > 0.3,
        tuple(float((best == k).mean()) for k in range(len(POLICIES))),
        "levels",
    )


def _box(policy: str, low: float, high: float) -> Box:
    told = f"at least {low:g} %" if np.isfinite(low) else f"at most {high:g} %"
    return Box(
        policy=policy,
        number=1,
        limits=(
            Limit(FAILURE, low, high, (), told, 0.0004),
            Limit(PROMISE, 0.0, 0.0, ("off",), "off", 0.04),
        ),
        points=120,
        cases=54,
        coverage=0.8,
        density=0.9,
        mass=0.4,
        course=(Peel(1.0, 0.45, 1.0, 0), Peel(0.95, 0.7, 0.61, 1), Peel(0.8, 0.9, 0.4, 2), Peel(0.5, 1.0, 0.23, 2)),
        chosen=2,
    )
