"""Measure what the selection procedure promises, on many small synthetic experiments whose truth is known.

    python tools/selection_experiment.py [--count 10000] [--seed 1] [--scenarios] [--level 0.2] [--only TEXT]

Each experiment draws a first stage from a multivariate normal, asks the procedure how many replications it wants,
draws them and selects. Counted are: how often all simultaneous intervals cover at once, how often what is selected is
the best or less than the zone below it, and what the verdict was. A second table says how often the policy with a
stated chance to have the best mean really has it. ``--scenarios`` adds the covariances of the shipped scenarios, from
60 replications of each; ``--level 0`` takes sphericity for granted, ``--level 1`` for wrong. The tables of
docs/decision.md come from here. tests/statistical/test_selection.py is a small version.
"""

import argparse
import itertools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from equitysim.scenario.load import load
from equitysim.statistics.chances import p_best_mean
from equitysim.statistics.intervals import FloatArray
from equitysim.statistics.selection import BY_PAIR, CAP, FIRST_STAGE, SPHERICITY_LEVEL, precision_of, select
from equitysim.study.runs import compare

ROOT = Path(__file__).parents[1]
CONFIDENCE = 0.95
ZONE = 0.2
ROUNDING = 1e-12
CHANCE_DRAWS = 2_000


class Setting(NamedTuple):
    """A world in which policies with these true means and this covariance of one replication are compared."""

    name: str
    means: FloatArray
    covariance: FloatArray
    zone: float = ZONE
    first_stage: int = FIRST_STAGE


class Tally(NamedTuple):
    """What came of many experiments in one setting; shares but for ``replications``, a mean.

    ``covered``: all simultaneous intervals hold the truth at once. ``right``: what is selected is the best, or
    less than the zone below it. ``misnamed``: the verdict is ``best`` of a policy that is not better than all others,
    as none of several equal ones is. ``by_pair``: sphericity was given up. ``capped``: the cap came first.
    """

    experiments: int
    covered: float
    right: float
    misnamed: float
    best: float
    tied: float
    undecided: float
    by_pair: float
    capped: float
    replications: float


class Trial(NamedTuple):
    """One experiment."""

    covered: bool
    right: bool
    misnamed: bool
    best: bool
    tied: bool
    undecided: bool
    by_pair: bool
    capped: bool
    replications: int


def measured(setting: Setting, count: int, seed: int, level: float = SPHERICITY_LEVEL) -> Tally:
    """Many experiments in one setting; ``level``: at which sphericity is given up."""
    luck = np.random.default_rng([seed, len(setting.means)])
    trials = np.array([trial(setting, luck, level) for _ in range(count)], dtype=np.float64)
    return Tally(count, *(float(share) for share in trials.mean(axis=0)))


def trial(setting: Setting, luck: np.random.Generator, level: float = SPHERICITY_LEVEL) -> Trial:
    """One experiment: two stages as ``compare`` takes them, and whether what it says is true."""
    first = replications(setting, setting.first_stage, luck)
    precision = precision_of(first, CONFIDENCE, level)
    wanted = precision.needed(setting.zone) if setting.zone > 0.0 else setting.first_stage
    asked = int(min(max(setting.first_stage, wanted), CAP))
    values = np.vstack([first, replications(setting, asked - setting.first_stage, luck)])
    found = select(values, precision, setting.zone)
    truth = ahead_of_others(setting.means)
    alone = len(found.contenders) == 1
    decided = alone or found.settled
    return Trial(
        covered=all(
            interval.low - ROUNDING <= gap <= interval.high + ROUNDING
            for interval, gap in zip(found.intervals, truth, strict=True)
        ),
        right=bool(truth[found.best] >= 0.0 or truth[found.best] > -setting.zone + ROUNDING),
        misnamed=alone and bool(truth[found.best] <= 0.0),
        best=alone,
        tied=decided and not alone,
        undecided=not decided,
        by_pair=precision.procedure == BY_PAIR,
        capped=asked == CAP,
        replications=asked,
    )


def replications(setting: Setting, count: int, luck: np.random.Generator) -> FloatArray:
    """So many replications: rows of a multivariate normal, also where the covariance is singular."""
    scales, axes = np.linalg.eigh(setting.covariance)
    factor = axes * np.sqrt(np.clip(scales, 0.0, None))
    drawn: FloatArray = setting.means + luck.standard_normal((count, len(setting.means))) @ factor.T
    return drawn


def ahead_of_others(means: FloatArray) -> list[float]:
    """By how much each mean lies above the best of the others."""
    return [float(mean - np.delete(means, i).max()) for i, mean in enumerate(means)]


def slippage(policies: int, gap: float, best: int = -1) -> FloatArray:
    """All means equal but one: the hardest case for a selection."""
    means = np.zeros(policies)
    means[best] = gap
    return means


def spherical(policies: int, sd: float, common: float = 1.0) -> FloatArray:
    """Equal variances of all differences (``sd`` squared) beside luck that all policies share."""
    return common**2 * np.ones((policies, policies)) + sd**2 / 2.0 * np.eye(policies)


def one_apart(policies: int, sd: float, times: float) -> FloatArray:
    """The last policy's own variance is so many times that of each other."""
    own = np.ones(policies)
    own[-1] = times
    return np.ones((policies, policies)) + sd**2 / 2.0 * np.diag(own)


def families(policies: int, sd: float, within: float) -> FloatArray:
    """Two families of policies that differ little within (share ``within`` of the variance) and much between."""
    second = (np.arange(policies) >= policies // 2).astype(float)
    return sd**2 * ((1.0 - within) * np.outer(second, second) + within / 2.0 * np.eye(policies))


def equals(counts: Sequence[int] = (2, 3, 4, 5, 6)) -> Iterator[Setting]:
    """Policies of which none is the best: all equal, and two equal ones far ahead of the others; alike, and two that
    vary four times as much. With a zone to be told and without."""
    for policies in counts:
        own = np.ones(policies)
        own[:2] = 4.0
        unlike = np.ones((policies, policies)) + 0.125 * np.diag(own)
        ahead = np.zeros(policies)
        ahead[2:] = -5.0
        for how, covariance in (("alike", spherical(policies, 0.5)), ("two vary 4 × as much", unlike)):
            for what, means in (("equal", np.zeros(policies)), *((("two ahead", ahead),) if policies > 2 else ())):
                for zone in (ZONE, 0.0):
                    name = f"no best, {policies}, {what}, {how}, {'zone' if zone else 'first stage'}"
                    yield Setting(name, means, covariance, zone)


def settings() -> Iterator[Setting]:
    """Synthetic worlds: alike and unequally alike, hard and easy, without luck and beyond the cap."""
    for policies in (2, 3, 6, 10):
        yield Setting(f"spherical, {policies}, slippage", slippage(policies, ZONE), spherical(policies, 0.5))
    yield Setting("spherical, 6, slippage, first stage 20", slippage(6, ZONE), spherical(6, 0.5), first_stage=20)
    yield Setting("spherical, 6, gap of two zones", slippage(6, 2 * ZONE), spherical(6, 0.5))
    yield Setting("spherical, 6, equally spaced by half a zone", ZONE / 2 * np.arange(6.0), spherical(6, 0.5))
    yield Setting("spherical, 2, equal means", np.zeros(2), spherical(2, 0.5))
    yield Setting("spherical, 6, equal means", np.zeros(6), spherical(6, 0.5))
    yield Setting("spherical, 6, small variance, equal means", np.zeros(6), spherical(6, 0.05))
    yield Setting("spherical, 6, beyond the cap", slippage(6, ZONE), spherical(6, 2.0))
    yield Setting("no luck, 3, equal means", np.zeros(3), np.zeros((3, 3)))
    yield Setting("no luck, 3, slippage", slippage(3, ZONE), np.zeros((3, 3)))
    for times in (2, 4, 8, 50):
        yield Setting(f"one varies {times} × as much, 6, it is best", slippage(6, ZONE), one_apart(6, 0.3, times))
    yield Setting("one varies 50 × as much, 6, another is best", slippage(6, ZONE, 0), one_apart(6, 0.1, 50))
    yield Setting("one varies 50 × as much, 10, it is best", slippage(10, ZONE), one_apart(10, 0.1, 50))
    yield Setting("two families, 6, slippage", slippage(6, ZONE), families(6, 0.4, 0.05))


def scenario_settings(only: str) -> Iterator[Setting]:
    """The covariances of the shipped scenarios whose name holds ``only``; the best policy is ahead by a zone, of which
    the first stage's intervals are about twice as wide, so that two stages are needed."""
    for file in (file for file in ("corner-coffee.yaml", "streaming.yaml", "cdnow-1997.yaml") if only in file):
        comparison = compare(load(ROOT / "scenarios" / file), replications=60, customers=3000)
        values = np.array([outcome.values["net_value"] for outcome in comparison.policies]).T
        zone = float(precision_of(values, CONFIDENCE).unit_widths.max()) / math.sqrt(40)
        covariance = np.cov(values.T)
        for best, outcome in enumerate(comparison.policies):
            name = f"{file}, {len(covariance)}, best is {outcome.name}"
            yield Setting(name, slippage(len(covariance), zone, best), covariance, zone)


class Reliability(NamedTuple):
    """Policies whose stated chance lay in one tenth: their mean chance, how often theirs was the best mean, and how
    many policies in how many experiments that rests on."""

    stated: float
    true: float
    policies: int


def reliability(policies: int, count: int, seed: int, *, runs: int = FIRST_STAGE) -> list[Reliability]:
    """How often the policy with a stated chance to have the best mean really has it: true means are drawn normally,
    with twice the standard error of a difference."""
    luck = np.random.default_rng([seed, policies, runs])
    spread = 2.0 * 0.5 / math.sqrt(runs)
    stated, best = [], []
    for number in range(count):
        means = spread * luck.standard_normal(policies)
        values = replications(Setting("", means, spherical(policies, 0.5)), runs, luck)
        stated.append(p_best_mean(values, number, CHANCE_DRAWS))
        best.append(np.arange(policies) == np.argmax(means))
    chances, truths = np.concatenate(stated), np.concatenate(best)
    tenth = np.minimum((chances * 10).astype(int), 9)
    return [
        Reliability(float(chances[tenth == k].mean()), float(truths[tenth == k].mean()), int((tenth == k).sum()))
        for k in range(10)
        if bool((tenth == k).any())
    ]


def standard_error(share: float, count: int) -> float:
    """Of a share of independent experiments."""
    return math.sqrt(share * (1.0 - share) / count)


def main() -> None:
    """Print the tables of docs/decision.md."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="experiments per setting")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenarios", action="store_true", help="also the covariances of the shipped scenarios")
    parser.add_argument("--level", type=float, default=SPHERICITY_LEVEL, help="at which sphericity is given up")
    parser.add_argument("--only", default="", help="only settings whose name holds this")
    asked = parser.parse_args()
    print("| setting | covered | s.e. | right | best | tied | undecided | misnamed | by pair | replications |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    synthetic = (setting for setting in (*settings(), *equals()) if asked.only in setting.name)
    for setting in itertools.chain(synthetic, scenario_settings(asked.only) if asked.scenarios else ()):
        tally = measured(setting, asked.count, asked.seed, asked.level)
        shares = (tally.right, tally.best, tally.tied, tally.undecided, tally.misnamed, tally.by_pair)
        error = standard_error(tally.covered, tally.experiments)
        cells = (f"{tally.covered:.4f}", f"{error:.4f}", *(f"{share:.3f}" for share in shares))
        print(f"| {setting.name} | {' | '.join(cells)} | {tally.replications:.1f} |", flush=True)
    print("\n| policies | replications | stated | true | s.e. |\n|---|---|---|---|---|")
    for policies, runs in ((2, 10), (6, 10), (6, 40)):
        for row in reliability(policies, asked.count // 5, asked.seed, runs=runs):
            error = standard_error(row.true, row.policies)
            print(f"| {policies} | {runs} | {row.stated:.3f} | {row.true:.3f} | {error:.3f} |", flush=True)


if __name__ == "__main__":
    main()
