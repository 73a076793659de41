"""The verdict as the card that stands first on the page."""

from collections.abc import Sequence
from typing import Final

from equitysim.measures.registry import MEASURES
from equitysim.measures.words import percent, unit_heading, value
from equitysim.report.view import Fact, Name, VerdictCard, named
from equitysim.statistics.desks import DeskNote
from equitysim.statistics.outcome import Context
from equitysim.statistics.verdict import Verdict

LABELS: Final = {"best": "Best policy found", "tied": "A tie", "undecided": "Not decided yet"}
"""What each status is called."""

LONGEST: Final = 400
LONGEST_DESK_NOTE: Final = 700
MOST: Final = 8


def verdict_card(verdict: Verdict, context: Context, desk_notes: Sequence[DeskNote] = ()) -> VerdictCard:
    """The card of a verdict, with what must be said of desks beside it."""
    unit = context.units[verdict.measure]
    facts = [
        ("Still in the running", _names(verdict.set) if len(verdict.set) > 1 else ""),
        ("Decided by", f"{MEASURES[verdict.measure].label}, {unit}"),
        ("Differences that matter", f"{value(verdict.matters, unit)} {unit_heading(unit, difference=True)} or more"),
        ("Confidence", percent(verdict.confidence)),
        ("Replications", _replications(verdict, context)),
        ("Procedure", verdict.procedure),
    ]
    return VerdictCard(
        verdict.status,
        LABELS[verdict.status],
        named(verdict.text, LONGEST),
        (
            *(Fact("Desk", named(note.text, LONGEST_DESK_NOTE)) for note in desk_notes),
            *(Fact(term, Name(text)) for term, text in facts if text),
        ),
    )


def _names(policies: Sequence[str]) -> str:
    shown = ", ".join(named(policy).short for policy in policies[:MOST])
    more = len(policies) - MOST
    return f"{shown} and {more} more" if more > 0 else shown


def _replications(verdict: Verdict, context: Context) -> str:
    done = f"{context.replications:,} run"
    if verdict.status != "undecided":
        return done
    return (
        f"{done}; about {verdict.needed:,} needed" if verdict.needed is not None else f"{done}; no number known to do"
    )
