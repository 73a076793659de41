"""Why and money as text: they fit, they say what the numbers are, and never come from a hostile name."""

import dataclasses
import re

import pytest

from equitysim.cli.money_text import money_text
from equitysim.cli.why_text import why_text
from equitysim.figures.names import width
from equitysim.statistics.money import money
from equitysim.statistics.why import why
from tests.unit.figures.made_comparison import LONG, NAMES, made_comparison
from tests.unit.study.small import small_comparison

HOSTILE = ("today", "\x1b[31m[red]\nsecond\u202e line", "x" * 10_000)


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("names", [NAMES[:2], [name + LONG for name in NAMES], HOSTILE], ids=["two", "long", "hostile"])
def test_no_line_is_wider_than_the_terminal_and_no_name_acts(names: list[str], columns: int) -> None:
    made = made_comparison(names, segments=tuple(names[:2]))
    for text in (why_text(why(made), columns), money_text(money(made), columns)):
        assert max(width(line) for line in text.split("\n")) <= columns
        assert not {"\x1b", "\u202e"} & set(text)


def test_why_says_what_adds_up_to_what_in_which_unit() -> None:
    text = " ".join(why_text(why(small_comparison(), "recover"), 100).split())
    for said in ("recover against today, EUR/person", "desk hours", "net value", "segment: heavy", "referrals"):
        assert said in text
    assert "letters" not in text


def test_kinds_that_never_differ_are_left_out() -> None:
    text = why_text(why(small_comparison(), "recover", "recover"), 100)
    assert "margin" not in text.split("By source")[0]
    assert re.search(r"^net value +\+0\.00", text, re.MULTILINE)


def test_money_says_units_quarters_and_desks() -> None:
    text = " ".join(money_text(money(small_comparison()), 100).split())
    for said in ("365/4 days", "The last one has 78.8 days", "in EUR, in all, as paid", "pays back", "% of paid hours"):
        assert said in text


def test_one_policy_alone_has_spend_but_no_return() -> None:
    text = money_text(money(made_comparison(NAMES[:1])), 100)
    assert "Spend by quarter" in text
    assert "pays back" not in text


def test_undefined_figures_are_shown_as_such() -> None:
    made = made_comparison(NAMES[:2], replications=1)
    bare = dataclasses.replace(made, context=made.context._replace(replications=1))
    for text in (why_text(why(bare), 100), money_text(money(bare), 100)):
        assert not re.search(r"\bnan\b", text, re.IGNORECASE)
