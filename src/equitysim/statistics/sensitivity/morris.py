"""Elementary effects: what moving one factor alone does, on average over many places (Morris 1991)."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import UNDEFINED, FloatArray
from equitysim.statistics.sensitivity.findings import Bounded, ElementaryEffect
from equitysim.statistics.sensitivity.resampling import between, means_anew
from equitysim.statistics.sensitivity.responses import Factor, LeftOut, Responses
from equitysim.statistics.sensitivity.squares import luck_of, squares, stacked

PURPOSE = 5_102
"""Keeps these draws apart from others that are made from the study's seed (any number does)."""

STEP = 2.0 / 3.0
"""By which share of its range a factor moves: two of four levels."""

SHORT = 3
"""A list of so many values or fewer moves by another share of its places: one of two by all of them."""


def trajectories(responses: Responses) -> npt.NDArray[np.int64]:
    """A Morris design as rows of its points: trajectories × (factors + 1), -1 where left out."""
    width = len(responses.factors) + 1
    count = len(responses.positions) // width
    return np.array(responses.positions[: count * width], dtype=np.int64).reshape(count, width)


def whole_trajectories(responses: Responses) -> npt.NDArray[np.int64]:
    """Those all of whose points are there."""
    places = trajectories(responses)
    return places[(places >= 0).all(axis=1)]


def elementary(responses: Responses) -> tuple[ElementaryEffect, ...]:
    """By output, every factor's elementary effects, the largest mean absolute effect first; nothing but for Morris's
    designs.

    An effect is the change of the mean over replications when one factor alone moves up by two thirds of its range,
    times 3/2: over the whole range, in shares of it. In a list of two or three a step is one of as many places as it
    moves, and its effect is scaled to all of them. Its mean and standard deviation are
    Morris's (1991, doi 10.1080/00401706.1991.10484804), the mean of absolute values is Campolongo, Cariboni &
    Saltelli's (2007, doi 10.1016/j.envsoft.2006.10.004). The standard deviation has the luck of replications taken
    out; the mean of absolute values has not, so that of a factor which does nothing is about the luck of one effect.

    Bounds: percentiles of 500 sets of trajectories drawn anew, widened in quadrature by a t interval over the
    replications; NaN with one trajectory. A factor whose value is the same after a step has an effect of 0 there. Of
    words (more than two) only absolute effects have a meaning; mean and spread are NaN.
    """
    if responses.design != "morris":
        return ()
    places = whole_trajectories(responses)
    if not len(places):
        return ()
    found = effects_of(responses, places)
    means = found.mean(axis=2)
    absolute = np.abs(means)
    confidence = responses.context.confidence
    low, high = between(means_anew(absolute, (responses.context.seed, PURPOSE)), confidence)
    slopes = (np.sign(means)[:, :, None] * (found - means[:, :, None])).mean(axis=0)
    luck = np.nan_to_num(luck_of(slopes, confidence))
    middle = absolute.mean(axis=0)
    bounds = (np.maximum(middle - np.hypot(middle - low, luck), 0.0), middle + np.hypot(high - middle, luck))
    if len(places) < 2:
        bounds = (np.full_like(middle, UNDEFINED), np.full_like(middle, UNDEFINED))
    spread = _spread(found)
    return tuple(
        one
        for k, (policy, against, _) in enumerate(responses.outputs)
        for one in sorted(
            (
                ElementaryEffect(
                    policy,
                    against,
                    factor.path,
                    float(means[:, j, k].mean()) if _signed(factor) else UNDEFINED,
                    Bounded(float(middle[j, k]), float(bounds[0][j, k]), float(bounds[1][j, k])),
                    float(spread[j, k]) if _signed(factor) else UNDEFINED,
                )
                for j, factor in enumerate(responses.factors)
            ),
            key=lambda effect: -effect.absolute.value,
        )
    )


def effects_of(responses: Responses, places: npt.NDArray[np.int64]) -> FloatArray:
    """Trajectories × factors × replications × outputs: the effect of each over its whole range.

    Raises ValueError where a step moves two factors, or a trajectory moves a factor twice: then positions are not in
    the order of trajectories.
    """
    sizes = np.stack([factor.sizes for factor in responses.factors], axis=1)[places]
    moves = np.sign(np.diff(sizes, axis=1))
    if int((moves != 0.0).sum(axis=2).max()) > 1 or int((moves != 0.0).sum(axis=1).max()) > 1:
        raise ValueError("the points are not in the order of Morris's trajectories: a step moves more than one factor")
    runs = stacked(responses)
    found = np.zeros((len(places), len(responses.factors), *runs.shape[1:]))
    trajectory, step, factor = np.nonzero(moves)
    changes = runs[places[trajectory, step + 1]] - runs[places[trajectory, step]]
    lengths = np.full(len(factor), STEP)
    for k, one in enumerate(responses.factors):
        known, rank = np.unique(one.sizes, return_inverse=True)
        if 1 < len(known) == one.listed <= SHORT:
            here = factor == k
            ends = rank[places[trajectory[here], step[here] + 1]] - rank[places[trajectory[here], step[here]]]
            lengths[here] = np.abs(ends) / (len(known) - 1.0)
    found[trajectory, factor] = changes * (moves[trajectory, step, factor] / lengths)[:, None, None]
    return found


def _signed(factor: Factor) -> bool:
    return factor.ordered or len(factor.levels) <= 2


def _spread(found: FloatArray) -> FloatArray:
    """Standard deviation of the effects between trajectories, factors × outputs, luck taken out."""
    count = len(found)
    if count < 2:
        return np.full((found.shape[1], found.shape[3]), UNDEFINED)
    apart = found - found.mean(axis=0)
    variance = np.stack([squares(apart[:, j]).value for j in range(found.shape[1])]) / (count - 1)
    spread: FloatArray = np.sqrt(np.maximum(variance, 0.0))
    return spread


def left_out(responses: Responses) -> Iterator[LeftOut]:
    """What of elementary effects is not told, and why."""
    if responses.design != "morris":
        yield LeftOut("elementary effects", "they need a morris design")
        return
    count, whole = len(trajectories(responses)), len(whole_trajectories(responses))
    if whole < count:
        yield LeftOut(f"{count - whole} of {count} trajectories", "at least one of their points is missing")
    words = [factor.path for factor in responses.factors if not _signed(factor)]
    if words:
        yield LeftOut(f"direction and spread of the effects of {', '.join(words)}", "words have no order")
