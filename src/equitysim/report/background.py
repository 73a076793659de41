"""What stands behind the numbers: how sure they are, what was assumed and on whose word, how to get them again."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from equitysim.measures.words import chance, duration, percent, share, simulated
from equitysim.report.view import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    FigureCard,
    Folded,
    Listing,
    Name,
    Notes,
    Prose,
    Row,
    Section,
    Table,
    named,
)
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.outcome import Context
from equitysim.statistics.verdict import Standing

ORIGINS: Final = {
    "given": "stated in the scenario",
    "published": "a default that a source reports",
    "derived": "a default worked out from such figures",
    "judgement": "a default that is an opinion: change it if you know better",
}
"""Where a value may come from, in the order of trust."""

LONGEST: Final = 80


class Assumption(NamedTuple):
    """One value of the scenario: its dotted path, text and unit, where it is from, and the source if there is one."""

    path: str
    value: str
    unit: str
    origin: str
    source: str


class Source(NamedTuple):
    """What a comparison was made from: every value, the resolved scenario as text, the command that was typed."""

    assumptions: tuple[Assumption, ...] = ()
    resolved: str = ""
    command: str = ""


def certainty_section(decision: Decision, figure: FigureCard | None) -> Section:
    """The three kinds of uncertainty, in plain words and in numbers, and which of them the intervals tell."""
    spreads = (
        Fact("The simulation's own error", named(" ".join(_error(decision)), 2000)),
        Fact("A firm's luck", named(" ".join(_luck(decision)), 2000)),
        Fact("What is not known", named(" ".join(_unknown(decision)), 2000)),
    )
    shown = (figure,) if figure is not None else ()
    return Section(
        "certainty", "How sure is this", (Facts(spreads), *shown, Notes(_notes(decision.comparison.context)))
    )


def _error(decision: Decision) -> list[str]:
    context, leader = decision.comparison.context, _leader(decision)
    runs = f"{context.replications} replication{'s' * (context.replications != 1)}"
    told = f"Told by every interval here ({percent(context.confidence)}, {runs})."
    said = [
        "How far these numbers are from what endless simulation would give. It shrinks with more replications.",
        told if context.replications > 1 else "Not told here: it takes at least two replications.",
    ]
    if leader is not None and not math.isnan(leader.p_best_mean):
        name = named(leader.policy).short
        said.append(f"The chance that ‘{name}’ has the best mean is {chance(leader.p_best_mean)}.")
    return said


def _luck(decision: Decision) -> list[str]:
    leader, count = _leader(decision), decision.comparison.verdict.replications
    said = ["A firm lives one future, with its own customers and accidents. More replications do not shrink it."]
    if leader is None or count < 2:
        said.append("The interval of a mean says nothing about a single future; runs.csv and values.csv hold each one.")
    else:
        best = share(leader.share_of_futures_best)
        said.append(f"Of {count:,} futures simulated, ‘{named(leader.policy).short}’ came out best in {best}.")
    return said


def _unknown(decision: Decision) -> list[str]:
    said = ["The assumptions may be wrong, above all how strongly equity acts. No interval of a mean contains this."]
    worlds = decision.worlds
    if worlds is None:
        return [
            *said,
            "Nothing in this scenario is marked uncertain, so no number here tells it; the assumptions below say what "
            "each number rests on.",
        ]
    shares = {policy.name: policy.share_best.value for policy in worlds.policies}
    most = max(shares, key=shares.__getitem__)
    best = f"‘{named(most).short}’ is the best in {share(shares[most])} of {worlds.design.worlds:,} worlds"
    leader = _leader(decision)
    if leader is None or leader.policy == most or leader.policy not in shares:
        return [*said, f"{best}."]
    return [*said, f"{best}, ‘{named(leader.policy).short}’ in {share(shares[leader.policy])}."]


def _leader(decision: Decision) -> Standing | None:
    """Where the leading policy stands; None where there is nothing to choose."""
    found = decision.comparison.verdict
    return None if found.best is None or len(found.standings) < 2 else found.standing(found.best)


def _notes(context: Context) -> tuple[str, ...]:
    sized = (simulated(context.sample, context.scale),)
    return (
        *(sized if context.customers is not None or context.scale != 1.0 else ()),
        "Differences are paired: every policy meets the same customers with the same luck, so a difference is known "
        "better than either level.",
        "Equity is counted in points from −100 to 100 with 0 neutral; only what happens at two balances, as the "
        "scenario states it, gives them meaning.",
        "Left out on purpose: negative word of mouth, household budgets, assortments, media mix, learning rivals. What "
        "remains of a customer's value at the horizon is not in net value.",
    )


def assumptions_section(assumptions: Sequence[Assumption]) -> Section | None:
    """Every value with where it is from, counted by origin; None where none are known."""
    if not assumptions:
        return None
    facts = origin_facts(Counter(row.origin for row in assumptions))
    columns = tuple(Column(label, key=label, numeric=False) for label in ("value", "unit", "origin", "source"))
    rows = tuple(
        Row(named(row.path, LONGEST), (_text(row.value), Cell(row.unit), Cell(row.origin), _text(row.source)))
        for row in assumptions
    )
    table = Table("Every value of the scenario, and where it is from", "key", columns, rows, sortable=True)
    return Section("assumptions", "What was assumed", (facts, Folded(f"All {len(rows)} values", (table,))))


def origin_facts(counts: Mapping[str, int]) -> Facts:
    """How many values are from where, in the order of trust."""
    origins = (*ORIGINS, *sorted(set(counts) - set(ORIGINS)))
    return Facts(
        tuple(
            Fact(f"{counts[origin]} {origin}", Name(ORIGINS.get(origin, "another origin")))
            for origin in origins
            if counts.get(origin)
        )
    )


def _text(text: str) -> Cell:
    shown = named(text, 200)
    return Cell(shown.short)


def reproduction_section(comparison: Comparison, source: Source) -> Section:
    """Seeds, versions and digests, the command, and the whole scenario."""
    context = comparison.context
    computed, scenario = context.provenance, context.scenario
    people = "" if context.customers is None else f", about {context.customers:,} seed persons"
    rows = (
        ("Scenario", scenario.name),
        ("SHA-256 of its content", scenario.hash),
        ("Horizon", f"{duration(context.horizon_days)}; lifetime value within {duration(context.ltv_window_days)}"),
        ("Runs", f"{context.replications} replications, seed {context.seed}{people}"),
        ("Engine", f"{context.engine}, draws {computed.scheme}"),
        (
            "Versions",
            f"equitysim {computed.equitysim}, Python {computed.python}, NumPy {computed.numpy}, {computed.platform}",
        ),
        ("Hash of its source files", computed.sources or "not noted"),
    )
    facts = Facts(tuple(Fact(term, named(text, 200)) for term, text in rows))
    blocks: list[Block] = [facts]
    if source.command:
        blocks += [Prose(("This command gives the same numbers again:",)), Listing("command", source.command)]
    blocks.append(Folded("Digests: equal ones mean equal results", (_digests(comparison),)))
    if source.resolved:
        label = "the scenario with every value written out"
        blocks.append(Folded("The whole scenario, with every default written out", (Listing(label, source.resolved),)))
    return Section("reproduce", "How to get this again", tuple(blocks))


def _digests(comparison: Comparison) -> Table:
    return Table(
        "SHA-256 over all records, counts and series of each policy",
        "policy",
        (Column("digest", key="digest", numeric=False),),
        tuple(
            Row(named(outcome.name), (Cell(outcome.digest),), policy=k) for k, outcome in enumerate(comparison.policies)
        ),
    )
