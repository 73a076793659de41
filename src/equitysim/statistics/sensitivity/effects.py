"""What every factor does by itself, and two of them together: curves, shares of variance, interactions."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity import interactions as together
from equitysim.statistics.sensitivity import marginals, morris, sobol
from equitysim.statistics.sensitivity.findings import Effect, Interaction
from equitysim.statistics.sensitivity.marginals import Marginal, deviations
from equitysim.statistics.sensitivity.pooling import FEWEST_POINTS, UNPOOLED, pooled
from equitysim.statistics.sensitivity.responses import DEPENDENT, LeftOut, Responses, going_together, is_factorial
from equitysim.statistics.sensitivity.squares import stacked, varies


def effects(responses: Responses) -> tuple[Effect, ...]:
    """By output, every factor's curve and its share of the variance between points, the largest first.

    Balanced factorials: exact means by level, shares by the analysis of variance; the points are the whole, so bounds
    are a t interval over the replications. Scattered points (Latin hypercube, Sobol, the points of A and B of a
    Saltelli design, incomplete grids): a regression on each factor, a polynomial of degree ≤ 3 or means by level, and
    adjusted R² as its share; bounds hold the luck of the replications and the choice of the points (as if drawn
    independently, which is cautious for designs that are more even). One at a time: the values along each factor from
    the scenario's own, without shares. A file of points: curves without shares, since factors may depend on each
    other. Morris: none.
    """
    return _effects(responses, _marginals(responses))


def _effects(responses: Responses, along: Sequence[Marginal]) -> tuple[Effect, ...]:
    confidence = responses.context.confidence
    runs = stacked(responses)
    differ = varies(runs, deviations(runs)) if len(runs) > 1 else np.zeros(runs.shape[2], dtype=bool)
    return tuple(
        one
        for k in range(len(responses.outputs))
        for one in sorted((_effect(responses, m, k, bool(differ[k]), confidence) for m in along), key=_weight)
    )


def _effect(responses: Responses, marginal: Marginal, output: int, differs: bool, confidence: float) -> Effect:
    policy, against, _ = responses.outputs[output]
    curve = marginal.curve(output, confidence)
    share = marginal.share.of(output) if marginal.share is not None and differs else None
    swing = max(curve.mean) - min(curve.mean)
    return Effect(policy, against, marginal.factor.path, share, swing, curve, marginal.method)


def _weight(effect: Effect) -> tuple[float, float]:
    share = 0.0 if effect.share is None else float(np.nan_to_num(effect.share.value))
    return -share, -effect.swing


def interactions(responses: Responses) -> tuple[Interaction, ...]:
    """By output, the pairs of factors whose share of the variance between points is above 0, the strongest first.

    Balanced factorials: exact, by the analysis of variance. Latin hypercube, Sobol and incomplete grids: from a
    regression with products of the curves of at most 8 factors, if it predicts points left out (Q² ≥ 0.5). Bounds hold
    jointly for all pairs of an output. Other designs tell no pairs apart: ``left_out`` says why.
    """
    return _interactions(responses, _regressions(responses, _marginals(responses)))


def _interactions(responses: Responses, found: Sequence[together.Regression]) -> tuple[Interaction, ...]:
    if _balanced(responses):
        return together.of_levels(responses)
    return tuple(one for regression in found for one in regression.found)


def _regressions(responses: Responses, along: Sequence[Marginal]) -> tuple[together.Regression, ...]:
    rows = pooled(responses)
    none = _dependent(responses) or responses.design == "saltelli" or _balanced(responses)
    if none or len(along) < 2 or len(rows) < FEWEST_POINTS:
        return ()
    return together.regressions(responses, rows, along)


def _marginals(responses: Responses) -> list[Marginal]:
    if responses.design == "one_at_a_time":
        return list(_one_at_a_time(responses))
    if _balanced(responses):
        return marginals.of_levels(responses)
    rows = pooled(responses)
    if len(rows) < FEWEST_POINTS:
        return []
    return marginals.of_scattered(responses, rows, shared=not _dependent(responses))


def _dependent(responses: Responses) -> bool:
    """Whether no variance can be told apart by factor: the design may have it so, or points that are missing."""
    return responses.design in DEPENDENT or bool(going_together(responses))


def _balanced(responses: Responses) -> bool:
    """Whether means over the other factors are exact. A file of points is read like one whose factors may depend on
    each other, whatever it holds."""
    return responses.design not in UNPOOLED | DEPENDENT and is_factorial(responses)


def _one_at_a_time(responses: Responses) -> Iterator[Marginal]:
    """Along each factor, the points at which all others have the scenario's own values."""
    sizes = np.stack([factor.sizes for factor in responses.factors], axis=1)
    same = sizes == _own(responses, sizes)
    runs = stacked(responses)
    for k, factor in enumerate(responses.factors):
        rows = np.flatnonzero(np.delete(same, k, axis=1).all(axis=1))
        rows = rows[np.argsort(factor.sizes[rows], kind="stable")]
        if len(rows):
            texts = tuple(factor.texts[row] for row in rows)
            yield Marginal(factor, factor.sizes[rows], texts, runs[rows], None, None, runs[rows].mean(axis=1), "levels")


def _own(responses: Responses, sizes: FloatArray) -> FloatArray:
    """The scenario's own values: the design's first point; if that is missing, each factor's most frequent."""
    if responses.positions and responses.positions[0] >= 0:
        own: FloatArray = sizes[responses.positions[0]]
        return own
    counted = [np.unique(column, return_counts=True) for column in sizes.T]
    return np.array([values[counts.argmax()] for values, counts in counted])


def left_out(responses: Responses) -> tuple[LeftOut, ...]:
    """What of effects, interactions, Sobol indices and elementary effects is not told, and why."""
    return _left_out(responses, _regressions(responses, _marginals(responses)))


class Decomposition(NamedTuple):
    """``effects``, ``interactions`` and ``left_out`` of the same runs."""

    effects: tuple[Effect, ...]
    interactions: tuple[Interaction, ...]
    left_out: tuple[LeftOut, ...]


def decomposed(responses: Responses) -> Decomposition:
    """What the three functions say, at a third of the cost: they rest on the same regressions."""
    along = _marginals(responses)
    found = _regressions(responses, along)
    return Decomposition(_effects(responses, along), _interactions(responses, found), _left_out(responses, found))


def _left_out(responses: Responses, found: Sequence[together.Regression]) -> tuple[LeftOut, ...]:
    return (*_without_shares(responses, found), *sobol.left_out(responses), *morris.left_out(responses))


def _without_shares(responses: Responses, found: Sequence[together.Regression]) -> Iterator[LeftOut]:
    both = "shares of variance and interactions"
    if responses.design in DEPENDENT:
        yield LeftOut(
            both,
            "they need independent factors; the points come from a file and may depend on each other, so a "
            "curve along one factor also holds what that factor says about the others",
        )
        return
    if responses.design == "one_at_a_time":
        yield LeftOut(both, "factors were moved one at a time, so nothing is known of two moving together")
        return
    if responses.design == "morris":
        yield LeftOut(
            "curves, shares of variance and interactions",
            "the points of Morris's trajectories hang together; elementary effects rank the factors",
        )
        return
    if lost := going_together(responses):
        yield LeftOut(
            both,
            f"they need independent factors; where points are missing, those that are left make {lost} go together, "
            "so a curve along the one also holds what it says about the other",
        )
        return
    count = len(pooled(responses))
    if count < FEWEST_POINTS and not _balanced(responses):
        yield LeftOut("effects", f"{count} {'point is' if count == 1 else 'points are'} too few")
        return
    if responses.context.replications < 2:
        luck = "with one replication luck cannot be told from parameters"
        yield LeftOut("the noise in shares of variance", f"{luck}; bounds hold the choice of points alone")
        if _balanced(responses):
            yield LeftOut("interactions", f"{luck}, and every pair of a grid seems to have one")
    if responses.design == "grid" and not _balanced(responses):
        yield LeftOut("exact means by level", "the grid lacks points, so it is read like scattered points")
    yield from _flat(responses)
    if responses.design == "saltelli" and not _balanced(responses):
        yield LeftOut(
            "interactions of pairs",
            "a Saltelli design does not tell them apart; where a factor's total index "
            "is above its first-order index it acts together with others",
        )
    else:
        yield from _unpredicted(found)


def _flat(responses: Responses) -> Iterator[LeftOut]:
    runs = stacked(responses)
    flat = int((~varies(runs, deviations(runs))).sum())
    if flat:
        yield LeftOut(
            f"shares of variance of {flat} of {runs.shape[2]} outputs", "the points do not differ beyond luck"
        )


def _unpredicted(found: Sequence[together.Regression]) -> Iterator[LeftOut]:
    bad = [one.quality for one in found if not one.quality >= together.PREDICTS]
    if bad:
        known = [quality for quality in bad if not np.isnan(quality)]
        worst = f" (Q² {max(known):.2f} at best, {together.PREDICTS} wanted)" if known else ""
        what = f"interactions of {len(bad)} of {len(found)} outputs"
        yield LeftOut(what, f"a regression with products does not predict points left out{worst}")
