"""Differences person by person: the same as one t interval over all persons of all replications."""

import math

import numpy as np
import pytest

from equitysim.statistics.by_person import Gaps, gaps_of, pooled
from equitysim.statistics.intervals import NOTHING, t_interval

LUCK = np.random.default_rng(6)
PARTS = [LUCK.normal(3.0, 2.0, size) for size in (40, 1, 60, 0)]


def test_replications_pool_to_one_interval_over_all_persons() -> None:
    baseline = [LUCK.normal(size=part.size) for part in PARTS]
    gaps = [gaps_of(part + base, base) for part, base in zip(PARTS, baseline, strict=True)]
    assert pooled(gaps) == pytest.approx(t_interval(np.concatenate(PARTS)))
    assert pooled(gaps).n == 101


def test_what_a_policy_owes_as_a_whole_is_shared_by_all() -> None:
    gaps = [gaps_of(part, 0.0 * part) for part in PARTS[:1] * 3]
    with_debt, without = pooled(gaps, owed=80.0), pooled(gaps)
    assert with_debt.mean == pytest.approx(without.mean - 2.0)
    assert with_debt.high - with_debt.low == pytest.approx(without.high - without.low)


def test_nobody_and_one_person() -> None:
    assert pooled([]) == NOTHING
    assert pooled([Gaps(0, 0.0, 0.0)]) == NOTHING
    one = pooled([gaps_of([3.0], [1.0])])
    assert (one.mean, one.n, math.isnan(one.low)) == (2.0, 1, True)


def test_other_persons_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="cannot pair 2 replications with 3"):
        gaps_of([1.0, 2.0], [1.0, 2.0, 3.0])
