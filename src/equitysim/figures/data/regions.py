"""Of an analysis: where each policy is best, as maps, as shares of the points, and as boxes."""

import math
from typing import Final

import numpy as np

from equitysim.figures.data.common import axis_label, unit_of
from equitysim.figures.data.shapes import Interval
from equitysim.figures.data.study_shapes import BarPanel, Bars, Boxes, FoundBox, Regions, Scale, Side
from equitysim.figures.names import middle_out, plain
from equitysim.measures.words import duration, percent, share
from equitysim.statistics.intervals import UNDEFINED
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.findings import Box, Limit, Map
from equitysim.statistics.sensitivity.responses import Factor, Responses

MOST_BOXES: Final = 4
MOST_SIDES: Final = 8
LONGEST_LABEL: Final = 56
"""Columns of a factor's name beside an axis or a bar."""


def who(responses: Responses) -> str:
    """Which study, over what time, from how many runs."""
    context = responses.context
    replications = f"{context.replications} replication" + "s" * (context.replications != 1)
    horizon = duration(context.horizon_days)
    return f"{responses.study.name}; {horizon}; {len(responses.means):,} points, {replications} on the same customers"


def sure(responses: Responses) -> str:
    """What the bounds are, if there are any."""
    context = responses.context
    return f"{percent(context.confidence)} bounds" if context.replications > 1 else "no bounds with one replication"


def called(path: str) -> str:
    """A factor by its path, short enough for a label."""
    return middle_out(plain(path), LONGEST_LABEL)


def factor_label(factor: Factor) -> str:
    """A factor and its unit."""
    return f"{called(factor.path)}, {factor.unit}" if factor.unit else called(factor.path)


def others_are(responses: Responses) -> str:
    """What a mean along one factor is over."""
    if len(responses.factors) == 1:
        return "there is no other factor"
    return "the others as the scenario has them" if responses.design == "one_at_a_time" else "averaged over all others"


def regions(analysis: Analysis, found: Map) -> Regions:
    """One map. A cell without a lead, or in which a mean is undefined, is blank."""
    responses = analysis.responses
    told = unit_of(responses.context)
    known = [
        [not math.isnan(lead) and not any(map(math.isnan, means)) for lead, means in zip(leads, row, strict=True)]
        for leads, row in zip(found.lead.tolist(), found.means.tolist(), strict=True)
    ]
    how = "means of the points there" if found.method == "levels" else "read off a fitted surface"
    others = len(responses.factors) - 2
    over = f", averaged over the other {'factor' if others == 1 else f'{others} factors'}" if others else ""
    return Regions(
        title=f"Which policy is best in {told.label}, by {called(found.x)} and {called(found.y)}",
        subtitle=f"{who(responses)}; {how}{over}. Strong colour: far ahead of the next; hatched: not clearly ahead, "
        "the lead may be luck",
        lead_axis=axis_label("lead before the next", told.unit),
        x=_scale(responses.factor(found.x), found.columns, found.column_texts),
        y=_scale(responses.factor(found.y), found.rows, found.row_texts),
        policies=responses.policies,
        baseline=responses.policies.index(responses.baseline),
        best=tuple(
            tuple(place if there else None for place, there in zip(row, seen, strict=True))
            for row, seen in zip(found.best.tolist(), known, strict=True)
        ),
        lead=tuple(
            tuple(lead * told.factor if there else UNDEFINED for lead, there in zip(row, seen, strict=True))
            for row, seen in zip(found.lead.tolist(), known, strict=True)
        ),
        clear=tuple(map(tuple, found.clear.tolist())),
        shares=found.shares,
    )


def _scale(factor: Factor, sizes: tuple[float, ...], texts: tuple[str, ...]) -> Scale:
    return Scale(
        factor_label(factor),
        tuple(map(float, sizes)),
        tuple(map(factor.said, texts)),
        factor.ordered,
        len(factor.levels) == len(sizes),
    )


def standings(analysis: Analysis) -> Bars:
    """At what share of the points each policy is the best."""
    responses = analysis.responses
    rows = tuple(
        (_bar(one.policy, one.share_clear), _bar(one.policy, max(one.share_best - one.share_clear, 0.0)))
        for one in analysis.standings
    )
    return Bars(
        title=f"At how many of the points each policy is the best in {unit_of(responses.context).label}",
        subtitle=f"{who(responses)}; all points weigh alike. Hatched: the lead over the next may be luck",
        axis="share of the points, %",
        labels=responses.policies,
        series=("clearly the best", "the best, but not clearly"),
        panels=(BarPanel("", rows),),
        stacked=True,
        whole=100.0,
        looks=tuple(range(len(responses.policies))),
        baseline=responses.policies.index(responses.baseline),
    )


def _bar(label: str, part: float) -> Interval:
    return Interval(label, 100.0 * part, UNDEFINED, UNDEFINED)


def boxes(analysis: Analysis) -> Boxes:
    """The first boxes of every policy, those of the policy that is best at most points first."""
    responses = analysis.responses
    best = {one.policy: one.share_best for one in analysis.standings}
    shown = sorted(analysis.boxes, key=lambda box: (box.number, -best[box.policy]))[:MOST_BOXES]
    left_out = len(analysis.boxes) - len(shown)
    more = f". {left_out} more box{'es' * (left_out != 1)} in the table" if left_out else ""
    return Boxes(
        title="When each policy is best: boxes in which it mostly is",
        subtitle=f"{who(responses)}. A bar is a factor's whole range (or its levels), the coloured part the box. "
        f"Right: every box on the way from all points to a narrow one, filled the one shown{more}",
        boxes=tuple(_box(responses, box) for box in shown),
        baseline=responses.policies.index(responses.baseline),
    )


def _box(responses: Responses, box: Box) -> FoundBox:
    sides = tuple(_side(responses.factor(limit.factor), limit) for limit in box.limits[:MOST_SIDES])
    name = f"{box.policy}, box {box.number}" if box.number > 1 else box.policy
    return FoundBox(
        name=name,
        heading=f"{name}: the best at {share(box.density)} of the points in the box; the box holds "
        f"{share(box.coverage)} of its points",
        policy=responses.policies.index(box.policy),
        sides=sides,
        course=tuple((100.0 * one.coverage, 100.0 * one.density) for one in box.course),
        chosen=box.chosen,
    )


def _side(factor: Factor, limit: Limit) -> Side:
    low, high = float(factor.sizes.min()), float(factor.sizes.max())
    ends = (factor.told(low), factor.told(high)) if factor.ordered else ("", "")
    if factor.levels:
        levels = range(len(factor.levels)) if not factor.ordered else np.unique(factor.sizes).tolist()
        inside = [
            limit.low <= size <= limit.high if factor.ordered else factor.levels[int(size)] in limit.texts
            for size in levels
        ]
        count = len(inside)
        return Side(
            called(factor.path),
            tuple((k / count, (k + 1) / count) for k in range(count) if inside[k]),
            *ends,
            limit.told,
        )
    width = high - low or 1.0
    start, end = (min(max((side - low) / width, 0.0), 1.0) for side in (limit.low, limit.high))
    return Side(called(factor.path), ((start, end),), *ends, limit.told)
