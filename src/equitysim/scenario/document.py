"""What stands in the files, before it means anything: texts, lists and mappings, each with its place."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from equitysim.errors import Fault
from equitysim.scenario.parts import Place
from equitysim.scenario.words import quoted, shortened, visible

WHOLE_FILE = "(file)"
"""The path of a fault that concerns no single value."""

REPLACED_WHOLE = frozenset({"when", "base"})
"""Mappings that are one choice: a layer replaces them instead of merging into them."""

UNCERTAIN = "uncertain"
"""The section whose keys are paths."""

_ENDS = ("at_0", "at_100")
_ONE_END = [{end} for end in _ENDS]

_INDEXED = re.compile(r"(?P<name>[^\[\]]*)(?P<indices>(\[\d+\])*)")


class Spot(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Node:
    """One value: a text, nothing, a list or a mapping. ``null``: written as ``null`` or ``~``, not just left empty."""

    spot: Spot
    text: str | None = None
    null: bool = False
    items: "tuple[Node, ...] | None" = None
    entries: "Mapping[str, Node] | None" = None
    keys: Mapping[str, Spot] = field(default_factory=dict)

    def data(self) -> Any:
        """Plain Python data: strings, lists, dicts and None."""
        if self.entries is not None:
            return {name: node.data() for name, node in self.entries.items()}
        return self.text if self.items is None else [node.data() for node in self.items]

    def get(self, *names: str) -> "Node | None":
        """The value below these keys, if every one of them is there."""
        node: Node | None = self
        for name in names:
            node = None if node is None or node.entries is None else node.entries.get(name)
        return node


class Found(NamedTuple):
    """Where a place of the schema is in the document: the deepest node that is there, and the path in words."""

    spot: Spot
    path: str
    value: str


def fault_at(root: Node, place: Place, message: str, hint: str = "", *, at_key: bool = False) -> Fault:
    """A fault of the value at a place, or of its key."""
    found = locate(root, place, at_key=at_key)
    spot = found.spot
    # all of it may hold the user's own text, and is printed
    return Fault(spot.file, spot.line, spot.column, found.path, visible(message), visible(hint), visible(found.value))


def locate(root: Node, place: Place, *, at_key: bool = False) -> Found:
    """Find a place.

    Parts that the document does not have (keys of a shorthand) are passed over.
    """
    node, spot, walked = root, root.spot, list[str | int]()
    for part in place:
        below: Node | None = None
        if node.entries is not None and isinstance(part, str):
            below = node.entries.get(part)
            key_spot = node.keys.get(part)
        elif node.items is not None and isinstance(part, int) and part < len(node.items):
            below, key_spot = node.items[part], None
        if below is None:
            continue
        walked.append(part)
        # What concerns a whole mapping or list is shown at its key, where it has one.
        whole = at_key or below.text is None
        node, spot = below, key_spot if whole and key_spot is not None else below.spot
    return Found(spot, spell(walked), shortened(node.text or ""))


def missing_at(root: Node, place: Place) -> Found:
    """Where a key is missing: at the key of the mapping that should have it."""
    parent = locate(root, place[:-1], at_key=True)
    path = ".".join(part for part in (parent.path if parent.path != WHOLE_FILE else "", spell(place[-1:])) if part)
    return Found(parent.spot, path, "")


def spell(place: Place | list[str | int]) -> str:
    """A place in words: ``policies.today[1].gain``; names that would be misread are quoted."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (visible(shortened(part)) if _readable(part) else quoted(part))
    return text or WHOLE_FILE


def path_of(place: Place) -> str:
    """A place as :func:`setting_place` reads it: whole, with names as they are written. :func:`spell` is for messages,
    where long names are cut and names with dots stand in quotes."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def _readable(name: str) -> bool:
    return bool(name) and not re.search(r'[.\[\]":]', name) and name == name.strip()


def overlaid(base: Node, layer: Node, faults: list[Fault], place: Place = ()) -> Node:
    """A layer's differences on a base: mappings merge, ``null`` removes a key, everything else replaces."""
    if base.text is not None and layer.entries is not None and set(layer.entries) in _ONE_END:
        # A plain value is a curve with the same value at both ends, of which the layer changes one.
        base = Node(base.spot, entries=dict.fromkeys(_ENDS, base), keys=dict.fromkeys(_ENDS, base.spot))
    if base.entries is None or layer.entries is None or _replaced_whole(place):
        return layer
    entries, keys = dict(base.entries), dict(base.keys)
    for name, node in layer.entries.items():
        here = (*place, name)
        if node.null:
            if name not in entries:
                faults.append(_fault(node.spot, here, "there is nothing to remove", "null removes a key of the base"))
            entries.pop(name, None)
            keys.pop(name, None)
            continue
        entries[name] = overlaid(entries[name], node, faults, here) if name in entries else node
        keys[name] = layer.keys[name]
    return replace(layer, entries=entries, keys=keys)


def _replaced_whole(place: Place) -> bool:
    return bool(place) and (place[-1] in REPLACED_WHOLE or place == ("draws",) or place[:-1] == (UNCERTAIN,))


def _fault(spot: Spot, place: Place, message: str, hint: str = "") -> Fault:
    return Fault(spot.file, spot.line, spot.column, spell(place), message, hint)


def setting_place(root: Node, path: str) -> Place:
    """Read a dotted path: ``programs.reward best.gain``, ``claims[0].by``.

    Names may contain dots: of all readings the one with the longest existing names is taken.
    """
    parts = path.split(".")
    place: list[str | int] = []
    node: Node | None = root
    if parts[0] == UNCERTAIN and len(parts) > 1:
        # Its keys are paths themselves, also those that are new.
        return (UNCERTAIN, path.removeprefix(f"{UNCERTAIN}."))
    while parts:
        taken, step = _longest_existing(node, parts)
        parts = parts[taken:]
        place += step
        for part in step:
            node = _below(node, part)
    return tuple(place)


def _longest_existing(node: Node | None, parts: list[str]) -> tuple[int, list[str | int]]:
    for count in range(len(parts), 0, -1):
        name = ".".join(parts[:count])
        if _below(node, name) is not None:
            return count, [name]
        split = _indexed(name)
        if len(split) > 1 and _below(node, split[0]) is not None:
            return count, split
    if node is not None and node.items is not None and parts[0].isdigit():
        return 1, [int(parts[0])]
    return 1, _indexed(parts[0])


def _indexed(name: str) -> list[str | int]:
    match = _INDEXED.fullmatch(name)
    if match is None or not match["indices"] or not match["name"]:
        return [name]
    return [match["name"], *(int(index) for index in re.findall(r"\d{1,9}", match["indices"]))]


def node_at(root: Node, place: Place) -> Node | None:
    """What stands at a place; None if nothing does."""
    node: Node | None = root
    for part in place:
        node = _below(node, part)
    return node


def _below(node: Node | None, part: str | int) -> Node | None:
    if node is None:
        return None
    if isinstance(part, int):
        return node.items[part] if node.items is not None and part < len(node.items) else None
    return None if node.entries is None else node.entries.get(part)


def without(root: Node, names: Collection[str]) -> Node:
    """A mapping without some of its keys."""
    entries = {name: node for name, node in (root.entries or {}).items() if name not in names}
    return replace(root, entries=entries, keys={name: root.keys[name] for name in entries})


def nested(place: Place, value: Node) -> Node:
    """A document that holds nothing but a value at a place of mappings."""
    for part in reversed(place):
        name = str(part)
        value = Node(value.spot, entries={name: value}, keys={name: value.spot})
    return value


def assigned(root: Node, place: Place, value: Node, faults: list[Fault]) -> Node:
    """The document with one value set; lists on the way must have the item."""
    for depth, part in enumerate(place):
        if isinstance(part, int):
            return _item_assigned(root, place, depth, value, faults)
    return overlaid(root, nested(place, value), faults)


def _item_assigned(root: Node, place: Place, depth: int, value: Node, faults: list[Fault]) -> Node:
    before, index, after = place[:depth], place[depth], place[depth + 1 :]
    listing: Node | None = root
    for part in before:
        listing = _below(listing, part)
    old = _below(listing, index)
    if listing is None or listing.items is None or old is None or not isinstance(index, int):
        faults.append(_fault(value.spot, place, "there is no such item", "items of a list count from 0"))
        return root
    new = assigned(old, after, value, faults) if after else value
    items = (*listing.items[:index], new, *listing.items[index + 1 :])
    return overlaid(root, nested(before, Node(value.spot, items=items)), faults)


def each_text(node: Node | None) -> Iterator[tuple[Place, str]]:
    """The texts of a list, or the one text that stands for a list."""
    if node is not None and node.text is not None:
        yield (), node.text
    elif node is not None and node.items is not None:
        for index, item in enumerate(node.items):
            if item.text is not None:
                yield (index,), item.text


def texts_of(node: Node, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text in a document with its place, in the order of the file."""
    if node.text is not None:
        yield place, node.text
    for name, below in (node.entries or {}).items():
        yield from texts_of(below, (*place, name))
    for index, item in enumerate(node.items or ()):
        yield from texts_of(item, (*place, index))


def children(node: Node | None) -> Mapping[str, Node]:
    """The entries of a mapping; none of anything else."""
    return {} if node is None or node.entries is None else node.entries
