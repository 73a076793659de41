"""Tables fit the width they are given, whatever the names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitysim.cli.table import Column, rows, table
from equitysim.figures.names import width


def columns(count: int, names: int) -> list[Column]:
    return [
        Column((f"measure {k}", "EUR per person"), tuple("12.34 [11.00, 13.68]" for _ in range(names)))
        for k in range(count)
    ]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8), st.integers(0, 8), st.integers(60, 100))
def test_no_line_is_wider_than_asked(names: list[str], count: int, wide: int) -> None:
    assert all(width(line) <= wide for line in table("policy", names, columns(count, len(names)), wide))


def test_columns_that_do_not_fit_continue_below() -> None:
    lines = table("policy", ["today"], columns(4, 1), 80)
    assert lines.count("") == 1
    assert sum(line.startswith("today") for line in lines) == 2
    assert sum(line.count("12.34") for line in lines) == 4


def test_cells_line_up_under_their_heading() -> None:
    lines = table("policy", ["常連", "b"], [Column(("value",), ("1", "22.5"))], 80)
    assert [width(line) for line in lines] == [width(lines[0])] * 4


def test_a_missing_cell_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="1 cells"):
        table("policy", ["a", "b"], [Column(("x",), ("1",))], 80)


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=12)), max_size=5))
def test_text_rows_give_way_to_fit(body: list[tuple[str, str]]) -> None:
    lines = rows(("what happened", "points"), body, 60, right=(False, True))
    assert all(width(line) <= 60 for line in lines)
    assert len(lines) == len(body) + 2
