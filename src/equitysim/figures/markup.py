"""SVG made fit for a page: a title and a description for screen readers, identifiers that are its own."""

import re
from html import escape

from equitysim.figures.names import plain


def accessible(svg: str, name: str, title: str, description: str) -> str:
    """The SVG element alone, without prolog, comments and metadata, named for screen readers.

    ``name``: what all identifiers inside begin with. Raises ValueError if it is not made of letters, digits and
    underscores, or if the text is no SVG.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        raise ValueError(f"a figure's name is made of letters, digits and underscores, not {name!r}")
    start = svg.find("<svg ")
    if start < 0:
        raise ValueError("this is no SVG")
    body = re.sub(r"<!--.*?-->\n?", "", svg[start:], flags=re.DOTALL)
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, count=1, flags=re.DOTALL)
    body = re.sub(r'(?<=\sid=")|(?<=url\(#)|(?<=href="#)', f"{name}-", body)
    head, rest = body.split(">", 1)
    said = f'<title id="{name}-title">{escape(plain(title))}</title>'
    said += f'\n <desc id="{name}-desc">{escape(plain(description))}</desc>'
    return f'{head} role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc">\n {said}{rest}'
