"""One coordinator per store: a lock that ends with the process that holds it, however it ends."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from equitysim.errors import EquitySimError, OutputError, UsageError

NAME = "study.lock"


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. Raises ``errors.UsageError`` at once if another process holds it, and
    ``errors.OutputError`` if there can be none.

    SQLite locks files the same way on every system it runs on, and the operating system lets go of them when the
    process is gone, also after ``kill -9``. The store itself stays readable meanwhile, since the lock has a file of its
    own.
    """
    path = folder / NAME
    with contextlib.ExitStack() as held:
        try:
            connection = held.enter_context(
                contextlib.closing(sqlite3.connect(path, timeout=0.0, isolation_level=None))
            )
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("BEGIN EXCLUSIVE")
            # A file that may only be read can be locked by many: a write that is never committed tells.
            connection.execute("CREATE TABLE IF NOT EXISTS held (one)")
        except sqlite3.Error as error:
            raise _refused(folder, path, error) from error
        yield


def _refused(folder: Path, path: Path, error: sqlite3.Error) -> EquitySimError:
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
        return UsageError(f"another sweep is writing to {folder}; wait until it ends, or write elsewhere with --out")
    return OutputError(f"cannot lock {path}: {error}")
