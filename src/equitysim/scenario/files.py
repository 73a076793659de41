"""Files as bytes: which may be read, how much of them, and as what text."""

import codecs
import os
from pathlib import Path, PurePosixPath, PureWindowsPath

from equitysim.errors import Fault
from equitysim.scenario.document import WHOLE_FILE
from equitysim.scenario.words import quoted

LARGEST_FILE = 500_000


def outside(name: str, real: str, tree: str, whose: str = "scenario") -> tuple[str, str] | None:
    """Why a file must not be read, or None: it has to lie in the folder of what names it or below. ``whose``: what
    names it, in a word."""
    windows, posix = PureWindowsPath(name), PurePosixPath(name)
    inside = f"name a file in the {whose}'s folder or below it"
    if posix.is_absolute() or windows.drive or windows.root:
        return f"{quoted(name)} is an absolute path", inside
    if ".." in windows.parts:
        return f"{quoted(name)} leaves the {whose}'s folder", inside
    if real != tree and not real.startswith(tree.rstrip(os.sep) + os.sep):
        return f"{quoted(name)} leads out of the {whose}'s folder", inside
    return None


def read_text(
    path: Path,
    shown: str,
    faults: list[Fault],
    *,
    largest: int = LARGEST_FILE,
    missing: str = "name a scenario file",
    large: str = "a scenario is a few pages of text",
) -> str | None:
    """The text of a file, or None and a fault: not there, more than ``largest`` bytes, not UTF-8. ``missing``,
    ``large``: hints for the first two."""
    try:
        if not path.is_file():
            reason = "is not a file" if path.exists() else "does not exist"
            faults.append(Fault(shown, 1, 1, WHOLE_FILE, reason, missing))
            return None
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        faults.append(Fault(shown, 1, 1, WHOLE_FILE, f"cannot be read: {reason}"))
        return None
    if len(content) > largest:
        faults.append(Fault(shown, 1, 1, WHOLE_FILE, f"is larger than {largest // 1_000} kB", large))
        return None
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-16" if utf16 else "utf-8", errors="replace")
        line, column = line_and_column(before)
        faults.append(Fault(shown, line, column, WHOLE_FILE, "is not UTF-8 text", "save it as UTF-8"))
        return None


def line_and_column(before: str) -> tuple[int, int]:
    """Line and column, from 1, of what comes after a text."""
    lines = before.split("\n")
    return len(lines), len(lines[-1]) + 1
