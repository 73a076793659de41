"""The CDNOW cohort on record, and the same cohort as the simulator sees it."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.codes import Activity, SourceKind
from equitysim.engines.contract import EVERYONE
from equitysim.engines.simpy.engine import simulate
from equitysim.plan import Plan
from equitysim.result import Result

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "scenarios" / "cdnow-1997.yaml"
RECORD = ROOT / "scenarios" / "cdnow-1997.weekly.csv"
BASELINE = "today"
KNOWN_WEEKS = 39
"""Weeks that may set a parameter; later ones only score."""

WEEK = 7.0
Counts = npt.NDArray[np.int64]


class Record(NamedTuple):
    """New customers and repeat orders in each week, and BG/NBD's cumulative curve in the weeks it is printed for."""

    new_customers: Counts
    repeat_orders: Counts
    expected: dict[int, float]


def record(path: Path = RECORD) -> Record:
    """Read the weekly counts. Raises OSError or ValueError for a missing or malformed file."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return Record(
        np.array([int(row["new_customers"]) for row in rows]),
        np.array([int(row["repeat_orders"]) for row in rows]),
        {int(row["week"]): float(row["bg_nbd_cumulative"]) for row in rows if row["bg_nbd_cumulative"]},
    )


def cumulative_repeats(result: Result, weeks: int) -> Counts:
    """Repeat orders of the cohort by the end of each week 1 … ``weeks``; the referred and first orders do not count."""
    if result.log is None:
        raise ValueError("the run has no event log")
    seeds = result.customers["identity"][result.customers["generation"] == 0]
    log = result.log
    bought = log[(log["activity"] == Activity.PURCHASE) & np.isin(log["customer"], seeds)]
    bought = bought[np.lexsort((bought["time"], bought["customer"]))]
    repeat = np.zeros(len(bought), dtype=bool)
    repeat[1:] = bought["customer"][1:] == bought["customer"][:-1]
    return np.searchsorted(np.sort(bought["time"][repeat]), WEEK * np.arange(1, weeks + 1), side="left")


def replications(plan: Plan, seed: int, count: int, weeks: int) -> Iterator[Counts]:
    """The cohort's cumulative repeat orders in each of so many replications."""
    if any(source.kind != SourceKind.COHORT and (source.people or source.leads) for source in plan.sources):
        raise ValueError("the cohort must be the only source")
    for replication in range(count):
        yield cumulative_repeats(simulate(plan, seed, replication, log=EVERYONE), weeks)
