"""What all figures share: size, heading, names along an axis."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from equitysim.digits import rounded
from equitysim.figures.data import Interval
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, SOFT, look
from equitysim.measures.words import interval

WIDTH: Final = 9.0
LINE: Final = 0.165  # inches one line of text takes
NARROWEST: Final = 6
HEADING: Final = "heading"
POLICY: Final = "policy-"
EDGE: Final = 3.0  # pixels that stay free at the left edge
SOLID: Final[dict[str, Any]] = {"markeredgecolor": "white", "markeredgewidth": 0.7}


def heading(title: str, subtitle: str) -> float:
    """Inches that title and subtitle take at the top."""
    rows, more = (text.count("\n") + 1 for text in _broken(title, subtitle))
    return 0.18 + _title(rows) + more * LINE


def _title(rows: int) -> float:
    """Inches of a title; broken, it may hold glyphs of other fonts, which are taller."""
    return rows * 0.2 + 0.05 * (rows - 1)


def _broken(title: str, subtitle: str) -> tuple[str, str]:
    room = WIDTH * 0.976
    return fitted(title, 78, 2, room, 11.5), fitted(subtitle, 112, 4, room, 8.5)


def new_figure(width: float, height: float, title: str, subtitle: str) -> tuple[Figure, float]:
    """A figure with its heading, and the share of its height that is left below the heading."""
    drawn = Figure(figsize=(width, height))
    FigureCanvasAgg(drawn)
    first, second = _broken(title, subtitle)
    place: dict[str, Any] = {"ha": "left", "va": "top", "gid": HEADING}
    drawn.text(0.012, 1 - 0.08 / height, first, fontsize=11.5, fontweight="bold", **place)
    below = 0.08 + _title(first.count("\n") + 1)
    drawn.text(0.012, 1 - below / height, second, fontsize=8.5, color=SOFT, **place)
    return drawn, 1 - heading(title, subtitle) / height


def fitted(name: str, columns: int, lines: int, inches: float, size: float = 9.0) -> str:
    """The name wrapped as ``names.wrapped`` does it, in fewer columns where its letters are too wide for the room."""
    text = wrapped(name, columns, lines)
    while columns > NARROWEST and inches_of(text, size) > inches:
        columns -= 1
        text = wrapped(name, columns, lines)
    return text


def inches_of(text: str, size: float) -> float:
    """How wide a text in bold letters is, the widest of its lines."""
    font = FontProperties(family=rcParams["font.family"], size=size, weight="bold")
    measured = (text_to_path.get_text_width_height_descent(line, font, ismath=False) for line in text.split("\n"))
    return max(float(width) for width, _, _ in measured) / 72.0


def room_left(drawn: Figure) -> None:
    """Move the left edges of all axes as far in as large numbers along them need, so that their labels are whole."""
    canvas: Any = FigureCanvasAgg(drawn)  # whose renderers are not typed
    measuring = canvas.get_renderer()
    boxes = [axes.yaxis.get_tightbbox(measuring) for axes in drawn.axes]
    missing = EDGE - min((box.x0 for box in boxes if box is not None), default=EDGE)
    if missing <= 0.0:
        return
    share = missing / drawn.bbox.width
    for axes in drawn.axes:
        place = axes.get_position()
        axes.set_position((place.x0 + share, place.y0, place.width - share, place.height))


def belong(policy: int, artists: Iterable[Artist]) -> None:
    """Say that these belong to a policy, so that a page can show and hide what is its."""
    for artist in artists:
        artist.set_gid(f"{POLICY}{policy}")


@contextmanager
def of_policy(axes: Axes, policy: int) -> Iterator[None]:
    """Whatever is added to the axes in the block belongs to the policy."""
    before = {id(artist) for artist in axes.get_children()}
    yield
    belong(policy, (artist for artist in axes.get_children() if id(artist) not in before))


class Names:
    """Names down the left side: each wrapped to fit ``room`` inches, with a row as high as it needs.

    ``places``: centres of the rows from the top, in inches; ``inches``: height of them all. ``looks``: whose they are,
    if policies'.
    """

    def __init__(
        self,
        names: Sequence[str],
        baseline: int,
        *,
        base: float = 0.3,
        columns: int = 26,
        room: float = 1.98,
        looks: Sequence[int] = (),
    ) -> None:
        broken = [fitted(name, columns, 3, room) for name in names]
        self.labels = [text + ("\n(baseline)" if k == baseline else "") for k, text in enumerate(broken)]
        heights = [base + LINE * (label.count("\n") + 1) for label in self.labels]
        self.places = [sum(heights[:k]) + heights[k] / 2 for k in range(len(heights))]
        self.inches = sum(heights)
        self.looks = looks

    def put(self, axes: Axes) -> None:
        """As the ticks of the vertical axis, the first at the top."""
        axes.set_ylim(self.inches, 0)
        axes.set_yticks(self.places, self.labels)
        axes.tick_params(axis="y", length=0)
        axes.grid(False, axis="y")
        for policy, label in zip(self.looks, axes.get_yticklabels(), strict=bool(self.looks)):
            belong(policy, [label])


def undefined(axes: Axes, place: float, said: str = "undefined") -> None:
    """Say that there is no value in this row."""
    axes.annotate(said, (0.02, place), xycoords=("axes fraction", "data"), va="center", color=SOFT, fontsize=8)


def estimate(axes: Axes, row: Interval, place: float, *, index: int, baseline: int, hollow: bool = False) -> None:
    """A marker and its interval in the look of a policy; an undefined value says so."""
    colour, marker, _ = look(index, baseline)
    if math.isnan(row.mean):
        with of_policy(axes, index):
            undefined(axes, place)
        return
    edge = hollow_edge(colour) if hollow else SOLID
    with of_policy(axes, index):
        bar(axes, row, place, colour)
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
    return f"{label}\n(grey: within ±{rounded(matters, 6)}, no material difference)" if matters > 0.0 else label


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
