"""An analysis as tidy tables; ``measures.analysis_tables`` describes their columns."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from equitysim.measures.tables import Table, from_rows
from equitysim.statistics.sensitivity.findings import (
    UNKNOWN,
    Box,
    Effect,
    ElementaryEffect,
    Interaction,
    Map,
    Noise,
    Setting,
    SobolIndex,
    Standing,
    TippingPoint,
)
from equitysim.statistics.sensitivity.responses import Responses

Rows = Iterator[tuple[Any, ...]]


def standings(responses: Responses, found: Sequence[Standing]) -> Table:
    """Every policy over all points."""
    beside = (*_measure(responses), responses.context.confidence)
    rows = ((one.policy, *one.mean, one.share_best, one.share_clear, *one.difference, *beside) for one in found)
    return from_rows("standings", rows)


def noise(responses: Responses, found: Sequence[Noise]) -> Table:
    """Where the variance comes from."""
    rows = ((one.policy, one.against or "", *one[2:], *_measure(responses)) for one in found)
    return from_rows("noise", rows)


def effects(responses: Responses, found: Sequence[Effect]) -> Table:
    """What each factor does by itself."""
    beside = (*_measure(responses), responses.context.confidence)
    rows = (
        (*_of(responses, one), *(UNKNOWN if one.share is None else one.share), one.swing, one.method, *beside)
        for one in found
    )
    return from_rows("effects", rows)


def curves(responses: Responses, found: Sequence[Effect]) -> Table:
    """The points of the effects' curves."""
    return from_rows("curves", _curves(responses, found))


def _curves(responses: Responses, found: Sequence[Effect]) -> Rows:
    beside = (*_measure(responses), responses.context.confidence)
    for one in found:
        unit = responses.factor(one.factor).unit
        for size, text, *mean in zip(*one.curve, strict=True):
            yield (one.policy, one.against or "", one.factor, size, unit, text, *mean, *beside)


def interactions(responses: Responses, found: Sequence[Interaction]) -> Table:
    """What two factors do together."""
    context = responses.context
    rows = (
        (one.policy, one.against or "", one.first, one.second, *one.share, context.measure, context.confidence)
        for one in found
    )
    return from_rows("interactions", rows)


def sobol(responses: Responses, found: Sequence[SobolIndex]) -> Table:
    """First-order and total indices."""
    context = responses.context
    rows = ((*_of(responses, one), *one.first, *one.total, context.measure, context.confidence) for one in found)
    return from_rows("sobol", rows)


def morris(responses: Responses, found: Sequence[ElementaryEffect]) -> Table:
    """Elementary effects."""
    beside = (*_measure(responses), responses.context.confidence)
    rows = ((*_of(responses, one), one.mean, *one.absolute, one.spread, *beside) for one in found)
    return from_rows("morris", rows)


def maps(responses: Responses, found: Sequence[Map]) -> Table:
    """Every policy in every cell of every map."""
    return from_rows("maps", (row for one in found for row in _cells(responses, one)))


def _cells(responses: Responses, one: Map) -> Rows:
    beside = (one.method, *_measure(responses))
    for row, y in enumerate(one.rows):
        for column, x in enumerate(one.columns):
            best, lead, clear = (kept[row, column].item() for kept in (one.best, one.lead, one.clear))
            for place, policy in enumerate(responses.policies):
                is_best = place == best
                yield (
                    *(one.x, one.y, x, y, one.column_texts[column], one.row_texts[row], policy),
                    one.means[row, column, place].item(),
                    *(int(is_best), lead if is_best else math.nan, int(is_best and clear)),
                    *beside,
                )


def tipping_points(responses: Responses, found: Sequence[TippingPoint]) -> Table:
    """Where the best policy changes."""
    context = responses.context
    rows = (
        (
            *(one.factor, one.below, one.above, *one.at, responses.factor(one.factor).unit, one.text),
            *(context.measure, context.confidence),
        )
        for one in found
    )
    return from_rows("tipping_points", rows)


def boxes(responses: Responses, found: Sequence[Box]) -> Table:
    """Every limit of every box."""
    return from_rows("boxes", (row for one in found for row in _limits(responses, one)))


def _limits(responses: Responses, one: Box) -> Rows:
    whole = (one.coverage, one.density, one.mass, one.cases, one.points, responses.context.measure)
    for limit in one.limits:
        factor = responses.factor(limit.factor)
        ends = [end if factor.ordered and math.isfinite(end) else math.nan for end in (limit.low, limit.high)]
        yield (one.policy, one.number, limit.factor, *ends, factor.unit, limit.told, limit.chance, *whole)


def box_courses(responses: Responses, found: Sequence[Box]) -> Table:
    """Every step on the way to every box."""
    rows = (
        (one.policy, one.number, step, *peel, int(step == one.chosen), responses.context.measure)
        for one in found
        for step, peel in enumerate(one.course)
    )
    return from_rows("box_courses", rows)


def settings(responses: Responses, found: Sequence[Setting]) -> Table:
    """The best setting of every lever under every policy."""
    beside = (*_measure(responses), responses.context.confidence)
    rows = ((one.policy, lever, value, *one.mean, *one.ahead, *beside) for one in found for lever, value in one.values)
    return from_rows("settings", rows)


def _of(responses: Responses, one: Effect | SobolIndex | ElementaryEffect) -> tuple[str, str, str, str]:
    return one.policy, one.against or "", one.factor, responses.factor(one.factor).role


def _measure(responses: Responses) -> tuple[str, str]:
    name = responses.context.measure
    return name, responses.context.units[name]
