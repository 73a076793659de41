"""Text cells of files that people open in a spreadsheet."""

import re
import unicodedata
from functools import lru_cache

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_FORMULA = "=+-@＝＋－＠"
_INSIDE = re.compile(rf"(?<=;)(?=[\s{JOINERS}]*[{re.escape(_FORMULA)}])")


def harmless(text: str) -> str:
    """The text without characters that act instead of showing.

    White space of any kind becomes a blank; control, bidirectional, private and unassigned characters and lone
    surrogates become U+FFFD. Joiners stay, scripts and emoji need them.
    """
    # printable is what has no other separator than a blank and nothing of the rest, and quick to find out
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "Z" or character in "\t\n\v\f\r\x85":
        return " "
    if category[0] == "C" and character not in JOINERS:
        return REPLACEMENT
    return character


@lru_cache(maxsize=4_096)
def cell(text: str) -> str:
    """The harmless text, with an apostrophe in front if a spreadsheet would take it for a formula.

    Likewise after a semicolon: where that separates cells, as in much of Europe, the rest would be a cell of its own.
    """
    shown = harmless(text)
    if ";" in shown:
        shown = _INSIDE.sub("'", shown)
    formula = shown.lstrip(f" {JOINERS}")[:1]
    acts = bool(formula) and formula in _FORMULA
    return f"'{shown}" if acts or text[:1] in ("\t", "\r", "\n") else shown
