"""What is not known, as a spread of its own: the analysis of all policies in the worlds that are possible."""

import math
from collections.abc import Callable, Sequence

import numpy as np

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
from equitysim.statistics.unknowns import (
    CLEAR,
    Asked,
    Correlation,
    Deciding,
    Design,
    Figure,
    PolicyInWorlds,
    Question,
    Share,
    Tipping,
    Worlds,
)

RESAMPLED = 200
"""How often worlds are drawn anew for standard errors and intervals."""

TAIL = 0.05
"""Intervals over resampled worlds leave out so much at each end."""

_RESAMPLING = 0x776F726C


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
        policies=_policies(values, kept, question, spread, errors),
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
    values: FloatArray, names: Sequence[str], question: Question, spread: FloatArray | None, errors: "Errors"
) -> tuple[PolicyInWorlds, ...]:
    best = values == values.max(axis=1, keepdims=True)
    parts = best / best.sum(axis=1, keepdims=True)
    shares, means = shares_best(values), question.better * values.mean(axis=0)

    def share(k: int) -> Share:
        found = float(shares[k])
        least, most = _within(values, k, found, errors)
        low, _ = share_between(least, len(values), question.confidence)
        _, high = share_between(most, len(values), question.confidence)
        return Share(found, error_of_mean(parts[:, k], spread), low, high)

    return tuple(
        PolicyInWorlds(name, share(k), Figure(float(means[k]), error_of_mean(values[:, k], spread)))
        for k, name in enumerate(names)
    )


def _within(values: FloatArray, ours: int, share: float, errors: "Errors") -> tuple[float, float]:
    """In what share of the worlds a policy is the best if the simulation's own error, which all worlds share, is
    against it, and if it is in its favour, by :data:`CLEAR` standard errors of its advantage over each other one."""
    others = [k for k in range(values.shape[1]) if k != ours]
    ahead = values[:, [ours]] - values[:, others]
    error = CLEAR * np.nan_to_num(np.array([_typical(errors(ours, other)) for other in others]))
    if not error.any():
        return share, share
    least, most = ((ahead > error).all(axis=1).mean(), (ahead >= -error).all(axis=1).mean())
    return min(float(least), share), max(float(most), share)


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
