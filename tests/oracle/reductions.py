"""Scenarios with everything off that a published model does not have, and what to read from their runs (model §12)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from equitysim.codes import Activity
from equitysim.engines.compiled.engine import simulate as compiled
from equitysim.engines.contract import EVERYONE, Engine
from equitysim.engines.simpy.engine import simulate as simpy
from equitysim.result import Result
from equitysim.scenario.load import load
from equitysim.scenario.lower import lower

ENGINES: dict[str, Engine] = {"simpy": simpy, "compiled": compiled}
"""Every reduction runs on every engine; one line adds another."""

WEEK = 7.0
YEAR = 365.0
SEED = 1997
POLICY = "the only one"

Floats = npt.NDArray[np.float64]

OFF: dict[str, Any] = {
    "format": 1,
    "name": "reduction",
    "start": "1997-01-01",
    "currency": "EUR",
    "discount": "0 % per year",
    "relationship": "noncontractual",
    "segments": {"one": {"occasions": {"mean": "1 per year", "spread": "0 %"}, "order": {"mean": 1, "spread": "0 %"}}},
    "equity": {
        "satisfaction": 0,
        "choice": "100 %",
        "defection": "0 % per year",
        "referral": "0 %",
        "voice": "0 %",
        "win_back": "0 %",
    },
    "onboarding": {"sensitivity": 1},
    "contact": {"tolerance": "off", "annoyance": 0, "opt_out": "0 %"},
    "failure": {"per_order": "0 %", "per_year": 0},
    "referrals": {"circle": "off"},
    "prospects": {"give_up": "0 %"},
    "policies": {POLICY: []},
    "compare": {"baseline": POLICY},
}
"""A market without relationship equity: nothing fails, nothing is touched, nobody leaves or refers."""


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``changes`` laid over it, mapping by mapping; None removes a key."""
    whole = dict(base)
    for key, value in changes.items():
        if value is None:
            whole.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(whole.get(key), Mapping):
            whole[key] = merged(whole[key], value)
        else:
            whole[key] = value
    return whole


def simulate(engine: str, changes: Mapping[str, Any], *, seed: int = SEED, log: int | None = None) -> Result:
    """One replication of the market without equity, changed as stated, through the same door as any scenario file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "reduction.yaml"
        path.write_text(yaml.safe_dump(merged(OFF, changes), allow_unicode=True), "utf-8")
        return ENGINES[engine](lower(load(path), POLICY), seed, 0, log=log)


class Purchases:
    """Purchase times of a run by customer, ``since`` each customer's own first purchase, in weeks."""

    def __init__(self, result: Result) -> None:
        if result.log is None:
            raise ValueError("the run has no event log")
        rows = result.log[result.log["activity"] == Activity.PURCHASE]
        order = np.lexsort((rows["time"], rows["customer"]))
        rows = rows[order]
        self.customers, first, self.owner = np.unique(rows["customer"], return_index=True, return_inverse=True)
        self.weeks: Floats = rows["time"] / WEEK
        self.since: Floats = self.weeks - self.weeks[first][self.owner]
        self.money: Floats = rows["money"]
        self.first: npt.NDArray[np.bool_] = np.zeros(len(rows), dtype=bool)
        self.first[first] = True

    def repeats_within(self, weeks: float) -> npt.NDArray[np.int64]:
        """Repeat purchases of each customer within so many weeks of the first."""
        counted = ~self.first & (self.since <= weeks)
        return np.bincount(self.owner[counted], minlength=len(self.customers))

    def repeats_by_week(self, week: int) -> npt.NDArray[np.int64]:
        """Repeat purchases of each customer by the end of a calendar week (week 1 starts at t = 0)."""
        counted = ~self.first & (self.weeks < week)
        return np.bincount(self.owner[counted], minlength=len(self.customers))


@cache
def purchases(engine: str, case: str) -> Purchases:
    """The purchases of a named case; run once per engine. A seed each, so that the samples are independent."""
    return Purchases(simulate(engine, CASES[case], seed=SEED + list(CASES).index(case), log=EVERYONE))


def cohort(people: int, weeks: int) -> dict[str, Any]:
    """So many people who first buy in the first week, watched for so many weeks after it."""
    return {"horizon": f"{weeks + 1} weeks", "cohorts": {"one week": {"per_week": [people]}}}


def buys(shape: float, rate: str, **more: Any) -> dict[str, Any]:
    """One segment whose occasions are Gamma(shape, rate)."""
    published = {"mean": None, "spread": None, "gamma": {"shape": shape, "rate": rate}}
    return {"segments": {"one": {"occasions": published | more}}}


PEOPLE = 20_000
BG_COIN = {"first_purchase_at_risk": "false", "defection": {"base": {"beta": {"a": 0.793, "b": 2.426}}}}

CASES: dict[str, dict[str, Any]] = {
    "BG/NBD": cohort(PEOPLE, 52) | buys(0.243, "4.414 weeks") | {"equity": BG_COIN},
    "BG/NBD, thinned": cohort(PEOPLE, 52)
    | buys(0.243, "4.414 weeks", scale=2)
    | {"equity": BG_COIN | {"choice": "50 %"}},
    "BG/NBD, of orders": cohort(PEOPLE, 52)
    | buys(0.243, "4.414 weeks", of="orders")
    | {"equity": BG_COIN | {"choice": "80 %"}},
    "BG/NBD, too patient": cohort(PEOPLE, 52)
    | buys(0.243, "4.414 weeks")
    | {"equity": BG_COIN | {"defection": {"base": {"beta": {"a": 0.60, "b": 2.426}}}}},
    "BG/NBD, half thinned": cohort(PEOPLE, 52)
    | buys(0.243, "4.414 weeks", scale=2)
    | {"equity": BG_COIN | {"choice": "60 %"}},
    "MBG/NBD": cohort(PEOPLE, 52)
    | buys(0.524838, "6.182988 weeks")
    | {"equity": {"first_purchase_at_risk": "true", "defection": {"base": {"beta": {"a": 0.891356, "b": 1.614}}}}},
    "MBG/NBD, first spared": cohort(PEOPLE, 52)
    | buys(0.524838, "6.182988 weeks")
    | {"equity": {"first_purchase_at_risk": "false", "defection": {"base": {"beta": {"a": 0.891356, "b": 1.614}}}}},
    "Pareto/NBD": cohort(PEOPLE, 52)
    | buys(0.553, "10.578 weeks")
    | {"equity": {"defection": {"base": {"gamma": {"shape": 0.606, "rate": "11.669 weeks"}}}}},
    "Pareto/NBD, too mortal": cohort(PEOPLE, 52)
    | buys(0.553, "10.578 weeks")
    | {"equity": {"defection": {"base": {"gamma": {"shape": 0.606, "rate": "9 weeks"}}}}},
}
