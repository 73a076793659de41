"""The figures of a comparison as cards: the drawing, what it shows in words, and its numbers as a table."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from equitysim.figures import data
from equitysim.figures.words import UNDEFINED, duration, percent
from equitysim.report.policies import sources_table
from equitysim.report.svg import embedded
from equitysim.report.view import Cell, Column, FigureCard, Row, Table, named
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.outcome import Context

MOMENTS: Final = 7
"""Moments of a course over time that the table beside a figure shows, first and last among them."""

TOLD: Final = ("value", "referrals", "equity", "active", "sources")
"""The figures that stand on the page."""

_NUMBERS = "The numbers of the figure"


def figure_cards(comparison: Comparison, drawings: Mapping[str, str]) -> tuple[FigureCard, ...]:
    """A card for each drawing, in the order of :data:`TOLD`. ``drawings``: kind → SVG."""
    return tuple(
        figure_card(comparison, kind, drawings[kind], f"f{k}") for k, kind in enumerate(TOLD) if kind in drawings
    )


def figure_card(comparison: Comparison, kind: str, svg: str, prefix: str) -> FigureCard:
    """The card of one figure. ``prefix`` of identifiers differs from those of all other drawings of the page."""
    drawn = data.of_comparison(comparison, kind)
    match drawn:
        case data.ByPolicy():
            told = _by_policy(drawn)
        case data.OverTime():
            told = _over_time(drawn)
        case data.Sources():
            told = _sources(drawn, comparison)
        case _:
            raise TypeError(f"{type(drawn).__name__} has no card")
    shows = f"{told.reading} {_scope(comparison.context)}"
    return FigureCard(drawn.title, shows, embedded(svg, prefix), told.alt, told.data)


class Told(NamedTuple):
    """A figure in words: how to read it, what is to be seen, and its numbers."""

    reading: str
    alt: str
    data: Table


def _scope(context: Context) -> str:
    runs = f"{context.replications} replication{'s' * (context.replications != 1)}"
    spread = f"{percent(context.confidence)} intervals, each by itself" if context.replications > 1 else "no intervals"
    return f"{duration(context.horizon_days).capitalize()}, {runs}, {spread}."


def _by_policy(drawn: data.ByPolicy) -> Told:
    reading = "Dots are means, bars their intervals"
    if drawn.matters > 0:
        reading += "; in the grey band a difference is too small to matter"
    alt = (
        f"Two panels with a dot and an interval for each policy: on the left {drawn.level_axis}, on the right the "
        f"difference to the baseline. {_extremes(drawn.levels)}"
    )
    rows = tuple(
        Row(named(row.label), (_interval(row), Cell("baseline") if gap is None else _interval(gap)), policy=k)
        for k, (row, gap) in enumerate(zip(drawn.levels, drawn.differences, strict=True))
    )
    columns = (Column(drawn.level_axis, key="level"), Column(drawn.difference_axis, key="difference"))
    return Told(f"{reading}.", alt, Table(f"{_NUMBERS}: {drawn.title}", "policy", columns, rows))


def _over_time(drawn: data.OverTime) -> Told:
    reading = "Lines are means, shades their intervals; black is the baseline."
    alt = (
        f"Lines over time, {drawn.time_axis}, one for each policy with its interval: {drawn.axis}"
        f"{'; below, the difference to the baseline' if drawn.differences else ''}. "
        f"At the end: {_extremes(_ends(drawn.lines))}"
    )
    times = drawn.lines[0].times if drawn.lines else ()
    moments = _moments(len(times))
    columns = tuple(Column(f"{times[k]:.3g}", key=f"at {times[k]:.3g}") for k in moments)
    rows = tuple(
        Row(
            named(line.label),
            tuple(_interval(data.Interval("", line.mean[k], line.low[k], line.high[k])) for k in moments),
            policy=place,
        )
        for place, line in enumerate(drawn.lines)
    )
    caption = f"{_NUMBERS}: {drawn.axis}, by {drawn.time_axis}. Every moment is in series.csv."
    return Told(reading, alt, Table(caption, "policy", columns, rows))


def _sources(drawn: data.Sources, comparison: Comparison) -> Told:
    reading = "The parts of a bar add up to the diamond, which has an interval. A longer life sits in base."
    alt = (
        f"A bar for each policy, split into five sources: {', '.join(part.label for part in drawn.parts)}; a diamond "
        f"marks their sum with its interval. Sums: {_extremes(drawn.totals)}"
    )
    return Told(reading, alt, sources_table(comparison))


def _extremes(rows: Sequence[data.Interval]) -> str:
    defined = [row for row in rows if not math.isnan(row.mean)]
    if not defined:
        return "undefined for every policy."
    high, low = (choose(defined, key=lambda row: row.mean) for choose in (max, min))
    if high is low:
        return f"{named(high.label).short} has {_number(high.mean)}."
    return (
        f"highest is {named(high.label).short} with {_number(high.mean)}, lowest {named(low.label).short} with "
        f"{_number(low.mean)}."
    )


def _ends(lines: Sequence[data.Line]) -> tuple[data.Interval, ...]:
    return tuple(data.Interval(line.label, line.mean[-1], line.low[-1], line.high[-1]) for line in lines if line.times)


def _moments(count: int) -> tuple[int, ...]:
    """Places of so many moments, evenly spread."""
    if count <= MOMENTS:
        return tuple(range(count))
    return tuple(round(k * (count - 1) / (MOMENTS - 1)) for k in range(MOMENTS))


def _interval(row: data.Interval) -> Cell:
    if math.isnan(row.mean):
        return Cell(UNDEFINED)
    if math.isnan(row.low + row.high):
        return Cell(_number(row.mean), row.mean)
    return Cell(_number(row.mean), row.mean, row.low, row.high, f"[{_number(row.low)}, {_number(row.high)}]")


def _number(value: float) -> str:
    digits = 0 if abs(value) >= 1000 else 2
    text = f"{value:,.{digits}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text
