"""The runs of a store, each held against its checksum, reduced to one measure.

Read in portions: a sweep that wants to commit waits for no more than one of them.
"""

import hashlib
import json
import sqlite3
import struct
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from equitysim.statistics.intervals import FloatArray
from equitysim.study.sweeps.points import point_of
from equitysim.study.sweeps.records import Key, Layout, RunRow, origin_id
from equitysim.study.sweeps.store import COLUMNS, FORMAT, blob, checksum_of, registered, row_of

PORTION = 10_000
"""Rows read at once: some hundredths of a second."""

Document = Mapping[str, Any]


class Described(NamedTuple):
    """What a store says before its runs.

    ``document``: of the study; ``layout``: what the doubles of a row mean; ``signatures``: of its policies, in their
    order. ``points``: key → number and values, of those in the design, by number. ``positions``: the keys in the order
    of the design. ``origins``: what rows name → with what they were computed. ``resolved``: the scenario, written out;
    empty if it is not there. ``damaged``: points whose values do not fit their keys.
    """

    document: Document
    layout: Layout
    signatures: Mapping[str, bytes]
    points: Mapping[bytes, tuple[int, tuple[str, ...]]]
    positions: tuple[bytes, ...]
    origins: Mapping[bytes, Document]
    resolved: str
    damaged: int


class Failed(NamedTuple):
    """A run that failed: its point's number, policy, replication and error."""

    point: int
    policy: str
    replication: int
    error: str


class Runs(NamedTuple):
    """What a store holds of a study.

    ``values``: points (by number) × replications that were begun × policies of the study, NaN where a run failed, is
    not there, or has no such measure. ``tried``: which are there, sound or not; ``done``: which of them are sound and
    did not fail. ``damaged``: rows that fit no checksum. ``digest``: as a sweep takes it, over those that are sound.
    ``origins``: with what they were computed, the most frequent first.
    """

    values: FloatArray
    tried: npt.NDArray[np.bool_]
    done: npt.NDArray[np.bool_]
    failed: tuple[Failed, ...]
    damaged: int
    digest: str
    origins: tuple[Document, ...]


class NewerError(Exception):
    """The store is of a later version than this."""


def described(connection: sqlite3.Connection) -> Described | None:
    """What a store says before its runs; None if it says nothing. Raises NewerError, and ValueError, KeyError or
    TypeError for what is damaged."""
    connection.execute("BEGIN")
    try:
        sound = registered(connection)
        if sound is None:
            return None
        document = sound.document
        if document["format"] > FORMAT:
            raise NewerError
        wanted = connection.execute("SELECT point FROM design ORDER BY position")
        positions = tuple(blob(key) for (key,) in wanted)
        kept = frozenset(positions)
        found = connection.execute("SELECT number, key, parameters FROM point ORDER BY number")
        sound_points = (_sound_point(document["paths"], *point) for point in found)
        points = {key: (number, values) for number, key, values in sound_points if key in kept}
        origins = {
            blob(key): json.loads(text)
            for key, text in connection.execute("SELECT id, document FROM origin")
            if isinstance(text, str) and origin_id(text) == key
        }
        query = "SELECT hash, resolved, checksum FROM scenario WHERE hash = ?"
        scenario = connection.execute(query, (document["scenario"],)).fetchone()
        if scenario is not None and checksum_of(*scenario[:2]) != scenario[2]:
            raise ValueError("its scenario does not fit its checksum")
        resolved = "" if scenario is None else str(scenario[1])
    finally:
        connection.execute("COMMIT")
    damaged = len(set(positions)) - len(points)
    layout = Layout(**{name: tuple(several) for name, several in document["layout"].items()})
    signatures = {name: bytes.fromhex(document["signatures"][name]) for name in document["policies"]}
    return Described(document, layout, signatures, points, positions, origins, resolved, damaged)


def _sound_point(paths: Sequence[str], number: int, key: bytes, text: str) -> tuple[int, bytes, tuple[str, ...]]:
    """A point; one whose values do not fit its key has an empty one."""
    try:
        values = tuple(json.loads(text))
        return number, (key if point_of(paths, values).key == key else b""), values
    except (ValueError, TypeError):
        return number, b"", ()


def runs_of(connection: sqlite3.Connection, said: Described, measure: str) -> Runs:
    """All runs of the study, as it is registered, in one measure. Raises sqlite3.Error where it cannot be read."""
    replications, where = _begun(connection, said), said.layout.measures.index(measure) * _DOUBLE.size
    shape = (len(said.points), replications, len(said.signatures))
    places = {key: place for place, key in enumerate(said.points)}
    columns = {name: column for column, name in enumerate(said.signatures)}
    at, values, failed = array("q"), array("d"), list[Failed]()
    used = dict.fromkeys(said.origins, 0)
    tried = np.zeros(shape, dtype=np.bool_)
    digest, damaged = hashlib.sha256(), 0
    for key, found in _rows(connection, frozenset(places), frozenset(columns), replications):
        place, column, replication = places[key.point], columns[key.policy], key.replication
        tried[place, replication, column] = True
        sound = _sound(found, said.signatures[key.policy])
        if sound is None or sound[0].key != key or sound[0].origin not in used:
            damaged += 1
            continue
        row, result = sound
        digest.update(result)
        used[row.origin] += 1
        if row.status == "done":
            at.append((place * replications + replication) * len(columns) + column)
            values.append(_DOUBLE.unpack_from(row.measures, where)[0])
        else:
            failed.append(Failed(said.points[row.key.point][0], row.key.policy, replication, row.error))
    return Runs(
        *_filled(shape, tried, at, values),
        failed=tuple(failed),
        damaged=damaged,
        digest=digest.hexdigest(),
        origins=tuple(said.origins[key] for key in sorted(used, key=lambda key: -used[key]) if used[key]),
    )


def _begun(connection: sqlite3.Connection, said: Described) -> int:
    """How many replications there is anything of: a study may ask for far more than it is meant to be run."""
    query = "SELECT MAX(replication) FROM run WHERE replication >= 0 AND replication < ?"
    last = connection.execute(query, (said.document["replications"],)).fetchone()[0]
    return 0 if last is None else int(last) + 1


_DOUBLE = struct.Struct("<d")


def _filled(
    shape: tuple[int, ...], tried: npt.NDArray[np.bool_], at: Sequence[int], values: Sequence[float]
) -> tuple[FloatArray, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    whole, done = np.full(shape, np.nan), np.zeros(shape, dtype=np.bool_)
    where = np.asarray(at, dtype=np.int64)
    whole.reshape(-1)[where] = np.asarray(values, dtype=np.float64)
    done.reshape(-1)[where] = True
    return whole, tried, done


def _rows(
    connection: sqlite3.Connection, points: frozenset[bytes], policies: frozenset[str], replications: int
) -> Iterator[tuple[Key, tuple[Any, ...]]]:
    """The study's rows by key of the point, policy and replication, as the digest takes them.

    Their keys come first and the rows portion by portion, so that none is held long. A row that a sweep has replaced in
    between, since it had failed, counts as not there yet.
    """
    query = "SELECT point, policy, replication, id FROM run WHERE replication >= 0 AND replication < ?"
    found = connection.execute(query, (replications,)).fetchall()
    order = sorted(place for place in found if place[0] in points and place[1] in policies)
    for first in range(0, len(order), PORTION):
        several = order[first : first + PORTION]
        marks = ", ".join("?" * len(several))
        query = f"SELECT id, {COLUMNS} FROM run WHERE id IN ({marks})"
        rows = {row[0]: row[1:] for row in connection.execute(query, [place[3] for place in several])}
        yield from ((Key(*place[:3]), rows[place[3]]) for place in several if place[3] in rows)


def _sound(found: tuple[Any, ...], signature: bytes) -> tuple[RunRow, bytes] | None:
    """The run and its part of the digest, if it fits its checksum."""
    try:
        row, checksum = row_of(found)
        sealed = row.sealed(signature)
    except (TypeError, ValueError, AttributeError, struct.error):
        return None
    return (row, sealed.result) if sealed.checksum == checksum else None
