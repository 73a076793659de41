"""What is not finished yet lies in a hidden folder beside its place, locked for as long as its writer lives: so that
the next writer can tell what was left by one that was killed, and takes nothing from one that is at work."""

import contextlib
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PREFIX = ".unfinished."
LOCK = ".lock"

_BUSY = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


@contextlib.contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A hidden folder in ``folder``, which is made where there is none; it goes with the block, whatever ends that.
    What killed writers left there is removed first. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    place, lock = _begun(folder)
    try:
        yield place
    finally:
        _emptied(place)
        lock.close()
        _removed(place)


def _begun(folder: Path) -> tuple[Path, IO[bytes]]:
    """A new hidden folder, and the open file that locks it. Another writer may take it for a dead one's in the moment
    before it is locked; then there is another one."""
    while True:
        place = Path(tempfile.mkdtemp(dir=folder, prefix=PREFIX))
        try:
            lock = (place / LOCK).open("ab")
        except FileNotFoundError:
            continue
        if _locked(lock) is not False and (place / LOCK).exists():
            return place, lock
        lock.close()


def _clear(folder: Path) -> None:
    """Remove what killed writers left. Where a file system has no locks nobody can tell, and everything stays."""
    for place in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if (place / LOCK).exists():
                with (place / LOCK).open("ab") as lock:
                    if not _locked(lock):
                        continue
                    _emptied(place)
            _removed(place)


def _locked(lock: IO[bytes]) -> bool | None:
    """Lock an open file until it is closed or its process has ended, however that ends. False where somebody else holds
    it, None where there are no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _BUSY else None
    return True


def _emptied(place: Path) -> None:
    """Remove everything but the lock, which the next writer would miss if this one were killed meanwhile."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(place)):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            elif entry.name != LOCK:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _removed(place: Path) -> None:
    with contextlib.suppress(OSError):
        (place / LOCK).unlink(missing_ok=True)
        place.rmdir()
