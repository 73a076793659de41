"""The page as one self-contained file: no network, no markup but our own, the same bytes for the same page.

The only user of Jinja2. Texts that people wrote are escaped by its autoescaping; before that, characters that act
instead of showing are taken out of every text, whoever made it. The content security policy in the page's head lets
nothing be loaded and nothing run but the one style sheet and the one script that are in the page.
"""

import base64
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from equitysim.figures.names import harmless
from equitysim.report.view import Page
from equitysim.study.output import replacing

FILE: Final = "report.html"
_TEMPLATES: Final = "templates"


def write(folder: Path, page: Page) -> Path:
    """Write ``report.html`` into the folder, whole or not at all; returns its path. Raises ``errors.OutputError``."""
    path = folder / FILE
    with replacing(path) as file:
        file.write(html(page))
    return path


def html(page: Page) -> str:
    """The page as HTML."""
    style, script = (files("equitysim.report").joinpath(_TEMPLATES, name).read_text("utf-8") for name in _INLINE)
    return (
        _environment()
        .get_template("page.html")
        .render(
            page=page,
            # ours, not people's: neither may be escaped
            style=Markup(style),
            script=Markup(script),
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
            "base-uri 'none'; form-action 'none'",
        )
    )


_INLINE: Final = ("page.css", "page.js")


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("equitysim.report", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_tame,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _tame(value: Any) -> Any:
    return harmless(value) if type(value) is str else value


def _hash(text: str) -> str:
    """The source expression that allows exactly this text (CSP level 2)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
