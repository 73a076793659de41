"""What the compiled schedule keeps beside the customers: their clocks, open cases, desks, and the run itself."""

from typing import Any, NamedTuple

import numpy as np

from equitysim.codes import SourceKind, Trigger
from equitysim.engines.compiled.records import Records, programs_capacity
from equitysim.jit import borrowed, law
from equitysim.plan import Parameters, Plan
from equitysim.rules.state import room_for

CASES = np.dtype(
    [
        ("state", "i8"),
        ("customer", "i8"),
        ("program", "i8"),
        ("desk", "i8"),
        ("rank", "i8"),
        ("arrival", "i8"),
        ("opened", "f8"),
        ("patience_at", "f8"),
        ("done_at", "f8"),
    ],
    align=True,
)
"""Open cases. ``customer`` is an index into the people; ``arrival`` numbers the cases of a desk as they came."""

DESK_STATE = np.dtype(
    [
        ("busy", "i8"),
        ("waiting", "i8"),
        ("arrivals", "i8"),
        ("cases", "i8"),
        ("served", "i8"),
        ("abandoned", "i8"),
        ("wait_micro", "i8"),
        ("work_micro", "i8"),
        ("longest", "i8"),
    ],
    align=True,
)

SOURCE_ROOMS = (16, 1024)


def clocks_type(programs: int) -> np.dtype[np.void]:
    """When each of a customer's own clocks next strikes, inf for never; ``silent`` counts a silence program's acts in
    the current spell. ``away``: 0 there, 1 gone, 2 back since ``back_at`` and not yet past the occasions missed.
    """
    return np.dtype(
        [
            ("entry_at", "f8"),
            ("occasion_at", "f8"),
            ("failure_at", "f8"),
            ("patience_at", "f8"),
            ("patience_grievance", "f8"),
            ("anniversary_at", "f8"),
            ("back_at", "f8"),
            ("version", "i8"),
            ("due", "f8", (programs,)),
            ("silent", "i4", (programs,)),
            ("anniversaries", "i4"),
            ("cases", "i2"),
            ("delays", "i2"),
            ("away", "i1"),
        ],
        align=True,
    )


def program_index(p: Parameters) -> Records:
    """Which programs each trigger sets off, and which of them customers compete for; a record array of one."""
    room = programs_capacity(p)
    table = np.zeros(
        1,
        dtype=np.dtype(
            [
                ("first", "i8", (len(Trigger) + 1,)),
                ("listed", "i8", (room,)),
                ("coupled", "i8", (room,)),
                ("couples", "i8"),
                ("can_return", "i8"),
                ("service_fails", "i8"),
                ("opening", "i8", (2 * room,)),
            ],
            align=True,
        ),
    )
    row = table[0]
    position = 0
    for trigger in Trigger:
        row["first"][trigger] = position
        for k, program in enumerate(p.programs):
            if program.trigger == trigger:
                row["listed"][position] = k
                position += 1
    row["first"][len(Trigger)] = position
    for k, program in enumerate(p.programs):
        row["coupled"][k] = int(program.desk >= 0 or program.budget_micro >= 0)
    row["couples"] = int(row["coupled"].any())
    row["can_return"] = int(any(program.invite for program in p.programs))
    row["service_fails"] = int(bool(p.contractual) and p.failure_per_year > 0.0)
    return table


class Tables(NamedTuple):
    """The tables of a run: people and their clocks, open cases, desks' plans and states, the log.

    ``nexts``: per person the time of the next own event, so that whoever has nothing to do until a boundary is passed
    over by reading one number; -inf where it must be found out, as of those born or acted on since.
    """

    people: Any
    clocks: Any
    nexts: Any
    cases: Any
    desks: Any
    desk_state: Any
    log: Any


@law
def in_hand(w: Tables) -> Tables:
    """The tables as the functions of one kernel hand them on."""
    return Tables(
        borrowed(w.people),
        borrowed(w.clocks),
        borrowed(w.nexts),
        borrowed(w.cases),
        borrowed(w.desks),
        borrowed(w.desk_state),
        borrowed(w.log),
    )


class Shelf(NamedTuple):
    """The parameters, the journal, the index of programs and the run, each a record array of one."""

    p: Any
    j: Any
    e: Any
    r: Any


class Books(NamedTuple):
    """The same four as records: ``p`` and ``j`` are what the transitions know by these names."""

    p: Any
    j: Any
    e: Any
    r: Any


class Undo(NamedTuple):
    """Room for a customer, their clocks and the counts of their segment before an event, each an array."""

    customer: Any
    clocks: Any
    counts: Any


def run_record(plan: Plan) -> Records:
    """An empty run, a record array of one.

    ``people``: how many there are; ``most``: the cap. ``alone``: a customer is being advanced alone, and ``request``
    says that its event needs a desk or a limited budget. ``left``: events until the kernel returns, for Python to look
    at signals and caps. ``openings``: cases to open when the event is over.
    ``logged``: rows of the log. ``sources``: source rank of the referred. Per source, the referred last: ``costs`` of
    a lead, and whether its people enter by a purchase (``buys``).
    """
    names = ("people", "most", "cases", "alone", "request", "left", "openings", "logged", "sources")
    room = room_for(len(plan.sources) + 1, SOURCE_ROOMS)
    fields: list[tuple[Any, ...]] = [(name, "i8") for name in names]
    fields += [("costs", "f8", (room,)), ("buys", "i8", (room,))]
    table = np.zeros(1, dtype=np.dtype(fields, align=True))
    table["most"] = plan.max_customers
    table["sources"] = len(plan.sources)
    for rank, source in enumerate(plan.sources):
        table["costs"][0, rank] = source.cost
        table["buys"][0, rank] = int(source.kind != SourceKind.CHANNEL)
    return table
