"""The JSON documents of ``run`` and ``compare``: plain values only, undefined is None and never NaN."""

import math
from collections.abc import Sequence
from typing import Any

from equitysim.statistics.intervals import Estimate
from equitysim.statistics.outcome import Claim, Context, Difference, PolicyOutcome, summary

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
        **_scope(context),
        "events": sum(outcome.events),
        "digest": outcome.digest,
        "measures": _measures(context, outcome),
        "provenance": context.provenance._asdict(),
    }


def of_comparison(
    context: Context,
    baseline: str,
    policies: Sequence[PolicyOutcome],
    differences: Sequence[Difference],
    claims: Sequence[Claim],
) -> dict[str, Any]:
    """The document of a comparison."""
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
        **_scope(context),
        "policies": [
            {"name": outcome.name, "digest": outcome.digest, "measures": _measures(context, outcome)}
            for outcome in policies
        ],
        "differences": [
            {"policy": row.policy, "measure": row.measure, **_interval(row.estimate), "unit": row.unit}
            for row in differences
        ],
        "claims": [_claim(claim) for claim in claims],
        "provenance": context.provenance._asdict(),
    }


def _scope(context: Context) -> dict[str, Any]:
    """Without these no number can be read: over which time, for how many people."""
    return {
        "horizon_days": context.horizon_days,
        "ltv_window_days": context.ltv_window_days,
        "currency": context.currency,
        "customers": context.customers,
        "scale": context.scale,
    }


def _measures(context: Context, outcome: PolicyOutcome) -> dict[str, Any]:
    return {
        name: {**_interval(summary(outcome, name, context.confidence)), "unit": unit}
        for name, unit in context.units.items()
    }


def _claim(claim: Claim) -> dict[str, Any]:
    interval = _interval(claim.estimate)
    return {
        "text": claim.text,
        "measure": claim.measure,
        "estimate": interval["mean"],
        "low": interval["low"],
        "high": interval["high"],
        "threshold": claim.threshold,
        "outcome": claim.outcome,
    }


def _interval(estimate: Estimate) -> dict[str, float | None]:
    return {"mean": _number(estimate.mean), "low": _number(estimate.low), "high": _number(estimate.high)}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
