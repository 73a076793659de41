"""What an optimisation says, in each way it can end."""

from dataclasses import replace
from pathlib import Path

import pytest

from equitysim.cli.optimise_text import headings, optimum_text
from equitysim.figures.names import width
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.optimum import FailedRun, Optimum
from equitysim.study.optimise import optimise
from tests.unit.study.optima.corner import corner_study


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Optimum:
    folder: Path = tmp_path_factory.mktemp("search")
    return optimise(corner_study(folder), out=folder / "out", trials=4)


def said(found: Optimum) -> str:
    """On one line."""
    return " ".join(optimum_text(found, 80).replace("\N{NO-BREAK SPACE}", " ").split())


def spending(found: Optimum, low: float, mean: float, high: float) -> str:
    assert found.best is not None
    return said(replace(found, best=found.best._replace(spend=Estimate(mean, low, high, 1.0, 20))))


def test_every_line_fits(found: Optimum) -> None:
    assert max(width(line) for line in optimum_text(found, 80).splitlines() if not line.startswith("digest")) <= 80


def test_the_one_selected_and_how_sure_that_is(found: Optimum) -> None:
    text = said(found)
    assert found.best is not None
    assert f"choose {found.best.candidate.policy} within the budget of 900.00 EUR" in text
    assert "ahead of the others by 2.00 EUR/person or more, this is it, with 95 % confidence" in text
    assert "EUR/person over 1 year, which is the baseline as it is" in text
    assert f"digest {found.digest}" in text


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.5, 1.5, "against today as it is: less than the 2.00 that matters, so today as it is does as well"),
        (1.0, 5.0, "against today as it is; 2.00 is what matters"),
        (2.5, 5.0, "against today as it is spend"),
    ],
)
def test_whether_the_difference_to_the_baseline_matters_is_told(
    found: Optimum, low: float, high: float, told: str
) -> None:
    assert found.best is not None
    apart = found.best.difference._replace(mean=(low + high) / 2, low=low, high=high)
    other = found.best._replace(candidate=found.best.candidate._replace(as_it_is=False), difference=apart)
    assert told in said(replace(found, best=other))


def test_levers_that_a_policy_does_not_use_are_not_told(found: Optimum) -> None:
    assert found.best is not None
    used = found.setting(found.best.candidate)
    for path in found.levers:
        assert (f"{path}: " in said(found)) == (path in used)


def test_spend_is_within_above_or_neither(found: Optimum) -> None:
    assert "; within the budget." in spending(found, 700.0, 800.0, 900.0)
    assert "200.00 ABOVE the budget" in spending(found, 950.0, 1_100.0, 1_200.0)
    unsure = "the budget on average, but its interval reaches both sides"
    assert f"10.00 above {unsure}" in spending(found, 800.0, 910.0, 1_000.0)
    assert f"10.00 below {unsure}" in spending(found, 800.0, 890.0, 1_000.0)


def test_what_is_undecided(found: Optimum) -> None:
    remain = tuple(one._replace(fate="remains") for one in found.finalists)
    text = said(replace(found, ending="undecided", finalists=remain))
    assert "undecided after 200 fresh replications" in text
    assert "2 other finalists that may be better" in text


def test_a_finalist_without_others(found: Optimum) -> None:
    assert "is the only setting of 7 within the budget" in said(replace(found, ending="only one"))


def test_nothing_within_the_budget(found: Optimum) -> None:
    text = said(replace(found, ending="none within the budget", best=None, finalists=()))
    assert "none of 7 settings could be selected within the budget of 900.00 EUR; the cheapest, no flyers" in text


def test_failed_runs_are_told_without_acting_on_the_terminal(found: Optimum) -> None:
    failure = FailedRun("today\x1b[2J", "failure.per_order 2 %", 3, "a cap")
    text = said(replace(found, failures=(failure,) * 25))
    assert "25 runs failed" in text
    assert "and 5 more" in text
    assert "\x1b" not in text


def test_levers_with_equal_ends_are_told_apart() -> None:
    levers = ("programs.reward best.reward.value", "programs.make it good.reward.value", "desks.care.agents")
    assert headings(levers) == [
        ("reward best", "reward", "value"),
        ("make it good", "reward", "value"),
        ("desks", "care", "agents"),
    ]
    assert headings(levers[1:]) == [("reward", "value"), ("care", "agents")]
