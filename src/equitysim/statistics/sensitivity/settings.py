"""What the levers are best set to, on average over everything nobody knows."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.findings import UNKNOWN, Setting
from equitysim.statistics.sensitivity.leads import IntArray
from equitysim.statistics.sensitivity.responses import Factor, Responses
from equitysim.statistics.sensitivity.standings import bounded


class Settings(NamedTuple):
    """Combinations of the levers: the rows of their points, combinations × points, in which the uncertainties are the
    same from combination to combination."""

    levers: tuple[Factor, ...]
    rows: IntArray


def settings(responses: Responses) -> tuple[Setting, ...]:
    """Of each policy the setting with the best mean; none without levers, or if settings were not all seen at the same
    points of the uncertainties (``comparable``).

    A lever that a policy does not use moves none of its runs, so it has no best value, and settings that differ in
    nothing else are one: ``values`` are of the other levers, and ``ahead`` is before the next setting whose runs
    differ, NaN where none does.

    ``mean`` and ``ahead`` have t intervals over the replications, which cover luck at these points. The best of many
    settings is chosen by the same runs that tell its mean, so it looks a little better than it is. ``ahead`` is no
    promise about settings further behind.
    """
    found = comparable(responses)
    if found is None:
        return ()
    return tuple(_best(responses, found, place) for place in range(len(responses.policies)))


def _best(responses: Responses, found: Settings, place: int) -> Setting:
    """Of one policy, by its place."""
    # Over the uncertainties: settings × replications.
    runs = responses.runs[found.rows, :, place].mean(axis=1)
    order = np.argsort(-responses.better * runs.mean(axis=1), kind="stable").tolist()
    best = order[0]
    following = next((k for k in order[1:] if (runs[k] != runs[best]).any()), None)
    row, confidence = int(found.rows[best, 0]), responses.context.confidence
    return Setting(
        policy=responses.policies[place],
        values=tuple((lever.path, lever.texts[row]) for lever in _moving(found, runs)),
        mean=bounded(runs[best], confidence),
        ahead=UNKNOWN if following is None else bounded(responses.better * (runs[best] - runs[following]), confidence),
    )


def _moving(found: Settings, runs: FloatArray) -> Iterator[Factor]:
    """The levers that move a policy's runs (settings × replications), or may: where every setting has another value
    of all the others, nothing tells what moved them."""
    first = found.rows[:, 0]
    for lever in found.levers:
        rest = _numbered([other.sizes[first] for other in found.levers if other is not lever], len(first))
        _, leaders = np.unique(rest, return_index=True)
        if len(leaders) == len(first) or (runs != runs[leaders[rest]]).any():
            yield lever


def comparable(responses: Responses) -> Settings | None:
    """The settings of the levers, if there are two or more and each was seen at the same points of the uncertainties,
    equally often. Else None."""
    levers = tuple(factor for factor in responses.factors if factor.role == "lever")
    if not levers:
        return None
    points = len(responses.runs)
    which = _numbered([lever.sizes for lever in levers], points)
    counts = np.bincount(which)
    if len(counts) < 2 or counts.min() < counts.max():
        return None
    unknown = _numbered([factor.sizes for factor in responses.factors if factor.role == "uncertainty"], points)
    order = np.lexsort((unknown, which))
    seen = unknown[order].reshape(len(counts), -1)
    return Settings(levers, order.reshape(len(counts), -1)) if bool((seen == seen[0]).all()) else None


def _numbered(columns: list[FloatArray], points: int) -> IntArray:
    """Points with the same values in all columns have the same number, from 0."""
    found = np.zeros(points, dtype=np.int64)
    for column in columns:
        _, places = np.unique(column, return_inverse=True)
        _, found = np.unique(found * (int(places.max()) + 1) + places, return_inverse=True)
    return found
