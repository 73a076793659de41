"""The best setting of a study's levers: what was tried, what the selection among the finalists says, and the frontier
of value against spend."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from equitysim.arguments import instance, named
from equitysim.measures.notebook import Card, Shown, Whisker, short
from equitysim.measures.tables import Table, from_rows, known
from equitysim.measures.words import value
from equitysim.statistics.document import SCHEMA_VERSION, interval
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.outcome import Provenance, ScenarioInfo

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("candidates", "levers", "finalists")

Ending = Literal["selected", "undecided", "only one", "none within the budget"]
"""How a selection ended: by itself; at the most replications it may take; with one finalist that nobody contested; or
without any."""

Fate = Literal["selected", "remains", "eliminated", "failed"]
"""What became of a finalist."""


class Candidate(NamedTuple):
    """A setting that was tried: a policy and the value of each lever.

    ``value``, ``spend`` and ``difference`` (to the baseline as the scenario has it) over the replications of the
    search; ``failed``: how many of those failed or were undefined, after which nothing is told of it. ``feasible``:
    defined, and its mean spend is within the budget. ``efficient``: no other spends no more and is no worse, by the
    means. ``as_it_is``: the policy as the scenario has it.
    """

    number: int
    policy: str
    levers: tuple[str, ...]
    value: Estimate
    difference: Estimate
    spend: Estimate
    failed: int
    feasible: bool
    efficient: bool
    as_it_is: bool


class Finalist(NamedTuple):
    """What fresh replications say of a candidate; ``replications``: how many of them until it was out or all ended.
    ``by``: number of the candidate that was ahead of it when it was eliminated."""

    candidate: Candidate
    value: Estimate
    difference: Estimate
    spend: Estimate
    replications: int
    fate: Fate
    by: int | None


class Goal(NamedTuple):
    """What was looked for.

    ``better``: 1 where more of the measure is better, -1 where less is. ``zone``: the indifference zone, in the
    measure's ``unit``. ``horizon_days``: over which all is counted. ``budget``: in all, None without one. ``trials``,
    ``replications``: of the search; the fresh replications of the selection are numbered from there. ``first_stage``,
    ``cap``: of the selection. ``free``: why levers may cost nothing, in the study's words; empty where none may.
    """

    measure: str
    unit: str
    better: int
    zone: float
    confidence: float
    currency: str
    horizon_days: float
    budget: float | None
    trials: int
    replications: int
    first_stage: int
    cap: int
    free: str = ""


class StudyInfo(NamedTuple):
    """Which study: its name, its file as given, and a hash of everything it says."""

    name: str
    file: str
    hash: str


class FailedRun(NamedTuple):
    """A run that failed: where (the values of all factors, in words), and why."""

    policy: str
    values: str
    replication: int
    error: str


@dataclass(frozen=True, eq=False, repr=False)
class Optimum(Shown):
    """The best setting of a study's levers for its budget.

    ``folder`` holds the store and the tables. ``levers``: their paths, in the order of a candidate's values;
    ``uses``: policy → the places of those it uses, the others keep the scenario's own value.
    ``candidates``: in the order they were tried, first the policies as the scenario has them. ``reference``: the
    baseline as the scenario has it, over the replications of the selection, or of the search if there was none.
    ``best``: the finalist that was selected, or that has the best mean where it is undecided; None where none is
    within the budget. ``digest``: SHA-256 over all runs this rests on, in the order of their keys: the same whatever
    the workers and the interruptions.
    """

    study: StudyInfo
    scenario: ScenarioInfo
    folder: Path
    engine: str
    seed: int
    customers: int | None
    goal: Goal
    baseline: str
    levers: tuple[str, ...]
    uses: Mapping[str, tuple[int, ...]]
    candidates: tuple[Candidate, ...]
    reference: Candidate
    finalists: tuple[Finalist, ...]
    ending: Ending
    best: Finalist | None
    runs: int
    failures: tuple[FailedRun, ...]
    digest: str
    provenance: Provenance

    def card(self) -> Card:
        """The finalists, for a notebook."""
        best = "none" if self.best is None else repr(short(self.best.candidate.policy))
        rows = tuple(
            (
                one.candidate.policy,
                ", ".join(f"{path} {text}" for path, text in self.setting(one.candidate).items()),
                value(one.value.mean, self.goal.unit),
                value(one.spend.mean, self.goal.currency),
                one.fate,
            )
            for one in self.finalists
        )
        return Card(
            heading=f"Optimum of {short(self.study.name)!r}: {self.ending}, best {best}, "
            f"of {len(self.candidates)} settings",
            columns=(
                "policy",
                "levers",
                f"{self.goal.measure}, {self.goal.unit}",
                f"spend, {self.goal.currency}",
                "fate",
            ),
            rows=rows,
            whiskers=tuple(
                Whisker(f"{one.candidate.policy} ({one.candidate.number})", *one.difference[:3])
                for one in self.finalists
            ),
            axis=f"difference to {short(self.baseline)} in {self.goal.measure}, {self.goal.unit}",
            zone=self.goal.zone,
        )

    @property
    def frontier(self) -> tuple[Candidate, ...]:
        """The candidates that no other beats in both, from the lowest spend to the highest."""
        return tuple(sorted((one for one in self.candidates if one.efficient), key=lambda one: one.spend.mean))

    @property
    def cheapest(self) -> Candidate | None:
        """The candidate with the lowest mean spend; None where nothing is defined."""
        defined = [one for one in self.candidates if not math.isnan(one.spend.mean)]
        return min(defined, key=lambda one: one.spend.mean) if defined else None

    def setting(self, one: Candidate) -> dict[str, str]:
        """The levers that a candidate's policy uses, with their values. Raises ``errors.UsageError`` for another's."""
        instance("one", one, Candidate, "a candidate of this optimum")
        named("policy", one.policy, self.uses)
        return {self.levers[place]: one.levers[place] for place in self.uses[one.policy]}

    def table(self, name: str) -> Table:
        """A tidy table: ``candidates``, ``levers`` or ``finalists``. Raises ``errors.UsageError`` for another."""
        known(name, TABLES)
        rows = {"candidates": self._candidates, "levers": self._levers, "finalists": self._finalists}[name]()
        return from_rows(name, rows)

    def frame(self, name: str) -> "pd.DataFrame":
        """The same as a pandas DataFrame."""
        return self.table(name).frame()

    def document(self) -> dict[str, Any]:
        """The JSON document of ``optimise``."""
        return {
            "schema_version": SCHEMA_VERSION,
            "study": self.study._asdict(),
            "scenario": self.scenario._asdict(),
            "engine": self.engine,
            "seed": self.seed,
            "customers": self.customers,
            "goal": {**self.goal._asdict(), "better": "more" if self.goal.better > 0 else "less"},
            "baseline": self._told(self.reference),
            "best": None if self.best is None else self._finalist(self.best),
            "selection": {
                "procedure": "Kim-Nelson",
                "ending": self.ending,
                "finalists": [self._finalist(one) for one in self.finalists],
            },
            "frontier": [self._told(one) for one in self.frontier],
            "candidates": len(self.candidates),
            "feasible": sum(one.feasible for one in self.candidates),
            "runs": self.runs,
            "failed": len(self.failures),
            "failures": [failure._asdict() for failure in self.failures],
            "digest": self.digest,
            "provenance": self.provenance._asdict(),
        }

    def _named(self, one: Candidate) -> dict[str, Any]:
        return {
            "candidate": one.number,
            "policy": one.policy,
            "levers": dict(zip(self.levers, one.levers, strict=True)),
        }

    def _told(self, one: Candidate) -> dict[str, Any]:
        return {**self._named(one), **self._figures(one)}

    def _figures(self, one: Candidate | Finalist) -> dict[str, Any]:
        return {
            "value": {**interval(one.value), "unit": self.goal.unit},
            "difference": {**interval(one.difference), "unit": self.goal.unit},
            "spend": {**interval(one.spend), "unit": self.goal.currency},
        }

    def _finalist(self, one: Finalist) -> dict[str, Any]:
        return {
            **self._named(one.candidate),
            **self._figures(one),
            "replications": one.replications,
            "fate": one.fate,
            "eliminated_by": one.by,
        }

    def _candidates(self) -> list[Sequence[Any]]:
        return [
            (
                one.number,
                one.policy,
                "yes" if one.as_it_is else "no",
                self.goal.measure,
                self.goal.unit,
                *_cells(one),
                self.goal.replications,
                one.failed,
                "yes" if one.feasible else "no",
                "yes" if one.efficient else "no",
            )
            for one in self.candidates
        ]

    def _levers(self) -> list[Sequence[Any]]:
        return [
            (one.number, path, text)
            for one in self.candidates
            for path, text in zip(self.levers, one.levers, strict=True)
        ]

    def _finalists(self) -> list[Sequence[Any]]:
        goal = self.goal
        return [
            (
                one.candidate.number,
                one.candidate.policy,
                goal.measure,
                goal.unit,
                *_cells(one),
                one.replications,
                one.fate,
            )
            for one in self.finalists
        ]


def _cells(one: Candidate | Finalist) -> tuple[float, ...]:
    return tuple(
        number
        for estimate in (one.value, one.difference, one.spend)
        for number in (estimate.mean, estimate.low, estimate.high)
    )
