"""What is drawn: typed tuples of names and numbers, made from a comparison or from plain arrays, without a word on
how they look.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit


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
    """One quantity over time by policy; ``from_zero``: the axis starts at 0 (a count), else where the data do
    (points).
    """

    title: str
    subtitle: str
    time_axis: str
    axis: str
    lines: tuple[Line, ...]
    baseline: int
    from_zero: bool


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
        subtitle=f"mean and {confidence:.0%} predictive band of {simulated.shape[0]} replications; "
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
    factor = float(stdtrit(replications - 1, 0.5 + confidence / 2)) * float(np.sqrt(1 + 1 / replications))
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


DAY_LIMIT: Final = 120.0
MONTH_LIMIT: Final = 800.0


def time_unit(horizon_days: float) -> tuple[float, str]:
    """Days per unit and the unit's name that suit an axis of this length."""
    if horizon_days <= DAY_LIMIT:
        return 1.0, "days"
    if horizon_days <= MONTH_LIMIT:
        return 365.0 / 12.0, "months"
    return 365.0, "years"
