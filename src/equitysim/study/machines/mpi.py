"""The ranks of an MPI job as workers: the only user of ``mpi4py``.

``python -m mpi4py.futures`` makes rank 0 run the command and all others wait for tasks. If a rank dies MPI ends the
whole job, so there is nothing to mend here: the same command goes on.
"""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from equitysim.errors import UsageError
from equitysim.study.executors import Elastic
from equitysim.study.machines.alike import Alike, here, packed

LAUNCHER = "mpi4py.futures"

HOW = f"mpiexec -n 8 python -m {LAUNCHER} -m equitysim COMMAND FILE --executor mpi"


SLURM = f"srun --mpi=pmi2 -n 8 python -m {LAUNCHER} -m equitysim COMMAND FILE --executor mpi"


def _how() -> str:
    """What starts ranks that know of each other. Slurm starts as many jobs of one rank where it does not speak to MPI
    in its way."""
    if "SLURM_STEP_ID" in os.environ:
        return f"Slurm must speak to MPI in its way (srun --mpi=list shows which it knows). Type: {SLURM}"
    return f"Type: {HOW}"


@contextmanager
def ranks(_: int) -> Iterator[Executor]:
    """All ranks of this job but our own. Raises ``errors.UsageError`` if this is no MPI job, or one that was not
    started through :data:`LAUNCHER`."""
    if LAUNCHER not in sys.orig_argv:
        raise UsageError(f"the executor mpi needs to be started by MPI, through {LAUNCHER}. Type: {HOW}")
    try:
        from mpi4py import MPI
        from mpi4py.futures import MPIPoolExecutor
    except (ImportError, RuntimeError) as error:
        raise UsageError(f"mpi4py finds no MPI on this machine ({error})") from error
    if MPI.COMM_WORLD.Get_size() < 2:
        raise UsageError(f"this MPI job has one rank, and none is left to compute. {_how()}")
    with MPIPoolExecutor() as executor:
        team = Ranks(executor)
        try:
            yield team
        finally:
            executor.shutdown(wait=True, cancel_futures=True)


class Ranks(Elastic):
    """All ranks but the coordinator's."""

    def __init__(self, executor: Any) -> None:
        self._executor = executor

    @property
    def workers(self) -> int:
        """As many as there are, which does not change."""
        return int(self._executor.num_workers)

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> "Future[Any]":
        """Hand out a task."""
        (task,) = arguments
        future: Future[Any] = self._executor.submit(Alike(work, here()), packed(task))
        return future
