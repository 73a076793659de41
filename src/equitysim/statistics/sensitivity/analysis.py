"""All that an analysis of a study says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from equitysim.measures.notebook import Card, Shown, Whisker, short
from equitysim.measures.tables import Table, known
from equitysim.measures.words import share, value
from equitysim.statistics.sensitivity import tables
from equitysim.statistics.sensitivity.document import of_analysis
from equitysim.statistics.sensitivity.findings import (
    Box,
    Effect,
    ElementaryEffect,
    Interaction,
    Map,
    Noise,
    Setting,
    SobolIndex,
    Standing,
    TippingPoint,
)
from equitysim.statistics.sensitivity.responses import LeftOut, Responses

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Analysis(Shown):
    """What the runs of a study say of one measure.

    Everything but ``standings`` and ``noise`` may be empty, where the design does not allow it or there is nothing to
    say; ``left_out`` tells why. ``standings``, in the order of the policies. ``effects``, ``sobol``, ``elementary``: by
    output, the factor that matters most first; ``interactions`` likewise, the strongest only. ``maps``: over the
    factors that decide most between policies first. ``boxes``: for every policy that is best at some points and not at
    all. ``settings``: of the levers, in the order of the policies.
    """

    responses: Responses
    standings: tuple[Standing, ...]
    noise: tuple[Noise, ...]
    effects: tuple[Effect, ...]
    interactions: tuple[Interaction, ...]
    sobol: tuple[SobolIndex, ...]
    elementary: tuple[ElementaryEffect, ...]
    maps: tuple[Map, ...]
    tipping: tuple[TippingPoint, ...]
    boxes: tuple[Box, ...]
    settings: tuple[Setting, ...]
    left_out: tuple[LeftOut, ...]

    def card(self) -> Card:
        """The policies over all points, for a notebook."""
        of = self.responses
        unit = of.context.units[of.context.measure]
        rows = tuple(
            (one.policy, value(one.mean.value, unit), share(one.share_best), share(one.share_clear))
            for one in self.standings
        )
        return Card(
            heading=f"Analysis of {short(of.study.name)!r}: {of.context.measure} of {len(of.policies)} policies at "
            f"{len(of.numbers)} points, {of.context.replications} replications",
            columns=("policy", f"mean, {unit}", "best", "clearly best"),
            rows=rows,
            whiskers=tuple(Whisker(one.policy, *one.difference[:3]) for one in self.standings),
            axis=f"difference to the baseline in {of.context.measure}, {unit}, over all points",
            zone=of.context.matters,
        )

    def table(self, name: str) -> Table:
        """One of :data:`TABLES`, which may have no rows. Raises ``errors.UsageError`` for another."""
        return _MAKERS[known(name, TABLES)](self)

    def frame(self, name: str) -> "pd.DataFrame":
        """The same as a pandas DataFrame."""
        return self.table(name).frame()

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table that has rows."""
        return tuple(table for name in TABLES if len(table := self.table(name)))

    def document(self) -> dict[str, Any]:
        """The JSON document of ``equitysim analyse --json``: plain values only, undefined is None."""
        findings = {
            "standings": self.standings,
            "noise": self.noise,
            "effects": self.effects,
            "interactions": self.interactions,
            "sobol": self.sobol,
            "morris": self.elementary,
            "maps": self.maps,
            "tipping_points": self.tipping,
            "boxes": self.boxes,
            "settings": self.settings,
            "left_out": self.left_out,
        }
        return of_analysis(self.responses, findings)


_MAKERS: dict[str, Callable[[Analysis], Table]] = {
    "standings": lambda of: tables.standings(of.responses, of.standings),
    "noise": lambda of: tables.noise(of.responses, of.noise),
    "effects": lambda of: tables.effects(of.responses, of.effects),
    "curves": lambda of: tables.curves(of.responses, of.effects),
    "interactions": lambda of: tables.interactions(of.responses, of.interactions),
    "sobol": lambda of: tables.sobol(of.responses, of.sobol),
    "morris": lambda of: tables.morris(of.responses, of.elementary),
    "maps": lambda of: tables.maps(of.responses, of.maps),
    "tipping_points": lambda of: tables.tipping_points(of.responses, of.tipping),
    "boxes": lambda of: tables.boxes(of.responses, of.boxes),
    "box_courses": lambda of: tables.box_courses(of.responses, of.boxes),
    "settings": lambda of: tables.settings(of.responses, of.settings),
}

TABLES = tuple(_MAKERS)
"""Every table of an analysis."""
