"""The selection of the best: its constants against published tables, its formulas against their definitions."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.selection import (
    BY_PAIR,
    POOLED,
    Precision,
    equicoordinate_point,
    pair_variances,
    pooled_variance,
    precision_of,
    select,
    sphericity,
)

DUNNETT_1955 = {
    5: (2.02, 2.44, 2.68, 2.85, 2.98, 3.08, 3.16, 3.24, 3.30),
    10: (1.81, 2.15, 2.34, 2.47, 2.56, 2.64, 2.70, 2.76, 2.81),
    20: (1.72, 2.03, 2.19, 2.30, 2.39, 2.46, 2.51, 2.56, 2.60),
    60: (1.67, 1.95, 2.10, 2.21, 2.28, 2.35, 2.39, 2.44, 2.48),
    120: (1.66, 1.93, 2.08, 2.18, 2.26, 2.32, 2.37, 2.41, 2.45),
}
"""One-sided 5 % points by degrees of freedom, for 1 … 9 treatments beside the control (Dunnett 1955, JASA
50:1096–1121, table 1a)."""


def drawn(replications: int, sds: list[float], seed: int = 1) -> FloatArray:
    """Replications with common luck and these own standard deviations."""
    luck = np.random.default_rng(seed)
    common = luck.normal(size=(replications, 1))
    values: FloatArray = 40.0 + common + luck.normal(size=(replications, len(sds))) * np.array(sds)
    return values


@pytest.mark.parametrize("degrees", DUNNETT_1955)
def test_the_critical_values_are_dunnetts(degrees: int) -> None:
    ours = [equicoordinate_point(treatments, degrees, 0.95) for treatments in range(1, 10)]
    # the table was computed by hand: its last digit is off by one here and there
    assert ours == pytest.approx(DUNNETT_1955[degrees], abs=0.011)


@pytest.mark.parametrize(
    ("dimensions", "degrees", "chance"), [(2, 3, 0.9), (5, 45, 0.95), (9, 81, 0.99), (20, 400, 0.95)]
)
def test_the_quadrature_agrees_with_an_adaptive_one(dimensions: int, degrees: int, chance: float) -> None:
    point = equicoordinate_point(dimensions, degrees, chance)

    def given(scale: float) -> float:
        def inner(common: float) -> float:
            return float(stats.norm.pdf(common) * stats.norm.cdf(common + math.sqrt(2.0) * point * scale) ** dimensions)

        return float(integrate.quad(inner, -9.0, 9.0, epsabs=1e-10)[0])

    law = stats.chi(degrees, scale=1.0 / math.sqrt(degrees))
    low, high = law.ppf(1e-13), law.isf(1e-13)
    found = integrate.quad(lambda scale: law.pdf(scale) * given(scale), low, high, epsabs=1e-9, points=[1.0])[0]
    assert found == pytest.approx(chance, abs=2e-8)


def test_the_critical_value_by_draws() -> None:
    """False-alarm rate 1 in 10 000; a value three hundredths off is caught."""
    dimensions, degrees, count = 5, 45, 400_000
    luck = np.random.default_rng(11)
    normal = luck.normal(size=(count, dimensions + 1))
    scale = np.sqrt(luck.chisquare(degrees, count) / degrees)
    largest = (normal[:, 1:] - normal[:, :1]).max(axis=1) / math.sqrt(2.0) / scale
    point = equicoordinate_point(dimensions, degrees, 0.95)
    error = stats.norm.isf(0.5e-4) * math.sqrt(0.95 * 0.05 / count)
    assert abs(float((largest <= point).mean()) - 0.95) <= error
    assert abs(float((largest <= point + 0.03).mean()) - 0.95) > error


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_chance_lies_between_0_and_1(chance: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        equicoordinate_point(2, 10, chance)


def test_the_pooled_variance_is_the_mean_over_all_pairs() -> None:
    values = drawn(12, [0.1, 0.3, 0.2, 0.7])
    pairs = pair_variances(values)[np.triu_indices(4, 1)]
    assert pooled_variance(values) == pytest.approx(pairs.mean(), rel=1e-12)
    assert pairs[0] == pytest.approx(np.var(values[:, 0] - values[:, 1], ddof=1), rel=1e-12)


def test_luck_that_all_share_is_taken_out() -> None:
    values = drawn(12, [0.1, 0.3, 0.2])
    shifted = values + 100.0 * np.arange(12)[:, None]
    assert pooled_variance(shifted) == pytest.approx(pooled_variance(values), rel=1e-9)
    assert sphericity(shifted) == pytest.approx(sphericity(values), rel=1e-9)


def test_two_policies_are_a_paired_comparison() -> None:
    values = drawn(10, [0.2, 0.5])
    precision = precision_of(values, 0.95)
    gap = values[:, 0] - values[:, 1]
    error = gap.std(ddof=1) / math.sqrt(10)
    assert precision.procedure == POOLED
    # how many replications: one-sided, no other policy is better by more than the zone
    assert precision.half_widths(10)[0, 1] == pytest.approx(stats.t.ppf(0.95, 9) * error, rel=1e-12)
    # the interval: two-sided, since either may be the better one
    found = select(values, precision)
    leader = found.best
    assert found.intervals[leader].mean == pytest.approx(abs(gap.mean()))
    assert found.intervals[leader].high == pytest.approx(abs(gap.mean()) + stats.t.ppf(0.975, 9) * error)


def two_apart(t: float, replications: int = 10) -> FloatArray:
    """Two policies whose paired t statistic is ``t``."""
    luck = np.random.default_rng(3).normal(size=replications)
    luck = (luck - luck.mean()) / luck.std(ddof=1)
    gap = luck + t / math.sqrt(replications)
    return np.stack([np.zeros(replications), gap], axis=1)


def test_a_lead_is_judged_by_the_two_sided_interval_of_its_pair() -> None:
    """t with 9 degrees of freedom: 1.833 leaves out 5 % on one side, 2.262 on both together."""
    for t, contenders in ((1.9, (0, 1)), (2.2, (0, 1)), (2.3, (1,))):
        found = select(two_apart(t), precision_of(two_apart(t), 0.95))
        assert [i for i in (0, 1) if i in found.contenders] == list(contenders)
        assert (found.intervals[1].low == 0.0) == (contenders == (1,))


def test_of_several_policies_too_no_interval_is_narrower_than_that_of_its_pair() -> None:
    values = drawn(10, [0.5, 0.5, 0.5, 0.9], seed=5)
    precision = precision_of(values, 0.95)
    assert precision.procedure == POOLED
    own = stats.t.ppf(0.975, 9) * np.sqrt(pair_variances(values))
    assert (precision.unit_bounds >= own - 1e-12).all()
    assert (precision.unit_bounds >= precision.unit_widths).all()


def test_the_number_of_replications_is_that_of_the_paper() -> None:
    values = drawn(10, [0.5] * 4, seed=5)
    assert precision_of(values, 0.95).procedure == POOLED
    g, s = equicoordinate_point(3, 27, 0.95), math.sqrt(pooled_variance(values))
    for zone in (0.05, 0.2, 0.7):
        assert precision_of(values, 0.95).needed(zone) == math.ceil((g * s / zone) ** 2)
    assert precision_of(values, 0.95).needed(0.0) == math.inf


def test_pairs_have_their_own_widths_where_they_vary_unequally() -> None:
    values = drawn(10, [0.01, 0.01, 2.0])
    precision = precision_of(values, 0.95)
    assert precision.procedure == BY_PAIR
    critical = stats.t.ppf(1.0 - 0.05 / 2, 9)
    expected = critical * np.std(values[:, 0] - values[:, 1], ddof=1)
    assert precision.unit_widths[0, 1] == pytest.approx(expected, rel=1e-12)
    assert precision.unit_widths[0, 1] < precision.unit_widths[0, 2] / 20


def test_sphericity_is_rejected_as_often_as_stated() -> None:
    """10 policies and 10 replications: as many contrasts as degrees of freedom. False-alarm rate 1 in 10 000."""
    luck = np.random.default_rng(8)
    rejected = np.mean([sphericity(luck.normal(size=(10, 10))) < 0.2 for _ in range(2000)])
    assert rejected == pytest.approx(0.2, abs=0.05)
    unequal = np.mean([sphericity(luck.normal(size=(10, 10)) * ([1.0] * 9 + [4.0])) < 0.2 for _ in range(200)])
    assert unequal > 0.9


def test_of_two_policies_and_without_luck_sphericity_always_holds() -> None:
    assert sphericity(drawn(10, [0.1, 5.0])) == 1.0
    assert sphericity(np.arange(10.0)[:, None] + np.array([1.0, 2.0, 3.0])) == 1.0


def unit_widths(wide: float, policies: int = 3) -> Precision:
    """After one replication every half-width is ``wide``."""
    widths = wide * (1.0 - np.eye(policies))
    return Precision(POOLED, widths, widths)


def test_intervals_against_the_best_of_the_others() -> None:
    found = select(np.array([[1.0, 4.0, 3.5]]), unit_widths(1.0))
    assert found.best == 1
    assert found.intervals[0] == pytest.approx((-3.0, -4.0, 0.0))
    assert found.intervals[1] == pytest.approx((0.5, -0.5, 1.5))
    assert found.intervals[2] == pytest.approx((-0.5, -1.5, 0.5))
    assert (found.contenders, found.settled, found.needed) == ((1, 2), False, 4)


def test_a_policy_ahead_of_all_by_more_than_the_width_is_best() -> None:
    found = select(np.array([[1.0, 4.0, 2.5]]), unit_widths(1.0))
    assert (found.contenders, found.needed) == ((1,), 1)
    assert [interval.low for interval in found.intervals] == [-4.0, 0.0, -2.5]
    assert [interval.high for interval in found.intervals] == [0.0, 2.5, 0.0]


def test_what_is_surely_within_the_zone_remains_though_it_is_surely_worse() -> None:
    values = np.array([[4.0, 3.9, 1.0]])
    assert select(values, unit_widths(0.05), 0.0).contenders == (0,)
    found = select(values, unit_widths(0.05), 0.2)
    assert (found.contenders, found.settled) == ((0, 1), True)


def test_intervals_wider_than_the_zone_settle_nothing() -> None:
    values = np.array([[4.0, 3.9, 1.0]])
    assert select(values, unit_widths(0.3), 0.2).settled is False
    assert select(values, unit_widths(0.3), 0.2).needed == 3
    assert select(values, unit_widths(0.2), 0.2).settled is True


def test_equal_means_need_infinitely_many_where_everything_matters() -> None:
    found = select(np.array([[4.0, 4.0, 1.0]]), unit_widths(1.0), 0.0)
    assert (found.contenders, found.settled, found.needed) == ((0, 1), False, math.inf)


def test_without_luck_one_replication_says_all() -> None:
    values = np.repeat(np.array([[4.0, 4.0, 1.0]]), 10, axis=0)
    found = select(values, precision_of(values, 0.95), 0.0)
    assert (found.contenders, found.settled) == ((0, 1), True)
    assert found.intervals[0] == (0.0, 0.0, 0.0)
    assert found.intervals[2] == (-3.0, -3.0, 0.0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((1, 3)), "need 2 replications of 2 policies"),
        (np.zeros((5, 1)), "need 2 replications of 2 policies"),
        (np.zeros(5), "replications × policies"),
        (np.array([[1.0, math.nan], [1.0, 2.0]]), "all defined"),
    ],
)
def test_what_cannot_be_judged_is_refused(values: FloatArray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        precision_of(values, 0.95)


def test_confidence_and_size_are_checked() -> None:
    with pytest.raises(ValueError, match="confidence"):
        precision_of(drawn(5, [1.0, 1.0]), 1.0)
    with pytest.raises(ValueError, match="of 3 policies, the values of 2"):
        select(drawn(5, [1.0, 1.0]), unit_widths(1.0))


def test_a_lead_that_may_matter_is_no_tie() -> None:
    found = select(np.array([[4.0, 3.85, 1.0]]), unit_widths(0.1), 0.2)
    assert (found.contenders, found.settled) == ((0,), True)


def test_what_a_third_rules_out_does_not_widen_the_interval_of_the_best() -> None:
    widths = np.array([[0.0, 0.5, 3.0], [0.5, 0.0, 0.5], [3.0, 0.5, 0.0]])
    found = select(np.array([[5.0, 4.0, 3.0]]), Precision(BY_PAIR, widths, widths))
    assert found.contenders == (0,)
    assert found.intervals[0] == (1.0, 0.0, 1.5)
    assert found.intervals[2] == (-2.0, -5.0, 0.0)
