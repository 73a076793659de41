"""The list of measures: names, units, meaning, and which way is better (model §9). Names are frozen: scenarios,
tables and documents use them."""

from enum import IntEnum
from typing import NamedTuple


class Window(IntEnum):
    """Over which time a measure looks: to the horizon, the window of ``ltv``, or twelve months."""

    HORIZON = 0
    LTV = 1
    YEAR = 2


class Measure(NamedTuple):
    """One measure.

    ``unit``: in words, with ``{currency}`` in it for money. ``better``: 1 more is better, -1 less is better, 0
    neither by itself. ``by_segment``: also defined for one segment. ``against_baseline``: made of differences to the
    baseline, so undefined for the baseline itself and for a policy run alone.
    """

    name: str
    label: str
    unit: str
    better: int
    by_segment: bool
    window: Window
    meaning: str
    against_baseline: bool = False


PER_PERSON = "{currency} per seed person"
MONEY = "{currency}"
RATIO = "{currency} per {currency}"

_ALL = (
    Measure(
        "net_value",
        "net value",
        PER_PERSON,
        1,
        False,
        Window.HORIZON,
        "All flows up to the horizon, desks and fixed costs included, discounted to the start. What customers are "
        "still worth at the horizon is not in it.",
    ),
    Measure(
        "net_value_total",
        "net value in all",
        MONEY,
        1,
        False,
        Window.HORIZON,
        "Net value, not divided.",
    ),
    Measure(
        "ltv",
        "lifetime value",
        PER_PERSON,
        1,
        True,
        Window.LTV,
        "Flows of seed persons and of everybody descended from them by referral, within the window from the seed "
        "person's entry (existing people: from t = 0), "
        "discounted to that entry, over seed persons whose window fits into the horizon; before desks and fixed "
        "costs. A segment is the seed person's.",
    ),
    Measure(
        "ltv_own",
        "lifetime value, own",
        PER_PERSON,
        1,
        True,
        Window.LTV,
        "The seed persons' own part of lifetime value.",
    ),
    Measure(
        "ltv_referred",
        "lifetime value, referred",
        PER_PERSON,
        1,
        True,
        Window.LTV,
        "The referred descendants' part of lifetime value.",
    ),
    Measure(
        "spend",
        "spend",
        PER_PERSON,
        -1,
        False,
        Window.HORIZON,
        "Contacts, rewards, incentives, compensation, acquisition, desks and fixed costs, discounted to the start; "
        "a positive number.",
    ),
    Measure(
        "roi",
        "return on spend",
        RATIO,
        1,
        False,
        Window.HORIZON,
        "Net value gained over the baseline per money spent beyond the baseline, of the means over replications; "
        "undefined where spend did not rise or its rise is not clear of 0.",
        True,
    ),
    Measure(
        "cost_per_value",
        "cost per value",
        RATIO,
        -1,
        False,
        Window.HORIZON,
        "Money spent beyond the baseline per value gained before that spend, of the means over replications; "
        "undefined where spend did not rise or that value is not clear of 0, negative where value was lost.",
        True,
    ),
    Measure(
        "referrals",
        "referrals",
        "referrals",
        1,
        True,
        Window.HORIZON,
        "Referrals made from t = 0 on. A segment is the referrer's.",
    ),
    Measure(
        "referred_customers",
        "referred customers",
        "customers",
        1,
        True,
        Window.HORIZON,
        "People referred from t = 0 on who have bought. A segment is the referrer's.",
    ),
    Measure(
        "retention_12m",
        "retention after 12 months",
        "share",
        1,
        True,
        Window.YEAR,
        "Of customers whose clock (first purchase; for existing people not lost at t = 0: t = 0) began at least 12 "
        "months before the horizon: the sum of their chances to be there 12 months later over that of their chances "
        "to be there when it began. The chance is 0 for the lost and else 1 minus the chance to leave that is pending; "
        "under contract nothing is pending before the next renewal is due.",
    ),
    Measure(
        "active_end",
        "active customers at the end",
        "customers",
        1,
        True,
        Window.HORIZON,
        "Customers at the horizon who ordered within the recency window; under contract, who have not cancelled.",
    ),
    Measure(
        "share_won",
        "share of occasions won",
        "share",
        1,
        True,
        Window.HORIZON,
        "Buying occasions won, first purchases excluded.",
    ),
    Measure(
        "second_purchase_rate",
        "second purchase rate",
        "share",
        1,
        True,
        Window.YEAR,
        "Of first purchases from t = 0 on that lie at least 12 months before the horizon: followed by a second "
        "within 12 months.",
    ),
    Measure(
        "equity_mean",
        "mean equity",
        "points",
        1,
        True,
        Window.HORIZON,
        "Balance at the horizon, over active customers.",
    ),
    Measure(
        "complaints",
        "complaints",
        "per 100 orders",
        -1,
        True,
        Window.HORIZON,
        "Complaints per 100 orders, from t = 0 on.",
    ),
    Measure(
        "recovered_share",
        "failures recovered",
        "share",
        1,
        True,
        Window.HORIZON,
        "Known failures that were given a restoring answer.",
    ),
    Measure(
        "desk_wait_mean",
        "mean wait at desks",
        "days",
        -1,
        False,
        Window.HORIZON,
        "Wait from opening a case until service begins, over cases served.",
    ),
    Measure(
        "refused",
        "touches refused",
        "touches",
        -1,
        True,
        Window.HORIZON,
        "Touches refused by a budget or by at_most.",
    ),
    Measure(
        "opt_outs",
        "opt-outs",
        "customers",
        -1,
        True,
        Window.HORIZON,
        "Customers who opted out of marketing, from t = 0 on.",
    ),
    Measure(
        "top20_margin_share",
        "margin share of the best 20 %",
        "share",
        0,
        True,
        Window.HORIZON,
        "Share of all margin, premium included and discounted to the start, that comes from the best 20 % of those "
        "who bought from t = 0 on.",
    ),
    Measure(
        "source_base",
        "source: base",
        PER_PERSON,
        0,
        True,
        Window.HORIZON,
        "Margin that seed persons would have brought at neutral equity on the occasions they lived to see, less "
        "cost to serve at its unsaved rate. Longer life sits "
        "here.",
    ),
    Measure(
        "source_more_purchases",
        "source: more purchases",
        PER_PERSON,
        0,
        True,
        Window.HORIZON,
        "Margin from being chosen more often and from cross-selling because of equity; negative where balances are "
        "below neutral.",
    ),
    Measure(
        "source_premium",
        "source: premium",
        PER_PERSON,
        0,
        True,
        Window.HORIZON,
        "Premium that seed persons paid because of equity.",
    ),
    Measure(
        "source_cost_to_serve",
        "source: cost to serve",
        PER_PERSON,
        0,
        True,
        Window.HORIZON,
        "Cost to serve that equity and tenure saved.",
    ),
    Measure(
        "source_referrals",
        "source: referrals",
        PER_PERSON,
        0,
        True,
        Window.HORIZON,
        "Margin and premium less cost to serve of the referred. The five sources add up to margin + premium − cost "
        "to serve of everybody, before programs. "
        "A segment is the seed person's.",
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
"""Every measure by its name, in the order tables show them."""

SOURCES = ("source_base", "source_more_purchases", "source_premium", "source_cost_to_serve", "source_referrals")
"""The five sources of value, which add up (model §9)."""


def units(currency: str) -> dict[str, str]:
    """Measure → unit in words for a currency."""
    return {measure.name: measure.unit.replace("{currency}", currency) for measure in _ALL}


def window_days(measure: Measure, *, horizon: float, ltv_window: float) -> float:
    """Length in days of what the measure looks at."""
    return {Window.HORIZON: horizon, Window.LTV: ltv_window, Window.YEAR: 365.0}[measure.window]
