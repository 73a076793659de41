"""One question asked at several values of one key of the scenario (:class:`Varied`): which policy is best at each, and
between which of them that changes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from equitysim.measures.notebook import Card, Shown, short
from equitysim.measures.registry import MEASURES
from equitysim.measures.tables import Table, from_rows
from equitysim.statistics import document
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import UNDEFINED, Estimate, claim_outcome, differences, t_interval
from equitysim.statistics.outcome import Context
from equitysim.statistics.setting import Change, Lead, Setting
from equitysim.statistics.tables import window

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Varied(Shown):
    """The same policies on the same customers at each value of one key.

    ``key``: its dotted path. ``unit``: unit of the numbers in words; empty where they have none or are no numbers.
    ``settings`` in the order asked for, ``comparisons`` one for each. ``context``: of the scenario as it stands, for
    what all values share.
    """

    context: Context
    key: str
    unit: str
    settings: tuple[Setting, ...]
    comparisons: tuple[Comparison, ...]

    def card(self) -> Card:
        """Who is best at each value, for a notebook."""
        heading = f"Varied {short(self.key)} of {short(self.context.scenario.name)!r}: {len(self.settings)} values"
        rows = tuple(
            (one.setting, comparison.verdict.text)
            for one, comparison in zip(self.settings, self.comparisons, strict=True)
        )
        return Card(heading, columns=(self.key, "verdict"), rows=rows)

    @property
    def baseline(self) -> str:
        """The baseline policy, the same at every value."""
        return self.comparisons[0].baseline

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies, the same at every value."""
        return tuple(outcome.name for outcome in self.comparisons[0].policies)

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers of one unit, so that they have an order and neighbours."""
        return not any(math.isnan(setting.number) for setting in self.settings)

    @property
    def leads(self) -> tuple[Lead | None, ...]:
        """Who is best at each value; None where the decision measure is nowhere defined."""
        return tuple(lead(comparison) for comparison in self.comparisons)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Where the best policy changes, by rising numbers; none if the values are no numbers."""
        return tuple(_changes(self)) if self.numeric else ()

    def table(self) -> Table:
        """The tidy table ``vary``: every measure of every policy at every value."""
        return from_rows("vary", _rows(self))

    def frame(self) -> "pd.DataFrame":
        """The same as a pandas DataFrame."""
        return self.table().frame()

    def document(self) -> dict[str, Any]:
        """The JSON document of ``equitysim compare --vary --json``: plain values only, undefined is None."""
        told = [comparison.document() for comparison in self.comparisons]
        values = tuple(zip(self.settings, self.leads, told, strict=True))
        return document.of_varied(self.context, self.baseline, self.key, self.unit, values, self.changes)


def ahead(comparison: Comparison, policy: str, other: str) -> Estimate:
    """By how much a policy is better than another in the decision measure: paired, and positive also where less is
    better (costs, waits)."""
    measure = comparison.context.measure
    ours, theirs = (comparison.policy(name).sample(measure) for name in (policy, other))
    return t_interval(_sign(measure) * differences(ours, theirs), comparison.context.confidence)


def lead(comparison: Comparison) -> Lead | None:
    """Who has the best mean, and how clearly; the first of equals. None where no policy has one."""
    measure = comparison.context.measure
    means = {
        outcome.name: _sign(measure) * comparison.summary(outcome.name, measure).mean for outcome in comparison.policies
    }
    order = sorted((name for name in means if not math.isnan(means[name])), key=lambda name: -means[name])
    if not order:
        return None
    if len(order) == 1:
        return Lead(order[0], None, Estimate(UNDEFINED, UNDEFINED, UNDEFINED, UNDEFINED, 0), "holds")
    by = ahead(comparison, order[0], order[1])
    return Lead(order[0], order[1], by, claim_outcome(by, matters=comparison.context.matters))


def _sign(measure: str) -> float:
    return -1.0 if MEASURES[measure].better < 0 else 1.0


def _changes(varied: Varied) -> Iterator[Change]:
    order = sorted(range(len(varied.settings)), key=lambda k: varied.settings[k].number)
    known = [(k, lead) for k in order if (lead := varied.leads[k]) is not None]
    for (k, here), (j, there) in pairwise(known):
        if here.policy == there.policy:
            continue
        sides = ((k, here.policy, there.policy), (j, there.policy, here.policy))
        clear = all(_clearly(varied.comparisons[at], best, other) for at, best, other in sides)
        yield Change(varied.settings[k], varied.settings[j], here.policy, there.policy, clear)


def _clearly(comparison: Comparison, policy: str, other: str) -> bool:
    return claim_outcome(ahead(comparison, policy, other), matters=comparison.context.matters) == "holds"


def _rows(varied: Varied) -> Iterator[tuple[Any, ...]]:
    for setting, comparison in zip(varied.settings, varied.comparisons, strict=True):
        context = comparison.context
        for outcome in comparison.policies:
            for measure, unit in context.units.items():
                level = comparison.summary(outcome.name, measure)
                against = comparison.difference(outcome.name, measure)
                yield (
                    varied.key,
                    setting.setting,
                    setting.number,
                    outcome.name,
                    comparison.baseline,
                    measure,
                    *level[:3],
                    *against[:3],
                    level.n,
                    context.confidence,
                    unit,
                    window(context, measure),
                )
