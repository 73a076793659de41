"""The list of measures."""

import pytest

from equitysim.measures.registry import MEASURES, SOURCES, units, window_days

FROZEN = [
    "net_value",
    "net_value_total",
    "ltv",
    "ltv_own",
    "ltv_referred",
    "spend",
    "roi",
    "cost_per_value",
    "referrals",
    "referred_customers",
    "retention_12m",
    "active_end",
    "share_won",
    "second_purchase_rate",
    "equity_mean",
    "complaints",
    "recovered_share",
    "desk_wait_mean",
    "refused",
    "opt_outs",
    "top20_margin_share",
    "source_base",
    "source_more_purchases",
    "source_premium",
    "source_cost_to_serve",
    "source_referrals",
]


def test_names_are_frozen() -> None:
    assert list(MEASURES) == FROZEN


def test_five_sources_of_one_unit() -> None:
    assert [name for name in MEASURES if name.startswith("source_")] == list(SOURCES)
    assert {MEASURES[name].unit for name in SOURCES} == {MEASURES["net_value"].unit}


def test_units_are_said_in_the_scenarios_money() -> None:
    said = units("CHF")
    assert said["net_value"] == "CHF per seed person"
    assert said["roi"] == "CHF per CHF"
    assert said["retention_12m"] == "share"
    assert list(said) == FROZEN


@pytest.mark.parametrize("text", ["EUR {x}", "{currency}", "%s"])
def test_a_currency_is_any_text(text: str) -> None:
    assert units(text)["net_value_total"] == text


@pytest.mark.parametrize(
    ("name", "days"),
    [("net_value", 900.0), ("ltv_own", 500.0), ("retention_12m", 365.0)],
)
def test_windows(name: str, days: float) -> None:
    assert window_days(MEASURES[name], horizon=900.0, ltv_window=500.0) == days
