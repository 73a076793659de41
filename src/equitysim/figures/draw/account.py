"""One customer's balance over time."""

from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from equitysim.figures import data
from equitysim.figures.draw.canvas import WIDTH, heading, new_figure
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, COLOURS, SOFT

_MARKS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "order": (
        "deposit: a clean order",
        {"marker": ".", "markersize": 5, "markerfacecolor": "#5c5c5c", "markeredgecolor": "#5c5c5c"},
    ),
    "program": (
        "deposit: a program or other gain",
        {"marker": "^", "markersize": 7, "markerfacecolor": "#0072B2", "markeredgecolor": "white"},
    ),
    "failure": (
        "failure",
        {"marker": "v", "markersize": 8, "markerfacecolor": "#D55E00", "markeredgecolor": "black"},
    ),
    "recovery": (
        "recovery",
        {"marker": "P", "markersize": 8, "markerfacecolor": "#009E73", "markeredgecolor": "black"},
    ),
    "other loss": (
        "other loss (annoyance, no answer, payback)",
        {"marker": "s", "markersize": 5, "markerfacecolor": "white", "markeredgecolor": "#D55E00"},
    ),
    "leaves": ("leaves", {"marker": "X", "markersize": 10, "markerfacecolor": "black", "markeredgecolor": "white"}),
}


def account(drawn: data.Account) -> Figure:
    """One panel per policy on one scale; the other policy's course in grey for comparison."""
    inches = 2.6
    used = [kind for kind in data.MARKS if any(mark.kind == kind for life in drawn.lives for mark in life.marks)]
    lines = -(-len(used) // 3)
    foot = 0.66 + 0.24 * lines
    height = max(len(drawn.lives), 1) * (inches + 0.42) + foot + heading(drawn.title, drawn.subtitle)
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    first: Axes | None = None
    for place, life in enumerate(drawn.lives):
        base = top - (0.32 + inches + (inches + 0.42) * place) / height
        axes = result.add_axes((0.075, base, 0.905, inches / height), sharex=first, sharey=first)
        first = first or axes
        for other, course in enumerate(drawn.lives):
            if other != place:
                axes.plot(course.times, course.balances, color="#b5b5b5", linewidth=1.0, zorder=1)
        _life(axes, life, _colour(place, drawn.baseline))
        title = wrapped(life.label, 80, 1) + (" (baseline)" if place == drawn.baseline else "")
        axes.set_title(title, loc="left", fontsize=9)
        axes.set_ylabel(wrapped(drawn.axis, 40, 1))
        axes.tick_params(labelbottom=place == len(drawn.lives) - 1)
        axes.margins(x=0.01, y=0.08)
    if first is not None:
        axes.set_xlabel(drawn.time_axis)
        if first.get_xlim()[0] < 0.0:
            for one in result.axes:
                one.axvline(0, color=SOFT, linewidth=1, linestyle=(0, (4, 2)))
    handles = [Line2D([], [], linestyle="none", label=_MARKS[kind][0], **_MARKS[kind][1]) for kind in used]
    if handles:
        result.legend(handles=handles, loc="lower left", ncols=3, fontsize=8.5, bbox_to_anchor=(0.06, 0.0))
    return result


def _colour(place: int, baseline: int) -> str:
    return BASELINE if place == baseline else COLOURS[place % len(COLOURS)]


def _life(axes: Axes, life: data.Life, colour: str) -> None:
    axes.axhline(0, color=SOFT, linewidth=0.8)
    axes.plot(life.times, life.balances, color=colour, linewidth=1.3, zorder=2)
    for kind, (_, style) in _MARKS.items():
        own = [mark for mark in life.marks if mark.kind == kind]
        if own:
            axes.plot(
                [mark.time for mark in own],
                [mark.balance for mark in own],
                linestyle="none",
                markeredgewidth=0.7,
                zorder=3 + data.MARKS.index(kind) / 10,
                **style,
            )
