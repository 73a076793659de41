"""Files that appear whole or not at all: written beside their place under another name, and then renamed."""

import contextlib
import glob
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from equitysim.errors import OutputError


@contextlib.contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A place beside ``path`` for a file that takes its name when the block ends well, and leaves no trace if it does
    not.

    Raises ``errors.OutputError`` that names path and cause if the folder cannot be made, or the file not be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """A text file to write that takes the place of ``path`` as :func:`drafted` says."""
    with drafted(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        yield file


def forget_drafts(path: Path) -> None:
    """Remove what processes that were killed left of ``path``; for who alone writes to the folder."""
    for draft in path.parent.glob(f".{glob.escape(path.name)}.*.part*"):
        with contextlib.suppress(OSError):
            draft.unlink()


def remove(path: Path) -> None:
    """See that there is no such file. Raises ``errors.OutputError`` that names path and cause if it cannot go."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot remove {path}: {error.strerror or error}") from error


def cannot_write(path: Path, error: OSError) -> OutputError:
    """The error that names path and cause."""
    return OutputError(f"cannot write {path}: {error.strerror or error}")
