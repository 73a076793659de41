"""How much of what runs show is luck: the two-way analysis of variance of points × replications."""

import math

import numpy as np

from equitysim.statistics.intervals import UNDEFINED
from equitysim.statistics.sensitivity.findings import Noise
from equitysim.statistics.sensitivity.responses import Output, Responses
from equitysim.statistics.sensitivity.squares import ROUNDING

WANTED = 0.05
"""Of the variance between points' means at most so much should be luck. Judgement: at one in twenty the shares of
effects move by about as much."""


def noise(responses: Responses) -> tuple[Noise, ...]:
    """For every output, from what its variance comes.

    The random-effects model run = mean + point + replication + rest: components from mean squares, negative ones
    told as 0 (Searle, Casella & McCulloch 1992, Variance Components, ch. 4, doi 10.1002/9780470316856). The same luck
    at all points is the replication's; luck that acts otherwise at other points is in the rest, so the rest is no
    measure of chance alone but of what a comparison of points suffers from it. NaN with one replication or one point.
    """
    return tuple(_noise(output) for output in responses.outputs)


def _noise(output: Output) -> Noise:
    points, replications = output.runs.shape
    if points < 2 or replications < 2:
        return Noise(output.policy, output.against, UNDEFINED, UNDEFINED, UNDEFINED, UNDEFINED)
    runs = output.runs - output.runs.mean()
    by_point, by_replication = runs.mean(axis=1), runs.mean(axis=0)
    rest = runs - by_point[:, None] - by_replication[None, :]
    own = float((rest**2).sum()) / ((points - 1) * (replications - 1))
    between = float(by_point.var(ddof=1))
    common = float(by_replication.var(ddof=1)) - own / points
    rounding = (ROUNDING * float(np.abs(output.runs).max())) ** 2
    share = min(own / replications / between, 1.0) if between > rounding else UNDEFINED
    return Noise(output.policy, output.against, max(between - own / replications, 0.0), max(common, 0.0), own, share)


def replications_needed(noise: Noise, share: float = WANTED) -> int | None:
    """With how many replications at most ``share`` of the variance between points' means would be luck, if the
    components are what they were estimated to be. None if they are not known or no number would do."""
    if not 0.0 < share < 1.0:
        raise ValueError(f"a share of luck must lie between 0 and 1, not {share}")
    if not noise.parameters > 0.0:
        return None
    exact = noise.own_luck * (1.0 - share) / (share * noise.parameters)
    return max(1, math.ceil(exact - 1e-9))
