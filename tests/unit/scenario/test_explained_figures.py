"""Sentences of ``explain`` that state a figure, computed from the model's own laws."""

import math
import random
from collections.abc import Callable

import pytest

from equitysim.rules.laws import chance, faded, halved, withdrawal
from equitysim.scenario.explain import key_help
from equitysim.scenario.lower_account import chance_at, chance_curve
from equitysim.scenario.schema import Scenario

BLANK = Scenario.model_validate({})
CHOICE = chance_curve(BLANK.equity.choice)


def percent(share: float) -> str:
    return f"{share * 100:.0f}"


def of_gamma(spread: float, inside: Callable[[float], bool]) -> float:
    """Share of a gamma distribution with mean 1 and this spread, from draws of a fixed seed."""
    shape = 1.0 / spread**2
    drawn = random.Random(1)
    return sum(inside(drawn.gammavariate(shape, 1.0 / shape)) for _ in range(100_000)) / 100_000


def december(index: float) -> float:
    """Twelve indices are scaled to a mean of 1, so December's is its share of their mean."""
    return index / ((11.0 + index) / 12.0)


FIGURES: dict[str, tuple[str, ...]] = {
    # orders at random once a year: the chance of none within a year is e⁻¹
    "recency": (percent(math.exp(-1.0)) + " in 100",),
    "seasonality": (f"{december(2.0):.2f} times",),
    # known at once, and told only with the chance of any failure
    "crises.at": (percent(chance_at(chance_curve(BLANK.equity.voice), 0.0)) + " in 100",),
    "programs.NAME.when.every": tuple(str(day) for day in range(0, 366, 90)),
    "discount": (percent(1.0 / 1.1),),
    "equity.choice": (percent(chance_at(CHOICE, 0.0)), percent(chance_at(CHOICE, 100.0))),
    "rivals.NAME.pressure": (percent(chance_at(CHOICE, -10.0)) + " %",),
    "programs.NAME.gain": (percent(chance_at(CHOICE, 10.0)) + " %",),
    "programs.NAME.incentive.pull": (percent(chance_at(CHOICE, 10.0)) + " %",),
    "equity.forgetting": (f"is {faded(40.0, 70.0, 70.0, 140.0):.0f}",),
    "equity.forgiving": (f"{faded(-40.0, 140.0, 70.0, 140.0):.0f}",),
    "failure.cushion": (
        f"costs {withdrawal(20.0, 1.0, 0.5, 100.0, 1.0):.0f}",
        f"costs {withdrawal(20.0, 1.0, 0.5, 0.0, 1.0):.0f}",
    ),
    "failure.repeat": (f"{withdrawal(20.0, 1.0, 0.5, 0.0, 1.5):.0f} points",),
    "onboarding.sensitivity": (f"newcomer {withdrawal(20.0, 1.5, 0.5, 0.0, 1.0):.0f}",),
    # failures of a year come at random, one on average
    "failure.per_year": (percent(1.0 - math.exp(-1.0)),),
    # six of 168 hours: 0.1 hours of work take 2.8
    "desks.NAME.hours": (f"{0.1 * 168.0 / 6.0:.1f} hours",),
    "segments.NAME.occasions.mean": (f"{12 * chance_at(CHOICE, 0.0):.1f} times",),
}


@pytest.mark.parametrize("key", FIGURES)
def test_a_figure_is_what_the_model_does(key: str) -> None:
    said = key_help(key)[0].effect
    for figure in FIGURES[key]:
        assert figure in said


def test_halves_are_halves() -> None:
    for half_life, effect in (("recovery.promptness", "half"), ("recent_half_life", "half")):
        assert effect in key_help(half_life)[0].effect
    assert halved(30.0, 30.0) == 0.5
    assert chance(0.0, 0.0, 0.0) == 0.5


def test_shares_of_customers_are_those_of_the_distribution() -> None:
    # one customer in seven meets the category at least 1.6 times as often as the mean
    assert "one customer in seven" in key_help("segments.NAME.occasions.spread")[0].effect
    assert of_gamma(0.6, lambda rate: rate >= 1.6) == pytest.approx(1 / 7, abs=0.01)
    # two orders in three lie within 30 % of the mean
    assert "two orders in three" in key_help("segments.NAME.order.spread")[0].effect
    assert of_gamma(0.3, lambda size: 0.7 <= size <= 1.3) == pytest.approx(2 / 3, abs=0.03)


def test_what_was_said_wrong_is_gone() -> None:
    effects = " ".join(entry.effect for key in ("recency", "crises.at", "seasonality") for entry in key_help(key))
    for wrong in ("miss nobody", "All it hits complain", "doubles"):
        assert wrong not in effects
