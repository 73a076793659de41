"""Does the choice of horizon decide? The verdict at a shorter and a longer horizon, and what is earned beyond.

Net value ends with the horizon. What customers are still worth then, its *residual value*, is told apart: what the
policies earn from the horizon to half as far again. People who enter in that time count too, as they did before.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from equitysim.measures.notebook import line
from equitysim.statistics import document
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import Estimate, FloatArray, paired, t_interval
from equitysim.statistics.verdict import Verdict


class PolicyAt(NamedTuple):
    """One policy up to a horizon, or beyond one: its value per seed person, and its paired difference to the baseline
    (zero for the baseline itself)."""

    policy: str
    value: Estimate
    difference: Estimate


class AtHorizon(NamedTuple):
    """The verdict if the horizon were ``days``. ``policies``: the decision measure."""

    days: float
    verdict: Verdict
    policies: tuple[PolicyAt, ...]


class Residual(NamedTuple):
    """What the policies earn from one day to another beyond the horizon, discounted to the start, per seed person of
    the baseline up to the horizon."""

    from_days: float
    to_days: float
    policies: tuple[PolicyAt, ...]


class Horizons(NamedTuple):
    """``at``: the verdict at each horizon, from short to long. ``stated``: the scenario's own among them, in days.
    ``residual``: beyond it, up to the longest."""

    at: tuple[AtHorizon, ...]
    stated: float
    baseline: str
    residual: Residual

    def __repr__(self) -> str:
        return line(f"Horizons of {len(self.at)} verdicts, the scenario's own at {self.stated:.0f} days")

    @property
    def verdict(self) -> Verdict:
        """At the scenario's own horizon."""
        return next(one.verdict for one in self.at if one.days == self.stated)


def horizons_of(comparisons: Sequence[Comparison], stated: float) -> Horizons:
    """Put together from the comparison at each horizon, from short to long; ``stated``: days of the scenario's own.

    All must hold the same policies and replications; the longest horizon lies beyond the stated one. Raises ValueError
    otherwise.
    """
    own = next((one for one in comparisons if one.context.horizon_days == stated), None)
    if own is None or comparisons[-1].context.horizon_days <= stated:
        raise ValueError(f"needs the comparison at {stated} days and one at a longer horizon")
    return Horizons(tuple(_at(one) for one in comparisons), stated, own.baseline, _residual(own, comparisons[-1]))


def _at(comparison: Comparison) -> AtHorizon:
    measure = comparison.context.measure
    return AtHorizon(
        comparison.context.horizon_days,
        comparison.verdict,
        tuple(
            PolicyAt(
                outcome.name,
                comparison.summary(outcome.name, measure),
                comparison.difference(outcome.name, measure),
            )
            for outcome in comparison.policies
        ),
    )


def _residual(own: Comparison, longer: Comparison) -> Residual:
    confidence = own.context.confidence
    later = {outcome.name: _earned_between(own, longer, outcome.name) for outcome in own.policies}
    return Residual(
        own.context.horizon_days,
        longer.context.horizon_days,
        tuple(
            PolicyAt(name, t_interval(earned, confidence), paired(earned, later[own.baseline], confidence))
            for name, earned in later.items()
        ),
    )


def _earned_between(own: Comparison, longer: Comparison, policy: str) -> FloatArray:
    """Replication by replication, per seed person of the baseline up to the shorter horizon."""
    gained = longer.policy(policy).values["net_value_total"] - own.policy(policy).values["net_value_total"]
    persons = own.context.scale * np.array(own.policy(own.baseline).seed_persons, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_person: FloatArray = np.where(persons > 0.0, gained / persons, np.nan)
    return per_person


def of_horizons(horizons: Horizons) -> dict[str, Any]:
    """The part of a JSON document: plain values only, undefined is None."""
    return {
        "horizons": [
            {
                "days": one.days,
                "stated": one.days == horizons.stated,
                "verdict": document.of_verdict(one.verdict),
                "policies": [_policy(policy) for policy in one.policies],
            }
            for one in horizons.at
        ],
        "residual": {
            "from_days": horizons.residual.from_days,
            "to_days": horizons.residual.to_days,
            "policies": [_policy(policy) for policy in horizons.residual.policies],
        },
    }


def _policy(policy: PolicyAt) -> dict[str, Any]:
    return {
        "name": policy.policy,
        **document.interval(policy.value),
        "difference": document.interval(policy.difference),
    }
