"""Every policy of every scenario that ships: the five sources add up, and every measure is a number or undefined."""

from pathlib import Path

import numpy as np
import pytest

from equitysim.codes import Kind, ValueSource
from equitysim.measures.sources import sources_add_up
from equitysim.measures.values import denominators_of, measure
from equitysim.result import Result
from equitysim.scenario.load import load
from equitysim.scenario.lower import lower
from equitysim.study.engine import simulate

PEOPLE = 150
FILES = sorted((Path(__file__).parents[3] / "scenarios").glob("*.yaml"))
CASES = [pytest.param(file, policy, id=f"{file.stem}: {policy}") for file in FILES for policy in load(file).policies]


def planted(result: Result) -> Result:
    """The same run with the largest order margin of a seed person counted twice among the sources."""
    seeds = np.flatnonzero(result.customers["generation"] == 0)
    richest = seeds[np.argmax(result.customers["ledger"][seeds, Kind.MARGIN])]
    result.customers["sources"][richest, ValueSource.BASE] *= 2.0
    return result


def test_there_are_scenarios() -> None:
    assert len(CASES) >= 15


@pytest.mark.parametrize(("file", "policy"), CASES)
def test_sources_add_up_and_a_double_count_turns_it_red(file: Path, policy: str) -> None:
    plan = lower(load(file), policy, customers=PEOPLE)
    result = simulate("simpy", plan, 1, 0)
    values = measure(result, plan, denominators_of(result, plan)).values
    assert not any(np.isinf(value) for value in values.values())
    assert values["net_value"] == pytest.approx(values["net_value_total"] / plan.scale / result.seed_persons)
    assert sources_add_up(result.customers)
    assert not sources_add_up(planted(result).customers)
