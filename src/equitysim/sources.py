"""What decides results: the package's own source files, as a hash. Two versions under development have one number."""

import hashlib
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

ONLY_SHOWS = frozenset({"__main__.py", "cli", "code_cache.py", "figures", "interrupts.py", "report"})
"""Files and folders of the package that show results, or start and end commands, and decide none."""

DIGITS = 16


def package() -> "Traversable":
    """The root of the package, also where it is installed as a zip archive."""
    folder = Path(__file__).parent
    if folder.is_dir():
        return folder
    from importlib.resources import files

    return files("equitysim")


def add_sources(whole: "hashlib._Hash", root: "Traversable", names: Collection[str]) -> None:
    """Add files, and all sources in folders, to a hash."""
    for name in sorted(names):
        for path, content in _sources(root.joinpath(name), name):
            whole.update(f"{path} {len(content)} ".encode())
            whole.update(content)


def _sources(at: "Traversable", path: str) -> Iterator[tuple[str, bytes]]:
    if at.is_dir():
        for inner in sorted(at.iterdir(), key=lambda inner: inner.name):
            if inner.name != "__pycache__":
                yield from _sources(inner, f"{path}/{inner.name}")
    elif path.endswith(".py"):
        yield path, at.read_bytes()


@lru_cache(maxsize=1)
def sources() -> str:
    """Hash of all sources that may decide results: laws, draws, engines, measures, scenarios, studies, statistics."""
    return sources_of(package())


def sources_of(root: "Traversable") -> str:
    """The same of another copy of the package."""
    whole = hashlib.sha256()
    add_sources(whole, root, {inner.name for inner in root.iterdir()} - ONLY_SHOWS)
    return whole.hexdigest()[:DIGITS]
