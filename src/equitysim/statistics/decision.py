"""All that one decides by: the comparison, the same at other horizons, why, the money, and what is not known."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from equitysim.measures.notebook import Card, Shown
from equitysim.measures.tables import Table, known
from equitysim.statistics import decision_document
from equitysim.statistics.comparison import COMPARISON_TABLES as COMPARISON_TABLES
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.desks import DeskNote, desk_notes
from equitysim.statistics.horizons import Horizons
from equitysim.statistics.meter import Meter
from equitysim.statistics.money import Money, money
from equitysim.statistics.reason_tables import REASON_TABLES, reason_table
from equitysim.statistics.unknowns import Worlds
from equitysim.statistics.why import Why, why

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN_TABLES = ("worlds", "unknowns", "assumptions")
"""Tables of what is not known, where there is something to say."""

DECISION_TABLES = (*COMPARISON_TABLES, *REASON_TABLES, *UNKNOWN_TABLES)
"""All tables there may be, in the order they are written."""


@dataclass(frozen=True, eq=False, repr=False)
class Decision(Shown):
    """A comparison and what stands beside it.

    ``horizons``: None with a single policy. ``meter``: None where no two policies can be compared. ``worlds``: None
    where the scenario says of nothing that it is uncertain, or no two policies can be compared in every world.
    """

    comparison: Comparison
    horizons: Horizons | None
    meter: Meter | None
    worlds: Worlds | None

    def card(self) -> Card:
        """The comparison's, and what stands beside it, for a notebook."""
        whole = self.comparison.card()
        beside = ", ".join(table.name for table in self.tables)
        answer = " ".join([whole.sentence, *(note.text for note in self.desk_notes)])
        return whole._replace(
            heading=whole.heading.replace("Comparison", "Decision", 1), sentence=f"{answer} Tables: {beside}."
        )

    def __repr__(self) -> str:
        """Without the tables, which take long to make."""
        return repr(self.comparison).replace("Comparison", "Decision", 1)

    @cached_property
    def why(self) -> Why | None:
        """Why the leading policy differs from the baseline, or why the next one does if the baseline leads; None with a
        single policy."""
        if len(self.comparison.policies) < 2:
            return None
        best = self.comparison.verdict.best
        return why(self.comparison, None if best == self.comparison.baseline else best)

    @cached_property
    def money(self) -> Money:
        """Spend, payback, returns, desks and limits of every policy."""
        return money(self.comparison)

    @cached_property
    def desk_notes(self) -> tuple[DeskNote, ...]:
        """What must be said beside the verdict of desks that are hardly used or overrun."""
        return desk_notes(self.comparison)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Every table there is, in the order of :data:`DECISION_TABLES`."""
        unknown = [] if self.worlds is None else [self.worlds.table(), self.worlds.inputs()]
        unknown += [] if self.meter is None else [self.meter.table()]
        return (
            *(self.comparison.table(name) for name in COMPARISON_TABLES),
            *(reason_table(self.comparison, name) for name in REASON_TABLES),
            *unknown,
        )

    def table(self, name: str) -> Table:
        """One table by its name. Raises ``errors.UsageError`` for one that is not there."""
        there = {table.name: table for table in self.tables}
        return there[known(name, there)]

    def frame(self, table: str = "values") -> "pd.DataFrame":
        """One table (see :meth:`table`) as a pandas DataFrame."""
        return self.table(table).frame()

    def document(self) -> dict[str, Any]:
        """The JSON document of ``equitysim compare --json``: that of the comparison, and what stands beside it; plain
        values only, undefined is None."""
        whole = self.comparison.document()
        if self.worlds is not None:
            for policy in whole["policies"]:
                policy["share_of_worlds_best"] = self.worlds.share_of_worlds_best(policy["name"])
        provenance = whole.pop("provenance")
        whole["verdict"]["desks"] = decision_document.of_desks(self.desk_notes)
        beside = decision_document.beside(self.horizons, self.why, self.money, self.meter, self.worlds)
        return {**whole, **beside, "provenance": provenance}
