"""A small shop with a desk and a study that optimises it: a run takes a few thousandths of a second."""

from pathlib import Path

from tests.unit.study.sweeps.shop import SHOP, shop_study

SHOP_WITH_DESK = (
    SHOP.replace(
        "programs:\n",
        "desks: {care: {agents: 1, hours: 2 per week, handling: {mean: 6 minutes}, cost: 28 per hour}}\nprograms:\n",
    )
    .replace("reward: {value: 5}}", "reward: {value: 5}, desk: care}")
    .replace("baseline: today}", "baseline: today, matters: 2}")
)

FREE = ', free: "yes, because the search is tried, not the shop"'

SEARCH = f"""\
format: 1
name: Small search
scenario: shop.yaml
levers:
  programs.welcome.gain: 2 to 12
  programs.make it good.restore: [50 %, 90 %]
  desks.care.agents: 1 to 3
uncertainties:
  failure.per_order: 2 % to 8 %
optimise: {{trials: 20, finalists: 3, budget: 900{FREE}}}
replications: 3
"""


def corner_study(folder: Path, text: str = SEARCH, *, shop: str = SHOP_WITH_DESK) -> Path:
    """A study file with its scenario beside it."""
    return shop_study(folder, text, shop=shop)
