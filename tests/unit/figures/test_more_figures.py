"""Figures that are not made from a comparison alone: verdict, horizons, tornado, a customer's account."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from equitysim.codes import Activity
from equitysim.figures import data, draw
from equitysim.measures.account import Entry, Statement
from tests.unit.figures.made_comparison import LONG, NAMES, made_comparison
from tests.unit.figures.test_draw import texts, whole_and_apart

HOSTILE = "\x1b[31m <script>alert(1)</script> $\\frac{1}{ \u202e 常連さん"
CASES = {
    "two": NAMES[:2],
    "twelve": tuple(name + LONG * (k % 2) for k, name in enumerate(NAMES)),
    "hostile": (HOSTILE, "x" * 10_000),
}


def around(label: str, luck: np.random.Generator) -> data.Interval:
    mean = luck.normal()
    return data.Interval(label, mean, mean - luck.random(), mean + luck.random())


def verdict(names: tuple[str, ...]) -> data.Verdict:
    luck = np.random.default_rng(3)
    rows = tuple(data.Standing(around(name, luck), k < 2) for k, name in enumerate(names))
    return data.Verdict("Which is best", names[-1], "better than the best of the others, EUR", rows, 0, 0.2)


def horizons(names: tuple[str, ...]) -> data.Horizons:
    luck = np.random.default_rng(4)
    rows = [tuple(around(name, luck) for _ in range(3)) if k else None for k, name in enumerate(names)]
    at = ("18 months", "3 years", "4 years 6 months")
    return data.Horizons("Horizons", names[-1], "net value beyond the baseline, EUR", names, at, tuple(rows), 0, 0.2)


def tornado(names: tuple[str, ...]) -> data.Tornado:
    luck = np.random.default_rng(5)
    ends = [(float(low), float(high)) for low, high in 0.9 + luck.normal(0, 0.5, (len(names), 2))]
    swings = [
        data.Swing(name, "2 %", "140 weeks", low, high, k % 2 == 0)
        for k, (name, (low, high)) in enumerate(zip(names, ends, strict=True))
    ]
    swings.append(data.Swing("both to one side", "1", "2", 0.5, 0.8, False))
    swings.append(data.Swing("moves nothing", "1", "2", 0.9, 0.9, False))
    return data.Tornado("Assumptions", names[-1], "difference in net value, EUR", 0.9, tuple(swings), 0.2)


def test_a_verdict_keeps_bounds_and_says_who_is_out() -> None:
    made = made_comparison(NAMES[:2])
    rows = [(name, made.difference(NAMES[1], "net_value"), name == NAMES[1]) for name in NAMES[:2]]
    drawn = data.verdict(made.context, made.baseline, rows)
    assert [row.remains for row in drawn.rows] == [False, True]
    assert drawn.rows[0].policy[1:] == rows[0][1][:3]
    assert (drawn.baseline, drawn.matters) == (0, 0.2)


def test_horizons_are_named_and_the_baseline_has_no_row() -> None:
    made = made_comparison(NAMES[:2])
    gap = made.difference(NAMES[1], "net_value")
    days = (547.5, 1095.0, 1642.5)
    drawn = data.horizons(made.context, made.baseline, {NAMES[0]: (), NAMES[1]: [(day, gap) for day in days]})
    assert drawn.horizons == ("18 months", "3 years", "54 months")
    assert drawn.rows[0] is None
    assert drawn.rows[1] is not None
    assert len(drawn.rows[1]) == 3


def test_a_tornado_has_the_longest_bar_first_and_shares_in_per_cent() -> None:
    context = made_comparison(NAMES[:2]).context._replace(measure="share_won", matters=0.01)
    swings = [
        data.Swing("short", "1", "2", 0.09, 0.11, False),
        data.Swing("one side", "1", "2", 0.4, 0.5, False),
        data.Swing("both", "1", "2", -0.1, 0.2, True),
    ]
    drawn = data.tornado(context, NAMES[1], NAMES[0], 0.1, swings)
    assert [bar.label for bar in drawn.bars] == ["one side", "both", "short"]
    assert (drawn.base, drawn.matters, drawn.bars[0].high) == (10.0, 1.0, 50.0)
    assert "% points" in drawn.axis


def entry(day: float, event: Activity, points: float, balance: float) -> Entry:
    return Entry(day, "2027-01-01", event, "did", "", points, balance, 0.0, 0.0)


def statement(policy: str, met: bool = True) -> Statement:
    entries = (
        entry(-100.0, Activity.ENTRY, 0.0, 0.0),
        entry(-50.0, Activity.PURCHASE, 6.0, 6.0),
        entry(10.0, Activity.TOUCH, 8.0, 10.0),
        entry(30.0, Activity.FAILURE, -30.0, -22.0),
        entry(31.0, Activity.COMPLAINT, 0.0, -22.0),
        entry(40.0, Activity.RECOVERY, 20.0, -1.5),
        entry(50.0, Activity.NEGLECT, -3.0, -4.0),
        entry(90.0, Activity.DEFECTION, 0.0, -3.0),
    )
    return Statement(policy, met, entries if met else (), "lost", 0.0, {}, 0.0, 0.0)


def account(names: tuple[str, ...]) -> data.Account:
    return data.account(
        [statement(name) for name in names[:2]],
        customer=123456789,
        about=names[-1],
        forgetting=70.0,
        forgiving=140.0,
        horizon=365.0,
        baseline=names[0],
    )


MADE: dict[str, Callable[[tuple[str, ...]], data.Drawn]] = {
    "verdict": verdict,
    "horizons": horizons,
    "tornado": tornado,
    "account": account,
}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("case", CASES)
def test_no_text_is_cut_or_covers_another(kind: str, case: str, tmp_path: Path) -> None:
    drawn = MADE[kind](CASES[case])
    whole_and_apart(drawn)
    written = draw.save(draw.figure(drawn), tmp_path, kind)[1].read_text("utf-8")
    assert "<script" not in written
    assert draw.save(draw.figure(drawn), tmp_path, kind)[1].read_text("utf-8") == written


def test_what_is_undefined_is_said() -> None:
    nothing = data.Interval("today", math.nan, math.nan, math.nan)
    made = data.Verdict("t", "s", "x", (data.Standing(nothing, False),), 0, 0.0)
    assert "undefined" in [text.get_text() for text in texts(draw.figure(made))]


def test_balances_fade_between_entries_as_the_law_says() -> None:
    life = data.account(
        [statement("today")], customer=1, about="", forgetting=70.0, forgiving=140.0, horizon=100.0
    ).lives[0]
    # days, since the horizon is short; the touch at day 10 left 10 points, the failure comes 20 days later
    before = max(k for k, time in enumerate(life.times) if time <= 30.0 and life.balances[k] > 0.0)
    assert life.balances[before] == pytest.approx(10.0 * 2 ** (-20 / 70))
    last = life.balances[-1]
    assert last == pytest.approx(-3.0 * 2 ** (-10 / 140))
    assert list(life.times) == sorted(life.times)


def test_marks_are_what_moved_the_balance_and_leaving() -> None:
    life = account(("today", "other")).lives[0]
    assert [mark.kind for mark in life.marks] == ["order", "program", "failure", "recovery", "other loss", "leaves"]


def test_who_does_not_exist_under_a_policy_is_said_and_not_drawn() -> None:
    drawn = data.account(
        [statement("today"), statement("no flyers", met=False)],
        customer=1,
        about="somebody",
        forgetting=70.0,
        forgiving=140.0,
        horizon=365.0,
        baseline="today",
    )
    assert [life.label for life in drawn.lives] == ["today"]
    assert "Under no flyers this customer does not exist" in drawn.subtitle
