"""Every wrong argument is refused before anything runs, by the error that is meant for it, with words that help."""

import datetime
import functools
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import equitysim as es
from equitysim.study import gather
from equitysim.study.sweeps import tasks
from tests.contract.wrong_arguments import WRONG_CALLS, WrongCall
from tests.unit.study.optima.corner import SHOP_WITH_DESK, corner_study
from tests.unit.study.small import small_comparison, small_scenario

STUDY = """\
format: 1
scenario: shop.yaml
levers: {desks.care.agents: [1, 2]}
uncertainties: {failure.per_order: 2 % to 8 %}
design: {grid: 2}
optimise: {trials: 2, finalists: 2}
replications: 2
"""


def _endless() -> dict[str, Any]:
    endless: dict[str, Any] = {"format": 1}
    endless["existing"] = endless
    return endless


@functools.cache
def _made() -> Mapping[str, Any]:
    """What has to be made without any check on the way."""
    shop = small_scenario()
    failure = type(shop.failure).model_construct(**{**dict(shop.failure), "per_order": 7.0})
    bypassed = es.Scenario.model_construct(**{**dict(shop), "failure": failure})
    constructed = es.Scenario.model_construct(**{**dict(shop), "horizon": float("nan")})
    mutated = small_scenario()
    mutated.policies["more"] = ["letters"]  # type: ignore[assignment]  # whatever a user might do
    return {"shop": shop, "bypassed": bypassed, "constructed": constructed, "mutated": mutated}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("wrong")
    study = corner_study(folder, STUDY, shop=SHOP_WITH_DESK)
    shop = small_scenario()
    inline = {
        "format": 1,
        "scenario": shop,
        "uncertainties": {"failure.per_order": "2 % to 8 %"},
        "design": {"grid": 2},
        "replications": 2,
    }
    swept = es.sweep(study)
    return {
        **_made(),
        "es": es,
        "np": np,
        "pd": pd,
        "datetime": datetime,
        "nan": float("nan"),
        "inf": float("inf"),
        "endless": _endless(),
        "watch": lambda world: iter(()),
        "study": study,
        "inline": inline,
        "folder": folder / "inline",
        "ran": es.run(shop, "today", replications=2),
        "compared": small_comparison(),
        "decided": es.decide(small_scenario(horizon="90 days"), replications=2, customers=40),
        "swept": swept,
        "analysed": es.analyse(swept.folder),
        "best": es.optimise(study, out=folder / "best"),
    }


def never(*_: object, **__: object) -> None:
    raise AssertionError("something was run")


@pytest.mark.parametrize("wrong", WRONG_CALLS, ids=lambda wrong: re.sub(r"\s+", " ", wrong.call))
def test_a_wrong_call_is_refused_before_anything_runs(
    wrong: WrongCall, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in (gather, import_module("equitysim.study.trace"), tasks):
        monkeypatch.setattr(module, "simulate", never)
    monkeypatch.chdir(tmp_path)
    with pytest.raises((es.UsageError, es.ScenarioError)) as refused:
        eval(wrong.call, dict(names))
    assert wrong.words in str(refused.value)
    assert not isinstance(refused.value, es.ScenarioError) or all(fault.path for fault in refused.value.faults)
    assert list(tmp_path.iterdir()) == []


def test_what_was_given_is_shown_in_a_line(names: dict[str, Any]) -> None:
    shop = names["shop"]
    for given in ("x" * 10_000, list(range(10_000)), pd.DataFrame(np.ones((50, 50))), "a\nb\x1b[2J"):
        with pytest.raises(es.UsageError) as refused:
            es.run(shop, "today", seed=given)  # type: ignore[arg-type]
        shown = str(refused.value).partition(", not ")[2]
        assert 0 < len(shown) <= 80
        assert shown.isprintable()


def test_there_are_enough_and_each_once() -> None:
    calls = [wrong.call for wrong in WRONG_CALLS]
    assert len(calls) == len(set(calls)) >= 120
    functions = {"load", "run", "compare", "customers", "decide", "trace", "sweep", "optimise", "analyse", "plot"}
    assert functions <= {match[1] for call in calls if (match := re.match(r"es\.(\w+)\(", call))}
