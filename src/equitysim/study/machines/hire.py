"""Which executor a name stands for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from equitysim.study.executors import Hire, Workers, workers
from equitysim.study.machines.named import Kind, Machines

Said = Callable[[str], None]


@contextmanager
def crew_on(machines: Machines, count: int, prepare: Callable[[], bool], said: Said) -> Iterator[Workers]:
    """Workers of a block, on machines of a kind. Where somebody else says how many there are, they are asked before the
    block begins. ``said``: is told what one waits for.

    Raises ``errors.WorkerError`` where nobody can be reached, ``errors.UsageError`` where the kind of machine is not
    there at all.
    """
    if machines.kind is Kind.PROCESSES:
        with workers(count, prepare=prepare) as crew:
            yield crew
        return
    with workers(count, prepare=prepare, hire=_hire(machines, said), here=False) as crew:
        if machines.sized:
            crew.muster()
        yield crew


def _hire(machines: Machines, said: Said) -> Hire:
    """Loaded here, since only who asks for such machines has what they need."""
    if machines.kind is Kind.MPI:
        from equitysim.study.machines.mpi import ranks

        return ranks
    from equitysim.study.machines import cluster

    return cluster.at(machines.address, said) if machines.address else cluster.embedded
