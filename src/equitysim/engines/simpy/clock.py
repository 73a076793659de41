"""SimPy's environment with the model's order of simultaneous events (model §11) and absolute times only."""

from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy
from simpy.core import SimTime
from simpy.events import NORMAL, Event, EventPriority, Process

OFTEN = 10_000

Key = tuple[Any, ...]
"""(class, desk, entered, source, number, kind, program): compared where two events share a moment."""

AT_ONCE = -1
"""Class of SimPy's own zero-delay events: what an event causes at once comes before the next model event of that
moment.
"""


class Moment(Event):
    """A model event at an absolute time; like SimPy's timeouts it is triggered from the start."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None


def end_waiting(event: Event) -> None:
    """Close the processes that wait for this event, also through a condition.

    A waiting process and its event hold each other, and the process holds the whole run: without this it would
    outlive the run.
    """
    callbacks, event.callbacks = event.callbacks or [], []
    for callback in callbacks:
        owner = getattr(callback, "__self__", None)
        if isinstance(owner, Process):
            owner._generator.close()
        elif isinstance(owner, Event):
            end_waiting(owner)


def _nothing() -> None:
    """What is beyond the moments of a run that is over."""


class Clock(simpy.Environment):
    """An environment in which model events are scheduled at absolute times under a key.

    ``moments``: how many were; once they are more than ``most``, ``beyond`` is called for every :data:`OFTEN` of them.
    """

    def __init__(self, start: float, most: int, beyond: Callable[[], None]) -> None:
        super().__init__(start)
        self.moments = 0
        self._most = most
        self._beyond = beyond

    def at(self, time: float, key: Key) -> Event:
        """An event at ``time`` (not before now), in its place among the others of that moment."""
        event = Moment(self)
        self.moments += 1
        if self.moments > self._most and self.moments % OFTEN == 0:
            self._beyond()
        heappush(self._queue, (time, key, next(self._eid), event))  # type: ignore[misc]  # SimPy types the key as an int
        return event

    def dismiss(self) -> None:
        """End everything that still waits for its time."""
        for _, _, _, event in self._queue:
            end_waiting(event)
        self._queue.clear()
        self._beyond = _nothing

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: SimTime = 0) -> None:
        """What SimPy schedules itself: process starts, resource grants, and a researcher's own timeouts."""
        heappush(self._queue, (self._now + delay, (AT_ONCE, priority), next(self._eid), event))  # type: ignore[misc]
