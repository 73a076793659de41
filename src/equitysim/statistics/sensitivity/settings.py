"""What the levers are best set to, on average over everything nobody knows."""

from typing import NamedTuple

import numpy as np

from equitysim.statistics.intervals import FloatArray, t_interval
from equitysim.statistics.sensitivity.findings import Bounded, Setting
from equitysim.statistics.sensitivity.leads import IntArray
from equitysim.statistics.sensitivity.responses import Factor, Responses


class Settings(NamedTuple):
    """Combinations of the levers: the rows of their points, combinations × points, in which the uncertainties are the
    same from combination to combination."""

    levers: tuple[Factor, ...]
    rows: IntArray


def settings(responses: Responses) -> tuple[Setting, ...]:
    """Of each policy the setting with the best mean; none without levers, or if settings were not all seen at the same
    points of the uncertainties (``comparable``).

    ``mean`` and ``ahead`` have t intervals over the replications, which cover luck at these points. The best of many
    settings is chosen by the same runs that tell its mean, so it looks a little better than it is. ``ahead`` is no
    promise about settings further behind.
    """
    found = comparable(responses)
    if found is None:
        return ()
    # By setting, over the uncertainties: settings × replications × policies.
    by_setting = np.stack([responses.runs[rows].mean(axis=0) for rows in found.rows])
    confidence = responses.context.confidence
    told = []
    for place, policy in enumerate(responses.policies):
        means = by_setting[:, :, place].mean(axis=1)
        best, following = np.argsort(-responses.better * means, kind="stable")[:2].tolist()
        row = int(found.rows[best, 0])
        told.append(
            Setting(
                policy=policy,
                values=tuple((lever.path, lever.texts[row]) for lever in found.levers),
                mean=_bounded(by_setting[best, :, place], confidence),
                ahead=_bounded(
                    responses.better * (by_setting[best, :, place] - by_setting[following, :, place]), confidence
                ),
            )
        )
    return tuple(told)


def _bounded(values: FloatArray, confidence: float) -> Bounded:
    estimate = t_interval(values, confidence)
    return Bounded(estimate.mean, estimate.low, estimate.high)


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
