"""Claims of a scenario: one policy is better than another in a measure, and what the runs say of it."""

from equitysim.measures.registry import MEASURES
from equitysim.statistics.intervals import claim_outcome, differences, t_interval
from equitysim.statistics.outcome import Claim, PolicyOutcome


def judge(
    better: PolicyOutcome,
    than: PolicyOutcome,
    measure: str,
    *,
    text: str,
    confidence: float,
    matters: float,
    threshold: float = 0.0,
) -> Claim:
    """Judge that ``better`` beats ``than`` by more than ``threshold``, in the measure's unit.

    The difference is turned so that positive speaks for the claim: of costs, waits and complaints less is better.
    ``matters``: differences within it are immaterial.
    """
    sign = -1.0 if MEASURES[measure].better < 0 else 1.0
    gaps = sign * differences(better.sample(measure), than.sample(measure))
    estimate = t_interval(gaps, confidence)
    return Claim(text, measure, estimate, threshold, claim_outcome(estimate, threshold=threshold, matters=matters))
