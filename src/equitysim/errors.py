"""Everything equitysim raises on purpose."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a scenario or data file: where, what is wrong with which value, what would be right. Lines and
    columns count from 1; line 0 is no place in a file: the scenario was given as a mapping, and ``path`` says where.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""
    value: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else ""
        return f"{place}{self.severity}: {self.path}: {self.message}{hint}"


class EquitySimError(Exception):
    """Base of all errors meant for the user; ``exit_code`` is what the command line ends with."""

    exit_code = 3


class ScenarioError(EquitySimError):
    """A scenario or data file has faults; all of them, in file order."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Fault, ...]]]:
        """So that it comes back from another process as it was; by itself an exception is made again from its text."""
        return type(self), (self.faults,)


class UsageError(EquitySimError):
    """The command or call asks for something that does not exist, such as an unknown policy."""

    exit_code = 2


class CapError(EquitySimError):
    """A run reached the scenario's cap on customers or events."""


class OutputError(EquitySimError):
    """An output could not be written; names path and cause."""

    exit_code = 1


class WorkerError(EquitySimError):
    """Worker processes could not be started, or died again and again; names what they were at."""

    exit_code = 1
