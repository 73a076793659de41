"""What runs as it is written, and was probably meant otherwise: looked for before anything is run."""

import math
from collections.abc import Iterator

from equitysim.codes import SourceKind
from equitysim.digits import rounded
from equitysim.measures.registry import MEASURES, Window
from equitysim.moments import before, reached
from equitysim.plan import YEAR, Plan, Source
from equitysim.scenario.lower import expected_seed_persons
from equitysim.scenario.lower_programs import programs_of
from equitysim.scenario.margins import size_of
from equitysim.scenario.outlook import lifetime_margin
from equitysim.scenario.parts import Place
from equitysim.scenario.programs import Program
from equitysim.scenario.schema import Scenario
from equitysim.units import Gap, write_duration, write_number

Oversight = tuple[Place, str, str]

LARGE = 0.1
"""Share of what a customer brings from which on a difference that does not matter is worth a word."""

RISING = ("choice", "referral", "win_back")
"""Curves that nobody expects to fall where customers like the firm better; voice may."""


def oversights(scenario: Scenario, plan: Plan) -> Iterator[Oversight]:
    """Place, message and hint of each. ``plan``: of the baseline."""
    yield from _nobody(scenario)
    yield from _undefined(scenario, plan)
    yield from _upside_down(scenario)
    yield from _programs(scenario)
    yield from _immaterial(scenario, plan)


def _nobody(scenario: Scenario) -> Iterator[Oversight]:
    if expected_seed_persons(scenario) <= 0.0 and before(0.0, scenario.horizon):
        message = "nobody is ever there: no existing customers, no cohort within the horizon and no leads"
        yield ("existing", "count"), message, "give existing a count, or a channel leads"


def _undefined(scenario: Scenario, plan: Plan) -> Iterator[Oversight]:
    """Windows that nobody completes within the horizon."""
    horizon, window = scenario.horizon, scenario.ltv_window
    entering = [any(_enters_by(source, day) for source in plan.sources) for day in (horizon - window, math.inf)]
    if reached(horizon, window) and before(0.0, horizon) and entering == [False, True]:
        message = "nobody who enters completes it before the horizon: lifetime value is undefined"
        yield ("ltv_window",), message, f"choose a shorter one, such as {write_duration(horizon / 2.0)}"
    asked: list[tuple[Place, str]] = [(("compare", "measure"), scenario.compare.measure)]
    asked += [(("claims", k, "measure"), claim.measure) for k, claim in enumerate(scenario.claims) if claim.measure]
    for place, measure in asked:
        if MEASURES[measure].window == Window.YEAR and before(0.0, horizon) and before(horizon, YEAR):
            message = f"{measure} looks at 12 months, and the horizon is {write_duration(horizon)}: it is undefined"
            yield place, message, "choose a longer horizon, or another measure"


def _enters_by(source: Source, day: float) -> bool:
    """Whether somebody of a source enters on a day or before it; existing people count from the start."""
    if source.kind == SourceKind.CHANNEL:
        return source.leads > 0.0 and before(0.0, day)
    if source.kind == SourceKind.EXISTING:
        return source.people > 0 or source.active > 0
    first = source.first_entry()
    return first is not None and reached(day, first)


def _upside_down(scenario: Scenario) -> Iterator[Oversight]:
    equity = scenario.equity
    for name in RISING:
        points = getattr(equity, name).points
        if len(points) == 2 and points[0][1] > points[1][1]:
            message = "falls where equity rises: customers who like the firm better do it less"
            yield ("equity", name), message, "swap the two values"
    points = equity.defection.points
    if len(points) == 2 and points[0][1].share < points[1][1].share:
        yield ("equity", "defection"), "rises where equity rises: customers who like the firm better leave", "swap them"


def remarks(scenario: Scenario) -> Iterator[Oversight]:
    """Place, message and hint of what is meant as it is written, and easily read as more."""
    for place, about, program in _used(scenario):
        effect = next((name for name in ("gain", "restore") if getattr(program, name).some), None)
        if program.worth > 0.0 and effect is not None and not program.follows_worth:
            where = (*place, "reward") if place[0] == "programs" else place
            yield where, f"{about}reward.value changes cost only: {effect} is one number", BY_VALUE


BY_VALUE = "state what it does at two values, such as gain: {at_2: 6, at_5: 10} or restore: {at_0: 40 %, at_5: 90 %}"


def _programs(scenario: Scenario) -> Iterator[Oversight]:
    for place, about, program in _used(scenario):
        yield from ((place, f"{about}{said}", hint) for said, hint in _doubts(scenario, program))


def _used(scenario: Scenario) -> Iterator[tuple[Place, str, Program]]:
    """Every program that a policy uses, and every variant of one: where it stands, its name where that is not said by
    the place, and what it is."""
    seen: list[tuple[str, Program]] = []
    for policy in scenario.policies:
        for name, base, program in programs_of(scenario, policy):
            if (name, program) not in seen:
                seen.append((name, program))
                own = name == base
                yield ("programs", base) if own else ("policies", policy), "" if own else f"'{name}' ", program


def _doubts(scenario: Scenario, program: Program) -> Iterator[tuple[str, str]]:
    silence = program.when.silence
    if scenario.contractual and silence is not None:
        yield from _silent_contract(silence, scenario.period_days)
    if program.when.event == "referral" and (program.reward is not None or program.incentive is not None):
        message = "pays for every referral and causes none: whether customers refer depends on their equity alone"
        yield message, "vary equity.referral for what the promise of a reward does"
    free = program.cost == 0.0 and program.reward is None and program.incentive is None and program.desk is None
    if free and (program.gain.some or program.restore.some):
        what = "gain" if program.gain.some else "restore"
        message = f"costs nothing, so its {what} is free and more of it is always better"
        yield message, "state its cost, reward or desk"


def _silent_contract(silence: Gap, period: float) -> Iterator[tuple[str, str]]:
    """Who is under contract orders at every renewal, so that silence says nothing of them."""
    length = silence.length * period if silence.usual else silence.length
    spelled = f"{write_number(silence.length)} usual gaps" if silence.usual else write_duration(silence.length)
    hint = "use when: cancellation or {every: …}"
    if before(length, period):
        message = (
            f"a silence of {spelled} reaches everybody at every period: renewals are {write_duration(period)} apart"
        )
        yield message, hint
    else:
        message = f"a silence of {spelled} reaches nobody: renewals are {write_duration(period)} apart"
        yield message, hint


def _immaterial(scenario: Scenario, plan: Plan) -> Iterator[Oversight]:
    """A difference that does not matter beside what a customer is expected to bring, discounting and costs left out."""
    if scenario.compare.measure not in ("net_value", "net_value_total"):
        return
    brings = lifetime_margin(plan)
    matters = size_of(scenario.compare.matters, "net_value", scenario)
    if scenario.compare.measure == "net_value_total" and scenario.compare.matters.of != "person":
        matters /= max(expected_seed_persons(scenario), 1.0)
    if brings > 0.0 and matters > LARGE * brings:
        message = (
            f"is {matters / brings:.0%} of the margin that a customer is expected to bring ({rounded(brings)} in all): "
            "nearly every difference will be a tie"
        )
        yield ("compare", "matters"), message, "it is per seed person; write such as 10k in all for a total"
