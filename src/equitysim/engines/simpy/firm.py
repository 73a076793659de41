"""What the firm and the world do on their own clocks: sources, crises, reviews and calendar programs (model §6, §8)."""

from equitysim.codes import EventClass, OwnKind, Purpose, SourceKind, Trigger
from equitysim.edges import at_review, before, first_round, part_of, reached
from equitysim.engines.contract import cohort_times, rankings_read
from equitysim.engines.simpy.care import bring_about_one
from equitysim.engines.simpy.people import follow_up, live
from equitysim.engines.simpy.records import review_row
from equitysim.engines.simpy.world import Person, Process, World
from equitysim.plan import Program, Source
from equitysim.rules.account import KNOWN_FLAG, STATUS_CUSTOMER
from equitysim.rules.birth import arrive
from equitysim.rules.laws import calendar, operational, pick
from equitysim.rules.occasion import crisis_failure, crisis_hits
from equitysim.rules.programs import observed_stage, standing, start_clock, wanted
from equitysim.rules.stages import active
from equitysim.streams import exponential, identity_of, uniform

CHANNEL = int(SourceKind.CHANNEL)
EXISTING = int(SourceKind.EXISTING)
STAGE = int(Trigger.STAGE)
P_SEGMENT = int(Purpose.SEGMENT)
P_ARRIVAL = int(Purpose.ARRIVAL)
P_LOTTERY = int(Purpose.LOTTERY)
WORLD = int(EventClass.WORLD)
REVIEW = int(EventClass.REVIEW)
CALENDAR = int(EventClass.CALENDAR)


def arrivals(world: World, rank: int, source: Source) -> Process:
    """People of one source enter one after another (model §8)."""
    number = 0
    dated = cohort_times(source).tolist()
    clock = operational(0.0, world.p.season, world.p.season_before, world.p.season_phase) if world.p.seasonal else 0.0
    while True:
        if source.kind == CHANNEL:
            if source.leads <= 0.0:
                return
            gap = exponential(world.p.key0, world.p.key1, source.stream, P_ARRIVAL, number)
            clock += gap / source.leads
            t = clock
            if world.p.seasonal:
                t = calendar(clock, world.p.season, world.p.season_before, world.p.season_phase)
        elif source.kind == EXISTING:
            if number >= source.people:
                return
            t = world.p.start * (1.0 - (number + 0.5) / source.people)
        else:
            if number >= len(dated):
                return
            t = dated[number]
        if reached(t, world.horizon):
            return
        c = settle(world, rank, source, number, t)
        yield world.env.at(t, c.key(OwnKind.ENTRY))
        world.people.append(c)
        world.env.process(live(world, c, source))
        number += 1


def settle(world: World, rank: int, source: Source, number: int, t: float) -> Person:
    """The person with this number in a source: the same one under every policy (model §10)."""
    c = world.newborn()
    identity = identity_of(source.stream, number)
    segment = pick(uniform(world.p.key0, world.p.key1, identity, P_SEGMENT, 0), source.mix)
    arrive(c, world.p, t, identity, rank, number, segment, source.equity, source.oversell)
    c.order = (t, rank, number)
    return c


def crises(world: World) -> Process:
    """Failures that strike many at once, known at once (model §8)."""
    times = [at_review(crisis.time, world.p.review) for crisis in world.plan.crises]
    for t, k in sorted((t, k) for k, t in enumerate(times)):
        crisis = world.plan.crises[k]
        if reached(t, world.horizon) or before(t, world.p.start):
            continue
        yield world.env.at(t, (WORLD, 0, 0.0, 0, k, 0, 0))
        for c in list(world.people):
            hit = c.status == STATUS_CUSTOMER and active(c, world.p, t) and crisis_hits(c, world.p, k, crisis.share)
            if hit:
                follow_up(world, c, crisis_failure(c, world.p, world.journal, t, k, crisis.severity) | KNOWN_FLAG, t)


def reviews(world: World) -> Process:
    """The firm looks at its books at each review: rows for the series, who is best, who reached a stage (model §6)."""
    n = first_round(world.p.start, world.p.review)
    staged = world.by_trigger[STAGE]
    while before(n * world.p.review, world.horizon):
        t = n * world.p.review
        yield world.env.at(t, (REVIEW, 0, 0.0, 0, 0, 0, 0))
        if n == 0:
            for c in world.people:
                start_clock(c, world.p)
        if n >= 0:
            world.series.append(review_row(world, t))
        world.check_events()
        rank(world, t)
        if staged:
            for c in list(world.people):
                enter_stage(world, c, t)
        n += 1


def rank(world: World, t: float) -> None:
    """Rank those who ordered within ``recency`` by whatever will be asked before the next review (model §6)."""
    p = world.p
    read = rankings_read(world.plan, t)
    if not read:
        return
    ranked = [c for c in world.people if active(c, p, t)]
    for by in sorted(read):
        for c in world.people:
            c.ranks[by] = -1
        standings = [(-standing(c, p, t, by), index) for index, c in enumerate(ranked)]
        standings.sort()
        for place, (_, index) in enumerate(standings):
            ranked[index].ranks[by] = place
    for k, program in enumerate(p.programs):
        world.journal.cut[k] = best_cut(program, len(ranked))


def best_cut(program: Program, ranked: int) -> int:
    """How many of the ranked are the best for a program: floor(share · ranked), at least 1 (model §6)."""
    return max(1, part_of(ranked, program.best_share)) if program.best_by >= 0 else 0


def enter_stage(world: World, c: Person, t: float) -> None:
    """Set off the programs that wait for the stage a customer is seen to have entered since the last review."""
    seen = observed_stage(c, world.p, t)
    if seen == c.seen_stage:
        return
    c.seen_stage = seen
    for k in world.by_trigger[STAGE]:
        if world.p.programs[k].trigger_stage == seen:
            bring_about_one(world, c, k, t)


def calendar_program(world: World, k: int) -> Process:
    """A program that acts every so often, on everyone in its audience (model §6)."""
    program = world.p.programs[k]
    n = first_round(max(world.p.start, program.active_from), program.every)
    while before(n * program.every, min(world.horizon, program.active_until)):
        t = at_review(n * program.every, world.p.review)
        yield world.env.at(t, (CALENDAR, 0, 0.0, 0, k, 0, 0))
        for c in in_turn(world, k, t, n):
            bring_about_one(world, c, k, t)
        n += 1


def in_turn(world: World, k: int, t: float, round_: int) -> list[Person]:
    """Whom a calendar program serves, in turn: canonical order, or with a budget the best first, or by a draw (model
    §6).
    """
    p, program = world.p, world.p.programs[k]
    meant = [c for c in world.people if wanted(c, p, world.journal, k, t)]
    if program.budget_micro < 0:
        return meant
    if program.best_by >= 0:
        return sorted(meant, key=lambda c: c.ranks[program.best_by])
    return sorted(meant, key=lambda c: uniform(p.key0, p.key1, c.identity ^ program.stream, P_LOTTERY, round_))
