"""Whether customers can meet: where they cannot, each seed person with all descendants is a comparison of its own."""

from collections.abc import Iterator

from equitysim.codes import Ranking
from equitysim.plan import Plan


def couples(plan: Plan) -> tuple[str, ...]:
    """What makes one customer's life depend on another's under this plan, in words; empty if nothing does.

    A desk (its queue), a budget (what one is given another is not) and a ranking (one's place is another's) do. All
    else is between a customer and the firm: crises and campaigns reach each by a draw of their own, referrals stay in
    the family. Programs of the history count too.
    """
    return tuple(dict.fromkeys(_meetings(plan)))


def _meetings(plan: Plan) -> Iterator[str]:
    for name, program in zip(plan.names.programs, plan.parameters.programs, strict=True):
        if program.desk >= 0:
            yield f"the desk '{plan.names.desks[program.desk]}'"
        if program.budget_micro >= 0:
            yield f"the budget of '{name}'"
        if program.best_by != Ranking.NONE:
            yield f"the ranking of '{name}'"
