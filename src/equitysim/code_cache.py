"""Where compiled code is kept from one command to the next, and whether it may be.

What is kept is loaded as code, so whoever can write it can have anything executed as us. A folder is used only if
nobody but its user and root can change it, or put another one in its place; a file, only if it is theirs. Everything
that needs POSIX (owners, rights, what a process number says) is in this module. Windows says nothing of this kind in a
way that Python can read; there the folder is trusted to be in the user's profile, which other users cannot write.
"""

import atexit
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import NamedTuple

from equitysim.errors import EquitySimError

VARIABLE = "EQUITYSIM_CACHE"
"""Environment variable: the folder to keep compiled code in. Empty is as if it were not set."""

PLAIN = "NUMBA_DISABLE_JIT"
"""Numba's environment variable for running everything as plain Python."""

PREFIX = "equitysim-code-"
"""How temporary folders begin, in which code is kept for one process and its workers."""

KEPT = 8
UNUSED_SECONDS = 86_400.0
"""Caches of other sources, versions and processors: the newest so many stay, and those used within so many seconds."""

WRITING_SECONDS = 60.0
"""Writing a file takes milliseconds; what is older was left by a process that was killed."""

MOST_LINKS = 40

POSIX = os.name == "posix"

_CACHE_NAME = re.compile("[0-9a-f]{20}")
_PART = re.compile(r"\.(\d+)-[0-9a-f]{8}\.part")
_TEMPORARY = re.compile(re.escape(PREFIX) + r"(\d+)-")
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class UnusableError(EquitySimError):
    """Code cannot be kept in a folder; says why, and what would be right."""


class Place(NamedTuple):
    """Where compiled code is kept: ``folder``, None for memory alone. ``home``: the folder that holds it and others.
    ``why_not``: why it will not be there for the next command; empty if it will."""

    folder: Path | None
    home: Path | None
    why_not: str


def compiles() -> bool:
    """Whether code is compiled at all; not where the environment asks for plain Python. What is no number counts as
    asking."""
    asked = os.environ.get(PLAIN, "").strip()
    with suppress(ValueError):
        return not int(asked or "0")
    return False


def cache_home() -> Path:
    """Where this system keeps a user's caches; ``EQUITYSIM_CACHE`` overrides it. Raises UnusableError if that is no
    absolute path, which would be another place in every folder."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        if not Path(chosen).is_absolute():
            raise UnusableError(f"{VARIABLE} is {chosen!r}; it must be an absolute path")
        return Path(chosen)
    if sys.platform == "win32":
        return _absolute("LOCALAPPDATA", "AppData/Local") / "equitysim"
    if sys.platform == "darwin":
        return _home() / "Library" / "Caches" / "equitysim"
    return _absolute("XDG_CACHE_HOME", ".cache") / "equitysim"


def _absolute(variable: str, in_home: str) -> Path:
    """The folder that an environment variable names. The XDG specification has relative ones ignored."""
    named = os.environ.get(variable, "")
    return Path(named) if Path(named).is_absolute() else _home() / in_home


def _home() -> Path:
    if os.environ.get("HOME") == "" and POSIX:
        raise UnusableError(f"HOME is empty; set it, or set {VARIABLE} to a folder of yours")
    try:
        home = Path.home()
    except RuntimeError as error:
        raise UnusableError(f"there is no home directory; set {VARIABLE} to a folder of yours") from error
    if not home.is_absolute():
        raise UnusableError(f"the home directory is {str(home)!r}; it must be an absolute path")
    return home


def private_folder(path: Path) -> Path:
    """The folder at an absolute path, which nobody but its user and root can write or replace; made with its parents if
    it is not there, for its user alone.

    Follows symbolic links itself, so that each folder and each link on the way is judged. Raises UnusableError where
    somebody else could write, OSError where the folder cannot be made or written.
    """
    rest = [*reversed(path.parts[1:])]
    at, links = Path(path.anchor), 0
    _judge(at, os.lstat(at), last=not rest)
    while rest:
        name = rest.pop()
        if name == "..":
            at = at.parent
            continue
        there = at / name
        found = _found_or_made(there)
        if stat.S_ISLNK(found.st_mode):
            links += 1
            if links > MOST_LINKS:
                raise UnusableError(f"{path} leads through too many symbolic links")
            _judge_owner(there, found)
            target = PurePath(os.readlink(there))
            at = Path(target.anchor) if target.is_absolute() else at
            rest += reversed(target.parts[1:] if target.is_absolute() else target.parts)
            continue
        _judge(there, found, last=not rest)
        at = there
    with tempfile.TemporaryFile(dir=at):
        os.utime(at)  # it is used now
    return at


def _found_or_made(path: Path) -> os.stat_result:
    with suppress(FileNotFoundError):
        return os.lstat(path)
    with suppress(FileExistsError):  # another process was quicker
        os.mkdir(path, 0o700)
    return os.lstat(path)


def _judge(path: Path, found: os.stat_result, *, last: bool) -> None:
    """Raises UnusableError if somebody else can put something into a folder. Where only owners can rename and remove
    (``/tmp``), others do no harm to what is ours; the folder itself must be for its user alone."""
    if not stat.S_ISDIR(found.st_mode):
        raise UnusableError(f"{path} is no folder; set {VARIABLE} to one of yours")
    _judge_owner(path, found)
    if POSIX and found.st_mode & _BY_OTHERS and (last or not found.st_mode & stat.S_ISVTX):
        raise UnusableError(
            f"other users can write to {path}; take that from them (chmod go-w; remove the folder if it holds code), "
            f"or set {VARIABLE} to a folder that only you can write"
        )


def _judge_owner(path: Path, found: os.stat_result) -> None:
    if POSIX and found.st_uid not in (0, os.geteuid()):
        raise UnusableError(f"{path} belongs to another user; set {VARIABLE} to a folder that only you can write")


def place(key: str) -> Place:
    """Where code of these sources, versions and processor is kept (``key``). Where the user's cache cannot be used, in
    a temporary folder for this process and its workers; and in memory where there is none either."""
    try:
        home = cache_home()
        new = not (home / key).exists()
        folder = private_folder(home / key)
        if new:
            prune(home)
        forget_parts(folder)
        return Place(folder, home, "")
    except UnusableError as error:
        why_not = str(error)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        why_not = f"cannot write{where}: {error.strerror or error}; set {VARIABLE} to a folder that you can write"
    try:
        home = _temporary()
        return Place(private_folder(home / key), home, why_not)
    except (OSError, UnusableError):
        return Place(None, None, why_not)


def _temporary() -> Path:
    """A new folder that only this user can write, removed when this process ends, at the latest by the next one."""
    parent = Path(tempfile.gettempdir())
    for left in parent.iterdir():
        found = _TEMPORARY.match(left.name)
        with suppress(FileNotFoundError):  # another process removed it meanwhile
            if found and _gone(int(found[1])) and _is_ours(os.lstat(left)):
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    atexit.register(_remove, folder, os.getpid())
    _for_workers[VARIABLE] = str(folder)
    return folder


def _remove(folder: Path, process: int) -> None:
    """Remove a temporary folder, but not in a process that was forked from its owner."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


_for_workers: dict[str, str] = {}


def for_workers() -> Mapping[str, str]:
    """What the environment of workers on this machine must say besides, so that they find code that was compiled for
    this command alone."""
    return _for_workers


@contextmanager
def started_with_code() -> Iterator[None]:
    """What is started in the block has it in its environment."""
    before = {name: os.environ.get(name) for name in _for_workers}
    os.environ.update(_for_workers)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def prune(home: Path) -> None:
    """Remove caches of other sources, versions and processors: all but the newest ``KEPT`` and those used within
    ``UNUSED_SECONDS``.

    A process that still runs from one of them compiles what it misses.
    """
    caches = [path for path in home.iterdir() if _CACHE_NAME.fullmatch(path.name) and path.is_dir()]
    used = {path: path.stat().st_mtime for path in caches}
    for path in sorted(caches, key=used.__getitem__)[:-KEPT]:
        if used[path] < time.time() - UNUSED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def forget_parts(folder: Path) -> None:
    """Remove half-written files that killed processes left in a cache. If it is another machine's that is just being
    written, that one keeps its code in memory."""
    with os.scandir(folder) as entries:
        left = [(Path(entry.path), found) for entry in entries if (found := _PART.search(entry.name))]
    for path, found in left:
        with suppress(OSError):
            if _gone(int(found[1])) or path.lstat().st_mtime < time.time() - WRITING_SECONDS:
                path.unlink()


def _gone(process: int) -> bool:
    """Whether there is no such process any more. On Windows there is no way to ask that does no harm."""
    if not POSIX:
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False


def _is_ours(found: os.stat_result) -> bool:
    """Whether only this user and root can have written a file or folder."""
    return not POSIX or (found.st_uid in (0, os.geteuid()) and not found.st_mode & _BY_OTHERS)


def read(path: Path) -> bytes | None:
    """The content of a file that only its user and root can have written; None for any other, a link, and none. Judged
    is the open file, so that nothing can take its place in between."""
    try:
        descriptor = os.open(path, _READ)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not (stat.S_ISREG(found.st_mode) and _is_ours(found)):
            return None
        try:
            return file.read()
        except OSError:
            return None


def write(path: Path, content: bytes) -> None:
    """Write a file that only its user can read or write, whole or not at all. Raises OSError."""
    part = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    descriptor = os.open(part, _WRITE, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
