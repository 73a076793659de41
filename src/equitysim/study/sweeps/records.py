"""What is kept of one run of a sweep, and what makes runs comparable."""

import hashlib
import json
import math
import struct
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

Status = Literal["done", "failed"]

CHECKSUM_BYTES = 16

_LENGTH = struct.Struct("<q")


class Key(NamedTuple):
    """Which run: the key of its point, its policy, its replication."""

    point: bytes
    policy: str
    replication: int


class RunRow(NamedTuple):
    """One run.

    ``error``: why it failed, empty where it did not. ``attempts``: how often it was begun. ``seconds``: wall time.
    ``origin``: with what it was computed (:class:`Origin`). ``digest``: the run's own SHA-256. ``measures``: the
    values of all measures, then of those by segment, segment after segment, as little-endian doubles; NaN where
    undefined. ``persons``: of the baseline, what every policy's per-person figures are divided by, as JSON. All three
    are empty where it failed.
    """

    key: Key
    status: Status
    error: str
    attempts: int
    seconds: float
    events: int
    seed_persons: int
    origin: bytes
    digest: bytes
    measures: bytes
    persons: str

    def checksum(self, signature: bytes) -> bytes:
        """Over everything in the row and over what makes it comparable: a row of another study does not pass."""
        return self.sealed(signature).checksum

    def sealed(self, signature: bytes) -> "Sealed":
        """Its checksum and its part of the study's digest, which the checksum covers as well."""
        result = self.result()
        effort = struct.pack("<qd", self.attempts, self.seconds)
        said = _joined(signature, result, effort, self.error.encode(), self.origin, self.persons.encode())
        return Sealed(hashlib.blake2b(said, digest_size=CHECKSUM_BYTES).digest(), result)

    def result(self) -> bytes:
        """What the study's digest is taken over: everything but seconds, attempts, versions and the error's words."""
        key = self.key
        counts = struct.pack("<qqq", key.replication, self.events, self.seed_persons)
        return _joined(key.point, key.policy.encode(), counts, self.status.encode(), self.digest, self.measures)


class Sealed(NamedTuple):
    """A run's checksum, and its part of the study's digest."""

    checksum: bytes
    result: bytes


def _joined(*parts: bytes) -> bytes:
    """Parts one after the other with their lengths, so that no two lists of parts look alike."""
    return b"".join([piece for part in parts for piece in (_LENGTH.pack(len(part)), part)])


class Origin(NamedTuple):
    """With what a run was computed: versions, engine, the hash of the scenario file as it was then, and that of the
    package's sources (empty in stores of before it was noted)."""

    equitysim: str
    scheme: str
    python: str
    numpy: str
    platform: str
    engine: str
    scenario: str
    sources: str = ""

    def text(self) -> str:
        """As JSON."""
        return json.dumps(self._asdict(), separators=(",", ":"))

    @property
    def id(self) -> bytes:
        """Eight bytes that stand for it in every row."""
        return origin_id(self.text())


def origin_id(text: str) -> bytes:
    """What stands for an origin in every row."""
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


class Layout(NamedTuple):
    """What the doubles of a row mean: all measures, then these by segment, segment after segment."""

    measures: tuple[str, ...]
    by_segment: tuple[str, ...]
    segments: tuple[str, ...]


def packed(values: Sequence[float]) -> bytes:
    """Doubles as bytes; every NaN is the same NaN."""
    same = [math.nan if math.isnan(value) else value for value in values]
    return np.array(same, dtype="<f8").tobytes()


def unpacked(measures: bytes) -> list[float]:
    """The doubles again."""
    values: list[float] = np.frombuffer(measures, dtype="<f8").tolist()
    return values
