"""What is known before a run begins: who enters when other than by referral, and the moments at which people meet."""

from dataclasses import dataclass

import numpy as np

from equitysim.codes import SourceKind, Trigger
from equitysim.edges import at_review, before, first_round, reached
from equitysim.engines.compiled import boundaries
from equitysim.engines.compiled.records import Floats, Records, parameters_record
from equitysim.engines.contract import cohort_times
from equitysim.plan import Parameters, Plan, Source
from equitysim.rules.laws import operational

SEEDS = np.dtype([("entered", "f8"), ("rank", "i8"), ("number", "i8")])


def entries(plan: Plan, p: Parameters) -> Records:
    """Entry, source rank and number of everybody who enters other than by referral, in canonical order (model §8)."""
    start = operational(0.0, p.season, p.season_before, p.season_phase) if p.seasonal else 0.0
    tables = []
    for rank, source in enumerate(plan.sources):
        times = entry_times(source, p, start, plan.max_customers)
        over = reached(times, p.horizon)
        times = times[: int(np.argmax(over))] if over.any() else times
        table = np.zeros(len(times), dtype=SEEDS)
        table["entered"], table["rank"], table["number"] = times, rank, np.arange(len(times))
        tables.append(table)
    whole: Records = np.concatenate([np.zeros(0, dtype=SEEDS), *tables])
    return whole[np.lexsort((whole["number"], whole["rank"], whole["entered"]))]


def entry_times(source: Source, p: Parameters, start: float, most: int) -> Floats:
    """When the people of a source enter, by number; no more than one beyond ``most``, with whom the run ends."""
    if source.kind == SourceKind.EXISTING:
        if not source.people:
            return np.zeros(0)
        return p.start * (1.0 - (np.arange(source.people) + 0.5) / source.people)
    if source.kind == SourceKind.COHORT:
        return cohort_times(source)
    if source.leads <= 0.0:
        return np.zeros(0)
    room = min(1024, most + 1)
    while True:
        times: Floats = boundaries.arrival_times(parameters_record(p), source.stream, source.leads, start, room)
        if len(times) < room or room > most:
            return times
        room = min(4 * room, most + 1)


@dataclass(frozen=True)
class Boundary:
    """A moment at which everybody meets: crises, a review, calendar programs, in this order."""

    time: float
    crises: tuple[int, ...]
    review: int | None
    programs: tuple[tuple[int, int], ...]


def boundaries_of(plan: Plan, p: Parameters) -> list[Boundary]:
    """All moments at which people meet, in order."""
    crises: dict[float, list[int]] = {}
    reviews: dict[float, int] = {}
    programs: dict[float, list[tuple[int, int]]] = {}
    for k, crisis in enumerate(plan.crises):
        t = at_review(crisis.time, p.review)
        if reached(t, p.start) and before(t, p.horizon):
            crises.setdefault(t, []).append(k)
    n = first_round(p.start, p.review)
    while before(n * p.review, p.horizon):
        reviews[n * p.review] = n
        n += 1
    for k, program in enumerate(p.programs):
        if program.trigger == Trigger.EVERY:
            n = first_round(max(p.start, program.active_from), program.every)
            while before(n * program.every, min(p.horizon, program.active_until)):
                programs.setdefault(at_review(n * program.every, p.review), []).append((k, n))
                n += 1
    return [
        Boundary(t, tuple(crises.get(t, ())), reviews.get(t), tuple(programs.get(t, ())))
        for t in sorted({*crises, *reviews, *programs})
    ]
