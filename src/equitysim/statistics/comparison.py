"""What came out of a study: one policy (:class:`PolicyRun`) or several on the same customers (:class:`Comparison`)."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from equitysim.arguments import named
from equitysim.measures.notebook import Card, Shown, Whisker, short
from equitysim.measures.registry import MEASURES
from equitysim.measures.tables import Table, known
from equitysim.measures.words import interval, unit_heading, value
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


def _about(context: Context) -> str:
    return f"{short(context.scenario.name)!r}: {context.replications} replications, seed {context.seed}"


def _told(estimate: Estimate, unit: str) -> tuple[str, str, str]:
    """Mean, interval and unit as cells."""
    bounds = "" if math.isnan(estimate.low) else f"[{value(estimate.low, unit)}, {value(estimate.high, unit)}]"
    return value(estimate.mean, unit), bounds, unit_heading(unit)


COMPARISON_TABLES = ("runs", "values", "differences", "series", "stages")
"""Tables of any comparison."""


@dataclass(frozen=True, eq=False, repr=False)
class PolicyRun(Shown):
    """One policy of one scenario over replications."""

    context: Context
    outcome: PolicyOutcome

    def card(self) -> Card:
        """Some measures, for a notebook."""
        heading = f"PolicyRun of {self.outcome.name!r} in {_about(self.context)}"
        names = dict.fromkeys([self.context.measure, "net_value", "ltv", "spend", "referrals"])
        rows = tuple((MEASURES[name].label, *_told(self.summary(name), self.context.units[name])) for name in names)
        return Card(heading, columns=("measure", "mean", "interval", "unit"), rows=rows)

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


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Shown):
    """All policies of a scenario on the same customers. ``policies`` in the scenario's order, the one named
    ``baseline`` among them. ``by_person``: for the other policies, differences per seed person where nothing couples
    the customers; empty if nobody asked."""

    context: Context
    baseline: str
    policies: tuple[PolicyOutcome, ...]
    claims: tuple[Claim, ...]
    by_person: tuple[ByPerson, ...] = ()

    def card(self) -> Card:
        """The verdict, the policies in the decision measure, and their differences to the baseline, for a notebook."""
        context, measure = self.context, self.context.measure
        unit, names = context.units[measure], [outcome.name for outcome in self.policies]
        apart = {} if MEASURES[measure].against_baseline else {name: self.difference(name, measure) for name in names}
        apart.pop(self.baseline, None)
        return Card(
            heading=f"Comparison of {len(names)} policies in {_about(context)}",
            sentence=self.verdict.text,
            columns=("policy", MEASURES[measure].label, "interval", "unit", f"difference to {short(self.baseline)}"),
            rows=tuple(
                (
                    name,
                    *_told(self.summary(name, measure), unit),
                    interval(*apart[name][:3], unit) if name in apart else "",
                )
                for name in names
            ),
            whiskers=tuple(Whisker(name, *estimate[:3]) for name, estimate in apart.items()),
            axis=f"difference to {short(self.baseline)} in {MEASURES[measure].label}, {unit}",
            zone=context.matters,
        )

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
        return paired(ours.sample(measure), theirs.sample(measure), self.context.confidence)

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
        return variance_reduction(ours.sample(measure), theirs.sample(measure))

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
