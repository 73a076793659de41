"""What an analysis finds, as frozen tuples of names and numbers. All values in the measure's unit.

``policy`` and ``against`` say of what: of the policy's measure where ``against`` is None, else of its paired
difference to that policy. Bounds are NaN where nothing allows them.
"""

import math
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import FloatArray

Method = Literal["levels", "fitted"]
"""Whether something was averaged at the levels of a balanced design, or read off a fitted polynomial."""


class Bounded(NamedTuple):
    """An estimate and between what it lies with the stated confidence."""

    value: float
    low: float
    high: float


UNKNOWN = Bounded(math.nan, math.nan, math.nan)


class Standing(NamedTuple):
    """One policy over all points: its mean; the share of points at which its mean is the best (equals share); the
    share at which it is the best and clearly so, its lead over the next being beyond the luck of the replications; its
    mean less the baseline's, paired, NaN for the baseline itself."""

    policy: str
    mean: Bounded
    share_best: float
    share_clear: float
    difference: Bounded = UNKNOWN


class Noise(NamedTuple):
    """Where the variance of single runs comes from (two-way analysis of variance, points × replications).

    ``parameters``: between points. ``common_luck``: between replications, the same at all points, so that it moves no
    comparison between them. ``own_luck``: the rest. All three are variances. ``share_in_means``: how much of the
    variance between points' means is own luck that the replications did not average out.
    """

    policy: str
    against: str | None
    parameters: float
    common_luck: float
    own_luck: float
    share_in_means: float


class Curve(NamedTuple):
    """The mean over all other factors along one: at ``sizes`` (in the factor's unit; of words their places), with the
    bounds that the luck of the replications leaves and, where points are scattered, their choice.

    The luck is also that which all points share, which moves a curve up and down as a whole. One at a time: along one
    factor with the others at the scenario's own values."""

    sizes: tuple[float, ...]
    texts: tuple[str, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class Effect(NamedTuple):
    """What one factor does by itself.

    ``share``: the part of the variance between points that its curve makes (first-order), noise taken out; None where
    factors may depend on each other or were moved one at a time, or where the points do not differ. ``swing``: greatest
    less least of its curve, which luck makes larger.
    """

    policy: str
    against: str | None
    factor: str
    share: Bounded | None
    swing: float
    curve: Curve
    method: Method


class Interaction(NamedTuple):
    """What two factors do together beyond what each does by itself, as a part of the variance between points. Bounds
    hold jointly for all pairs of factors of an output."""

    policy: str
    against: str | None
    first: str
    second: str
    share: Bounded


class SobolIndex(NamedTuple):
    """A factor's first-order and total index, luck taken out, with bootstrap bounds."""

    policy: str
    against: str | None
    factor: str
    first: Bounded
    total: Bounded


class ElementaryEffect(NamedTuple):
    """Of Morris's trajectories: the mean of a factor's elementary effects, of their absolute values, and their standard
    deviation. An effect is the change of the output when the factor moves over its whole range, in the output's
    unit. Of words without an order ``mean`` and ``spread`` are NaN; ``absolute`` has luck in it, ``spread`` has not."""

    policy: str
    against: str | None
    factor: str
    mean: float
    absolute: Bounded
    spread: float


class Map(NamedTuple):
    """Who is best over two factors, averaged over the others.

    ``x`` and ``y``: their parameters. ``columns`` and ``rows``: sizes, in each factor's unit (of words their places);
    the texts name them. ``means``: rows × columns × policies. ``best``: rows × columns, the policy's place among all.
    ``lead``: by how much before the next, rows × columns, from 0. ``clear``: rows × columns, whether the lead is
    beyond the luck of the replications and, where fitted, beyond how the points scatter. ``shares``: of the cells, by
    policy. A cell far from all points is not claimed: ``best`` is -1, ``lead`` and ``means`` NaN.
    """

    x: str
    y: str
    columns: tuple[float, ...]
    column_texts: tuple[str, ...]
    rows: tuple[float, ...]
    row_texts: tuple[str, ...]
    means: FloatArray
    best: npt.NDArray[np.int64]
    lead: FloatArray
    clear: npt.NDArray[np.bool_]
    shares: tuple[float, ...]
    method: Method


class TippingPoint(NamedTuple):
    """Where along one factor, the others averaged over, the best policy changes from ``below`` to ``above``; with
    bounds. Texts with units. A bound beyond what was tried is the end of that, its text ``1 % or less`` or ``8 % or
    more``; with one replication bounds are NaN, their texts empty."""

    factor: str
    below: str
    above: str
    at: Bounded
    text: str
    low_text: str
    high_text: str


class Limit(NamedTuple):
    """One side or both of a box in one factor: sizes in the factor's unit, infinite where open; ``texts``: of words,
    those inside (else empty). ``told``: in words. ``chance``: how likely points spread at random would be as well
    parted by this limit alone (quasi p-value, Bryant & Lempert 2010)."""

    factor: str
    low: float
    high: float
    texts: tuple[str, ...]
    told: str
    chance: float


class Peel(NamedTuple):
    """One box on the way from everything to the last: coverage, density, mass, and how many factors limit it."""

    coverage: float
    density: float
    mass: float
    limited: int


class Box(NamedTuple):
    """Where a policy is best (scenario discovery, PRIM: Friedman & Fisher 1999; Bryant & Lempert 2010).

    ``cases``: points of interest, those at which ``policy`` is the best, of ``points``. ``coverage``: the share of the
    cases that is in the box; ``density``: the share of the points in the box that are cases; ``mass``: the share of all
    points that is in the box. ``course``: every box on the way, ``chosen`` the place of this one. ``number``: 1 for the
    first box, 2 for the one found when the first was taken away, and so on: a point in two boxes counts in the first.
    """

    policy: str
    number: int
    limits: tuple[Limit, ...]
    points: int
    cases: int
    coverage: float
    density: float
    mass: float
    course: tuple[Peel, ...]
    chosen: int


class Setting(NamedTuple):
    """What the levers are best set to for one policy, on average over everything nobody knows: lever → value as
    written, in the order of the factors, of those that move the policy's runs. ``mean``: of the measure there;
    ``ahead``: before the next best setting that brings something else, paired (NaN bounds with one replication, all NaN
    where no lever moves anything)."""

    policy: str
    values: tuple[tuple[str, str], ...]
    mean: Bounded
    ahead: Bounded
