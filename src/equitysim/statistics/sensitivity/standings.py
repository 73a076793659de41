"""How policies stand over all points of a study."""

from equitysim.statistics.information import shares_best
from equitysim.statistics.intervals import FloatArray, t_interval
from equitysim.statistics.sensitivity.findings import UNKNOWN, Bounded, Standing
from equitysim.statistics.sensitivity.leads import between_cells, leads
from equitysim.statistics.sensitivity.responses import Responses


def standings(responses: Responses) -> tuple[Standing, ...]:
    """One standing for every policy, in their order.

    The bounds of the mean are a t interval over the replications' means over all points: they cover the luck of the
    replications, which all points share, and speak of these points alone, not of others that might have been taken.
    So do those of the difference to the baseline, which is paired: what luck does to all policies is not in it.
    ``share_clear`` counts the points at which the lead before the next policy is beyond luck, at each point with the
    confidence of the study by itself (``leads.between_cells``); 0 with one replication, which tells no luck.
    """
    signed = responses.better * responses.runs
    means = responses.better * responses.means
    over_points = responses.runs.mean(axis=0)
    found = leads(means, between_cells(signed), responses.context.confidence)
    shares = shares_best(means)
    base, confidence = responses.policies.index(responses.baseline), responses.context.confidence
    told = []
    for place, policy in enumerate(responses.policies):
        clear = float((found.clear & (found.best == place)).mean())
        apart = over_points[:, place] - over_points[:, base]
        told.append(
            Standing(
                policy,
                bounded(over_points[:, place], confidence),
                float(shares[place]),
                clear,
                UNKNOWN if place == base else bounded(apart, confidence),
            )
        )
    return tuple(told)


def bounded(values: FloatArray, confidence: float) -> Bounded:
    """The mean of one value per replication and its t interval."""
    estimate = t_interval(values, confidence)
    return Bounded(estimate.mean, estimate.low, estimate.high)
