"""What is gained over what is spent."""

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from equitysim.figures import data
from equitysim.figures.draw.canvas import (
    LINE,
    SOLID,
    WIDTH,
    Ticks,
    belong,
    fitted,
    heading,
    hollow_edge,
    new_figure,
    of_policy,
)
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, SOFT, look, spread

_RIGHT = 0.66
_LEFT = 0.085


def frontier(drawn: data.Frontier) -> Figure:
    """Policies with intervals in both directions; names stand in the right margin, joined to their marks."""
    labels = [
        fitted(place.label, 25, 2, 2.0, 8.5) + ("\n(baseline)" if k == drawn.baseline else "")
        for k, place in enumerate(drawn.places)
    ]
    inches = max(4.0, sum(label.count("\n") + 1 for label in labels) * LINE + 0.06 * len(labels) + 0.2)
    height = inches + heading(drawn.title, drawn.subtitle) + 0.65
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    axes = result.add_axes((_LEFT, top - (0.1 + inches) / height, _RIGHT - _LEFT, inches / height))
    axes.axhline(0, color=BASELINE, linewidth=1)
    axes.axvline(0, color=BASELINE, linewidth=1)
    for index, place in enumerate(drawn.places):
        with of_policy(axes, index):
            _point(axes, place, index, drawn.baseline)
    best = sorted((place.x.mean, place.y.mean) for place in drawn.places if place.efficient)
    axes.plot([x for x, _ in best], [y for _, y in best], color=SOFT, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
    axes.margins(0.08)
    axes.xaxis.set_major_locator(MaxNLocator(7))
    axes.xaxis.set_major_formatter(Ticks())
    axes.yaxis.set_major_formatter(Ticks())
    axes.set_xlabel(wrapped(drawn.x_axis, 70, 2))
    axes.set_ylabel(wrapped(drawn.y_axis, 55, 2))
    _names(axes, drawn, labels, inches)
    return result


def _point(axes: Axes, place: data.Place, index: int, baseline: int) -> None:
    x, y = place.x, place.y
    if math.isnan(x.mean + y.mean):
        return
    colour, marker, _ = look(index, baseline)
    for low, high, across in ((x.low, x.high, True), (y.low, y.high, False)):
        if not math.isnan(low + high):
            ends, level = [low, high], [y.mean] * 2 if across else [x.mean] * 2
            caps: dict[str, Any] = {"marker": "|" if across else "_", "markersize": 7, "markeredgewidth": 1.4}
            axes.plot(*((ends, level) if across else (level, ends)), color=colour, linewidth=1.6, zorder=2, **caps)
    style = SOLID if place.efficient else hollow_edge(colour)
    axes.plot([x.mean], [y.mean], color=colour, marker=marker, markersize=7.5, zorder=3, **style)


def _names(axes: Axes, drawn: data.Frontier, labels: Sequence[str], inches: float) -> None:
    """From the highest mark to the lowest, so that leaders seldom cross."""
    low, high = axes.get_ylim()
    right = axes.get_xlim()[1]
    heights = [(label.count("\n") + 1) * LINE + 0.06 for label in labels]
    known = [not math.isnan(place.x.mean + place.y.mean) for place in drawn.places]
    wanted = [
        (place.y.mean - low) / (high - low) * inches if there else 0.0
        for place, there in zip(drawn.places, known, strict=True)
    ]
    for index, (label, at) in enumerate(zip(labels, spread(wanted, heights, inches), strict=True)):
        place = drawn.places[index]
        colour, marker, _ = look(index, drawn.baseline)
        if known[index]:
            style = SOLID if place.efficient else hollow_edge(colour)
            at_label: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False, "linestyle": "none"}
            belong(
                index,
                axes.plot([1.035], [at / inches], color=colour, marker=marker, markersize=6, **at_label, **style),
            )
        note = label if known[index] else f"{label}\n(undefined)"
        named = axes.annotate(
            note,
            xy=(place.x.mean, place.y.mean) if known[index] else (right, low),
            xytext=(1.06, at / inches),
            textcoords="axes fraction",
            va="center",
            fontsize=8.5,
            color="#1a1a1a",
            fontweight="bold" if index == drawn.baseline else "normal",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.7,
                "alpha": 0.6,
                "shrinkA": 14,
                "shrinkB": 5,
                "relpos": (0, 0.5),
            }
            if known[index]
            else None,
        )
        belong(index, [named, *([named.arrow_patch] if named.arrow_patch else [])])
