"""Sobol indices: reading the design, luck, what is missing; their truth is in tests/oracle."""

from dataclasses import replace

import numpy as np
import pytest

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.findings import SobolIndex
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.statistics.sensitivity.sobol import crossed, left_out, sobol
from tests.unit.statistics.sensitivity.formula import grid, ishigami, made, saltelli


def first_only(x: FloatArray) -> FloatArray:
    value: FloatArray = x[:, 0].copy()
    return value


def by_factor(responses: Responses) -> dict[str, SobolIndex]:
    return {one.factor: one for one in sobol(responses)}


def test_luck_does_not_make_a_total_index() -> None:
    """Own luck as large as the parameters: untreated, the idle factors' total indices would be about
    (1/3) / (1 + 1/3) = 0.25."""
    own = float(np.sqrt(1.0 / 12.0))
    responses = made("saltelli", saltelli(512, 3), [first_only], replications=3, own=own, common=2.0)
    found = by_factor(responses)
    assert found["x1"].total.value == pytest.approx(1.0, abs=0.06)
    for idle in ("x2", "x3"):
        assert found[idle].total.value < 0.06
        assert found[idle].first.low == 0.0
    averaged = replace(
        responses, runs=responses.runs.mean(axis=1, keepdims=True), context=responses.context._replace(replications=1)
    )
    assert by_factor(averaged)["x2"].total.value == pytest.approx(0.25, abs=0.06)
    assert "too large" in next(iter(left_out(averaged))).why


def test_products_of_different_replications_by_hand() -> None:
    one, other = np.array([1.0, 2.0, 4.0]), np.array([3.0, 5.0, 7.0])
    pairs = [one[a] * other[b] for a in range(3) for b in range(3) if a != b]
    assert crossed(one, other, 0) == pytest.approx(np.mean(pairs))
    assert crossed(one[:1], other[:1], 0) == 3.0


def test_a_missing_point_takes_its_base_point_with_it() -> None:
    responses = made("saltelli", saltelli(64, 3), [ishigami])
    cut = replace(responses, positions=(*responses.positions[:13], -1, *responses.positions[14:]))
    without = replace(responses, positions=responses.positions[:10] + responses.positions[15:])
    assert sobol(cut) == sobol(without)
    assert next(iter(left_out(cut))).what == "1 of 64 base points for Sobol indices"


def test_points_in_another_order_are_refused() -> None:
    responses = made("saltelli", saltelli(16, 3), [ishigami])
    places = np.array(responses.positions).reshape(16, 5)
    swapped = places[:, [1, 0, 2, 3, 4]]  # B before A
    turned = places[:, [0, 1, 3, 2, 4]]
    for wrong in (swapped, turned, places[:, ::-1]):
        with pytest.raises(ValueError, match="not in the order of a Saltelli design"):
            sobol(replace(responses, positions=tuple(wrong.ravel().tolist())))


def test_outputs_that_do_not_differ_have_none() -> None:
    responses = made("saltelli", saltelli(16, 3), [ishigami, lambda x: ishigami(x) + 0.1])
    assert {(one.policy, one.against) for one in sobol(responses)} == {("p0", None), ("p1", None)}
    assert any("do not differ" in one.why for one in left_out(responses))


def test_too_few_base_points_and_other_designs_have_none() -> None:
    few = made("saltelli", saltelli(2, 3), [ishigami])
    assert sobol(few) == ()
    assert "too few" in next(iter(left_out(few))).why
    other = made("grid", grid(3, 3), [first_only])
    assert sobol(other) == ()
    assert next(iter(left_out(other))).why == "they need a saltelli design"


def test_equal_inputs_give_equal_bounds_and_another_seed_others() -> None:
    responses = made("saltelli", saltelli(64, 3), [ishigami], replications=2, own=0.2)
    assert sobol(responses) == sobol(responses)
    other = replace(responses, context=responses.context._replace(seed=2))
    assert sobol(other) != sobol(responses)
    assert by_factor(other)["x1"].total.value == by_factor(responses)["x1"].total.value


def test_where_luck_could_be_all_there_is_anything_is_possible() -> None:
    responses = made("saltelli", saltelli(16, 3), [first_only], replications=2, own=2.0, seed=2)
    assert [(one.total.low, one.total.high) for one in sobol(responses)] == [(0.0, 1.0)] * 3
