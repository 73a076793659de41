"""Desks that decide a comparison, against numbers worked out by hand."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest

from equitysim.measures.books import Crew
from equitysim.measures.money import Owed
from equitysim.measures.words import value
from equitysim.result import DESKS
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.desks import OverrunDesk, UnusedHours, desk_notes, turns
from tests.unit.figures.made_comparison import NAMES, SEED_PERSONS, made_comparison

DAYS = 1095.0
HOURLY = 6000.0 * 7.0 / DAYS
"""So that one hour a week costs one unit of money per seed person over the horizon."""


def compared(
    used: float,
    levels: Sequence[float],
    *,
    hours: float = 4.0,
    agents: int = 1,
    matters: float = 0.2,
    measure: str = "net_value",
) -> Comparison:
    """Policies of these net values; all but the first use a desk of so many hours, undiscounted, for this share of
    its time; of 100 cases 60 are answered."""
    made = made_comparison(NAMES[: len(levels)])
    desks = np.zeros(1, dtype=DESKS)
    desks["cases"], desks["served"], desks["abandoned"] = 100, 60, 40
    desks["work_micro"] = round(used * agents * DAYS * 1e6)
    desks["wait_micro"] = 60 * 3_000_000
    policies = []
    for place, (outcome, level) in enumerate(zip(made.policies, levels, strict=True)):
        books = tuple(
            dataclasses.replace(
                one,
                desks=desks,
                owed=Owed(agents * hours / 7.0 * HOURLY, 0.0, 0.0, 0.0),
                crews=(Crew("care", agents, hours, place > 0, HOURLY),),
            )
            for one in outcome.books
        )
        values = {**outcome.values, "net_value": np.full(len(books), level)}
        values["net_value_total"] = values["net_value"] * SEED_PERSONS * 10.0
        policies.append(dataclasses.replace(outcome, books=books, values=values))
    context = made.context._replace(matters=matters, measure=measure, scale=10.0)
    return dataclasses.replace(made, policies=tuple(policies), context=context)


def test_unused_hours_that_decide_are_said_with_what_would_be_without_them() -> None:
    """4 hours a week cost 4 per person; 5 % are used, so 3.80 is paid for nothing: −3.61 would be +0.19."""
    assert SEED_PERSONS == 6000
    (note,) = desk_notes(compared(0.05, [20.0, 16.39]))
    assert isinstance(note, UnusedHours)
    assert (note.policy, note.against, note.desks) == (NAMES[1], NAMES[0], ("care",))
    assert note.cost == pytest.approx(3.8)
    assert note.difference.mean == pytest.approx(-3.61)
    assert note.without.mean == pytest.approx(0.19)
    assert note.text == (
        f"'{NAMES[1]}' uses the desk 'care' in 5.0 % of the paid hours, and the unused hours cost 3.80 EUR per person. "
        f"Without the cost of unused hours, its difference to '{NAMES[0]}' would be +0.19 [+0.19, +0.19] instead of "
        "-3.61 [-3.61, -3.61]. Longer waits with fewer hours are not in this."
    )


def test_agents_count_and_totals_are_of_the_whole_firm() -> None:
    """Two agents of 2 hours cost as much as one of 4; per person 3.80, in all 3.80 × 6 000 × 10."""
    (note,) = desk_notes(compared(0.05, [20.0, 16.39], agents=2, hours=2.0, measure="net_value_total"))
    assert isinstance(note, UnusedHours)
    assert note.cost == pytest.approx(3.8 * 60_000)


@pytest.mark.parametrize(
    ("used", "levels", "measure", "why"),
    [
        (0.05, [20.0, 12.0], "net_value", "3.80 is less than what it is behind, even by what matters"),
        (0.05, [20.0, 21.0], "net_value", "it is ahead as it is"),
        (0.25, [20.0, 18.0], "net_value", "a desk used in a quarter of its hours is not idle"),
        (0.05, [20.0, 16.39], "ltv", "no desk hours are in this measure"),
    ],
)
def test_nothing_is_said_where_unused_hours_decide_nothing(
    used: float, levels: list[float], measure: str, why: str
) -> None:
    assert desk_notes(compared(used, levels, measure=measure)) == (), why


def test_the_order_of_two_policies_with_the_same_desk_is_not_its_hours() -> None:
    """Both pay the same unused hours, so the last is behind the second for other reasons; against today they count."""
    notes = desk_notes(compared(0.05, [15.0, 20.0, 14.0]))
    assert [(note.policy, note.against) for note in notes if isinstance(note, UnusedHours)] == [(NAMES[2], NAMES[0])]


@pytest.mark.parametrize(
    ("difference", "without", "found"),
    [
        (-3.61, 0.05, True),
        (-3.61, -0.05, True),  # no longer behind by what matters
        (-3.61, -0.30, False),
        (-0.05, 0.05, False),  # neither differs by what matters, nor does the change
        (-0.15, 0.15, True),
        (-0.25, -0.15, False),
        (0.30, 3.00, False),
    ],
)
def test_what_turns(difference: float, without: float, found: bool) -> None:
    assert turns(difference, without, 0.2) is found


def test_an_overrun_desk_is_said_with_what_becomes_of_its_cases() -> None:
    (note,) = desk_notes(compared(0.97, [20.0, 19.0], measure="ltv"))
    assert isinstance(note, OverrunDesk)
    assert note.text == (
        f"The desk 'care' of '{NAMES[1]}' is busy 97.0 % of its paid hours: 40.0 % of its cases are not answered, and "
        f"the others wait 3.0 days on average. More hours or agents may change where '{NAMES[1]}' stands."
    )
    assert desk_notes(compared(0.95, [20.0, 19.0])) == ()


def test_a_notebook_and_json_say_the_same() -> None:
    decision = Decision(compared(0.05, [20.0, 16.39]), None, None, None)
    (note,) = decision.desk_notes
    (part,) = decision.document()["verdict"]["desks"]
    assert (part["kind"], part["text"]) == ("unused_hours", note.text)
    assert part["difference_without"]["mean"] == pytest.approx(0.19)
    assert note.text in decision.card().sentence
    assert value(part["cost"], "") == "3.80"
