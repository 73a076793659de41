"""The plan and the journal as compiled code sees them: structured arrays in place of tuples of named tuples."""

from typing import Any, NamedTuple

import numpy as np

from equitysim.codes import Counter
from equitysim.plan import Parameters, Program, Rival, Segment
from equitysim.result import LOG, NOBODY
from equitysim.rules.journal import Journal


def as_records(rows: tuple[Any, ...], kind: type[Any]) -> np.ndarray[Any, Any]:
    """Named tuples of floats, ints and tuples of floats as a structured array of f8 and i8."""
    fields: list[Any] = []
    for name, annotation in kind.__annotations__.items():
        text = str(annotation)
        if "tuple" in text:
            fields.append((name, "f8", (text.count("float"),)))
        else:
            fields.append((name, "f8" if "float" in text else "i8"))
    table = np.zeros(len(rows), dtype=np.dtype(fields, align=True))
    for index, row in enumerate(rows):
        table[index] = tuple(row)
    return table


def parameters_for_compiled(p: Parameters) -> Any:
    """Parameters whose segments, programs and rivals are structured arrays."""
    return p._replace(
        segments=as_records(p.segments, Segment),  # type: ignore[arg-type]
        programs=as_records(p.programs, Program),  # type: ignore[arg-type]
        rivals=as_records(p.rivals, Rival),  # type: ignore[arg-type]
    )


class Shared(NamedTuple):
    """The same journal twice."""

    python: Journal
    compiled: Any


def journals(p: Parameters) -> Shared:
    """An empty journal of lists and one of arrays."""
    segments, programs = len(p.segments), len(p.programs)
    counts = np.zeros((segments, len(Counter)), dtype=np.int64)
    ints = {name: np.zeros(programs, dtype=np.int64) for name in ("spent", "spent_period", "cut")}
    ints["cut"][:] = 3
    columns = {name: np.zeros(1, dtype=LOG[name]) for name in LOG.names or ()}
    size = np.zeros(1, dtype=np.int64)
    compiled = Journal(counts=counts, only=NOBODY, size=size, **ints, **columns)  # type: ignore[arg-type]
    python = Journal(
        counts=counts.tolist(),
        only=NOBODY,
        size=[0],
        **{name: array.tolist() for name, array in {**ints, **columns}.items()},
    )
    return Shared(python, compiled)
