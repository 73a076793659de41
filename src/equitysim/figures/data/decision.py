"""Of a decision: which policies remain, whether the horizon decides, what assumptions move; from plain numbers."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from equitysim.figures.data.common import axis_label, unit_of
from equitysim.figures.data.shapes import Horizons, Interval, Standing, Swing, Tornado, Verdict
from equitysim.measures.words import duration, percent
from equitysim.statistics.outcome import Context


class Bounds(Protocol):
    """A mean with bounds, such as ``statistics.intervals.Estimate``."""

    @property
    def mean(self) -> float:
        """The mean."""
        ...

    @property
    def low(self) -> float:
        """Its lower bound."""
        ...

    @property
    def high(self) -> float:
        """Its upper bound."""
        ...


def verdict(context: Context, baseline: str, standings: Sequence[tuple[str, Bounds, bool]]) -> Verdict:
    """By how much each policy is better than the best of the others.

    ``standings``: name, difference with bounds that hold for all policies at once (positive is better), and whether it
    remains among those that may be best.
    """
    told = unit_of(context)
    names = [name for name, _, _ in standings]
    return Verdict(
        title=f"Which policy is best in {told.label}",
        subtitle=f"{_who(context)}; bounds hold for all policies at once, with {percent(context.confidence)} "
        "confidence. Hollow: no longer among those that may be best",
        axis=axis_label("better than the best of the others", told.unit),
        rows=tuple(Standing(_interval(name, bounds, told.factor), remains) for name, bounds, remains in standings),
        baseline=_place(names, baseline),
        matters=context.matters * told.factor,
    )


def horizons(context: Context, baseline: str, differences: Mapping[str, Sequence[tuple[float, Bounds]]]) -> Horizons:
    """Differences to the baseline at several horizons.

    ``differences``: policy → (horizon in days, difference), the same horizons for all; the baseline has none.
    """
    told = unit_of(context)
    names = list(differences)
    days = next(([day for day, _ in rows] for rows in differences.values() if rows), [])
    return Horizons(
        title="Does the horizon decide?",
        subtitle=f"{_who(context)}; {percent(context.confidence)} t intervals, each by itself",
        axis=axis_label(f"{told.label} beyond the baseline", told.unit),
        policies=tuple(names),
        horizons=tuple(duration(day) for day in days),
        rows=tuple(
            tuple(_interval(name, bounds, told.factor) for _, bounds in rows) if rows and name != baseline else None
            for name, rows in differences.items()
        ),
        baseline=_place(names, baseline),
        matters=context.matters * told.factor,
    )


def tornado(context: Context, policy: str, against: str, base: float, swings: Sequence[Swing]) -> Tornado:
    """What assumptions do to the difference between two policies, in the decision measure; the one that moves most
    first. ``base``: the difference as the scenario stands; ``swings`` in the measure's unit."""
    told = unit_of(context)
    longest = sorted(swings, key=lambda swing: -(max(swing.low, swing.high, base) - min(swing.low, swing.high, base)))
    scaled = [swing._replace(low=swing.low * told.factor, high=swing.high * told.factor) for swing in longest]
    return Tornado(
        title=f"What decides between {policy} and {against}",
        subtitle=f"{_who(context)}; one assumption at a time over its range, all else as given. Uncertain: the "
        "scenario itself says so",
        axis=axis_label(f"difference in {told.label}", told.unit),
        base=base * told.factor,
        bars=tuple(scaled),
        matters=context.matters * told.factor,
    )


def _who(context: Context) -> str:
    return f"{context.scenario.name}; {duration(context.horizon_days)}"


def _place(names: Sequence[str], baseline: str) -> int:
    return names.index(baseline) if baseline in names else -1


def _interval(label: str, bounds: Bounds, factor: float) -> Interval:
    return Interval(label, bounds.mean * factor, bounds.low * factor, bounds.high * factor)
