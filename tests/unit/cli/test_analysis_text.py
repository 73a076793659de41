"""What ``analyse`` prints: the answer first, in words a strategist would use, and never more than was found."""

import dataclasses
import math
from typing import Any

import pytest

from equitysim.cli.analysis_text import analysis_text
from equitysim.figures.names import width
from equitysim.statistics.sensitivity.findings import Bounded
from equitysim.statistics.sensitivity.responses import LeftOut
from tests.unit.figures.made_analysis import FORGETTING, NOTHING, made_analysis

WHOLE = made_analysis(many=2)
"""With all there may be of any design."""


def said(columns: int = 100, **changed: Any) -> str:
    """The text on one line, so that where it breaks does not matter."""
    return " ".join(analysis_text(dataclasses.replace(WHOLE, **changed), columns).split())


def test_it_begins_with_who_is_best() -> None:
    parts = analysis_text(WHOLE, 100).split("\n\n")
    assert parts[0].startswith("Recovery or reward: net value (EUR/person) of 3 policies at 64 points of 4 uncertain")
    assert parts[1].startswith("recover everyone has the best mean over all points, 18.39 [18.34, 18.44] EUR/person, ")
    today, reward, recover = WHOLE.standings
    other = said(standings=(today, reward._replace(share_best=0.6), recover._replace(share_best=0.4)))
    assert "EUR/person; reward the best is the best at more of them than any other, 60" in other


def test_where_it_tips_is_told_with_bounds() -> None:
    text = said()
    assert (
        "failure.per_order: below 4.1 % [3.8 % to 4.5 %] reward the best is the best, above it recover everyone" in text
    )
    assert "No change is shown along equity.forgetting, programs.failure" in text
    unbounded = tuple(one._replace(at=Bounded(4.1, math.nan, math.nan)) for one in WHOLE.tipping)
    assert "below 4.1 % (by one replication, which does not tell luck) reward the best" in said(tipping=unbounded)


def test_the_map_says_which_part_is_whose() -> None:
    assert "Over failure.per_order and equity.forgetting together the best is recover everyone in 55" in said()


def test_what_is_clear_is_a_part_of_the_cells_that_are_claimed() -> None:
    one = WHOLE.maps[0]
    best = one.best.copy()
    best[:, 1:] = -1
    silent = one._replace(best=best, clear=best >= 0)
    assert "clearly so in 100 % of it" in said(maps=(silent,)).replace("\N{NO-BREAK SPACE}", " ")


def test_a_policy_that_no_lever_moves_has_no_best_setting() -> None:
    nobody = Bounded(math.nan, math.nan, math.nan)
    idle = tuple(one._replace(values=(), ahead=nobody) for one in WHOLE.settings[:1])
    assert f"- {idle[0].policy}: no lever moves it." in said(settings=idle)


def test_boxes_are_told_in_words() -> None:
    assert (
        "recover everyone: where failure.per_order is above 4.1 % and equity.forgetting is 5 to 20 weeks. There it is "
        "the best at 72" in said()
    )


def test_sobol_indices_come_before_shares_and_shares_before_what_morris_found() -> None:
    assert "Sobol indices" in said()
    shares = said(sobol=())
    assert "luck taken out) each parameter explains by itself, in %" in shares
    assert "total Sobol indices" not in shares
    effects = said(sobol=(), effects=())
    assert "(Morris, EUR/person)" in effects
    assert "4.00 ± 0.40" in effects


def test_shares_stand_beside_how_far_the_mean_moves() -> None:
    effects = tuple(one._replace(share=Bounded(0.94, 0.9, 0.98), swing=4.2) for one in WHOLE.effects)
    assert "94 (4.20)" in said(sobol=(), effects=effects)


def test_without_shares_how_far_the_mean_moves_is_told() -> None:
    effects = tuple(one._replace(share=None) for one in WHOLE.effects)
    text = said(sobol=(), elementary=(), effects=effects)
    assert "How far the mean moves along each parameter" in text
    assert "% of" not in text.split("How far")[1].split("failure.per_order")[0]


def test_what_may_be_nothing_is_marked() -> None:
    assert "~4 / 9" in said()
    effects = tuple(one._replace(share=Bounded(0.0, -0.1, 0.1), swing=0.0) for one in WHOLE.effects)
    assert "~0 (0.00)" in said(sobol=(), effects=effects)


def test_interactions_that_may_be_nothing_are_not_told() -> None:
    assert "together make another 8 %" in said()
    doubtful = tuple(one._replace(share=Bounded(0.03, -0.01, 0.07)) for one in WHOLE.interactions)
    assert "together make another" not in said(interactions=doubtful)


def test_levers_are_told_by_what_they_bring_and_how_surely() -> None:
    today, reward, _ = WHOLE.settings
    text = said(
        settings=(
            today._replace(values=((FORGETTING, "20 weeks"),), ahead=Bounded(0.0, -0.05, 0.05)),
            reward._replace(mean=Bounded(21.0, 20.9, 21.1)),
        )
    )
    assert text.index("reward the best: best with") < text.index("today: best with")
    assert "clearly ahead of the next best setting, by 0.20 [0.15, 0.25] EUR/person" in text
    assert "today: best with equity.forgetting 20 weeks" in text
    assert "not clearly ahead of the next best setting (0.00 [-0.05, 0.05] EUR/person)" in text


LUCKY = tuple(
    one._replace(parameters=0.3, own_luck=0.08, share_in_means=0.06 if one.policy == "reward the best" else 0.01)
    for one in WHOLE.noise
)


def test_much_luck_asks_for_more_replications_and_little_does_not() -> None:
    assert (
        "reward the best against today: 6 % of what differs between points is luck that 5 replications did not "
        "average out; elsewhere less. About 6 would bring that to 5 %." in said(noise=LUCKY)
    )
    assert "At most 1 % of what differs between points is luck; 5 replications are enough" in said()
    all_of_it = tuple(one._replace(share_in_means=1.0) for one in LUCKY)
    assert "with 5 replications the points differ by no more than luck" in said(noise=all_of_it)


def test_the_replications_that_are_advised_bring_luck_down_to_the_mark() -> None:
    worst = LUCKY[0]
    part = worst.own_luck / 6 / (worst.parameters + worst.own_luck / 6)
    before = worst.own_luck / 5 / (worst.parameters + worst.own_luck / 5)
    assert part <= 0.05 < before


def test_one_replication_tells_nothing_of_luck() -> None:
    text = " ".join(analysis_text(made_analysis(replications=1), 100).split())
    assert "one replication, so no intervals" in text
    assert "With one replication luck cannot be told" in text
    assert "clearly" not in text.split("The levers")[0]


def test_a_measure_of_which_nothing_is_better_has_no_best() -> None:
    standings = tuple(one._replace(share_best=math.nan, share_clear=math.nan) for one in WHOLE.standings)
    text = said(**{**NOTHING, "standings": standings})
    assert "so no policy is the best" in text
    assert "nan" not in text


def test_what_was_left_out_ends_it() -> None:
    told = dataclasses.replace(WHOLE, left_out=(LeftOut("maps", "a map needs two factors that vary"),))
    assert analysis_text(told, 100).split("\n\n")[-1] == "Left out\n- maps: a map needs two factors that vary."
    assert "Left out" not in said(left_out=())


def test_with_nothing_found_the_standings_stay() -> None:
    text = said(**NOTHING)
    assert "best mean" in text
    for heading in ("Where", "What matters", "The levers", "Left out"):
        assert heading not in text


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    assert max(map(width, analysis_text(WHOLE, columns).splitlines())) <= columns


def test_names_cannot_act_on_a_terminal() -> None:
    tipping = tuple(one._replace(below="\x1b[31mred") for one in WHOLE.tipping)
    assert "\x1b" not in said(tipping=tipping)


def test_nothing_is_said_of_who_is_best_with_one_policy() -> None:
    text = said(standings=WHOLE.standings[:1], maps=(), tipping=(), boxes=(), settings=())
    assert "There is one policy, so none is better than another." in text
    assert "best at" not in text
    assert "ahead by more than luck" not in text


def test_of_one_parameter_there_are_no_others_to_average_over() -> None:
    one = dataclasses.replace(WHOLE.responses, factors=WHOLE.responses.factors[:1])
    text = said(responses=one, maps=(), effects=(), interactions=(), settings=())
    assert "above it recover everyone. " in text
