"""The assumption meter: where a scenario's numbers are from, and which of them move the decision most."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from equitysim.measures.notebook import line
from equitysim.measures.tables import Table, from_rows
from equitysim.statistics.intervals import FloatArray, t_interval
from equitysim.statistics.unknowns import Question

ORIGINS = ("given", "published", "derived", "judgement")
"""Where a number may be from, from known best to known least."""

SHOWN = 5
"""How many numbers the meter is read by: those that move the decision most."""

CONFIDENCE = 0.95
"""A change whose interval at this confidence holds 0 lies within the simulation's noise."""

RangeFrom = Literal["uncertain", "plausible", "fifth"]
"""Where a range is from: the scenario's own, the schema's, or a fifth less to a fifth more than what was given."""


class Advantage(NamedTuple):
    """The leading policy's advantage over another: with everything else as written, its change from there, and the
    change's interval over replications, NaN with one. ``most``: upper bound of the advantage itself, which also holds
    the error of what is written."""

    value: float
    change: float
    low: float
    high: float
    error: float
    most: float

    @property
    def within_noise(self) -> bool:
        """Whether the change may be nothing but the simulation's noise."""
        return self.change == 0.0 or not (self.low > 0.0 or self.high < 0.0)

    @property
    def surely_behind(self) -> bool:
        """Whether the other policy is ahead by more than the simulation's noise."""
        return self.value < 0.0 and self.most < 0.0


class End(NamedTuple):
    """One end of what a number may be: its size and text, what the leader is then ahead by, and who is best.

    ``lead``: over the best of all others there, ``rival``; its change is from the lead over the best of the others as
    written.
    """

    size: float
    text: str
    lead: Advantage
    rival: str
    over_baseline: Advantage
    over_runner_up: Advantage
    best: str

    @property
    def turns(self) -> bool:
        """Whether another policy is shown to be better than the leader."""
        return self.lead.surely_behind


@dataclass(frozen=True)
class Bar:
    """One number, moved alone from its low to its high end. ``base_text``: as the scenario has it."""

    path: str
    unit: str
    origin: str
    range_from: RangeFrom
    base_text: str
    low: End
    high: End

    @property
    def swing(self) -> float:
        """How far the leader's lead over the best of the others moves."""
        changes = (self.low.lead.change, 0.0, self.high.lead.change)
        return max(changes) - min(changes)

    @property
    def within_noise(self) -> bool:
        """Whether all it does may be nothing but the simulation's noise."""
        return self.low.lead.within_noise and self.high.lead.within_noise


class Moved(NamedTuple):
    """One number at one end, as it goes into the meter: replications × policies of the decision measure there."""

    size: float
    text: str
    runs: FloatArray


class Tried(NamedTuple):
    """One number as it goes into the meter."""

    path: str
    unit: str
    origin: str
    range_from: RangeFrom
    base_text: str
    low: Moved
    high: Moved


@dataclass(frozen=True, eq=False)
class Meter:
    """What a decision rests on.

    ``counts``: numbers of the scenario by origin. ``examined``: how many were moved; ``unmoved``: how many have no
    range or could not be moved alone. ``over_baseline``, ``over_runner_up``: what the leader is ahead by as written;
    the runner-up is the best of the others there.
    ``bars``: those that move the decision most, first the most, those within the simulation's noise last; more than
    are usually shown. ``persons``: seed
    persons simulated in each run, about; ``scale``: seed persons of the scenario per simulated one.
    """

    question: Question
    counts: Mapping[str, int]
    examined: int
    unmoved: int
    leader: str
    runner_up: str
    over_baseline: float
    over_runner_up: float
    bars: tuple[Bar, ...]
    replications: int
    persons: float
    scale: float
    anchored: bool

    def __repr__(self) -> str:
        return line(f"Meter: {len(self.bars)} assumptions")

    @property
    def shown(self) -> tuple[Bar, ...]:
        """The five to read."""
        return self.bars[:SHOWN]

    def table(self) -> Table:
        """Two rows per number, one for each end: the table ``assumptions``."""
        return from_rows("assumptions", (row for bar in self.bars for row in _rows(bar, self.question.unit)))


def _rows(bar: Bar, unit: str) -> Iterator[tuple[Any, ...]]:
    for name, end in (("low", bar.low), ("high", bar.high)):
        over, second = end.over_baseline, end.over_runner_up
        yield (
            *(bar.path, bar.origin, bar.range_from, name, end.text),
            *(end.lead.value, end.lead.change, end.lead.error, end.rival),
            *(over.value, over.change, over.error),
            *(second.value, second.change, second.error),
            *(end.best, unit),
        )


def leading(values: FloatArray, names: Sequence[str], better: int) -> tuple[str, str]:
    """The best policy and the second by their means; one policy alone is both."""
    order = np.argsort(-better * values, kind="stable")
    return names[int(order[0])], names[int(order[min(1, len(names) - 1)])]


def bar_of(
    tried: Tried, base: FloatArray, names: Sequence[str], leader: str, runner_up: str, question: Question
) -> Bar:
    """The bar of one number. ``base``: replications × policies as written, with the same luck."""

    def ahead(runs: FloatArray, rival: str) -> FloatArray:
        ours, theirs = names.index(leader), names.index(rival)
        found: FloatArray = question.better * (runs[:, ours] - runs[:, theirs])
        return found

    def end(moved: Moved) -> End:
        best, second = leading(moved.runs.mean(axis=0), names, question.better)
        rival = second if best == leader else best
        return End(
            size=moved.size,
            text=moved.text,
            lead=_advantage(ahead(moved.runs, rival), ahead(base, runner_up)),
            rival=rival,
            over_baseline=_advantage(ahead(moved.runs, question.baseline), ahead(base, question.baseline)),
            over_runner_up=_advantage(ahead(moved.runs, runner_up), ahead(base, runner_up)),
            best=best,
        )

    return Bar(tried.path, tried.unit, tried.origin, tried.range_from, tried.base_text, end(tried.low), end(tried.high))


def _advantage(there: FloatArray, written: FloatArray) -> Advantage:
    """Of advantages replication by replication, there and as written."""
    found = t_interval(there - written, CONFIDENCE)
    error = found.sd / math.sqrt(found.n) if found.n else math.nan
    most = t_interval(there, CONFIDENCE).high
    return Advantage(float(there.mean()), found.mean, found.low, found.high, error, most)
