"""Temporary reader; the one with places follows."""

from pathlib import Path

import yaml

from equitysim.scenario.schema import Scenario


def load(path: str | Path) -> Scenario:
    """Read a scenario file."""
    with open(path, encoding="utf-8") as file:
        return Scenario.model_validate(yaml.load(file, Loader=yaml.BaseLoader))
