"""Study files that must be refused, each with every fault at its place and no other."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from equitysim.errors import ScenarioError
from equitysim.study.sweeps.reading import check_study, load_study
from tests.unit.scenario.invalid import FOLDER, Expected, differences, expected_of

STUDIES = FOLDER / "studies"
FILES = sorted(STUDIES.glob("*.yaml"))


def test_there_are_enough() -> None:
    assert len(FILES) >= 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fault_is_found_at_its_place_and_no_other(path: Path) -> None:
    study, faults = check_study(path)
    expected = expected_of(path)
    assert study is None
    assert expected
    assert differences(expected, faults, STUDIES) == []
    assert all(fault.hint for fault in faults)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda expected: expected[:-1],
        lambda expected: [expected[0]._replace(line=expected[0].line + 1), *expected[1:]],
        lambda expected: [expected[0]._replace(fragment="something else"), *expected[1:]],
    ],
)
def test_the_comparison_notices_what_is_wrong(spoil: Callable[[list[Expected]], list[Expected]]) -> None:
    path = STUDIES / "values.yaml"
    assert differences(spoil(expected_of(path)), check_study(path)[1], STUDIES)


def test_loading_raises_all_of_them() -> None:
    path = STUDIES / "values.yaml"
    with pytest.raises(ScenarioError, match="varies nothing") as caught:
        load_study(path)
    assert len(caught.value.faults) == len(expected_of(path)) > 10


@pytest.mark.parametrize(
    ("design", "factors"),
    [
        ("{grid: 999_999_999}", 100),
        ("{one_at_a_time: 999_999_999}", 100),
        ("{latin_hypercube: 99_999}", 100),
        ("{saltelli: 536_870_912}", 2),
        ("{morris: 999_999_999}", 2),
    ],
)
def test_a_design_that_would_fill_the_memory_is_refused_at_once(tmp_path: Path, design: str, factors: int) -> None:
    """In less than two seconds of processor time and without what its points would take."""
    costs = ", ".join(f"programs.p{k}.cost: 1 to 2" for k in range(factors))
    programs = ", ".join(f"p{k}: {{when: purchase}}" for k in range(factors))
    (tmp_path / "shop.yml").write_text(f"format: 1\nprograms: {{{programs}}}\n", "utf-8")
    path = tmp_path / "study.yaml"
    path.write_text(f"format: 1\nscenario: shop.yml\nuncertainties: {{{costs}}}\ndesign: {design}\n", "utf-8")
    begun = time.process_time()
    study, faults = check_study(path)
    assert study is None
    assert [fault.path.split(".")[0] for fault in faults] == ["design"]
    assert "makes more than" in faults[0].message
    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"failure.per_order\n\x00\n", b"a" * 200_000, b"failure.per_order\n"]
)
def test_a_file_of_points_that_is_none_is_a_fault(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "shop.yml").write_text("format: 1\n", "utf-8")
    (tmp_path / "draws.csv").write_bytes(content)
    path = tmp_path / "study.yaml"
    path.write_text(
        "format: 1\nscenario: shop.yml\nuncertainties: [failure.per_order]\ndesign: {points: draws.csv}\n", "utf-8"
    )
    study, faults = check_study(path)
    assert study is None
    assert faults
    assert all(fault.hint for fault in faults)
    assert all(len(str(fault)) < 1_000 for fault in faults)
