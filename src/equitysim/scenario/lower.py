"""Lowering: a scenario under one policy becomes the flat Plan that engines read.

Everything a Plan holds follows from the scenario and the policy's name; nothing is drawn here.
"""

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

from equitysim.codes import Discipline, Ranking, SourceKind
from equitysim.errors import UsageError
from equitysim.plan import WHOLE, YEAR, Crisis, Desk, Names, Parameters, Plan, Rival, Sample, Source
from equitysim.scenario.lower_account import (
    chance_curve,
    defection_curve,
    defection_unit,
    season,
    season_phase,
    seasonal_days,
    segments,
)
from equitysim.scenario.lower_programs import (
    EXISTING_NAME,
    active_programs,
    lower_programs,
    programs_of,
    ranking,
    stream,
    yearly_costs,
)
from equitysim.scenario.people import Channel, Cohort, Mix
from equitysim.scenario.policies import SourceSetting
from equitysim.scenario.quantities import days_from
from equitysim.scenario.sample import smallest
from equitysim.scenario.schema import Scenario
from equitysim.scenario.world import Desk as WrittenDesk


def lower(scenario: Scenario, policy: str, *, customers: int | Sample | None = None) -> Plan:
    """The plan of one policy.

    ``customers`` asks for about so many people, as in :func:`sample_of`, which callers with several policies call once.
    People, leads, touches of budgets, agents and fixed costs are cut alike; ``scale`` of the plan says by how much
    totals must be multiplied, ``sample`` what was taken and why. Raises UsageError for a policy that does not exist,
    and like :func:`sample_of`.
    """
    if policy not in scenario.policies:
        raise UsageError(f"there is no policy '{policy}'; the scenario has " + ", ".join(scenario.policies))
    return _lowered(scenario, policy, customers if isinstance(customers, Sample) else sample_of(scenario, customers))


def sample_of(scenario: Scenario, customers: int | None) -> Sample:
    """The sample of about so many people that stands for the firm; None for the whole firm.

    People are counted as if the horizon were a year: all that are there or dated, and a year of leads. So the same
    number is the same people under any horizon. Where a queue, a budget or a ranking would act otherwise on so few,
    the smallest size at which none does is taken (``scenario.sample``). Raises UsageError for a firm without people.
    """
    if customers is None:
        return WHOLE
    people = counted_people(scenario)
    if customers < 1 or people <= 0.0:
        raise UsageError(f"cannot scale about {people:.0f} seed persons to {customers}")
    return sample_from(scenario, customers / people)._replace(asked=customers)


def sample_from(scenario: Scenario, share: float) -> Sample:
    """The smallest sample of at least this share of the people that stands for the firm."""
    decisive = {scenario.compare.measure, *(claim.measure for claim in scenario.claims)}
    first = dict.fromkeys((scenario.baseline, *scenario.policies))
    plans = {policy: _lowered(scenario, policy, WHOLE) for policy in first}
    return smallest(plans, share, waits_decide="desk_wait_mean" in decisive)


def common_share(scenarios: Sequence[Scenario], share: float) -> float:
    """The smallest share of at least this at which a sample stands for every one of these firms."""
    at_first = math.nan
    while share != at_first:
        at_first = share
        for scenario in scenarios:
            if share == 1.0:
                return share
            share = sample_from(scenario, share).share
    return share


def counted_people(scenario: Scenario, share: float = 1.0) -> float:
    """The people that ``customers`` counts: whoever is there or dated, and a year of leads, under the baseline; or
    those of a sample of such a share."""
    sources = _sources(scenario, scenario.baseline, share)
    return sum(source.people + sum(source.weeks) for source in sources) + YEAR * math.fsum(
        source.leads for source in sources
    )


def _lowered(scenario: Scenario, policy: str, sample: Sample) -> Plan:
    chosen = [program for _, _, program in programs_of(scenario, policy)]
    fixed, setup = yearly_costs(chosen)
    scale = 1.0 if sample.share == 1.0 else _scale(scenario, sample.share)
    left = 1.0 if sample.share == 1.0 else counted_people(scenario, sample.share) / counted_people(scenario)
    return Plan(
        parameters=_parameters(scenario, policy, left),
        sources=_sources(scenario, policy, sample.share),
        desks=_desks(scenario, {program.desk for program in chosen}, sample.agents, left),
        crises=_crises(scenario),
        names=Names(
            segments=tuple(scenario.segments),
            programs=tuple(active.name for active in active_programs(scenario, policy)),
            desks=tuple(scenario.desks),
            sources=source_names(scenario),
        ),
        policy=policy,
        fixed_costs=fixed / scale,
        setup_costs=setup / scale,
        scale=scale,
        max_customers=scenario.limits.customers,
        max_events=scenario.limits.events,
        sample=sample,
    )


def expected_seed_persons(scenario: Scenario) -> float:
    """How many people are expected to enter other than by referral by the horizon, under the baseline (model §9)."""
    return _seed_persons(scenario, _sources(scenario, scenario.baseline, 1.0))


def source_names(scenario: Scenario) -> tuple[str, ...]:
    """All sources in canonical order: existing people, cohorts, channels as declared (model §8, §11)."""
    return (EXISTING_NAME, *scenario.cohorts, *scenario.channels)


def _seed_persons(scenario: Scenario, sources: tuple[Source, ...]) -> float:
    days = seasonal_days(scenario, 0.0, scenario.horizon)
    dated = sum(source.dated(scenario.horizon) for source in sources)
    return dated + days * math.fsum(source.leads for source in sources)


def _scale(scenario: Scenario, share: float) -> float:
    """Whole people cannot be cut exactly, so the scale is what rounding left."""
    simulated = _seed_persons(scenario, _sources(scenario, scenario.baseline, share))
    return expected_seed_persons(scenario) / simulated if simulated > 0.0 else 1.0 / share


def _sources(scenario: Scenario, policy: str, factor: float) -> tuple[Source, ...]:
    settings = {entry.channel: entry for entry in scenario.policies[policy] if isinstance(entry, SourceSetting)}
    existing = scenario.existing
    found = [
        Source(
            kind=int(SourceKind.EXISTING),
            stream=stream(f"existing:{EXISTING_NAME}"),
            people=round(existing.people * factor),
            active=0 if existing.active is None else round(existing.active * factor),
            begins=0.0,
            weeks=(),
            leads=0.0,
            cost=0.0,
            equity=existing.equity,
            oversell=0.0,
            mix=_mix(scenario, existing.mix),
        )
    ]
    found += [_cohort(scenario, name, cohort, factor) for name, cohort in scenario.cohorts.items()]
    found += [
        _channel(scenario, name, channel, settings.get(name), factor) for name, channel in scenario.channels.items()
    ]
    return tuple(found)


def _cohort(scenario: Scenario, name: str, cohort: Cohort, factor: float) -> Source:
    return Source(
        kind=int(SourceKind.COHORT),
        stream=stream(f"cohort:{name}"),
        people=0,
        active=0,
        begins=days_from(scenario.start, cohort.start),
        weeks=_weeks(cohort.per_week, factor),
        leads=0.0,
        cost=0.0,
        equity=cohort.equity,
        oversell=0.0,
        mix=_mix(scenario, cohort.mix),
    )


def _channel(scenario: Scenario, name: str, channel: Channel, setting: SourceSetting | None, factor: float) -> Source:
    leads, cost, oversell = channel.leads, channel.cost, channel.oversell
    if setting is not None:
        leads = leads if setting.leads is None else setting.leads
        cost = cost if setting.cost is None else setting.cost
        oversell = oversell if setting.oversell is None else setting.oversell
    return Source(
        kind=int(SourceKind.CHANNEL),
        stream=stream(f"channel:{name}"),
        people=0,
        active=0,
        begins=0.0,
        weeks=(),
        leads=leads * factor,
        cost=cost,
        equity=channel.equity,
        oversell=oversell,
        mix=_mix(scenario, channel.mix),
    )


def _weeks(per_week: tuple[int, ...], factor: float) -> tuple[int, ...]:
    """How many enter in each week; scaled counts are rounded in sum."""
    reached = [0, *(round(total * factor) for total in accumulate(per_week))]
    return tuple(after - before for before, after in pairwise(reached))


def _mix(scenario: Scenario, mix: Mix | None) -> tuple[float, ...]:
    """Cumulative shares of the segments, the last exactly 1."""
    alone = len(scenario.segments) == 1
    shares = [
        (1.0 if alone else segment.share or 0.0) if mix is None else mix.get(name, 0.0)
        for name, segment in scenario.segments.items()
    ]
    total = math.fsum(shares)
    reached = [math.fsum(shares[: k + 1]) / total for k in range(len(shares))]
    # Rounding must not leave a gap above the last segment that anybody can fall into.
    last = max(k for k, share in enumerate(shares) if share > 0.0)
    return tuple(1.0 if k >= last else value for k, value in enumerate(reached))


def _desks(scenario: Scenario, used: set[str | None], kept: tuple[int, ...], left: float) -> tuple[Desk, ...]:
    """In a sample the agents are cut first, and the hours by what then is missing."""
    agents = kept or tuple(desk.agents for desk in scenario.desks.values())
    return tuple(
        _desk(desk, name in used, here, here / (desk.agents * left) if kept else 1.0)
        for (name, desk), here in zip(scenario.desks.items(), agents, strict=True)
    )


def _desk(desk: WrittenDesk, used: bool, agents: int, stretch: float) -> Desk:
    return Desk(
        agents=agents,
        hours=desk.hours / stretch,
        handling_mean=desk.handling.mean,
        handling_shape=0.0 if desk.handling.spread == 0.0 else 1.0 / (desk.handling.spread * desk.handling.spread),
        patience=math.inf if desk.patience is None else desk.patience * stretch,
        cost_per_hour=desk.cost,
        cost_per_case=desk.per_case,
        discipline=int(Discipline.BEST_FIRST if desk.order == "best first" else Discipline.FIRST_COME),
        best_by=ranking(desk.by) if desk.order == "best first" else int(Ranking.NONE),
        used=int(used),
        stretch=stretch,
    )


def _crises(scenario: Scenario) -> tuple[Crisis, ...]:
    found = (
        Crisis(time=days_from(scenario.start, crisis.at), share=crisis.share, severity=crisis.severity)
        for crisis in scenario.crises.values()
    )
    return tuple(sorted(found, key=lambda crisis: crisis.time))


def _rivals(scenario: Scenario) -> tuple[Rival, ...]:
    return tuple(
        Rival(
            start=days_from(scenario.start, rival.from_),
            end=math.inf if rival.until is None else days_from(scenario.start, rival.until),
            pressure=rival.pressure,
            reach=rival.reach,
        )
        for rival in scenario.rivals.values()
    )


def beginning(scenario: Scenario) -> float:
    """Where the simulated past begins: the history of existing people or the first dated entry, at most 0."""
    first = [0.0]
    if scenario.existing.people:
        first.append(-scenario.existing.history)
    for name, cohort in scenario.cohorts.items():
        entry = _cohort(scenario, name, cohort, 1.0).first_entry()
        first += [] if entry is None else [entry]
    return min(first)


def _or_never(half_life: float | None) -> float:
    """An infinite half-life for ``off``."""
    return math.inf if half_life is None else half_life


def _parameters(scenario: Scenario, policy: str, factor: float) -> Parameters:
    equity, failure, recovery, referrals = scenario.equity, scenario.failure, scenario.recovery, scenario.referrals
    choice = chance_curve(equity.choice)
    indices, before = season(scenario.seasonality)
    return Parameters(
        key0=0,
        key1=0,
        start=beginning(scenario),
        horizon=scenario.horizon,
        ltv_window=scenario.ltv_window,
        discount=math.log1p(scenario.discount) / YEAR,
        contractual=int(scenario.contractual),
        period=scenario.period_days,
        recency=scenario.recency,
        review=scenario.review,
        seasonal=int(scenario.seasonality is not None),
        season=indices,
        season_before=before,
        season_phase=season_phase(scenario.start),
        curves=(
            choice,
            defection_curve(equity.defection),
            chance_curve(equity.referral),
            chance_curve(equity.voice),
            chance_curve(equity.win_back),
        ),
        defection_unit=int(defection_unit(equity.defection)),
        first_purchase_at_risk=int(scenario.contractual or equity.first_purchase_at_risk),
        give_up=scenario.prospects.give_up,
        forgetting=_or_never(equity.forgetting),
        forgiving=_or_never(equity.forgiving),
        onboarding_sensitivity=scenario.onboarding.sensitivity,
        onboarding_half_life=_or_never(scenario.onboarding.half_life),
        satisfaction=equity.satisfaction,
        granted=equity.granted or 0.0,
        tolerance=_or_never(scenario.contact.tolerance),
        pressure_half_life=_or_never(scenario.contact.half_life),
        annoyance=scenario.contact.annoyance,
        opt_out=scenario.contact.opt_out,
        failure_per_order=scenario.failure_per_order,
        failure_per_year=scenario.failure_per_year / YEAR,
        severity=failure.severity,
        cushion=failure.cushion,
        repeat=failure.repeat,
        memory=failure.memory,
        detection=failure.detection,
        patience=_or_never(failure.patience),
        neglect=failure.neglect,
        promptness=_or_never(recovery.promptness),
        paradox=recovery.paradox,
        circle=referrals.circle or 0.0,
        transfer=referrals.transfer,
        homophily=referrals.homophily,
        commitment=referrals.commitment,
        cross_sell=scenario.value.cross_sell,
        premium=scenario.value.premium,
        service_per_year=scenario.service.per_year,
        service_saving=scenario.service.saving,
        service_tenure_saving=scenario.service.tenure_saving,
        service_tenure_half_life=_or_never(scenario.service.tenure_half_life),
        survey_noise=0.0 if scenario.survey is None else scenario.survey.noise,
        lapse_gaps=scenario.lapse,
        recent_half_life=_or_never(scenario.recent_half_life),
        segments=segments(scenario, choice),
        programs=lower_programs(scenario, policy, factor, source_names(scenario)),
        rivals=_rivals(scenario),
    )
