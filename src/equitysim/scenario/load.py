"""Reading scenario files with all they build on: ``extends``, draws, layers and settings; every fault in one pass."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from equitysim import arguments
from equitysim.arguments import File
from equitysim.errors import Fault, ScenarioError, UsageError
from equitysim.scenario.compose import composed, written
from equitysim.scenario.document import (
    WHOLE_FILE,
    Node,
    Spot,
    assigned,
    children,
    fault_at,
    overlaid,
    setting_place,
    spell,
)
from equitysim.scenario.draws import draws_of
from equitysim.scenario.files import outside, read_text
from equitysim.scenario.lower import lower
from equitysim.scenario.mapping import NO_FILE, document_of
from equitysim.scenario.plain import content, with_values
from equitysim.scenario.schema import Scenario
from equitysim.scenario.validate import unknown_target, validated
from equitysim.scenario.warn import warnings
from equitysim.scenario.words import quoted, visible
from equitysim.scenario.worlds import world_faults

MOST_LEVELS = 10
MOST_FILES = 50
SETTING = "--set"
NO_NAME = "scenario"
"""The name of a scenario that says none and has no file."""


Source: TypeAlias = File | Mapping[str, Any] | Scenario
"""A file by its path, what it would say as a mapping, or a scenario that was read."""

Settings: TypeAlias = Mapping[str, Any]
"""Values by dotted path: texts as ``--set`` takes them, numbers, dates, spans of time, lists, mappings."""


def load(source: Source, *, layers: Sequence[Source] = (), settings: Settings | None = None) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    source:
        The path of a file, a mapping that says what a file would, or a scenario to change. Numbers may be Python's,
        NumPy's or pandas', dates ``datetime.date`` or a time at midnight, spans of time ``timedelta``. Files that a
        mapping names are looked for in the working directory.
    layers:
        Differences laid on top in their order, each a path or a mapping.
    settings:
        Values by dotted path, laid on last; a text is read as ``--set`` reads it, None removes a key.

    Raises
    ------
    errors.ScenarioError
        With every fault of the scenario. Without a file a fault has its path, and line 0.
    errors.UsageError
        For arguments that are none of these.
    """
    return _described(read(source, layers=layers, settings=settings))


def check(
    source: Source, *, layers: Sequence[Source] = (), settings: Settings | None = None
) -> tuple[Scenario | None, tuple[Fault, ...]]:
    """Read a scenario and say everything that is wrong with it: errors in file order, or, without any, the warnings."""
    document = read(source, layers=layers, settings=settings)
    return document.scenario(), document.said()


def checked(scenario: object) -> Scenario:
    """The scenario, if it is as it was read. One that was made or changed in another way is read again.

    Raises ``errors.ScenarioError`` with every fault that it has, or where it says something that no file could, and
    ``errors.UsageError`` for what is no scenario.
    """
    if not isinstance(scenario, Scenario):
        raise arguments.refused("scenario", "an es.Scenario, such as es.load gives", scenario)
    try:
        hash_now = scenario.hash
        if scenario._document is not None and scenario._checked == hash_now:
            return scenario
        said = content(scenario, given=True)
    except Exception as error:  # whatever was put in there
        raise _unchecked() from error
    document = read(said)
    again = _described(replace(document, path=Path(scenario.file), shown=scenario.file))
    named = scenario if scenario.name else with_values(scenario, name=again.name)
    if again.hash != named.hash or not _simulated_alike(scenario, again):
        raise _unchecked()
    scenario._document, scenario._checked = again._document, hash_now
    return scenario


def _unchecked() -> ScenarioError:
    hint = "change it by scenario.changed({path: value})"
    return ScenarioError((Fault("", 0, 0, WHOLE_FILE, "was changed without being checked", hint),))


def _simulated_alike(scenario: Scenario, again: Scenario) -> bool:
    try:
        return all(lower(scenario, policy) == lower(again, policy) for policy in again.policies)
    except Exception:  # noqa: BLE001  # whatever was put in there
        return False


def _described(document: "Document") -> Scenario:
    """The scenario of a document. Raises ScenarioError with all its errors."""
    scenario = document.scenario()
    if scenario is None:
        raise ScenarioError(tuple(fault for fault in document.said() if fault.severity == "error"))
    return scenario


@dataclass(frozen=True)
class Document:
    """A scenario as it was read: what stands in it, its faults of form, and the files in the order of reading.
    ``shown``: its file as it was named; empty if it has none. ``notes``: how unusual files were read."""

    path: Path
    root: Node | None
    faults: tuple[Fault, ...]
    files: Mapping[str, int]
    shown: str = NO_FILE
    notes: tuple[Fault, ...] = ()

    @cached_property
    def _judged(self) -> tuple[Scenario | None, tuple[Fault, ...]]:
        scenario, found = (None, []) if self.root is None else validated(self.root, self.faults)
        if scenario is not None and self.root is not None and not self.faults and not found:
            found = [fault_at(self.root, *fault) for fault in world_faults(scenario)]
        faults = self.in_order((*self.faults, *found))
        if scenario is None or self.root is None or faults:
            return None, faults
        if not scenario.name:
            scenario = with_values(scenario, name=self.path.stem or NO_NAME)
        scenario._file = self.shown
        scenario._document, scenario._checked = self, scenario.hash
        return scenario, self.in_order((*self.notes, *warnings(scenario, self.root)))

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


def read(source: Source, *, layers: Sequence[Source] = (), settings: Settings | None = None) -> Document:
    """Read a scenario and what it builds on, with layers and settings, without asking what it means. Raises
    ``errors.UsageError`` for arguments that are no such things."""
    above = arguments.some_of("layers", layers, (str, os.PathLike, Mapping, Scenario), "paths or mappings")
    values = arguments.settings(settings)
    reader = _Reader()
    root = reader.document(source)
    for layer in above:
        differences = reader.document(layer)
        root = None if root is None or differences is None else overlaid(root, differences, reader.faults)
    path, shown = _place_of(source)
    at = NO_FILE if isinstance(source, Mapping | Scenario) else SETTING
    if root is not None:
        root = reader.with_draws(_with_settings(root, values, reader.faults, at), path, shown)
    return Document(path, root, tuple(reader.faults), reader.files, shown, tuple(reader.notes))


def _place_of(source: Source) -> tuple[Path, str]:
    """Where a source lies and what it is called. Raises ``errors.UsageError`` for what is neither file nor mapping."""
    if isinstance(source, Mapping):
        return Path(), NO_FILE
    if isinstance(source, Scenario):
        return Path(source.file), source.file
    if isinstance(source, str) and "\n" in source:
        raise UsageError("a text is the path of a file; give what a file would say as a mapping, or write it to one")
    if not isinstance(source, str | os.PathLike):
        raise arguments.refused("source", "the path of a scenario file or a mapping", source)
    path = arguments.path("source", source)
    return path, str(source)


def _with_settings(root: Node, settings: Mapping[str, Any], faults: list[Fault], at: str) -> Node:
    """``at``: what is said to be the place of the settings, if anything."""
    for number, (path, given) in enumerate(settings.items(), start=1):
        spot = Spot(at, number) if at else Spot(NO_FILE, 0, number)
        value, found = written(given, spot) if isinstance(given, str) else document_of(given, spot)
        place = setting_place(root, path)
        missing = unknown_target(root, place)
        if value is None and not found:
            value = Node(spot)
        if missing:
            found = (Fault(*spot, spell(place), *missing),)
        if found or value is None:
            faults += [replace(fault, path=spell(place), line=spot.line, column=spot.column) for fault in found]
        else:
            root = assigned(root, place, value, faults)
    return root


class _Reader:
    """One reading of a scenario with everything it builds on; collects the faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self.files: dict[str, int] = {}
        self._opened = 0

    def document(self, source: Source) -> Node | None:
        """The document of a file or mapping laid over all it extends; None if it cannot be read."""
        if isinstance(source, Scenario):
            document: Document = checked(source)._document
            self.files |= document.files
            return document.root
        path, shown = _place_of(source)
        self.files.setdefault(shown, len(self.files))
        tree = os.path.realpath(path.parent)
        if not isinstance(source, Mapping):
            return self._extended(path, shown, tree, ())
        node, found = document_of(source)
        self.faults += found
        return self._built(node, path, shown, tree, ())

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
            columns = None if text is None else draws_of(text, file, named.spot, self.faults, self.notes)
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
        return self._built(node, path, shown, tree, (*chain, os.path.realpath(path)))

    def _built(self, node: Node, path: Path, shown: str, tree: str, here: tuple[str, ...]) -> Node | None:
        """A document that was read, laid over all it extends."""
        base: Node | None = None
        for spot, name in self._bases(node):
            below = self._base(spot, name, path, shown, tree, here)
            if below is None:
                # Without its base a file of differences would seem full of faults.
                return None
            base = below if base is None else overlaid(base, below, self.faults)
        own = replace(node, entries={name: value for name, value in children(node).items() if name != "extends"})
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
