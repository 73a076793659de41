"""The tidy tables of a study: runs, values, points."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from equitysim.measures.registry import MEASURES, units, window_days
from equitysim.measures.tables import TABLES, Table, from_rows
from equitysim.scenario.explain import shown
from equitysim.scenario.schema import Scenario
from equitysim.statistics.tables import EVERYONE
from equitysim.study.sweeps.points import Values
from equitysim.study.sweeps.records import Layout, unpacked
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


def pieces(name: str, study: Study, store: Store, layout: Layout) -> Iterator[Table]:
    """A table by its short name, in pieces; at least one, which may be empty."""
    makers: dict[str, Callable[[], Iterator[Table]]] = {
        "runs": lambda: _by_rows(name, _runs(study, store)),
        "values": lambda: _values(study, store, layout),
        "points": lambda: _by_rows(name, _points(study, store)),
    }
    yield from makers[name]()


def _by_rows(name: str, rows: Rows) -> Iterator[Table]:
    yield from_rows(NAMES[name], islice(rows, ROWS_AT_ONCE))
    while piece := list(islice(rows, ROWS_AT_ONCE)):
        yield from_rows(NAMES[name], piece)


def whole(name: str, study: Study, store: Store, layout: Layout) -> Table:
    """A table by its short name, all at once."""
    tables = list(pieces(name, study, store, layout))
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


def _values(study: Study, store: Store, layout: Layout) -> Iterator[Table]:
    """By columns, since it is by far the largest table."""
    numbers = store.numbers()
    beside = _beside_at(study)
    names = [layout.measures, *(layout.by_segment for _ in layout.segments)]
    segments = [
        segment
        for segment, several in zip([EVERYONE, *layout.segments], names, strict=True)
        for segment in [segment] * len(several)
    ]
    measures = [name for several in names for name in several]
    rows = (row for row in store.rows(study.replications, study.policies) if row.status == "done")
    at_once = max(1, ROWS_AT_ONCE // len(measures))
    some = list(islice(rows, at_once))
    while True:
        shown = [beside(row.key.point) for row in some]
        each = range(len(measures))
        columns: tuple[Sequence[Any], ...] = (
            [numbers[row.key.point] for row in some for _ in each],
            [row.key.policy for row in some for _ in each],
            [row.key.replication for row in some for _ in each],
            segments * len(some),
            measures * len(some),
            [value for row in some for value in unpacked(row.measures)],
            [one[name].unit for one in shown for name in measures],
            [one[name].window_days for one in shown for name in measures],
        )
        yield Table(NAMES["values"], dict(zip(TABLES[NAMES["values"]].columns, columns, strict=True)))
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
    return lambda key: _beside(_scenario_at(study, values[key]))


def _scenario_at(study: Study, values: Values) -> Scenario:
    return scenario_at(study.root, study.factors, values)[0] or study.scenario


def _beside(scenario: Scenario) -> Mapping[str, Beside]:
    unit = units(scenario.currency)
    windows = {"horizon": scenario.horizon, "ltv_window": scenario.ltv_window}
    return {name: Beside(unit[name], window_days(measure, **windows)) for name, measure in MEASURES.items()}
