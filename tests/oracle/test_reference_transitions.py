"""The rules against a second version written from the model page alone (tests/oracle/reference.py).

Random people, parameters and programs; both sides get the same luck; whatever results is compared to 1e-9. The
comparison is tested by itself: every field it reads turns it red when nudged, and so does every parameter of the
reference when changed, and every plausible slip in the reference's own laws.
"""

import dataclasses
import math
import random
from collections import Counter as Tally
from collections.abc import Callable
from typing import Any

import pytest

from equitysim import streams
from equitysim.codes import Activity, Counter, DefectionUnit, Grievance, Kind, Purpose, Status, ValueSource
from equitysim.engines.simpy.engine import simulate
from equitysim.result import EVERYONE
from equitysim.rules import account, birth, occasion, programs
from equitysim.rules.journal import settle_service
from equitysim.rules.state import Customer
from tests.contract.worlds import by_identity, plan
from tests.oracle import reference as ref
from tests.oracle.reference_cases import Case, answered, blank, draw

CASES = 5_000
FAULT_CASES = 1_500
SEED = 20_270_101
RELATIVE = 1e-9
ROUNDING = 1e-10
"""Absolute slack where balances or money cancel to nearly nothing."""

ACTIVITIES = {
    "touch": Activity.TOUCH,
    "opt-out": Activity.OPT_OUT,
    "revealed": Activity.NOTICED,
    "recovery": Activity.RECOVERY,
    "failure": Activity.FAILURE,
    "complaint": Activity.COMPLAINT,
    "noticed": Activity.NOTICED,
    "neglect": Activity.NEGLECT,
    "lost returned": Activity.WON_BACK,
    "cold returned": Activity.WON_BACK,
    "cancellation": Activity.CANCELLATION,
    "defection": Activity.DEFECTION,
    "chose another": Activity.CHOSE_ANOTHER,
    "gave up": Activity.GAVE_UP,
    "purchase": Activity.PURCHASE,
    "redeemed": Activity.HANGOVER,
    "oversell": Activity.OVERSELL_PAID_BACK,
    "referral": Activity.REFERRAL,
}
FLAGS = {
    "known": account.KNOWN_FLAG,
    "first complaint": account.COMPLAINT_FLAG,
    "complaint": account.VOICED_FLAG,
    "purchase": occasion.BOUGHT_FLAG,
    "first": occasion.FIRST_FLAG,
    "referral": occasion.REFERRED_FLAG,
    "cancellation": occasion.LEFT_FLAG | occasion.CANCELLED_FLAG,
    "defection": occasion.LEFT_FLAG,
    "gave up": occasion.COLD_FLAG,
    "touch": programs.DONE_FLAG,
    "lost returned": programs.RETURNED_FLAG,
    "cold returned": programs.RETURNED_FLAG,
}

Pairs = dict[str, tuple[float, float]]
"""What is compared: a name, the rules' figure, the reference's."""
Transition = Callable[[random.Random, Callable[[Case], None]], tuple[Case, list[str], Pairs]]
"""Draws a case, lets it be tampered with, runs both sides: the case, what happened, and what to compare besides."""


# --- what is compared -----------------------------------------------------------------------------------------------


def account_pairs(case: Case, t: float) -> Pairs:
    """Balance, pressure and grievance as they stand at t."""
    c, person, p, world = case.c, case.person, case.p, case.world
    ref.fade(person, world, t)
    half_life = p.forgetting if c.equity > 0.0 else p.forgiving
    quiet = (t - person.pressure_at) / world.pressure_half_life
    pairs = {
        "equity": (c.equity * ref.halved((t - c.equity_at) / half_life), person.equity),
        "pressure": (
            c.pressure * ref.halved((t - c.pressure_at) / p.pressure_half_life),
            person.pressure * ref.halved(quiet),
        ),
    }
    g = person.grievance
    if g is None:
        return {**pairs, "grievance": (c.grievance, Grievance.NONE)}
    ref.age(g, world, t)
    return {
        **pairs,
        "grievance": (c.grievance, Grievance.KNOWN if g.known else Grievance.SILENT),
        "loss_above": (c.loss_above * ref.halved((t - c.loss_at) / p.forgetting), g.above),
        "loss_below": (c.loss_below * ref.halved((t - c.loss_at) / p.forgiving), g.below),
        "loss_total": (c.loss_total, g.total),
        "given": (c.given, g.given),
        "first_failure": (c.first_failure, g.first_ever),
        "grievance_at": (c.grievance_at, g.since),
        "complained": (c.complained, g.complained),
        "answered": (c.answered, answered(g)),
        "cases": (c.cases, g.open_cases),
    }


PLAIN_FIELDS = (
    *("opted_out", "oversell", "orders", "first_order", "second_order", "last_order", "left_at", "recent_margin"),
    *("recent_orders", "failures", "last_failure", "referrals", "value", "early", "ltv"),
)


def pairs_of(case: Case, t: float) -> Pairs:
    """Everything that results; t lies after both sides' last event."""
    c, person, p = case.c, case.person, case.p
    pairs = account_pairs(case, t)
    pairs |= {name: (getattr(c, name), getattr(person, name)) for name in PLAIN_FIELDS}
    pairs["status"] = (c.status, Status[person.status.upper()])
    pairs["unthanked"] = (c.unthanked, person.orders_since_thanks)
    pairs["mark"] = (c.mark, person.retention_due)
    if person.status == "customer" and p.defection_unit == DefectionUnit.PER_YEAR:
        pairs["coin_at"] = (c.coin_at, person.last_coin)
    if person.status == "customer" and p.defection_unit == DefectionUnit.PER_PURCHASE:
        pairs["coin_due"] = (c.coin_due, person.coin_pending)
    if person.orders and p.service_per_year > 0.0:
        pairs["service_at"] = (c.service_at, person.service_at)
    live = case.t < person.incentive_until
    pairs["incentive live"] = (case.t < c.incentive_until and c.pull > 0.0, live)
    if live:
        for name in ("pull", "incentive_value", "incentive_until", "hangover"):
            pairs[name] = (getattr(c, name), getattr(person, name))
    for kind in Kind:
        pairs[f"ledger {kind.name}"] = (c.ledger[kind], person.ledger.get(kind.name.lower(), 0.0))
    for source in ValueSource:
        pairs[f"sources {source.name}"] = (c.sources[source], person.sources.get(source.name.lower(), 0.0))
    for base, number in enumerate(c.receipts):
        pairs[f"receipts {base}"] = (number, person.receipts.get(base, 0))
    for counter in set(Counter) - {Counter.CLEAN_ORDERS}:  # see the disagreements at the end
        counted = sum(row[counter] for row in case.j.counts)
        pairs[f"counts {counter.name}"] = (counted, person.counts.get(counter.name.lower(), 0))
    return pairs


def event_pairs(case: Case, happened: list[str]) -> Pairs:
    """How often each activity was written down."""
    told = Tally(ACTIVITIES[name] for name in happened if name in ACTIVITIES)
    if "gave up" in happened:
        del told[Activity.CHOSE_ANOTHER]  # one event, not two
    noted = Tally(case.j.activity[: case.j.size[0]])
    return {f"event {activity.name}": (noted[activity], told[activity]) for activity in Activity}


def flags_of(happened: list[str]) -> int:
    """What the engines must learn from a transition."""
    flags = 0
    for name in happened:
        flags |= FLAGS.get(name, 0)
    return flags


def differing(pairs: Pairs) -> list[str]:
    """Names of what is not equal to 1e-9."""
    return [
        name
        for name, (left, right) in pairs.items()
        if not math.isclose(left, right, rel_tol=RELATIVE, abs_tol=ROUNDING)
    ]


# --- the four transitions, on both sides ----------------------------------------------------------------------------


def luck(case: Case, purpose: Purpose, index: int, identity: int | None = None) -> float:
    """The uniform the rules use for this purpose."""
    return streams.uniform(
        case.p.key0, case.p.key1, case.c.identity if identity is None else identity, int(purpose), index
    )


def deliver(case: Case) -> tuple[list[str], Pairs]:
    """A program's whole treatment, on both sides."""
    program = case.p.programs[case.k]
    receipt, identity = case.c.receipts[program.group], case.c.identity ^ program.stream
    happened = ref.touch(
        case.person,
        case.world,
        case.program,
        case.t,
        u_match=luck(case, Purpose.MATCH, receipt, identity),
        u_opt_out=luck(case, Purpose.OPT_OUT, receipt, identity),
        u_redeem=luck(case, Purpose.REDEEM, receipt, identity),
        u_ask=luck(case, Purpose.ASK, receipt, identity),
        u_invite=luck(case, Purpose.INVITE, receipt, identity),
    )
    flags = programs.deliver(case.c, case.p, case.j, case.k, case.t)
    return happened, {"flags": (flags, flags_of(happened))}


def touch(rng: random.Random, tamper: Callable[[Case], None]) -> tuple[Case, list[str], Pairs]:
    case = draw(rng)
    tamper(case)
    reached = ref.reaches(case.person, case.program)
    pairs: Pairs = {}
    if not (case.p.contractual and case.c.status == Status.LOST):
        pairs["reached"] = (programs.reachable(case.c, case.p, case.k), reached)
    tags = [f"stage {ref.stage(case.person, case.world, case.t)}", "reached" if reached else "out of reach"]
    tags += ["service"] if ref.is_service(case.program) else []
    happened, more = deliver(case)
    return case, [*happened, *tags], {**pairs, **more}


def failure(rng: random.Random, tamper: Callable[[Case], None]) -> tuple[Case, list[str], Pairs]:
    """A failure, perhaps a second one into the open case, neglect, and several answers, days apart."""
    restore = rng.uniform(0.1, 1.0)
    case = draw(rng, ("prospect", "customer", "lost"), restore=restore, ask=0.0, weight=0.0)
    tamper(case)
    c, p, j, person, world, t = case.c, case.p, case.j, case.person, case.world, case.t
    severity, happened = rng.uniform(1.0, 120.0), []
    flags = told = 0
    for step in ["fail", *rng.choices(["fail", "open", "neglect", "restore", "restore"], k=4)]:
        u, v = rng.random(), rng.random()
        if step == "fail":
            account.fail(c, p, j, t, severity)
            flags |= account.speak(c, p, j, t, u, v)
            happened += ref.fail(person, world, severity, t, u_voice=u, u_detection=v)
            told |= flags_of(happened)
        elif step == "open" and person.grievance is not None and person.grievance.known:
            c.cases += 1
            person.grievance.open_cases += 1
        elif step == "neglect":
            account.neglect(c, p, j, t, c.grievance_at)
            happened += ref.neglect(person, world, t)
        elif step == "restore":
            account.restore(c, p, j, case.k, t)
            happened += ref.recover(person, world, case.program.restore, t)
        t += rng.uniform(0.1, 20.0)
    return case, happened, {"flags": (flags, told)}


def buying(rng: random.Random, tamper: Callable[[Case], None]) -> tuple[Case, list[str], Pairs]:
    case = draw(rng, ("prospect", "customer"))
    tamper(case)
    return case, *at_occasion(case, case.t, rng.uniform(5.0, 50.0))


def at_occasion(case: Case, t: float, spend: float) -> tuple[list[str], Pairs]:
    """An occasion on both sides, and the birth of whoever is referred."""
    c, p, n = case.c, case.p, case.c.occasions
    shape = p.segments[c.segment].order_shape
    c.spend = spend
    happened, inherited = ref.occasion(
        case.person,
        case.world,
        t,
        order=spend * streams.gamma(p.key0, p.key1, c.identity, int(Purpose.VALUE), n, shape),
        u_leave=luck(case, Purpose.LEAVE, n),
        u_choice=luck(case, Purpose.CHOICE, n),
        u_give_up=luck(case, Purpose.GIVE_UP, n),
        u_fail=luck(case, Purpose.FAILURE, n),
        u_voice=luck(case, Purpose.VOICE, n),
        u_detection=luck(case, Purpose.DETECTION, n),
        u_referral=luck(case, Purpose.REFERRAL, n),
        u_rivals=[luck(case, Purpose.RIVAL, index) for index in range(len(p.rivals))],
    )
    flags = occasion.occasion(c, p, case.j, t)
    pairs: Pairs = {"flags": (flags, flags_of(happened))}
    if flags & occasion.REFERRED_FLAG and inherited is not None:
        identity, child = streams.identity_of(c.identity, c.referrals - 1), blank(p)
        birth.descend(child, p, t, c, identity, 1)
        segment = ref.referred_segment(
            case.person,
            case.world,
            u_homophily=luck(case, Purpose.HOMOPHILY, 0, identity),
            u_segment=luck(case, Purpose.REFERRED_SEGMENT, 0, identity),
        )
        pairs |= {"segment": (child.segment, segment), "root": (child.root_entered, case.person.root_entered)}
        if p.commitment == 0.0:  # see the disagreements at the end
            pairs["inherited"] = (child.equity, inherited)
        happened.append("another segment" if segment != case.person.segment else "same segment")
    happened.append(
        f"{'contract' if p.contractual else 'no contract'} {'hazard' if case.world.defection_is_hazard else 'coin'}"
    )
    return happened, pairs


def win_back(rng: random.Random, tamper: Callable[[Case], None]) -> tuple[Case, list[str], Pairs]:
    """An invitation, and the next occasion of whoever is there to have one: the return counts as a coin."""
    case = draw(rng, rng.choice([("lost",), ("lost",), ("cold",), ("cold",), ("prospect", "customer")]), invite=True)
    tamper(case)
    happened, pairs = deliver(case)
    if case.person.status in ("prospect", "customer"):
        later, more = at_occasion(case, case.t + rng.uniform(0.5, 50.0), rng.uniform(5.0, 50.0))
        happened += later
        pairs |= {f"later {name}": pair for name, pair in more.items()}
    return case, happened, pairs


TRANSITIONS: dict[str, Transition] = {
    "touch": touch,
    "failure and recovery": failure,
    "occasion": buying,
    "win-back": win_back,
}


def untouched(_: Case) -> None:
    """No fault."""


def compare(
    transition: str, rng: random.Random, tamper: Callable[[Case], None] = untouched
) -> tuple[list[str], list[str]]:
    """One case: what happened, and the names of what differs."""
    case, happened, pairs = TRANSITIONS[transition](rng, tamper)
    return happened, differing({**pairs, **event_pairs(case, happened), **pairs_of(case, case.t + 120.0)})


BRANCHES = {
    "touch": {
        *("touch", "mismatch", "harm", "opt-out", "reward", "offer", "offer ignored", "revealed", "recovery"),
        *("answered", "capped", "declined", "lost returned", "cold returned", "service", "reached", "out of reach"),
        *(f"stage {number}" for number in range(7)),
    },
    "failure and recovery": {
        *("failure", "repeated", "joined", "complaint", "first complaint", "noticed", "known", "neglect"),
        *("recovery", "answered", "capped"),
    },
    "occasion": {
        *("defection", "cancellation", "chose another", "gave up", "purchase", "first", "redeemed", "oversell"),
        *("failure", "repeated", "joined", "complaint", "noticed", "clean", "referral", "same segment"),
        *("another segment", "contract hazard", "contract coin", "no contract hazard", "no contract coin"),
    },
    "win-back": {
        *("declined", "lost returned", "cold returned", "purchase", "defection", "cancellation", "gave up"),
        *("chose another", "first"),
    },
}


@pytest.mark.parametrize("transition", TRANSITIONS)
def test_rules_agree_with_the_reference(transition: str) -> None:
    rng = random.Random(SEED)
    reached: Tally[str] = Tally()
    for number in range(CASES):
        happened, wrong = compare(transition, rng)
        assert wrong == [], f"case {number}: {happened}"
        reached.update(set(happened))
    assert {name for name in BRANCHES[transition] if reached[name] < 50} == set()


# --- planted faults: what would turn the comparison red -------------------------------------------------------------


def turns_red(transition: str, tamper: Callable[[Case], None] = untouched) -> bool:
    rng = random.Random(SEED + 1)
    return any(compare(transition, rng, tamper)[1] for _ in range(FAULT_CASES))


@pytest.mark.parametrize("transition", TRANSITIONS)
def test_without_a_fault_nothing_is_red(transition: str) -> None:
    assert not turns_red(transition)


@pytest.mark.parametrize("wrong", [1.0 + 1e-8, -1.0, math.nan])
def test_a_difference_is_seen(wrong: float) -> None:
    assert differing({"equity": (40.0, 40.0), "ledger": (0.0, 1e-12)}) == []
    assert differing({"equity": (40.0, 40.0 * wrong)}) == ["equity"]
    assert differing({"equity": (-40.0, -40.0 * wrong)}) == ["equity"]


NOT_COMPARED = {
    *("identity", "entered", "source", "number", "root", "root_entered", "referrer", "generation", "segment"),
    *("rate", "spend", "own", "clock", "occasions", "renewals", "service_failures", "seen_stage"),
    *("ranks", "periods", "pending", "kept", "events", "trail"),
}
"""Who somebody is, their traits and clocks, and what reviews, limits and the log keep: no transition here moves them
(the number and kinds of events are compared)."""


@pytest.mark.parametrize("name", sorted(set(Customer.__slots__) - NOT_COMPARED))
def test_every_field_is_compared(name: str) -> None:
    """The comparison is red if the rules leave this field, or any item of it, slightly elsewhere."""
    rng = random.Random(SEED + 2)
    seen: set[int] = set()
    items = {0}
    for _ in range(60):
        case, _, _ = touch(rng, untouched)
        value = getattr(case.c, name)
        items = set(range(len(value))) if isinstance(value, list) else {0}
        for item in items:
            nudged = nudge(value[item] if isinstance(value, list) else value)
            setattr(case.c, name, [*value[:item], nudged, *value[item + 1 :]] if isinstance(value, list) else nudged)
            if differing(pairs_of(case, case.t + 120.0)):
                seen.add(item)
            setattr(case.c, name, value)
    assert seen == items


def nudge(value: float) -> float:
    """The next count, or a number a millionth away."""
    if isinstance(value, int):
        return value + 1
    return value * (1.0 + 1e-6) + 1e-6 if math.isfinite(value) else 0.0


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if value is None:
        return 2.0
    if isinstance(value, ref.Curve):
        return ref.Curve(value.at, (value.chance[0] * 0.8, value.chance[1] * 0.9))
    if isinstance(value, tuple):
        return tuple(changed(item) for item in value)
    return value * 1.1 + 0.05


def altered(what: str, field: str) -> Callable[[Case], None]:
    """Changes one field of the reference's world, program, first segment or first rival."""

    def tamper(case: Case) -> None:
        targets: dict[str, Any] = {
            "world": [case.world],
            "program": [case.program],
            "segment": case.world.segments,
            "rival": case.world.rivals[:1],
        }
        for target in targets[what]:
            setattr(target, field, changed(getattr(target, field)))

    return tamper


ACCOUNT = ("forgetting", "forgiving", "onboarding_sensitivity", "onboarding_half_life")
FAILING = ("cushion", "repeat", "detection", "voice")
MONEY = ("discount_per_year", "ltv_window", "early_horizon")
READ: dict[str, tuple[str, ...]] = {
    "touch": (
        *(*ACCOUNT, *MONEY, "win_back", "tolerance", "pressure_half_life", "annoyance", "opt_out", "promptness"),
        *("paradox", "lapse_gaps"),
    ),
    "failure and recovery": (*ACCOUNT, *FAILING, "memory", "neglect", "promptness", "paradox"),
    "occasion": (
        *(*ACCOUNT, *FAILING, *MONEY, "contractual", "choice", "defection", "defection_is_hazard", "referral"),
        *("first_purchase_at_risk", "give_up", "satisfaction", "granted", "failure_per_order", "severity", "circle"),
        *("transfer", "homophily", "commitment", "cross_sell", "premium", "service_per_year", "service_saving"),
        *("service_tenure_saving", "service_tenure_half_life", "recent_half_life"),
    ),
    "win-back": ("win_back", "contractual", "defection", "forgetting", "forgiving"),
}
"""The parameters each transition reads."""
READ_ELSEWHERE = {"segments", "rivals", "recency"}
"""Changed field by field, and in the first of the disagreements."""


def test_every_parameter_has_its_fault() -> None:
    assert {name for names in READ.values() for name in names} | READ_ELSEWHERE == {
        field.name for field in dataclasses.fields(ref.World)
    }


@pytest.mark.parametrize(("transition", "field"), [(name, field) for name, fields in READ.items() for field in fields])
def test_a_wrong_parameter_is_seen(transition: str, field: str) -> None:
    assert turns_red(transition, altered("world", field))


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(ref.Program)])
def test_a_wrong_treatment_is_seen(field: str) -> None:
    assert turns_red("touch", altered("program", field))


@pytest.mark.parametrize(
    ("transition", "what", "field"),
    [
        ("touch", "segment", "responsiveness"),
        ("touch", "segment", "usual_gap"),
        ("occasion", "segment", "margin"),
        ("occasion", "segment", "risk"),
        ("occasion", "segment", "share"),
        *(("occasion", "rival", field.name) for field in dataclasses.fields(ref.Rival)),
    ],
)
def test_a_wrong_segment_or_rival_is_seen(transition: str, what: str, field: str) -> None:
    assert turns_red(transition, altered(what, field))


def wrong_sign(person: ref.Person, points: float) -> float:
    return MOVE(person, -points)


def unclamped(person: ref.Person, points: float) -> tuple[float, float]:
    MOVE(person, -points)
    return 0.0, points


def without_harm(person: ref.Person, points: float) -> float:
    return MOVE(person, max(points, 0.0))


def raw_satisfaction(person: ref.Person, world: ref.World, now: float) -> None:
    MOVE(person, world.satisfaction * ref.sensitivity(person, world, now))


def newest_offer(person: ref.Person, program: ref.Program, now: float) -> list[str]:
    person.incentive_until = ref.NEVER
    return OFFER(person, program, now)


def without_rivals(person: ref.Person, world: ref.World, now: float, outside: float, u_leave: float) -> bool:
    return LEAVES(person, world, now, 0.0, u_leave)


def return_without_coin(person: ref.Person, world: ref.World, now: float, u_invite: float) -> list[str]:
    coin = person.last_coin
    happened = INVITE(person, world, now, u_invite)
    person.last_coin = coin
    return happened


def before_the_touch(person: ref.Person, world: ref.World, now: float, u_invite: float) -> list[str]:
    equity, person.equity = person.equity, 0.0
    happened = INVITE(person, world, now, u_invite)
    person.equity = equity
    return happened


MOVE, OFFER, LEAVES, INVITE = ref.move, ref.offer, ref.leaves, ref.invite


@pytest.mark.parametrize(
    ("transition", "law", "slip"),
    [
        ("touch", "move", wrong_sign),
        ("touch", "move", without_harm),
        ("touch", "fade", lambda person, world, now: None),
        ("touch", "sensitivity", lambda person, world, now: 1.0),
        ("touch", "stage", lambda person, world, now: 3),
        ("touch", "offer", newest_offer),
        ("touch", "reaches", lambda person, program: not person.opted_out),
        ("failure and recovery", "move", wrong_sign),
        ("failure and recovery", "withdraw", unclamped),
        ("failure and recovery", "age", lambda grievance, world, now: None),
        ("failure and recovery", "neglect", lambda person, world, now: []),
        ("occasion", "satisfy", raw_satisfaction),
        ("occasion", "leaves", without_rivals),
        ("occasion", "settle_service", lambda person, world, now: None),
        ("occasion", "refer", lambda person, world, now, u: None),
        ("win-back", "invite", return_without_coin),
        ("win-back", "invite", before_the_touch),
        ("win-back", "invite", lambda person, world, now, u: []),
    ],
)
def test_a_slip_in_a_law_is_seen(
    transition: str, law: str, slip: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(getattr(ref, law))
    monkeypatch.setattr(ref, law, slip)
    assert turns_red(transition)


# --- disagreements: here the rules do something else than the page or decision 0002 ---------------------------------


def case_of(**program: Any) -> Case:
    """Some customer without a grievance or an offer."""
    rng = random.Random(SEED + 3)
    while True:
        case = draw(rng, ("customer",), **program)
        if case.person.grievance is None and case.c.pull == 0.0 and case.t > 0.0:
            return case


def test_service_is_settled_at_the_purchase() -> None:
    """Decision 0002: settled at each purchase, at the equity of that moment; also after a silence beyond recency."""
    rng = random.Random(SEED + 4)
    for _ in range(200):
        case = draw(rng, ("customer",))
        case.person.service_at = case.c.service_at = case.person.last_order
        p = case.p._replace(contractual=0, recency=1.0, service_per_year=12.0)
        world = dataclasses.replace(case.world, contractual=False, recency=1.0, service_per_year=12.0)
        ref.fade(case.person, world, case.t)
        account.fade(case.c, p, case.t)
        settle_service(case.c, p, case.t)
        ref.settle_service(case.person, world, case.t)
        assert differing({"service": (case.c.ledger[Kind.SERVICE], case.person.ledger.get("service", 0.0))}) == []


def test_a_failure_starts_a_grievance_though_another_program_is_pending() -> None:
    """Decision 0002: a failure joins an open case; a call that waits for its delay is no case of any grievance."""
    case = case_of(ask=0.5, restore=0.0)
    c, p = case.c, case.p
    k = case.k
    p = p._replace(programs=(*p.programs[:k], p.programs[k]._replace(service=1), *p.programs[k + 1 :]))
    programs.open_item(c, p, k)
    account.fail(c, p, case.j, case.t, 20.0)
    assert (c.grievance, c.grievance_at) == (Grievance.SILENT, case.t)


def test_asking_comes_before_restoring() -> None:
    """Model §6: a treatment that asks and restores must be able to restore what it has just brought to light."""
    case = case_of(ask=1.0, restore=0.9)
    account.fail(case.c, case.p, case.j, case.t, 20.0)
    assert case.c.grievance == Grievance.SILENT
    programs.deliver(case.c, case.p, case.j, case.k, case.t)
    assert (case.c.grievance, case.c.given) == (Grievance.KNOWN, 0.9)


def test_an_incentive_without_pull_is_redeemed() -> None:
    """Model §4: a live incentive is redeemed, whether or not it swayed the choice."""
    case = case_of(incentive_value=5.0, pull=0.0, valid=30.0, hangover=3.0)
    programs.deliver(case.c, case.p, case.j, case.k, case.t)
    occasion.buy(case.c, case.p, case.j, case.t + 1.0, 1.0)
    assert case.c.ledger[Kind.INCENTIVE] < 0.0


def test_the_referred_inherit_before_commitment() -> None:
    """Model §4 step 6: a prospect is born with transfer·E; then the referrer gains commitment."""
    rng = random.Random(SEED + 5)
    born = 0
    while born < 50:
        case = draw(rng, ("customer",))
        p = case.p._replace(commitment=5.0, transfer=0.5, failure_per_order=0.0, circle=0.0)
        before = case.c.referrals
        account.fade(case.c, p, case.t)
        case.c.orders += 1
        inherited = 0.5 * case.c.equity
        occasion.refer(case.c, p, case.j, case.t)
        if case.c.referrals > before:
            born += 1
            child = blank(p)
            birth.descend(child, p, case.t, case.c, 1, 1)
            assert differing({"inherited": (child.equity, inherited)}) == []


def test_the_referred_inherit_before_programs_act() -> None:
    """Model §4: steps 6 and 7. A welcome for the first purchase is not yet in what its referral passes on."""
    keen = {"equity": {"referral": {"at_0": "20 %", "at_100": "20 %"}}, "referrals": {"circle": 1}}
    result = simulate(plan(keen, "today"), 1, 0, log=EVERYONE)
    assert result.log is not None
    people = by_identity(result)
    referrals = [row for row in result.log if row["activity"] == Activity.REFERRAL]
    passed_on = {(int(row["customer"]), float(row["time"])): 0.5 * float(row["balance"]) for row in referrals}
    born = [row for row in result.log if row["activity"] == Activity.ENTRY and people[int(row["customer"])]["referrer"]]
    assert len(born) > 50
    for row in born:
        referrer = int(people[int(row["customer"])]["referrer"])
        assert differing({"inherited": (row["balance"], passed_on[referrer, float(row["time"])])}) == []


def test_clean_orders_are_counted() -> None:
    """``codes.Counter`` says so."""
    case = case_of()
    p = case.p._replace(failure_per_order=0.0)
    occasion.buy(case.c, p, case.j, case.t, 1.0)
    assert sum(row[Counter.CLEAN_ORDERS] for row in case.j.counts) == 1
