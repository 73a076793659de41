"""What came out of a study: one policy (:class:`PolicyRun`) or several on the same customers (:class:`Comparison`)."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from equitysim.arguments import named
from equitysim.measures.registry import MEASURES
from equitysim.measures.tables import Table, known
from equitysim.statistics import document, tables
from equitysim.statistics.by_person import ByPerson
from equitysim.statistics.intervals import Estimate, paired, variance_reduction
from equitysim.statistics.outcome import (
    Claim,
    Context,
    Difference,
    PolicyOutcome,
    Provenance,
    ScenarioInfo,
    known_measure,
    summary,
)
from equitysim.statistics.verdict import Standing, Verdict, decide

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ByPerson",
    "Claim",
    "Comparison",
    "Context",
    "Difference",
    "PolicyOutcome",
    "PolicyRun",
    "Provenance",
    "ScenarioInfo",
    "Standing",
    "Verdict",
    "summary",
]


COMPARISON_TABLES = ("runs", "values", "differences", "series", "stages")
"""Tables of any comparison."""


@dataclass(frozen=True, eq=False)
class PolicyRun:
    """One policy of one scenario over replications."""

    context: Context
    outcome: PolicyOutcome

    def summary(self, measure: str) -> Estimate:
        """Mean and interval of a measure over the replications."""
        return summary(self.outcome, measure, self.context.confidence)

    def table(self, name: str) -> Table:
        """One tidy table: ``runs``, ``values``, ``series`` or ``stages``. Raises ``errors.UsageError`` for another
        name."""
        return tables.build(name, self.context, (self.outcome,))

    def frame(self, table: str = "values") -> "pd.DataFrame":
        """One tidy table (see :meth:`table`) as a pandas DataFrame."""
        return self.table(table).frame()

    def document(self) -> dict[str, Any]:
        """The JSON document of ``equitysim run --json``: plain values only, undefined is None."""
        return document.of_run(self.context, self.outcome)


@dataclass(frozen=True, eq=False)
class Comparison:
    """All policies of a scenario on the same customers. ``policies`` in the scenario's order, the one named
    ``baseline`` among them. ``by_person``: for the other policies, differences per seed person where nothing couples
    the customers; empty if nobody asked."""

    context: Context
    baseline: str
    policies: tuple[PolicyOutcome, ...]
    claims: tuple[Claim, ...]
    by_person: tuple[ByPerson, ...] = ()

    def policy(self, name: str) -> PolicyOutcome:
        """The outcome of a policy by its name. Raises ``errors.UsageError`` if it was not compared."""
        there = {outcome.name: outcome for outcome in self.policies}
        return there[named("policy", name, there)]

    @cached_property
    def verdict(self) -> Verdict:
        """Which policy is best in the decision measure, and how sure that is."""
        return decide(self.context, self.baseline, self.policies)

    def summary(self, policy: str, measure: str) -> Estimate:
        """Mean and interval of a measure under a policy."""
        return summary(self.policy(policy), measure, self.context.confidence)

    def difference(self, policy: str, measure: str) -> Estimate:
        """Paired difference to the baseline with its interval; zero for the baseline itself."""
        ours, theirs, measure = self.policy(policy), self.policy(self.baseline), known_measure(measure)
        return paired(ours.values[measure], theirs.values[measure], self.context.confidence)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All policies but the baseline, and all measures but those that are differences to the baseline already."""
        return tuple(
            Difference(outcome.name, measure, self.difference(outcome.name, measure), unit)
            for outcome in self.policies
            if outcome.name != self.baseline
            for measure, unit in self.context.units.items()
            if not MEASURES[measure].against_baseline
        )

    def variance_reduction(self, policy: str, measure: str) -> float:
        """How many times smaller the variance of the difference to the baseline is than with independent draws (model
        §10)."""
        ours, theirs, measure = self.policy(policy), self.policy(self.baseline), known_measure(measure)
        return variance_reduction(ours.values[measure], theirs.values[measure])

    def table(self, name: str) -> Table:
        """One tidy table: ``runs``, ``values``, ``differences``, ``series`` or ``stages``. Raises
        ``errors.UsageError`` for another name."""
        if known(name, COMPARISON_TABLES) == "differences":
            return tables.of_differences(self.differences, self.context, self.baseline)
        return tables.build(name, self.context, self.policies)

    def frame(self, table: str = "values") -> "pd.DataFrame":
        """One tidy table (see :meth:`table`) as a pandas DataFrame."""
        return self.table(table).frame()

    def document(self) -> dict[str, Any]:
        """The JSON document of ``equitysim compare --json``: plain values only, undefined is None."""
        return document.of_comparison(
            self.context, self.baseline, self.policies, self.differences, self.claims, self.verdict, self.by_person
        )
