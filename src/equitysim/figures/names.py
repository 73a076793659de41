"""Names that people wrote, made harmless for a terminal, a figure or a file name."""

import textwrap
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = frozenset({"Zs", "Zl", "Zp"})
_LONGEST = 2000


def plain(name: str) -> str:
    """The name on one line without anything that acts instead of showing.

    Every kind of white space becomes one blank, what is not safe (see :func:`harmless`) U+FFFD. Names beyond 2 000
    characters are cut.
    """
    return " ".join(harmless(name[:_LONGEST]).split())


def harmless(text: str) -> str:
    """The text with its blanks and line ends, but nothing else that acts.

    Control, bidirectional, private and unassigned characters and lone surrogates become U+FFFD. Joiners stay: scripts
    and emoji need them.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_harmless_character(character) for character in text)


def _harmless_character(character: str) -> str:
    if character == "\n" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if character in "\t\v\f\r\x85" or category in _SPACES:
        return " "
    return REPLACEMENT if category in _UNSAFE else character


def width(text: str) -> int:
    """Columns the text takes on a terminal: wide characters two, combining ones none."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or character in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, columns: int) -> str:
    """The text in at most so many columns, an ellipsis in place of what is cut."""
    if width(text) <= columns:
        return text
    kept = ""
    for character in text:
        if width(kept) + _columns(character) > columns - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def wrapped(name: str, columns: int, lines: int) -> str:
    """The plain name broken into at most so many lines of at most so many columns, cut with an ellipsis."""
    rows = textwrap.wrap(plain(name), columns) or [""]
    if len(rows) > lines:
        rows = [*rows[: lines - 1], shorten(" ".join(rows[lines - 1 :]), columns)]
    return "\n".join(shorten(row, columns) for row in rows)
