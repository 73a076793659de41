"""Moving a scenario's numbers one at a time, to find those that move the decision most."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from equitysim.scenario.lower import common_share, expected_seed_persons
from equitysim.scenario.numbers import OFF, Number, in_words, numbers, plausible, read, write
from equitysim.scenario.schema import Scenario
from equitysim.scenario.uncertain import TAIL, Uncertainties
from equitysim.scenario.worlds import Ground, ground
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.meter import ORIGINS, Meter, Moved, RangeFrom, Tried, bar_of, leading
from equitysim.study.executors import InOrder
from equitysim.study.runs import DEFAULT_SEED
from equitysim.study.scope import scope_of
from equitysim.study.watch import NO_WATCH, Progress, Watch
from equitysim.study.worlds import (
    Anchor,
    Sized,
    WorldTask,
    known_unknowns,
    levelled,
    question_of,
    sized,
    stated_in,
    values_of,
)

DEFAULT_REPLICATIONS = 4
EXAMINED_CLOSELY = 8
"""How many numbers are simulated at full care after all were looked at once; more than the five that are shown, because
one look is noisy."""

SCREENING_PERSONS = 1_000
"""Seed persons of the first look, or more where so few would not stand for the firm."""

FIFTH = 0.2
"""What was given may be a fifth less or a fifth more, unless the scenario says better: a judgement."""

CHOICES = frozenset({"review", "recency", "recent_half_life", "lapse"})
_CHOICES_BELOW = {
    "desks": frozenset({"agents", "hours"}),
    "segments": frozenset({"scale"}),
    "programs": frozenset({"when", "nth", "delay", "audience", "budget", "at_most", "value"}),
}
"""Keys that the firm sets, and knows since it decides them; and a factor that only repeats what a mean says."""


class Candidate(NamedTuple):
    """A number that can be moved, the sizes and texts of its two ends, and where they are from."""

    number: Number
    range_from: RangeFrom
    ends: tuple[tuple[float, str], tuple[float, str]]


def meter(
    scenario: Scenario,
    *,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    customers: int | None = None,
    engine: str = "auto",
    anchor: Anchor | None = None,
    in_order: InOrder = map,
    watch: Watch = NO_WATCH,
) -> Meter | None:
    """Count a scenario's numbers by origin and find those that move the decision most.

    Every number that is an assumption is moved alone to both ends of what it may be: the scenario's own ``uncertain``
    range, a fifth either way of what was given, or the plausible range of a default. A first look at each, with one
    replication of few people under the leading policy, the runner-up and the baseline, picks the few that are then
    simulated under all policies. All have the same luck. ``anchor``: as for ``worlds``. None with fewer than two
    policies, or if the measure is undefined for the leader, the runner-up or the baseline. Raises like ``worlds``.
    """
    watch.stage("assumptions")
    scope = scope_of(scenario)
    runs = sized(scenario, scope, replications=replications, seed=seed, customers=customers, engine=engine)
    question, base = question_of(scope), ground(scenario)
    counts = counted(assumptions(scenario))
    found = list(_sound(base, candidates(scenario, known_unknowns(scenario))))
    ends = [base.world([(one.number.place, text)]) for one in found for _, text in one.ends]
    first_look = common_share(
        [scenario, *ends], min(runs.share, SCREENING_PERSONS / max(expected_seed_persons(scenario), 1.0))
    )
    runs = replace(runs, share=common_share([scenario, *ends], runs.share))
    task = runs.task(base.world([]))
    (measured,) = values_of([task], in_order)
    written = _Written(tuple(task.plans), measured, anchor)
    if len(written.defined) < 2 or scope.baseline not in written.defined:
        return None
    leader, runner_up = leading(written.level, written.defined, question.better)
    watched = tuple(name for name in task.plans if name in {leader, runner_up, scope.baseline})
    small = replace(runs, policies=watched, replications=1, share=first_look)
    picked = _picked(small, base, found, in_order)
    bars = [
        bar_of(tried, written.moved([measured])[0], written.defined, leader, runner_up, question)
        for tried in _looked_at(runs, written, base, picked, in_order, watch.progress)
    ]
    ahead = {name: _ahead(written, leader, name) * question.better for name in (scope.baseline, runner_up)}
    plan = task.plans[scope.baseline]
    return Meter(
        question=question,
        counts=counts,
        examined=len(found),
        unmoved=sum(counts.values()) - len(found),
        leader=leader,
        runner_up=runner_up,
        over_baseline=ahead[scope.baseline],
        over_runner_up=ahead[runner_up],
        bars=tuple(sorted(bars, key=lambda bar: (bar.within_noise, -bar.swing))),
        replications=replications,
        persons=expected_seed_persons(scenario) / plan.scale,
        scale=plan.scale,
        anchored=anchor is not None,
    )


class _Written:
    """All policies in the scenario as written, and others beside it; policies without a value are left out."""

    def __init__(self, names: tuple[str, ...], measured: FloatArray, anchor: Anchor | None) -> None:
        level = (measured if anchor is None else stated_in(anchor, names)).mean(axis=0)
        self._kept = [k for k, value in enumerate(level.tolist()) if not math.isnan(value)]
        self._names, self._measured, self._anchor = names, measured, anchor
        self.defined = [names[k] for k in self._kept]
        self.level: FloatArray = level[self._kept]

    def moved(self, runs: list[FloatArray]) -> FloatArray:
        """Runs at the level that the scenario as written has: runs × replications × policies."""
        found: FloatArray = levelled(runs, self._measured, self._names, self._anchor)[:, :, self._kept]
        return found


def _ahead(written: _Written, leader: str, other: str) -> float:
    return float(written.level[written.defined.index(leader)] - written.level[written.defined.index(other)])


def _picked(small: Sized, base: Ground, found: list[Candidate], in_order: InOrder) -> list[Candidate]:
    """Those that move policies furthest apart at a first look; none that moves nothing."""
    looks = _screened(small, base, found, in_order)
    moving = [one for one in found if looks[one.number.path] > 0.0]
    return sorted(moving, key=lambda one: -looks[one.number.path])[:EXAMINED_CLOSELY]


def _looked_at(
    runs: Sized,
    written: _Written,
    base: Ground,
    picked: list[Candidate],
    in_order: InOrder,
    progress: Progress,
) -> list[Tried]:
    """Both ends of each number under all policies, at full care."""
    tasks = [runs.task(base.world([(one.number.place, text)])) for one in picked for _, text in one.ends]
    if not tasks:
        return []
    moved = written.moved(values_of(tasks, in_order, progress))
    return [_tried(one, moved[2 * k : 2 * k + 2]) for k, one in enumerate(picked)]


def assumptions(scenario: Scenario) -> tuple[Number, ...]:
    """The numbers of a scenario that say what is so, not what is asked; a list counts as one, by its first item."""
    return tuple(found for found in numbers(scenario) if not found.settled and found.place[-1] in (0, *_names(found)))


def _names(found: Number) -> tuple[str, ...]:
    return tuple(part for part in found.place[-1:] if isinstance(part, str))


def counted(found: tuple[Number, ...]) -> dict[str, int]:
    """How many numbers there are by origin."""
    counts = Counter(one.origin for one in found)
    return {origin: counts[origin] for origin in ORIGINS}


def candidates(scenario: Scenario, unknown: Uncertainties) -> tuple[Candidate, ...]:
    """The numbers that can be moved, each with its two ends."""
    own = dict(_own_ranges(unknown))
    found = (own.get(number.path) or _ranged(number) for number in assumptions(scenario))
    return tuple(one for one in found if one is not None and one.ends[0][1] != one.ends[1][1])


def _own_ranges(unknown: Uncertainties) -> Iterator[tuple[str, Candidate]]:
    for one in unknown.ranges:
        cut = one.distribution.kind == "gamma"
        low, high = (_told(one.number, one.shown, size) if cut else (size, one.text_of(size)) for size in one.span())
        yield one.number.path, Candidate(one.number, "uncertain", (low, high))
    for column in unknown.draws:
        order = sorted(range(len(column.sizes)), key=lambda row: column.sizes[row])
        rows = (order[math.floor(TAIL * (len(order) - 1))], order[math.ceil((1.0 - TAIL) * (len(order) - 1))])
        low, high = ((column.sizes[row], column.texts[row]) for row in rows)
        yield column.number.path, Candidate(column.number, "uncertain", (low, high))


def _ranged(number: Number) -> Candidate | None:
    if chosen(number) or isinstance(number.place[-1], int):
        return None
    if number.text == OFF:
        # A law that is switched off has no size to be moved from.
        return None
    if number.origin == "given":
        return _fifth(number)
    # What a program leaves out is neutral: it states nothing that could be wrong.
    range_ = None if number.place[0] in ("programs", "policies") else plausible(number)
    if range_ is None:
        return None
    low, high = ((read(number.quantity, text).size, text) for text in range_)
    return Candidate(number, "plausible", (low, high))


def _fifth(number: Number) -> Candidate | None:
    size, like = read(number.quantity, number.text)
    low, high = sorted((size * (1.0 - FIFTH), size * (1.0 + FIFTH)))
    low, high = max(low, number.quantity.low), min(high, number.quantity.high)
    if isinstance(like, int):
        first, last = ((round(end), write(number.quantity, like, end)) for end in (low, high))
        return Candidate(number, "fifth", (first, last))
    return Candidate(number, "fifth", (_told(number, number.text, low), _told(number, number.text, high)))


def _told(number: Number, like: str, size: float) -> tuple[float, str]:
    """A size in three digits, and its text."""
    text = in_words(number.quantity, like, size)
    return read(number.quantity, text).size, text


def chosen(number: Number) -> bool:
    """Whether the firm decides it, so that it is known."""
    section = "programs" if number.place[0] == "policies" else str(number.place[0])
    return section in CHOICES or not _CHOICES_BELOW.get(section, frozenset()).isdisjoint(number.place[2:])


def _sound(base: Ground, found: tuple[Candidate, ...]) -> Iterator[Candidate]:
    """Those that can be moved alone, unlike one of several shares that add up."""
    for one in found:
        if not any(base.reason([(one.number.place, text)]) for _, text in one.ends):
            yield one


def _screened(small: Sized, base: Ground, found: list[Candidate], in_order: InOrder) -> dict[str, float]:
    """How far each number moves the leader's advantages at a first look; 0 where the plans do not even differ."""
    plain = small.task(base.world([]))
    tasks: list[WorldTask] = [plain]
    owners: list[str] = []
    for one in found:
        for _, text in one.ends:
            task = small.task(base.world([(one.number.place, text)]))
            if task.plans != plain.plans:
                tasks.append(task)
                owners.append(one.number.path)
    values = values_of(tasks, in_order)
    looks = {one.number.path: 0.0 for one in found}
    for path, value in zip(owners, values[1:], strict=True):
        looks[path] = max(looks[path], _apart(value - values[0]))
    return looks


def _apart(change: FloatArray) -> float:
    """How far policies move apart: what moves all alike decides nothing."""
    return float(np.nan_to_num(change.max() - change.min()))


def _tried(one: Candidate, runs: FloatArray) -> Tried:
    number = one.number
    low, high = (Moved(size, text, runs[k]) for k, (size, text) in enumerate(one.ends))
    return Tried(number.path, number.unit, number.origin, one.range_from, number.text, low, high)
