"""How programs reach people: at once, after a delay, or through a desk with a queue (model §6, §7)."""

import math

from equitysim.codes import Activity, EventClass, OwnKind, Trigger
from equitysim.edges import before, reached
from equitysim.engines.simpy.world import Person, Process, World
from equitysim.rules.account import KNOWN_FLAG, neglect
from equitysim.rules.journal import note
from equitysim.rules.programs import (
    RETURNED_FLAG,
    TO_DESK_FLAG,
    abandon,
    act,
    begin_service,
    close_item,
    deliver,
    handling_days,
    impatient,
    open_item,
)

KNOWN_FAILURE = int(Trigger.KNOWN_FAILURE)
A_CASE_OPENED = int(Activity.CASE_OPENED)
DESK = int(EventClass.DESK)
MICRO = 1e6


def bring_about(world: World, c: Person, trigger: int, t: float) -> None:
    """All programs with this trigger, as declared."""
    for k in world.by_trigger[trigger]:
        bring_about_one(world, c, k, t)


def bring_about_one(world: World, c: Person, k: int, t: float) -> None:
    """Program k is set off for a customer: at once, or after its delay; not while an earlier item is pending (model
    §6).
    """
    if c.pending[k] > 0:
        return
    if world.p.programs[k].delay > 0.0:
        open_item(c, world.p, k)
        world.env.process(delayed(world, c, k, t))
        return
    flags = act(c, world.p, world.journal, k, t)
    if flags & TO_DESK_FLAG:
        open_item(c, world.p, k)
        world.env.process(case(world, c, k, t))
    else:
        take_effect(world, c, flags, t)


def take_effect(world: World, c: Person, flags: int, t: float) -> None:
    """What a treatment brought about: a silent failure came to light, or an absent customer returned."""
    if flags & KNOWN_FLAG:
        bring_about(world, c, KNOWN_FAILURE, t)
    if flags & RETURNED_FLAG and c.return_event is not None:
        c.return_event.succeed()


def delayed(world: World, c: Person, k: int, since: float) -> Process:
    """A program acts some time after its trigger; audience and limits are checked then."""
    t = since + world.p.programs[k].delay
    if reached(t, world.horizon):
        return
    yield world.env.at(t, c.key(OwnKind.DELAYED, k))
    flags = act(c, world.p, world.journal, k, t)
    if flags & TO_DESK_FLAG:
        yield from case(world, c, k, t)
    else:
        close_item(c, world.p, k)
        take_effect(world, c, flags, t)


def case(world: World, c: Person, k: int, opened: float) -> Process:
    """A case at a desk: it waits, is handled, and takes effect with the real wait (model §7)."""
    env, p, j, horizon = world.env, world.p, world.journal, world.horizon
    index = p.programs[k].desk
    desk = world.desks[index]
    counts = desk.counts
    note(c, j, opened, A_CASE_OPENED, k, 0.0, 0.0)
    counts.cases += 1 if reached(opened, 0.0) else 0
    request = desk.request(c.ranks[desk.plan.best_by] if desk.plan.best_by >= 0 else -1)
    counts.longest = max(counts.longest, desk.waiting) if reached(opened, 0.0) else counts.longest
    patience_ends = opened + desk.plan.patience
    if not request.triggered:
        if impatient(c, p, k) and before(patience_ends, horizon):
            yield request | env.at(patience_ends, c.key(OwnKind.PATIENCE, k))
        else:
            yield request
        if not request.triggered:
            request.cancel()
            counts.abandoned += 1 if reached(patience_ends, 0.0) else 0
            abandon(c, p, j, k, patience_ends)
            return
    begun = env.now
    begin_service(c, p, j, k, begun, desk.plan.cost_per_case)
    work = handling_days(c, p, k, c.pending[k], desk.plan.handling_mean, desk.plan.handling_shape)
    days = desk.calendar_days(work)
    if reached(begun, 0.0):
        counts.served += 1
        counts.wait_micro += math.floor((begun - opened) / desk.plan.stretch * MICRO)  # no edge
        counts.work_micro += math.floor(min(days, horizon - begun) * MICRO)  # no edge
    done = begun + days
    if reached(done, horizon):
        return
    yield env.at(done, (DESK, index, *c.order, 0, k))
    desk.resource.release(request)
    yield env.at(done, c.key(OwnKind.RECOVERY, k))
    flags = deliver(c, p, j, k, done, (done - opened) * (1.0 - 1.0 / desk.plan.stretch))
    close_item(c, p, k)
    take_effect(world, c, flags, done)


def complaint_patience(world: World, c: Person, complained: float) -> Process:
    """If nobody has answered when patience ends, the neglect costs more (model §3.4)."""
    grievance_at = c.grievance_at
    t = complained + world.p.patience
    if before(t, world.horizon):
        yield world.env.at(t, c.key(OwnKind.PATIENCE, len(world.p.programs)))
        neglect(c, world.p, world.journal, t, grievance_at)
