"""The figures of an analysis as cards: the drawing, how to read it, what is to be seen in words, and its numbers."""

from collections.abc import Iterator, Mapping
from typing import Final, assert_never

from equitysim.figures import data
from equitysim.measures.words import UNDEFINED, share
from equitysim.report.cells import exact_cell, interval_cell, moments, number
from equitysim.report.drawings import TITLE, Cards, Told
from equitysim.report.svg import embedded
from equitysim.report.view import Cell, Column, Drawing, FigureCard, Row, Table, brief, named
from equitysim.statistics.sensitivity.analysis import Analysis

_MAP = (
    "Colour and letter say who is best, strength of the colour by how much; the black line is where the best changes. "
    "The switches leave maps whole"
)
_TORNADO = (
    "How far the mean over all other factors goes when one factor moves over its range. The longest bar matters most; "
    "where a bar crosses 0, the factor turns who of the two is better"
)

READING: Final = {
    "map": _MAP,
    "map_2": _MAP,
    "map_3": _MAP,
    "standings": "Filled: ahead of the next beyond luck",
    "responses": "Where lines cross, the better policy changes. Levels above, below the same as differences to the "
    "baseline, which are known better. Grey: where the best may change by the bounds",
    "tornado": _TORNADO,
    "tornado_2": _TORNADO,
    "tornado_3": _TORNADO,
    "shares": "What a factor makes of the variance between points by itself; pairs come on top. What is missing to "
    "100 % is made by more factors together",
    "sobol": "A factor with a low total index may be fixed at any value. Total far above first-order: it acts through "
    "others",
    "morris": "Further right moves more; higher up moves unevenly, by bending or by depending on other factors",
    "boxes": "Read a box as a rule: if all its limits hold, the policy mostly is the best. More density costs coverage",
    "noise": "Only the first part is about what was varied. More replications shrink the last part in means, no other",
}
"""How to read each figure."""

COLUMNS: Final = 8
ROWS: Final = 10
POINTS: Final = 4
"""Columns and rows of a map, and points of a curve, that the table beside it shows at most."""

_NUMBERS: Final = "The numbers of the figure"


def analysis_cards(analysis: Analysis, drawings: Mapping[str, str]) -> Cards:
    """A card for each drawing of the analysis, in the order of ``figures.data.ANALYSIS_FIGURES``. ``drawings``: kind →
    SVG."""
    who = data.who(analysis.responses)
    return {
        kind: _card(kind, drawn, embedded(drawings[kind], f"f{k}"), who)
        for k, (kind, drawn) in enumerate(data.of_analysis(analysis).items())
        if kind in drawings
    }


def _card(kind: str, drawn: data.OfAnalysis, drawing: Drawing, who: str) -> FigureCard:
    """``who``: whose numbers all figures are, which the page says once."""
    told = _told(drawn)
    own = named(drawn.subtitle.removeprefix(who).lstrip(";. "), 400).short
    shows = f"{READING[kind]}. {own[:1].upper()}{own[1:]}."
    return FigureCard(named(drawn.title, TITLE).short, shows, drawing, told.alt, told.data)


def _told(drawn: data.OfAnalysis) -> Told:
    match drawn:
        case data.Regions():
            return _regions(drawn)
        case data.Responses():
            return _responses(drawn)
        case data.Tornado():
            return Told(_alt(drawn), _tornado(drawn))
        case data.Bars():
            return Told(_alt(drawn), _bars(drawn))
        case data.Spots():
            return Told(_alt(drawn), _spots(drawn))
        case data.Boxes():
            return Told(_alt(drawn), _boxes(drawn))
        case _:
            assert_never(drawn)


def _alt(drawn: data.OfAnalysis) -> str:
    """The figure in words without what stands beside it, not longer than one listens to."""
    said = data.described(drawn).partition("\n")[2].removeprefix(f"{' '.join(drawn.subtitle.split())}. ")
    return named(said, 900).short


def _regions(drawn: data.Regions) -> Told:
    columns, rows = moments(len(drawn.x.sizes), COLUMNS), moments(len(drawn.y.sizes), ROWS)
    table = Table(
        f"{_NUMBERS}: who is best, and below it the {drawn.lead_axis}. To the right "
        f"{named(drawn.x.label, TITLE).short}, downwards {named(drawn.y.label, TITLE).short}.",
        named(drawn.y.label, 40).short,
        tuple(Column(named(drawn.x.texts[k], 24).short, key=f"column {k}", numeric=False) for k in columns),
        tuple(
            Row(brief(drawn.y.texts[row], 24), tuple(_cell(drawn, row, column) for column in columns)) for row in rows
        ),
    )
    return Told(f"A map of cells. {_alt(drawn)}", table)


def _cell(drawn: data.Regions, row: int, column: int) -> Cell:
    place = drawn.best[row][column]
    if place is None:
        return Cell(UNDEFINED)
    lead = drawn.lead[row][column]
    mark = "" if drawn.clear[row][column] else "not clear"
    return Cell(named(drawn.policies[place], 24).short, lead, note=f"by {number(lead)}", mark=mark)


def _responses(drawn: data.Responses) -> Told:
    levels = tuple(_points(drawn))
    columns = (
        Column("policy", key="policy", numeric=False),
        Column(drawn.axis, key="level"),
        Column(drawn.difference_axis or "difference", key="difference"),
    )
    return Told(_alt(drawn), Table(f"{_NUMBERS}: {named(drawn.title, TITLE).short}", "factor", columns, levels))


def _points(drawn: data.Responses) -> Iterator[Row]:
    for panel in drawn.panels:
        for k in moments(len(panel.scale.sizes), POINTS):
            for n, place in enumerate(drawn.looks):
                line = panel.lines[n]
                level = interval_cell(data.Interval("", line.mean[k], line.low[k], line.high[k]))
                gap = Cell("baseline")
                if panel.differences and place != drawn.baseline:
                    other = panel.differences[n]
                    gap = interval_cell(data.Interval("", other.mean[k], other.low[k], other.high[k]))
                at = f"{named(panel.scale.label, 50).short}: {named(panel.scale.texts[k], 24).short}"
                yield Row(brief(at, 80), (Cell(named(line.label).short), level, gap), policy=place)


def _tornado(drawn: data.Tornado) -> Table:
    columns = (
        Column(drawn.low_label, key="low_text", numeric=False),
        Column("mean there", key="low"),
        Column(drawn.high_label, key="high_text", numeric=False),
        Column("mean there", key="high"),
    )
    rows = tuple(
        Row(
            brief(bar.label, 80),
            (
                Cell(named(bar.low_text, 24).short),
                exact_cell(bar.low),
                Cell(named(bar.high_text, 24).short),
                exact_cell(bar.high),
            ),
        )
        for bar in drawn.bars
    )
    caption = f"{_NUMBERS}: {named(drawn.axis, TITLE).short}; {drawn.base_label} {number(drawn.base)}."
    return Table(caption, "factor", columns, rows)


def _bars(drawn: data.Bars) -> Table:
    several = len(drawn.panels) > 1
    columns = tuple(
        Column(
            named(panel.heading, 40).short if several or panel.heading else name,
            name if panel.heading else "%",
            f"panel {n} series {k}",
        )
        for n, panel in enumerate(drawn.panels)
        for k, name in enumerate(drawn.series)
    )
    rows = tuple(
        Row(
            brief(label),
            tuple(interval_cell(one) for panel in drawn.panels for one in panel.rows[k]),
            policy=drawn.looks[k] if drawn.looks else None,
        )
        for k, label in enumerate(drawn.labels)
    )
    return Table(f"{_NUMBERS}: {drawn.axis}", "row", columns, rows)


def _spots(drawn: data.Spots) -> Table:
    columns = (Column(drawn.x_axis, key="moves"), Column(drawn.y_axis, key="spread"))
    rows = tuple(
        Row(brief(spot.label), (interval_cell(spot.moves), exact_cell(spot.spread))) for spot in drawn.spots[:ROWS]
    )
    return Table(f"{_NUMBERS}: {named(drawn.title, TITLE).short}", "factor", columns, rows)


def _boxes(drawn: data.Boxes) -> Table:
    rows = tuple(
        Row(
            brief(box.name),
            (
                Cell(named(side.label, 80).short),
                Cell(named(side.told).short),
                Cell(_ends(side)),
                Cell(share(sum(end - start for start, end in side.inside))),
            ),
            policy=box.policy,
        )
        for box in drawn.boxes
        for side in box.sides
    )
    columns = (
        Column("factor", key="factor", numeric=False),
        Column("limit", key="told", numeric=False),
        Column("range", key="range", numeric=False),
        Column("of its range", key="part"),
    )
    return Table(f"{_NUMBERS}: limits of each box", "policy", columns, rows)


def _ends(side: data.Side) -> str:
    if not side.low_text:
        return UNDEFINED
    return f"{named(side.low_text, 24).short} to {named(side.high_text, 24).short}"
