"""The page of an analysis tells the answer first, holds what was found, and does nothing that a name tells it to."""

import dataclasses
import math
import re
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from equitysim.figures import data, draw
from equitysim.report import page
from equitysim.report.analysis import page_of
from equitysim.report.analysis.best import answer
from equitysim.report.analysis.cards import READING
from equitysim.report.background import Assumption, Source
from equitysim.report.view import Block, FigureCard, Folded, Page, Table
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.findings import Bounded, TippingPoint
from equitysim.statistics.sensitivity.responses import LeftOut
from tests.unit.figures.made_analysis import NAMES, WORDS, made_analysis
from tests.unit.figures.test_analysis_figures import MANY
from tests.unit.report.made_page import HOSTILE, read
from tests.unit.report.test_page import harm

LARGEST = 1_500_000
SOURCE = Source((), "format: 1\nname: Corner coffee\n", "equitysim analyse recovery-or-reward/study.sqlite")
HOSTILE_STUDY: dict[str, Any] = {"names": HOSTILE, "paths": HOSTILE, "title": HOSTILE[0]}
CASES: dict[str, dict[str, Any]] = {
    "grid": {},
    "fitted": {"many": 3},
    "words": {"words": WORDS},
    "one policy": {"names": NAMES[:1]},
    "one replication": {"replications": 1},
    "shares": {"measure": "share_won"},
    "many": MANY,
    "hostile": {**HOSTILE_STUDY, "many": 4},
    "hostile words": {**HOSTILE_STUDY, "words": HOSTILE},
}


@cache
def made(case: str) -> Analysis:
    return made_analysis(**CASES[case])


@cache
def drawings(case: str) -> dict[str, str]:
    """The figures of a made analysis, drawn once."""
    drawn = data.of_analysis(made(case))
    return {kind: draw.svg_without_heading(draw.figure(one)) for kind, one in drawn.items()}


@cache
def whole(case: str) -> str:
    source = SOURCE
    if case.startswith("hostile"):
        source = Source((), "\n".join(HOSTILE), " ".join(HOSTILE))
    return page.html(page_of(made(case), drawings(case), source))


def bare(analysis: Analysis) -> Page:
    """The page without figures."""
    return page_of(analysis, {}, Source())


def blocks(found: Page) -> list[Block]:
    every: list[Block] = []
    waiting = [block for section in found.sections for block in section.blocks]
    while waiting:
        block = waiting.pop(0)
        every.append(block)
        waiting += block.blocks if isinstance(block, Folded) else ()
    return every


def table(found: Page, key: str) -> Table:
    """The first table with a column of this key."""
    return next(
        block for block in blocks(found) if isinstance(block, Table) and key in [one.key for one in block.columns]
    )


def cells(found: Table, key: str) -> list[Any]:
    place = [column.key for column in found.columns].index(key)
    return [row.cells[place] for row in found.rows]


def test_the_page_tells_the_answer_first_then_everything_else() -> None:
    root = read(whole("grid"))
    headings = [element.text for element in root.all() if element.tag in ("h1", "h2")]
    assert headings == [
        "Recovery or reward",
        "It depends",
        "Where each policy is best",
        "What matters",
        "When to choose which",
        "What to set the levers to",
        "How sure is this",
        "What was varied",
        "How to get this again",
    ]
    assert [link.text for link in next(root.all("nav")).all("a")] == headings[2:]
    assert len(list(root.all("figure"))) == len(drawings("grid"))
    assert next(root.all("title")).text == "Recovery or reward: where is which policy best?"
    assert "equitysim analyse recovery-or-reward/study.sqlite" in root.text


def test_the_answer_says_who_is_best_where_and_at_what_it_tips() -> None:
    shares = {one.policy: f"{100 * one.share_best:.0f}\N{NO-BREAK SPACE}%" for one in made("grid").standings}
    assert " ".join(answer(made("grid"))) == (
        f"‘recover everyone’ is the best in net value at {shares['recover everyone']} of the 48 combinations tried, "
        f"‘reward the best’ at {shares['reward the best']}, ‘today’ at {shares['today']}. "
        "Along failure.per_order it tips from ‘reward the best’ to ‘recover everyone’ at 4.1 % (3.8 % to 4.5 %)."
    )


def test_paths_may_break_after_a_dot_and_numbers_may_not() -> None:
    found = whole("grid")
    assert re.search(r"[a-z]\.<wbr>[a-z]", found)
    assert re.search(r"\d\.\d", found)
    assert not re.search(r"\d\.<wbr>\d", found)


def test_bounds_that_are_not_known_are_not_said() -> None:
    one = TippingPoint("f", NAMES[1], NAMES[2], Bounded(4.1, math.nan, math.nan), "4.1 %", "–", "–")
    analysis = dataclasses.replace(made("grid"), tipping=(one, one))
    assert " ".join(answer(analysis)).endswith(
        "at 4.1 % by one replication, which does not tell luck. The best changes at 1 more, below."
    )
    assert cells(table(bare(analysis), "tipping"), "tipping")[0][1:5] == (4.1, None, None, "")


def test_a_policy_that_is_best_everywhere_is_said_to_be() -> None:
    sure = tuple(
        one._replace(share_best=float(k == 2), share_clear=float(k == 2))
        for k, one in enumerate(made("grid").standings)
    )
    card = bare(dataclasses.replace(made("grid"), standings=sure, tipping=())).verdict
    assert card is not None
    assert (card.status, card.label) == ("best", "The best everywhere")
    assert card.text.short == "‘recover everyone’ is the best in net value at all of the 48 combinations tried."


def test_of_a_measure_that_judges_nobody_there_is_no_answer() -> None:
    """Shares of being best are undefined where neither more nor less is better."""
    nobody = tuple(one._replace(share_best=math.nan, share_clear=math.nan) for one in made("grid").standings)
    analysis = dataclasses.replace(made("grid"), standings=nobody, maps=(), tipping=(), boxes=(), settings=())
    found = bare(analysis)
    assert found.verdict is None
    assert [section.title for section in found.sections][:2] == ["The policies", "What matters"]
    assert {cell.text for cell in cells(table(found, "share_best"), "share_best")} == {"–"}
    assert "standings" not in data.of_analysis(analysis)
    assert "nan" not in page.html(found)


def test_of_many_policies_the_answer_names_three() -> None:
    few = tuple(one._replace(share_best=1 / 12) for one in made("many").standings)
    assert answer(dataclasses.replace(made("many"), standings=few))[0].endswith(", 9 others at the rest.")


def test_what_there_is_nothing_to_say_about_has_no_heading() -> None:
    analysis = dataclasses.replace(made("one policy"), boxes=(), settings=(), effects=(), interactions=())
    text = page.html(bare(analysis))
    titles = [element.text for element in read(text).all("h2")]
    assert titles == ["How sure is this", "What was varied", "How to get this again"]
    assert "fieldset" not in {element.tag for element in read(text).all()}


def test_tables_hold_the_numbers_that_were_found() -> None:
    analysis = made("fitted")
    found = bare(analysis)
    standings = table(found, "share_best")
    assert [cell.value for cell in cells(standings, "share_best")] == [one.share_best for one in analysis.standings]
    assert [cell.value for cell in cells(standings, "mean")] == [one.mean.value for one in analysis.standings]
    effects = table(found, "swing")
    apart = [one for one in analysis.effects if one.against is not None]
    assert [cell.value for cell in cells(effects, "swing")][: len(apart)] == [one.swing for one in apart]
    assert cells(effects, "low_end")[0].value == apart[0].curve.mean[0]
    sobol = table(found, "total")
    indices = {(one.policy, one.against, one.factor): one for one in analysis.sobol}
    first = indices[NAMES[1], NAMES[0], "failure.per_order"]
    assert cells(sobol, "total")[0][1:4] == tuple(first.total)
    assert cells(table(found, "absolute"), "spread")[0].value == next(
        one.spread for one in analysis.elementary if one.against is not None
    )
    noise = table(found, "own_luck")
    assert [cell.value for cell in cells(noise, "share_in_means")] == [one.share_in_means for one in analysis.noise]
    boxes = table(found, "coverage")
    assert {cell.value for cell in cells(boxes, "coverage")} == {one.coverage for one in analysis.boxes}
    assert len(boxes.rows) == sum(len(box.limits) for box in analysis.boxes)


def test_every_row_about_a_policy_knows_it_for_the_switches() -> None:
    for block in blocks(bare(made("fitted"))):
        if isinstance(block, Table) and block.corner in ("policy", "of what"):
            assert all(row.policy is not None for row in block.rows)
            for row in block.rows:
                assert row.name.short.startswith(NAMES[row.policy or 0])


def test_a_map_is_told_cell_by_cell_beside_it() -> None:
    found = page_of(made("grid"), drawings("grid"), SOURCE)
    card = next(block for block in blocks(found) if isinstance(block, FigureCard))
    one = made("grid").maps[0]
    assert len(card.data.rows) == len(one.rows)
    for row, best, leads, clear in zip(card.data.rows, one.best, one.lead, one.clear, strict=True):
        assert [cell.text for cell in row.cells] == [NAMES[place] for place in best]
        assert [cell.value for cell in row.cells] == pytest.approx(list(leads))
        assert [cell.mark for cell in row.cells] == ["" if sure else "not clear" for sure in clear]
    assert "is best in" in card.alt
    assert "Recovery or reward; 3 years" not in card.shows


def test_one_replication_is_said_to_know_no_luck() -> None:
    text = " ".join(read(whole("one replication")).text.split())
    assert "With one replication luck cannot be told from the factors" in text
    assert "own_luck" not in whole("one replication")
    assert "nan" not in whole("one replication").lower().replace("finance", "")


def test_shares_are_in_per_cent_and_their_differences_in_points() -> None:
    found = table(bare(made("shares")), "mean")
    assert found.columns[2].unit == "%"
    assert float(cells(found, "mean")[0].text) == pytest.approx(100 * made("shares").standings[0].mean.value, rel=1e-3)
    assert table(bare(made("shares")), "swing").columns[2].unit == "% points"


def test_what_was_left_out_is_told_with_its_reason() -> None:
    analysis = dataclasses.replace(made("grid"), left_out=(LeftOut("Everything", "nothing was there"),))
    said = read(page.html(bare(analysis))).text
    assert "Everything: nothing was there." in said
    assert "2 of 240 runs: they failed." in said
    twice = dataclasses.replace(analysis, left_out=analysis.responses.left_out)
    assert read(page.html(bare(twice))).text.count("2 of 240 runs: they failed.") == 1


def test_files_are_named_but_no_folders() -> None:
    analysis = made("grid")
    study = analysis.responses.study._replace(file="/home/somebody/studies/mine.yaml")
    moved = dataclasses.replace(analysis, responses=dataclasses.replace(analysis.responses, study=study))
    text = page.html(bare(moved))
    assert "mine.yaml" in read(text).text
    assert "somebody" not in text


def test_what_was_assumed_is_told_where_it_is_known() -> None:
    source = Source((Assumption("equity.forgetting", "10 weeks", "half-life", "judgement", ""),))
    titles = [section.title for section in page_of(made("grid"), {}, source).sections]
    assert titles[-3:] == ["What was varied", "What was assumed", "How to get this again"]


def test_factors_that_may_depend_on_each_other_are_said_to() -> None:
    analysis = made("grid")
    loose = dataclasses.replace(analysis, responses=dataclasses.replace(analysis.responses, design="points"))
    assert "may depend on each other" in read(page.html(bare(loose))).text
    assert "may depend on each other" not in read(page.html(bare(analysis))).text


def test_every_figure_says_how_to_read_it() -> None:
    assert set(READING) == set(data.ANALYSIS_FIGURES)


@pytest.mark.parametrize("case", CASES)
def test_the_page_is_whole_and_small_and_nothing_acts(case: str) -> None:
    text = whole(case)
    root = read(text)
    assert harm(root) == []
    assert len(text.encode()) < LARGEST
    identifiers = [element.attributes["id"] for element in root.all() if "id" in element.attributes]
    assert len(identifiers) == len(set(identifiers))
    levels = [int(element.tag[1]) for element in root.all() if re.fullmatch(r"h\d", element.tag)]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert "http://" not in text
    assert "https://" not in text


@pytest.mark.parametrize("case", ["hostile", "hostile words"])
def test_hostile_names_stay_names(case: str) -> None:
    text = whole(case)
    said = read(text).text
    assert "</style><script>document.title='run'</script>" in said
    assert "{{ 7 * 7 }}{% raw %}" in said
    assert not {"\u202e", "\u2066", "\u200f", "\r", "\x1b"} & set(text)


def test_a_page_that_is_too_large_would_be_seen() -> None:
    """Every table in full would be: what is left out is counted on the page."""
    assert "more rows, which matter less, are in the tables beside this page" in read(whole("many")).text
    assert "more factors are in the tables beside this page" in read(whole("many")).text
    assert "beside this page" not in read(whole("grid")).text


def test_equal_analyses_give_equal_bytes() -> None:
    again = made_analysis()
    drawn = {kind: draw.svg_without_heading(draw.figure(one)) for kind, one in data.of_analysis(again).items()}
    assert page.html(page_of(again, drawn, SOURCE)) == whole("grid")
    assert not re.search(r"20\d\d-\d\d-\d\d", whole("grid"))
