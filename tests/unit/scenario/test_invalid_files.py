from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from equitysim.errors import ScenarioError
from equitysim.scenario.load import check, load
from tests.unit.scenario.invalid import FOLDER, Expected, differences, expected_of

Spoil = Callable[[list[Expected]], list[Expected]]

FILES = sorted(FOLDER.glob("*.yaml"))


def test_there_are_enough() -> None:
    assert len(FILES) >= 80


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fault_is_found_at_its_place_and_no_other(path: Path) -> None:
    scenario, faults = check(path)
    expected = expected_of(path)
    assert scenario is None
    assert expected
    assert differences(expected, faults, FOLDER) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nearly_every_fault_has_a_hint(path: Path) -> None:
    _, faults = check(path)
    assert all(fault.hint for fault in faults)


def test_load_raises_all_of_them() -> None:
    path = FOLDER / "many.yaml"
    with pytest.raises(ScenarioError, match="yeers") as caught:
        load(path)
    assert len(caught.value.faults) == len(expected_of(path)) > 15
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda expected: expected[:-1],
        lambda expected: [*expected, expected[-1]],
        lambda expected: [expected[0]._replace(line=expected[0].line + 1), *expected[1:]],
        lambda expected: [expected[0]._replace(column=expected[0].column + 1), *expected[1:]],
        lambda expected: [expected[0]._replace(path="horizons"), *expected[1:]],
        lambda expected: [expected[0]._replace(fragment="something else"), *expected[1:]],
        lambda expected: [expected[0]._replace(file="other.yaml"), *expected[1:]],
        lambda expected: [expected[1], expected[0], *expected[2:]],
    ],
)
def test_the_comparison_notices_what_is_wrong(spoil: Spoil) -> None:
    path = FOLDER / "many.yaml"
    _, faults = check(path)
    assert differences(spoil(expected_of(path)), faults, FOLDER)


def test_the_comparison_notices_a_warning_for_an_error() -> None:
    path = FOLDER / "key-unknown.yaml"
    _, faults = check(path)
    warned = [replace(fault, severity="warning") for fault in faults]
    assert differences(expected_of(path), warned, FOLDER)


def test_an_unreadable_expectation_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("# expect: somewhere\n", encoding="utf-8")
    with pytest.raises(ValueError, match="cannot read"):
        expected_of(path)
    path.write_text("# expect: 1:2: horizon: no unit\n", encoding="utf-8")
    assert expected_of(path) == [Expected("a.yaml", 1, 2, "horizon", "no unit")]
