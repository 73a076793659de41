"""How a comparison at several values is drawn: markers with intervals where something was simulated, levels above,
differences to the baseline below."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from equitysim.digits import rounded
from equitysim.figures.data import Line, OverValues
from equitysim.figures.draw.canvas import LINE, WIDTH, heading, new_figure
from equitysim.figures.draw.courses import label_ends
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, SOFT, look

_PANEL: Final = (0.085, 0.66)
_GAP: Final = 0.3
_MOST_NAMES: Final = 10
_LETTERS: Final = 70


def over_values(drawn: OverValues) -> Figure:
    """One measure at several values of a key: levels, and differences to the baseline below."""
    labels = [_label(drawn, k) for k in range(len(drawn.lines))]
    inches = max(2.8, sum(label.count("\n") + 1 for label in labels) * LINE + 0.05 * len(labels) + 0.1)
    panels = [drawn.lines, drawn.differences] if drawn.differences else [drawn.lines]
    names = _names(drawn)
    axis = wrapped(drawn.value_axis, 85, 2)
    foot = 0.3 + LINE * (2 + axis.count("\n") + max([0, *(name.count("\n") for name in names)]))
    body = len(panels) * inches + _GAP * (len(panels) - 1)
    height = heading(drawn.title, _note(drawn)) + body + foot
    result, _ = new_figure(WIDTH, height, drawn.title, _note(drawn))
    for panel, lines in enumerate(panels):
        base = (foot + (len(panels) - 1 - panel) * (inches + _GAP)) / height
        axes = result.add_axes((_PANEL[0], base, _PANEL[1], inches / height))
        differs = panel == 1
        if differs:
            if drawn.matters > 0:
                axes.axhspan(-drawn.matters, drawn.matters, color="#eeeeee", zorder=0)
            axes.axhline(0, color=BASELINE, linewidth=1)
        _estimates(axes, lines, drawn.baseline, joined=not drawn.names, skip=drawn.baseline if differs else -1)
        _value_axis(axes, drawn, names)
        axes.set_ylabel(wrapped(drawn.difference_axis if differs else drawn.axis, 45, 2))
        axes.tick_params(labelbottom=panel == len(panels) - 1)
        label_ends(axes, lines, labels, drawn.baseline, inches)
    axes.set_xlabel(axis)
    return result


def _note(drawn: OverValues) -> str:
    if drawn.differences and drawn.matters > 0:
        return f"{drawn.subtitle}; grey: within ±{rounded(drawn.matters, 6)}, no material difference"
    return drawn.subtitle


def _label(drawn: OverValues, index: int) -> str:
    label = wrapped(drawn.lines[index].label, 25, 2)
    if index != drawn.baseline:
        return label
    room = 25 - len(label.rsplit("\n", 1)[-1]) > len("(baseline)")
    return label + (" " if room else "\n") + "(baseline)"


def _estimates(axes: Axes, lines: Sequence[Line], baseline: int, *, joined: bool, skip: int) -> None:
    """A marker and an interval per value, side by side; lines join numbers, to guide the eye."""
    places, step = lines[0].times, _step(lines)
    for index, line in enumerate(lines):
        if index == skip:
            continue
        colour, marker, dashes = look(index, baseline)
        beside = [place + step * (index - (len(lines) - 1) / 2) for place in places]
        if not all(math.isnan(low) for low in line.low):
            below = [mean - low for mean, low in zip(line.mean, line.low, strict=True)]
            above = [high - mean for mean, high in zip(line.mean, line.high, strict=True)]
            axes.errorbar(
                beside, line.mean, yerr=[below, above], fmt="none", ecolor=colour, elinewidth=1.1, capsize=2.2
            )
        axes.plot(
            beside,
            line.mean,
            color=colour,
            linestyle=dashes if joined else "none",
            linewidth=1.7 if index == baseline else 1.2,
            marker=marker,
            markersize=5,
            markeredgecolor="white",
            markeredgewidth=0.6,
            zorder=3 if index == baseline else 2.5,
        )


def _step(lines: Sequence[Line]) -> float:
    """How far policies stand beside each other at one value, so that neither they nor two values run together."""
    places = lines[0].times
    return min(0.009 * (max(places) - min(places)), 0.7 * _least_gap(places) / len(lines))


def _least_gap(places: Sequence[float]) -> float:
    return min(later - earlier for earlier, later in pairwise(places))


def _names(drawn: OverValues) -> list[str]:
    """The labels of values that are no numbers, those left out empty where there are too many to read."""
    every = max(math.ceil(len(drawn.names) / _MOST_NAMES), 1)
    columns = int(min(_LETTERS * every / max(len(drawn.names) - 1, 1) - 1, 22))
    return [wrapped(name, columns, 3) if k % every == 0 else "" for k, name in enumerate(drawn.names)]


def _value_axis(axes: Axes, drawn: OverValues, names: Sequence[str]) -> None:
    places = drawn.lines[0].times
    room = 0.02 * (max(places) - min(places)) + _step(drawn.lines) * len(drawn.lines) / 2
    axes.set_xlim(min(places) - room, max(places) + room)
    if names:
        axes.set_xticks(places, names)
        axes.grid(False, axis="x")
        return
    if _least_gap(places) > 0.09 * (places[-1] - places[0]):
        axes.xaxis.set_major_locator(FixedLocator(list(places)))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(8))
    axes.xaxis.set_major_formatter(lambda number, _: rounded(number, 6))
    axes.tick_params(axis="x", color=SOFT)
