"""A comparison at several values: the same customers throughout, who is best where, and where that changes."""

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from equitysim.cli.vary_text import vary_text
from equitysim.errors import CapError, UsageError
from equitysim.figures.names import width
from equitysim.measures.registry import MEASURES
from equitysim.scenario.vary import Variant
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.setting import Setting
from equitysim.statistics.varied import Varied
from equitysim.study import compare, vary
from equitysim.study.watch import NO_WATCH, Watch
from tests.unit.study.small import SEED, small_scenario

SHORT = {"horizon": "200 days", "ltv_window": "100 days"}
RATES = ("2 %", "20 %", "8 %")


def variants_of(texts: Iterable[str] = RATES, **changes: Any) -> list[Variant]:
    return [Variant(text, small_scenario(**SHORT, failure={"per_order": text}, **changes)) for text in texts]


def varied_by(workers: int = 1, watch: Watch = NO_WATCH) -> Varied:
    return vary(
        small_scenario(**SHORT),
        "failure.per_order",
        variants_of(),
        replications=2,
        seed=SEED,
        workers=workers,
        watch=watch,
    )


@cache
def small_varied() -> Varied:
    return varied_by()


def test_each_value_is_the_comparison_it_would_be_alone() -> None:
    varied = small_varied()
    assert [setting.setting for setting in varied.settings] == list(RATES)
    assert ([setting.number for setting in varied.settings], varied.unit) == ([2.0, 20.0, 8.0], "%")
    alone = compare(variants_of()[1].scenario, replications=2, seed=SEED)
    there = varied.comparisons[1]
    assert [outcome.digest for outcome in there.policies] == [outcome.digest for outcome in alone.policies]
    assert there.difference("recover", "net_value") == alone.difference("recover", "net_value")


def test_customers_have_the_same_luck_at_each_value() -> None:
    first, second, _ = (comparison.policy("today").values["net_value"] for comparison in small_varied().comparisons)
    apart = np.std(first - second[::-1])
    assert np.std(first - second) < apart


def test_other_processes_give_the_same() -> None:
    assert json.dumps(varied_by(workers=2).document()) == json.dumps(small_varied().document())


def test_progress_counts_values() -> None:
    seen: list[tuple[int, int]] = []
    varied_by(watch=Watch(progress=lambda done, total: seen.append((done, total))))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"compare": {"baseline": "recover", "matters": "0.20"}}, "baseline"),
        ({"compare": {"baseline": "today", "matters": "0.30"}}, "matters"),
        ({"compare": {"baseline": "today", "matters": "0.20", "measure": "ltv"}}, "measure"),
        ({"claims": []}, "claims"),
        ({"policies": {"today": []}, "claims": []}, "policies"),
    ],
)
def test_a_key_that_changes_the_question_is_refused(changes: dict[str, Any], what: str) -> None:
    other = Variant("x", small_scenario(**{**SHORT, **changes}))
    with pytest.raises(UsageError, match=rf"--vary key=x changes the question \({what} "):
        vary(small_scenario(**SHORT), "key", [*variants_of(["2 %"]), other])


def test_a_cap_names_the_value() -> None:
    wild = variants_of(["2 %", "4 %"], limits={"events": "50"})
    with pytest.raises(CapError, match=r"at failure.per_order = 2 %: policy .* cap of 50"):
        vary(wild[0].scenario, "failure.per_order", wild)


def made(gaps: Iterable[float], noise: float = 0.01, measure: str = "net_value") -> Varied:
    """Two policies whose decision measure differs by these amounts at the values 0 %, 1 %, 2 % …"""
    varied = small_varied()
    wobble = noise * np.linspace(-1.0, 1.0, 5)
    comparisons = []
    for gap in gaps:
        first, second = varied.comparisons[0].policies[:2]
        level = np.full(5, 10.0)
        ours = dataclasses.replace(first, values={**first.values, measure: level})
        theirs = dataclasses.replace(second, values={**second.values, measure: level + gap + wobble})
        context = varied.context._replace(measure=measure, replications=5)
        comparisons.append(Comparison(context, "today", (ours, theirs), ()))
    settings = tuple(Setting(f"{k} %", float(k)) for k in range(len(comparisons)))
    return Varied(comparisons[0].context, "key", "%", settings, tuple(comparisons))


def test_the_best_changes_between_neighbours_and_a_planted_winner_is_clear() -> None:
    varied = made([-1.0, -0.5, 0.5, 1.0])
    assert [lead and (lead.policy, lead.next, lead.outcome) for lead in varied.leads] == [
        ("today", "reward", "holds"),
        ("today", "reward", "holds"),
        ("reward", "today", "holds"),
        ("reward", "today", "holds"),
    ]
    (change,) = varied.changes
    assert (change.low.setting, change.high.setting) == ("1 %", "2 %")
    assert (change.before, change.after, change.clear) == ("today", "reward", True)


@pytest.mark.parametrize(("gap", "noise", "outcome"), [(0.05, 0.01, "no_material_difference"), (0.5, 5, "undecided")])
def test_a_change_within_the_error_or_within_what_matters_is_not_clear(gap: float, noise: float, outcome: str) -> None:
    varied = made([-gap, gap], noise)
    assert [lead and lead.outcome for lead in varied.leads] == [outcome, outcome]
    assert [change.clear for change in varied.changes] == [False]


def test_neighbours_are_by_size_not_by_order() -> None:
    varied = made([-1.0, 1.0, -0.5])
    numbers = (0.0, 9.0, 5.0)
    settings = tuple(s._replace(number=n) for s, n in zip(varied.settings, numbers, strict=True))
    (change,) = dataclasses.replace(varied, settings=settings).changes
    assert (change.low.number, change.high.number) == (5.0, 9.0)


def test_less_is_better_of_costs() -> None:
    varied = made([-1.0, 1.0], measure="spend")
    assert [lead and lead.policy for lead in varied.leads] == ["reward", "today"]
    assert all(lead and lead.ahead.mean == 1.0 for lead in varied.leads)


def test_values_that_are_no_numbers_have_no_neighbours() -> None:
    varied = made([-1.0, 1.0])
    named = dataclasses.replace(varied, settings=(Setting("few", math.nan), Setting("many", math.nan)), unit="")
    assert named.changes == ()
    assert "The best mean: today at few; reward at many." in vary_text(named, 100)


def test_undefined_everywhere_has_no_best() -> None:
    varied = made([math.nan, 1.0])
    comparison = varied.comparisons[0]
    nothing = tuple(
        dataclasses.replace(outcome, values={**outcome.values, "net_value": np.full(5, math.nan)})
        for outcome in comparison.policies
    )
    hollow = dataclasses.replace(
        varied, comparisons=(dataclasses.replace(comparison, policies=nothing), varied.comparisons[1])
    )
    assert hollow.leads[0] is None
    assert hollow.document()["vary"]["values"][0]["best"] is None
    assert "undefined" in vary_text(hollow, 100)


def test_a_policy_alone_is_best() -> None:
    alone = [
        Variant(v.text, small_scenario(**SHORT, policies={"today": []}, claims=[], failure={"per_order": v.text}))
        for v in variants_of()[:2]
    ]
    varied = vary(alone[0].scenario, "failure.per_order", alone, replications=1)
    assert [lead and (lead.policy, lead.next) for lead in varied.leads] == [("today", None)] * 2
    assert "today has the best mean at every value" in vary_text(varied, 100)


def test_the_document_and_the_table_hold_the_same_numbers_and_no_nan() -> None:
    varied = small_varied()
    document = json.loads(json.dumps(varied.document(), allow_nan=False))
    assert next(iter(document)) == "schema_version"
    rows = {(row["setting"], row["policy"], row["measure"]): row for row in varied.frame().to_dict("records")}
    assert len(rows) == len(RATES) * 4 * len(MEASURES)
    for told in document["vary"]["values"]:
        for policy in told["policies"]:
            for measure, shown in policy["measures"].items():
                row = rows[told["setting"], policy["name"], measure]
                assert three(shown, ("mean", "low", "high")) == three(row, ("mean", "low", "high"))
        for shown in told["differences"]:
            row = rows[told["setting"], shown["policy"], shown["measure"]]
            columns = ("difference", "difference_low", "difference_high")
            assert three(shown, ("mean", "low", "high")) == three(row, columns)


def three(row: Mapping[Any, Any], names: Iterable[str]) -> list[float | None]:
    """Numbers of a row, undefined as None."""
    return [None if row[name] is None or math.isnan(row[name]) else row[name] for name in names]


@pytest.mark.parametrize("columns", [60, 100])
def test_the_text_fits_and_says_what_stands_beside_the_numbers(columns: int) -> None:
    text = vary_text(small_varied(), columns)
    assert max(width(line) for line in text.split("\n")) <= columns
    said = " ".join(text.split())
    for needed in ("Horizon 200 days", "2 replications at each value", "95 % t intervals", "EUR/person", "per_order"):
        assert needed in said


def test_the_text_says_between_which_values_the_best_changes() -> None:
    said = " ".join(vary_text(made([-1.0, 1.0]), 100).split())
    assert "Between 0 % and 1 % the best policy changes from today to reward, each clearly ahead" in said
    assert "but not clearly" in " ".join(vary_text(made([-0.05, 0.05]), 100).split())
    assert "reward has the best mean at every value, clearly before the next." in vary_text(made([0.5, 1.0]), 100)


def test_one_replication_marks_nothing_undecided() -> None:
    varied = vary(small_scenario(**SHORT), "failure.per_order", variants_of(), replications=1, seed=SEED)
    text = vary_text(varied, 100)
    assert "one replication, so no intervals" in " ".join(text.split())
    assert "?" not in text
    assert "[" not in text.split("Notes")[0].replace("[low, high]", "")
