"""Whoever listens at an address in the place of a Dask scheduler is found out, and told by what was wrong."""

import threading
from pathlib import Path

import pytest

from equitysim.errors import WorkerError
from equitysim.study.machines import cluster
from equitysim.study.machines.greeting import address_in, within, wrong_at
from tests.unit.study.machines.wrong_peers import (
    FILES,
    PEERS,
    Peer,
    another_protocol,
    closes,
    drips,
    endless,
    garbage,
    huge,
    listening,
    silent,
    tls,
    web,
    zeros,
)

SECONDS = 0.5

NOT_DASK = (web, garbage, zeros, huge, another_protocol, endless)


@pytest.mark.parametrize(
    ("peer", "why"),
    [
        (silent, "nothing was said"),
        (tls, "nothing was said"),
        (drips, "nothing was said"),
        (closes, "closes the connection"),
    ]
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


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS.keys())
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
