"""Maps: exact at the levels of a grid, fitted over scattered points, silent where nothing was seen."""

import numpy as np
import pytest
from scipy.stats import qmc

from equitysim.errors import UsageError
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.maps import left_out, maps
from equitysim.statistics.sensitivity.responses import Responses
from tests.unit.statistics.sensitivity.fields import grid, number, responses, word

FAILURE = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
WEEKS = [3.0, 6.0, 10.0, 15.0, 20.0, 26.0]


def on_grid(noise: float = 0.0, **changed: object) -> Responses:
    """Recovery beats reward where failure times weeks is above 45."""
    failure, weeks, other = grid(FAILURE, WEEKS, [0.0, 1.0])
    gain = failure * weeks - 45.0
    means = np.stack([10.0 + other - 100.0, 10.0 + other, 10.0 + other + gain], axis=1)
    factors = [
        number("failure.per_order", failure, few=True),
        number("equity.forgetting", weeks, unit="weeks", few=True),
        number("other", other, unit="", few=True),
    ]
    return responses(factors, means, noise=noise, **changed)  # type: ignore[arg-type]


def scattered(points: int = 256, factors: int = 2, seed: int = 5) -> FloatArray:
    return np.asarray(qmc.Sobol(factors, rng=np.random.default_rng(seed)).random(points), dtype=np.float64)


def test_a_grid_is_read_at_its_levels() -> None:
    made = on_grid()
    (found,) = maps(made, ("failure.per_order", "equity.forgetting"))
    assert found.method == "levels"
    assert found.columns == tuple(FAILURE)
    assert found.row_texts == ("3 weeks", "6 weeks", "10 weeks", "15 weeks", "20 weeks", "26 weeks")
    gain = np.outer(WEEKS, FAILURE) - 45.0
    np.testing.assert_array_equal(found.best, np.where(gain > 0.0, 2, 1))
    np.testing.assert_allclose(found.lead, np.abs(gain))
    np.testing.assert_allclose(found.means[:, :, 2], 10.5 + gain)
    assert found.shares == (0.0, float((gain <= 0.0).mean()), float((gain > 0.0).mean()))


def test_the_check_sees_rows_and_columns_exchanged() -> None:
    (found,) = maps(on_grid(), ("equity.forgetting", "failure.per_order"))
    assert found.best.shape == (8, 6)
    np.testing.assert_array_equal(found.best.T, maps(on_grid(), ("failure.per_order", "equity.forgetting"))[0].best)


def test_clear_needs_a_lead_beyond_luck() -> None:
    (quiet,) = maps(on_grid(noise=0.01), ("failure.per_order", "equity.forgetting"))
    (loud,) = maps(on_grid(noise=20.0), ("failure.per_order", "equity.forgetting"))
    assert quiet.clear[quiet.lead > 0.1].all()
    assert loud.clear[loud.lead > 120.0].all()
    assert not loud.clear[loud.lead < 5.0].any()


def test_one_replication_has_no_clear_cell() -> None:
    assert not maps(on_grid(replications=1))[0].clear.any()


def test_less_may_be_better() -> None:
    more = maps(on_grid(), ("failure.per_order", "equity.forgetting"))[0]
    less = on_grid(better=-1)
    (found,) = maps(less, ("failure.per_order", "equity.forgetting"))
    assert (found.best == 0).all()
    np.testing.assert_allclose(found.means, more.means)


def test_the_pair_that_decides_comes_first_in_the_order_of_the_study() -> None:
    first = maps(on_grid())[0]
    assert (first.x, first.y) == ("failure.per_order", "equity.forgetting")
    assert len(maps(on_grid())) == 3


def test_scattered_points_are_fitted_on_a_lattice() -> None:
    x = scattered(512, 3)
    gain = 4.0 * (x[:, 0] - 0.5) + 4.0 * (x[:, 1] - 0.5) ** 2 - 0.5 + 0.2 * (x[:, 2] - 0.5)
    means = np.stack([np.sin(9.0 * x[:, 2]), np.sin(9.0 * x[:, 2]) + gain], axis=1)
    factors = [number(f"factor {k}", x[:, k]) for k in range(3)]
    (found,) = maps(responses(factors, means, noise=0.01, design="sobol"), ("factor 0", "factor 1"))
    assert found.method == "fitted"
    assert found.best.shape == (25, 25)
    truth = 4.0 * (np.array(found.columns) - 0.5)[None, :] + 4.0 * (np.array(found.rows) - 0.5)[:, None] ** 2 - 0.5
    np.testing.assert_allclose(found.means[:, :, 1] - found.means[:, :, 0], truth, atol=0.06)
    assert (found.best == (truth > 0.0))[np.abs(truth) > 0.06].all()
    assert found.clear[np.abs(truth) > 0.2].all()


def test_a_fit_knows_that_other_factors_scatter() -> None:
    # Without any luck, what another factor does to the lead still makes the average over it uncertain.
    clear = []
    for seed in range(20):
        x = np.random.default_rng(seed).random((32, 3))
        means = np.stack([np.zeros(32), 5.0 * np.sin(40.0 * x[:, 2])], axis=1)
        factors = [number(f"factor {k}", x[:, k]) for k in range(3)]
        made = responses(factors, means, noise=1e-9, design="latin_hypercube")
        clear.append(maps(made, ("factor 0", "factor 1"))[0].clear.mean())
    assert np.mean(clear) < 0.2


def test_cells_far_from_all_points_are_not_claimed() -> None:
    along = scattered(256, 1)[:, 0]
    factors = [number("one", along), number("other", along + 0.01 * np.sin(50.0 * along))]
    means = np.stack([np.full(256, 0.5), along], axis=1)
    (found,) = maps(responses(factors, means, noise=0.01, design="points"))
    silent = found.best == -1
    assert silent[0, -1]
    assert silent[-1, 0]
    assert not silent[0, 0]
    assert not silent.diagonal().any()
    assert np.isnan(found.lead[silent]).all()
    assert np.isnan(found.means[silent]).all()
    assert not found.clear[silent].any()
    assert sum(found.shares) == pytest.approx(1.0)


def test_independent_points_leave_no_cell_out() -> None:
    x = scattered(256)
    means = np.stack([np.full(256, 0.5), x[:, 0]], axis=1)
    (found,) = maps(responses([number("one", x[:, 0]), number("other", x[:, 1])], means, design="sobol"))
    assert (found.best >= 0).all()


def test_words_have_their_levels() -> None:
    x = scattered(128)[:, 0]
    places = np.arange(128) % 3
    means = np.stack([np.full(128, 0.5), x + np.array([-1.0, 0.0, 1.0])[places]], axis=1)
    factors = [number("size", x), word("kind", places.tolist(), ("low", "middle", "high"))]
    (found,) = maps(responses(factors, means, noise=0.01, design="latin_hypercube"))
    assert found.row_texts == ("low", "middle", "high")
    assert (found.best[0] == 0).all()
    assert (found.best[2] == 1).all()
    assert 0.4 < (found.best[1] == 1).mean() < 0.6


def test_words_are_close_only_to_themselves() -> None:
    # Planted: nothing of kind ``low`` was tried above the middle.
    x = scattered(256)[:, 0]
    places = np.arange(256) % 2
    x = np.where(places == 0, x / 2.0, x)
    factors = [number("size", x), word("kind", places.tolist(), ("low", "high"))]
    (found,) = maps(responses(factors, np.stack([np.full(256, 0.5), x], axis=1), noise=0.01, design="points"))
    assert (found.best[0, 16:] == -1).all()
    assert (found.best[0, :12] >= 0).all()
    assert (found.best[1] >= 0).all()


def test_a_grid_with_a_point_missing_is_fitted() -> None:
    whole = on_grid(noise=0.01)
    keep = np.arange(len(whole.runs)) != 17
    factors = [
        factor._replace(sizes=factor.sizes[keep], texts=tuple(np.array(factor.texts)[keep])) for factor in whole.factors
    ]
    (found,) = maps(responses(factors, whole.means[keep], noise=0.01), ("failure.per_order", "equity.forgetting"))
    assert found.method == "fitted"
    gain = np.outer(WEEKS, FAILURE) - 45.0
    assert (found.best == np.where(gain > 0.0, 2, 1))[np.abs(gain) > 1.0].all()


def test_one_at_a_time_has_no_map_and_says_why() -> None:
    made = on_grid(design="one_at_a_time")
    assert maps(made) == ()
    assert "one at a time" in left_out(made)[0].why


def test_one_factor_has_no_map_and_says_why() -> None:
    sizes = np.arange(4.0)
    made = responses([number("one", sizes, few=True)], np.stack([sizes, 1.0 - sizes], axis=1))
    assert maps(made) == ()
    assert [found.what for found in left_out(made)] == ["maps"]


def test_a_single_replication_and_a_single_policy_are_told() -> None:
    made = on_grid(replications=1)
    assert [found.what for found in left_out(made)] == ["bounds and clear leads"]
    alone = responses(made.factors, made.means[:, :1])
    assert [found.what for found in left_out(alone)] == ["maps, tipping points and boxes"]
    assert maps(alone) == ()


def test_what_is_no_factor_raises() -> None:
    with pytest.raises(UsageError, match="nowhere"):
        maps(on_grid(), ("failure.per_order", "nowhere"))
