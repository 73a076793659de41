"""The printed decision: verdict first, intervals and chances explained in words."""

import dataclasses
import math

import numpy as np
import pytest

from equitysim.cli.compare_text import decision_text
from equitysim.cli.verdict_text import by_person_lines, decision_lines, horizon_lines
from equitysim.measures.words import chance, interval, share
from equitysim.statistics.by_person import ByPerson
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.horizons import horizons_of
from equitysim.statistics.intervals import Estimate
from tests.unit.figures.made_comparison import NAMES, made_comparison
from tests.unit.statistics.test_horizons import at


def said(comparison: Comparison) -> str:
    return " ".join(" ".join(decision_lines(comparison, 100)).split())


def planted(*levels: float, sd: float = 0.01, **context: int | float) -> Comparison:
    """Policies with these mean net values and little luck of their own."""
    made = made_comparison(NAMES[: len(levels)])
    luck = np.random.default_rng(1)
    policies = tuple(
        dataclasses.replace(outcome, values={**outcome.values, "net_value": level + luck.normal(scale=sd, size=10)})
        for outcome, level in zip(made.policies, levels, strict=True)
    )
    return dataclasses.replace(made, policies=policies, context=made.context._replace(**context))  # type: ignore[arg-type]


def test_the_verdict_stands_in_the_first_lines() -> None:
    comparison = planted(20.0, 21.0, 20.5)
    first = " ".join(decision_text(Decision(comparison, None, None, None), 100).split("\n\n")[0].split())
    assert first == " ".join(comparison.verdict.text.split())
    assert first.startswith("Choose 'reward the best': over 3 years")


def test_what_is_in_the_running_is_marked() -> None:
    rows = {line.split("  ")[0]: line for line in decision_lines(planted(20.0, 21.0, 20.95), 100)}
    assert "*" not in rows["today"]
    assert "*" in rows["reward the best"]
    assert "*" in rows["recover everyone"]
    assert "* still in the running: see the verdict" in said(planted(20.0, 21.0, 20.95))
    assert "* the best" in said(planted(20.0, 21.0, 20.5))


def test_intervals_and_the_two_chances_are_explained() -> None:
    text = said(planted(20.0, 21.0, 20.5))
    assert "hold for all policies at once with 95 % confidence" in text
    assert "Procedure Nelson-Matejcik" in text
    assert "given the simulation's own error" in text
    assert "the firm's luck" in text
    assert "what is not known of the world is in neither" in text
    assert "common random numbers: differences to the baseline vary" in text


@pytest.mark.parametrize(
    ("context", "count"),
    [
        ({}, "10 replications, as asked for."),
        ({"first_stage": 10}, "10 replications, its first stage, which was enough."),
        ({"first_stage": 10, "matters": 0}, "its first stage, since it cannot ask for more where everything matters."),
        ({"first_stage": 5}, "10 replications, as many as it asked for after 5."),
        ({"first_stage": 10, "replications": 200}, "200 replications, the most it takes by itself."),
    ],
)
def test_it_says_where_the_number_of_replications_comes_from(context: dict[str, int], count: str) -> None:
    assert count in said(planted(20.0, 21.0, 20.5, **context))


def test_a_single_replication_has_no_intervals_and_a_single_policy_no_decision() -> None:
    assert "One replication, so no intervals." in said(made_comparison(replications=1))
    assert decision_lines(made_comparison(NAMES[:1]), 100) == []


@pytest.mark.parametrize(
    ("part", "counted", "estimated"),
    [
        (0.0, "0 %", "<1 %"),
        (0.0004, "<1 %", "<1 %"),
        (0.5, "50 %", "50 %"),
        (0.994, "99 %", "99 %"),
        (0.9999, ">99 %", ">99 %"),
        (1.0, "100 %", ">99 %"),
        (math.nan, "–", "–"),
    ],
)
def test_shares_are_exact_at_the_ends_and_chances_never_certain(part: float, counted: str, estimated: str) -> None:
    assert share(part).replace("\N{NO-BREAK SPACE}", " ") == counted
    assert chance(part).replace("\N{NO-BREAK SPACE}", " ") == estimated


def test_no_line_is_wider_than_the_terminal() -> None:
    for columns in (60, 80, 100):
        assert max(map(len, decision_lines(planted(20.0, 21.0, 20.5), columns))) <= columns


def test_person_by_person_stands_beside_the_paired_difference() -> None:
    rows = (
        ByPerson("reward the best", (), Estimate(1.0, 0.9, 1.1, 5.0, 48_000)),
        ByPerson("recover everyone", ("the desk 'care'", "the budget of 'letter'"), None),
        ByPerson("recover the best", (), None),
    )
    made = planted(20.0, 21.0, 20.5, 20.2)
    text = " ".join(" ".join(by_person_lines(dataclasses.replace(made, by_person=rows), 100)).split())
    paired = made.difference("reward the best", "net_value")
    assert "- reward the best: +1.00 [+0.90, +1.10] from 48,000 persons; by replications +" in text
    assert f"by replications {interval(*paired[:3], 'EUR')}" in text
    assert "- recover everyone: not offered; customers meet through the desk 'care', the budget of 'letter'" in text
    assert "- recover the best: not offered; it has other seed persons than the baseline" in text
    assert by_person_lines(made, 100) == []


def test_other_horizons_and_the_residual_value() -> None:
    horizons = horizons_of([at(547.5, 12, 11), at(1095, 20, 21), at(1642.5, 24, 27)], stated=1095)
    text = " ".join(" ".join(horizon_lines(horizons, made_comparison().context, 100)).split())
    assert "- 18 months: Keep 'today': over 18 months it is the better of 2 policies" in text
    assert "- 54 months: the same verdict. Choose 'reward the best'" in text
    assert "Residual value, not in net value: earned from 3 years to 54 months, EUR/person" in text
    assert "reward the best 6.00 +2.00 [" in text
    assert "today 4.00 baseline" in text
