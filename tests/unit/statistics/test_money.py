"""Money in the owner's words, against numbers worked out by hand and against what was measured apart."""

import dataclasses
import math

import numpy as np
import pytest

from equitysim.measures.money import Owed
from equitysim.plan import MONTH
from equitysim.result import SERIES
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.money import money, payback_days, quarter_ends, undominated
from equitysim.study import compare
from tests.unit.figures.made_comparison import NAMES, made_comparison
from tests.unit.study.small import SEED, small_comparison, small_scenario

NOTHING_OWED = Owed(0.0, 0.0, 0.0, 0.0)


def earning(courses: list[list[float]], owed: Owed = NOTHING_OWED) -> Comparison:
    """Two policies over three months: the baseline earns nothing, the other, in each replication, a course of one
    number per month (the start's 0 goes before), per seed person."""
    made = made_comparison(NAMES[:2], replications=len(courses))

    def series(course: list[float]) -> np.ndarray:
        table = np.zeros(len(course) + 1, dtype=SERIES)
        table["day"] = [MONTH * k for k in range(len(course) + 1)]
        table["value"] = [0.0, *(6000.0 * amount for amount in course)]
        return table

    flat = [0.0] * len(courses[0])
    policies = tuple(
        dataclasses.replace(
            outcome,
            series=tuple(series(course) for course in own),
            books=tuple(dataclasses.replace(books, owed=one) for books in outcome.books),
        )
        for outcome, own, one in zip(made.policies, ([flat] * len(courses), courses), (NOTHING_OWED, owed), strict=True)
    )
    context = made.context._replace(horizon_days=MONTH * len(flat))
    return dataclasses.replace(made, policies=policies, context=context)


def test_payback_is_from_when_on_the_mean_stays_at_or_above_nothing() -> None:
    (found,) = money(earning([[-1.0, 1.0, -1.0, 0.0, 2.0], [-1.0, -1.0, 1.0, 0.0, 2.0]])).paybacks
    assert found.months == (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    assert [point.mean for point in found.course] == [0.0, -1.0, 0.0, 0.0, 0.0, 2.0]
    assert found.month == 2.0
    assert found.share == 1.0


def test_a_dip_at_the_end_is_no_payback() -> None:
    (found,) = money(earning([[1.0, 1.0, -0.1], [1.0, 1.0, -0.1], [1.0, 1.0, 0.5]])).paybacks
    assert found.month == 0.0
    assert found.share == pytest.approx(1 / 3)
    (lost,) = money(earning([[1.0, 1.0, -0.1]] * 2)).paybacks
    assert (lost.month, lost.sure, lost.share) == (None, None, 0.0)


def test_it_is_surer_where_the_intervals_lower_end_stays_above() -> None:
    (found,) = money(earning([[-1.0, 0.5, 5.0], [-1.0, -0.4, 5.1], [-1.0, 0.4, 5.2]])).paybacks
    assert (found.month, found.sure) == (2.0, 3.0)


def test_what_is_owed_continuously_counts() -> None:
    owed = Owed(hours=600.0, fixed=300.0, setup=60_000.0, discount=0.0)
    (found,) = money(earning([[10.0, 20.0, 30.0]] * 2, owed)).paybacks
    assert [point.mean for point in found.course] == pytest.approx(
        [-10.0, *(10.0 * k - 10.0 - 0.15 * MONTH * k for k in (1, 2, 3))]
    )


def test_the_course_ends_at_the_difference_in_net_value() -> None:
    comparison = small_comparison()
    for found in money(comparison).paybacks:
        end, whole = found.course[-1], comparison.difference(found.policy, "net_value")
        assert end[:3] == pytest.approx(whole[:3], rel=1e-9, abs=1e-12)


def test_quarters_are_of_365_quarter_days_and_the_last_ends_at_the_horizon() -> None:
    assert quarter_ends(365.0) == [91.25, 182.5, 273.75, 365.0]
    assert quarter_ends(200.0) == [91.25, 182.5, 200.0]
    assert quarter_ends(50.0) == [50.0]
    assert payback_days(MONTH * 2 + 5)[-2:] == [MONTH * 2, MONTH * 2 + 5]


def test_quarters_add_up_to_all_that_is_spent() -> None:
    comparison = small_comparison()
    found = money(comparison)
    for outcome in comparison.policies:
        spent = math.fsum(quarter.spend.mean for quarter in found.quarters[outcome.name])
        paid = np.mean(
            [
                series["spent"][-1] + books.owed.paid_until(comparison.context.horizon_days)
                for series, books in zip(outcome.series, outcome.books, strict=True)
            ]
        )
        assert spent == pytest.approx(paid)
        extra = math.fsum(quarter.extra.mean for quarter in found.quarters[outcome.name])
        theirs = math.fsum(quarter.spend.mean for quarter in found.quarters[comparison.baseline])
        assert extra == pytest.approx(spent - theirs, abs=1e-6)


def test_spend_as_paid_is_the_ledgers_where_nothing_is_discounted() -> None:
    """The series counts spending apart from the ledger, so one checks the other."""
    comparison = compare(small_scenario(horizon="200 days", discount="0 % per year"), replications=2, seed=SEED)
    for outcome in comparison.policies:
        spent = math.fsum(quarter.spend.mean for quarter in money(comparison).quarters[outcome.name])
        measured = np.mean(outcome.values["spend"] * comparison.policy("today").seed_persons)
        assert spent == pytest.approx(measured, rel=1e-6)


def test_set_up_costs_fall_into_the_first_quarter_and_totals_are_scaled() -> None:
    owed = Owed(hours=2.0, fixed=1.0, setup=50.0, discount=0.5)
    comparison = earning([[0.0] * 4] * 2, owed)
    large = dataclasses.replace(comparison, context=comparison.context._replace(scale=10.0))
    one, ten = (money(whole).quarters[NAMES[1]] for whole in (comparison, large))
    assert [quarter.spend.mean for quarter in one] == pytest.approx([50.0 + 3.0 * 91.25, 3.0 * (4 * MONTH - 91.25)])
    assert ten[0].spend.mean == pytest.approx(10.0 * one[0].spend.mean)


@pytest.mark.parametrize(
    ("places", "efficient"),
    [
        ([(0.0, 0.0), (1.0, 1.0), (2.0, 0.5)], (True, True, False)),
        ([(0.0, 0.0), (1.0, 0.0), (-1.0, -1.0)], (True, False, True)),
        ([(1.0, 1.0), (1.0, 1.0)], (True, True)),
        ([(1.0, 1.0), (1.0, 2.0), (0.5, math.nan)], (False, True, False)),
    ],
)
def test_efficient_is_what_no_other_beats(places: list[tuple[float, float]], efficient: tuple[bool, ...]) -> None:
    assert undominated(places) == efficient


def test_returns_are_the_measures_own() -> None:
    comparison = small_comparison()
    for row in money(comparison).returns:
        assert row.spend == comparison.difference(row.policy, "spend")
        roi = comparison.summary(row.policy, "roi").mean
        assert row.roi.mean == roi or (math.isnan(row.roi.mean) and math.isnan(roi))


def test_desks_are_those_in_use_and_their_waits_the_measures() -> None:
    comparison = small_comparison()
    (use,) = money(comparison).desks
    assert (use.policy, use.desk) == ("recover", "care")
    assert use.wait == comparison.summary("recover", "desk_wait_mean")
    assert 0.0 < use.utilisation.mean < 1.0


def test_utilisation_is_handling_over_paid_hours() -> None:
    """380 cases of 400 days of calendar work in all by one agent over 1 095 days; see made_books."""
    (use,) = [use for use in money(made_comparison(NAMES[:2])).desks if use.policy == NAMES[1]]
    assert use.utilisation.mean == pytest.approx(400.0 / 1095.0)
    assert use.wait.mean == pytest.approx(0.4)
    assert use.abandoned.mean == pytest.approx(12 / 400)


def test_refusals_are_told_by_segment_and_limit() -> None:
    made = made_comparison(NAMES[:2])
    large = dataclasses.replace(made, context=made.context._replace(scale=10.0))
    rows = [row for row in money(large).refused if row.policy == NAMES[1]]
    assert [(row.segment, row.budget.mean, row.at_most.mean) for row in rows] == [
        ("heavy", 100.0, 200.0),
        ("light", 110.0, 210.0),
    ]


def test_refusals_add_up_to_the_measure() -> None:
    programs = {"letters": {"when": {"every": "30 days"}, "gain": "1", "cost": "1", "at_most": "1 per year"}}
    limited = small_scenario(horizon="120 days", programs=programs, policies={"today": ["letters"]}, claims=[])
    comparison = compare(limited, replications=2, seed=SEED)
    assert comparison.summary("today", "refused").mean > 0.0
    for outcome in comparison.policies:
        rows = [row for row in money(comparison).refused if row.policy == outcome.name]
        refused = math.fsum(row.budget.mean + row.at_most.mean for row in rows)
        assert refused == pytest.approx(comparison.summary(outcome.name, "refused").mean)
