"""Workers of a real Dask cluster, in this process: how a task ends, whatever becomes of it."""

import errno
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future
from types import SimpleNamespace
from typing import Any

import pytest
from distributed import Client, KilledWorker, LocalCluster

from equitysim.study.executors import LostError
from equitysim.study.machines import cluster
from equitysim.study.machines.cluster import Team
from equitysim.study.machines.roll import Roll
from tests.unit.study.test_executors import squared

LONG = 30.0
"""Seconds after which a wait has failed."""


@pytest.fixture
def there() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
    ) as one:
        yield one


@pytest.fixture
def client(there: LocalCluster) -> Iterator[Client]:
    with Client(there, set_as_default=False) as one:
        yield one


@pytest.fixture
def team(client: Client) -> Iterator[Team]:
    def ask(silent: bool) -> "Future[Any]":
        return Future()

    with cluster._team(client, Roll(ask, "here", print, 2)) as one:
        yield one


def test_what_is_handed_out_comes_back(team: Team) -> None:
    futures = [team.submit(squared, number) for number in range(5)]
    assert [future.result(LONG) for future in futures] == [0, 1, 4, 9, 16]


def killing(allowed: int) -> None:
    raise KilledWorker("task", SimpleNamespace(address="tcp://gone"), allowed)


@pytest.mark.parametrize("allowed", [0, 3])
def test_what_dask_gives_up_was_lost_with_one_worker_more_than_it_allows(team: Team, allowed: int) -> None:
    error = team.submit(killing, allowed).exception(LONG)
    assert isinstance(error, LostError)
    assert error.deaths == allowed + 1


def test_a_result_that_could_not_be_fetched_is_fetched_again(
    client: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the executor that Dask gives, its future never ends."""
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 0.01)
    fetched, tries = client.scheduler.gather, []

    async def gather(**asked: Any) -> Any:
        tries.append(asked)
        if len(tries) < 3:
            raise OSError("Timed out trying to connect")
        return await fetched(**asked)

    monkeypatch.setattr(client.scheduler, "gather", gather, raising=False)
    assert team.submit(squared, 3).result(LONG) == 9
    assert len(tries) == 3


def full(number: int) -> None:
    raise OSError(errno.ENOSPC, "no space", str(number))


def test_a_fault_of_the_task_itself_is_passed_on(team: Team) -> None:
    error = team.submit(full, 3).exception(LONG)
    assert isinstance(error, OSError)
    assert error.errno == errno.ENOSPC


def endless(number: int) -> None:
    from distributed import Event, get_worker

    with get_worker().client as one:
        Event(str(number), client=one).wait(LONG)


def test_what_is_under_way_ends_where_the_connection_does(client: Client, team: Team) -> None:
    future = team.submit(endless, 1)
    while not client.futures:
        pass
    client.loop.add_callback(client.scheduler_comm.comm.abort)
    assert isinstance(future.exception(LONG), BrokenExecutor)


def test_who_waits_for_a_scheduler_that_has_gone_waits_in_vain(client: Client, team: Team) -> None:
    team.look(0.0)
    client.close()
    with pytest.raises(BrokenExecutor):
        team.look(0.0)


def test_nothing_stays_under_way_when_the_block_ends(client: Client) -> None:
    with cluster._team(client, Roll(lambda silent: Future(), "here", print, 2)) as team:
        future = team.submit(endless, 2)
        while not client.futures:
            pass
    assert isinstance(future.exception(LONG), BrokenExecutor)
    assert not client.futures
