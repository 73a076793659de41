"""The same parameters and journal twice: for Python, and as compiled code sees them."""

from typing import Any, NamedTuple

from equitysim.engines.compiled.records import journal_record, parameters_record, programs_capacity
from equitysim.plan import Parameters
from equitysim.result import LOG, NOBODY
from equitysim.rules.journal import Journal


class Shared(NamedTuple):
    """The same journal twice."""

    python: Journal
    compiled: Any


def parameters_for_compiled(p: Parameters) -> Any:
    """Parameters as a record array of one."""
    return parameters_record(p)


def journals(p: Parameters) -> Shared:
    """An empty journal of lists and a record array of one."""
    compiled = journal_record(p, NOBODY)
    compiled["cut"] = 3
    row = compiled[0]
    shared = {name: row[name].tolist() for name in ("counts", "spent", "spent_period", "cut")}
    columns: dict[str, list[Any]] = {name: [] for name in LOG.names or ()}
    return Shared(Journal(only=NOBODY, size=[0], **shared, **columns), compiled)


__all__ = ["Shared", "journals", "parameters_for_compiled", "programs_capacity"]
