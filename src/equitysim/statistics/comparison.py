"""What came out of a study: one policy (:class:`PolicyRun`) or several on the same customers (:class:`Comparison`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import Estimate, FloatArray, Outcome, paired, t_interval

if TYPE_CHECKING:
    import pandas as pd


class ScenarioInfo(NamedTuple):
    """Which scenario: its name, its file as given (empty if it has none), and a hash of everything it resolves to."""

    name: str
    file: str
    hash: str


class Provenance(NamedTuple):
    """With what it was computed: versions of the package, the draw scheme, Python and NumPy, and the platform."""

    equitysim: str
    scheme: str
    python: str
    numpy: str
    platform: str


class Context(NamedTuple):
    """What every number of a study stands beside.

    ``measure`` is the decision measure, ``matters`` the difference of it below which policies are tied (in its unit). ``units``: measure → unit in words, in
    the order measures are shown; ``directions``: measure → 1 more is better, -1 less is better, 0 neither. ``customers``: about how many seed persons were
    asked for, None for the scenario's own number; ``scale``: seed persons of the scenario per simulated one.
    """

    scenario: ScenarioInfo
    engine: str
    seed: int
    replications: int
    confidence: float
    measure: str
    matters: float
    currency: str
    horizon_days: float
    ltv_window_days: float
    segments: tuple[str, ...]
    units: Mapping[str, str]
    directions: Mapping[str, int]
    customers: int | None
    scale: float
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class PolicyOutcome:
    """One policy over all replications.

    ``digest``: SHA-256 over ``digests``, one per replication. ``events``, ``seconds``, ``seed_persons``: per replication; seconds are wall time. ``values``: measure →
    array over replications, NaN where undefined. ``by_segment``: segment → measure → array over replications, for measures that are defined
    by segment. ``series``: per replication, dtype ``result.SERIES``. ``stages``, ``rungs``: replications × ``codes.Stage`` and ``codes.Rung``, customers at the horizon.
    """

    name: str
    digest: str
    digests: tuple[str, ...]
    events: tuple[int, ...]
    seconds: tuple[float, ...]
    seed_persons: tuple[int, ...]
    values: Mapping[str, FloatArray]
    by_segment: Mapping[str, Mapping[str, FloatArray]]
    series: tuple[npt.NDArray[np.void], ...]
    stages: npt.NDArray[np.int64]
    rungs: npt.NDArray[np.int64]


class Difference(NamedTuple):
    """A policy's paired difference to the baseline in one measure, in the measure's unit."""

    policy: str
    measure: str
    estimate: Estimate
    unit: str


class Claim(NamedTuple):
    """A claim of the scenario and what the runs say of it.

    ``estimate``: by how much the policy said to be better is better, so positive speaks for the claim also where less is better (costs, waits).
    """

    text: str
    measure: str
    estimate: Estimate
    threshold: float
    outcome: Outcome


@dataclass(frozen=True, eq=False)
class PolicyRun:
    """One policy of one scenario over replications."""

    context: Context
    outcome: PolicyOutcome

    def summary(self, measure: str) -> Estimate:
        """Mean and interval of a measure over the replications."""
        return summary(self.outcome, measure, self.context.confidence)

    def frame(self, table: str = "values") -> "pd.DataFrame":
        """One tidy table (``runs``, ``values``, ``series``, ``stages``) as a pandas DataFrame. Raises ``UsageError`` for another name."""
        from equitysim.statistics import tables

        return tables.of_run(self, table).frame()

    def document(self) -> dict[str, Any]:
        """The JSON document of ``equitysim run --json``: plain values only, undefined is None."""
        from equitysim.statistics import document

        return document.of_run(self)


@dataclass(frozen=True, eq=False)
class Comparison:
    """All policies of a scenario on the same customers. ``policies`` in the scenario's order, the one named ``baseline`` among them."""

    context: Context
    baseline: str
    policies: tuple[PolicyOutcome, ...]
    claims: tuple[Claim, ...]

    def policy(self, name: str) -> PolicyOutcome:
        """The outcome of a policy by its name. Raises KeyError if it was not compared."""
        for outcome in self.policies:
            if outcome.name == name:
                return outcome
        raise KeyError(name)

    def summary(self, policy: str, measure: str) -> Estimate:
        """Mean and interval of a measure under a policy."""
        return summary(self.policy(policy), measure, self.context.confidence)

    def difference(self, policy: str, measure: str) -> Estimate:
        """Paired difference to the baseline with its interval; zero for the baseline itself."""
        return paired(self.policy(policy).values[measure], self.policy(self.baseline).values[measure], self.context.confidence)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All policies but the baseline, all measures that a difference makes sense of (not those that are differences already)."""
        units = self.context.units
        return tuple(
            Difference(outcome.name, measure, self.difference(outcome.name, measure), units[measure])
            for outcome in self.policies
            if outcome.name != self.baseline
            for measure in units
            if measure not in AGAINST_BASELINE
        )

    def frame(self, table: str = "values") -> "pd.DataFrame":
        """One tidy table (``runs``, ``values``, ``differences``, ``series``, ``stages``) as a pandas DataFrame. Raises ``UsageError`` for another name."""
        from equitysim.statistics import tables

        return tables.of_comparison(self, table).frame()

    def document(self) -> dict[str, Any]:
        """The JSON document of ``equitysim compare --json``: plain values only, undefined is None."""
        from equitysim.statistics import document

        return document.of_comparison(self)


AGAINST_BASELINE = frozenset({"roi", "cost_per_value"})
"""Measures that are made of differences to the baseline: undefined for the baseline itself, and in sum undefined if they are in any replication, because
leaving out replications where spend did not rise would flatter the rest."""


def summary(outcome: PolicyOutcome, measure: str, confidence: float) -> Estimate:
    """Mean and interval of a measure over the replications in which it is defined; see :data:`AGAINST_BASELINE` for the exception."""
    values = outcome.values[measure]
    if measure in AGAINST_BASELINE and bool(np.isnan(values).any()):
        values = values[:0]
    return t_interval(values, confidence)
