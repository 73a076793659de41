"""Few people, two policies and a letter whose cost is not known: where it tips can be computed."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from equitysim.scenario.schema import Scenario

T = TypeVar("T")
R = TypeVar("R")


def few(**changes: Any) -> Scenario:
    """``today`` does nothing, ``letters`` writes to everybody every quarter; ``changes`` are to the top level."""
    content: dict[str, Any] = {
        "name": "Few",
        "horizon": "400 days",
        "ltv_window": "200 days",
        "existing": {"count": "80", "history": "1 year"},
        "equity": {"referral": {"at_0": "2 %", "at_100": "9 %"}},
        "failure": {"per_order": "6 %"},
        "programs": {
            "letter": {"when": {"every": "90 days"}, "gain": "15", "cost": "1"},
            "unused": {"when": "purchase", "gain": "3", "cost": "2"},
        },
        "policies": {"today": [], "letters": ["letter"]},
        "compare": {"baseline": "today", "matters": "0.10"},
    }
    return Scenario.model_validate({**content, **changes})


def backwards(function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
    """Computes in another order and from copies, as other processes do; answers in the order of the tasks."""
    sent = [pickle.dumps(task) for task in tasks]
    answers = {k: pickle.dumps(function(pickle.loads(sent[k]))) for k in reversed(range(len(sent)))}
    return (pickle.loads(answers[k]) for k in range(len(sent)))
