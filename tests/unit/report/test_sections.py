"""What each part of the page says of a decision, and that it is silent where there is nothing to say."""

import math
from dataclasses import replace

import pytest

from equitysim.report.background import certainty_section
from equitysim.report.horizons import horizons_section
from equitysim.report.money import money_section
from equitysim.report.reasons import why_section
from equitysim.report.rests import rests_section
from equitysim.report.unknowns import NOISE, unknowns_section
from equitysim.report.view import Block, Cell, Facts, Folded, Prose, Section, Table
from equitysim.statistics.decision import Decision
from equitysim.statistics.horizons import Horizons
from equitysim.statistics.verdict import Status
from tests.unit.figures.made_comparison import NAMES, made_comparison
from tests.unit.report.made_decision import PATHS, made_decision, made_horizons


def unfolded(section: Section | None) -> list[Block]:
    """All blocks of a section, those behind a line too."""
    assert section is not None
    return [inner for block in section.blocks for inner in (block.blocks if isinstance(block, Folded) else (block,))]


def tables(section: Section | None) -> dict[str, Table]:
    """The tables of a section by the keys of their first columns."""
    return {block.columns[0].key: block for block in unfolded(section) if isinstance(block, Table)}


def words(section: Section | None) -> str:
    """Prose and terms of a section."""
    found: list[str] = []
    for block in unfolded(section):
        if isinstance(block, Prose):
            found += block.paragraphs
        elif isinstance(block, Facts):
            found += [f"{row.term}: {row.text.full or row.text.short}" for row in block.rows]
    return " ".join(" ".join(found).split())


def column(table: Table, key: str) -> list[Cell]:
    place = [one.key for one in table.columns].index(key)
    return [row.cells[place] for row in table.rows]


def test_what_was_not_looked_at_is_not_told() -> None:
    alone, bare = made_decision(NAMES[:1]), Decision(made_comparison(NAMES[:3]), None, None, None)
    for decision in (alone, bare):
        assert horizons_section(decision, None) is None
        assert unknowns_section(decision) is None
        assert rests_section(decision, None) is None
    assert why_section(alone, ()) is None
    policies = tuple(replace(outcome, books=()) for outcome in bare.comparison.policies)
    without_books = replace(bare, comparison=replace(bare.comparison, policies=policies))
    assert why_section(without_books, ()) is None
    assert money_section(without_books, ()) is None


def others(horizons: Horizons, status: Status, remain: tuple[str, ...]) -> Horizons:
    """The same with another verdict at the other horizons."""
    own = horizons.verdict
    apart = replace(own, status=status, set=remain)
    return horizons._replace(
        at=tuple(one._replace(verdict=own if one.days == horizons.stated else apart) for one in horizons.at)
    )


@pytest.mark.parametrize(
    ("status", "remain", "said"),
    [
        ("best", NAMES[:1], "No."),
        ("best", NAMES[2:3], "Yes: over 18 months and 54 months"),
        ("tied", NAMES[:2], "It may: over 18 months and 54 months"),
    ],
)
def test_whether_the_horizon_decides_is_the_first_word(status: Status, remain: tuple[str, ...], said: str) -> None:
    made = made_decision()
    horizons = others(made_horizons(made.comparison), status, remain)
    assert (horizons.verdict.status, horizons.verdict.set) == ("best", NAMES[:1])
    assert words(horizons_section(replace(made, horizons=horizons), None)).startswith(said)


def test_the_residual_value_is_told_apart() -> None:
    made = made_decision()
    assert made.horizons is not None
    table = tables(horizons_section(made, None))["residual"]
    assert "from 3 years to 54 months. It is not in net value" in table.caption
    assert [cell.value for cell in column(table, "residual")] == [
        one.value.mean for one in made.horizons.residual.policies
    ]
    assert column(table, "residual_difference")[0].text == "baseline"


def test_why_names_what_adds_and_what_takes_away_most() -> None:
    made = made_decision()
    assert made.why is not None
    moved = sorted(made.why.bars, key=lambda bar: bar.estimate.mean)
    said = words(why_section(made, ()))
    assert said.startswith(f"‘{made.why.policy}’ against ‘today’: {made.why.total.mean:+.2f}")
    assert f"({moved[-1].estimate.mean:+.2f} [" in said.split("What adds most is")[1]
    assert f"({moved[0].estimate.mean:+.2f} [" in said.split("What takes most away is")[1]
    sources = tables(why_section(made, ()))["difference"]
    assert [cell.value for cell in column(sources, "difference")] == [part.estimate.mean for part in made.why.sources]


def test_the_money_tells_payback_in_words_and_returns_in_numbers() -> None:
    made = made_decision()
    paybacks = tuple(
        one._replace(month=month, sure=sure, share=0.3)
        for one, (month, sure) in zip(made.money.paybacks, ((14.0, 27.0), (0.0, 5.0), (None, None)), strict=True)
    )
    vars(made)["money"] = made.money._replace(paybacks=paybacks)
    table = tables(money_section(made, ()))["spend"]
    assert [cell.value for cell in column(table, "payback_sure")] == [27.0, 5.0, None]
    assert {cell.text for cell in column(table, "payback_share")} == {"30\N{NO-BREAK SPACE}%"}
    assert [cell.value for cell in column(table, "payback_month")] == [one.month for one in paybacks]
    assert [cell.text for cell in column(table, "payback_month")] == [
        "never" if one.month is None else "the start" if one.month == 0.0 else f"{one.month:.3g}" for one in paybacks
    ]
    returns = [row for row in made.money.returns if row.policy != "today"]
    for cell, row in zip(column(table, "roi"), returns, strict=True):
        assert cell.value == (None if math.isnan(row.roi.mean) else row.roi.mean)
    assert made.why is not None
    said = {
        NAMES[1]: "pays back after month 14 on average, at the cautious end after month 27; it does in 30 %",
        NAMES[2]: "is never behind the baseline on average; it does in 30 %",
        NAMES[3]: "does not pay back within the horizon; it does in 30 %",
    }[made.why.policy]
    assert f"‘{made.why.policy}’ {said} of the futures simulated." in words(money_section(made, ()))


def test_worlds_are_told_with_shares_turning_points_and_worth_in_money() -> None:
    made = made_decision()
    worlds = made.worlds
    assert worlds is not None
    section = unknowns_section(made)
    found = tables(section)
    assert [cell.value for cell in column(found["share_of_worlds_best"], "share_of_worlds_best")] == [
        policy.share_best.value for policy in worlds.policies
    ]
    assert worlds.worth_total is not None
    assert f"about {worlds.worth_total:,.0f} EUR for all 23,000 people" in words(section)
    assert [row.name.short for row in found["tried"].rows] == [one.path for one in worlds.unknowns]
    tipping = [(one.path, tip.below, tip.above) for one in worlds.unknowns for tip in one.tipping]
    assert tipping
    assert [(row.name.short, row.cells[1].text, row.cells[2].text) for row in found["tipping"].rows] == tipping
    assert [cell.value for cell in column(found["tried"], "worth_total")] == [
        one.worth_total for one in worlds.unknowns
    ]
    marks = [cell.mark for cell in column(found["tried"], "worth")]
    assert marks == [NOISE * one.worth.within_noise for one in worlds.unknowns]
    assert NOISE in marks
    assert "" in marks


def test_the_decision_rests_on_counted_numbers_and_on_five_that_move_it() -> None:
    made = made_decision()
    section = rests_section(made, None)
    said, table = words(section), tables(section)["base"]
    assert "150 numbers" in said
    assert "91 judgement" in said
    assert f"makes another policy than ‘today’ the best: {PATHS[0]}" in said
    assert [row.name.short for row in table.rows] == list(PATHS)
    assert [cell.mark for cell in column(table, "low")] == ["", "", "", "", NOISE]
    assert made.meter is not None
    assert [cell.value for cell in column(table, "high")] == [bar.high.lead.value for bar in made.meter.bars]
    none = rests_section(replace(made, meter=replace(made.meter, bars=())), None)
    assert "None of them moves the decision." in words(none)


def test_the_three_spreads_have_their_own_numbers() -> None:
    made = made_decision()
    said = words(certainty_section(made, None))
    assert "The chance that ‘today’ has the best mean is" in said
    assert "Of 10 futures simulated, ‘today’ came out best in" in said
    assert "of 32 worlds" in said
    assert "Nothing in this scenario is marked uncertain" not in said
    assert "Nothing in this scenario is marked uncertain" in words(certainty_section(replace(made, worlds=None), None))
    once = Decision(made_comparison(NAMES[:3], replications=1), None, None, None)
    said = words(certainty_section(once, None))
    assert "it takes at least two replications" in said
    assert "The chance that" not in said
