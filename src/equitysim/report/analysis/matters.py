"""What matters: effects of single factors, of pairs, Sobol indices, elementary effects."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, Protocol, TypeVar

from equitysim.figures.data import Contrast, contrasts, of_contrast, others_are
from equitysim.measures.words import unit_heading, value
from equitysim.report.analysis.best import FACTOR, places
from equitysim.report.analysis.bounds import either_cell, level_cell, part_cell
from equitysim.report.policies import known
from equitysim.report.view import Block, Cell, Column, FigureCard, Folded, Prose, Row, Section, Table, brief, named
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.findings import Bounded, Effect
from equitysim.statistics.sensitivity.responses import Factor

PER_OUTPUT: Final = 8
"""Rows of a table about one output."""

FEWEST: Final = 2
MOST: Final = 48
"""Rows of a table in all: with many outputs fewer of each, down to ``FEWEST``."""

METHODS: Final = {"levels": "mean at each level", "fitted": "fitted curve"}


class _About(Protocol):
    @property
    def policy(self) -> str: ...

    @property
    def against(self) -> str | None: ...


Found = TypeVar("Found", bound=_About)


def matters_section(analysis: Analysis, cards: Mapping[str, FigureCard]) -> Section | None:
    """What matters, in figures and tables; None where no effects were found."""
    if not (analysis.effects or analysis.sobol or analysis.elementary):
        return None
    blocks: list[Block] = [Prose(tuple(_said(analysis)))]
    blocks += _cards(cards, "responses", "tornado", "tornado_2", "tornado_3", "shares")
    tables = [("Effects of single factors", _effects(analysis))] if analysis.effects else []
    tables += [("What two factors do together", _interactions(analysis))] if analysis.interactions else []
    blocks += [Folded(f"{title}: the table", (table,)) for title, table in tables]
    blocks += _cards(cards, "sobol")
    blocks += [Folded("Sobol indices: the table", (_sobol(analysis),))] if analysis.sobol else []
    blocks += _cards(cards, "morris")
    blocks += [Folded("Elementary effects: the table", (_elementary(analysis),))] if analysis.elementary else []
    return Section("matters", "What matters", tuple(blocks))


def _cards(cards: Mapping[str, FigureCard], *kinds: str) -> list[FigureCard]:
    return [cards[kind] for kind in kinds if kind in cards]


def _said(analysis: Analysis) -> Iterator[str]:
    """For each difference that is drawn, what moves it most."""
    unit = analysis.responses.context.units[analysis.responses.context.measure]
    yield (
        f"Effects are told one factor at a time, {others_are(analysis.responses)}. Differences are paired: "
        "all policies meet the same customers with the same luck at every point."
    )
    for contrast in contrasts(analysis):
        found = of_contrast(analysis.effects, contrast)
        if not found:
            continue
        most = found[0]
        low, high = sorted((most.curve.mean.index(end), end) for end in (min(most.curve.mean), max(most.curve.mean)))
        factor = analysis.responses.factor(most.factor)
        ends = (
            f"from {value(end, unit, signed=contrast.against is not None)} at "
            f"{named(factor.said(most.curve.texts[k]), 30).short}"
            for k, end in (low, high)
        )
        yield (
            f"{_title(contrast)}: {named(most.factor, FACTOR).short} moves it most, "
            f"{' to '.join(ends).replace(' to from ', ' to ')}, "
            f"{unit_heading(unit, difference=contrast.against is not None)}."
        )


def _title(contrast: Contrast) -> str:
    against = "" if contrast.against is None else f" against ‘{named(contrast.against).short}’"
    return f"‘{named(contrast.policy).short}’{against}"


def _in_order(found: Sequence[Found]) -> Iterator[Found]:
    """The differences first, then the measures themselves; some of each output, as they come."""
    outputs = len({(one.policy, one.against) for one in found})
    most = max(min(PER_OUTPUT, MOST // max(outputs, 1)), FEWEST)
    for against in (True, False):
        kept = [one for one in found if (one.against is not None) == against]
        for _, group in groupby(kept, key=lambda one: (one.policy, one.against)):
            yield from list(group)[:most]


def _rows(
    analysis: Analysis, found: Sequence[Found], cells: Mapping[int, tuple[Cell, ...]]
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Rows about outputs with their cells, and the note that says how many are not there."""
    at = places(analysis.responses)
    shown = list(_in_order(found))[:MOST]
    rows = tuple(
        Row(
            brief(Contrast(one.policy, one.against).label),
            cells[id(one)],
            policy=at[one.policy],
        )
        for one in shown
    )
    more = len(found) - len(shown)
    return rows, (f"{more:,} more rows, which matter less, are in the tables beside this page.",) if more else ()


def _effects(analysis: Analysis) -> Table:
    unit = analysis.responses.context.units[analysis.responses.context.measure]
    rows, notes = _rows(
        analysis,
        analysis.effects,
        {
            id(one): (
                Cell(named(one.factor, FACTOR).short),
                part_cell(one.share),
                Cell(value(one.swing, unit), known(one.swing)),
                *_ends(one, analysis.responses.factor(one.factor), unit),
                Cell(METHODS[one.method]),
            )
            for one in analysis.effects
        },
    )
    per = unit_heading(unit, difference=True)
    return Table(
        "What each factor does by itself. Share: of the variance between points, noise taken out. Swing: from the "
        "least to the greatest of its curve.",
        "of what",
        (
            Column("factor", key="factor", numeric=False),
            Column("share", "of variance", "share"),
            Column("swing", per, "swing"),
            Column("at the low end", unit_heading(unit), "low_end"),
            Column("at the high end", unit_heading(unit), "high_end"),
            Column("read from", key="method", numeric=False),
        ),
        rows,
        sortable=True,
        notes=notes,
    )


def _ends(one: Effect, factor: Factor, unit: str) -> Iterator[Cell]:
    curve = one.curve
    for k in (0, -1):
        found = Bounded(curve.mean[k], curve.low[k], curve.high[k])
        cell = either_cell(found, unit, one.against)
        yield cell._replace(note=f"at {named(factor.said(curve.texts[k]), 24).short}")


def _interactions(analysis: Analysis) -> Table:
    rows, notes = _rows(
        analysis,
        analysis.interactions,
        {
            id(one): (
                Cell(named(one.first, FACTOR).short),
                Cell(named(one.second, FACTOR).short),
                part_cell(one.share),
            )
            for one in analysis.interactions
        },
    )
    return Table(
        "What two factors do together beyond what each does by itself, as a share of the variance between points",
        "of what",
        (
            Column("one factor", key="first", numeric=False),
            Column("the other", key="second", numeric=False),
            Column("share", "of variance", "share"),
        ),
        rows,
        sortable=True,
        notes=notes,
    )


def _sobol(analysis: Analysis) -> Table:
    rows, notes = _rows(
        analysis,
        analysis.sobol,
        {
            id(one): (Cell(named(one.factor, FACTOR).short), part_cell(one.first), part_cell(one.total))
            for one in analysis.sobol
        },
    )
    return Table(
        "Sobol indices with bootstrap bounds. First-order: a factor by itself; total: with all that it does together "
        "with others. What is estimated below 0 or above 100 % is told as that.",
        "of what",
        (
            Column("factor", key="factor", numeric=False),
            Column("first-order", "of variance", "first"),
            Column("total", "of variance", "total"),
        ),
        rows,
        sortable=True,
        notes=notes,
    )


def _elementary(analysis: Analysis) -> Table:
    unit = analysis.responses.context.units[analysis.responses.context.measure]
    rows, notes = _rows(
        analysis,
        analysis.elementary,
        {
            id(one): (
                Cell(named(one.factor, FACTOR).short),
                level_cell(one.absolute, unit),
                Cell(value(one.mean, unit, signed=True), known(one.mean)),
                Cell(value(one.spread, unit), known(one.spread)),
            )
            for one in analysis.elementary
        },
    )
    per = unit_heading(unit, difference=True)
    return Table(
        "Elementary effects (Morris): the change when a factor moves over its whole range",
        "of what",
        (
            Column("factor", key="factor", numeric=False),
            Column("mean absolute effect", f"μ*, {per}", "absolute"),
            Column("mean effect", f"μ, {per}", "mean"),
            Column("spread", f"σ, {per}", "spread"),
        ),
        rows,
        sortable=True,
        notes=notes,
    )
