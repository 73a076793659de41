"""Numbers that people read have no exponent: 1,130 and not 1.13e+03."""

import ast
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

import equitysim
from equitysim.digits import rounded

PACKAGE = Path(equitysim.__file__).parent
ROUNDS = PACKAGE / "digits.py"
"""The one place where a number is given so many significant digits."""


def exponents(source: str) -> Iterator[int]:
    """Lines that format a number in a way that may write an exponent: ``g`` and ``e``, also for some sizes only."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=parts)) if (
                parts and isinstance(last := parts[-1], ast.Constant) and str(last.value)[-1:] in ("g", "G", "e", "E")
            ):
                yield node.lineno


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_else_writes_exponents(path: Path) -> None:
    found = list(exponents(path.read_text("utf-8")))
    assert bool(found) == (path == ROUNDS), found


@pytest.mark.parametrize("line", ['f"{times:.3g} times"', 'f"{size:,.6g}"', 'f"{x:.{n}g}"', 'f"{x:g}"', 'f"{x:+.1e}"'])
def test_a_number_that_may_have_one_is_found(line: str) -> None:
    """The injected faults: as such lines stood before."""
    assert list(exponents(line)) == [1]


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (1_130.0, "1,130"),
        (216_999.0, "217,000"),
        (100_000.0, "100,000"),
        (0.0, "0"),
        (-0.000_012_34, "-0.0000123"),
        (99.95, "100"),
        (2.0, "2"),
        # nobody reads fifteen digits, nor as many zeros
        (-238_485_142_133_555.0, "-2.38 × 10¹⁴"),
        (1.5e-20, "1.5 × 10⁻²⁰"),
        (math.inf, "inf"),
    ],
)
def test_three_significant_digits(size: float, shown: str) -> None:
    assert rounded(size).replace("\N{NO-BREAK SPACE}", " ") == shown
