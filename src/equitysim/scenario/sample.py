"""How few people can stand for a firm: a sample keeps the queues, budgets and rankings that the firm has.

A smaller run must decide like the whole firm. Lives that nobody else touches need no care: any number of them has the
same mean. What customers share does: a queue of one agent is longer than one of forty at the same load, a fiftieth of
three touches is none, and the best fifth of four people is nobody. So each limit is asked, from rough estimates made
before any run, by how much it would act differently on the people of a sample; a size at which one does by more than
``TOLERANCE`` does not stand for the firm. Nothing here depends on the horizon, so that a run of another length is of
the same people.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from equitysim.codes import Curve, Trigger
from equitysim.plan import WHOLE, YEAR, Desk, Parameters, Plan, Program, Sample
from equitysim.scenario.lower_account import chance_at
from equitysim.scenario.outlook import cases_per_day, ever_buys, yearly_loss

TOLERANCE = 0.02
"""By how much less or more a limit may let a program do in a sample than in the firm. Judgement: far below the errors
of a run of some thousand people."""

LARGEST = 0.9
"""From this share of the people on, the whole firm is taken: nothing would be saved."""

GROWTH = 0.05
"""By how much the size is raised at each step of the search."""

LONG_RUN = 5.0
"""Years of leads after which the number of customers is taken not to grow any more."""

GUESS = 1.5
"""Estimates made before a run may be too low by this factor; against runs of the shipped scenarios, by 1.45."""

MORE = 1.3
"""By how much the agents left at a desk grow at each step of the search."""

FOND = 50.0
"""The balance at which referrals are estimated: above most people's."""

CRITICAL = 0.95
"""The load, as a share of the agents, at which queues of few and of many agents differ most."""

LESS = (0.25, 0.5, 1.0)
"""Shares of the highest load at which queues and budgets are compared too: most firms grow into it."""


class Crowd(NamedTuple):
    """How many customers the firm has: at the start, a year later, and in the long run; and people who enter a day."""

    start: float
    year: float
    most: float
    entries: float


def smallest(plans: Mapping[str, Plan], share: float, *, waits_decide: bool) -> Sample:
    """The smallest sample of at least this share that stands for the firm under every policy; the whole firm if none
    does. A share above 1 that does not stand for the firm is also cut to it.

    ``plans``: those of the whole firm by policy. ``waits_decide``: whether waits themselves are what is decided by.
    """
    if share == 1.0:
        return WHOLE
    firm = tuple(plans.values())
    agents, why = _standing(firm, share, waits_decide)
    if not why:
        return Sample(None, share, agents, ())
    for larger in _sizes(firm, share):
        agents, against = _standing(firm, larger, waits_decide)
        if not against:
            return Sample(None, larger, agents, why)
    return Sample(None, 1.0, (), why)


def _sizes(firm: Sequence[Plan], share: float) -> list[float]:
    """Shares to be tried, growing: even steps, and those that leave a desk whole agents."""
    steps = math.ceil(-math.log(share) / math.log1p(GROWTH)) if share < 1.0 else 0
    found = {share * (1.0 + GROWTH) ** step for step in range(1, steps)}
    for desk in {desk.agents for desk in firm[0].desks if desk.agents <= 1_000}:
        found |= {agents / desk for agents in range(1, desk)}
    return sorted(size for size in found if share < size < LARGEST)


def _standing(firm: Sequence[Plan], share: float, waits_decide: bool) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The agents left at each desk, and what speaks against this size."""
    why = dict.fromkeys([*_mixed(firm, share), *_limited(firm, share)])
    agents = []
    for index, name in enumerate(firm[0].names.desks):
        left, error = _cut_desk(firm, index, share)
        agents.append(left)
        if any(plan.desks[index].used for plan in firm) and share != 1.0 and (error > TOLERANCE or waits_decide):
            why[f"the queue at the desk '{name}' would be another"] = None
    return tuple(agents), tuple(why)


def _mixed(firm: Sequence[Plan], share: float) -> Iterator[str]:
    """Whole people of each source, and leads whose number varies."""
    leads = max(math.fsum(source.leads for source in plan.sources) for plan in firm) * YEAR
    counts = [source.people + sum(source.weeks) for source in firm[0].sources]
    whole, part = sum(counts) + leads, sum(round(count * share) for count in counts) + leads * share
    if part < 1.0 <= whole:
        yield "nobody would be left"
        return
    moved = [abs(round(count * share) / part - count / whole) for count in counts] if whole > 0.0 else []
    if sum(moved) / 2.0 > TOLERANCE:
        yield "the sources of people would be mixed otherwise, whole people being left of each"
    shared = any(plan.fixed_costs or plan.setup_costs or any(desk.used for desk in plan.desks) for plan in firm)
    # Costs of the firm are divided by a number of people that varies: E[1/n] exceeds 1/E[n] by the share 1/n.
    shared = shared or any(plan.sources != firm[0].sources for plan in firm)
    if shared and leads > 0.0 and leads * share / part**2 - leads / whole**2 > TOLERANCE:
        yield "the number of leads would vary too much"


def _crowd(plan: Plan) -> Crowd:
    p = plan.parameters
    lost = yearly_loss(p)
    dated = float(sum(source.people + sum(source.weeks) for source in plan.sources))
    leads = math.fsum(source.leads for source in plan.sources)
    yearly = leads * YEAR * ever_buys(p, 0.0)
    most = yearly * (LONG_RUN if lost * LONG_RUN < 1e-9 else min(-math.expm1(-lost * LONG_RUN) / lost, LONG_RUN))
    entries = leads + max((sum(source.weeks) for source in plan.sources), default=0) / YEAR
    return Crowd(dated, dated * math.exp(-lost) + yearly * (1.0 - 0.5 * min(lost, 1.0)), max(dated, most), entries)


def _demand(plan: Plan, index: int) -> float:
    """Most touches or cases a day that one program is asked for, estimated; ``best`` is taken for everybody, since the
    best buy most."""
    p = plan.parameters
    crowd = _crowd(plan)
    program = p.programs[index]._replace(best_share=1.0)
    p = p._replace(programs=(program,))
    return max(
        GUESS * _asked(p, program, max(crowd.start, crowd.year), crowd.entries),
        _asked(p, program, crowd.most, crowd.entries),
    )


def _asked(p: Parameters, program: Program, people: float, entries: float) -> float:
    orders = people * math.fsum(segment.share * segment.occasion_mean for segment in p.segments)
    gap = people / orders if program.silence_in_gaps and orders > 0.0 else 1.0
    spell = program.silence * gap
    each = {
        Trigger.LEAD: entries,
        Trigger.FIRST_PURCHASE: entries,
        Trigger.REFERRAL: orders * chance_at(p.curves[Curve.REFERRAL], FOND),
        Trigger.CANCELLATION: people * yearly_loss(p) / YEAR,
        Trigger.STAGE: people / p.review,
        Trigger.SILENCE: people / spell if spell > 0.0 else 0.0,
    }
    known = each.get(Trigger(program.trigger))
    return cases_per_day(p, 0, people) if known is None else known * program.share


# ----- desks -----


def _cut_desk(firm: Sequence[Plan], index: int, share: float) -> tuple[int, float]:
    """How many agents to leave at a desk, and by how much answers would differ from the firm's, as a share of what
    they do.

    Agents are cut first: with their own hours a case takes the time it takes. Where agents are not whole, or too few
    for the firm's queue, more of them stay, and their hours are cut further: then waits have the firm's law on a clock
    that runs slower (``stretch``), and answers come that much later.
    """
    desk = firm[0].desks[index]
    least = max(1, math.ceil(desk.agents * share - 1e-9))
    kept = [least]
    while kept[-1] < desk.agents:
        kept.append(min(desk.agents, math.ceil(kept[-1] * MORE)))
    errors = {agents: _desk_error(firm, index, share, agents) for agents in kept}
    best = min(errors, key=lambda agents: errors[agents])
    return best, errors[best]


def _desk_error(firm: Sequence[Plan], index: int, share: float, agents: int) -> float:
    stretch = agents / (firm[0].desks[index].agents * share)
    return max(
        (_queue_error(plan, index, share, agents, stretch) for plan in firm if plan.desks[index].used), default=0.0
    )


def _queue_error(plan: Plan, index: int, share: float, agents: int, stretch: float) -> float:
    p, desk = plan.parameters, plan.desks[index]
    mine = [k for k, program in enumerate(p.programs) if program.desk == index]
    service = desk.handling_mean * 168.0 / desk.hours
    most = sum(_demand(plan, k) for k in mine) * service
    answers = _Answers(p, desk, service)
    loads = [most * part for part in LESS]
    if most > CRITICAL * desk.agents:
        loads.append(CRITICAL * desk.agents)
    found = [answers.difference(load, agents, stretch) for load in loads]
    batch = max((_batch(plan, k) for k in mine), default=0.0)
    if batch > 0.0 and desk.agents * share < desk.agents:
        found.append(answers.after_batch(batch * share, agents, stretch))
    return max(found, default=0.0)


def _batch(plan: Plan, index: int) -> float:
    """Most cases that one moment brings to a desk."""
    program, people = plan.parameters.programs[index], _crowd(plan).most
    trigger = Trigger(program.trigger)
    if trigger in (Trigger.EVERY, Trigger.STAGE):
        return people * program.share
    if trigger in (Trigger.KNOWN_FAILURE, Trigger.COMPLAINT):
        return people * max((crisis.share for crisis in plan.crises), default=0.0)
    return 0.0


class _Answers:
    """What a desk's answers are worth, by the queue M/M/c with the wait of M/G/c (Lee & Longton 1959)."""

    def __init__(self, p: Parameters, desk: Desk, service: float) -> None:
        self.p, self.desk, self.service = p, desk, service
        spread = 0.0 if desk.handling_shape == 0.0 else 1.0 / desk.handling_shape
        self.varied = (1.0 + spread) / 2.0
        self.decay = math.log(2.0) / p.promptness
        self.fading = math.log(2.0) / min(p.forgetting, p.forgiving) + yearly_loss(p) / YEAR

    def difference(self, load: float, agents: int, stretch: float) -> float:
        """Of a sample's desk from the firm's, at a load in agents of the firm."""
        firm = self._queue(self.desk.agents, load)
        here = self._queue(agents, load * agents / self.desk.agents)
        differing = sum(
            abs(a - b)
            for a, b in (
                (firm.worth(self.decay), here.worth(self.decay)),
                (firm.beyond(self.desk.patience), here.beyond(self.desk.patience)),
                (firm.beyond(self.p.patience), here.beyond(self.p.patience / stretch)),
            )
        )
        later = (here.mean + self.service) * (stretch - 1.0) * self.fading if stretch > 1.0 + 1e-9 else 0.0
        return differing + later

    def after_batch(self, cases: float, agents: int, stretch: float) -> float:
        """Many cases at once are worked off at the pace of the desk, which only whole agents keep."""
        if stretch > 1.0 + TOLERANCE:
            return math.inf
        return self.decay * self.service * math.sqrt(cases) / agents

    def _queue(self, agents: int, load: float) -> "_Queue":
        if load >= agents:
            return _Queue(1.0, self.desk.patience)
        wait = self.service * self.varied / (agents - load)
        return _Queue(erlang_c(agents, load), min(wait, self.desk.patience))


class _Queue(NamedTuple):
    """Who waits, and how long on average, exponentially; infinite where the queue only grows."""

    waiting: float
    wait: float

    @property
    def mean(self) -> float:
        return self.waiting * self.wait

    def worth(self, decay: float) -> float:
        """What is left of an answer that loses its worth at this rate."""
        return 1.0 - self.waiting + (self.waiting / (1.0 + decay * self.wait) if math.isfinite(self.wait) else 0.0)

    def beyond(self, days: float) -> float:
        """Share of cases that wait longer."""
        if math.isinf(days):
            return 0.0
        return self.waiting * math.exp(-days / self.wait) if self.wait > 0.0 else 0.0


def erlang_c(agents: int, load: float) -> float:
    """Share of cases that find every agent busy in M/M/c."""
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1.0 - load / agents * (1.0 - blocked))


# ----- budgets and rankings -----


def _limited(firm: Sequence[Plan], share: float) -> Iterator[str]:
    for plan in firm:
        for index, (name, program) in enumerate(zip(plan.names.programs, plan.parameters.programs, strict=True)):
            if program.budget_micro >= 0 and program.face_micro > 0 and not _budget_stands(plan, index, share):
                yield f"the budget of '{name}' would pay for too few touches"
            if program.best_by >= 0 and share < 1.0:
                crowd = _crowd(plan)
                best = program.best_share * (crowd.start or crowd.year)
                if best * share * TOLERANCE < 0.5:
                    yield f"the best of '{name}' would be too few"


def _budget_stands(plan: Plan, index: int, share: float) -> bool:
    """Whether half a touch is little beside what the budget pays for in a period, and whether as many are refused
    because more ask than on average."""
    program = plan.parameters.programs[index]
    touches = program.budget_micro // program.face_micro
    if touches * share * TOLERANCE < 0.5:
        return touches == 0
    if program.trigger == Trigger.EVERY:
        return True
    most = _demand(plan, index) * program.budget_period
    asked = [most * part for part in LESS]
    if min(asked) < touches < max(asked):
        asked.append(float(touches))
    return all(abs(served(touches, one) - served(touches * share, one * share)) <= TOLERANCE for one in asked)


def served(touches: float, asked: float) -> float:
    """Share of touches asked for that a budget pays, where their number varies as Poisson's does."""
    if asked <= 0.0:
        return 1.0
    sigma = math.sqrt(asked)
    z = (asked - touches) / sigma
    density = math.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi)
    refused = (asked - touches) * 0.5 * math.erfc(-z / math.sqrt(2.0)) + sigma * density
    return 1.0 - refused / asked
