"""Which engine runs, and how: the only place of a study that knows engines by name."""

import contextlib
import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from equitysim.arguments import Whole, callables, named, whole
from equitysim.errors import CapError, UsageError
from equitysim.plan import Plan
from equitysim.result import SCHEME, Result
from equitysim.statistics.outcome import Provenance

ENGINES = ("auto", "simpy", "compiled")
"""What can be asked for; ``auto`` is the fastest that can do the job: compiled, unless a researcher adds processes."""

MOST_WORKERS = 10_000

SEEDS = 1 << 63
"""Seeds are the integers from 0 to below this."""

FEW = 100
"""People of each source in a run that only loads and compiles."""

MOST = 10_000
"""Where such a run ends if referrals feed on themselves."""

Process = Callable[[Any], Any]
"""A researcher's own SimPy process: called with the engine's World, returns a generator."""


def engine_named(name: str, processes: Sequence[Process] = ()) -> str:
    """The engine that a name stands for, given a researcher's own processes.

    Raises ``errors.UsageError`` for an unknown one, and for processes that the engine asked for cannot run.
    """
    name = named("engine", name, ENGINES)
    if processes and name == "compiled":
        raise UsageError("your own processes are SimPy generators, which compiled code cannot run; use engine='simpy'")
    if name == "auto":
        return "simpy" if processes else "compiled"
    return name


def own_processes(processes: object) -> tuple[Process, ...]:
    """A researcher's own processes. Raises ``errors.UsageError`` for what is no list of functions."""
    return callables("processes", processes, "functions that take the state of a run and yield events")


def checked_seed(seed: Whole) -> int:
    """The seed, if it can be one. Raises ``errors.UsageError`` outside 0 … 2⁶³ − 1."""
    return whole("seed", seed, 0, SEEDS - 1)


def checked_replications(replications: Whole) -> int:
    """The number of replications, if it can be one. Raises ``errors.UsageError`` below 1."""
    return whole("replications", replications, 1)


def checked_customers(customers: Whole | None) -> int | None:
    """About how many people to simulate, if that can be. Raises ``errors.UsageError`` below 1."""
    return None if customers is None else whole("customers", customers, 1)


def checked_workers(workers: Whole | None, processes: Sequence[Process] = ()) -> int | None:
    """The number of workers, if it can be one; a researcher's own processes stay in this process.

    Raises ``errors.UsageError`` below 1, and for several workers where there are such processes.
    """
    count = None if workers is None else whole("workers", workers, 1, MOST_WORKERS)
    if processes and count is not None and count > 1:
        raise UsageError("your own processes cannot be sent to worker processes; use workers=1")
    return 1 if processes else count


def simulate(
    engine: str,
    plan: Plan,
    seed: int,
    replication: int,
    *,
    log: int | None = None,
    processes: Sequence[Process] = (),
) -> Result:
    """One replication of a plan by an engine that :func:`engine_named` returned."""
    return _SIMULATE[engine](plan, seed, replication, log=log, processes=processes)


def _simpy(plan: Plan, seed: int, replication: int, *, log: int | None, processes: Sequence[Process]) -> Result:
    """SimPy and compiled draws are loaded here, with the first run, because most commands never need them."""
    from equitysim.engines.simpy.engine import simulate as simpy

    return simpy(plan, seed, replication, log=log, processes=processes)


def _compiled(plan: Plan, seed: int, replication: int, *, log: int | None, processes: Sequence[Process]) -> Result:
    """Likewise; :func:`engine_named` has seen to it that there are no processes."""
    from equitysim.engines.compiled.engine import simulate as compiled

    return compiled(plan, seed, replication, log=log)


def compiles_first(engine: str) -> bool:
    """Whether the first run of this engine begins with compiling it."""
    from equitysim.jit import is_compiled

    return engine == "compiled" and not is_compiled("advance")


def keeps_code() -> bool:
    """Whether compiled code can be kept, and so be loaded by other processes."""
    from equitysim import jit

    return jit.usable_cache(Path(jit.__file__).parent) is not None


def ready(engine: str, plans: Iterable[Plan]) -> bool:
    """Load everything these plans will run, compiling and keeping what is not yet compiled; whether other processes
    will find it.

    Only the coordinator compiles: workers that all met an empty cache would all spend half a minute on the same.
    """
    for plan in plans:
        with contextlib.suppress(CapError):
            simulate(engine, _tiny(plan), 0, 0)
    return not compiles_first(engine)


def _tiny(plan: Plan) -> Plan:
    """The plan with few people: a run of it takes hundredths of a second, and all types of the whole."""
    few = tuple(
        source._replace(
            people=min(source.people, FEW),
            entries=source.entries[:FEW],
            leads=min(source.leads, FEW / max(plan.parameters.horizon, 1.0)),
        )
        for source in plan.sources
    )
    return plan._replace(sources=few, max_customers=min(plan.max_customers, MOST))


_SIMULATE: dict[str, Callable[..., Result]] = {"simpy": _simpy, "compiled": _compiled}


def provenance() -> Provenance:
    """With what this process computes."""
    return Provenance(
        equitysim=version("equitysim"),
        scheme=SCHEME,
        python=platform.python_version(),
        numpy=np.__version__,
        platform=f"{sys.platform}-{platform.machine()}",
    )


def name_of(process: Process) -> str:
    """Module and name of a function; of another callable, its type's."""
    named_by = process if hasattr(process, "__qualname__") else type(process)
    return f"{named_by.__module__}.{named_by.__qualname__}"


def refuse_undefined(result: Result) -> Result:
    """The result, if a researcher's own processes have left it with numbers. Raises ``errors.UsageError`` that says
    where there are none, and what to do."""
    for name in ("equity", "ledger", "sources", "value"):
        undefined = ~np.isfinite(result.customers[name])
        if undefined.any():
            people = int(undefined.reshape(len(undefined), -1).any(axis=1).sum())
            raise UsageError(
                f"policy {result.policy!r}, replication {result.replication}: your own processes left {people} "
                f"customers without a finite {name}; let them write finite numbers only"
            )
    return result
