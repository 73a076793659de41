"""Figures as files, and as a page takes them."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equitysim.figures.data import Drawn

FIGURES = "figures"


def saved(there: "Mapping[str, Drawn]", names: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Save every figure that is there, and remove those that an earlier command left; returns them as the page takes
    them: kind → SVG without its heading.

    ``there``: kind → what is drawn; ``names``: of the files, of all kinds. Raises ``errors.OutputError``.
    """
    hush_matplotlib()
    from equitysim.figures import draw

    drawings = {}
    for kind, name in names.items():
        if kind in there:
            drawn = draw.figure(there[kind])
            draw.save(drawn, folder / FIGURES, name)
            drawings[kind] = draw.svg_without_heading(drawn)
        else:
            draw.forget(folder / FIGURES, name)
    return drawings


def hush_matplotlib() -> None:
    """On a fresh machine it tells of its font cache, which is nobody's concern here."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
