"""All that one decides by: the comparison, the same at other horizons, why, the money, and what is not known."""

from dataclasses import dataclass
from functools import cached_property

from equitysim.statistics.comparison import Comparison
from equitysim.statistics.horizons import Horizons
from equitysim.statistics.meter import Meter
from equitysim.statistics.money import Money, money
from equitysim.statistics.why import Why, why
from equitysim.statistics.worlds import Worlds


@dataclass(frozen=True, eq=False)
class Decision:
    """A comparison and what stands beside it.

    ``horizons``: None with a single policy. ``meter``: None where no two policies can be compared. ``worlds``: None
    where the scenario says of nothing that it is uncertain, or no two policies can be compared in every world.
    """

    comparison: Comparison
    horizons: Horizons | None
    meter: Meter | None
    worlds: Worlds | None

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
