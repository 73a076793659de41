"""Running settings, and what their runs say: value and spend, replication by replication.

The store is the memory: what it has is not run again. Replication r of every setting has the same luck and the same
draw of what nobody knows, so differences between settings are differences between settings.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from equitysim.measures.registry import MEASURES, PER_PERSON, Window
from equitysim.measures.values import Persons
from equitysim.scenario.lower import lower
from equitysim.statistics.intervals import UNDEFINED
from equitysim.study.optima.choices import Chosen, Space, said, values_at
from equitysim.study.sweeps.coordinate import Pace, Works, row_of, run_units
from equitysim.study.sweeps.factors import Factor
from equitysim.study.sweeps.points import Point, Values, point_of
from equitysim.study.sweeps.records import Key, RunRow, unpacked
from equitysim.study.sweeps.study import Study, scenario_at
from equitysim.study.sweeps.tasks import BASELINE_FAILED, Reference, Unit, failed

DRAWS = 0x6F7074
"""Sets the draws of what is not known apart from all others of the same seed."""


class Measured(NamedTuple):
    """One replication of a setting.

    ``value``: the decision measure in its unit; per-person figures are divided by the seed persons of the baseline as
    the scenario has it, so that settings which bring other people in compare. ``spend``: in all, at the scenario's own
    size. NaN where undefined and where a run failed.
    """

    value: float
    spend: float


NOT_MEASURED = Measured(UNDEFINED, UNDEFINED)


class Spot(NamedTuple):
    """Where a setting is run in one replication: its point, that of the baseline's run it is divided by, and how many
    people of the scenario a simulated one stands for there."""

    point: Point
    home: Point
    scale: float


class Bench:
    """Runs settings of a study that was read to be optimised, and remembers what came of them."""

    def __init__(self, study: Study, space: Space, works: Works, ready: Callable[[], object]) -> None:
        self._study = study
        self.space = space
        self._works = works
        self._ready: Callable[[], object] | None = ready
        self._begun: dict[Key, int] = {}
        self._spots: dict[tuple[Chosen, Values], Spot] = {}
        self._baselines: dict[Point, _Baseline | None] = {}
        self.workers = works.crew.workers
        self.pace = Pace(self.workers)
        self.rows: dict[Key, RunRow] = {}
        self.reference = space.as_it_is(study.scenario.baseline)

    def measured(self, asked: Sequence[Chosen], replications: Sequence[int]) -> list[list[Measured]]:
        """What these settings bring in these replications; settings × replications."""
        self._run(asked, replications)
        return [[self._measured(chosen, replication) for replication in replications] for chosen in asked]

    def failures(self) -> list[tuple[Point, RunRow]]:
        """Runs that failed, and where, in the order of their keys."""
        points = {spot.point.key: spot.point for spot in self._spots.values()}
        points |= {spot.home.key: spot.home for spot in self._spots.values()}
        return [(points[key.point], row) for key, row in sorted(self.rows.items()) if row.status == "failed"]

    def _run(self, asked: Sequence[Chosen], replications: Sequence[int]) -> None:
        """The baseline's runs first, since every policy is divided by them. A baseline whose plan is the same at many
        points is run at one of them."""
        baseline = self._study.scenario.baseline
        wanted = [
            (chosen, self._spot(chosen, replication), replication)
            for replication in replications
            for chosen in (self.reference, *asked)
        ]
        homes = ((spot.home, baseline, replication) for _, spot, replication in wanted)
        self._run_units(Unit(point, number, (name,), None) for point, name, number in self._missing(homes))
        others = self._missing((spot.point, chosen.policy, replication) for chosen, spot, replication in wanted)
        home_of = {(spot.point, replication): spot.home for _, spot, replication in wanted}
        self._run_units(self._with_baseline(others, home_of))

    def _missing(self, runs: Iterable[tuple[Point, str, int]]) -> list[tuple[Point, str, int]]:
        """Those that neither are in the store nor were tried by this bench."""
        missing = []
        for point, policy, replication in dict.fromkeys(runs):
            key = Key(point.key, policy, replication)
            if key in self.rows:
                continue
            row = self._stored(key)
            if row is not None and row.status == "done":
                self.rows[key] = row
                continue
            if row is not None:
                self._begun[key] = row.attempts
            missing.append((point, policy, replication))
        return missing

    def _stored(self, key: Key) -> RunRow | None:
        try:
            return self._works.store.row(key)
        except KeyError:
            return None

    def _with_baseline(
        self, runs: Sequence[tuple[Point, str, int]], home_of: dict[tuple[Point, int], Point]
    ) -> Iterator[Unit]:
        baseline = self._study.scenario.baseline
        for point, policy, replication in runs:
            home = self.rows[Key(home_of[point, replication].key, baseline, replication)]
            if home.status == "failed":
                lost = failed(Key(point.key, policy, replication), f"{BASELINE_FAILED}{home.error}")
                self._works.store.number([point])
                self._works.store.add([row_of(lost, self._begun.get(lost.key, 0), self._works.origin)])
                self._keep(lost.key)
            else:
                yield Unit(point, replication, (policy,), Reference(home.persons, home.measures))

    def _run_units(self, several: Iterable[Unit]) -> None:
        units = list(several)
        if not units:
            return
        if self._ready is not None:
            self._ready()
            self._ready = None
        self._works.store.number(unit.point for unit in units)
        for _ in run_units(iter(units), len(units), self._works, self.pace, self._begun):
            pass
        for unit in units:
            self._keep(Key(unit.point.key, unit.policies[0], unit.replication))

    def _keep(self, key: Key) -> None:
        self.rows[key] = self._works.store.row(key)

    def _spot(self, chosen: Chosen, replication: int) -> Spot:
        study = self._study
        drawn = uncertainties_at(study.factors, study.seed, replication)
        found = self._spots.get((chosen, drawn))
        if found is None:
            found = self._spots[chosen, drawn] = self._found_spot(chosen, drawn)
        return found

    def _found_spot(self, chosen: Chosen, drawn: Values) -> Spot:
        """The baseline's run is shared only where its plan is the same, word for word."""
        study = self._study
        point = self._point(values_at(study, chosen.levers, drawn))
        home = self._point(values_at(study, self.space.without_idle(study.scenario.baseline, chosen.levers), drawn))
        here, there = self._baseline_at(point), self._baseline_at(home)
        return Spot(point, home if here is not None and here == there else point, here.scale if here else UNDEFINED)

    def _point(self, values: Values) -> Point:
        return point_of(self._study.paths, values)

    def _baseline_at(self, point: Point) -> "_Baseline | None":
        if point not in self._baselines:
            self._baselines[point] = self._lowered(point)
        return self._baselines[point]

    def _lowered(self, point: Point) -> "_Baseline | None":
        scenario, _ = scenario_at(self._study.root, self._study.factors, point.values)
        if scenario is None:
            return None
        plan = lower(scenario, scenario.baseline, customers=self._study.customers)
        return _Baseline(hashlib.sha256(said(plan).encode()).digest(), plan.scale)

    def _measured(self, chosen: Chosen, replication: int) -> Measured:
        baseline = self._study.scenario.baseline
        spot = self._spot(chosen, replication)
        row = self.rows[Key(spot.point.key, chosen.policy, replication)]
        home = self.rows[Key(spot.home.key, baseline, replication)]
        origin = self._spot(self.reference, replication)
        own = self.rows[Key(origin.home.key, baseline, replication)]
        if "failed" in (row.status, home.status, own.status):
            return NOT_MEASURED
        values = dict(zip(MEASURES, unpacked(row.measures), strict=False))
        here, there = People(_persons(home), spot.scale), People(_persons(own), origin.scale)
        return Measured(
            value=as_for(values, self._study.scenario.compare.measure, here, there),
            spend=values["spend"] * here.persons.seed * here.scale,
        )


class _Baseline(NamedTuple):
    """What stands for the baseline's plan at a point, and its scale."""

    plan: bytes
    scale: float


class People(NamedTuple):
    """Whom a per-person figure is divided by, and how many of the scenario each stands for."""

    persons: Persons
    scale: float


def as_for(values: Mapping[str, float], measure: str, here: People, there: People) -> float:
    """A measure that was divided by the people ``here`` as if it had been by those ``there``."""
    said = MEASURES[measure]
    if said.unit != PER_PERSON or here == there:
        return values[measure]
    divided, wanted = (
        (one.persons.fitting if said.window == Window.LTV else one.persons.seed) * one.scale for one in (here, there)
    )
    return values[measure] * divided / wanted if wanted else UNDEFINED


def _persons(row: RunRow) -> Persons:
    return Persons(*json.loads(row.persons)[0])


def uncertainties_at(factors: Sequence[Factor], seed: int, replication: int) -> Values:
    """What nobody knows, as it is in one replication: independent draws, the same for every setting."""
    uncertain = [factor for factor in factors if factor.role != "lever" and factor.spread is not None]
    shares = np.random.default_rng([seed, DRAWS, replication]).random(len(uncertain)).tolist()
    return tuple(
        factor.spread.at(share) for factor, share in zip(uncertain, shares, strict=True) if factor.spread is not None
    )


def mean_of(several: Sequence[Measured]) -> Measured:
    """The means over replications; undefined as soon as one is."""
    count = len(several)
    return Measured(math.fsum(one.value for one in several) / count, math.fsum(one.spend for one in several) / count)
