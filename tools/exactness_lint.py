"""Refuse what would make two engines differ in the last bit (docs/architecture.md, "The exactness contract").

The laws are compiled for one engine and interpreted for the other. Scalar ``exp``, ``log``, ``log1p``, ``expm1`` and
``exp2`` give the same bits in both; powers, the gamma functions, NumPy's own kernels and reordered sums do not. This
lint reads the syntax trees of ``streams.py``, ``rules/`` and ``engines/`` and reports every use of the latter.

    python tools/exactness_lint.py [PACKAGE_DIR]

Exit code 1 if anything is reported. A line that sums integers may say so: ``# integers``.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

EXACT_MATH = frozenset(
    {"exp", "exp2", "expm1", "log", "log1p", "sqrt", "floor", "fabs", "copysign", "isnan", "isinf", "inf", "nan"}
)
"""The scalar functions whose bits agree between Python and compiled code, and the exact ones."""

STRUCTURAL_NUMPY = frozenset(
    {
        "array",
        "asarray",
        "ascontiguousarray",
        "arange",
        "bool_",
        "concatenate",
        "dtype",
        "empty",
        "float64",
        "frombuffer",
    }
    | {
        "full",
        "int32",
        "int64",
        "lexsort",
        "argsort",
        "searchsorted",
        "ndarray",
        "record",
        "recarray",
        "typing",
        "uint8",
    }
    | {
        "uint32",
        "uint64",
        "void",
        "zeros",
        "zeros_like",
        "empty_like",
        "where",
        "array_equal",
        "flatnonzero",
        "nonzero",
    }
    | {"count_nonzero", "argmax", "argmin", "unique", "repeat", "resize"}
)
"""NumPy names that move, find, count or type data without computing with floats."""

REDUCTIONS = frozenset({"sum", "prod", "mean", "std", "var", "cumsum", "cumprod", "dot"})
"""Array methods that add or multiply in an order of their own."""

FORBIDDEN_MODULES = frozenset({"cmath", "random", "scipy", "statistics"})
WAIVER = "# integers"


class Finding(NamedTuple):
    """One line that breaks the contract."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def findings_in(source: str, file: str, *, fsum_allowed: bool) -> list[Finding]:
    """Every breach in one file's source, in line order. ``fsum_allowed``: engines may call ``math.fsum``."""
    tree = ast.parse(source, filename=file)
    waived = {number for number, text in enumerate(source.splitlines(), 1) if WAIVER in text}
    aliases = _numpy_aliases(tree)
    math_names = EXACT_MATH | {"fsum"} if fsum_allowed else EXACT_MATH
    found = {
        Finding(file, node.lineno, message)
        for node in ast.walk(tree)
        if isinstance(node, ast.expr | ast.stmt | ast.keyword)
        for message in _breaches(node, aliases, math_names)
    }
    return sorted(finding for finding in found if finding.line not in waived)


def _numpy_aliases(tree: ast.AST) -> frozenset[str]:
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "numpy"
    }
    return frozenset(names)


def _breaches(node: ast.AST, numpy: frozenset[str], math_names: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.BinOp(op=ast.Pow()) | ast.AugAssign(op=ast.Pow()):
            yield "`**`: compilers rewrite powers; multiply, or use exp2 or exp"
        case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
            yield "`@`: BLAS adds in an order of its own"
        case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in math_names:
            yield f"math.{name}: not exact across engines; allowed are {', '.join(sorted(math_names))}"
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in numpy and name not in STRUCTURAL_NUMPY:
            yield f"numpy's {name}: computes with kernels of its own; loop over scalars"
        case ast.Call(func=ast.Name(id="pow")):
            yield "pow(): compilers rewrite powers; multiply, or use exp2 or exp"
        case ast.Call(func=ast.Name(id="sum"), args=args) if not _counts(args):
            yield f"sum(): differs between Python versions; use the shared fsum, or say `{WAIVER}`"
        case ast.Call(func=ast.Attribute(attr=name)) if name in REDUCTIONS:
            yield f".{name}(): adds in an order of its own; use the shared fsum, or say `{WAIVER}`"
        case ast.keyword(arg="fastmath", value=value) if not (isinstance(value, ast.Constant) and value.value is False):
            yield "fastmath: lets the compiler change results"
        case ast.Import(names=names):
            yield from (f"import of {a.name}" for a in names if a.name.split(".")[0] in FORBIDDEN_MODULES)
        case ast.ImportFrom(module=str(module), names=names):
            yield from _import_breaches(module, [alias.name for alias in names], math_names)


def _import_breaches(module: str, names: list[str], math_names: frozenset[str]) -> Iterator[str]:
    if module == "math":
        yield from (f"math.{name}: not exact across engines" for name in names if name not in math_names)
    elif module == "numpy":
        yield from (
            f"numpy's {name}: computes with kernels of its own" for name in names if name not in STRUCTURAL_NUMPY
        )
    elif module.split(".")[0] in FORBIDDEN_MODULES:
        yield f"import of {module}"
    elif module == "functools" and "reduce" in names:
        yield "functools.reduce: use the shared fsum"


def _counts(arguments: list[ast.expr]) -> bool:
    """Whether a sum plainly counts: ``sum(1 for …)``."""
    match arguments:
        case [ast.GeneratorExp(elt=ast.Constant(value=int()))]:
            return True
    return False


def exact_files(package: Path) -> list[Path]:
    """The files under the contract: streams, rules, engines."""
    rooms = [
        package / "streams.py",
        *sorted((package / "rules").rglob("*.py")),
        *sorted((package / "engines").rglob("*.py")),
    ]
    return [path for path in rooms if path.exists()]


def main(arguments: list[str]) -> int:
    """Lint the package directory given (default ``src/equitysim`` of this checkout); returns the exit code."""
    package = Path(arguments[0]) if arguments else Path(__file__).parents[1] / "src" / "equitysim"
    files = exact_files(package)
    if not files:
        print(f"exactness: no files under {package}", file=sys.stderr)
        return 1
    engines = package / "engines"
    findings = [
        finding
        for path in files
        for finding in findings_in(path.read_text("utf-8"), str(path), fsum_allowed=path.is_relative_to(engines))
    ]
    for finding in findings:
        print(finding)
    print(f"exactness: {len(files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
