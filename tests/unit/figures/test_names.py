"""Names from files are made harmless before anybody sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitysim.figures.names import harmless, middle_out, plain, shorten, width, wrapped

HOSTILE = {
    "escape": ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
    "right to left": ("pay\u202egpj.exe", "pay�gpj.exe"),
    "isolate": ("a\u2066b\u2069c", "a�b�c"),
    "lone surrogate": ("a\ud800b", "a�b"),
    "null": ("a\x00b", "a�b"),
    "line ends": ("a\r\nb\u2028c\td", "a b c d"),
    "bell": ("\x07ding", "�ding"),
    "byte order mark": ("\ufeffname", "�name"),
}


@pytest.mark.parametrize(("name", "shown"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_acts_instead_of_showing_is_replaced(name: str, shown: str) -> None:
    assert plain(name) == shown


@pytest.mark.parametrize("name", ["café", "Θ-users", "常連さん", "👩\u200d🔧 desk", "نور", "a [b]red[/b] <i>&amp;"])
def test_ordinary_names_stay(name: str) -> None:
    assert plain(name) == name


def test_harmless_keeps_line_ends_and_double_blanks() -> None:
    assert harmless("a  b\n\x1bc") == "a  b\n�c"


def test_wide_characters_take_two_columns_and_accents_none() -> None:
    assert [width("ab"), width("常連"), width("e\u0301")] == [2, 4, 1]


@given(st.text(max_size=200), st.integers(4, 30), st.integers(1, 4))
def test_wrapped_names_fit_their_box(name: str, columns: int, lines: int) -> None:
    rows = wrapped(name, columns, lines).split("\n")
    assert len(rows) <= lines
    assert all(width(row) <= columns for row in rows)


@given(st.text(max_size=80), st.integers(2, 40))
def test_shortened_text_fits_and_says_that_it_was_cut(text: str, columns: int) -> None:
    shown = shorten(text, columns)
    assert width(shown) <= columns
    assert shown == text or shown.endswith("…")


def test_ten_thousand_characters_are_cut() -> None:
    assert len(plain("x" * 10_000)) == 2000


def test_a_path_is_cut_in_its_middle_since_its_end_says_most() -> None:
    path = "programs.a very long name that nobody would shorten.gain"
    assert middle_out(path, 80) == path
    cut = middle_out(path, 30)
    assert width(cut) <= 30
    assert (cut[:9], cut[-5:]) == ("programs.", ".gain")
    assert "…" in cut


@pytest.mark.parametrize("name", ["margin share of the best 20 %", "會員 利潤 最好的 的 20 % 以上"])
def test_a_per_cent_sign_stays_with_its_number(name: str) -> None:
    for columns in range(6, 30):
        assert not any(line.startswith("%") for line in wrapped(name, columns, 20).split("\n"))
