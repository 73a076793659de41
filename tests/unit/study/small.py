"""A small scenario with something of everything, and its comparison, simulated once for all tests."""

from functools import cache
from typing import Any

from equitysim.scenario.schema import Scenario
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.study import compare

SEED = 5
REPLICATIONS = 3


def small_scenario(**changes: Any) -> Scenario:
    """Two kinds of customers, a desk, fixed costs, cost to serve, premium and cross-selling; ``changes`` are to its
    top level."""
    content: dict[str, Any] = {
        "name": "Small",
        "horizon": "900 days",
        "ltv_window": "400 days",
        "existing": {"count": "60", "history": "1 year"},
        "channels": {"flyers": {"leads": "6 per month", "cost": "4"}},
        "segments": {
            "heavy": {"share": "30 %", "occasions": {"mean": "40 per year", "spread": "60 %"}, "order": {"mean": "9"}},
            "light": {"share": "70 %", "occasions": {"mean": "9 per year", "spread": "90 %"}, "order": {"mean": "7"}},
        },
        "equity": {"referral": {"at_0": "2 %", "at_100": "9 %"}},
        "failure": {"per_order": "8 %"},
        "value": {"premium": "4 %", "cross_sell": "10 %"},
        "service": {"per_year": "6", "saving": "40 %"},
        "desks": {"care": {"agents": "1", "hours": "6 per week", "cost": "2 per hour"}},
        "programs": {
            "welcome": {"when": "first_purchase", "gain": "8", "cost": "1.50"},
            "reward": {
                "when": {"every": "90 days"},
                "audience": {"best": "20 %"},
                "gain": "10",
                "reward": {"value": "3"},
            },
            "make good": {"when": "known_failure", "restore": "90 %", "reward": {"value": "5"}, "desk": "care"},
            "letters": {
                "when": {"silence": "60 days"},
                "gain": "2",
                "cost": "1",
                "fixed": "30 per year",
                "setup": "20",
            },
        },
        "policies": {
            "today": ["welcome"],
            "reward": ["welcome", "reward", "letters"],
            "recover": ["welcome", "make good"],
            "no flyers": ["welcome", {"channel": "flyers", "leads": "0 per month"}],
        },
        "compare": {"baseline": "today", "matters": "0.20"},
        "claims": [
            {"better": "recover", "than": "today"},
            {"better": "no flyers", "than": "today", "measure": "spend"},
        ],
    }
    return Scenario.model_validate({**content, **changes})


@cache
def small_comparison() -> Comparison:
    """The small scenario's policies over a few replications."""
    return compare(small_scenario(), replications=REPLICATIONS, seed=SEED)


def small_decision() -> Decision:
    """The comparison with nothing beside it that would have to be simulated."""
    return Decision(small_comparison(), None, None, None)
