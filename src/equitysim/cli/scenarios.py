"""Scenario files with the layers and changes of the command line."""

from pathlib import Path

from equitysim.cli.asked import Layers
from equitysim.cli.terminal import fail, tell_faults
from equitysim.errors import Fault, ScenarioError
from equitysim.figures.names import plain
from equitysim.scenario import load
from equitysim.scenario.schema import Scenario


def checked(file: Path, layers: Layers) -> tuple[Scenario | None, tuple[Fault, ...]]:
    """The scenario, or None, and everything there is to say of it."""
    return load.check(file, layers=layers.files, settings=settings(layers.changes))


def loaded(file: Path, layers: Layers, *, strict: bool, quiet: bool) -> Scenario:
    """The scenario; its warnings are told. Raises ScenarioError for errors, and if strict for warnings."""
    scenario, faults = checked(file, layers)
    if scenario is None or (strict and faults):
        raise ScenarioError(faults)
    if not quiet:
        tell_faults(faults)
    return scenario


def settings(changes: tuple[str, ...]) -> dict[str, str]:
    """``--set path=value`` taken apart; a path given twice has its last value."""
    found: dict[str, str] = {}
    for change in changes:
        path, equals, text = change.partition("=")
        if not equals or not path.strip():
            fail(f"--set needs PATH=VALUE, such as failure.per_order=2%, not '{plain(change)}'")
        found[path.strip()] = text.strip()
    return found
