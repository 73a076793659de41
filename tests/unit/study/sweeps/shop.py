"""A small shop and studies of it: a run takes a few thousandths of a second."""

from pathlib import Path

SHOP = """\
format: 1
name: Small shop
horizon: 1 year
ltv_window: 6 months
existing: {count: 40, history: 1 year}
channels: {flyers: {leads: 5 per month, cost: 4}}
segments:
  regulars: {share: 40 %, occasions: {mean: 20 per year, spread: 60 %}, order: {mean: 9, spread: 30 %}, margin: 60 %}
  others:   {share: 60 %, occasions: {mean: 6 per year}, order: {mean: 7}}
failure: {per_order: 5 %}
programs:
  welcome:      {when: first_purchase, gain: 8, cost: 1.50}
  make it good: {when: known_failure, restore: 90 %, reward: {value: 5}}
policies:
  today:     [welcome]
  recover:   [welcome, make it good]
  no flyers: [welcome, {channel: flyers, leads: 0 per month}]
compare: {baseline: today}
"""

STUDY = """\
format: 1
name: Small study
scenario: shop.yaml
uncertainties:
  failure.per_order: 2 % to 8 %
levers:
  programs.welcome.gain: [4, 8]
design: {grid: 3}
replications: 2
"""

SWAPPED = STUDY.replace("uncertainties", "unknown").replace("levers", "uncertainties").replace("unknown", "levers")
"""The same parameters in the other roles, and therefore in another order."""


def shop_study(folder: Path, text: str = STUDY, *, shop: str = SHOP) -> Path:
    """A study file with its scenario beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop.yaml").write_text(shop, encoding="utf-8")
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path
