"""Four transitions written a second time, from docs/model.md and decision 0002 alone: touch, failure and recovery
(with the cases of §7), occasion (with referral and horizon), win-back.

Nothing here is fast or shares a line with the rules. A person, a world and a program are plain dataclasses in the
page's own terms (curves by two points, not by intercept and slope); every coin arrives as a uniform from outside, so
that the rules can be given the same luck. Each transition returns the names of what happened, in order. Where the page
is silent a comment says so. One file, though a long one, so that it reads from top to bottom beside the page.
"""

import math
from dataclasses import dataclass, field

YEAR = 365.0
NEVER = -math.inf


@dataclass
class Curve:
    """§2: what happens at two balances; the same number twice means no effect of equity."""

    at: tuple[float, float]
    chance: tuple[float, float]


@dataclass
class Rival:
    """§8: a rival's campaign."""

    start: float
    until: float
    pressure: float
    reach: float


@dataclass
class Segment:
    """§4: what one segment's people share."""

    share: float
    margin: float
    responsiveness: float
    risk: float
    usual_gap: float


@dataclass
class Program:
    """§6: one treatment; ``base`` numbers the base program whose receipts a variant shares, ``after_failure``: set off
    by ``known_failure`` or ``complaint``.
    """

    base: int
    gain: float
    relevance: tuple[float, ...]
    match: float
    mismatch: float
    novelty: float
    weight: float
    appreciative: bool
    cost: float
    reward_value: float
    reward_costs_us: float
    reward_redeemed: float
    after_failure: bool
    incentive_value: float
    pull: float
    valid: float
    hangover: float
    restore: float
    ask: float
    invite: bool


@dataclass
class World:
    """The parameters of §14 and the clock of §9; days, points, money."""

    contractual: bool
    discount_per_year: float
    ltv_window: float
    recency: float
    choice: Curve
    defection: Curve
    defection_is_hazard: bool
    referral: Curve
    voice: Curve
    win_back: Curve
    first_purchase_at_risk: bool
    give_up: float
    forgetting: float
    forgiving: float
    onboarding_sensitivity: float
    onboarding_half_life: float
    satisfaction: float
    granted: float | None
    tolerance: float
    pressure_half_life: float
    annoyance: float
    opt_out: float
    failure_per_order: float
    severity: float
    cushion: float
    repeat: float
    memory: float
    detection: float
    neglect: float
    promptness: float
    paradox: float
    circle: float | None
    transfer: float
    homophily: float
    commitment: float
    cross_sell: float
    premium: float
    service_per_year: float
    service_saving: float
    service_tenure_saving: float
    service_tenure_half_life: float
    lapse_gaps: float
    recent_half_life: float
    segments: list[Segment]
    rivals: list[Rival]


@dataclass
class Grievance:
    """§3.3–3.4: what a failure took and nobody gave back; ``above`` and ``below`` zero as they stand at ``asof``."""

    since: float
    above: float
    below: float
    asof: float
    total: float
    first_ever: bool
    known: bool = False
    complained: bool = False
    answered: bool = False
    neglected: bool = False
    given: float = 0.0


@dataclass
class Person:
    """One customer; ``own`` holds an own θ (chance) or μ (hazard per year) by curve name, ``pending`` the programs that
    wait for their delay or at a desk, ``begun`` how often each has waited so far.
    """

    segment: int = 0
    status: str = "prospect"
    own: dict[str, float] = field(default_factory=dict)
    equity: float = 0.0
    equity_at: float = 0.0
    pressure: float = 0.0
    pressure_at: float = 0.0
    opted_out: bool = False
    oversell: float = 0.0
    occasions: int = 0
    orders: int = 0
    first_order: float = NEVER
    second_order: float = NEVER
    last_order: float = NEVER
    last_coin: float = NEVER
    coin_pending: bool = False
    recent_margin: float = 0.0
    recent_orders: float = 0.0
    failures: int = 0
    last_failure: float = NEVER
    grievance: Grievance | None = None
    pull: float = 0.0
    incentive_value: float = 0.0
    incentive_until: float = NEVER
    hangover: float = 0.0
    orders_since_thanks: int = 0
    referrals: int = 0
    service_at: float = NEVER
    retention_due: float = math.inf
    receipts: dict[int, int] = field(default_factory=dict)
    pending: dict[int, Program] = field(default_factory=dict)
    begun: dict[int, int] = field(default_factory=dict)
    root_entered: float = 0.0
    ledger: dict[str, float] = field(default_factory=dict)
    value: float = 0.0
    ltv: float = 0.0
    sources: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def halved(half_lives: float) -> float:
    """What is left after so many half-lives."""
    return math.pow(2, -half_lives)


# --- §2 the two laws ------------------------------------------------------------------------------------------------


def chance(curve: Curve, equity: float, own: float | None = None) -> float:
    """§2: logistic through the two points; an own θ replaces the level and keeps the slope."""
    (n1, n2), (p1, p2) = curve.at, curve.chance
    if own is None and p1 == p2:
        return p1
    slope = 0.0 if p1 == p2 else (math.log(p2 / (1 - p2)) - math.log(p1 / (1 - p1))) / (n2 - n1)
    odds = (
        own / (1 - own) * math.exp(slope * equity)
        if own is not None
        else p1 / (1 - p1) * math.exp(slope * (equity - n1))
    )
    return odds / (1 + odds)


def hazard(curve: Curve, equity: float, own: float | None = None) -> float:
    """§2: proportional hazards per year; an own μ is the hazard at 0."""
    (n1, n2), (p1, p2) = curve.at, curve.chance
    h1, h2 = -math.log1p(-p1), -math.log1p(-p2)
    growth = 0.0 if h1 == h2 else math.log(h2 / h1) / (n2 - n1)
    return own * math.exp(growth * equity) if own is not None else h1 * math.exp(growth * (equity - n1))


# --- §3 the account -------------------------------------------------------------------------------------------------


def fade(person: Person, world: World, now: float) -> None:
    """§3.1."""
    half_life = world.forgetting if person.equity > 0 else world.forgiving
    person.equity *= halved((now - person.equity_at) / half_life)
    person.equity_at = now


def move(person: Person, points: float) -> float:
    """Raw points, E staying in [−100, 100] (§3.6); returns what the balance really gained."""
    before = person.equity
    person.equity = min(100.0, max(-100.0, before + points))
    return person.equity - before


def sensitivity(person: Person, world: World, now: float) -> float:
    """§3.6."""
    if person.orders == 0:
        return 1.0
    return 1 + (world.onboarding_sensitivity - 1) * halved((now - person.first_order) / world.onboarding_half_life)


def stage(person: Person, world: World, now: float) -> int:
    """§5, numbered upwards from prospecting = 0 to loyalty = 4, lapsed = 5, lost = 6; needs a faded balance."""
    if person.status == "lost":
        return 6
    if person.orders == 0:
        return 1 if person.equity >= 5 else 0
    gap = (world.segments[person.segment].usual_gap + person.last_order - person.first_order) / person.orders
    if now - person.last_order > world.lapse_gaps * gap:
        return 5
    if person.orders >= 5 and person.equity >= 20:
        return 4
    if person.orders >= 2 or now - person.first_order > world.onboarding_half_life:
        return 3
    return 2


def reaches(person: Person, program: Program) -> bool:
    """§3.2, §6: the opted-out get service only."""
    return not person.opted_out or is_service(program)


def is_service(program: Program) -> bool:
    """§6: restore and ask are service, of weight 0."""
    return program.restore > 0 or program.ask > 0


def touch(
    person: Person,
    world: World,
    program: Program,
    now: float,
    *,
    u_match: float,
    u_opt_out: float,
    u_redeem: float,
    u_ask: float,
    u_invite: float,
) -> list[str]:
    """§3.2 with the treatments of §6; decision 0002: the touch, then ask, restore, invite."""
    happened = ["touch"]
    fade(person, world, now)
    person.pressure *= halved((now - person.pressure_at) / world.pressure_half_life)
    person.pressure_at = now
    count(person, "touches", now)

    weight = 0.0 if is_service(program) else program.weight
    relevance = program.relevance[stage(person, world, now)]
    if not u_match < program.match:
        relevance = program.mismatch
        happened.append("mismatch")
    received = person.receipts.get(program.base, 0)
    sensitive = sensitivity(person, world, now)
    crowding = person.pressure / world.tolerance
    good = program.gain * max(relevance, 0) * max(0, 1 - crowding)
    good *= sensitive * world.segments[person.segment].responsiveness
    if program.novelty > 0:
        good *= halved(received / program.novelty)
    irrelevant = 1 - relevance if relevance <= 0 else 0.0
    harm = world.annoyance * weight * (irrelevant + min(1, max(0, crowding - 1))) * sensitive
    move(person, good * (1 - max(person.equity, 0) / 100) - harm)
    if harm > 0:
        happened.append("harm")
        if not person.opted_out and u_opt_out < world.opt_out:
            person.opted_out = True
            happened.append("opt-out")
            count(person, "opt_outs", now)
    person.pressure += weight
    person.receipts[program.base] = received + 1
    if program.appreciative:
        person.orders_since_thanks = 0

    book(person, world, "contact", -program.cost, now)
    if program.reward_value > 0 and u_redeem < program.reward_redeemed:
        happened.append("reward")
        kind = "compensation" if program.after_failure else "reward"
        book(person, world, kind, -program.reward_value * program.reward_costs_us, now)
    if program.valid > 0:
        happened += offer(person, program, now)
    if program.ask > 0:
        happened += ask(person, program, now, u_ask)
    if program.restore > 0:
        happened += recover(person, world, program.restore, now)
    if program.invite:
        happened += invite(person, world, now, u_invite)
    return happened


def offer(person: Person, program: Program, now: float) -> list[str]:
    """§6: of a live incentive and a new one, the larger pull counts; decision 0002: equal offers renew."""
    live = now < person.incentive_until
    if live and person.pull > program.pull:
        return ["offer ignored"]
    happened = ["offer", "renewed"] if live and person.pull == program.pull else ["offer"]
    person.pull = program.pull
    person.incentive_value = program.incentive_value
    person.incentive_until = now + program.valid
    person.hangover = program.hangover
    return happened


def ask(person: Person, program: Program, now: float, u_ask: float) -> list[str]:
    """§6: asking reveals a silent failure by chance."""
    if person.grievance is None or person.grievance.known or not u_ask < program.ask:
        return []
    person.grievance.known = True
    count(person, "known_failures", now)
    return ["revealed", "known"]


# --- §3.3 failure, §3.4 recovery ------------------------------------------------------------------------------------


def age(grievance: Grievance, world: World, now: float) -> None:
    """§3.4: what was taken above zero fades with forgetting, below with forgiving."""
    grievance.above *= halved((now - grievance.asof) / world.forgetting)
    grievance.below *= halved((now - grievance.asof) / world.forgiving)
    grievance.asof = now


def withdraw(person: Person, points: float) -> tuple[float, float]:
    """What a withdrawal really takes above zero and below (decision 0002: the clamp counts)."""
    before = person.equity
    taken = -move(person, -points)
    above = max(before, 0) - max(person.equity, 0)
    return above, taken - above


def fail(person: Person, world: World, severity: float, now: float, *, u_voice: float, u_detection: float) -> list[str]:
    """§3.3, then voice and detection (§4 step 5)."""
    happened = ["failure"]
    fade(person, world, now)
    count(person, "failures", now)
    w = severity * sensitivity(person, world, now) * (1 - world.cushion * max(person.equity, 0) / 100)
    if now - person.last_failure <= world.memory:
        w *= world.repeat
        happened.append("repeated")
    above, below = withdraw(person, w)
    if person.grievance is not None and open_cases(person) > 0:
        # Decision 0002: a failure while a case of the grievance is open joins it, and the share given back so far
        # becomes that of the larger loss: all answers together still give back all that is left, and no more.
        happened.append("joined")
        age(person.grievance, world, now)
        left = person.grievance.above + person.grievance.below
        if left + above + below > 0:
            person.grievance.given *= left / (left + above + below)
        person.grievance.above += above
        person.grievance.below += below
        person.grievance.total += above + below
    else:
        person.grievance = Grievance(now, above, below, now, above + below, first_ever=person.failures == 0)
    person.failures += 1
    person.last_failure = now

    if u_voice < chance(world.voice, person.equity, person.own.get("voice")):
        happened += ["complaint"] if person.grievance.complained else ["complaint", "first complaint"]
        person.grievance.complained = True
        count(person, "complaints", now)
    elif u_detection < world.detection:
        happened.append("noticed")
    else:
        return happened
    # The page is silent on a failure that joins a known one: it is one case with it, counted once.
    if not person.grievance.known:
        count(person, "known_failures", now)
    person.grievance.known = True
    return [*happened, "known"]


def recover(person: Person, world: World, restore: float, now: float) -> list[str]:
    """§3.4: a share of what is left of the loss, all shares together at most 1, or 1 + paradox for a first failure."""
    grievance = person.grievance
    if grievance is None or not grievance.known:
        return []
    fade(person, world, now)
    happened = []
    if grievance.complained and not grievance.answered:
        happened.append("answered")
    grievance.answered = True
    age(grievance, world, now)
    most = 1 + world.paradox if grievance.first_ever else 1.0
    asked = restore * halved((now - grievance.since) / world.promptness)
    share = min(asked, most - grievance.given)
    if share < asked:
        happened.append("capped")
    if grievance.given == 0 and share > 0:
        count(person, "recovered", now)
    grievance.given += share
    move(person, share * (grievance.above + grievance.below))
    return [*happened, "recovery"] if share > 0 else happened


def neglect(person: Person, world: World, now: float) -> list[str]:
    """§3.4: a complaint unanswered within the firm's patience, once; joins the case (decision 0002)."""
    grievance = person.grievance
    if grievance is None or not grievance.complained or grievance.answered or grievance.neglected:
        return []
    fade(person, world, now)
    age(grievance, world, now)
    grievance.neglected = True
    count(person, "unanswered", now)
    above, below = withdraw(person, world.neglect * grievance.total)
    grievance.above += above
    grievance.below += below
    grievance.total += above + below
    return ["neglect"]


# --- §7 cases at desks, and items that wait for their delay ---------------------------------------------------------


def open_cases(person: Person) -> int:
    """Decision 0002: only what a known failure or a complaint set off is a case; other pending items are none."""
    return sum(program.after_failure for program in person.pending.values())


def open_item(person: Person, number: int, program: Program) -> int:
    """§6: one pending item per customer and program; returns how many this program has had."""
    person.pending[number] = program
    person.begun[number] = person.begun.get(number, 0) + 1
    return person.begun[number]


def close_item(person: Person, number: int) -> None:
    """The item waits no more."""
    del person.pending[number]


def impatient(person: Person, number: int) -> bool:
    """Decision 0002: desk patience is that of complainants, in the cases their failure set off."""
    complained = person.grievance is not None and person.grievance.complained
    return complained and person.pending[number].after_failure


def abandon(person: Person, number: int, now: float) -> list[str]:
    """§7: patience ends in the queue, at no cost of its own; the complaint stays unanswered."""
    close_item(person, number)
    count(person, "abandoned", now)
    return ["abandoned"]


def begin_service(person: Person, world: World, number: int, cost: float, now: float) -> list[str]:
    """§7: the case is paid when service begins; §3.4: that answers a complaint, if it is a case of it."""
    happened = ["service begun"]
    grievance = person.grievance
    if grievance is not None and person.pending[number].after_failure:
        if grievance.complained and not grievance.answered:
            happened.append("answered")
        grievance.answered = True
    book(person, world, "desk", -cost, now)
    return happened


# --- §6 win-back ----------------------------------------------------------------------------------------------------


def invite(person: Person, world: World, now: float, u_invite: float) -> list[str]:
    """§6: the lost and the cold may come back; the return counts as a coin."""
    if person.status not in ("lost", "cold"):
        return []
    if not u_invite < chance(world.win_back, person.equity, person.own.get("win_back")):
        return ["declined"]
    count(person, "won_back", now)
    if person.status == "cold":
        person.status = "prospect"
        return ["cold returned"]
    person.status = "customer"
    person.last_coin = now
    person.coin_pending = False
    if world.contractual:
        person.service_at = now  # §9: nobody was served between cancelling and coming back
    return ["lost returned"]


# --- §4 an occasion -------------------------------------------------------------------------------------------------


def occasion(
    person: Person,
    world: World,
    now: float,
    *,
    order: float,
    u_leave: float,
    u_choice: float,
    u_give_up: float,
    u_fail: float,
    u_voice: float,
    u_detection: float,
    u_referral: float,
    u_rivals: list[float],
) -> tuple[list[str], float | None]:
    """§4 steps 1 to 6 of a prospect or customer; ``order`` is v·noise. Also returns the equity of the referred at
    birth, or None.
    """
    fade(person, world, now)  # 1
    pull = person.pull if now < person.incentive_until else 0.0
    rival = sum(
        r.pressure for r, u in zip(world.rivals, u_rivals, strict=True) if r.start <= now < r.until and u < r.reach
    ) * sensitivity(person, world, now)
    if person.status == "customer" and leaves(person, world, now, pull - rival, u_leave):  # 2
        return depart(person, world, now), None
    if person.status == "customer":
        count(person, "occasions", now)
    neutral_share = 1.0  # p(x − E)/p(x) of §9
    if not (world.contractual and person.status == "customer"):  # 3
        x = person.equity + pull - rival
        if person.status == "prospect":
            x += person.oversell - world.segments[person.segment].risk
        p = chance(world.choice, x, person.own.get("choice"))
        if not u_choice < p:
            return reject(person, world, now, u_give_up), None
        neutral_share = chance(world.choice, x - person.equity, person.own.get("choice")) / p
    if person.status == "customer":
        count(person, "occasions_won", now)
    happened = buy(person, world, now, order, neutral_share)  # 4
    if u_fail < world.failure_per_order:  # 5
        happened += fail(person, world, world.severity, now, u_voice=u_voice, u_detection=u_detection)
        return happened, None
    satisfy(person, world, now)
    happened.append("clean")
    child = refer(person, world, now, u_referral)  # 6
    return happened + (["referral"] if child is not None else []), child


def leaves(person: Person, world: World, now: float, outside: float, u_leave: float) -> bool:
    """§4 step 2; only contractual customers weigh pull and rivals here (§2)."""
    x = person.equity + (outside if world.contractual else 0.0)
    own = person.own.get("defection")
    if world.defection_is_hazard:
        years = (now - person.last_coin) / YEAR
        person.last_coin = now
        return u_leave < -math.expm1(-hazard(world.defection, x, own) * years)
    pending, person.coin_pending = person.coin_pending, False
    return pending and u_leave < chance(world.defection, x, own)


def depart(person: Person, world: World, now: float) -> list[str]:
    """§4 step 2: silently, or by a cancellation, which ends service (§9)."""
    if world.contractual:
        settle_service(person, world, now)
    person.status = "lost"
    count(person, "defections", now)
    return ["cancellation" if world.contractual else "defection"]


def reject(person: Person, world: World, now: float, u_give_up: float) -> list[str]:
    """§4 step 3: a prospect not won may give up."""
    if person.status == "prospect" and u_give_up < world.give_up:
        person.status = "cold"
        count(person, "gave_up", now)
        return ["chose another", "gave up"]
    return ["chose another"]


def buy(person: Person, world: World, now: float, order: float, neutral_share: float) -> list[str]:
    """§4 step 4, its money and its sources (§9)."""
    happened = ["purchase"]
    first = person.orders == 0
    positive = max(person.equity, 0) / 100
    plain = order * world.segments[person.segment].margin
    crossed = plain * world.cross_sell * positive
    premium = order * (1 + world.cross_sell * positive) * world.premium * positive
    settle_service(person, world, now)
    book(person, world, "margin", plain + crossed, now)
    book(person, world, "premium", premium, now)
    source(person, world, "base", plain * neutral_share, now)
    source(person, world, "more_purchases", plain * (1 - neutral_share) + crossed, now)
    source(person, world, "premium", premium, now)
    if not first:
        faded = halved((now - person.last_order) / world.recent_half_life)
        person.recent_margin *= faded
        person.recent_orders *= faded
    person.recent_margin += plain + crossed + premium
    person.recent_orders += 1

    person.orders += 1
    person.last_order = now
    person.coin_pending = not first or world.contractual or world.first_purchase_at_risk
    if first:
        happened.append("first")
        person.status = "customer"
        person.first_order = person.last_coin = person.service_at = now
        person.retention_due = now + YEAR if now >= 0 else math.inf  # §9
    elif person.orders == 2:
        person.second_order = now
    count(person, "orders", now)
    if now < person.incentive_until:
        happened.append("redeemed")
        book(person, world, "incentive", -person.incentive_value, now)
        move(person, -person.hangover)
        person.pull = person.incentive_value = person.hangover = 0.0
        person.incentive_until = NEVER
    if first and person.oversell > 0:
        happened.append("oversell")
        move(person, -person.oversell)
        person.oversell = 0.0
    person.orders_since_thanks += 1
    return happened


def satisfy(person: Person, world: World, now: float) -> None:
    """§3.5; the order itself is not yet one since the last thanks."""
    good = world.satisfaction * (1 - max(person.equity, 0) / 100) * sensitivity(person, world, now)
    if world.granted is not None:
        good *= halved((person.orders_since_thanks - 1) / world.granted)
    move(person, good)


def refer(person: Person, world: World, now: float, u_referral: float) -> float | None:
    """§4 step 6: the equity of the referred, if any; then the referrer's commitment (decision 0002: in this order, a
    deposit with diminishing returns and without sensitivity).
    """
    p = chance(world.referral, person.equity, person.own.get("referral"))
    if world.circle is not None:
        p *= halved(person.referrals / world.circle)
    if not u_referral < p:
        return None
    count(person, "referrals", now)
    person.referrals += 1
    inherited = world.transfer * person.equity
    move(person, world.commitment * (1 - max(person.equity, 0) / 100))
    return inherited


def referred_segment(person: Person, world: World, *, u_homophily: float, u_segment: float) -> int:
    """§4 step 6: the referrer's segment with chance ``homophily``, else by the segments' shares."""
    if u_homophily < world.homophily:
        return person.segment
    below = 0.0
    for index, segment in enumerate(world.segments):
        below += segment.share
        if u_segment < below:
            return index
    return len(world.segments) - 1


# --- §9 money -------------------------------------------------------------------------------------------------------

SPENT = ("contact", "reward", "incentive", "compensation", "acquisition", "desk")
"""§9: what is spent on a customer; margin, premium and service are not."""


def discounted(world: World, days: float) -> float:
    """§9: what a unit is worth so many days earlier."""
    return math.pow(1 + world.discount_per_year, -days / YEAR)


def book(person: Person, world: World, kind: str, amount: float, now: float) -> None:
    """§9: money counts from t = 0; lifetime value within the window of the seed person's entry, before desks."""
    if now < 0:
        return
    today = amount * discounted(world, now)
    if kind in SPENT and amount:
        count(person, "spent_micro", now, round(-amount * 1e6))
    person.ledger[kind] = person.ledger.get(kind, 0.0) + today
    person.value += today
    since = now - person.root_entered
    if kind != "desk" and since <= world.ltv_window:
        person.ltv += amount * discounted(world, since)


def source(person: Person, world: World, name: str, amount: float, now: float) -> None:
    """§9: one of the five sources, discounted to the start."""
    if now >= 0:
        person.sources[name] = person.sources.get(name, 0.0) + amount * discounted(world, now)


def settle_service(person: Person, world: World, now: float) -> None:
    """§9 with decision 0002: for the active days since last settled, at the equity of the moment; booked now, or on
    the day on which ``recency`` ran out.
    """
    if person.orders == 0 or (world.contractual and person.status == "lost"):
        return
    until = now if world.contractual else min(now, person.last_order + world.recency)
    days = until - max(person.service_at, 0.0)
    person.service_at = now
    if days <= 0:
        return
    saving = world.service_saving * max(person.equity, 0) / 100
    # The page is silent on whose day: tenure is that of the day of booking.
    tenure = until - person.first_order
    saving += world.service_tenure_saving * (1 - halved(tenure / world.service_tenure_half_life))
    full = world.service_per_year * days / YEAR
    charged = full * max(0, 1 - saving)
    book(person, world, "service", -charged, until)
    source(person, world, "base", -full, until)
    source(person, world, "cost_to_serve", full - charged, until)


def close(person: Person, world: World, now: float) -> None:
    """§9: the horizon settles the cost to serve for everyone who has bought."""
    fade(person, world, now)
    settle_service(person, world, now)


def count(person: Person, what: str, now: float, many: int = 1) -> None:
    """Counted from t = 0 on."""
    if now >= 0:
        person.counts[what] = person.counts.get(what, 0) + many
