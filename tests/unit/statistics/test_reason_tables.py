"""The tables of why and money say what the estimates say."""

import math

import pytest

from equitysim.errors import UsageError
from equitysim.measures.tables import TABLES
from equitysim.statistics.money import money
from equitysim.statistics.reason_tables import REASON_TABLES, reason_table
from equitysim.statistics.why import why
from tests.unit.study.small import REPLICATIONS, small_comparison

POLICIES = ["reward", "recover", "no flyers"]


@pytest.mark.parametrize("name", REASON_TABLES)
def test_every_table_is_described_and_has_rows(name: str) -> None:
    frame = reason_table(small_comparison(), name).frame()
    assert list(frame.columns) == list(TABLES[name].columns)
    assert len(frame) > 0


def test_the_waterfall_adds_up_for_every_policy() -> None:
    frame = reason_table(small_comparison(), "waterfall").frame()
    assert list(frame.policy.unique()) == POLICIES
    for policy in POLICIES:
        own = frame[frame.policy == policy].set_index("kind")["mean"]
        assert math.fsum(own.drop("net_value")) == pytest.approx(own["net_value"])
        assert own["net_value"] == small_comparison().difference(policy, "net_value").mean


def test_gains_are_those_of_why() -> None:
    frame = reason_table(small_comparison(), "gains").frame()
    own = frame[frame.policy == "recover"]
    found = why(small_comparison(), "recover").gains
    assert own["mean"].tolist() == [gain.estimate.mean for gain in found]
    assert own["group"].tolist() == [gain.group for gain in found]
    assert own["moved"].tolist() == [gain.moved.mean for gain in found]


def test_quarters_are_replication_by_replication() -> None:
    frame = reason_table(small_comparison(), "quarters").frame()
    found = money(small_comparison()).quarters
    for policy, quarters in found.items():
        own = frame[frame.policy == policy]
        assert len(own) == REPLICATIONS * len(quarters)
        means = own.groupby("quarter").spend.mean()
        assert means.tolist() == pytest.approx([quarter.spend.mean for quarter in quarters])
    assert frame.until_day.max() == 900.0


def test_payback_is_paid_from_its_month_on() -> None:
    frame = reason_table(small_comparison(), "payback").frame()
    for found in money(small_comparison()).paybacks:
        own = frame[frame.policy == found.policy]
        paid = own[own.paid_back == 1].month.tolist()
        assert (paid[0] if paid else None) == found.month
        assert own["mean"].tolist() == [point.mean for point in found.course]


def test_desks_are_only_those_in_use() -> None:
    frame = reason_table(small_comparison(), "desks").frame()
    assert set(frame.policy) == {"recover"}
    (use,) = money(small_comparison()).desks
    assert frame.utilisation.mean() == pytest.approx(use.utilisation.mean)
    # a replication that serves more cases weighs more in the mean wait of a case
    assert (frame.wait_days * frame.served).sum() / frame.served.sum() == pytest.approx(use.wait.mean)
    assert (frame.served + frame.abandoned <= frame.cases).all()


def test_refusals_have_a_row_per_limit_and_segment() -> None:
    frame = reason_table(small_comparison(), "refused").frame()
    assert len(frame) == 4 * REPLICATIONS * 2 * 2
    assert set(frame.limit) == {"budget", "at_most"}


def test_another_table_is_a_users_mistake() -> None:
    with pytest.raises(UsageError, match=r"'values'.*waterfall, gains"):
        reason_table(small_comparison(), "values")
