"""A comparison at several values of one key: what if failures were rarer, customers more patient, a program dearer?"""

from collections.abc import Sequence
from dataclasses import dataclass

from equitysim.errors import CapError, UsageError
from equitysim.scenario.lower import lower
from equitysim.scenario.schema import Scenario
from equitysim.scenario.vary import VARY, Variant
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.outcome import Context, ScenarioInfo
from equitysim.statistics.setting import Setting
from equitysim.statistics.varied import Varied
from equitysim.study.executors import InOrder
from equitysim.study.runs import DEFAULT_REPLICATIONS, DEFAULT_SEED, Progress, compare
from equitysim.study.scope import scope_of
from equitysim.units import on_one_scale


@dataclass(frozen=True)
class _Asked:
    """The comparison to make of each variant."""

    key: str
    replications: int
    seed: int
    customers: int | None
    engine: str
    workers: int | None

    def __call__(self, variant: Variant) -> Comparison:
        try:
            return compare(
                variant.scenario,
                replications=self.replications,
                seed=self.seed,
                customers=self.customers,
                engine=self.engine,
                workers=self.workers,
            )
        except CapError as error:
            raise CapError(f"at {self.key} = {variant.text}: {error}") from error


def vary(
    scenario: Scenario,
    key: str,
    variants: Sequence[Variant],
    *,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    customers: int | None = None,
    engine: str = "auto",
    workers: int | None = 1,
    progress: Progress | None = None,
    in_order: InOrder = map,
) -> Varied:
    """Compare all policies at each value of a key (``scenario.vary.check_variants``), each with the same seed and
    replications, so that the customers' luck is the same across values as well as across policies (model §10).

    ``scenario``: as it stands, without any of the values. ``workers``: as in ``study.compare``, for the runs of one
    value after the other. ``progress`` counts values. Raises ``errors.UsageError``
    where the key changes what is asked (policies, baseline, measure, ``matters``, confidence, currency or claims),
    and otherwise like ``study.compare``.
    """
    check_question(scenario, key, variants)
    comparisons: list[Comparison] = []
    for comparison in in_order(_Asked(key, replications, seed, customers, engine, workers), variants):
        comparisons.append(comparison)
        if progress is not None:
            progress(len(comparisons), len(variants))
    scale = on_one_scale([variant.text for variant in variants])
    numbers = [float("nan")] * len(variants) if scale is None else scale.numbers
    return Varied(
        context=_as_it_stands(comparisons[0].context, scenario, customers),
        key=key,
        unit="" if scale is None else scale.unit,
        settings=tuple(Setting(one.text, number) for one, number in zip(variants, numbers, strict=True)),
        comparisons=tuple(comparisons),
    )


def _as_it_stands(context: Context, scenario: Scenario, customers: int | None) -> Context:
    """What a comparison of the scenario without any of the values would state."""
    plan = lower(scenario, scenario.baseline, customers=customers)
    return context._replace(
        scenario=ScenarioInfo(scenario.name, scenario.file, scenario.hash),
        horizon_days=plan.parameters.horizon,
        ltv_window_days=plan.parameters.ltv_window,
        segments=plan.names.segments,
        scale=plan.scale,
    )


def check_question(scenario: Scenario, key: str, variants: Sequence[Variant]) -> None:
    """See that only the world differs: a table of answers to different questions would compare nothing. Raises
    ``errors.UsageError``."""
    asked = scope_of(scenario)
    for variant in variants:
        for name, ours, theirs in zip(asked._fields, asked, scope_of(variant.scenario), strict=True):
            if name != "info" and ours != theirs:
                raise UsageError(
                    f"{VARY} {key}={variant.text} changes the question ({name} of the comparison); vary what is "
                    "uncertain about customers, money or programs, and ask each question by itself"
                )
