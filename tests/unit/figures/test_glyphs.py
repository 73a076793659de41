"""Names in scripts that a font lacks: another installed font draws them, or letters do and that is said."""

import unicodedata
from pathlib import Path

import pytest
from matplotlib.font_manager import FontProperties, findfont, fontManager

from equitysim.figures.draw import glyphs
from equitysim.figures.draw.glyphs import Glyphs, glyphs_of, lettered
from equitysim.figures.names import lines_of, width, wrapped

IDEOGRAPHS = "".join(map(chr, range(0x4E00, 0x4E14)))
HEBREW = "\u05e9\u05dc\u05d5\u05dd"


@pytest.fixture
def only_bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fonts that come with matplotlib, whatever this machine has."""
    bundled = [entry for entry in fontManager.ttflist if "mpl-data" in Path(entry.fname).parts]
    monkeypatch.setattr(fontManager, "ttflist", bundled)


def test_what_the_usual_font_has_needs_nothing() -> None:
    assert glyphs_of(("reward the best", ["Caf\u00e9"], {"\u03b1": 1.0})) == Glyphs(("DejaVu Sans",), {})


def test_another_font_draws_what_the_usual_one_lacks(only_bundled: None) -> None:
    # the first sign that a bundled font has and the usual one has not
    usual = glyphs._covered(findfont(FontProperties(family=glyphs.USUAL)))
    found = next(
        (entry.name, chr(code))
        for entry in fontManager.ttflist
        if entry.style == "normal" and entry.weight == 400 and not entry.name.startswith("Last")
        for code in sorted(glyphs._covered(entry.fname) - usual)
        if unicodedata.category(chr(code))[0] not in "CZ"
    )
    families, letters = glyphs_of((found[1],))
    assert letters == {}
    assert len(families) == 2
    assert families[0] == "DejaVu Sans"


def test_letters_stand_for_what_no_font_has(only_bundled: None) -> None:
    today, thanks = IDEOGRAPHS[:2], IDEOGRAPHS[2:4]
    names = (f"{today}: net value", (today, f"{thanks} mail", "A"))
    found = glyphs_of(names)
    # A is a name of the user's own, so the letters begin with B
    assert found.letters == {today: "B", thanks: "C"}
    assert lettered(names, found.letters) == ("B: net value", ("B", "C mail", "A"))
    assert "B to C" in found.note
    assert found.key == f"B: {today}; C: {thanks}"


@pytest.mark.parametrize("name", [HEBREW, "\u0645\u0631\u062d\u0628\u0627", "\u0928\u092e\u0938\u094d\u0924\u0947"])
def test_scripts_that_would_be_drawn_in_the_wrong_order_get_letters(name: str) -> None:
    assert glyphs_of((name,)).letters == {name: "A"}


@pytest.mark.parametrize(
    "text", [IDEOGRAPHS, f"{IDEOGRAPHS} mail {IDEOGRAPHS}", "e\u0323\u0301" * 30, "\u0928\u0947" * 20]
)
@pytest.mark.parametrize("columns", [6, 9, 26])
def test_wrapping_by_width_loses_nothing(text: str, columns: int) -> None:
    lines = lines_of(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(width(line) for line in lines) <= columns
    # no line begins with a mark of the letter before
    assert not any(unicodedata.category(line[0])[0] == "M" for line in lines)


def test_a_name_that_fits_is_whole() -> None:
    """20 ideographs take 40 columns: two lines of 26, and nothing is cut."""
    assert wrapped(IDEOGRAPHS, 26, 3).replace("\n", "") == IDEOGRAPHS
