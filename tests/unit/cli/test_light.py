"""Starting is quick because nothing heavy is imported until a command needs it."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"numpy", "scipy", "pandas", "matplotlib", "numba", "pydantic", "yaml", "simpy", "rich", "jinja2"}


def imported_by(statement: str) -> set[str]:
    """Top-level modules there are in a fresh interpreter after the statement."""
    code = f"import sys\n{statement}\nprint(' '.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "statement",
    [
        "import equitysim",
        "import equitysim.cli",
        "import equitysim.cli as c; c.main(['--help'])",
        "import equitysim.cli as c; c.main(['compare', '--help'])",
        "import equitysim.cli as c; c.main(['comapre'])",
    ],
)
def test_nothing_heavy_is_imported(statement: str) -> None:
    assert imported_by(statement) & HEAVY == set()


def test_check_imports_nothing_that_simulates_or_draws() -> None:
    scenario = Path(__file__).parents[3] / "scenarios" / "corner-coffee.yaml"
    imported = imported_by(f"import equitysim.cli as c; c.main(['check', {str(scenario)!r}])")
    assert imported & HEAVY == {"pydantic", "yaml"}


def test_the_check_sees_what_is_imported() -> None:
    assert imported_by("import numpy") & HEAVY == {"numpy"}
