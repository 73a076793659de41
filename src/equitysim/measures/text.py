"""Text cells of files that people open in a spreadsheet."""

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_FORMULA = frozenset("=+-@＝＋－＠")


def harmless(text: str) -> str:
    """The text without characters that act instead of showing.

    White space of any kind becomes a blank; control, bidirectional, private and unassigned characters and lone
    surrogates become U+FFFD. Joiners stay, scripts and emoji need them.
    """
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "Z" or character in "\t\n\v\f\r\x85":
        return " "
    if category[0] == "C" and character not in JOINERS:
        return REPLACEMENT
    return character


def cell(text: str) -> str:
    """The harmless text, with an apostrophe in front if a spreadsheet would take it for a formula."""
    shown = harmless(text)
    formula = shown.lstrip()[:1] in _FORMULA if shown.strip() else False
    return f"'{shown}" if formula or text[:1] in ("\t", "\r", "\n") else shown
