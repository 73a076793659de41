"""Many settings between spend and value."""

import math
from typing import Any, Final

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
    new_figure,
    of_policy,
    room_left,
)
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, SOFT, look

_RIGHT: Final = 0.70
_LEFT: Final = 0.085
_INCHES: Final = 4.2


def tradeoff(drawn: data.Tradeoff) -> Figure:
    """Settings in the look of their policy; policies are named in the right margin."""
    labels = [
        fitted(name, 25, 2, 2.0, 8.5) + ("\n(baseline)" if k == drawn.baseline else "")
        for k, name in enumerate(drawn.policies)
    ]
    inches = max(_INCHES, sum(label.count("\n") + 1.6 for label in labels) * LINE + 1.2)
    height = inches + heading(drawn.title, drawn.subtitle) + 0.65
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    axes = result.add_axes((_LEFT, top - (0.1 + inches) / height, _RIGHT - _LEFT, inches / height))
    axes.axhline(0, color=BASELINE, linewidth=1)
    for dot in drawn.dots:
        _dot(axes, dot, drawn.baseline)
    axes.plot(
        [x for x, _ in drawn.edge],
        [y for _, y in drawn.edge],
        color=SOFT,
        linewidth=1.2,
        linestyle=(0, (4, 2)),
        zorder=1,
    )
    if drawn.best is not None:
        _best(axes, *drawn.best, drawn.baseline)
    axes.margins(0.08)
    if drawn.limit is not None:
        _limit(axes, drawn.limit)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(Ticks())
    axes.yaxis.set_major_formatter(Ticks())
    axes.set_xlabel(wrapped(drawn.x_axis, 70, 2))
    axes.set_ylabel(wrapped(drawn.y_axis, 55, 2))
    _names(axes, drawn, labels, inches)
    room_left(result)
    return result


def _dot(axes: Axes, dot: data.Dot, baseline: int) -> None:
    if math.isnan(dot.x + dot.y):
        return
    colour, marker, _ = look(dot.policy, baseline)
    with of_policy(axes, dot.policy):
        axes.plot([dot.x], [dot.y], color=colour, marker=marker, markersize=5.5, zorder=3, **SOLID)


def _best(axes: Axes, policy: int, place: data.Place, baseline: int) -> None:
    colour, marker, _ = look(policy, baseline)
    x, y = place.x, place.y
    with of_policy(axes, policy):
        if not math.isnan(x.low + y.low):
            caps: dict[str, Any] = {"color": colour, "linewidth": 1.6, "markersize": 7, "markeredgewidth": 1.4}
            axes.plot([x.low, x.high], [y.mean] * 2, marker="|", zorder=4, **caps)
            axes.plot([x.mean] * 2, [y.low, y.high], marker="_", zorder=4, **caps)
        axes.plot([x.mean], [y.mean], color=colour, marker=marker, markersize=9.5, zorder=5, **SOLID)
        axes.plot([x.mean], [y.mean], color=BASELINE, marker="o", markersize=17, zorder=4, fillstyle="none")


def _limit(axes: Axes, limit: float) -> None:
    """The axis reaches to the limit, so that one far beyond all settings is seen as such."""
    axes.axvline(limit, color=BASELINE, linewidth=1.2, linestyle=(0, (1.5, 1.2)), zorder=1)
    axes.annotate(
        "budget",
        xy=(limit, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-3, -3),
        textcoords="offset points",
        ha="right",
        va="top",
        rotation=90,
        fontsize=8,
        color=SOFT,
    )


def _names(axes: Axes, drawn: data.Tradeoff, labels: list[str], inches: float) -> None:
    """From the top, in the order of the policies; below them what the ring is."""
    at = inches - 0.15
    plain: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False, "linestyle": "none"}
    for index, label in enumerate(labels):
        colour, marker, _ = look(index, drawn.baseline)
        rows = label.count("\n") + 1
        middle = (at - (rows - 1) * LINE / 2) / inches
        mark = axes.plot([1.035], [middle], color=colour, marker=marker, markersize=6, **plain, **SOLID)
        weight = "bold" if index == drawn.baseline else "normal"
        text = axes.text(1.06, middle, label, transform=axes.transAxes, va="center", fontsize=8.5, fontweight=weight)
        belong(index, [*mark, text])
        at -= (rows + 0.6) * LINE
    if drawn.best is not None:
        said = fitted(f"chosen: {drawn.best[1].label}", 25, 6, 2.0, 8.5)
        rows = said.count("\n") + 1
        at -= 0.15
        middle = (at - (rows - 1) * LINE / 2) / inches
        axes.plot([1.035], [middle], color=BASELINE, marker="o", markersize=11, fillstyle="none", **plain)
        axes.text(1.06, middle, said, transform=axes.transAxes, va="center", fontsize=8.5)
