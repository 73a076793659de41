"""Everything equitysim raises on purpose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LONGEST = 2_000
"""Characters of an error or a fault: texts quote files that other people wrote, which may have any length."""

MOST_FAULTS = 200
"""Faults that are told one by one."""


def bounded(text: str) -> str:
    """The text, without its middle where it is too long."""
    left_out = len(text) - LONGEST
    if left_out <= 0:
        return text
    return f"{text[: LONGEST - 500]} … ({left_out} characters left out) … {text[-500:]}"


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a scenario or data file: where, what is wrong with which value, what would be right. Lines and
    columns count from 1; line 0 is no place in a file: the scenario was given as a mapping, and ``path`` says where.
    A note says how something unusual was read, and is never an error.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""
    value: str = ""
    severity: Literal["error", "warning", "note"] = "error"

    @property
    def counts(self) -> bool:
        """Whether ``--strict`` makes an error of it."""
        return self.severity != "note"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else ""
        return bounded(f"{place}{self.severity}: {self.path}: {self.message}{hint}")


class EquitySimError(Exception):
    """Base of all errors meant for the user; ``exit_code`` is what the command line ends with."""

    exit_code = 3

    def __init__(self, *arguments: object) -> None:
        super().__init__(*(bounded(one) if isinstance(one, str) else one for one in arguments))


def told(faults: Sequence[Fault]) -> list[str]:
    """A line per fault, and of more than are told one by one how many."""
    more = len(faults) - MOST_FAULTS
    return [str(fault) for fault in faults[:MOST_FAULTS]] + ([f"… and {more} more"] if more > 0 else [])


class ScenarioError(EquitySimError):
    """A scenario or data file has faults; all of them, in file order."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        Exception.__init__(self, "\n".join(told(faults)))
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


class CompileWarning(UserWarning):
    """Code is compiled anew by every command, or not at all: results are the same, and come more slowly."""


class MixedWarning(UserWarning):
    """A store has runs that were computed by different laws, or may have been."""
