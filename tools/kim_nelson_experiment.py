"""Measure what the sequential selection promises, on many synthetic experiments whose truth is known.

    python tools/kim_nelson_experiment.py [--count 10000] [--seed 1]

In the slippage configuration the best system is ahead of all others by exactly the indifference zone, which is the
hardest that the promise covers. Counted are: how often the best is selected, how often the best or one less than the
zone behind it, after how many replications, and how many replications were spent on all systems together beside those a
fixed number for all would have taken. In worlds in which several are within the zone the paper promises nothing: the
best may be eliminated by a good one, and that by a bad one. The table of docs/optimise.md comes from here;
tests/statistical/test_kim_nelson.py is a small version.
"""

import argparse
import math
from typing import NamedTuple

import numpy as np
from selection_experiment import one_apart, slippage, spherical

from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.kim_nelson import FIRST_STAGE, race

ZONE = 0.2
CONFIDENCE = 0.95
PIECE = 60
ROUNDING = 1e-12


class World(NamedTuple):
    """Systems with these true means and this covariance of one replication; the last is the best. ``long``: which way
    the long tail of each one's luck points (1 or −1), exponential in place of normal."""

    name: str
    means: FloatArray
    covariance: FloatArray
    long: tuple[int, ...] = ()

    def luck(self, draws: np.random.Generator) -> FloatArray:
        """So many replications as are drawn at a time × systems, with mean 0."""
        shape = (PIECE, len(self.means))
        alone = draws.exponential(size=shape) - 1.0 if self.long else draws.standard_normal(shape)
        found: FloatArray = (alone * (self.long or 1.0)) @ np.linalg.cholesky(self.covariance).T
        return found


class Tally(NamedTuple):
    """What came of many experiments: share in which the best was selected, share in which one was that is less than the
    zone behind it, mean replications until the end, and mean share of them that was spent, since systems that are out
    are not run any more."""

    right: float
    good: float
    replications: float
    spent: float


def _unlike(systems: int) -> FloatArray:
    """Variances from a hundredth to 1, all correlated by 0.6."""
    spread = np.sqrt(np.geomspace(0.01, 1.0, systems))
    covariance: FloatArray = spread[:, None] * spread * (0.6 + 0.4 * np.eye(systems))
    return covariance


def _ranked(behind: float) -> FloatArray:
    """Five systems behind by just more than the zone, four by a part of it, and the best."""
    return ZONE * np.array([-1.01] * 5 + [-behind] * 4 + [0.0])


WORLDS = (
    World("2 systems", slippage(2, ZONE, 1), spherical(2, 0.5)),
    World("5 systems, independent", slippage(5, ZONE, 4), spherical(5, 0.5, 0.0)),
    World("5 systems, the same with common luck", slippage(5, ZONE, 4), spherical(5, 0.5, 2.0)),
    World("10 systems", slippage(10, ZONE, 9), spherical(10, 0.5)),
    World("5 systems, the best varies 8 times as much", slippage(5, ZONE, 4), one_apart(5, 0.2, 8)),
    World("5 systems, means rising by a zone each", ZONE * np.arange(5.0), spherical(5, 0.5)),
    World("5 systems, each with variance and luck of its own", slippage(5, ZONE, 4), _unlike(5)),
    World("10 systems, 4 half a zone behind, 5 just outside", _ranked(0.5), spherical(10, 0.5)),
    World("10 systems, 4 nine tenths of a zone behind, 5 just outside", _ranked(0.9), spherical(10, 0.5)),
    World("the same, the good vary 20 times as much", _ranked(0.9), np.diag([0.05] * 5 + [1.0] * 5)),
)

SKEWED = (
    World("5 systems, exponential luck", slippage(5, ZONE, 4), 0.25 * np.eye(5), (1,) * 5),
    World("the same, the best's downwards", slippage(5, ZONE, 4), 0.25 * np.eye(5), (1, 1, 1, 1, -1)),
    World("the same, all but the best's downwards", slippage(5, ZONE, 4), 0.25 * np.eye(5), (-1, -1, -1, -1, 1)),
)
"""Of these nothing is promised: differences of the last two are not normal by far."""


def measured(world: World, count: int, seed: int, zone: float = ZONE) -> Tally:
    """Many experiments; ``zone``: what the procedure is told."""
    luck = np.random.default_rng([seed, len(world.means)])
    best = int(np.argmax(world.means))
    right, good, replications, spent = 0, 0, 0, 0.0
    for _ in range(count):
        values = np.empty((0, len(world.means)))
        while True:
            values = np.vstack([values, world.means + world.luck(luck)])
            found = race(values, zone, CONFIDENCE, FIRST_STAGE)
            if found.ended:
                break
        right += found.best == best
        good += found.best is not None and bool(world.means[best] - world.means[found.best] < ZONE - ROUNDING)
        replications += found.replications
        runs = found.replications * len(found.left) + sum(out.after for out in found.out.values())
        spent += runs / (found.replications * len(world.means))
    return Tally(right / count, good / count, replications / count, spent / count)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="experiments per world")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print("| world | best selected | good selected | s.e. | replications | spent |\n|---|---|---|---|---|---|")
    for world in (*WORLDS, *SKEWED):
        tally = measured(world, asked.count, asked.seed)
        error = math.sqrt(tally.good * (1.0 - tally.good) / asked.count)
        cells = f"{tally.right:.4f} | {tally.good:.4f} | {error:.4f} | {tally.replications:.1f} | {tally.spent:.0%}"
        print(f"| {world.name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
