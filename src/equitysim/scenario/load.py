"""Reading scenario files with all they build on: ``extends``, draws, layers and settings; every fault in one pass."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from equitysim.errors import Fault, ScenarioError
from equitysim.scenario.compose import composed, written
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
from equitysim.scenario.files import outside, read_text
from equitysim.scenario.schema import Scenario
from equitysim.scenario.validate import unknown_target, validated
from equitysim.scenario.warn import warnings
from equitysim.scenario.words import quoted, visible
from equitysim.scenario.worlds import world_faults

MOST_LEVELS = 10
MOST_FILES = 50
SETTING = "--set"


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
