"""What is drawn: typed tuples of names and numbers, made from a comparison or from plain arrays, without a word on
how they look.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.errors import UsageError
from equitysim.figures.words import duration, percent
from equitysim.measures.registry import MEASURES, SOURCES
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import Estimate, t_interval, t_quantile
from equitysim.statistics.outcome import Context, PolicyOutcome


class Interval(NamedTuple):
    """An estimate under a name: ``mean`` within [``low``, ``high``]; NaN where undefined, bounds NaN where one
    replication allows none.
    """

    label: str
    mean: float
    low: float
    high: float


class ByPolicy(NamedTuple):
    """One measure by policy: its level, and its difference to the baseline (None for the baseline itself).

    ``baseline`` is an index into ``levels``. Differences within ±``matters`` are immaterial; 0 where nothing is said.
    """

    title: str
    subtitle: str
    level_axis: str
    difference_axis: str
    levels: tuple[Interval, ...]
    differences: tuple[Interval | None, ...]
    baseline: int
    matters: float = 0.0


class Line(NamedTuple):
    """One policy's course: ``mean`` within [``low``, ``high``] at ``times``, four series of equal length; NaN where
    undefined.
    """

    label: str
    times: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class OverTime(NamedTuple):
    """One quantity over time by policy, and its paired differences to the baseline (none where there is nothing to
    differ from; the baseline's own is 0). ``from_zero``: a count, whose axis starts at 0 where that leaves room to see
    anything.
    """

    title: str
    subtitle: str
    time_axis: str
    axis: str
    lines: tuple[Line, ...]
    baseline: int
    from_zero: bool
    difference_axis: str = ""
    differences: tuple[Line, ...] = ()


class Part(NamedTuple):
    """One of the five sources: its value under each policy."""

    label: str
    values: tuple[float, ...]


class Sources(NamedTuple):
    """The five sources by policy; ``totals`` is what they add up to."""

    title: str
    subtitle: str
    axis: str
    policies: tuple[str, ...]
    parts: tuple[Part, ...]
    totals: tuple[Interval, ...]
    baseline: int


class Band(NamedTuple):
    """A forecast with its predictive band and what was recorded, one number per week; ``inside``: recorded weeks
    within the band, of those after the known ones.
    """

    axis: str
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    recorded: tuple[float, ...]
    inside: int


class Forecast(NamedTuple):
    """A frozen forecast by week and added up. Weeks 1 to ``known_weeks`` were seen when it was made; ``counted``
    weeks follow.
    """

    title: str
    subtitle: str
    weeks: tuple[int, ...]
    known_weeks: int
    counted: int
    weekly: Band
    cumulative: Band


Drawn = ByPolicy | OverTime | Sources | Forecast


def forecast(
    cumulative: npt.ArrayLike,
    recorded: npt.ArrayLike,
    *,
    known_weeks: int,
    title: str,
    confidence: float = 0.95,
    what: str = "repeat orders",
) -> Forecast:
    """The forecast of weekly events against the record.

    ``cumulative``: replications × weeks, simulated events up to the end of each week. ``recorded``: events in each
    week. The band is where a further replication would fall with chance ``confidence`` if weeks were normal: mean ±
    t·s·√(1 + 1/R), not below 0. It carries the luck of the process, not the uncertainty of the parameters. Raises
    ValueError for fewer than two replications or for lengths that differ.
    """
    simulated = np.asarray(cumulative, dtype=float)
    seen = np.asarray(recorded, dtype=float)
    if simulated.ndim != 2 or simulated.shape[0] < 2:
        raise ValueError(
            f"a predictive band needs at least 2 replications × weeks, got an array of shape {simulated.shape}"
        )
    if seen.shape != (simulated.shape[1],):
        raise ValueError(f"{simulated.shape[1]} weeks are simulated, but {seen.size} recorded")
    weeks = simulated.shape[1]
    weekly = _band(f"{what} per week", np.diff(simulated, axis=1, prepend=0.0), seen, known_weeks, confidence)
    added = _band(f"cumulative {what}", simulated, np.cumsum(seen), known_weeks, confidence)
    return Forecast(
        title=title,
        subtitle=f"mean and {percent(confidence)} predictive band of {simulated.shape[0]} replications; "
        "parameters frozen, their uncertainty not in the band",
        weeks=tuple(range(1, weeks + 1)),
        known_weeks=known_weeks,
        counted=max(weeks - known_weeks, 0),
        weekly=weekly,
        cumulative=added,
    )


def _band(
    axis: str,
    simulated: npt.NDArray[np.float64],
    recorded: npt.NDArray[np.float64],
    known_weeks: int,
    confidence: float,
) -> Band:
    replications = simulated.shape[0]
    mean = simulated.mean(axis=0)
    factor = t_quantile(0.5 + confidence / 2, replications - 1) * float(np.sqrt(1 + 1 / replications))
    half = factor * simulated.std(axis=0, ddof=1)
    low, high = np.maximum(mean - half, 0.0), mean + half
    within = (recorded >= low) & (recorded <= high)
    return Band(
        axis=axis,
        mean=tuple(mean.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        recorded=tuple(recorded.tolist()),
        inside=int(within[known_weeks:].sum()),
    )


def forecast_text(drawn: Forecast) -> str:
    """The score in one sentence."""
    last = drawn.known_weeks + drawn.counted
    return (
        f"{drawn.weekly.inside} of {drawn.counted} weeks ({drawn.known_weeks + 1}–{last}) fall inside the weekly band, "
        f"{drawn.cumulative.inside} inside the cumulative one."
    )


KINDS: Final = {
    "value": "value_by_policy",
    "referrals": "referrals_by_policy",
    "equity": "equity_over_time",
    "active": "active_customers_over_time",
    "sources": "five_sources",
}
"""The figures of a comparison, in the order they are told, and the names of their files."""

SOURCE_LABELS: Final = {
    "source_base": "base",
    "source_more_purchases": "more purchases",
    "source_premium": "premium",
    "source_cost_to_serve": "cost to serve saved",
    "source_referrals": "referrals",
}


def of_comparison(comparison: Comparison, kind: str) -> ByPolicy | OverTime | Sources:
    """What one of :data:`KINDS` draws of a comparison. Raises UsageError for another kind."""
    match kind:
        case "value":
            return _by_policy(comparison, comparison.context.measure)
        case "referrals":
            return _by_policy(comparison, "referrals")
        case "equity":
            return _over_time(comparison, "equity_mean")
        case "active":
            return _over_time(comparison, "active")
        case "sources":
            return _sources(comparison)
    raise UsageError(f"there is no figure '{kind}'; there are: {', '.join(KINDS)}")


def _subtitle(context: Context) -> str:
    replications = f"{context.replications} replication" + "s" * (context.replications != 1)
    spread = (
        f"{percent(context.confidence)} t intervals, each by itself" if context.replications > 1 else "no intervals"
    )
    return f"{context.scenario.name}; {duration(context.horizon_days)}; {replications} on the same customers; {spread}"


def _baseline(comparison: Comparison) -> int:
    return [outcome.name for outcome in comparison.policies].index(comparison.baseline)


def _by_policy(comparison: Comparison, measure: str) -> ByPolicy:
    context = comparison.context
    known = MEASURES[measure]
    factor = 100.0 if known.unit == "share" else 1.0
    unit = context.units[measure]
    decides = measure == context.measure
    names = [outcome.name for outcome in comparison.policies]
    return ByPolicy(
        title=f"{known.label.capitalize()} by policy",
        subtitle=_subtitle(context),
        level_axis=_axis(known.label, "%" if unit == "share" else unit),
        difference_axis=_axis(f"difference in {known.label}", "% points" if unit == "share" else unit),
        levels=tuple(_interval(name, comparison.summary(name, measure), factor) for name in names),
        differences=tuple(
            None if name == comparison.baseline else _interval(name, comparison.difference(name, measure), factor)
            for name in names
        ),
        baseline=_baseline(comparison),
        matters=context.matters * factor if decides else 0.0,
    )


def _axis(label: str, unit: str) -> str:
    return label if label.endswith(unit) else f"{label}, {unit}"


def _interval(label: str, estimate: Estimate, factor: float) -> Interval:
    return Interval(label, estimate.mean * factor, estimate.low * factor, estimate.high * factor)


def _over_time(comparison: Comparison, column: str) -> OverTime:
    context = comparison.context
    days, unit = time_unit(context.horizon_days)
    counts = column == "active"
    policies = comparison.policies
    baseline = _baseline(comparison)
    levels = [_levels(outcome, column) * (context.scale if counts else 1.0) for outcome in policies]
    times = np.asarray(policies[0].series[0]["day"], dtype=float) / days
    gaps = [values - levels[baseline] for values in levels] if len(policies) > 1 else []
    named = [outcome.name for outcome in policies]
    return OverTime(
        title="Active customers over time" if counts else "Mean equity of active customers over time",
        subtitle=_subtitle(context),
        time_axis=f"{unit} since the start",
        axis="active customers" if counts else "equity, points (0 is neutral)",
        lines=tuple(_course(*one, times, context.confidence) for one in zip(named, levels, strict=True)),
        baseline=baseline,
        from_zero=counts,
        difference_axis=f"difference to the baseline, {'customers' if counts else 'points'}",
        differences=tuple(_course(*one, times, context.confidence) for one in zip(named, gaps, strict=bool(gaps))),
    )


def _levels(outcome: PolicyOutcome, column: str) -> npt.NDArray[np.float64]:
    """Replications × moments."""
    return np.stack([np.asarray(series[column], dtype=np.float64) for series in outcome.series])


def _course(
    label: str, by_replication: npt.NDArray[np.float64], times: npt.NDArray[np.float64], confidence: float
) -> Line:
    estimates = [t_interval(values, confidence) for values in by_replication.T]
    return Line(
        label=label,
        times=tuple(times.tolist()),
        mean=tuple(estimate.mean for estimate in estimates),
        low=tuple(estimate.low for estimate in estimates),
        high=tuple(estimate.high for estimate in estimates),
    )


def _sources(comparison: Comparison) -> Sources:
    context = comparison.context
    names = tuple(outcome.name for outcome in comparison.policies)
    unit = context.units[SOURCES[0]]
    sums = [np.sum([outcome.values[source] for source in SOURCES], axis=0) for outcome in comparison.policies]
    return Sources(
        title="Where the value comes from",
        subtitle=f"{_subtitle(context)}; a longer life sits in base",
        axis=f"{unit}, discounted: margin + premium − cost to serve, before program costs",
        policies=names,
        parts=tuple(
            Part(SOURCE_LABELS[source], tuple(comparison.summary(name, source).mean for name in names))
            for source in SOURCES
        ),
        totals=tuple(
            _interval(name, t_interval(values, context.confidence), 1.0)
            for name, values in zip(names, sums, strict=True)
        ),
        baseline=_baseline(comparison),
    )


DAY_LIMIT: Final = 120.0
MONTH_LIMIT: Final = 800.0


def time_unit(horizon_days: float) -> tuple[float, str]:
    """Days per unit and the unit's name that suit an axis of this length."""
    if horizon_days <= DAY_LIMIT:
        return 1.0, "days"
    if horizon_days <= MONTH_LIMIT:
        return 365.0 / 12.0, "months"
    return 365.0, "years"
