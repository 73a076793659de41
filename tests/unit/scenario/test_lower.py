import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from equitysim.codes import Base, Curve, DefectionUnit, Discipline, Ranking, SourceKind, Stage, Trigger
from equitysim.engines.contract import cohort_times
from equitysim.errors import UsageError
from equitysim.plan import MONTH, YEAR, CurveParameters, Plan, Sample
from equitysim.scenario.load import load
from equitysim.scenario.lower import expected_seed_persons, lower
from equitysim.scenario.lower_programs import stream
from tests.unit.scenario.written import SCENARIOS, SHOP, scenario_of


def plan_of(folder: Path, text: str, policy: str = "today", customers: int | None = None) -> Plan:
    return lower(scenario_of(folder, text), policy, customers=customers)


def curve_of(folder: Path, text: str, curve: Curve) -> CurveParameters:
    return plan_of(folder, f"equity: {text}\n").parameters.curves[curve]


def chance(curve: CurveParameters, equity: float) -> float:
    return 1.0 / (1.0 + math.exp(-(curve.intercept + curve.slope * equity)))


def yearly(curve: CurveParameters, equity: float) -> float:
    return -math.expm1(-math.exp(curve.intercept + curve.slope * equity))


class TestCurves:
    def test_a_chance_goes_through_its_two_points(self, tmp_path: Path) -> None:
        curve = curve_of(tmp_path, "{choice: {at_-50: 20 %, at_75: 80 %}}", Curve.CHOICE)
        assert chance(curve, -50) == pytest.approx(0.2, abs=1e-14)
        assert chance(curve, 75) == pytest.approx(0.8, abs=1e-14)
        assert curve.base == Base.SHARED

    def test_a_yearly_hazard_goes_through_its_two_points_and_is_exponential(self, tmp_path: Path) -> None:
        curve = curve_of(tmp_path, "{defection: {at_0: 35 % per year, at_100: 8 % per year}}", Curve.DEFECTION)
        assert yearly(curve, 0) == pytest.approx(0.35, abs=1e-14)
        assert yearly(curve, 100) == pytest.approx(0.08, abs=1e-14)
        middle = math.sqrt(math.log1p(-0.35) * math.log1p(-0.08))
        assert math.exp(curve.intercept + curve.slope * 50) == pytest.approx(middle, rel=1e-12)

    def test_a_coin_per_purchase_is_logistic(self, tmp_path: Path) -> None:
        text = "equity: {defection: {at_0: 20 % per purchase, at_100: 10 % per purchase}}\n"
        parameters = plan_of(tmp_path, text).parameters
        assert parameters.defection_unit == DefectionUnit.PER_PURCHASE
        assert chance(parameters.curves[Curve.DEFECTION], 100) == pytest.approx(0.1, abs=1e-14)

    @pytest.mark.parametrize(
        ("text", "curve", "intercept"),
        [
            ("{choice: 100 %}", Curve.CHOICE, math.inf),
            ("{choice: 0 %}", Curve.CHOICE, -math.inf),
            ("{referral: {at_0: 0 %, at_100: 0 %}}", Curve.REFERRAL, -math.inf),
            ("{defection: 0 % per year}", Curve.DEFECTION, -math.inf),
            ("{defection: 100 % per year}", Curve.DEFECTION, math.inf),
            ("{voice: 50 %}", Curve.VOICE, 0.0),
        ],
    )
    def test_constants_are_exact(self, tmp_path: Path, text: str, curve: Curve, intercept: float) -> None:
        found = curve_of(tmp_path, text, curve)
        assert (found.intercept, found.slope) == (intercept, 0.0)

    def test_an_own_base_leaves_only_the_slope(self, tmp_path: Path) -> None:
        shared = curve_of(
            tmp_path, "{defection: {at_0: 25 % per purchase, at_100: 12 % per purchase}}", Curve.DEFECTION
        )
        text = "{defection: {base: {beta: {a: 0.793, b: 2.426}}, at_0: 25 % per purchase, at_100: 12 % per purchase}}"
        own = curve_of(tmp_path, text, Curve.DEFECTION)
        assert own == CurveParameters(0.0, shared.slope, int(Base.BETA), 0.793, 2.426)

    def test_a_gamma_base_is_in_years(self, tmp_path: Path) -> None:
        text = "equity: {defection: {base: {gamma: {shape: 0.606, rate: 11.669 weeks}}}}\n"
        parameters = plan_of(tmp_path, text).parameters
        curve = parameters.curves[Curve.DEFECTION]
        assert parameters.defection_unit == DefectionUnit.PER_YEAR
        assert (curve.slope, curve.base, curve.a) == (0.0, Base.GAMMA, 0.606)
        assert curve.b == pytest.approx(11.669 * 7 / 365, rel=1e-15)


class TestSegments:
    def test_published_figures(self) -> None:
        (buyers,) = lower(load(SCENARIOS / "cdnow-1997.yaml"), "today").parameters.segments
        choice = 0.6
        orders = buyers.occasion_mean * choice
        assert buyers.occasion_shape == 0.243
        assert (buyers.order_shape, buyers.spend_shape, buyers.spend_scale) == (6.25, 3.74, 15.44)
        assert buyers.order_mean == pytest.approx(35.219, abs=5e-4)
        assert buyers.usual_gap == pytest.approx(1 / orders, rel=1e-12)

    def test_a_rate_of_orders_is_divided_by_the_choice_at_neutral(self, tmp_path: Path) -> None:
        text = """
            equity: {choice: {at_0: 60 %, at_100: 85 %}}
            segments: {one: {occasions: {gamma: {shape: 0.243, rate: 4.414 weeks}, of: orders, scale: 1.5}}}
        """
        (segment,) = plan_of(tmp_path, text).parameters.segments
        assert segment.occasion_mean * 7 == pytest.approx(1.5 * 0.243 / 4.414 / 0.6, rel=1e-12)

    def test_spreads_become_shapes(self, tmp_path: Path) -> None:
        text = (
            "segments: {one: {occasions: {mean: 73 per year, spread: 50 %}, order: {mean: 9, spread: 0 %}, risk: 5}}\n"
        )
        (segment,) = plan_of(tmp_path, text).parameters.segments
        assert (segment.share, segment.occasion_mean, segment.occasion_shape) == (1.0, 0.2, 4.0)
        assert (segment.order_mean, segment.order_shape, segment.spend_shape, segment.risk) == (9.0, 0.0, 0.0, 5.0)

    def test_who_never_meets_the_category_has_no_usual_gap(self, tmp_path: Path) -> None:
        (segment,) = plan_of(tmp_path, "segments: {one: {occasions: {mean: 0}}}\n").parameters.segments
        assert segment.usual_gap == math.inf

    def test_under_contract_the_usual_gap_is_the_period(self, tmp_path: Path) -> None:
        parameters = plan_of(tmp_path, "relationship: contractual\nperiod: 1 quarter\n").parameters
        assert parameters.segments[0].usual_gap == parameters.period == 91.25
        assert parameters.failure_per_order == 0.0
        assert parameters.failure_per_year == pytest.approx(1 / 365)
        assert parameters.first_purchase_at_risk == 1


class TestSources:
    def test_kinds_ranks_and_streams(self, tmp_path: Path) -> None:
        text = """
            existing: {count: 7, history: 2 years}
            cohorts: {first: {start: -4 weeks, per_week: [2, 0, 1]}}
            channels: {web: {leads: 73 per year, cost: 4, oversell: 20, equity: 3}}
        """
        plan = plan_of(tmp_path, text)
        assert plan.names.sources == ("existing", "first", "web")
        assert [source.kind for source in plan.sources] == [
            SourceKind.EXISTING,
            SourceKind.COHORT,
            SourceKind.CHANNEL,
        ]
        assert [source.stream for source in plan.sources] == [
            stream("existing:existing"),
            stream("cohort:first"),
            stream("channel:web"),
        ]
        assert plan.sources[0].people == 7
        assert cohort_times(plan.sources[1]).tolist() == [-28 + 1.75, -28 + 5.25, -28 + 17.5]
        assert (plan.sources[2].leads, plan.sources[2].cost, plan.sources[2].oversell) == (0.2, 4.0, 20.0)
        assert plan.parameters.start == -730.0

    def test_the_past_begins_with_the_first_dated_entry(self, tmp_path: Path) -> None:
        text = "start: 2027-01-29\ncohorts: {first: {start: 2027-01-01, per_week: [1]}}\n"
        assert plan_of(tmp_path, text).parameters.start == -28 + 3.5

    def test_without_a_past_it_begins_at_zero(self, tmp_path: Path) -> None:
        assert plan_of(tmp_path, "existing: {count: 0, history: 3 years}\n").parameters.start == 0.0

    def test_a_mix_is_cumulative_and_ends_at_one(self, tmp_path: Path) -> None:
        text = """
            segments: {a: {share: 10 %}, b: {share: 20 %}, c: {share: 70 %}, d: {share: 0 %}}
            existing: {count: 3, mix: {c: 60 %, b: 40 %}}
            channels: {web: {leads: 1 per day}}
        """
        plan = plan_of(tmp_path, text)
        assert plan.sources[0].mix == (0.0, 0.4, 1.0, 1.0)
        assert plan.sources[1].mix == pytest.approx((0.1, 0.3, 1.0, 1.0))
        assert plan.sources[1].mix[2:] == (1.0, 1.0)

    def test_streams_are_stable_and_fit_a_signed_integer(self) -> None:
        assert stream("channel:flyers") == 5489715187110226017
        assert all(0 <= stream(name) < 2**63 for name in map(str, range(1000)))

    def test_a_policy_sets_its_sources(self, tmp_path: Path) -> None:
        text = """
            channels: {web: {leads: 1 per day, cost: 4, oversell: 20}}
            policies: {today: [], quiet: [{channel: web, leads: 0}], honest: [{channel: web, oversell: 0, cost: 5}]}
        """
        today, quiet, honest = (plan_of(tmp_path, text, policy).sources[1] for policy in ("today", "quiet", "honest"))
        assert quiet == today._replace(leads=0.0)
        assert honest == today._replace(oversell=0.0, cost=5.0)


class TestPrograms:
    def test_the_baseline_acts_in_the_past_and_the_policy_from_zero(self, tmp_path: Path) -> None:
        text = """
            programs: {a: {when: lead}, b: {when: lead}, c: {when: lead}}
            policies: {today: [b, a], other: [c, b]}
        """
        plan = plan_of(tmp_path, text, "other")
        assert plan.names.programs == ("a", "b", "c")
        spans = [(program.active_from, program.active_until) for program in plan.parameters.programs]
        assert spans == [(-math.inf, 0.0), (-math.inf, math.inf), (0.0, math.inf)]

    def test_a_variant_shares_group_and_luck_with_its_base(self, tmp_path: Path) -> None:
        text = """
            programs: {x: {when: lead}, mail: {when: purchase, nth: 3, gain: 5, audience: {segments: [everyone]}}}
            policies: {today: [x, mail, {use: mail, as: best mail, audience: {best: 20 %}, gain: 9}]}
        """
        programs = plan_of(tmp_path, text).parameters.programs
        assert [program.group for program in programs] == [0, 1, 1]
        assert programs[2].stream == programs[1].stream == stream("mail")
        assert (programs[2].nth, programs[2].gain, programs[2].segments) == (3, 9.0, 1)
        assert (programs[1].best_by, programs[2].best_by, programs[2].best_share) == (
            Ranking.NONE,
            Ranking.RECENT_MARGIN,
            0.2,
        )

    def test_a_changed_program_under_its_old_name_is_another_program_from_zero(self, tmp_path: Path) -> None:
        text = """
            programs: {mail: {when: lead, gain: 5}}
            policies: {today: [mail], more: [{use: mail, gain: 9}]}
        """
        plan = plan_of(tmp_path, text, "more")
        assert plan.names.programs == ("mail", "mail")
        assert [(p.gain, p.active_until, p.group) for p in plan.parameters.programs] == [
            (5.0, 0.0, 0),
            (9.0, math.inf, 0),
        ]

    def test_a_variants_defaults_follow_its_own_trigger(self, tmp_path: Path) -> None:
        text = """
            programs: {sorry: {when: known_failure, reward: {value: 5}}}
            policies: {today: [{use: sorry, as: gift, when: purchase, reward: {costs_us: 40 %}}]}
        """
        (gift,) = plan_of(tmp_path, text).parameters.programs
        assert (gift.restore, gift.gain, gift.weight, gift.compensation) == (0.0, 10.0, 1.0, 0)
        assert (gift.reward_value, gift.reward_costs) == (5.0, 0.4)

    def test_a_variant_may_change_one_key_of_an_audience(self, tmp_path: Path) -> None:
        text = """
            programs: {mail: {when: purchase, audience: {best: 20 %, orders: {min: 2}}}}
            policies: {today: [{use: mail, as: post, audience: {by: heavy_use, orders: {max: 9}}}]}
        """
        (post,) = plan_of(tmp_path, text).parameters.programs
        assert (post.best_share, post.best_by, post.orders_min, post.orders_max) == (0.2, Ranking.HEAVY_USE, 2, 9)

    def test_defaults_by_what_a_program_is(self, tmp_path: Path) -> None:
        text = """
            programs:
              service: {when: complaint, reward: {value: 5}}
              reward: {when: {every: 90 days}, reward: {value: 5}}
              mail: {when: lead}
              ask: {when: purchase, ask: 50 %, restore: 80 %}
              token: {when: known_failure, restore: 0 %, reward: {value: 1}}
            policies: {today: [service, reward, mail, ask, token]}
        """
        programs = plan_of(tmp_path, text).parameters.programs
        found = [(p.restore, p.gain, p.weight, p.service, p.compensation) for p in programs]
        assert found == [
            (0.9, 0.0, 0.0, 1, 1),
            (0.0, 10.0, 1.0, 0, 0),
            (0.0, 0.0, 1.0, 0, 0),
            (0.8, 0.0, 0.0, 1, 0),
            (0.0, 10.0, 1.0, 0, 1),
        ]

    def test_every_key_reaches_the_plan(self, tmp_path: Path) -> None:
        text = """
            survey: {noise: 10}
            segments: {a: {share: 50 %}, b: {share: 50 %}}
            channels: {web: {leads: 1 per day}, shop: {leads: 1 per day}}
            desks: {care: {}, phone: {agents: 3, hours: 20 per week, order: best first, by: heavy_use}}
            programs:
              all of it:
                when: {silence: 3 usual gaps, again: 30 days}
                delay: 2 days
                audience:
                  stages: [lapsed, lost]
                  segments: b
                  channels: [shop, referred]
                  best: 30 %
                  by: recent_orders
                  tenure: {min: 10 days, max: 1 year}
                  orders: {min: 2, max: 9}
                  surveyed_equity: {min: -10, max: 60}
                  share: 50 %
                gain: 7
                relevance: {lost: 0.5, lapsed: -1}
                match: 70 %
                mismatch: -0.5
                novelty: 4
                weight: 2
                appreciative: true
                cost: 0.25
                reward: {value: 4, costs_us: 50 %, redeemed: 25 %}
                incentive: {value: 3, pull: 12, valid: 2 weeks, hangover: 4}
                invite: true
                budget: 50_000 per quarter
                at_most: 2 per year
                desk: phone
                fixed: 100 per month
                setup: 700
            policies: {today: [all of it]}
        """
        plan = plan_of(tmp_path, text)
        (program,) = plan.parameters.programs
        assert (program.trigger, program.silence, program.silence_in_gaps) == (Trigger.SILENCE, 3.0, 1)
        assert (program.again, program.again_in_gaps, program.delay) == (30.0, 0, 2.0)
        assert program.stages == (1 << Stage.LAPSED) | (1 << Stage.LOST)
        assert program.segments == 0b10
        assert program.sources == 0b1100  # existing, web, shop, referred
        assert (program.best_by, program.best_share) == (Ranking.RECENT_ORDERS, 0.3)
        assert (program.tenure_min, program.tenure_max) == (10.0, 365.0)
        assert (program.orders_min, program.orders_max) == (2, 9)
        assert (program.equity_min, program.equity_max, program.share) == (-10.0, 60.0, 0.5)
        assert program.relevance == (1.0, 1.0, 1.0, 1.0, 1.0, -1.0, 0.5)
        assert (program.match, program.mismatch, program.novelty, program.weight) == (0.7, -0.5, 4.0, 2.0)
        assert (program.appreciative, program.cost, program.invite, program.desk) == (1, 0.25, 1, 1)
        assert (program.reward_value, program.reward_costs, program.reward_redeemed) == (4.0, 0.5, 0.25)
        assert (program.incentive_value, program.pull, program.valid, program.hangover) == (3.0, 12.0, 14.0, 4.0)
        assert (program.budget_micro, program.budget_period) == (50_000_000_000, 91.25)
        # A contact, a quarter of the rewards at half their value, and the whole incentive: .25 + .25 · 2 + 3.
        assert program.face_micro == 3_750_000
        assert (program.at_most, program.at_most_period) == (2, 365.0)
        assert plan.fixed_costs == pytest.approx(1200.0)
        assert plan.setup_costs == 700.0
        assert [desk.used for desk in plan.desks] == [0, 1]
        assert plan.desks[1].discipline == Discipline.BEST_FIRST
        assert (plan.desks[1].best_by, plan.desks[1].agents, plan.desks[1].hours) == (Ranking.HEAVY_USE, 3, 20.0)

    @pytest.mark.parametrize(
        ("when", "trigger"),
        [(trigger.name.lower(), trigger) for trigger in Trigger if trigger.name not in ("EVERY", "STAGE", "SILENCE")]
        + [
            ("{every: 90 days}", Trigger.EVERY),
            ("{stage: lapsed}", Trigger.STAGE),
            ("{silence: 9 days}", Trigger.SILENCE),
        ],
    )
    def test_triggers(self, tmp_path: Path, when: str, trigger: Trigger) -> None:
        text = f"relationship: contractual\nprograms: {{p: {{when: {when}}}}}\npolicies: {{today: [p]}}\n"
        (program,) = plan_of(tmp_path, text).parameters.programs
        assert program.trigger == trigger
        assert program.every == (90.0 if trigger == Trigger.EVERY else 0.0)
        assert program.trigger_stage == (Stage.LAPSED if trigger == Trigger.STAGE else -1)

    def test_costs_and_desks_are_the_policys_not_the_pasts(self, tmp_path: Path) -> None:
        text = """
            desks: {care: {}}
            programs: {fix: {when: complaint, desk: care, fixed: 10 per year, setup: 5}}
            policies: {today: [fix], nothing: []}
        """
        plan = plan_of(tmp_path, text, "nothing")
        assert (plan.fixed_costs, plan.setup_costs, plan.desks[0].used) == (0.0, 0.0, 0)
        assert len(plan.parameters.programs) == 1


class TestWorld:
    def test_rivals_and_crises_by_date_or_span(self, tmp_path: Path) -> None:
        text = """
            start: 2027-01-01
            rivals: {a: {from: 2027-02-01, until: 8 weeks, pressure: 12, reach: 50 %}, b: {}}
            crises: {late: {at: 1 year, share: 30 %}, early: {at: 2027-01-11, severity: 40}}
        """
        plan = plan_of(tmp_path, text)
        assert plan.parameters.rivals[0] == (31.0, 56.0, 12.0, 0.5)
        assert plan.parameters.rivals[1] == (0.0, math.inf, 10.0, 1.0)
        assert plan.crises == ((10.0, 1.0, 40.0), (365.0, 0.3, 20.0))

    def test_seasons_have_mean_one(self, tmp_path: Path) -> None:
        text = "start: 2028-03-01\nseasonality: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4]\n"
        parameters = plan_of(tmp_path, text).parameters
        assert math.fsum(parameters.season) == pytest.approx(12.0)
        assert parameters.season[11] == 4 * parameters.season[0]
        assert parameters.season_before[0] == 0.0
        assert parameters.season_before[12] == pytest.approx(12.0)
        assert all(later >= earlier for earlier, later in pairwise(parameters.season_before))
        assert (parameters.seasonal, parameters.season_phase) == (1, 60.0)

    def test_off_means_never_or_none(self, tmp_path: Path) -> None:
        text = """
            equity: {forgetting: off, forgiving: off, granted: off}
            onboarding: {half_life: off}
            contact: {tolerance: off, half_life: off}
            failure: {patience: off}
            recovery: {promptness: off}
            referrals: {circle: off}
            recent_half_life: off
        """
        p = plan_of(tmp_path, text).parameters
        endless = (p.forgetting, p.forgiving, p.onboarding_half_life, p.tolerance, p.pressure_half_life, p.patience)
        assert set(endless) == {math.inf}
        assert (p.promptness, p.recent_half_life) == (math.inf, math.inf)
        assert (p.circle, p.granted) == (0.0, 0.0)

    def test_money_and_time(self, tmp_path: Path) -> None:
        p = plan_of(tmp_path, "horizon: 3 years\ndiscount: 10 % per year\nreview: 1 month\n").parameters
        assert math.exp(-p.discount * YEAR) == pytest.approx(1 / 1.1, rel=1e-15)
        assert (p.horizon, p.ltv_window) == (1095.0, 547.5)
        assert (p.review, p.recency, p.lapse_gaps, p.recent_half_life) == (MONTH, 365.0, 3.0, 180.0)

    def test_an_unknown_policy(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="the scenario has today"):
            plan_of(tmp_path, "format: 1\n", "tomorrow")


class TestScaling:
    def test_people_budgets_agents_and_costs_are_cut_alike(self, tmp_path: Path) -> None:
        """A tenth of 40 agents is 4, who have their hours: a case takes the calendar time that it takes."""
        text = """
            horizon: 1 year
            existing: {count: 36500}
            cohorts: {first: {per_week: [10000, 10000]}}
            channels: {web: {leads: 100 per day}}
            desks: {care: {agents: 40, hours: 20 per week, patience: 2 days, cost: 3 per hour}}
            programs:
              fix:
                {when: complaint, desk: care, cost: 1, budget: 40k per year, fixed: 99 per year, setup: 50,
                 at_most: 1 per day}
            policies: {today: [fix]}
        """
        whole = plan_of(tmp_path, text)
        scenario = scenario_of(tmp_path, text)
        assert expected_seed_persons(scenario) == pytest.approx(36500 + 20000 + 36500)
        part = lower(scenario, "today", customers=9300)
        assert part.sample == Sample(9300, 0.1, (4,), ())
        assert (part.sources[0].people, part.sources[1].weeks) == (3650, (1000, 1000))
        assert part.sources[2].leads == pytest.approx(10.0)
        assert [program.sample for program in part.parameters.programs] == [0.1]
        assert part.parameters.programs[0]._replace(sample=1.0) == whole.parameters.programs[0]
        assert part.desks[0] == whole.desks[0]._replace(agents=4)
        assert [part.fixed_costs, part.setup_costs] == pytest.approx([9.9, 5.0])
        assert part.scale == pytest.approx(10.0)
        assert whole.scale == 1.0

    def test_hours_are_cut_by_what_whole_agents_leave(self, tmp_path: Path) -> None:
        """One agent of two for a fifth of the people works 40 % of the hours; two work a fifth. Either way the firm
        pays as much per person, and the wait counts at the firm's own pace."""
        scenario = scenario_of(
            tmp_path,
            """
            existing: {count: 1000}
            desks: {care: {agents: 2, hours: 20 per week, patience: 2 days, cost: 3 per hour}}
            programs: {fix: {when: complaint, desk: care}}
            policies: {today: [fix]}
            """,
        )
        for agents, hours in ((1, 8.0), (2, 4.0)):
            desk = lower(scenario, "today", customers=Sample(200, 0.2, (agents,), ())).desks[0]
            assert (desk.agents, desk.cost_per_hour) == (agents, 3.0)
            assert [desk.hours, desk.stretch, desk.patience] == pytest.approx([hours, 20.0 / hours, 40.0 / hours])

    def test_the_same_number_is_the_same_people_under_any_horizon(self, tmp_path: Path) -> None:
        """People are counted as of a year: 100 there, 3 650 leads a year, so 375 are a tenth under any horizon."""
        plans = [
            plan_of(
                tmp_path,
                f"horizon: {horizon}\nexisting: {{count: 100}}\nchannels: {{web: {{leads: 10 per day}}}}\n",
                customers=375,
            )
            for horizon in ("6 months", "1 year", "3 years")
        ]
        assert {plan.sources for plan in plans} == {plans[0].sources}
        assert plans[0].sources[0].people == 10
        assert plans[0].sources[1].leads == pytest.approx(1.0)

    def test_fixed_costs_per_person_are_the_firms_whatever_rounding_left(self, tmp_path: Path) -> None:
        """Of 7 people 2 are left: 70 a year for 7 are 20 for 2."""
        club = "programs: {club: {when: purchase, fixed: 70 per year}}\npolicies: {today: [club]}\n"
        part = plan_of(tmp_path, "existing: {count: 7}\n" + club, customers=2)
        assert part.sources[0].people == 2
        assert part.fixed_costs == pytest.approx(20.0)

    def test_the_scale_is_what_rounding_left(self, tmp_path: Path) -> None:
        part = plan_of(tmp_path, "existing: {count: 10}\n", customers=4)
        assert part.sources[0].people == 4
        assert part.scale == 2.5
        part = plan_of(tmp_path, "existing: {count: 7}\nchannels: {web: {leads: 0}}\n", customers=2)
        assert part.scale == 3.5

    def test_it_also_grows(self, tmp_path: Path) -> None:
        part = plan_of(tmp_path, "existing: {count: 10}\n", customers=40)
        assert (part.sources[0].people, part.scale) == (40, 0.25)

    def test_nobody_cannot_be_scaled(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot scale"):
            plan_of(tmp_path, "format: 1\n", customers=10)
        with pytest.raises(UsageError, match="cannot scale"):
            plan_of(tmp_path, SHOP, customers=0)

    def test_a_cohort_keeps_its_shape(self, tmp_path: Path) -> None:
        text = "horizon: 1 year\ncohorts: {first: {per_week: [100, 50, 50]}}\n"
        cohort = plan_of(tmp_path, text, customers=20).sources[1]
        assert cohort.weeks == (10, 5, 5)
        times = cohort_times(cohort)
        assert [((times >= 7 * week) & (times < 7 * week + 7)).sum() for week in range(3)] == [10, 5, 5]
        assert (np.diff(times) > 0).all()

    def test_who_is_there_by_a_day_is_counted_as_the_entries_say(self, tmp_path: Path) -> None:
        text = "cohorts: {first: {start: -3 weeks, per_week: [3, 0, 7, 100]}}\n"
        cohort = plan_of(tmp_path, text).sources[1]
        times = cohort_times(cohort)
        assert cohort.first_entry() == times[0] == -21 + 7 / 6
        for until in (-30.0, -21.0, times[0], times[2], -7.0, times[5], times[50], 6.99, 7.0, 100.0):
            assert cohort.dated(until) == (times < until).sum()

    def test_seasons_count(self, tmp_path: Path) -> None:
        text = """
            start: 2027-01-01
            horizon: 1 month
            seasonality: [6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6]
            channels: {web: {leads: 1 per month}}
        """
        assert expected_seed_persons(scenario_of(tmp_path, text)) == pytest.approx(6.0)
