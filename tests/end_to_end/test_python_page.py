"""What docs/python.md shows runs as it stands there, from top to bottom, as a reader types it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"
NOT_RUN = 3
"""How many of the page's examples may ask for what a test has not: other machines, or minutes."""


class Example(NamedTuple):
    """An example, the line where it begins, and why it is not run, empty where it is."""

    line: int
    code: str
    reason: str


def examples(text: str) -> list[Example]:
    found = re.finditer(r"(?:<!-- not run: (.+?) -->\n)?```python\n(.*?)```", text, re.DOTALL)
    return [Example(text.count("\n", 0, one.start(2)) + 1, one[2], one[1] or "") for one in found]


def run_all(text: str) -> None:
    """One after the other in the same names; a fault is at its line of the page."""
    names: dict[str, Any] = {"__name__": "page"}
    for example in examples(text):
        if not example.reason:
            exec(compile("\n" * (example.line - 1) + example.code, "python.md", "exec"), names)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_most_of_the_page_is_run() -> None:
    found = examples(PAGE.read_text("utf-8"))
    left = [example for example in found if example.reason]
    assert len(found) == PAGE.read_text("utf-8").count("```python") >= 14
    assert PAGE.read_text("utf-8").count("<!-- not run") == len(left) == NOT_RUN


def test_the_page_runs_from_top_to_bottom(folder: Path) -> None:
    run_all(PAGE.read_text("utf-8"))
    assert (folder / "shop-study" / "values.csv").is_file()


def test_a_fault_on_the_page_is_seen_at_its_line() -> None:
    with pytest.raises(ZeroDivisionError) as seen:
        run_all("one\n\n```python\nx = 0\n```\n\n<!-- not run: slow -->\n```python\ny\n```\n```python\n1 / x\n```\n")
    assert seen.traceback[-1].lineno == 11


SCRIPT = """\
import equitysim as es

scenario = es.load({path!r}, settings={{"existing.count": 40, "horizon": "1 year"}})
alone = es.run(scenario, "today")
compared = es.compare(scenario, policies=["recover everyone"], replications=3)
people = es.customers(scenario, "today")
traced = es.trace(scenario, "today", "best")
print(alone.context.replications, compared.context.replications, people["replication"].nunique(), traced.replication)
"""


def test_a_script_without_a_guard_runs_once_with_what_the_functions_do_by_themselves(tmp_path: Path) -> None:
    """Nothing starts a worker unless asked to, so nothing reads the script a second time."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(path=str(ROOT / "scenarios" / "corner-coffee.yaml")), "utf-8")
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "10 3 1 0\n", "")
