"""A comparison as a page: which sections there are, and in what order they are told.

A section is added by a function that returns it, or None where there is nothing to say, and a line in :func:`page_of`.
"""

from collections.abc import Mapping

from equitysim.figures.words import duration
from equitysim.report.background import Source, assumptions_section, certainty_section, reproduction_section
from equitysim.report.drawings import figure_cards
from equitysim.report.policies import claims_section, policies_section
from equitysim.report.verdict import verdict_card
from equitysim.report.view import Page, Section, named
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.outcome import Context
from equitysim.statistics.verdict import Verdict

TITLE = 120


def page_of(
    comparison: Comparison, drawings: Mapping[str, str], source: Source, verdict: Verdict | None = None
) -> Page:
    """The page of a comparison.

    ``drawings``: kind of figure → SVG without its heading. ``source``: what it was made from. Without a ``verdict`` the
    page begins with the table.
    """
    context = comparison.context
    sections = (
        policies_section(comparison),
        figures_section(comparison, drawings),
        claims_section(comparison),
        certainty_section(context),
        assumptions_section(source.assumptions),
        reproduction_section(comparison, source),
    )
    return Page(
        title=named(context.scenario.name, TITLE),
        scope=_scope(comparison),
        verdict=None if verdict is None else verdict_card(verdict, context),
        sections=tuple(section for section in sections if section is not None),
        made_by=f"equitysim {context.provenance.equitysim}",
    )


def figures_section(comparison: Comparison, drawings: Mapping[str, str]) -> Section | None:
    """The figures, each with its numbers; None if nothing was drawn."""
    cards = figure_cards(comparison, drawings)
    return Section("figures", "The figures", cards) if cards else None


def _scope(comparison: Comparison) -> tuple[str, ...]:
    context: Context = comparison.context
    count, runs = len(comparison.policies), context.replications
    return (
        f"{count} polic{'y' if count == 1 else 'ies'} on the same customers",
        duration(context.horizon_days),
        f"{runs:,} replication{'s' * (runs != 1)}",
        f"money in {named(context.currency, 20).short}",
    )
