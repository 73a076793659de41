"""One value of a scenario by its dotted path, as ``--set`` takes it: where it is and what reads it."""

from collections.abc import Sequence
from typing import NamedTuple, get_origin

from pydantic import BaseModel

from equitysim.errors import Fault
from equitysim.scenario.curves import TwoPoints
from equitysim.scenario.document import Node, assigned, path_of, setting_place, spell
from equitysim.scenario.parts import Place
from equitysim.scenario.plain import annotation_of, quantity_of
from equitysim.scenario.quantity import Quantity
from equitysim.scenario.schema import Scenario
from equitysim.scenario.validate import (
    alternatives,
    annotation_at,
    unknown_parameter,
    unknown_target,
    validated,
)


class Parameter(NamedTuple):
    """One value: its place, its whole path as ``--set`` takes it, and what reads its text (None for words, lists and
    names).

    ``section``: the path of something in it, if it is a section that may be written as one value.
    """

    place: Place
    path: str
    quantity: Quantity | None
    section: str = ""


class NoParameter(NamedTuple):
    """Why a path names no single value, and what would."""

    path: str
    message: str
    hint: str


def parameter(root: Node, path: str) -> Parameter | NoParameter:
    """The value that a dotted path means in a document of a scenario."""
    place = setting_place(root, path)
    name = spell(place)
    missing = unknown_target(root, place)
    if missing:
        return NoParameter(name, *missing)
    annotation = annotation_at(place)
    if annotation is None:
        return NoParameter(name, *unknown_parameter(place))
    whole = path_of(place)
    kinds = list(alternatives(annotation))
    curve = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, TwoPoints)), None)
    if curve is not None:
        return Parameter(place, whole, quantity_of(annotation_of(curve.model_fields["value"])))
    if any(get_origin(kind) is dict for kind in kinds):
        return NoParameter(name, "is a whole section", f"name one value in it, such as {name}.NAME.KEY")
    section = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
    if section is not None:
        return Parameter(place, whole, None, f"{name}.{next(iter(section.model_fields))}")
    many = any(get_origin(kind) is tuple for kind in kinds)
    return Parameter(place, whole, None if many else quantity_of(annotation))


def changed(root: Node, values: Sequence[tuple[Place, Node]]) -> tuple[Scenario | None, list[Fault]]:
    """The scenario with some values set, or None, and all faults of that."""
    faults: list[Fault] = []
    for place, value in values:
        root = assigned(root, place, value, faults)
    scenario, found = validated(root, faults)
    return (None if faults else scenario), [*faults, *found]
