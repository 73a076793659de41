"""A comparison at several values of one key: what if failures were rarer, customers more patient, a program dearer?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from equitysim.arguments import Whole, some_of
from equitysim.errors import CapError, UsageError
from equitysim.plan import Sample
from equitysim.scenario.load import checked
from equitysim.scenario.lower import common_share, lower, sample_from, sample_of
from equitysim.scenario.schema import Scenario
from equitysim.scenario.vary import VARY, Variant
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.outcome import Context, ScenarioInfo
from equitysim.statistics.setting import Setting
from equitysim.statistics.varied import Varied
from equitysim.study.engine import checked_customers, checked_seed, engine_named
from equitysim.study.runs import (
    DEFAULT_REPLICATIONS,
    DEFAULT_SEED,
    PROCESSES,
    compare,
    crew_of,
    first_stage,
)
from equitysim.study.scope import scope_of
from equitysim.study.watch import NO_WATCH, Watch, checked_watch
from equitysim.units import on_one_scale


def vary(
    scenario: Scenario,
    key: str,
    variants: Sequence[Variant],
    *,
    replications: Whole | Literal["auto"] = DEFAULT_REPLICATIONS,
    seed: Whole = DEFAULT_SEED,
    customers: Whole | None = None,
    engine: str = "auto",
    workers: Whole | None = 1,
    executor: str = PROCESSES,
    watch: Watch = NO_WATCH,
) -> Varied:
    """Compare all policies at each value of a key (``scenario.vary.check_variants``), each with the same seed and
    replications, so that the customers' luck is the same across values as well as across policies (model §10).

    ``scenario``: as it stands, without any of the values. ``workers``, ``executor`` and ``watch``: as in
    ``study.compare``; one crew runs one value after the other, and values are counted. Raises ``errors.UsageError``
    where the key changes what is asked (policies, baseline, measure, ``matters``, confidence, currency or claims),
    and otherwise like ``study.compare``.
    """
    scenario, seed, customers = checked(scenario), checked_seed(seed), checked_customers(customers)
    first_stage(replications)
    variants = some_of("variants", variants, Variant, "variants, such as check_variants gives")
    if not variants:
        raise UsageError("variants must be a list of at least one variant, such as check_variants gives")
    check_question(scenario, key, variants)
    comparisons: list[Comparison] = []
    share = _share([scenario, *(variant.scenario for variant in variants)], customers)
    sample = sample_of(scenario, customers)
    plans = [lower(scenario, name, customers=sample) for name in scope_of(scenario).policies]
    checked_watch(watch).stage("values")
    with crew_of(workers, engine_named(engine), plans, executor=executor, said=watch.said) as crew:
        for variant in variants:
            with _placed(key, variant):
                comparisons.append(
                    compare(
                        variant.scenario,
                        replications=replications,
                        seed=seed,
                        customers=_sample(variant.scenario, share, customers),
                        engine=engine,
                        workers=crew,
                    )
                )
            watch.progress(len(comparisons), len(variants))
    scale = on_one_scale([variant.text for variant in variants])
    numbers = [float("nan")] * len(variants) if scale is None else scale.numbers
    return Varied(
        context=_as_it_stands(comparisons[0].context, scenario, _sample(scenario, share, customers)),
        key=key,
        unit="" if scale is None else scale.unit,
        settings=tuple(Setting(one.text, number) for one, number in zip(variants, numbers, strict=True)),
        comparisons=tuple(comparisons),
    )


def _share(scenarios: Sequence[Scenario], customers: int | None) -> float:
    """One share of the people that stands for the firm at every value, so that all have the same customers."""
    return common_share(scenarios, 1.0 if customers is None else sample_of(scenarios[0], customers).share)


def _sample(scenario: Scenario, share: float, customers: int | None) -> Sample:
    asked = sample_of(scenario, customers)
    return sample_from(scenario, share)._replace(asked=customers, why=asked.why)


@contextmanager
def _placed(key: str, variant: Variant) -> Iterator[None]:
    """A cap is reached somewhere: at this value."""
    try:
        yield
    except CapError as error:
        raise CapError(f"at {key} = {variant.text}: {error}") from error


def _as_it_stands(context: Context, scenario: Scenario, sample: Sample) -> Context:
    """What a comparison of the scenario without any of the values would state."""
    plan = lower(scenario, scenario.baseline, customers=sample)
    return context._replace(
        scenario=ScenarioInfo(scenario.name, scenario.file, scenario.hash),
        horizon_days=plan.parameters.horizon,
        ltv_window_days=plan.parameters.ltv_window,
        segments=plan.names.segments,
        scale=plan.scale,
        sample=plan.sample,
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
