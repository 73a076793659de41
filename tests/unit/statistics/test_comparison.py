"""A comparison: what is asked of it, its document and its tables."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from equitysim.codes import Rung, Stage
from equitysim.errors import UsageError
from equitysim.measures.registry import MEASURES, units
from equitysim.measures.tables import TABLES
from equitysim.result import SERIES
from equitysim.statistics.claims import judge
from equitysim.statistics.comparison import Comparison, PolicyRun
from equitysim.statistics.outcome import Context, PolicyOutcome, Provenance, ScenarioInfo, digest_over, summary

REPLICATIONS = 3


def outcome(name: str, level: float) -> PolicyOutcome:
    values = {measure: level + np.arange(REPLICATIONS, dtype=float) for measure in MEASURES}
    values["desk_wait_mean"] = np.full(REPLICATIONS, np.nan)
    segment = {measure: values[measure] for measure, known in MEASURES.items() if known.by_segment}
    series = np.zeros(2, dtype=SERIES)
    series["day"] = [0.0, 30.0]
    series["equity_mean"] = [np.nan, 4.5]
    return PolicyOutcome(
        name=name,
        digest=digest_over(("a", "b", "c")),
        digests=("a", "b", "c"),
        events=(10, 20, 30),
        seconds=(0.1, 0.1, 0.1),
        seed_persons=(5, 5, 5),
        values=values,
        by_segment={"heavy": segment},
        series=(series,) * REPLICATIONS,
        stages=np.ones((REPLICATIONS, len(Stage)), dtype=np.int64),
        rungs=np.ones((REPLICATIONS, len(Rung)), dtype=np.int64),
    )


def context() -> Context:
    return Context(
        scenario=ScenarioInfo("Coffee", "coffee.yaml", "0" * 64),
        engine="simpy",
        seed=1,
        replications=REPLICATIONS,
        confidence=0.95,
        measure="net_value",
        matters=0.2,
        currency="EUR",
        horizon_days=1095.0,
        ltv_window_days=547.5,
        segments=("heavy",),
        units=units("EUR"),
        directions={name: measure.better for name, measure in MEASURES.items()},
        customers=None,
        scale=1.0,
        provenance=Provenance("0.1.0", "scheme", "3.11", "2.4", "test"),
    )


@pytest.fixture
def comparison() -> Comparison:
    today, better = outcome("today", 10.0), outcome("better", 12.0)
    claim = judge(better, today, "net_value", text="better", confidence=0.95, matters=0.2)
    return Comparison(context(), "today", (today, better), (claim,))


def test_differences_are_paired_and_to_the_baseline(comparison: Comparison) -> None:
    assert comparison.difference("better", "net_value")[:3] == (2.0, 2.0, 2.0)
    assert comparison.difference("today", "net_value")[:3] == (0.0, 0.0, 0.0)
    assert {row.policy for row in comparison.differences} == {"better"}


def test_what_is_a_difference_already_has_no_difference(comparison: Comparison) -> None:
    assert {row.measure for row in comparison.differences} == set(MEASURES) - {"roi", "cost_per_value"}


def test_an_unknown_policy_is_a_usage_error(comparison: Comparison) -> None:
    with pytest.raises(UsageError, match="worse"):
        comparison.policy("worse")


def with_ratio(measure: str, parts: list[float], wholes: list[float]) -> PolicyOutcome:
    """An outcome with both sides of a ratio."""
    one, sides = outcome("one", 1.0), np.array([parts, wholes])
    one.values[measure][:] = [part / whole if whole else math.nan for part, whole in zip(parts, wholes, strict=True)]
    return replace(one, ratios={"roi": sides, measure: sides})


def test_a_return_is_undefined_where_the_spend_it_is_divided_by_may_be_none() -> None:
    assert math.isnan(summary(with_ratio("roi", [1.0, 1.0, 1.0], [-0.1, 0.1, 0.2]), "roi", 0.95).mean)
    assert math.isnan(summary(with_ratio("roi", [1.0, 1.0, 1.0], [-2.0, -2.1, -2.2]), "roi", 0.95).mean)
    assert summary(with_ratio("roi", [1.0, 1.0, 1.0], [2.0, 2.1, 1.9]), "roi", 0.95).mean == pytest.approx(0.5)


def test_a_ratio_over_replications_is_that_of_the_means() -> None:
    """One complaint in a hundred orders and nine in three hundred are ten in four hundred, not two per cent; a
    replication without orders says nothing.
    """
    one = with_ratio("complaints", [100.0, 900.0, 0.0], [100.0, 300.0, 0.0])
    told = summary(one, "complaints", 0.95)
    assert told.mean == pytest.approx(2.5)
    assert told.n == 2
    two = replace(with_ratio("complaints", [200.0, 200.0, 0.0], [300.0, 100.0, 0.0]), name="two")
    apart = Comparison(context(), "one", (one, two), ()).difference("two", "complaints")
    assert apart.mean == pytest.approx(1.0 - 2.5)


def test_less_is_better_of_costs() -> None:
    claim = judge(outcome("a", 1.0), outcome("b", 3.0), "spend", text="", confidence=0.95, matters=0.0)
    assert (claim.estimate.mean, claim.outcome) == (2.0, "holds")
    claim = judge(outcome("a", 1.0), outcome("b", 3.0), "net_value", text="", confidence=0.95, matters=0.0)
    assert (claim.estimate.mean, claim.outcome) == (-2.0, "fails")


def test_the_document_has_the_keys_that_are_frozen_and_no_nan(comparison: Comparison) -> None:
    document = json.loads(json.dumps(comparison.document(), allow_nan=False))
    assert next(iter(document)) == "schema_version"
    keys = [
        "scenario",
        "engine",
        "seed",
        "replications",
        "baseline",
        "confidence",
        "policies",
        "differences",
        "claims",
        "provenance",
    ]
    assert set(keys) <= set(document)
    assert set(document["scenario"]) == {"name", "file", "hash"}
    assert set(document["policies"][0]) == {
        "name",
        "digest",
        "p_best_mean",
        "share_of_futures_best",
        "share_of_worlds_best",
        "against_others",
        "variance_reduction",
        "measures",
    }
    assert document["policies"][0]["measures"]["net_value"] == pytest.approx(
        {"mean": 11.0, "low": 11.0 - 2.484138, "high": 11.0 + 2.484138, "unit": "EUR per seed person"}, abs=1e-5
    )
    assert document["policies"][0]["measures"]["desk_wait_mean"] == {
        "mean": None,
        "low": None,
        "high": None,
        "unit": "days",
    }
    assert set(document["differences"][0]) == {"policy", "measure", "mean", "low", "high", "unit"}
    assert set(document["claims"][0]) == {"text", "measure", "estimate", "low", "high", "threshold", "outcome"}
    keys = ["status", "best", "set", "measure", "matters", "confidence", "procedure", "needed", "text"]
    assert list(document["verdict"]) == keys
    assert document["policies"][1]["against_others"] == {
        "mean": 2.0,
        "low": 0.0,
        "high": 2.0,
        "unit": document["policies"][0]["measures"]["net_value"]["unit"],
    }
    assert document["policies"][1]["variance_reduction"] is None, "nothing of the difference varies: infinite"


def test_the_document_of_a_run(comparison: Comparison) -> None:
    document = json.loads(json.dumps(PolicyRun(context(), comparison.policies[0]).document(), allow_nan=False))
    assert next(iter(document)) == "schema_version"
    keys = ["scenario", "policy", "engine", "seed", "replications", "events", "digest", "measures", "provenance"]
    assert set(keys) <= set(document)
    assert (document["events"], document["policy"]) == (60, "today")


@pytest.mark.parametrize("name", ["runs", "values", "differences", "series", "stages"])
def test_tables_and_frames_hold_the_same(comparison: Comparison, name: str) -> None:
    table, frame = comparison.table(name), comparison.frame(name)
    assert list(frame.columns) == list(TABLES[name].columns)
    assert len(frame) == len(table) > 0


def test_values_are_of_everybody_and_of_segments(comparison: Comparison) -> None:
    frame = comparison.frame("values")
    one = frame[(frame.policy == "better") & (frame.replication == 2) & (frame.measure == "ltv")]
    assert one.segment.tolist() == ["all", "heavy"]
    assert one.value.tolist() == [14.0, 14.0]
    assert one.window_days.tolist() == [547.5, 547.5]
    assert frame[frame.measure == "net_value"].segment.unique().tolist() == ["all"]


def test_series_of_a_resized_scenario_are_those_of_its_own_size(comparison: Comparison) -> None:
    for policy in comparison.policies:
        for series in policy.series:
            series["active"] = 10
    resized = Comparison(
        comparison.context._replace(customers=100, scale=2.5),
        comparison.baseline,
        comparison.policies,
        comparison.claims,
    )
    for whole, factor in ((comparison, 1.0), (resized, 2.5)):
        frame = whole.frame("series")
        assert set(frame[frame["measure"] == "active"]["value"]) == {10 * factor}
        assert set(frame[frame["measure"] == "equity_mean"]["value"].dropna()) == {4.5}


def test_series_are_long(comparison: Comparison) -> None:
    frame = comparison.frame("series")
    equity = frame[(frame.policy == "today") & (frame.replication == 0) & (frame.measure == "equity_mean")]
    assert equity.day.tolist() == [0.0, 30.0]
    assert math.isnan(equity.value.tolist()[0])
    assert equity.value.tolist()[1] == 4.5


def test_a_run_alone_has_no_differences(comparison: Comparison) -> None:
    with pytest.raises(UsageError, match="differences"):
        PolicyRun(context(), comparison.policies[0]).frame("differences")
    with pytest.raises(UsageError, match="'rows'"):
        comparison.frame("rows")


def test_a_digest_says_which_replications_in_which_order() -> None:
    assert digest_over(("a", "b")) != digest_over(("b", "a"))
    assert len(digest_over(())) == 64
