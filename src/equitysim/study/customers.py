"""The customers of simulated runs, one row each."""

from functools import partial
from typing import TYPE_CHECKING

from equitysim.arguments import Whole
from equitysim.errors import CapError
from equitysim.measures.customers import customers_table
from equitysim.measures.tables import from_rows
from equitysim.plan import Plan
from equitysim.result import Result
from equitysim.scenario.schema import Scenario
from equitysim.study.engine import checked_replications
from equitysim.study.runs import DEFAULT_SEED, PROCESSES, compare, run
from equitysim.study.watch import NO_WATCH, Watch

if TYPE_CHECKING:
    import pandas as pd

MOST_CUSTOMERS = 10_000_000
"""Rows kept in memory: 4 GB."""


class _Frames:
    """Keeps the customers of every run, and makes them in whichever process ran it."""

    log = None
    undiscounted = False

    def __call__(self, result: Result, plan: Plan, undiscounted: Result | None) -> "pd.DataFrame":
        return customers_table(result, plan).frame()


class _Kept:
    """A record (``study.gather``) of customers, in the order of runs."""

    scribe = _Frames()

    def __init__(self) -> None:
        self.frames: list[pd.DataFrame] = []
        self._rows = 0

    def add(self, notes: "pd.DataFrame") -> None:
        self._rows += len(notes)
        if self._rows > MOST_CUSTOMERS:
            raise CapError(
                f"{len(self.frames) + 1} runs have {self._rows} customers, more than the cap of {MOST_CUSTOMERS}: "
                "ask for fewer replications or policies, or for a sample with customers="
            )
        self.frames.append(notes)


def customers(
    scenario: Scenario,
    policy: str | None = None,
    *,
    replications: Whole = 1,
    seed: Whole = DEFAULT_SEED,
    customers: Whole | None = None,
    engine: str = "auto",
    workers: Whole | None = 1,
    executor: str = PROCESSES,
    watch: Watch = NO_WATCH,
) -> "pd.DataFrame":
    """Everybody who was simulated: the table ``customers`` (docs/tables.md), one row per policy, replication and
    customer.

    ``policy``: one policy, None for all of them on the same customers. The runs are those of ``run`` and ``compare`` of
    the same seed and replications, and what is summed here is what they measure. ``customers``: about how many to
    simulate instead of all; rows are those simulated. The others are as in ``study.run``, and so is what is raised,
    ``errors.CapError`` also for more rows than are kept in memory.
    """
    import pandas as pd

    kept, replications = _Kept(), checked_replications(replications)
    runs = compare if policy is None else partial(run, policy=policy)
    runs(
        scenario,
        replications=replications,
        seed=seed,
        customers=customers,
        engine=engine,
        workers=workers,
        executor=executor,
        record=kept,
        watch=watch,
    )
    there = [frame for frame in kept.frames if len(frame)]
    return pd.concat(there, ignore_index=True) if there else from_rows("customers", ()).frame()
