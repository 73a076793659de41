"""Whoever may listen at an address in the place of a Dask scheduler, and scheduler files that name nobody."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from equitysim.study.machines import greeting

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


def endless(peer: socket.socket) -> None:
    """A plausible length, and then bytes without end."""
    with suppress(OSError):
        peer.sendall((60_000).to_bytes(8, "little"))
        while True:
            peer.sendall(b"x" * 4096)


def tls(peer: socket.socket) -> None:
    """The alert of a server that expected TLS: no certificate is needed for what it says to others."""
    peer.recv(1)
    peer.sendall(bytes([21, 3, 3, 0, 2, 2, 10]))


def hello(peer: socket.socket) -> None:
    """Greets as Dask does, and says no more."""
    greeting_of_dask = b"\x81\xafpickle-protocol\x05"
    peer.sendall(len(greeting_of_dask).to_bytes(8, "little") + greeting_of_dask)
    peer.recv(1)
    time.sleep(60.0)


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


PEERS: dict[str, Peer] = {
    one.__name__.replace("_", " "): one
    for one in (silent, closes, web, garbage, zeros, huge, another_protocol, drips, endless, tls, hello)
}

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
