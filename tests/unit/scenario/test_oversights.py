"""What runs as it is written and was probably meant otherwise is warned of, at its place; what is sound is not."""

from pathlib import Path

import pytest

from equitysim.scenario.load import check
from tests.unit.scenario.written import SCENARIOS

PEOPLE = "existing: {count: 2000, history: 3 years}\n"
CONTRACT = PEOPLE + "relationship: contractual\nequity: {defection: 3 % per renewal}\n"
LEADS = "channels: {ads: {leads: 100 per month}}\n"


def warned(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    """Path and message of every warning."""
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    scenario, faults = check(path)
    assert scenario is not None, faults
    assert all(fault.hint for fault in faults)
    return [(fault.path, fault.message) for fault in faults if fault.severity == "warning"]


def program(text: str, head: str = PEOPLE) -> str:
    return f"{head}programs: {{it: {{{text}}}}}\npolicies: {{today: [], other: [it]}}\n"


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        # renewals are 30.4 days apart: after 21 days everybody is silent, and nobody ever for 35
        (program("when: {silence: 21 days}, gain: 2, cost: 1", CONTRACT), "programs.it", "reaches everybody"),
        (program("when: {silence: 35 days}, gain: 2, cost: 1", CONTRACT), "programs.it", "reaches nobody"),
        (program("when: {silence: 2 usual gaps}, gain: 2, cost: 1", CONTRACT), "programs.it", "reaches nobody"),
        (program("when: referral, reward: {value: 10}"), "programs.it", "causes none"),
        (program("when: purchase, gain: 5"), "programs.it", "gain is free"),
        (program("when: known_failure, restore: 80 %"), "programs.it", "restore is free"),
        (PEOPLE + "equity: {choice: {at_0: 80 %, at_100: 40 %}}\n", "equity.choice", "falls where equity rises"),
        (PEOPLE + "equity: {referral: {at_0: 5 %}}\n", "equity.referral", "falls where equity rises"),
        (PEOPLE + "equity: {defection: {at_0: 5 % per year}}\n", "equity.defection", "rises where equity rises"),
        ("existing: {count: 0}\n", "existing.count", "nobody is ever there"),
        # a lead of the first day needs the whole five years, and there is no day before it
        ("horizon: 5 years\nltv_window: 5 years\n" + LEADS, "ltv_window", "undefined"),
        ("horizon: 6 months\ncompare: {measure: retention_12m}\n" + PEOPLE, "compare.measure", "undefined"),
        (PEOPLE + "compare: {matters: 10_000}\n", "compare.matters", "nearly every difference"),
    ],
)
def test_what_was_probably_not_meant_is_told(tmp_path: Path, text: str, path: str, said: str) -> None:
    found = [message for place, message in warned(tmp_path, text) if place == path]
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    "text",
    [
        program("when: {silence: 60 days}, gain: 2, cost: 1"),
        program("when: referral, gain: 2, cost: 1"),
        program("when: purchase, gain: 5, cost: 0.10"),
        PEOPLE + "equity: {voice: {at_0: 65 %, at_100: 45 %}}\n",
        PEOPLE + "equity: {choice: 40 %}\n",
        "horizon: 5 years\nltv_window: 4 years\n" + LEADS,
        # existing people have their window from the start
        "horizon: 5 years\nltv_window: 5 years\n" + PEOPLE,
        PEOPLE + "compare: {matters: 0.20}\n",
        # 10 000 in all are 5 for each of 2 000 people, and the default customer brings some hundreds
        PEOPLE + "compare: {matters: 10k in all}\n",
    ],
)
def test_what_is_sound_is_not_warned_of(tmp_path: Path, text: str) -> None:
    assert warned(tmp_path, text) == []


def noted(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    """Path and message of every note, which is no warning."""
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return [(fault.path, fault.message) for fault in check(path)[1] if fault.severity == "note"]


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("when: purchase, gain: 5, reward: {value: 2}", "gain"),
        ("when: purchase, reward: {value: 2}", "gain"),  # which a reward has by default
        ("when: known_failure, restore: 80 %, reward: {value: 2}", "restore"),
    ],
)
def test_a_reward_that_changes_cost_only_is_noted(tmp_path: Path, text: str, does: str) -> None:
    said = f"reward.value changes cost only: {does} is one number"
    assert noted(tmp_path, program(text)) == [("programs.it.reward", said)]


@pytest.mark.parametrize(
    "text",
    [
        "when: purchase, gain: {at_1: 3, at_4: 6}, reward: {value: 2}",
        "when: known_failure, restore: {at_0: 40 %, at_5: 80 %}, reward: {value: 2}",
        "when: purchase, gain: 5, reward: {value: 0}",
        "when: purchase, gain: 5, cost: 1",
    ],
)
def test_a_reward_whose_value_does_something_or_costs_nothing_is_not(tmp_path: Path, text: str) -> None:
    assert noted(tmp_path, program(text)) == []


def test_a_variant_that_changes_cost_only_is_noted_where_it_stands(tmp_path: Path) -> None:
    """The program itself follows what its reward is worth; one policy makes it a plain number, another gives more."""
    text = program("when: purchase, gain: {at_1: 3, at_4: 6}, reward: {value: 2}") + (
        "  plain: [{use: it, as: fixed, gain: 5}]\n  more: [{use: it, as: bigger, reward: {value: 9}}]\n"
    )
    text = text.replace("policies: {today: [], other: [it]}\n", "policies:\n  today: []\n  other: [it]\n")
    assert noted(tmp_path, text) == [("policies.plain", "'fixed' reward.value changes cost only: gain is one number")]


def test_a_desk_that_is_idle_or_overrun_is_told(tmp_path: Path) -> None:
    """The work is the same; only the hours paid for it differ."""

    def desk(hours: str, cost: str = "20 per hour", when: str = "known_failure") -> list[str]:
        text = program(f"when: {when}, desk: care") + f"desks: {{care: {{hours: {hours}, cost: {cost}}}}}\n"
        return [message for path, message in warned(tmp_path, text) if path == "desks.care"]

    assert any("busy about" in message for message in desk("160 per week"))
    assert any("of the hours under 'other'" in message for message in desk("0.1 per week"))
    assert desk("160 per week", cost="0 per hour") == []  # hours that cost nothing are no waste
    assert desk("160 per week", when="first_purchase") == []  # how many first purchases come is not estimated


def test_a_desk_is_idle_below_a_fifth_of_its_hours(tmp_path: Path) -> None:
    """Letters to 2 000 people who never leave, once in 70 days, are 200 cases a week of 6 minutes each: 20 hours of
    work a week."""
    head = PEOPLE + "horizon: 1 year\nequity: {defection: 0 % per year}\n"

    def idle(hours: int) -> list[str]:
        desk = f"desks: {{care: {{hours: {hours} per week, handling: {{mean: 6 minutes}}, cost: 20 per hour}}}}\n"
        text = program("when: {every: 70 days}, gain: 1, desk: care", head) + desk
        return [message for path, message in warned(tmp_path, text) if path == "desks.care"]

    assert idle(99) == []
    (message,) = idle(101)
    assert message == "busy about 20 % of its paid hours under 'other', its busiest policy"


def test_a_cohort_enters_spread_over_its_week(tmp_path: Path) -> None:
    """A single person of a week enters in its middle, on day 3.5: with a window of a year and a horizon of a year and
    3 days nobody completes it, with one of a year and 4 days that person does."""
    text = "ltv_window: 365 days\ncohorts: {now: {per_week: [1]}}\n"
    assert [path for path, _ in warned(tmp_path, text + "horizon: 368 days\n")] == ["ltv_window"]
    assert warned(tmp_path, text + "horizon: 369 days\n") == []


@pytest.mark.parametrize("name", ["cdnow-1997.yaml", "corner-coffee.yaml", "streaming.yaml"])
def test_shipped_scenarios_are_sound(name: str) -> None:
    assert check(SCENARIOS / name)[1] == ()


def test_variants_of_one_name_are_each_told_of(tmp_path: Path) -> None:
    """Two policies change the same program in two ways under the same name; a third as the first one does."""
    variants = [f"[{{use: it, as: free, cost: 0, gain: {gain}}}]" for gain in (5, 9, 5)]
    policies = ", ".join(f"{name}: {variant}" for name, variant in zip("abc", variants, strict=True))
    text = f"{PEOPLE}programs: {{it: {{when: purchase, gain: 5, cost: 1}}}}\npolicies: {{today: [], {policies}}}\n"
    assert [path for path, _ in warned(tmp_path, text)] == ["policies.a", "policies.b"]
