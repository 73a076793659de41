"""Scenarios given as mappings: the same documents as of files, without lines."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from equitysim.arguments import shown
from equitysim.errors import Fault
from equitysim.scenario.compose import DEEPEST, MOST_VALUES
from equitysim.scenario.document import Node, Spot, spell
from equitysim.scenario.parts import Model, Place
from equitysim.scenario.plain import content
from equitysim.scenario.values import is_array, text_of
from equitysim.units import UnitError

NO_FILE = ""
"""The file of what was given as a mapping."""


def document_of(value: object, spot: Spot | None = None) -> tuple[Node, tuple[Fault, ...]]:
    """Mappings, lists and single values as a document, and what is wrong with their form. ``spot``: the place of
    everything in it; without one places are counted in the order of the mapping."""
    reader = _Reader(spot)
    return reader.node(value, ()), tuple(reader.faults)


def is_list(value: object) -> bool:
    """Whether it stands for a list: lists, tuples, arrays, Series; neither texts nor sets, which have no order."""
    if is_array(value):
        return value.ndim > 0
    is_series = type(value).__module__.partition(".")[0] == "pandas" and hasattr(value, "array")
    return is_series or (isinstance(value, Sequence) and not isinstance(value, str | bytes))


class _Reader:
    """One reading; collects the faults."""

    def __init__(self, spot: Spot | None) -> None:
        self.faults: list[Fault] = []
        self._spot = spot
        self._numbers = itertools.count(1)
        self._values = 0

    def node(self, value: Any, place: Place) -> Node:
        spot = self._spot or Spot(NO_FILE, 0, next(self._numbers))
        self._values += 1
        if len(place) > DEEPEST or self._values > MOST_VALUES:
            if self._values <= MOST_VALUES or not self.faults:
                said = "nests too deep" if len(place) > DEEPEST else f"holds more than {MOST_VALUES} values"
                self._fault(spot, place[:3], said, "a scenario holds some hundred values, less than ten levels deep")
            return Node(spot)
        if isinstance(value, Model):
            value = content(value)
        if value is None:
            return Node(spot, null=True)
        if isinstance(value, Mapping):
            return self._mapping(value, spot, place)
        if is_list(value):
            return Node(spot, items=tuple(self._items(value, place)))
        if is_array(value):
            value = value[()]
        try:
            return Node(spot, text=_whole_text(text_of(value)))
        except UnitError as error:
            self._fault(spot, place, error.message, error.hint)
            return Node(spot, text="")

    def _items(self, values: Iterable[Any], place: Place) -> Iterable[Node]:
        for k, value in enumerate(values):
            if self._values > MOST_VALUES:
                return
            yield self.node(value, (*place, k))

    def _mapping(self, value: Mapping[Any, Any], spot: Spot, place: Place) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Spot] = {}
        for key, below in value.items():
            try:
                name = text_of(key)
            except UnitError:
                self._fault(spot, place, f"{shown(key)} is no key", "a key is a text")
                continue
            node = self.node(below, (*place, name))
            if name in entries:
                self._fault(node.spot, (*place, name), "the key is there twice", "remove one")
            entries[name], keys[name] = node, node.spot
        return Node(spot, entries=entries, keys=keys)

    def _fault(self, spot: Spot, place: Place, message: str, hint: str) -> None:
        self.faults.append(Fault(*spot, spell(place), message, hint))


def _whole_text(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UnitError("holds half a character", "write the character itself")
    return text
