"""The Plan: one scenario under one policy, flat and in canonical units; all that an engine sees.

Everything is a named tuple of plain floats, integers and tuples. Times are days with 0 the start of the horizon,
rates are per day, chances and shares fractions, money in the scenario's currency, equity in points. The compiled
engine reads the same tuples as structured arrays, so a field is a float, an int or a fixed-length tuple of floats.
"""

from bisect import bisect_left
from typing import NamedTuple

from equitysim.codes import Ranking
from equitysim.moments import end, reached

YEAR = 365.0
WEEK = 7.0
MONTH = 365.0 / 12.0
STAGES = 7
CURVES = 5
RANKINGS = len(Ranking) - 1


class CurveParameters(NamedTuple):
    """One curve of model §2: ``intercept + slope·E`` on the logit scale, or on the log scale of a yearly hazard.

    With ``base`` other than SHARED each customer draws an own intercept: logit of Beta(a, b), or log of Gamma(shape a,
    rate b in years). A constant chance of 0 or 1 has intercept -inf or inf and slope 0.
    """

    intercept: float
    slope: float
    base: int
    a: float
    b: float


class Segment(NamedTuple):
    """One segment's traits (model §2, §4, §5).

    ``occasion_mean`` is occasions per day; ``occasion_shape`` the gamma shape across customers, 0 where all are
    alike. An order's value is ``order_mean`` with no noise where ``order_shape`` is 0;
    Gamma(order_shape)·order_mean/order_shape where ``spend_shape`` is 0; else gamma–gamma:
    Gamma(order_shape)·spend_scale/Gamma(spend_shape). ``usual_gap``: days between orders at neutral equity (the
    segment gap of §5; the period under contract).
    """

    share: float
    occasion_mean: float
    occasion_shape: float
    order_mean: float
    order_shape: float
    spend_shape: float
    spend_scale: float
    margin: float
    responsiveness: float
    risk: float
    usual_gap: float


class Program(NamedTuple):
    """One program of the policy (model §6).

    ``group`` is the index of the first program with the same base: variants share its receipts and its luck.
    ``stream``: a hash of the base's name. Active in [active_from, active_until). Masks are bit sets, 0 for no
    restriction. A minimum or maximum that does not bind is -inf or inf. ``at_most`` 0, ``budget_micro`` -1, ``desk``
    -1, ``novelty`` 0 and ``every`` 0 mean none. ``service`` marks answers (restore or ask): weight 0, and they reach
    the opted-out. ``sample``: share of the firm's people that is simulated; the touches that the budget pays in a
    period are cut by it (``rules.programs.affordable``).
    """

    group: int
    stream: int
    active_from: float
    active_until: float
    trigger: int
    nth: int
    trigger_stage: int
    every: float
    silence: float
    silence_in_gaps: int
    again: float
    again_in_gaps: int
    delay: float
    stages: int
    segments: int
    sources: int
    best_by: int
    best_share: float
    tenure_min: float
    tenure_max: float
    orders_min: int
    orders_max: int
    equity_min: float
    equity_max: float
    share: float
    gain: float
    relevance: tuple[float, float, float, float, float, float, float]
    match: float
    mismatch: float
    novelty: float
    weight: float
    appreciative: int
    cost: float
    reward_value: float
    reward_costs: float
    reward_redeemed: float
    compensation: int
    incentive_value: float
    pull: float
    valid: float
    hangover: float
    restore: float
    ask: float
    invite: int
    service: int
    budget_micro: int
    budget_period: float
    face_micro: int
    at_most: int
    at_most_period: float
    desk: int
    sample: float = 1.0


class Rival(NamedTuple):
    """A rival campaign (model §8): ``pressure`` points off the choice of the share ``reach``, in [start, end)."""

    start: float
    end: float
    pressure: float
    reach: float


class Crisis(NamedTuple):
    """A failure known at once that hits a share of the active buyers (model §8)."""

    time: float
    share: float
    severity: float


class Parameters(NamedTuple):
    """What the laws and transitions read.

    ``key0`` and ``key1``: the draw key of a replication, set by the engine from seed and replication (model §10); 0
    in a lowered plan. ``start``: minus the history in days (0 without). ``discount``: log(1 + d) per day. ``season``:
    12 monthly indices of mean 1 from January; ``season_before``: 13 sums of the months before; ``season_phase``: days
    from 1 January to t = 0; ``seasonal`` 0 ignores the three.
    ``curves`` are indexed by ``codes.Curve``. ``granted`` 0, ``circle`` 0, ``service_per_year`` 0 are off; half-lives
    are days (of receipts, orders or referrals where they count those) and positive, inf for no fading.
    ``failure_per_year`` is a rate per day.
    """

    key0: int
    key1: int
    start: float
    horizon: float
    ltv_window: float
    discount: float
    contractual: int
    period: float
    recency: float
    review: float
    seasonal: int
    season: tuple[float, ...]
    season_before: tuple[float, ...]
    season_phase: float
    curves: tuple[CurveParameters, ...]
    defection_unit: int
    first_purchase_at_risk: int
    give_up: float
    forgetting: float
    forgiving: float
    onboarding_sensitivity: float
    onboarding_half_life: float
    satisfaction: float
    granted: float
    tolerance: float
    pressure_half_life: float
    annoyance: float
    opt_out: float
    failure_per_order: float
    failure_per_year: float
    severity: float
    cushion: float
    repeat: float
    memory: float
    detection: float
    patience: float
    neglect: float
    promptness: float
    paradox: float
    circle: float
    transfer: float
    homophily: float
    commitment: float
    cross_sell: float
    premium: float
    service_per_year: float
    service_saving: float
    service_tenure_saving: float
    service_tenure_half_life: float
    survey_noise: float
    lapse_gaps: float
    recent_half_life: float
    segments: tuple[Segment, ...]
    programs: tuple[Program, ...]
    rivals: tuple[Rival, ...]

    @property
    def segment_count(self) -> int:
        """How many segments there are; a field of its own in compiled code, whose arrays have room for more."""
        return len(self.segments)

    @property
    def rival_count(self) -> int:
        """How many rival campaigns there are; likewise."""
        return len(self.rivals)


UNDERUSED = 0.2
OVERRUN = 0.95
"""Shares of a desk's paid hours: used less than the first, its cost is mostly for hours in which nobody is served; used
more than the second, most cases wait long or in vain."""


class Desk(NamedTuple):
    """People who answer (model §7). ``handling_mean`` is days of work; the calendar takes 168/hours times as long.

    ``stretch``: how many times as long as at the firm's own desk everything takes (1 at full size). In a sample of the
    firm whose agents cannot be cut as far as its people, ``hours`` are cut further and ``patience`` is longer by it,
    and a case counts as answered after the firm's own time.
    """

    agents: int
    hours: float
    handling_mean: float
    handling_shape: float
    patience: float
    cost_per_hour: float
    cost_per_case: float
    discipline: int
    best_by: int
    used: int
    stretch: float = 1.0


class Source(NamedTuple):
    """Where people come from (model §8).

    EXISTING: ``people``, entry times spread over the history; where ``active`` is not 0, so many shall be in force at
    t = 0, and ``people`` stands for them until ``study.history`` has found out how many that takes. COHORT: how many
    enter in each of the ``weeks`` from ``begins`` on, spread evenly over the week. CHANNEL: Poisson arrivals at
    ``leads`` per day from t = 0. ``stream``: a hash of the source's name. ``mix``: cumulative segment shares, the last
    one 1.
    """

    kind: int
    stream: int
    people: int
    active: int
    begins: float
    weeks: tuple[int, ...]
    leads: float
    cost: float
    equity: float
    oversell: float
    mix: tuple[float, ...]

    def dated(self, until: float) -> int:
        """How many enter at a time that is known beforehand and lies before ``until``; counted without a list."""
        entered = self.people
        for week, here in enumerate(self.weeks):
            if reached(self.begins + WEEK * week, until):
                break
            each = range(here)
            entered += bisect_left(each, end(until), key=lambda k, week=week, here=here: self.entry(week, k, here))  # type: ignore[misc]
        return entered

    def first_entry(self) -> float | None:
        """When the first of a cohort enters, None if nobody does."""
        return next((self.entry(week, 0, here) for week, here in enumerate(self.weeks) if here), None)

    def entry(self, week: int, number: int, here: int) -> float:
        """When so-and-so many of the people of a week have entered before."""
        return self.begins + WEEK * (week + (number + 0.5) / here)


class Names(NamedTuple):
    """The user's own words, in the order of the indices."""

    segments: tuple[str, ...]
    programs: tuple[str, ...]
    desks: tuple[str, ...]
    sources: tuple[str, ...]


class Sample(NamedTuple):
    """Which part of a firm is simulated.

    ``asked``: people asked for; None for the whole firm, or where nobody asked. ``share``: simulated people per person
    of the firm. ``agents``: how many of each desk's agents are left; empty for the whole firm. ``why``: what made the
    size asked for too small, in words; empty if nothing did.
    """

    asked: int | None
    share: float
    agents: tuple[int, ...]
    why: tuple[str, ...]


WHOLE = Sample(None, 1.0, (), ())


class Plan(NamedTuple):
    """One scenario under one policy.

    ``fixed_costs`` and ``setup_costs`` are money per year and once at t = 0, over the policy's programs. ``scale``:
    seed persons of the scenario per simulated one (1 for the whole firm); totals are multiplied by it. ``sample``:
    which part of the firm it is.
    ``max_customers``/``max_events``: the caps that end a run with an error.
    """

    parameters: Parameters
    sources: tuple[Source, ...]
    desks: tuple[Desk, ...]
    crises: tuple[Crisis, ...]
    names: Names
    policy: str
    fixed_costs: float
    setup_costs: float
    scale: float
    max_customers: int
    max_events: int
    sample: Sample = WHOLE
