"""The closed forms print what their sources print, so that they may judge the simulator."""

import math

import numpy as np
import pytest

from tests.oracle import closed_forms as theory
from tests.oracle.published import BG_NBD, MBG_NBD, PARETO_NBD, SBG, SBG_SURVIVAL, SPEND


@pytest.mark.parametrize(("weeks", "mean"), [(1, 0.05327), (4, 0.19607), (26, 0.90264), (39, 1.19672), (52, 1.44605)])
def test_bg_nbd_mean(weeks: float, mean: float) -> None:
    assert theory.bg_nbd_mean(weeks, *BG_NBD) == pytest.approx(mean, abs=5e-6)


@pytest.mark.parametrize(("weeks", "share"), [(26, 0.62562), (39, 0.57379), (52, 0.53840)])
def test_bg_nbd_zero(weeks: float, share: float) -> None:
    assert theory.bg_nbd_zero(weeks, *BG_NBD[:2]) == pytest.approx(share, abs=5e-6)


@pytest.mark.parametrize(("weeks", "mean"), [(26, 0.90857), (39, 1.21300), (52, 1.47300)])
def test_pareto_nbd_mean(weeks: float, mean: float) -> None:
    """BTYD prints 1.473434 for 52 weeks, with parameters of more digits."""
    assert theory.pareto_nbd_mean(weeks, *PARETO_NBD) == pytest.approx(mean, abs=1.5e-5)


def test_mbg_nbd_mean_is_the_integral_of_its_parts() -> None:
    """An independent route: given λ and p, who stays after the first buys at rate λ while a life of rate λp lasts."""
    rng = np.random.default_rng(1)
    r, alpha, a, b = MBG_NBD
    rate, leave = rng.gamma(r, 1 / alpha, 400_000), rng.beta(a, b, 400_000)
    given = (1 - leave) / leave * -np.expm1(-rate * leave * 39)
    error = float(given.std()) / math.sqrt(len(given))
    assert theory.mbg_nbd_mean(39, *MBG_NBD) == pytest.approx(float(given.mean()), abs=3.5 * error)


def test_gamma_gamma_mean() -> None:
    assert theory.gamma_gamma_mean(*SPEND) == pytest.approx(35.219, abs=5e-4)


def test_gamma_gamma_orders_of_one_customer_are_alike() -> None:
    alone = theory.gamma_gamma_below(25, *SPEND)
    assert alone**2 < theory.gamma_gamma_both_below(25, *SPEND) < alone


def test_shifted_beta_geometric_survival() -> None:
    assert 100 * theory.sbg_survival(12, *SBG) == pytest.approx(SBG_SURVIVAL, abs=0.01)


@pytest.mark.parametrize(
    ("servers", "load", "wait", "queue", "mean", "longer"),
    [
        (1, 0.8, 0.800000, 3.200000, 4.000000, 0.654985),
        (2, 1.6, 0.711111, 2.844444, 1.777778, 0.476672),
        (5, 4.0, 0.554113, 2.216450, 0.554113, 0.203847),
    ],
)
def test_erlang_c(servers: int, load: float, wait: float, queue: float, mean: float, longer: float) -> None:
    assert theory.erlang_c(servers, load) == pytest.approx(wait, abs=5e-7)
    assert theory.mean_wait(servers, load) == pytest.approx(mean, abs=5e-7)
    assert load * theory.mean_wait(servers, load) == pytest.approx(queue, abs=5e-6)
    assert theory.waits_longer(servers, load, 1) == pytest.approx(longer, abs=5e-7)


def test_constant_retention_value() -> None:
    """Gupta and Lehmann's first margin comes at the end of the first period: 2.50 margins at 80 % and 12 %."""
    assert theory.constant_retention_value(1, 0.80, 0.12) - 1 == pytest.approx(2.50)


def test_branching() -> None:
    assert theory.progeny_mean(0.1, 0.2) == pytest.approx(2)
    assert theory.progeny_variance(0.1, 0.2) == pytest.approx(5.2)
    assert theory.refers_nobody(0.1, 0.2) == pytest.approx(0.642857, abs=5e-7)
