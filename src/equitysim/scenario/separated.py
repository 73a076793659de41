"""How a table in a text file is written: what separates its columns, and whether decimals have a comma.

Spreadsheets of half the world separate columns by semicolons and write ``2,5``. Such a file is read where it cannot be
misread, and a note says how.
"""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_ANNOUNCED = re.compile(r'"?sep=(?P<by>[,;\t])"?[ \t]*', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_DECIMAL_COMMA = r"[-+\u2212]?(?:0,\d+|[1-9]\d*+,(?:\d{1,2}|\d{4,}+))(?![\d,])"
_WITH_COMMA = re.compile(
    r"(?P<whole>[-+]?(?:\d{1,3}(?:[. '’]\d{3})++|\d++)),(?P<fraction>\d++)(?P<rest>[^\d,.].*)?", re.DOTALL
)
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}(?!\d)")


class Separated(NamedTuple):
    """How a file is written. ``by``: between columns; ``skip``: lines before the header; ``comma``: whether some cell
    has a comma that can only be a decimal one, so that ``1,250`` in another is no thousand either."""

    by: str = ","
    skip: int = 0
    comma: bool = False

    @property
    def note(self) -> str:
        """What is unusual about it, in words; empty if nothing is."""
        columns = f"columns are separated by {_SEPARATORS[self.by]}" if self.by != "," else ""
        return " and ".join(
            part for part in (columns, "decimal commas are read as points" if self.comma else "") if part
        )

    def number(self, cell: str) -> str:
        """A cell as a scenario writes it: its decimal comma is a point, where that cannot be misread."""
        match = _WITH_COMMA.fullmatch(cell)
        if match is None or not self.comma:
            return cell
        whole = re.sub(r"[. '’]", "", match["whole"])
        return f"{whole}.{match['fraction']}{match['rest'] or ''}"

    def doubt(self, cell: str) -> str:
        """Why a cell cannot be read beside others with decimal commas: its point may set thousands apart; empty if it
        can be."""
        if self.comma and "," not in cell and _THOUSANDS.match(cell):
            return f"'{cell}' may mean thousands where other cells have decimal commas"
        return ""


def separated(text: str) -> Separated:
    """How a text with a header line is written: by commas, unless its first line has none and others instead."""
    lines = text.split("\n", 2)
    announced = _ANNOUNCED.fullmatch(lines[0].rstrip("\r"))
    skip = int(announced is not None)
    header = _QUOTED.sub("", lines[skip]) if len(lines) > skip else ""
    by = announced["by"] if announced else next((by for by in _SEPARATORS if by in header), ",")
    start = r'(?:^|[;\t]) *+"?' if by != "," else r'(?:^|,) *+"'
    return Separated(by, skip, re.search(start + _DECIMAL_COMMA, text, re.MULTILINE) is not None)


def cut_by_commas(cells: Sequence[str], width: int) -> str:
    """What may have happened to a row with too many cells: its decimal commas were taken for separators."""
    pairs = itertools.pairwise(cells)
    numbers = [f"{one}.{rest}" for one, rest in pairs if re.fullmatch(r"[-+]?\d+", one) and re.match(r"\d", rest)]
    return f"; a decimal comma? Write {numbers[0]}" if numbers and len(cells) > width else ""
