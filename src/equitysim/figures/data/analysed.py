"""The figures of an analysis: their names, their order, and which of them there are."""

import math
from collections.abc import Callable
from typing import Final

from equitysim.arguments import named
from equitysim.errors import UsageError
from equitysim.figures.data.effects import (
    contrasts,
    known_share,
    morris,
    noise,
    of_contrast,
    responses,
    shares,
    sobol,
    tornado,
)
from equitysim.figures.data.regions import boxes, regions, standings
from equitysim.figures.data.shapes import Tornado
from equitysim.figures.data.study_shapes import Bars, Boxes, Regions, Responses, Spots
from equitysim.statistics.sensitivity.analysis import Analysis

MAPS: Final = ("map", "map_2", "map_3")
TORNADOES: Final = ("tornado", "tornado_2", "tornado_3")

ANALYSIS_FIGURES: Final = {
    "map": "best_policy_map",
    "map_2": "best_policy_map_2",
    "map_3": "best_policy_map_3",
    "standings": "share_of_points_best",
    "responses": "responses",
    "tornado": "effects_tornado",
    "tornado_2": "effects_tornado_2",
    "tornado_3": "effects_tornado_3",
    "shares": "effects_shares",
    "sobol": "sobol_indices",
    "morris": "elementary_effects",
    "boxes": "boxes",
    "noise": "noise",
}
"""All figures of an analysis, in the order they are told, and the names of their files."""

OfAnalysis = Regions | Responses | Tornado | Bars | Spots | Boxes
"""Whatever is drawn of an analysis."""


def of_analysis(analysis: Analysis) -> dict[str, OfAnalysis]:
    """Every figure that there is something to draw for: kind → what is drawn, in the order of
    :data:`ANALYSIS_FIGURES`.

    ``map_N``, ``tornado_N``: up to three maps, the second and third where several policies are best somewhere, and
    differences to the baseline. ``standings`` take two policies, one of
    which can be better; ``noise`` two replications; the others whatever they show.
    """
    shown = contrasts(analysis)
    # a further map without a border says nothing that the first does not
    told = [found for k, found in enumerate(analysis.maps) if k == 0 or max(found.shares) < 1.0]
    drawn: dict[str, OfAnalysis] = {kind: regions(analysis, found) for kind, found in zip(MAPS, told, strict=False)}
    if len(analysis.standings) > 1 and not any(math.isnan(one.share_best) for one in analysis.standings):
        drawn["standings"] = standings(analysis)
    moved = [contrast for contrast in shown if of_contrast(analysis.effects, contrast)]
    if moved:
        drawn["responses"] = responses(analysis)
    drawn |= {kind: tornado(analysis, contrast) for kind, contrast in zip(TORNADOES, moved, strict=False)}
    made: dict[str, tuple[Callable[[Analysis], OfAnalysis], bool]] = {
        "shares": (shares, any(known_share(one) for one in analysis.effects if (one.policy, one.against) in shown)),
        "sobol": (sobol, any((one.policy, one.against) in shown for one in analysis.sobol)),
        "morris": (morris, any((one.policy, one.against) in shown for one in analysis.elementary)),
        "boxes": (boxes, bool(analysis.boxes)),
        "noise": (noise, any(not math.isnan(one.common_luck) for one in analysis.noise)),
    }
    drawn |= {kind: made_of(analysis) for kind, (made_of, there) in made.items() if there}
    return {kind: drawn[kind] for kind in ANALYSIS_FIGURES if kind in drawn}


def one_of_analysis(analysis: Analysis, kind: str = "") -> OfAnalysis:
    """What one of :data:`ANALYSIS_FIGURES` draws, the first that there is if none is named. Raises UsageError for
    another kind, or for one that this analysis has nothing for."""
    if kind:
        named("figure", kind, ANALYSIS_FIGURES)
    drawn = of_analysis(analysis)
    found = kind or next(iter(drawn), "")
    if found not in drawn:
        raise UsageError(f"this analysis has nothing to draw{f' for {kind!r}' if kind else ''}")
    return drawn[found]
