"""Opening a store: an empty one is laid out, another study's is refused, a damaged one is set aside and what is sound
in it is kept.

Damage is what SQLite finds wrong with its file, and every row, point and description that does not fit its checksum.
"""

import contextlib
import functools
import json
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from equitysim.errors import UsageError
from equitysim.measures.files import drafted
from equitysim.measures.unfinished import unfinished
from equitysim.study.sweeps.points import Point, point_of
from equitysim.study.sweeps.records import CHECKSUM_BYTES, Origin, RunRow, origin_id
from equitysim.study.sweeps.store import (
    COLUMNS,
    FORMAT,
    PAGE,
    SOURCES,
    Identity,
    Registered,
    Store,
    StoreError,
    checksum_of,
    connected,
    created,
    registered,
    row_of,
    stated,
)

STEP = 500
"""Rows read at a time from a damaged store; one by one where that fails."""

MOST_PER_PAGE = 40
"""A row has at least a hundred bytes."""

MOST_ATTEMPTS = 100
"""A run that is tried again gets another number. Up to so many times the most rows that fit a last number is believed:
a damaged one may be any."""

_SCENARIO = "hash, resolved, checksum"
_DESIGN = "SELECT position, design.point IN (SELECT key FROM point) FROM design ORDER BY position"

HEAD = slice(0, 24)
"""What SQLite writes at the head of every file of the same page size, whatever is in it."""

DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT})
"""Errors that say something of the file's content, rather than of the disk or the rights to it."""

UNFIT = (ValueError, TypeError, KeyError, AttributeError, OverflowError, struct.error)
"""What checking a row raises: a bit may also turn a number into a text, or into one that is too large."""


class DamageError(Exception):
    """A store's file cannot be trusted; says why."""


class Opened(NamedTuple):
    """An open store, and what there is to say about opening it."""

    store: Store
    said: str


def opened(path: Path, identity: Identity, points: Sequence[Point], origin: Origin) -> Opened:
    """The store at a path, fit for the study.

    ``points``: those of its design, none where it has no design. ``origin``: with what runs are computed now. Raises
    ``errors.UsageError`` for another study's store, and ``store.StoreError`` if it cannot be written.
    """
    said = ""
    with _told(path):
        try:
            sound = _sound(path, identity)
        except DamageError as damage:
            said = _mended(path, identity, points, origin, str(damage))
        else:
            if sound is None:
                with contextlib.closing(connected(path)) as connection:
                    _laid_out(connection)
            else:
                _refuse_another(path, sound, identity, points)
    return Opened(Store(path, identity), said)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StoreError(f"cannot write {path}: {reason}; what was committed stays") from error


def _laid_out(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0] == 0:
        created(connection)


def _sound(path: Path, identity: Identity) -> Registered | None:
    """What a store says of itself, None if it is empty or not there. Raises DamageError."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    with path.open("rb") as file:
        if file.read(PAGE)[HEAD] != _fresh()[HEAD]:
            raise DamageError("it does not begin like a store")
    try:
        with contextlib.closing(connected(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise DamageError(" ".join(str(found).split()))
            sound = registered(connection)
            if sound is not None:
                if sound.document["format"] > FORMAT:
                    raise UsageError(f"{path} was written by a newer version of equitysim; write elsewhere with --out")
                if _layout(connection) != _layout_of_fresh():
                    raise DamageError("its tables are not those of a store")
                _check_content(connection, sound, identity)
            return sound
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in DAMAGE:
            raise DamageError(str(error)) from error
        raise
    except UNFIT as error:
        raise DamageError(str(error)) from error


def _layout(connection: sqlite3.Connection) -> list[Any]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()


@functools.cache
def _layout_of_fresh() -> list[Any]:
    with contextlib.closing(connected(Path(":memory:"))) as connection:
        created(connection)
        return _layout(connection)


def _check_content(connection: sqlite3.Connection, sound: Registered, identity: Identity) -> None:
    """Whether rows and points fit their checksums. Raises one of UNFIT if not."""
    signatures = sound.signatures
    for number, key, values, checksum in connection.execute("SELECT number, key, parameters, checksum FROM point"):
        if point_of(sound.paths, tuple(json.loads(values))).key != key:
            raise ValueError("a point does not fit its key")
        if checksum_of(number, key, values) != checksum:
            raise ValueError("a point does not fit its checksum")
    for position, (place, known) in enumerate(connection.execute(_DESIGN)):
        if position != place or not known:
            raise ValueError("the design is not whole")
    for *scenario, checksum in connection.execute(f"SELECT {_SCENARIO} FROM scenario"):
        if checksum_of(*scenario) != checksum:
            raise ValueError("a scenario does not fit its checksum")
    origins = {key for key, text in connection.execute("SELECT id, document FROM origin") if _fits(key, text)}
    for found in connection.execute(f"SELECT {COLUMNS} FROM run"):
        row, checksum = row_of(found)
        if row.checksum(signatures[row.key.policy]) != checksum:
            raise ValueError("a run does not fit its checksum")
        if row.origin not in origins:
            raise ValueError("a run does not say with what it was computed")


def _fits(key: object, text: object) -> bool:
    return isinstance(text, str) and isinstance(key, bytes) and origin_id(text) == key


def _refuse_another(path: Path, sound: Registered, identity: Identity, points: Sequence[Point]) -> None:
    """Refuse a store whose runs do not stand beside those of this study."""
    if not sound.ran:
        return
    alike = "runs of both do not compare; change it back, or write elsewhere with --out"
    if set(sound.paths) != set(identity.paths):
        was = ", ".join(sound.paths)
        raise UsageError(f"{path} holds a study that varies other parameters: {was}; {alike}")
    if sound.ran & set(sound.others(identity)):
        facts = sound.document["facts"]
        changed = [name for name, value in identity.facts.items() if facts.get(name) != value]
        if changed == [SOURCES]:
            raise UsageError(_other_sources(path, facts, identity.facts))
        changes = [f"{name} was {facts.get(name, 'not noted')}, is {identity.facts[name]}" for name in changed]
        raise UsageError(f"{path} holds another study: {'; '.join(changes) or 'its scenario differs'}; {alike}")
    wanted = {point.key for point in points}
    if wanted and not (sound.points <= wanted or wanted <= sound.points):
        raise UsageError(
            f"{path} holds another design: {len(sound.points - wanted)} of its {len(sound.points)} points are not "
            f"among the {len(wanted)} of this one. A Sobol sequence and Saltelli's or Morris's design can grow, "
            "a Latin hypercube cannot; change it back, or write elsewhere with --out"
        )


def _other_sources(path: Path, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What is said where only the package has changed."""
    named = before.get(SOURCES)
    made = f"other source files ({named})" if named else "source files that it does not name"
    return (
        f"{path} holds runs of equitysim {before['equitysim']} with {made}; this is equitysim {now['equitysim']} with "
        f"the source files {now[SOURCES]}. Laws may have changed in between, so runs of both do not compare: begin a "
        "new store with --out, or go on with the equitysim that made it; analyse still reads it"
    )


def _mended(path: Path, identity: Identity, points: Sequence[Point], origin: Origin, why: str) -> str:
    """Set a damaged store aside and begin a new one with what is sound in it; returns what was done. Whatever ends
    this before its end, the damaged store is where it was."""
    aside = next(
        place
        for k in range(1, 10_000)
        if not (place := path.with_name(f"{path.stem}.damaged-{k}{path.suffix}")).exists()
    )
    with drafted(path) as draft:
        with contextlib.closing(connected(draft)) as connection:
            created(connection)
            connection.execute("BEGIN IMMEDIATE")
            with _readable_copy(path) as damaged:
                kept = _carried_over(damaged, connection, identity, {point.key for point in points}, origin)
            connection.execute("COMMIT")
        with drafted(aside) as copy:
            shutil.copyfile(path, copy)
        for journal in _journals(path):
            journal.replace(aside.with_name(aside.name + journal.name.removeprefix(path.name)))
    return (
        f"{path} is damaged ({why}). It was set aside as {aside.name}; {kept} of its runs are sound and kept, "
        "the others are computed again."
    )


def _journals(path: Path) -> list[Path]:
    """A journal beside a new store would be taken for its own."""
    beside = (path.with_name(path.name + ending) for ending in ("-journal", "-wal"))
    return [journal for journal in beside if journal.exists()]


def _fresh() -> bytes:
    """An empty store: its first page, which describes the tables, is the same in every store, and so is where each
    table begins."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fresh.sqlite"
        with contextlib.closing(connected(path)) as connection:
            created(connection)
        return path.read_bytes()


@contextlib.contextmanager
def _readable_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of a damaged store whose first page is that of a fresh one, as are pages that every store has and this
    one lacks, so that the others can be looked at."""
    with unfinished(path.parent) as place:
        copy = place / path.name
        with copy.open("w+b") as file, path.open("rb") as damaged:
            while block := damaged.read(1 << 20):
                file.write(block)
            fresh = _fresh()
            read = file.tell() // PAGE * PAGE
            file.seek(read)
            file.write(fresh[read:])
            pages = file.tell() // PAGE
            first = bytearray(fresh[:PAGE])
            first[24:28] = first[92:96] = (1).to_bytes(4, "big")  # counters that agree, so that the size is believed
            first[28:32] = pages.to_bytes(4, "big")
            first[32:40] = bytes(8)  # no free pages
            file.seek(0)
            file.write(first)
            file.truncate(pages * PAGE)
        with contextlib.closing(sqlite3.connect(f"file:{copy.as_posix()}?immutable=1", uri=True)) as connection:
            yield connection


def _carried_over(
    damaged: sqlite3.Connection, fresh: sqlite3.Connection, identity: Identity, wanted: set[bytes], origin: Origin
) -> int:
    """Write everything sound of a damaged store, that belongs to this study, into a fresh one; how many runs. Runs of
    policies that the study has no longer belong to it, if the store can still say what makes them comparable."""
    signatures, paths = identity.signatures, identity.paths
    said = _said(damaged, identity)
    if said is not None:
        signatures, paths = {**said.signatures, **identity.signatures}, said.paths
        fresh.execute("INSERT INTO study VALUES (1, ?, ?)", (said.text, checksum_of(said.text)))
    found_origins = _readable(damaged, "origin", "id, document", "rowid")
    origins = {origin.id: origin.text()} | {key: text for key, text in found_origins if _fits(key, text)}
    fresh.executemany("INSERT OR IGNORE INTO origin VALUES (?, ?)", origins.items())
    scenarios = [row for row in _readable(damaged, "scenario", _SCENARIO, "rowid") if checksum_of(*row[:2]) == row[2]]
    fresh.executemany("INSERT OR IGNORE INTO scenario VALUES (?, ?, ?)", scenarios)
    # a search has points that no design has
    points = {row[1]: (*row, checksum_of(*row)) for row in _sound_points(damaged, paths)}
    fresh.executemany("INSERT OR IGNORE INTO point VALUES (?, ?, ?, ?)", points.values())
    kept = 0
    for found in _readable(damaged, "run", COLUMNS, "id"):
        row = _sound_row(found, signatures)
        if row is not None and (row.key.point in wanted or row.key.point in points) and row.origin in origins:
            fresh.execute(f"INSERT OR REPLACE INTO run ({COLUMNS}) VALUES ({', '.join('?' * 14)})", found)
            kept += 1
    return kept


def _said(damaged: sqlite3.Connection, identity: Identity) -> Registered | None:
    """What a damaged store says of its study; None if it cannot be read, or is of another one."""
    with contextlib.suppress(sqlite3.Error, *UNFIT):
        said = stated(damaged)
        if said is not None and set(said.paths) == set(identity.paths) and not said.others(identity):
            return said
    return None


def _sound_points(damaged: sqlite3.Connection, paths: Sequence[str]) -> Iterator[tuple[int, bytes, str]]:
    for number, key, text in _readable(damaged, "point", "number, key, parameters", "number"):
        with contextlib.suppress(ValueError, TypeError):
            if isinstance(number, int) and point_of(paths, tuple(json.loads(text))).key == key:
                yield number, key, text


def _sound_row(found: tuple[Any, ...], signatures: Mapping[str, bytes]) -> RunRow | None:
    with contextlib.suppress(Exception):
        row, checksum = row_of(found)
        signature = signatures.get(row.key.policy)
        sound = len(checksum) == CHECKSUM_BYTES and signature is not None and row.checksum(signature) == checksum
        return row if sound else None
    return None


def _readable(damaged: sqlite3.Connection, table: str, columns: str, number: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table that can still be reached."""
    for first in range(0, _last(damaged, table, number) + 1, STEP):
        query = f"SELECT {columns} FROM {table} NOT INDEXED WHERE {number} >= ? AND {number} < ?"
        try:
            yield from damaged.execute(query, (first, first + STEP)).fetchall()
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            for one in range(first, first + STEP):
                with contextlib.suppress(sqlite3.Error, UnicodeDecodeError, OverflowError):
                    yield from damaged.execute(query, (one, one + 1)).fetchall()


def _last(damaged: sqlite3.Connection, table: str, number: str) -> int:
    """Up to which number rows are looked for."""
    most = int(damaged.execute("PRAGMA page_count").fetchone()[0]) * MOST_PER_PAGE + STEP
    with contextlib.suppress(sqlite3.Error, OverflowError):
        last = damaged.execute(f"SELECT MAX({number}) FROM {table} NOT INDEXED").fetchone()[0]
        if isinstance(last, int):
            return max(most, min(last, most * MOST_ATTEMPTS))
    return most
