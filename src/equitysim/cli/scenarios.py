"""Scenario files with the layers and changes of the command line."""

import shlex
from pathlib import Path
from typing import NamedTuple

from equitysim.cli.asked import Layers
from equitysim.cli.terminal import fail, tell_faults
from equitysim.errors import Fault, ScenarioError
from equitysim.figures.names import plain
from equitysim.scenario import load
from equitysim.scenario.schema import Scenario
from equitysim.scenario.vary import Variant, check_variants


def checked(file: Path, layers: Layers) -> tuple[Scenario | None, tuple[Fault, ...]]:
    """The scenario, or None, and everything there is to say of it."""
    return load.check(file, layers=layers.layers, settings=settings(layers.changes))


def loaded(file: Path, layers: Layers, *, strict: bool, quiet: bool) -> Scenario:
    """The scenario; its warnings are told. Raises ScenarioError for errors, and if strict for warnings."""
    scenario, faults = checked(file, layers)
    if scenario is None:
        _no_study(file)
    if scenario is None or (strict and any(fault.counts for fault in faults)):
        raise ScenarioError(faults)
    if not quiet:
        tell_faults(faults)
    return scenario


def _no_study(file: Path) -> None:
    """Say what a study is for, instead of every key that no scenario has. Raises UsageError."""
    if load.is_study(file):
        shown = shlex.quote(plain(str(file)))
        fail(f"{plain(str(file))} is a study, not a scenario; equitysim sweep {shown} runs it")


def settings(changes: tuple[str, ...]) -> dict[str, str]:
    """``--set path=value`` taken apart; a path given twice has its last value."""
    found: dict[str, str] = {}
    for change in changes:
        path, equals, text = change.partition("=")
        if not equals or not path.strip():
            fail(f"--set needs PATH=VALUE, such as failure.per_order=2%, not '{plain(change)}'")
        found[path.strip()] = text.strip()
    return found


class VariedScenario(NamedTuple):
    """A scenario as it stands, and at each value of a key."""

    scenario: Scenario
    key: str
    variants: tuple[Variant, ...]


def varied(file: Path, vary: tuple[str, ...], layers: Layers, *, strict: bool, quiet: bool) -> VariedScenario:
    """The scenario, and what ``--vary`` makes of it; warnings are told once. Raises ScenarioError like :func:`loaded`,
    UsageError for more than one key and for what is no list of values."""
    if len(vary) > 1:
        fail("--vary takes one key; for a second one, compare once for each of its values with --set")
    key, equals, values = vary[0].partition("=")
    key = key.strip()
    if not equals or not key:
        fail(f"--vary needs PATH=VALUE,VALUE, such as failure.per_order=2%,4%,6%, not '{plain(vary[0])}'")
    scenario, known = checked(file, layers)
    if scenario is None:
        _no_study(file)
        raise ScenarioError(known)
    variants, found = check_variants(file, key, values, layers=layers.layers, settings=settings(layers.changes))
    faults = tuple(dict.fromkeys((*known, *found)))
    if not variants or (strict and any(fault.counts for fault in faults)):
        raise ScenarioError(faults if variants else found)
    if not quiet:
        tell_faults(faults)
    return VariedScenario(scenario, key, variants)
