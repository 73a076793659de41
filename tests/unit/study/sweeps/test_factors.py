"""What a factor's values are, as texts that ``--set`` takes."""

from pathlib import Path

import pytest
from scipy import stats

from equitysim.scenario.document import Spot
from equitysim.scenario.load import check, read, written
from equitysim.scenario.parameters import Parameter, parameter
from equitysim.study.sweeps.factors import FactorError, Gamma, Levels, Range, Spread, Triangle, spread_of
from tests.unit.study.sweeps.shop import shop_study


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop_study(tmp_path_factory.mktemp("shop")).with_name("shop.yaml")


def spread(shop: Path, path: str, text: str) -> Spread:
    document = read(shop)
    assert document.root is not None
    found = parameter(document.root, path)
    assert isinstance(found, Parameter)
    node, faults = written(text, Spot("here"))
    assert node is not None
    assert not faults
    return spread_of(found, node)


@pytest.mark.parametrize(
    ("path", "text", "levels"),
    [
        ("failure.per_order", "2 % to 6 %", ("2 %", "4 %", "6 %")),
        ("equity.forgetting", "4 weeks to 26 weeks", ("4 weeks", "15 weeks", "26 weeks")),
        ("equity.forgetting", "4 to 26 weeks", ("4 weeks", "15 weeks", "26 weeks")),
        ("failure.per_order", "2 to 6 %", ("2 %", "4 %", "6 %")),
        ("equity.defection.at_100", "4 % to 8 % per year", ("4 % per year", "6 % per year", "8 % per year")),
        (
            "segments.regulars.occasions.mean",
            "10 per year to 20 per year",
            ("10 per year", "15 per year", "20 per year"),
        ),
        ("equity.choice.at_0", "40 % to 50 %", ("40 %", "45 %", "50 %")),
        ("equity.defection.at_100", "4 % per year to 8 % per year", ("4 % per year", "6 % per year", "8 % per year")),
        ("programs.welcome.gain", "5 to 10", ("5", "7.5", "10")),
        (
            "programs.welcome.budget",
            "1k per quarter to 2k per quarter",
            ("1000 per quarter", "1500 per quarter", "2000 per quarter"),
        ),
        ("programs.welcome.at_most", "1 per year to 4 per year", ("1 per year", "2 per year", "4 per year")),
        ("existing.count", "10 to 13", ("10", "12", "13")),
        ("existing.count", "10 to 11", ("10", "11")),
        ("failure.per_order", "{low: 2 %, high: 6 %}", ("2 %", "4 %", "6 %")),
        ("failure.per_order", "[6 %, 2.0 %]", ("6 %", "2 %")),
        ("programs.welcome.when", "[purchase, first_purchase]", ("purchase", "first_purchase")),
        ("equity.forgetting", "[off, 10 weeks]", ("off", "10 weeks")),
    ],
)
def test_three_levels(shop: Path, path: str, text: str, levels: tuple[str, ...]) -> None:
    assert spread(shop, path, text).levels(3) == levels


def test_every_value_is_one_that_set_takes(shop: Path) -> None:
    for path, text in (
        ("failure.per_order", "2 % to 6 %"),
        ("equity.forgetting", "{low: 4 weeks, likely: 10 weeks, high: 26 weeks}"),
        ("programs.welcome.gain", "{mean: 9, spread: 20 %}"),
        ("existing.count", "10 to 50"),
    ):
        found = spread(shop, path, text)
        for k in range(7):
            scenario, faults = check(shop, settings={path: found.at((k + 0.37) / 7)})
            assert scenario is not None, faults


def test_a_range_is_even_and_stays_inside(shop: Path) -> None:
    found = spread(shop, "failure.per_order", "2 % to 6 %")
    assert isinstance(found, Range)
    assert [found.at(share) for share in (0.0, 0.25, 0.5, 1.0)] == ["2 %", "3 %", "4 %", "6 %"]


def test_whole_numbers_are_equally_likely(shop: Path) -> None:
    found = spread(shop, "existing.count", "10 to 13")
    values = [found.at((k + 0.5) / 400) for k in range(400)]
    assert {text: values.count(text) for text in values} == {"10": 100, "11": 100, "12": 100, "13": 100}


def test_items_of_a_list_are_equally_likely(shop: Path) -> None:
    found = spread(shop, "failure.per_order", "[2 %, 3 %, 6 %]")
    assert isinstance(found, Levels)
    values = [found.at((k + 0.5) / 300) for k in range(300)]
    assert [values.count(text) for text in ("2 %", "3 %", "6 %")] == [100, 100, 100]
    assert found.at(1.0) == "6 %"


def test_a_triangle_is_scipys(shop: Path) -> None:
    found = spread(shop, "programs.welcome.gain", "{low: 2, likely: 5, high: 14}")
    assert isinstance(found, Triangle)
    law = stats.triang(c=0.25, loc=2.0, scale=12.0)
    for share in (0.0, 0.1, 0.25, 0.5, 0.9, 1.0):
        assert float(found.at(share)) == pytest.approx(float(law.ppf(share)), abs=1e-7)


def test_a_mean_with_a_spread_is_scipys_gamma(shop: Path) -> None:
    found = spread(shop, "programs.welcome.gain", "{mean: 9, spread: 50 %}")
    assert isinstance(found, Gamma)
    law = stats.gamma(a=4.0, scale=9.0 / 4.0)
    for share in (0.01, 0.3, 0.5, 0.99):
        assert float(found.at(share)) == pytest.approx(float(law.ppf(share)), rel=1e-6)
    assert len(found.levels(3)) == 3


def test_a_spread_that_nine_digits_cannot_show_is_refused(shop: Path) -> None:
    found = spread(shop, "programs.welcome.gain", "{mean: 9, spread: 0.0001 %}")
    assert found.levels(3) == tuple(f"{stats.norm(9.0, 9e-6).ppf((k + 0.5) / 3):.9g}" for k in range(3))
    for share in ("0.00009 %", "1e-7 %", "1e-200 %", "0"):
        with pytest.raises(FactorError, match="out of range"):
            spread(shop, "programs.welcome.gain", f"{{mean: 9, spread: {share}}}")
