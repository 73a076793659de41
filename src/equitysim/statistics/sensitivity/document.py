"""The JSON document of ``analyse``: plain values only; undefined, and open ends, are None."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from equitysim.statistics.document import head, scope
from equitysim.statistics.sensitivity.findings import Map, Setting
from equitysim.statistics.sensitivity.responses import Factor, Responses


def of_analysis(responses: Responses, findings: Mapping[str, Any]) -> dict[str, Any]:
    """The document. ``findings``: by kind, in the order they are told."""
    context = responses.context
    study = responses.study
    top = head(context, responses.baseline)
    return {
        "schema_version": top.pop("schema_version"),
        "study": {"name": study.name, "file": study.file, "hash": study.hash},
        "digest": study.digest,
        **top,
        "unit": context.units[context.measure],
        "better": {1: "more", -1: "less", 0: None}[context.directions[context.measure]],
        **scope(context),
        "design": responses.design,
        "points": len(responses.numbers),
        "policies": list(responses.policies),
        "factors": [_factor(factor) for factor in responses.factors],
        **{kind: [_finding(one, responses) for one in found] for kind, found in findings.items()},
        "provenance": context.computed_by(),
    }


def _factor(factor: Factor) -> dict[str, Any]:
    ends = [float(factor.sizes.min()), float(factor.sizes.max())] if factor.ordered else [None, None]
    return {
        "parameter": factor.path,
        "role": factor.role,
        "unit": factor.unit,
        "low": ends[0],
        "high": ends[1],
        "levels": list(factor.levels),
    }


def _finding(one: Any, responses: Responses) -> Any:
    """A finding as its own names say, with ``parameter`` for a factor's path as everywhere outside."""
    if isinstance(one, Map):
        return _map(one, responses)
    if isinstance(one, Setting):
        return {**_plain(one), "values": dict(one.values)}
    return _plain(one)


def _map(one: Map, responses: Responses) -> dict[str, Any]:
    # None comes last, where the -1 of a cell that is not claimed finds it
    best = np.array([*responses.policies, None], dtype=object)[one.best]
    shares = dict(zip(responses.policies, one.shares, strict=True))
    return {**_plain(one), "best": best.tolist(), "shares": _plain(shares)}


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        named = {"parameter" if name == "factor" else name: part for name, part in value._asdict().items()}
        return {name: _plain(part) for name, part in named.items()}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
