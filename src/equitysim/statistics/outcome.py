"""What a study keeps of each policy, and what its numbers stand beside."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.arguments import named
from equitysim.measures.books import Books
from equitysim.measures.notebook import line, short
from equitysim.measures.registry import MEASURES
from equitysim.plan import WHOLE, Sample
from equitysim.statistics.intervals import (
    NOTHING,
    Estimate,
    FloatArray,
    Outcome,
    linearised,
    ratio_of_means,
    t_interval,
)


class ScenarioInfo(NamedTuple):
    """Which scenario: its name, its file as given (empty if it has none), and a hash of everything it resolves to."""

    name: str
    file: str
    hash: str


class Provenance(NamedTuple):
    """With what it was computed: versions of the package, the draw scheme, Python and NumPy, and the platform.
    ``sources``: hash of the package's source files that decide results, which one version under development has many
    of; empty where nobody noted it."""

    equitysim: str
    scheme: str
    python: str
    numpy: str
    platform: str
    sources: str = ""


class Context(NamedTuple):
    """What every number of a study stands beside.

    ``measure`` is the decision measure, ``matters`` the difference of it below which policies are tied (in its unit).
    ``units``: measure → unit in words, in the order measures are shown; ``directions``: measure → 1 more is better,
    -1 less is better, 0 neither. ``customers``: about how many seed persons were asked for, None for the scenario's
    own number; ``scale``: seed persons of the scenario per simulated one. ``first_stage``: after how many replications
    the procedure of ``selection`` was asked how many it needs; None where their number was given. ``processes``: names
    of a researcher's own processes. ``sample``: which part of the firm was simulated, and what made the size asked for
    too small.
    """

    scenario: ScenarioInfo
    engine: str
    seed: int
    replications: int
    confidence: float
    measure: str
    matters: float
    currency: str
    horizon_days: float
    ltv_window_days: float
    segments: tuple[str, ...]
    units: Mapping[str, str]
    directions: Mapping[str, int]
    customers: int | None
    scale: float
    provenance: Provenance
    first_stage: int | None = None
    processes: tuple[str, ...] = ()
    sample: Sample = WHOLE

    def __repr__(self) -> str:
        return line(
            f"Context of {short(self.scenario.name)!r}: engine {self.engine}, seed {self.seed}, "
            f"{self.replications} replications"
        )

    def computed_by(self) -> dict[str, Any]:
        """The provenance in a document, with a researcher's own processes where there were some."""
        return self.provenance._asdict() | ({"processes": list(self.processes)} if self.processes else {})


@dataclass(frozen=True, eq=False)
class PolicyOutcome:
    """One policy over all replications.

    ``digest``: SHA-256 over ``digests``, one per replication. ``events``, ``seconds``, ``seed_persons``: per
    replication; seconds are wall time. ``values``: measure → array over replications, NaN where undefined.
    ``by_segment``: segment → measure → array over replications, for measures that are defined by segment. ``series``:
    per replication, dtype ``result.SERIES``. ``stages``, ``rungs``: replications × ``codes.Stage`` and
    ``codes.Rung``, customers at the horizon. ``books``: per replication, what ``why`` and ``money`` are made from;
    empty where nobody asks for them. ``ratios``: measure → its part and its whole × replications, of those measures
    that are the ratio of two amounts of a run.
    """

    name: str
    digest: str
    digests: tuple[str, ...]
    events: tuple[int, ...]
    seconds: tuple[float, ...]
    seed_persons: tuple[int, ...]
    values: Mapping[str, FloatArray]
    by_segment: Mapping[str, Mapping[str, FloatArray]]
    series: tuple[npt.NDArray[np.void], ...]
    stages: npt.NDArray[np.int64]
    rungs: npt.NDArray[np.int64]
    books: tuple[Books, ...] = ()
    ratios: Mapping[str, FloatArray] = field(default_factory=dict)

    def sample(self, measure: str) -> FloatArray:
        """The replications of a measure, such that their mean is what the measure is over all of them: of a ratio the
        values linearised about the ratio of the means. NaN where undefined."""
        values = self.values[measure]
        undefined = MEASURES[measure].against_baseline and bool(np.isnan(values).any())
        return values if undefined or measure not in self.ratios else linearised(*self.ratios[measure])

    def __repr__(self) -> str:
        return line(f"PolicyOutcome of {short(self.name)!r}: {len(self.digests)} replications")


class Difference(NamedTuple):
    """A policy's paired difference to the baseline in one measure, in the measure's unit."""

    policy: str
    measure: str
    estimate: Estimate
    unit: str


class Claim(NamedTuple):
    """A claim of the scenario and what the runs say of it.

    ``estimate``: by how much the policy said to be better is better, so positive speaks for the claim also where less
    is better (costs, waits).
    """

    text: str
    measure: str
    estimate: Estimate
    threshold: float
    outcome: Outcome


def known_measure(name: str) -> str:
    """The name, if there is such a measure. Raises ``errors.UsageError`` that says which one may be meant."""
    return named("measure", name, MEASURES)


def digest_over(digests: Iterable[str]) -> str:
    """SHA-256 over the digests of the replications in their order: equal means equal results, replication by
    replication."""
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def summary(outcome: PolicyOutcome, measure: str, confidence: float) -> Estimate:
    """Mean and interval of a measure over the replications in which it is defined.

    A ratio is that of the means over the replications, which of unequal replications the mean of their ratios is not.
    A measure against the baseline is undefined unless spend rose on average and what it is divided by is clear of 0.
    """
    if not MEASURES[known_measure(measure)].against_baseline:
        return t_interval(outcome.sample(measure), confidence)
    if measure not in outcome.ratios or not float(np.mean(outcome.ratios["roi"][1])) > 0.0:
        return NOTHING
    parts, wholes = outcome.ratios[measure]
    return ratio_of_means(parts, wholes, confidence)
