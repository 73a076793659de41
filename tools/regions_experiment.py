"""Measure what is promised of who is best where, on made studies whose truth is known.

    PYTHONPATH=. python tools/regions_experiment.py [--count 1000] [--only clear|changes|bounds|settings|noise]

Two policies that are alike everywhere: how often a lead is called clear at a point, in a cell of a map of levels and of
a fitted one (``clear``), and in how many studies a change of the best policy is told along a factor (``changes``).
Policies that do change places: how often a change is told, and how often the bounds of one that is told hold the place;
where the true place lies beyond what was tried, how often they are open on that side (``bounds``). Settings of levers
that are alike: how often one is called clearly ahead (``settings``). Components of variance: mean and standard error
(``noise``). Luck is a run's own, or a policy's in a replication at all points (common). All at 95 %, which allows 0.05
of each error. The tables of docs/decisions/0015 come from here; tests/statistical/test_regions.py is a small version.
"""

import argparse
import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from equitysim.statistics.sensitivity.maps import maps
from equitysim.statistics.sensitivity.noise import noise
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.statistics.sensitivity.settings import settings
from equitysim.statistics.sensitivity.standings import standings
from equitysim.statistics.sensitivity.tipping import tipping
from tests.unit.statistics.sensitivity.fields import grid, number, responses

POLICIES = ("a", "b", "c", "d")


def clear(count: int) -> Iterator[str]:
    """Leads of alike policies, on a grid of 8 × 8 points and the same points read as scattered ones."""
    yield "| replications, policies, luck own and common | points | cells of levels | cells of a fit |"
    yield "|---|---|---|---|"
    x, y = grid(np.arange(8.0), np.arange(8.0))
    factors = [number("x", x, few=True), number("y", y, few=True)]
    scattered = tuple(factor._replace(levels=()) for factor in factors)
    for replications in (2, 3, 5):
        for policies, own, common in ((2, 1.0, 0.0), (2, 1.0, 1.0), (2, 0.1, 1.0), (4, 1.0, 0.0), (4, 0.1, 1.0)):
            found = []
            for seed in range(count):
                luck = {"noise": own, "common": common, "replications": replications, "seed": seed}
                made = responses(factors, np.zeros((64, policies)), policies=POLICIES, **luck)  # type: ignore[arg-type]
                fitted = replace(made, factors=scattered, design="sobol")
                points = sum(one.share_clear for one in standings(made))
                found.append((points, *(float(maps(study)[0].clear.mean()) for study in (made, fitted))))
            rates = " | ".join(f"{rate:.3f}" for rate in np.mean(found, axis=0))
            yield f"| {replications}, {policies}, {own:g} and {common:g} | {rates} |"


Study = Callable[[int, int, int], Responses]
"""Replications, policies and a seed to a study in which the second policy and those after it gain along ``x``."""


def on_grid(slope: float, tips: float, common: float = 0.1) -> Study:
    """Eight levels from 0 to 1, and three of another factor; luck 1."""

    def study(replications: int, policies: int, seed: int) -> Responses:
        x, y = grid(np.linspace(0.0, 1.0, 8), np.arange(3.0))
        means = np.stack([0.0 * x, *[slope * (x - tips)] * (policies - 1)], axis=1)
        factors = [number("x", x, few=True), number("y", y, few=True)]
        luck = {"noise": 1.0, "common": common, "replications": replications, "seed": seed}
        return responses(factors, means, policies=POLICIES, **luck)  # type: ignore[arg-type]

    return study


def scattered(slope: float, tips: float, common: float = 0.1) -> Study:
    """64 points at random; another factor moves the lead too."""

    def study(replications: int, policies: int, seed: int) -> Responses:
        x, y = np.random.default_rng((seed, 9)).random((2, 64))
        gain = slope * (x - tips + (y - 0.5))
        means = np.stack([0.0 * x, *[gain] * (policies - 1)], axis=1)
        luck = {"noise": 1.0, "common": common, "replications": replications, "seed": seed}
        made = responses([number("x", x), number("y", y)], means, design="sobol", policies=POLICIES, **luck)  # type: ignore[arg-type]
        return made

    return study


def changes(count: int) -> Iterator[str]:
    """How many studies tell a change between policies that are alike."""
    yield "| alike policies | 2 replications | 3 | 5 | 10 |\n|---|---|---|---|---|"
    for name, study, policies in (
        ("2, grid of 8 levels", on_grid(0.0, 0.0), 2),
        ("4, grid of 8 levels", on_grid(0.0, 0.0), 4),
        ("2, grid, luck nearly all common", on_grid(0.0, 0.0, 10.0), 2),
        ("2, 64 scattered points", scattered(0.0, 0.0), 2),
        ("4, 64 scattered points", scattered(0.0, 0.0), 4),
    ):
        rates = []
        for replications in (2, 3, 5, 10):
            told = (
                any(one.factor == "x" for one in tipping(study(replications, policies, seed))) for seed in range(count)
            )
            rates.append(f"{sum(told) / count:.3f}")
        yield f"| {name} | {' | '.join(rates)} |"


def bounds(count: int) -> Iterator[str]:
    """How often a change is told, and how often the bounds then hold its place."""
    yield "| slope, true place, replications | grid: told | held | scattered: told | held |\n|---|---|---|---|---|"
    for slope, tips in ((0.5, 0.5), (1.0, 0.5), (2.0, 0.5), (4.0, 0.5), (1.0, 0.9), (2.0, 0.9), (4.0, 0.9), (1.0, 1.2)):
        for replications in (2, 5):
            cells = []
            for study in (on_grid(slope, tips), scattered(slope, tips)):
                found = [tipping(study(replications, 2, seed)) for seed in range(count)]
                along = [several for one in found if (several := [tip for tip in one if tip.factor == "x"])]
                held = sum(
                    any(
                        one.at.low <= tips <= one.at.high or (tips > 1.0 and one.high_text.endswith("or more"))
                        for one in several
                    )
                    for several in along
                )
                cells += [f"{len(along) / count:.2f}", f"{held / len(along):.2f}" if along else ""]
            yield f"| {slope:g}, {tips:g}, {replications} | {' | '.join(cells)} |"


def levers(count: int) -> Iterator[str]:
    """How often one of several settings that are alike is clearly ahead of the next."""
    yield "| alike settings | 2 replications | 3 | 5 |\n|---|---|---|---|"
    for several in (2, 3, 9):
        gain, failure = grid(np.arange(float(several)), np.arange(4.0))
        factors = [number("gain", gain, few=True, role="lever"), number("failure", failure, few=True)]
        rates = []
        for replications in (2, 3, 5):
            made = (
                responses(
                    factors, np.zeros((len(gain), 1)), noise=1.0, common=0.5, replications=replications, seed=seed
                )
                for seed in range(count)
            )
            rates.append(f"{sum(settings(one)[0].ahead.low > 0.0 for one in made) / count:.3f}")
        yield f"| {several} | {' | '.join(rates)} |"


def components(count: int) -> Iterator[str]:
    """Mean components of variance; between points 1/12, common 0.25, own 0.09."""
    yield "| points, replications | parameters (0.0833) | common luck (0.25) | own luck (0.09) |\n|---|---|---|---|"
    for points, replications in ((10, 2), (10, 5), (100, 2)):
        found = []
        for seed in range(count):
            x = np.random.default_rng((seed, 7)).random(points)
            luck = {"noise": 0.3, "common": 0.5, "replications": replications, "seed": seed}
            one = noise(responses([number("x", x)], x[:, None], design="sobol", **luck))[0]  # type: ignore[arg-type]
            found.append((one.parameters, one.common_luck, one.own_luck))
        means, errors = np.mean(found, axis=0), np.std(found, axis=0) / math.sqrt(count)
        cells = " | ".join(f"{mean:.4f} ± {error:.4f}" for mean, error in zip(means, errors, strict=True))
        yield f"| {points}, {replications} | {cells} |"


TABLES = {"clear": clear, "changes": changes, "bounds": bounds, "settings": levers, "noise": components}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000, help="studies of each kind")
    parser.add_argument("--only", choices=TABLES)
    asked = parser.parse_args()
    for name in [asked.only] if asked.only else TABLES:
        for line in TABLES[name](asked.count):
            print(line, flush=True)
        print(flush=True)


if __name__ == "__main__":
    main()
