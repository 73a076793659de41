"""Finding a store and opening it to read: it is never written to, locked against a sweep, or mended."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from equitysim.errors import EquitySimError, UsageError
from equitysim.study.output import beside
from equitysim.study.sweeps.store import NAME

WAIT = 30.0
"""Seconds for which a sweep may hold the store while it commits."""

_HEAD = b"SQLite format 3\0"
_JOURNAL = "-journal"
_TEXTS = frozenset({".yaml", ".yml"})


class StoredError(EquitySimError):
    """A store cannot be analysed: what is in it is damaged, not a store at all, or too little; names the file."""


def store_at(path: Path) -> Path:
    """The store that is meant: the file itself, or the one in a folder.

    Raises ``errors.UsageError`` if there is none, and StoredError if it is no SQLite file; a pipe of that
    name is not waited for.
    """
    is_folder = os.path.isdir(path)
    file = path / NAME if is_folder else path
    if not os.path.exists(file):
        if is_folder:
            raise UsageError(f"there is no {NAME} in {path}; name the folder that a sweep wrote to, or sweep first")
        raise UsageError(f"there is no {path}; name the store of a sweep ({NAME}), or the folder it lies in")
    if not file.is_file():
        raise StoredError(f"{file} is not the store of a sweep: it is no file")
    if file.suffix in _TEXTS:
        raise UsageError(_not_a_study(file))
    try:
        with file.open("rb") as opened:
            head = opened.read(len(_HEAD))
    except OSError as error:
        raise StoredError(f"cannot read {file}: {error.strerror or error}") from error
    if not head:
        raise StoredError(f"{file} is empty; sweep a study into it first")
    if head != _HEAD:
        raise StoredError(f"{file} is not the store of a sweep; name a {NAME}, or the folder it lies in")
    return file


def _not_a_study(file: Path) -> str:
    """What to do with a study or scenario file instead."""
    made = beside(file) / NAME
    if made.exists():
        return f"{file} is not a store, but it was swept: try equitysim analyse {beside(file)}"
    return f"{file} is not a store; equitysim sweep STUDY makes one of a study file, and analyse takes its folder"


@contextlib.contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads.

    What a killed sweep was about to commit is rolled back first, as every SQLite program does; in a copy where the
    store may not be written. Raises StoredError for what cannot be read.
    """
    with contextlib.ExitStack() as held, told(file):
        try:
            connection = held.enter_context(_connected(file, "ro"))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
            connection = held.enter_context(_rolled_back(file))
        yield connection


@contextlib.contextmanager
def told(file: Path) -> Iterator[None]:
    """What SQLite finds wrong, in our words: raises StoredError."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoredError(f"{file} is being written to for longer than {WAIT:.0f} seconds; try again") from error
        raise StoredError(damaged(file, str(error))) from error
    except UnicodeDecodeError as error:
        raise StoredError(damaged(file, "what SQLite says of it is no text")) from error
    except OSError as error:
        raise StoredError(f"cannot read {file}: {error.strerror or error}") from error


def damaged(file: Path, why: str) -> str:
    """What is said of a damaged store."""
    return f"{file} is damaged ({why}); the same sweep again sets it aside and keeps every run that is sound"


@contextlib.contextmanager
def _connected(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    address = f"{file.absolute().as_uri()}?mode={mode}"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)) as connection:
        # a damaged text is its row's fault, which the checksum tells, not a reason to read no other row
        connection.text_factory = lambda text: text.decode(errors="surrogateescape")
        connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        yield connection


@contextlib.contextmanager
def _rolled_back(file: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.ExitStack() as held:
        try:
            with _connected(file, "rw"):
                pass
            readable = file
        except sqlite3.OperationalError:
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="equitysim-")))
            readable = folder / NAME
            for ending in ("", _JOURNAL):
                shutil.copyfile(f"{file}{ending}", f"{readable}{ending}")
            with _connected(readable, "rw"):
                pass
        yield held.enter_context(_connected(readable, "ro"))
