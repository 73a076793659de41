"""Why two policies differ, as text: the waterfall, the five sources, who gains."""

import textwrap

from equitysim.cli.table import Column, table
from equitysim.figures.data import SOURCE_LABELS, never_differs
from equitysim.figures.names import plain
from equitysim.measures.words import interval, unit_heading
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.why import KIND_LABELS, Part, Why


def why_text(why: Why, columns: int) -> str:
    """Everything ``compare`` says of why, at most ``columns`` wide."""
    ours, theirs = plain(why.policy), plain(why.against)
    unit = unit_heading(why.unit)
    head = f"Why: {ours} against {theirs}, {unit}, discounted; intervals each by itself. Costs that grow count against."
    lines = textwrap.wrap(head, columns, break_on_hyphens=False)
    lines += _waterfall(why, columns)
    lines += ["", *_sources(why, columns)]
    lines += ["", *_gains(why, columns)]
    return "\n".join(lines)


def _waterfall(why: Why, columns: int) -> list[str]:
    shown = [(KIND_LABELS[bar.name], bar.estimate) for bar in why.bars if not never_differs(bar.estimate)]
    return _table("kind of money", [*shown, ("net value", why.total)], columns)


def _sources(why: Why, columns: int) -> list[str]:
    about = "By source of value, before what programs, desks and acquisition cost:"
    return [*textwrap.wrap(about, columns), *_table("source", [_source(part) for part in why.sources], columns)]


def _source(part: Part) -> tuple[str, Estimate]:
    return SOURCE_LABELS[part.name], part.estimate


def _table(corner: str, rows: list[tuple[str, Estimate]], columns: int) -> list[str]:
    cells = tuple(_told(estimate) for _, estimate in rows)
    return table(corner, [label for label, _ in rows], [Column(("difference",), cells)], columns)


def _told(estimate: Estimate) -> str:
    return interval(estimate.mean, estimate.low, estimate.high, "")


def _gains(why: Why, columns: int) -> list[str]:
    about = (
        "Who gains: money booked to the group. Segment, entry and potential hold the same people under both policies; "
        "stage and rung are where people stand at the horizon, so that people move between rows. Each grouping adds "
        f"up, with desk hours and fixed costs ({_told(why.shared)}, of nobody), to the difference in net value."
    )
    rows = [gain for gain in why.gains if not never_differs(gain.estimate)]
    shown = [
        Column(("difference",), tuple(_told(gain.estimate) for gain in rows)),
        Column(("people",), tuple(f"{gain.people:,.0f}" for gain in rows)),
        Column(("more", "people"), tuple(f"{round(gain.moved.mean):+,}" for gain in rows)),
    ]
    names = [plain(f"{gain.grouping}: {gain.group}") for gain in rows]
    return textwrap.wrap(about, columns, break_on_hyphens=False) + table("group", names, shown, columns)
