"""Which executor a name stands for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from equitysim.study.executors import Hire, Workers, workers
from equitysim.study.machines.named import Kind, Machines
from equitysim.study.watch import Said


@contextmanager
def crew_on(
    machines: Machines,
    count: int | None,
    prepare: Callable[[], bool],
    said: Said,
    *,
    stored: bool = True,
    optional: bool | None = None,
) -> Iterator[Workers]:
    """Workers of a block, on machines of a kind. Where somebody else says how many there are, they are asked before the
    block begins. ``count``, ``prepare``, ``optional``: as for :func:`executors.workers`. ``said``: is told what one
    waits for. ``stored``: whether the block keeps what was run, so that waiting for others, however long, is never in
    vain.

    Raises ``errors.WorkerError`` where nobody can be reached, ``errors.UsageError`` where the kind of machine is not
    there at all.
    """
    if machines.kind is Kind.PROCESSES:
        with workers(count, prepare=prepare, optional=optional) as crew:
            yield crew
        return
    with workers(count, prepare=prepare, hire=_hire(machines, said, stored), here=False) as crew:
        if machines.sized:
            crew.muster()
        yield crew


def _hire(machines: Machines, said: Said, stored: bool) -> Hire:
    """Loaded here, since only who asks for such machines has what they need."""
    if machines.kind is Kind.MPI:
        from equitysim.study.machines.mpi import ranks

        return ranks
    from equitysim.study.machines import cluster

    return cluster.at(machines.address, said, stored=stored) if machines.address else cluster.embedded
