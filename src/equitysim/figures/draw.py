"""How figures are drawn: the only user of matplotlib, through its Figure API (no global state, no windows).

Every estimate carries its interval; the style is in ``style``.
"""

import io
import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib
import matplotlib.style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from equitysim.errors import OutputError
from equitysim.figures import data
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, COLOURS, HATCHES, SETTINGS, SOFT, SOURCE_COLOURS, look, spread
from equitysim.statistics.comparison import Comparison

_WIDTH: Final = 9.0
_LINE: Final = 0.165  # inches one line of text takes
_LEFT: Final = 1.98  # inches for the names at the left of a figure
_RIGHT: Final = 2.0  # and for those at the ends of lines
_NARROWEST: Final = 6
_MANY: Final = 1 + len(COLOURS)


_HEADING: Final = "heading"
_POLICY: Final = "policy-"


def figure(drawn: data.Drawn) -> Figure:
    """The matplotlib figure of one of the ``data`` types.

    In SVG what belongs to one policy has identifiers ``policy-N-…``, N its place among the policies.
    """
    with _style():
        result = _drawn(drawn)
    marked = result.findobj(lambda artist: (artist.get_gid() or "").startswith(_POLICY))
    for k, artist in enumerate(marked):
        artist.set_gid(f"{artist.get_gid()}-{k}")
    return result


def _drawn(drawn: data.Drawn) -> Figure:
    match drawn:
        case data.ByPolicy():
            return _by_policy(drawn)
        case data.OverTime():
            return _multiples(drawn) if len(drawn.lines) > _MANY else _over_time(drawn)
        case data.Sources():
            return _sources(drawn)
        case data.Forecast():
            return _forecast(drawn)


def _belong(policy: int, artists: Iterable[Artist]) -> None:
    for artist in artists:
        artist.set_gid(f"{_POLICY}{policy}")


@contextmanager
def _of_policy(axes: Axes, policy: int) -> Iterator[None]:
    """Whatever is added to the axes in the block belongs to the policy."""
    before = {id(artist) for artist in axes.get_children()}
    yield
    _belong(policy, (artist for artist in axes.get_children() if id(artist) not in before))


def plot(comparison: Comparison, kind: str = "value") -> Figure:
    """One figure of a comparison: ``value``, ``referrals``, ``equity``, ``active`` or ``sources``.

    Raises UsageError for another kind.
    """
    return figure(data.of_comparison(comparison, kind))


def forecast(drawn: data.Forecast) -> Figure:
    """The forecast's mean and predictive band against what was recorded."""
    return figure(drawn)


def save(drawn: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """Write ``name.png`` and ``name.svg``: equal figures give equal bytes (no date, fixed identifiers).

    Raises OutputError where the folder cannot be written.
    """
    paths = (folder / f"{name}.png", folder / f"{name}.svg")
    empty = ({"Software": None}, {"Date": None})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _style():
            for path, metadata in zip(paths, empty, strict=True):
                drawn.savefig(path, metadata=metadata)
    except OSError as fault:
        raise OutputError(f"cannot write the figure {fault.filename or folder}: {fault.strerror or fault}") from fault
    return paths


def svg_without_heading(drawn: Figure) -> str:
    """The figure as SVG without title and subtitle, for a page that says them in its own type."""
    headings = [text for text in drawn.texts if text.get_gid() == _HEADING]
    with _style():
        canvas: Any = FigureCanvasAgg(drawn)  # whose renderers are not typed
        measuring = canvas.get_renderer()
        foot = min((text.get_window_extent(measuring).y0 for text in headings), default=drawn.bbox.y1) / drawn.dpi
        frame = Bbox([[0.0, 0.0], [drawn.get_figwidth(), foot]])
        written = io.BytesIO()
        for text in headings:
            text.set_visible(False)
        try:
            drawn.savefig(written, format="svg", bbox_inches=frame, metadata={"Date": None})
        finally:
            for text in headings:
                text.set_visible(True)
    return written.getvalue().decode()


@contextmanager
def _style() -> Iterator[None]:
    with matplotlib.style.context(["default", SETTINGS]), warnings.catch_warnings():
        # a name in a script the font lacks is drawn as boxes; the tables still carry it
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def _fitted(name: str, columns: int, lines: int, inches: float, size: float) -> str:
    """The name wrapped as ``names.wrapped`` does it, in fewer columns where its letters are too wide for the room."""
    text = wrapped(name, columns, lines)
    while columns > _NARROWEST and _inches(text, size) > inches:
        columns -= 1
        text = wrapped(name, columns, lines)
    return text


def _inches(text: str, size: float) -> float:
    font = FontProperties(family=SETTINGS["font.family"], size=size, weight="bold")
    measured = (text_to_path.get_text_width_height_descent(line, font, ismath=False) for line in text.split("\n"))
    return max(float(width) for width, _, _ in measured) / 72.0


def _new(width: float, height: float, title: str, subtitle: str) -> tuple[Figure, float]:
    """A figure with its heading, and the share of its height that is left below the heading."""
    drawn = Figure(figsize=(width, height))
    FigureCanvasAgg(drawn)
    room = width * 0.976
    title, subtitle = _fitted(title, 78, 2, room, 11.5), _fitted(subtitle, 112, 3, room, 8.5)
    rows = title.count("\n") + 1
    place: dict[str, Any] = {"ha": "left", "va": "top", "gid": _HEADING}
    drawn.text(0.012, 1 - 0.08 / height, title, fontsize=11.5, fontweight="bold", **place)
    top = 0.08 + rows * 0.2
    drawn.text(0.012, 1 - top / height, subtitle, fontsize=8.5, color=SOFT, **place)
    top += (subtitle.count("\n") + 1) * _LINE + 0.1
    return drawn, 1 - top / height


def _by_policy(drawn: data.ByPolicy) -> Figure:
    labels = [_fitted(level.label, 26, 3, _LEFT, 9.0) for level in drawn.levels]
    rows = [0.3 + _LINE * (label.count("\n") + 1) for label in labels]
    height = sum(rows) + 1.9
    result, top = _new(_WIDTH, height, drawn.title, drawn.subtitle)
    grid = result.add_gridspec(
        1, 2, left=0.235, right=0.975, bottom=0.75 / height, top=top - 0.22 / height, wspace=0.09
    )
    left = result.add_subplot(grid[0, 0])
    right = result.add_subplot(grid[0, 1], sharey=left)
    places = [sum(rows[:k]) + rows[k] / 2 for k in range(len(rows))]
    _rows(left, drawn.levels, places, drawn.baseline)
    left.set_ylim(sum(rows), 0)
    left.set_yticks(places, [label + ("\n(baseline)" if k == drawn.baseline else "") for k, label in enumerate(labels)])
    for k, name in enumerate(left.get_yticklabels()):
        _belong(k, [name])
    left.set_xlabel(wrapped(drawn.level_axis, 46, 2))
    left.set_title("level", loc="left", fontsize=9)
    if drawn.matters > 0:
        right.axvspan(-drawn.matters, drawn.matters, color="#eeeeee", zorder=0)
    right.axvline(0, color=BASELINE, linewidth=1)
    _rows(right, drawn.differences, places, drawn.baseline)
    right.set_xlabel(_difference_axis(drawn))
    right.set_title("difference to the baseline", loc="left", fontsize=9)
    for axes in (left, right):
        axes.grid(False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.margins(x=0.08)
    right.tick_params(axis="y", labelleft=False)
    return result


def _difference_axis(drawn: data.ByPolicy) -> str:
    if drawn.matters > 0:
        return f"{wrapped(drawn.difference_axis, 46, 2)}\n(grey: within ±{drawn.matters:g}, no material difference)"
    return wrapped(drawn.difference_axis, 46, 2)


def _rows(axes: Axes, rows: Sequence[data.Interval | None], places: Sequence[float], baseline: int) -> None:
    """A marker and its interval per policy; an undefined value says so."""
    for index, (row, place) in enumerate(zip(rows, places, strict=True)):
        if row is not None:
            with _of_policy(axes, index):
                _row(axes, row, place, *look(index, baseline)[:2])


def _row(axes: Axes, row: data.Interval, place: float, colour: str, marker: str) -> None:
    if math.isnan(row.mean):
        _undefined(axes, place)
        return
    if not math.isnan(row.low + row.high):
        axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.2, solid_capstyle="butt")
        axes.plot(
            [row.low, row.high],
            [place, place],
            color=colour,
            linestyle="none",
            marker="|",
            markersize=9,
            markeredgewidth=1.6,
        )
    axes.plot(
        [row.mean],
        [place],
        color=colour,
        marker=marker,
        markersize=6.5,
        markeredgecolor="white",
        markeredgewidth=0.7,
    )


def _undefined(axes: Axes, place: float) -> None:
    axes.annotate("undefined", (0.02, place), xycoords=("axes fraction", "data"), va="center", color=SOFT, fontsize=8)


def _over_time(drawn: data.OverTime) -> Figure:
    """Levels above, differences to the baseline below: lines that run together above part below."""
    labels = [_line_label(drawn, k, 25) for k in range(len(drawn.lines))]
    inches = max(3.1, sum(label.count("\n") + 1 for label in labels) * _LINE + 0.05 * len(labels) + 0.1)
    panels = 2 if drawn.differences else 1
    height = panels * inches + 0.3 * (panels - 1) + 1.35
    result, top = _new(_WIDTH, height, drawn.title, drawn.subtitle)
    for panel in range(panels):
        foot = top - (0.06 + inches * (panel + 1) + 0.3 * panel) / height
        axes = result.add_axes((0.085, foot, 0.66, inches / height))
        lines = drawn.differences if panel else drawn.lines
        for index in range(len(lines)):
            with _of_policy(axes, index):
                _line(axes, lines, index, drawn.baseline, markers=True)
        _frame(axes, drawn, from_zero=drawn.from_zero and not panel)
        axes.set_ylabel(wrapped(drawn.difference_axis if panel else drawn.axis, 45, 2))
        axes.tick_params(labelbottom=panel == panels - 1)
        _label_ends(axes, lines, labels, drawn.baseline, inches)
    axes.set_xlabel(drawn.time_axis)
    return result


def _label_ends(axes: Axes, lines: Sequence[data.Line], labels: Sequence[str], baseline: int, inches: float) -> None:
    low, high = axes.get_ylim()
    ends = [_last(line.mean) for line in lines]
    wanted = [((end if not math.isnan(end) else low) - low) / (high - low) * inches for end in ends]
    heights = [(label.count("\n") + 1) * _LINE + 0.05 for label in labels]
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
        _belong(index, [end, *([end.arrow_patch] if end.arrow_patch else [])])


def _line_label(drawn: data.OverTime, index: int, columns: int) -> str:
    label = _fitted(drawn.lines[index].label, columns, 2, _RIGHT, 8.5)
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


def _frame(axes: Axes, drawn: data.OverTime, *, from_zero: bool) -> None:
    times = [time for line in drawn.lines for time in line.times]
    if times and max(times) > min(times):
        axes.set_xlim(min(times), max(times))
    # counts start at 0, unless all that there is to see would lie in the upper half
    if from_zero and axes.get_ylim()[0] < axes.get_ylim()[1] / 2:
        axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(_time_ticks(drawn, 9))


def _time_ticks(drawn: data.OverTime, most: int) -> MaxNLocator:
    steps = [1, 3, 6, 10] if drawn.time_axis.startswith("months") else [1, 2, 5, 10]
    return MaxNLocator(most, steps=steps, prune="upper" if most < 9 else None)


def _multiples(drawn: data.OverTime) -> Figure:
    """Too many policies for one panel: one panel each, the baseline in all."""
    shown = [k for k in range(len(drawn.lines)) if k != drawn.baseline]
    columns = 3
    rows = math.ceil(len(shown) / columns)
    height = 1.95 * rows + 1.4
    note = f"{drawn.subtitle}; black: {drawn.lines[drawn.baseline].label} (baseline)"
    result, top = _new(_WIDTH, height, drawn.title, note)
    grid = result.add_gridspec(
        rows, columns, left=0.085, right=0.985, bottom=0.55 / height, top=top - 0.38 / height, hspace=0.52, wspace=0.08
    )
    first: Axes | None = None
    for place, index in enumerate(shown):
        axes = result.add_subplot(grid[place // columns, place % columns], sharex=first, sharey=first)
        first = first or axes
        for policy in (drawn.baseline, index):
            with _of_policy(axes, policy):
                _line(axes, drawn.lines, policy, drawn.baseline, markers=False)
        _belong(index, [axes.set_title(_fitted(drawn.lines[index].label, 34, 2, 2.55, 8.5), loc="left", fontsize=8.5)])
        axes.tick_params(labelleft=place % columns == 0, labelbottom=place + columns >= len(shown))
    if first is not None:
        _frame(first, drawn, from_zero=drawn.from_zero)
        first.xaxis.set_major_locator(_time_ticks(drawn, 4))
    result.text(0.535, 0.1 / height, drawn.time_axis, ha="center", va="bottom")
    result.text(0.008, 0.5 * top, wrapped(drawn.axis, 60, 1), ha="left", va="center", rotation=90)
    return result


def _sources(drawn: data.Sources) -> Figure:
    labels = [_fitted(name, 26, 3, _LEFT, 9.0) for name in drawn.policies]
    rows = [0.26 + _LINE * (label.count("\n") + 1 + (k == drawn.baseline)) for k, label in enumerate(labels)]
    height = sum(rows) + 2.1
    result, top = _new(_WIDTH, height, drawn.title, drawn.subtitle)
    bottom = 0.7 / height
    axes = result.add_axes((0.235, bottom, 0.74, top - 0.36 / height - bottom))
    places = [sum(rows[:k]) + rows[k] / 2 for k in range(len(rows))]
    ahead, behind = [0.0] * len(rows), [0.0] * len(rows)
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
            _belong(k, [bars[k]])
            (ahead if value >= 0 else behind)[k] += value
    for k, (total, place) in enumerate(zip(drawn.totals, places, strict=True)):
        with _of_policy(axes, k):
            _total(axes, total, place, labelled=k == 0)
    axes.axvline(0, color=BASELINE, linewidth=1)
    axes.set_ylim(sum(rows), 0)
    axes.set_yticks(places, [label + ("\n(baseline)" if k == drawn.baseline else "") for k, label in enumerate(labels)])
    for k, name in enumerate(axes.get_yticklabels()):
        _belong(k, [name])
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.set_xlabel(wrapped(drawn.axis, 90, 2))
    axes.margins(x=0.04)
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
    """The sum of the sources, with its interval."""
    if math.isnan(total.mean):
        _undefined(axes, place)
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


def _forecast(drawn: data.Forecast) -> Figure:
    height = 4.4
    result, top = _new(_WIDTH, height, drawn.title, drawn.subtitle)
    grid = result.add_gridspec(1, 2, left=0.075, right=0.985, bottom=0.95 / height, top=top - 0.06 / height, wspace=0.2)
    for place, band in enumerate((drawn.weekly, drawn.cumulative)):
        axes = result.add_subplot(grid[0, place])
        axes.fill_between(
            drawn.weeks, band.low, band.high, color="#56B4E9", alpha=0.4, linewidth=0, label="predictive band"
        )
        axes.plot(drawn.weeks, band.mean, color="#0072B2", linewidth=1.8, label="forecast, mean")
        axes.plot(
            drawn.weeks,
            band.recorded,
            color="black",
            linestyle="none",
            marker="o",
            markersize=3.4,
            markerfacecolor="white",
            label="recorded",
        )
        axes.axvline(
            drawn.known_weeks + 0.5,
            color=SOFT,
            linestyle=(0, (4, 2)),
            linewidth=1.2,
            label=f"week {drawn.known_weeks}: known up to here",
        )
        axes.set_xlim(0, drawn.weeks[-1] + 1)
        axes.set_ylim(bottom=0)
        axes.set_xlabel(f"week; {band.inside} of {drawn.counted} weeks after week {drawn.known_weeks} inside the band")
        axes.set_ylabel(band.axis)
        if place == 0:
            handles, labels = axes.get_legend_handles_labels()
    result.legend(handles, labels, loc="lower left", ncols=4, fontsize=8.5, bbox_to_anchor=(0.06, 0.0))
    return result
