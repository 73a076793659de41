"""What somebody probably meant."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to one that is unknown, or None if none is close."""
    from difflib import get_close_matches  # an import that only a fault is worth

    found = get_close_matches(word[:100], [name for name in known if len(name) <= 100], n=1, cutoff=0.6)
    return found[0] if found else None
