"""From a document to a Scenario: every fault of form, of reference and of sense, each with its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from equitysim.arguments import nearest
from equitysim.errors import Fault
from equitysim.scenario.curves import TwoPoints
from equitysim.scenario.document import Node, children, fault_at, missing_at, spell
from equitysim.scenario.parts import Model, Place
from equitysim.scenario.plain import annotation_of
from equitysim.scenario.references import reference_faults
from equitysim.scenario.rules import RULES, RuleFault
from equitysim.scenario.schema import Scenario
from equitysim.scenario.words import LONGEST_SHOWN, quoted, shortened, visible

MOST_ROUNDS = 6
MOST_LISTED = 12

NAMED = frozenset({"channels", "cohorts", "crises", "desks", "policies", "programs", "rivals", "segments"})
"""Sections whose keys are the user's own names."""

Part = TypeVar("Part", bound=Model)


@dataclass(frozen=True)
class _Chosen:
    """The alternative of a union that pydantic chose: a step in the schema, and none in the document. A type of its
    own, because every text may be a user's name."""

    tag: str


_Steps = tuple[str | int | _Chosen, ...]

_HINTS = {"again": "write it inside when, such as {silence: 60 days, again: 30 days}"}

_ELSEWHERE = {
    "date": "at",
    "probability": "share",
    "size": "count",
    "trigger": "when",
    "target": "audience",
    "name": "as",
}


def validated(root: Node, known: Sequence[Fault] = ()) -> tuple[Scenario | None, list[Fault]]:
    """The scenario a document describes, or None, and all its faults.

    ``known``: faults of form found while reading; what only follows from them is not told again.
    """
    scenario, found = modelled(root, _completed(root.data()), Scenario, known)
    faults = [*reference_faults(root), *found]
    if scenario is not None:
        faults += _rule_faults(root, scenario, [fault.path for fault in faults])
    return (None if faults else scenario), faults


def modelled(root: Node, data: Any, model: type[Part], known: Sequence[Fault] = ()) -> tuple[Part | None, list[Fault]]:
    """What a document's data describes, of the type ``model``, and all its faults of form.

    Faulty values are taken out of ``data``, so that what is left is described even where there are faults; None if
    too much is missing. ``known`` as in :func:`validated`.
    """
    echoing = tuple(fault.path for fault in known)
    faults: list[Fault] = []
    pruned: list[Place] = []
    for _ in range(MOST_ROUNDS):
        try:
            return model.modelled(data), faults
        except ValidationError as error:
            stated = [detail for detail in error.errors(include_url=False) if not _is_echo(detail)]
            found = [(detail, _steps(detail["loc"], model)) for detail in stated]
            for detail, steps in found:
                place = _real(steps)
                # What leaving out an earlier fault has caused is no fault of the file.
                path = spell(place)
                echo = any(broken.startswith((f"{path}.", f"{path}[")) for broken in echoing)
                if not echo and not any(_begins(gone, place) for gone in pruned):
                    faults.append(_fault(root, detail, steps, model))
            for detail, steps in found:
                pruned.append(_prune(data, _real(steps), detail["type"] == "missing"))
    return None, faults


def _completed(data: Any) -> Any:
    """Rewards and incentives of changed programs with what their base says about them."""
    programs, policies = data.get("programs"), data.get("policies")
    if not isinstance(programs, dict) or not isinstance(policies, dict):
        return data
    for entry in (entry for entries in policies.values() if isinstance(entries, list) for entry in entries):
        base = programs.get(entry.get("use")) if isinstance(entry, dict) and isinstance(entry.get("use"), str) else None
        if not isinstance(base, dict):
            continue
        for part in ("reward", "incentive"):
            if isinstance(entry.get(part), dict) and isinstance(base.get(part), dict):
                entry[part] = base[part] | entry[part]
    return data


def _rule_faults(root: Node, scenario: Scenario, broken: list[str]) -> Iterator[Fault]:
    """Faults between sections; a rule is left out where anything it reads is broken already."""
    for rule in RULES:
        for found in rule(scenario):
            reads = [spell(place) for place in found.reads]
            if not any(_related(path, read) for path in broken for read in reads):
                yield _rule_fault(root, found)


def _rule_fault(root: Node, found: RuleFault) -> Fault:
    return fault_at(root, found.place, visible(found.message), visible(found.hint), at_key=found.at_key)


def _related(path: str, read: str) -> bool:
    shorter, longer = sorted((path, read), key=len)
    return longer == shorter or longer.startswith((f"{shorter}.", f"{shorter}["))


def _is_echo(detail: Mapping[str, Any]) -> bool:
    """A default that was not computed because another key is broken."""
    return bool(detail["type"] == "default_factory_not_called")


def _steps(place: Place, model: type[BaseModel]) -> _Steps:
    """Pydantic's place of a fault, with the tags that it writes among the keys told apart from them."""
    annotation: Any = model
    steps: list[str | int | _Chosen] = []
    for part in place:
        tags = {tag for _, tag in _options(annotation) if tag}
        steps.append(_Chosen(str(part)) if part in tags else part)
        annotation = _step(annotation, steps[-1])
    return tuple(steps)


def _real(steps: _Steps) -> Place:
    """The place in the document."""
    return tuple(part for part in steps if not isinstance(part, _Chosen))


def _begins(whole: Place, part: Place) -> bool:
    return whole[: len(part)] == part


def _prune(data: Any, place: Place, missing: bool) -> Place:
    """Take a faulty value out of the data, so that the rest can be looked at; a mapping that lacks a key goes whole."""
    walked: list[str | int] = []
    parents: list[tuple[Any, str | int]] = []
    node = data
    for part in place[:-1] if missing else place:
        is_key = isinstance(node, dict) and part in node
        is_item = isinstance(node, list) and isinstance(part, int) and part < len(node)
        if is_key or is_item:
            parents.append((node, part))
            walked.append(part)
            node = node[part]
    if not parents:
        data.clear()
        return ()
    parent, last = parents[-1]
    if isinstance(parent, list):
        # A list without the item would number the others anew, so the whole list goes.
        parents.pop()
        walked.pop()
        parent, last = parents[-1] if parents else (data, walked[0])
    parent.pop(last, None)
    return tuple(walked)


def _fault(root: Node, detail: Mapping[str, Any], steps: _Steps, model: type[BaseModel]) -> Fault:
    place, kind = _real(steps), detail["type"]
    if kind == "missing":
        found = missing_at(root, place)
        hint = f"add {place[-1]}"
        return Fault(found.spot.file, found.spot.line, found.spot.column, found.path, "is missing", hint)
    if kind == "extra_forbidden" or (kind == "rule" and detail["ctx"]["message"] == "unknown key"):
        hint = detail["ctx"]["hint"] if kind == "rule" else _key_hint(steps, model)
        return fault_at(root, place, "unknown key", hint, at_key=True)
    message, hint = _message(detail, steps, model)
    return fault_at(root, place, message, hint)


def _message(detail: Mapping[str, Any], steps: _Steps, model: type[BaseModel]) -> tuple[str, str]:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "rule":
        # The user's own text may be of any length and contain anything.
        texts = (context["message"], context["hint"])
        if isinstance(given, str):
            texts = (
                tuple(text.replace(given, shortened(given)) for text in texts) if len(given) > LONGEST_SHOWN else texts
            )
        return visible(texts[0]), visible(texts[1])
    if given is None and kind != "union_tag_not_found":
        return "has no value", "give one, or leave the key out"
    if kind == "literal_error":
        return _word(given, _words(steps, model))
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        keys = ", ".join(list(_keys_at(steps, model))[:4])
        return "must be a mapping", f"with keys such as {keys}" if keys else "write NAME: …"
    if kind in ("tuple_type", "list_type"):
        return "must be a list", "write it in brackets: [ … ]"
    if kind == "string_type":
        return "must be a text", "write a text"
    if kind == "too_long":
        return f"has {len(given)} items", f"at most {context['max_length']}"
    return str(detail["msg"]), ""


def _word(given: object, words: tuple[str, ...]) -> tuple[str, str]:
    if not isinstance(given, str):
        return "must be a word", "write one of " + ", ".join(words)
    near = nearest(given, words)
    hint = f"did you mean '{near}'?" if near else "write one of " + ", ".join(words)
    return f"{quoted(given)} is not one of the words", hint


def _key_hint(place: _Steps, model: type[BaseModel]) -> str:
    name = str(place[-1])
    known = _keys_at(place[:-1], model)
    if name in _HINTS and "when" in known:
        return _HINTS[name]
    near = nearest(name, known)
    if near is None and _ELSEWHERE.get(name) in known:
        near = _ELSEWHERE[name]
    if near is not None:
        return f"did you mean '{near}'?"
    homes = sorted(home for home, keys in _sections(model).items() if name in keys)
    if homes and place[:-1] != (homes[0],):
        return f"it belongs under {homes[0]}"
    return "the keys here are " + ", ".join(known) if len(known) <= MOST_LISTED else ""


def _sections(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    return {
        name: _keys_at((name,), model)
        for name, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }


def _keys_at(place: _Steps, model: type[BaseModel]) -> tuple[str, ...]:
    part = _model(annotation_at(place, model))
    if part is None:
        return ()
    hidden = {"event", "value"} if part.__name__ == "Trigger" or issubclass(part, TwoPoints) else set()
    return tuple(field.alias or name for name, field in part.model_fields.items() if name not in hidden)


def _words(place: _Steps, model: type[BaseModel]) -> tuple[str, ...]:
    annotation = annotation_at(place, model)
    found = [part for part in (annotation, *get_args(annotation)) if get_origin(part) is Literal]
    return tuple(str(word) for part in found for word in get_args(part))


def annotation_at(place: _Steps, model: type[BaseModel] = Scenario) -> Any:
    """The type that the schema has at a place, or None."""
    annotation: Any = model
    for part in place:
        annotation = _step(annotation, part)
    return annotation


def _step(annotation: Any, part: str | int | _Chosen) -> Any:
    for option in _options(annotation):
        if isinstance(part, _Chosen):
            if option[1] == part.tag:
                return option[0]
            continue
        kind = option[0]
        origin = get_origin(kind)
        if origin is dict and isinstance(part, str):
            return get_args(kind)[1]
        if origin is tuple and isinstance(part, int):
            return get_args(kind)[0]
        if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(part, str):
            for name, field in kind.model_fields.items():
                if (field.alias or name) == part:
                    return annotation_of(field)
            if issubclass(kind, TwoPoints) and kind.point_of(part) is not None:
                return get_args(kind.__annotations__["__pydantic_extra__"])[1]
    return None


def _options(annotation: Any) -> Iterator[tuple[Any, str]]:
    """The alternatives of a type with their tags, annotations peeled off."""
    tag = ""
    while get_origin(annotation) is Annotated:
        tag = next((part.tag for part in get_args(annotation)[1:] if isinstance(part, Tag)), tag)
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    elif annotation is not None:
        yield annotation, tag


def alternatives(annotation: Any) -> Iterator[Any]:
    """The types that a value at a place may have, annotations peeled off, None left out."""
    return (kind for kind, _ in _options(annotation) if kind is not type(None))


def _model(annotation: Any) -> type[BaseModel] | None:
    for kind, _ in _options(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def unknown_parameter(place: Place) -> tuple[str, str]:
    """Message and hint for a place that no scenario has."""
    first = next((k for k in range(1, len(place) + 1) if annotation_at(place[:k]) is None), len(place))
    known = _keys_at(place[: first - 1], Scenario)
    hint = _key_hint(place[:first], Scenario) if known else f"{spell(place[: first - 1])} has no parts"
    return "there is no such parameter", hint or "see equitysim explain KEY"


def unknown_target(root: Node, place: Place) -> tuple[str, str] | None:
    """Message and hint if a setting changes something by a name that does not exist, or None."""
    if len(place) < 3 or place[0] not in NAMED:
        return None
    section, name = str(place[0]), str(place[1])
    known = children(root.get(section))
    if name in known:
        return None
    near = nearest(name, known)
    message = f"there is no {quoted(name)} under {section}"
    return message, f"did you mean '{near}'?" if near else "the names are " + (", ".join(known) or "none")
