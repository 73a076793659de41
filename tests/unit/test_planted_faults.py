"""The tool that plants faults: everything it would plant has its place, and it tells a fault that is seen from one that
is not. The faults themselves take too long for the tests."""

import ast
import shutil
from pathlib import Path

import pytest
from faults_to_plant import PLANTED, STORE, Planted
from planted_faults import ROOT, row, seen

LOCK = "study/sweeps/lock.py"
ONE_AT_A_TIME = f"{STORE}::test_only_one_at_a_time"


@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.name)
def test_each_fault_has_one_place_and_a_test(fault: Planted) -> None:
    assert (ROOT / "src" / "equitysim" / fault.file).read_text("utf-8").count(fault.old) == 1
    assert fault.new != fault.old
    file, *_, test = fault.test.split("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert test.partition("[")[0] in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def test_each_is_named_once() -> None:
    assert len({fault.name for fault in PLANTED}) == len(PLANTED)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("copy") / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_a_fault_is_seen_and_leaves_no_trace(source: Path) -> None:
    before = (source / "equitysim" / LOCK).read_bytes()
    fault = Planted("coordinators: wait", LOCK, "timeout=0.0", "timeout=3.0", ONE_AT_A_TIME)
    found = seen(fault, source)
    assert found.red, found.why
    assert row(fault, found).startswith("| coordinators | wait | test_store.py::test_only_one_at_a_time | assert ")
    assert (source / "equitysim" / LOCK).read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [("timeout=0.0", "timeout=0.00"), ("timeout=0.0", "timeout=0.0 +"), ("no such text", "")],
    ids=["harmless", "not Python", "without a place"],
)
def test_what_no_test_fails_for_is_missed(source: Path, old: str, new: str) -> None:
    """Neither a test that passes, nor one that cannot run, nor a fault that was not planted has seen anything."""
    fault = Planted("coordinators: nothing", LOCK, old, new, ONE_AT_A_TIME)
    found = seen(fault, source)
    assert not found.red
    assert "MISSED" in row(fault, found)
