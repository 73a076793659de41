"""The printed comparison: units, horizon and interval stand beside the numbers, and it fits."""

import dataclasses
import re

import numpy as np
import pytest

from equitysim.cli.compare_text import decision_text
from equitysim.figures.names import width
from equitysim.plan import Sample
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.intervals import Outcome
from tests.unit.figures.made_comparison import LONG, NAMES, made_comparison


def said(comparison: Comparison, columns: int) -> str:
    """What is printed of a comparison that nothing stands beside but its money and why."""
    return decision_text(Decision(comparison, None, None, None), columns)


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("names", [NAMES[:2], [name + LONG for name in NAMES]], ids=["short", "long"])
def test_no_line_is_wider_than_the_terminal(names: list[str], columns: int) -> None:
    text = said(made_comparison(names), columns)
    assert max(width(line) for line in text.split("\n")) <= columns


def test_header_states_horizon_replications_interval_and_units() -> None:
    header = " ".join(said(made_comparison(), 100).split("\n\n")[1].split())
    for part in ("Horizon 3 years", "10 replications", "95 % t intervals", "Money in EUR", "per seed person", "seed 1"):
        assert part in header


def test_one_replication_says_that_there_are_no_intervals() -> None:
    text = said(made_comparison(replications=1), 100)
    assert "one replication, so no intervals" in " ".join(text.split())
    assert "undecided: the interval" not in text
    assert "[+" not in text


def shifted(by: float, spread: float) -> Comparison:
    """Two policies whose net value differs by this much, give or take."""
    made = made_comparison(NAMES[:2])
    first, second = made.policies
    wobble = spread * np.linspace(-1, 1, 10)
    values = {**second.values, "net_value": first.values["net_value"] + by + wobble}
    return dataclasses.replace(made, policies=(first, dataclasses.replace(second, values=values)))


@pytest.mark.parametrize(
    ("by", "spread", "mark"), [(0.05, 0.05, "="), (0.5, 0.05, ""), (-0.5, 0.05, ""), (0.3, 3.0, "?")]
)
def test_differences_are_marked_by_what_matters(by: float, spread: float, mark: str) -> None:
    table = said(shifted(by, spread), 100).partition("difference to baseline")[2]
    row = next(line for line in table.split("\n") if line.startswith("reward the"))
    bracket = row.index("]") + 1
    assert row[bracket : bracket + 3].strip() == mark


OUTCOMES: dict[Outcome, str] = {
    "no_material_difference": "no material difference",
    "fails": "fails",
    "holds": "holds",
    "undecided": "undecided: more replications would narrow the interval",
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_claims_say_what_came_of_them(outcome: Outcome) -> None:
    made = made_comparison(NAMES[:2])
    claim = made.claims[0]._replace(outcome=outcome)
    text = said(dataclasses.replace(made, claims=(claim,)), 100)
    assert f"in net_value: {OUTCOMES[outcome]} (" in " ".join(text.split())


def test_undefined_values_are_named() -> None:
    made = made_comparison(NAMES[:2])
    outcome = made.policies[1]
    values = {**outcome.values, "complaints": np.full(10, np.nan)}
    text = said(
        dataclasses.replace(made, policies=(made.policies[0], dataclasses.replace(outcome, values=values))), 100
    )
    assert "– undefined." in text
    assert not re.search(r"\bnan\b", text.lower())


def test_sizes_other_than_the_scenarios_are_said() -> None:
    made = made_comparison()
    small = dataclasses.replace(made, context=made.context._replace(customers=600, scale=10.0))
    assert "Simulated: 1/10 of the firm (--customers); totals are scaled back." in said(small, 200)
    raised = small.context._replace(sample=Sample(600, 0.1, (), ("the queue at the desk 'care' would be another",)))
    assert (
        "Not a sample of 600, which would not decide like the firm: the queue at the desk 'care' would be another."
        in " ".join(said(dataclasses.replace(small, context=raised), 200).split())
    )
    assert "of the scenario's size" not in said(made, 100)


def test_hostile_names_stay_on_their_line() -> None:
    text = said(made_comparison(["today", "\x1b[31m[red]\nsecond\u202e line", "x" * 10_000]), 80)
    assert not {"\x1b", "\u202e"} & set(text)
    assert "[red]" in text
