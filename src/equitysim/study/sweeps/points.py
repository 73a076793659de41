"""The points of a study: the values of its factors, as a design or a file states them."""

import csv
import hashlib
import io
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from equitysim.arguments import nearest
from equitysim.digits import thousands
from equitysim.errors import Fault
from equitysim.scenario.document import WHOLE_FILE, Node, Spot
from equitysim.scenario.files import read_text
from equitysim.scenario.separated import Separated, cut_by_commas, separated
from equitysim.scenario.words import one_spelling, quoted, shortened, visible
from equitysim.study.sweeps import designs
from equitysim.study.sweeps.factors import Factor, FactorError, Spread, canonical
from equitysim.study.sweeps.schema import DesignFile

Values = tuple[str, ...]
"""The values of one point, in the order of the factors."""

MOST_POINTS = 100_000
MOST_VALUES = 2_000_000
"""Points × factors: some hundred megabytes."""

LARGEST_TABLE = 20_000_000
LONGEST_LINE = 1_000_000
MOST_FAULTS = 50

SCATTERED = frozenset({"grid", "one_at_a_time", "points"})
"""Designs whose beginning is not spread over the whole space, so that they are run in another order."""


class Point(NamedTuple):
    """One point: a key that says the same of the same values in every study, and the values."""

    key: bytes
    values: Values


def point_of(paths: Sequence[str], values: Values) -> Point:
    """A point with its key, the first 16 bytes of a SHA-256 over paths and values."""
    said = json.dumps(sorted(zip(paths, values, strict=True)), separators=(",", ":"))
    return Point(hashlib.sha256(said.encode()).digest()[:16], values)


def kind_of(design: DesignFile) -> str:
    """Which design it is."""
    return next(name for name in type(design).model_fields if getattr(design, name) is not None)


def count_of(design: DesignFile, spreads: Sequence[Spread]) -> int:
    """How many points a design has at most; 0 where a file states them."""
    many, factors = getattr(design, kind_of(design)), len(spreads)
    counts: dict[str, Callable[[], int]] = {
        "grid": lambda: math.prod(spread.most(many) for spread in spreads),
        "latin_hypercube": lambda: many,
        "sobol": lambda: many,
        "saltelli": lambda: many * (factors + 2),
        "morris": lambda: many * (factors + 1),
        "one_at_a_time": lambda: 1 + sum(spread.most(many) for spread in spreads),
        "points": lambda: 0,
    }
    return counts[kind_of(design)]()


def designed(design: DesignFile, spreads: Sequence[Spread], own: Values, seed: int) -> list[Values]:
    """The points of a design, in its order; not of one that a file states. ``own``: the scenario's own values, from
    which one at a time departs."""
    kind, factors = kind_of(design), len(spreads)
    many = getattr(design, kind)
    if kind == "grid":
        return designs.grid([spread.levels(many) for spread in spreads])
    if kind == "one_at_a_time":
        return designs.one_at_a_time(own, [spread.levels(many) for spread in spreads])
    shares = {
        "latin_hypercube": designs.latin_hypercube,
        "sobol": designs.sobol,
        "saltelli": designs.saltelli,
        "morris": designs.morris,
    }[kind](many, factors, seed)
    return [tuple(spread.at(share) for spread, share in zip(spreads, row, strict=True)) for row in shares.tolist()]


def in_run_order(kind: str, points: Sequence[Point]) -> list[Point]:
    """The points so that a sweep stopped early has seen the whole space."""
    return [points[k] for k in designs.spread_out(len(points))] if kind in SCATTERED else list(points)


def from_file(
    path: Path, shown: str, factors: Sequence[Factor], faults: list[Fault], notes: list[Fault]
) -> list[Values]:
    """The points of a CSV file with a column per factor; adds what is wrong with it to ``faults``, and how it is
    written, where that is unusual, to ``notes``."""
    found: list[Fault] = []
    text = read_text(
        path, shown, found, largest=LARGEST_TABLE, missing="name a CSV file", large="write fewer points, or digits"
    )
    if text is None:
        faults += found
        return []
    form = separated(text)
    if form.note:
        notes.append(Fault(shown, 1 + form.skip, 1, WHOLE_FILE, form.note, severity="note"))
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=form.by)
    points: list[Values] = []
    try:
        for _ in range(form.skip):
            next(reader, None)
        heads = next(reader, None)
        if heads is None:
            faults.append(Fault(shown, 1, 1, WHOLE_FILE, "is empty", "begin with a line that names the factors"))
            return []
        columns = _columns(heads, shown, factors, faults)
        if columns is None:
            return []
        for row in reader:
            if not row:
                continue
            number = reader.line_num
            if len(row) != len(heads):
                said = f"has {len(row)} cells under {len(heads)} headings"
                hint = "one value per column" + cut_by_commas([cell.strip() for cell in row], len(heads))
                found.append(Fault(shown, number, 1, WHOLE_FILE, said, hint))
            else:
                plain = '"' not in lines.last
                points.append(_values(row, columns, Spot(shown, number), factors, found, form, plain=plain))
            if len(points) > MOST_POINTS:
                found.append(Fault(shown, number, 1, WHOLE_FILE, f"has more than {MOST_POINTS} points", "write fewer"))
            elif len(points) * len(factors) > MOST_VALUES:
                said = f"has more than {MOST_VALUES} values, points times factors"
                found.append(Fault(shown, number, 1, WHOLE_FILE, said, "write fewer points, or vary less"))
            elif len(found) < MOST_FAULTS:
                continue
            break
    except csv.Error as error:
        found.append(Fault(shown, lines.number, 1, WHOLE_FILE, f"is not CSV: {visible(str(error))}", "see this line"))
    if not points and not found:
        found.append(Fault(shown, 1, 1, WHOLE_FILE, "has no points", "write one per line"))
    faults += found[:MOST_FAULTS]
    return points


class _Lines:
    """The lines of a text one after the other, and the last of them with its number from 1: a list of all would take a
    hundred times the text where most are empty. Raises ``csv.Error`` for one that is too long."""

    def __init__(self, text: str) -> None:
        self._rest = io.StringIO(text, newline="")
        self.last = ""
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.last = next(self._rest)
        self.number += 1
        if len(self.last) > LONGEST_LINE:
            raise csv.Error(f"a line of more than {LONGEST_LINE} characters")
        return self.last


def _columns(names: Sequence[str], shown: str, factors: Sequence[Factor], faults: list[Fault]) -> list[int] | None:
    """Where each factor's column is; None and faults if the headings are not the factors."""
    paths = [factor.path for factor in factors]
    if len(names) > len(paths) + MOST_FAULTS:
        said = f"has {len(names)} columns, and the study {len(paths)} factors"
        faults.append(Fault(shown, 1, 1, WHOLE_FILE, said, "a column per factor, and commas between them"))
        return None
    heads = [one_spelling(name).strip() for name in names]
    found: list[Fault] = []
    for k, name in enumerate(heads):
        if name not in paths:
            near = nearest(name, paths)
            hint = f"did you mean '{near}'?" if near else "list it under levers or uncertainties"
            found.append(
                Fault(shown, 1, 1, WHOLE_FILE, f"column {k + 1}, {quoted(name)}, is no factor of the study", hint)
            )
        elif name in heads[:k]:
            found.append(
                Fault(shown, 1, 1, WHOLE_FILE, f"column {k + 1}, {quoted(name)}, is there twice", "remove one")
            )
    found += [
        Fault(*factor.spot, factor.path, "has no column in the file of points", "add one, or do not vary it")
        for factor in factors
        if factor.path not in heads
    ]
    faults += found
    return None if found else [heads.index(path) for path in paths]


def _values(
    row: Sequence[str],
    columns: Sequence[int],
    spot: Spot,
    factors: Sequence[Factor],
    found: list[Fault],
    form: Separated,
    *,
    plain: bool,
) -> Values:
    """The values of a row. ``spot``: its beginning; ``plain``: it has no quotes, so that cells are where they seem."""
    values = []
    for factor, column in zip(factors, columns, strict=True):
        text = one_spelling(row[column]).strip()
        start = sum(len(cell) + 1 for cell in row[:column]) + 1 if plain else 1
        number = form.number(text) if factor.parameter.quantity is not None else text
        node = Node(spot._replace(column=start), text=number)
        try:
            if doubt := form.doubt(text):
                raise FactorError((node, doubt, thousands(text) or ""))
            values.append(canonical(factor.parameter, node))
        except FactorError as error:
            found += error.faults(factor.path)
    return tuple(values)


def told(paths: Sequence[str], values: Values) -> str:
    """A point in words: ``failure.per_order 2 %, equity.forgetting 10 weeks``. Values may be any text of a file."""
    return ", ".join(f"{path} {visible(shortened(value))}" for path, value in zip(paths, values, strict=True))
