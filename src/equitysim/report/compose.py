"""A decision as a page: which sections there are, and in what order they are told.

A section is added by a function that returns it, or None where there is nothing to say, and a line in :func:`page_of`.
"""

from collections.abc import Mapping

from equitysim.measures.words import duration
from equitysim.report.background import Source, assumptions_section, certainty_section, reproduction_section
from equitysim.report.drawings import Cards, figure_cards
from equitysim.report.horizons import horizons_section
from equitysim.report.money import money_section
from equitysim.report.policies import claims_section, policies_section
from equitysim.report.reasons import why_section
from equitysim.report.rests import rests_section
from equitysim.report.unknowns import unknowns_section
from equitysim.report.verdict import verdict_card
from equitysim.report.view import FigureCard, Page, Section, named
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.outcome import Context

TITLE = 120


def page_of(decision: Decision, drawings: Mapping[str, str], source: Source) -> Page:
    """The page of a decision.

    ``drawings``: kind of figure (``figures.data.FIGURES``) → SVG without its heading; those that are not there are left
    out. ``source``: what it was made from. With a single policy there is no verdict on it.
    """
    comparison = decision.comparison
    context = comparison.context
    cards = figure_cards(decision, drawings)
    sections = (
        policies_section(decision, _of(cards, "verdict")),
        horizons_section(decision, cards.get("horizons")),
        why_section(decision, _of(cards, "waterfall", "sources", "gains")),
        money_section(decision, _of(cards, "quarters", "payback", "frontier", "desks")),
        unknowns_section(decision),
        rests_section(decision, cards.get("tornado")),
        figures_section(_of(cards, "value", "referrals", "equity", "active")),
        claims_section(comparison),
        certainty_section(decision, cards.get("chances")),
        assumptions_section(source.assumptions),
        reproduction_section(comparison, source),
    )
    return Page(
        title=named(context.scenario.name, TITLE),
        scope=_scope(comparison),
        verdict=(
            verdict_card(comparison.verdict, context, decision.desk_notes) if len(comparison.policies) > 1 else None
        ),
        sections=tuple(section for section in sections if section is not None),
        made_by=f"equitysim {context.provenance.equitysim}",
    )


def _of(cards: Cards, *kinds: str) -> tuple[FigureCard, ...]:
    return tuple(cards[kind] for kind in kinds if kind in cards)


def figures_section(cards: tuple[FigureCard, ...]) -> Section | None:
    """Further figures, each with its numbers; None if nothing was drawn."""
    return Section("figures", "Further figures", cards) if cards else None


def _scope(comparison: Comparison) -> tuple[str, ...]:
    context: Context = comparison.context
    count, runs = len(comparison.policies), context.replications
    return (
        f"{count} polic{'y' if count == 1 else 'ies'} on the same customers",
        duration(context.horizon_days),
        f"{runs:,} replication{'s' * (runs != 1)}",
        f"money in {named(context.currency, 20).short}",
    )
