"""A comparison at several values as text: one table, who is best where, and what the numbers are not."""

import math
import textwrap

from equitysim.cli.table import Column, table
from equitysim.figures.names import plain, shorten, wrapped
from equitysim.measures.registry import MEASURES
from equitysim.measures.words import duration, interval, percent, unit_heading, value
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import Estimate, Outcome, claim_outcome
from equitysim.statistics.setting import Change, Lead
from equitysim.statistics.varied import Varied

_MARKS: dict[Outcome, str] = {"no_material_difference": "=", "undecided": "?"}
_POLICY_COLUMNS = 22
_SHOWN_VALUE = 40


def vary_text(varied: Varied, columns: int) -> str:
    """Everything ``compare --vary`` prints about its numbers, at most ``columns`` wide."""
    parts = [_header(varied, columns), _table(varied, columns), _said(varied, columns), _notes(columns)]
    return "\n\n".join("\n".join(lines) for lines in parts)


def _wrap(text: str, columns: int, indent: str = "") -> list[str]:
    return textwrap.wrap(text, columns, subsequent_indent=indent, break_on_hyphens=False)


def _header(varied: Varied, columns: int) -> list[str]:
    context = varied.context
    many = context.replications > 1
    horizons = {comparison.context.horizon_days for comparison in varied.comparisons}
    horizon = f"Horizon {duration(horizons.pop())}" if len(horizons) == 1 else "Horizon as varied"
    spread = (
        f"{percent(context.confidence)} t intervals [low, high] over replications, each by itself"
        if many
        else "one replication, so no intervals"
    )
    unit = unit_heading(context.units[context.measure])
    first = (
        f"{plain(context.scenario.name)}: {MEASURES[context.measure].label} ({unit}) of {len(varied.policies)} "
        f"polic{'y' if len(varied.policies) == 1 else 'ies'} at {len(varied.settings)} values of {plain(varied.key)}"
    )
    second = (
        f"{horizon}; {context.replications} replication{'s' * many} at each value, the same customers and luck "
        f"throughout; seed {context.seed}; engine {context.engine}; {spread}."
    )
    return [*_wrap(first, columns), *_wrap(second, columns)]


def _table(varied: Varied, columns: int) -> list[str]:
    context, measure = varied.context, varied.context.measure
    unit, apart = (unit_heading(context.units[measure], difference=difference) for difference in (False, True))
    best = Column(("best",), tuple(_best(lead) for lead in varied.leads))
    levels = tuple(
        value(comparison.summary(varied.baseline, measure).mean, context.units[measure])
        for comparison in varied.comparisons
    )
    shown = [best, Column((*_heading(varied.baseline), "(baseline)", unit), levels)]
    for name in varied.policies:
        if name != varied.baseline:
            cells = tuple(_difference(comparison, name) for comparison in varied.comparisons)
            shown.append(Column((*_heading(name), "difference", apart), cells))
    corner = shorten(plain(varied.key), _SHOWN_VALUE)
    lines = table(corner, [setting.setting for setting in varied.settings], shown, columns)
    return lines + _legend(varied, lines, columns)


def _heading(policy: str) -> list[str]:
    return wrapped(policy, _POLICY_COLUMNS, 3).split("\n")


def _best(lead: Lead | None) -> str:
    if lead is None:
        return "undefined"
    return f"{shorten(plain(lead.policy), _POLICY_COLUMNS)} {_mark(lead.ahead, lead.outcome)}"


def _difference(comparison: Comparison, policy: str) -> str:
    context = comparison.context
    estimate = comparison.difference(policy, context.measure)
    outcome = claim_outcome(estimate, matters=context.matters)
    shown = interval(estimate.mean, estimate.low, estimate.high, context.units[context.measure])
    return f"{shown} {_mark(estimate, outcome)}"


def _mark(estimate: Estimate, outcome: Outcome) -> str:
    return " " if math.isnan(estimate.low) else _MARKS.get(outcome, " ")


def _legend(varied: Varied, lines: list[str], columns: int) -> list[str]:
    context = varied.context
    unit = context.units[context.measure]
    matters = f"±{value(context.matters, unit)} {unit_heading(unit, difference=True)}"
    said = []
    if any(" = " in f"{line} " for line in lines):
        said.append(
            f"= no material difference (to the next best; to the baseline): all of the interval within {matters}"
        )
    if any(" ? " in f"{line} " for line in lines):
        said.append("? undecided: the interval reaches both sides of 0")
    return _wrap("; ".join(said) + ".", columns, "  ") if said else []


def _said(varied: Varied, columns: int) -> list[str]:
    """Who is best where, in sentences."""
    leads = [lead for lead in varied.leads if lead is not None]
    names = list(dict.fromkeys(lead.policy for lead in leads))
    if len(names) == 1 and len(leads) == len(varied.leads):
        sure = all(lead.outcome == "holds" for lead in leads)
        text = f"{plain(names[0])} has the best mean at every value{', clearly before the next' if sure else ''}."
        return _wrap(text, columns)
    if varied.numeric:
        return [line for change in varied.changes for line in _wrap(_changed(change, varied), columns, "  ")]
    pairs = list(zip(varied.settings, varied.leads, strict=True))
    where = {name: [one.setting for one, lead in pairs if lead and lead.policy == name] for name in names}
    text = "; ".join(f"{plain(name)} at {', '.join(map(_value, at))}" for name, at in where.items())
    return _wrap(f"The best mean: {text}.", columns, "  ")


def _value(text: str) -> str:
    return shorten(plain(text), _SHOWN_VALUE)


def _changed(change: Change, varied: Varied) -> str:
    text = (
        f"Between {_value(change.low.setting)} and {_value(change.high.setting)} the best policy changes from "
        f"{plain(change.before)} to {plain(change.after)}"
    )
    if change.clear:
        return f"{text}, each clearly ahead of the other on its side; where between the two was not asked."
    return f"{text}, but not clearly: at one of the two values at least, they are tied or undecided."


def _notes(columns: int) -> list[str]:
    notes = (
        "Differences are paired with the baseline at the same value: there too every policy meets the same customers "
        "with the same luck. Intervals are of the simulation's own error, not of the assumptions.",
        "Between two values nothing was simulated.",
    )
    return ["Notes"] + [line for note in notes for line in _wrap(f"- {note}", columns, "  ")]
