"""What published models predict, in closed form, independent of the simulator.

Times and rates are in the units of their parameters.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy import integrate, special, stats


def bg_nbd_mean(t: float, r: float, alpha: float, a: float, b: float) -> float:
    """Expected repeat purchases by t under BG/NBD (Fader, Hardie & Lee 2005, equation 9)."""
    z = t / (alpha + t)
    return float((a + b - 1) / (a - 1) * (1 - (1 - z) ** r * special.hyp2f1(r, b, a + b - 1, z)))


def bg_nbd_zero(t: float, r: float, alpha: float) -> float:
    """Chance of no repeat purchase by t under BG/NBD: the coin follows repeat purchases only."""
    return float((alpha / (alpha + t)) ** r)


def mbg_nbd_mean(t: float, r: float, alpha: float, a: float, b: float) -> float:
    """Expected repeat purchases by t under MBG/NBD (Batislam, Denizel & Filiztekin 2007): the first is at risk too."""
    z = t / (alpha + t)
    return float(b / (a - 1) * (1 - (1 - z) ** r * special.hyp2f1(r, b + 1, a + b, z)))


def mbg_nbd_zero(t: float, r: float, alpha: float, a: float, b: float) -> float:
    """Chance of no repeat purchase by t under MBG/NBD: gone at once, or no occasion yet."""
    return float((a + b * (alpha / (alpha + t)) ** r) / (a + b))


def pareto_nbd_mean(t: float, r: float, alpha: float, s: float, beta: float) -> float:
    """Expected repeat purchases by t under Pareto/NBD (Schmittlein, Morrison & Colombo 1987)."""
    return float(r * beta / (alpha * (s - 1)) * (1 - (beta / (beta + t)) ** (s - 1)))


def gamma_gamma_mean(p: float, q: float, gamma: float) -> float:
    """Mean order value under gamma–gamma spend (Fader & Hardie 2013)."""
    return p * gamma / (q - 1)


def gamma_gamma_below(value: float, p: float, q: float, gamma: float) -> float:
    """Chance that an order is worth less than ``value``: the ratio of two gammas is beta prime."""
    return float(stats.betaprime(p, q).cdf(value / gamma))


def gamma_gamma_both_below(value: float, p: float, q: float, gamma: float) -> float:
    """Chance that two orders of one customer are both worth less than ``value``: they share the customer's own rate."""
    own = stats.gamma(q, scale=1 / gamma)
    total, _ = integrate.quad(lambda rate: stats.gamma.cdf(value * rate, p) ** 2 * own.pdf(rate), 0, np.inf)
    return float(total)


def sbg_survival(periods: int, a: float, b: float) -> npt.NDArray[np.float64]:
    """Survival after 0 … ``periods`` renewals under the shifted-beta-geometric (Fader & Hardie 2007)."""
    t = np.arange(periods + 1)
    return np.asarray(np.exp(special.betaln(a, b + t) - special.betaln(a, b)))


def erlang_c(servers: int, load: float) -> float:
    """Chance to wait at a queue M/M/c with offered load a = λ/μ < c (Erlang 1917)."""
    below = math.fsum(load**k / math.factorial(k) for k in range(servers))
    full = load**servers / math.factorial(servers) * servers / (servers - load)
    return full / (below + full)


def mean_wait(servers: int, load: float) -> float:
    """Mean wait until service at M/M/c, in mean service times."""
    return erlang_c(servers, load) / (servers - load)


def waits_longer(servers: int, load: float, services: float) -> float:
    """Chance to wait longer than so many mean service times at M/M/c."""
    return erlang_c(servers, load) * math.exp(-(servers - load) * services)


def constant_retention_value(margin: float, retention: float, interest: float) -> float:
    """Value of a customer whose first margin comes now (Gupta & Lehmann 2003, shifted by one period)."""
    return margin * (1 + interest) / (1 + interest - retention)


def offspring_mean(refer: float, leave: float) -> float:
    """Mean of direct referrals over a life in which each order refers with one chance and ends it with another."""
    return refer / leave


def offspring_variance(refer: float, leave: float) -> float:
    """Variance of direct referrals over such a life: orders are geometric, referrals binomial."""
    return refer * (1 - refer) / leave + refer**2 * (1 - leave) / leave**2


def progeny_mean(refer: float, leave: float) -> float:
    """Mean total progeny of one seed person, itself included."""
    return 1 / (1 - offspring_mean(refer, leave))


def progeny_variance(refer: float, leave: float) -> float:
    """Variance of that progeny."""
    return offspring_variance(refer, leave) / (1 - offspring_mean(refer, leave)) ** 3


def refers_nobody(refer: float, leave: float) -> float:
    """Chance of a life without a referral."""
    return leave * (1 - refer) / (1 - (1 - leave) * (1 - refer))


def periodic_touch_fixed_point(gain: float, every: float, half_life: float) -> float:
    """Equity just before each touch of a constant gain, once settled (model §12)."""
    kept = 2 ** (-every / half_life)
    return kept * gain / (1 - kept + kept * gain / 100)
