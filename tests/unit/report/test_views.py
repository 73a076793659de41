"""What is on the page: the numbers behind the words, the verdict's card, what is said about the assumptions."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from equitysim.figures import data
from equitysim.measures.words import chance, share, value
from equitysim.report.background import Assumption, assumptions_section
from equitysim.report.drawings import MOMENTS, QUARTERS, READING, UNLIKE, figure_cards
from equitysim.report.policies import (
    CHANCES,
    DIFFERENCE,
    SHOWN,
    claims_section,
    policies_of,
    policies_section,
    sources_table,
)
from equitysim.report.verdict import verdict_card
from equitysim.report.view import Facts, Folded, Switches, Table, named
from equitysim.statistics.decision import Decision
from equitysim.statistics.verdict import Status
from tests.unit.figures.made_comparison import NAMES, made_comparison
from tests.unit.report.made_decision import made_decision
from tests.unit.report.made_page import drawings


def test_short_names_are_as_they_are_and_long_ones_are_cut_with_the_whole_within_reach() -> None:
    assert named("  reward\nthe best ") == ("reward the best", "")
    cut = named("x" * 10_000)
    assert cut.short == "x" * 59 + "…"
    assert cut.full == "x" * 10_000
    assert named("a\u202eb") == ("a\N{REPLACEMENT CHARACTER}b", "")


def chance_of(made: Decision, policy: str, key: str) -> float | None:
    if key == "share_of_worlds_best":
        return None if made.worlds is None else made.worlds.share_of_worlds_best(policy)
    return float(getattr(made.comparison.verdict.standing(policy), key))


def test_every_cell_of_the_table_carries_its_exact_numbers() -> None:
    made = made_decision(NAMES[:3])
    comparison = made.comparison
    switches, table = policies_section(made, ()).blocks
    assert isinstance(switches, Switches)
    assert isinstance(table, Table)
    keys = [column.key for column in table.columns]
    assert keys == ["net_value", DIFFERENCE, *CHANCES, *SHOWN]
    for row, outcome in zip(table.rows, comparison.policies, strict=True):
        for key, cell in zip(keys, row.cells, strict=True):
            if key in CHANCES:
                assert (cell.value, cell.low, cell.high) == (chance_of(made, outcome.name, key), None, None)
                continue
            if key == DIFFERENCE:
                estimate = comparison.difference(outcome.name, "net_value")
                if outcome.name == "today":
                    assert (cell.text, cell.value, cell.low) == ("baseline", 0.0, None)
                    continue
            else:
                estimate = comparison.summary(outcome.name, key)
            assert (cell.value, cell.low, cell.high) == estimate[:3]
            unit = comparison.context.units["net_value" if key == DIFFERENCE else key]
            assert cell.text.lstrip("+") == value(estimate.mean, unit, error=(estimate.high - estimate.low) / 2.0)
            assert re.fullmatch(r"\[.+, .+\]", cell.note)
    assert all(column.unit for column in table.columns)
    assert "the share of worlds in which it is the best" in table.notes[-1]
    assert [row.remark for row in table.rows] == ["baseline", "", ""]


def test_the_chances_of_being_the_best_are_told_apart() -> None:
    comparison = made_comparison(NAMES[:3])
    luck = np.random.default_rng(5).normal(size=(3, 10))
    policies = tuple(
        replace(outcome, values={**outcome.values, "net_value": values})
        for outcome, values in zip(comparison.policies, luck, strict=True)
    )
    open_one = replace(comparison, policies=policies)
    table = policies_section(Decision(open_one, None, None, None), ()).blocks[1]
    assert isinstance(table, Table)
    keys = [column.key for column in table.columns]
    assert "share_of_worlds_best" not in keys
    for row, standing in zip(table.rows, open_one.verdict.standings, strict=True):
        mean, futures = (row.cells[keys.index(key)] for key in ("p_best_mean", "share_of_futures_best"))
        assert (mean.value, mean.text) == (standing.p_best_mean, chance(standing.p_best_mean))
        assert (futures.value, futures.text) == (standing.share_of_futures_best, share(standing.share_of_futures_best))
        assert mean.value != futures.value


def test_a_tie_and_an_open_difference_are_said_in_words() -> None:
    wide = made_comparison(("today", "same"))
    wide = replace(wide, context=wide.context._replace(matters=50.0))
    tie = policies_section(Decision(wide, None, None, None), ()).blocks[1]
    assert isinstance(tie, Table)
    assert tie.rows[1].cells[1].mark == "tie"
    assert "±50.00 EUR/person" in tie.notes[0]


def test_policies_have_the_colours_of_the_figures() -> None:
    policies = policies_of(made_comparison(NAMES[:3]))
    assert [policy.colour for policy in policies] == ["#000000", "#0072B2", "#D55E00"]
    assert [policy.baseline for policy in policies] == [True, False, False]


def test_sources_add_up() -> None:
    table = sources_table(made_comparison(NAMES[:2]))
    for row in table.rows:
        values = [cell.value or 0.0 for cell in row.cells]
        assert math.fsum(values[:-1]) == pytest.approx(values[-1], rel=1e-15)


def test_claims_are_told_with_their_interval() -> None:
    section = claims_section(made_comparison(NAMES[:2]))
    assert section is not None
    table = section.blocks[0]
    assert isinstance(table, Table)
    (row,) = table.rows
    assert row.cells[0].text in ("holds", "fails", "no material difference") or row.cells[0].text.startswith(
        "undecided"
    )
    assert row.cells[1].text.endswith(" EUR/person")
    assert claims_section(made_comparison(NAMES[:1])) is None


def test_every_figure_says_how_to_read_it_what_it_shows_and_its_numbers() -> None:
    made = made_decision(NAMES[:4])
    drawn = data.of_decision(made)
    cards = figure_cards(made, drawings(NAMES[:4]))
    assert list(cards) == list(drawn) == list(data.FIGURES) == list(READING)
    for kind, card in cards.items():
        assert card.shows.startswith(READING[kind])
        own = card.shows.endswith(" 3 years, 10 replications, 95\N{NO-BREAK SPACE}% intervals, each by itself.")
        assert own == (kind not in UNLIKE)
        assert len(card.alt) > 100
        assert re.search(r"highest is|all have|The longest bar is", card.alt)
        assert card.data.rows
        assert all(cell.text for row in card.data.rows for cell in row.cells)
    for kind in ("verdict", "horizons", "payback", "frontier", "chances", "value", "sources", "quarters", "active"):
        assert [row.policy for row in cards[kind].data.rows] == [0, 1, 2, 3]
    assert [row.policy for row in cards["desks"].data.rows] == [1, 2, 3]
    course, equity = cards["equity"].data, drawn["equity"]
    assert len(course.columns) == MOMENTS
    assert isinstance(equity, data.OverTime)
    assert course.rows[1].cells[-1].value == equity.lines[1].mean[-1]
    assert course.rows[1].cells[0].value == equity.lines[1].mean[0]
    assert len(cards["quarters"].data.columns) == QUARTERS


def test_only_drawn_figures_have_cards() -> None:
    assert figure_cards(made_decision(NAMES[:4]), {}) == {}


SAID: dict[Status, tuple[str, dict[str, str]]] = {
    "best": ("Best policy found", {"Replications": "10 run"}),
    "tied": ("A tie", {"Still in the running": "today, reward the best", "Replications": "10 run"}),
    "undecided": (
        "Not decided yet",
        {"Still in the running": "today, reward the best", "Replications": "10 run; about 140 needed"},
    ),
}


@pytest.mark.parametrize(("status", "label", "facts"), [(status, *said) for status, said in SAID.items()])
def test_the_card_tells_the_verdict_and_what_it_rests_on(status: Status, label: str, facts: dict[str, str]) -> None:
    comparison = made_comparison(NAMES[:2])
    remain = NAMES[: 1 if status == "best" else 2]
    verdict = replace(comparison.verdict, status=status, set=remain, needed=140 if status == "undecided" else 10)
    card = verdict_card(verdict, comparison.context)
    said = {fact.term: fact.text.short for fact in card.facts}
    assert (card.status, card.label) == (status, label)
    assert said == {
        "Decided by": "net value, EUR per seed person",
        "Differences that matter": "0.20 EUR/person or more",
        "Confidence": "95\N{NO-BREAK SPACE}%",
        "Procedure": "Nelson-Matejcik",
        **facts,
    }


def test_the_card_stays_short_with_many_policies_and_without_a_number_needed() -> None:
    comparison = made_comparison(NAMES)
    verdict = replace(comparison.verdict, status="undecided", set=NAMES, needed=None, text="z" * 5000)
    card = verdict_card(verdict, comparison.context)
    said = {fact.term: fact.text.short for fact in card.facts}
    assert said["Still in the running"].endswith(" and 4 more")
    assert said["Replications"] == "10 run; no number known to do"
    assert len(card.text.short) == 400
    assert len(card.text.full) == 5000


def test_assumptions_are_counted_by_origin_in_the_order_of_trust() -> None:
    rows = [Assumption("a", "1", "", origin, "") for origin in ("judgement", "given", "given", "measured")]
    section = assumptions_section(rows)
    assert section is not None
    facts, folded = section.blocks
    assert isinstance(facts, Facts)
    assert isinstance(folded, Folded)
    assert [fact.term for fact in facts.rows] == ["2 given", "1 judgement", "1 measured"]
    assert folded.summary == "All 4 values"
    assert assumptions_section(()) is None
