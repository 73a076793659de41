"""Plain-text tables that fit a width: columns that do not fit continue in a further block under the same row names."""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from equitysim.figures.names import plain, shorten, together, width, wrapped

_GAP = 2
_NAME_COLUMNS = 28
_NAME_LINES = 3


class Column(NamedTuple):
    """A heading of one or more lines over one cell per row."""

    heading: tuple[str, ...]
    cells: tuple[str, ...]


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Lines of running text, those after the first indented."""
    return textwrap.wrap(together(text), columns, subsequent_indent=indent, break_on_hyphens=False)


def table(corner: str, names: Sequence[str], columns: Sequence[Column], columns_wide: int) -> list[str]:
    """Lines of the table, at most ``columns_wide`` wide; names stand to the left and are wrapped.

    Raises ValueError if a column has another number of cells than there are names.
    """
    for column in columns:
        if len(column.cells) != len(names):
            raise ValueError(f"{len(column.cells)} cells under {column.heading} for {len(names)} rows")
    room = min(_NAME_COLUMNS, columns_wide // 3)
    labels = [wrapped(name, room, _NAME_LINES).split("\n") for name in names]
    left = max([width(corner), *(width(line) for label in labels for line in label)])
    blocks = _blocks(columns, columns_wide - left)
    lines: list[str] = []
    for block in blocks:
        lines += ([""] if lines else []) + _block(corner, left, labels, block)
    return lines


def _wide(column: Column) -> int:
    return max(width(text) for text in (*column.heading, *column.cells))


def _blocks(columns: Sequence[Column], room: int) -> list[list[Column]]:
    """Fill blocks from the left; a column wider than the room stands alone."""
    blocks: list[list[Column]] = [[]]
    taken = 0
    for column in columns:
        need = _GAP + _wide(column)
        if blocks[-1] and taken + need > room:
            blocks.append([])
            taken = 0
        blocks[-1].append(column)
        taken += need
    return blocks


def _block(corner: str, left: int, labels: Sequence[Sequence[str]], columns: Sequence[Column]) -> list[str]:
    wides = [_wide(column) for column in columns]
    tall = max((len(column.heading) for column in columns), default=1)
    lines = []
    for row in range(tall):
        cells = [_heading(column, row, tall) for column in columns]
        lines.append(_line(corner if row == tall - 1 else "", left, cells, wides))
    lines.append("-" * width(lines[-1]))
    for k, label in enumerate(labels):
        lines.append(_line(label[0], left, [column.cells[k] for column in columns], wides))
        lines += label[1:]
    return [line.rstrip() for line in lines]


def _heading(column: Column, row: int, tall: int) -> str:
    place = row - (tall - len(column.heading))
    return column.heading[place] if place >= 0 else ""


def _line(label: str, left: int, cells: Sequence[str], wides: Sequence[int]) -> str:
    texts = [label + " " * (left - width(label))]
    texts += [" " * (_GAP + wide - width(cell)) + cell for cell, wide in zip(cells, wides, strict=True)]
    return "".join(texts)


def rows(
    headings: Sequence[str], body: Sequence[Sequence[str]], columns_wide: int, *, right: Sequence[bool]
) -> list[str]:
    """Lines of a table of text columns; the widest left-aligned column gives way where the whole would not fit."""
    cells = [[plain(cell) for cell in row] for row in body]
    wides = [max([width(heading), *(width(row[k]) for row in cells)]) for k, heading in enumerate(headings)]
    over = sum(wides) + _GAP * (len(wides) - 1) - columns_wide
    if over > 0:
        widest = max((k for k in range(len(wides)) if not right[k]), key=lambda k: wides[k])
        wides[widest] = max(wides[widest] - over, 8)
    lines = [_row(headings, wides, right)]
    lines.append("-" * min(sum(wides) + _GAP * (len(wides) - 1), columns_wide))
    lines += [_row(row, wides, right) for row in cells]
    return lines


def _row(cells: Sequence[str], wides: Sequence[int], right: Sequence[bool]) -> str:
    texts = []
    for cell, wide, to_right in zip(cells, wides, right, strict=True):
        shown = shorten(cell, wide)
        space = " " * (wide - width(shown))
        texts.append(space + shown if to_right else shown + space)
    return (" " * _GAP).join(texts).rstrip()
