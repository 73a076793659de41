"""Measure how often the bounds of shares, indices and interactions hold what is true, and how long a large study takes.

    PYTHONPATH=. python tools/effects_experiment.py [--count 1000] [--times]

Each experiment is a study of a formula with known shares and with luck, own and common. Counted are: how often the 95 %
bounds of each factor's share hold its truth, how often an interaction that is there is told, and one that is not; of
runs that are nothing but luck, how often any share or any interaction is told to be above 0; and how often the bounds
of indices hold those of Sobol's g-function with eight factors, of which four do next to nothing.
``--times`` measures seconds on 100 000 runs instead. The figures of the documentation come from here;
tests/statistical/test_sensitivity.py is a small version.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable

import numpy as np

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.sensitivity.effects import decomposed
from equitysim.statistics.sensitivity.morris import elementary
from equitysim.statistics.sensitivity.noise import noise
from equitysim.statistics.sensitivity.responses import DesignKind, Responses
from equitysim.statistics.sensitivity.sobol import sobol
from equitysim.study.sweeps import designs
from tests.statistical.test_sensitivity import LEVELS, UNIFORM, formula
from tests.unit.statistics.sensitivity.formula import Formula, grid, made, saltelli

Study = Callable[[int], Responses]

TOTAL = {"x1": 52 / 64, "x2": 16 / 64, "x3": 0.0}


def of_grid(replications: int, own: float) -> Study:
    """A grid of four levels each."""
    points = grid(4, 4, 4)
    return lambda seed: made(
        "grid", points, [formula], replications=replications, own=own, common=1.0, few=True, seed=seed
    )


def of_points(count: int, replications: int, own: float, *, even: bool = False) -> Study:
    """Points drawn independently, or ``even``: of a Latin hypercube."""

    def study(seed: int) -> Responses:
        random = np.random.default_rng((seed, 3)).random((count, 3))
        points = designs.latin_hypercube(count, 3, seed) if even else random
        return made("latin_hypercube", points, [formula], replications=replications, own=own, common=1.0, seed=seed)

    return study


def of_saltelli(count: int, replications: int, own: float) -> Study:
    """A Saltelli design of so many base points."""
    return lambda seed: made(
        "saltelli", saltelli(count, 3, seed), [formula], replications=replications, own=own, common=1.0, seed=seed
    )


def shares_held(name: str, study: Study, truth: dict[str, float], count: int) -> str:
    """How often the bounds of each share hold, and how often interactions are told."""
    held: Counter[str] = Counter()
    for seed in range(count):
        found = decomposed(study(seed))
        for effect in found.effects:
            if effect.share is not None:
                held[effect.factor] += effect.share.low <= truth[effect.factor] <= effect.share.high
        for one in found.interactions:
            held["told" if (one.first, one.second) == ("x1", "x2") else "false"] += 1
    figures = "  ".join(f"{key} {held[key] / count:.3f}" for key in ("x1", "x2", "x3", "told", "false"))
    return f"{name:36}  {figures}"


def indices_held(name: str, study: Study, count: int) -> str:
    """How often the bounds of first-order and total indices hold."""
    held: Counter[str] = Counter()
    for seed in range(count):
        for one in sobol(study(seed)):
            held[f"{one.factor} first"] += one.first.low <= UNIFORM[one.factor] <= one.first.high
            held[f"{one.factor} total"] += one.total.low <= TOTAL[one.factor] <= one.total.high
    return f"{name:36}  " + "  ".join(f"{key} {held[key] / count:.3f}" for key in sorted(held))


def nothing_told(name: str, study: Study, count: int) -> str:
    """Of runs that depend on nothing: how often a share is told to be above 0, and how often an interaction is."""
    shares, together = 0, 0
    for seed in range(count):
        found = decomposed(study(seed))
        shares += any(one.share is not None and one.share.low > 0.0 for one in found.effects)
        together += bool(found.interactions)
    return f"{name:36}  any share {shares / count:.3f}  any interaction {together / count:.3f}"


def of_luck(*counts: int, replications: int) -> Study:
    """A grid of runs, or so many points in a Latin hypercube of three factors, that are nothing but luck."""
    kind: DesignKind = "grid" if len(counts) > 1 else "latin_hypercube"

    def study(seed: int) -> Responses:
        points = grid(*counts) if kind == "grid" else designs.latin_hypercube(counts[0], 3, seed)
        luck = {"replications": replications, "own": 1.0, "common": 0.5, "seed": seed}
        return made(kind, points, [lambda x: 0.0 * x[:, 0]], few=kind == "grid", **luck)  # type: ignore[arg-type]

    return study


A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
PARTIAL = 1.0 / (3.0 * (1.0 + A) ** 2)
WHOLE = float((1.0 + PARTIAL).prod() - 1.0)


def g_function(x: FloatArray) -> FloatArray:
    """Sobol's: a product of (|4x − 2| + a) / (1 + a)."""
    value: FloatArray = ((np.abs(4.0 * x - 2.0) + A) / (1.0 + A)).prod(axis=1)
    return value


def products_held(base: int, replications: int, own: float, count: int) -> str:
    """How often the bounds of indices hold those of the g-function; of the factors that matter."""
    first, total = (
        PARTIAL / WHOLE,
        [part / WHOLE * np.delete(1.0 + PARTIAL, k).prod() for k, part in enumerate(PARTIAL)],
    )
    held = np.zeros((2, len(A)))
    for seed in range(count):
        luck = {"replications": replications, "own": own, "common": own, "seed": seed}
        for one in sobol(made("saltelli", saltelli(base, len(A), seed), [g_function], **luck)):  # type: ignore[arg-type]
            k = int(one.factor[1:]) - 1
            held[0, k] += one.first.low <= first[k] <= one.first.high
            held[1, k] += one.total.low <= total[k] <= one.total.high
    rates = [" ".join(f"{rate:.2f}" for rate in row[:4] / count) for row in held]
    return f"{base:4} base points × {replications}, luck {own:g}: first {rates[0]}  total {rates[1]}"


def sloped(weight: float) -> Formula:
    """Straight slopes from 1 to 0, a product and a bend."""

    def value(x: FloatArray) -> FloatArray:
        found: FloatArray = weight * (x @ np.linspace(1.0, 0.0, x.shape[1])) + 2.0 * x[:, 0] * x[:, 1] + x[:, 0] ** 2
        return found

    return value


def seconds(name: str, responses: Responses) -> str:
    """How long all methods take together."""
    begin = time.perf_counter()
    for method in (noise, decomposed, sobol, elementary):
        method(responses)
    points, replications, policies = responses.runs.shape
    told = f"{points} points × {replications} × {policies}, {len(responses.factors)} factors"
    return f"{name:18} {told:44} {time.perf_counter() - begin:.2f} s"


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--times", action="store_true")
    asked = parser.parse_args()
    if asked.times:
        many, few = [sloped(k + 1.0) for k in range(12)], [sloped(1.0), sloped(2.0)]
        for name, design, points, formulas, replications in (
            ("latin_hypercube", "latin_hypercube", designs.latin_hypercube(1_667, 200, 1), many, 5),
            ("latin_hypercube", "latin_hypercube", designs.latin_hypercube(100_000, 20, 1), few[:1], 1),
            ("grid", "grid", grid(10, 10, 10, 10), few, 5),
            ("saltelli", "saltelli", saltelli(8, 200), many, 5),
            ("saltelli", "saltelli", saltelli(1_024, 8), few, 5),
            ("morris", "morris", designs.morris(8, 200, 1), many, 5),
        ):
            made_of = {"replications": replications, "own": 0.3, "common": 0.5}
            print(seconds(name, made(design, points, formulas, few=name == "grid", **made_of)))  # type: ignore[arg-type]
        return
    for replications, own in ((2, 0.5), (5, 0.5), (10, 1.0)):
        name = f"grid, {replications} replications, luck {own}"
        print(shares_held(name, of_grid(replications, own), LEVELS, asked.count))
    for count, own in ((80, 0.3), (80, 1.0), (30, 0.3)):
        print(shares_held(f"{count} points, luck {own}", of_points(count, 5, own), UNIFORM, asked.count))
    print(shares_held("Latin hypercube of 80, luck 0.3", of_points(80, 5, 0.3, even=True), UNIFORM, asked.count))
    for count, replications, own in ((16, 4, 0.3), (64, 4, 0.3), (64, 2, 1.0)):
        name = f"{count} base points, luck {own}"
        print(indices_held(name, of_saltelli(count, replications, own), asked.count))
    for replications in (2, 3, 5):
        for counts in ((4, 4, 4), (2, 50), (60,)):
            name = f"luck alone, {' × '.join(map(str, counts))} points, {replications} replications"
            print(nothing_told(name, of_luck(*counts, replications=replications), asked.count))
    for count, replications, own in (
        (16, 1, 0.0),
        (64, 1, 0.0),
        (256, 1, 0.0),
        (16, 3, 0.3),
        (64, 3, 0.3),
        (256, 3, 0.3),
    ):
        print(products_held(count, replications, own, asked.count // 4))


if __name__ == "__main__":
    main()
