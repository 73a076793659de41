"""Quantities over time by policy."""

import math
from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from equitysim.figures import data
from equitysim.figures.draw.canvas import LINE, WIDTH, Ticks, belong, fitted, heading, new_figure, of_policy, room_left
from equitysim.figures.names import wrapped
from equitysim.figures.style import COLOURS, look, spread

MANY: Final = 1 + len(COLOURS)
"""More policies than this do not share a panel."""


def over_time(drawn: data.OverTime) -> Figure:
    """All policies in one panel, or one panel each where they are too many."""
    return _multiples(drawn) if len(drawn.lines) > MANY else _together(drawn)


def _together(drawn: data.OverTime) -> Figure:
    """Levels above, differences to the baseline below: lines that run together above part below."""
    labels = [_line_label(drawn, k, 25) for k in range(len(drawn.lines))]
    inches = max(3.1, sum(label.count("\n") + 1 for label in labels) * LINE + 0.05 * len(labels) + 0.1)
    panels = 2 if drawn.differences else 1
    height = panels * inches + 0.3 * (panels - 1) + heading(drawn.title, drawn.subtitle) + 0.6
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    for panel in range(panels):
        foot = top - (0.06 + inches * (panel + 1) + 0.3 * panel) / height
        axes = result.add_axes((0.085, foot, 0.66, inches / height))
        lines = drawn.differences if panel else drawn.lines
        for index in range(len(lines)):
            with of_policy(axes, index):
                _line(axes, lines, index, drawn.baseline, markers=True)
        _frame(axes, drawn, from_zero=drawn.from_zero and not panel)
        axes.set_ylabel(wrapped(drawn.difference_axis if panel else drawn.axis, 45, 2))
        axes.tick_params(labelbottom=panel == panels - 1)
        label_ends(axes, lines, labels, drawn.baseline, inches)
    axes.set_xlabel(drawn.time_axis)
    room_left(result)
    return result


def label_ends(axes: Axes, lines: Sequence[data.Line], labels: Sequence[str], baseline: int, inches: float) -> None:
    """Names in the right margin of an axes ``inches`` high, each joined to the end of its line, none on another."""
    low, high = axes.get_ylim()
    ends = [_last(line.mean) for line in lines]
    wanted = [((end if not math.isnan(end) else low) - low) / (high - low) * inches for end in ends]
    heights = [(label.count("\n") + 1) * LINE + 0.05 for label in labels]
    for index, (label, place) in enumerate(zip(labels, spread(wanted, heights, inches), strict=True)):
        end = axes.annotate(
            label,
            xy=(1.0, wanted[index] / inches),
            xytext=(1.045, place / inches),
            xycoords="axes fraction",
            textcoords="axes fraction",
            va="center",
            fontsize=8.5,
            color="#1a1a1a",
            fontweight="bold" if index == baseline else "normal",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": look(index, baseline)[0],
                "linewidth": 1.2,
                "shrinkA": 1,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )
        belong(index, [end, *([end.arrow_patch] if end.arrow_patch else [])])


def _line_label(drawn: data.OverTime | data.Payback, index: int, columns: int) -> str:
    label = fitted(drawn.lines[index].label, columns, 2, 2.0, 8.5)
    if index != drawn.baseline:
        return label
    room = columns - len(label.rsplit("\n", 1)[-1]) > len("(baseline)")
    return label + (" " if room else "\n") + "(baseline)"


def _line(axes: Axes, lines: Sequence[data.Line], index: int, baseline: int, *, markers: bool) -> None:
    line = lines[index]
    colour, marker, dashes = look(index, baseline)
    axes.fill_between(line.times, line.low, line.high, color=colour, alpha=0.16, linewidth=0)
    every = max(len(line.times) // 6, 1)
    axes.plot(
        line.times,
        line.mean,
        color=colour,
        linestyle=dashes,
        linewidth=1.9 if index == baseline else 1.5,
        marker=marker if markers else None,
        markersize=5,
        markeredgecolor="white",
        markeredgewidth=0.6,
        # staggered, so that markers of lines that coincide do not hide each other
        markevery=(index * every // max(len(lines), 1), every),
        zorder=3 if index == baseline else 2.5,
    )


def _last(values: Sequence[float]) -> float:
    return next((value for value in reversed(values) if not math.isnan(value)), math.nan)


def _frame(axes: Axes, drawn: data.OverTime | data.Payback, *, from_zero: bool) -> None:
    times = [time for line in drawn.lines for time in line.times]
    if times and max(times) > min(times):
        axes.set_xlim(min(times), max(times))
    # counts start at 0, unless all that there is to see would lie in the upper half
    if from_zero and axes.get_ylim()[0] < axes.get_ylim()[1] / 2:
        axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(_time_ticks(drawn, 9))
    axes.yaxis.set_major_formatter(Ticks())


def _time_ticks(drawn: data.OverTime | data.Payback, most: int) -> MaxNLocator:
    steps = [1, 3, 6, 10] if drawn.time_axis.startswith("months") else [1, 2, 5, 10]
    return MaxNLocator(most, steps=steps, prune="upper" if most < 9 else None)


def payback(drawn: data.Payback) -> Figure:
    """Cumulative differences with their bands; a ring where each mean pays back for good."""
    if len(drawn.lines) > MANY:
        return _multiples(drawn, marks=drawn.marks)
    labels = [_line_label(drawn, k, 25) for k in range(len(drawn.lines))]
    inches = max(3.4, sum(label.count("\n") + 1 for label in labels) * LINE + 0.05 * len(labels) + 0.1)
    height = inches + heading(drawn.title, drawn.subtitle) + 0.6
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    axes = result.add_axes((0.105, top - (0.06 + inches) / height, 0.64, inches / height))
    for index in range(len(drawn.lines)):
        with of_policy(axes, index):
            _line(axes, drawn.lines, index, drawn.baseline, markers=True)
    for index, mark in enumerate(drawn.marks):
        with of_policy(axes, index):
            _ring(axes, mark, look(index, drawn.baseline)[0], drawn.marks[:index].count(mark))
    _frame(axes, drawn, from_zero=False)
    axes.set_ylabel(wrapped(drawn.axis, 40, 3))
    axes.set_xlabel(drawn.time_axis)
    label_ends(axes, drawn.lines, labels, drawn.baseline, inches)
    room_left(result)
    return result


def _ring(axes: Axes, mark: float | None, colour: str, inside: int = 0) -> None:
    """A ring on the baseline, around those that are there already."""
    if mark is None:
        return
    ring: dict[str, Any] = {
        "marker": "o",
        "markersize": 9 + 5 * inside,
        "markerfacecolor": "none",
        "markeredgewidth": 1.8,
    }
    axes.plot([mark], [0.0], linestyle="none", color=colour, zorder=4, clip_on=False, **ring)


def _multiples(drawn: data.OverTime | data.Payback, marks: Sequence[float | None] = ()) -> Figure:
    """Too many policies for one panel: one panel each, the baseline in all."""
    shown = [k for k in range(len(drawn.lines)) if k != drawn.baseline]
    columns = 3
    rows = math.ceil(len(shown) / columns)
    height = 1.95 * rows + 1.4
    note = f"{drawn.subtitle}; black: {drawn.lines[drawn.baseline].label} (baseline)"
    result, top = new_figure(WIDTH, height, drawn.title, note)
    grid = result.add_gridspec(
        rows, columns, left=0.085, right=0.985, bottom=0.55 / height, top=top - 0.38 / height, hspace=0.52, wspace=0.08
    )
    first: Axes | None = None
    for place, index in enumerate(shown):
        axes = result.add_subplot(grid[place // columns, place % columns], sharex=first, sharey=first)
        first = first or axes
        for policy in (drawn.baseline, index):
            with of_policy(axes, policy):
                _line(axes, drawn.lines, policy, drawn.baseline, markers=False)
        if marks:
            with of_policy(axes, index):
                _ring(axes, marks[index], look(index, drawn.baseline)[0])
        title = fitted(drawn.lines[index].label, 34, 2, 2.55, 8.5)
        belong(index, [axes.set_title(title, loc="left", fontsize=8.5)])
        axes.tick_params(labelleft=place % columns == 0, labelbottom=place + columns >= len(shown))
    if first is not None:
        _frame(first, drawn, from_zero=isinstance(drawn, data.OverTime) and drawn.from_zero)
        first.xaxis.set_major_locator(_time_ticks(drawn, 4))
    result.text(0.535, 0.1 / height, drawn.time_axis, ha="center", va="bottom")
    result.text(0.008, 0.5 * top, wrapped(drawn.axis, 60, 1), ha="left", va="center", rotation=90)
    return result
