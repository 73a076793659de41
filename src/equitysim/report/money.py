"""The money in the owner's words: what extra spending brings, when it pays back, how busy the desks are, what limits
refused."""

from collections.abc import Sequence

from equitysim.digits import rounded
from equitysim.measures.words import UNDEFINED, share, unit_heading
from equitysim.report.policies import level, signed
from equitysim.report.view import Block, Cell, Column, FigureCard, Folded, Prose, Row, Section, Table, brief, named
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.money import Money, Payback, Return


def money_section(decision: Decision, figures: Sequence[FigureCard]) -> Section | None:
    """Returns and payback, the figures, desks and refusals; None where no books were kept."""
    comparison = decision.comparison
    if not all(outcome.books for outcome in comparison.policies):
        return None
    found = decision.money
    pays = None if decision.why is None else found.payback(decision.why.policy)
    blocks: list[Block] = [] if pays is None else [Prose((_sentence(pays),))]
    blocks += [table for table in (_returns(found, comparison),) if table.rows]
    blocks += figures
    blocks += [
        Folded(summary, (table,))
        for summary, table in (
            ("More of the desks: cases and queues", _desks(found, comparison)),
            ("What limits refused", _refused(found, comparison)),
        )
        if table.rows
    ]
    return Section("money", "The money", tuple(blocks)) if blocks else None


def _sentence(found: Payback) -> str:
    name = f"‘{named(found.policy).short}’"
    own = f"it does in {share(found.share)} of the futures simulated"
    if found.month is None:
        return f"{name} does not pay back within the horizon; {own}."
    if found.month == 0.0:
        return f"{name} is never behind the baseline on average; {own}."
    sure = "not within the horizon" if found.sure is None else f"after month {rounded(found.sure)}"
    return f"{name} pays back after month {rounded(found.month)} on average, at the cautious end {sure}; {own}."


def _place(comparison: Comparison, policy: str) -> int:
    return [outcome.name for outcome in comparison.policies].index(policy)


def _returns(found: Money, comparison: Comparison) -> Table:
    per = unit_heading(found.unit)
    rows = tuple(
        Row(brief(row.policy), _return(row, pay, found), policy=_place(comparison, row.policy))
        for row in found.returns
        if (pay := found.payback(row.policy)) is not None
    )
    return Table(
        "What extra spending brings, against the baseline. Return: net value gained for each unit of money spent "
        "beyond it. Cost: money spent for each unit of value gained, before that spending is taken off. Both only "
        f"where spending rose in every replication, else {UNDEFINED}. Months are 365/12 days since the start.",
        "policy",
        (
            Column("extra spend", per, "spend"),
            Column("return on spend", key="roi"),
            Column("cost per extra unit of value", key="cost_per_value"),
            Column("pays back after", "month, on average", "payback_month"),
            Column("pays back after", "month, cautious end", "payback_sure"),
            Column("pays back in", "share of futures", "payback_share"),
        ),
        rows,
        sortable=True,
    )


def _return(row: Return, pay: Payback, found: Money) -> tuple[Cell, ...]:
    return (
        signed(row.spend, found.unit),
        signed(row.roi, ""),
        level(row.cost_per_value, ""),
        _month(pay.month),
        _month(pay.sure),
        Cell(share(pay.share), pay.share),
    )


def _month(month: float | None) -> Cell:
    return Cell("never") if month is None else Cell("the start" if month == 0.0 else rounded(month), month)


def _desks(found: Money, comparison: Comparison) -> Table:
    rows = tuple(
        Row(
            brief(f"{use.policy}: {use.desk}"),
            (level(use.cases, "customers"), level(use.longest, "customers")),
            policy=_place(comparison, use.policy),
        )
        for use in found.desks
    )
    columns = (Column("cases", "in all", "cases"), Column("longest queue", "people", "longest"))
    return Table("Desks in use", "policy: desk", columns, rows)


def _refused(found: Money, comparison: Comparison) -> Table:
    rows = tuple(
        Row(
            brief(f"{row.policy}: {row.segment}"),
            (level(row.budget, "touches"), level(row.at_most, "touches")),
            policy=_place(comparison, row.policy),
        )
        for row in found.refused
        if row.budget.mean > 0.0 or row.at_most.mean > 0.0
    )
    columns = (
        Column("by a budget", "touches", "refused_budget"),
        Column("by a limit per customer", "touches", "refused_at_most"),
    )
    return Table("What was to be done for customers of a segment and was refused, in all", "policy", columns, rows)
