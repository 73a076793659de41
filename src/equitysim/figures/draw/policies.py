"""One measure by policy, the five sources, and quantities side by side."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equitysim.figures import data
from equitysim.figures.draw.canvas import (
    WIDTH,
    Names,
    Ticks,
    belong,
    estimate,
    immaterial,
    new_figure,
    of_policy,
    undefined,
    value_axis,
    zero,
)
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, HATCHES, SOURCE_COLOURS


def by_policy(drawn: data.ByPolicy) -> Figure:
    """Levels to the left, differences to the baseline to the right."""
    names = Names([level.label for level in drawn.levels], drawn.baseline, looks=range(len(drawn.levels)))
    height = names.inches + 1.9
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    grid = result.add_gridspec(
        1, 2, left=0.235, right=0.975, bottom=0.75 / height, top=top - 0.22 / height, wspace=0.09
    )
    left = result.add_subplot(grid[0, 0])
    right = result.add_subplot(grid[0, 1], sharey=left)
    for axes, rows in ((left, drawn.levels), (right, drawn.differences)):
        for index, (row, place) in enumerate(zip(rows, names.places, strict=True)):
            if row is not None:
                estimate(axes, row, place, index=index, baseline=drawn.baseline)
        names.put(axes)
        value_axis(axes)
    left.set_xlabel(wrapped(drawn.level_axis, 46, 2))
    left.set_title("level", loc="left", fontsize=9)
    zero(right, drawn.matters)
    right.set_xlabel(immaterial(drawn.difference_axis, drawn.matters))
    right.set_title("difference to the baseline", loc="left", fontsize=9)
    right.tick_params(axis="y", labelleft=False)
    return result


def panels(drawn: data.Panels) -> Figure:
    """Several quantities of the same rows."""
    names = Names(drawn.labels, -1, looks=drawn.looks)
    height = names.inches + 1.75
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    count = len(drawn.panels)
    grid = result.add_gridspec(
        1, count, left=0.235, right=0.975, bottom=0.55 / height, top=top - 0.3 / height, wspace=0.2
    )
    for column, panel in enumerate(drawn.panels):
        axes = result.add_subplot(grid[0, column])
        for index, row, place in zip(drawn.looks, panel.rows, names.places, strict=True):
            estimate(axes, row, place, index=index, baseline=drawn.baseline)
        names.put(axes)
        value_axis(axes, 4)
        high = max([panel.room, *(axes.get_xlim()[1:])])
        # a little room to the left, so that a mark at 0 is whole
        axes.set_xlim(-0.03 * high, high * (1.03 if high == panel.room else 1.05))
        axes.set_title(wrapped(panel.heading, 30, 1), loc="left", fontsize=9)
        axes.set_xlabel(wrapped(panel.axis, 28, 2))
        axes.tick_params(axis="y", labelleft=column == 0)
    return result


def sources(drawn: data.Sources) -> Figure:
    """The five sources of each policy, one after the other; their sum with its interval."""
    names = Names(drawn.policies, drawn.baseline, base=0.26, looks=range(len(drawn.policies)))
    height = names.inches + 2.1
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    bottom = 0.7 / height
    axes = result.add_axes((0.235, bottom, 0.74, top - 0.36 / height - bottom))
    places = names.places
    ahead, behind = [0.0] * len(places), [0.0] * len(places)
    for part, colour, hatch in zip(drawn.parts, SOURCE_COLOURS, HATCHES, strict=True):
        values = [0.0 if math.isnan(value) else value for value in part.values]
        starts = [(ahead if value >= 0 else behind)[k] for k, value in enumerate(values)]
        bars = axes.barh(
            places,
            values,
            left=starts,
            height=0.29,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.6,
            label=part.label,
        )
        for k, value in enumerate(values):
            belong(k, [bars[k]])
            (ahead if value >= 0 else behind)[k] += value
    for k, (total, place) in enumerate(zip(drawn.totals, places, strict=True)):
        with of_policy(axes, k):
            _total(axes, total, place, labelled=k == 0)
    axes.axvline(0, color=BASELINE, linewidth=1)
    names.put(axes)
    axes.set_xlabel(wrapped(drawn.axis, 90, 2))
    axes.margins(x=0.04)
    axes.xaxis.set_major_formatter(Ticks())
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.31, 1.0),
        ncols=6,
        fontsize=8.5,
        columnspacing=1.3,
        handlelength=1.7,
        borderaxespad=0.3,
    )
    return result


def _total(axes: Axes, total: data.Interval, place: float, *, labelled: bool) -> None:
    if math.isnan(total.mean):
        undefined(axes, place)
        return
    half = (0.0, 0.0) if math.isnan(total.low + total.high) else (total.mean - total.low, total.high - total.mean)
    axes.errorbar(
        [total.mean],
        [place],
        xerr=[[half[0]], [half[1]]],
        fmt="D",
        color="black",
        markerfacecolor="white",
        markersize=5,
        capsize=3.5,
        label="sum, with its interval" if labelled else None,
    )
