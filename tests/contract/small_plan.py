"""A small plan with everything on, written by hand: the contract tests need no scenario."""

import math

from equitysim.codes import Base, DefectionUnit, Ranking, Trigger
from equitysim.plan import CurveParameters, Parameters, Program, Rival, Segment
from equitysim.streams import key_of

NEVER, EVER = -math.inf, math.inf

PLAIN = Program(
    group=0,
    stream=0,
    active_from=NEVER,
    active_until=EVER,
    trigger=int(Trigger.EVERY),
    nth=1,
    trigger_stage=-1,
    every=0.0,
    silence=0.0,
    silence_in_gaps=0,
    again=0.0,
    again_in_gaps=0,
    delay=0.0,
    stages=0,
    segments=0,
    sources=0,
    best_by=int(Ranking.NONE),
    best_share=0.0,
    tenure_min=NEVER,
    tenure_max=EVER,
    orders_min=0,
    orders_max=1 << 60,
    equity_min=NEVER,
    equity_max=EVER,
    share=1.0,
    gain=0.0,
    relevance=(1.0,) * 7,
    match=1.0,
    mismatch=0.0,
    novelty=0.0,
    weight=1.0,
    appreciative=0,
    cost=0.0,
    reward_value=0.0,
    reward_costs=1.0,
    reward_redeemed=1.0,
    compensation=0,
    incentive_value=0.0,
    pull=0.0,
    valid=0.0,
    hangover=0.0,
    restore=0.0,
    ask=0.0,
    invite=0,
    service=0,
    budget_micro=-1,
    budget_period=0.0,
    face_micro=0,
    at_most=0,
    at_most_period=0.0,
    desk=-1,
)
"""A program that does nothing, to everyone."""

PROGRAMS = tuple(
    program._replace(group=index, stream=91_337 * (index + 1))
    for index, program in enumerate(
        [
            PLAIN._replace(gain=8.0, cost=1.5, novelty=3.0, tenure_min=10.0, share=0.7),
            PLAIN._replace(
                gain=4.0,
                appreciative=1,
                match=0.6,
                mismatch=-0.5,
                incentive_value=2.0,
                pull=10.0,
                valid=30.0,
                hangover=3.0,
                budget_micro=500_000_000,
                budget_period=91.25,
                face_micro=1_300_000,
            ),
            PLAIN._replace(
                relevance=(0.2, 0.5, 1.0, 1.0, 1.5, -0.5, 0.0),
                gain=10.0,
                cost=0.3,
                reward_value=3.0,
                reward_costs=0.3,
                reward_redeemed=0.6,
                stages=0b0111110,
                equity_min=-40.0,
                weight=2.0,
                at_most=2,
                at_most_period=365.0,
            ),
            PLAIN._replace(
                restore=0.9, ask=0.4, service=1, weight=0.0, reward_value=5.0, compensation=1, segments=0b11
            ),
            PLAIN._replace(
                trigger=int(Trigger.SILENCE),
                silence=3.0,
                silence_in_gaps=1,
                again=2.0,
                again_in_gaps=1,
                invite=1,
                gain=6.0,
                ask=0.3,
                cost=0.8,
                at_most=1,
                at_most_period=180.0,
                sources=0b0111,
            ),
        ]
    )
)


def small_parameters(*, contractual: bool = False) -> Parameters:
    """Parameters with every law on; contractual ones with a hazard-free coin and failures in continuous time."""
    curve = CurveParameters(intercept=-0.2, slope=0.02, base=int(Base.SHARED), a=0.0, b=0.0)
    hazard = curve._replace(intercept=-0.8, slope=-0.016, base=int(Base.GAMMA), a=0.6, b=1.4)
    coin = curve._replace(slope=-0.02, base=int(Base.BETA), a=0.8, b=2.4)
    season = tuple(0.5 + k / 11 for k in range(12))
    key0, key1 = key_of(3, 1)
    segment = Segment(
        share=0.2,
        occasion_mean=0.16,
        occasion_shape=2.8,
        order_mean=9.0,
        order_shape=11.0,
        spend_shape=0.0,
        spend_scale=0.0,
        margin=0.6,
        responsiveness=0.5,
        risk=2.0,
        usual_gap=14.0,
    )
    other = segment._replace(
        share=0.8, occasion_mean=0.05, spend_shape=3.74, spend_scale=15.44, order_shape=6.25, usual_gap=40.0
    )
    return Parameters(
        key0=key0,
        key1=key1,
        start=-1095.0,
        horizon=1095.0,
        ltv_window=547.5,
        discount=2.6e-4,
        contractual=int(contractual),
        period=30.0,
        recency=365.0,
        review=30.0,
        seasonal=1,
        season=season,
        season_before=tuple(math.fsum(season[:k]) for k in range(13)),
        season_phase=59.0,
        curves=(
            curve._replace(base=int(Base.BETA), a=2.0, b=2.0),
            coin if contractual else hazard,
            curve._replace(intercept=-3.0),
            curve,
            curve._replace(intercept=-1.0),
        ),
        defection_unit=int(DefectionUnit.PER_PURCHASE if contractual else DefectionUnit.PER_YEAR),
        first_purchase_at_risk=1,
        give_up=0.1,
        forgetting=70.0,
        forgiving=140.0,
        onboarding_sensitivity=1.5,
        onboarding_half_life=60.0,
        satisfaction=4.0,
        granted=5.0,
        tolerance=3.0,
        pressure_half_life=30.0,
        annoyance=0.5,
        opt_out=0.05,
        failure_per_order=0.2,
        failure_per_year=1.0 / 365.0,
        severity=20.0,
        cushion=0.5,
        repeat=1.5,
        memory=180.0,
        detection=0.2,
        patience=7.0,
        neglect=0.15,
        promptness=30.0,
        paradox=0.1,
        circle=5.0,
        transfer=0.5,
        homophily=0.7,
        commitment=2.0,
        cross_sell=0.1,
        premium=0.05,
        service_per_year=12.0,
        service_saving=0.2,
        service_tenure_saving=0.1,
        service_tenure_half_life=365.0,
        survey_noise=8.0,
        lapse_gaps=3.0,
        recent_half_life=180.0,
        segments=(segment, other),
        programs=PROGRAMS,
        rivals=(
            Rival(start=100.0, end=400.0, pressure=8.0, reach=0.5),
            Rival(start=300.0, end=600.0, pressure=5.0, reach=1.0),
        ),
    )
