"""The JSON documents of ``run`` and ``compare``: plain values only, undefined is None and never NaN."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from equitysim.statistics.intervals import Estimate
from equitysim.statistics.outcome import Claim, Context, Difference, PolicyOutcome, summary
from equitysim.statistics.setting import Change, Lead, Setting

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
        **_head(context, baseline),
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
        **_head(context, baseline),
        "vary": {
            "key": key,
            "unit": unit,
            "values": [_at(setting, lead, told) for setting, lead, told in values],
            "changes": [
                {**change._asdict(), "low": change.low.setting, "high": change.high.setting} for change in changes
            ],
        },
        "provenance": context.provenance._asdict(),
    }


_PER_VALUE = ("horizon_days", "ltv_window_days", "currency", "customers", "scale", "policies", "differences", "claims")


def _at(setting: Setting, lead: Lead | None, told: Mapping[str, Any]) -> dict[str, Any]:
    first = {"setting": setting.setting, "number": _number(setting.number), "hash": told["scenario"]["hash"]}
    best = None
    if lead is not None:
        best = {"policy": lead.policy, "next": lead.next, **_interval(lead.ahead), "outcome": lead.outcome}
    return {**first, "best": best, **{key: told[key] for key in _PER_VALUE}}


def _head(context: Context, baseline: str) -> dict[str, Any]:
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
