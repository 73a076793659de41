"""Counter-based draws: each is a function of (seed, replication, identity, purpose, index[, attempt]) (model §10).

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, SC '11, doi 10.1145/2063384.2063405). The key is (seed, replication)
hashed to 64 bits; the counter holds 64 bits of identity, 32 of index, 8 of purpose and 24 of attempt, for samplers
that reject. Nothing is consumed, so what one customer draws never depends on another, on a policy or on the order of
events.

All integers are int64: products of 32-bit halves wrap in compiled code and do not in Python, and every result is
masked to the bits both agree on.
"""

import math

import numpy as np

from equitysim.jit import kernel, law

LOW32 = 0xFFFFFFFF
LOW63 = 0x7FFFFFFFFFFFFFFF
_IDENTITY_KEY = 0x65717569
_SEED_KEY = 0x74797369


@law
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Four 32-bit words from a counter of four and a key of two."""
    for _ in range(10):
        p0 = c0 * 0xD2511F53
        p1 = c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (
            ((p1 >> 32) & LOW32) ^ c1 ^ k0,
            p1 & LOW32,
            ((p0 >> 32) & LOW32) ^ c3 ^ k1,
            p0 & LOW32,
        )
        k0 = (k0 + 0x9E3779B9) & LOW32
        k1 = (k1 + 0xBB67AE85) & LOW32
    return c0, c1, c2, c3


@law
def _uniform(key0: int, key1: int, identity: int, purpose: int, index: int, attempt: int) -> float:
    w0, w1, _, _ = philox(
        identity & LOW32, (identity >> 32) & LOW32, index & LOW32, (purpose << 24) | (attempt & 0xFFFFFF), key0, key1
    )
    return float(((w0 << 20) | (w1 >> 12)) + 0.5) * 2.220446049250313e-16


@kernel
def uniform(key0: int, key1: int, identity: int, purpose: int, index: int) -> float:
    """A uniform of 52 bits, open at both ends."""
    return _uniform(key0, key1, identity, purpose, index, 0)


@kernel
def exponential(key0: int, key1: int, identity: int, purpose: int, index: int) -> float:
    """An exponential of mean 1, by inversion."""
    return -math.log(_uniform(key0, key1, identity, purpose, index, 0))


@law
def normal_quantile(u: float) -> float:
    """Standard normal quantile of 0 < u < 1: algorithm AS 241, PPND16 (Wichura 1988, Applied Statistics 37(3)), 1e-16
    relative.
    """
    q = u - 0.5
    if math.fabs(q) <= 0.425:
        r = 0.180625 - q * q
        return (
            q
            * (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
            + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
            + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
            / (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
            + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
            + 4.2313330701600911252e1) * r + 1.0)
        )  # fmt: skip
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        z = (
            (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
            + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
            + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
            / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
            + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
            + 2.05319162663775882187e0) * r + 1.0)
        )  # fmt: skip
    else:
        r -= 5.0
        z = (
            (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
            + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
            + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
            / (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
            + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
            + 5.99832206555887937690e-1) * r + 1.0)
        )  # fmt: skip
    return -z if q < 0.0 else z


@kernel
def normal(key0: int, key1: int, identity: int, purpose: int, index: int) -> float:
    """A standard normal, by inversion."""
    return normal_quantile(_uniform(key0, key1, identity, purpose, index, 0))


@law
def _gamma_from_one(key0: int, key1: int, identity: int, purpose: int, index: int, shape: float) -> float:
    """Gamma of shape ≥ 1 and scale 1 (Marsaglia & Tsang 2000, ACM TOMS 26(3)). Attempt k uses counters 2k + 1 and 2k
    + 2.
    """
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    attempt = 1
    while True:
        x = normal_quantile(_uniform(key0, key1, identity, purpose, index, attempt))
        u = _uniform(key0, key1, identity, purpose, index, attempt + 1)
        attempt += 2
        root = 1.0 + c * x
        if root > 0.0:
            v = root * root * root
            if math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v


@law
def _log_gamma_draw(key0: int, key1: int, identity: int, purpose: int, index: int, shape: float) -> float:
    if shape >= 1.0:
        return math.log(_gamma_from_one(key0, key1, identity, purpose, index, shape))
    u = _uniform(key0, key1, identity, purpose, index, 0)
    return math.log(_gamma_from_one(key0, key1, identity, purpose, index, shape + 1.0)) + math.log(u) / shape


@kernel
def gamma(key0: int, key1: int, identity: int, purpose: int, index: int, shape: float) -> float:
    """A gamma of scale 1; for a shape below 1 that of shape + 1 times ``u^(1/shape)``."""
    if shape >= 1.0:
        return _gamma_from_one(key0, key1, identity, purpose, index, shape)
    return math.exp(_log_gamma_draw(key0, key1, identity, purpose, index, shape))


@kernel
def log_gamma(key0: int, key1: int, identity: int, purpose: int, index: int, shape: float) -> float:
    """The logarithm of such a gamma, which does not underflow however small the shape."""
    return _log_gamma_draw(key0, key1, identity, purpose, index, shape)


@kernel
def logit_beta(key0: int, key1: int, identity: int, purpose: int, index: int, a: float, b: float) -> float:
    """The logit of a Beta(a, b): the difference of two log gammas. Uses index and index + 1."""
    return _log_gamma_draw(key0, key1, identity, purpose, index, a) - _log_gamma_draw(
        key0, key1, identity, purpose, index + 1, b
    )


@law
def _join(w0: int, w1: int) -> int:
    return ((w1 & 0x7FFFFFFF) << 32) | w0


@kernel
def identity_of(origin: int, number: int) -> int:
    """Identity of person ``number`` of an origin: a source's stream, or the identity of a referrer. 63 bits, never
    negative.
    """
    w0, w1, _, _ = philox(
        origin & LOW32, (origin >> 32) & LOW32, number & LOW32, (number >> 32) & LOW32, _IDENTITY_KEY, 0
    )
    return _join(w0, w1)


@kernel
def key_of(seed: int, replication: int) -> tuple[int, int]:
    """The draw key of a replication."""
    w0, w1, _, _ = philox(
        seed & LOW32, (seed >> 32) & LOW32, replication & LOW32, (replication >> 32) & LOW32, _SEED_KEY, 0
    )
    return w0, w1


@law
def _stir(trail: int, bits: int) -> int:
    trail = ((trail ^ (bits & LOW63)) * 0x1E3779B97F4A7C15) & LOW63
    return trail ^ (trail >> 29)


@law
def _bits(x: float) -> int:
    return int(np.float64(x).view(np.int64))


@kernel
def mix(trail: int, time: float, what: int, points: float, money: float, balance: float) -> int:
    """The running hash of a customer's events after one more; 63 bits."""
    trail = _stir(trail, what)
    trail = _stir(trail, _bits(time))
    trail = _stir(trail, _bits(points))
    trail = _stir(trail, _bits(money))
    return _stir(trail, _bits(balance))
