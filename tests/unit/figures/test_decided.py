"""The figures of a whole decision: which there are, in what order, and what they draw."""

import math
from dataclasses import replace
from functools import cache

import pytest

from equitysim.figures import data, draw
from equitysim.figures.data.kinds import AGAINST_ANOTHER
from equitysim.statistics.decision import Decision
from equitysim.statistics.meter import Advantage, Meter
from tests.unit.figures.made_comparison import LONG, NAMES, made_comparison
from tests.unit.figures.test_draw import whole_and_apart
from tests.unit.report.made_decision import PATHS, made_decision

OWN = ("verdict", "horizons", "tornado", "chances")
"""Those that take more than a comparison."""


def meter_of(made: Decision) -> Meter:
    assert made.meter is not None
    return made.meter


def still(found: Advantage) -> Advantage:
    return found._replace(change=0.0)


def test_all_figures_of_a_comparison_are_among_them_and_no_two_have_one_file() -> None:
    assert {kind: data.FIGURES[kind] for kind in data.KINDS} == data.KINDS
    assert set(data.FIGURES) - set(data.KINDS) == set(OWN)
    assert len(set(data.FIGURES.values())) == len(data.FIGURES)


def test_a_whole_decision_has_them_all_in_the_order_they_are_told() -> None:
    assert list(data.of_decision(made_decision())) == list(data.FIGURES)


def test_what_there_is_nothing_to_draw_for_is_not_there() -> None:
    alone = data.of_decision(made_decision(NAMES[:1]))
    assert not {*OWN, *AGAINST_ANOTHER} & set(alone)
    bare = data.of_decision(Decision(made_comparison(NAMES[:3]), None, None, None))
    assert not {"horizons", "tornado"} & set(bare)
    once = data.of_decision(Decision(made_comparison(NAMES[:3], replications=1), None, None, None))
    assert not set(OWN) & set(once)


@cache
def drawn_of(count: int, length: str) -> dict[str, data.OfDecision]:
    """What is drawn of so many policies, every other name and all paths longer by ``length``."""
    names = [name + length * (k % 2) for k, name in enumerate(NAMES[:count])]
    return data.of_decision(made_decision(names, paths=[f"{path}{length}" for path in PATHS]))


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("length", ["", LONG], ids=["short", "long"])
@pytest.mark.parametrize("count", [2, 7, 12])
def test_no_text_is_cut_or_covers_another(count: int, length: str, kind: str) -> None:
    whole_and_apart(drawn_of(count, length)[kind])


def test_a_policy_whose_measure_is_undefined_keeps_its_place_in_the_verdict() -> None:
    made = made_comparison(NAMES[:3])
    first, middle, last = made.policies
    nothing = {**middle.values, "net_value": middle.values["net_value"] * math.nan}
    made = replace(made, policies=(first, replace(middle, values=nothing), last))
    drawn = data.of_decision(Decision(made, None, None, None))["verdict"]
    assert isinstance(drawn, data.Verdict)
    assert [row.policy.label for row in drawn.rows] == list(NAMES[:3])
    assert [math.isnan(row.policy.mean) for row in drawn.rows] == [False, True, False]
    assert not drawn.rows[1].remains
    draw.figure(drawn)


def test_the_tornado_tells_the_lead_over_the_best_of_the_others_at_each_end() -> None:
    made = made_decision()
    meter = meter_of(made)
    drawn = data.of_decision(made)["tornado"]
    assert isinstance(drawn, data.Tornado)
    assert drawn.base == meter.over_runner_up
    assert drawn.title == f"What moves the lead of {meter.leader} over the best of the others"
    for bar, drawn_bar in zip(data.moving(meter), drawn.bars, strict=True):
        assert drawn_bar[3:5] == (bar.low.lead.value, bar.high.lead.value)
        assert (bar.low.lead.value < 0.0, bar.high.lead.value < 0.0) == (
            bar.low.best != meter.leader,
            bar.high.best != meter.leader,
        )


def test_bars_within_the_simulations_error_are_left_out_and_that_is_said() -> None:
    made = made_decision()
    drawn = data.of_decision(made)["tornado"]
    assert isinstance(drawn, data.Tornado)
    assert PATHS[-1] not in {bar.label for bar in drawn.bars}
    assert len(drawn.bars) == len(PATHS) - 1
    assert drawn.subtitle.endswith("Left out: 1 within the simulation's error")
    quiet = tuple(
        replace(
            bar,
            **{end: getattr(bar, end)._replace(lead=still(getattr(bar, end).lead)) for end in ("low", "high")},
        )
        for bar in meter_of(made).bars
    )
    assert "tornado" not in data.of_decision(replace(made, meter=replace(meter_of(made), bars=quiet)))


def test_chances_are_those_of_the_verdict_and_of_the_worlds_with_their_error() -> None:
    made = made_decision()
    drawn = data.of_decision(made)["chances"]
    assert isinstance(drawn, data.Panels)
    mean, futures, worlds = drawn.panels
    standings = made.comparison.verdict.standings
    assert [row.mean for row in mean.rows] == [100 * one.p_best_mean for one in standings]
    assert [row.mean for row in futures.rows] == [100 * one.share_of_futures_best for one in standings]
    assert made.worlds is not None
    for row, policy in zip(worlds.rows, made.worlds.policies, strict=True):
        assert (row.label, row.mean) == (policy.name, 100 * policy.share_best.value)
        assert (row.low, row.high) == (100 * policy.share_best.low, 100 * policy.share_best.high)
        assert 0.0 <= row.low <= row.mean <= row.high <= 100.0
        assert row.low < row.high
    without = data.of_decision(replace(made, worlds=None))["chances"]
    assert isinstance(without, data.Panels)
    assert len(without.panels) == 2
