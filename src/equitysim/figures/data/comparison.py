"""Measures of a comparison: by policy, over time, by source."""

from typing import Final

import numpy as np
import numpy.typing as npt

from equitysim.figures.data.common import axis_label, baseline_place, course_of, interval_of, subtitle_of, time_unit
from equitysim.figures.data.shapes import ByPolicy, OverTime, Part, Sources
from equitysim.measures.registry import MEASURES, SOURCES
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import t_interval
from equitysim.statistics.outcome import PolicyOutcome

SOURCE_LABELS: Final = {
    "source_base": "base",
    "source_more_purchases": "more purchases",
    "source_premium": "premium",
    "source_cost_to_serve": "cost to serve saved",
    "source_referrals": "referrals",
}


def by_policy(comparison: Comparison, measure: str) -> ByPolicy:
    """A measure by policy, and its differences to the baseline."""
    context = comparison.context
    known = MEASURES[measure]
    factor = 100.0 if known.unit == "share" else 1.0
    unit = context.units[measure]
    decides = measure == context.measure
    names = [outcome.name for outcome in comparison.policies]
    return ByPolicy(
        title=f"{known.label.capitalize()} by policy",
        subtitle=subtitle_of(context),
        level_axis=axis_label(known.label, "%" if unit == "share" else unit),
        difference_axis=axis_label(f"difference in {known.label}", "% points" if unit == "share" else unit),
        levels=tuple(interval_of(name, comparison.summary(name, measure), factor) for name in names),
        differences=tuple(
            None if name == comparison.baseline else interval_of(name, comparison.difference(name, measure), factor)
            for name in names
        ),
        baseline=baseline_place(comparison),
        matters=context.matters * factor if decides else 0.0,
    )


def over_time(comparison: Comparison, column: str) -> OverTime:
    """A column of the series over time: ``active`` or ``equity_mean``."""
    context = comparison.context
    days, unit = time_unit(context.horizon_days)
    counts = column == "active"
    policies = comparison.policies
    baseline = baseline_place(comparison)
    levels = [_levels(outcome, column) * (context.scale if counts else 1.0) for outcome in policies]
    times = np.asarray(policies[0].series[0]["day"], dtype=float) / days
    gaps = [values - levels[baseline] for values in levels] if len(policies) > 1 else []
    named = [outcome.name for outcome in policies]
    return OverTime(
        title="Active customers over time" if counts else "Mean equity of active customers over time",
        subtitle=subtitle_of(context),
        time_axis=f"{unit} since the start",
        axis="active customers" if counts else "equity, points (0 is neutral)",
        lines=tuple(course_of(*one, times, context.confidence) for one in zip(named, levels, strict=True)),
        baseline=baseline,
        from_zero=counts,
        difference_axis=f"difference to the baseline, {'customers' if counts else 'points'}",
        differences=tuple(course_of(*one, times, context.confidence) for one in zip(named, gaps, strict=bool(gaps))),
    )


def _levels(outcome: PolicyOutcome, column: str) -> npt.NDArray[np.float64]:
    """Replications × moments."""
    return np.stack([np.asarray(series[column], dtype=np.float64) for series in outcome.series])


def sources_by_policy(comparison: Comparison) -> Sources:
    """The five sources of value by policy."""
    context = comparison.context
    names = tuple(outcome.name for outcome in comparison.policies)
    unit = context.units[SOURCES[0]]
    sums = [np.sum([outcome.values[source] for source in SOURCES], axis=0) for outcome in comparison.policies]
    return Sources(
        title="Where the value comes from",
        subtitle=f"{subtitle_of(context)}; a longer life sits in base",
        axis=f"{unit}, discounted: margin + premium − cost to serve, before program costs",
        policies=names,
        parts=tuple(
            Part(SOURCE_LABELS[source], tuple(comparison.summary(name, source).mean for name in names))
            for source in SOURCES
        ),
        totals=tuple(
            interval_of(name, t_interval(values, context.confidence), 1.0)
            for name, values in zip(names, sums, strict=True)
        ),
        baseline=baseline_place(comparison),
    )
