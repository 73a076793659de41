"""The schema for editors: completion, descriptions with units, and a first check while typing."""

from typing import Any

from equitysim.scenario.schema import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file.

    It knows keys, words and the spelling of quantities; what only ``equitysim check`` can tell (bounds of quantities
    with a unit, names that must exist, what must fit together) it lets pass.
    """
    schema = Scenario.model_json_schema(by_alias=True, mode="validation")
    _describe(schema)
    _short_forms(schema)
    schema["properties"]["extends"] = {
        "description": "File or files this scenario builds on; it then states only differences.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    }
    return {"$schema": DIALECT, "title": "equitysim scenario"} | {
        name: value for name, value in schema.items() if name != "title"
    }


def _short_forms(schema: dict[str, Any]) -> None:
    """What the readers accept beside the full form: a program's bare name, one word for a list of one."""
    word = {"type": "string", "pattern": r"\S"}
    (listed,) = schema["properties"]["policies"]["patternProperties"].values()
    listed["items"] = {"anyOf": [word, *listed["items"]["oneOf"]]}
    schema["properties"]["format"] = {"const": 1, "description": schema["properties"]["format"]["description"]}
    draws = schema["properties"]["draws"]
    described = draws.pop("description")
    schema["properties"]["draws"] = {"description": described, "anyOf": [word, draws]}
    audience = schema["$defs"]["Audience"]["properties"]
    for name in ("stages", "segments", "channels"):
        audience[name]["anyOf"].append(audience[name]["anyOf"][0]["items"])


def _describe(node: Any) -> None:
    """Turn the schema's own remarks into descriptions, and drop titles that only repeat the key."""
    if isinstance(node, list):
        for item in node:
            _describe(item)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("title"), str):
        del node["title"]
    remark = node.pop("x-equitysim", None)
    if isinstance(remark, dict):
        node["description"] = _description(str(node.get("description", "")), remark)
        if node.get("default") is None:
            node.pop("default", None)
    for value in node.values():
        _describe(value)


def _description(meaning: str, remark: dict[str, str]) -> str:
    parts = [meaning]
    parts += [f"Unit: {remark['unit']}."] if remark["unit"] else []
    parts += [f"Default: {remark['shown']}."] if remark["shown"] else []
    parts += [f"Plausible: {remark['range']}."] if remark["range"] else []
    parts += [remark["effect"]]
    return " ".join(part for part in parts if part)
