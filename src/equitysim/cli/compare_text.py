"""A comparison as text: verdict, header, table by policy, sources, claims, and what the numbers are not."""

import math
import textwrap
from collections.abc import Sequence

from equitysim.cli.money_text import money_text
from equitysim.cli.table import Column, table, wrap
from equitysim.cli.unknowns_text import meter_text, worlds_text
from equitysim.cli.verdict_text import by_person_lines, decision_lines, horizon_lines, verdict_lines
from equitysim.cli.why_text import why_text
from equitysim.figures.data import SOURCE_LABELS
from equitysim.figures.names import plain
from equitysim.measures.registry import MEASURES, SOURCES
from equitysim.measures.words import COUNTS, UNDEFINED, duration, interval, percent, simulated, unit_heading, value
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.intervals import Estimate, claim_outcome
from equitysim.statistics.outcome import Claim, Context

TIED = "="
OPEN = "?"
_SHOWN = ("ltv", "spend", "referrals", "retention_12m", "complaints", "active_end", "equity_mean")
_VERDICTS = {
    "holds": "holds",
    "fails": "fails",
    "no_material_difference": "no material difference",
    "undecided": "undecided: more replications would narrow the interval",
}


def decision_text(decision: Decision, columns: int) -> str:
    """Everything ``compare`` prints, at most ``columns`` wide: the verdict first, what the numbers are not last."""
    comparison = decision.comparison
    beside = [
        None if decision.horizons is None else "\n".join(horizon_lines(decision.horizons, comparison.context, columns)),
        None if decision.why is None else why_text(decision.why, columns),
        money_text(decision.money, columns),
        None if decision.meter is None else meter_text(decision.meter, columns),
        None if decision.worlds is None else worlds_text(decision.worlds, columns),
    ]
    parts = [_answer(decision, columns), *beside, _ending(comparison, columns)]
    return "\n\n".join(part for part in parts if part)


def _answer(decision: Decision, columns: int) -> str:
    comparison = decision.comparison
    return _joined(
        verdict_lines(decision, columns),
        _header(comparison, columns),
        decision_lines(comparison, columns),
        _policies(comparison, columns),
        by_person_lines(comparison, columns),
        _sources(comparison, columns),
    )


def _ending(comparison: Comparison, columns: int) -> str:
    return _joined(_claims(comparison.claims, comparison.context, columns), _notes(comparison, columns))


def _joined(*parts: list[str]) -> str:
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def header_lines(context: Context, what: str, columns: int) -> list[str]:
    """Whose numbers these are, over what time, from how many runs, in which units."""
    many = context.replications > 1
    spread = (
        f"{percent(context.confidence)} t intervals [low, high] over replications, each by itself"
        if many
        else "one replication, so no intervals"
    )
    first = f"{plain(context.scenario.name)}: {what}"
    second = (
        f"Horizon {duration(context.horizon_days)}; {context.replications} replication{'s' * many} on the same "
        f"customers; seed {context.seed}; engine {context.engine}; {spread}. Money in {plain(context.currency)}, "
        f"discounted to the start, per seed person (everyone who entered other than by referral, bought or not)."
    )
    return [*wrap(first, columns), *wrap(second, columns)]


def _header(comparison: Comparison, columns: int) -> list[str]:
    count = len(comparison.policies)
    what = f"{count} polic{'y' if count == 1 else 'ies'}, baseline {plain(comparison.baseline)}"
    return header_lines(comparison.context, what, columns)


def _policies(comparison: Comparison, columns: int) -> list[str]:
    context, measure = comparison.context, comparison.context.measure
    names = [outcome.name for outcome in comparison.policies]
    unit = context.units[measure]
    marks = {name: _mark(comparison.difference(name, measure), context.matters) for name in names}
    differences = [
        "baseline"
        if name == comparison.baseline
        else _difference(comparison.difference(name, measure), unit, marks[name])
        for name in names
    ]
    shown = [
        Column((MEASURES[measure].label, unit_heading(unit)), _levels(comparison, measure)),
        Column(("difference to baseline", unit_heading(unit, difference=True)), tuple(differences)),
    ]
    shown += [_column(comparison, other) for other in _SHOWN if other != measure]
    used = {marks[name] for name in names if name != comparison.baseline}
    used |= {UNDEFINED} & {cell for column in shown for cell in column.cells}
    return table("policy", names, shown, columns) + _legend(context, used, unit, columns)


def _column(comparison: Comparison, measure: str) -> Column:
    context = comparison.context
    unit = context.units[measure]
    known = MEASURES[measure]
    heading = [known.label, unit_heading(unit)]
    if measure == "ltv":
        heading = ["lifetime value", f"in {duration(context.ltv_window_days)}", unit_heading(unit)]
    elif measure == "retention_12m":
        heading = ["retention", "12 months", "%"]
    elif measure == "active_end":
        heading = ["active", "at the end", "customers"]
    elif measure == "equity_mean":
        heading = ["equity", "at the end", "points"]
    elif measure == "complaints":
        heading = ["complaints", "per 100", "orders"]
    elif unit in COUNTS:
        heading = [known.label, "in all"]
    return Column(tuple(heading), _levels(comparison, measure))


def _levels(comparison: Comparison, measure: str) -> tuple[str, ...]:
    unit = comparison.context.units[measure]
    return tuple(value(comparison.summary(outcome.name, measure).mean, unit) for outcome in comparison.policies)


def _mark(estimate: Estimate, matters: float) -> str:
    if math.isnan(estimate.low):
        return ""
    outcome = claim_outcome(estimate, matters=matters)
    return {"no_material_difference": TIED, "undecided": OPEN}.get(outcome, "")


def _difference(estimate: Estimate, unit: str, mark: str) -> str:
    return f"{interval(estimate.mean, estimate.low, estimate.high, unit)} {mark or ' '}"


def _legend(context: Context, marks: set[str], unit: str, columns: int) -> list[str]:
    said = []
    if TIED in marks:
        said.append(f"{TIED} no material difference: the whole interval lies within ±{_matters(context, unit)}")
    if OPEN in marks:
        said.append(f"{OPEN} undecided: the interval reaches both sides of 0")
    if UNDEFINED in marks:
        said.append(f"{UNDEFINED} undefined")
    return wrap("; ".join(said) + ".", columns, "  ") if said else []


def _matters(context: Context, unit: str) -> str:
    return f"{value(context.matters, unit)} {unit_heading(unit, difference=True)}"


def _sources(comparison: Comparison, columns: int) -> list[str]:
    names = [outcome.name for outcome in comparison.policies]
    unit = comparison.context.units[SOURCES[0]]
    shown = [Column(_broken(SOURCE_LABELS[source]), _levels(comparison, source)) for source in SOURCES]
    totals = tuple(
        value(math.fsum(comparison.summary(name, source).mean for source in SOURCES), unit) for name in names
    )
    shown.append(Column(("sum",), totals))
    about = (
        f"Where the value comes from, {unit_heading(unit)}: the five sources add up to margin + premium − cost to "
        "serve, before what programs, desks and acquisition cost. A longer life sits in base."
    )
    return wrap(about, columns) + table("policy", names, shown, columns)


def _broken(label: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(label, 13))


def _claims(claims: Sequence[Claim], context: Context, columns: int) -> list[str]:
    if not claims:
        return []
    lines = ["Claims"]
    for claim in claims:
        unit = context.units[claim.measure]
        estimate = interval(claim.estimate.mean, claim.estimate.low, claim.estimate.high, unit)
        text = f"- {plain(claim.text)}: {_VERDICTS[claim.outcome]} ({estimate} {unit_heading(unit, difference=True)})"
        lines += wrap(text, columns, "  ")
    return lines


def _notes(comparison: Comparison, columns: int) -> list[str]:
    context = comparison.context
    notes = []
    if context.customers is not None or context.scale != 1.0:
        notes.append(simulated(context.sample, context.scale, plain))
    notes += [
        "Differences are paired: every policy meets the same customers with the same luck, so a difference is known "
        "better than either level. Intervals are of the simulation's own error, not of the assumptions.",
        "Equity is counted in points from -100 to 100 with 0 neutral; only what happens at two balances, as the "
        "scenario states it, gives them meaning (see 'equitysim show').",
        "Left out on purpose: negative word of mouth, household budgets, assortments, media mix, learning rivals. What "
        "remains of a customer's value at the horizon is not in net value.",
    ]
    return ["Notes"] + [line for note in notes for line in wrap(f"- {note}", columns, "  ")]
