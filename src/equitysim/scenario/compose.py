"""YAML with exact places: the nodes that stand in a text, and what is wrong with its form.

A scalar stays the text that stands in the file: what it means is the schema's business, so that no YAML dialect
guesses first. What could hurt a reader (tags, merge keys, floods of aliases, depth, number) is refused before it costs
anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import yaml

from equitysim.errors import Fault
from equitysim.scenario.document import WHOLE_FILE, Node, Spot, spell
from equitysim.scenario.files import line_and_column
from equitysim.scenario.parts import Place
from equitysim.scenario.words import one_spelling, shortened, visible

MOST_VALUES = 20_000
DEEPEST = 32

_DIGITS = re.compile(r"[-+]?\d+(?:,\d+)*")
_NULLS = frozenset({"null", "Null", "NULL", "~"})


def written(text: str, spot: Spot) -> tuple[Node | None, tuple[Fault, ...]]:
    """The value that a text stands for, as if it were written at a place; None if it is empty; and its faults."""
    return composed(text, spot.file, spot)


def composed(text: str, shown: str, fixed: Spot | None = None) -> tuple[Node | None, tuple[Fault, ...]]:
    """The document in a text, None if it is empty, and its faults. ``shown``: the name of the text in its faults.
    ``fixed``: the place of everything in it."""
    composer = _Composer(shown, fixed)
    try:
        # The parser in Python, on purpose: its messages and places are the same on every platform.
        node = composer.compose(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.reader.ReaderError as error:
        line, column = line_and_column(text[: error.position])
        code = ord(error.character) if isinstance(error.character, str) else error.character
        fault = Fault(shown, line, column, WHOLE_FILE, f"the character U+{code:04X} is not allowed", "remove it")
        return None, (*composer.faults, fault)
    except yaml.MarkedYAMLError as error:
        return None, (*composer.faults, _syntax_fault(error, shown))
    except _RefusedError as error:
        return None, (*composer.faults, error.fault)
    return node, tuple(composer.faults)


def _syntax_fault(error: yaml.MarkedYAMLError, shown: str) -> Fault:
    problem = error.problem or error.context or "is not YAML"
    mark = error.problem_mark or error.context_mark
    line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
    for part, message, hint in _SYNTAX:
        if part in problem:
            return Fault(shown, line, column, WHOLE_FILE, message or visible(problem), hint)
    opened, context = error.context_mark, error.context or ""
    if opened is not None and "quoted" in context:
        return Fault(shown, line, column, WHOLE_FILE, "a quote is open", f"close the quote of line {opened.line + 1}")
    if opened is not None and "flow" in context:
        return Fault(
            shown, line, column, WHOLE_FILE, visible(problem), f"the bracket of line {opened.line + 1} is not closed"
        )
    return Fault(
        shown, line, column, WHOLE_FILE, visible(problem), "this is not YAML; look at this line and the one above"
    )


_SYNTAX = (
    ("found ':'", "a key is empty", "write a name before the colon"),
    ("'\\t'", "a tab stands where spaces belong", "indent with spaces"),
    (
        "mapping values are not allowed",
        "a ': ' stands where none can",
        "quote text that contains ': ', or see whether the line above lacks its own",
    ),
    ("could not find expected ':'", "a line without ': '", "write key: value"),
    ("expected <block end>", "the indentation does not fit the lines above", "indent all keys of a mapping alike"),
    ("undefined alias", "", "define the anchor above it"),
    ("cannot start any token", "", "quote the text"),
)


class _RefusedError(Exception):
    """The text is not worth reading on."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass
class _Sized:
    """A node, the number of values in it with aliases written out, and how deep it goes."""

    node: Node
    size: int
    depth: int


class _Composer:
    """Builds nodes from parser events, with bounds on depth and number."""

    def __init__(self, shown: str, fixed: Spot | None) -> None:
        self.faults: list[Fault] = []
        self._shown = shown
        self._fixed = fixed
        self._anchors: dict[str, _Sized | None] = {}
        self._values = 0
        self._deepest = 0

    def compose(self, events: Iterator[yaml.Event]) -> Node | None:
        """The only document of the stream."""
        node: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(event, "has a second document", "a scenario is one document")
            elif isinstance(event, yaml.NodeEvent):
                node = self._node(event, events, ()).node
        return None if node is not None and _is_empty(node) else node

    def _spot(self, event: yaml.Event) -> Spot:
        if self._fixed is not None:
            return self._fixed
        mark = event.start_mark
        return Spot(self._shown) if mark is None else Spot(self._shown, mark.line + 1, mark.column + 1)

    def _refused(self, event: yaml.Event, message: str, hint: str) -> _RefusedError:
        return _RefusedError(Fault(*self._spot(event), WHOLE_FILE, message, hint))

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], place: Place) -> _Sized:
        self._count(event, 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, place)
        self._reach(event, len(place))
        tag = event.tag if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) else None
        anchor = event.anchor if isinstance(event, yaml.NodeEvent) else None
        if tag not in (None, "!"):
            self.faults.append(Fault(*self._spot(event), spell(place), f"has a tag {_tag(str(tag))}", "remove the tag"))
        if anchor is not None:
            self._anchors[anchor] = None
        before, outside, self._deepest = self._values, self._deepest, len(place)
        node = self._content(event, events, place)
        sized = _Sized(node, self._values - before + 1, self._deepest - len(place))
        self._deepest = max(outside, self._deepest)
        if anchor is not None:
            self._anchors[anchor] = sized
        return sized

    def _reach(self, event: yaml.Event, depth: int) -> None:
        self._deepest = max(self._deepest, depth)
        if depth > DEEPEST:
            raise self._refused(event, f"nests more than {DEEPEST} levels deep", "a scenario needs fewer than ten")

    def _count(self, event: yaml.Event, size: int) -> None:
        self._values += size
        if self._values > MOST_VALUES:
            raise self._refused(event, f"holds more than {MOST_VALUES} values", "a scenario holds some hundreds")

    def _alias(self, event: yaml.AliasEvent, place: Place) -> _Sized:
        name = str(event.anchor)
        sized = self._anchors.get(name)
        if sized is None:
            known = name in self._anchors
            message = f"the alias *{visible(name)} {'contains itself' if known else 'has no anchor'}"
            raise self._refused(event, message, "write the value out")
        self._count(event, sized.size)
        self._reach(event, len(place) + sized.depth)
        return sized

    def _content(self, event: yaml.Event, events: Iterator[yaml.Event], place: Place) -> Node:
        spot = self._spot(event)
        if isinstance(event, yaml.ScalarEvent):
            if event.style is None and event.value in ("", *_NULLS):
                return Node(spot, null=event.value != "")
            if any("\ud800" <= character <= "\udfff" for character in event.value):
                self.faults.append(Fault(*spot, spell(place), "holds half a character", "write the character itself"))
                return Node(spot, text="?")
            return Node(spot, text=event.value if _names_a_file(place) else one_spelling(event.value))
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(below := next(events), yaml.SequenceEndEvent):
                items.append(self._node(below, events, (*place, len(items))).node)
            return Node(spot, items=tuple(items))
        return self._mapping(spot, events, place)

    def _mapping(self, spot: Spot, events: Iterator[yaml.Event], place: Place) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Spot] = {}
        last = ""
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key_spot = self._spot(event)
            name = self._key(event, events, place)
            value = self._node(next(events), events, (*place, "" if name is None else name)).node
            if name is None:
                continue
            if (
                last in entries
                and name[:1].isdigit()
                and _is_empty(value)
                and _DIGITS.fullmatch(entries[last].text or "")
            ):
                # Braces take the comma of 2,000 for the next key; what reads the value says what is wrong with it.
                entries[last] = replace(entries[last], text=f"{entries[last].text},{name}")
                continue
            last = name
            if name in keys:
                first = f"first in line {keys[name].line}"
                self.faults.append(
                    Fault(*key_spot, spell((*place, name)), "the key is there twice", f"{first}; remove one")
                )
                continue
            entries[name], keys[name] = value, key_spot
        return Node(spot, entries=entries, keys=keys)

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], place: Place) -> str | None:
        node = self._node(event, events, (*place, "")).node
        written = event.value if isinstance(event, yaml.ScalarEvent) and event.style is None else None
        if written == "<<":
            message, hint = "merge keys are not part of YAML 1.2", "use extends, or write it out"
        elif node.items is not None or node.entries is not None:
            message, hint = "a key must be a text", "write a name before the colon"
        elif written == "":
            message, hint = "a key is empty", "write a name before the colon"
        else:
            return node.text if written is None else one_spelling(written)
        self.faults.append(Fault(*node.spot, spell(place), message, hint))
        return None


def _names_a_file(place: Place) -> bool:
    """Whether a text stands where a file is named: its name is spelled as the disk has it."""
    return place in (("scenario",), ("draws",), ("design", "points")) or place[:1] == ("extends",)


def _tag(tag: str) -> str:
    return visible(shortened(tag.replace("tag:yaml.org,2002:", "!!")))


def _is_empty(node: Node) -> bool:
    return node.text is None and node.items is None and node.entries is None and not node.null
