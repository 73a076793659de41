"""Which engine runs, and how: the only place of a study that knows engines by name."""

import contextlib
import platform
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Sequence
from importlib.metadata import version
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from equitysim.arguments import Whole, callables, named, whole
from equitysim.code_cache import PLAIN, compiles
from equitysim.engines.caps import refuse_too_many
from equitysim.errors import CapError, CompileWarning, UsageError
from equitysim.plan import Plan
from equitysim.result import SCHEME, Result
from equitysim.sources import sources
from equitysim.statistics.outcome import Provenance

ENGINES = ("auto", "simpy", "compiled")
"""What can be asked for; ``auto`` is the fastest that can do the job: compiled, unless a researcher adds processes."""

MOST_WORKERS = 1_024

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

    Raises ``errors.UsageError`` for an unknown one, for processes that the engine asked for cannot run, and for
    ``compiled`` where the environment forbids compiling; all others are SimPy then, and a warning says so.
    """
    name = named("engine", name, ENGINES)
    if processes and name == "compiled":
        raise UsageError("your own processes are SimPy generators, which compiled code cannot run; use engine='simpy'")
    if not compiles():
        if name == "compiled":
            raise UsageError(f"{PLAIN} is set, so nothing can be compiled; unset it, or use the engine simpy")
        warnings.warn(f"{PLAIN} is set: the engine is simpy, in plain Python, and slow.", CompileWarning, stacklevel=1)
        return "simpy"
    if name == "auto":
        return "simpy" if processes else "compiled"
    return name


def own_processes(processes: object) -> tuple[Process, ...]:
    """A researcher's own processes. Raises ``errors.UsageError`` for what is no list of functions."""
    return callables("processes", processes, "functions that take the state of a run and yield events")


def checked_seed(seed: Whole) -> int:
    """The seed, if it can be one. Raises ``errors.UsageError`` outside 0 … 2⁶³ − 1."""
    return whole("seed", seed, 0, SEEDS - 1)


MOST_REPLICATIONS = 100_000
"""More differ from these in no digit that is shown: errors fall with the square root of their number."""

MOST_ROWS = 20_000_000
"""Rows of all runs' series together that are kept in memory: 2 GB."""


def capped(name: str, number: int, most: int) -> int:
    """The number, if it is not more than the cap. Raises ``errors.CapError``."""
    if number > most:
        raise CapError(f"{number} {name} are more than the cap of {most}: ask for fewer")
    return number


def checked_replications(replications: Whole) -> int:
    """The number of replications, if it can be one. Raises ``errors.UsageError`` below 1, ``errors.CapError`` beyond
    :data:`MOST_REPLICATIONS`.
    """
    return capped("replications", whole("replications", replications, 1), MOST_REPLICATIONS)


def refuse_to_keep(plans: Collection[Plan], replications: int) -> None:
    """Raise ``errors.CapError`` if the series of so many replications of all these plans are too much to keep."""
    reviews = max(1.0 + plan.parameters.horizon / plan.parameters.review for plan in plans)
    rows = replications * len(plans) * reviews
    if rows > MOST_ROWS:
        raise CapError(
            f"{replications} replications of {len(plans)} policies with {reviews:.0f} reviews each keep {rows:,.0f} "
            f"rows, more than the cap of {MOST_ROWS:,}: ask for fewer replications, or review less often"
        )


def checked_customers(customers: Whole | None) -> int | None:
    """About how many people to simulate, if that can be. Raises ``errors.UsageError`` below 1."""
    return None if customers is None else whole("customers", customers, 1)


def checked_workers(workers: Whole | None, processes: Sequence[Process] = ()) -> int | None:
    """The number of workers, if it can be one; a researcher's own processes stay in this process.

    Raises ``errors.UsageError`` below 1 and beyond :data:`MOST_WORKERS`, and for several workers where there are such
    processes.
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
    """One replication of a plan by an engine that :func:`engine_named` returned.

    Raises ``errors.CapError`` for more people than the plan allows before an engine is so much as loaded.
    """
    refuse_too_many(plan)
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
    """Whether other processes of this machine can load what this one compiles, be it for this command alone; they also
    can where nothing is compiled."""
    from equitysim import jit

    return jit.PLACE.folder is not None or not compiles()


def keeps_code_for_good() -> bool:
    """Whether the next command finds what this one compiles."""
    from equitysim import jit

    return not jit.PLACE.why_not


def ready(engine: str, plans: Iterable[Plan]) -> bool:
    """Load everything these plans will run, compiling and keeping what is not yet compiled; whether other processes
    will find it.

    Only the coordinator compiles: workers that all met an empty cache would all spend half a minute on the same.
    """
    for plan in plans:
        with contextlib.suppress(CapError):
            refuse_too_many(plan)
            simulate(engine, _tiny(plan), 0, 0)
    return not compiles_first(engine)


def _tiny(plan: Plan) -> Plan:
    """The plan with few people: a run of it takes hundredths of a second, and all types of the whole."""
    few = max(1, min(FEW, MOST // (2 * len(plan.sources))))
    sources = tuple(
        source._replace(
            people=min(source.people, few),
            weeks=_first(source.weeks, few),
            leads=min(source.leads, few / max(plan.parameters.horizon, 1.0)),
        )
        for source in plan.sources
    )
    return plan._replace(sources=sources, max_customers=min(plan.max_customers, MOST))


def _first(weeks: Sequence[int], few: int) -> tuple[int, ...]:
    """The weeks up to the one in which there have been so few, and no more than these."""
    reached = [0, *(min(total, few) for total in accumulate(weeks))]
    return tuple(after - before for before, after in pairwise(reached))


_SIMULATE: dict[str, Callable[..., Result]] = {"simpy": _simpy, "compiled": _compiled}


def provenance() -> Provenance:
    """With what this process computes."""
    return Provenance(
        equitysim=version("equitysim"),
        scheme=SCHEME,
        python=platform.python_version(),
        numpy=np.__version__,
        platform=f"{sys.platform}-{platform.machine()}",
        sources=sources(),
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
