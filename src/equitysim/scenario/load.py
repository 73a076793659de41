"""Reading scenario files: YAML with exact places, ``extends``, layers and settings; every fault in one pass.

A scalar stays the text that stands in the file: what it means is the schema's business, so that no YAML dialect
guesses first. What could hurt a reader (tags, merge keys, floods of aliases, depth, size) is refused before it costs
anything.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import yaml

from equitysim.errors import Fault, ScenarioError
from equitysim.scenario.document import (
    WHOLE_FILE,
    Node,
    Spot,
    assigned,
    fault_at,
    overlaid,
    setting_place,
    spell,
)
from equitysim.scenario.draws import draws_of
from equitysim.scenario.files import line_and_column, outside, read_text
from equitysim.scenario.parts import Place
from equitysim.scenario.schema import Scenario
from equitysim.scenario.validate import unknown_target, validated
from equitysim.scenario.warn import warnings
from equitysim.scenario.words import quoted, shortened, visible
from equitysim.scenario.worlds import world_faults

MOST_VALUES = 20_000
DEEPEST = 32
MOST_LEVELS = 10
MOST_FILES = 50
SETTING = "--set"

_NULLS = frozenset({"null", "Null", "NULL", "~"})


def load(path: str | Path, *, layers: Sequence[Path] = (), settings: Mapping[str, str] | None = None) -> Scenario:
    """Read a scenario.

    ``layers``: files of differences laid on top in their order; ``settings``: values by dotted path, laid on last.
    Raises ScenarioError with all faults.
    """
    scenario, faults = check(path, layers=layers, settings=settings)
    if scenario is None:
        raise ScenarioError(tuple(fault for fault in faults if fault.severity == "error"))
    return scenario


def check(
    path: str | Path, *, layers: Sequence[Path] = (), settings: Mapping[str, str] | None = None
) -> tuple[Scenario | None, tuple[Fault, ...]]:
    """Read a scenario and say everything that is wrong with it: errors in file order, or, without any, the warnings."""
    document = read(path, layers=layers, settings=settings)
    return document.scenario(), document.said()


@dataclass(frozen=True)
class Document:
    """A scenario file as it was read: what stands in it, its faults of form, and the files in the order of reading."""

    path: Path
    root: Node | None
    faults: tuple[Fault, ...]
    files: Mapping[str, int]

    @cached_property
    def _judged(self) -> tuple[Scenario | None, tuple[Fault, ...]]:
        scenario, found = (None, []) if self.root is None else validated(self.root, self.faults)
        if scenario is not None and self.root is not None and not self.faults and not found:
            found = [fault_at(self.root, *fault) for fault in world_faults(scenario)]
        faults = self.in_order((*self.faults, *found))
        if scenario is None or self.root is None or faults:
            return None, faults
        if not scenario.name:
            scenario = scenario.model_copy(update={"name": self.path.stem})
            scenario.model_fields_set.discard("name")
        scenario._file = str(self.path)
        return scenario, warnings(scenario, self.root)

    def scenario(self) -> Scenario | None:
        """The scenario it describes, if it has no faults."""
        return self._judged[0]

    def said(self) -> tuple[Fault, ...]:
        """Everything there is to say of it: errors in file order, or, without any, the warnings."""
        return self._judged[1]

    def in_order(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Faults by file as read, then by place, each once."""

        def place(fault: Fault) -> tuple[int, int, int, str, str]:
            file = self.files.get(fault.file, len(self.files))
            return file, fault.line, fault.column, fault.path, fault.message

        return tuple(dict.fromkeys(sorted(faults, key=place)))


def read(path: str | Path, *, layers: Sequence[Path] = (), settings: Mapping[str, str] | None = None) -> Document:
    """Read a file and what it builds on, with layers and settings, without asking what it means."""
    reader = _Reader()
    root = reader.document(Path(path), str(path))
    for layer in layers:
        above = reader.document(Path(layer), str(layer))
        root = None if root is None or above is None else overlaid(root, above, reader.faults)
    if root is not None:
        root = reader.with_draws(_with_settings(root, settings or {}, reader.faults), Path(path), str(path))
    return Document(Path(path), root, tuple(reader.faults), reader.files)


def _with_settings(root: Node, settings: Mapping[str, str], faults: list[Fault]) -> Node:
    for number, (path, text) in enumerate(settings.items(), start=1):
        spot = Spot(SETTING, number)
        value, found = written(text, spot)
        place = setting_place(root, path)
        missing = unknown_target(root, place)
        if value is None and not found:
            value = Node(spot)
        if missing:
            found = (Fault(*spot, spell(place), *missing),)
        if found or value is None:
            faults += [replace(fault, path=spell(place), line=number, column=1) for fault in found]
        else:
            root = assigned(root, place, value, faults)
    return root


class _Reader:
    """One reading of a scenario with everything it builds on; collects the faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.files: dict[str, int] = {}
        self._opened = 0

    def document(self, path: Path, shown: str) -> Node | None:
        """The document of a file laid over all it extends; None if it cannot be read."""
        self.files.setdefault(shown, len(self.files))
        tree = os.path.realpath(path.parent)
        return self._extended(path, shown, tree, ())

    def with_draws(self, node: Node, path: Path, shown: str) -> Node:
        """The document with the columns of its file of draws, if it names one, in place of the file's name."""
        named = node.get("draws")
        if named is None or named.text is None or node.entries is None:
            return node
        file = str(Path(shown).parent / named.text)
        target = self._below(named.spot, named.text, path, os.path.realpath(path.parent), "draws")
        columns = None
        if target is not None:
            self.files.setdefault(file, len(self.files))
            text = read_text(target, file, self.faults)
            columns = None if text is None else draws_of(text, file, named.spot, self.faults)
        return replace(node, entries={**node.entries, "draws": columns or Node(named.spot, entries={})})

    def _refuse(self, spot: Spot, message: str, hint: str = "", path: str = WHOLE_FILE) -> None:
        self.faults.append(Fault(*spot, path, message, hint))

    def _extended(self, path: Path, shown: str, tree: str, chain: tuple[str, ...]) -> Node | None:
        self.files.setdefault(shown, len(self.files))
        self._opened += 1
        text = read_text(path, shown, self.faults)
        if text is None:
            return None
        node, found = composed(text, shown)
        self.faults += found
        if node is None:
            if not found:
                self._refuse(Spot(shown), "is empty", "begin with format: 1")
            return None
        if node.entries is None:
            self._refuse(node.spot, "must be a mapping of keys", "begin with format: 1")
            return None
        here = (*chain, os.path.realpath(path))
        base: Node | None = None
        for spot, name in self._bases(node):
            below = self._base(spot, name, path, shown, tree, here)
            if below is None:
                # Without its base a file of differences would seem full of faults.
                return None
            base = below if base is None else overlaid(base, below, self.faults)
        own = replace(node, entries={name: value for name, value in node.entries.items() if name != "extends"})
        own = self.with_draws(own, path, shown)
        return own if base is None else overlaid(base, own, self.faults)

    def _bases(self, node: Node) -> Iterator[tuple[Spot, str]]:
        named = node.get("extends")
        if named is None:
            return
        for item in (named,) if named.items is None else named.items:
            if item.text is None:
                self._refuse(item.spot, "must be the name of a file", "write extends: base.yaml", "extends")
            else:
                yield item.spot, item.text

    def _base(self, spot: Spot, name: str, path: Path, shown: str, tree: str, chain: tuple[str, ...]) -> Node | None:
        target = self._below(spot, name, path, tree, "extends")
        if target is None:
            return None
        if os.path.realpath(target) in chain:
            self._refuse(spot, f"{quoted(name)} extends itself in a circle", "break the circle", "extends")
        elif len(chain) > MOST_LEVELS:
            self._refuse(spot, f"extends more than {MOST_LEVELS} levels deep", "merge some of the files", "extends")
        elif self._opened >= MOST_FILES:
            self._refuse(spot, f"extends more than {MOST_FILES} files in all", "merge some of the files", "extends")
        else:
            return self._extended(target, str(Path(shown).parent / name), tree, chain)
        return None

    def _below(self, spot: Spot, name: str, path: Path, tree: str, key: str) -> Path | None:
        """The file that a scenario names, if it exists and lies in the scenario's folder or below."""
        target = path.parent / name
        try:
            real, exists = os.path.realpath(target), target.is_file()
        except (OSError, ValueError):
            # Too long for any file system, or a NUL inside.
            real, exists = "", False
        reason = outside(name, real or tree, tree)
        if reason:
            self._refuse(spot, *reason, key)
        elif not exists:
            self._refuse(spot, f"there is no file {quoted(name)}", f"looked in {visible(str(path.parent))}", key)
        else:
            return target
        return None


def is_study(path: str | Path) -> bool:
    """Whether a file that can be read names a scenario, which only studies do."""
    root = read(path).root
    return root is not None and root.get("scenario") is not None


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
            return Node(spot, text=event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(below := next(events), yaml.SequenceEndEvent):
                items.append(self._node(below, events, (*place, len(items))).node)
            return Node(spot, items=tuple(items))
        return self._mapping(spot, events, place)

    def _mapping(self, spot: Spot, events: Iterator[yaml.Event], place: Place) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Spot] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key_spot = self._spot(event)
            name = self._key(event, events, place)
            value = self._node(next(events), events, (*place, "" if name is None else name)).node
            if name is None:
                continue
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
            return node.text if written is None else written
        self.faults.append(Fault(*node.spot, spell(place), message, hint))
        return None


def _tag(tag: str) -> str:
    return visible(shortened(tag.replace("tag:yaml.org,2002:", "!!")))


def _is_empty(node: Node) -> bool:
    return node.text is None and node.items is None and node.entries is None and not node.null
