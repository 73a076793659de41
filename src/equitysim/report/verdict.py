"""The verdict as the card that stands first on the page."""

from collections.abc import Sequence
from typing import Final, Literal, Protocol

from equitysim.figures.words import percent, unit_heading, value
from equitysim.measures.registry import MEASURES
from equitysim.report.view import Fact, Name, VerdictCard, named
from equitysim.statistics.outcome import Context

LABELS: Final = {"best": "Best policy found", "tied": "A tie", "undecided": "Not decided yet"}
"""What each status is called."""

LONGEST: Final = 400
MOST: Final = 8


class Verdict(Protocol):
    """What the card needs of a verdict, in the words of the JSON document (docs/commands.md)."""

    @property
    def status(self) -> Literal["best", "tied", "undecided"]:
        """What can be said."""
        ...

    @property
    def best(self) -> str | None:
        """The policy ahead, if there is one."""
        ...

    @property
    def set(self) -> Sequence[str]:
        """The policies that remain, the one ahead first."""
        ...

    @property
    def measure(self) -> str:
        """The decision measure."""
        ...

    @property
    def matters(self) -> float:
        """The difference below which policies are tied."""
        ...

    @property
    def confidence(self) -> float:
        """With what confidence, a share."""
        ...

    @property
    def procedure(self) -> str:
        """How it was found."""
        ...

    @property
    def needed(self) -> int | None:
        """Replications in all that it takes, if known."""
        ...

    @property
    def text(self) -> str:
        """The verdict in a sentence."""
        ...


def verdict_card(verdict: Verdict, context: Context) -> VerdictCard:
    """The card of a verdict."""
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
        tuple(Fact(term, Name(text)) for term, text in facts if text),
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
