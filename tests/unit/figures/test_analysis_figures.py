"""Figures of an analysis hold for any number of policies and factors and any name, and say what they leave out."""

import dataclasses
import math
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

import equitysim as es
from equitysim.errors import UsageError
from equitysim.figures import data, draw
from equitysim.figures.draw.maps import connected, letter, tinted
from equitysim.figures.style import COLOURS, look
from equitysim.statistics.intervals import UNDEFINED
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.findings import Bounded, Curve, Limit
from tests.unit.figures.made_analysis import NAMES, WORDS, made_analysis
from tests.unit.figures.made_comparison import LONG
from tests.unit.figures.made_comparison import NAMES as TWELVE
from tests.unit.figures.test_draw import texts, whole_and_apart

HOSTILE = ("\x1b[31m <script>alert(1)</script>", "$\\frac{1}{ \u202e 常連さん", "x" * 10_000, "a_b^c & 50 $ off")
MANY: dict[str, Any] = {
    "names": tuple(name + LONG * (k % 2) for k, name in enumerate(TWELVE)),
    "many": 198,
    "paths": ("failure.per_order", "programs.a name that people gave.audience.share of all customers"),
}
CASES: dict[str, dict[str, Any]] = {
    "grid": {},
    "fitted": {"many": 3},
    "words": {"words": WORDS},
    "two policies": {"names": NAMES[:2]},
    "one policy": {"names": NAMES[:1]},
    "twelve policies, 200 factors": MANY,
    "one replication": {"replications": 1},
    "shares": {"measure": "share_won"},
    "hostile": {"names": HOSTILE, "paths": HOSTILE, "title": HOSTILE[0], "many": 4},
    "hostile words": {"names": HOSTILE, "paths": HOSTILE, "words": HOSTILE},
}


@cache
def made(case: str) -> Analysis:
    return made_analysis(**CASES[case])


@cache
def drawn_of(case: str) -> dict[str, data.OfAnalysis]:
    return data.of_analysis(made(case))


def drawn_map(analysis: Analysis) -> data.Regions:
    found = data.of_analysis(analysis)["map"]
    assert isinstance(found, data.Regions)
    return found


@pytest.mark.parametrize("kind", data.ANALYSIS_FIGURES)
@pytest.mark.parametrize("case", CASES)
def test_no_text_is_cut_or_covers_another(case: str, kind: str) -> None:
    drawn = drawn_of(case)
    if kind in drawn:
        whole_and_apart(drawn[kind])
    else:
        assert kind in MISSING[case]


ONE_LEVEL = {"sobol", "morris", "map_2", "map_3", "tornado_3"}
MISSING = {
    "grid": ONE_LEVEL,
    "fitted": {"tornado_3"},
    "words": ONE_LEVEL,
    "two policies": {*ONE_LEVEL, "tornado_2"},
    "one policy": {*ONE_LEVEL, "tornado_2", "standings", "boxes", "map"},
    "twelve policies, 200 factors": {"boxes"},
    "one replication": {*ONE_LEVEL, "noise"},
    "shares": ONE_LEVEL,
    "hostile": set(),
    "hostile words": {"sobol", "morris", "map_2", "map_3"},
}
"""What there is nothing to draw for."""


@pytest.mark.parametrize("case", ["grid", "fitted"])
def test_equal_data_give_equal_bytes(case: str, tmp_path: Path) -> None:
    twice = {place: data.of_analysis(made_analysis(**CASES[case])) for place in ("first", "second")}
    for kind in drawn_of(case):
        written = [
            [path.read_bytes() for path in draw.save(draw.figure(drawn[kind]), tmp_path / place, kind)]
            for place, drawn in twice.items()
        ]
        assert written[0] == written[1]
    other = draw.figure(data.of_analysis(made_analysis(title="Another", **CASES[case]))[kind])
    assert draw.save(other, tmp_path / "other", kind)[1].read_bytes() != written[0][1]


@pytest.mark.parametrize("case", ["hostile", "hostile words"])
def test_hostile_names_are_drawn_as_they_are(case: str) -> None:
    for kind, drawn in drawn_of(case).items():
        svg = draw.svg(draw.figure(drawn), kind)
        assert "<script" not in svg
        assert not {"\u202e", "\x1b"} & set(svg)


@pytest.mark.parametrize("case", CASES)
def test_every_figure_has_words_and_a_unit(case: str) -> None:
    for drawn in drawn_of(case).values():
        title, said = data.described(drawn).split("\n")
        assert title
        assert len(said) > len(drawn.subtitle)
        assert "nan" not in said


def written_on(figure: Figure) -> list[str]:
    return [text.get_text() for text in texts(figure)]


def test_the_map_of_the_coffee_shop_tells_who_is_best_where() -> None:
    """8 levels of failures × 6 uneven ones of forgetting, both to scale, a tick at each, and units."""
    drawn = drawn_map(made("grid"))
    figure = draw.figure(drawn)
    said = written_on(figure)
    assert {"1", "8", "3", "6", "10", "15", "20", "26"} <= set(said)
    assert {"failure.per_order, %", "equity.forgetting, weeks"} <= set(said)
    assert {"A  today", "B  reward the best", "C  recover everyone"} <= set(said)
    found = made("grid").maps[0]
    for k, name in enumerate(NAMES):
        share = f"{100 * found.shares[k]:.0f}\N{NO-BREAK SPACE}%"
        assert f"{name}{' (baseline)' * (k == 0)}\nbest in {share} of the map" in said
    (axes,) = figure.axes
    ticks = axes.get_yticks()
    assert list(ticks) == [3, 6, 10, 15, 20, 26]
    assert axes.get_ylim()[0] < 3 < 26 < axes.get_ylim()[1]


def test_a_policy_has_the_colour_it_has_everywhere_and_the_strongest_where_it_leads_most() -> None:
    drawn = drawn_map(made("grid"))
    (axes,) = draw.figure(drawn).axes
    cells = [patch for patch in axes.patches if isinstance(patch, PathPatch) and patch.get_fill()]
    used = {to_hex(patch.get_facecolor()) for patch in cells}
    strongest = max(
        (lead, best) for row in zip(drawn.lead, drawn.best, strict=True) for lead, best in zip(*row, strict=True)
    )
    place = strongest[1]
    assert place is not None
    assert to_hex(look(place, drawn.baseline)[0]) in used
    assert to_hex(tinted(COLOURS[0], 1.0)) == COLOURS[0].lower()
    assert sum(tinted(COLOURS[0], 0.0)) > sum(tinted(COLOURS[0], 0.5)) > sum(tinted(COLOURS[0], 1.0))


def test_levels_too_uneven_for_a_scale_stand_side_by_side_and_say_so() -> None:
    drawn = drawn_map(made("grid"))
    uneven = drawn._replace(y=drawn.y._replace(sizes=(1.0, 2.0, 4.0, 50.0, 400.0, 4000.0)))
    figure = draw.figure(uneven)
    (axes,) = figure.axes
    assert set(np.diff(axes.get_yticks())) == {1.0}
    assert "equity.forgetting, weeks (levels, not to scale)" in [text.replace("\n", " ") for text in written_on(figure)]


def test_words_are_rows_from_the_top() -> None:
    (axes,) = draw.figure(drawn_map(made("words"))).axes
    low, high = axes.get_ylim()
    assert low > high
    assert axes.get_yticklabels()[0].get_text() == WORDS[0]


def test_what_is_undefined_is_blank_and_said() -> None:
    made_ = made("grid")
    lead = made_.maps[0].lead.copy()
    lead[0, 0] = math.nan
    means = made_.maps[0].means.copy()
    means[5, 7, 0] = math.nan
    blank = dataclasses.replace(made_, maps=(made_.maps[0]._replace(lead=lead, means=means),))
    drawn = drawn_map(blank)
    assert [drawn.best[row][column] for row, column in ((0, 0), (5, 7))] == [None, None]
    assert sum(place is None for row in drawn.best for place in row) == 2
    whole_and_apart(drawn)
    assert "blank: undefined" in written_on(draw.figure(drawn))
    assert "blank: undefined" not in written_on(draw.figure(drawn_map(made_)))


def test_what_is_not_clear_is_hatched_and_told() -> None:
    drawn = drawn_map(made("grid"))
    assert "not clearly ahead" in written_on(draw.figure(drawn))
    (over,) = [patch for patch in draw.figure(drawn).axes[0].patches if patch.get_hatch()]
    for row, line in enumerate(drawn.clear):
        for column, clear in enumerate(line):
            middle = (drawn.x.sizes[column], drawn.y.sizes[row])
            assert over.get_path().contains_point(middle) != clear
    sure = drawn._replace(clear=tuple((True,) * len(row) for row in drawn.clear))
    figure = draw.figure(sure)
    assert "not clearly ahead" not in written_on(figure)
    assert {patch.get_hatch() for patch in figure.axes[0].patches} == {None}


def test_a_line_stands_wherever_the_best_changes_and_nowhere_else() -> None:
    drawn = drawn_map(made("grid"))._replace(best=((0, 0, 1), (0, None, 1)))
    drawn = drawn._replace(
        x=drawn.x._replace(sizes=(1.0, 2.0, 3.0), texts=("1 %", "2 %", "3 %")),
        y=drawn.y._replace(sizes=(4.0, 6.0), texts=("4 weeks", "6 weeks")),
        lead=((1.0, 0.5, 0.1), (1.0, UNDEFINED, 0.2)),
        clear=((True,) * 3,) * 2,
    )
    (axes,) = draw.figure(drawn).axes
    for lines in (one for one in axes.collections if isinstance(one, LineCollection)):
        assert [line.tolist() for line in lines.get_segments()] == [[[2.5, 3.0], [2.5, 5.0]]]


def test_every_policy_with_a_region_has_a_letter_in_it() -> None:
    for case in ("grid", "fitted", "words", "two policies"):
        drawn = drawn_map(made(case))
        said = written_on(draw.figure(drawn))
        for place in {place for row in drawn.best for place in row if place is not None}:
            in_region = [text for text in said if text == letter(place) or text.startswith(f"{letter(place)}  ")]
            assert len(in_region) >= 2, "once in the map, once in the key"


def test_regions_are_cells_of_one_policy_that_touch() -> None:
    found = sorted((place, sorted(cells)) for place, cells in connected(((0, 0, 1), (1, None, 1), (1, 0, 0))))
    assert found == [
        (0, [(0, 0), (0, 1)]),
        (0, [(2, 1), (2, 2)]),
        (1, [(0, 2), (1, 2)]),
        (1, [(1, 0), (2, 0)]),
    ]
    assert [letter(k) for k in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]


def test_of_labels_that_would_lie_on_each_other_one_is_left_out() -> None:
    drawn = drawn_map(made("fitted"))
    best: list[list[int | None]] = [[0] * len(row) for row in drawn.best]
    best[3][3], best[4][3] = 1, 2
    best[20][20] = 2
    figure = draw.figure(drawn._replace(best=tuple(map(tuple, best))))
    figure.draw_without_rendering()
    patches = [(text.get_text()[:1], text.get_bbox_patch()) for text in figure.axes[0].texts]
    assert [name for name, patch in patches if patch is not None] == ["A", "B", "C"]
    grounds = [patch.get_window_extent() for _, patch in patches if patch is not None]
    assert not any(one.overlaps(other) for one, other in combinations(grounds, 2))
    luck = np.random.default_rng(1)
    whole_and_apart(drawn._replace(best=tuple(tuple(int(luck.integers(3)) for _ in row) for row in best)))


def test_standings_part_what_is_clear_from_what_may_be_luck() -> None:
    drawn = drawn_of("grid")["standings"]
    assert isinstance(drawn, data.Bars)
    for row, one in zip(drawn.panels[0].rows, made("grid").standings, strict=True):
        assert row[0].mean == pytest.approx(100 * one.share_clear)
        assert row[0].mean + row[1].mean == pytest.approx(100 * one.share_best)


def test_the_difference_of_the_policy_that_is_best_most_often_comes_first() -> None:
    analysis = made("grid")
    shares = {one.policy: one.share_best for one in analysis.standings}
    found = data.contrasts(analysis)
    assert {one.against for one in found} == {NAMES[0]}
    assert all(shares[a.policy] >= shares[b.policy] for a, b in pairwise(found))
    assert data.contrasts(made("one policy")) == ((NAMES[0], None),)


def test_a_tornado_goes_from_the_least_to_the_greatest_mean_wherever_these_are() -> None:
    analysis = made("grid")
    first = data.contrasts(analysis)[0]
    bent = Curve((1.0, 2.0, 3.0), ("1 %", "2 %", "3 %"), (0.5, 2.0, 0.1), (0.0,) * 3, (0.0,) * 3)
    effects = [
        one._replace(curve=bent, swing=1.9)
        for one in analysis.effects
        if (one.policy, one.against) == first and one.factor == "failure.per_order"
    ]
    drawn = data.of_analysis(dataclasses.replace(analysis, effects=tuple(effects)))["tornado"]
    assert isinstance(drawn, data.Tornado)
    assert drawn.bars == (data.Swing("failure.per_order", "2 %", "3 %", 2.0, 0.1, uncertain=False),)
    assert "from end to end" in drawn.title
    output = next(one for one in analysis.responses.outputs if (one.policy, one.against) == first)
    assert drawn.base == pytest.approx(output.means.mean())
    assert "mean over all points" in written_on(draw.figure(drawn))


def test_curves_carry_bounds_and_tipping_points() -> None:
    drawn = drawn_of("grid")["responses"]
    assert isinstance(drawn, data.Responses)
    panel = next(panel for panel in drawn.panels if panel.scale.label == "failure.per_order, %")
    assert panel.tips == (data.Tip(4.1, 3.8, 4.5, "4.1 %"),)
    assert "the best changes at 4.1 %" in written_on(draw.figure(drawn))
    effect = next(
        one for one in made("grid").effects if (one.policy, one.against) == (NAMES[2], NAMES[0])
        and one.factor == "failure.per_order"
    )  # fmt: skip
    assert panel.differences[2].mean == effect.curve.mean
    assert panel.differences[2].high == effect.curve.high
    assert set(panel.differences[0].mean) == {0.0}


def test_shares_are_told_in_per_cent_and_their_differences_in_points() -> None:
    drawn = drawn_of("shares")
    responses, tornado = drawn["responses"], drawn["tornado"]
    assert isinstance(responses, data.Responses)
    assert isinstance(tornado, data.Tornado)
    assert responses.axis.endswith(", %")
    assert responses.difference_axis.endswith(", % points")
    assert "% points" in tornado.axis
    of_means = {one.policy: one for one in made("shares").standings}[NAMES[0]].mean.value
    assert np.mean(responses.panels[0].lines[0].mean) == pytest.approx(100 * of_means, rel=0.05)


@pytest.mark.parametrize(("kind", "more"), [("responses", 197), ("tornado", 190), ("morris", 188)])
def test_of_many_factors_the_first_are_drawn_and_the_others_counted(kind: str, more: int) -> None:
    drawn = drawn_of("twelve policies, 200 factors")[kind]
    assert f"{more} more factors" in drawn.subtitle
    assert "more factor" not in drawn_of("grid")["tornado"].subtitle


def test_policies_that_are_not_drawn_are_counted() -> None:
    drawn = drawn_of("twelve policies, 200 factors")["responses"]
    assert isinstance(drawn, data.Responses)
    assert len(drawn.policies) == 1 + len(COLOURS)
    assert drawn.baseline in drawn.looks
    assert "4 more policies are seldom or never the best" in drawn.subtitle


def test_one_replication_has_no_bounds_and_no_noise() -> None:
    drawn = drawn_of("one replication")
    assert "noise" not in drawn
    responses = drawn["responses"]
    assert "no bounds with one replication" in responses.subtitle
    assert isinstance(responses, data.Responses)
    assert all(math.isnan(low) for line in responses.panels[0].lines for low in line.low)


def test_noise_is_told_as_shares_of_single_runs() -> None:
    drawn = drawn_of("grid")["noise"]
    assert isinstance(drawn, data.Bars)
    assert drawn.labels[:2] == ("difference of reward the best", "difference of recover everyone")
    found = {data.Contrast(one.policy, one.against).row: one for one in made("grid").noise}
    for label, row in zip(drawn.labels, drawn.panels[0].rows, strict=True):
        one = found[label]
        total = one.parameters + one.common_luck + one.own_luck
        assert [bar.mean for bar in row] == pytest.approx(
            [100 * part / total for part in (one.parameters, one.common_luck, one.own_luck)]
        )


def test_a_share_that_is_not_known_is_not_drawn() -> None:
    analysis = made("grid")
    without = tuple(one._replace(share=None) for one in analysis.effects)
    assert "shares" not in data.of_analysis(dataclasses.replace(analysis, effects=without, interactions=()))
    nothing = Bounded(UNDEFINED, UNDEFINED, UNDEFINED)
    half = tuple(
        one._replace(share=nothing) if (one.factor, one.policy) == ("equity.forgetting", "recover everyone") else one
        for one in analysis.effects
    )
    drawn = data.of_analysis(dataclasses.replace(analysis, effects=half))["shares"]
    assert "too weak to tell" in written_on(draw.figure(drawn))


def test_a_box_is_a_part_of_each_range() -> None:
    drawn = drawn_of("words")["boxes"]
    assert isinstance(drawn, data.Boxes)
    box = next(box for box in drawn.boxes if box.policy == 2)
    assert box.sides[0].inside == tuple((k / 8, (k + 1) / 8) for k in range(4, 8)), "levels 5 to 8 of 1 to 8 %"
    assert (box.sides[0].low_text, box.sides[0].high_text) == ("1 %", "8 %")
    assert box.sides[1].inside == ((0.0, 0.25), (0.25, 0.5))
    assert box.sides[1].told == " or ".join(WORDS[:2])
    said = " ".join(written_on(draw.figure(drawn))).replace("\n", " ")
    assert box.sides[1].told in said, "a hyphen stays one"


def test_a_box_of_one_level_is_seen_and_one_between_two_ends_is_to_scale() -> None:
    limit = Limit("failure.per_order", -math.inf, 1.0, (), "at most 1 %", 0.01)
    for case, inside in (("grid", (0.0, 1 / 8)), ("fitted", (0.0, 0.0))):
        box = made(case).boxes[0]._replace(limits=(limit,))
        drawn = data.of_analysis(dataclasses.replace(made(case), boxes=(box,)))["boxes"]
        assert isinstance(drawn, data.Boxes)
        assert drawn.boxes[0].sides[0].inside == (inside,)
    drawn = drawn_of("fitted")["boxes"]
    assert isinstance(drawn, data.Boxes)
    sizes = made("fitted").responses.factors[0].sizes
    start = (4.1 - sizes.min()) / (sizes.max() - sizes.min())
    ((low, high),) = next(box for box in drawn.boxes if box.policy == 2).sides[0].inside
    assert low == pytest.approx(start)
    assert high == 1.0


def test_an_analysis_is_plotted_by_the_name_of_a_figure() -> None:
    analysis = made("grid")
    assert es.plot(analysis).get_label() == es.plot(analysis, "map").get_label()
    assert str(es.plot(analysis, "tornado").get_label()).startswith("What moves recover everyone against today")
    with pytest.raises(UsageError, match="there is no figure 'pie'; there are: map"):
        es.plot(analysis, "pie")
    with pytest.raises(UsageError, match="nothing to draw for 'sobol'"):
        es.plot(analysis, "sobol")


def test_where_shares_are_equal_the_better_mean_comes_first() -> None:
    analysis = made("grid")
    even = tuple(one._replace(share_best=0.3) for one in analysis.standings)
    means = {one.policy: one.mean.value for one in even}
    for shown in (even, even[::-1]):
        found = data.contrasts(dataclasses.replace(analysis, standings=shown))
        assert [one.policy for one in found] == sorted(NAMES[1:], key=lambda name: -means[name])


def test_every_figure_has_a_file_of_its_own() -> None:
    assert len(set(data.ANALYSIS_FIGURES.values())) == len(data.ANALYSIS_FIGURES)
    assert not set(data.ANALYSIS_FIGURES.values()) & set(data.FIGURES.values())
    for case in CASES:
        assert list(drawn_of(case)) == [kind for kind in data.ANALYSIS_FIGURES if kind in drawn_of(case)]
