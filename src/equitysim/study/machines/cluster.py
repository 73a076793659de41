"""Workers of Dask, a cluster of our own or one that is there already: the only user of ``distributed``.

Dask itself tries again what was lost with a worker, as often as its scheduler is told to (``allowed-failures``); what
then is ``KilledWorker`` there is :class:`LostError` here, of one task, and all others go on.
"""

import asyncio
import logging
import math
import pickle
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dask
from distributed import CancelledError, Client, KilledWorker, LocalCluster
from distributed import Future as Promise
from distributed.comm.addressing import get_address_host_port

from equitysim.code_cache import for_workers
from equitysim.digits import rounded
from equitysim.errors import UsageError, WorkerError
from equitysim.scenario.words import quoted, shortened
from equitysim.statistics.outcome import Provenance
from equitysim.study.executors import Elastic, Hire, LostError
from equitysim.study.machines.alike import SAME, differences, here, sealed
from equitysim.study.machines.greeting import EXAMPLE, address_in, within, wrong_at
from equitysim.study.machines.roll import (
    ANSWER_SECONDS,
    ENDS,
    NOT_KEPT,
    SILENT_SECONDS,
    Present,
    Roll,
    silent_workers,
)
from equitysim.study.processes import refuse_where_none_can_start
from equitysim.study.watch import Said

PLAIN = "tcp://"
"""What addresses begin with where Dask's greeting is not wrapped in anything."""

WAIT_SECONDS = 1.0
"""How often one looks whether the first worker has come, and tries again to fetch a result."""

PATIENCE_SECONDS = 60.0
"""Within which others must come when all workers have left, where nothing is stored: Dask starts one that died again
within seconds; the rest is judgement."""

KEPT = "What was run is kept"

LOST = "the connection to the scheduler was lost"

LOGGERS = ("distributed", "distributed.client")
"""Dask gives the client's logger a level of its own."""

ITS_OWN = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.admin.large-graph-warning-threshold": "1GB",
}
"""Settings of a cluster of our own: each death of a worker is told, so that it is counted as with local processes."""


@contextmanager
def embedded(count: int) -> Iterator[Executor]:
    """A cluster on this machine for the time of the block: so many processes of one thread each, which a nanny starts
    again when they die. Its scheduler is in this process and listens on this machine alone.

    Raises ``errors.WorkerError`` where it cannot be started.
    """
    with (
        tempfile.TemporaryDirectory(prefix="equitysim-dask-", ignore_cleanup_errors=True) as scratch,
        dask.config.set({**ITS_OWN, "temporary-directory": scratch}),
        _started(count) as cluster,
        Client(cluster, set_as_default=False) as client,
        _team(client, _roll(client, "127.0.0.1", _nobody)) as team,
    ):
        yield team


def _nobody(_: str) -> None:
    """Whom to tell what happens to workers that are replaced at once."""


@contextmanager
def _started(count: int) -> Iterator[LocalCluster]:
    """No dashboard; what else it says by HTTP has any free port, since Dask warns where its usual one is taken."""
    refuse_where_none_can_start()
    try:
        cluster = LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            memory_limit=0,
            silence_logs=logging.CRITICAL,
            env=dict(for_workers()),
        )
    except (OSError, RuntimeError) as error:
        raise WorkerError(f"cannot start a Dask cluster on this machine ({error})") from error
    with cluster:
        yield cluster


def at(address: str, said: Said, *, stored: bool = True) -> Hire:
    """Hires the workers of a scheduler that is there already. ``said``: is told what one waits for, and who joins that
    computes with something else. ``stored``: whether what was run is kept, whatever happens; if not, nobody waits
    longer than :data:`PATIENCE_SECONDS` for others when all have left.

    Entering raises ``errors.WorkerError`` where nobody answers within :data:`ANSWER_SECONDS`, where the scheduler goes
    away, and where a worker computes with something else.
    """

    @contextmanager
    def hire(_: int) -> Iterator[Executor]:
        with _quiet(), _connected(address) as client:
            roll = _roll(client, address, said, math.inf if stored else PATIENCE_SECONDS)
            try:
                _wait_for_the_first(client, roll, address, said)
                alike = _refuse_others(client)
                with _team(client, roll, alike) as team:
                    yield team
            except BrokenExecutor as broken:
                raise WorkerError(
                    f"the Dask scheduler at {address} has gone; start it again, or use another. "
                    f"{KEPT if stored else NOT_KEPT}"
                ) from broken

    return hire


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    place = _place(address)
    until = time.monotonic() + ANSWER_SECONDS
    try:
        client = within(ANSWER_SECONDS, lambda: _client(place, until))
    except WorkerError:
        raise
    except TimeoutError as error:
        raise _nobody_at(place, f"nothing was answered for {rounded(ANSWER_SECONDS)} seconds") from error
    except Exception as error:  # whatever a peer that is not Dask, or another Dask, makes of it
        raise _nobody_at(place, f"{type(error).__name__}: {error}") from error
    with client:
        yield client


def _client(place: str, until: float) -> Client:
    host, port = get_address_host_port(place, strict=True)
    wrong = wrong_at(host, port, until - time.monotonic()) if place.startswith(PLAIN) else ""
    if wrong:
        raise _nobody_at(place, wrong)
    return Client(place, timeout=max(0.1, until - time.monotonic()), set_as_default=False)


def _nobody_at(place: str, why: str) -> WorkerError:
    return WorkerError(
        f"no Dask scheduler answers at {place} ({shortened(why, 200)}); give the address that it prints when it "
        f"starts, such as {EXAMPLE}"
    )


def _place(address: str) -> str:
    """Where a scheduler is. Raises ``errors.UsageError`` for what cannot be an address, and ``errors.WorkerError`` for
    a scheduler file that has none."""
    of_file = address.endswith(".json")
    place = address_in(Path(address)) if of_file else address
    try:
        get_address_host_port(place, strict=True)
    except ValueError as error:
        said = f"{quoted(place)} is no address of a Dask scheduler ({error}); write it as {EXAMPLE}"
        if of_file:
            raise WorkerError(f"in the scheduler file {address}, {said}") from error
        raise UsageError(said) from error
    return place


def _roll(client: Client, address: str, said: Said, patience: float = math.inf) -> Roll:
    """The roll of the workers of a client."""

    async def present(silent: bool) -> Present:
        threads = await client.nthreads()
        return Present(
            sum(threads.values()),
            await client.run_on_scheduler(silent_workers, SILENT_SECONDS) if silent else (),
        )

    threads = sum(client.nthreads().values())
    return Roll(lambda silent: _threadsafe(client, present(silent)), address, said, threads, patience)


def _wait_for_the_first(client: Client, roll: Roll, address: str, said: Said) -> None:
    """As long as it takes: what gives a cluster its workers may have a queue of its own."""
    if roll.threads:
        return
    said(f"No worker has joined the Dask scheduler at {address} yet; waiting for the first. {ENDS}")
    while not roll.threads:
        time.sleep(WAIT_SECONDS)
        _still_there(client)
        roll.call()


def _still_there(client: Client) -> None:
    """Raises ``BrokenExecutor`` where the connection was lost."""
    if client.status != "running":
        raise BrokenExecutor(LOST)


def _refuse_others(client: Client) -> Iterable[str]:
    """The addresses of the workers, all of which compute with what we compute with. Raises ``errors.WorkerError`` that
    names every worker with other versions than ours, and what differs; also the scheduler, which unpickles what passes
    through it. Who joins later is asked with each task."""
    answers: dict[str, Provenance | Exception] = client.run(here, on_error="return")
    answers[f"the scheduler {client.scheduler.address}"] = _of_the_scheduler(client)
    wrong = _wrong(answers)
    if wrong:
        told = "\n".join(f"  {worker}: {what}" for worker, what in sorted(wrong.items()))
        raise WorkerError(f"not all of the cluster is as this process is:\n{told}\n{SAME}")
    return answers.keys()


def _wrong(answers: "Mapping[str, Provenance | Exception]") -> dict[str, str]:
    """Who computes with something else, and in what it differs."""
    ours = here()
    return {worker: what for worker, answer in answers.items() if (what := _said_of(ours, answer))}


def _of_the_scheduler(client: Client) -> "Provenance | Exception":
    try:
        found: Provenance = client.run_on_scheduler(here)
    except Exception as error:  # noqa: BLE001  # whatever it meets there; it is told with the others
        return error
    return found


def _said_of(ours: Provenance, answer: "Provenance | Exception") -> str:
    if isinstance(answer, Exception):
        return f"another equitysim, or none ({type(answer).__name__}: {answer})"
    return "; ".join(differences(ours, answer))


@contextmanager
def _team(client: Client, roll: Roll, asked: Iterable[str] = ()) -> Iterator["Team"]:
    """The workers of a client. What they are at when the block ends is called off."""
    team = Team(client, roll, asked)
    try:
        yield team
    finally:
        team.call_off()


class Team(Elastic):
    """The workers of a cluster, as many as there are at the moment. ``asked``: the addresses of those who are known to
    compute with the same."""

    def __init__(self, client: Client, roll: Roll, asked: Iterable[str] = ()) -> None:
        self._client = client
        self._roll = roll
        self._asked = set(asked)
        self._asking = asyncio.Lock()
        self._sent_away = 0
        self._under_way: set[Promise] = set()

    @property
    def workers(self) -> int:
        """Threads of all workers; asked of the scheduler every two seconds."""
        self._roll.call()
        return max(1, self._roll.threads)

    def look(self, waited: float) -> None:
        """Say what is waited for. Raises ``BrokenExecutor`` where the scheduler has gone."""
        _still_there(self._client)
        self._roll.call(waited)

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> "Future[Any]":
        """Hand out a task; a future that ends as those of a local pool do."""
        (task,) = arguments
        return _threadsafe(self._client, self._done(sealed(work, task)))

    def call_off(self) -> None:
        """Nobody wants what is under way."""
        if self._client.status == "running":
            self._client.cancel(list(self._under_way))

    async def _done(self, task: bytes) -> Any:
        """What comes of a task. If it fails, and somebody has joined who computes with something else, it goes to
        another."""
        while True:
            before = self._sent_away
            try:
                return await self._result(task)
            except KilledWorker as killed:
                raise LostError(killed.allowed_failures + 1) from killed
            except BrokenExecutor:
                raise
            except Exception:
                await self._send_others_away()
                if self._sent_away == before:
                    raise

    async def _result(self, task: bytes) -> Any:
        """Dask's result of a task, tried again where only the fetching fails: it is there, and the way to it was cut or
        too busy. ``Client.get_executor`` lets such a task wait for ever."""
        try:
            promise = self._client.submit(pickle.loads, task, pure=False)
        except Exception as error:
            raise BrokenExecutor(f"{type(error).__name__}: {error}") from error
        self._under_way.add(promise)
        try:
            while True:
                try:
                    return await promise
                except CancelledError as cancelled:
                    raise BrokenExecutor(LOST) from cancelled
                except OSError as error:
                    if promise.status == "error":
                        raise
                    if self._client.status != "running":
                        raise BrokenExecutor(LOST) from error
                await asyncio.sleep(WAIT_SECONDS)
        finally:
            self._under_way.discard(promise)

    async def _send_others_away(self) -> None:
        """Ask who has joined since the last time, tell by name who computes with something else, and close it: it would
        fail every task, and being idle it would be given the next one at once."""
        async with self._asking:
            try:
                new = sorted(set(await self._client.nthreads()) - self._asked)
                told = await asyncio.wait_for(self._client.run(here, workers=new, on_error="return"), ANSWER_SECONDS)
                answers = {worker: answer for worker, answer in told.items() if not isinstance(answer, OSError)}
                wrong = _wrong(answers)
                if wrong:
                    await asyncio.wait_for(self._client.retire_workers(list(wrong)), ANSWER_SECONDS)
            except OSError:  # also where time is up
                return
            self._asked.update(answers.keys() - wrong.keys())
            self._sent_away += len(wrong)
            for worker, what in sorted(wrong.items()):
                self._roll.note(
                    f"A worker that joined is not as this process is, and was sent away: {worker}: {what}. {SAME}"
                )


def _threadsafe(client: Client, coroutine: Any) -> "Future[Any]":
    """Runs a coroutine where the client lives, in a thread of its own."""
    return asyncio.run_coroutine_threadsafe(coroutine, client.loop.asyncio_loop)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask logs what is said here in words of our own."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
