"""The small version of ``python tools/yaml_mutants.py``: spoilt files are checked to an end, and told by place."""

import random
from pathlib import Path

import pytest
import yaml_mutants

from equitysim.scenario import load


def test_a_few_mutants_are_sound_or_refused_by_their_places(tmp_path: Path) -> None:
    kinds = yaml_mutants.storm(40, 5, tmp_path)
    assert sum(kinds.values()) == 40
    assert kinds["BROKEN"] == 0
    assert kinds["refused"] > 10


def test_mutations_change_what_they_are_given() -> None:
    text = yaml_mutants.FILES[0].read_text("utf-8")
    luck = random.Random(1)
    assert len({yaml_mutants.mutant(text, luck) for _ in range(50)} - {text}) > 40
    for mutate in yaml_mutants.MUTATIONS:
        assert any(_mutated(text, mutate, seed) != text for seed in range(20)), mutate


def _mutated(text: str, mutate: yaml_mutants.Mutation, seed: int) -> str:
    lines = text.split("\n")
    mutate(lines, random.Random(seed))
    return "\n".join(lines)


def test_an_internal_fault_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("policies: {today: []}\n", "utf-8")

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(load, "check", broken)
    assert yaml_mutants.ended(file).kind == "BROKEN"


def test_a_fault_without_a_place_is_seen(tmp_path: Path) -> None:
    """Only what stands in a file has a line and a column."""
    assert yaml_mutants.PLACE.fullmatch("a.yaml:3:5: error: equity: must be a mapping (write keys)")
    assert not yaml_mutants.PLACE.fullmatch("error: equity: must be a mapping")
    assert not yaml_mutants.PLACE.fullmatch("a.yaml: 1 error")
