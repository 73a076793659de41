"""Worlds: a scenario with some of its numbers at other values, and whether it still makes sense there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from equitysim.errors import Fault, ScenarioError
from equitysim.scenario.parts import Place
from equitysim.scenario.plain import content
from equitysim.scenario.rules import RULES
from equitysim.scenario.schema import Scenario
from equitysim.scenario.uncertain import as_node, uncertainties
from equitysim.scenario.validate import validated

Values = Iterable[tuple[Place, str]]
"""Numbers by their place, each with its value as text."""


@dataclass(frozen=True)
class Ground:
    """A scenario written out, to be changed number by number: what a default depends on may change, the default
    stays as it is in the scenario itself."""

    data: dict[str, Any]
    file: str

    def world(self, values: Values) -> Scenario:
        """The scenario with these values. Raises ``errors.ScenarioError`` if it makes no sense."""
        scenario, faults = self._changed(values)
        if scenario is None:
            raise ScenarioError(faults)
        return scenario

    def reason(self, values: Values) -> str:
        """Why these values make no sense together; empty if they do."""
        _, faults = self._changed(values)
        return "; ".join(f"{fault.path}: {fault.message}" for fault in faults[:2])

    def _changed(self, values: Values) -> tuple[Scenario | None, tuple[Fault, ...]]:
        data = _copy(self.data)
        for place, text in values:
            _set(data, place, text)
        try:
            scenario = Scenario.modelled(data)
            sound = not any(True for rule in RULES for _ in rule(scenario))
        except ValidationError:
            sound = False
        if sound:
            scenario._file = self.file
            return scenario, ()
        # Only what is wrong is worth the words.
        _, faults = validated(as_node(data))
        return None, tuple(faults)


def ground(scenario: Scenario) -> Ground:
    """A scenario as worlds are made of it: without what it says of unknowns itself."""
    data = {name: value for name, value in content(scenario).items() if name not in ("uncertain", "draws")}
    return Ground(data, scenario.file)


def _copy(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _copy(value) for name, value in data.items()}
    return [_copy(value) for value in data] if isinstance(data, list) else data


def _set(data: Any, place: Place, text: str) -> None:
    for part in place[:-1]:
        data = data[part]
    data[place[-1]] = text


def world_faults(scenario: Scenario) -> Iterator[tuple[Place, str, str]]:
    """Worlds that make no sense: each range at its two ends alone, and every row of the draws. With where to complain,
    a message and a hint."""
    unknown = uncertainties(scenario)
    if not unknown.ranges and not unknown.draws:
        return
    base = ground(scenario)
    for found in unknown.ranges:
        for size in found.span():
            text = found.text_of(size)
            reason = base.reason([(found.number.place, text)])
            if reason:
                yield ("uncertain", found.path), f"at {text} the scenario makes no sense: {reason}", _TOGETHER
                break
    for row in range(unknown.rows):
        reason = base.reason([(column.number.place, column.texts[row]) for column in unknown.draws])
        if reason:
            place: Place = ("draws", unknown.draws[0].path, row)
            yield place, f"in this row the scenario makes no sense: {reason}", _TOGETHER


_TOGETHER = "numbers that must move together belong together in a row of draws"
