"""Why the leading policy differs from the baseline: by kind of money, by source, by group of customers."""

import math
from collections.abc import Sequence

from equitysim.figures.data import SOURCE_LABELS, never_differs
from equitysim.measures.words import interval, unit_heading
from equitysim.report.policies import signed
from equitysim.report.view import Block, Column, FigureCard, Folded, Prose, Row, Section, Table, brief, named
from equitysim.statistics.decision import Decision
from equitysim.statistics.why import KIND_LABELS, Part, Why


def why_section(decision: Decision, figures: Sequence[FigureCard]) -> Section | None:
    """Why, in words, figures and the five sources; None where two policies with books are wanting."""
    if not all(outcome.books for outcome in decision.comparison.policies) or decision.why is None:
        return None
    found = decision.why
    blocks: tuple[Block, ...] = (Prose((_answer(found),)), *figures)
    return Section("why", "Why", (*blocks, Folded("The five sources of the difference", (_sources(found),))))


def _answer(found: Why) -> str:
    ours, theirs = named(found.policy).short, named(found.against).short
    unit = unit_heading(found.unit)
    gap = interval(*found.total[:3], found.unit)
    said = f"‘{ours}’ against ‘{theirs}’: {gap} {unit} in net value."
    moved = [bar for bar in found.bars if not never_differs(bar.estimate) and math.isfinite(bar.estimate.mean)]
    up, down = (max(moved, key=lambda bar: sign * bar.estimate.mean, default=None) for sign in (1.0, -1.0))
    if up is not None and up.estimate.mean > 0.0:
        said += f" What adds most is {_part(up, found)}."
    if down is not None and down.estimate.mean < 0.0:
        said += f" What takes most away is {_part(down, found)}."
    return said


def _part(bar: Part, found: Why) -> str:
    return f"{KIND_LABELS[bar.name]} ({interval(*bar.estimate[:3], found.unit)})"


def _sources(found: Why) -> Table:
    ours, theirs = named(found.policy).short, named(found.against).short
    return Table(
        f"‘{ours}’ against ‘{theirs}’ by source of value, before what programs, desks and acquisition cost. A longer "
        "life sits in base.",
        "source",
        (Column("difference", unit_heading(found.unit), "difference"),),
        tuple(Row(brief(SOURCE_LABELS[part.name]), (signed(part.estimate, found.unit),)) for part in found.sources),
    )
