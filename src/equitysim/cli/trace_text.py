"""One customer's account as a statement: date, what happened, by which program, points, balance, money."""

import textwrap
from collections.abc import Mapping

from equitysim.cli.table import rows
from equitysim.figures.names import plain
from equitysim.measures.account import Entry, Statement
from equitysim.measures.words import value
from equitysim.study.trace import Trace

_HEADINGS = ("date", "what happened", "program", "points", "balance", "money", "account")
_RIGHT = (False, False, False, True, True, True, True)
_ROOM_FOR_TIME = 90


def trace_text(trace: Trace, columns: int) -> str:
    """Everything ``trace`` prints, at most ``columns`` wide."""
    head = (
        f"{plain(trace.scenario.name)}: account of customer {trace.customer} ({trace.picked}); segment "
        f"{plain(trace.segment)}, from {plain(trace.source)}; replication {trace.replication} of seed {trace.seed}. "
        f"Money in {plain(trace.currency)}, not discounted in the statement; account: money so far since the start. "
        "Balance: equity in points from -100 to 100, 0 is neutral."
    )
    parts = [textwrap.wrap(head, columns, break_on_hyphens=False)]
    parts += [_statement(statement, columns) for statement in trace.statements]
    return "\n\n".join("\n".join(lines) for lines in parts)


def _statement(statement: Statement, columns: int) -> list[str]:
    name = plain(statement.policy)
    if not statement.met:
        return textwrap.wrap(f"Under {name} this customer does not exist: nobody referred them.", columns)
    title = f"Under {name}: {statement.status} at the horizon, balance {statement.balance:.1f} points"
    moment = len("2027-01-01 12:00") if columns >= _ROOM_FOR_TIME else len("2027-01-01")
    table = rows(_HEADINGS, [_cells(entry, moment) for entry in statement.entries], columns, right=_RIGHT)
    return [*textwrap.wrap(title, columns), *table, *_ledger(statement, columns)]


def _cells(entry: Entry, moment: int) -> tuple[str, ...]:
    return (
        entry.date[:moment].replace("T", " "),
        entry.activity,
        entry.program,
        _points(entry.points),
        f"{entry.balance:.1f}",
        value(entry.money, "", signed=True, usual=2) if entry.money else "",
        value(entry.account, "", usual=2) if entry.day >= 0 else "",
    )


def _points(number: float) -> str:
    """Nothing where nothing moved; ``+0.0`` is a movement too small to see."""
    return f"{number:+,.1f}" if number else ""


def _ledger(statement: Statement, columns: int) -> list[str]:
    text = f"In all, discounted to the start: {_sum_text(statement.ledger)} = {value(statement.own, '', signed=True)}"
    text += f"; everybody descended from them by referral: {value(statement.referred, '', signed=True)}."
    return textwrap.wrap(text, columns, subsequent_indent="  ")


def _sum_text(ledger: Mapping[str, float]) -> str:
    return ", ".join(f"{kind} {value(amount, '', signed=True)}" for kind, amount in ledger.items()) or "nothing"
