"""A figure in words, for those who do not see it: its title on the first line, then what it shows."""

from collections.abc import Iterable
from typing import Any

from equitysim.digits import rounded
from equitysim.figures.data import study_described
from equitysim.figures.data.shapes import (
    Account,
    Blocks,
    ByPolicy,
    Forecast,
    Frontier,
    Horizons,
    Interval,
    Line,
    OverTime,
    Panels,
    Payback,
    Sources,
    Tornado,
    Tradeoff,
    Verdict,
    Waterfall,
)
from equitysim.figures.data.study_shapes import Bars, Boxes, Regions, Responses, Spots
from equitysim.figures.data.values import OverValues
from equitysim.measures.words import interval, value


def described(drawn: Any) -> str:
    """Title, then subtitle and the main numbers in the order they are drawn. Raises TypeError for what is no
    figure."""
    return f"{_one_line(drawn.title)}\n{_one_line(drawn.subtitle)}. {' '.join(_sentences(drawn))}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sentences(drawn: Any) -> list[str]:
    match drawn:
        case ByPolicy():
            pairs = zip(drawn.levels, drawn.differences, strict=True)
            return [_axis(drawn.level_axis), *(_level(level, gap) for level, gap in pairs)]
        case OverTime():
            return [_axis(drawn.axis), *map(_course, drawn.lines)]
        case OverValues():
            return [_axis(f"{drawn.axis} over {drawn.value_axis}"), *map(_course, drawn.lines)]
        case Payback():
            pays = zip(drawn.lines, drawn.marks, strict=True)
            return [_axis(drawn.axis), *(_course(line) + _paid(mark, drawn.time_axis) for line, mark in pays)]
        case Sources():
            return [_axis(drawn.axis), *map(_row, drawn.totals)]
        case Waterfall():
            return [_axis(drawn.axis), *map(_row, (*drawn.bars, drawn.total))]
        case Blocks():
            return [_axis(drawn.axis), *(f"By {b.heading}: {_rows(b.rows)}" for b in drawn.blocks)]
        case Frontier():
            places = (f"{p.label}: spend {_plain(p.x)}, gain {_plain(p.y)}." for p in drawn.places)
            return [_axis(f"{drawn.x_axis}; {drawn.y_axis}"), *places]
        case Tradeoff():
            return [_axis(f"{drawn.x_axis}; {drawn.y_axis}"), *_traded(drawn)]
        case Panels():
            named = (
                (p, [r._replace(label=n) for r, n in zip(p.rows, drawn.labels, strict=True)]) for p in drawn.panels
            )
            return [f"{panel.heading}, {panel.axis}: {_rows(rows)}" for panel, rows in named]
        case Tornado():
            base = f"{drawn.base_label}: {value(drawn.base, '', signed=True)}.".capitalize()
            swings = (
                f"{s.label}: {value(s.low, '', signed=True)} at {s.low_text}, "
                f"{value(s.high, '', signed=True)} at {s.high_text}."
                for s in drawn.bars
            )
            return [_axis(drawn.axis), base, *swings]
        case Verdict():
            return [_axis(drawn.axis), *(_row(r.policy) + ("" if r.remains else " Out.") for r in drawn.rows)]
        case Horizons():
            return [_axis(drawn.axis), *_at_horizons(drawn)]
        case Regions():
            return study_described.regions(drawn)
        case Responses():
            return study_described.responses(drawn)
        case Bars():
            return study_described.bars(drawn)
        case Spots():
            return study_described.spots(drawn)
        case Boxes():
            return study_described.boxes(drawn)
        case Account():
            return [f"{life.label}: {_marks(life.marks)}." for life in drawn.lives]
        case Forecast():
            week = f"{drawn.weekly.inside} of {drawn.counted} later weeks inside the weekly band"
            return [f"{week}, {drawn.cumulative.inside} inside the cumulative one."]
    raise TypeError(f"{type(drawn).__name__} is no figure")


def _axis(axis: str) -> str:
    return f"{_one_line(axis)}:".capitalize()


def _plain(row: Interval) -> str:
    return interval(row.mean, row.low, row.high, "")


def _row(row: Interval) -> str:
    return f"{row.label} {_plain(row)}."


def _rows(rows: Iterable[Interval]) -> str:
    return "; ".join(f"{row.label} {_plain(row)}" for row in rows) + "."


def _level(level: Interval, gap: Interval | None) -> str:
    difference = "baseline" if gap is None else f"difference {_plain(gap)}"
    return f"{level.label} {value(level.mean, '')}, {difference}."


def _course(line: Line) -> str:
    defined = [mean for mean in line.mean if mean == mean]
    if not defined:
        return f"{line.label} undefined."
    return f"{line.label} from {value(defined[0], '')} to {value(defined[-1], '')}."


def _paid(mark: float | None, axis: str) -> str:
    return "" if mark is None else f" Pays back at {rounded(mark)} {axis}."


def _at_horizons(drawn: Horizons) -> list[str]:
    named = zip(drawn.policies, drawn.rows, strict=True)
    return [
        f"{name}: " + "; ".join(f"{at} {_plain(row)}" for at, row in zip(drawn.horizons, rows, strict=True)) + "."
        for name, rows in named
        if rows is not None
    ]


def _marks(marks: Iterable[Any]) -> str:
    kinds = [mark.kind for mark in marks]
    return ", ".join(f"{kinds.count(kind)} × {kind}" for kind in dict.fromkeys(kinds)) or "nothing happened"


def _traded(drawn: Tradeoff) -> Iterable[str]:
    yield f"{len(drawn.dots)} settings of {len(drawn.policies)} policies."
    if drawn.best is not None:
        _, place = drawn.best
        yield f"Chosen: {place.label}: spend {_plain(place.x)}, gain {_plain(place.y)}."
    yield "Frontier: " + ", ".join(f"{value(y, '', signed=True)} at {value(x, '')}" for x, y in drawn.edge) + "."
    if drawn.limit is not None:
        yield f"Budget: {value(drawn.limit, '')}."
