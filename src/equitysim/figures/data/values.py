"""What the figure of a comparison at several values draws: the decision measure by policy over the key's values."""

from typing import NamedTuple

import numpy as np

from equitysim.figures.data.shapes import Line
from equitysim.measures.registry import MEASURES
from equitysim.measures.words import duration, percent
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.varied import Varied

OVER_VALUES = "value_by_setting"
"""The name of the figure's files."""


class OverValues(NamedTuple):
    """One measure by policy at several values of one key, and its paired differences to the baseline.

    The ``times`` of a line are where the values stand on their axis: numbers, or 0, 1, 2 … under ``names`` where they
    are none. ``baseline`` is an index into ``lines``. Differences within ±``matters`` are immaterial.
    """

    title: str
    subtitle: str
    value_axis: str
    names: tuple[str, ...]
    axis: str
    difference_axis: str
    lines: tuple[Line, ...]
    differences: tuple[Line, ...]
    baseline: int
    matters: float


def of_varied(varied: Varied) -> OverValues:
    """What the figure of a comparison at several values shows: numbers by their size, other values in the order asked
    for."""
    context = varied.context
    measure = MEASURES[context.measure]
    unit = context.units[measure.name]
    factor, shown, apart = (100.0, "%", "% points") if unit == "share" else (1.0, unit, unit)
    order = list(range(len(varied.settings)))
    places = [float(k) for k in order]
    if varied.numeric:
        order.sort(key=lambda k: varied.settings[k].number)
        places = [varied.settings[k].number for k in order]
    at = [varied.comparisons[k] for k in order]

    def line(policy: str, estimates: list[Estimate]) -> Line:
        scaled = np.array([estimate[:3] for estimate in estimates]) * factor
        mean, low, high = (tuple(column) for column in scaled.T.tolist())
        return Line(policy, tuple(places), mean, low, high)

    lines = tuple(line(name, [one.summary(name, measure.name) for one in at]) for name in varied.policies)
    differences = tuple(line(name, [one.difference(name, measure.name) for one in at]) for name in varied.policies)
    return OverValues(
        title=f"{measure.label.capitalize()} by policy over {varied.key}",
        subtitle=_subtitle(varied),
        value_axis=f"{varied.key}, {varied.unit}" if varied.numeric and varied.unit else varied.key,
        names=() if varied.numeric else tuple(setting.setting for setting in varied.settings),
        axis=f"{measure.label}, {shown}",
        difference_axis=f"difference to baseline, {apart}",
        lines=lines,
        differences=differences if len(lines) > 1 else (),
        baseline=varied.policies.index(varied.baseline),
        matters=context.matters * factor,
    )


def _subtitle(varied: Varied) -> str:
    context = varied.context
    replications = f"{context.replications} replication" + "s" * (context.replications != 1)
    horizons = {comparison.context.horizon_days for comparison in varied.comparisons}
    horizon = duration(horizons.pop()) if len(horizons) == 1 else "horizon as varied"
    spread = (
        f"{percent(context.confidence)} t intervals, each by itself" if context.replications > 1 else "no intervals"
    )
    return f"{context.scenario.name}; {horizon}; {replications} on the same customers at each value; {spread}"
