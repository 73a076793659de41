"""What a worker does: the runs of some points and replications, reduced to what the store keeps."""

import json
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import NamedTuple

from equitysim.errors import EquitySimError
from equitysim.measures.registry import MEASURES
from equitysim.measures.values import (
    Denominators,
    Persons,
    RunMeasures,
    against_baseline,
    per_person,
    tally,
    where_spend_rose,
)
from equitysim.plan import Plan
from equitysim.result import Result
from equitysim.scenario.document import Node
from equitysim.scenario.lower import lower, sample_of
from equitysim.study.engine import simulate
from equitysim.study.history import settled
from equitysim.study.sweeps.factors import Factor
from equitysim.study.sweeps.points import Point, Values
from equitysim.study.sweeps.records import Key, Layout, Status, packed, unpacked
from equitysim.study.sweeps.study import scenario_at

BY_SEGMENT = tuple(name for name, measure in MEASURES.items() if measure.by_segment)

BASELINE_FAILED = "the baseline, whose seed persons it is divided by, failed: "

MOST_KEPT = 1_000
"""Points whose plans a worker keeps for the next replication: some kilobytes each."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What all runs of a sweep share. ``id`` stands for everything in it."""

    id: str
    root: Node
    factors: tuple[Factor, ...]
    policies: tuple[str, ...]
    baseline: str
    engine: str
    seed: int
    customers: int | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Setting) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> "tuple[Callable[[bytes], Setting], tuple[bytes]]":
        """It goes with every batch: pickled once here, and unpickled once by each worker."""
        return _setting, (self._packed,)

    @cached_property
    def _packed(self) -> bytes:
        return pickle.dumps(tuple(getattr(self, field.name) for field in fields(self)))


@lru_cache(maxsize=8)
def _setting(packed_fields: bytes) -> Setting:
    return Setting(*pickle.loads(packed_fields))


class Reference(NamedTuple):
    """What other policies need of the baseline's run: its seed persons, its spend and its net value."""

    persons: str
    measures: bytes


class Unit(NamedTuple):
    """The policies to run at one point in one replication. ``baseline``: what the store has of it; None if it is
    among the policies."""

    point: Point
    replication: int
    policies: tuple[str, ...]
    baseline: Reference | None


class Batch(NamedTuple):
    """Several units for one worker, so that sending them costs little beside running them. ``deaths``: with how many
    workers it was lost before."""

    setting: Setting
    units: tuple[Unit, ...]
    deaths: int = 0

    def __str__(self) -> str:
        unit = self.units[0]
        more = f" and {len(self.units) - 1} more" if len(self.units) > 1 else ""
        return f"replication {unit.replication} of the point {', '.join(unit.point.values)}{more}"


class Outcome(NamedTuple):
    """What came of one run: the fields of :class:`records.RunRow` that the worker knows."""

    key: Key
    status: Status
    error: str
    seconds: float
    events: int
    seed_persons: int
    digest: bytes
    measures: bytes
    persons: str
    attempts: int = 1


class FailedError(Exception):
    """A run ended with an error; its words."""


def perform(batch: Batch) -> tuple[Outcome, ...]:
    """Run a batch. An error ends the run it is in and no other."""
    outcomes = (outcome for unit in batch.units for outcome in _unit(batch.setting, unit))
    return tuple(outcome._replace(attempts=batch.deaths + 1) for outcome in outcomes)


def failed(key: Key, error: str, attempts: int = 1) -> Outcome:
    """A run that came to nothing."""
    return Outcome(key, "failed", error, 0.0, 0, 0, b"", b"", "", attempts)


def _unit(setting: Setting, unit: Unit) -> Iterator[Outcome]:
    """The baseline first, since its seed persons are what every policy's figures are divided by."""
    reference = unit.baseline
    names = sorted(unit.policies, key=lambda name: name != setting.baseline)
    wrong = ""
    for name in names:
        key = Key(unit.point.key, name, unit.replication)
        if wrong:
            yield failed(key, f"{BASELINE_FAILED}{wrong}")
            continue
        try:
            outcome = _run(setting, unit, name, reference)
        except FailedError as error:
            wrong = str(error) if name == setting.baseline else ""
            yield failed(key, str(error))
            continue
        if name == setting.baseline:
            reference = Reference(outcome.persons, outcome.measures)
        yield outcome


def _run(setting: Setting, unit: Unit, policy: str, reference: Reference | None) -> Outcome:
    try:
        plan = settled(plans_at(setting, unit.point.values)[policy])
        result = simulate(setting.engine, plan, setting.seed, unit.replication)
        return _outcome(Key(unit.point.key, policy, unit.replication), result, plan, reference)
    except EquitySimError as error:
        raise FailedError(str(error)) from error
    except MemoryError as error:
        raise FailedError("out of memory; use fewer workers, or simulate fewer people") from error
    except Exception as error:  # one run's fault must not end a sweep of thousands; it is told as a failed row
        raise FailedError(f"internal fault: {type(error).__name__}: {error}") from error


def _outcome(key: Key, result: Result, plan: Plan, reference: Reference | None) -> Outcome:
    own = reference is None
    tallied = tally(result, plan)
    divided_by = tallied.persons if reference is None else _denominators(reference.persons)
    measured = per_person(tallied, divided_by)
    values = measured.values
    if reference is not None:
        theirs = dict(zip(MEASURES, unpacked(reference.measures), strict=False))
        values = {**values, **where_spend_rose(against_baseline(values, theirs))}
    return Outcome(
        key=key,
        status="done",
        error="",
        seconds=result.seconds,
        events=result.events,
        seed_persons=result.seed_persons,
        digest=bytes.fromhex(result.digest),
        measures=_packed(values, measured),
        persons=json.dumps([divided_by.everyone, *divided_by.by_segment], separators=(",", ":")) if own else "",
    )


def _packed(values: Mapping[str, float], measured: RunMeasures) -> bytes:
    by_segment = [one[name] for one in measured.by_segment for name in BY_SEGMENT]
    return packed([*(values[name] for name in MEASURES), *by_segment])


def layout_of(segments: Sequence[str]) -> Layout:
    """What the doubles of a row mean."""
    return Layout(tuple(MEASURES), BY_SEGMENT, tuple(segments))


def _denominators(persons: str) -> Denominators:
    everyone, *by_segment = (Persons(*counts) for counts in json.loads(persons))
    return Denominators(everyone, tuple(by_segment))


@lru_cache(maxsize=MOST_KEPT)
def plans_at(setting: Setting, values: Values) -> dict[str, Plan]:
    """The plan of every policy at a point. Kept for the next replication, since reading the scenario takes
    milliseconds. Raises FailedError."""
    scenario, faults = scenario_at(setting.root, setting.factors, values)
    if scenario is None:
        raise FailedError("; ".join(str(fault) for fault in faults) or "the scenario is invalid at this point")
    sample = sample_of(scenario, setting.customers)
    return {policy: lower(scenario, policy, customers=sample) for policy in setting.policies}
