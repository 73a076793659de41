"""The JSON documents of ``run`` and ``compare``: plain values only, undefined is None and never NaN."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from equitysim.statistics.by_person import MEASURE as BY_PERSON
from equitysim.statistics.by_person import ByPerson
from equitysim.statistics.intervals import NOTHING, Estimate, variance_reduction
from equitysim.statistics.outcome import Claim, Context, Difference, PolicyOutcome, summary
from equitysim.statistics.selection import Interval
from equitysim.statistics.setting import Change, Lead, Setting
from equitysim.statistics.verdict import Verdict

SCHEMA_VERSION = 1


def of_run(context: Context, outcome: PolicyOutcome) -> dict[str, Any]:
    """The document of one policy. ``events``: model events of all replications."""
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": context.scenario._asdict(),
        "policy": outcome.name,
        "engine": context.engine,
        "seed": context.seed,
        "replications": context.replications,
        "confidence": context.confidence,
        **scope(context),
        "events": sum(outcome.events),
        "digest": outcome.digest,
        "measures": _measures(context, outcome),
        "provenance": context.computed_by(),
    }


def of_comparison(
    context: Context,
    baseline: str,
    policies: Sequence[PolicyOutcome],
    differences: Sequence[Difference],
    claims: Sequence[Claim],
    verdict: Verdict,
    by_person: Sequence[ByPerson] = (),
) -> dict[str, Any]:
    """The document of a comparison.

    Of each policy ``against_others`` is by how much it is better than the best of the others in the decision measure,
    with simultaneous bounds; ``share_of_worlds_best`` is known of a decision only (``decision.Decision``);
    ``variance_reduction`` what common random numbers gain on its difference to the baseline.
    """
    unit = context.units[context.measure]
    reference = next(outcome for outcome in policies if outcome.name == baseline)
    return {
        **head(context, baseline),
        **scope(context),
        "verdict": of_verdict(verdict),
        "policies": [
            {
                "name": outcome.name,
                "digest": outcome.digest,
                "p_best_mean": _number(verdict.standing(outcome.name).p_best_mean),
                "share_of_futures_best": _number(verdict.standing(outcome.name).share_of_futures_best),
                "share_of_worlds_best": None,
                "against_others": {**interval(verdict.standing(outcome.name).against_others), "unit": unit},
                "variance_reduction": _gain(outcome, reference, context.measure),
                "measures": _measures(context, outcome),
            }
            for outcome in policies
        ],
        "differences": [
            {"policy": row.policy, "measure": row.measure, **interval(row.estimate), "unit": row.unit}
            for row in differences
        ],
        "by_person": [_by_person(row, context) for row in by_person],
        "claims": [_claim(claim) for claim in claims],
        "provenance": context.computed_by(),
    }


def of_varied(
    context: Context,
    baseline: str,
    key: str,
    unit: str,
    values: Sequence[tuple[Setting, Lead | None, Mapping[str, Any]]],
    changes: Sequence[Change],
) -> dict[str, Any]:
    """The document of a comparison at several values of one key, ``values`` with the document of each.

    ``scenario`` is the one that stands in the file. Each value says over which time and for how many people its
    numbers are, for the key may change that.
    """
    return {
        **head(context, baseline),
        "vary": {
            "key": key,
            "unit": unit,
            "values": [_at(setting, lead, told) for setting, lead, told in values],
            "changes": [
                {**change._asdict(), "low": change.low.setting, "high": change.high.setting} for change in changes
            ],
        },
        "provenance": context.computed_by(),
    }


_PER_VALUE = (
    "horizon_days",
    "ltv_window_days",
    "currency",
    "customers",
    "scale",
    "verdict",
    "policies",
    "differences",
    "claims",
)


def _at(setting: Setting, lead: Lead | None, told: Mapping[str, Any]) -> dict[str, Any]:
    first = {"setting": setting.setting, "number": _number(setting.number), "hash": told["scenario"]["hash"]}
    best = None
    if lead is not None:
        best = {"policy": lead.policy, "next": lead.next, **interval(lead.ahead), "outcome": lead.outcome}
    return {**first, "best": best, **{key: told[key] for key in _PER_VALUE}}


def head(context: Context, baseline: str) -> dict[str, Any]:
    """What was compared, and by what it is judged."""
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": context.scenario._asdict(),
        "engine": context.engine,
        "seed": context.seed,
        "replications": context.replications,
        "baseline": baseline,
        "confidence": context.confidence,
        "measure": context.measure,
        "matters": context.matters,
    }


def scope(context: Context) -> dict[str, Any]:
    """Without these no number can be read: over which time, for how many people."""
    return {
        "horizon_days": context.horizon_days,
        "ltv_window_days": context.ltv_window_days,
        "currency": context.currency,
        "customers": context.customers,
        "scale": context.scale,
        "sample": {"asked": context.sample.asked, "share": context.sample.share, "why": list(context.sample.why)},
    }


def _measures(context: Context, outcome: PolicyOutcome) -> dict[str, Any]:
    return {
        name: {**interval(summary(outcome, name, context.confidence)), "unit": unit}
        for name, unit in context.units.items()
    }


def of_verdict(verdict: Verdict) -> dict[str, Any]:
    """The keys of a verdict that are frozen."""
    return {
        "status": verdict.status,
        "best": verdict.best,
        "set": list(verdict.set),
        "measure": verdict.measure,
        "matters": verdict.matters,
        "confidence": verdict.confidence,
        "procedure": verdict.procedure,
        "needed": verdict.needed,
        "text": verdict.text,
    }


def _by_person(row: ByPerson, context: Context) -> dict[str, Any]:
    known = row.estimate
    return {
        "policy": row.policy,
        "measure": BY_PERSON,
        **interval(NOTHING if known is None else known),
        "unit": context.units[BY_PERSON],
        "persons": 0 if known is None else known.n,
        "coupled_by": list(row.coupled_by),
    }


def _gain(outcome: PolicyOutcome, baseline: PolicyOutcome, measure: str) -> float | None:
    return _number(variance_reduction(outcome.sample(measure), baseline.sample(measure)))


def _claim(claim: Claim) -> dict[str, Any]:
    bounds = interval(claim.estimate)
    return {
        "text": claim.text,
        "measure": claim.measure,
        "estimate": bounds["mean"],
        "low": bounds["low"],
        "high": bounds["high"],
        "threshold": claim.threshold,
        "outcome": claim.outcome,
    }


def interval(estimate: Estimate | Interval) -> dict[str, float | None]:
    """Mean and bounds, None where undefined."""
    return {"mean": _number(estimate.mean), "low": _number(estimate.low), "high": _number(estimate.high)}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
