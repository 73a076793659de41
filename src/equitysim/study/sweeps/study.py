"""A study as it was read: its scenario, what it varies, the points of its design, and what is to be optimised."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from equitysim.errors import Fault
from equitysim.scenario.compose import written
from equitysim.scenario.document import Node
from equitysim.scenario.parameters import changed
from equitysim.scenario.schema import Scenario
from equitysim.scenario.words import quoted
from equitysim.study.sweeps.factors import Factor
from equitysim.study.sweeps.points import Point, Values


class Aim(NamedTuple):
    """What ``optimise`` looks for: ``schema.OptimiseFile`` as it was read. ``own``: the scenario's own value of each
    lever, and one in the middle of each uncertainty; ``free``: why levers may cost nothing, empty if none may."""

    budget: float | None
    trials: int
    finalists: int
    own: Values
    free: str = ""


@dataclass(frozen=True)
class Study:
    """A study that can be run.

    ``root``: the document of its scenario, which a point changes, without what it holds uncertain. ``policies``: in the
    scenario's order, the baseline among them. ``design``: its kind and number. ``order``: the distinct points in the
    order they are run; ``positions``: the points in the order of the design, which may name one more than once; both
    empty where the study was read to be optimised only. ``aim``: what is then looked for; None where it was read for
    its design only.
    """

    name: str
    file: str
    scenario: Scenario
    root: Node
    policies: tuple[str, ...]
    factors: tuple[Factor, ...]
    design: tuple[str, str]
    order: tuple[Point, ...]
    positions: tuple[Point, ...]
    replications: int
    seed: int
    customers: int | None
    aim: Aim | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The factors' parameters."""
        return tuple(factor.path for factor in self.factors)

    @property
    def hash(self) -> str:
        """SHA-256 of everything the study says: equal studies have equal hashes."""
        said = {
            "scenario": self.scenario.hash,
            "policies": self.policies,
            "factors": [(factor.path, factor.role) for factor in self.factors],
            "points": [point.values for point in self.positions],
            "replications": self.replications,
            "seed": self.seed,
            "customers": self.customers,
        }
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def scenario_at(root: Node, factors: Sequence[Factor], values: Values) -> tuple[Scenario | None, list[Any]]:
    """The scenario at a point, or None, and its faults, at the place where the factor is stated."""
    nodes = []
    for factor, text in zip(factors, values, strict=True):
        node, faults = written(text, factor.spot)
        if node is None or faults:
            return None, [Fault(*factor.spot, factor.path, f"{quoted(text)} is no value", "write it as --set takes it")]
        nodes.append((factor.parameter.place, node))
    return changed(root, nodes)
