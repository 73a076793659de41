"""One rule for where windows, periods and shares end, and nothing beside it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import equitysim
from equitysim import edges, moments
from equitysim.plan import MONTH, YEAR, Source

PACKAGE = Path(equitysim.__file__).parent

LENGTHS = frozenset(
    re.findall(
        r"\w+",
        """
        ltv_window period recency review memory patience silence again delay valid every budget_period
        at_most_period tenure_min tenure_max onboarding_half_life YEAR MONTH QUARTER
        """,
    )
)
"""Lengths of time: compared with 0 they say whether something is on at all, and that is all they may be compared with.
"""

MOMENTS = frozenset(
    re.findall(
        r"\w+",
        """
        t time now due day tenure horizon start active_from active_until first_order last_order second_order
        entered root_entered incentive_until last_failure mark grievance_at service_at opened begun done
        done_at patience_ends patience_at occasion_at anniversary_at entry_at failure_at day_of until since
        crisis_at
        """,
    )
)

NO_EDGE = "# no edge"
"""Says of a line that no length ends there: it puts events in order, or measures a time."""


def compared(source: str) -> Iterator[tuple[int, str]]:
    """The lines that compare a time, or divide it into periods, by a rule of their own."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.expr):
            continue
        operands: list[ast.expr] = []
        match node:
            case ast.Compare(ops=operators) if any(
                isinstance(one, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for one in operators
            ):
                operands = [node.left, *node.comparators]
            case ast.BinOp(op=ast.FloorDiv(), left=left, right=right):
                operands = [left, right]
            case ast.Call(func=ast.Attribute(attr="floor"), args=arguments):
                operands = arguments
        names = {name for operand in operands for name in named(operand)}
        switch = any(ast.unparse(operand) in ("0.0", "math.inf") for operand in operands)
        off = names & MOMENTS or (names & LENGTHS and not switch)
        if off and NO_EDGE not in lines[node.lineno - 1]:
            yield node.lineno, lines[node.lineno - 1].strip()


def named(node: ast.AST) -> Iterator[str]:
    """Names and keys in an expression, but for what it hands to functions."""
    match node:
        case ast.Name(id=name) | ast.Constant(value=str(name)):
            yield name
        case ast.Attribute(attr=name):
            yield name
        case ast.Call():
            return
    for child in ast.iter_child_nodes(node):
        yield from named(child)


def places() -> list[Path]:
    rooms = ("rules", "engines", "measures")
    return [
        *(path for room in rooms for path in sorted((PACKAGE / room).rglob("*.py"))),
        *(PACKAGE / path for path in ("plan.py", "statistics/money.py", "scenario/oversights.py", "scenario/warn.py")),
    ]


@pytest.mark.parametrize("path", places(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_times_are_compared_with_lengths_in_one_place(path: Path) -> None:
    assert list(compared(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        "inside = t <= c.root_entered + p.ltv_window",
        "recent = time - customers['last_order'] <= parameters.recency",
        "period = int(math.floor(t / program.budget_period))",
        "observed = first + YEAR <= horizon",
        "late = c.last_failure + p.memory > t",
    ],
)
def test_a_comparison_of_its_own_is_found(line: str) -> None:
    """The injected faults: lines as they stood before there was one rule."""
    assert [number for number, _ in compared(line)] == [1]


def test_a_switch_and_an_order_are_no_comparison_with_a_length() -> None:
    assert list(compared("on = program.valid > 0.0\nfirst = due < t  # no edge\n")) == []


@pytest.mark.parametrize("start", [0.0, 3.5e-3, 7 * (17.5 / 1000), -1095.0000000000002, 0.1 + 0.2])
@pytest.mark.parametrize("months", range(1, 61))
def test_so_many_months_hold_so_many_payments(start: float, months: int) -> None:
    """Payments every month from ``start`` on; a window of k months holds the k at 0, 1, … k − 1."""
    payments = [start + n * MONTH for n in range(80)]
    assert sum(bool(edges.before(t, start + months * MONTH)) for t in payments) == months
    assert [edges.periods(t - start, MONTH) for t in payments] == list(range(80))


def test_a_window_is_half_open_and_forgives_rounding() -> None:
    assert edges.reached(YEAR, YEAR)
    assert edges.reached(np.nextafter(YEAR, 0.0), YEAR)
    assert not edges.reached(YEAR - 1e-4, YEAR)
    assert not edges.before(np.nextafter(YEAR, 0.0), YEAR)
    assert edges.before(YEAR - 1e-4, YEAR)
    assert edges.before(YEAR - 1e-4, float("inf"))
    assert edges.before(np.array([1.0, YEAR]), YEAR).tolist() == [True, False]


def test_before_a_run_the_rule_is_the_same() -> None:
    """It is defined once, where nothing loads the compiler."""
    assert (edges.reached, edges.before, edges.end) == (moments.reached, moments.before, moments.end)


def test_who_enters_at_the_very_end_is_not_counted_as_in_a_run() -> None:
    """Seven people of a week enter at 0.5, 1.5, … days; a horizon that ends with the fourth entry, but for the last
    bit, has three."""
    fields: dict[str, Any] = {**dict.fromkeys(Source._fields), "begins": 0.0, "weeks": (7,), "people": 0}
    source = Source(**fields)
    assert source.dated(3.5) == source.dated(float(np.nextafter(3.5, 4.0))) == 3
    assert source.dated(3.5 + 1e-3) == 4


@pytest.mark.parametrize(("start", "first"), [(0.0, 0), (-YEAR, -12), (np.nextafter(-YEAR, 0.0), -12), (1.0, 1)])
def test_rounds_begin_with_the_first_that_is_not_before_the_start(start: float, first: int) -> None:
    assert edges.first_round(start, MONTH) == first


def test_what_means_one_moment_meets_in_it() -> None:
    """A round that differs from a review in its last bit is at the review, so that the review comes first."""
    review = 21 * MONTH
    assert edges.at_review(np.nextafter(review, 0.0), MONTH) == review
    assert edges.at_review(review + 0.5, MONTH) == review + 0.5
    assert edges.no_later(np.nextafter(review, 1e9), review) == review
    assert edges.no_later(review - 1.0, review) == review - 1.0
    assert edges.meeting(-2e-13, 0.0) == 0.0


@pytest.mark.parametrize(("count", "share", "part"), [(100, 0.29, 29), (5, 0.2, 1), (4, 0.2, 0), (1000, 0.157, 157)])
def test_a_share_of_a_number_does_not_lose_one_to_rounding(count: int, share: float, part: int) -> None:
    """0.29 · 100 is 28.999999999999996 in floats."""
    assert edges.part_of(count, share) == part
