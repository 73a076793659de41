"""A desk is a SimPy resource: so many agents, and a queue that is first come first served or best first (model §7)."""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

import simpy
from simpy.resources.resource import PriorityRequest, Request

from equitysim.codes import Discipline
from equitysim.engines.simpy.clock import end_waiting
from equitysim.plan import Desk


class _Heap:
    """A put queue for SimPy that keeps its requests in a heap: SimPy's own sorts the whole queue at each request.

    Equal priorities leave in the order they came. Offers what ``BaseResource`` asks of a queue: append, pop and look
    at the front, remove, length.
    """

    def __init__(self, requests: Iterable[PriorityRequest] = ()) -> None:
        self._entries: list[tuple[object, int, PriorityRequest]] = []
        self._arrivals = 0
        for request in requests:
            self.append(request)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> PriorityRequest:
        if index != 0:
            raise IndexError(index)
        return self._entries[0][2]

    def append(self, request: PriorityRequest) -> None:
        self._arrivals += 1
        heappush(self._entries, (request.priority, self._arrivals, request))

    def pop(self, index: int = 0) -> PriorityRequest:
        if index != 0:
            raise IndexError(index)
        return heappop(self._entries)[2]

    def remove(self, request: PriorityRequest) -> None:
        self._entries = [entry for entry in self._entries if entry[2] is not request]
        heapify(self._entries)


class BestFirstResource(simpy.PriorityResource):
    """A priority resource whose queue is a heap."""

    PutQueue = _Heap  # type: ignore[assignment]  # not a full MutableSequence: a heap has no middle


class DeskCounts:
    """What a desk did from t = 0 on: cases, served, abandoned, waits and work in millionths of a day, longest queue."""

    __slots__ = ("abandoned", "cases", "longest", "served", "wait_micro", "work_micro")

    def __init__(self) -> None:
        self.cases = 0
        self.served = 0
        self.abandoned = 0
        self.wait_micro = 0
        self.work_micro = 0
        self.longest = 0


class ServiceDesk:
    """The agents and the queue of one desk."""

    def __init__(self, env: simpy.Environment, plan: Desk) -> None:
        self.plan = plan
        self.counts = DeskCounts()
        self.best_first = plan.discipline == Discipline.BEST_FIRST
        kind = BestFirstResource if self.best_first else simpy.Resource
        self.resource: simpy.Resource = kind(env, capacity=plan.agents)

    def request(self, rank: int) -> Request:
        """Join the queue; ``rank``: position among the best at opening, -1 for the unranked, who come last."""
        if isinstance(self.resource, BestFirstResource):
            return self.resource.request(priority=rank if rank >= 0 else 1 << 62)
        return self.resource.request()

    def dismiss(self) -> None:
        """Close: nobody is served or waits any more."""
        self.resource.users.clear()
        while self.resource.put_queue:
            end_waiting(self.resource.put_queue.pop(0))

    @property
    def waiting(self) -> int:
        """How many wait for service to begin."""
        return len(self.resource.put_queue)

    def calendar_days(self, work: float) -> float:
        """Calendar time of so many days of work, at the desk's hours of the 168 in a week (model §7)."""
        return work * (168.0 / self.plan.hours)
