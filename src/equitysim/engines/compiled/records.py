"""The plan and the journal as records: what the transitions read as attributes of objects, compiled code reads
through one pointer each.

Passing named tuples would copy every parameter at every call. The arrays inside have fixed room, in steps, so that
scenarios of ordinary size share one compilation; what is beyond a plan's own number is never looked at.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from equitysim.codes import Counter
from equitysim.plan import CURVES, CurveParameters, Desk, Parameters, Program, Rival, Segment
from equitysim.result import LOG
from equitysim.rules.state import PROGRAM_ROOMS, record_type, room_for

Records = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SEGMENT_ROOM = 64
"""Segments are the bits of a mask, so there are no more."""

RIVAL_ROOMS = (4, 64, 1024)
LOG_ROOM = 4096
"""Events one customer may have within one moment before the log is emptied."""


def programs_capacity(p: Parameters) -> int:
    """Room for programs in every record of a run."""
    return room_for(len(p.programs), PROGRAM_ROOMS)


def _field(name: str, annotation: object) -> tuple[Any, ...]:
    text = str(annotation)
    if "tuple" in text:
        return (name, "f8", (text.count("float"),))
    return (name, "f8" if "float" in text else "i8")


def row_type(kind: type[Any]) -> np.dtype[np.void]:
    """Structured dtype of a named tuple of floats, ints and fixed tuples of floats."""
    return np.dtype([_field(name, annotation) for name, annotation in kind.__annotations__.items()], align=True)


def parameters_record(p: Parameters) -> Records:
    """The parameters as a record array of one, under the names the transitions use."""
    rooms: dict[str, tuple[type[Any], int]] = {
        "curves": (CurveParameters, CURVES),
        "segments": (Segment, SEGMENT_ROOM),
        "programs": (Program, programs_capacity(p)),
        "rivals": (Rival, room_for(len(p.rivals), RIVAL_ROOMS)),
    }
    fields: list[tuple[Any, ...]] = [("segment_count", "i8"), ("rival_count", "i8")]
    for name, annotation in Parameters.__annotations__.items():
        if name in rooms:
            kind, room = rooms[name]
            fields.append((name, row_type(kind), (room,)))
        elif name in ("season", "season_before"):
            fields.append((name, "f8", (len(getattr(p, name)),)))
        else:
            fields.append(_field(name, annotation))
    table = np.zeros(1, dtype=np.dtype(fields, align=True))
    row = table[0]
    for name in (*p._fields, "segment_count", "rival_count"):
        value = getattr(p, name)
        if name in rooms:
            for index, item in enumerate(value):
                row[name][index] = tuple(item)
        else:
            row[name] = value
    return table


def journal_record(p: Parameters, only: int) -> Records:
    """An empty journal as a record array of one; ``only``: whose events to log."""
    programs = programs_capacity(p)
    fields: list[tuple[Any, ...]] = [
        ("counts", "i8", (SEGMENT_ROOM, len(Counter))),
        ("spent", "i8", (programs,)),
        ("spent_period", "i8", (programs,)),
        ("cut", "i8", (programs,)),
        ("only", "i8"),
        ("size", "i8", (1,)),
    ]
    fields += [(name, LOG[name].str, (LOG_ROOM,)) for name in LOG.names or ()]
    table = np.zeros(1, dtype=np.dtype(fields, align=True))
    table["spent_period"] = -(1 << 40)
    table["only"] = only
    return table


def desk_records(desks: tuple[Desk, ...]) -> Records:
    """The desks' plans, one record each, and one more so that there always is one."""
    table = np.zeros(len(desks) + 1, dtype=row_type(Desk))
    for index, desk in enumerate(desks):
        table[index] = tuple(desk)
    return table


def people_type(p: Parameters) -> np.dtype[np.void]:
    """The dtype of customers in a run of these parameters."""
    return record_type(programs_capacity(p))


def exported(people: Records, programs: int) -> Records:
    """The customers with lists as long as the plan has programs: what a Result holds. Not a copy, another view."""
    return people.view(record_type(programs))
