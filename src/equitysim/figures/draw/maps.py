"""Who is best over two parameters: regions of cells, a letter or a name in each, a line between them."""

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import matplotlib.colors
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, MaxNLocator
from matplotlib.transforms import Affine2D, Bbox

from equitysim.digits import rounded
from equitysim.figures.data.study_shapes import Regions, Scale
from equitysim.figures.draw.canvas import LINE, WIDTH, Ticks, fitted, heading, inches_of, new_figure, typeset
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, SOFT, look
from equitysim.measures.words import share, value

_LEFT: Final = 1.35  # inches from the figure's edge to the cells
_CELLS: Final = 4.75
_KEY: Final = _LEFT + _CELLS + 0.3
_PALEST: Final = 0.22
_SHADES: Final = 5
_UNEVEN: Final = 4.0
"""Levels whose cells would differ in width by more than this stand one beside the other, not to scale."""
_LABELLED: Final = 0.02
"""A region of a smaller share of the cells has no label, unless it is its policy's largest; none lies on another."""
_WIDE: Final = 0.7
"""Of the widest row of a region: a row of this share of its width is wide enough for the label."""
_UNCLEAR: Final = "////"
_STEPS: Final = 24
"""Shades of a colour that are told apart on a map."""
_SIZE: Final = 8.0

Cell = tuple[int, int]
"""Row and column."""


class Grid(NamedTuple):
    """Where cells lie: their edges, one more than there are cells, and the ticks that name them."""

    edges: tuple[float, ...]
    ticks: tuple[float, ...]
    names: tuple[str, ...]
    to_scale: bool


def regions(drawn: Regions) -> Figure:
    """The map with its key to the right."""
    columns, rows = _grid(drawn.x, across=True), _grid(drawn.y, across=False)
    keys = _keys(drawn)
    tall = max((one.count("\n") + 1) * LINE for one in (*rows.names, ""))
    needed = len(drawn.y.sizes) * (tall + 0.05) if rows.names else 0.0
    inches = min(max(3.6, needed, sum(map(_key_height, keys)) + 1.3), 12.0)
    across = wrapped(_axis(drawn.x, columns), 62, 2)
    foot = 0.3 + LINE * (across.count("\n") + 1 + max((one.count("\n") + 1 for one in columns.names), default=1))
    height = heading(drawn.title, drawn.subtitle) + inches + foot + 0.1
    result, _ = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    axes = result.add_axes((_LEFT / WIDTH, foot / height, _CELLS / WIDTH, inches / height))
    axes.set_xlim(columns.edges[0], columns.edges[-1])
    axes.set_ylim(*((rows.edges[0], rows.edges[-1]) if drawn.y.ordered else (rows.edges[-1], rows.edges[0])))
    axes.grid(False)
    _cells(axes, drawn, columns, rows)
    _borders(axes, drawn, columns, rows)
    _labels(axes, drawn, columns, rows)
    _ticks(axes, columns, "x")
    _ticks(axes, rows, "y")
    axes.set_xlabel(across)
    beside = max((inches_of(name, _SIZE) for name in rows.names), default=0.3)
    label = wrapped(_axis(drawn.y, rows), int(inches * 10.5), 2)
    axes.text(
        max(0.05 - _LEFT, -beside - 0.2 - LINE * (label.count("\n") + 1)),
        inches / 2,
        label,
        transform=_inches_from(result, foot),
        rotation=90,
        ha="left",
        va="center",
    )
    _key(result, drawn, keys, foot, inches)
    return result


def _inches_from(drawn: Figure, foot: float) -> Any:
    """Inches from the lower left corner of the cells."""
    return Affine2D().translate(_LEFT, foot) + drawn.dpi_scale_trans


def _grid(scale: Scale, *, across: bool) -> Grid:
    count = len(scale.sizes)
    room = _CELLS / max(count, 1)
    if across:
        names = tuple(fitted(text, max(int(room * 14), 6), 3, max(room - 0.06, 0.3), _SIZE) for text in scale.texts)
    else:
        names = tuple(fitted(text, 16, 2, 0.92, _SIZE) for text in scale.texts)
    places = tuple(float(k) for k in range(count))
    beside = Grid(tuple(k - 0.5 for k in range(count + 1)), places, names, to_scale=False)
    if not scale.ordered or count < 2:
        return beside
    gaps = [later - earlier for earlier, later in pairwise(scale.sizes)]
    if scale.few and max(gaps) > _UNEVEN * min(gaps):
        return beside
    between = [(earlier + later) / 2 for earlier, later in pairwise(scale.sizes)]
    edges = (scale.sizes[0] - gaps[0] / 2, *between, scale.sizes[-1] + gaps[-1] / 2)
    numbers = tuple(typeset(rounded(size, 6)) for size in scale.sizes)
    roomy = max(map(len, numbers)) * 0.085 < min(gaps) / (edges[-1] - edges[0]) * _CELLS or not across
    few = scale.few and roomy and count <= 16
    return Grid(edges, scale.sizes if few else (), numbers if few else (), to_scale=True)


def _axis(scale: Scale, grid: Grid) -> str:
    return scale.label if grid.to_scale or not scale.ordered else f"{scale.label} (levels, not to scale)"


def _ticks(axes: Axes, grid: Grid, which: str) -> None:
    axis = axes.xaxis if which == "x" else axes.yaxis
    axes.tick_params(axis="x" if which == "x" else "y", labelsize=_SIZE)
    if grid.ticks:
        axis.set_major_locator(FixedLocator(list(grid.ticks)))
        axis.set_ticks(list(grid.ticks), list(grid.names))
        return
    axis.set_major_locator(MaxNLocator(7))
    axis.set_major_formatter(Ticks())


def tinted(colour: str, strength: float) -> Any:
    """A colour between a pale shade of it (0) and itself (1)."""
    part = _PALEST + (1.0 - _PALEST) * min(max(strength, 0.0), 1.0)
    return tuple(1.0 - part * (1.0 - tone) for tone in matplotlib.colors.to_rgb(colour))


def _strongest(drawn: Regions) -> float:
    return max((lead for row in drawn.lead for lead in row if not math.isnan(lead)), default=0.0)


def _each(drawn: Regions) -> Iterator[tuple[Cell, int]]:
    for row, places in enumerate(drawn.best):
        for column, place in enumerate(places):
            if place is not None:
                yield (row, column), place


def _runs(cells: Collection[Cell]) -> Iterator[tuple[int, int, int]]:
    """Cells side by side: row, first and last column."""
    for row, column in sorted(cells):
        if (row, column - 1) in cells:
            continue
        last = column
        while (row, last + 1) in cells:
            last += 1
        yield row, column, last


def _together(cells: Collection[Cell], columns: Grid, rows: Grid) -> Path:
    """Cells as one path: a page holds a map of many cells without a path for each."""
    boxes = []
    for row, first, last in _runs(cells):
        left, right = columns.edges[first], columns.edges[last + 1]
        low, high = rows.edges[row : row + 2]
        boxes.append(Path([(left, low), (right, low), (right, high), (left, high), (left, low)], closed=True))
    return Path.make_compound_path(*boxes)


def _cells(axes: Axes, drawn: Regions, columns: Grid, rows: Grid) -> None:
    most = _strongest(drawn)
    alike: dict[tuple[int, int], set[Cell]] = {}
    for (row, column), place in _each(drawn):
        shade = round(_STEPS * drawn.lead[row][column] / most) if most > 0.0 else 0
        alike.setdefault((place, shade), set()).add((row, column))
    for (place, shade), cells in alike.items():
        colour = tinted(look(place, drawn.baseline)[0], shade / _STEPS)
        # a hair wider than they are, so that no light shows between them
        axes.add_patch(
            PathPatch(_together(cells, columns, rows), facecolor=colour, edgecolor=colour, linewidth=0.4, zorder=1)
        )
    unclear = {cell for cell, _ in _each(drawn) if not drawn.clear[cell[0]][cell[1]]}
    if unclear:
        over = _together(unclear, columns, rows)
        axes.add_patch(PathPatch(over, facecolor="none", edgecolor=SOFT, linewidth=0.0, hatch=_UNCLEAR, zorder=1.5))


def _borders(axes: Axes, drawn: Regions, columns: Grid, rows: Grid) -> None:
    """A line wherever the best policy changes from one cell to the next, with a light edge to either side."""
    lines = []
    for row, places in enumerate(drawn.best):
        for column, place in enumerate(places):
            beside = places[column + 1] if column + 1 < len(places) else None
            above = drawn.best[row + 1][column] if row + 1 < len(drawn.best) else None
            if place is None:
                continue
            if beside is not None and beside != place:
                x = columns.edges[column + 1]
                lines.append([(x, rows.edges[row]), (x, rows.edges[row + 1])])
            if above is not None and above != place:
                y = rows.edges[row + 1]
                lines.append([(columns.edges[column], y), (columns.edges[column + 1], y)])
    for colour, width in (("white", 4.0), (BASELINE, 1.8)):
        axes.add_collection(LineCollection(lines, colors=colour, linewidths=width, capstyle="projecting", zorder=2))


def letter(place: int) -> str:
    """A, B, … Z, AA, AB …: how a policy is called on a map."""
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _labels(axes: Axes, drawn: Regions, columns: Grid, rows: Grid) -> None:
    """In each region the policy's letter, with its name where that fits."""
    found = sorted(connected(drawn.best), key=lambda one: (-len(one[1]), min(one[1])))
    total = sum(len(cells) for _, cells in found)
    named: set[int] = set()
    written: list[Bbox] = []
    for place, cells in found:
        if place in named and len(cells) < _LABELLED * total:
            continue
        row, first, last = _widest(cells)
        left, right = columns.edges[first], columns.edges[last + 1]
        room = (right - left) / (columns.edges[-1] - columns.edges[0]) * _CELLS
        name = f"{letter(place)}  {wrapped(drawn.policies[place], 30, 1)}"
        fits = place not in named and inches_of(name, 9.0) < room - 0.25
        text = name if fits else letter(place)
        middle = ((left + right) / 2, (rows.edges[row] + rows.edges[row + 1]) / 2)
        box = _room_of(axes, middle, text)
        if any(box.overlaps(other) for other in written):
            continue
        written.append(box)
        named.add(place)
        axes.text(
            *middle,
            text,
            ha="center",
            va="center",
            fontsize=9,
            fontweight="bold",
            color="#1a1a1a",
            bbox={"facecolor": "white", "edgecolor": "none", "boxstyle": "round,pad=0.18"},
            zorder=3,
        )


def _room_of(axes: Axes, middle: tuple[float, float], text: str) -> Bbox:
    """What a label and its white ground take, in pixels."""
    x, y = axes.transData.transform(middle)
    dots = axes.figure.dpi
    half, tall = (inches_of(text, 9.0) / 2 + 0.06) * dots, (LINE / 2 + 0.03) * dots
    return Bbox.from_extents(x - half, y - tall, x + half, y + tall)


def connected(best: Sequence[Sequence[int | None]]) -> Iterator[tuple[int, frozenset[Cell]]]:
    """Regions: cells of one policy that touch along an edge."""
    left = {(row, column): place for row, line in enumerate(best) for column, place in enumerate(line)}
    while left:
        start, place = left.popitem()
        if place is None:
            continue
        region, edge = {start}, [start]
        while edge:
            row, column = edge.pop()
            for near in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
                if left.get(near) == place and near in left:
                    del left[near]
                    region.add(near)
                    edge.append(near)
        yield place, frozenset(region)


def _widest(cells: frozenset[Cell]) -> tuple[int, int, int]:
    """A row in which a region is wide (of such rows that nearest to its middle), its first and last column there."""
    middle = sum(row for row, _ in cells) / len(cells)
    runs = list(_runs(cells))
    most = max(last - first + 1 for _, first, last in runs)
    wide = [run for run in runs if run[2] - run[1] + 1 >= _WIDE * most]
    return min(wide, key=lambda run: (abs(run[0] - middle), run[1] - run[2]))


def _keys(drawn: Regions) -> list[tuple[int, str]]:
    """The policies that are best somewhere by their share, then in one line how many are nowhere."""
    there = {place for _, place in _each(drawn)}
    shown = sorted(there, key=lambda place: (-drawn.shares[place], place))
    return [
        (
            place,
            fitted(drawn.policies[place] + " (baseline)" * (place == drawn.baseline), 30, 3, 1.75, 8.5)
            + f"\nbest in {share(drawn.shares[place])} of the map",
        )
        for place in shown
    ]


def _key_height(key: tuple[int, str]) -> float:
    return (key[1].count("\n") + 1) * LINE + 0.16


def _key(result: Figure, drawn: Regions, keys: Sequence[tuple[int, str]], foot: float, inches: float) -> None:
    height = result.get_figheight()
    top = foot + inches

    def put(x: float, y: float, text: str, **options: Any) -> None:
        result.text(x / WIDTH, y / height, text, fontsize=8.5, color="#1a1a1a", **{"va": "top", **options})

    def patch(x: float, y: float, wide: float, **options: Any) -> None:
        box = Rectangle((x / WIDTH, y / height), wide / WIDTH, 0.13 / height, linewidth=0, **options)
        box.set_transform(result.transFigure)
        result.add_artist(box)

    for place, text in keys:
        put(_KEY, top, letter(place), fontweight="bold")
        put(_KEY + 0.28, top, text)
        colour = look(place, drawn.baseline)[0]
        below = top - (text.count("\n") + 1) * LINE
        for k in range(_SHADES):
            patch(_KEY + 1.84 + 0.085 * k, below + 0.05, 0.085, facecolor=tinted(colour, k / (_SHADES - 1)))
        top -= _key_height((place, text))
    nowhere = len(drawn.policies) - len(keys)
    lines = [f"{nowhere} polic{'y is' if nowhere == 1 else 'ies are'} best nowhere here"] if nowhere else []
    most = typeset(value(_strongest(drawn), ""))
    lines += wrapped(f"pale to strong: 0 to {most}, {drawn.lead_axis}", 34, 4).split("\n")
    put(_KEY, top, "\n".join(lines))
    top -= len(lines) * LINE + 0.1
    if any(not drawn.clear[row][column] for (row, column), _ in _each(drawn)):
        patch(_KEY, top - 0.13, 0.3, facecolor="white", edgecolor=SOFT, hatch=_UNCLEAR)
        put(_KEY + 0.42, top, "not clearly ahead")
        top -= LINE + 0.08
    if len(list(_each(drawn))) < len(drawn.x.sizes) * len(drawn.y.sizes):
        put(_KEY, top, "blank: undefined")
