"""Names that people wrote, made harmless for a terminal, a figure or a file name."""

import re
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
    if unicodedata.category(character) in ("Mn", "Me") or character in JOINERS:
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
    rows = lines_of(plain(name), columns) or [""]
    if len(rows) > lines:
        rows = [*rows[: lines - 1], shorten(" ".join(rows[lines - 1 :]), columns)]
    return "\n".join(shorten(row, columns) for row in rows)


def lines_of(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns on a terminal, broken at blanks, and inside a word that is longer than a line;
    never between a letter and its marks, nor between a number and its per cent sign. Nothing is lost."""
    return [line.replace(_NO_BREAK, " ") for line in _lines(together(text), columns)]


_NO_BREAK = "\N{NO-BREAK SPACE}"


def together(text: str) -> str:
    """The text with no-break spaces between numbers and their per cent signs."""
    return re.sub(r"(?<=\d) %", f"{_NO_BREAK}%", text)


def _lines(text: str, columns: int) -> list[str]:
    if len(text) == width(text):
        return textwrap.wrap(text, columns)
    lines: list[str] = []
    line = ""
    for word in re.split(r"[^\S\xa0]+", text.strip()):
        room = columns - width(line) - 1
        if line and width(word) <= room:
            line += f" {word}"
        elif not line and width(word) <= columns:
            line = word
        elif width(word) <= columns:
            lines.append(line)
            line = word
        else:
            *whole, line = _pieces(word, line, columns)
            lines += whole
    return [*lines, line] if line else lines


def _pieces(word: str, line: str, columns: int) -> list[str]:
    """A line that goes on with a word too long for any, and the lines after it."""
    pieces = [f"{line} " if line else ""]
    for letter in _letters(word):
        if width(pieces[-1] + letter) > columns and pieces[-1].strip():
            pieces.append("")
        pieces[-1] += letter
    return [piece.rstrip() for piece in pieces]


def _letters(word: str) -> list[str]:
    """The letters of a word, each with its marks and what is joined to it."""
    letters: list[str] = []
    for character in word:
        belongs = unicodedata.category(character)[0] == "M" or character in JOINERS
        if letters and (belongs or letters[-1][-1] == "\N{ZERO WIDTH JOINER}"):
            letters[-1] += character
        else:
            letters.append(character)
    return letters
