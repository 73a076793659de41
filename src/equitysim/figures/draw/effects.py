"""How policies answer to factors, and how much and how unevenly each factor moves an outcome."""

import math
from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator

from equitysim.digits import rounded
from equitysim.figures.data.shapes import Line
from equitysim.figures.data.study_shapes import Response, Responses, Scale, Spot, Spots, Tip
from equitysim.figures.draw.canvas import (
    LINE,
    WIDTH,
    Ticks,
    belong,
    fitted,
    heading,
    new_figure,
    of_policy,
)
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, GAIN, SOFT, look, spread

_LEFT: Final = 0.85
_GAP: Final = 0.22
_PANEL: Final = 2.15
_WIDEST: Final = 4.6
_KEY_COLUMNS: Final = 2
_TIPS: Final = 2


def responses(drawn: Responses) -> Figure:
    """A column for each factor: levels above, differences to the baseline below, joined where sizes are numbers."""
    count = len(drawn.panels)
    wide = min((WIDTH - _LEFT - 0.15 - _GAP * (count - 1)) / count, _WIDEST)
    heads = [_head(panel.tips, wide) for panel in drawn.panels]
    labels = [wrapped(panel.scale.label, int(wide * 11), 3) for panel in drawn.panels]
    names = [_names(panel.scale, wide) for panel in drawn.panels]
    keys = [
        fitted(name, 48, 2, 3.7, 8.5) + (" (baseline)" if place == drawn.baseline else "")
        for name, place in zip(drawn.policies, drawn.looks, strict=True)
    ]
    levels = 2 if any(panel.differences for panel in drawn.panels) else 1
    foot = _key_height(keys) + 0.14 + LINE * max(label.count("\n") + 1 for label in labels)
    foot += 0.12 + LINE * max(name.count("\n") + 1 for one in names for name in (*one, ""))
    top = LINE * max(head.count("\n") + 1 for head in heads) + 0.1 if any(heads) else 0.08
    height = heading(drawn.title, drawn.subtitle) + top + levels * _PANEL + _GAP * (levels - 1) + foot
    result, _ = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    for level in range(levels):
        first: Axes | None = None
        for column, panel in enumerate(drawn.panels):
            left = _LEFT + column * (wide + _GAP)
            low = foot + (levels - 1 - level) * (_PANEL + _GAP)
            place = (left / WIDTH, low / height, wide / WIDTH, _PANEL / height)
            axes = result.add_axes(place, sharey=first)
            first = first or axes
            differs = level == 1
            _panel(axes, drawn, panel, differs=differs)
            _scale(axes, panel.scale, names[column], wide)
            axes.tick_params(labelbottom=level == levels - 1, labelleft=column == 0)
            if column == 0:
                axes.set_ylabel(wrapped(drawn.difference_axis if differs else drawn.axis, 30, 2))
            if level == 0 and heads[column]:
                axes.set_title(heads[column], loc="left", fontsize=8.5, color="#1a1a1a")
            if level == levels - 1:
                axes.set_xlabel(labels[column])
        if first is not None:
            first.yaxis.set_major_locator(MaxNLocator(6))
            first.yaxis.set_major_formatter(Ticks())
    _keys(result, keys, drawn)
    return result


def _head(tips: Sequence[Tip], wide: float) -> str:
    """Where the best changes, in words."""
    if not tips:
        return ""
    told = " and ".join(tip.text for tip in tips[:_TIPS])
    more = f" and {len(tips) - _TIPS} more" if len(tips) > _TIPS else ""
    return fitted(f"the best changes at {told}{more}", int(wide * 14), 2, wide, 8.5)


def _names(scale: Scale, wide: float) -> list[str]:
    """Words along the axis; numbers need none."""
    if scale.ordered:
        return []
    room = wide / len(scale.texts) - 0.05
    return [fitted(text, max(int(room * 13), 6), 3, max(room, 0.3), 8.0) for text in scale.texts]


def _panel(axes: Axes, drawn: Responses, panel: Response, *, differs: bool) -> None:
    for tip in panel.tips:
        if not math.isnan(tip.low + tip.high):
            low, high = (min(max(end, panel.scale.sizes[0]), panel.scale.sizes[-1]) for end in (tip.low, tip.high))
            axes.axvspan(low, high, color="#e6e6e6", linewidth=0, zorder=0)
        axes.axvline(tip.at, color=SOFT, linewidth=1.2, linestyle=(0, (3, 2)), zorder=1)
    if differs:
        axes.axhline(0, color=BASELINE, linewidth=1)
    lines = panel.differences if differs else panel.lines
    for k, (line, place) in enumerate(zip(lines, drawn.looks, strict=True)):
        if differs and place == drawn.baseline:
            continue
        with of_policy(axes, place):
            if panel.scale.ordered:
                _curve(axes, line, place, drawn.baseline)
            else:
                _marks(axes, line, place, drawn.baseline, 0.5 * (k / max(len(lines) - 1, 1) - 0.5))


def _curve(axes: Axes, line: Line, place: int, baseline: int) -> None:
    colour, marker, dashes = look(place, baseline)
    axes.fill_between(line.times, line.low, line.high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(
        line.times,
        line.mean,
        color=colour,
        linestyle=dashes,
        linewidth=1.8 if place == baseline else 1.4,
        marker=marker,
        markersize=4.5,
        markevery=max(len(line.times) // 9, 1),
        markeredgecolor="white",
        markeredgewidth=0.6,
        zorder=2.5,
    )


def _marks(axes: Axes, line: Line, place: int, baseline: int, aside: float) -> None:
    colour, marker, _ = look(place, baseline)
    beside = [time + aside for time in line.times]
    if not any(math.isnan(low + high) for low, high in zip(line.low, line.high, strict=True)):
        axes.vlines(beside, line.low, line.high, color=colour, linewidth=1.4)
    axes.plot(
        beside,
        line.mean,
        color=colour,
        linestyle="none",
        marker=marker,
        markersize=5,
        markeredgecolor="white",
        zorder=3,
    )


def _scale(axes: Axes, scale: Scale, names: Sequence[str], wide: float) -> None:
    low, high = min(scale.sizes), max(scale.sizes)
    room = 0.03 * (high - low) if scale.ordered else 0.5
    axes.set_xlim(low - (room or 0.5), high + (room or 0.5))
    if names:
        axes.set_xticks(list(scale.sizes), list(names), fontsize=8)
        axes.grid(False, axis="x")
        return
    numbers = [rounded(size, 6) for size in scale.sizes]
    gaps = [later - earlier for earlier, later in zip(scale.sizes, scale.sizes[1:], strict=False)]
    apart = min(gaps, default=1.0) / ((high - low) or 1.0) * wide
    if scale.few and max(map(len, numbers)) * 0.09 + 0.03 < apart:
        axes.xaxis.set_major_locator(FixedLocator(list(scale.sizes)))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(max(int(wide * 2), 3), prune="both"))
    axes.xaxis.set_major_formatter(Ticks())
    axes.tick_params(axis="x", labelsize=8)


def _key_height(keys: Sequence[str]) -> float:
    return sum(_rows(keys))


def _rows(keys: Sequence[str]) -> list[float]:
    return [
        LINE * max(key.count("\n") + 1 for key in keys[k : k + _KEY_COLUMNS]) + 0.04
        for k in range(0, len(keys), _KEY_COLUMNS)
    ]


def _keys(result: Figure, keys: Sequence[str], drawn: Responses) -> None:
    """Names with the look of their lines, at the foot."""
    height = result.get_figheight()
    rows = _rows(keys)
    for k, (key, place) in enumerate(zip(keys, drawn.looks, strict=True)):
        row, column = divmod(k, _KEY_COLUMNS)
        top = sum(rows[row:]) + 0.06
        left = 0.25 + column * WIDTH / _KEY_COLUMNS
        colour, marker, dashes = look(place, drawn.baseline)
        line = Line2D(
            [left / WIDTH, (left + 0.38) / WIDTH],
            [(top - 0.08) / height] * 2,
            color=colour,
            linestyle=dashes,
            linewidth=1.6,
        )
        mark = Line2D(
            [(left + 0.19) / WIDTH],
            [(top - 0.08) / height],
            color=colour,
            marker=marker,
            markersize=5,
            markeredgecolor="white",
        )
        for artist in (line, mark):
            artist.set_transform(result.transFigure)
            result.add_artist(artist)
        text = result.text((left + 0.5) / WIDTH, top / height, key, fontsize=8.5, va="top", color="#1a1a1a")
        belong(place, [line, mark, text])


def spots(drawn: Spots, named: int = 12) -> Figure:
    """Mean absolute effects to the right with their bounds, spread upwards; the first ``named`` with their names in the
    margin, joined to their marks."""
    labels = [fitted(spot.label, 34, 2, 2.55, 8.5) for spot in drawn.spots[:named]]
    heights = [(label.count("\n") + 1) * LINE + 0.06 for label in labels]
    inches = max(3.6, sum(heights) + 0.1)
    height = inches + heading(drawn.title, drawn.subtitle) + 0.65
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    left, wide = 0.085, 0.545
    axes = result.add_axes((left, top - (0.1 + inches) / height, wide, inches / height))
    ends = [number for spot in drawn.spots for number in (spot.moves.mean, spot.moves.high) if not math.isnan(number)]
    right = 1.06 * max([*ends, 1e-12])
    high = 1.1 * max([*(spot.spread for spot in drawn.spots if not math.isnan(spot.spread)), 1e-12])
    axes.set_xlim(-0.02 * right, right)
    axes.set_ylim(-0.03 * high, high)
    axes.plot([0, max(right, high)], [0, max(right, high)], color=SOFT, linewidth=1, linestyle=(0, (4, 2)), zorder=1)
    places = spread([_height(spot.spread, high) * inches for spot in drawn.spots[:named]], heights, inches)
    rest = [(spot.moves.mean, spot.spread) for spot in drawn.spots[named:]]
    axes.scatter([x for x, _ in rest], [y for _, y in rest], s=9, color="#a6a6a6", linewidths=0, zorder=2)
    for spot, label, place in zip(drawn.spots, labels, places, strict=False):
        if not math.isnan(spot.moves.mean + spot.spread):
            _spot(axes, spot, label, place / inches)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6))
        axis.set_major_formatter(Ticks())
    axes.set_xlabel(wrapped(drawn.x_axis, 60, 2))
    axes.set_ylabel(wrapped(drawn.y_axis, 48, 2))
    return result


def _spot(axes: Axes, spot: Spot, label: str, place: float) -> None:
    x, y = spot.moves.mean, spot.spread
    if not math.isnan(spot.moves.low + spot.moves.high):
        axes.plot([spot.moves.low, spot.moves.high], [y, y], color=GAIN, linewidth=1.5, zorder=2)
    axes.plot([x], [y], marker="o", markersize=6, color=GAIN, markeredgecolor="white", zorder=3)
    joined: dict[str, Any] = {"arrowstyle": "-", "color": SOFT, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 4}
    axes.annotate(
        label,
        xy=(x, y),
        xytext=(1.05, place),
        textcoords="axes fraction",
        va="center",
        fontsize=8.5,
        color="#1a1a1a",
        annotation_clip=False,
        arrowprops={**joined, "relpos": (0, 0.5)},
    )


def _height(number: float, high: float) -> float:
    return 0.0 if math.isnan(number) else (number + 0.03 * high) / (1.03 * high)
