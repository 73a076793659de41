"""The figure of a comparison at several values, for any number of policies, values and names."""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from equitysim.figures import data, draw
from equitysim.statistics.setting import Setting
from equitysim.statistics.varied import Varied
from tests.unit.figures.made_comparison import LONG, NAMES, made_comparison
from tests.unit.figures.test_draw import boxes, cut, overlapping, texts

NUMBERS = ("1 %", "2 %", "4 %", "8 %")
WORDS = ("off", "{mean: 9, spread: 30 %}", "10 weeks", "a value that goes on and on and on for ever and ever")


def made_varied(names: tuple[str, ...], settings: tuple[str, ...], replications: int = 5, **changes: str) -> Varied:
    comparisons = tuple(made_comparison(names, replications) for _ in settings)
    numeric = all(text.endswith(" %") for text in settings)
    placed = tuple(Setting(text, float(text.split()[0]) if numeric else math.nan) for text in settings)
    key = changes.get("key", "failure.per_order")
    return Varied(comparisons[0].context, key, "%" if numeric else "", placed, comparisons)


COUNTS = {"one": NAMES[:1], "two": NAMES[:2], "six": NAMES[:6], "twelve": NAMES}


@pytest.mark.parametrize("settings", [NUMBERS, WORDS, tuple(f"number {k}" for k in range(40))], ids=["n", "w", "many"])
@pytest.mark.parametrize("ending", ["", LONG], ids=["short", "long"])
@pytest.mark.parametrize("count", COUNTS)
def test_no_text_is_cut_or_covers_another(count: str, ending: str, settings: tuple[str, ...]) -> None:
    names = tuple(name + ending for name in COUNTS[count])
    figure = draw.figure(data.of_varied(made_varied(names, settings, key="failure.per_order" + ending)))
    found = boxes(figure)
    assert len(found) > 5
    assert cut(figure, found) == []
    assert overlapping(found) == []


def test_numbers_stand_by_their_size_with_their_unit() -> None:
    drawn = data.of_varied(made_varied(NAMES[:3], ("8 %", "1 %", "4 %")))
    assert all(line.times == (1.0, 4.0, 8.0) for line in drawn.lines)
    assert (drawn.value_axis, drawn.names) == ("failure.per_order, %", ())
    assert drawn.axis == "net value, EUR per seed person"
    assert drawn.lines[drawn.baseline].label == "today"
    assert set(drawn.differences[0].mean) == {0.0}


def test_other_values_stand_in_their_order_under_their_names() -> None:
    drawn = data.of_varied(made_varied(NAMES[:3], WORDS))
    assert drawn.lines[0].times == (0.0, 1.0, 2.0, 3.0)
    assert drawn.names == WORDS


def test_means_follow_their_values() -> None:
    varied = made_varied(NAMES[:2], ("8 %", "1 %"))
    later = varied.comparisons[1]
    raised = tuple(
        dataclasses.replace(outcome, values={**outcome.values, "net_value": outcome.values["net_value"] + 5.0})
        for outcome in later.policies
    )
    moved = dataclasses.replace(
        varied, comparisons=(varied.comparisons[0], dataclasses.replace(later, policies=raised))
    )
    line = data.of_varied(moved).lines[0]
    assert line.mean[0] - line.mean[1] == pytest.approx(5.0)


@pytest.mark.parametrize("settings", [NUMBERS, WORDS])
def test_no_marker_lies_outside_its_axes_or_nearer_to_another_value(settings: tuple[str, ...]) -> None:
    drawn = data.of_varied(made_varied(NAMES, settings))
    places = drawn.lines[0].times
    for axes in draw.figure(drawn).axes:
        low, high = axes.get_xlim()
        for line in axes.get_lines():
            beside = np.asarray(line.get_xdata(), dtype=float)
            if beside.size == len(places) and line.get_marker() != "None":
                assert low < beside.min()
                assert beside.max() < high
                nearest = np.abs(beside[:, None] - np.array(places)).argmin(axis=1)
                assert nearest.tolist() == list(range(len(places)))


def test_intervals_are_drawn_and_what_is_immaterial_is_said() -> None:
    figure = draw.figure(data.of_varied(made_varied(NAMES[:3], NUMBERS)))
    levels, differences = figure.axes
    assert (len(levels.containers), len(differences.containers)) == (3, 2)
    assert any("within ±0.2, no material difference" in text.get_text().replace("\n", " ") for text in texts(figure))
    alone = data.of_varied(made_varied(NAMES[:3], NUMBERS, replications=1))
    assert "no intervals" in alone.subtitle
    assert [len(axes.containers) for axes in draw.figure(alone).axes] == [0, 0]


@pytest.mark.parametrize("name", ["$\\frac{1}{", "\x1b[31m", "\ud800", "<script>alert(1)</script>", "x" * 10_000])
def test_hostile_names_are_drawn_as_they_are_and_equal_data_give_equal_bytes(name: str, tmp_path: Path) -> None:
    written = []
    for place in ("first", "second"):
        drawn = data.of_varied(made_varied((name, "other " + name), (name, "b"), key=name))
        png, svg = draw.save(draw.figure(drawn), tmp_path / place, data.OVER_VALUES)
        assert "<script" not in svg.read_text("utf-8")
        written.append((png.read_bytes(), svg.read_bytes()))
    assert written[0] == written[1]
