"""The store of a sweep: one SQLite file, a row per run, written by one coordinator.

The rollback journal rather than the write-ahead log, since the latter fails on network file systems. What is committed
stays, whatever ends the process. Every row carries a checksum that also covers what makes runs comparable, so a row
that was damaged, or that belongs to another study, is never taken for a result.
"""

import contextlib
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from equitysim.errors import OutputError
from equitysim.study.sweeps.points import Point
from equitysim.study.sweeps.records import CHECKSUM_BYTES, Key, Layout, Origin, RunRow

NAME = "study.sqlite"
APPLICATION = 0x65717379
"""Marks the file as a store to whoever looks at its head."""

SOURCES = "its source files"
"""The fact of a study that is the hash of the package's own sources (``equitysim.sources``)."""

FORMAT = 1
PAGE = 4096
COMMIT_SECONDS = 0.25
"""What is lost at most when the coordinator is killed: a commit waits for the disk, so not every row has its own."""

TABLES = """
CREATE TABLE study (id INTEGER PRIMARY KEY, document TEXT, checksum BLOB);
CREATE TABLE point (number INTEGER PRIMARY KEY, key BLOB UNIQUE, parameters TEXT, checksum BLOB);
CREATE TABLE design (position INTEGER PRIMARY KEY, point BLOB);
CREATE TABLE origin (id BLOB PRIMARY KEY, document TEXT);
CREATE TABLE scenario (hash TEXT PRIMARY KEY, resolved TEXT, checksum BLOB);
CREATE TABLE run (
    id INTEGER PRIMARY KEY, point BLOB, policy TEXT, replication INTEGER, status TEXT, error TEXT, attempts INTEGER,
    seconds REAL, events INTEGER, seed_persons INTEGER, origin BLOB, digest BLOB, measures BLOB, persons TEXT,
    checksum BLOB, UNIQUE (replication, point, policy)
);
"""

COLUMNS = (
    "point, policy, replication, status, error, attempts, seconds, events, seed_persons, origin, digest, measures, "
    "persons, checksum"
)


class Identity(NamedTuple):
    """What must be equal for runs to stand beside each other.

    ``signatures``: policy → what stands for all of that together. ``facts``: it in words, to say what differs.
    ``paths``: the parameters that are varied. ``layout``: what a row's doubles mean.
    """

    signatures: Mapping[str, bytes]
    facts: Mapping[str, str]
    paths: tuple[str, ...]
    layout: Layout


class Progress(NamedTuple):
    """How many of the runs asked for the store has, and what they took."""

    done: int
    failed: int
    seconds: float


class StoreError(OutputError):
    """The store could not be written; names path and cause."""


def connected(path: Path) -> sqlite3.Connection:
    """A connection to a store. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, timeout=30.0, isolation_level=None)
    connection.execute(f"PRAGMA page_size = {PAGE}")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def created(connection: sqlite3.Connection) -> None:
    """Lay out an empty store, in one transaction."""
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.executescript(f"BEGIN IMMEDIATE; {TABLES} COMMIT;")


def blob(cell: object) -> bytes:
    """A cell of bytes. Raises TypeError where it is something else: of a number ``bytes`` would make as many zeros."""
    if not isinstance(cell, bytes):
        raise TypeError(f"{type(cell).__name__} in place of bytes")
    return cell


def row_of(found: tuple[Any, ...]) -> tuple[RunRow, bytes]:
    """A run and its checksum from the columns of the table. Raises TypeError, ValueError or IndexError if it is no
    row at all."""
    point, policy, replication, *rest, checksum = found
    return RunRow(Key(blob(point), str(policy), int(replication)), *rest), blob(checksum)


class Store:
    """An open store that fits the study. Use it as a context manager; what was added is committed at its end."""

    def __init__(self, path: Path, identity: Identity) -> None:
        self.path = path
        self._identity = identity
        self._paths = identity.paths
        self._since = time.monotonic()
        with self._told():
            self._connection = connected(path)

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not isinstance(error, StoreError):
                self.commit()
        finally:
            self._connection.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"cannot write {self.path}: {error}; what was committed stays, and the same command goes on from there"
            ) from error

    @contextlib.contextmanager
    def _at_once(self) -> Iterator[sqlite3.Connection]:
        """All that the block writes or, whatever ends it, nothing."""
        put = self._connection
        put.execute("BEGIN IMMEDIATE")
        try:
            yield put
            put.execute("COMMIT")
        finally:
            if put.in_transaction:
                put.execute("ROLLBACK")

    def commit(self) -> None:
        """Make everything added so far last."""
        with self._told():
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")
        self._since = time.monotonic()

    def describe(self, document: Mapping[str, Any], points: Iterable[Point], positions: Iterable[Point]) -> None:
        """Register the study as it is now, with its points. Points that have runs keep their numbers; what an earlier
        design had, and nobody ran, is forgotten. Policies of an earlier time keep what makes their runs comparable."""
        with self._told(), self._at_once() as put:
            before = self._forget_failures_of_another()
            if before is not None and before.paths != self._paths:
                self._reorder(before.paths)
            self._say(document)
            put.execute("DELETE FROM design")
            put.executemany("INSERT INTO design VALUES (?, ?)", enumerate(point.key for point in positions))
            wanted = "key IN (SELECT point FROM design) OR key IN (SELECT point FROM run)"
            put.execute(f"DELETE FROM point WHERE NOT ({wanted})")
            self._number(points)

    def join(self, document: Mapping[str, Any]) -> None:
        """Register a study that has no design: what the store says of a sweep, and the sweep's design, stay as they
        are, so that both can be in one store."""
        with self._told(), self._at_once():
            before = self._forget_failures_of_another()
            if before is not None:
                self._paths = before.paths
            self._say(document if before is None else before.document)

    def _forget_failures_of_another(self) -> "Registered | None":
        """Runs that failed, of policies that were something else then, would fit no checksum any more. Returns what the
        store says of its study; None if it is empty, or becomes so, since nothing of another study ever was done."""
        put = self._connection
        before = registered(put)
        if before is None:
            return None
        others = before.others(self._identity)
        if not before.ran and (others or set(before.paths) != set(self._paths)):
            for table in ("run", "design", "point", "study"):
                put.execute(f"DELETE FROM {table}")
            return None
        put.executemany("DELETE FROM run WHERE policy = ? AND status = 'failed'", [(name,) for name in others])
        return before

    def _reorder(self, before: Sequence[str]) -> None:
        """Values of points stand in the order of the paths, of which a study may change the order, not the names."""
        found = self._connection.execute("SELECT number, key, parameters FROM point").fetchall()
        rows = [(number, key, _values(before, json.loads(text), self._paths)) for number, key, text in found]
        self._connection.executemany(
            "UPDATE point SET parameters = ?, checksum = ? WHERE number = ?",
            [(text, checksum_of(number, key, text), number) for number, key, text in rows],
        )

    def number(self, points: Iterable[Point]) -> None:
        """Give points a number that have none; they belong to no design. They last after the next commit."""
        with self._told():
            self._begin()
            self._number(points)

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")

    def _say(self, document: Mapping[str, Any]) -> None:
        before = registered(self._connection)
        signatures = {} if before is None else before.document["signatures"]
        own = {name: signature.hex() for name, signature in self._identity.signatures.items()}
        said = {"format": FORMAT, **document, "signatures": {**signatures, **own}}
        text = json.dumps(said, separators=(",", ":"))
        self._connection.execute("INSERT OR REPLACE INTO study VALUES (1, ?, ?)", (text, checksum_of(text)))

    def _number(self, points: Iterable[Point]) -> None:
        put = self._connection
        known = {blob(key) for (key,) in put.execute("SELECT key FROM point")}
        free = put.execute("SELECT COALESCE(MAX(number) + 1, 0) FROM point").fetchone()[0]
        new = [point for point in dict.fromkeys(points) if point.key not in known]
        own = self._identity.paths
        rows = [(free + k, point.key, _values(own, point.values, self._paths)) for k, point in enumerate(new)]
        put.executemany("INSERT INTO point VALUES (?, ?, ?, ?)", [(*row, checksum_of(*row)) for row in rows])

    def computed_by(self, origin: Origin, resolved: str) -> bytes:
        """Register with what the runs to come are computed, and the scenario written out; returns what rows name."""
        scenario = origin.scenario, resolved
        with self._told(), self._at_once() as put:
            put.execute("INSERT OR IGNORE INTO origin VALUES (?, ?)", (origin.id, origin.text()))
            put.execute("INSERT OR REPLACE INTO scenario VALUES (?, ?, ?)", (*scenario, checksum_of(*scenario)))
        return origin.id

    def add(self, rows: Iterable[RunRow]) -> None:
        """Add runs, in place of failed ones; they last after the next commit, which is soon."""
        with self._told():
            self._begin()
            self._connection.executemany(
                f"INSERT OR REPLACE INTO run ({COLUMNS}) VALUES ({', '.join('?' * 14)})",
                [(*row.key, *row[1:], row.checksum(self._identity.signatures[row.key.policy])) for row in rows],
            )
        if time.monotonic() - self._since >= COMMIT_SECONDS:
            self.commit()

    def statuses(self, replication: int) -> dict[tuple[bytes, str], tuple[str, int]]:
        """Point and policy of every run of a replication → its status and attempts."""
        with self._told():
            found = self._connection.execute(
                "SELECT point, policy, status, attempts FROM run WHERE replication = ?", (replication,)
            )
            return {(point, policy): (status, attempts) for point, policy, status, attempts in found}

    def row(self, key: Key) -> RunRow:
        """One run. Raises KeyError if it is not there."""
        for row in self._rows("WHERE point = ? AND policy = ? AND replication = ?", tuple(key)):
            return row
        raise KeyError(key)

    def rows(self, replications: int, policies: Iterable[str], *, failed: bool = False) -> Iterator[RunRow]:
        """The runs of the study as it is registered, or those that failed, by number of the point, policy and
        replication."""
        order = "(SELECT number FROM point WHERE key = run.point), policy, replication"
        return self._wanted(replications, policies, order, " AND status = 'failed'" if failed else "")

    def _wanted(self, replications: int, policies: Iterable[str], order: str, also: str = "") -> Iterator[RunRow]:
        wanted = sorted(policies)
        marks = ", ".join("?" * len(wanted))
        where = f"WHERE replication < ? AND policy IN ({marks}) AND point IN (SELECT point FROM design)"
        return self._rows(f"{where}{also} ORDER BY {order}", (replications, *wanted))

    def _rows(self, where: str, values: tuple[Any, ...]) -> Iterator[RunRow]:
        with self._told():
            for found in self._connection.execute(f"SELECT {COLUMNS} FROM run {where}", values):
                yield row_of(found)[0]

    def progress(self, replications: int, policies: Iterable[str]) -> Progress:
        """How far the study is."""
        wanted = sorted(policies)
        marks = ", ".join("?" * len(wanted))
        with self._told():
            done, failed, seconds = self._connection.execute(
                "SELECT SUM(status = 'done'), SUM(status = 'failed'), AVG(CASE status WHEN 'done' THEN seconds END) "
                f"FROM run WHERE replication < ? AND policy IN ({marks}) AND point IN (SELECT point FROM design)",
                (replications, *wanted),
            ).fetchone()
        return Progress(done or 0, failed or 0, seconds or 0.0)

    def numbers(self) -> dict[bytes, int]:
        """Key of each point → its number."""
        with self._told():
            return dict(self._connection.execute("SELECT key, number FROM point"))

    def origins(self) -> dict[bytes, Origin]:
        """What rows name → with what they were computed."""
        with self._told():
            found = self._connection.execute("SELECT id, document FROM origin").fetchall()
        return {blob(id): Origin(**json.loads(text)) for id, text in found}  # noqa: A001

    def digest(self, replications: int, policies: Iterable[str]) -> str:
        """SHA-256 over the runs in the order of their keys (key of the point, policy, replication), without seconds,
        attempts, versions and error texts."""
        whole = hashlib.sha256()
        for row in self._wanted(replications, policies, "point, policy, replication"):
            whole.update(row.result())
        return whole.hexdigest()


def _values(paths: Sequence[str], values: Sequence[str], wanted: Sequence[str]) -> str:
    """The values of a point, as they are stored, in another order of its parameters."""
    by_path = dict(zip(paths, values, strict=True))
    return json.dumps([by_path[path] for path in wanted])


def checksum_of(*cells: object) -> bytes:
    """Of a row that describes the study: the cells beside it."""
    return hashlib.blake2b(repr(cells).encode(), digest_size=CHECKSUM_BYTES).digest()


class Registered(NamedTuple):
    """What a sound store says of itself: its study, which policies have runs that are done, and which points of its
    design have. ``text``: the study as it is written."""

    document: dict[str, Any]
    text: str
    ran: frozenset[str] = frozenset()
    points: frozenset[bytes] = frozenset()

    @property
    def paths(self) -> tuple[str, ...]:
        """The parameters that are varied, in the order in which points have their values."""
        return tuple(self.document["paths"])

    @property
    def signatures(self) -> dict[str, bytes]:
        """Policy → what makes its runs comparable."""
        return {name: bytes.fromhex(text) for name, text in self.document["signatures"].items()}

    def others(self, identity: Identity) -> list[str]:
        """Policies whose runs do not stand beside those of a study that has policies of the same names."""
        before = self.signatures
        return [name for name, own in identity.signatures.items() if before.get(name, own) != own]


def registered(connection: sqlite3.Connection) -> Registered | None:
    """What a store says of itself; None if it is empty. Raises sqlite3.Error or ValueError where that cannot be
    trusted."""
    said = stated(connection)
    if said is None:
        return None
    ran = connection.execute("SELECT DISTINCT policy FROM run WHERE status = 'done'")
    points = connection.execute(
        "SELECT DISTINCT point FROM run WHERE status = 'done' AND point IN (SELECT point FROM design)"
    )
    return said._replace(ran=frozenset(str(name) for (name,) in ran), points=frozenset(blob(key) for (key,) in points))


def stated(connection: sqlite3.Connection) -> Registered | None:
    """What a store says of its study alone, whatever its runs are. Raises like :func:`registered`."""
    if connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0] == 0:
        return None
    found = connection.execute("SELECT document, checksum FROM study").fetchone()
    if found is None:
        return None
    text, checksum = found
    if not isinstance(text, str) or checksum_of(text) != checksum:
        raise ValueError("what it says of its study does not fit its checksum")
    return Registered(json.loads(text), text)
