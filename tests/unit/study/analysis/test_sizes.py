"""Sizes of factors are in the unit that people wrote, whatever unit a single value travelled in."""

import pytest

from equitysim.scenario.compose import composed
from equitysim.scenario.document import Node
from equitysim.scenario.parameters import NoParameter, parameter
from equitysim.statistics.sensitivity.responses import DesignKind, Factor
from equitysim.study.analysis.sizes import Stated, factor_of, stated
from tests.unit.study.sweeps.shop import SHOP


@pytest.fixture(scope="module")
def shop() -> Node:
    root, _ = composed(SHOP, "shop.yaml")
    assert root is not None
    return root


def read(
    shop: Node,
    path: str,
    texts: str,
    *,
    levels: str = "",
    ends: str = "",
    design: DesignKind = "grid",
) -> Factor:
    """A factor from its texts, which stand between bars."""
    found = parameter(shop, path)
    assert not isinstance(found, NoParameter), found
    listed, between, values = (
        tuple(part.strip() for part in text.split("|") if part) for text in (levels, ends, texts)
    )
    return factor_of(Stated(path, "uncertainty", listed, between), found.quantity, design, values)


@pytest.mark.parametrize(
    ("path", "texts", "unit", "sizes"),
    [
        ("failure.per_order", "2 % | 8 % | 2 %", "%", [2.0, 8.0, 2.0]),
        ("failure.per_order", "0 % | 8 %", "%", [0.0, 8.0]),
        ("equity.forgetting", "8 weeks | 1 week", "weeks", [8.0, 1.0]),
        ("equity.forgetting", "10 days | 3 weeks", "days", [10.0, 21.0]),
        ("equity.forgetting", "1 year | 6 months", "days", [365.0, 182.5]),
        ("programs.welcome.gain", "4 | 8.5", "", [4.0, 8.5]),
        ("segments.others.occasions.mean", "6 per year | 12 per year", "per year", [6.0, 12.0]),
        ("segments.others.occasions.mean", "6 per year | 1 per month", "per year", [6.0, 365.0 / (365.0 / 12.0)]),
        ("equity.defection.at_0", "35 % per year | 20 % per year", "% per year", [35.0, 20.0]),
        ("programs.welcome.at_most", "2 per year | 4 per year", "per year", [2.0, 4.0]),
        ("existing.count", "40 | 50", "", [40.0, 50.0]),
    ],
)
def test_one_unit_per_factor(shop: Node, path: str, texts: str, unit: str, sizes: list[float]) -> None:
    factor = read(shop, path, texts)
    assert (factor.unit, factor.ordered) == (unit, True)
    assert factor.sizes.tolist() == pytest.approx(sizes, rel=1e-12)


@pytest.mark.parametrize(
    ("ends", "texts", "unit", "sizes"),
    [
        ("2 months | 1 year", "2 months | 1 year | 30.4166667 weeks", "months", [2.0, 12.0, 7.0]),
        ("1 week | 3 months", "1 week | 3 months", "weeks", [1.0, 3.0 * 365.0 / 12.0 / 7.0]),
        ("0 days | 2 years", "0 days | 2 years", "years", [0.0, 2.0]),
    ],
)
def test_a_range_is_in_the_finer_unit_of_its_ends(
    shop: Node, ends: str, texts: str, unit: str, sizes: list[float]
) -> None:
    """``2 months to 12 months`` travels as 2 months and 1 year, which is no reason to tell it in days."""
    factor = read(shop, "equity.forgetting", texts, ends=ends)
    assert factor.unit == unit
    assert factor.sizes.tolist() == pytest.approx(sizes, rel=1e-8)


def test_what_was_written_in_the_unit_is_exactly_that(shop: Node) -> None:
    assert read(shop, "failure.per_order", "2.97581182 % | 7 %").sizes.tolist() == [2.97581182, 7.0]


def test_the_ends_say_the_unit_where_values_between_them_travel_in_others(shop: Node) -> None:
    texts = "9998717.17 seconds | 49.4011039 days | 5.91493887 months"
    factor = read(shop, "equity.forgetting", texts, ends="3 weeks | 26 weeks", design="sobol")
    assert factor.unit == "weeks"
    assert factor.sizes.tolist() == pytest.approx([16.5322704, 7.05730056, 25.7018177], rel=1e-8)
    assert factor.texts[1] == "49.4011039 days"
    assert factor.told(factor.sizes[0]) == "16.5 weeks"


@pytest.mark.parametrize(
    ("path", "texts", "levels"),
    [
        ("equity.forgetting", "10 weeks | off | 3 weeks", ("10 weeks", "off", "3 weeks")),
        ("equity.defection.at_0", "35 % per year | 20 % per purchase", ("35 % per year", "20 % per purchase")),
        ("programs.welcome.at_most", "2 per year | 2 per month", ("2 per year", "2 per month")),
        ("relationship", "contractual | noncontractual", ("contractual", "noncontractual")),
    ],
)
def test_words_and_what_cannot_be_compared_keep_the_study_s_order(
    shop: Node, path: str, texts: str, levels: tuple[str, ...]
) -> None:
    factor = read(shop, path, texts, levels=texts)
    assert (factor.unit, factor.ordered, factor.levels) == ("", False, levels)
    assert factor.sizes.tolist() == [float(k) for k in range(len(levels))]
    assert factor.told(1.2) == levels[1]


def test_levels_are_by_size_and_words_by_the_study(shop: Node) -> None:
    numbers = read(shop, "equity.forgetting", "10 weeks | 3 weeks | 10 weeks", levels="10 weeks | 3 weeks")
    assert numbers.levels == ("3 weeks", "10 weeks")
    words = read(shop, "equity.forgetting", "3 weeks | off", levels="off | 3 weeks")
    assert (words.levels, words.sizes.tolist()) == (("off", "3 weeks"), [1.0, 0.0])


def test_values_anywhere_between_two_ends_are_no_levels(shop: Node) -> None:
    many = " | ".join(f"{one / 10} %" for one in range(20, 60))
    assert read(shop, "failure.per_order", many, ends="2 % | 6 %", design="latin_hypercube").levels == ()
    assert len(read(shop, "failure.per_order", many, ends="2 % | 6 %", design="grid").levels) == 40


def test_whole_numbers_that_points_share_are_levels_whatever_the_design(shop: Node) -> None:
    factor = read(shop, "existing.count", "40 | 41 | 42 | 41 | 40 | 42", ends="40 | 42", design="sobol")
    assert factor.levels == ("40", "41", "42")


def test_a_store_of_an_early_version_says_neither_levels_nor_ends() -> None:
    said = stated({"parameter": "failure.per_order", "role": "lever", "values": "2 % to 8 %"})
    assert said == Stated("failure.per_order", "lever", (), ())


def test_values_are_said_in_the_unit_of_the_parameter(shop: Node) -> None:
    factor = read(shop, "equity.forgetting", "1 month | 1 year | 30.4166667 weeks", ends="1 month | 1 year")
    assert [factor.said(text) for text in factor.texts] == ["1 month", "12 months", "7 months"]
    assert factor.said("never tried") == "never tried"
    assert factor._replace(unit="EUR").told(1.0) == "1 EUR"
