"""Whoever listens at an address in the place of a Dask scheduler is found out, and told by what was wrong."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from equitysim.errors import WorkerError
from equitysim.study.machines import cluster, greeting
from equitysim.study.machines.greeting import address_in, within, wrong_at

SECONDS = 0.5

Peer = Callable[[socket.socket], None]


def silent(peer: socket.socket) -> None:
    peer.recv(1)


def closes(peer: socket.socket) -> None:
    peer.close()


def web(peer: socket.socket) -> None:
    """Also what says no more than this."""
    peer.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def garbage(peer: socket.socket) -> None:
    peer.sendall(b"\xff" * 4096)
    peer.recv(1)


def zeros(peer: socket.socket) -> None:
    peer.sendall(bytes(4096))
    peer.recv(1)


def huge(peer: socket.socket) -> None:
    """Names a length that nobody should allocate: 4 exabytes."""
    peer.sendall((1 << 62).to_bytes(8, "little"))
    peer.recv(1)


def another_protocol(peer: socket.socket) -> None:
    """Of the same framing."""
    peer.sendall((20).to_bytes(8, "little") + b"x" * 20)


def drips(peer: socket.socket) -> None:
    """A byte now and then, so that no single wait is long."""
    with suppress(OSError):
        for byte in (1000).to_bytes(8, "little") + bytes(1000):
            peer.sendall(bytes([byte]))
            time.sleep(0.05)


@contextmanager
def listening(peer: Peer) -> Iterator[int]:
    """The port of a listener that meets everybody in the same way."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()

        def meet() -> None:
            with suppress(OSError):
                while True:
                    met = door.accept()[0]
                    threading.Thread(target=handled, args=(met,), daemon=True).start()

        def handled(met: socket.socket) -> None:
            with met, suppress(OSError):
                peer(met)

        threading.Thread(target=meet, daemon=True).start()
        yield door.getsockname()[1]


NOT_DASK = (web, garbage, zeros, huge, another_protocol)


@pytest.mark.parametrize(
    ("peer", "why"),
    [(silent, "nothing was said"), (drips, "nothing was said"), (closes, "closes the connection")]
    + [(peer, "not Dask") for peer in NOT_DASK],
)
def test_a_wrong_peer_is_found_out(peer: Peer, why: str) -> None:
    with listening(peer) as port:
        assert why in wrong_at("127.0.0.1", port, SECONDS)


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 1), ("nobody.invalid", 80), ("x" * 300, 80), ("a\x00b", 80), ("127.0.0.1", 10**6)]
)
def test_nobody_is_found_out(host: str, port: int) -> None:
    assert wrong_at(host, port, SECONDS) != ""


@pytest.mark.parametrize("peer", [silent, web, garbage, huge, closes])
def test_it_ends_as_workers_that_cannot_be_had(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", SECONDS)
    with listening(peer) as port:
        address = f"tcp://127.0.0.1:{port}"
        with pytest.raises(WorkerError, match=f"no Dask scheduler answers at {address} .* such as tcp://127"):
            cluster.at(address, print)(1).__enter__()


def test_what_never_comes_back_is_left_alone() -> None:
    ends = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.05, ends.wait)
    ends.set()


FILES = {
    "nothing": b"{}",
    "a list": b'["address"]',
    "no text": b'{"address": 5}',
    "null": b'{"address": null}',
    "empty": b"",
    "not JSON": b"tcp://127.0.0.1:8786",
    "not UTF-8": b"\xff\xfe{}",
    "deep": b"[" * 100_000,
    "large": b'{"address": "tcp://127.0.0.1:8786"}' + b" " * greeting.LARGEST_FILE,
}


@pytest.mark.parametrize("what", FILES)
def test_a_scheduler_file_that_names_nobody(what: str, tmp_path: Path) -> None:
    file = tmp_path / "scheduler.json"
    file.write_bytes(FILES[what])
    with pytest.raises(WorkerError, match="names no scheduler: it should say"):
        address_in(file)


def test_a_scheduler_file_may_name_what_is_no_scheduler(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.json"
    file.write_text('{"address": "http://127.0.0.1:80"}', "utf-8")
    with pytest.raises(WorkerError, match="is no address of a Dask scheduler"):
        cluster.at(str(file), print)(1).__enter__()
