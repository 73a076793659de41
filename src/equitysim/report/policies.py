"""The policies of a comparison as tables: levels and differences, the five sources, what came of the claims."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from equitysim.figures.data import SOURCE_LABELS
from equitysim.figures.style import look
from equitysim.measures.registry import MEASURES, SOURCES, Window, window_days
from equitysim.measures.words import COUNTS, UNDEFINED, chance, duration, interval, percent, share, unit_heading, value
from equitysim.report.view import Cell, Column, FigureCard, Notes, Policy, Row, Section, Switches, Table, named
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.intervals import Estimate, claim_outcome
from equitysim.statistics.outcome import Claim, Context

SHOWN: Final = ("ltv", "spend", "referrals", "retention_12m", "complaints", "active_end", "equity_mean")
"""The measures beside the decision measure."""

DIFFERENCE: Final = "difference"
"""Key of the column with the paired difference of the decision measure."""

CHANCES: Final = {
    "p_best_mean": ("its mean is the best", "chance", "the chance that its mean is the best"),
    "share_of_futures_best": ("best in", "share of futures", "the share of futures in which it is the best"),
    "share_of_worlds_best": ("best in", "share of worlds", "the share of worlds in which it is the best"),
}
"""What the chances of being the best are called, by their keys in documents: heading, unit, in full."""

OUTCOMES: Final = {
    "holds": "holds",
    "fails": "fails",
    "no_material_difference": "no material difference",
    "undecided": "undecided: more replications would narrow the interval",
}
"""What is said of a claim."""


def policies_of(comparison: Comparison) -> tuple[Policy, ...]:
    """The policies in their order, in the colours of the figures."""
    names = [outcome.name for outcome in comparison.policies]
    return switched(names, names.index(comparison.baseline))


def switched(names: Sequence[str], baseline: int) -> tuple[Policy, ...]:
    """Policies of these names as the switches name them; ``baseline``: its place."""
    return tuple(Policy(named(name), look(k, baseline)[0], k == baseline) for k, name in enumerate(names))


def policies_section(decision: Decision, figures: Sequence[FigureCard]) -> Section:
    """Every policy with its decision measure, the difference to the baseline, its chances of being the best, and
    further measures; then the figures."""
    table = _policies(decision)
    switches = (Switches(policies_of(decision.comparison)),) if len(table.rows) > 1 else ()
    return Section("policies", "The policies", (*switches, table, *figures))


def _policies(decision: Decision) -> Table:
    comparison = decision.comparison
    context = comparison.context
    measure = context.measure
    unit = context.units[measure]
    others = tuple(other for other in SHOWN if other != measure)
    chances = chances_of(decision)
    columns = (
        _column(context, measure),
        Column("difference to baseline", unit_heading(unit, difference=True), DIFFERENCE),
        *(Column(*CHANCES[key][:2], key) for key in chances),
        *(_column(context, other) for other in others),
    )
    rows = tuple(
        Row(
            named(outcome.name),
            (
                level(comparison.summary(outcome.name, measure), unit),
                _difference(comparison, outcome.name),
                *(cells[k] for cells in chances.values()),
                *(level(comparison.summary(outcome.name, other), context.units[other]) for other in others),
            ),
            policy=k,
            remark="baseline" if outcome.name == comparison.baseline else "",
        )
        for k, outcome in enumerate(comparison.policies)
    )
    return Table(_caption(context), "policy", columns, rows, sortable=True, notes=_legend(context, rows, chances))


def _caption(context: Context) -> str:
    spread = (
        f"Below each number its {percent(context.confidence)} interval, each by itself"
        if context.replications > 1
        else "One replication, so no intervals"
    )
    return (
        f"What each policy earns and does over {duration(context.horizon_days)}, on the same customers. {spread}. "
        f"Money in {named(context.currency, 20).short}, discounted to the start, per "
        "seed person: everyone who entered other than by referral."
    )


def _column(context: Context, measure: str) -> Column:
    known = MEASURES[measure]
    unit = unit_heading(context.units[measure])
    if known.window is not Window.HORIZON and "12 months" not in known.label:
        days = window_days(known, horizon=context.horizon_days, ltv_window=context.ltv_window_days)
        unit = f"{unit} in {duration(days)}"
    elif context.units[measure] in COUNTS and "at the end" not in known.label:
        unit = "in all"
    elif measure == "equity_mean":
        unit = f"{unit}, at the end"
    return Column(known.label, unit, measure)


def level(estimate: Estimate, unit: str) -> Cell:
    """A mean with its bounds in small print."""
    if math.isnan(estimate.low):
        return _cell(estimate, value(estimate.mean, unit), "")
    error = (estimate.high - estimate.low) / 2.0
    centre, low, high = (value(size, unit, error=error) for size in estimate[:3])
    return _cell(estimate, centre, f"[{low}, {high}]")


def signed(estimate: Estimate, unit: str, mark: str = "") -> Cell:
    """A difference with its bounds in small print."""
    centre, _, bounds = interval(estimate.mean, estimate.low, estimate.high, unit).partition(" [")
    return _cell(estimate, centre, f"[{bounds}" if bounds else "", mark)


def _cell(estimate: Estimate, text: str, bounds: str, mark: str = "") -> Cell:
    return Cell(text, known(estimate.mean), known(estimate.low), known(estimate.high), bounds, mark)


def known(number: float) -> float | None:
    """The number if it is one."""
    return number if math.isfinite(number) else None


def _difference(comparison: Comparison, policy: str) -> Cell:
    context = comparison.context
    estimate = comparison.difference(policy, context.measure)
    if policy == comparison.baseline:
        return Cell("baseline", known(estimate.mean))
    outcome = "" if math.isnan(estimate.low) else claim_outcome(estimate, matters=context.matters)
    mark = {"no_material_difference": "tie", "undecided": "open"}.get(outcome, "")
    return signed(estimate, context.units[context.measure], mark)


def chances_of(decision: Decision) -> dict[str, tuple[Cell, ...]]:
    """The chances of being the best that are known, key → a cell for each policy."""
    found, worlds = decision.comparison.verdict, decision.worlds
    if len(found.standings) < 2:
        return {}
    names = [outcome.name for outcome in decision.comparison.policies]
    standings = [found.standing(name) for name in names]
    columns = {
        "p_best_mean": tuple(Cell(chance(one.p_best_mean), known(one.p_best_mean)) for one in standings),
        "share_of_futures_best": tuple(
            Cell(share(one.share_of_futures_best), known(one.share_of_futures_best)) for one in standings
        ),
    }
    if worlds is not None:
        columns["share_of_worlds_best"] = tuple(_of_worlds(worlds.share_of_worlds_best(name)) for name in names)
    return columns


def _of_worlds(part: float | None) -> Cell:
    return Cell(UNDEFINED) if part is None else Cell(share(part), part)


def _legend(context: Context, rows: tuple[Row, ...], chances: Iterable[str]) -> tuple[str, ...]:
    unit = context.units[context.measure]
    matters = f"±{value(context.matters, unit)} {unit_heading(unit, difference=True)}"
    said = {
        "tie": f"“tie”: no material difference, the whole interval lies within {matters}.",
        "open": "“open”: the interval reaches both sides of 0, so more replications would be needed.",
    }
    marks = {cell.mark for row in rows for cell in row.cells}
    undefined = any(cell.text == UNDEFINED for row in rows for cell in row.cells)
    return (
        *(text for mark, text in said.items() if mark in marks),
        *_explained([CHANCES[key][2] for key in chances]),
        *([f"“{UNDEFINED}”: undefined."] if undefined else []),
    )


def _explained(chances: Sequence[str]) -> tuple[str, ...]:
    return (f"Beside the difference: {'; '.join(chances)}. “How sure is this” says what each means.",) * bool(chances)


def sources_table(comparison: Comparison) -> Table:
    """The five sources by policy, and their sum."""
    context = comparison.context
    unit = context.units[SOURCES[0]]
    columns = tuple(Column(SOURCE_LABELS[source], unit_heading(unit), source) for source in SOURCES)
    rows = []
    for k, outcome in enumerate(comparison.policies):
        estimates = [comparison.summary(outcome.name, source) for source in SOURCES]
        total = math.fsum(estimate.mean for estimate in estimates)
        cells = (*(level(estimate, unit) for estimate in estimates), Cell(value(total, unit), known(total)))
        rows.append(Row(named(outcome.name), cells, policy=k))
    return Table(
        f"The five sources by policy over {duration(context.horizon_days)}, in {unit_heading(unit)}; they add up to "
        "margin + premium − cost to serve, before what programs, desks and acquisition cost.",
        "policy",
        (*columns, Column("sum", unit_heading(unit), "sum")),
        tuple(rows),
        sortable=True,
    )


def claims_section(comparison: Comparison) -> Section | None:
    """What the runs say of the scenario's claims; None if it makes none."""
    if not comparison.claims:
        return None
    context = comparison.context
    table = Table(
        f"What the runs say of what the scenario claims, over {duration(context.horizon_days)}",
        "claim",
        (Column("outcome", key="outcome", numeric=False), Column("better by", key="estimate")),
        tuple(_claim(claim, context) for claim in comparison.claims),
    )
    about = Notes(("A positive number speaks for the claim, also where less is better (costs, waits, complaints).",))
    return Section("claims", "The claims", (table, about))


def _claim(claim: Claim, context: Context) -> Row:
    unit = context.units[claim.measure]
    estimate = signed(claim.estimate, unit)
    return Row(
        named(claim.text, 160),
        (
            Cell(OUTCOMES[claim.outcome]),
            estimate._replace(text=f"{estimate.text} {unit_heading(unit, difference=True)}"),
        ),
    )
