"""What a study needs to know of a scenario besides its plans."""

from collections.abc import Sequence
from typing import NamedTuple

from equitysim.arguments import named, texts
from equitysim.measures.registry import MEASURES
from equitysim.measures.words import value
from equitysim.scenario.margins import size_of
from equitysim.scenario.schema import Scenario
from equitysim.scenario.words import one_spelling
from equitysim.scenario.world import Claim as Stated
from equitysim.statistics.claims import judge
from equitysim.statistics.outcome import Claim, PolicyOutcome, ScenarioInfo


class ClaimText(NamedTuple):
    """A claim as the scenario makes it: ``better`` beats ``than`` in ``measure`` by more than ``threshold``."""

    better: str
    than: str
    measure: str
    threshold: float


class Scope(NamedTuple):
    """Names and settings of the comparison: see ``statistics.outcome.Context`` for their meaning."""

    info: ScenarioInfo
    policies: tuple[str, ...]
    baseline: str
    measure: str
    matters: float
    confidence: float
    currency: str
    claims: tuple[ClaimText, ...]


def scope_of(scenario: Scenario) -> Scope:
    """What a study needs to know of this scenario."""
    decided = scenario.compare
    return Scope(
        info=ScenarioInfo(scenario.name, scenario.file, scenario.hash),
        policies=tuple(scenario.policies),
        baseline=scenario.baseline,
        measure=decided.measure,
        matters=size_of(decided.matters, decided.measure, scenario),
        confidence=decided.confidence,
        currency=scenario.currency,
        claims=tuple(_claim(claim, claim.measure or decided.measure, scenario) for claim in scenario.claims),
    )


def _claim(claim: Stated, measure: str, scenario: Scenario) -> ClaimText:
    return ClaimText(claim.better, claim.than, measure, size_of(claim.by, measure, scenario))


def policies_of(scope: Scope, asked: Sequence[str] | None = None) -> tuple[str, ...]:
    """The policies to run, in the scenario's order: all of them, or those asked for and the baseline. Raises like
    :func:`known_policy`."""
    if asked is None:
        return scope.policies
    names = texts("policies", asked, "names of policies")
    wanted = {scope.baseline, *(known_policy(scope, name) for name in names)}
    return tuple(name for name in scope.policies if name in wanted)


def known_policy(scope: Scope, name: str) -> str:
    """The name, if the scenario has such a policy. Raises ``errors.UsageError`` that says which one may be meant."""
    return named("policy", one_spelling(name) if isinstance(name, str) else name, scope.policies)


def _claimed(claim: ClaimText) -> str:
    """What is claimed, in words."""
    unit = MEASURES[claim.measure].unit
    size = value(claim.threshold, unit) + (" % points" if unit == "share" else "")
    by = f" by more than {size}" if claim.threshold else ""
    return f"{claim.better} is better than {claim.than} in {MEASURES[claim.measure].label}{by}"


def judged(scope: Scope, outcomes: Sequence[PolicyOutcome]) -> tuple[Claim, ...]:
    """What the runs say of the scenario's claims. Claims about policies that were not run are left out.

    ``matters`` is said in the unit of the decision measure, so in other measures every difference is material.
    """
    ran = {outcome.name: outcome for outcome in outcomes}
    return tuple(
        judge(
            ran[claim.better],
            ran[claim.than],
            claim.measure,
            text=_claimed(claim),
            confidence=scope.confidence,
            matters=scope.matters if claim.measure == scope.measure else 0.0,
            threshold=claim.threshold,
        )
        for claim in scope.claims
        if claim.better in ran and claim.than in ran
    )
