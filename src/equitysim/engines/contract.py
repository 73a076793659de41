"""What every engine promises: the same Plan, seed and replication give the same Result, byte for byte."""

from typing import Protocol

from equitysim.plan import Plan
from equitysim.result import EVERYONE, Result

__all__ = ["EVERYONE", "Engine"]


class Engine(Protocol):
    """Runs one replication of one plan."""

    def __call__(self, plan: Plan, seed: int, replication: int, *, log: int | None = None) -> Result:
        """Simulate.

        ``log``: None for no event log, EVERYONE for all of it, or the identity of one customer. Raises
        ``errors.CapError`` if the run would exceed the plan's caps on customers or events.
        """
        ...
