import math
from pathlib import Path

import pytest

from equitysim.scenario.load import check, load
from equitysim.scenario.lower import lower
from equitysim.scenario.outlook import behaviour, desk_loads, referral_ratio
from tests.unit.scenario.written import SCENARIOS, SHOP, scenario_of, write

BRANCHING = """
    horizon: 100 years
    segments: {one: {occasions: {mean: 100 per year, spread: 0 %}}}
    equity: {choice: 100 %, referral: 10 %, defection: 20 % per purchase}
    failure: {per_order: 0 %}
    referrals: {circle: off}
"""


def warned(folder: Path, text: str) -> list[tuple[str, str]]:
    scenario, faults = check(write(folder, text))
    assert scenario is not None, "\n".join(map(str, faults))
    assert all(fault.severity == "warning" for fault in faults)
    return [(fault.path, fault.message) for fault in faults]


class TestReferralRatio:
    def test_equals_the_branching_process(self, tmp_path: Path) -> None:
        ratio = referral_ratio(lower(scenario_of(tmp_path, BRANCHING), "today"))
        assert ratio.neutral == pytest.approx(0.1 / 0.2, rel=1e-9)
        assert ratio.full == ratio.neutral

    def test_a_short_horizon_cuts_it(self, tmp_path: Path) -> None:
        text = BRANCHING.replace("100 years", "0 days")
        assert referral_ratio(lower(scenario_of(tmp_path, text), "today")).neutral == pytest.approx(0.1)

    def test_a_circle_of_friends_bounds_it(self, tmp_path: Path) -> None:
        text = BRANCHING.replace("circle: off", "circle: 5")
        ratio = referral_ratio(lower(scenario_of(tmp_path, text), "today")).neutral
        assert ratio == pytest.approx(5 / math.log(2) * math.log1p(0.5 * math.log(2) / 5))

    def test_prospects_who_give_up_do_not_count(self, tmp_path: Path) -> None:
        text = BRANCHING.replace("choice: 100 %", "choice: 50 %") + "    prospects: {give_up: 50 %}\n"
        ratio = referral_ratio(lower(scenario_of(tmp_path, text), "today")).neutral
        assert ratio == pytest.approx(0.5 * 0.5 / 0.75, rel=1e-6)

    def test_a_hazard_limits_the_orders(self, tmp_path: Path) -> None:
        text = BRANCHING.replace("20 % per purchase", "50 % per year")
        ratio = referral_ratio(lower(scenario_of(tmp_path, text), "today")).neutral
        assert ratio == pytest.approx(0.1 * (1 + 100 / math.log(2)), rel=1e-6)

    @pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
    def test_shipped_scenarios_do_not_feed_on_themselves(self, path: Path) -> None:
        scenario = load(path)
        assert 0.0 < referral_ratio(lower(scenario, scenario.baseline)).neutral < 1.0

    def test_certain_loss_after_one_order(self, tmp_path: Path) -> None:
        text = BRANCHING.replace("20 % per purchase", "100 % per purchase")
        assert referral_ratio(lower(scenario_of(tmp_path, text), "today")).neutral == pytest.approx(0.1, rel=1e-6)


def test_behaviour_goes_through_the_points() -> None:
    rows = {row.balance: row for row in behaviour(lower(load(SCENARIOS / "corner-coffee.yaml"), "today"))}
    assert [rows[0.0].choice, rows[100.0].choice] == pytest.approx([0.45, 0.85])
    assert [rows[0.0].defection, rows[100.0].defection] == pytest.approx([0.35, 0.08])
    assert rows[0.0].defection_per == "year"
    assert rows[-50.0].choice < rows[0.0].choice


def test_desk_load_is_work_over_hours(tmp_path: Path) -> None:
    text = """
        horizon: 1 year
        cohorts: {now: {per_week: [1000]}}
        segments: {one: {occasions: {mean: 52 per year, spread: 0 %}}}
        equity: {choice: 100 %, defection: 0 % per year, voice: 50 %}
        failure: {per_order: 10 %, detection: 0 %}
        desks: {care: {agents: 2, hours: 10 per week, handling: {mean: 6 minutes}, cost: 25 per hour}}
        programs: {fix: {when: complaint, desk: care}}
        policies: {today: [fix]}
    """
    (load_of_care,) = desk_loads(lower(scenario_of(tmp_path, text), "today"))
    assert load_of_care.desk == "care"
    assert load_of_care.work == pytest.approx(1000 * 52 / 365 * 7 * 0.1 * 0.5 * 0.1, rel=1e-9)
    assert load_of_care.capacity == 20.0
    assert (load_of_care.weekly_cost, load_of_care.complete) == (20.0 * 25.0, True)
    assert load_of_care.utilisation == pytest.approx(load_of_care.work / 20)


class TestWarnings:
    def test_none_for_a_scenario_in_order(self, tmp_path: Path) -> None:
        assert warned(tmp_path, SHOP) == []

    @pytest.mark.parametrize(
        ("text", "path", "message"),
        [
            ("programs: {mail: {when: lead}}\n", "programs.mail", "no policy uses this program"),
            ("desks: {care: {}}\n", "desks.care", "no policy uses this desk"),
            ("segments: {a: {share: 100 %}, b: {share: 0 %}}\n", "segments.b", "nobody belongs"),
            ("horizon: 1 year\nltv_window: 2 years\n", "ltv_window", "longer than the horizon"),
            ("crises: {fire: {at: 9 years}}\n", "crises.fire.at", "never happens"),
            ("crises: {fire: {at: 2026-12-31}}\n", "crises.fire.at", "never happens"),
            ("rivals: {r: {from: 9 years}}\n", "rivals.r.from", "never happens"),
            ("existing: {count: 11}\nlimits: {customers: 10}\n", "limits.customers", "11 people are expected"),
            ("equity: {referral: 60 %}\n", "equity.referral", "feeds on itself"),
        ],
    )
    def test_what_is_probably_not_meant(self, tmp_path: Path, text: str, path: str, message: str) -> None:
        people = "" if text.startswith("existing:") else "existing: {count: 10}\n"
        (found,) = warned(tmp_path, people + text)
        assert found[0] == path
        assert message in found[1]

    @pytest.mark.parametrize(("hours", "message"), [("0.05", "of the hours under"), ("168", "of its paid hours")])
    def test_absurd_desks(self, tmp_path: Path, hours: str, message: str) -> None:
        text = SHOP.replace("hours: 1 per week", f"hours: {hours} per week")
        if hours == "168":
            text = text.replace("agents: 2", "agents: 20")
        ((path, said),) = warned(tmp_path, text)
        assert path == "desks.care"
        assert message in said

    def test_a_segment_that_only_a_mix_uses(self, tmp_path: Path) -> None:
        text = "segments: {a: {share: 100 %}, b: {share: 0 %}}\nexisting: {count: 3, mix: {b: 100 %}}\n"
        assert warned(tmp_path, text) == []


def test_a_budget_of_offers_is_said_to_count_them_in_full(tmp_path: Path) -> None:
    text = """
        programs:
          offer: {when: {every: 90 days}, incentive: {value: 3}, budget: 400 per quarter}
          reward: {when: {every: 90 days}, reward: {value: 3, redeemed: 40 %}, budget: 400 per quarter}
        policies: {today: [offer, reward]}
    """
    _, faults = check(write(tmp_path, text))
    said = [fault.path for fault in faults if "full value" in fault.message]
    assert said == ["programs.offer.budget"]
