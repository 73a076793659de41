"""What a study's runs answered: factors, and one measure of every policy at every point in every replication.

Points weigh alike, whatever the design. Replications are the same luck at every point and under every policy (model
§10), so what is told of differences, between policies or between points, is told of paired runs.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from equitysim.arguments import named
from equitysim.digits import rounded
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.outcome import Context

Role = Literal["lever", "uncertainty"]
"""Whether the firm decides a factor, or nobody knows it."""

DesignKind = Literal["grid", "latin_hypercube", "sobol", "saltelli", "morris", "one_at_a_time", "points"]
"""The designs of a study file, by their keys."""

DESIGN_NAMES: dict[DesignKind, str] = {
    "grid": "full grid",
    "latin_hypercube": "Latin hypercube",
    "sobol": "Sobol sequence",
    "saltelli": "Saltelli's design",
    "morris": "Morris's trajectories",
    "one_at_a_time": "one factor at a time",
    "points": "points from a file",
}
"""What people call them."""

DEPENDENT: frozenset[DesignKind] = frozenset({"points"})
"""Designs whose factors may depend on each other, so that no variance can be told apart by factor."""


TOGETHER = 0.3
"""Factors of points that are left go together from this correlation on (judgement: a tenth of one's variance is then
the other's), if it is also beyond what so many points show by chance (at 1 %, for all pairs at once)."""


class Factor(NamedTuple):
    """One parameter that was varied.

    ``unit``: of ``sizes``, as people write it (``weeks``, ``%``, empty for plain numbers and for words). ``sizes``: at
    each point, in ``unit``; of words and switches the place in ``levels``. ``texts``: the same as the study wrote them.
    ``levels``: the distinct texts by size (words in the order of the study), where the design has few; empty where
    values lie anywhere between two ends. ``ordered``: sizes are numbers, so that between two of them lies something.
    ``listed``: how many values the study lists for it; 0 of a range or a distribution.
    """

    path: str
    role: Role
    unit: str
    sizes: FloatArray
    texts: tuple[str, ...]
    levels: tuple[str, ...]
    ordered: bool
    listed: int = 0

    def told(self, size: float) -> str:
        """A size as a text with its unit, to three digits (what lies between sizes tried is not known better); of words
        the nearest one."""
        if not self.ordered:
            return self.levels[min(max(round(size), 0), len(self.levels) - 1)]
        digits = rounded(round(size), 12) if abs(size) >= 1_000 else rounded(size)
        return self._with_unit(digits)

    def said(self, text: str) -> str:
        """A value that was tried as people read it: in the unit of the parameter, to six digits. Other texts, and
        words, as they are."""
        if not self.ordered or text not in self.texts:
            return text
        return self._with_unit(rounded(self.sizes[self.texts.index(text)], 6))

    def _with_unit(self, digits: str) -> str:
        """``2 months``, ``1 month``, ``5``."""
        return f"{digits} {self.unit.removesuffix('s') if digits == '1' else self.unit}".rstrip()


class Output(NamedTuple):
    """What effects are effects on: a policy's measure (``against`` is None), or its paired difference to another
    policy. ``runs``: points × replications, in the measure's unit."""

    policy: str
    against: str | None
    runs: FloatArray

    @property
    def means(self) -> FloatArray:
        """By point, over the replications."""
        means: FloatArray = self.runs.mean(axis=1)
        return means


class LeftOut(NamedTuple):
    """Something that was not analysed, how much of it, and why."""

    what: str
    why: str


class StudyInfo(NamedTuple):
    """Which study: its name, its file as given, the hash of all it says, and the digest of its stored runs."""

    name: str
    file: str
    hash: str
    digest: str


@dataclass(frozen=True, eq=False)
class Responses:
    """One measure of all policies over the points of a study.

    ``context.measure`` is what ``runs`` holds: points × replications × policies, without NaN, in the measure's unit.
    ``context.replications`` are those in ``runs``. ``factors``: with one size per point. ``numbers``: of the points, as
    ``points.csv`` has them. ``positions``: for each place in the design the row of its point, -1 where that was left
    out; a Saltelli or Morris design is read in this order. ``left_out``: runs that are missing, failed or undefined.
    """

    study: StudyInfo
    context: Context
    design: DesignKind
    policies: tuple[str, ...]
    baseline: str
    factors: tuple[Factor, ...]
    numbers: tuple[int, ...]
    positions: tuple[int, ...]
    runs: FloatArray
    left_out: tuple[LeftOut, ...] = ()

    @property
    def better(self) -> int:
        """1 if more of the measure is better, -1 if less is."""
        return self.context.directions[self.context.measure] or 1

    @cached_property
    def means(self) -> FloatArray:
        """Points × policies, over the replications."""
        means: FloatArray = self.runs.mean(axis=1)
        return means

    @cached_property
    def outputs(self) -> tuple[Output, ...]:
        """Every policy's measure, then every other policy's difference to the baseline."""
        base = self.runs[:, :, self.policies.index(self.baseline)]
        levels = [Output(name, None, self.runs[:, :, k]) for k, name in enumerate(self.policies)]
        apart = [
            Output(name, self.baseline, self.runs[:, :, k] - base)
            for k, name in enumerate(self.policies)
            if name != self.baseline
        ]
        return (*levels, *apart)

    def factor(self, path: str) -> Factor:
        """A factor by its parameter. Raises ``errors.UsageError`` if it is none."""
        there = {factor.path: factor for factor in self.factors}
        return there[named("varied parameter", path, there)]


def is_factorial(responses: Responses) -> bool:
    """Whether every combination of the factors' levels is there equally often, so that means over the other factors
    are balanced."""
    if any(not factor.levels for factor in responses.factors):
        return False
    combinations = np.stack([factor.sizes for factor in responses.factors], axis=1)
    _, counts = np.unique(combinations, axis=0, return_counts=True)
    wanted = int(np.prod([len(factor.levels) for factor in responses.factors]))
    return len(counts) == wanted and bool((counts == counts[0]).all())


def going_together(responses: Responses) -> str:
    """Where runs that failed left points in which two factors are no longer independent, as if they fail where both are
    large: which two, and how much. Empty if not, and if no point is missing."""
    if all(place >= 0 for place in responses.positions) or len(responses.runs) < 3:
        return ""
    varied = [factor for factor in responses.factors if factor.sizes.min() < factor.sizes.max()]
    if len(varied) < 2:
        return ""
    from scipy.special import ndtri

    pairs = len(varied) * (len(varied) - 1) // 2
    chance = float(ndtri(1.0 - 0.005 / pairs)) / math.sqrt(len(responses.runs))
    sizes = np.stack([factor.sizes for factor in varied])
    found = np.triu(np.corrcoef(sizes), 1)
    first, second = np.unravel_index(int(np.abs(found).argmax()), found.shape)
    if abs(found[first, second]) < max(TOGETHER, chance):
        return ""
    return f"{varied[first].path} and {varied[second].path} (correlation {found[first, second]:.2f})"
