"""Files of draws: CSV with a header of paths and one world per row, read into the document with the place of every
cell."""

import re
from collections.abc import Iterator
from dataclasses import replace

from equitysim.digits import thousands
from equitysim.errors import Fault
from equitysim.scenario.document import WHOLE_FILE, Node, Spot
from equitysim.scenario.separated import Separated, cut_by_commas, separated
from equitysim.scenario.words import one_spelling, quoted, shortened, visible

MOST_ROWS = 2_000
MOST_CELLS = 15_000
"""What a scenario still takes in when every cell is written out (``write.resolved``)."""

_MOST = f"at most {MOST_ROWS} rows and {MOST_CELLS} cells, the header's among them"
_FEWER = "keep every tenth row, say: a sample of some hundred worlds tells as much"

# Possessive, so that no line costs more than its length.
_CELLS = {
    by: re.compile(rf'[{blank}]*+(?P<cell>"(?:[^"]|"")*+"[{blank}]*+|[^{by}"]*+)(?P<end>{by}|$)')
    for by, blank in ((",", " \\t"), (";", " \\t"), ("\t", " "))
}


class _Refused(Exception):
    def __init__(self, spot: Spot, message: str, hint: str) -> None:
        super().__init__(message)
        self.fault = Fault(*spot, WHOLE_FILE, message, hint)


def draws_of(text: str, shown: str, named: Spot, faults: list[Fault], notes: list[Fault]) -> Node | None:
    """The columns of a CSV text as lists under their paths; None, and the faults, if it is not such a text.

    ``named``: where the scenario names the file; ``notes``: what is said of how the file is written.
    """
    form = separated(text)
    if form.note:
        notes.append(Fault(shown, 1 + form.skip, 1, WHOLE_FILE, form.note, severity="note"))
    try:
        return _columns(list(_rows(text, shown, form)), shown, named, faults, form)
    except _Refused as refused:
        faults.append(refused.fault)
        return None


def _columns(rows: list[list[Node]], shown: str, named: Spot, faults: list[Fault], form: Separated) -> Node | None:
    if len(rows) < 2:
        raise _Refused(Spot(shown), "has no rows", "write a header of paths, and one world a row below it")
    header, worlds = rows[0], rows[1:]
    found = [*_header_faults(header), *(fault for row in worlds for fault in _row_faults(row, len(header), form))]
    if found:
        faults += found
        return None
    paths = [cell.text or "" for cell in header]
    worlds = [[replace(cell, text=form.number(cell.text or "")) for cell in row] for row in worlds]
    entries = {path: Node(header[k].spot, items=tuple(row[k] for row in worlds)) for k, path in enumerate(paths)}
    return Node(named, entries=entries, keys={path: header[k].spot for k, path in enumerate(paths)})


def _header_faults(header: list[Node]) -> Iterator[Fault]:
    seen: dict[str, Spot] = {}
    for cell in header:
        path = cell.text or ""
        if not path:
            yield Fault(*cell.spot, WHOLE_FILE, "a column has no path", "name the number it holds")
        elif path in seen:
            hint = f"first in column {seen[path].column}; remove one"
            yield Fault(*cell.spot, visible(shortened(path)), "the column is there twice", hint)
        seen.setdefault(path, cell.spot)


def _row_faults(row: list[Node], width: int, form: Separated) -> Iterator[Fault]:
    if len(row) != width:
        hint = f"the header has {width}" + cut_by_commas([cell.text or "" for cell in row], width)
        yield Fault(*row[0].spot, WHOLE_FILE, f"the row has {len(row)} cells", hint)
        return
    for cell in row:
        doubt = form.doubt(cell.text or "")
        if doubt:
            yield Fault(*cell.spot, WHOLE_FILE, doubt, thousands(cell.text or "") or "")
        elif not cell.text:
            yield Fault(*cell.spot, WHOLE_FILE, "the cell is empty", "write a value as the scenario would")


def _rows(text: str, shown: str, form: Separated) -> Iterator[list[Node]]:
    rows = cells = 0
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.removesuffix("\r")
        if number <= form.skip or not content.strip():
            continue
        row = list(_cells(content, shown, number, _CELLS[form.by]))
        yield row
        rows, cells = rows + 1, cells + len(row)
        if rows > MOST_ROWS + 1 or cells > MOST_CELLS:
            raise _Refused(Spot(shown, number), f"is the end of what is read: {_MOST}", _FEWER)


def _cells(line: str, shown: str, number: int, pattern: re.Pattern[str]) -> Iterator[Node]:
    position = count = 0
    while True:
        count += 1
        if count > MOST_CELLS:
            raise _Refused(Spot(shown, number, position + 1), f"is the end of what is read: {_MOST}", _FEWER)
        match = pattern.match(line, position)
        if match is None:
            spot = Spot(shown, number, position + 1)
            raise _Refused(spot, "a quote is open, or stands inside a cell", "close it; a cell is one line")
        start = match.start("cell")
        cell = match["cell"].rstrip(" \t")
        written = cell[1:-1].replace('""', '"') if cell.startswith('"') else cell
        written = one_spelling(written)
        if any(character in written for character in "\0\v\f") or not written.isprintable():
            raise _Refused(Spot(shown, number, start + 1), f"{quoted(written)} holds a control character", "remove it")
        yield Node(Spot(shown, number, start + 1), text=written)
        position = match.end()
        if not match["end"]:
            return
