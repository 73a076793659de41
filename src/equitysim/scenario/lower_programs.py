"""From written programs and policies to the programs of a plan (model §6)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from equitysim import plan
from equitysim.codes import Ranking, Stage, Trigger
from equitysim.scenario.audience import AFTER_FAILURE, STAGES
from equitysim.scenario.policies import Use, merged
from equitysim.scenario.programs import Program
from equitysim.scenario.schema import Scenario

UNBOUNDED = 2**62
EXISTING_NAME = "existing"
REFERRED_NAME = "referred"

_RANKINGS = {
    "recent_margin": Ranking.RECENT_MARGIN,
    "recent_orders": Ranking.RECENT_ORDERS,
    "heavy_use": Ranking.HEAVY_USE,
}


def stream(name: str) -> int:
    """63 bits that stand for a name in draw keys (model §10)."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") >> 1


def ranking(name: str | None) -> int:
    """The code of a ranking; recent margin where none is named."""
    return int(_RANKINGS[name or "recent_margin"])


@dataclass(frozen=True)
class Active:
    """One program of a plan: what it is called, what it derives from, and whether past and policy run it."""

    name: str
    base: str
    program: Program
    past: bool
    future: bool


def programs_of(scenario: Scenario, policy: str) -> tuple[tuple[str, str, Program], ...]:
    """Name, base and definition of each program of a policy."""
    found = []
    for entry in scenario.policies[policy]:
        if isinstance(entry, Use):
            base = scenario.programs[entry.use]
            found.append((entry.name, entry.use, merged(base, entry) if entry.changed else base))
    return tuple(found)


def active_programs(scenario: Scenario, policy: str) -> tuple[Active, ...]:
    """The baseline's programs before t = 0 and the policy's from then on, as declared, variants after their base."""
    order = {name: index for index, name in enumerate(scenario.programs)}
    past = programs_of(scenario, scenario.baseline)
    future = programs_of(scenario, policy)
    found = [Active(*entry, past=True, future=entry in future) for entry in past]
    found += [Active(*entry, past=False, future=True) for entry in future if entry not in past]
    # Sorting is stable: variants of one base keep the order of the lists, a program unchanged comes first.
    return tuple(sorted(found, key=lambda active: (order[active.base], active.name != active.base)))


def lower_programs(scenario: Scenario, policy: str, share: float, sources: tuple[str, ...]) -> tuple[plan.Program, ...]:
    """The plan's programs; ``share``: simulated people per person of the firm, by which budgets are cut."""
    actives = active_programs(scenario, policy)
    bases = [active.base for active in actives]
    return tuple(_program(scenario, active, bases.index(active.base), share, sources) for active in actives)


def yearly_costs(programs: Iterable[Program]) -> tuple[float, float]:
    """Fixed costs per year and set-up costs of some programs."""
    chosen = tuple(programs)
    fixed = math.fsum(p.fixed.amount / p.fixed.period * plan.YEAR for p in chosen if p.fixed is not None)
    return fixed, math.fsum(p.setup for p in chosen)


def _program(scenario: Scenario, active: Active, group: int, share: float, sources: tuple[str, ...]) -> plan.Program:
    program = active.program
    when, audience, reward, incentive = program.when, program.audience, program.reward, program.incentive
    tenure, orders, equity = audience.tenure, audience.orders, audience.surveyed_equity
    relevance = program.relevance
    paid = 0.0 if reward is None else reward.value * reward.costs_us
    expected = 0.0 if reward is None else paid * reward.redeemed
    offered = 0.0 if incentive is None else incentive.value
    return plan.Program(
        group=group,
        stream=stream(active.base),
        active_from=-math.inf if active.past else 0.0,
        active_until=math.inf if active.future else 0.0,
        trigger=int(_trigger(program)),
        nth=program.nth or 1,
        trigger_stage=-1 if when.stage is None else _stage(when.stage),
        every=when.every or 0.0,
        silence=0.0 if when.silence is None else when.silence.length,
        silence_in_gaps=int(when.silence is not None and when.silence.usual),
        again=0.0 if when.again is None else when.again.length,
        again_in_gaps=int(when.again is not None and when.again.usual),
        delay=program.delay,
        stages=_mask(audience.stages, STAGES),
        segments=_mask(audience.segments, tuple(scenario.segments)),
        sources=_mask(audience.channels, (*sources, REFERRED_NAME)),
        best_by=int(Ranking.NONE) if audience.best is None else ranking(audience.by),
        best_share=1.0 if audience.best is None else audience.best,
        tenure_min=-math.inf if tenure is None or tenure.min is None else tenure.min,
        tenure_max=math.inf if tenure is None or tenure.max is None else tenure.max,
        orders_min=0 if orders is None or orders.min is None else orders.min,
        orders_max=UNBOUNDED if orders is None or orders.max is None else orders.max,
        equity_min=-math.inf if equity is None or equity.min is None else equity.min,
        equity_max=math.inf if equity is None or equity.max is None else equity.max,
        share=1.0 if audience.share is None else audience.share,
        gain=program.gain.at(program.worth),
        relevance=(
            relevance.prospecting,
            relevance.consideration,
            relevance.purchase,
            relevance.connection,
            relevance.loyalty,
            relevance.lapsed,
            relevance.lost,
        ),
        match=program.match,
        mismatch=program.mismatch,
        novelty=program.novelty or 0.0,
        weight=program.weight,
        appreciative=int(program.appreciative),
        cost=program.cost,
        reward_value=0.0 if reward is None else reward.value,
        reward_costs=0.0 if reward is None else reward.costs_us,
        reward_redeemed=0.0 if reward is None else reward.redeemed,
        compensation=int(when.event in AFTER_FAILURE),
        incentive_value=offered,
        pull=0.0 if incentive is None else incentive.pull,
        valid=0.0 if incentive is None else incentive.valid,
        hangover=0.0 if incentive is None else incentive.hangover,
        restore=program.restore.at(program.worth),
        ask=program.ask,
        invite=int(program.invite),
        service=int(program.service),
        budget_micro=-1 if program.budget is None else round(program.budget.amount * 1e6),
        budget_period=0.0 if program.budget is None else program.budget.period,
        face_micro=round((program.cost + expected + offered) * 1e6),
        at_most=0 if program.at_most is None else int(program.at_most.amount),
        at_most_period=0.0 if program.at_most is None else program.at_most.period,
        desk=-1 if program.desk is None else list(scenario.desks).index(program.desk),
        sample=share,
    )


def _trigger(program: Program) -> Trigger:
    when = program.when
    if when.every is not None:
        return Trigger.EVERY
    if when.stage is not None:
        return Trigger.STAGE
    if when.silence is not None:
        return Trigger.SILENCE
    return Trigger[str(when.event).upper()]


def _stage(name: str) -> int:
    return int(Stage[name.upper()])


def _mask(chosen: tuple[str, ...] | None, names: tuple[str, ...]) -> int:
    return 0 if chosen is None else sum(1 << names.index(name) for name in set(chosen))
