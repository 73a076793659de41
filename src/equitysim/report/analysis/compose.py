"""An analysis as a page: which sections there are, and in what order they are told.

A section is added by a function that returns it, or None where there is nothing to say, and a line in :func:`page_of`.
"""

from collections.abc import Mapping
from typing import Final

from equitysim.measures.words import duration
from equitysim.report.analysis.best import depends_card, judged, levers_section, when_section, where_section
from equitysim.report.analysis.cards import analysis_cards
from equitysim.report.analysis.matters import matters_section
from equitysim.report.analysis.sure import certainty_section, reproduction_section, varied_section
from equitysim.report.background import Source, assumptions_section
from equitysim.report.compose import TITLE
from equitysim.report.view import Page, named
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.responses import Responses

QUESTION: Final = "where is which policy best?"
KICKER: Final = "Relationship equity: where each policy is best, what matters, and how sure that is"


def page_of(analysis: Analysis, drawings: Mapping[str, str], source: Source) -> Page:
    """The page of an analysis.

    ``drawings``: kind of figure (``figures.data.ANALYSIS_FIGURES``) → SVG without its heading; those that are not there
    are left out. ``source``: what it was made from. With a single policy, or of
    a measure of which neither more nor less is better, there is no answer on who is best.
    """
    responses = analysis.responses
    cards = analysis_cards(analysis, drawings)
    sections = (
        where_section(analysis, cards),
        matters_section(analysis, cards),
        when_section(analysis, cards),
        levers_section(analysis),
        certainty_section(analysis, cards),
        varied_section(responses),
        assumptions_section(source.assumptions),
        reproduction_section(responses, source),
    )
    return Page(
        title=named(responses.study.name, TITLE),
        scope=_scope(responses),
        verdict=depends_card(analysis) if len(responses.policies) > 1 and judged(analysis) else None,
        sections=tuple(section for section in sections if section is not None),
        made_by=f"equitysim {responses.context.provenance.equitysim}",
        question=QUESTION,
        kicker=KICKER,
    )


def _scope(responses: Responses) -> tuple[str, ...]:
    context = responses.context
    policies, points, runs = len(responses.policies), len(responses.means), context.replications
    return (
        named(context.scenario.name).short,
        f"{policies} polic{'y' if policies == 1 else 'ies'} on the same customers",
        duration(context.horizon_days),
        f"{points:,} point{'s' * (points != 1)} × {runs:,} replication{'s' * (runs != 1)}",
        f"money in {named(context.currency, 20).short}",
    )
