"""Every text may be a user's name, also one like the tags that pydantic writes into the places of faults."""

from pathlib import Path

import pytest

from equitysim.scenario.load import check, read
from equitysim.scenario.parameters import Parameter, parameter

NAMES = ["<vip>", "<use>", "<channel>", "<"]


def written(folder: Path, program: str) -> Path:
    path = folder / "a.yaml"
    path.write_text(
        f"""\
name: Tags
horizon: 1 year
existing: {{count: 30, history: 1 year}}
segments: {{everyone: {{share: 100 %, occasions: {{mean: 6 per year}}}}}}
programs:
  "NAME": {program}
policies: {{today: [], "NAME": ["NAME"]}}
compare: {{baseline: today}}
""".replace("NAME", "%NAME%"),
        encoding="utf-8",
    )
    return path


def faults_of(folder: Path, program: str, name: str) -> list[tuple[str, str, str]]:
    path = written(folder, program)
    path.write_text(path.read_text(encoding="utf-8").replace("%NAME%", name), encoding="utf-8")
    return [(fault.path, fault.message, fault.hint) for fault in check(path)[1]]


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_key_is_missing_in_the_program_of_that_name(name: str, tmp_path: Path) -> None:
    assert faults_of(tmp_path, "{gain: 4}", name) == [(f"programs.{name}.when", "is missing", "add when")]


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_key_is_told_what_was_probably_meant(name: str, tmp_path: Path) -> None:
    found = faults_of(tmp_path, "{when: first_purchase, gian: 4}", name)
    assert found == [(f"programs.{name}.gian", "unknown key", "did you mean 'gain'?")]


@pytest.mark.parametrize("name", NAMES)
def test_a_path_through_the_name_is_a_parameter(name: str, tmp_path: Path) -> None:
    """As ``--set``, ``--vary`` and the levers and uncertainties of a study name one."""
    path = written(tmp_path, "{when: first_purchase, gain: 4}")
    path.write_text(path.read_text(encoding="utf-8").replace("%NAME%", name), encoding="utf-8")
    root = read(path).root
    assert root is not None
    found = parameter(root, f"programs.{name}.gain")
    assert isinstance(found, Parameter)
    assert found.place == ("programs", name, "gain")
    assert found.quantity is not None
