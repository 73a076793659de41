"""Why policies differ: parts that add up to a whole that was measured apart, and a check that sees it if not."""

import dataclasses
import math
from collections.abc import Mapping

import numpy as np
import pytest

from equitysim.errors import UsageError
from equitysim.measures.books import GROUPINGS, KINDS, Books
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.outcome import PolicyOutcome
from equitysim.statistics.why import KIND_LABELS, adds_up, gap, leading, why
from tests.unit.figures.made_comparison import NAMES, made_comparison
from tests.unit.study.small import small_comparison


def with_books(comparison: Comparison, policy: str, change: Mapping[str, object]) -> Comparison:
    """The comparison with one policy's books changed in its first replication."""

    def changed(outcome: PolicyOutcome) -> PolicyOutcome:
        if outcome.name != policy:
            return outcome
        first: Books = dataclasses.replace(outcome.books[0], **change)  # type: ignore[arg-type]
        return dataclasses.replace(outcome, books=(first, *outcome.books[1:]))

    return dataclasses.replace(comparison, policies=tuple(map(changed, comparison.policies)))


def test_every_kind_has_a_word() -> None:
    assert tuple(KIND_LABELS) == KINDS


@pytest.mark.parametrize("policy", ["reward", "recover", "no flyers"])
def test_real_runs_add_up(policy: str) -> None:
    found = why(small_comparison(), policy)
    assert found.total == small_comparison().difference(policy, "net_value")
    assert gap(found) < 1e-12
    contribution = math.fsum(bar.estimate.mean for bar in found.bars if bar.name in ("margin", "premium", "service"))
    assert math.fsum(part.estimate.mean for part in found.sources) == pytest.approx(contribution)


def test_any_pair_can_be_asked_for_and_turns_round() -> None:
    one, other = why(small_comparison(), "recover", "reward"), why(small_comparison(), "reward", "recover")
    assert adds_up(one)
    assert [bar.estimate.mean for bar in one.bars] == [-bar.estimate.mean for bar in other.bars]
    with pytest.raises(UsageError, match="nothing"):
        why(small_comparison(), "nothing")


def test_a_policy_against_itself_differs_in_nothing() -> None:
    found = why(small_comparison(), "recover", "recover")
    assert {bar.estimate.mean for bar in found.bars} == {0.0}
    assert {gain.estimate.mean for gain in found.gains} == {0.0}
    assert gap(found) == 0.0


def test_the_leading_policy_stands_against_the_baseline_unless_others_are_named() -> None:
    made = made_comparison(NAMES[:4])
    means = {name: made.summary(name, "net_value").mean for name in NAMES[1:4]}
    assert leading(made) == max(means, key=means.__getitem__)
    assert (why(made).policy, why(made).against) == (leading(made), NAMES[0])
    assert leading(made_comparison(NAMES[:1])) == NAMES[0]


def test_less_leads_where_less_is_better() -> None:
    made = made_comparison(NAMES[:4])
    spends = {name: made.summary(name, "spend").mean for name in NAMES[1:4]}
    by_spend = dataclasses.replace(made, context=made.context._replace(measure="spend"))
    assert leading(by_spend) == min(spends, key=spends.__getitem__)


def test_a_kind_counted_twice_is_seen() -> None:
    made = made_comparison()
    ledger = made.policies[1].books[0].ledger
    planted = with_books(made, NAMES[1], {"ledger": {**ledger, "contact": 2.0 * ledger["contact"]}})
    assert adds_up(why(made, NAMES[1]))
    assert not adds_up(why(planted, NAMES[1]))


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_a_group_forgotten_is_seen_in_any_grouping(grouping: str) -> None:
    made = made_comparison()
    groups = made.policies[1].books[0].groups
    emptied = groups[grouping].copy()
    emptied[0] = 0.0
    change = {"groups": {**groups, grouping: emptied}}
    assert not adds_up(why(with_books(made, NAMES[1], change), NAMES[1]))


def test_intervals_are_those_of_the_differences_within_replications() -> None:
    made = made_comparison()
    margins = [np.array([books.ledger["margin"] for books in outcome.books]) / 6000 for outcome in made.policies[:2]]
    bar = next(bar for bar in why(made, NAMES[1]).bars if bar.name == "margin")
    assert bar.estimate.mean == pytest.approx((margins[1] - margins[0]).mean())
    assert bar.estimate.sd == pytest.approx((margins[1] - margins[0]).std(ddof=1))


def test_people_are_at_the_scenarios_own_size_and_money_per_person_is_not_scaled() -> None:
    made = made_comparison()
    large = dataclasses.replace(made, context=made.context._replace(scale=10.0))
    for one, ten in zip(why(made).gains, why(large).gains, strict=True):
        assert ten.people == pytest.approx(10.0 * one.people)
        assert ten.estimate == one.estimate


def test_only_standing_at_the_horizon_moves() -> None:
    assert {gain.grouping for gain in why(made_comparison()).gains if gain.moves} == {"stage", "rung"}


def test_without_books_there_is_no_why() -> None:
    made = made_comparison()
    bare = dataclasses.replace(
        made, policies=tuple(dataclasses.replace(outcome, books=()) for outcome in made.policies)
    )
    with pytest.raises(ValueError, match="no books were kept"):
        why(bare)
