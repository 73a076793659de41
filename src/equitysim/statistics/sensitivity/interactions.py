"""What two factors do together beyond what each does by itself."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import FloatArray, t_quantile
from equitysim.statistics.sensitivity.findings import Interaction
from equitysim.statistics.sensitivity.marginals import Marginal, cells, deviations
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.statistics.sensitivity.squares import Shares, Squares, shares, squares, stacked, varies

MOST_TOLD = 10
"""Interactions told per output."""

MOST_FACTORS = 8
"""Factors whose products a regression has: those with the largest shares."""

PREDICTS = 0.5
"""A regression is believed if it explains at least so much of the variance of points left out (judgement)."""

ROWS_PER_TERM = 2
"""Points that a regression needs per term (judgement)."""


class Regression(NamedTuple):
    """How well the regression with products predicts an output: Q², the part of the variance between points that it
    explains of points it was not fitted to; NaN where it could not be fitted. ``found``: what it says."""

    quality: float
    found: tuple[Interaction, ...]


def joint(confidence: float, pairs: int) -> float:
    """The confidence of each of several intervals that together hold with the stated one (Bonferroni)."""
    return 1.0 - (1.0 - confidence) / max(pairs, 1)


def of_levels(responses: Responses) -> tuple[Interaction, ...]:
    """Of a balanced factorial: the exact sums of squares of the analysis of variance, luck taken out."""
    runs = cells(responses)
    count = len(responses.factors)
    flat = runs.reshape(-1, *runs.shape[count:])
    whole = deviations(flat).times(1.0 / len(flat))
    pairs = list(itertools.combinations(range(count), 2))
    confidence = joint(responses.context.confidence, len(pairs))
    found = []
    for k, m in pairs:
        both = runs.mean(axis=tuple(axis for axis in range(count) if axis not in (k, m)))
        rest = both - both.mean(axis=0, keepdims=True) - both.mean(axis=1, keepdims=True) + both.mean(axis=(0, 1))
        part = squares(rest.reshape(-1, *rest.shape[2:])).times(1.0 / (rest.shape[0] * rest.shape[1]))
        found.append(shares(part, whole, confidence))
    paths = [(responses.factors[k].path, responses.factors[m].path) for k, m in pairs]
    differ = np.flatnonzero(varies(flat, deviations(flat))).tolist()
    return tuple(one for k in differ for one in _told(responses, k, paths, found))


def _told(
    responses: Responses, output: int, paths: Sequence[tuple[str, str]], found: Sequence[Shares]
) -> tuple[Interaction, ...]:
    """Those of one output whose bounds leave out 0, the strongest first."""
    policy, against, _ = responses.outputs[output]
    told = [
        Interaction(policy, against, first, second, share)
        for (first, second), shares_of in zip(paths, found, strict=True)
        if (share := shares_of.of(output)).low > 0.0
    ]
    return tuple(sorted(told, key=lambda one: -one.share.value)[:MOST_TOLD])


def regressions(
    responses: Responses, rows: npt.NDArray[np.int64], marginals: Sequence[Marginal]
) -> tuple[Regression, ...]:
    """Of scattered points, by output: a regression on the curves of the factors with the largest shares and on their
    products (for two straight curves, x·y), and what each product adds."""
    runs = stacked(responses)[rows]
    centred = runs - runs.mean(axis=0)
    return tuple(_regression(responses, k, centred[:, :, k : k + 1], marginals) for k in range(runs.shape[2]))


def _regression(responses: Responses, output: int, centred: FloatArray, marginals: Sequence[Marginal]) -> Regression:
    scores = _scores(output, len(centred), marginals)
    pairs = list(itertools.combinations(scores, 2))
    products = [scores[first] * scores[second] for first, second in pairs]
    if not products or not varies(stacked(responses)[:, :, output : output + 1], squares(centred)).any():
        return Regression(float("nan"), ())
    terms = np.stack([np.ones(len(centred)), *scores.values(), *products], axis=1)
    orthogonal, triangle = np.linalg.qr(terms)
    scale = np.abs(np.diag(triangle))
    if scale.min() <= 1e-9 * scale.max():
        return Regression(float("nan"), ())
    coordinates = np.tensordot(orthogonal, centred, axes=(0, 0))
    deviation = centred.mean(axis=1)[:, 0]
    left = deviation - orthogonal @ coordinates.mean(axis=1)[:, 0]
    left = left / np.maximum(1.0 - (orthogonal**2).sum(axis=1), 1e-9)
    quality = 1.0 - float(left @ left) / float(deviation @ deviation)
    if quality < PREDICTS:
        return Regression(quality, ())
    inverse = np.linalg.inv(triangle)[-len(pairs) :]
    whole = squares(centred)
    freedom = len(centred) - terms.shape[1]
    mean_square = whole.plus(squares(coordinates), -1.0).times(1.0 / freedom)
    confidence = joint(responses.context.confidence, len(pairs))
    quantile = t_quantile(0.5 + confidence / 2.0, freedom)
    found = []
    for row, product in zip(inverse, products, strict=True):
        coefficient = np.tensordot(row, coordinates, axes=(0, 0))[None]
        net = squares(coefficient).plus(mean_square, -float(row @ row))
        part = net.times(len(centred) * float(product.var()))
        scatter = _scatter(
            part, whole, 2.0 * float(coefficient.mean()) * float(product.var()), orthogonal @ row, left, deviation
        )
        found.append(shares(part, whole, confidence, quantile * scatter))
    policy, against, _ = responses.outputs[output]
    told = [
        Interaction(policy, against, first, second, share)
        for (first, second), shares_of in zip(pairs, found, strict=True)
        if (share := shares_of.of(0)).low > 0.0
    ]
    return Regression(quality, tuple(sorted(told, key=lambda one: -one.share.value)[:MOST_TOLD]))


def _scores(output: int, points: int, marginals: Sequence[Marginal]) -> dict[str, FloatArray]:
    """The curves of the factors that matter most for an output, at the points, with variance 1: as many factors as the
    points are enough for."""
    order = sorted(marginals, key=lambda one: -_share(one, output))
    scores: dict[str, FloatArray] = {}
    for one in order[:MOST_FACTORS]:
        curve = one.fitted[:, output] - one.fitted[:, output].mean()
        spread = float(curve.std())
        terms = 1 + (len(scores) + 1) + (len(scores) + 1) * len(scores) // 2
        if spread > 0.0 and terms * ROWS_PER_TERM <= points:
            scores[one.factor.path] = curve / spread
    return scores


def _share(marginal: Marginal, output: int) -> float:
    return 0.0 if marginal.share is None else float(np.nan_to_num(marginal.share.value[output]))


def _scatter(
    part: Squares, whole: Squares, slope: float, weights: FloatArray, left: FloatArray, deviation: FloatArray
) -> FloatArray:
    """The standard error of a product's share that comes from the choice of the points: from each point's influence
    on the coefficient and on the variance, with residuals of points left out."""
    count = len(left)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = part.value / whole.value
        influence = (slope * count * weights * left - value * deviation**2) * count / whole.value
    error: FloatArray = np.full(1, influence.std()) / np.sqrt(count)
    return error
