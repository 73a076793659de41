"""Random people, parameters and programs, in the reference's words and in the rules' words at once.

What the two sides call alike is drawn once; the rest is translated here (two points of a curve into intercept and
slope, a yearly discount into a daily one, a grievance into fields), so that a slip in a unit would show.
"""

import dataclasses
import math
import random
from typing import Any, NamedTuple

from equitysim.codes import Base, Counter, Curve, DefectionUnit, Grievance, Status, Trigger
from equitysim.plan import Parameters, Program, Rival
from equitysim.result import EVERYONE
from equitysim.rules.journal import Journal
from equitysim.rules.state import Customer, lengths
from tests.contract.small_plan import PLAIN, small_parameters
from tests.oracle import reference as ref

CURVES = {curve: curve.name.lower() for curve in Curve}
SMALL = small_parameters()
AFTER_FAILURE = (Trigger.KNOWN_FAILURE, Trigger.COMPLAINT)
OTHERWISE = tuple(trigger for trigger in Trigger if trigger not in AFTER_FAILURE)


class Case(NamedTuple):
    """One person at one moment, for both sides; ``treatments`` are the reference's programs, number ``k`` the one that
    acts.
    """

    p: Parameters
    world: ref.World
    c: Customer
    person: ref.Person
    j: Journal
    t: float
    k: int
    treatments: list[ref.Program]

    @property
    def program(self) -> ref.Program:
        return self.treatments[self.k]


# --- random worlds, programs and people -----------------------------------------------------------------------------


def either(rng: random.Random, *values: Any) -> Any:
    return rng.choice(values)


def curve_of(rng: random.Random, name: str) -> ref.Curve:
    if rng.random() < 0.15:
        p = rng.uniform(0.02, 0.9)
        return ref.Curve((0.0, 100.0), (p, p))
    high = 0.9 if name != "defection" else 0.7
    return ref.Curve(
        (either(rng, 0.0, -20.0, 10.0), either(rng, 100.0, 60.0)), (rng.uniform(0.02, high), rng.uniform(0.02, high))
    )


def lowered(curve: ref.Curve, hazard: bool) -> tuple[float, float]:
    """Intercept and slope through the two points, on the scale of log hazard or of log odds."""
    (n1, n2), (p1, p2) = curve.at, curve.chance
    y1, y2 = ((math.log(-math.log1p(-p)) if hazard else math.log(p) - math.log1p(-p)) for p in (p1, p2))
    slope = (y2 - y1) / (n2 - n1)
    return y1 - slope * n1, slope


def program_of(rng: random.Random, index: int) -> tuple[Program, ref.Program]:
    restore = rng.uniform(0.1, 1.0) if rng.random() < 0.45 else 0.0
    ask = rng.uniform(0.2, 0.9) if rng.random() < 0.5 else 0.0
    service = restore > 0.0 or ask > 0.0
    offers = rng.random() < 0.4
    trigger = either(rng, *AFTER_FAILURE) if rng.random() < 0.45 else either(rng, *OTHERWISE)
    after_failure = trigger in AFTER_FAILURE
    common: dict[str, Any] = {
        "gain": rng.uniform(0.0, 25.0),
        "relevance": tuple(rng.uniform(-0.8, 1.6) for _ in range(7)),
        "match": either(rng, 1.0, rng.uniform(0.3, 0.9)),
        "mismatch": either(rng, 0.0, rng.uniform(-0.8, 0.5)),
        "novelty": either(rng, 0.0, rng.uniform(1.0, 6.0)),
        "weight": 0.0 if service else rng.uniform(0.2, 2.0),
        "cost": rng.uniform(0.0, 2.0),
        "reward_value": either(rng, 0.0, rng.uniform(1.0, 9.0)),
        "reward_redeemed": either(rng, 1.0, rng.uniform(0.2, 0.9)),
        "incentive_value": rng.uniform(0.0, 5.0) if offers else 0.0,
        "pull": either(rng, 0.0, rng.uniform(1.0, 25.0)) if offers else 0.0,
        "valid": rng.uniform(5.0, 60.0) if offers else 0.0,
        "hangover": rng.uniform(0.0, 8.0) if offers else 0.0,
        "restore": restore,
        "ask": ask,
    }
    costs_us = rng.uniform(0.2, 1.0)
    appreciative, invite = rng.random() < 0.3, rng.random() < 0.5
    group = either(rng, 0, index)
    for_rules = PLAIN._replace(
        **common,
        group=group,
        stream=91_337 * (group + 1),
        trigger=int(trigger),
        reward_costs=costs_us,
        compensation=int(after_failure),
        appreciative=int(appreciative),
        invite=int(invite),
        service=int(service),
    )
    plain = ref.Program(
        **common,
        base=group,
        reward_costs_us=costs_us,
        after_failure=after_failure,
        appreciative=appreciative,
        invite=invite,
    )
    return for_rules, plain


def numbers_of(rng: random.Random) -> dict[str, Any]:
    """The parameters that plan and page call alike and measure alike."""
    return {
        "ltv_window": either(rng, 547.5, 120.0),
        "recency": either(rng, 60.0, 365.0, 2000.0),
        "give_up": rng.uniform(0.0, 0.6),
        "forgetting": either(rng, rng.uniform(10.0, 200.0), math.inf),
        "forgiving": rng.uniform(20.0, 300.0),
        "onboarding_sensitivity": either(rng, 1.0, rng.uniform(0.6, 2.5)),
        "onboarding_half_life": rng.uniform(10.0, 150.0),
        "satisfaction": rng.uniform(0.0, 12.0),
        "tolerance": either(rng, rng.uniform(1.0, 5.0), math.inf),
        "pressure_half_life": rng.uniform(10.0, 60.0),
        "annoyance": rng.uniform(0.1, 6.0),
        "opt_out": rng.uniform(0.0, 0.5),
        "failure_per_order": rng.uniform(0.0, 0.8),
        "severity": rng.uniform(2.0, 80.0),
        "cushion": rng.uniform(0.0, 1.0),
        "repeat": rng.uniform(1.0, 2.5),
        "memory": rng.uniform(30.0, 300.0),
        "detection": rng.uniform(0.1, 0.9),
        "neglect": rng.uniform(0.05, 0.6),
        "promptness": rng.uniform(5.0, 60.0),
        "paradox": either(rng, 0.0, rng.uniform(0.05, 0.4)),
        "transfer": rng.uniform(0.0, 1.0),
        "homophily": rng.uniform(0.1, 0.9),
        "commitment": either(rng, 0.0, rng.uniform(0.5, 6.0)),
        "cross_sell": either(rng, 0.0, rng.uniform(0.1, 0.5)),
        "premium": either(rng, 0.0, rng.uniform(0.05, 0.3)),
        "service_per_year": either(rng, 0.0, rng.uniform(1.0, 40.0)),
        "service_saving": rng.uniform(0.0, 0.9),
        "service_tenure_saving": rng.uniform(0.0, 0.5),
        "service_tenure_half_life": rng.uniform(100.0, 900.0),
        "lapse_gaps": rng.uniform(1.0, 4.0),
        "recent_half_life": rng.uniform(60.0, 300.0),
    }


def world_of(rng: random.Random) -> tuple[Parameters, ref.World, list[ref.Program]]:
    numbers = numbers_of(rng)
    contractual, hazard, at_risk = rng.random() < 0.4, rng.random() < 0.6, rng.random() < 0.5
    discount = rng.uniform(0.0, 0.2)
    curves: dict[str, Any] = {name: curve_of(rng, name) for name in CURVES.values()}
    granted, circle = either(rng, None, rng.uniform(1.0, 8.0)), either(rng, None, rng.uniform(1.0, 8.0))
    starts = [rng.uniform(-300.0, 1300.0) for _ in range(rng.randrange(3))]
    rivals = [
        ref.Rival(start, start + rng.uniform(200.0, 1200.0), rng.uniform(1.0, 30.0), rng.uniform(0.2, 1.0))
        for start in starts
    ]
    segments = [
        s._replace(margin=rng.uniform(0.2, 0.9), responsiveness=rng.uniform(0.3, 1.2), risk=rng.uniform(0.0, 20.0))
        for s in SMALL.segments
    ]
    pairs = [program_of(rng, index) for index in range(3)]
    p = SMALL._replace(
        **numbers,
        contractual=int(contractual),
        discount=math.log1p(discount) / 365.0,
        first_purchase_at_risk=int(at_risk),
        defection_unit=int(DefectionUnit.PER_YEAR if hazard else DefectionUnit.PER_PURCHASE),
        granted=granted or 0.0,
        circle=circle or 0.0,
        curves=tuple(
            SMALL.curves[curve]._replace(
                base=int(Base.SHARED),
                **dict(zip(("intercept", "slope"), lowered(curves[name], hazard and name == "defection"), strict=True)),
            )
            for curve, name in CURVES.items()
        ),
        segments=tuple(segments),
        programs=tuple(pair[0] for pair in pairs),
        rivals=tuple(Rival(r.start, r.until, r.pressure, r.reach) for r in rivals),
    )
    world = ref.World(
        **numbers,
        **curves,
        contractual=contractual,
        discount_per_year=discount,
        first_purchase_at_risk=at_risk,
        defection_is_hazard=hazard,
        granted=granted,
        circle=circle,
        segments=[ref.Segment(s.share, s.margin, s.responsiveness, s.risk, s.usual_gap) for s in segments],
        rivals=rivals,
    )
    return p, world, [pair[1] for pair in pairs]


def person_of(rng: random.Random, world: ref.World, treatments: list[ref.Program], t: float) -> ref.Person:
    """Somebody with a past, up to t."""
    person = ref.Person(
        segment=rng.randrange(2),
        equity=rng.choice([rng.uniform(-100.0, 100.0), rng.uniform(-30.0, 60.0)]),
        equity_at=t - rng.uniform(0.0, 60.0),
        pressure=rng.choice([0.0, rng.uniform(0.0, 9.0)]),
        opted_out=rng.random() < 0.2,
        occasions=rng.randrange(200),
        root_entered=max(0.0, t - rng.uniform(0.0, 900.0)),
        receipts={base: rng.randrange(8) for base in range(3)},
    )
    person.pressure_at = t - rng.uniform(0.0, 40.0)
    if rng.random() < 0.3:
        person.status = rng.choice(["prospect", "prospect", "cold"])
        person.oversell = rng.choice([0.0, rng.uniform(5.0, 60.0)])
    else:
        silence = rng.uniform(0.0, either(rng, 60.0, 300.0, 900.0))
        person.orders = rng.choice([1, 1, 2, 3, 5, 9])
        person.last_order = t - silence
        person.first_order = person.last_order - (rng.uniform(1.0, 700.0) if person.orders > 1 else 0.0)
        if person.orders > 1:
            between = rng.random() if person.orders > 2 else 1.0
            person.second_order = person.first_order + between * (person.last_order - person.first_order)
        person.status = "lost" if rng.random() < 0.25 else "customer"
        person.last_coin = person.last_order + rng.random() * silence
        person.coin_pending = rng.random() < 0.7
        person.service_at = person.last_order + either(rng, 0.0, rng.random()) * silence
        person.recent_margin, person.recent_orders = rng.uniform(0.0, 90.0), rng.uniform(1.0, 9.0)
        person.orders_since_thanks = rng.randrange(9)
        person.referrals = rng.randrange(5)
        person.failures = rng.randrange(3)
        if person.failures:
            person.last_failure = t - rng.choice([rng.uniform(0.0, 15.0), rng.uniform(0.0, 400.0)])
            person.grievance = grievance_of(rng, person)
    if rng.random() < 0.4:
        person.pull = either(rng, 0.0, rng.uniform(1.0, 25.0), *(treatment.pull for treatment in treatments))
        person.incentive_value = rng.uniform(0.5, 5.0)
        person.incentive_until, person.hangover = t + rng.uniform(-10.0, 30.0), rng.uniform(0.0, 8.0)
    for name in rng.sample(sorted(CURVES.values()), rng.randrange(4)):
        person.own[name] = rng.uniform(0.02, 0.95)
    waiting(rng, person, treatments)
    return person


def waiting(rng: random.Random, person: ref.Person, treatments: list[ref.Program]) -> None:
    """Items under way: answers of a known grievance, and others at any time."""
    known = person.grievance is not None and person.grievance.known
    for number, treatment in enumerate(treatments):
        person.begun[number] = rng.randrange(3)
        if (known or not treatment.after_failure) and rng.random() < 0.35:
            ref.open_item(person, number, treatment)


def grievance_of(rng: random.Random, person: ref.Person) -> ref.Grievance:
    since = person.last_failure
    above, below = rng.choice([0.0, rng.uniform(0.0, 40.0)]), rng.uniform(0.0, 40.0)
    g = ref.Grievance(since, above, below, since, above + below, first_ever=person.failures == 1)
    g.known = rng.random() < 0.6
    g.complained = g.known and rng.random() < 0.7
    g.given = rng.uniform(0.1, 1.0) if g.known and rng.random() < 0.4 else 0.0
    g.answered = g.given > 0.0 or (g.known and rng.random() < 0.2)
    g.neglected = g.complained and rng.random() < 0.2
    return g


# --- from the reference's words to the rules' --------------------------------------------------------------------


def blank(p: Parameters) -> Customer:
    c = Customer()
    nested = lengths(len(p.programs))
    for name, kind in Customer.__annotations__.items():
        number: Any = 0.0 if "float" in str(kind) else 0
        setattr(c, name, [number] * nested[name] if name in nested else number)
    return c


def own_intercept(p: Parameters, person: ref.Person, curve: Curve) -> float:
    own = person.own.get(CURVES[curve])
    if own is None:
        return p.curves[curve].intercept
    if curve == Curve.DEFECTION and p.defection_unit == DefectionUnit.PER_YEAR:
        return math.log(own)
    return math.log(own) - math.log1p(-own)


def customer_of(person: ref.Person, p: Parameters, identity: int) -> Customer:
    c = blank(p)
    c.identity = c.root = identity
    c.own = [own_intercept(p, person, curve) for curve in Curve]
    c.status = int(Status[person.status.upper()])
    for name in ("segment", "equity", "equity_at", "pressure", "pressure_at", "oversell", "occasions", "orders"):
        setattr(c, name, getattr(person, name))
    for name in ("first_order", "second_order", "last_order", "recent_margin", "recent_orders", "failures"):
        setattr(c, name, getattr(person, name))
    for name in ("last_failure", "pull", "incentive_value", "incentive_until", "hangover", "referrals", "service_at"):
        setattr(c, name, getattr(person, name))
    c.opted_out, c.coin_due = int(person.opted_out), int(person.coin_pending)
    c.coin_at, c.unthanked, c.root_entered = person.last_coin, person.orders_since_thanks, person.root_entered
    c.mark, c.kept = math.inf, math.nan
    c.receipts = [person.receipts.get(base, 0) for base in range(len(p.programs))]
    c.pending = [begun if number in person.pending else -begun for number, begun in sorted(person.begun.items())]
    c.cases = sum(p.programs[number].trigger in AFTER_FAILURE for number in person.pending)
    g = person.grievance
    if g is not None:
        c.grievance = int(Grievance.KNOWN if g.known else Grievance.SILENT)
        c.grievance_at, c.loss_above, c.loss_below, c.loss_at = g.since, g.above, g.below, g.asof
        c.loss_total, c.given, c.first_failure = g.total, g.given, int(g.first_ever)
        c.complained, c.answered = int(g.complained), answered(g)
    else:
        c.grievance_at = c.loss_at = ref.NEVER
    return c


def answered(g: ref.Grievance) -> int:
    return 2 if g.neglected else int(g.answered)


def journal_of(p: Parameters) -> Journal:
    n, rows = len(p.programs), 32
    return Journal(
        counts=[[0] * len(Counter) for _ in p.segments],
        spent=[0] * n,
        spent_period=[0] * n,
        cut=[0] * n,
        only=EVERYONE,
        size=[0],
        time=[0.0] * rows,
        customer=[0] * rows,
        activity=[0] * rows,
        program=[0] * rows,
        points=[0.0] * rows,
        money=[0.0] * rows,
        balance=[0.0] * rows,
    )


def draw(rng: random.Random, statuses: tuple[str, ...] = (), **program: Any) -> Case:
    """One random case; ``statuses``: whose; ``program``: what of the reference's and the rules' program is given."""
    p, world, treatments = world_of(rng)
    k = rng.randrange(len(treatments))
    p = p._replace(programs=(*p.programs[:k], p.programs[k]._replace(**program), *p.programs[k + 1 :]))
    treatments[k] = dataclasses.replace(treatments[k], **program)
    t = rng.uniform(-300.0, 1400.0)
    person = person_of(rng, world, treatments, t)
    while statuses and person.status not in statuses:
        person = person_of(rng, world, treatments, t)
    return Case(p, world, customer_of(person, p, rng.getrandbits(62)), person, journal_of(p), t, k, treatments)
