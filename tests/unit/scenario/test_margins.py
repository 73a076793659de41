"""Differences that matter, stated in the unit of their measure."""

from typing import Any

import pytest

from equitysim import units
from equitysim.scenario.margins import misfit, size_of
from equitysim.scenario.schema import Scenario


def scenario(**more: Any) -> Scenario:
    return Scenario.model_validate({"existing": {"count": "5_000"}, **more})


@pytest.mark.parametrize(
    ("text", "measure", "size"),
    [
        ("1 %", "retention_12m", 0.01),
        ("1 % points", "retention_12m", 0.01),
        ("0.01", "retention_12m", 0.01),
        ("0.20", "net_value", 0.20),
        ("0.20 per person", "net_value", 0.20),
        # 5 000 people enter, so 10 000 in all are 2 for each of them
        ("10k in all", "net_value", 2.0),
        ("10_000", "net_value_total", 10_000.0),
        ("10_000 in all", "net_value_total", 10_000.0),
        ("2 per person", "net_value_total", 10_000.0),
        ("10 %", "roi", 0.1),
        ("3", "referrals", 3.0),
    ],
)
def test_a_difference_is_read_in_the_unit_of_its_measure(text: str, measure: str, size: float) -> None:
    margin = units.margin(text)
    assert misfit(margin, measure) is None
    assert size_of(margin, measure, scenario()) == pytest.approx(size, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "measure", "hint"),
    [
        ("1", "retention_12m", None),
        ("2", "retention_12m", "write 2 %"),
        ("1.5", "retention_12m", "write 1.5 %"),
        ("0.20 per person", "retention_12m", "write 1 %, such as one point in a hundred"),
        ("1 %", "net_value", "write a number in that unit, such as 0.5"),
        ("3 in all", "referrals", "write 3"),
    ],
)
def test_a_difference_of_another_kind_is_refused(text: str, measure: str, hint: str | None) -> None:
    found = misfit(units.margin(text), measure)
    assert (None if found is None else found[1]) == hint


@pytest.mark.parametrize("text", ["0.2", "1 %", "10000 in all", "0.2 per person"])
def test_a_difference_comes_back_as_it_was_written(text: str) -> None:
    assert units.write_margin(units.margin(text)) == text
    assert scenario(compare={"measure": "roi", "matters": "1 %"}).compare.matters == (0.01, "share")


def test_a_plain_number_reads_as_before() -> None:
    assert scenario(compare={"matters": 0.2}).compare.matters == (0.2, "")
    assert scenario(compare={"matters": "0.20"}) == scenario(compare={"matters": 0.2})
