"""How figures are drawn: the only user of matplotlib, through its Figure API (no global state, no windows).

Every estimate carries its interval; the style is in ``style``.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib
import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from equitysim.arguments import named, refused
from equitysim.figures import data
from equitysim.figures.draw.account import account
from equitysim.figures.draw.bars import bars, boxes
from equitysim.figures.draw.canvas import HEADING, POLICY
from equitysim.figures.draw.courses import over_time, payback
from equitysim.figures.draw.effects import responses, spots
from equitysim.figures.draw.forecast import forecast as draw_forecast
from equitysim.figures.draw.frontier import frontier
from equitysim.figures.draw.glyphs import USUAL, glyphs_of, lettered
from equitysim.figures.draw.maps import regions
from equitysim.figures.draw.optimum import tradeoff
from equitysim.figures.draw.policies import by_policy, panels, sources
from equitysim.figures.draw.reasons import blocks, horizons, tornado, verdict, waterfall
from equitysim.figures.draw.values import over_values
from equitysim.figures.markup import accessible
from equitysim.figures.style import SETTINGS, SOFT
from equitysim.measures.files import drafted, remove
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.optimum import Optimum
from equitysim.statistics.sensitivity.analysis import Analysis

DECLARATION: Final = '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n'


def figure(drawn: data.Drawn) -> Figure:
    """The matplotlib figure of one of the ``data`` types.

    In SVG what belongs to one policy has identifiers ``policy-N-…``, N its place among the policies.
    """
    glyphs = glyphs_of(drawn)
    with _style(glyphs.families):
        made = _drawn(lettered(drawn, glyphs.letters) if glyphs.letters else drawn)
        if glyphs.letters:
            # along the edge, where no figure has anything
            size = min(6.5, made.get_figheight() * 72.0 / (EM * len(glyphs.note)))
            made.text(0.998, 0.5, glyphs.note, fontsize=size, color=SOFT, ha="right", va="center", rotation=270)
    marked = made.findobj(lambda artist: (artist.get_gid() or "").startswith(POLICY))
    for place, artist in enumerate(marked):
        artist.set_gid(f"{artist.get_gid()}-{place}")
    # what a screen reader says travels with the figure
    made.set_label(data.described(drawn) + (f" {glyphs.key}." if glyphs.letters else ""))
    return made


def _drawn(drawn: data.Drawn) -> Figure:
    match drawn:
        case data.ByPolicy():
            return by_policy(drawn)
        case data.OverTime():
            return over_time(drawn)
        case data.OverValues():
            return over_values(drawn)
        case data.Sources():
            return sources(drawn)
        case data.Waterfall():
            return waterfall(drawn)
        case data.Blocks():
            return blocks(drawn)
        case data.Payback():
            return payback(drawn)
        case data.Frontier():
            return frontier(drawn)
        case data.Tradeoff():
            return tradeoff(drawn)
        case data.Panels():
            return panels(drawn)
        case data.Tornado():
            return tornado(drawn)
        case data.Verdict():
            return verdict(drawn)
        case data.Horizons():
            return horizons(drawn)
        case data.Regions():
            return regions(drawn)
        case data.Responses():
            return responses(drawn)
        case data.Bars():
            return bars(drawn)
        case data.Spots():
            return spots(drawn)
        case data.Boxes():
            return boxes(drawn)
        case data.Account():
            return account(drawn)
        case data.Forecast():
            return draw_forecast(drawn)


def plot(done: Comparison | Decision | Analysis | Optimum, kind: str = "") -> Figure:
    """One figure of a comparison by its name in ``data.KINDS`` (else ``value``), or of an analysis by its name in
    ``data.ANALYSIS_FIGURES`` (else the first that there is); of an optimum its only one; of a decision those of its
    comparison.

    Raises UsageError for another kind, or for one that there is nothing for.
    """
    if not isinstance(kind, str):
        raise refused("kind", "the name of a figure", kind)
    if isinstance(done, Analysis):
        return figure(data.one_of_analysis(done, kind))
    if isinstance(done, Optimum):
        if kind:
            named("figure", kind, (data.VALUE_AND_SPEND,))
        return figure(data.of_optimum(done))
    if isinstance(done, Decision):
        done = done.comparison
    if not isinstance(done, Comparison):
        raise refused("done", "what es.compare, es.decide, es.analyse or es.optimise gives", done)
    return figure(data.of_comparison(done, kind or "value"))


def forecast(drawn: data.Forecast) -> Figure:
    """The forecast's mean and predictive band against what was recorded."""
    return figure(drawn)


def svg(drawn: Figure, name: str) -> str:
    """The figure as an SVG element for a page: equal figures give equal text, letters are paths, and a screen reader
    finds a title and a description.

    ``name``: letters, digits and underscores; identifiers inside begin with it, so that several figures can stand in
    one page. The background is white, so that a dark page shows a card.
    """
    file = io.StringIO()
    with _style():
        drawn.savefig(file, format="svg", metadata={"Date": None})
    title, _, description = str(drawn.get_label()).partition("\n")
    return accessible(file.getvalue(), name, title, description)


def svg_without_heading(drawn: Figure) -> str:
    """The figure as SVG without title and subtitle, for a page that says them in its own type."""
    headings = [text for text in drawn.texts if text.get_gid() == HEADING]
    with _style():
        canvas: Any = FigureCanvasAgg(drawn)  # whose renderers are not typed
        measuring = canvas.get_renderer()
        foot = min((text.get_window_extent(measuring).y0 for text in headings), default=drawn.bbox.y1) / drawn.dpi
        frame = Bbox([[0.0, 0.0], [drawn.get_figwidth(), foot]])
        written = io.BytesIO()
        for text in headings:
            text.set_visible(False)
        try:
            drawn.savefig(written, format="svg", bbox_inches=frame, metadata={"Date": None})
        finally:
            for text in headings:
                text.set_visible(True)
    return written.getvalue().decode()


def save(drawn: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """Write ``name.png`` and ``name.svg``: equal figures give equal bytes (no date, fixed identifiers).

    Raises OutputError that names path and cause where one cannot be written.
    """
    paths = (folder / f"{name}.png", folder / f"{name}.svg")
    with _style(), drafted(paths[0]) as draft:
        drawn.savefig(draft, format="png", metadata={"Software": None})
    with drafted(paths[1]) as draft:
        draft.write_text(DECLARATION + svg(drawn, name), "utf-8")
    return paths


def forget(folder: Path, name: str) -> None:
    """Remove a figure that an earlier run left where this one has nothing to draw. Raises OutputError where that cannot
    be done."""
    for path in (folder / f"{name}.png", folder / f"{name}.svg"):
        remove(path)


EM = 0.6
"""About how wide a letter is for its size, on the safe side."""


@contextmanager
def _style(families: Sequence[str] = (USUAL,)) -> Iterator[None]:
    """``families``: fonts, each for what those before it lack."""
    with matplotlib.style.context(["default", SETTINGS, {"font.family": list(families)}]):
        yield
