"""Arguments of public functions: checked before anything runs; every refusal says the argument, what was given and what
would be right.
"""

import numbers
import os
import re
import reprlib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, SupportsFloat, SupportsIndex, TypeAlias

from equitysim.errors import UsageError

Whole: TypeAlias = SupportsIndex
"""What is accepted where a whole number is meant: int, NumPy's integers."""

Real: TypeAlias = SupportsFloat | SupportsIndex
"""What is accepted where a number is meant: int, float, Decimal, NumPy's numbers."""

File: TypeAlias = str | os.PathLike[str]
"""What is accepted where a file or folder is meant."""

MOST = 1_000_000_000
"""Upper bound of counts: more could not be simulated anyway."""

LONGEST_SHOWN = 60
MOST_LISTED = 20

_HOME = re.compile(r"~\Z|~[\w.-]*[/\\]")
"""What a shell would have replaced: with ``--out=~/x`` it does not."""

_SHORT = reprlib.Repr()
_SHORT.maxother = _SHORT.maxstring = LONGEST_SHOWN


def shown(value: object) -> str:
    """What was given, in one line of at most sixty characters."""
    text = " ".join(_SHORT.repr(value).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def refused(name: str, right: str, value: object) -> UsageError:
    """The error for an argument that is something else than it must be."""
    return UsageError(f"{name} must be {right}, not {shown(value)}")


def whole(name: str, value: object, low: int = 0, high: int = MOST, *, right: str = "") -> int:
    """A whole number from ``low`` to ``high``; also a float that is one. ``right``: what else there is to say, such as
    ``or 'auto'``. Raises ``errors.UsageError``."""
    number: Any = value
    if isinstance(value, numbers.Real) and not isinstance(value, bool) and low <= number <= high and number % 1 == 0:
        return int(number)
    ends = f"from {low}" if high == MOST else f"from {low} to {high}"
    raise refused(name, f"a whole number {ends}{f' {right}' if right else ''}", value)


def some_of(name: str, value: object, kind: type | tuple[type, ...], right: str) -> tuple[Any, ...]:
    """The items of a list, all of a kind; a text is no list. Raises ``errors.UsageError``."""
    listed = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping | os.PathLike)
    items = tuple(value) if listed and isinstance(value, Iterable) else (value,)
    if not listed:
        raise refused(name, f"a list of {right}", value)
    for place, item in enumerate(items):
        if not isinstance(item, kind):
            raise refused(f"{name}[{place}]", right, item)
    return items


def texts(name: str, value: object, right: str) -> tuple[str, ...]:
    """The texts of a list. Raises ``errors.UsageError``."""
    return some_of(name, value, str, right)


def instance(name: str, value: object, kind: type | tuple[type, ...], right: str) -> Any:
    """The value, if it is of a kind. Raises ``errors.UsageError``."""
    if not isinstance(value, kind):
        raise refused(name, right, value)
    return value


def callables(name: str, value: object, right: str) -> tuple[Callable[..., Any], ...]:
    """The functions of a list. Raises ``errors.UsageError``."""
    return some_of(name, value, Callable, right)  # type: ignore[arg-type]  # a type for isinstance, and typed as none


def path(name: str, value: object) -> Path:
    """A path of a file or folder. Raises ``errors.UsageError``."""
    text = os.fspath(value) if isinstance(value, str | os.PathLike) else b""
    why = no_path(text) if isinstance(text, str) else ""
    if isinstance(text, str) and not why:
        return Path(text)
    error = refused(name, "the path of a file or folder", value)
    raise UsageError(f"{error}; {why}") if why else error


def no_path(text: str) -> str:
    """Why a text cannot be the path that is meant, and what would be; empty where it can."""
    if not text:
        return "the name is empty; name a file or folder"
    if "\0" in text:
        return "the name contains a NUL character, which no file or folder has; name another one"
    if text == "-":
        return "'-' (standard input or output) cannot be used here; name a file or folder, or ./- for one of that name"
    if _HOME.match(text):
        return "'~' is not read as the home folder here; write the path in full, or ./~ for a folder of that name"
    return ""


def named(what: str, name: object, there: Collection[str]) -> str:
    """The name, if there is such a thing. Raises ``errors.UsageError`` that says which may be meant and which there
    are."""
    if isinstance(name, str) and name in there:
        return str(name)
    listed = ", ".join(list(there)[:MOST_LISTED]) + (", …" if len(there) > MOST_LISTED else "")
    said = f"there is no {what} {shown(name)}"
    near = nearest(name, there) if isinstance(name, str) else None
    if near is not None:
        said += f"; did you mean {near!r}?"
        raise UsageError(f"{said} There are: {listed}")
    raise UsageError(f"{said}; there are: {listed or 'none'}")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to one that is unknown, or None if none is close."""
    from difflib import get_close_matches  # an import that only a mistake is worth

    found = get_close_matches(word[:100], [name for name in known if len(name) <= 100], n=1, cutoff=0.6)
    return found[0] if found else None


def settings(value: object) -> Mapping[str, object]:
    """Values by dotted path. Raises ``errors.UsageError`` for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise refused("settings", "a mapping of paths to values, such as {'failure.per_order': '2 %'}", value)
    for key in value:
        if not isinstance(key, str) or not key.strip():
            raise refused("a path of settings", "a text such as 'failure.per_order'", key)
    return value
