"""Words of the user's in messages: what was probably meant, and how to show what could disturb a terminal."""

import json
import unicodedata

LONGEST_SHOWN = 60


def one_spelling(text: str) -> str:
    """The text as texts are compared: composed characters (NFC), and a plain blank for blanks of any kind."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    blank = "".join(" " if unicodedata.category(character) == "Zs" else character for character in composed)
    return blank.strip() if blank != composed else blank


def quoted(name: str) -> str:
    """A name in double quotes, without anything that could disturb a terminal."""
    return visible(json.dumps(shortened(name), ensure_ascii=False))


def visible(text: str) -> str:
    """The text with control, format and line-breaking characters as escapes."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    disturbs = unicodedata.category(character)[0] == "C" or character in "\u2028\u2029"
    return ascii(character)[1:-1] if disturbs else character


def shortened(text: str, most: int = LONGEST_SHOWN) -> str:
    """At most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
