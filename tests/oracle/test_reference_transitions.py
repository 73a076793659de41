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
from equitysim.codes import (
    Activity,
    Counter,
    Curve,
    DefectionUnit,
    Grievance,
    Kind,
    Purpose,
    Status,
    Trigger,
    ValueSource,
)
from equitysim.engines.simpy.engine import simulate
from equitysim.plan import Parameters
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
    "service begun": Activity.CASE_STARTED,
    "abandoned": Activity.CASE_ABANDONED,
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
    pairs["cases"] = (c.cases, ref.open_cases(person))
    for number, begun in person.begun.items():
        pairs[f"pending {number}"] = (c.pending[number], begun if number in person.pending else -begun)
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
    }


PLAIN_FIELDS = (
    *("opted_out", "oversell", "orders", "first_order", "second_order", "last_order", "recent_margin"),
    *("recent_orders", "failures", "last_failure", "referrals", "value", "ltv"),
)


def pairs_of(case: Case, t: float) -> Pairs:
    """Everything that results; t lies after both sides' last event."""
    c, person, p = case.c, case.person, case.p
    pairs = account_pairs(case, t)
    pairs |= {name: (getattr(c, name), getattr(person, name)) for name in PLAIN_FIELDS}
    pairs["status"] = (c.status, Status[person.status.upper()])
    pairs["unthanked"] = (c.unthanked, person.orders_since_thanks)
    pairs["mark"] = (c.mark, person.retention_due)
    pairs["begun"] = (c.begun, float(math.isfinite(person.retention_due)))  # whoever has just bought is there
    if person.status == "customer" and p.defection_unit == DefectionUnit.PER_YEAR:
        pairs["coin_at"] = (c.coin_at, person.last_coin)
    if person.status == "customer" and p.defection_unit == DefectionUnit.PER_PURCHASE:
        pairs["coin_due"] = (c.coin_due, person.coin_pending)
    if person.orders and p.service_per_year > 0.0:
        pairs["service_at"] = (c.service_at, person.service_at)
    live = case.t < person.incentive_until
    pairs["incentive live"] = (case.t < c.incentive_until, live)
    if live:
        for name in ("pull", "incentive_value", "incentive_until", "hangover"):
            pairs[name] = (getattr(c, name), getattr(person, name))
    for kind in Kind:
        pairs[f"ledger {kind.name}"] = (c.ledger[kind], person.ledger.get(kind.name.lower(), 0.0))
    for source in ValueSource:
        pairs[f"sources {source.name}"] = (c.sources[source], person.sources.get(source.name.lower(), 0.0))
    for base, number in enumerate(c.receipts):
        pairs[f"receipts {base}"] = (number, person.receipts.get(base, 0))
    counted = {counter.name.lower(): sum(row[counter] for row in case.j.counts) for counter in Counter}
    for name in counted.keys() | person.counts.keys():
        pairs[f"counts {name}"] = (counted.get(name, 0), person.counts.get(name, 0))
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
    flags = programs.deliver(case.c, case.p, case.j, case.k, case.t, 0.0)
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
    tags += ["revealed and restored"] if {"revealed", "recovery"} <= set(happened) else []
    return case, [*happened, *tags], {**pairs, **more}


STEPS = ("fail", "open", "open", "close", "begin", "leave", "neglect", "restore", "restore")


def failure(rng: random.Random, tamper: Callable[[Case], None]) -> tuple[Case, list[str], Pairs]:
    """A failure; then perhaps others, items that open and close, service begun, queues left, neglect, and several
    answers, days apart.
    """
    case = draw(rng, ("prospect", "customer", "lost"), restore=rng.uniform(0.1, 1.0), ask=0.0, weight=0.0)
    tamper(case)
    t, happened, pairs = case.t, list[str](), dict[str, tuple[float, float]]()
    for index, step in enumerate(["fail", *rng.choices(STEPS, k=6)]):
        number = rng.randrange(len(case.treatments))
        if step == "fail":
            told, pair = fail(case, t, rng)
        elif step in ("neglect", "restore"):
            told, pair = answer(case, t, step)
        else:
            told, pair = item(case, t, step, number)
        happened += told
        pairs |= {f"step {index} {step}": pair}
        t += rng.uniform(0.1, 15.0)
    return case, happened, pairs


def fail(case: Case, t: float, rng: random.Random) -> tuple[list[str], tuple[float, float]]:
    """A failure and what is said of it, on both sides; the flags."""
    severity, u, v = rng.uniform(1.0, 120.0), rng.random(), rng.random()
    unrelated = bool(case.person.pending) and ref.open_cases(case.person) == 0
    account.fail(case.c, case.p, case.j, t, severity)
    flags = account.speak(case.c, case.p, case.j, t, u, v)
    happened = ref.fail(case.person, case.world, severity, t, u_voice=u, u_detection=v)
    return [*happened, *(["beside an unrelated item"] if unrelated else [])], (flags, flags_of(happened))


def answer(case: Case, t: float, step: str) -> tuple[list[str], tuple[float, float]]:
    """Neglect, or a restoring touch without its deposit, on both sides."""
    if step == "neglect":
        account.neglect(case.c, case.p, case.j, t, case.c.grievance_at)
        return ref.neglect(case.person, case.world, t), (0, 0)
    account.restore(case.c, case.p, case.j, case.k, t, 0.0)
    return ref.recover(case.person, case.world, case.program.restore, t), (0, 0)


def item(case: Case, t: float, step: str, number: int) -> tuple[list[str], tuple[float, float]]:
    """An item of a program opens, closes, gets served or leaves its queue, where it can; what the rules return."""
    c, p, j, person, program = case.c, case.p, case.j, case.person, case.treatments[number]
    known = person.grievance is not None and person.grievance.known
    if step == "open" and number not in person.pending and (known or not program.after_failure):
        return ["item"], (programs.open_item(c, p, number), ref.open_item(person, number, program))
    if step == "open" or number not in person.pending:
        return [], (0, 0)
    if step == "close":
        programs.close_item(c, p, number)
        ref.close_item(person, number)
        return [], (0, 0)
    if step == "begin":
        cost = 3.0 + number
        programs.begin_service(c, p, j, number, t, cost)
        return ref.begin_service(person, case.world, number, cost, t), (0, 0)
    patience = (programs.impatient(c, p, number), ref.impatient(person, number))
    if patience != (1, True):
        return ["patient"], patience
    programs.abandon(c, p, j, number, t)
    return ref.abandon(person, number, t), patience


def buying(rng: random.Random, tamper: Callable[[Case], None]) -> tuple[Case, list[str], Pairs]:
    """An occasion, and soon after it perhaps the horizon."""
    case = draw(rng, ("prospect", "customer"))
    tamper(case)
    c, person, world = case.c, case.person, case.world
    pull = person.pull
    forgotten = world.service_per_year > 0.0 and not world.contractual and case.t - person.last_order > world.recency
    happened, pairs = at_occasion(case, case.t, rng.uniform(5.0, 50.0))
    if rng.random() < 0.3:
        end = case.t + rng.uniform(1.0, 110.0)
        ref.close(person, world, end)
        occasion.close(c, case.p, end)
        happened.append("horizon")
    tags = {
        "recency ran out": forgotten and person.orders > 1 and "purchase" in happened,
        "redeemed without pull": pull == 0.0 and "redeemed" in happened,
        "committed": world.commitment > 0.0 and "referral" in happened,
    }
    return case, happened + [tag for tag, so in tags.items() if so], pairs


def at_occasion(case: Case, t: float, spend: float) -> tuple[list[str], Pairs]:
    """An occasion on both sides, and the birth of whoever is referred, before the referrer's commitment."""
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
        occasion.commit(c, p, case.j, t)
        segment = ref.referred_segment(
            case.person,
            case.world,
            u_homophily=luck(case, Purpose.HOMOPHILY, 0, identity),
            u_segment=luck(case, Purpose.REFERRED_SEGMENT, 0, identity),
        )
        pairs |= {"segment": (child.segment, segment), "root": (child.root_entered, case.person.root_entered)}
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
        *("renewed", "revealed and restored"),
        *(f"stage {number}" for number in range(7)),
    },
    "failure and recovery": {
        *("failure", "repeated", "joined", "complaint", "first complaint", "noticed", "known", "neglect"),
        *("recovery", "answered", "capped", "item", "service begun", "abandoned", "patient"),
        "beside an unrelated item",
    },
    "occasion": {
        *("defection", "cancellation", "chose another", "gave up", "purchase", "first", "redeemed", "oversell"),
        *("failure", "repeated", "joined", "complaint", "noticed", "clean", "referral", "same segment"),
        *("another segment", "contract hazard", "contract coin", "no contract hazard", "no contract coin"),
        *("horizon", "recency ran out", "redeemed without pull", "committed"),
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
    *("ranks", "periods", "kept", "events", "trail"),
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
MONEY = ("discount_per_year", "ltv_window")
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
        *("service_tenure_saving", "service_tenure_half_life", "recent_half_life", "recency"),
    ),
    "win-back": ("win_back", "contractual", "defection", "forgetting", "forgiving"),
}
"""The parameters each transition reads."""
IN_PARTS = {"segments", "rivals"}
"""Changed field by field."""


def test_every_parameter_has_its_fault() -> None:
    assert {name for names in READ.values() for name in names} | IN_PARTS == {
        field.name for field in dataclasses.fields(ref.World)
    }


@pytest.mark.parametrize(("transition", "field"), [(name, field) for name, fields in READ.items() for field in fields])
def test_a_wrong_parameter_is_seen(transition: str, field: str) -> None:
    assert turns_red(transition, altered("world", field))


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(ref.Program)])
def test_a_wrong_treatment_is_seen(field: str) -> None:
    assert turns_red("touch", altered("program", field))


def test_a_wrong_trigger_is_seen() -> None:
    assert turns_red("failure and recovery", altered("program", "after_failure"))


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


def oldest_of_equal_offers(person: ref.Person, program: ref.Program, now: float) -> list[str]:
    if now < person.incentive_until and person.pull == program.pull:
        return ["offer ignored"]
    return OFFER(person, program, now)


def inherited_after_commitment(person: ref.Person, world: ref.World, now: float, u_referral: float) -> float | None:
    inherited = REFER(person, world, now, u_referral)
    return None if inherited is None else world.transfer * person.equity


def booked_at_the_purchase(person: ref.Person, world: ref.World, now: float) -> None:
    before, late = person.ledger.get("service", 0.0), now - person.last_order - world.recency
    SETTLE(person, world, now)
    if not world.contractual and late > 0.0:
        booked = person.ledger.get("service", 0.0) - before
        person.ledger["service"] = before + booked * ref.discounted(world, late)


def answered_by_any_service(person: ref.Person, world: ref.World, number: int, cost: float, now: float) -> list[str]:
    if person.grievance is not None:
        person.grievance.answered = True
    return BEGIN(person, world, number, cost, now)


MOVE, OFFER, LEAVES, INVITE, REFER = ref.move, ref.offer, ref.leaves, ref.invite, ref.refer
SETTLE, BEGIN, ASK, RECOVER = ref.settle_service, ref.begin_service, ref.ask, ref.recover


@pytest.mark.parametrize(
    ("transition", "law", "slip"),
    [
        ("touch", "move", wrong_sign),
        ("touch", "move", without_harm),
        ("touch", "fade", lambda person, world, now: None),
        ("touch", "sensitivity", lambda person, world, now: 1.0),
        ("touch", "stage", lambda person, world, now: 3),
        ("touch", "offer", newest_offer),
        ("touch", "offer", oldest_of_equal_offers),
        ("touch", "reaches", lambda person, program: not person.opted_out),
        ("failure and recovery", "move", wrong_sign),
        ("failure and recovery", "withdraw", unclamped),
        ("failure and recovery", "age", lambda grievance, world, now: None),
        ("failure and recovery", "neglect", lambda person, world, now: []),
        ("failure and recovery", "open_cases", lambda person: len(person.pending)),
        ("failure and recovery", "open_cases", lambda person: 0),
        ("failure and recovery", "begin_service", answered_by_any_service),
        ("failure and recovery", "impatient", lambda person, number: person.pending[number].after_failure),
        ("failure and recovery", "abandon", lambda person, number, now: []),
        ("occasion", "satisfy", raw_satisfaction),
        ("occasion", "leaves", without_rivals),
        ("occasion", "settle_service", lambda person, world, now: None),
        ("occasion", "settle_service", booked_at_the_purchase),
        ("occasion", "close", lambda person, world, now: None),
        ("occasion", "refer", lambda person, world, now, u: None),
        ("occasion", "refer", inherited_after_commitment),
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


def test_restoring_before_asking_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if what a touch brings to light came too late for the same touch to restore it."""
    revealed: list[ref.Person] = []

    def ask(person: ref.Person, program: ref.Program, now: float, u_ask: float) -> list[str]:
        told = ASK(person, program, now, u_ask)
        revealed.extend([person] if told else [])
        return told

    def recover(person: ref.Person, world: ref.World, restore: float, now: float) -> list[str]:
        return [] if any(person is other for other in revealed) else RECOVER(person, world, restore, now)

    monkeypatch.setattr(ref, "ask", ask)
    monkeypatch.setattr(ref, "recover", recover)
    assert turns_red("touch")


def test_only_incentives_with_pull_redeemed_is_seen() -> None:
    def forget(case: Case) -> None:
        if case.person.pull == 0.0:
            case.person.incentive_until = ref.NEVER

    assert turns_red("occasion", forget)


# --- regressions: rules that once did something else than the page or decision 0002 ----------------------------------


def case_of(**program: Any) -> Case:
    """Some customer without a grievance, an offer or anything pending."""
    rng = random.Random(SEED + 3)
    while True:
        case = draw(rng, ("customer",), **program)
        if case.person.grievance is None and case.c.pull == 0.0 and not case.person.pending and case.t > 0.0:
            return case


def triggered(case: Case, trigger: Trigger) -> Parameters:
    """The parameters of a case, with its program set off by this trigger."""
    listed = list(case.p.programs)
    listed[case.k] = listed[case.k]._replace(trigger=int(trigger), restore=0.9, service=1)
    return case.p._replace(programs=tuple(listed))


def test_service_before_a_long_silence_is_booked_on_the_day_recency_ran_out() -> None:
    """Decision 0002, cost to serve: 50 days of service for an order on day 100, paid on day 150, not on day 500."""
    case = case_of()
    c = case.c
    p = case.p._replace(
        contractual=0, recency=50.0, service_per_year=73.0, service_saving=0.5, service_tenure_saving=0.0, discount=1e-3
    )
    c.first_order = c.last_order = c.service_at = 100.0
    c.equity = 40.0
    settle_service(c, p, 500.0)
    booked = -10.0 * (1.0 - 0.5 * 0.4) * math.exp(-0.15)
    assert differing({"service": (c.ledger[Kind.SERVICE], booked)}) == []
    assert c.service_at == 500.0


@pytest.mark.parametrize("trigger", Trigger, ids=lambda trigger: trigger.name.lower())
def test_a_failure_joins_only_a_case_of_its_own_grievance(trigger: Trigger) -> None:
    """Decision 0002, case: what neither a known failure nor a complaint set off is no case, even where it restores."""
    case = case_of()
    c, p = case.c, triggered(case, trigger)
    account.fail(c, p, case.j, case.t, 20.0)
    account.speak(c, p, case.j, case.t, 0.0, 1.0)
    programs.open_item(c, p, case.k)
    account.fail(c, p, case.j, case.t + 5.0, 20.0)
    joined = trigger in (Trigger.KNOWN_FAILURE, Trigger.COMPLAINT)
    expected = (Grievance.KNOWN, case.t) if joined else (Grievance.SILENT, case.t + 5.0)
    assert (c.grievance, c.grievance_at) == expected


@pytest.mark.parametrize("trigger", Trigger, ids=lambda trigger: trigger.name.lower())
def test_only_a_case_of_the_complaint_answers_it(trigger: Trigger) -> None:
    """Decision 0002, case: service on anything else leaves the complaint unanswered, and it is neglected."""
    case = case_of()
    c, p = case.c, triggered(case, trigger)
    account.fail(c, p, case.j, case.t, 20.0)
    account.speak(c, p, case.j, case.t, 0.0, 1.0)
    programs.open_item(c, p, case.k)
    programs.begin_service(c, p, case.j, case.k, case.t + 1.0, 0.0)
    account.neglect(c, p, case.j, case.t + 7.0, c.grievance_at)
    answers = trigger in (Trigger.KNOWN_FAILURE, Trigger.COMPLAINT)
    assert c.answered == (account.ANSWERED if answers else account.NEGLECTED)


def test_what_asking_brings_to_light_is_restored_by_the_same_touch() -> None:
    """Decision 0002, treatment: touch, ask, restore, invite."""
    case = case_of(ask=1.0, restore=0.9)
    account.fail(case.c, case.p, case.j, case.t, 20.0)
    assert case.c.grievance == Grievance.SILENT
    programs.deliver(case.c, case.p, case.j, case.k, case.t, 0.0)
    assert (case.c.grievance, case.c.given) == (Grievance.KNOWN, 0.9)


def test_an_incentive_without_pull_is_redeemed() -> None:
    """Model §4 step 4, decision 0002: a live incentive is redeemed, whether or not it swayed the choice."""
    case = case_of(incentive_value=5.0, pull=0.0, valid=30.0, hangover=3.0)
    programs.deliver(case.c, case.p, case.j, case.k, case.t, 0.0)
    occasion.buy(case.c, case.p, case.j, case.t + 1.0, 1.0)
    assert case.c.ledger[Kind.INCENTIVE] < 0.0
    assert case.c.incentive_until == -math.inf


@pytest.mark.parametrize(("held", "until"), [(0.0, 30.0), (9.9, 30.0), (10.0, 30.0), (10.1, 20.0)])
def test_a_new_incentive_replaces_one_whose_pull_is_not_larger(held: float, until: float) -> None:
    """Decision 0002, incentives: equal offers renew; the larger pull stays."""
    case = case_of(incentive_value=5.0, pull=10.0, valid=30.0)
    case.c.pull, case.c.incentive_until = held, case.t + 20.0
    programs.deliver(case.c, case.p, case.j, case.k, case.t, 0.0)
    assert case.c.incentive_until == case.t + until


def test_the_referred_inherit_before_commitment() -> None:
    """Model §4 step 6, decision 0002: drawing the referral moves no balance; the engine bears, then commits."""
    keen = case_of()
    c, p = keen.c, keen.p._replace(commitment=5.0, transfer=0.5, circle=0.0)
    c.own[Curve.REFERRAL] = 800.0
    c.equity, before = 40.0, c.referrals
    assert occasion.refer(c, p, keen.j, keen.t) == occasion.REFERRED_FLAG
    child = blank(p)
    birth.descend(child, p, keen.t, c, 1, 1)
    assert (c.referrals, c.equity, child.equity) == (before + 1, 40.0, 20.0)
    occasion.commit(c, p, keen.j, keen.t)
    assert differing({"committed": (c.equity, 40.0 + 5.0 * 0.6)}) == []


def test_the_referred_inherit_before_programs_act() -> None:
    """Model §4 steps 6 and 7: a welcome for the first purchase is not yet in what its referral passes on."""
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
