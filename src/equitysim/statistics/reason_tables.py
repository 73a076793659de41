"""The tidy tables of why policies differ and of money; each policy stands against the baseline."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from equitysim.codes import Counter
from equitysim.measures.tables import Table, from_rows, known
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import UNDEFINED, Estimate
from equitysim.statistics.money import MICRO, payback, quarter_ends, quarterly
from equitysim.statistics.outcome import PolicyOutcome
from equitysim.statistics.why import books_in, why

Rows = Iterator[tuple[Any, ...]]


def reason_table(comparison: Comparison, name: str) -> Table:
    """One of :data:`REASON_TABLES` over the policies in their order. Raises ``errors.UsageError`` for another name,
    ValueError where outcomes hold no books."""
    rows = _ROWS[known(name, _ROWS)]
    return from_rows(name, (row for outcome in comparison.policies for row in rows(comparison, outcome)))


def _estimate(comparison: Comparison, estimate: Estimate) -> tuple[Any, ...]:
    context = comparison.context
    unit = context.units["net_value"]
    return (estimate.mean, estimate.low, estimate.high, estimate.sd, estimate.n, context.confidence, unit)


def _waterfall(comparison: Comparison, outcome: PolicyOutcome) -> Rows:
    if outcome.name == comparison.baseline:
        return
    found = why(comparison, outcome.name)
    for name, estimate in (*found.bars, ("net_value", found.total)):
        yield (outcome.name, comparison.baseline, name, *_estimate(comparison, estimate))


def _gains(comparison: Comparison, outcome: PolicyOutcome) -> Rows:
    if outcome.name == comparison.baseline:
        return
    for gain in why(comparison, outcome.name).gains:
        row = (gain.grouping, gain.group, gain.people, gain.moved.mean)
        yield (outcome.name, comparison.baseline, *row, *_estimate(comparison, gain.estimate))


def _quarters(comparison: Comparison, outcome: PolicyOutcome) -> Rows:
    context = comparison.context
    ends = quarter_ends(context.horizon_days)
    spent = quarterly(outcome, ends) * context.scale
    for replication, row in enumerate(spent.tolist()):
        for place, (begins, end, money) in enumerate(zip([0.0, *ends], ends, row, strict=False)):
            yield (outcome.name, replication, place + 1, begins, end, money, context.currency)


def _payback(comparison: Comparison, outcome: PolicyOutcome) -> Rows:
    if outcome.name == comparison.baseline:
        return
    found = payback(comparison, outcome)
    for month, estimate in zip(found.months, found.course, strict=True):
        paid = int(found.month is not None and month >= found.month)
        yield (outcome.name, comparison.baseline, month, *_estimate(comparison, estimate), paid)


def _desks(comparison: Comparison, outcome: PolicyOutcome) -> Rows:
    for replication, books in enumerate(books_in(outcome)):
        for crew, desk in zip(books.crews, books.desks, strict=True):
            if crew.used:
                served = int(desk["served"])
                yield (
                    outcome.name,
                    replication,
                    crew.name,
                    int(desk["cases"]),
                    served,
                    int(desk["abandoned"]),
                    float(desk["wait_micro"]) / MICRO / served if served else UNDEFINED,
                    float(desk["work_micro"]) / MICRO / (crew.agents * comparison.context.horizon_days),
                    int(desk["longest"]),
                )


def _refused(comparison: Comparison, outcome: PolicyOutcome) -> Rows:
    scale = comparison.context.scale
    for replication, books in enumerate(books_in(outcome)):
        for place, segment in enumerate(comparison.context.segments):
            for limit, counter in (("budget", Counter.REFUSED_BUDGET), ("at_most", Counter.REFUSED_AT_MOST)):
                touches = int(books.counts[place, counter])
                yield (outcome.name, replication, segment, limit, touches if scale == 1.0 else touches * scale)


_ROWS: Final[dict[str, Callable[[Comparison, PolicyOutcome], Rows]]] = {
    "waterfall": _waterfall,
    "gains": _gains,
    "quarters": _quarters,
    "payback": _payback,
    "desks": _desks,
    "refused": _refused,
}

REASON_TABLES: Final = tuple(_ROWS)
"""Names of the tables, in the order they are told."""
