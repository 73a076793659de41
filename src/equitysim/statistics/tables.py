"""The tidy tables of a study: runs, values, differences, series, stages."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from equitysim.codes import Rung, Stage
from equitysim.measures.described import ALL_SEGMENTS
from equitysim.measures.registry import MEASURES, window_days
from equitysim.measures.tables import Table, from_rows, known
from equitysim.result import SERIES
from equitysim.statistics.outcome import Context, Difference, PolicyOutcome

Rows = Iterator[tuple[Any, ...]]


def build(name: str, context: Context, policies: Sequence[PolicyOutcome]) -> Table:
    """One table over the policies in their order. Raises ``errors.UsageError`` for a name that is not ``runs``,
    ``values``, ``series`` or ``stages``."""
    rows = _ROWS[known(name, _ROWS)]
    return from_rows(name, (row for outcome in policies for row in rows(context, outcome)))


def of_differences(differences: Sequence[Difference], context: Context, baseline: str) -> Table:
    """The paired differences to the baseline, as a table."""
    return from_rows(
        "differences",
        (
            (
                row.policy,
                baseline,
                row.measure,
                row.estimate.mean,
                row.estimate.low,
                row.estimate.high,
                row.estimate.sd,
                row.estimate.n,
                context.confidence,
                row.unit,
                window(context, row.measure),
            )
            for row in differences
        ),
    )


def _runs(context: Context, outcome: PolicyOutcome) -> Rows:
    for replication in range(context.replications):
        yield (
            outcome.name,
            replication,
            context.seed,
            context.engine,
            context.provenance.scheme,
            outcome.events[replication],
            outcome.seed_persons[replication],
            outcome.digests[replication],
            outcome.seconds[replication],
        )


def _values(context: Context, outcome: PolicyOutcome) -> Rows:
    groups = [(ALL_SEGMENTS, outcome.values), *outcome.by_segment.items()]
    for replication in range(context.replications):
        for segment, values in groups:
            for measure, over_replications in values.items():
                value = float(over_replications[replication])
                unit, days = context.units[measure], window(context, measure)
                yield (outcome.name, replication, segment, measure, value, unit, days)


def _series(context: Context, outcome: PolicyOutcome) -> Rows:
    scale = {name: 1.0 if name == "equity_mean" else context.scale for name in SERIES.names or ()}
    quantities = [name for name in SERIES.names or () if name != "day"]
    for replication, series in enumerate(outcome.series):
        for row in series:
            for quantity in quantities:
                yield (
                    outcome.name,
                    replication,
                    float(row["day"]),
                    quantity,
                    _scaled(row[quantity].item(), scale[quantity]),
                )


def _scaled(value: float, scale: float) -> float:
    """At the scenario's own size; whole numbers stay whole where nothing was resized."""
    return value if scale == 1.0 else value * scale


def _stages(_: Context, outcome: PolicyOutcome) -> Rows:
    for replication, (stages, rungs) in enumerate(zip(outcome.stages, outcome.rungs, strict=True)):
        for stage in Stage:
            yield (outcome.name, replication, "stage", stage.name.lower(), int(stages[stage]))
        for rung in Rung:
            yield (outcome.name, replication, "rung", rung.name.lower(), int(rungs[rung]))


def window(context: Context, measure: str) -> float:
    """Days that a measure looks at."""
    return window_days(MEASURES[measure], horizon=context.horizon_days, ltv_window=context.ltv_window_days)


_ROWS: dict[str, Callable[[Context, PolicyOutcome], Rows]] = {
    "runs": _runs,
    "values": _values,
    "series": _series,
    "stages": _stages,
}
