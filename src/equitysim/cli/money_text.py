"""Money in the owner's words, as text: returns and payback, spend by quarter, desks, refusals."""

import textwrap
from collections.abc import Sequence

from equitysim.cli.table import Column, table
from equitysim.digits import rounded
from equitysim.figures.names import plain
from equitysim.measures.words import UNDEFINED, interval, percent, total, unit_heading, value
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.money import Money

NEVER = "never"


def money_text(money: Money, columns: int) -> str:
    """Everything ``compare`` says of money, at most ``columns`` wide."""
    parts = [_returns(money, columns), _quarters(money, columns), _desks(money, columns), _refused(money, columns)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _wrap(text: str, columns: int) -> list[str]:
    return textwrap.wrap(text, columns, break_on_hyphens=False)


def _returns(money: Money, columns: int) -> list[str]:
    rows = [row for row in money.returns if money.payback(row.policy) is not None]
    if not rows:
        return []
    pays = [found for row in rows if (found := money.payback(row.policy)) is not None]
    unit = unit_heading(money.unit)
    shown = [
        Column(("extra spend", unit), tuple(_told(row.spend) for row in rows)),
        Column(("return", "on spend"), tuple(value(row.roi.mean, "") for row in rows)),
        Column(("cost per", "value"), tuple(value(row.cost_per_value.mean, "") for row in rows)),
        Column(("pays back", "after"), tuple(_after(found.month) for found in pays)),
        Column(("lower end", "after"), tuple(_after(found.sure) for found in pays)),
        Column(("in share", "of runs"), tuple(percent(found.share) for found in pays)),
        Column(("efficient",), tuple("yes" if row.efficient else "no" for row in rows)),
    ]
    about = (
        "What extra spending brings, against the baseline. Return: net value gained per money spent; cost per value: "
        f"money spent per value gained before that spend; both {UNDEFINED} where spend did not rise in every "
        "replication. A policy has paid back from the month on (365/12 days, since the start) from which its "
        "cumulative net value stays at or above the baseline's; lower end: from which its interval's does. "
        "Efficient: no other policy spends no more and gains no less."
    )
    return _wrap(about, columns) + table("policy", [plain(row.policy) for row in rows], shown, columns)


def _told(estimate: Estimate) -> str:
    return interval(estimate.mean, estimate.low, estimate.high, "")


def _after(month: float | None) -> str:
    """``month 19``, or that it does not come."""
    if month is None:
        return NEVER
    return "the start" if month == 0.0 else f"month {rounded(month)}"


def _quarters(money: Money, columns: int) -> list[str]:
    names = list(money.quarters)
    rows = next(iter(money.quarters.values()))
    shown = [
        Column((f"Q{quarter.number}",), tuple(_amount(money.quarters[name][k].spend) for name in names))
        for k, quarter in enumerate(rows)
    ]
    about = (
        f"Spend by quarter in {plain(money.currency)}, in all, as paid, not discounted; desks and fixed costs "
        "included. A quarter is 365/4 days from the start."
    )
    last = rows[-1].ends - rows[-1].begins
    if last < 91.0:
        about += f" The last one has {rounded(last)} days."
    return _wrap(about, columns) + table("policy", [plain(name) for name in names], shown, columns)


def _amount(estimate: Estimate) -> str:
    return total(estimate.mean)


def _desks(money: Money, columns: int) -> list[str]:
    if not money.desks:
        return []
    several = len({use.desk for use in money.desks}) > 1
    names = [plain(f"{use.policy}: {use.desk}" if several else use.policy) for use in money.desks]
    shown = [
        Column(("cases",), tuple(_amount(use.cases) for use in money.desks)),
        Column(("utilisation", "% of paid hours"), _shares([use.utilisation for use in money.desks])),
        Column(("mean wait", "days"), tuple(value(use.wait.mean, "") for use in money.desks)),
        Column(("unanswered", "% of cases"), _shares([use.abandoned for use in money.desks])),
        Column(("longest", "queue"), tuple(value(use.longest.mean, "days") for use in money.desks)),
    ]
    about = "Desks in use. The wait is until service begins, over cases served; unanswered: patience ended first."
    return _wrap(about, columns) + table("policy", names, shown, columns)


def _shares(estimates: Sequence[Estimate]) -> tuple[str, ...]:
    return tuple(value(estimate.mean, "share") for estimate in estimates)


def _refused(money: Money, columns: int) -> list[str]:
    rows = [row for row in money.refused if row.budget.mean > 0.0 or row.at_most.mean > 0.0]
    if not rows:
        return []
    shown = [
        Column(("by a budget",), tuple(_amount(row.budget) for row in rows)),
        Column(("by at_most",), tuple(_amount(row.at_most) for row in rows)),
    ]
    names = [plain(f"{row.policy}: {row.segment}") for row in rows]
    about = "Touches that limits refused to the customers of a segment, in all."
    return _wrap(about, columns) + table("policy: segment", names, shown, columns)
