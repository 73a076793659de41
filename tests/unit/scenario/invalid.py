"""Files that must be refused: what each expects, and how far what was found differs."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from equitysim.errors import Fault

FOLDER = Path(__file__).parents[2] / "invalid"

_EXPECTED = re.compile(
    r"# expect: (?:(?P<file>\S+\.(?:yaml|yml|csv)):)?(?P<line>\d+):(?P<column>\d+): (?P<path>.+?): (?P<message>.+)"
)


class Expected(NamedTuple):
    """One fault that a file announces in its head."""

    file: str
    line: int
    column: int
    path: str
    fragment: str


def expected_of(path: Path) -> list[Expected]:
    """The ``# expect: [FILE:]line:column: path: fragment of the message`` lines of a file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# expect:"):
            match = _EXPECTED.fullmatch(line)
            if match is None:
                raise ValueError(f"{path}: cannot read {line!r}")
            file = match["file"] or path.name
            found.append(Expected(file, int(match["line"]), int(match["column"]), match["path"], match["message"]))
    return found


def differences(expected: Sequence[Expected], found: Sequence[Fault], folder: Path) -> list[str]:
    """What is missing, superfluous or different, in words; nothing if all faults are as announced."""
    said = []
    for index in range(max(len(expected), len(found))):
        if index >= len(expected):
            said.append(f"not announced: {found[index]}")
        elif index >= len(found):
            said.append(f"not found: {expected[index]}")
        elif not _fits(expected[index], found[index], folder):
            said.append(f"{expected[index]} is not {found[index]}")
    return said


def _fits(expected: Expected, fault: Fault, folder: Path) -> bool:
    file = Path(fault.file).relative_to(folder).as_posix()
    place = (file, fault.line, fault.column, fault.path)
    return place == tuple(expected[:4]) and expected.fragment in fault.message and fault.severity == "error"
