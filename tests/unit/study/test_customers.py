"""The table of customers: what is summed in it is what the same runs measure, count and log."""

import math
from collections import Counter

import pandas as pd
import pytest

import equitysim as es
from equitysim.codes import Activity, Kind
from equitysim.measures.columns import ColumnType, type_of
from equitysim.measures.tables import TABLES
from equitysim.result import EVERYONE
from equitysim.scenario.lower import lower
from equitysim.study import customers as module
from equitysim.study.engine import simulate
from tests.unit.study.small import SEED, small_comparison, small_scenario

RUNS = 2
TYPES = {ColumnType.INTEGER: "i", ColumnType.NUMBER: "f", ColumnType.NAME: "OTU", ColumnType.TEXT: "OTU"}


@pytest.fixture(scope="module")
def everybody() -> pd.DataFrame:
    return es.customers(small_scenario(), replications=RUNS, seed=SEED)


def each(everybody: pd.DataFrame) -> list[tuple[str, int, pd.DataFrame]]:
    return [
        (name, number, everybody[(everybody["policy"] == name) & (everybody["replication"] == number)])
        for name in everybody["policy"].unique()
        for number in everybody["replication"].unique().tolist()
    ]


def test_the_columns_are_those_described(everybody: pd.DataFrame) -> None:
    assert tuple(everybody.columns) == tuple(TABLES["customers"].columns)
    for column in everybody.columns:
        assert everybody[column].dtype.kind in TYPES[type_of("customers", column)], column
    assert not everybody.duplicated(["policy", "replication", "customer"]).any()


def test_sums_are_the_measures_of_the_comparison(everybody: pd.DataFrame) -> None:
    """Net value per seed person is what all brought less what the policy owes; ``today`` has no desk and no fixed cost,
    so there it is ``own`` summed over the count of seed persons."""
    comparison = small_comparison()
    assert len(each(everybody)) == RUNS * len(comparison.policies)
    for name, number, there in each(everybody):
        values = {measure: array[number] for measure, array in comparison.policy(name).values.items()}
        living = there[there["active"] == 1]
        new = there[(there["source"] == "referred") & (there["entered"] >= 0)]
        assert values["active_end"] == len(living)
        assert values["referred_customers"] == (new["orders"] > 0).sum()
        assert math.isclose(values["equity_mean"], living["equity"].mean(), rel_tol=1e-12)
        assert comparison.policy(name).seed_persons[number] == there["seed_person"].sum()
        if name == "today":
            assert math.isclose(values["net_value"], there["own"].sum() / there["seed_person"].sum(), rel_tol=1e-12)


def test_stages_and_rungs_are_counted_alike(everybody: pd.DataFrame) -> None:
    known = small_comparison().frame("stages")
    for name, number, there in each(everybody):
        counts = known[(known["policy"] == name) & (known["replication"] == number)]
        for scale in ("stage", "rung"):
            counted = counts[counts["scale"] == scale].set_index("name")["customers"]
            assert counted[counted > 0].to_dict() == there[scale].value_counts().to_dict()


@pytest.mark.parametrize("policy", ["reward", "recover"])
def test_each_customer_has_their_own_ledger_and_orders(everybody: pd.DataFrame, policy: str) -> None:
    result = simulate("simpy", lower(small_scenario(), policy), SEED, 1, log=EVERYONE)
    there = everybody[(everybody["policy"] == policy) & (everybody["replication"] == 1)].set_index("customer")
    assert there.index.tolist() == result.customers["identity"].tolist()
    for kind in Kind:
        assert there[kind.name.lower()].tolist() == result.customers["ledger"][:, kind].tolist()
    assert any(there["desk" if policy == "recover" else "reward"] <= 0)
    log = result.log
    assert log is not None
    for column, activity in (("orders", Activity.PURCHASE), ("failures", Activity.FAILURE)):
        happened = Counter(log["customer"][log["activity"] == activity].tolist())
        assert there[column].to_dict() == {identity: happened[identity] for identity in there.index}
    bought = log[log["activity"] == Activity.PURCHASE]
    first = {
        who: day for day, who in zip(bought["time"][::-1].tolist(), bought["customer"][::-1].tolist(), strict=True)
    }
    assert there["first_order"].dropna().to_dict() == first


def test_without_history_the_orders_are_those_of_the_series() -> None:
    scenario = small_scenario(existing={"count": "0"})
    there = es.customers(scenario, "today", seed=SEED)
    series = es.run(scenario, "today", replications=1, seed=SEED).frame("series")
    counted = series[series["measure"] == "orders"].sort_values("day")["value"].iloc[-1]
    assert there["orders"].sum() == counted > 0


def test_whoever_is_referred_names_one_who_referred(everybody: pd.DataFrame) -> None:
    for _, _, there in each(everybody):
        referred = there[there["referred_by"] != ""]
        assert set(referred["source"]) == {"referred"}
        assert set(there["source"]) <= {"existing", "flyers", "referred"}
        named = referred["referred_by"].astype("int64").value_counts().to_dict()
        made = there.set_index("customer")["referrals"]
        assert named == made[made > 0].to_dict()


def test_one_policy_alone_and_another_engine_give_the_same_rows(everybody: pd.DataFrame) -> None:
    """``no flyers`` switches a source: the baseline that it is divided by runs too, and its people are not in the
    table."""
    expected = everybody[everybody["policy"] == "no flyers"].reset_index(drop=True)
    for engine in ("simpy", "compiled"):
        alone = es.customers(small_scenario(), "no flyers", replications=RUNS, seed=SEED, engine=engine)
        pd.testing.assert_frame_equal(alone, expected, check_exact=True)


def test_nobody_is_an_empty_table() -> None:
    there = es.customers(small_scenario(existing={"count": "0"}), "no flyers")
    assert len(there) == 0
    assert tuple(there.columns) == tuple(TABLES["customers"].columns)


def test_more_rows_than_are_kept_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CUSTOMERS", 100)
    with pytest.raises(es.CapError, match="fewer replications"):
        es.customers(small_scenario(), "today", replications=3)
