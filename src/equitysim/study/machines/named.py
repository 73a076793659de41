"""The names of executors, as they are typed: read once, here."""

from enum import Enum
from importlib.util import find_spec
from typing import NamedTuple

from equitysim.arguments import Whole, shown, whole
from equitysim.errors import UsageError


class Kind(Enum):
    """Who computes: processes of this machine, workers of Dask, ranks of MPI."""

    PROCESSES = "processes"
    DASK = "dask"
    MPI = "mpi"


class Machines(NamedTuple):
    """Who computes. ``address``: of a Dask scheduler that is there already; empty for a cluster of our own."""

    kind: Kind
    address: str = ""

    @property
    def sized(self) -> bool:
        """Whether somebody else says how many workers there are."""
        return self.kind is Kind.MPI or bool(self.address)


LOCAL = Machines(Kind.PROCESSES)

EXTRAS = {Kind.DASK: "distributed", Kind.MPI: "mpi4py"}
"""What an executor needs; the extra that brings it has the executor's name."""

WORDS = "processes, dask, dask:ADDRESS or mpi"


def machines_named(name: str) -> Machines:
    """The executor that a name stands for, if it can be used here. Raises ``errors.UsageError`` for an unknown one, and
    for one whose extra is not installed."""
    word, colon, address = name.partition(":") if isinstance(name, str) else ("", "", "")
    kind = next((one for one in Kind if one.value == word), None)
    if kind is None or (colon and kind is not Kind.DASK):
        raise UsageError(f"there is no executor {shown(name)}; there are {WORDS}")
    if colon and not address.strip():
        raise UsageError(
            f"after 'dask:' follows the address of a scheduler, such as dask:tcp://127.0.0.1:8786: {name!r}"
        )
    needed = EXTRAS.get(kind)
    if needed is not None and find_spec(needed) is None:
        raise UsageError(f"the executor {word} needs {needed}; install it with: pip install 'equitysim[{word}]'")
    return Machines(kind, address.strip())


def machines_for(executor: str, workers: Whole | None) -> Machines:
    """Who is to run, before anything is read. Raises ``errors.UsageError``."""
    machines = machines_named(executor)
    checked_number(machines, workers)
    return machines


def checked_number(machines: Machines, workers: Whole | None) -> None:
    """Raises ``errors.UsageError`` for a number of workers where there are as many as there are."""
    if machines.sized and workers is not None and whole("workers", workers, 1) > 1:
        who = f"at {machines.address}" if machines.address else "of the MPI job"
        raise UsageError(f"the workers {who} are as many as there are; leave out the number of workers")
