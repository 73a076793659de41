"""Whether Dask answers at an address, found out before Dask itself is asked to connect: it waits for a silent peer
without end, and allocates whatever length a wrong one names."""

import json
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from equitysim.digits import rounded
from equitysim.errors import UsageError, WorkerError

T = TypeVar("T")

EXAMPLE = "tcp://127.0.0.1:8786"

LARGEST = 65_536
"""Bytes of a greeting, which has some dozens."""

LARGEST_FILE = 1_000_000
"""Bytes of a scheduler file, which has some thousands."""

RETRY_SECONDS = 0.2
"""How often a scheduler is looked for that may be about to start."""

GREETING = b"pickle-protocol"
"""A word of what Dask says first."""

NO_DASK = "what answers there is not Dask"


def within(seconds: float, do: Callable[[], T]) -> T:
    """What comes of a call, which is left alone after so many seconds. Raises ``TimeoutError``."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(do())
        except BaseException as error:  # noqa: BLE001  # it is raised where it is waited for
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done.result(timeout=seconds)


def wrong_at(host: str, port: int, seconds: float) -> str:
    """What is wrong with whoever listens there, in words; empty where it greets as Dask does."""
    until = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection((host, port), timeout=max(0.01, until - time.monotonic())) as peer:
                return _wrong_with(peer, until)
        except socket.gaierror as error:
            return f"the host does not resolve: {error.strerror}"
        except TimeoutError:
            return f"nothing was said there for {rounded(seconds)} seconds"
        except ConnectionResetError:
            return "it closes the connection"
        except (ValueError, OverflowError) as error:
            return str(error)
        except OSError as error:
            if time.monotonic() + RETRY_SECONDS >= until:
                return error.strerror or str(error)
        time.sleep(RETRY_SECONDS)


def _wrong_with(peer: socket.socket, until: float) -> str:
    head = _read(peer, 8, until)
    length = int.from_bytes(head, "little")
    if len(head) < 8:
        return "it closes the connection" if not head else NO_DASK
    if not 0 < length <= LARGEST:
        return NO_DASK
    return "" if GREETING in _read(peer, length, until) else NO_DASK


def _read(peer: socket.socket, count: int, until: float) -> bytes:
    """So many bytes, or fewer where no more come. Raises ``TimeoutError``."""
    read = b""
    while len(read) < count:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        peer.settimeout(left)
        piece = peer.recv(count - len(read))
        if not piece:
            break
        read += piece
    return read


def address_in(file: Path) -> str:
    """The address in a scheduler file. Raises ``errors.UsageError`` where there is no such file, and
    ``errors.WorkerError`` where it names none."""
    if not file.is_file():
        raise UsageError(f"there is no scheduler file {file}")
    try:
        with file.open("rb") as opened:
            text = opened.read(LARGEST_FILE + 1)
        found = json.loads(text) if len(text) <= LARGEST_FILE else None
    except OSError as error:
        raise WorkerError(f"cannot read the scheduler file {file}: {error.strerror or error}") from error
    except (ValueError, RecursionError):
        found = None
    address = found.get("address") if isinstance(found, dict) else None
    if not isinstance(address, str) or not address:
        raise WorkerError(
            f'the scheduler file {file} names no scheduler: it should say {{"address": "{EXAMPLE}"}}, as what '
            "dask scheduler --scheduler-file writes does"
        )
    return address
