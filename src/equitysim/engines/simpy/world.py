"""What all processes of one run share: the clock, the plan, the people, the desks and the journal."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt
from simpy.events import Event

from equitysim.codes import Counter, EventClass, OwnKind, Trigger
from equitysim.engines.caps import refuse_events, refuse_memory, refuse_moments, too_many_customers
from equitysim.engines.simpy.clock import Clock, Key, end_waiting
from equitysim.engines.simpy.desk import ServiceDesk
from equitysim.plan import CURVES, RANKINGS, Parameters, Plan
from equitysim.result import LOG
from equitysim.rules.journal import Journal
from equitysim.rules.state import Customer, lengths

Process = Generator[Event, Any, None]
"""A SimPy process of the model."""

OWN = int(EventClass.OWN)

ROOM = 16_384
"""People for whom memory is asked for first; then for as many again."""

PERSON_BYTES = 8_192
"""What one person takes: state, processes and what they wait for."""


class Person(Customer):
    """A customer as SimPy's processes see one.

    Beside the state: its place in the canonical order, the event that wakes the absent, and how often each silence
    program has acted in the current spell.
    """

    __slots__ = ("order", "return_event", "silent")

    order: tuple[float, int, int]
    return_event: Event | None
    silent: dict[int, int]

    def key(self, kind: OwnKind, program: int = 0) -> Key:
        """Place of one of this customer's events among simultaneous ones (model §11)."""
        return (OWN, 0, *self.order, int(kind), program)


class _Column(list[Any]):
    """A log column that grows when its end is written to; compiled code has arrays of fixed length in its place."""

    def __setitem__(self, index: Any, value: Any) -> None:
        if index == len(self):
            self.append(value)
        else:
            super().__setitem__(index, value)


class World:
    """One run in progress. ``can_return``: some program invites, so the lost and the cold may come back."""

    def __init__(self, plan: Plan, parameters: Parameters, log: int) -> None:
        p = parameters
        programs = len(p.programs)
        self.plan = plan
        self.p = p
        self.env = Clock(p.start, plan.max_events, self.check_moments)
        self.room = ROOM
        self.horizon = p.horizon
        self.people: list[Person] = []
        self.series: list[Any] = []
        self.desks = [ServiceDesk(self.env, desk) for desk in plan.desks]
        self.by_trigger: list[list[int]] = [
            [k for k, program in enumerate(p.programs) if program.trigger == trigger] for trigger in Trigger
        ]
        self.can_return = any(program.invite for program in p.programs)
        self.service_fails = bool(p.contractual) and p.failure_per_year > 0.0
        self.sizes = lengths(programs)
        self.journal = Journal(
            counts=[[0] * len(Counter) for _ in p.segments],
            spent=[0] * programs,
            spent_period=[-(1 << 40)] * programs,
            cut=[0] * programs,
            only=log,
            size=[0],
            **{name: _Column() for name in LOG.names or ()},
        )

    def newborn(self) -> Person:
        """A person without a life yet; raises ``CapError`` where the plan's cap on customers is reached."""
        if len(self.people) >= self.plan.max_customers:
            raise too_many_customers(self.plan, self.env.now)
        if len(self.people) >= self.room:
            refuse_memory(self.plan, f"{2 * self.room} customers", self.room * PERSON_BYTES)
            self.room *= 2
        person = Person()
        person.own = [0.0] * CURVES
        person.ranks = [-1] * RANKINGS
        person.ledger = [0.0] * self.sizes["ledger"]
        person.sources = [0.0] * self.sizes["sources"]
        person.receipts = [0] * self.sizes["receipts"]
        person.periods = [0] * self.sizes["periods"]
        person.pending = [0] * self.sizes["pending"]
        person.return_event = None
        person.silent = {}
        return person

    def dismiss(self) -> None:
        """Let go of everybody who still waits: processes, queues and people hold each other, and would outlive the
        run.
        """
        self.env.dismiss()
        for desk in self.desks:
            desk.dismiss()
        for person in self.people:
            if person.return_event is not None:
                end_waiting(person.return_event)

    def check_events(self) -> None:
        """Raise ``CapError`` if more model events have happened than the plan allows; asked at each review and at the
        end.
        """
        events = sum(person.events for person in self.people)  # integers
        refuse_events(self.plan, self.env.now, events, len(self.people))

    def check_moments(self) -> None:
        """The same between reviews, where more moments have passed than events are allowed."""
        self.check_events()
        refuse_moments(self.plan, self.env.now, self.env.moments)

    def log_table(self) -> npt.NDArray[np.void]:
        """The event log as a table (``result.LOG``): customers in canonical order, each one's events in their order."""
        j = self.journal
        table = np.zeros(j.size[0], dtype=LOG)
        for name in LOG.names or ():
            table[name] = getattr(j, name)
        place = {person.identity: index for index, person in enumerate(self.people)}
        positions = np.array([place[identity] for identity in j.customer], dtype=np.int64)
        return table[np.argsort(positions, kind="stable")] if len(table) else table
