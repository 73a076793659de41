"""Files that appear whole or not at all: written beside their place under another name, and then renamed."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from equitysim.errors import EquitySimError, OutputError, UsageError
from equitysim.measures.unfinished import unfinished

_NO_NAME = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)


@contextlib.contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A place beside ``path`` for a file that takes its name when the block ends well, and leaves no trace if it does
    not.

    Raises ``errors.OutputError`` that names path and cause if the folder cannot be made, or the file not be written.
    """
    try:
        with unfinished(path.parent) as place:
            draft = place / path.name
            yield draft
            draft.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """A text file to write that takes the place of ``path`` as :func:`drafted` says."""
    with drafted(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        yield file


def remove(path: Path) -> None:
    """See that there is no such file. Raises ``errors.OutputError`` that names path and cause if it cannot go."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot remove {path}: {error.strerror or error}") from error


def make_folder(folder: Path, *inside: Path) -> None:
    """Make a folder for output, and find out that it can be written, before anything long is begun. ``inside``: folders
    in it that are written later; what is there of them already is tried too.

    Raises ``errors.UsageError`` for what cannot be a folder, and ``errors.OutputError`` for one that must not be made
    or written, both with path and cause.
    """
    for place in (folder, *(one for one in inside if os.path.lexists(one))):
        try:
            with unfinished(place):
                pass
        except OSError as error:
            raise refused(place, error) from error


@contextlib.contextmanager
def output_folder(folder: Path) -> Iterator[None]:
    """A folder for what the block writes, made and tried before it (:func:`make_folder`); where the block ends without
    having written anything, it is gone again."""
    new = not os.path.lexists(folder)
    make_folder(folder)
    try:
        yield
    finally:
        if new:
            with contextlib.suppress(OSError):  # something is in it
                folder.rmdir()


def refused(path: Path, error: OSError) -> EquitySimError:
    """The error for what cannot be written: a mistaken name, or a place that is not to be written."""
    last = next((place for place in (path, *path.parents) if os.path.lexists(place)), None)
    if last is not None and not os.path.isdir(last):
        what = "a link that leads nowhere" if last.is_symlink() else "no folder"
        return UsageError(f"cannot write to {path}: {last} is {what}; name a folder that is there or can be made")
    if error.errno in _NO_NAME:
        return UsageError(f"cannot write to {path}: {error.strerror}; name another folder")
    return OutputError(f"cannot write to {path}: {error.strerror or error}")


def cannot_write(path: Path, error: OSError) -> OutputError:
    """The error that names path and cause."""
    return OutputError(f"cannot write {path}: {error.strerror or error}")
