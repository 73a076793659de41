"""Every sampler has the distribution it claims (model §10).

The seed is fixed, so each verdict is always the same. Before it was fixed, a correct sampler would have failed one of
these checks with probability ``FALSE_ALARM``; each check also rejects a planted fault.
"""

import itertools
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from equitysim.streams import exponential, gamma, key_of, log_gamma, logit_beta, normal, uniform

FALSE_ALARM = 1e-4
SIZE = 20_000
KEY = key_of(20_270_101, 0)

Draws = npt.NDArray[np.float64]


def over_identities(draw: Callable[[int], float], size: int = SIZE) -> Draws:
    return np.array([draw(identity) for identity in range(size)])


def fits(draws: Draws, distribution: Callable[[Draws], Draws]) -> bool:
    """Kolmogorov–Smirnov at the stated false-alarm rate."""
    return bool(stats.kstest(draws, distribution).pvalue >= FALSE_ALARM)


def evenly_filled(counts: Draws) -> bool:
    """Pearson's chi-square against equal expected counts at the stated false-alarm rate."""
    return bool(stats.chisquare(counts.ravel()).pvalue >= FALSE_ALARM)


SEQUENCES: dict[str, Callable[[int], float]] = {
    "identity": lambda i: uniform(*KEY, i, 7, 0),
    "large identity": lambda i: uniform(*KEY, i << 40, 7, 0),
    "index": lambda i: uniform(*KEY, 12345, 7, i),
    "purpose and index": lambda i: uniform(*KEY, 12345, i % 32, i // 32),
    "replication": lambda i: uniform(*key_of(1, i), 12345, 7, 0),
    "seed": lambda i: uniform(*key_of(i, 0), 12345, 7, 0),
}


@pytest.mark.parametrize("draw", SEQUENCES.values(), ids=SEQUENCES.keys())
def test_uniforms_fill_the_unit_interval_along_every_coordinate(draw: Callable[[int], float]) -> None:
    draws = over_identities(draw, 2**15)
    assert evenly_filled(np.histogram(draws, bins=256, range=(0.0, 1.0))[0])


@pytest.mark.parametrize("draw", SEQUENCES.values(), ids=SEQUENCES.keys())
def test_neighbouring_uniforms_are_independent(draw: Callable[[int], float]) -> None:
    draws = over_identities(draw, 2**15)
    assert evenly_filled(np.histogram2d(draws[::2], draws[1::2], bins=16, range=((0, 1), (0, 1)))[0])


def test_the_uniform_checks_notice_a_faulty_generator() -> None:
    """A multiplicative generator with a short period, and one that leaves a small gap at the top."""
    poor = np.array([(i * 3) % 256 / 256 + 1 / 512 for i in range(2**15)])
    assert not evenly_filled(np.histogram2d(poor[::2], poor[1::2], bins=16, range=((0, 1), (0, 1)))[0])
    short = over_identities(lambda i: 0.98 * uniform(*KEY, i, 7, 0), 2**15)
    assert not evenly_filled(np.histogram(short, bins=256, range=(0.0, 1.0))[0])


def test_all_52_bits_are_fair_and_both_ends_stay_open() -> None:
    draws = over_identities(SEQUENCES["identity"], 2**15)
    assert draws.min() > 0.0
    assert draws.max() < 1.0
    bits = (draws * 2.0**52).astype(np.int64)
    limit = float(stats.norm.isf(FALSE_ALARM / 2 / 52)) * math.sqrt(len(draws)) / 2
    for place in range(52):
        assert abs(int(((bits >> place) & 1).sum()) - len(draws) / 2) < limit, place


CONTINUOUS: dict[str, tuple[Callable[[int], float], Callable[[Draws], Draws], Callable[[Draws], Draws]]] = {
    "exponential": (lambda i: exponential(*KEY, i, 1, 0), stats.expon.cdf, stats.expon(scale=1.05).cdf),
    "normal": (lambda i: normal(*KEY, i, 2, 0), stats.norm.cdf, stats.norm(0.0, 1.08).cdf),
    "gamma 0.243": (lambda i: gamma(*KEY, i, 3, 0, 0.243), stats.gamma(0.243).cdf, stats.gamma(0.26).cdf),
    "gamma 1": (lambda i: gamma(*KEY, i, 4, 0, 1.0), stats.gamma(1.0).cdf, stats.gamma(1.05).cdf),
    "gamma 3.74": (lambda i: gamma(*KEY, i, 5, 0, 3.74), stats.gamma(3.74).cdf, stats.gamma(3.85).cdf),
    "gamma 40": (lambda i: gamma(*KEY, i, 6, 0, 40.0), stats.gamma(40.0).cdf, stats.gamma(40.5).cdf),
    "log gamma 0.01": (
        lambda i: log_gamma(*KEY, i, 7, 0, 0.01),
        stats.loggamma(0.01).cdf,
        stats.loggamma(0.0107).cdf,
    ),
    "logit beta": (
        lambda i: logit_beta(*KEY, i, 8, 0, 0.793, 2.426),
        lambda x: stats.beta(0.793, 2.426).cdf(1.0 / (1.0 + np.exp(-x))),
        lambda x: stats.beta(0.85, 2.426).cdf(1.0 / (1.0 + np.exp(-x))),
    ),
}


@pytest.mark.parametrize(("draw", "right", "wrong"), CONTINUOUS.values(), ids=CONTINUOUS.keys())
def test_sampler_has_its_distribution_and_not_a_neighbouring_one(
    draw: Callable[[int], float], right: Callable[[Draws], Draws], wrong: Callable[[Draws], Draws]
) -> None:
    draws = over_identities(draw)
    assert fits(draws, right)
    assert not fits(draws, wrong)


def test_purposes_do_not_share_luck() -> None:
    """Pairwise correlations across purposes stay within the normal limit for zero."""
    columns = np.array([[uniform(*KEY, i, purpose, 0) for i in range(8192)] for purpose in range(8)])
    correlations = np.corrcoef(columns)
    limit = float(stats.norm.isf(FALSE_ALARM / 2 / 28)) / math.sqrt(8192)
    assert all(abs(correlations[i, j]) < limit for i, j in itertools.combinations(range(8), 2))
