"""Whether another machine computes with the same: results of others would not compare, and a row says with what it
was computed."""

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from equitysim.errors import WorkerError
from equitysim.statistics.outcome import Provenance
from equitysim.study.engine import provenance

SAME = "Give all machines the same environment: results must compare."


@lru_cache(maxsize=1)
def here() -> Provenance:
    """What this process computes with."""
    return provenance()


_NAMES = {
    "equitysim": "equitysim",
    "scheme": "the draw scheme",
    "python": "Python",
    "numpy": "NumPy",
    "platform": "the platform",
}


def differences(ours: Provenance, theirs: Provenance) -> Iterator[str]:
    """In what they differ, in words: ``NumPy 2.1.0, here 2.2.0``."""
    for field, name in _NAMES.items():
        mine, other = getattr(ours, field), getattr(theirs, field)
        if mine != other:
            yield f"{name} {other}, here {mine}"
    if ours.equitysim == theirs.equitysim and ours.sources != theirs.sources:
        yield f"equitysim {ours.equitysim} with other source files"


@dataclass(frozen=True)
class Alike:
    """Work that is done only by who computes with the same as its sender. The check takes microseconds; it comes before
    the task is unpickled, which another version might not be able to do."""

    work: Callable[[Any], Any]
    sender: Provenance

    def __call__(self, packed: bytes) -> Any:
        """Do a task that :func:`packed` made. Raises ``errors.WorkerError`` that says what differs."""
        found = "; ".join(differences(self.sender, here()))
        if found:
            raise WorkerError(f"a worker computes with {found}. {SAME}")
        return self.work(pickle.loads(packed))


def packed(task: Any) -> bytes:
    """A task as it travels: bytes, which nobody between sender and worker needs to understand."""
    return pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL)


class _Doing(NamedTuple):
    """Unpickled, it is what comes of the task."""

    work: Alike
    task: bytes

    def __reduce__(self) -> tuple[Alike, tuple[bytes]]:
        """As what is to be called with what."""
        return self.work, (self.task,)


def sealed(work: Callable[[Any], Any], task: Any) -> bytes:
    """A task together with what is to be done with it: bytes for ``pickle.loads``, which does it and gives the result.

    A worker without equitysim fails such a task. Given a function of equitysim it would end, since Dask's workers
    unpickle functions as they arrive, and the task would count as one that kills.
    """
    return pickle.dumps(_Doing(Alike(work, here()), packed(task)), protocol=pickle.HIGHEST_PROTOCOL)
