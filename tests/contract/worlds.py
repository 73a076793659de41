"""Small busy scenarios, and how to run and compare them: what every engine must do alike."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from equitysim.engines.compiled.engine import simulate as compiled
from equitysim.engines.contract import Engine
from equitysim.engines.simpy.engine import simulate as simpy
from equitysim.plan import Plan
from equitysim.result import Result
from equitysim.rules.state import Customer
from equitysim.scenario.load import load
from equitysim.scenario.lower import lower
from tests.oracle.reductions import merged

ENGINES: dict[str, Engine] = {"simpy": simpy, "compiled": compiled}

BUSY: dict[str, Any] = {
    "format": 1,
    "name": "busy",
    "start": "2027-01-01",
    "horizon": "1 year",
    "ltv_window": "6 months",
    "discount": "10 % per year",
    "existing": {"count": 60, "history": "1 year"},
    "channels": {
        "flyers": {"leads": "6 per month", "cost": 4},
        "promotion": {"leads": "6 per month", "cost": 6, "oversell": 30},
    },
    "segments": {
        "heavy": {
            "share": "30 %",
            "occasions": {"mean": "40 per year", "spread": "60 %"},
            "order": {"mean": 9, "spread": "30 %"},
            "margin": "60 %",
        },
        "light": {
            "share": "70 %",
            "occasions": {"mean": "12 per year", "spread": "90 %"},
            "order": {"mean": 7, "spread": "30 %"},
            "margin": "60 %",
        },
    },
    "equity": {"referral": {"at_0": "3 %", "at_100": "9 %"}},
    "failure": {"per_order": "10 %"},
    "survey": {"noise": 8},
    "programs": {
        "welcome": {"when": "first_purchase", "gain": 8, "cost": 1.5},
        "letter": {"when": {"every": "30 days"}, "gain": 3, "cost": 0.5, "match": "70 %"},
        "apology": {"when": "known_failure", "restore": "60 %", "cost": 0.2},
        "loyal": {"when": {"stage": "loyalty"}, "gain": 5, "reward": {"value": 3, "redeemed": "50 %"}},
        "back": {"when": {"silence": "3 usual gaps"}, "invite": True, "gain": 6, "cost": 0.8, "at_most": "2 per year"},
    },
    "policies": {"today": ["welcome"], "everything": ["welcome", "letter", "apology", "loyal", "back"]},
    "compare": {"baseline": "today"},
}
"""All triggers that need no desk; nothing limited, so nothing couples the customers."""

CARE: dict[str, Any] = {
    "desks": {
        "care": {
            "agents": 1,
            "hours": "2 per week",
            "handling": {"mean": "3 hours", "spread": "50 %"},
            "patience": "3 days",
            "cost": "20 per hour",
        }
    },
    "programs": {"apology": {"desk": "care"}},
}
"""A desk too small for its failures: customers meet in its queue."""


def plan(changes: Mapping[str, Any] | None = None, policy: str = "everything") -> Plan:
    """The busy scenario, changed as stated, under a policy."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "busy.yaml"
        path.write_text(yaml.safe_dump(merged(BUSY, changes or {}), allow_unicode=True, sort_keys=False), "utf-8")
        return lower(load(path), policy)


def by_identity(result: Result) -> dict[int, npt.NDArray[np.void]]:
    """Each person's record."""
    return {int(row["identity"]): row for row in result.customers}


PLAN_BOUND = {"source", "receipts", "periods", "pending", "segment"}
"""Fields that number things of the plan: a new program or source may shift them while the life stays the same."""

LIFE = tuple(name for name in Customer.__slots__ if name not in PLAN_BOUND | {"trail"})


def lives(result: Result) -> dict[int, tuple[bytes, ...]]:
    """What each person lived through, in bytes: all state that does not number things of the plan."""
    return {
        identity: tuple(np.ascontiguousarray(row[name]).tobytes() for name in LIFE)
        for identity, row in by_identity(result).items()
    }
