"""Which letters can be drawn: fonts for those that the usual one lacks, and capital letters for names that none has."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font

from equitysim.figures.style import SETTINGS
from equitysim.measures.text import JOINERS

T = TypeVar("T")
MOST_FONTS = 4
USUAL: str = SETTINGS["font.family"]

_BOXES = ("Last Resort", "Adobe Blank", "LastResort")
"""Fonts that have a glyph for everything: the same for all of a script."""

_FROM_RIGHT = frozenset({"R", "AL", "AN"})
_SHAPED = ((0x0900, 0x0DFF), (0x0E80, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1800, 0x18AF))
"""Scripts whose letters change with their neighbours, which matplotlib does not do: Indic ones, Lao, Tibetan, Burmese,
Khmer, Mongolian."""


class Glyphs(NamedTuple):
    """How the texts of a figure are drawn. ``families``: fonts, the usual one first; ``letters``: what stands for each
    run of characters that cannot be drawn."""

    families: tuple[str, ...]
    letters: Mapping[str, str]

    @property
    def note(self) -> str:
        """What the letters are, in words that can be drawn; empty without letters."""
        if not self.letters:
            return ""
        first, *_, last = [*self.letters.values()] * 2
        several = first if first == last else f"{first} to {last}"
        return f"{several}: names that cannot be drawn here; see the tables"

    @property
    def key(self) -> str:
        """What each letter stands for; empty without letters."""
        return "; ".join(f"{letter}: {name}" for name, letter in self.letters.items())


def glyphs_of(drawn: object) -> Glyphs:
    """How to draw all texts in the data of a figure."""
    texts = list(_texts(drawn))
    signs = {sign for text in texts for sign in text if _shows(sign)}
    never = {sign for sign in signs if _needs_shaping(sign)}
    missing = {sign for sign in signs - never if ord(sign) not in _covered(findfont(FontProperties(family=USUAL)))}
    families = [USUAL]
    while missing and len(families) <= MOST_FONTS:
        name, found = max(_others(frozenset(missing)), key=lambda one: (len(one[1]), one[0]), default=("", frozenset()))
        if not found:
            break
        families.append(name)
        missing -= found
    return Glyphs(tuple(families), _letters(texts, missing | never))


def lettered(value: T, letters: Mapping[str, str]) -> T:
    """The same data with letters in place of what cannot be drawn."""
    made: Any = value
    if isinstance(value, str):
        for name in sorted(letters, key=len, reverse=True):
            made = made.replace(name, letters[name])
    elif isinstance(value, tuple):
        parts = [lettered(part, letters) for part in value]
        made = type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    elif isinstance(value, list):
        made = [lettered(part, letters) for part in value]
    elif isinstance(value, dict):
        made = {lettered(name, letters): lettered(part, letters) for name, part in value.items()}
    return made  # type: ignore[no-any-return]  # of the same type


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(name)
            yield from _texts(part)


def _shows(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "CZ" and sign not in JOINERS


def _needs_shaping(sign: str) -> bool:
    return unicodedata.bidirectional(sign) in _FROM_RIGHT or any(low <= ord(sign) <= high for low, high in _SHAPED)


@lru_cache(maxsize=4_096)
def _covered(file: str) -> frozenset[int]:
    """The characters that a font file has glyphs for; none of one that cannot be read."""
    try:
        return frozenset(FT2Font(file).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


def _others(missing: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """The installed families, each with what it has of the missing characters."""
    for entry in fontManager.ttflist:
        if entry.style == "normal" and not entry.name.startswith(_BOXES) and 300 <= _weight(entry.weight) <= 500:
            covered = _covered(entry.fname)
            found = frozenset(sign for sign in missing if ord(sign) in covered)
            if found:
                yield entry.name, found


def _weight(weight: str | int) -> int:
    return weight if isinstance(weight, int) else 400


def _letters(texts: list[str], missing: set[str]) -> dict[str, str]:
    """A letter for each run of characters that cannot be drawn, in order of appearance; none that is a name itself."""
    if not missing:
        return {}
    one = "[" + "".join(re.escape(sign) for sign in sorted(missing)) + "]"
    run = re.compile(rf"{one}(?:[\s{JOINERS}]*{one})*")
    names = dict.fromkeys(found for text in texts for found in run.findall(text))
    taken = set(texts)
    free = (letter for letter in _alphabet() if letter not in taken)
    return {name: next(free) for name in names}


def _alphabet() -> Iterator[str]:
    letters = [chr(ord("A") + k) for k in range(26)]
    yield from letters
    count = 2
    while True:
        yield from (f"{letter}{count}" for letter in letters)
        count += 1
