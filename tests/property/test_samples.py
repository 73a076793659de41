"""A sample of a firm decides like the firm: figures per person agree within their errors.

tools/sample_experiment.py asks more firms.
"""

from pathlib import Path

import pytest
import yaml

from equitysim.plan import Plan
from equitysim.scenario.load import load
from equitysim.scenario.lower import lower, sample_of
from equitysim.scenario.schema import Scenario
from equitysim.study.engine import simulate
from equitysim.study.horizons import until
from equitysim.study.runs import compare, most_replications
from tests.property.firms import agreement, compared, firm, per_person, plans_of

FALSE_ALARM = 1e-4
"""Over all comparisons of a test together."""

CLAIMS = """
format: 1
name: A claims desk
horizon: 1 year
existing: {count: 25000, history: 1 year}
segments:
  everyone: {occasions: {mean: 12 per year, spread: 50 %}, order: {mean: 40, spread: 30 %}, margin: 50 %}
failure: {per_order: 5 %, severity: 30}
recovery: {promptness: 2 days}
desks:
  care: {agents: 10, hours: 40 per week, handling: {mean: 60 minutes, spread: 50 %}, cost: 1 per hour}
programs:
  make it good: {when: complaint, restore: 90 %, desk: care}
policies: {today: [], more: [make it good]}
compare: {matters: 0.05}
"""
"""The desk costs 10 agents x 40 hours x 52 weeks = 20 857, 0.83 per person, and brings back about 1.0."""

QUEUE = "the queue at the desk 'care' would be another"


def written(folder: Path, text: str) -> Scenario:
    file = folder / "firm.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file)


@pytest.mark.parametrize("seed", [2, 5, 11])
def test_figures_per_person_agree(tmp_path: Path, seed: int) -> None:
    scenario = written(tmp_path, yaml.safe_dump(firm(seed, people=(800, 1500)), sort_keys=False))
    found = agreement(scenario, replications=4)
    assert min((one.p for one in found), default=1.0) > FALSE_ALARM / 3 / max(len(found), 1), found


def as_it_was(plan: Plan, whole: Plan, share: float) -> Plan:
    """All agents stay and their hours are cut, so that a case takes ten times as long."""
    return plan._replace(desks=tuple(desk._replace(hours=desk.hours * share) for desk in whole.desks))


def test_the_sign_of_the_firm_is_that_of_its_samples_and_cut_hours_would_be_seen(tmp_path: Path) -> None:
    scenario = written(tmp_path, CLAIMS)
    firms = plans_of(scenario, None)
    whole = per_person(scenario, firms, 4, seed=1)
    assert whole["net_value more"].mean() > 0.0
    sample = sample_of(scenario, 2_500)
    assert (sample.share, sample.why) == (0.1, ())
    plans = plans_of(scenario, sample)
    part = per_person(scenario, plans, 16, seed=2)
    assert part["net_value more"].mean() > 0.0
    found = compared(whole, part, 0.1, sample.share)
    assert min(one.p for one in found) > FALSE_ALARM / len(found)
    slow = {name: as_it_was(plan, firms[name], 0.1) for name, plan in plans.items()}
    off = compared(whole, per_person(scenario, slow, 16, seed=2), 0.1, 0.1)
    assert min(one.p for one in off) < FALSE_ALARM


def test_half_the_horizon_is_of_the_same_people(tmp_path: Path) -> None:
    """A run of half the horizon is the first half of the whole one, to the last bit."""
    text = CLAIMS.replace(
        "existing:", "channels: {web: {leads: 900 per month, cost: 3}}\nltv_window: 90 days\nexisting:"
    )
    year, half = written(tmp_path, text), written(tmp_path, text.replace("horizon: 1 year", "horizon: 182 days"))
    plans = [until(lower(year, "more", customers=5_000), 182.0), lower(half, "more", customers=5_000)]
    assert plans[0].sources == plans[1].sources
    first, second = (simulate("compiled", plan, 1, 0).digest for plan in plans)
    assert first == second


def test_a_sample_never_takes_more_simulated_people_than_the_first_stage_of_the_firm() -> None:
    """Ten runs of all are twenty of a half; a fiftieth has the cap of 200, as the firm itself has."""
    assert [most_replications(scale) for scale in (1.0, 1.5, 2.0, 7.0, 50.0, 0.5)] == [200, 15, 20, 70, 200, 200]


def test_what_was_asked_and_taken_is_in_the_document(tmp_path: Path) -> None:
    made = compare(written(tmp_path, CLAIMS.replace("agents: 10", "agents: 1")), replications=1, customers=100)
    taken = made.context.sample
    assert (made.context.customers, taken.why) == (100, (QUEUE,))
    assert taken.share > 100 / 25_000
    document = made.document()
    assert document["customers"] == 100
    assert document["sample"] == {"asked": 100, "share": taken.share, "why": [QUEUE]}
