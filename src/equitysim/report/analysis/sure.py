"""What stands behind an analysis: how much is luck, what was left out, what was varied, how to get it again."""

import math
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from equitysim.digits import rounded
from equitysim.figures.data import Contrast
from equitysim.measures.words import UNDEFINED, duration, percent, share, unit_heading
from equitysim.report.analysis.best import FACTOR, places
from equitysim.report.analysis.bounds import share_cell
from equitysim.report.background import Source
from equitysim.report.view import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    FigureCard,
    Folded,
    Listing,
    Notes,
    Prose,
    Row,
    Section,
    Table,
    brief,
    named,
)
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.answer import luck_told
from equitysim.statistics.sensitivity.findings import Noise
from equitysim.statistics.sensitivity.responses import DEPENDENT, DESIGN_NAMES, Factor, Responses

LEVELS: Final = 8
MOST_FACTORS: Final = 150
ROLES: Final = {"lever": "a lever: the firm decides it", "uncertainty": "nobody knows it"}


def certainty_section(analysis: Analysis, cards: Mapping[str, FigureCard]) -> Section:
    """How much of the spread is luck, and what was not analysed."""
    responses = analysis.responses
    left_out = tuple(dict.fromkeys((*responses.left_out, *analysis.left_out)))
    blocks: list[Block] = [Prose(_luck(analysis))]
    blocks += [cards["noise"]] if "noise" in cards else []
    blocks += [_noise(analysis)] if analysis.noise and responses.context.replications > 1 else []
    if left_out:
        said = tuple(f"{_sentence(one.what)}: {named(one.why, 300).short}." for one in left_out)
        blocks += [Prose(("Left out, and why:",)), Notes(said)]
    return Section("certainty", "How sure is this", tuple(blocks))


def _sentence(text: str) -> str:
    short = named(text, 200).short
    return f"{short[:1].upper()}{short[1:]}"


def _luck(analysis: Analysis) -> tuple[str, ...]:
    context = analysis.responses.context
    said = (
        "A replication is the same luck at every point and under every policy, so what differs between two points, or "
        "two policies, is known better than either level."
    )
    if context.replications < 2:
        return (said, "With one replication luck cannot be told from the factors: no bounds, and no clear best.")
    return (
        said,
        f"Bounds have {percent(context.confidence)} confidence, each by itself; they tell the luck of the "
        "replications, not that the model may be wrong.",
        *luck_told(analysis, lambda policy: f"‘{named(policy).short}’"),
    )


def _noise(analysis: Analysis) -> Table:
    at = places(analysis.responses)
    context = analysis.responses.context
    rows = tuple(
        Row(brief(Contrast(one.policy, one.against).label), _parts(one), policy=at[one.policy])
        for one in analysis.noise
    )
    unit = unit_heading(context.units[context.measure], difference=True)
    return Table(
        f"Where the variance of single runs comes from; below each share the standard deviation, in {unit}. In means: "
        "how much of the variance between points' means is luck that the replications did not average out.",
        "of what",
        (
            Column("the factors", "of variance", "parameters"),
            Column("luck that all points share", "of variance", "common_luck"),
            Column("luck of single runs", "of variance", "own_luck"),
            Column("luck in means", "of variance", "share_in_means"),
        ),
        rows,
        sortable=True,
    )


def _parts(one: Noise) -> tuple[Cell, ...]:
    parts = (one.parameters, one.common_luck, one.own_luck)
    total = sum(max(part, 0.0) for part in parts)
    return (*(_part(part, total) for part in parts), share_cell(one.share_in_means))


def _part(part: float, total: float) -> Cell:
    if math.isnan(part) or not total > 0.0:
        return Cell(UNDEFINED)
    return Cell(share(max(part, 0.0) / total), max(part, 0.0) / total, note=rounded(math.sqrt(max(part, 0.0))))


def varied_section(responses: Responses) -> Section:
    """Every factor with its role and what it was set to."""
    dependent = responses.design in DEPENDENT
    said = (
        f"{len(responses.factors)} factor{'s' * (len(responses.factors) != 1)} at {len(responses.means):,} points: "
        f"{DESIGN_NAMES[responses.design]}. All else is as the scenario says."
    )
    caution = ("Factors may depend on each other here, so no variance is told apart by factor.",) if dependent else ()
    columns = (
        Column("role", key="role", numeric=False),
        Column("values", key="values", numeric=False),
        Column("from", key="low"),
        Column("to", key="high"),
    )
    shown = responses.factors[:MOST_FACTORS]
    more = len(responses.factors) - len(shown)
    table = Table(
        "What was varied",
        "factor",
        columns,
        tuple(Row(brief(one.path, FACTOR), _factor(one)) for one in shown),
        sortable=True,
        notes=(f"{more} more factors are in the tables beside this page.",) if more else (),
    )
    return Section("varied", "What was varied", (Prose((said, *caution)), table))


def _factor(one: Factor) -> tuple[Cell, ...]:
    low, high = float(one.sizes.min()), float(one.sizes.max())
    ends = (Cell(named(one.told(end), 30).short, end) if one.ordered else Cell(UNDEFINED) for end in (low, high))
    if not one.levels:
        values = "anywhere between"
    else:
        values = ", ".join(named(one.said(text), 30).short for text in one.levels[:LEVELS])
        values += f" and {len(one.levels) - LEVELS} more" if len(one.levels) > LEVELS else ""
    return (Cell(ROLES[one.role]), Cell(values), *ends)


def reproduction_section(responses: Responses, source: Source) -> Section:
    """The study, its stored runs, versions, the command, and the whole scenario."""
    context, study = responses.context, responses.study
    made = context.provenance
    people = "" if context.customers is None else f", about {context.customers:,} seed persons"
    rows = (
        ("Study", f"{study.name}, {PurePath(study.file).name}" if study.file else study.name),
        ("SHA-256 of all it says", study.hash),
        ("SHA-256 over its stored runs", study.digest),
        ("Scenario", context.scenario.name),
        ("SHA-256 of its content", context.scenario.hash),
        ("Horizon", duration(context.horizon_days)),
        ("Runs", f"{context.replications} replications at each point, seed {context.seed}{people}"),
        ("Engine", f"{context.engine}, draws {made.scheme}"),
        ("Versions", f"equitysim {made.equitysim}, Python {made.python}, NumPy {made.numpy}, {made.platform}"),
        ("Hash of its source files", made.sources or "not noted"),
    )
    blocks: list[Block] = [Facts(tuple(Fact(term, named(text, 200)) for term, text in rows))]
    if source.command:
        blocks += [Prose(("This command gives the same numbers again:",)), Listing("command", source.command)]
    if source.resolved:
        label = "the scenario with every value written out"
        blocks.append(Folded("The whole scenario, with every default written out", (Listing(label, source.resolved),)))
    return Section("reproduce", "How to get this again", tuple(blocks))
