"""Reading study files: the same reader and the same quality of faults as for scenarios."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Literal, NamedTuple

from equitysim.arguments import nearest
from equitysim.errors import Fault, ScenarioError
from equitysim.scenario import load as files
from equitysim.scenario.document import Node, Spot, children, each_text, fault_at, locate, spell, texts_of, without
from equitysim.scenario.explain import shown
from equitysim.scenario.files import outside
from equitysim.scenario.load import Settings, Source
from equitysim.scenario.parameters import NoParameter, Parameter, parameter
from equitysim.scenario.plain import with_values
from equitysim.scenario.schema import Scenario
from equitysim.scenario.validate import modelled
from equitysim.scenario.warn import doubts
from equitysim.scenario.words import quoted
from equitysim.study.sweeps import points as made
from equitysim.study.sweeps.designs import is_power_of_two
from equitysim.study.sweeps.factors import ROLES, Factor, FactorError, spread_of
from equitysim.study.sweeps.levers import lever_doubts, lever_faults
from equitysim.study.sweeps.points import MOST_FAULTS, MOST_POINTS, MOST_VALUES, Point, Values, point_of, told
from equitysim.study.sweeps.schema import StudyFile
from equitysim.study.sweeps.study import Aim, Study, scenario_at

MOST_FACTORS = 200
MOST_RUNS = 10_000_000
"""Points times replications; a store of so many takes some ten gigabytes for each policy."""
ASKED = frozenset({"format", "name", "compare", "claims"})
"""Sections of a scenario that no run depends on."""

OF_NO_POINT = frozenset({"uncertain", "draws"})
"""Sections that say what a study says by its factors. Reading them at every point would take most of the time."""

GIVEN = "(given)"
"""Stands for the name of a scenario file where the scenario itself was given."""

POWERS = frozenset({"sobol", "saltelli"})
"""Designs that need a power of two."""

Purpose = Literal["sweep", "optimise"]
"""What a study is read for: the points of its design, or the choice among its levers."""


class Overrides(NamedTuple):
    """What a command asks for instead of what the study file says; None where the file stands."""

    replications: int | None = None
    seed: int | None = None
    customers: int | None = None


AS_WRITTEN = Overrides()


def load_study(
    source: Source,
    *,
    layers: Sequence[Source] = (),
    settings: Settings | None = None,
    overrides: Overrides = AS_WRITTEN,
    purpose: Purpose = "sweep",
    warned: Callable[[Sequence[Fault]], None] = lambda _: None,
) -> Study:
    """Read a study: a file, or a mapping that says what a file would, whose ``scenario`` may also be a scenario or a
    mapping itself. ``layers`` and ``settings`` change its scenario. ``warned`` receives the warnings and notes of a
    study that can be run. Raises ScenarioError with all faults."""
    study, faults = check_study(source, layers=layers, settings=settings, overrides=overrides, purpose=purpose)
    if study is None:
        raise ScenarioError(tuple(fault for fault in faults if fault.severity == "error"))
    warned(faults)
    return study


def check_study(
    source: Source,
    *,
    layers: Sequence[Source] = (),
    settings: Settings | None = None,
    overrides: Overrides = AS_WRITTEN,
    purpose: Purpose | None = None,
) -> tuple[Study | None, tuple[Fault, ...]]:
    """Read a study and say everything that is wrong with it: errors in file order; without any, the scenario's
    warnings. ``purpose``: what it is read for; None for whatever the file states."""
    given = source.get("scenario") if isinstance(source, Mapping) else None
    if isinstance(source, Mapping) and isinstance(given, Scenario | Mapping):
        source = {**source, "scenario": GIVEN}
    else:
        given = None
    document = files.read(source)
    if document.root is None:
        return None, document.in_order(document.faults)
    written, found = modelled(document.root, document.root.data(), StudyFile, document.faults)
    if written is not None:
        asked = {name: value for name, value in overrides._asdict().items() if value is not None}
        written = with_values(written, **asked)
    reading = _Reading(
        document.path,
        document.shown,
        document.root,
        [*document.faults, *found],
        _purposes(document.root, purpose),
        given,
    )
    study, warnings = reading.study(written, layers, settings or {})
    order = replace(document, files={**document.files, **reading.files})
    faults = order.in_order(reading.faults)
    return (None, faults) if faults or study is None else (study, warnings)


def _purposes(root: Node, asked: Purpose | None) -> frozenset[Purpose]:
    """A study without a design that says what to optimise is not swept; its levers alone could make millions of
    points."""
    if asked is not None:
        return frozenset({asked})
    if root.get("optimise") is None:
        return frozenset({"sweep"})
    return frozenset({"optimise"}) if root.get("design") is None else frozenset({"sweep", "optimise"})


@dataclass
class _Reading:
    """One reading of a study file, for these purposes; collects the faults."""

    path: Path
    shown: str
    root: Node
    faults: list[Fault]
    purposes: frozenset[Purpose]
    given: Scenario | Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        self.files: dict[str, int] = {}
        self.notes: list[Fault] = []

    def study(
        self, written: StudyFile | None, layers: Sequence[Source], settings: Settings
    ) -> tuple[Study | None, tuple[Fault, ...]]:
        """The study, None where there are faults, and the warnings of its scenario."""
        document = self._scenario(layers, settings)
        scenario = None if document is None else document.scenario()
        if document is not None and scenario is None:
            self.faults += document.said()
        if document is None or document.root is None or written is None:
            return None, ()
        policies = () if scenario is None else self._policies(scenario)
        factors = self._factors(document.root, settings, scenario, by_file=written.design.points is not None)
        aim = self._aim(written, factors, scenario) if "optimise" in self.purposes else None
        positions: Sequence[Values] = ()
        if "sweep" in self.purposes and not self.faults:
            positions = self._positions(written, factors, scenario)
        if scenario is None or self.faults:
            return None, ()
        paths = tuple(factor.path for factor in factors)
        points = tuple(point_of(paths, values) for values in positions)
        distinct = tuple(dict.fromkeys(points))
        ends = () if aim is None else tuple(point_of(paths, values) for values in _ends(factors, aim.own))
        root = without(document.root, OF_NO_POINT)
        self._judge(root, factors, tuple(dict.fromkeys((*distinct, *ends))))
        if self.faults:
            return None, ()
        kind = made.kind_of(written.design)
        study = Study(
            name=written.name or self.path.stem or "study",
            file=self.shown,
            scenario=scenario,
            root=root,
            policies=policies,
            factors=factors,
            design=(kind, str(getattr(written.design, kind))),
            order=tuple(made.in_run_order(kind, distinct)),
            positions=points,
            replications=written.replications,
            seed=written.seed,
            customers=written.customers,
            aim=aim,
        )
        return study, (*self.notes, *document.said())

    def _refuse(self, place: tuple[str | int, ...], message: str, hint: str) -> None:
        self.faults.append(fault_at(self.root, place, message, hint))

    def _beside(self, name: str, key: tuple[str, ...], *, below: bool = False) -> Path | None:
        """A file named in the study, None and a fault if it is not to be read. ``below``: it has to lie in the study's
        folder or below it, since faults quote what is in it."""
        windows = PureWindowsPath(name)
        if self.shown and (PurePosixPath(name).is_absolute() or windows.drive or windows.root):
            self._refuse(key, f"{quoted(name)} is an absolute path", "name it as seen from the study's folder")
            return None
        target = self.path.parent / name
        tree = os.path.realpath(self.path.parent)
        try:
            exists, real = target.is_file(), os.path.realpath(target)
        except (OSError, ValueError):
            exists, real = False, tree
        reason = outside(name, real, tree, "study") if below and self.shown else None
        if reason is not None:
            self._refuse(key, *reason)
            return None
        if not exists:
            self._refuse(key, f"there is no file {quoted(name)}", "name it as seen from the study's folder")
            return None
        return target

    def _scenario(self, layers: Sequence[Source], settings: Settings) -> files.Document | None:
        named = self.root.get("scenario")
        target: Source | None = self.given
        if target is None and named is not None and named.text is not None:
            target = self._beside(named.text, ("scenario",))
        if target is None:
            return None
        document = files.read(target, layers=layers, settings=settings)
        self.files = {name: k + 1_000 for name, k in document.files.items()}
        if document.root is None:
            self.faults += document.faults
        return document

    def _policies(self, scenario: Scenario) -> tuple[str, ...]:
        named = self.root.get("policies")
        if named is None:
            return tuple(scenario.policies)
        asked = []
        for place, name in each_text(named):
            if name not in scenario.policies:
                near = nearest(name, scenario.policies)
                hint = f"did you mean '{near}'?" if near else "there are " + ", ".join(scenario.policies)
                self._refuse(("policies", *place), f"there is no policy {quoted(name)}", hint)
            elif name in asked:
                self._refuse(("policies", *place), f"{quoted(name)} is there twice", "remove one")
            asked.append(name)
        return tuple(name for name in scenario.policies if name in {*asked, scenario.baseline})

    def _factors(
        self, root: Node, settings: Settings, scenario: Scenario | None, *, by_file: bool
    ) -> tuple[Factor, ...]:
        fixed = {found.path for found in (parameter(root, path) for path in settings)}
        factors: list[Factor] = []
        for section, spot, name, node in self._stated(by_file=by_file):
            found = parameter(root, name)
            if isinstance(found, NoParameter):
                self.faults.append(Fault(*spot, spell((section, name)), found.message, found.hint))
                continue
            path = spell((section, found.path)) if node is not None else f"{section}"
            other = next((one for one in factors if _overlap(one.parameter, found)), None)
            if other is not None:
                said = "is a factor twice" if other.path == found.path else f"is part of the factor {other.path}"
                self.faults.append(Fault(*spot, path, said, f"first in line {other.spot.line}; remove one"))
                continue
            if found.place[0] in ASKED:
                said = f"{found.place[0]} says what is asked, not what is so"
                self.faults.append(Fault(*spot, path, said, "change it with --set"))
                continue
            if found.place[0] in OF_NO_POINT:
                said = f"{found.place[0]} says what is not known, which no run of a study depends on"
                self.faults.append(Fault(*spot, path, said, "name the parameter itself"))
                continue
            if found.path in fixed:
                self.faults.append(Fault(*spot, path, "is set by --set as well", "vary it or set it, not both"))
            try:
                spread = None if node is None else spread_of(found, node)
            except FactorError as error:
                self.faults += error.faults(path)
                continue
            if node is not None and found.quantity is not None:
                texts = [(locate(node, place).spot, text) for place, text in texts_of(node)]
                self.notes += [
                    Fault(*at, path, *said, severity="warning")
                    for at, text in texts
                    for said in doubts(found.quantity, text)
                ]
            if section == "levers":
                told = lever_doubts(found.place, scenario)
                self.notes += [Fault(*spot, path, *said, severity="note") for said in told]
            factors.append(Factor(found, ROLES[section], spot, spread))
        if not factors and not self.faults:
            self.faults.append(
                fault_at(self.root, (), "varies nothing", "name parameters under levers or uncertainties")
            )
        if len(factors) > MOST_FACTORS:
            self.faults.append(fault_at(self.root, (), f"varies more than {MOST_FACTORS} parameters", "vary fewer"))
        return tuple(factors)

    def _stated(self, *, by_file: bool) -> Iterator[tuple[str, Spot, str, Node | None]]:
        """Section, place, path and values of each factor; no values where a file states the points."""
        for section in ROLES:
            node = self.root.get(section)
            if node is None:
                continue
            if by_file:
                if node.items is None:
                    self._refuse((section,), "must be a list of parameters", "the file of points states their values")
                for place, text in each_text(node if node.items is not None else None):
                    yield section, (node.items or ())[place[0]].spot, text, None  # type: ignore[index]
            elif node.entries is None:
                self._refuse((section,), "must be a mapping", "write PARAMETER: 2 % to 6 %")
            else:
                for name, below in children(node).items():
                    yield section, node.keys[name], name, below

    def _positions(
        self, written: StudyFile, factors: tuple[Factor, ...], scenario: Scenario | None
    ) -> Sequence[Values]:
        """The points' values in the order of the design."""
        design = written.design
        kind = made.kind_of(design)
        if design.points is not None:
            target = self._beside(design.points, ("design", "points"), below=True)
            name = str(Path(self.shown).parent / design.points)
            self.files[name] = 999
            return () if target is None else made.from_file(target, name, factors, self.faults, self.notes)
        spreads = [factor.spread for factor in factors if factor.spread is not None]
        many = getattr(design, kind)
        if kind in POWERS and not is_power_of_two(many):
            below = 1 << (many.bit_length() - 1)
            said = f"a Sobol sequence is balanced at powers of two, and {many} is none"
            self._refuse(("design", kind), said, f"write {below} or {2 * below}")
            return ()
        count = made.count_of(design, spreads)
        if count > MOST_POINTS:
            self._refuse(
                ("design", kind), f"makes more than {MOST_POINTS} points", "write fewer points, levels or factors"
            )
            return ()
        if count * written.replications > MOST_RUNS:
            said = f"times {written.replications} replications makes more than {MOST_RUNS} runs of each policy"
            self._refuse(("design", kind), said, "write fewer points or replications")
            return ()
        if count * len(factors) > MOST_VALUES:
            said = f"makes more than {MOST_VALUES} values, points times factors"
            self._refuse(("design", kind), said, "write fewer points, or vary less")
            return ()
        own = self._own(factors, scenario) if kind == "one_at_a_time" else ()
        return () if self.faults else made.designed(design, spreads, own, written.seed)

    def _aim(self, written: StudyFile, factors: tuple[Factor, ...], scenario: Scenario | None) -> Aim | None:
        """What is to be optimised, None and faults where that cannot be."""
        levers = [factor for factor in factors if factor.role == "lever"]
        if factors and not levers:
            self._refuse((), "has no levers to choose", "name what the firm decides under levers")
        free = written.optimise.free
        for factor in levers:
            for said in lever_faults(factor.parameter.place, factor.spread, may_be_free=free is not None):
                self.faults.append(Fault(*factor.spot, spell(("levers", factor.path)), *said))
        if self.faults:
            return None
        asked = written.optimise
        own = iter(self._own(tuple(levers), scenario))
        middle = (next(own) if one.role == "lever" else _levels(one, 1, "")[0] for one in factors)
        return Aim(asked.budget, asked.trials, asked.finalists, tuple(middle), free or "")

    def _own(self, factors: tuple[Factor, ...], scenario: Scenario | None) -> Values:
        """The scenario's own values of the factors."""
        stated = {} if scenario is None else {one.path: one.value for one in shown(scenario)}
        for factor in factors:
            if factor.path not in stated:
                said = "has no value in the scenario to depart from"
                self.faults.append(Fault(*factor.spot, factor.path, said, "state it there, or do not vary it"))
        return tuple(stated.get(factor.path, "") for factor in factors)

    def _judge(self, root: Node, factors: tuple[Factor, ...], points: Sequence[Point]) -> None:
        """Points that make the scenario invalid: each fault once, with the first point and how many there are."""
        first: dict[Fault, tuple[int, Point]] = {}
        times: dict[Fault, int] = {}
        for number, point in enumerate(points):
            for fault in scenario_at(root, factors, point.values)[1]:
                first.setdefault(fault, (number, point))
                times[fault] = times.get(fault, 0) + 1
            if len(times) >= MOST_FAULTS:
                break
        paths = [factor.path for factor in factors]
        for fault, (number, point) in first.items():
            many = f" and at {times[fault] - 1} more" if times[fault] > 1 else ""
            said = f"at point {number} ({told(paths, point.values)}){many} the scenario is invalid: {fault.message}"
            self.faults.append(replace(fault, message=said))


def _ends(factors: Sequence[Factor], own: Values) -> Iterator[Values]:
    """The scenario's own values, each factor at either end of its values with the others as they are, and all at
    once."""
    yield own
    ends = [_levels(factor, 2, text) for factor, text in zip(factors, own, strict=True)]
    for k, several in enumerate(ends):
        for end in several:
            yield (*own[:k], end, *own[k + 1 :])
    yield tuple(several[0] for several in ends)
    yield tuple(several[-1] for several in ends)


def _levels(factor: Factor, count: int, own: str) -> tuple[str, ...]:
    return (own,) if factor.spread is None else factor.spread.levels(count)


def _overlap(one: Parameter, other: Parameter) -> bool:
    """Whether one of two parameters is the other or a part of it."""
    count = min(len(one.place), len(other.place))
    return one.place[:count] == other.place[:count]
