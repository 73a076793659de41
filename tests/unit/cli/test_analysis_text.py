"""What ``analyse`` prints: the answer first, in words a strategist would use, and never more than was found."""

import dataclasses
import math
from typing import Any

import pytest

from equitysim.cli.analysis_text import analysis_text
from equitysim.figures.names import width
from equitysim.statistics.sensitivity.findings import Bounded
from tests.unit.statistics.sensitivity import made


def said(columns: int = 100, **changed: Any) -> str:
    """The text on one line, so that where it breaks does not matter."""
    return " ".join(analysis_text(made.analysis(**changed), columns).split())


def test_it_begins_with_who_is_best() -> None:
    parts = analysis_text(made.analysis(), 100).split("\n\n")
    assert parts[0].startswith("Recovery or reward: net value (EUR/person) of 3 policies at 120 points of 2 uncertain")
    assert parts[1].startswith("recover everyone has the best mean over all points, 18.10 [17.98, 18.22] EUR/person; ")
    assert "reward the best is the best at more of them than any other, 55" in " ".join(parts[1].split())


def test_where_it_tips_is_told_with_bounds() -> None:
    text = said()
    assert (
        "failure.per_order: below 4.1 % [3.9 % to 4.4 %] reward the best is the best, above it recover everyone" in text
    )
    assert "It does not clearly change along programs.reward best.gain, the others" in text
    unbounded = tuple(one._replace(at=Bounded(4.1, math.nan, math.nan)) for one in made.analysis().tipping)
    assert "below 4.1 % reward the best is the best" in said(tipping=unbounded)


def test_the_map_says_which_part_is_whose() -> None:
    assert "Over failure.per_order and equity.forgetting together the best is recover everyone in 55" in said()


def test_what_is_clear_is_a_part_of_the_cells_that_are_claimed() -> None:
    one = made.analysis().maps[0]
    best = one.best.copy()
    best[:, 1:] = -1
    silent = one._replace(best=best, clear=best >= 0)
    assert "clearly so in 100 % of it" in said(maps=(silent,)).replace("\N{NO-BREAK SPACE}", " ")


def test_a_policy_that_no_lever_moves_has_no_best_setting() -> None:
    nobody = Bounded(math.nan, math.nan, math.nan)
    idle = tuple(one._replace(values=(), ahead=nobody) for one in made.analysis().settings[:1])
    assert f"- {idle[0].policy}: no lever moves it." in said(settings=idle)


def test_boxes_are_told_in_words() -> None:
    assert (
        "recover everyone: where failure.per_order is at least 4 % and programs.make it good.at_most is off. There it "
        "is the best at 90" in said()
    )


def test_sobol_indices_come_before_shares_and_shares_before_what_morris_found() -> None:
    assert "Sobol indices" in said()
    shares = said(sobol=())
    assert "luck taken out) each parameter explains by itself, in %" in shares
    assert "94 (4.20)" in shares
    assert "(Morris, EUR/person)" in said(sobol=(), effects=())
    assert "4.20 ± 0.30" in said(sobol=(), effects=())


def test_without_shares_how_far_the_mean_moves_is_told() -> None:
    effects = tuple(one._replace(share=None) for one in made.analysis().effects)
    text = said(sobol=(), elementary=(), effects=effects)
    assert "How far the mean moves along each parameter" in text
    assert "% of" not in text.split("How far")[1].split("failure.per_order")[0]


def test_what_may_be_nothing_is_marked() -> None:
    assert "~2 / 6" in said()
    assert "~0 (0.00)" in said(sobol=())


def test_interactions_that_may_be_nothing_are_not_told() -> None:
    assert "together make another 3 %" in said()
    doubtful = tuple(one._replace(share=Bounded(0.03, -0.01, 0.07)) for one in made.analysis().interactions)
    assert "together make another" not in said(interactions=doubtful)


def test_levers_are_told_by_what_they_bring_and_how_surely() -> None:
    text = said()
    assert text.index("reward the best: best with") < text.index("today: best with")
    assert "clearly ahead of the next best setting, by 0.20 [0.15, 0.25] EUR/person" in text
    assert "today: best with programs.reward best.gain 20 points" in text
    assert "not clearly ahead of the next best setting (0.00 [-0.05, 0.05] EUR/person)" in text


def test_much_luck_asks_for_more_replications_and_little_does_not() -> None:
    text = said()
    assert (
        "reward the best against today: 6 % of what differs between points is luck that 4 replications did not "
        "average out; elsewhere less. About 6 would bring that to 5 %." in text
    )
    little = tuple(one._replace(share_in_means=0.01) for one in made.analysis().noise)
    assert "At most 1 % of what differs between points is luck; 4 replications are enough" in said(noise=little)
    all_of_it = tuple(one._replace(share_in_means=1.0) for one in made.analysis().noise)
    assert "with 4 replications the points differ by no more than luck" in said(noise=all_of_it)


def test_the_replications_that_are_advised_bring_luck_down_to_the_mark() -> None:
    worst = next(one for one in made.analysis().noise if one.share_in_means == 0.06)
    part = worst.own_luck / 6 / (worst.parameters + worst.own_luck / 6)
    before = worst.own_luck / 5 / (worst.parameters + worst.own_luck / 5)
    assert part <= 0.05 < before


def test_one_replication_tells_nothing_of_luck() -> None:
    text = said(responses=made.grid(replications=1))
    assert "one replication, so no intervals" in text
    assert "With one replication luck cannot be told" in text
    assert "clearly" not in text.split("The levers")[0]


def test_a_measure_of_which_nothing_is_better_has_no_best() -> None:
    standings = tuple(one._replace(share_best=math.nan, share_clear=math.nan) for one in made.analysis().standings)
    text = said(**{**made.NOTHING, "standings": standings})
    assert "so no policy is the best" in text
    assert "nan" not in text


def test_what_was_left_out_ends_it() -> None:
    assert analysis_text(made.analysis(), 100).split("\n\n")[-1].startswith("Left out\n- Sobol indices: the design")
    assert "Left out" not in said(left_out=())


def test_with_nothing_found_the_standings_stay() -> None:
    text = said(**made.NOTHING)
    assert "best mean" in text
    for heading in ("Where", "What matters", "The levers", "Left out"):
        assert heading not in text


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    assert max(map(width, analysis_text(made.analysis(), columns).splitlines())) <= columns


def test_names_cannot_act_on_a_terminal() -> None:
    tipping = tuple(one._replace(below="\x1b[31mred") for one in made.analysis().tipping)
    assert "\x1b" not in said(tipping=tipping)


def test_nothing_is_said_of_who_is_best_with_one_policy() -> None:
    alone = made.analysis().standings[:1]
    text = said(standings=alone, maps=(), tipping=(), boxes=(), settings=())
    assert "There is one policy, so none is better than another." in text
    assert "best at" not in text
    assert "ahead by more than luck" not in text


def test_of_one_parameter_there_are_no_others_to_average_over() -> None:
    responses = made.grid()
    one = dataclasses.replace(responses, factors=responses.factors[:1])
    text = said(responses=one, tipping=made.analysis().tipping[:1], maps=(), effects=(), interactions=(), settings=())
    assert "above it recover everyone. " in text
