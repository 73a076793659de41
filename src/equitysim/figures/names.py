"""Names that people wrote, made harmless for a terminal, a figure or a file name."""

import textwrap
import unicodedata

from equitysim.measures.text import JOINERS
from equitysim.measures.text import harmless as harmless_line

_LONGEST = 2000


def plain(name: str) -> str:
    """The name on one line without anything that acts instead of showing.

    Every kind of white space becomes one blank, what is not safe (see :func:`harmless`) U+FFFD. Names beyond 2 000
    characters are cut.
    """
    return " ".join(harmless(name[:_LONGEST]).split())


def harmless(text: str) -> str:
    """The text with its line ends, but nothing else that acts (``measures.text``)."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(harmless_line(line) for line in text.split("\n"))


def width(text: str) -> int:
    """Columns the text takes on a terminal: wide characters two, combining ones none."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or character in JOINERS:
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


def middle_out(text: str, columns: int) -> str:
    """The text in at most so many columns, an ellipsis in place of its middle: of a path the end says most."""
    if width(text) <= columns:
        return text
    end = text[-(columns // 2 - 1) :]
    return f"{shorten(text, columns - width(end))}{end}"


def wrapped(name: str, columns: int, lines: int) -> str:
    """The plain name broken into at most so many lines of at most so many columns, cut with an ellipsis."""
    rows = textwrap.wrap(plain(name), columns) or [""]
    if len(rows) > lines:
        rows = [*rows[: lines - 1], shorten(" ".join(rows[lines - 1 :]), columns)]
    return "\n".join(shorten(row, columns) for row in rows)
