"""What is found about what is not known: in which worlds which policy is best, what decides, what it is worth to
know."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from equitysim.arguments import named
from equitysim.measures.notebook import line
from equitysim.measures.tables import Table, from_rows
from equitysim.statistics.intervals import FloatArray

CLEAR = 2.0
"""A lead of so many standard errors is clear of the simulation's noise."""


class Figure(NamedTuple):
    """An estimate and its standard error, NaN where it has none."""

    value: float
    error: float

    @property
    def within_noise(self) -> bool:
        """Whether it lies within twice its own error of nothing."""
        return not abs(self.value) > CLEAR * self.error


class Share(NamedTuple):
    """A share of the worlds, its standard error over other worlds, and between what it may lie: with other worlds
    (``information.share_between``) and with the simulation's own error, that of the comparison included."""

    value: float
    error: float
    low: float
    high: float


class Correlation(NamedTuple):
    """A rank correlation, and between what it lies in nine of ten resampled sets of worlds; NaN if nothing varies."""

    value: float
    low: float
    high: float


class Tipping(NamedTuple):
    """Where along an unknown the best policy changes, the others averaged over.

    ``low`` and ``high``: between what it lies, with the question's confidence; it contains ``size``. ``open_low``,
    ``open_high``: that bound lies beyond what was tried. ``*_text``: with the unit (``4 weeks or less``).
    """

    size: float
    text: str
    below: str
    above: str
    low: float
    low_text: str
    high: float
    high_text: str
    open_low: bool
    open_high: bool


class Asked(NamedTuple):
    """One unknown as it goes into the analysis: its size in every world, the same as the scenario would write it, and
    how a size of it is told."""

    path: str
    unit: str
    sizes: FloatArray
    texts: tuple[str, ...]
    told: Callable[[float], str]


@dataclass(frozen=True)
class Deciding:
    """What one unknown does to the decision.

    ``low_text``, ``high_text``: the least and greatest value tried. ``over_runner_up``, ``over_baseline``: of it with
    the leading policy's advantage. ``tipping``: the changes of the best policy that are shown, from low to high.
    ``stays``: whether it is shown that one policy is the best all along; without either, nothing is shown.
    ``worth``: of knowing it alone, in the measure's unit; ``worth_total``: in all, None unless the measure is money
    per person.
    """

    path: str
    unit: str
    low: float
    low_text: str
    high: float
    high_text: str
    over_runner_up: Correlation
    over_baseline: Correlation
    tipping: tuple[Tipping, ...]
    stays: bool
    worth: Figure
    worth_total: float | None


class PolicyInWorlds(NamedTuple):
    """One policy: in what share of the worlds it is the best, and its mean over all worlds in the measure's unit."""

    name: str
    share_best: Share
    mean: Figure


@dataclass(frozen=True)
class Design:
    """How the worlds were made and simulated.

    ``method``: ``sobol``, ``latin hypercube`` or ``rows``; ``rows``: of the file of draws, 0 without one. ``persons``:
    seed persons simulated in each run, about; ``scale``: seed persons of the scenario per simulated one.
    ``population``: seed persons of the scenario. ``anchored``: levels are the comparison's own.
    """

    worlds: int
    replications: int
    seed: int
    engine: str
    method: str
    rows: int
    persons: float
    scale: float
    population: float
    anchored: bool

    @property
    def even(self) -> bool:
        """Whether each unknown is spread evenly over the worlds, as by a Sobol sequence."""
        return self.method == "sobol"


@dataclass(frozen=True)
class Question:
    """What is decided: ``better`` is 1 if more of the measure is better and -1 if less. ``total``: whether a value
    per person times the population is money in all. ``confidence``: of what is said to be shown."""

    measure: str
    unit: str
    better: int
    baseline: str
    total: bool
    confidence: float = 0.95


@dataclass(frozen=True, eq=False)
class Worlds:
    """All policies in the worlds that a scenario holds possible.

    ``policies``: in the scenario's order, without those whose measure is undefined in some world (``left_out``).
    ``leader``: the best by its mean over the worlds; ``runner_up``: the second. ``unknowns``: what is worth knowing
    most first. ``worth``: of knowing everything, corrected for the simulation's noise; ``worth_uncorrected``: not
    corrected. ``noise``: typical standard error, in one world, of the leader's advantage over the runner-up, NaN with
    one replication. ``clear``: share of the worlds in which the best is ahead by more than twice that world's own.
    ``values``: worlds × policies; ``sizes``: worlds × unknowns, in canonical units (days, per day, fractions) and in
    the order of ``paths``; ``texts``: unknowns × worlds, the same as the scenario would write them.
    """

    design: Design
    question: Question
    policies: tuple[PolicyInWorlds, ...]
    left_out: tuple[str, ...]
    leader: str
    runner_up: str
    unknowns: tuple[Deciding, ...]
    worth: Figure
    worth_total: float | None
    worth_uncorrected: float
    noise: float
    clear: float
    paths: tuple[str, ...]
    values: FloatArray
    sizes: FloatArray
    texts: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return line(f"Worlds: {len(self.policies)} policies, {len(self.paths)} parameters that are not known")

    def share_of_worlds_best(self, policy: str) -> float | None:
        """In what share of the worlds a policy is the best; None if its measure is undefined in some. Raises
        ``errors.UsageError`` for an unknown policy."""
        shares = {found.name: found.share_best.value for found in self.policies}
        return shares.get(named("policy", policy, (*shares, *self.left_out)))

    def table(self) -> Table:
        """One row per world and policy: the table ``worlds``."""
        names = [found.name for found in self.policies]
        best = self.question.better * self.values
        return from_rows(
            "worlds",
            (
                (
                    world,
                    name,
                    self.question.measure,
                    float(self.values[world, k]),
                    self.question.unit,
                    int(best[world, k] == best[world].max()),
                )
                for world in range(len(self.values))
                for k, name in enumerate(names)
            ),
        )

    def inputs(self) -> Table:
        """One row per world and unknown: the table ``unknowns``."""
        return from_rows(
            "unknowns",
            (
                (world, path, float(self.sizes[world, k]), self.texts[k][world])
                for world in range(len(self.sizes))
                for k, path in enumerate(self.paths)
            ),
        )
