"""What a key means, and what a scenario says in full: the data behind ``explain`` and ``show``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from equitysim.arguments import nearest
from equitysim.errors import UsageError
from equitysim.scenario.curves import TwoPoints
from equitysim.scenario.document import path_of
from equitysim.scenario.parts import Place
from equitysim.scenario.plain import Row, annotation_of, quantity_of, rows_of
from equitysim.scenario.schema import Scenario

NAME = "NAME"
"""Stands for a name of the user's own in the path of a key."""

POINT = "at_N"
MOST_MATCHES = 12

_CHANGES = f"policies.{NAME}[]."


@dataclass(frozen=True)
class KeyHelp:
    """All there is to know about one key.

    ``path``: with NAME for the user's own names. ``allowed``: what is valid at all; ``range``: what is plausible.
    ``origin``: published, derived, judgement, or given where there is no default.
    """

    path: str
    meaning: str
    unit: str
    default: str
    allowed: str
    range: str
    origin: str
    source: str
    effect: str


class Shown(NamedTuple):
    """One value of a scenario: dotted path, text, unit, origin (given, published, derived, judgement), source."""

    path: str
    value: str
    unit: str
    origin: str
    source: str


def explain(key: str) -> str:
    """What a key means, as text for a terminal; several keys if their paths end alike. Raises UsageError."""
    return "\n\n".join("\n".join(_help_lines(entry)) for entry in key_help(key))


def _help_lines(entry: KeyHelp) -> Iterator[str]:
    yield entry.path
    yield f"  {entry.meaning}"
    yield f"  {entry.effect}"
    for label, said in (
        ("unit", entry.unit),
        ("default", entry.default),
        ("allowed", entry.allowed),
        ("plausible", entry.range),
        ("origin", entry.origin),
        ("source", entry.source),
    ):
        if said:
            yield f"  {label + ':':<11}{said}"


def key_help(key: str) -> tuple[KeyHelp, ...]:
    """The keys meant: one by its full path, or all whose path ends like this. Raises UsageError if there are none."""
    wanted = _without_names(key)
    known = catalogue()
    exact = [entry for entry in known if _without_names(entry.path) == wanted or entry.path == key]
    found = exact or [entry for entry in known if _ends(_without_names(entry.path), wanted)]
    # What a policy changes about a program is the program's key, told once.
    found = [
        entry for entry in found if not entry.path.startswith(_CHANGES) or len(found) == 1 or wanted[0] == "policies"
    ]
    if found:
        return tuple(found[:MOST_MATCHES])
    near = nearest(key, [entry.path for entry in known]) or nearest(wanted[-1], {_last(entry.path) for entry in known})
    hint = f"did you mean '{near}'?" if near else "see equitysim schema for all keys"
    raise UsageError(f"there is no key '{key}' ({hint})")


def _without_names(path: str) -> tuple[str, ...]:
    parts = re.sub(r"\bat_-?\d+(\.\d+)?$", POINT, re.sub(r"\[\d*\]", "", path)).split(".")
    return tuple(part for part in parts if part != NAME)


def _ends(path: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether the wanted parts are in the path in order, the last one at its end; others may be names."""
    if not wanted or not path or path[-1] != wanted[-1]:
        return False
    named = (wanted[:place] + wanted[place + 1 :] for place in range(1, len(wanted) - 1))
    return path[-len(wanted) :] == wanted or path in named


def _last(path: str) -> str:
    return _without_names(path)[-1]


def catalogue() -> tuple[KeyHelp, ...]:
    """Every key of the schema, in declared order, each place once."""
    return tuple(_keys(Scenario, ""))


def _keys(model: type[BaseModel], above: str) -> Iterator[KeyHelp]:
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        if not isinstance(extra, dict):
            continue
        path = f"{above}.{info.alias or name}" if above else (info.alias or name)
        meta = extra["x-equitysim"]
        if isinstance(meta, dict):
            yield _help(path, info, {word: str(text) for word, text in meta.items()})
        for below, suffix in _models_in(info.annotation):
            yield from _keys(below, path + suffix)
            if issubclass(below, TwoPoints):
                yield _point_help(path, below, info)


def _help(path: str, info: FieldInfo, meta: Mapping[str, str]) -> KeyHelp:
    default = meta["shown"] or _default_text(info)
    return KeyHelp(
        path=path,
        meaning=info.description or "",
        unit=meta["unit"],
        default="none: it must be given" if meta["origin"] == "given" else default,
        allowed=_allowed(info),
        range=meta["range"],
        origin=meta["origin"],
        source=meta["source"],
        effect=meta["effect"],
    )


def _point_help(path: str, curve: type[TwoPoints], info: FieldInfo) -> KeyHelp:
    return KeyHelp(
        path=f"{path}.{POINT}",
        meaning=curve.point_meaning,
        unit=str(_meta(info)["unit"]),
        default="as the curve",
        allowed=f"{curve.point_allowed}; " + _allowed_text(get_args(curve.__annotations__["__pydantic_extra__"])[1]),
        range=str(_meta(info)["range"]),
        origin=str(_meta(info)["origin"]),
        source=str(_meta(info)["source"]),
        effect=curve.point_effect,
    )


def _meta(info: FieldInfo) -> Mapping[str, Any]:
    extra = info.json_schema_extra
    found = extra["x-equitysim"] if isinstance(extra, dict) else {}
    return found if isinstance(found, dict) else {}


def _default_text(info: FieldInfo) -> str:
    default = info.default
    if info.default_factory is not None:
        return "see the keys below"
    if isinstance(default, dict):
        return ", ".join(f"{name} {value}" for name, value in default.items() if not isinstance(value, dict)) or (
            ", ".join(default) or "none"
        )
    if isinstance(default, tuple):
        return "none"
    return "none" if default is None or default == "" else str(default)


def _allowed(info: FieldInfo) -> str:
    annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    return _allowed_text(annotation)


def _allowed_text(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, TwoPoints):
        text = _allowed_text(annotation_of(annotation.model_fields["value"]))
        return f"{text}; or two points {POINT}"
    words = tuple(_words(annotation))
    if words:
        return " | ".join(words)
    quantity = quantity_of(annotation)
    if quantity is None:
        return ""
    bounds = quantity.bounds()
    text = f"{quantity.kind}, {bounds}" if bounds else quantity.kind
    return f"{text}; or off" if quantity.off else text


def _words(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation))
    elif get_origin(annotation) in (Union, UnionType, Annotated, tuple):
        for part in get_args(annotation):
            yield from _words(part)


def _models_in(annotation: Any, suffix: str = "") -> Iterator[tuple[type[BaseModel], str]]:
    """The parts below a key, with what the path gains on the way: a name for mappings, [] for lists."""
    origin = get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, suffix
    elif origin is dict:
        yield from _models_in(get_args(annotation)[1], f"{suffix}.{NAME}")
    elif origin is tuple:
        yield from _models_in(get_args(annotation)[0], f"{suffix}[]")
    elif origin is Annotated:
        yield from _models_in(get_args(annotation)[0], suffix)
    elif origin in (Union, UnionType):
        for part in get_args(annotation):
            yield from _models_in(part, suffix)


def shown(scenario: Scenario) -> tuple[Shown, ...]:
    """Every value of a scenario with its unit and origin, in declared order."""
    return tuple(_shown(rows_of(scenario), ()))


def _shown(rows: tuple[Row, ...], above: Place) -> Iterator[Shown]:
    for row in rows:
        place = (*above, row.key)
        if row.rows:
            yield from _shown(row.rows, place)
        else:
            yield Shown(path_of(place), _text(row), row.unit, row.origin, row.source)


def _text(row: Row) -> str:
    if row.items is not None:
        return ", ".join(_text(item) for item in row.items) if row.items else "none"
    if row.rows is not None:
        return "{" + ", ".join(f"{below.key}: {_text(below)}" for below in row.rows) + "}" if row.rows else "none"
    return row.text or ""
