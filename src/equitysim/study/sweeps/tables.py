"""The tidy tables of a study: runs, values, points."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import IO, Any, NamedTuple

from equitysim.measures.described import ALL_SEGMENTS
from equitysim.measures.registry import MEASURES, units, window_days
from equitysim.measures.tables import TABLES, Table, from_rows, line
from equitysim.scenario.explain import shown
from equitysim.scenario.schema import Scenario
from equitysim.study.output import Piece
from equitysim.study.sweeps.points import Values
from equitysim.study.sweeps.records import Layout, RunRow, unpacked
from equitysim.study.sweeps.store import Store
from equitysim.study.sweeps.study import Study, scenario_at

NAMES = {"runs": "study_runs", "values": "study_values", "points": "points"}
"""File and name of a study's table → its description."""

ROWS_AT_ONCE = 20_000
"""A table is written in pieces, since it may be larger than memory."""

BESIDE = frozenset({"horizon", "ltv_window", "currency"})
"""Parameters that change the unit or the window of a measure."""

Rows = Iterator[tuple[Any, ...]]


class Beside(NamedTuple):
    """What stands beside a measure: its unit and its window in days."""

    unit: str
    window_days: float


def pieces(name: str, study: Study, store: Store, layout: Layout) -> Iterator[Piece]:
    """A table by its short name, in pieces to be written; at least one, which may be empty."""
    yield from _measured(study, store, layout) if name == "values" else _tables(name, study, store, layout)


def _tables(name: str, study: Study, store: Store, layout: Layout) -> Iterator[Table]:
    makers: dict[str, Callable[[], Iterator[Table]]] = {
        "runs": lambda: _by_rows(name, _runs(study, store)),
        "values": lambda: (some.table() for some in _measured(study, store, layout)),
        "points": lambda: _by_rows(name, _points(study, store)),
    }
    yield from makers[name]()


def _by_rows(name: str, rows: Rows) -> Iterator[Table]:
    yield from_rows(NAMES[name], islice(rows, ROWS_AT_ONCE))
    while piece := list(islice(rows, ROWS_AT_ONCE)):
        yield from_rows(NAMES[name], piece)


def whole(name: str, study: Study, store: Store, layout: Layout) -> Table:
    """A table by its short name, all at once."""
    tables = list(_tables(name, study, store, layout))
    columns: dict[str, Sequence[Any]] = {
        column: [value for table in tables for value in table.columns[column]] for column in tables[0].columns
    }
    return Table(NAMES[name], columns)


def _runs(study: Study, store: Store) -> Rows:
    numbers, origins = store.numbers(), store.origins()
    for row in store.rows(study.replications, study.policies):
        origin = origins[row.origin]
        yield (
            numbers[row.key.point],
            row.key.policy,
            row.key.replication,
            row.status,
            row.error,
            row.attempts,
            study.seed,
            origin.engine,
            origin.scheme,
            row.events,
            row.seed_persons,
            row.digest.hex(),
            row.seconds,
        )


class _Measured(NamedTuple):
    """The measures of some runs: by far the largest table, so its file is put together from texts that are the same
    for many rows. ``segments``, ``measures``: of each of a run's values. ``points``: number of each run's point;
    ``beside``: what stands beside its values."""

    segments: Sequence[str]
    measures: Sequence[str]
    rows: Sequence[RunRow]
    points: Sequence[int]
    beside: Sequence[Mapping[str, Beside]]

    def values(self) -> list[float]:
        """All values, run after run."""
        return unpacked(b"".join([row.measures for row in self.rows]))

    def table(self) -> Table:
        """As a table."""
        rows, each = self.rows, range(len(self.measures))
        columns: tuple[Sequence[Any], ...] = (
            [point for point in self.points for _ in each],
            [row.key.policy for row in rows for _ in each],
            [row.key.replication for row in rows for _ in each],
            [segment for _ in rows for segment in self.segments],
            [measure for _ in rows for measure in self.measures],
            self.values(),
            [one[name].unit for one in self.beside for name in self.measures],
            [one[name].window_days for one in self.beside for name in self.measures],
        )
        return Table(NAMES["values"], dict(zip(TABLES[NAMES["values"]].columns, columns, strict=True)))

    def write(self, file: IO[str], *, header: bool = True) -> None:
        """The same bytes as the table's, in a fraction of its time."""
        if header:
            file.write(f"{line(*TABLES[NAMES['values']].columns)}\n")
        each = range(len(self.measures))
        runs = zip(self.points, self.rows, strict=True)
        starts = [f"{line(point, row.key.policy, row.key.replication)}," for point, row in runs]
        names = [f"{line(*both)}," for both in zip(self.segments, self.measures, strict=True)]
        ends = {
            number: [f",{line(*beside[name])}\n" for name in self.measures]
            for number, beside in {id(one): one for one in self.beside}.items()
        }
        parts = [""] * (4 * len(each) * len(self.rows))
        parts[0::4] = [start for start in starts for _ in each]
        parts[1::4] = names * len(self.rows)
        parts[2::4] = ["" if math.isnan(value) else repr(value) for value in self.values()]
        parts[3::4] = [end for one in self.beside for end in ends[id(one)]]
        file.write("".join(parts))


def _measured(study: Study, store: Store, layout: Layout) -> Iterator[_Measured]:
    numbers = store.numbers()
    beside = _beside_at(study)
    names = [layout.measures, *(layout.by_segment for _ in layout.segments)]
    segments = [
        segment
        for segment, several in zip([ALL_SEGMENTS, *layout.segments], names, strict=True)
        for segment in [segment] * len(several)
    ]
    measures = [name for several in names for name in several]
    rows = (row for row in store.rows(study.replications, study.policies) if row.status == "done")
    at_once = max(1, ROWS_AT_ONCE // len(measures))
    some = list(islice(rows, at_once))
    while True:
        points = [row.key.point for row in some]
        yield _Measured(
            segments, measures, some, [numbers[point] for point in points], [beside(point) for point in points]
        )
        some = list(islice(rows, at_once))
        if not some:
            return


def _points(study: Study, store: Store) -> Rows:
    stated = {one.path: one for one in shown(study.scenario)}
    numbers = store.numbers()
    unit = {factor.path: stated[factor.path].unit if factor.path in stated else "" for factor in study.factors}
    for point in sorted(set(study.positions), key=lambda point: numbers[point.key]):
        for factor, value in zip(study.factors, point.values, strict=True):
            yield numbers[point.key], factor.path, value, unit[factor.path], factor.role
    for one in stated.values():
        if one.path not in unit:
            yield "", one.path, one.value, one.unit, "fixed"


def _beside_at(study: Study) -> Callable[[bytes], Mapping[str, Beside]]:
    """Key of a point → what stands beside each measure there."""
    same = _beside(study.scenario)
    if not BESIDE & set(study.paths):
        return lambda _: same
    values = {point.key: point.values for point in study.positions}
    # Rows come point by point, and reading the scenario at one takes milliseconds.
    return lru_cache(maxsize=1)(lambda key: _beside(_scenario_at(study, values[key])))


def _scenario_at(study: Study, values: Values) -> Scenario:
    return scenario_at(study.root, study.factors, values)[0] or study.scenario


def _beside(scenario: Scenario) -> Mapping[str, Beside]:
    unit = units(scenario.currency)
    windows = {"horizon": scenario.horizon, "ltv_window": scenario.ltv_window}
    return {name: Beside(unit[name], window_days(measure, **windows)) for name, measure in MEASURES.items()}
