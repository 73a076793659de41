"""The policies of a comparison as tables: levels and differences, the five sources, what came of the claims."""

import math
from typing import Final

from equitysim.figures.data import SOURCE_LABELS
from equitysim.figures.style import look
from equitysim.figures.words import COUNTS, UNDEFINED, duration, interval, percent, unit_heading, value
from equitysim.measures.registry import MEASURES, SOURCES, Window, window_days
from equitysim.report.view import Cell, Column, Notes, Policy, Row, Section, Switches, Table, named
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import Estimate, claim_outcome
from equitysim.statistics.outcome import Claim, Context

SHOWN: Final = ("ltv", "spend", "referrals", "retention_12m", "complaints", "active_end", "equity_mean")
"""The measures beside the decision measure."""

DIFFERENCE: Final = "difference"
"""Key of the column with the paired difference of the decision measure."""

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
    baseline = names.index(comparison.baseline)
    return tuple(Policy(named(name), look(k, baseline)[0], k == baseline) for k, name in enumerate(names))


def policies_section(comparison: Comparison) -> Section:
    """Every policy with its decision measure, the difference to the baseline, and further measures."""
    table = _policies(comparison)
    blocks = (Switches(policies_of(comparison)), table) if len(table.rows) > 1 else (table,)
    return Section("policies", "The policies", blocks)


def _policies(comparison: Comparison) -> Table:
    context = comparison.context
    measure = context.measure
    unit = context.units[measure]
    others = tuple(other for other in SHOWN if other != measure)
    columns = (
        _column(context, measure),
        Column("difference to baseline", unit_heading(unit, difference=True), DIFFERENCE),
        *(_column(context, other) for other in others),
    )
    rows = tuple(
        Row(
            named(outcome.name),
            (
                level(comparison.summary(outcome.name, measure), unit),
                _difference(comparison, outcome.name),
                *(level(comparison.summary(outcome.name, other), context.units[other]) for other in others),
            ),
            policy=k,
            remark="baseline" if outcome.name == comparison.baseline else "",
        )
        for k, outcome in enumerate(comparison.policies)
    )
    return Table(_caption(context), "policy", columns, rows, sortable=True, notes=_legend(context, rows))


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
    bounds = "" if math.isnan(estimate.low) else f"[{value(estimate.low, unit)}, {value(estimate.high, unit)}]"
    return _cell(estimate, value(estimate.mean, unit), bounds)


def signed(estimate: Estimate, unit: str, mark: str = "") -> Cell:
    """A difference with its bounds in small print."""
    centre, _, bounds = interval(estimate.mean, estimate.low, estimate.high, unit).partition(" [")
    return _cell(estimate, centre, f"[{bounds}" if bounds else "", mark)


def _cell(estimate: Estimate, text: str, bounds: str, mark: str = "") -> Cell:
    return Cell(text, _known(estimate.mean), _known(estimate.low), _known(estimate.high), bounds, mark)


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _difference(comparison: Comparison, policy: str) -> Cell:
    context = comparison.context
    estimate = comparison.difference(policy, context.measure)
    if policy == comparison.baseline:
        return Cell("baseline", _known(estimate.mean))
    outcome = "" if math.isnan(estimate.low) else claim_outcome(estimate, matters=context.matters)
    mark = {"no_material_difference": "tie", "undecided": "open"}.get(outcome, "")
    return signed(estimate, context.units[context.measure], mark)


def _legend(context: Context, rows: tuple[Row, ...]) -> tuple[str, ...]:
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
        *([f"“{UNDEFINED}”: undefined."] if undefined else []),
    )


def sources_table(comparison: Comparison) -> Table:
    """The five sources by policy, and their sum."""
    context = comparison.context
    unit = context.units[SOURCES[0]]
    columns = tuple(Column(SOURCE_LABELS[source], unit_heading(unit), source) for source in SOURCES)
    rows = []
    for k, outcome in enumerate(comparison.policies):
        estimates = [comparison.summary(outcome.name, source) for source in SOURCES]
        total = math.fsum(estimate.mean for estimate in estimates)
        cells = (*(level(estimate, unit) for estimate in estimates), Cell(value(total, unit), _known(total)))
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
