"""An analysis with made-up numbers: as many policies and factors, of whatever names, as a test asks for.

Levels, curves and maps come from one made-up law, so that they agree; indices, boxes and noise are only plausible.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from equitysim.statistics.intervals import FloatArray
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
    Method,
    Noise,
    Peel,
    Setting,
    SobolIndex,
    Standing,
    TippingPoint,
)
from equitysim.statistics.sensitivity.responses import DesignKind, Factor, LeftOut, Output, Responses, StudyInfo
from tests.unit.figures.made_comparison import made_comparison

NAMES = ("today", "reward the best", "recover everyone")
WORDS = ("linear", "s-shaped and rather long to read", "steps", "saturating")
FAILURES = tuple(float(k) for k in range(1, 9))
WEEKS = (3.0, 6.0, 10.0, 15.0, 20.0, 26.0)
FITTED = 25
SURE = 0.05
"""Half the width of bounds on a mean."""

FAILURE, FORGETTING = PATHS = ("failure.per_order", "equity.forgetting")
NOTHING: Mapping[str, Any] = dict.fromkeys(
    ("effects", "interactions", "sobol", "elementary", "maps", "tipping", "boxes", "settings", "left_out"), ()
)
"""Replaces all that not every study has."""

Law = Callable[[FloatArray], FloatArray]
"""Points × factors, each from 0 to 1 over its range → points × policies."""


def levelled(path: str, unit: str, sizes: Sequence[float], at: FloatArray, role: str = "uncertainty") -> Factor:
    """A factor with few levels; ``at``: the place of its level at each point."""
    texts = tuple(f"{size:g} {unit}".strip() for size in sizes)
    values = np.array(sizes)[at.astype(int)]
    written = tuple(texts[int(k)] for k in at)
    return Factor(path, "lever" if role == "lever" else "uncertainty", unit, values, written, texts, True)


def worded(path: str, words: Sequence[str], at: FloatArray) -> Factor:
    """A factor whose values are words."""
    return Factor(path, "lever", "", at.astype(float), tuple(words[int(k)] for k in at), tuple(words), False)


def spread_out(path: str, unit: str, low: float, high: float, share: FloatArray) -> Factor:
    """A factor anywhere between two ends."""
    values = low + (high - low) * share
    return Factor(path, "uncertainty", unit, values, tuple(f"{one:g} {unit}" for one in values), (), True)


def law_of(count: int) -> Law:
    """The first policy falls with the first factor; the others gain against it or lose, each in its own way."""

    def law(at: FloatArray) -> FloatArray:
        first, second = at[:, 0], at[:, 1]
        rest = at[:, 2:].mean(axis=1) if at.shape[1] > 2 else 0.0 * first
        base = 20.0 - 4.0 * first - 1.5 * first * second + 0.5 * rest
        gains = [0.0 * first, -0.15 + 1.3 * second * (1.0 - 0.5 * first), -0.4 + 2.2 * first * (0.5 + 0.5 * second)]
        gains += [0.3 * k * np.cos(3.0 * first + k) + 0.8 * np.sin(2.0 * second + k) for k in range(3, count)]
        return base[:, None] + np.stack(gains[:count], axis=1)

    return law


def made_analysis(
    names: Sequence[str] = NAMES,
    *,
    title: str = "Recovery or reward",
    replications: int = 5,
    many: int = 0,
    words: Sequence[str] = (),
    paths: Sequence[str] = PATHS,
    measure: str = "net_value",
) -> Analysis:
    """Two factors with 8 and 6 levels; ``words``: the second has these levels instead; ``many``: so many more, all
    anywhere between two ends."""
    luck = np.random.default_rng(3)
    if many:
        shares = luck.random((64, 2 + many))
        factors = [spread_out(paths[0], "%", 1.0, 8.0, shares[:, 0])]
        factors.append(spread_out(paths[1], "weeks", 3.0, 26.0, shares[:, 1]))
        factors += [spread_out(_path(paths, k), "", 0.0, 1.0, shares[:, 2 + k]) for k in range(many)]
        design: DesignKind = "saltelli"
    else:
        rows = len(words) or len(WEEKS)
        at = np.array([(x, y) for x in range(len(FAILURES)) for y in range(rows)], dtype=float)
        second = worded(paths[1], words, at[:, 1]) if words else levelled(paths[1], "weeks", WEEKS, at[:, 1], "lever")
        factors = [levelled(paths[0], "%", FAILURES, at[:, 0]), second]
        design = "grid"
    return _analysis(tuple(factors), design, tuple(names), title, replications, measure, luck)


def _path(paths: Sequence[str], k: int) -> str:
    return f"programs.{paths[k % len(paths)]} {k}.gain"


def _shares(factors: Sequence[Factor]) -> FloatArray:
    columns = [(one.sizes - one.sizes.min()) / max(float(one.sizes.max() - one.sizes.min()), 1e-9) for one in factors]
    return np.stack(columns, axis=1)


def _analysis(
    factors: tuple[Factor, ...],
    design: DesignKind,
    names: tuple[str, ...],
    title: str,
    replications: int,
    measure: str,
    luck: np.random.Generator,
) -> Analysis:
    law, size = law_of(len(names)), 0.01 if measure == "share_won" else 1.0
    levels = size * law(_shares(factors))
    shared = luck.normal(0.0, 0.4, (1, replications, 1)) + luck.normal(0.0, 0.05, (len(levels), replications, 1))
    runs = levels[:, None, :] + size * (shared + luck.normal(0.0, 0.03, (len(levels), replications, len(names))))
    context = made_comparison(names[:1], replications, title=title).context._replace(measure=measure, customers=1000)
    points = len(levels)
    responses = Responses(
        StudyInfo(title, "recovery-or-reward.yaml", "a" * 64, "b" * 64),
        context,
        design,
        names,
        names[0],
        factors,
        tuple(range(points)),
        tuple(range(points)),
        runs,
        (LeftOut("2 of 240 runs", "they failed"),),
    )
    sure = SURE * size if replications > 1 else math.nan
    best = responses.means.argmax(axis=1)
    outputs = responses.outputs
    few = factors[:12]
    return Analysis(
        responses,
        tuple(_standing(responses, k, best, sure) for k in range(len(names))),
        tuple(_noise(one, replications) for one in outputs),
        tuple(_effect(one, factor, sure) for one in outputs for factor in _by_swing(one, factors, sure)),
        tuple(
            Interaction(one.policy, one.against, few[0].path, other.path, Bounded(0.08, 0.05, 0.11))
            for one in outputs
            for other in few[1:3]
        ),
        tuple(_index(one, factor, k, replications) for one in outputs for k, factor in enumerate(few))
        if design == "saltelli"
        else (),
        tuple(_elementary(one, factor, k, size) for one in outputs for k, factor in enumerate(factors))
        if design == "saltelli"
        else (),
        tuple(_map(factors, k, law, size, sure, len(names)) for k in range(1, min(len(factors), 4))),
        _tipping(factors, names),
        _boxes(factors, names, best),
        tuple(
            Setting(name, ((factors[1].path, factors[1].texts[0]),), _around(20.0 * size, sure), _around(0.2, sure))
            for name in names
        ),
        (LeftOut("Sobol indices", "they take a Saltelli design"),),
    )


def _around(value: float, half: float) -> Bounded:
    return Bounded(value, value - half, value + half)


def _standing(responses: Responses, k: int, best: FloatArray, sure: float) -> Standing:
    share = float((best == k).mean())
    clear = 0.0 if math.isnan(sure) else 0.8 * share
    return Standing(responses.policies[k], _around(float(responses.means[:, k].mean()), sure), share, clear)


def _noise(one: Output, replications: int) -> Noise:
    parameters = float(one.means.var())
    if replications < 2:
        return Noise(one.policy, one.against, parameters, math.nan, math.nan, math.nan)
    return Noise(one.policy, one.against, parameters, 0.16, 0.02 * parameters + 1e-4, 0.013)


def _by_swing(one: Output, factors: tuple[Factor, ...], sure: float) -> list[Factor]:
    return sorted(factors, key=lambda factor: -_effect(one, factor, sure).swing)


def _effect(one: Output, factor: Factor, sure: float) -> Effect:
    if factor.levels:
        sizes = np.unique(factor.sizes)
        mean = np.array([one.means[factor.sizes == size].mean() for size in sizes])
        texts = factor.levels
    else:
        sizes = np.linspace(factor.sizes.min(), factor.sizes.max(), 9)
        mean = np.polyval(np.polyfit(factor.sizes, one.means, 2), sizes)
        texts = tuple(factor.told(size) for size in sizes)
    around = np.full(len(sizes), sure if one.against is None else sure / 3.0)
    curve = Curve(tuple(sizes.tolist()), texts, tuple(mean.tolist()), *_band(mean, around))
    share = min(float(mean.var() / one.means.var()), 0.95) if one.means.var() > 0 else 0.0
    bounds = _around(share, math.nan if math.isnan(sure) else 0.03)
    method: Method = "levels" if factor.levels else "fitted"
    return Effect(one.policy, one.against, factor.path, bounds, float(np.ptp(mean)), curve, method)


def _band(mean: FloatArray, half: FloatArray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple((mean - half).tolist()), tuple((mean + half).tolist())


def _index(one: Output, factor: Factor, k: int, replications: int) -> SobolIndex:
    first = 0.6 / (k + 1) ** 2
    half = 0.06 if replications > 1 else math.nan
    return SobolIndex(one.policy, one.against, factor.path, _around(first, half), _around(first + 0.05, half))


def _elementary(one: Output, factor: Factor, k: int, size: float) -> ElementaryEffect:
    absolute = size * 4.0 / (k + 1)
    sign = -1.0 if k % 2 else 1.0
    return ElementaryEffect(
        one.policy, one.against, factor.path, sign * absolute, _around(absolute, 0.1 * absolute), 0.4 * absolute
    )


def _map(factors: tuple[Factor, ...], k: int, law: Law, size: float, sure: float, count: int) -> Map:
    x, y = factors[0], factors[k]
    ends = [
        np.unique(one.sizes) if one.levels else np.linspace(one.sizes.min(), one.sizes.max(), FITTED) for one in (x, y)
    ]
    columns, rows = ends
    at = np.full((len(rows), len(columns), len(factors)), 0.5)
    at[:, :, 0] = (columns - columns.min()) / np.ptp(columns)
    at[:, :, k] = ((rows - rows.min()) / np.ptp(rows))[:, None]
    means = size * law(at.reshape(-1, len(factors))).reshape(len(rows), len(columns), count)
    ranked = np.sort(means, axis=2)
    lead = ranked[:, :, -1] - ranked[:, :, -2] if count > 1 else np.zeros(means.shape[:2])
    best = means.argmax(axis=2)
    clear = lead > (0.15 * size if not math.isnan(sure) else math.inf)
    shares = tuple(float((best == policy).mean()) for policy in range(count))
    column_texts, row_texts = (
        tuple(one.levels) if one.levels else tuple(one.told(size) for size in sizes)
        for one, sizes in ((x, columns), (y, rows))
    )
    method: Method = "levels" if x.levels and y.levels else "fitted"
    return Map(
        x.path, y.path, tuple(columns), column_texts, tuple(rows), row_texts, means, best, lead, clear, shares, method
    )


def _tipping(factors: tuple[Factor, ...], names: tuple[str, ...]) -> tuple[TippingPoint, ...]:
    if len(names) < 3:
        return ()
    return (TippingPoint(factors[0].path, names[1], names[2], Bounded(4.1, 3.8, 4.5), "4.1 %", "3.8 %", "4.5 %"),)


def _boxes(factors: tuple[Factor, ...], names: tuple[str, ...], best: FloatArray) -> tuple[Box, ...]:
    found = []
    for k, name in enumerate(names[:3]):
        cases = int((best == k).sum())
        if not 0 < cases < len(best):
            continue
        course = tuple(Peel(1.0 - 0.06 * n, 0.4 + 0.065 * n, 1.0 - 0.1 * n, min(n, 2)) for n in range(9))
        found.append(Box(name, 1, _limits(factors, k), len(best), cases, 0.7, 0.725, 0.42, course, 5))
    return tuple(found)


def _limits(factors: tuple[Factor, ...], k: int) -> tuple[Limit, ...]:
    first, second = factors[:2]
    side = (4.1, math.inf) if k == 2 else (-math.inf, 4.1)
    limits = [Limit(first.path, *side, (), f"{'above' if k == 2 else 'below'} 4.1 %", 0.0003)]
    if second.ordered:
        limits.append(Limit(second.path, 5.0, 20.0, (), "5 to 20 weeks", 0.04))
    else:
        inside = second.levels[:2]
        limits.append(Limit(second.path, -math.inf, math.inf, inside, " or ".join(inside), 0.2))
    return tuple(limits)
