"""What is not known, as a spread of its own: in which worlds which policy is best, what decides, what it is worth to
know."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from equitysim.measures.notebook import line
from equitysim.measures.tables import Table, from_rows
from equitysim.statistics.information import (
    Crossing,
    PerfectInformation,
    Samples,
    crossings,
    over_samples,
    partial_information,
    perfect_information,
    rank_correlation,
    resampled,
    shares_best,
)
from equitysim.statistics.intervals import UNDEFINED, FloatArray

RESAMPLED = 200
"""How often worlds are drawn anew for standard errors and intervals."""

TAIL = 0.05
"""Intervals over resampled worlds leave out so much at each end."""

SUPPORTED = 0.5
"""A change of the best policy is told if it shows in at least so many of the resampled worlds."""

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


class Correlation(NamedTuple):
    """A rank correlation, and between what it lies in nine of ten resampled sets of worlds; NaN if nothing varies."""

    value: float
    low: float
    high: float


class Tipping(NamedTuple):
    """Where along an unknown the best policy changes, the others averaged over.

    ``low`` and ``high``: between what it lies in nine of ten resampled sets of worlds; ``support``: the share of
    those that change so at all. ``*_text``: with the unit.
    """

    size: float
    text: str
    below: str
    above: str
    low: float
    low_text: str
    high: float
    high_text: str
    support: float


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
    the leading policy's advantage. ``tipping``: from low to high, none if the same policy is best all along.
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
    worth: Figure
    worth_total: float | None


class PolicyInWorlds(NamedTuple):
    """One policy: in what share of the worlds it is the best, and its mean over all worlds in the measure's unit."""

    name: str
    share_best: Figure
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


@dataclass(frozen=True)
class Question:
    """What is decided: ``better`` is 1 if more of the measure is better and -1 if less. ``total``: whether a value
    per person times the population is money in all."""

    measure: str
    unit: str
    better: int
    baseline: str
    total: bool


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
        """In what share of the worlds a policy is the best; None if its measure is undefined in some."""
        return next((found.share_best.value for found in self.policies if found.name == policy), None)

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
    found = [_deciding(values, asked, kept, (leader, against), samples, design, question) for asked in unknowns]
    worth = perfect_information(signed)
    errors = _errors(signed)
    return Worlds(
        design=design,
        question=question,
        policies=_policies(values, kept, samples, question.better),
        left_out=tuple(name for name in names if name not in kept),
        leader=kept[leader],
        runner_up=kept[runner_up],
        unknowns=tuple(sorted(found, key=_weight, reverse=True)),
        worth=_worth(signed, worth, samples),
        worth_total=_total(worth.value, question, design),
        worth_uncorrected=worth.uncorrected,
        noise=_typical(errors(leader, runner_up)),
        clear=_clear(values, errors),
        paths=tuple(asked.path for asked in unknowns),
        values=question.better * values,
        sizes=np.stack([asked.sizes for asked in unknowns], axis=1),
        texts=tuple(asked.texts for asked in unknowns),
    )


def _weight(found: Deciding) -> tuple[float, float]:
    correlation = found.over_runner_up.value
    return found.worth.value, 0.0 if math.isnan(correlation) else abs(correlation)


def _total(value: float, question: Question, design: Design) -> float | None:
    return value * design.population if question.total else None


def _worth(signed: FloatArray, worth: PerfectInformation, samples: Samples) -> Figure:
    again = over_samples(samples, lambda sample: perfect_information(signed[sample]).value)
    return Figure(worth.value, float(again.std(ddof=1)))


def _policies(values: FloatArray, names: Sequence[str], samples: Samples, better: int) -> tuple[PolicyInWorlds, ...]:
    shares = shares_best(values)
    again = np.stack([shares_best(values[sample]) for sample in samples]).std(axis=0, ddof=1)
    means = better * values.mean(axis=0)
    errors = values.std(axis=0, ddof=1) / math.sqrt(len(values)) if len(values) > 1 else np.full(len(names), UNDEFINED)
    return tuple(
        PolicyInWorlds(name, Figure(float(shares[k]), float(again[k])), Figure(float(means[k]), float(errors[k])))
        for k, name in enumerate(names)
    )


def _deciding(
    values: FloatArray,
    asked: Asked,
    names: Sequence[str],
    compared: tuple[int, tuple[int, int]],
    samples: Samples,
    design: Design,
    question: Question,
) -> Deciding:
    leader, (runner_up, baseline) = compared
    sizes = asked.sizes
    worth = partial_information(values, sizes, leader)
    again = over_samples(samples, lambda sample: partial_information(values[sample], sizes[sample], leader))
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
        tipping=_tipping(values, asked, names, leader, samples),
        worth=Figure(worth, float(again.std(ddof=1))),
        worth_total=_total(worth, question, design),
    )


def _correlation(sizes: FloatArray, advantage: FloatArray, samples: Samples) -> Correlation:
    found = rank_correlation(sizes, advantage)
    if math.isnan(found):
        return Correlation(UNDEFINED, UNDEFINED, UNDEFINED)
    again = over_samples(samples, lambda sample: rank_correlation(sizes[sample], advantage[sample]))
    low, high = np.nanquantile(again, [TAIL, 1.0 - TAIL])
    return Correlation(found, float(low), float(high))


def _tipping(
    values: FloatArray,
    asked: Asked,
    names: Sequence[str],
    leader: int,
    samples: Samples,
) -> tuple[Tipping, ...]:
    found = crossings(values, asked.sizes, leader)
    if not found:
        return ()
    again = [crossings(values[sample], asked.sizes[sample], leader) for sample in samples]
    told = []
    for one in found:
        near = [_nearest(one, others) for others in again]
        places = np.array([place for place in near if place is not None])
        support = len(places) / len(samples)
        if support >= SUPPORTED:
            low, high = (float(end) for end in np.quantile(places, [TAIL, 1.0 - TAIL]))
            texts = (asked.told(one.size), asked.told(low), asked.told(high))
            told.append(
                Tipping(one.size, texts[0], names[one.below], names[one.above], low, texts[1], high, texts[2], support)
            )
    return tuple(told)


def _nearest(one: Crossing, others: Sequence[Crossing]) -> float | None:
    alike = [other.size for other in others if (other.below, other.above) == (one.below, one.above)]
    return min(alike, key=lambda size: abs(size - one.size), default=None)


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
