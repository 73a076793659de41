"""What every engine promises: the same Plan, seed and replication give the same Result, byte for byte."""

from collections.abc import Iterable
from typing import Protocol

from equitysim.errors import CapError
from equitysim.plan import Plan
from equitysim.result import EVERYONE, Result
from equitysim.rules.laws import MOST_MICRO

__all__ = ["EVERYONE", "Engine", "spent_so_far"]


class Engine(Protocol):
    """Runs one replication of one plan."""

    def __call__(self, plan: Plan, seed: int, replication: int, *, log: int | None = None) -> Result:
        """Simulate.

        ``log``: None for no event log, EVERYONE for all of it, or the identity of one customer. Raises
        ``errors.CapError`` if the run would exceed the plan's caps on customers or events.
        """
        ...


def spent_so_far(micros: Iterable[int]) -> float:
    """Money spent over all segments, from its millionths (``Counter.SPENT_MICRO``): the nearest double.

    Raises ``errors.CapError`` where a segment's count has reached its end and says nothing any more.
    """
    counted = list(micros)
    if any(count >= MOST_MICRO for count in counted):
        raise CapError(
            f"a segment has been spent more on than can be counted to the millionth ({MOST_MICRO / 1e6:.0f}): "
            "state the scenario's money in a larger unit, such as thousands"
        )
    return sum(counted) / 1_000_000  # integers: the division rounds once
