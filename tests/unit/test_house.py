"""The house rules hold, and each of them can turn red."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from exactness_lint import exact_files, findings_in, main
from readme_command import quick_start_commands

ROOT = Path(__file__).parents[2]

BREACHES = {
    "power": "x = y ** 2",
    "power in place": "x **= 2",
    "pow": "x = pow(y, 2)",
    "matrix product": "x = y @ z",
    "math.pow": "import math\nx = math.pow(y, 2)",
    "math.gamma": "import math\nx = math.gamma(y)",
    "math.lgamma": "import math\nx = math.lgamma(y)",
    "math.sin": "from math import sin",
    "math.fsum outside engines": "import math\nx = math.fsum(y)",
    "numpy ufunc": "import numpy as np\nx = np.exp(y)",
    "numpy sum": "import numpy as np\nx = np.sum(y)",
    "numpy import": "from numpy import log",
    "numpy under another name": "import numpy as fast\nx = fast.log(y)",
    "array method": "x = y.sum()",
    "cumulative sum": "x = y.cumsum()",
    "sum": "x = sum(y)",
    "sum of floats": "x = sum(v * 0.5 for v in y)",
    "reduce": "from functools import reduce",
    "fastmath": "@compiled(fastmath=True)\ndef f() -> None: ...",
    "global generator": "import random",
    "scipy": "from scipy import special",
}
ALLOWED = {
    "exact functions": "import math\nx = math.exp2(-math.log1p(y)) + math.expm1(math.sqrt(y)) + math.floor(y)",
    "counting": "x = sum(1 for v in y if v)",
    "waived integers": "x = sum(y)  # integers",
    "structure": "import numpy as np\nx = np.zeros(3, dtype=np.int64)",
    "no fastmath": "@compiled(fastmath=False)\ndef f() -> None: ...",
}


@pytest.mark.parametrize("source", BREACHES.values(), ids=BREACHES.keys())
def test_exactness_lint_reports_each_breach_at_its_line(source: str) -> None:
    found = findings_in(source, "planted.py", fsum_allowed=False)
    first_line = source.startswith(("from", "@", "import random"))
    assert {finding.line for finding in found} == {1 if first_line else source.count("\n") + 1}


@pytest.mark.parametrize("source", ALLOWED.values(), ids=ALLOWED.keys())
def test_exactness_lint_lets_exact_code_pass(source: str) -> None:
    assert findings_in(source, "planted.py", fsum_allowed=False) == []


def test_engines_may_use_fsum() -> None:
    assert findings_in("import math\nx = math.fsum(y)", "planted.py", fsum_allowed=True) == []


def test_exactness_lint_ends_red_on_a_planted_package(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "laws.py").write_text("x = 2**3\n")
    assert main([str(tmp_path)]) == 1
    (tmp_path / "rules" / "laws.py").write_text("x = 8\n")
    assert main([str(tmp_path)]) == 0


def test_exactness_lint_ends_red_where_there_is_nothing_to_read(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 1


def test_the_package_keeps_the_exactness_contract() -> None:
    package = ROOT / "src" / "equitysim"
    assert {path.parent.name for path in exact_files(package)} >= {"rules", "engines"}
    assert main([str(package)]) == 0


def lint_imports(source: Path) -> str:
    start = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", start, "--no-cache", "--no-logo", "--config", str(ROOT / "pyproject.toml")],
        cwd=source,
        env={"PYTHONPATH": str(source), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


PLANTS = {
    "A room imports only from below, never sideways": ("codes.py", "import equitysim.plan"),
    "No cycles inside a room": ("engines/contract.py", "import equitysim.engines.simpy"),
    "No module imports the root package": ("errors.py", "import equitysim"),
    "Only scenario.compose and scenario.write know YAML": ("plan.py", "import yaml"),
    "Only figures.draw draws": ("result.py", "import matplotlib.figure"),
    "Only report.page fills templates": ("report/view.py", "import jinja2"),
    "Only engines.simpy knows SimPy": ("rules/state.py", "import simpy"),
    "Only jit knows numba": ("engines/contract.py", "import numba"),
    "Only measures.parquet knows Parquet": ("measures/tables.py", "import pyarrow"),
    "Only study.machines.cluster knows Dask": ("study/executors.py", "import distributed"),
    "Only study.machines.mpi knows MPI": ("study/processes.py", "import mpi4py"),
    "Only study.workbook writes workbooks": ("study/output.py", "import xlsxwriter"),
    "Only study.optima.search knows Optuna": ("study/optimise.py", "import optuna"),
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the layer check says of a copy of the package with one breach of every contract."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "src" / "equitysim", copy / "equitysim", ignore=shutil.ignore_patterns("__pycache__"))
    for file, line in PLANTS.values():
        path = copy / "equitysim" / file
        path.write_text(path.read_text("utf-8") + f"\n{line}\n", "utf-8")
    back = copy / "equitysim" / "engines" / "simpy" / "__init__.py"
    back.write_text(back.read_text("utf-8") + "\nimport equitysim.engines.contract\n", "utf-8")
    return lint_imports(copy)


@pytest.mark.parametrize("contract", PLANTS)
def test_each_layer_contract_can_break(planted: str, contract: str) -> None:
    assert re.search(re.escape(contract) + r"\s+BROKEN", planted), planted


def test_the_package_keeps_its_layers() -> None:
    said = lint_imports(ROOT / "src")
    assert "BROKEN" not in said
    assert re.search(rf"{len(PLANTS)} kept, 0 broken", said), said


def test_readme_has_exactly_two_one_line_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    commands = quick_start_commands(text)
    assert len(commands) == 2
    assert not any("\n" in command for command in commands)
    assert "equitysim compare scenarios/cdnow-1997.yaml" in commands[0]
    assert commands[1].endswith("pytest -q -n auto")


def test_readme_reader_notices_a_missing_section() -> None:
    with pytest.raises(ValueError, match="Quick start"):
        quick_start_commands("# equitysim\n")


def test_ci_runs_the_readmes_second_command() -> None:
    assert "$(python3 tools/readme_command.py 2)" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_suite_but_the_browsers_runs_by_default() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    paths = set(settings["tool"]["pytest"]["ini_options"]["testpaths"])
    suites = {f"tests/{path.parent.relative_to(ROOT / 'tests').parts[0]}" for path in ROOT.glob("tests/*/**/test_*.py")}
    assert suites - paths == {"tests/browser"}
    assert paths <= suites


def test_ci_sees_to_a_browser_and_needs_it() -> None:
    steps = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "bash .ci/browser" in steps
    assert "EQUITYSIM_NEEDS_BROWSER=1 $python -m pytest -q tests/browser" in steps


def test_ci_sees_to_an_mpi_and_needs_it() -> None:
    steps = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "'.[test,mpi]' mpich" in steps
    assert "EQUITYSIM_NEEDS_MPI=1 $python -m pytest -q tests/end_to_end/test_machines.py" in steps


@pytest.mark.parametrize(("needed", "code", "outcome"), [("1", 1, "1 error"), ("0", 0, "1 skipped")])
def test_a_missing_browser_is_told_and_red_where_it_is_needed(
    tmp_path: Path, needed: str, code: int, outcome: str
) -> None:
    suite = ROOT / "tests" / "browser" / "test_page.py"
    one = f"{suite}::test_motion_is_left_out_for_those_who_asked"
    environment = {**os.environ, "PATH": str(tmp_path), "EQUITYSIM_NEEDS_BROWSER": needed, "CI": "true"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", one],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert done.returncode == code, done.stdout
    assert outcome in done.stdout
    assert "the page was NOT tested in a browser: none of chromium" in " ".join(done.stdout.split())


def test_the_browser_script_says_why_there_is_none(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/bash", str(ROOT / ".ci" / "browser")],
        capture_output=True,
        text=True,
        env={"PATH": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("no browser: the page cannot be tested.")


HOST = re.compile(r"(?:tcp|tls|ws|wss)://([^\s:/`'\"|)]+)")


def foreign_hosts(text: str) -> list[str]:
    """Hosts of addresses that a command would contact: not this machine, nor a word in capitals to be replaced."""
    return [host for host in HOST.findall(text) if host != "127.0.0.1" and not host.isupper()]


def test_whoever_runs_what_is_written_here_contacts_nobody() -> None:
    assert foreign_hosts("dask:tcp://10.0.0.7:8786 tcp://scheduler:8786 tcp://ADDRESS:8786") == [
        "10.0.0.7",
        "scheduler",
    ]
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/**/*.py")]
    assert {file.name: found for file in files if (found := foreign_hosts(file.read_text("utf-8")))} == {}
