"""What is not known, as a spread of its own: in which worlds which policy is best, what decides, what it is worth to
know."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from equitysim.arguments import named
from equitysim.measures.notebook import line
from equitysim.measures.tables import Table, from_rows
from equitysim.statistics.information import (
    GRID,
    Samples,
    error_of_mean,
    over_samples,
    partial_information,
    partial_information_error,
    perfect_information,
    rank_correlation,
    resampled,
    share_between,
    shares_best,
)
from equitysim.statistics.intervals import UNDEFINED, FloatArray
from equitysim.statistics.sensitivity.responses import Factor
from equitysim.statistics.sensitivity.surfaces import surface_of
from equitysim.statistics.sensitivity.tipping import Change, changes, stays_best

RESAMPLED = 200
"""How often worlds are drawn anew for standard errors and intervals."""

TAIL = 0.05
"""Intervals over resampled worlds leave out so much at each end."""

CLEAR = 2.0
"""A lead of so many standard errors is clear of the simulation's noise."""

_RESAMPLING = 0x776F726C


class Figure(NamedTuple):
    """An estimate and its standard error, NaN where it has none."""

    value: float
    error: float

    @property
    def within_noise(self) -> bool:
        """Whether it lies within twice its own error of nothing."""
        return not abs(self.value) > CLEAR * self.error


class Share(NamedTuple):
    """A share of the worlds, its standard error, and between what it may lie (``information.share_between``)."""

    value: float
    error: float
    low: float
    high: float


class Correlation(NamedTuple):
    """A rank correlation, and between what it lies in nine of ten resampled sets of worlds; NaN if nothing varies."""

    value: float
    low: float
    high: float


class Tipping(NamedTuple):
    """Where along an unknown the best policy changes, the others averaged over.

    ``low`` and ``high``: between what it lies, with the question's confidence; it contains ``size``. ``open_low``,
    ``open_high``: that bound lies beyond what was tried. ``*_text``: with the unit (``4 weeks or less``).
    """

    size: float
    text: str
    below: str
    above: str
    low: float
    low_text: str
    high: float
    high_text: str
    open_low: bool
    open_high: bool


class Asked(NamedTuple):
    """One unknown as it goes into the analysis: its size in every world, the same as the scenario would write it, and
    how a size of it is told."""

    path: str
    unit: str
    sizes: FloatArray
    texts: tuple[str, ...]
    told: Callable[[float], str]


@dataclass(frozen=True)
class Deciding:
    """What one unknown does to the decision.

    ``low_text``, ``high_text``: the least and greatest value tried. ``over_runner_up``, ``over_baseline``: of it with
    the leading policy's advantage. ``tipping``: the changes of the best policy that are shown, from low to high.
    ``stays``: whether it is shown that one policy is the best all along; without either, nothing is shown.
    ``worth``: of knowing it alone, in the measure's unit; ``worth_total``: in all, None unless the measure is money
    per person.
    """

    path: str
    unit: str
    low: float
    low_text: str
    high: float
    high_text: str
    over_runner_up: Correlation
    over_baseline: Correlation
    tipping: tuple[Tipping, ...]
    stays: bool
    worth: Figure
    worth_total: float | None


class PolicyInWorlds(NamedTuple):
    """One policy: in what share of the worlds it is the best, and its mean over all worlds in the measure's unit."""

    name: str
    share_best: Share
    mean: Figure


@dataclass(frozen=True)
class Design:
    """How the worlds were made and simulated.

    ``method``: ``sobol``, ``latin hypercube`` or ``rows``; ``rows``: of the file of draws, 0 without one. ``persons``:
    seed persons simulated in each run, about; ``scale``: seed persons of the scenario per simulated one.
    ``population``: seed persons of the scenario. ``anchored``: levels are the comparison's own.
    """

    worlds: int
    replications: int
    seed: int
    engine: str
    method: str
    rows: int
    persons: float
    scale: float
    population: float
    anchored: bool

    @property
    def even(self) -> bool:
        """Whether each unknown is spread evenly over the worlds, as by a Sobol sequence."""
        return self.method == "sobol"


@dataclass(frozen=True)
class Question:
    """What is decided: ``better`` is 1 if more of the measure is better and -1 if less. ``total``: whether a value
    per person times the population is money in all. ``confidence``: of what is said to be shown."""

    measure: str
    unit: str
    better: int
    baseline: str
    total: bool
    confidence: float = 0.95


@dataclass(frozen=True, eq=False)
class Worlds:
    """All policies in the worlds that a scenario holds possible.

    ``policies``: in the scenario's order, without those whose measure is undefined in some world (``left_out``).
    ``leader``: the best by its mean over the worlds; ``runner_up``: the second. ``unknowns``: what is worth knowing
    most first. ``worth``: of knowing everything, corrected for the simulation's noise; ``worth_uncorrected``: not
    corrected. ``noise``: typical standard error, in one world, of the leader's advantage over the runner-up, NaN with
    one replication. ``clear``: share of the worlds in which the best is ahead by more than twice that world's own.
    ``values``: worlds × policies; ``sizes``: worlds × unknowns, in canonical units (days, per day, fractions) and in
    the order of ``paths``; ``texts``: unknowns × worlds, the same as the scenario would write them.
    """

    design: Design
    question: Question
    policies: tuple[PolicyInWorlds, ...]
    left_out: tuple[str, ...]
    leader: str
    runner_up: str
    unknowns: tuple[Deciding, ...]
    worth: Figure
    worth_total: float | None
    worth_uncorrected: float
    noise: float
    clear: float
    paths: tuple[str, ...]
    values: FloatArray
    sizes: FloatArray
    texts: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return line(f"Worlds: {len(self.policies)} policies, {len(self.paths)} parameters that are not known")

    def share_of_worlds_best(self, policy: str) -> float | None:
        """In what share of the worlds a policy is the best; None if its measure is undefined in some. Raises
        ``errors.UsageError`` for an unknown policy."""
        shares = {found.name: found.share_best.value for found in self.policies}
        return shares.get(named("policy", policy, (*shares, *self.left_out)))

    def table(self) -> Table:
        """One row per world and policy: the table ``worlds``."""
        names = [found.name for found in self.policies]
        best = self.question.better * self.values
        return from_rows(
            "worlds",
            (
                (
                    world,
                    name,
                    self.question.measure,
                    float(self.values[world, k]),
                    self.question.unit,
                    int(best[world, k] == best[world].max()),
                )
                for world in range(len(self.values))
                for k, name in enumerate(names)
            ),
        )

    def inputs(self) -> Table:
        """One row per world and unknown: the table ``unknowns``."""
        return from_rows(
            "unknowns",
            (
                (world, path, float(self.sizes[world, k]), self.texts[k][world])
                for world in range(len(self.sizes))
                for k, path in enumerate(self.paths)
            ),
        )


def analysed(
    runs: FloatArray, names: Sequence[str], unknowns: Sequence[Asked], question: Question, design: Design
) -> Worlds | None:
    """The analysis of worlds × replications × policies of the decision measure; None with fewer than two policies that
    have a value in every world."""
    undefined = np.isnan(runs.sum(axis=(0, 1)))
    kept = [name for k, name in enumerate(names) if not undefined[k]]
    if len(kept) < 2:
        return None
    signed = question.better * runs[:, :, ~undefined]
    values = signed.mean(axis=1)
    order = np.argsort(-values.mean(axis=0), kind="stable")
    leader, runner_up = int(order[0]), int(order[1])
    samples = resampled(len(values), RESAMPLED, (design.seed, _RESAMPLING))
    baseline = kept.index(question.baseline) if question.baseline in kept else leader
    against = (runner_up, baseline)
    sizes = np.stack([asked.sizes for asked in unknowns], axis=1)
    spread = sizes if design.even else None
    found = [
        _deciding(signed, asked, kept, (leader, against), samples, design, question, spread, len(unknowns))
        for asked in unknowns
    ]
    worth = perfect_information(signed, spread)
    errors = _errors(signed)
    return Worlds(
        design=design,
        question=question,
        policies=_policies(values, kept, question, spread),
        left_out=tuple(name for name in names if name not in kept),
        leader=kept[leader],
        runner_up=kept[runner_up],
        unknowns=tuple(sorted(found, key=_weight, reverse=True)),
        worth=Figure(worth.value, worth.error),
        worth_total=_total(worth.value, question, design),
        worth_uncorrected=worth.uncorrected,
        noise=_typical(errors(leader, runner_up)),
        clear=_clear(values, errors),
        paths=tuple(asked.path for asked in unknowns),
        values=question.better * values,
        sizes=sizes,
        texts=tuple(asked.texts for asked in unknowns),
    )


def _weight(found: Deciding) -> tuple[float, float]:
    correlation = found.over_runner_up.value
    return found.worth.value, 0.0 if math.isnan(correlation) else abs(correlation)


def _total(value: float, question: Question, design: Design) -> float | None:
    return value * design.population if question.total else None


def _policies(
    values: FloatArray, names: Sequence[str], question: Question, spread: FloatArray | None
) -> tuple[PolicyInWorlds, ...]:
    best = values == values.max(axis=1, keepdims=True)
    parts = best / best.sum(axis=1, keepdims=True)
    shares, means = shares_best(values), question.better * values.mean(axis=0)

    def share(k: int) -> Share:
        between = share_between(float(shares[k]), len(values), question.confidence)
        return Share(float(shares[k]), error_of_mean(parts[:, k], spread), *between)

    return tuple(
        PolicyInWorlds(name, share(k), Figure(float(means[k]), error_of_mean(values[:, k], spread)))
        for k, name in enumerate(names)
    )


def _deciding(
    signed: FloatArray,
    asked: Asked,
    names: Sequence[str],
    compared: tuple[int, tuple[int, int]],
    samples: Samples,
    design: Design,
    question: Question,
    spread: FloatArray | None,
    among: int,
) -> Deciding:
    leader, (runner_up, baseline) = compared
    sizes, values = asked.sizes, signed.mean(axis=1)
    worth = partial_information(values, sizes, leader)
    error = partial_information_error(signed, sizes, leader, samples, spread)
    tipping, stays = tipping_points(signed, asked, names, question.confidence, among)
    low, high = float(sizes.min()), float(sizes.max())
    return Deciding(
        path=asked.path,
        unit=asked.unit,
        low=low,
        low_text=asked.told(low),
        high=high,
        high_text=asked.told(high),
        over_runner_up=_correlation(sizes, values[:, leader] - values[:, runner_up], samples),
        over_baseline=_correlation(sizes, values[:, leader] - values[:, baseline], samples),
        tipping=tipping,
        stays=stays,
        worth=Figure(worth, error),
        worth_total=_total(worth, question, design),
    )


def _correlation(sizes: FloatArray, advantage: FloatArray, samples: Samples) -> Correlation:
    found = rank_correlation(sizes, advantage)
    if math.isnan(found):
        return Correlation(UNDEFINED, UNDEFINED, UNDEFINED)
    again = over_samples(samples, lambda sample: rank_correlation(sizes[sample], advantage[sample]))
    low, high = np.nanquantile(again, [TAIL, 1.0 - TAIL])
    # of few worlds the resampled ones may all lie to one side of the estimate
    return Correlation(found, min(float(low), found), max(float(high), found))


def tipping_points(
    signed: FloatArray, asked: Asked, names: Sequence[str], confidence: float, among: int
) -> tuple[tuple[Tipping, ...], bool]:
    """The changes of the best policy that are shown, and whether it is shown that there is none; by the procedure of
    ``sensitivity.tipping``, with ``confidence`` for ``among`` unknowns at once. One replication tells no luck, so it
    shows neither."""
    low, high = float(asked.sizes.min()), float(asked.sizes.max())
    if signed.shape[1] < 2 or not low < high:
        return (), False
    factor = Factor(asked.path, "uncertainty", asked.unit, asked.sizes, asked.texts, (), ordered=True)
    grid = np.linspace(low, high, GRID + 1)
    found = changes(surface_of(signed, [factor], [grid]), grid, confidence, among)
    stays = not found and stays_best(surface_of(signed, [factor], [grid], chosen=False), confidence)
    return tuple(_told(one, asked, names) for one in found), stays


def _told(one: Change, asked: Asked, names: Sequence[str]) -> Tipping:
    at, low, high = one.at
    return Tipping(
        size=at,
        text=asked.told(at),
        below=names[one.below],
        above=names[one.above],
        low=low,
        low_text=asked.told(low) + " or less" * one.open_low,
        high=high,
        high_text=asked.told(high) + " or more" * one.open_high,
        open_low=one.open_low,
        open_high=one.open_high,
    )


Errors = Callable[[int, int], FloatArray]


def _errors(signed: FloatArray) -> Errors:
    """Of each world, the standard error over replications of one policy's advantage over another."""
    replications = signed.shape[1]

    def error(ours: int, theirs: int) -> FloatArray:
        if replications < 2:
            return np.full(len(signed), UNDEFINED)
        apart = signed[:, :, ours] - signed[:, :, theirs]
        found: FloatArray = apart.std(axis=1, ddof=1) / math.sqrt(replications)
        return found

    return error


def _typical(errors: FloatArray) -> float:
    return float(np.sqrt((errors**2).mean()))


def _clear(values: FloatArray, errors: Errors) -> float:
    """One world's own error rests on few replications, so all worlds of one pair of policies share theirs."""
    order = np.argsort(-values, axis=1, kind="stable")[:, :2]
    ahead = 0
    known: dict[tuple[int, int], float] = {}
    for world, (first, second) in enumerate(order.tolist()):
        pair = (first, second)
        if pair not in known:
            known[pair] = _typical(errors(first, second))
        if math.isnan(known[pair]):
            return UNDEFINED
        ahead += bool(values[world, first] - values[world, second] > CLEAR * known[pair])
    return ahead / len(values)
