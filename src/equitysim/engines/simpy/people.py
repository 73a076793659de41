"""The lives of people: entry, occasions, and the clocks each of them carries (model §4, §6, §8)."""

import math

from simpy.events import Event

from equitysim.codes import OwnKind, SourceKind, Status, Trigger
from equitysim.edges import before, meeting, no_later, reached
from equitysim.engines.simpy.care import bring_about, bring_about_one, complaint_patience
from equitysim.engines.simpy.world import Person, Process, World
from equitysim.plan import YEAR, Source
from equitysim.rules.account import COMPLAINT_FLAG, KNOWN_FLAG, VOICED_FLAG
from equitysim.rules.birth import descend, enter
from equitysim.rules.occasion import (
    BOUGHT_FLAG,
    CANCELLED_FLAG,
    FIRST_FLAG,
    REFERRED_FLAG,
    buy,
    commit,
    next_occasion,
    next_service_failure,
    occasion,
    service_failure,
)
from equitysim.rules.programs import repeat_after, silent_until
from equitysim.streams import identity_of

CHANNEL = int(SourceKind.CHANNEL)
COLD = int(Status.COLD)
LOST = int(Status.LOST)
FIRST_PURCHASE = int(Trigger.FIRST_PURCHASE)
PURCHASE = int(Trigger.PURCHASE)
KNOWN_FAILURE = int(Trigger.KNOWN_FAILURE)
COMPLAINT = int(Trigger.COMPLAINT)
REFERRAL = int(Trigger.REFERRAL)
CANCELLATION = int(Trigger.CANCELLATION)
LEAD = int(Trigger.LEAD)
SILENCE = int(Trigger.SILENCE)
ANNIVERSARY = int(Trigger.ANNIVERSARY)


def live(world: World, c: Person, source: Source | None) -> Process:
    """A person's life from entry to the horizon: one occasion after another, until they are out of reach for good."""
    env, p, j, horizon = world.env, world.p, world.journal, world.horizon
    watched = bool(world.by_trigger[SILENCE])
    occasion_key = c.key(OwnKind.OCCASION)
    renewal_key = c.key(OwnKind.RENEWAL)
    greet(world, c, source)
    while True:
        if c.status == LOST or c.status == COLD:
            if not world.can_return:
                yield from silences(world, c, horizon)
                return
            c.return_event = env.event()
            env.process(silences(world, c, horizon, c.return_event))
            yield c.return_event
            c.return_event = None
        now = env.now
        t = meeting(next_occasion(c, p), now)
        while t < now:  # no edge
            t = meeting(next_occasion(c, p), now)
        if watched and c.orders > 0:
            yield from silences(world, c, t)
        if reached(t, horizon):
            return
        yield env.at(t, renewal_key if p.contractual and c.orders > 0 else occasion_key)
        flags = occasion(c, p, j, t)
        if flags:
            follow_up(world, c, flags, t)


def greet(world: World, c: Person, source: Source | None) -> None:
    """Entry: onto the books; existing people and cohorts by their first purchase, all others as leads (model §8)."""
    t = c.entered
    enter(c, world.p, world.journal, t, source.cost if source else 0.0)
    if source is not None and source.kind != CHANNEL:
        follow_up(world, c, buy(c, world.p, world.journal, t, 1.0), t)
    else:
        bring_about(world, c, LEAD, t)


def follow_up(world: World, c: Person, flags: int, t: float) -> None:
    """What an event causes at once (model §4.6, §4.7): the person referred is born, then programs act, by cause."""
    if flags & REFERRED_FLAG:
        refer(world, c, t)
    if flags & BOUGHT_FLAG:
        if flags & FIRST_FLAG:
            start_clocks(world, c, t)
            bring_about(world, c, FIRST_PURCHASE, t)
        if c.silent:
            c.silent.clear()
        for k in world.by_trigger[PURCHASE]:
            if c.orders % world.p.programs[k].nth == 0:
                bring_about_one(world, c, k, t)
    if flags & KNOWN_FLAG:
        bring_about(world, c, KNOWN_FAILURE, t)
    if flags & VOICED_FLAG:
        bring_about(world, c, COMPLAINT, t)
    if flags & COMPLAINT_FLAG and c.answered == 0:
        world.env.process(complaint_patience(world, c, t))
    if flags & REFERRED_FLAG:
        bring_about(world, c, REFERRAL, t)
    if flags & CANCELLED_FLAG:
        bring_about(world, c, CANCELLATION, t)


def start_clocks(world: World, c: Person, t: float) -> None:
    """The clocks that start with the first purchase: failures in service and anniversaries."""
    if world.service_fails:
        world.env.process(fail_in_service(world, c, t))
    if world.by_trigger[ANNIVERSARY]:
        world.env.process(celebrate(world, c, t))


def fail_in_service(world: World, c: Person, first: float) -> Process:
    """Failures in continuous time under contract, from the first purchase on (model §4.5)."""
    t = next_service_failure(c, world.p, first)
    while before(t, world.horizon):
        yield world.env.at(t, c.key(OwnKind.SERVICE_FAILURE))
        flags = service_failure(c, world.p, world.journal, t)
        if flags:
            follow_up(world, c, flags, t)
        t = next_service_failure(c, world.p, t)


def celebrate(world: World, c: Person, first: float) -> Process:
    """Anniversaries of the first purchase (model §6)."""
    years = 1
    while before(first + years * YEAR, world.horizon):
        t = first + years * YEAR
        yield world.env.at(t, c.key(OwnKind.ANNIVERSARY))
        bring_about(world, c, ANNIVERSARY, t)
        years += 1


def silences(world: World, c: Person, until: float, returned: Event | None = None) -> Process:
    """Silence programs up to the next occasion, or of an absent customer until ``returned`` (model §6).

    Only an order ends a spell of silence, so nothing need be watched beyond the next occasion. Acts once a spell, or
    again and again where ``again`` says so; a spell that has lasted long enough at the very moment of an occasion
    comes before it.
    """
    while c.orders > 0:
        due, k = next_silence(world, c, until)
        if due > until or reached(due, world.horizon):  # no edge
            return
        yield world.env.at(due, c.key(OwnKind.SILENCE, k))
        if returned is not None and returned.triggered:
            return
        c.silent[k] = c.silent.get(k, 0) + 1
        bring_about_one(world, c, k, due)
        if returned is not None and returned.triggered:
            return


def next_silence(world: World, c: Person, occasion: float) -> tuple[float, int]:
    """When the current spell next sets off a silence program, and which; never is infinite. It comes before the next
    ``occasion`` where both are one moment.
    """
    best = (math.inf, 0)
    for k in world.by_trigger[SILENCE]:
        fired = c.silent.get(k, 0)
        due = silent_until(c, world.p, k)
        if fired:
            again = repeat_after(c, world.p, k)
            due = due + fired * again if again > 0.0 else math.inf
        due = no_later(due, occasion)
        if due < best[0]:  # no edge
            best = (due, k)
    return best


def refer(world: World, referrer: Person, t: float) -> None:
    """A person is referred and enters as a prospect at this moment (model §4.6)."""
    c = world.newborn()
    rank = len(world.plan.sources)
    descend(c, world.p, t, referrer, identity_of(referrer.identity, referrer.referrals - 1), rank)
    c.order = (t, rank, c.identity)
    commit(referrer, world.p, world.journal, t)
    world.env.process(join(world, c))


def join(world: World, c: Person) -> Process:
    """A referred person enters in canonical order."""
    yield world.env.at(c.entered, c.key(OwnKind.ENTRY))
    world.people.append(c)
    world.env.process(live(world, c, None))
