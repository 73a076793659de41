"""How often what ``compare`` says of unknowns is true, on made worlds whose truth is known.

    PYTHONPATH=. python tools/worlds_experiment.py --count 1000        # minutes

Worlds are scrambled Sobol points, as ``study.worlds`` draws them, of unknowns that are normal or uniform; policies
differ by what the unknowns make of them, by luck of single worlds and by luck that all worlds share. One table says how
often a change of the best policy is told of policies that do not differ, another how often one that is there is told
and its interval holds the place. The last one compares the stated error of what it is worth to know with the real one,
where the truth is the unit normal loss. The tables of docs/unknowns.md come from here.
tests/statistical/test_worlds_experiment.py is a small version.
"""

import argparse
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from equitysim.statistics.information import (
    partial_information,
    partial_information_error,
    perfect_information,
    resampled,
)
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.unknowns import Asked
from equitysim.statistics.worlds import RESAMPLED, tipping_points

WORLDS = 64
REPLICATIONS = 4
CONFIDENCE = 0.95


class Luck(NamedTuple):
    """Standard deviations of one policy in one replication: luck of a single world, and luck that all worlds share."""

    own: float
    shared: float


class Made(NamedTuple):
    """Worlds × replications × policies, and worlds × unknowns."""

    runs: FloatArray
    unknowns: FloatArray


def made(gains: FloatArray, unknowns: FloatArray, luck: Luck, rng: np.random.Generator) -> Made:
    """Add luck to the true values of worlds × policies."""
    worlds, policies = gains.shape
    runs = gains[:, None, :] + luck.shared * rng.standard_normal((1, REPLICATIONS, policies))
    return Made(runs + luck.own * rng.standard_normal((worlds, REPLICATIONS, policies)), unknowns)


def points(unknowns: int, rng: np.random.Generator, worlds: int = WORLDS) -> FloatArray:
    """Scrambled Sobol points."""
    from scipy.stats import qmc

    found: FloatArray = qmc.Sobol(unknowns, rng=rng).random(worlds)
    return found


class Alike(NamedTuple):
    """Policies that do not differ on average along any unknown; each moves by ``spread`` (a standard deviation) with
    a product of the first two unknowns, if there are two."""

    policies: int
    unknowns: int
    luck: Luck
    spread: float = 0.0

    def draw(self, rng: np.random.Generator) -> Made:
        """One study."""
        at = points(self.unknowns, rng)
        gains = np.zeros((WORLDS, self.policies))
        if self.unknowns > 1:
            product = 12.0 * (at[:, 0] - 0.5) * (at[:, 1] - 0.5)
            gains += self.spread * product[:, None] * np.linspace(-1.0, 1.0, self.policies)
        return made(gains, at, self.luck, rng)


def told(found: Made) -> int:
    """How many changes of the best policy are told, along all unknowns."""
    names = tuple(map(str, range(found.runs.shape[2])))
    among = found.unknowns.shape[1]
    return sum(len(tipping_points(found.runs, asked, names, CONFIDENCE, among)[0]) for asked in _asked(found))


def _asked(found: Made) -> Iterator[Asked]:
    for k, sizes in enumerate(found.unknowns.T):
        yield Asked(f"unknown {k}", "", sizes, tuple(map(str, sizes)), lambda size: f"{size:.3g}")


def invented(setting: Alike, count: int, seed: int) -> float:
    """In which share of the studies some change is told that is not there."""
    rng = np.random.default_rng([seed, setting.policies, setting.unknowns])
    return float(np.mean([told(setting.draw(rng)) > 0 for _ in range(count)]))


class Located(NamedTuple):
    """How often a change that is there is told; how often its interval then holds the place, and its estimate."""

    told: float
    held: float
    within: float


def located(slope: float, place: float, luck: Luck, count: int, seed: int) -> Located:
    """Two policies that cross at ``place`` along the first of three unknowns; the others move their difference."""
    rng = np.random.default_rng([seed, int(100 * slope), int(100 * place)])
    found = []
    for _ in range(count):
        at = points(3, rng)
        gain = slope * (at[:, 0] - place) + 0.5 * (at[:, 1] - 0.5) - 0.5 * (at[:, 2] - 0.5)
        study = made(np.stack([np.zeros(WORLDS), gain], axis=1), at, luck, rng)
        found.append(tipping_points(study.runs, next(_asked(study)), ("before", "after"), CONFIDENCE, 3)[0])
    changes = [one[0] for one in found if one]
    if not changes:
        return Located(0.0, math.nan, math.nan)
    held = [(one.open_low or one.low <= place) and (one.open_high or place <= one.high) for one in changes]
    within = [one.low <= one.size <= one.high for one in changes]
    return Located(len(changes) / count, float(np.mean(held)), float(np.mean(within)))


class Worth(NamedTuple):
    """Of estimates of what it is worth to know: the truth, their mean, how far they really lie from the truth (root
    mean square), the mean error they state, and how often twice that covers the truth."""

    truth: float
    mean: float
    real: float
    stated: float
    covered: float


def normal_loss(mean: float, sd: float) -> float:
    """What it is worth to know a normal gain before taking it or nothing: sd · L(|mean|/sd)."""
    z = abs(mean) / sd
    density = math.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi)
    return sd * (density - z * 0.5 * math.erfc(z / math.sqrt(2.0)))


def worth(mean: float, unknowns: int, luck: Luck, count: int, seed: int) -> tuple[Worth, Worth]:
    """Of knowing everything, and of knowing the first unknown: nothing, against a gain that is a sum of independent
    normal unknowns with a variance of 1 in all."""
    from scipy.special import ndtri

    rng = np.random.default_rng([seed, unknowns, int(100 * abs(mean))])
    weight = 1.0 / math.sqrt(unknowns)
    everything, first = [], []
    for number in range(count):
        at = points(unknowns, rng)
        normal = ndtri(at)
        gain = mean + weight * normal.sum(axis=1)
        study = made(np.stack([np.zeros(WORLDS), gain], axis=1), normal, luck, rng)
        found = perfect_information(study.runs, normal)
        everything.append((found.value, found.error))
        values, samples = study.runs.mean(axis=1), resampled(WORLDS, RESAMPLED, (seed, number))
        leader = int(values.mean(axis=0).argmax())
        error = partial_information_error(study.runs, normal[:, 0], leader, samples, normal)
        first.append((partial_information(values, normal[:, 0], leader), error))
    truths = normal_loss(mean, 1.0), normal_loss(mean, weight)
    return _judged(everything, truths[0]), _judged(first, truths[1])


def _judged(found: list[tuple[float, float]], truth: float) -> Worth:
    values, errors = np.array(found).T
    off = values - truth
    covered = float((np.abs(off) <= 2.0 * errors).mean())
    return Worth(truth, float(values.mean()), float(np.sqrt((off**2).mean())), float(errors.mean()), covered)


ALIKE = tuple(
    Alike(policies, unknowns, luck, spread)
    for policies, unknowns in ((2, 1), (2, 5), (4, 1), (4, 5))
    for luck, spread in ((Luck(1.0, 0.0), 0.0), (Luck(1.0, 1.0), 0.0), (Luck(0.1, 1.0), 0.0), (Luck(0.5, 0.2), 1.0))
)


def main() -> None:
    """Print the tables of docs/unknowns.md."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000, help="studies per row")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(
        "| policies alike | unknowns | luck own, shared | moved by others | a change is told |\n|---|---|---|---|---|"
    )
    for one in ALIKE:
        rate = invented(one, asked.count, asked.seed)
        cells = (one.policies, one.unknowns, f"{one.luck.own:g}, {one.luck.shared:g}", f"{one.spread:g}")
        print(f"| {' | '.join(map(str, cells))} | {rate:.3f} |", flush=True)
    print("\n| slope | place | told | interval holds the place | estimate within |\n|---|---|---|---|---|")
    for slope, place in ((0.5, 0.5), (1.0, 0.5), (2.0, 0.5), (1.0, 0.9), (2.0, 0.9), (1.0, 1.2)):
        where = located(slope, place, Luck(0.3, 0.05), asked.count, asked.seed)
        print(f"| {slope:g} | {place:g} | {where.told:.2f} | {where.held:.2f} | {where.within:.2f} |", flush=True)
    print("\n| what | mean gain, unknowns, luck | truth | mean | real error | stated | covered |")
    print("|---|---|---|---|---|---|---|")
    for mean in (0.0, 0.5, 1.0):
        for unknowns in (1, 2, 5):
            for luck in (Luck(0.0, 0.0), Luck(0.3, 0.0), Luck(0.3, 0.1)):
                pair = worth(mean, unknowns, luck, asked.count // 5, asked.seed)
                for what, found in zip(("everything", "the first"), pair, strict=True):
                    setting = f"{mean:g}, {unknowns}, {luck.own:g} and {luck.shared:g}"
                    numbers = " | ".join(f"{number:.4f}" for number in found[:4])
                    print(f"| {what} | {setting} | {numbers} | {found.covered:.3f} |", flush=True)


if __name__ == "__main__":
    main()
