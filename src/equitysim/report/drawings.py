"""The figures of a decision as cards: the drawing, how to read it, what is to be seen in words, and its numbers as a
table."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, assert_never

from equitysim.digits import rounded
from equitysim.figures import data
from equitysim.measures.words import duration, percent
from equitysim.report.cells import exact_cell as _exact
from equitysim.report.cells import interval_cell as _interval
from equitysim.report.cells import moments as _moments
from equitysim.report.cells import number as _number
from equitysim.report.policies import sources_table
from equitysim.report.svg import embedded
from equitysim.report.view import Cell, Column, Drawing, FigureCard, Row, Table, brief, named
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.outcome import Context

MOMENTS: Final = 7
"""Moments of a course over time that the table beside a figure shows, first and last among them."""

QUARTERS: Final = 12
"""The same of spend by quarter, where each quarter counts."""

_LINES = "Lines are means, shades their intervals; black is the baseline"
_DOTS = "Dots are means, bars their intervals"

READING: Final = {
    "verdict": "By how much each policy is better than the best of the others. A whole bar to the right of 0: "
    "it is the best. Hollow: no longer among those that may be the best. The bars hold for all policies at once",
    "horizons": "By how much each policy is better than the baseline if one looks less far or further ahead. If the "
    "order changes from mark to mark, the horizon decides",
    "waterfall": "Read from top to bottom: each kind of money begins where the one above ends; the last bar is what is "
    "left. Costs that grow go to the left",
    "sources": "Where the money comes from, before what programs cost. The parts of a bar add up to the diamond, which "
    "has an interval. A longer life sits in base",
    "gains": "The same difference by group of customers; each block adds up to all of it, but for desk hours and fixed "
    "costs, which belong to nobody. In brackets: by how many more or fewer people the group has at the horizon",
    "quarters": f"Money as paid, not discounted, desks and fixed costs included. {_LINES}",
    "payback": "What each policy has earned beyond the baseline so far. Below 0 it is still in debt; the ring marks "
    "from when on it is not. Shades: intervals",
    "frontier": "Higher is better, further right is dearer. Hollow: another policy spends no more and gains no less. "
    "Spending is already taken off what is gained",
    "desks": "Waits grow steeply when a desk is busy all the time. " + _DOTS,
    "tornado": "What the lead over the best of the others would be at both ends of what each number may be, one number "
    "at a time. The longest bar is the number to check first; at an end below 0 another policy is the best",
    "value": _DOTS,
    "referrals": _DOTS,
    "equity": _LINES,
    "active": _LINES,
    "chances": "Each panel belongs to another spread: the simulation's own error, a firm's luck, what is not known. A "
    "policy can lead in one and not in another",
}
"""How to read each figure."""

TITLES: Final = {"horizons": "The difference to the baseline, by horizon"}
"""Titles that would otherwise repeat the heading they stand under."""

UNLIKE: Final = frozenset({"verdict", "tornado", "chances"})
"""Those whose bars are no intervals of a mean by itself."""

TITLE: Final = 160

_NUMBERS = "The numbers of the figure"

Cards = Mapping[str, FigureCard]
"""Kind of figure → its card."""


def figure_cards(decision: Decision, drawings: Mapping[str, str]) -> dict[str, FigureCard]:
    """A card for each drawing of the decision, in the order of ``figures.data.FIGURES``. ``drawings``: kind → SVG."""
    return {
        kind: figure_card(decision.comparison, kind, drawn, embedded(drawings[kind], f"f{k}"))
        for k, (kind, drawn) in enumerate(data.of_decision(decision).items())
        if kind in drawings
    }


def figure_card(comparison: Comparison, kind: str, drawn: data.OfDecision, drawing: Drawing) -> FigureCard:
    """The card of one figure."""
    told = _told(drawn, comparison)
    matters = comparison.context.matters > 0 and kind in ("verdict", "horizons", "tornado", "value", "referrals")
    grey = "; in the grey band a difference is too small to matter" if matters and _has_band(drawn) else ""
    scope = "" if kind in UNLIKE else f" {_scope(comparison.context)}"
    return FigureCard(
        named(TITLES.get(kind, drawn.title), TITLE).short,
        f"{READING[kind]}{grey}.{scope}",
        drawing,
        told.alt,
        told.data,
    )


class Told(NamedTuple):
    """A figure in words: what is to be seen, and its numbers."""

    alt: str
    data: Table


def _has_band(drawn: data.OfDecision) -> bool:
    return not isinstance(drawn, data.ByPolicy) or drawn.matters > 0


def _scope(context: Context) -> str:
    runs = f"{context.replications} replication{'s' * (context.replications != 1)}"
    spread = f"{percent(context.confidence)} intervals, each by itself" if context.replications > 1 else "no intervals"
    return f"{duration(context.horizon_days).capitalize()}, {runs}, {spread}."


def _told(drawn: data.OfDecision, comparison: Comparison) -> Told:
    match drawn:
        case data.ByPolicy():
            return _by_policy(drawn)
        case data.OverTime():
            return _over_time(drawn)
        case data.Sources():
            return _sources(drawn, comparison)
        case data.Waterfall():
            return _waterfall(drawn)
        case data.Blocks():
            return _blocks(drawn)
        case data.Payback():
            return _payback(drawn)
        case data.Frontier():
            return _frontier(drawn)
        case data.Panels():
            return _panels(drawn)
        case data.Verdict():
            return _verdict(drawn)
        case data.Horizons():
            return _horizons(drawn)
        case data.Tornado():
            return _tornado(drawn)
        case _:
            assert_never(drawn)


def _by_policy(drawn: data.ByPolicy) -> Told:
    alt = (
        f"Two panels with a dot and an interval for each policy: on the left {drawn.level_axis}, on the right the "
        f"difference to the baseline. {_extremes(drawn.levels)}"
    )
    rows = tuple(
        Row(brief(row.label), (_interval(row), Cell("baseline") if gap is None else _interval(gap)), policy=k)
        for k, (row, gap) in enumerate(zip(drawn.levels, drawn.differences, strict=True))
    )
    columns = (Column(drawn.level_axis, key="level"), Column(drawn.difference_axis, key="difference"))
    return Told(alt, _table(drawn, "policy", columns, rows))


def _over_time(drawn: data.OverTime) -> Told:
    alt = (
        f"Lines over time, {drawn.time_axis}, one for each policy with its interval: {drawn.axis}"
        f"{'; below, the difference to the baseline' if drawn.differences else ''}. "
        f"At the end: {_extremes(_ends(drawn.lines))}"
    )
    most = QUARTERS if "quarter" in drawn.time_axis else MOMENTS
    return Told(alt, _courses(f"{drawn.axis}, by {drawn.time_axis}. Every moment is in series.csv", drawn.lines, most))


def _courses(caption: str, lines: Sequence[data.Line], most: int) -> Table:
    times = lines[0].times if lines else ()
    moments = _moments(len(times), most)
    columns = tuple(Column(rounded(times[k]), key=f"at {rounded(times[k])}") for k in moments)
    rows = tuple(
        Row(
            brief(line.label),
            tuple(_interval(data.Interval("", line.mean[k], line.low[k], line.high[k])) for k in moments),
            policy=place,
        )
        for place, line in enumerate(lines)
    )
    return Table(f"{_NUMBERS}: {caption}.", "policy", columns, rows)


def _sources(drawn: data.Sources, comparison: Comparison) -> Told:
    alt = (
        f"A bar for each policy, split into five sources: {', '.join(part.label for part in drawn.parts)}; a diamond "
        f"marks their sum with its interval. Sums: {_extremes(drawn.totals)}"
    )
    return Told(alt, sources_table(comparison))


def _waterfall(drawn: data.Waterfall) -> Told:
    alt = (
        f"Bars that begin where the one above ends, one for each kind of money, and the sum last, each with its "
        f"interval: {drawn.axis}. The sum is {_number(drawn.total.mean)}; of the kinds, {_extremes(drawn.bars)}"
    )
    rows = tuple(Row(brief(row.label), (_interval(row),)) for row in (*drawn.bars, drawn.total))
    return Told(alt, _table(drawn, "kind of money", (Column(drawn.axis, key="difference"),), rows))


def _blocks(drawn: data.Blocks) -> Told:
    every = [row for block in drawn.blocks for row in block.rows]
    alt = (
        f"Blocks of dots with intervals, one block for each way to group the customers "
        f"({', '.join(block.heading for block in drawn.blocks)}): {drawn.axis}. Of all groups, {_extremes(every)}"
    )
    rows = tuple(
        Row(brief(f"{block.heading}: {row.label}"), (_interval(row), Cell(note)))
        for block in drawn.blocks
        for row, note in zip(block.rows, block.notes, strict=True)
    )
    columns = (Column(drawn.axis, key="difference"), Column(drawn.notes_heading, key="people"))
    return Told(alt, _table(drawn, "group", columns, rows))


def _payback(drawn: data.Payback) -> Told:
    paid = [f"{named(line.label).short} at {rounded(mark)}" for line, mark in _marked(drawn) if mark is not None]
    alt = (
        f"Lines over time, {drawn.time_axis}, one for each policy with its interval: {drawn.axis}. "
        f"{'Paid back: ' + ', '.join(paid[:MOMENTS]) if paid else 'None has paid back by the end'}. "
        f"At the end: {_extremes(_ends(drawn.lines))}"
    )
    return Told(alt, _courses(f"{drawn.axis}, by {drawn.time_axis}", drawn.lines, MOMENTS))


def _marked(drawn: data.Payback) -> list[tuple[data.Line, float | None]]:
    return [pair for k, pair in enumerate(zip(drawn.lines, drawn.marks, strict=True)) if k != drawn.baseline]


def _frontier(drawn: data.Frontier) -> Told:
    alt = (
        f"A mark for each policy with intervals both ways: to the right {drawn.x_axis}, upwards {drawn.y_axis}. "
        f"Upwards {_extremes([place.y._replace(label=place.label) for place in drawn.places])}"
    )
    rows = tuple(
        Row(
            brief(place.label),
            (_interval(place.x), _interval(place.y), Cell("no" if place.efficient else "yes")),
            policy=k,
        )
        for k, place in enumerate(drawn.places)
    )
    columns = (
        Column(drawn.x_axis, key="spend"),
        Column(drawn.y_axis, key="net_value"),
        Column("beaten by another", key="beaten", numeric=False),
    )
    return Told(alt, _table(drawn, "policy", columns, rows))


def _panels(drawn: data.Panels) -> Told:
    seen = " ".join(
        f"{panel.heading.capitalize()}, {panel.axis}: {_extremes(_labelled(drawn, panel))}" for panel in drawn.panels
    )
    rows = tuple(
        Row(brief(label), tuple(_interval(panel.rows[k]) for panel in drawn.panels), policy=place)
        for k, (label, place) in enumerate(zip(drawn.labels, drawn.looks, strict=True))
    )
    columns = tuple(Column(panel.heading, panel.axis, panel.heading) for panel in drawn.panels)
    return Told(f"Panels side by side with a mark for each row. {seen}", _table(drawn, "policy", columns, rows))


def _labelled(drawn: data.Panels, panel: data.Panel) -> list[data.Interval]:
    return [row._replace(label=label) for label, row in zip(drawn.labels, panel.rows, strict=True)]


def _verdict(drawn: data.Verdict) -> Told:
    remain = [named(row.policy.label).short for row in drawn.rows if row.remains]
    alt = (
        f"A mark with bounds for each policy: {drawn.axis}. Among those that may be the best: "
        f"{', '.join(remain[:MOMENTS])}{' and more' * (len(remain) > MOMENTS)}. "
        f"Of all policies, {_extremes([row.policy for row in drawn.rows])}"
    )
    rows = tuple(
        Row(brief(row.policy.label), (_interval(row.policy), Cell("yes" if row.remains else "no")), policy=k)
        for k, row in enumerate(drawn.rows)
    )
    columns = (Column(drawn.axis, key="against_others"), Column("may be the best", key="remains", numeric=False))
    return Told(alt, _table(drawn, "policy", columns, rows))


def _horizons(drawn: data.Horizons) -> Told:
    last = [row[-1] for row in drawn.rows if row]
    alt = (
        f"For each policy but the baseline a mark with its interval at each horizon ({', '.join(drawn.horizons)}): "
        f"{drawn.axis}. At the longest {_extremes(last)}"
    )
    none = (Cell("baseline"),) * len(drawn.horizons)
    rows = tuple(
        Row(brief(name), none if row is None else tuple(map(_interval, row)), policy=k)
        for k, (name, row) in enumerate(zip(drawn.policies, drawn.rows, strict=True))
    )
    columns = tuple(Column(at, key=at) for at in drawn.horizons)
    return Told(alt, Table(f"{_NUMBERS}: {drawn.axis}, by horizon.", "policy", columns, rows))


def _tornado(drawn: data.Tornado) -> Told:
    first, axis = drawn.bars[0], named(drawn.axis, TITLE).short
    low, high = named(first.low_text).short, named(first.high_text).short
    alt = (
        f"A bar for each number, from the result at the low end of what it may be to that at the high end: {axis}. "
        f"As given {_number(drawn.base)}. The longest bar is {named(first.label).short}: {_number(first.low)} at "
        f"{low}, {_number(first.high)} at {high}."
    )
    rows = tuple(
        Row(
            brief(bar.label, 80),
            (
                Cell(named(bar.low_text).short),
                _exact(bar.low),
                Cell(named(bar.high_text).short),
                _exact(bar.high),
            ),
        )
        for bar in drawn.bars
    )
    columns = (
        Column("low end", key="low_text", numeric=False),
        Column("lead there", key="low"),
        Column("high end", key="high_text", numeric=False),
        Column("lead there", key="high"),
    )
    return Told(alt, Table(f"{_NUMBERS}: {axis}.", "number", columns, rows))


def _table(drawn: data.OfDecision, corner: str, columns: tuple[Column, ...], rows: tuple[Row, ...]) -> Table:
    return Table(f"{_NUMBERS}: {named(drawn.title, TITLE).short}", corner, columns, rows)


def _extremes(rows: Sequence[data.Interval]) -> str:
    defined = [row for row in rows if not math.isnan(row.mean)]
    if not defined:
        return "undefined for every policy."
    high, low = (choose(defined, key=lambda row: row.mean) for choose in (max, min))
    if high.mean == low.mean and len(defined) > 1:
        return f"all have {_number(high.mean)}."
    if high is low:
        return f"{named(high.label).short} has {_number(high.mean)}."
    return (
        f"highest is {named(high.label).short} with {_number(high.mean)}, lowest {named(low.label).short} with "
        f"{_number(low.mean)}."
    )


def _ends(lines: Sequence[data.Line]) -> tuple[data.Interval, ...]:
    return tuple(data.Interval(line.label, line.mean[-1], line.low[-1], line.high[-1]) for line in lines if line.times)
