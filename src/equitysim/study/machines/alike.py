"""Whether another machine computes with the same: results of others would not compare, and a row says with what it
was computed."""

import hashlib
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from equitysim.errors import WorkerError
from equitysim.statistics.outcome import Provenance
from equitysim.study.engine import provenance

SAME = "Give all machines the same environment: results must compare."


class Make(NamedTuple):
    """What a process computes with. ``sources``: hash of all of equitysim's own files, for a version that is being
    worked on."""

    provenance: Provenance
    sources: str


@lru_cache(maxsize=1)
def here() -> Make:
    """What this process computes with."""
    root = Path(__file__).parents[2]
    whole = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        whole.update(file.relative_to(root).as_posix().encode())
        whole.update(file.read_bytes())
    return Make(provenance(), whole.hexdigest())


_NAMES = {
    "equitysim": "equitysim",
    "scheme": "the draw scheme",
    "python": "Python",
    "numpy": "NumPy",
    "platform": "the platform",
}


def differences(ours: Make, theirs: Make) -> Iterator[str]:
    """In what they differ, in words: ``NumPy 2.1.0, here 2.2.0``."""
    for field, name in _NAMES.items():
        mine, other = getattr(ours.provenance, field), getattr(theirs.provenance, field)
        if mine != other:
            yield f"{name} {other}, here {mine}"
    if ours.provenance.equitysim == theirs.provenance.equitysim and ours.sources != theirs.sources:
        yield f"equitysim {ours.provenance.equitysim} with other source files"


@dataclass(frozen=True)
class Alike:
    """Work that is done only by who computes with the same as its sender. The check takes microseconds; it comes before
    the task is unpickled, which another version might not be able to do."""

    work: Callable[[Any], Any]
    sender: Make

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
