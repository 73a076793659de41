"""What a comparison keeps of its runs as they come, replication after replication."""

from collections.abc import Mapping
from dataclasses import replace

from equitysim.measures.money import fixed_cost
from equitysim.plan import Plan
from equitysim.statistics.by_person import ByPerson, Gaps, gaps_of, pooled
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.outcome import PolicyOutcome
from equitysim.study.coupling import couples
from equitysim.study.gather import Job, RunTally, Task, compared, outcome_of


class Kept:
    """The runs of several policies, the baseline's among them.

    Values of single families, where they are compared, are summed up as soon as a replication is whole: kept for all
    replications they would take more memory than everything else.
    """

    def __init__(self, plans: Mapping[str, Plan], baseline: str) -> None:
        self._plans = plans
        self._baseline = baseline
        self._names = tuple(plans)
        self._runs: dict[str, list[RunTally]] = {name: [] for name in plans}
        self._meetings = {name: _meetings(plan, plans[baseline]) for name, plan in plans.items() if name != baseline}
        self._gaps: dict[str, list[Gaps]] = {
            name: [] for name, meet in self._meetings.items() if not meet and _same_people(plans, name, baseline)
        }
        self._families: dict[str, FloatArray] = {}

    @property
    def count(self) -> int:
        """Runs kept so far."""
        return sum(map(len, self._runs.values()))

    def tasks(self, job: Job, replications: range) -> list[Task]:
        """The runs of these replications, in the order in which they are to be added."""
        wanted = {*self._gaps, self._baseline} if self._gaps else set()
        return [Task(job, self._plans[name], n, name in wanted) for n in replications for name in self._names]

    def add(self, run: RunTally) -> None:
        """Keep the next run."""
        name = self._names[self.count % len(self._names)]
        if run.families is not None:
            self._families[name] = run.families
        self._runs[name].append(replace(run, families=None, notes=None))
        if name == self._names[-1] and self._families:
            theirs = self._families[self._baseline]
            for policy, gaps in self._gaps.items():
                gaps.append(gaps_of(self._families[policy], theirs))
            self._families.clear()

    def outcomes(self) -> tuple[PolicyOutcome, ...]:
        """The policies over all whole replications so far."""
        reference = self._runs[self._baseline]
        return tuple(
            outcome_of(name, plan.names.segments, compared(self._runs[name], reference))
            for name, plan in self._plans.items()
        )

    def by_person(self, confidence: float) -> tuple[ByPerson, ...]:
        """Differences to the baseline person by person, where they are offered."""
        reference = self._owed(self._baseline)
        return tuple(
            ByPerson(
                name,
                meetings,
                pooled(self._gaps[name], self._owed(name) - reference, confidence) if name in self._gaps else None,
            )
            for name, meetings in self._meetings.items()
        )

    def _owed(self, name: str) -> float:
        """What a policy owes as a whole in one replication; where nothing couples customers there is no desk."""
        plan = self._plans[name]
        return fixed_cost(plan, plan.parameters.horizon)


def _meetings(plan: Plan, reference: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*couples(plan), *couples(reference)]))


def _same_people(plans: Mapping[str, Plan], name: str, baseline: str) -> bool:
    return plans[name].sources == plans[baseline].sources
