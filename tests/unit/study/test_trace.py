"""One customer's account statement."""

import itertools
import math

import numpy as np
import pytest

from equitysim.codes import Activity, Kind, Status
from equitysim.errors import UsageError
from equitysim.measures.state import faded
from equitysim.scenario.lower import lower
from equitysim.study import Trace, trace
from equitysim.study.engine import simulate
from equitysim.study.pick import MEANING, family_value, identity_of
from equitysim.study.trace import STANDING, WORDS
from tests.unit.measures.made_result import buyer, made_customers, referred
from tests.unit.study.small import SEED, small_scenario


def traced(customer: object, against: str | None = None, policy: str = "recover") -> Trace:
    return trace(small_scenario(), policy, customer, against=against, seed=SEED)  # type: ignore[arg-type]


def test_there_are_words_for_everything() -> None:
    assert set(WORDS) == set(Activity)
    assert set(STANDING) == set(Status)


def test_typical_is_the_lower_median_of_own_and_referred_value_among_repeat_buyers() -> None:
    margins = [5.0, 1.0, 3.0, 9.0]
    people = [buyer(2, 0.0, 1.0, margin) for margin in margins]
    once = buyer(1, 0.0, 0.0, 4.0)
    child = buyer(2, 0.0, 1.0, 100.0, **referred(2, 2))
    customers = made_customers([*people, once, child])
    assert family_value(customers).tolist() == [5.0, 101.0, 3.0, 9.0, 4.0, 100.0]
    assert identity_of(customers, "typical", "today") == 1
    assert identity_of(customers, "best", "today") == 2


def test_lost_is_the_one_who_had_brought_most_of_those_who_left() -> None:
    people = [
        buyer(1, 0.0, 0.0, 9.0),
        buyer(1, 0.0, 0.0, 5.0, status=Status.LOST),
        buyer(1, 0.0, 0.0, 5.0, status=Status.LOST),
        buyer(1, 0.0, 0.0, 1.0, status=Status.LOST),
    ]
    assert identity_of(made_customers(people), "lost", "today") == 2


@pytest.mark.parametrize("word", list(MEANING))
def test_nobody_who_fits_is_a_usage_error(word: str) -> None:
    with pytest.raises(UsageError, match="there is nobody who is"):
        identity_of(made_customers([]), word, "today")  # type: ignore[arg-type]


def test_an_unknown_identity_or_word_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="identity 77"):
        identity_of(made_customers([{}]), 77, "today")
    with pytest.raises(UsageError, match="There are: typical, best, lost"):
        identity_of(made_customers([{}]), "worst", "today")  # type: ignore[arg-type]


@pytest.mark.parametrize("word", list(MEANING))
def test_the_account_is_what_was_booked_from_the_start_on(word: str) -> None:
    (statement,) = traced(word).statements
    assert statement.entries
    assert [entry.day for entry in statement.entries] == sorted(entry.day for entry in statement.entries)
    booked = math.fsum(entry.money for entry in statement.entries if entry.day >= 0.0)
    assert statement.entries[-1].account == pytest.approx(booked)


def test_balances_move_by_the_points_said() -> None:
    entries = traced("best").statements[0].entries
    moved = [entry for entry in entries if entry.points != 0.0]
    assert len(moved) > 3
    assert all(-100.0 <= entry.balance <= 100.0 for entry in entries)
    assert moved[0].balance == pytest.approx(moved[0].points, abs=1e-9)


@pytest.mark.parametrize("word", list(MEANING))
def test_between_entries_balances_fade_by_the_half_lives_told(word: str) -> None:
    """So a figure that fades by them shows the course as it was: only what does not move anything may stand between."""
    found = traced(word)
    entries = found.statements[0].entries
    for before, after in itertools.pairwise(entries):
        since = np.array([after.day - before.day])
        faded_to = faded(np.array([before.balance]), since, found.forgetting, found.forgiving)[0]
        assert after.balance == pytest.approx(faded_to + after.points, abs=1e-6)


def test_the_ledger_of_the_statement_is_the_engines_and_its_undiscounted_part_the_entries() -> None:
    scenario = small_scenario(discount="0 % per year")
    found = trace(scenario, "recover", "best", seed=SEED)
    (statement,) = found.statements
    result = simulate("simpy", lower(scenario, "recover"), SEED, 0)
    row = result.customers[result.customers["identity"] == found.customer][0]
    assert statement.own == pytest.approx(float(np.sum(row["ledger"])))
    assert statement.entries[-1].account == pytest.approx(statement.own - float(row["ledger"][Kind.SERVICE]))


def test_the_same_customer_under_another_policy() -> None:
    found = traced("typical", against="today")
    assert [statement.policy for statement in found.statements] == ["recover", "today"]
    alone = traced(found.customer, policy="today")
    assert alone.statements[0] == found.statements[1]
    assert alone.picked == "asked for by identity"


def test_somebody_who_does_not_exist_under_the_other_policy() -> None:
    result = simulate("simpy", lower(small_scenario(), "today"), SEED, 0)
    source = result.customers["source"]
    lead = result.customers[(source == 1) & (result.customers["generation"] == 0)][0]
    found = traced(int(lead["identity"]), against="no flyers", policy="today")
    assert found.source == "flyers"
    assert (found.statements[0].met, found.statements[1].met) == (True, False)
    assert found.statements[1].entries == ()


def test_programs_are_named() -> None:
    programs = {entry.program for entry in traced("best").statements[0].entries}
    assert {"", "welcome"} <= programs
