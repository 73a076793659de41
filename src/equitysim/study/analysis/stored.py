"""What is analysed of a store: which points and replications, in which measure, and what was left out of it."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.arguments import nearest
from equitysim.errors import UsageError
from equitysim.measures.registry import MEASURES
from equitysim.scenario.compose import composed
from equitysim.scenario.document import Node, node_at, setting_place
from equitysim.scenario.explain import Shown, shown
from equitysim.scenario.lower import lower
from equitysim.scenario.parameters import NoParameter, parameter
from equitysim.scenario.schema import Scenario
from equitysim.scenario.validate import validated
from equitysim.scenario.words import quoted
from equitysim.scenario.write import origins
from equitysim.statistics.outcome import Context, Provenance, ScenarioInfo
from equitysim.statistics.sensitivity.responses import DesignKind, Factor, LeftOut, Responses, StudyInfo
from equitysim.study.analysis.files import StoredError, damaged, reading, store_at
from equitysim.study.analysis.rows import Described, NewerError, Runs, described, runs_of
from equitysim.study.analysis.sizes import factor_of, stated
from equitysim.study.engine import provenance
from equitysim.study.gather import Job
from equitysim.study.runs import context_of
from equitysim.study.scope import scope_of
from equitysim.study.sweeps.points import told
from equitysim.study.sweeps.store import SOURCES

DRAWN: frozenset[DesignKind] = frozenset({"latin_hypercube", "sobol", "points"})
"""Designs in which a point that is named more than once was meant to weigh more."""

MOST_TOLD = 3
"""Failed runs that are told one by one."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Stored:
    """What a store holds, fit to be analysed: its file, the runs, and the scenario whose numbers were varied, also
    written out, and every value of it with its origin. ``mixed``: what is to be said where not all of its runs were
    computed by the same source files."""

    file: Path
    responses: Responses
    scenario: Scenario
    resolved: str
    assumed: tuple[Shown, ...]
    mixed: str = ""


class _Used(NamedTuple):
    """Which points are used (by their places in the store's order), in how many replications; what was left out."""

    points: Mask
    replications: int
    left_out: tuple[LeftOut, ...]


def stored(path: Path, measure: str | None = None) -> Stored:
    """Read a store or the folder it lies in.

    ``measure``: the scenario's decision measure if None. Raises ``errors.UsageError`` where there is no store, and for
    a measure that cannot be analysed; ``files.StoredError`` for a store that cannot be trusted or has too little.
    """
    file = store_at(path)
    with reading(file) as connection:
        said = _described(connection, file)
        scenario, root = _scenario(said, file)
        chosen = _measure(measure or scenario.compare.measure, said)
        runs = runs_of(connection, said, chosen)
    responses = _responses(file, said, runs, scenario, root, chosen)
    assumed = tuple(_assumed(scenario, root, said.resolved))
    return Stored(file, responses, scenario, said.resolved, assumed, _mixed(runs.origins))


def _assumed(scenario: Scenario, root: Node, resolved: str) -> Iterator[Shown]:
    """Every value with its origin: written out, all are given, so the remarks beside them say which were not."""
    defaults = origins(resolved)
    for value in shown(scenario):
        node = node_at(root, setting_place(root, value.path))
        yield value if node is None else value._replace(origin=defaults.get(node.spot.line, value.origin))


def _described(connection: sqlite3.Connection, file: Path) -> Described:
    try:
        said = described(connection)
    except NewerError:
        raise StoredError(f"{file} was written by a newer version of equitysim") from None
    except (ValueError, KeyError, TypeError) as error:
        raise StoredError(damaged(file, str(error))) from error
    if said is None:
        raise StoredError(f"{file} holds no study; sweep one into it first")
    return said


def _scenario(said: Described, file: Path) -> tuple[Scenario, Node]:
    """The scenario that is varied, and its document."""
    root, faults = composed(said.resolved, file.name)
    scenario, found = (None, []) if root is None else validated(root, faults)
    if root is None or scenario is None or faults:
        why = "; ".join(str(fault) for fault in (*faults, *found)) or "it does not hold its scenario"
        raise StoredError(damaged(file, why))
    facts, ours = said.document["facts"], provenance()
    same = (facts["equitysim"], facts.get(SOURCES)) == (ours.equitysim, ours.sources)
    if scenario.hash != said.document["scenario"] and same:
        raise StoredError(damaged(file, "its scenario does not fit its hash"))
    return scenario, root


def _measure(name: str, said: Described) -> str:
    """The measure, if every policy has it. Raises ``errors.UsageError``."""
    known = [one for one in said.layout.measures if one in MEASURES and not MEASURES[one].against_baseline]
    if name in known:
        return name
    if name in MEASURES and MEASURES[name].against_baseline:
        raise UsageError(
            f"{name} compares with the baseline, so the baseline itself has none; try net_value or spend, whose "
            "differences to the baseline are analysed beside them"
        )
    near = nearest(name, known)
    hint = f"did you mean '{near}'?" if near else "there are " + ", ".join(known)
    raise UsageError(f"there is no measure {quoted(name)}; {hint}")


def _responses(file: Path, said: Described, runs: Runs, scenario: Scenario, root: Node, measure: str) -> Responses:
    document = said.document
    used = _used(file, said, runs, measure)
    keys = [key for key, is_used in zip(said.points, used.points.tolist(), strict=True) if is_used]
    rows = {key: row for row, key in enumerate(keys)}
    texts = [said.points[key][1] for key in keys]
    design = document["design"]["kind"]
    return Responses(
        study=StudyInfo(document["name"], document["file"], document["hash"], runs.digest),
        context=_context(said, runs, scenario, measure, used.replications),
        design=design,
        policies=tuple(document["policies"]),
        baseline=document["baseline"],
        factors=tuple(_factors(document, scenario, root, texts)),
        numbers=tuple(said.points[key][0] for key in keys),
        positions=tuple(rows.get(key, -1) for key in said.positions),
        runs=runs.values[used.points, : used.replications],
        left_out=(*used.left_out, *_again(design, said)),
    )


def _factors(
    document: Mapping[str, Any], scenario: Scenario, root: Node, texts: list[tuple[str, ...]]
) -> Iterator[Factor]:
    units = {value.path: value.unit for value in shown(scenario)}
    for place, factor in enumerate(document["factors"]):
        found = parameter(root, factor["parameter"])
        quantity, meant = (None, "") if isinstance(found, NoParameter) else (found.quantity, found.path)
        column = tuple(values[place] for values in texts)
        made = factor_of(stated(factor), quantity, document["design"]["kind"], column)
        yield made._replace(unit=_told(made.unit, units.get(meant, ""), scenario.currency)) if made.ordered else made


def _told(unit: str, meant: str, currency: str) -> str:
    """The unit that is written, and what scenarios leave out: the currency (``EUR``, ``EUR per hour``), points."""
    if meant == "points":
        return meant
    if not meant.startswith("money"):
        return unit
    return f"{currency} {unit}".rstrip() if unit else f"{currency}{meant.removeprefix('money')}"


def _context(said: Described, runs: Runs, scenario: Scenario, measure: str, replications: int) -> Context:
    document, scope, computed = said.document, scope_of(scenario), runs.origins[0]
    plan = lower(scenario, scenario.baseline, customers=document["customers"])
    engines = dict.fromkeys(str(origin["engine"]) for origin in runs.origins)
    asked = scope._replace(
        info=ScenarioInfo(scenario.name, str(document.get("scenario_file", "")), document["scenario"]),
        measure=measure,
        matters=scope.matters if measure == scope.measure else 0.0,
    )
    context = context_of(asked, plan, Job(" and ".join(engines), document["seed"]), replications)
    noted = {name: str(computed[name]) for name in Provenance._fields if name in computed}
    return context._replace(provenance=Provenance(**noted))


def _mixed(origins: Sequence[Mapping[str, Any]]) -> str:
    """What is said of runs that were computed by different laws, or may have been; empty where none were."""
    made = dict.fromkeys((str(one["equitysim"]), str(one.get("sources", ""))) for one in origins)
    if len(made) < 2:
        return ""
    versions = " and ".join(f"{version} ({sources or 'source files not noted'})" for version, sources in made)
    return (
        f"The runs of this store were computed by different source files of equitysim: {versions}. Laws may have "
        "changed in between, so they may not compare; sweep into a new folder to be sure"
    )


def _used(file: Path, said: Described, runs: Runs, measure: str) -> _Used:
    """Points that were run under every policy, in the leading replications in which all of those were; without points
    at which a run failed or has no such measure. Raises StoredError if nothing is left."""
    tried: Mask = np.asarray(runs.tried.all(axis=2))
    begun = tried[:, 0] if tried.shape[1] else np.zeros(len(tried), dtype=np.bool_)
    if not begun.any():
        raise StoredError(f"{file} has no point that was run under every policy yet; go on with the sweep")
    whole: Mask = np.asarray(tried[begun].all(axis=0))
    replications = int(np.argmin(whole)) if not whole.all() else len(whole)
    within = runs.values[:, :replications]
    lost = begun & ~runs.done[:, :replications].all(axis=(1, 2))
    undefined = begun & ~lost & np.isnan(within).any(axis=(1, 2))
    points = begun & ~lost & ~undefined
    left_out = (
        *_not_there(runs, said, begun, replications),
        *_lost(runs, said, lost, replications),
        *_undefined(runs, said, undefined, replications, measure),
    )
    if not points.any():
        reasons = "; ".join(f"{one.what}: {one.why}" for one in left_out)
        raise StoredError(f"no point of {file} can be used: {reasons}")
    return _Used(points, replications, left_out)


def _not_there(runs: Runs, said: Described, begun: Mask, replications: int) -> Iterator[LeftOut]:
    """What a sweep has still to run, and what is damaged."""
    asked = int(said.document["replications"])
    there, wanted = int(runs.tried.sum()), len(said.points) * asked * len(said.signatures)
    ran = f"{there:,} of {wanted:,} runs are stored; the same sweep goes on from there"
    if not begun.all():
        yield LeftOut(f"{int((~begun).sum()):,} of {_counted(len(begun))}", f"not run under every policy yet: {ran}")
    if replications < asked:
        what = f"{asked - replications:,} of {asked:,} replications"
        yield LeftOut(what, f"not run at every point and under every policy yet: {ran}")
    if said.damaged:
        yield LeftOut(_counted(said.damaged), "they do not fit their keys: damaged; the same sweep mends the store")
    if runs.damaged:
        what = f"{runs.damaged:,} {'run does' if runs.damaged == 1 else 'runs do'} not fit"
        yield LeftOut(f"{what} the checksum", "damaged; the same sweep mends the store and runs what is lost again")


def _again(design: DesignKind, said: Described) -> Iterator[LeftOut]:
    """Points that the design names more than once: what it says about their weight is lost."""
    again = len(said.positions) - len(set(said.positions))
    if again and design in DRAWN:
        what = f"the weight of {again:,} of {len(said.positions):,} places in the design"
        yield LeftOut(what, "they name a point again, which is run once and counts once, like every other")


def _lost(runs: Runs, said: Described, lost: Mask, replications: int) -> Iterator[LeftOut]:
    """Points at which a run failed or is damaged."""
    if not lost.any():
        return
    values = {number: told(said.document["paths"], texts) for number, texts in said.points.values()}
    baseline = said.document["baseline"]
    failed = sorted(
        (run for run in runs.failed if run.replication < replications),
        key=lambda run: (run.point, run.replication, run.policy != baseline),
    )
    first = [
        f"point {run.point} ({values[run.point]}), policy {run.policy}, replication {run.replication}: {run.error}"
        for run in failed[:MOST_TOLD]
    ]
    more = f"; and {len(failed) - MOST_TOLD} more" if len(failed) > MOST_TOLD else ""
    why = f"a run failed there: {'; '.join(first)}{more}" if failed else "a run there is damaged"
    yield LeftOut(f"{int(lost.sum()):,} of {_counted(len(lost))}", why)


def _undefined(runs: Runs, said: Described, undefined: Mask, replications: int, measure: str) -> Iterator[LeftOut]:
    if not undefined.any():
        return
    missing: Mask = np.asarray(np.isnan(runs.values[undefined, :replications]).any(axis=(0, 1)))
    names = [name for name, is_missing in zip(said.document["policies"], missing.tolist(), strict=True) if is_missing]
    why = f"{measure} is undefined there in some replication under {', '.join(names)}"
    yield LeftOut(f"{int(undefined.sum()):,} of {_counted(len(undefined))}", why)


def _counted(count: int) -> str:
    return f"{count:,} point{'s' * (count != 1)}"
