"""Selecting the best of several policies that share their luck, with simultaneous intervals (Nelson & Matejcik 1995).

Values are replications × policies, turned so that more is better. The first replications say how much differences
between policies vary, and so how many replications intervals of a wanted width need. All intervals hold at once with
the stated confidence: they say by how much each policy's mean lies above or below the best of the others (multiple
comparisons with the best, MCB).

Nelson and Matejcik give two procedures. Theirs pools the variances of all differences and is exact if these are equal
(sphericity). The one that Clark and Yang (1986) began gives every pair its own variance and shares the error among
the comparisons (Bonferroni): always on the safe side, but dearer. Policies are unequally alike, so sphericity is
tested, and the second is used where it is rejected (docs/decisions/0007).

Both are one-sided: they say that no other policy is better. That one policy is better than the others is a claim in
two directions, since either of two equals may come out ahead; intervals are therefore never narrower than the pair's
own two-sided t interval (docs/decisions/0022).

References: B. L. Nelson and F. J. Matejcik (1995), Using common random numbers for indifference-zone selection and
multiple comparisons in simulation, Management Science 41(12):1935–1945, doi:10.1287/mnsc.41.12.1935. J. C. Hsu (1996),
Multiple Comparisons: Theory and Methods, ch. 4–5, for MCB intervals of unequal width. S. John (1971), Some optimal
multivariate tests, Biometrika 58(1):123–127, doi:10.1093/biomet/58.1.123, and O. Ledoit and M. Wolf (2002), Annals of
Statistics 30(4):1081–1102, doi:10.1214/aos/1031689018, for the test of sphericity.
"""

import functools
import math
from typing import Literal, NamedTuple

import numpy as np

from equitysim.statistics.intervals import FloatArray, t_quantile

FIRST_STAGE = 10
"""Replications before the procedure asks for more. Judgement, usual for two stages: with fewer, variances are known so
badly that the critical values grow fast."""

CAP = 200
"""Most replications the procedure takes by itself; beyond it says how many it would need. Judgement: twenty first
stages."""

SPHERICITY_LEVEL = 0.20
"""Sphericity is given up at this error. Judgement: a false alarm costs replications, a miss costs coverage."""

Procedure = Literal["Nelson-Matejcik", "Nelson-Matejcik (Bonferroni)"]
"""Which of the two procedures of Nelson and Matejcik (1995)."""

POOLED: Procedure = "Nelson-Matejcik"
BY_PAIR: Procedure = "Nelson-Matejcik (Bonferroni)"

_HERMITE = 80
_LEGENDRE = 120
_TAIL = 1e-14


class Precision(NamedTuple):
    """How wide intervals are, as the first stage has it.

    ``unit_widths``: policies × policies, the half-width of the difference of two after a single replication that the
    procedure takes, one-sided; after n it is smaller by √n. It says how many replications are needed, and what
    choosing the first of several may give away. ``unit_bounds``: the same for intervals, and so for saying that one
    policy is better than another: no narrower than the pair's own two-sided t interval, so that of two policies with
    equal means neither is called better more often than once in 1/(1 − confidence). Both symmetric, 0 on the diagonal.
    """

    procedure: Procedure
    unit_widths: FloatArray
    unit_bounds: FloatArray

    def half_widths(self, replications: int) -> FloatArray:
        """Half-widths of all differences after so many replications; policies × policies."""
        widths: FloatArray = self.unit_widths / math.sqrt(replications)
        return widths

    def half_bounds(self, replications: int) -> FloatArray:
        """The same for intervals."""
        bounds: FloatArray = self.unit_bounds / math.sqrt(replications)
        return bounds

    def needed(self, width: float) -> float:
        """Replications until no half-width exceeds ``width``; infinite where none are enough."""
        return _replications(float(self.unit_widths.max(initial=0.0)), width)


class Interval(NamedTuple):
    """By how much a policy's mean lies above (positive) or below the best of the others, with simultaneous bounds."""

    mean: float
    low: float
    high: float


class Selection(NamedTuple):
    """What the replications say of all policies at once.

    ``best``: index of the highest mean, the first if several. ``intervals``: per policy, against the best of the
    others. ``contenders``: indices of the policies that are not shown to be worse than another by more than the zone:
    those that may be the best, and those that surely lie within the zone of ``best``. ``settled``: whether the
    half-widths between ``best`` and the other contenders are within the zone, so that choosing ``best`` gives away no
    more than the zone. ``needed``: replications that would settle it if means and variances stay as they are (infinite
    if none would); the number at hand if it is settled or there is a single contender.
    """

    best: int
    intervals: tuple[Interval, ...]
    contenders: tuple[int, ...]
    settled: bool
    needed: float


def precision_of(first: FloatArray, confidence: float, level: float = SPHERICITY_LEVEL) -> Precision:
    """What the first stage says of the width of intervals.

    ``first``: replications × policies, at least 2 of each, all defined. ``level``: sphericity is given up where its
    p-value lies below; 0 for never. Raises ValueError for anything else, and unless 0 < ``confidence`` < 1.
    """
    n, k = _shape(first)
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    if n < 2 or k < 2:
        raise ValueError(f"variances of differences need 2 replications of 2 policies, not {n} of {k}")
    deviations: FloatArray = np.sqrt(pair_variances(first))
    procedure, widths = _widths(first, deviations, confidence, by_pair=sphericity(first) < level)
    return Precision(procedure, widths, np.maximum(widths, t_quantile(0.5 + confidence / 2.0, n - 1) * deviations))


def _widths(
    first: FloatArray, deviations: FloatArray, confidence: float, *, by_pair: bool
) -> tuple[Procedure, FloatArray]:
    """The procedure and its one-sided half-widths after a single replication."""
    n, k = first.shape
    if by_pair:
        return BY_PAIR, t_quantile(1.0 - (1.0 - confidence) / (k - 1), n - 1) * deviations
    critical = equicoordinate_point(k - 1, (k - 1) * (n - 1), confidence)
    return POOLED, critical * math.sqrt(pooled_variance(first)) * (1.0 - np.eye(k))


def select(values: FloatArray, precision: Precision, zone: float = 0.0) -> Selection:
    """Select the best and compare every policy with the best of the others.

    ``values``: replications × policies, all replications there are. ``zone``: the indifference zone, a difference
    that does not matter. The confidence is that of ``precision``, provided that the number of replications was chosen
    without a look at the means. Raises ValueError if the number of policies differs.
    """
    n, k = _shape(values)
    if precision.unit_widths.shape != (k, k):
        raise ValueError(f"the precision is of {len(precision.unit_widths)} policies, the values of {k}")
    means = column_means(values)
    gaps: FloatArray = means[:, None] - means[None, :]
    bounds, widths = precision.half_bounds(n), precision.half_widths(n)
    best = int(np.argmax(means))
    may_be_best = [i for i in range(k) if not _worse(i, gaps, bounds)]
    immaterial = gaps[best] + bounds[best] <= zone
    contenders = tuple(i for i in range(k) if i in may_be_best or immaterial[i])
    settled = all(widths[best, i] <= zone for i in contenders)
    enough = settled or len(contenders) == 1
    return Selection(
        best=best,
        intervals=tuple(_against_the_others(i, gaps, bounds, may_be_best) for i in range(k)),
        contenders=contenders,
        settled=settled,
        needed=n if enough else min(precision.needed(zone), _to_separate(best, gaps, precision)),
    )


def _worse(i: int, gaps: FloatArray, widths: FloatArray) -> bool:
    return bool(np.any((gaps[i] < 0.0) & (gaps[i] + widths[i] <= 0.0)))


def _against_the_others(i: int, gaps: FloatArray, widths: FloatArray, may_be_best: list[int]) -> Interval:
    """MCB bounds: a policy that cannot be the best lies below the best of the others at most by what any that may be
    the best is ahead of it; one that alone may be the best lies above all others (Hsu 1996, ch. 5)."""
    others = [j for j in range(len(gaps)) if j != i]
    rivals = [j for j in may_be_best if j != i]
    return Interval(
        mean=min(float(gaps[i, j]) for j in others),
        low=min([0.0, *(float(gaps[i, j] - widths[i, j]) for j in rivals)]),
        high=max(0.0, min(float(gaps[i, j] + widths[i, j]) for j in others)),
    )


def _to_separate(best: int, gaps: FloatArray, precision: Precision) -> float:
    """Replications after which ``best`` would be ahead of every other by more than the width, means and variances
    being what they are."""
    others = [j for j in range(len(gaps)) if j != best]
    return max(_replications(float(precision.unit_bounds[best, j]), float(gaps[best, j])) for j in others)


def _replications(unit_width: float, width: float) -> float:
    if unit_width == 0.0:
        return 1
    needed = (unit_width / width) ** 2 if width > 0.0 else math.inf
    return math.ceil(needed) if math.isfinite(needed) else math.inf


def column_means(values: FloatArray) -> FloatArray:
    """Exactly rounded means over the replications, one per policy."""
    return np.array([math.fsum(column) / len(column) for column in values.T.tolist()])


def pooled_variance(values: FloatArray) -> float:
    """Variance of the difference of any two policies, if it is the same for all: ``S²`` of Nelson and Matejcik.

    ``2 ΣΣ (Y_ij − Ȳ_i. − Ȳ_.j + Ȳ_..)² / ((k − 1)(n − 1))``; equal to the mean of the variances of all pairs.
    """
    n, k = _shape(values)
    return 2.0 * math.fsum((doubly_centred(values) ** 2).ravel().tolist()) / ((k - 1) * (n - 1))


def pair_variances(values: FloatArray) -> FloatArray:
    """Sample variance of the difference of every two policies: policies × policies."""
    n, k = _shape(values)
    found = np.zeros((k, k))
    for i in range(k):
        for j in range(i):
            gap = values[:, i] - values[:, j]
            mean = math.fsum(gap.tolist()) / n
            found[i, j] = found[j, i] = math.fsum(((gap - mean) ** 2).tolist()) / (n - 1)
    return found


def doubly_centred(values: FloatArray) -> FloatArray:
    """What remains after taking off each policy's mean and each replication's common luck."""
    apart = values - column_means(values)
    centred: FloatArray = apart - apart.mean(axis=1, keepdims=True)
    return centred


def sphericity(values: FloatArray) -> float:
    """p-value of equal variances of all differences: the locally best invariant test (John 1971), with the chi-square
    law that also serves where policies outnumber replications (Ledoit & Wolf 2002).

    1 for two policies, and where nothing varies.
    """
    n, k = _shape(values)
    contrasts = k - 1
    remains = doubly_centred(values)
    total = math.fsum((remains**2).ravel().tolist())
    if contrasts < 2 or total == 0.0:
        return 1.0
    from scipy.special import chdtrc

    products = (remains / math.sqrt(total)).T @ (remains / math.sqrt(total))
    unequal = contrasts * math.fsum((products**2).ravel().tolist()) - 1.0
    return float(chdtrc(contrasts * (contrasts + 1) / 2 - 1, (n - 1) * contrasts / 2.0 * max(unequal, 0.0)))


@functools.lru_cache(maxsize=256)
def equicoordinate_point(dimensions: int, degrees: int, chance: float) -> float:
    """The g that no coordinate of a multivariate t exceeds with the given chance; all correlations are ½.

    ``T_i = (Z_i − Z_0)/(√2·U)``, ``U² = χ²/degrees``: given U, the coordinates are independent but for Z_0. One
    quadrature over Z_0 and one over U give the chance of a g, a root finder the g of a chance. In tables it is
    Dunnett's one-sided critical value for so many treatments (C. W. Dunnett 1955, Journal of the American Statistical
    Association 50:1096–1121, doi:10.1080/01621459.1955.10501294). Raises ValueError unless 0 < ``chance`` < 1.
    """
    if not 0.0 < chance < 1.0:
        raise ValueError(f"a chance lies between 0 and 1, not {chance}")
    if dimensions == 1:
        return t_quantile(chance, degrees)
    from scipy.optimize import brentq

    surplus = functools.partial(_surplus, dimensions, *_chi_nodes(degrees), chance)
    # Bonferroni is never too small; a single coordinate never too large
    return float(brentq(surplus, t_quantile(chance, degrees), t_quantile(1.0 - (1.0 - chance) / dimensions, degrees)))


def _surplus(dimensions: int, scales: FloatArray, weights: FloatArray, chance: float, point: float) -> float:
    from scipy.special import ndtr

    nodes, common = np.polynomial.hermite_e.hermegauss(_HERMITE)
    below = ndtr(nodes[None, :] + math.sqrt(2.0) * point * scales[:, None]) ** dimensions
    return float(weights @ (below @ (common / common.sum()))) - chance


def _chi_nodes(degrees: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of the law of √(χ²/degrees), between quantiles that leave out nothing that counts."""
    from scipy.special import chdtri, gammaln

    low, high = (math.sqrt(float(chdtri(degrees, tail)) / degrees) for tail in (1.0 - _TAIL, _TAIL))
    nodes, weights = np.polynomial.legendre.leggauss(_LEGENDRE)
    scales = low + (high - low) * (nodes + 1.0) / 2.0
    half = degrees / 2.0
    log_density = (
        math.log(2.0) + half * math.log(half) - float(gammaln(half)) + (degrees - 1) * np.log(scales) - half * scales**2
    )
    density = weights * np.exp(log_density)
    return scales, density / density.sum()


def _shape(values: FloatArray) -> tuple[int, int]:
    if values.ndim != 2 or bool(np.isnan(values).any()):
        raise ValueError("values must be replications × policies, all defined")
    return values.shape[0], values.shape[1]
