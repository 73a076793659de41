"""A frozen forecast against the record, from plain arrays."""

import numpy as np
import numpy.typing as npt

from equitysim.figures.data.shapes import Band, Forecast
from equitysim.measures.words import percent
from equitysim.statistics.intervals import t_quantile


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
