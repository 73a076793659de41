"""Whole decisions with made-up numbers: what is put together is real, what goes into it is not."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.horizons import Horizons, horizons_of
from equitysim.statistics.meter import Meter, Moved, Tried, bar_of, leading
from equitysim.statistics.unknowns import Asked, Design, Question, Worlds
from equitysim.statistics.worlds import analysed
from tests.unit.figures.made_comparison import NAMES, made_comparison

WORLDS = 32
REPLICATIONS = 4
PATHS = ("failure.severity", "equity.forgetting", "contact.tolerance", "failure.per_order", "programs.thanks.gain")


def made_decision(
    names: Sequence[str] = NAMES[:4], *, title: str = "Coffee", replications: int = 10, paths: Sequence[str] = PATHS
) -> Decision:
    """A decision with everything beside the comparison, where there are two policies."""
    return decided(made_comparison(names, replications, title=title), tuple(paths))


def decided(comparison: Comparison, paths: tuple[str, ...] = PATHS) -> Decision:
    """A comparison and what stands beside it."""
    if len(comparison.policies) < 2:
        return Decision(comparison, None, None, None)
    return Decision(
        comparison, made_horizons(comparison), made_meter(comparison, paths), made_worlds(comparison, paths)
    )


def made_horizons(comparison: Comparison) -> Horizons:
    """Over the shorter horizon all is half as large, over the longer one half as large again and the differences the
    other way round."""
    own = comparison.context.horizon_days
    return horizons_of((_until(comparison, 0.5), comparison, _until(comparison, 1.5)), own)


def _until(comparison: Comparison, share: float) -> Comparison:
    context = comparison.context._replace(horizon_days=share * comparison.context.horizon_days)
    base = comparison.policy(comparison.baseline).values
    sign = -1.0 if share > 1.0 else 1.0
    policies = tuple(
        replace(
            outcome,
            values={
                **outcome.values,
                **{
                    name: share * base[name] + sign * share * (outcome.values[name] - base[name])
                    for name in ("net_value", "net_value_total")
                },
            },
        )
        for outcome in comparison.policies
    )
    return replace(comparison, context=context, policies=policies)


def _question(comparison: Comparison) -> Question:
    return Question("net_value", "EUR per seed person", 1, comparison.baseline, True)


def _levels(comparison: Comparison) -> np.ndarray:
    return np.array([outcome.values["net_value"].mean() for outcome in comparison.policies])


def made_meter(comparison: Comparison, paths: tuple[str, ...] = PATHS) -> Meter:
    """The first number turns the decision, the last moves nothing beyond the simulation's error."""
    names = [outcome.name for outcome in comparison.policies]
    question, level = _question(comparison), _levels(comparison)
    leader, runner_up = leading(level, names, 1)
    luck = np.random.default_rng(11)
    base = level + luck.normal(0.0, 0.05, (REPLICATIONS, 1))
    weights = np.zeros(len(names))
    weights[names.index(leader)] = 1.0
    bars = []
    for k, path in enumerate(paths):
        by = 4.0 / (k + 1) * (k < len(paths) - 1)
        low, high = (base + sign * by * weights + luck.normal(0.0, 0.02, base.shape) for sign in (-1.0, 1.0))
        tried = Tried(
            path,
            "points",
            "judgement" if k % 2 else "given",
            ("uncertain", "plausible", "fifth")[k % 3],
            "20",
            Moved(10.0, f"10 {path}", low),
            Moved(40.0, f"40 {path}", high),
        )
        bars.append(bar_of(tried, base, names, leader, runner_up, question))
    ahead = {name: float(level[names.index(leader)] - level[names.index(name)]) for name in (names[0], runner_up)}
    counts = {"given": 55, "published": 1, "derived": 3, "judgement": 91}
    return Meter(
        question, counts, 78, 72, leader, runner_up, ahead[names[0]], ahead[runner_up], tuple(bars), REPLICATIONS,
        500.0, 46.0, True,
    )  # fmt: skip


def _told(path: str) -> Callable[[float], str]:
    return lambda size: f"{size:.2f} {path}"


def made_worlds(comparison: Comparison, paths: tuple[str, ...] = PATHS) -> Worlds:
    """With more of the first unknown the last policy becomes the best; the others are luck."""
    names = [outcome.name for outcome in comparison.policies]
    luck = np.random.default_rng(12)
    sizes = [np.linspace(0.0, 1.0, WORLDS), *(luck.random(WORLDS) for _ in paths[1:])]
    runs = np.broadcast_to(_levels(comparison), (WORLDS, 2, len(names))) + luck.normal(0.0, 0.1, (WORLDS, 2, 1))
    runs[:, :, -1] += 12.0 * (sizes[0] - 0.5)[:, None]
    asked = [
        Asked(path, "points", size, tuple(f"{one:.2f}" for one in size), _told(path))
        for path, size in zip(paths, sizes, strict=True)
    ]
    design = Design(WORLDS, 2, 1, "compiled", "sobol", 0, 500.0, 46.0, 23_000.0, True)
    found = analysed(runs, names, asked, _question(comparison), design)
    if found is None:
        raise ValueError("two policies are needed")
    return found
