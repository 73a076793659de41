"""Where each policy is best: the answer, the shares of the points, where the best changes, boxes, and levers."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from equitysim.figures.data import contrasts, of_contrast
from equitysim.measures.registry import MEASURES
from equitysim.measures.words import UNDEFINED, chance, percent, share, unit_heading
from equitysim.report.analysis.bounds import level_cell, share_cell, signed_cell
from equitysim.report.policies import known, switched
from equitysim.report.verdict import LONGEST
from equitysim.report.view import (
    Block,
    Cell,
    Column,
    Fact,
    FigureCard,
    Name,
    Prose,
    Row,
    Section,
    Switches,
    Table,
    VerdictCard,
    brief,
    named,
)
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.answer import lead, lead_told
from equitysim.statistics.sensitivity.findings import Box, Standing, TippingPoint
from equitysim.statistics.sensitivity.responses import DESIGN_NAMES, Responses

NAMED: Final = 3
"""Policies that the answer names; the table has all."""

FACTOR: Final = 80
MOST_BOXES: Final = 24


def places(responses: Responses) -> dict[str, int]:
    """Policy → its place, by which the switches know it."""
    return {name: k for k, name in enumerate(responses.policies)}


def judged(analysis: Analysis) -> bool:
    """Whether more or less of the measure is better, so that some policy is the best."""
    return not all(math.isnan(one.share_best) for one in analysis.standings)


def ranked(analysis: Analysis) -> list[Standing]:
    """The policies that are best at some points, that with most points first."""
    return sorted((one for one in analysis.standings if one.share_best > 0.0), key=lambda one: -one.share_best)


def depends_card(analysis: Analysis) -> VerdictCard:
    """The answer: who is best at how many of the points, and where that changes."""
    first = ranked(analysis)
    context = analysis.responses.context
    clear = sum(one.share_clear for one in analysis.standings)
    facts = (
        ("Decided by", f"{MEASURES[context.measure].label}, {context.units[context.measure]}"),
        ("The best on average", _lead(analysis)),
        ("Moves the differences most", _deciding(analysis)),
        (
            "Points with a clear best",
            share(min(clear, 1.0)) if context.replications > 1 else "one replication: unknown",
        ),
        ("Confidence", percent(context.confidence) if context.replications > 1 else ""),
        ("Design", f"{DESIGN_NAMES[analysis.responses.design]}, {len(analysis.responses.means):,} points"),
        ("Replications", f"{context.replications:,} at each point"),
    )
    everywhere = len(first) == 1
    return VerdictCard(
        "best" if everywhere else "depends",
        "The best everywhere" if everywhere else "It depends",
        named(" ".join(answer(analysis)), LONGEST),
        tuple(Fact(term, Name(text)) for term, text in facts if text),
    )


def answer(analysis: Analysis) -> list[str]:
    """The answer in one sentence or two."""
    first, responses = ranked(analysis), analysis.responses
    label, points = MEASURES[responses.context.measure].label, len(responses.means)
    if not first:
        return [f"No policy is the best in {label} at any of the {points:,} points."]
    leader = _quoted(first[0].policy)
    if len(first) == 1:
        everywhere = f"{leader} is the best in {label} at all of the {points:,} combinations tried."
        return [everywhere, *_turning(analysis.tipping)]
    said = [f"{leader} is the best in {label} at {share(first[0].share_best)} of the {points:,} combinations tried"]
    said += [f"{_quoted(one.policy)} at {share(one.share_best)}" for one in first[1:NAMED]]
    more = len(first) - NAMED
    said += [f"{more} other{'s' * (more != 1)} at the rest"] if more > 0 else []
    return [f"{', '.join(said)}.", *_turning(analysis.tipping)]


def _lead(analysis: Analysis) -> str:
    """By how much the best policy leads on average."""
    found = lead(analysis.responses)
    if found is None or not found.ahead.value > 0.0:
        return ""
    unit = analysis.responses.context.units[analysis.responses.context.measure]
    cell = signed_cell(found.ahead, unit)
    return f"{named(found.policy).short}, by {cell.text} {cell.note}".rstrip()


def _turning(tipping: Sequence[TippingPoint]) -> list[str]:
    if not tipping:
        return []
    one = tipping[0]
    between = (
        f" ({_at(one.low_text)} to {_at(one.high_text)})"
        if _bounded(one)
        else " by one replication, which does not tell luck"
    )
    more = f" The best changes at {len(tipping) - 1} more, below." if len(tipping) > 1 else ""
    return [
        f"Along {named(one.factor, FACTOR).short} it tips from {_quoted(one.below)} to {_quoted(one.above)} at "
        f"{_at(one.text)}{between}.{more}"
    ]


def _quoted(policy: str) -> str:
    return f"‘{named(policy).short}’"


def _at(text: str) -> str:
    return named(text, 30).short


def _deciding(analysis: Analysis) -> str:
    found = of_contrast(analysis.effects, contrasts(analysis)[0])
    return named(found[0].factor, FACTOR).short if found else ""


def where_section(analysis: Analysis, cards: Mapping[str, FigureCard]) -> Section | None:
    """Switches, shares of the points, maps, and where the best changes; None for a single policy."""
    responses = analysis.responses
    if len(responses.policies) < 2:
        return None
    shown = [cards[kind] for kind in ("map", "map_2", "map_3", "standings") if kind in cards]
    switches = Switches(switched(responses.policies, responses.policies.index(responses.baseline)))
    tipping = (_tipping(analysis),) if analysis.tipping else ()
    title = "Where each policy is best" if judged(analysis) else "The policies"
    told = lead_told(analysis, _quoted)
    said = (Prose(tuple(told)),) if told else ()
    return Section("where", title, (switches, *said, _standings(analysis), *tipping, *shown))


def _standings(analysis: Analysis) -> Table:
    responses = analysis.responses
    context, at = responses.context, places(responses)
    unit = context.units[context.measure]
    rows = tuple(
        Row(
            brief(one.policy),
            (
                share_cell(one.share_best),
                share_cell(one.share_clear),
                level_cell(one.mean, unit),
                Cell("baseline") if one.policy == responses.baseline else signed_cell(one.difference, unit),
            ),
            policy=at[one.policy],
            remark="baseline" if one.policy == responses.baseline else "",
        )
        for one in analysis.standings
    )
    bounds = f"below a mean its {percent(context.confidence)} bounds" if context.replications > 1 else "no bounds"
    return Table(
        "At what share of the points each policy is the best by its mean, and at what share clearly so: ahead of the "
        f"next beyond the luck of the replications. All points weigh alike; {bounds}.",
        "policy",
        (
            Column("the best at", "share of points", "share_best"),
            Column("clearly so at", "share of points", "share_clear"),
            Column("mean over all points", unit_heading(unit), "mean"),
            Column("difference to baseline", unit_heading(unit, difference=True), "difference"),
        ),
        rows,
        sortable=True,
    )


def _tipping(analysis: Analysis) -> Table:
    rows = tuple(
        Row(
            brief(one.factor, FACTOR),
            (Cell(named(one.below).short), Cell(named(one.above).short), _change(one)),
        )
        for one in analysis.tipping
    )
    return Table(
        "Where the best policy changes along one factor, the others averaged over",
        "factor",
        (
            Column("below it the best is", key="below", numeric=False),
            Column("above it the best is", key="above", numeric=False),
            Column("changes at", key="tipping"),
        ),
        rows,
    )


def _change(one: TippingPoint) -> Cell:
    note = f"[{_at(one.low_text)}, {_at(one.high_text)}]" if _bounded(one) else ""
    return Cell(_at(one.text), known(one.at.value), known(one.at.low), known(one.at.high), note)


def _bounded(one: TippingPoint) -> bool:
    return not math.isnan(one.at.low + one.at.high)


def when_section(analysis: Analysis, cards: Mapping[str, FigureCard]) -> Section | None:
    """Boxes of the factors in which one policy mostly is the best; None where none were found."""
    if not analysis.boxes:
        return None
    blocks: list[Block] = [Prose(tuple(_when(box) for box in analysis.boxes if box.number == 1)[:NAMED])]
    blocks += [cards["boxes"]] if "boxes" in cards else []
    return Section("when", "When to choose which", (*blocks, _boxes(analysis)))


def _when(box: Box) -> str:
    told = " and ".join(f"{named(limit.factor, FACTOR).short} is {named(limit.told).short}" for limit in box.limits)
    return (
        f"{_quoted(box.policy)} where {told or 'nothing is limited'}: the best at {share(box.density)} of the points "
        f"there; {share(box.coverage)} of all points where it is the best lie there."
    )


def _boxes(analysis: Analysis) -> Table:
    at = places(analysis.responses)
    rows = tuple(
        Row(
            brief(box.policy),
            (
                Cell(named(limit.factor, FACTOR).short),
                Cell(named(limit.told).short),
                Cell(chance(limit.chance), known(limit.chance)),
                Cell(str(box.number), float(box.number)),
                share_cell(box.coverage),
                share_cell(box.density),
                share_cell(box.mass),
            ),
            policy=at[box.policy],
        )
        for box in analysis.boxes[:MOST_BOXES]
        for limit in box.limits
    )
    more = len(analysis.boxes) - MOST_BOXES
    return Table(
        "Boxes in which a policy mostly is the best, one row for each limit. Coverage: the share of the points where "
        "it is the best that lies in the box; density: the share of the points in the box where it is; mass: the share "
        "of all points in the box.",
        "policy",
        (
            Column("factor", key="factor", numeric=False),
            Column("limit", key="limit", numeric=False),
            Column("by chance", "as good a limit", "chance"),
            Column("box", key="number"),
            Column("coverage", key="coverage"),
            Column("density", key="density"),
            Column("mass", key="mass"),
        ),
        rows,
        sortable=True,
        notes=(f"{more} more boxes are in the tables beside this page.",) if more > 0 else (),
    )


def levers_section(analysis: Analysis) -> Section | None:
    """What the levers are best set to; None where none were varied."""
    if not analysis.settings:
        return None
    responses = analysis.responses
    unit, at = responses.context.units[responses.context.measure], places(responses)
    levers = tuple(dict.fromkeys(lever for one in analysis.settings for lever, _ in one.values))
    columns = (
        *(Column(named(lever, FACTOR).short, key=f"lever {k}", numeric=False) for k, lever in enumerate(levers)),
        Column("mean there", unit_heading(unit), "mean"),
        Column("ahead of the next setting", unit_heading(unit, difference=True), "ahead"),
    )
    rows = tuple(
        Row(
            brief(one.policy),
            (
                *(_setting(responses, lever, dict(one.values)) for lever in levers),
                level_cell(one.mean, unit),
                signed_cell(one.ahead, unit),
            ),
            policy=at[one.policy],
        )
        for one in analysis.settings
    )
    said = "What the firm decides, set to what is best on average over everything that nobody knows."
    caption = "The best setting of the levers for each policy, of those that were tried"
    return Section("levers", "What to set the levers to", (Prose((said,)), Table(caption, "policy", columns, rows)))


def _setting(responses: Responses, lever: str, values: Mapping[str, str]) -> Cell:
    """What a lever is set to, if the policy uses it."""
    said = responses.factor(lever).said(values[lever]) if lever in values else UNDEFINED
    return Cell(named(said, 30).short)
