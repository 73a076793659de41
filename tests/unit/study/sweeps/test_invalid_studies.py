"""Study files that must be refused, each with every fault at its place and no other."""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from equitysim.errors import Fault, ScenarioError
from equitysim.study.sweeps import points
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


def faults_of(folder: Path, content: str, factors: str = "failure.per_order") -> tuple[Fault, ...]:
    """What is said of a study whose points are in a file with this content."""
    shop = "format: 1\nexisting: {count: 5}\nprograms: {p: {when: purchase}}\npolicies: {one: [p]}\n"
    (folder / "shop.yml").write_text(shop, "utf-8")
    (folder / "draws.csv").write_text(content, "utf-8", newline="")
    path = folder / "study.yaml"
    path.write_text(f"format: 1\nscenario: shop.yml\nlevers: [{factors}]\ndesign: {{points: draws.csv}}\n", "utf-8")
    return check_study(path)[1]


LARGE = {
    "empty lines": ("failure.per_order\n" + "\n" * 300_000, "has no points"),
    "a column too many, and many more": ("," * 300_000, "has 300001 columns, and the study 1 factors"),
    "one line": ("," * 2_000_000, "a line of more than 1000000 characters"),
    "nothing but faults": ("failure.per_order\n" + "nan\n" * 100_000, "'nan' is not a share"),
}


@pytest.mark.parametrize(("content", "said"), LARGE.values(), ids=LARGE)
def test_a_file_of_points_takes_no_more_memory_than_its_points(tmp_path: Path, content: str, said: str) -> None:
    tracemalloc.start()
    faults = faults_of(tmp_path, content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said in faults[0].message
    assert len(faults) <= points.MOST_FAULTS
    assert most < points.LARGEST_TABLE + 5e6  # what reading a file sets aside


def test_a_file_of_points_has_no_more_values_than_a_design(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "MOST_VALUES", 5)
    two = "failure.per_order, programs.p.cost"
    assert faults_of(tmp_path, "failure.per_order,programs.p.cost\n1 %,1\n2 %,2\n", two) == ()
    fault = faults_of(tmp_path, "failure.per_order,programs.p.cost\n" + "1 %,1\n2 %,2\n" * 2, two)[0]
    assert (fault.line, fault.message) == (4, "has more than 5 values, points times factors")


def test_a_cell_cannot_disturb_a_terminal(tmp_path: Path) -> None:
    """Words have no form of their own, so a cell may hold anything."""
    faults = faults_of(tmp_path, 'programs.p.when\n\x1b[31mred\n"two\nlines"\n' + "w" * 500, "programs.p.when")
    assert len(faults) == 3
    for fault in faults:
        assert str(fault).isprintable()
        assert len(str(fault)) < 600
