"""Scenarios for tests, written to a file and read back as users do."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

from equitysim.errors import Fault
from equitysim.scenario.load import check, load
from equitysim.scenario.schema import Scenario

SCENARIOS = Path(__file__).parents[3] / "scenarios"

SHOP = """
    format: 1
    name: Shop
    horizon: 2 years
    existing: {count: 10_000, history: 2 years}
    channels:
      web: {leads: 10 per month, cost: 4}
    desks:
      care: {agents: 2, hours: 1 per week, handling: {mean: 6 minutes, spread: 50 %}, cost: 28 per hour}
    programs:
      welcome: {when: first_purchase, gain: 8, cost: 1}
      fix: {when: known_failure, restore: {at_0: 40 %, at_5: 90 %}, reward: {value: 5}, desk: care}
    policies:
      today: [welcome]
      recover: [welcome, fix]
"""


def write(folder: Path, text: str, name: str = "shop.yaml") -> Path:
    """A file with this text, its common indentation removed."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def scenario_of(
    folder: Path, text: str, settings: Mapping[str, str] | None = None, layers: Sequence[Path] = ()
) -> Scenario:
    """The scenario of a text."""
    return load(write(folder, text), settings=settings, layers=layers)


def faults_of(folder: Path, text: str, settings: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
    """The faults of a text."""
    return check(write(folder, text), settings=settings)[1]
