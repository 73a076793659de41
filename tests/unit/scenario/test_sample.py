"""How few people can stand for a firm."""

import math
from pathlib import Path

import pytest

from equitysim.scenario.lower import common_share, sample_from, sample_of
from equitysim.scenario.sample import erlang_c, served
from tests.unit.scenario.written import scenario_of


def test_who_finds_all_agents_busy() -> None:
    """M/M/1: the load. M/M/2: 2 rho^2 / (1 + rho), with rho the load of each."""
    assert erlang_c(1, 0.3) == pytest.approx(0.3)
    assert erlang_c(2, 1.2) == pytest.approx(2 * 0.6**2 / 1.6)
    assert erlang_c(40, 0.0) == 0.0


def test_what_a_budget_pays_of_touches_whose_number_varies() -> None:
    """With as many touches as are asked for on average, 1/sqrt(2 pi m) of them are refused."""
    assert served(100.0, 100.0) == pytest.approx(1.0 - 1.0 / math.sqrt(2.0 * math.pi * 100.0))
    assert served(1_000.0, 100.0) == pytest.approx(1.0)
    assert served(10.0, 1_000.0) == pytest.approx(0.01)


def test_where_customers_share_nothing_any_size_will_do(tmp_path: Path) -> None:
    """Limits by customer, shares drawn by customer and crises leave people alone."""
    scenario = scenario_of(
        tmp_path,
        """
        existing: {count: 5000}
        programs: {gift: {when: purchase, gain: 5, at_most: 2 per year, audience: {share: 50 %}, fixed: 100 per year}}
        crises: {outage: {at: 100 days, share: 10 %, severity: 20}}
        policies: {today: [], gift: [gift]}
        """,
    )
    assert (sample_of(scenario, 50).share, sample_of(scenario, 50).why) == (0.01, ())


@pytest.mark.parametrize(
    ("limit", "why", "share"),
    [
        ("budget: 6 per quarter, cost: 2", "the budget of 'gift' would pay for too few touches", 1.0),
        ("audience: {best: 1 %}", "the best of 'gift' would be too few", 0.5),
    ],
)
def test_limits_of_few_people_take_more_of_the_firm(tmp_path: Path, limit: str, why: str, share: float) -> None:
    """At 2 % half a touch needs 25 a quarter, which has three; half a person needs 25 of the best 1 %, who are
    50 of 5 000."""
    gift = f"programs: {{gift: {{when: purchase, gain: 5, {limit}}}}}\npolicies: {{today: [], gift: [gift]}}\n"
    sample = sample_of(scenario_of(tmp_path, "existing: {count: 5000}\n" + gift), 500)
    assert sample.why == (why,)
    assert sample.share == pytest.approx(share, rel=0.06)


@pytest.mark.parametrize(("agents", "minutes", "share"), [(40, 10, 0.1), (1, 100, 1.0)])
def test_many_idle_agents_can_be_few_and_a_busy_one_cannot_be_less(
    tmp_path: Path, agents: int, minutes: int, share: float
) -> None:
    desk = f"""
        existing: {{count: 10000}}
        failure: {{per_order: 5 %}}
        desks: {{care: {{agents: {agents}, hours: 40 per week, handling: {{mean: {minutes} minutes}}}}}}
        programs: {{fix: {{when: complaint, restore: 90 %, desk: care}}}}
        policies: {{today: [], fix: [fix]}}
    """
    assert sample_of(scenario_of(tmp_path, desk), 1_000).share == share


def test_waits_that_are_decided_by_take_the_whole_desk(tmp_path: Path) -> None:
    desk = """
        existing: {count: 10000}
        desks: {care: {agents: 40, handling: {mean: 10 minutes}}}
        programs: {fix: {when: complaint, restore: 90 %, desk: care}}
        policies: {today: [fix], none: []}
        compare: {measure: desk_wait_mean}
    """
    assert sample_of(scenario_of(tmp_path, desk), 1_000).share == 1.0


def test_sources_keep_their_shares(tmp_path: Path) -> None:
    """A tenth of 4 people is nobody, but 4 of 1 004 are few; three sources of 20 are not, beside 100."""
    few = "existing: {count: 1000}\ncohorts: {few: {per_week: [1, 1, 1, 1]}}\n"
    assert sample_of(scenario_of(tmp_path, few), 100).why == ()
    many = "existing: {count: 100}\ncohorts: {a: {per_week: [20]}, b: {per_week: [20]}, c: {per_week: [20]}}\n"
    sample = sample_of(scenario_of(tmp_path, many), 3)
    assert sample.why == ("the sources of people would be mixed otherwise, whole people being left of each",)
    assert sample.share > 3 / 160


def test_one_share_for_several_firms_stands_for_each(tmp_path: Path) -> None:
    """The smallest budget decides: 25 of its 100 touches a quarter."""
    firms = [
        scenario_of(
            tmp_path,
            f"""
            existing: {{count: 50000}}
            programs: {{gift: {{when: {{every: 90 days}}, gain: 5, cost: 1, budget: {budget} per quarter}}}}
            policies: {{today: [], gift: [gift]}}
            """,
        )
        for budget in (1000, 100, 10_000)
    ]
    share = common_share(firms, 0.01)
    assert all(sample_from(scenario, share).share == share for scenario in firms)
    assert share == pytest.approx(25 / 100, rel=0.06)
