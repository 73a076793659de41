"""What there is to choose: the values of levers, and who uses them."""

from pathlib import Path

import pytest

from equitysim.errors import ScenarioError
from equitysim.study.optima.choices import Space, space_of, values_at
from equitysim.study.sweeps.reading import load_study
from tests.unit.study.optima.corner import FREE, SEARCH, corner_study


def space(folder: Path, text: str = SEARCH) -> Space:
    study = load_study(corner_study(folder, text), purpose="optimise")
    assert study.aim is not None
    return space_of(study, study.aim)


def with_levers(*lines: str) -> str:
    """The search with other levers."""
    before, _, rest = SEARCH.partition("levers:\n")
    after = rest[rest.index("optimise:") :]
    return f"{before}levers:\n" + "".join(f"  {line}\n" for line in lines) + after


@pytest.mark.parametrize(
    ("written", "count", "some"),
    [
        ("programs.make it good.gain: 0 to 10", 101, ("0", "0.1", "9.9", "10")),
        ("programs.make it good.restore: 10 % to 40 %", 61, ("10 %", "10.5 %", "40 %")),
        ("programs.make it good.restore: 33 % to 34.1 %", 56, ("33 %", "33.02 %", "34.1 %")),
        ("desks.care.agents: 1 to 3", 3, ("1", "2", "3")),
        ("desks.care.agents: 1 to 500", 101, ("1", "5", "495", "500")),
        ("programs.make it good.restore: [50 %, 90 %]", 2, ("50 %", "90 %")),
    ],
)
def test_a_range_has_round_steps_and_both_ends(tmp_path: Path, written: str, count: int, some: tuple[str, ...]) -> None:
    choice = space(tmp_path, with_levers(written)).choices[0]
    assert len(choice.texts) == count
    assert set(some) <= set(choice.texts)
    assert (choice.texts[0], choice.texts[-1]) == (some[0], some[-1])
    assert choice.ordered != written.endswith("]")


def test_who_uses_which_lever(tmp_path: Path) -> None:
    """The desk is asked by one policy only, though every plan names it."""
    found = space(tmp_path)
    assert [choice.path for choice in found.choices] == [
        "programs.welcome.gain",
        "programs.make it good.restore",
        "desks.care.agents",
    ]
    assert found.uses == {"today": (0,), "recover": (0, 1, 2), "no flyers": (0,)}
    assert found.own == ("8", "90 %", "1")
    assert found.without_idle("today", ("5", "50 %", "3")) == ("5", "90 %", "1")
    assert found.put("recover", {1: "50 %"}).levers == ("8", "50 %", "1")


WITHOUT_LEVERS = SEARCH[: SEARCH.index("levers:")] + SEARCH[SEARCH.index("uncertainties:") :]


def test_values_stand_in_the_order_of_the_factors(tmp_path: Path) -> None:
    study = load_study(corner_study(tmp_path), purpose="optimise")
    assert study.paths[-1] == "failure.per_order"
    assert values_at(study, ("a", "b", "c"), ("u",)) == ("a", "b", "c", "u")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (with_levers("programs.welcome.gain: {low: 2, likely: 4, high: 9}"), "is a distribution"),
        (with_levers("programs.welcome.gain: {mean: 5, spread: 20 %}"), "is a distribution"),
        (WITHOUT_LEVERS, "has no levers to choose"),
        (SEARCH.replace("welcome.gain: 2 to 12", "welcome.nothing: 2 to 12"), "there is no such parameter"),
        (SEARCH.replace("per_order: 2 % to 8 %", "per_order: 2 % to 800 %"), "out of range"),
    ],
)
def test_what_cannot_be_chosen_is_a_fault(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_study(corner_study(tmp_path, text), purpose="optimise")
    assert any(said in str(fault) for fault in caught.value.faults), caught.value


@pytest.mark.parametrize(
    "lever",
    [
        "programs.welcome.gain: 2 to 12",
        "programs.make it good.restore: [50 %, 90 %]",
        "programs.welcome.match: 50 % to 100 %",
    ],
)
def test_a_lever_that_no_cost_depends_on_needs_a_reason(tmp_path: Path, lever: str) -> None:
    """More of it is always better, so that the most would be found whatever the shop is like."""
    text = with_levers(lever)
    assert FREE in text
    for stated in ("", ', free: "yes"', ', free: "yes, because "', ', free: "no"'):
        with pytest.raises(ScenarioError, match=r"what is free|gives no reason"):
            load_study(corner_study(tmp_path, text.replace(FREE, stated)), purpose="optimise")
    assert load_study(corner_study(tmp_path, text), purpose="optimise").factors
    assert load_study(corner_study(tmp_path, text.replace(FREE, "")), purpose="sweep").factors


def test_what_a_reward_is_worth_needs_none(tmp_path: Path) -> None:
    text = with_levers("programs.make it good.reward.value: 1 to 9").replace(FREE, "")
    assert load_study(corner_study(tmp_path, text), purpose="optimise").factors


def test_levers_from_a_file_of_points_cannot_be_chosen(tmp_path: Path) -> None:
    text = SEARCH[: SEARCH.index("levers:")] + (
        "levers: [programs.welcome.gain]\nuncertainties: [failure.per_order]\n" + "design: {points: draws.csv}\n"
    )
    text = text.replace("uncertainties:\n  failure.per_order: 2 % to 8 %\n", "")
    study = corner_study(tmp_path, text)
    study.with_name("draws.csv").write_text("programs.welcome.gain,failure.per_order\n5,2 %\n", "utf-8")
    with pytest.raises(ScenarioError, match="comes from a file of points, which optimise cannot choose from"):
        load_study(study, purpose="optimise")
    assert load_study(study).order


def test_ends_at_which_the_scenario_is_invalid_are_told_before_anything_runs(tmp_path: Path) -> None:
    text = with_levers("programs.make it good.desk: [care, cure]")
    with pytest.raises(ScenarioError, match='the scenario is invalid: there is no desk "cure"'):
        load_study(corner_study(tmp_path, text), purpose="optimise")
