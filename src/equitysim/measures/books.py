"""A run's books: its money by kind, in all and by group of customers, and what its desks and limits did.

A group is fixed before policies differ (segment, entry, potential), so that a difference between two policies is what
the same people gained; or it is where customers stand at the horizon (stage, rung), which policies change
(docs/decisions/0009-who-gains-and-when-it-pays.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.codes import Kind, Rung, SourceKind, Stage
from equitysim.edges import part_of
from equitysim.measures.exact import Exact
from equitysim.measures.ladder import BEST_SHARE, rungs, stages
from equitysim.measures.money import Owed, owed_of
from equitysim.measures.people import Customers, People
from equitysim.measures.state import Floats
from equitysim.plan import YEAR, Parameters, Plan
from equitysim.result import Result

Codes = npt.NDArray[np.int64]

KINDS: Final = (*(kind.name.lower() for kind in Kind), "desk_hours", "fixed")
"""Kinds of money: those booked to customers, then what the policy owes as a whole."""

GROUPINGS: Final = ("segment", "entry", "potential", "stage", "rung")
"""Ways to split everybody, in the order they are shown."""

MOVING: Final = frozenset({"stage", "rung"})
"""Groupings by standing at the horizon: the same person may stand elsewhere under another policy."""

ENTRIES: Final = ("existing", "new", "referred")
POTENTIALS: Final = ("best 20 %", "the rest")


class Crew(NamedTuple):
    """A desk as the policy pays for it: ``agents`` for ``hours`` a week each at ``cost_per_hour``, if ``used``."""

    name: str
    agents: int
    hours: float
    used: bool
    cost_per_hour: float


@dataclass(frozen=True, eq=False)
class Books:
    """The books of one run, in the money of the people simulated (not scaled back).

    ``ledger``: :data:`KINDS` → everything booked, discounted to the start, costs negative; adds up to net value.
    ``people``, ``groups``: :data:`GROUPINGS` → how many are in each of its groups (:func:`group_names`), and their
    money, groups × ``codes.Kind``; each grouping holds every customer once. ``owed``: what the policy owes
    continuously. ``counts``: segments × ``codes.Counter``. ``desks``: dtype ``result.DESKS``, one per ``crews``.
    """

    ledger: Mapping[str, float]
    people: Mapping[str, Codes]
    groups: Mapping[str, Floats]
    owed: Owed
    counts: npt.NDArray[np.int64]
    desks: npt.NDArray[np.void]
    crews: tuple[Crew, ...]


def books_of(result: Result, plan: Plan) -> Books:
    """The books of a run."""
    owed = owed_of(plan)
    horizon = plan.parameters.horizon
    customers = People(result.customers)
    ledger = Exact(customers["ledger"].T)
    shared = (-owed.hours_until(horizon), -owed.fixed_until(horizon))
    places = _places(customers, plan)
    sizes = {grouping: len(group_names(grouping, plan.names.segments)) for grouping in GROUPINGS}
    return Books(
        ledger=dict(zip(KINDS, (*ledger.totals(), *shared), strict=True)),
        people={name: np.bincount(places[name], minlength=size).astype(np.int64) for name, size in sizes.items()},
        groups={name: ledger.by(places[name], size) for name, size in sizes.items()},
        owed=owed,
        counts=result.counts,
        desks=result.desks,
        crews=tuple(
            Crew(name, desk.agents, desk.hours, bool(desk.used), desk.cost_per_hour)
            for name, desk in zip(plan.names.desks, plan.desks, strict=True)
        ),
    )


def group_names(grouping: str, segments: tuple[str, ...]) -> tuple[str, ...]:
    """Names of a grouping's groups, in their order. ``segments``: those of the scenario."""
    return {
        "segment": segments,
        "entry": ENTRIES,
        "potential": POTENTIALS,
        "stage": tuple(stage.name.lower() for stage in Stage),
        "rung": tuple(rung.name.lower() for rung in Rung),
    }[grouping]


def _places(customers: Customers, plan: Plan) -> dict[str, Codes]:
    """Each customer's group in each grouping."""
    parameters = plan.parameters
    kinds = np.array([source.kind for source in plan.sources] or [SourceKind.EXISTING], dtype=np.int64)
    # The referred have no source among those of the plan.
    kind = kinds[np.minimum(customers["source"], len(kinds) - 1)]
    seeds = np.where(kind == SourceKind.EXISTING, 0, 1)
    return {
        "segment": customers["segment"].astype(np.int64),
        "entry": np.where(customers["generation"] > 0, 2, seeds).astype(np.int64),
        "potential": np.where(_best_by_potential(customers, parameters), 0, 1).astype(np.int64),
        "stage": stages(customers, parameters, parameters.horizon),
        "rung": rungs(customers, parameters, parameters.horizon),
    }


def potential(customers: Customers, parameters: Parameters) -> Floats:
    """Margin a year that each could bring if they always chose us: own category rate (under contract: renewals) × mean
    value of an own order × margin. A trait, the same under every policy, that no firm can see."""
    segments = parameters.segments
    mean = np.array([segment.order_shape or 1.0 for segment in segments], dtype=np.float64)
    margin = np.array([segment.margin for segment in segments], dtype=np.float64)
    rate = np.full(len(customers), 1.0 / parameters.period) if parameters.contractual else customers["rate"]
    own = customers["segment"]
    yearly: Floats = rate * YEAR * customers["spend"] * mean[own] * margin[own]
    return yearly


def _best_by_potential(customers: Customers, parameters: Parameters) -> npt.NDArray[np.bool_]:
    """The best 20 % of seed persons, and the referred who come before the last of them. Equals stand in the order of
    their identities: a lot that is the same under every policy."""
    worth = potential(customers, parameters)
    identity = customers["identity"]
    seeds = np.flatnonzero(customers["generation"] == 0)
    if seeds.size == 0:
        return np.zeros(len(customers), dtype=np.bool_)
    order = np.lexsort((identity[seeds], -worth[seeds]))
    last = seeds[order[max(1, part_of(seeds.size, BEST_SHARE)) - 1]]
    level = (worth == worth[last]) & (identity <= identity[last])
    among: npt.NDArray[np.bool_] = (worth > worth[last]) | level
    return among
