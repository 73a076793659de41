"""Figures hold for any number of policies and any name, and equal data give equal bytes."""

import dataclasses
import math
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from equitysim.errors import OutputError, UsageError
from equitysim.figures import data, draw
from tests.unit.figures.made_comparison import LONG, NAMES, made_comparison

COUNTS = {"one": NAMES[:1], "two": NAMES[:2], "seven": NAMES[:7], "twelve": NAMES}
Box = tuple[str, float, float, float, float]
_SERIES = ("mean", "low", "high")
LENGTHS = {"short": "", "long": LONG}


def texts(figure: Figure) -> list[Text]:
    """All texts that show: ticks outside their axis' view do not."""
    hidden: set[Text] = set()
    for axes in figure.axes:
        for axis, place in ((axes.xaxis, 0), (axes.yaxis, 1)):
            low, high = sorted(axis.get_view_interval())
            outside = [k for k in axis.get_majorticklabels() if not low <= k.get_position()[place] <= high]
            hidden.update(outside)
    every = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    return [text for text in every if text.get_visible() and text.get_text() and text not in hidden]


def boxes(figure: Figure) -> list[Box]:
    figure.draw_without_rendering()
    found = []
    for text in texts(figure):
        # an annotation's own window would include its leader line
        box = Text.get_window_extent(text)
        found.append((text.get_text(), box.x0, box.y0, box.x1, box.y1))
    return found


def cut(figure: Figure, found: list[Box]) -> list[str]:
    wide, tall = figure.canvas.get_width_height()
    return [t for t, x0, y0, x1, y1 in found if x0 < -1 or y0 < -1 or x1 > wide + 1 or y1 > tall + 1]


def overlapping(found: list[Box]) -> list[tuple[str, str]]:
    return [
        (a[0], b[0])
        for a, b in combinations(found, 2)
        if a[1] < b[3] - 1 and b[1] < a[3] - 1 and a[2] < b[4] - 1 and b[2] < a[4] - 1
    ]


def whole_and_apart(drawn: data.Drawn) -> None:
    """Nothing that is written leaves the canvas or lies on something else."""
    figure = draw.figure(drawn)
    found = boxes(figure)
    assert len(found) > 5
    assert cut(figure, found) == []
    assert overlapping(found) == []


@pytest.mark.parametrize("kind", data.KINDS)
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("count", COUNTS)
def test_no_text_is_cut_or_covers_another(count: str, length: str, kind: str) -> None:
    names = [name + LENGTHS[length] * (k % 2 or len(COUNTS[count]) == 1) for k, name in enumerate(COUNTS[count])]
    segments = tuple(f"{name}{LENGTHS[length]}" for name in ("heavy", "light", "dormant"))
    comparison = made_comparison(names, title="Corner coffee" + LENGTHS[length], segments=segments)
    if kind in data.kinds_of(comparison):
        whole_and_apart(data.of_comparison(comparison, kind))
    else:
        assert len(names) == 1


@pytest.mark.parametrize("size", [1.0, 1e3, 1e8])
def test_large_numbers_along_an_axis_push_nothing_off_the_figure(size: float) -> None:
    drawn = data.of_comparison(made_comparison(), "quarters")
    assert isinstance(drawn, data.OverTime)

    def larger(line: data.Line) -> data.Line:
        series: dict[str, Any] = {name: tuple(size * one for one in getattr(line, name)) for name in _SERIES}
        return line._replace(**series)

    differences = tuple(map(larger, drawn.differences))
    whole_and_apart(drawn._replace(lines=tuple(map(larger, drawn.lines)), differences=differences))


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3, 1e6])
def test_numbers_of_any_length_leave_room_for_what_stands_beside_them(size: float) -> None:
    """A row of almost nothing has more digits than one of much, and a bank more than a café."""
    drawn = data.of_comparison(made_comparison(), "gains")
    assert isinstance(drawn, data.Blocks)

    def row(one: data.Interval) -> data.Interval:
        return one._replace(mean=-1.34 * size, low=-4.77 * size, high=2.09 * size)

    blocks = tuple(block._replace(rows=tuple(map(row, block.rows))) for block in drawn.blocks)
    whole_and_apart(drawn._replace(blocks=blocks))


def test_without_a_group_there_is_nothing_beside_which_to_leave_room() -> None:
    drawn = data.of_comparison(made_comparison(), "gains")
    assert isinstance(drawn, data.Blocks)
    whole = draw.figure(drawn._replace(blocks=()))
    assert [text.get_text() for text in texts(whole)][:1] == [drawn.title]


def test_the_checks_for_cut_and_covered_text_can_fail() -> None:
    figure = Figure(figsize=(2, 2))
    figure.text(0.9, 0.5, "cut at the right edge")
    figure.text(0.1, 0.2, "covered")
    figure.text(0.12, 0.2, "covering")
    assert cut(figure, boxes(figure)) == ["cut at the right edge"]
    assert overlapping(boxes(figure)) == [("covered", "covering")]


@pytest.mark.parametrize("kind", data.KINDS)
def test_equal_data_give_equal_bytes(kind: str, tmp_path: Path) -> None:
    written = []
    for place in ("first", "second"):
        figure = draw.figure(data.of_comparison(made_comparison(), kind))
        written.append([path.read_bytes() for path in draw.save(figure, tmp_path / place, kind)])
    assert written[0] == written[1]
    other = draw.figure(data.of_comparison(made_comparison(title="Another"), kind))
    assert draw.save(other, tmp_path / "other", kind)[1].read_bytes() != written[0][1]


@pytest.mark.parametrize(
    "name",
    [
        "$\\frac{1}{",
        "50 $ off & 3 $ more",
        "a_b^c",
        "\x1b[31m",
        "\ud800",
        "<script>alert(1)</script>",
        "常連さん",
        "x" * 10_000,
    ],
)
def test_hostile_names_are_drawn_as_they_are(name: str, tmp_path: Path) -> None:
    for kind in data.KINDS:
        comparison = made_comparison([name, "other " + name], title=name, segments=(name, "other"))
        figure = draw.figure(data.of_comparison(comparison, kind))
        svg = draw.save(figure, tmp_path, kind)[1].read_text("utf-8")
        assert "<script" not in svg


def test_one_replication_shows_points_without_intervals(tmp_path: Path) -> None:
    for kind in data.KINDS:
        drawn = data.of_comparison(made_comparison(replications=1), kind)
        assert "no intervals" in drawn.subtitle
        draw.save(draw.figure(drawn), tmp_path, kind)


def test_undefined_values_say_so() -> None:
    nothing = data.Interval("today", math.nan, math.nan, math.nan)
    figure = draw.figure(data.ByPolicy("t", "s", "x", "y", (nothing,), (None,), 0))
    assert "undefined" in [text.get_text() for text in texts(figure)]


def test_forecast_is_drawn(tmp_path: Path) -> None:
    drawn = data.forecast([[1, 3, 6], [2, 3, 5], [1, 4, 8]], [1, 2, 3], known_weeks=2, title="forecast")
    figure = draw.figure(drawn)
    found = boxes(figure)
    assert len(found) > 5
    assert cut(figure, found) == []
    assert overlapping(found) == []
    assert all(path.stat().st_size > 0 for path in draw.save(figure, tmp_path, "forecast"))


def test_sources_add_up_to_their_totals() -> None:
    drawn = data.of_comparison(made_comparison(), "sources")
    assert isinstance(drawn, data.Sources)
    for k, total in enumerate(drawn.totals):
        assert math.fsum(part.values[k] for part in drawn.parts) == pytest.approx(total.mean)


def test_an_unknown_kind_is_a_users_mistake() -> None:
    with pytest.raises(UsageError, match="there is no figure 'pie'; there are: value"):
        data.of_comparison(made_comparison(), "pie")


def test_a_figure_of_an_earlier_run_can_be_forgotten(tmp_path: Path) -> None:
    draw.save(draw.figure(data.of_comparison(made_comparison(), "desks")), tmp_path, "desks")
    (tmp_path / "desks.txt").write_text("somebody else's")
    for _ in range(2):
        draw.forget(tmp_path, "desks")
    assert [path.name for path in tmp_path.iterdir()] == ["desks.txt"]


def test_what_a_comparison_has_nothing_for_is_said() -> None:
    alone = made_comparison(NAMES[:1])
    assert not {"waterfall", "gains", "payback", "frontier", "desks"} & set(data.kinds_of(alone))
    with pytest.raises(UsageError, match="nothing to draw for 'payback'"):
        data.of_comparison(alone, "payback")
    bare = [dataclasses.replace(outcome, books=()) for outcome in made_comparison().policies]
    without = dataclasses.replace(made_comparison(), policies=tuple(bare))
    assert data.kinds_of(without) == ("value", "referrals", "equity", "active", "sources")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    figure = draw.figure(data.of_comparison(made_comparison(), "value"))
    with pytest.raises(OutputError, match="file"):
        draw.save(figure, tmp_path / "file", "value")
