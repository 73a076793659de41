"""What builders of figures share: subtitles, axes, estimates under a name."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.figures.data.shapes import Interval, Line
from equitysim.measures.registry import MEASURES
from equitysim.measures.words import duration, percent
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import Estimate, t_interval
from equitysim.statistics.outcome import Context

DAY_LIMIT: Final = 120.0
MONTH_LIMIT: Final = 800.0


class Unit(NamedTuple):
    """How the decision measure, or a difference of it, is told: in ``unit``, ``factor`` times smaller than it."""

    label: str
    unit: str
    factor: float


def unit_of(context: Context, *, level: bool = False) -> Unit:
    """How differences of the decision measure are told; ``level``: how the measure itself is."""
    unit = context.units[context.measure]
    label = MEASURES[context.measure].label
    return Unit(label, "%" if level else "% points", 100.0) if unit == "share" else Unit(label, unit, 1.0)


def time_unit(horizon_days: float) -> tuple[float, str]:
    """Days per unit and the unit's name that suit an axis of this length."""
    if horizon_days <= DAY_LIMIT:
        return 1.0, "days"
    if horizon_days <= MONTH_LIMIT:
        return 365.0 / 12.0, "months"
    return 365.0, "years"


def subtitle_of(context: Context) -> str:
    """Whose numbers these are, over what time, from how many runs, with which intervals."""
    replications = f"{context.replications} replication" + "s" * (context.replications != 1)
    spread = (
        f"{percent(context.confidence)} t intervals, each by itself" if context.replications > 1 else "no intervals"
    )
    return f"{context.scenario.name}; {duration(context.horizon_days)}; {replications} on the same customers; {spread}"


def baseline_place(comparison: Comparison) -> int:
    """Where the baseline stands among the policies."""
    return [outcome.name for outcome in comparison.policies].index(comparison.baseline)


def axis_label(label: str, unit: str) -> str:
    """What is measured, and its unit unless the one says the other."""
    return label if label.endswith(unit) else f"{label}, {unit}"


def interval_of(label: str, estimate: Estimate, factor: float) -> Interval:
    """An estimate under a name, in ``factor`` times smaller units."""
    return Interval(label, estimate.mean * factor, estimate.low * factor, estimate.high * factor)


def course_of(
    label: str, by_replication: npt.NDArray[np.float64], times: npt.NDArray[np.float64], confidence: float
) -> Line:
    """A line of means with intervals, from replications × moments."""
    estimates = [t_interval(values, confidence) for values in by_replication.T]
    return Line(
        label=label,
        times=tuple(times.tolist()),
        mean=tuple(estimate.mean for estimate in estimates),
        low=tuple(estimate.low for estimate in estimates),
        high=tuple(estimate.high for estimate in estimates),
    )
