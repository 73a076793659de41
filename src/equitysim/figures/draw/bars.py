"""Bars in rows: shares of variance, of points, of luck; and boxes, as parts of the ranges of their factors."""

import math
from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator

from equitysim.figures.data.study_shapes import BarPanel, Bars, Boxes, FoundBox, Side
from equitysim.figures.draw.canvas import (
    LINE,
    WIDTH,
    Names,
    Ticks,
    bar,
    fitted,
    heading,
    new_figure,
    of_policy,
    undefined,
    value_axis,
)
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, HATCHES, SOFT, SOURCE_COLOURS, look

_LEFT: Final = 2.15  # inches
_THICK: Final = 0.17


def bars(drawn: Bars) -> Figure:
    """A row for each label in every panel."""
    series = 1 if drawn.stacked else len(drawn.series)
    names = Names(drawn.labels, drawn.baseline, base=max(0.16, 0.2 * series - 0.05), looks=drawn.looks)
    titles = [fitted(panel.heading, 40, 3, _wide(drawn) - 0.1, 9) for panel in drawn.panels]
    key = 0.26 if len(drawn.series) > 1 else 0.0
    above = key + LINE * max(title.count("\n") + 1 for title in titles) * any(titles) + 0.1
    height = heading(drawn.title, drawn.subtitle) + above + names.inches + 0.55
    result, _ = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    high = max(_furthest(panel) for panel in drawn.panels) if drawn.whole == 0.0 else drawn.whole
    low = min([0.0, *(row.low for panel in drawn.panels for rows in panel.rows for row in rows if row.low < 0.0)])
    for column, (panel, title) in enumerate(zip(drawn.panels, titles, strict=True)):
        left = _LEFT + column * (_wide(drawn) + 0.2)
        axes = result.add_axes((left / WIDTH, 0.5 / height, _wide(drawn) / WIDTH, names.inches / height))
        names.put(axes)
        _rows(axes, drawn, panel, names.places)
        value_axis(axes, 5)
        axes.set_xlim(1.03 * low, high * (1.0 if drawn.whole else 1.06))
        axes.axvline(0, color=BASELINE, linewidth=1)
        axes.set_title(title, loc="left", fontsize=9)
        axes.tick_params(axis="y", labelleft=column == 0)
        if column == 0:
            axes.set_xlabel(wrapped(drawn.axis, 60, 1), loc="left")
    if len(drawn.series) > 1:
        _series_key(result, drawn, 1 - (heading(drawn.title, drawn.subtitle) + 0.02) / height)
    return result


def _wide(drawn: Bars) -> float:
    count = len(drawn.panels)
    return (WIDTH - _LEFT - 0.25 - 0.2 * (count - 1)) / count


def _furthest(panel: BarPanel) -> float:
    ends = [end for rows in panel.rows for row in rows for end in (row.mean, row.high) if not math.isnan(end)]
    return max([*ends, 1.0])


def _rows(axes: Axes, drawn: Bars, panel: BarPanel, places: Sequence[float]) -> None:
    for k, (row, place) in enumerate(zip(panel.rows, places, strict=True)):
        policy = drawn.looks[k] if drawn.looks else -1
        start = 0.0
        if all(math.isnan(one.mean) for one in row):
            undefined(axes, place, drawn.missing)
            continue
        for n, one in enumerate(row):
            if math.isnan(one.mean):
                continue
            own = place if drawn.stacked else place + 0.2 * (n - (len(row) - 1) / 2)
            options = _style(drawn, n, policy, hollow=one.low <= 0.0)
            if policy >= 0:
                with of_policy(axes, policy):
                    axes.barh([own], [one.mean], left=start, height=_THICK, **options)
            else:
                axes.barh([own], [one.mean], left=start, height=_THICK, **options)
                bar(axes, one, own, BASELINE)
            start += one.mean if drawn.stacked else 0.0


def _style(drawn: Bars, series: int, policy: int, *, hollow: bool = False) -> dict[str, Any]:
    """The look of a bar: of its policy, filled first and then hatched; else of its series, hollow if it may be
    nothing."""
    if policy >= 0:
        colour = look(policy, drawn.baseline)[0]
        second: dict[str, Any] = {"facecolor": "white", "edgecolor": colour, "hatch": "////", "linewidth": 1.0}
        return second if series else {"facecolor": colour, "edgecolor": colour, "linewidth": 1.0}
    colours, hatches = SOURCE_COLOURS, HATCHES
    if hollow:
        return {"facecolor": "white", "edgecolor": colours[series], "hatch": hatches[series], "linewidth": 1.0}
    return {"facecolor": colours[series], "edgecolor": "white", "hatch": hatches[series], "linewidth": 0.6}


def _series_key(result: Figure, drawn: Bars, top: float) -> None:
    if drawn.looks:
        styles: list[dict[str, Any]] = [
            {"facecolor": SOFT, "edgecolor": SOFT},
            {"facecolor": "white", "edgecolor": SOFT, "hatch": "////"},
        ]
    else:
        styles = [_style(drawn, k, -1) for k in range(len(drawn.series))]
    handles = [Patch(label=name, **style) for name, style in zip(drawn.series, styles, strict=True)]
    result.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=((_LEFT - 0.1) / WIDTH, top),
        ncols=len(handles),
        fontsize=8.5,
        borderaxespad=0.0,
    )


def boxes(drawn: Boxes) -> Figure:
    """For each box its limits to the left, and its course to the right."""
    heads = [fitted(box.heading, 100, 2, 8.7, 9.0) for box in drawn.boxes]
    sides = [Names([side.label for side in box.sides], -1, base=0.28, columns=28) for box in drawn.boxes]
    tall = [max(one.inches, 1.3) for one in sides]
    above = [(head.count("\n") + 1) * LINE + 0.16 for head in heads]
    height = heading(drawn.title, drawn.subtitle) + sum(tall) + sum(above) + 0.62 * len(drawn.boxes)
    result, _ = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    top = height - heading(drawn.title, drawn.subtitle)
    for box, head, names, inches, room in zip(drawn.boxes, heads, sides, tall, above, strict=True):
        colour = look(box.policy, drawn.baseline)[0]
        result.text(0.1 / WIDTH, (top - 0.05) / height, head, fontsize=9, fontweight="bold", va="top")
        top -= room + inches
        low = top + inches - names.inches
        axes = result.add_axes((2.15 / WIDTH, low / height, 2.9 / WIDTH, names.inches / height))
        _sides(axes, box, names, colour)
        right = result.add_axes((7.0 / WIDTH, top / height, 1.8 / WIDTH, inches / height))
        _course(right, box, colour)
        top -= 0.62
    return result


def _sides(axes: Axes, box: FoundBox, names: Names, colour: str) -> None:
    names.put(axes)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    for side, place in zip(box.sides, names.places, strict=True):
        axes.barh([place], [1.0], height=0.14, facecolor="#e3e3e3", linewidth=0)
        for start, end in side.inside:
            axes.barh([place], [end - start], left=start, height=0.14, facecolor=colour, edgecolor="white", linewidth=1)
        _ends(axes, side, place)
        told = fitted(side.told, 24, 3, 1.42, 8.5)
        axes.annotate(
            told,
            (1.03, place),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=8.5,
            annotation_clip=False,
        )


def _ends(axes: Axes, side: Side, place: float) -> None:
    for x, text, where in ((0.0, side.low_text, "left"), (1.0, side.high_text, "right")):
        axes.text(x, place + 0.09, fitted(text, 18, 1, 1.3, 7.5), fontsize=7.5, color=SOFT, ha=where, va="top")


def _course(axes: Axes, box: FoundBox, colour: str) -> None:
    axes.plot(
        [x for x, _ in box.course],
        [y for _, y in box.course],
        color=SOFT,
        linewidth=1,
        marker="o",
        markersize=4,
        markerfacecolor="white",
        zorder=2,
    )
    if 0 <= box.chosen < len(box.course):
        x, y = box.course[box.chosen]
        axes.plot([x], [y], marker="o", markersize=8, color=colour, markeredgecolor="white", zorder=3)
    axes.set_xlim(0, 104)
    axes.set_ylim(0, 104)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator([0, 50, 100]))
        axis.set_major_formatter(Ticks())
    axes.tick_params(labelsize=8)
    axes.set_xlabel("coverage, %", fontsize=8.5)
    axes.set_ylabel("density, %", fontsize=8.5)
