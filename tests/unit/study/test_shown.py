"""Results in a console are a line, and in a notebook a verdict, a small table and a drawing; names stay text."""

import functools
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

from equitysim.measures.account import Statement
from equitysim.measures.notebook import Card, Whisker, drawing, page
from equitysim.statistics.comparison import PolicyRun, ScenarioInfo
from equitysim.statistics.decision import Decision
from equitysim.statistics.horizons import Horizons, Residual
from equitysim.statistics.money import money
from equitysim.statistics.setting import Setting
from equitysim.statistics.varied import Varied
from equitysim.statistics.why import why
from equitysim.study.engine import provenance
from equitysim.study.sweep import Failure, Sweep
from equitysim.study.trace import Trace
from tests.unit.figures.made_analysis import made_analysis
from tests.unit.figures.made_comparison import made_comparison
from tests.unit.study.small import small_comparison, small_scenario

HOSTILE = "<script>alert(1)</script> $x^2$ \u202e" + "n" * 300


@functools.cache
def results() -> dict[str, Any]:
    comparison, analysis = made_comparison(("today", "more")), made_analysis()
    study: Any = SimpleNamespace(name="S", paths=("failure.per_order",))
    statement = Statement("today", True, (), "customer", 1.0, {}, 2.0, 3.0)
    info = ScenarioInfo("S", "", "")
    return {
        "Scenario": small_scenario(),
        "PolicyRun": PolicyRun(comparison.context, comparison.policies[0]),
        "Comparison": comparison,
        "Decision": Decision(comparison, None, None, None),
        "Trace": Trace(info, 1, 0, 5, "best", "s", "x", "EUR", "today", 1.0, 1.0, 1.0, (statement,)),
        "Varied": Varied(comparison.context, "horizon", "", (Setting("1 year", 1.0),), (comparison,)),
        "Sweep": Sweep(study, Path("out"), 4, (Failure(1, "x", "today", 0, "<b>why</b>"),), "", provenance()),
        "Analysis": analysis,
    }


def test_a_repr_is_one_short_line_that_says_what_it_is() -> None:
    for name, result in results().items():
        assert repr(result).startswith(f"<{name} ")
        assert len(repr(result)) <= 200
        assert "\n" not in repr(result)
    parts = [results()["Comparison"].policies[0], results()["Comparison"].table("values")]
    assert all(len(repr(part)) <= 200 for part in parts)


def test_parts_of_a_decision_are_one_short_line_too() -> None:
    comparison = small_comparison()
    parts = {
        "Verdict": replace(comparison.verdict, text=HOSTILE),
        "Context": comparison.context,
        "Why": why(comparison)._replace(policy=HOSTILE),
        "Money": money(comparison),
        "Horizons": Horizons((), 200.0, "today", Residual(200.0, 300.0, ())),
    }
    for name, part in parts.items():
        assert repr(part).startswith(f"<{name} ")
        assert len(repr(part)) <= 200
        assert repr(part).isprintable()


class Tags(HTMLParser):
    """Sees that every tag is closed, and which there are."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(text: str) -> set[str]:
    parser = Tags()
    parser.feed(text)
    assert parser.open == []
    return parser.seen


def test_every_result_shows_itself_in_a_notebook() -> None:
    for name, result in results().items():
        shown = result._repr_html_()
        assert len(shown) < 20_000
        assert tags(shown) <= {
            "div",
            "strong",
            "p",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "svg",
            "line",
            "rect",
            "circle",
            "text",
        }, name


def test_a_comparison_shows_its_verdict_and_each_difference() -> None:
    shown = results()["Comparison"]._repr_html_()
    said = results()["Comparison"].verdict.text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"<p>{said}</p>" in html.unescape(shown)
    assert shown.count("<circle") == len(results()["Comparison"].policies) - 1


def numbers(pattern: str, text: str) -> Iterator[float]:
    return map(float, re.findall(pattern, text))


def test_a_drawing_places_means_intervals_and_zero() -> None:
    # From -2 to 2 with 4 % of its length on either side: -2.16 to 2.16 over 360 pixels from 200, so 0 is at 380,
    # 1 at 380 + 360 / 4.32 = 463.3, and 2 at 546.7.
    drawn = drawing(Card("", whiskers=(Whisker("a", 1.0, -2.0, 2.0),), axis="x", zone=1.0))
    assert list(numbers(r'circle cx="([\d.]+)"', drawn)) == [463.3]
    assert list(numbers(r'line x1="([\d.]+)"', drawn)) == [380.0, 213.3]
    assert list(numbers(r'x2="([\d.]+)"', drawn)) == [380.0, 546.7]
    assert list(numbers(r'width="([\d.]+)" height="22"', drawn)) == [166.7]
    ElementTree.fromstring(drawn)


def test_undefined_whiskers_are_not_drawn() -> None:
    nan = float("nan")
    assert drawing(Card("", whiskers=(Whisker("a", nan, nan, nan),))) == ""
    assert drawing(Card("", whiskers=(Whisker("a", 1.0, nan, nan),))).count("<line") == 1


def test_names_never_become_markup_or_mathematics() -> None:
    card = Card(HOSTILE, HOSTILE, (HOSTILE,), ((HOSTILE,),), (Whisker(HOSTILE, 1.0, 0.0, 2.0),), HOSTILE)
    shown = page(card)
    assert "script" not in tags(shown)
    assert "$" not in shown
    assert "\u202e" not in shown
    scenario = small_scenario(name=HOSTILE, policies={HOSTILE: []}, compare={}, claims=[])
    assert len(repr(scenario)) <= 200
    assert "script" not in tags(scenario._repr_html_())
    compared = made_comparison((HOSTILE, "more"))
    assert len(repr(compared)) <= 200
    assert "script" not in tags(compared._repr_html_())
