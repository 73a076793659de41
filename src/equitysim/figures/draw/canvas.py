"""What all figures share: size, heading, names along an axis."""

import math
from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from equitysim.figures.data import Interval
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, SOFT, look
from equitysim.figures.words import interval

WIDTH: Final = 9.0
LINE: Final = 0.165  # inches one line of text takes
SOLID: Final[dict[str, Any]] = {"markeredgecolor": "white", "markeredgewidth": 0.7}
MARGIN: Final = 0.14  # inches between names and both the edge and the axis


def heading(title: str, subtitle: str) -> float:
    """Inches that title and subtitle take at the top."""
    rows, more = (text.count("\n") + 1 for text in _broken(title, subtitle))
    return 0.18 + rows * 0.2 + more * LINE


def _broken(title: str, subtitle: str) -> tuple[str, str]:
    return wrapped(title, 78, 2), wrapped(subtitle, 112, 4)


def new_figure(width: float, height: float, title: str, subtitle: str) -> tuple[Figure, float]:
    """A figure with its heading, and the share of its height that is left below the heading."""
    drawn = Figure(figsize=(width, height))
    FigureCanvasAgg(drawn)
    first, second = _broken(title, subtitle)
    drawn.text(0.012, 1 - 0.08 / height, first, ha="left", va="top", fontsize=11.5, fontweight="bold")
    below = 0.08 + (first.count("\n") + 1) * 0.2
    drawn.text(0.012, 1 - below / height, second, ha="left", va="top", fontsize=8.5, color=SOFT)
    return drawn, 1 - heading(title, subtitle) / height


class Names:
    """Names down the left side: each wrapped, with a row as high as it needs. ``places``: centres of the rows from the
    top, in inches; ``inches``: height of them all."""

    def __init__(self, names: Sequence[str], baseline: int, *, base: float = 0.3, columns: int = 26) -> None:
        broken = [wrapped(name, columns, 3) for name in names]
        self.labels = [text + ("\n(baseline)" if k == baseline else "") for k, text in enumerate(broken)]
        heights = [base + LINE * (label.count("\n") + 1) for label in self.labels]
        self.places = [sum(heights[:k]) + heights[k] / 2 for k in range(len(heights))]
        self.inches = sum(heights)

    def put(self, axes: Axes) -> None:
        """As the ticks of the vertical axis, the first at the top; names of wide letters are set smaller, so that they
        fit between the figure's edge and the axis."""
        axes.set_ylim(self.inches, 0)
        axes.set_yticks(self.places, self.labels)
        axes.tick_params(axis="y", length=0)
        axes.grid(False, axis="y")
        room = axes.get_position().x0 * axes.figure.bbox.width - MARGIN * axes.figure.dpi
        for label in axes.get_yticklabels():
            wide = label.get_window_extent().width
            if wide > room:
                label.set_fontsize(label.get_fontsize() * room / wide)


def undefined(axes: Axes, place: float) -> None:
    """Say that there is no value in this row."""
    axes.annotate("undefined", (0.02, place), xycoords=("axes fraction", "data"), va="center", color=SOFT, fontsize=8)


def estimate(axes: Axes, row: Interval, place: float, *, index: int, baseline: int, hollow: bool = False) -> None:
    """A marker and its interval in the look of a policy; an undefined value says so."""
    colour, marker, _ = look(index, baseline)
    if math.isnan(row.mean):
        undefined(axes, place)
        return
    bar(axes, row, place, colour)
    edge = hollow_edge(colour) if hollow else SOLID
    axes.plot([row.mean], [place], color=colour, marker=marker, markersize=6.5, **edge)


def hollow_edge(colour: str) -> dict[str, Any]:
    """The look of a mark that is out: its outline alone."""
    return {"markerfacecolor": "white", "markeredgecolor": colour, "markeredgewidth": 1.4}


def bar(axes: Axes, row: Interval, place: float, colour: str) -> None:
    """The interval of a row, if it has one."""
    if math.isnan(row.low + row.high):
        return
    axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.2, solid_capstyle="butt")
    ends: dict[str, Any] = {"marker": "|", "markersize": 9, "markeredgewidth": 1.6}
    axes.plot([row.low, row.high], [place, place], color=colour, linestyle="none", **ends)


def zero(axes: Axes, matters: float = 0.0) -> None:
    """The baseline of differences, and around it what does not matter."""
    if matters > 0.0:
        axes.axvspan(-matters, matters, color="#eeeeee", zorder=0)
    axes.axvline(0, color=BASELINE, linewidth=1)


def immaterial(axis: str, matters: float, columns: int = 46) -> str:
    """An axis label that says what the grey band is."""
    label = wrapped(axis, columns, 2)
    return f"{label}\n(grey: within ±{matters:g}, no material difference)" if matters > 0.0 else label


def value_axis(axes: Axes, ticks: int = 6) -> None:
    """A horizontal axis of values with room at both ends."""
    axes.xaxis.set_major_locator(MaxNLocator(ticks))
    axes.xaxis.set_major_formatter(Ticks())
    axes.margins(x=0.08)


class Ticks(ScalarFormatter):
    """Numbers along an axis: as many decimals for each as the finest needs, thousands apart, a real minus sign, and
    never a power of ten set aside."""

    def __init__(self) -> None:
        super().__init__(useOffset=False)
        self.set_scientific(False)

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The number at a tick."""
        decimals = len(str(super().__call__(x, pos)).partition(".")[2])
        return typeset(f"{x + 0.0:,.{decimals}f}")


def typeset(text: str) -> str:
    """Numbers as a figure shows them: with a real minus sign."""
    return text.replace("-", "\N{MINUS SIGN}")


def told(row: Interval) -> str:
    """An estimate with its interval in figures."""
    return typeset(interval(row.mean, row.low, row.high, ""))
