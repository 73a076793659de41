"""Words of the user's in messages: what was probably meant, and how to show what could disturb a terminal."""

import json
import unicodedata
from collections.abc import Iterable

LONGEST_SHOWN = 60


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to one that is unknown, or None if none is close."""
    from difflib import get_close_matches  # an import that only a fault is worth

    found = get_close_matches(word[:100], [name for name in known if len(name) <= 100], n=1, cutoff=0.6)
    return found[0] if found else None


def quoted(name: str) -> str:
    """A name in double quotes, without anything that could disturb a terminal."""
    return visible(json.dumps(shortened(name), ensure_ascii=False))


def visible(text: str) -> str:
    """The text with control, format and line-breaking characters as escapes."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    disturbs = unicodedata.category(character)[0] == "C" or character in "\u2028\u2029"
    return ascii(character)[1:-1] if disturbs else character


def shortened(text: str) -> str:
    """At most sixty characters."""
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
