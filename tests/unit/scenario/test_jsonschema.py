import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from equitysim.scenario.jsonschema import json_schema
from equitysim.scenario.schema import Scenario

SCHEMA = json_schema()


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """The part of JSON Schema that the schema uses, enough to see that it accepts and refuses."""
    if "$ref" in schema:
        return accepts(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], value)
    if "anyOf" in schema:
        return any(accepts(option, value) for option in schema["anyOf"])
    if "const" in schema:
        return bool(schema["const"] == value and not isinstance(value, bool))
    if "enum" in schema:
        return value in schema["enum"]
    kind = schema.get("type")
    if kind == "object":
        return isinstance(value, dict) and _accepts_object(schema, value)
    if kind == "array":
        return isinstance(value, list) and all(accepts(schema["items"], item) for item in value)
    if kind == "string":
        return isinstance(value, str) and re.search(schema.get("pattern", ""), value) is not None
    if kind == "number":
        inside = isinstance(value, int | float) and not isinstance(value, bool)
        return inside and schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if kind in ("boolean", "null"):
        return isinstance(value, bool) if kind == "boolean" else value is None
    raise AssertionError(schema)


def _accepts_object(schema: dict[str, Any], value: dict[str, Any]) -> bool:
    if not set(schema.get("required", ())) <= set(value):
        return False
    for name, below in value.items():
        patterns = [part for pattern, part in schema.get("patternProperties", {}).items() if re.search(pattern, name)]
        found = [schema["properties"][name]] if name in schema.get("properties", {}) else patterns
        if not found and schema.get("additionalProperties") is False:
            return False
        if not all(accepts(part, below) for part in found):
            return False
    return True


def test_it_is_json_and_closed() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["additionalProperties"] is False
    assert set(SCHEMA["properties"]) == {*Scenario.model_fields, "extends"}


def test_every_reference_resolves() -> None:
    for node in nodes(SCHEMA):
        if "$ref" in node:
            assert node["$ref"].rsplit("/", 1)[1] in SCHEMA["$defs"]


def test_every_pattern_compiles_and_every_property_is_described() -> None:
    for node in nodes(SCHEMA):
        if isinstance(node.get("pattern"), str):
            re.compile(node["pattern"])
        for name, below in node.get("properties", {}).items():
            assert isinstance(below, dict)
            assert below.get("description"), name


@pytest.mark.parametrize(
    "value",
    [
        {"format": 1, "horizon": "3 years", "existing": {"count": 5000, "history": "3 years"}},
        {"equity": {"choice": {"at_0": "45 %", "at_-50": "20 %"}, "referral": "1 %", "forgetting": "off"}},
        {
            "equity": {
                "defection": {"base": {"beta": {"a": 1, "b": 2}}, "at_0": "5 % per renewal", "at_1": "4 % per renewal"}
            }
        },
        {"programs": {"a b": {"when": "purchase", "nth": 5, "appreciative": True, "relevance": {"lost": 0}}}},
        {"programs": {"x": {"when": {"silence": "3 usual gaps"}, "audience": {"stages": "lost", "segments": ["a"]}}}},
        {"policies": {"today": ["x", {"use": "x", "as": "y", "gain": 3}, {"channel": "web", "leads": 0}]}},
        {"desks": {"care": {"hours": "6 per week", "cost": "28 per hour", "handling": {"mean": "6 minutes"}}}},
        {"extends": ["a.yaml", "b.yaml"]},
        {"segments": {"s": {"order": {"gamma_gamma": {"p": 6, "q": 4, "gamma": 15}}, "responsiveness": "50 %"}}},
        {"rivals": {"r": {"from": "2027-01-01", "until": "20 weeks"}}},
        {"uncertain": {"failure.per_order": "2 % to 6 %", "failure.severity": {"low": 10, "likely": 20, "high": 30}}},
        {"uncertain": {"segments.a b.order.mean": {"mean": 9, "spread": "10 %"}}, "draws": "posterior.csv"},
        {"draws": {"failure.per_order": ["2 %", "3 %"], "failure.severity": [10, 12]}},
    ],
)
def test_it_accepts(value: dict[str, Any]) -> None:
    assert accepts(SCHEMA, value)


@pytest.mark.parametrize(
    "value",
    [
        {"horizn": "3 years"},
        {"horizon": 3},
        {"horizon": "3 yeers"},
        {"failure": {"per_order": 0.04}},
        {"equity": {"choice": {"at0": "45 %"}}},
        {"equity": {"defection": "35 %"}},
        {"programs": {"x": {"gain": 3}}},
        {"programs": {"x": {"when": "sometimes"}}},
        {"programs": {"x": {"when": "lead", "appreciative": "yes"}}},
        {"policies": {"today": [["x"]]}},
        {"desks": {"care": {"cost": 28}}},
        {"format": 2},
        {"existing": {"count": -3}},
        {"uncertain": {"failure.per_order": "2 %"}},
        {"uncertain": {"failure.per_order": {"least": "2 %"}}},
        {"draws": ["posterior.csv"]},
    ],
)
def test_it_refuses(value: dict[str, Any]) -> None:
    assert not accepts(SCHEMA, value)
