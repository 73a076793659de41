"""Workers of Dask, a cluster of our own or one that is there already: the only user of ``distributed``.

Dask itself tries again what was lost with a worker, as often as its scheduler is told to (``allowed-failures``); what
then is ``KilledWorker`` there is :class:`LostError` here, of one task, and all others go on.
"""

import contextlib
import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dask
from distributed import Client, KilledWorker, LocalCluster
from distributed.comm.addressing import get_address_host_port

from equitysim.errors import UsageError, WorkerError
from equitysim.study.executors import Elastic, Hire, LostError
from equitysim.study.machines.alike import SAME, Alike, Make, differences, here, packed

EXAMPLE = "tcp://10.0.0.7:8786"

ANSWER_SECONDS = 10.0
"""Within which a scheduler must answer."""

COUNT_SECONDS = 2.0
"""How old the known number of workers may be."""

WAIT_SECONDS = 1.0
"""How often one looks whether the first worker has come."""

PATIENCE_SECONDS = 60.0
"""Within which others must come when all workers have left, where nothing is stored: Dask starts one that died again
within seconds; the rest is judgement."""

LOGGERS = ("distributed", "distributed.client")
"""Dask gives the client's logger a level of its own."""

ITS_OWN = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.admin.large-graph-warning-threshold": "1GB",
}
"""Settings of a cluster of our own: each death of a worker is told, so that it is counted as with local processes."""

Said = Callable[[str], None]


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
        _team(client) as team,
    ):
        yield team


@contextmanager
def _started(count: int) -> Iterator[LocalCluster]:
    try:
        cluster = LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )
    except (OSError, RuntimeError) as error:
        raise WorkerError(
            f"cannot start a Dask cluster on this machine ({error}). Its workers read the script that starts them: the "
            'main part of a script must be guarded by if __name__ == "__main__":'
        ) from error
    with cluster:
        yield cluster


def at(address: str, said: Said, *, stored: bool = True) -> Hire:
    """Hires the workers of a scheduler that is there already. ``said``: is told where none has joined it yet, and where
    all have left. ``stored``: whether what was run is kept, whatever happens; if not, nobody waits longer than
    :data:`PATIENCE_SECONDS` for others to come.

    Entering raises ``errors.WorkerError`` where nobody answers within :data:`ANSWER_SECONDS`, where the scheduler goes
    away, and where a worker computes with something else.
    """

    @contextmanager
    def hire(_: int) -> Iterator[Executor]:
        with _quiet(), _connected(address) as client:
            _wait_for_the_first(client, address, said)
            _refuse_others(client)
            try:
                with _team(client, Absence(address, said, stored=stored)) as team:
                    yield team
            except BrokenExecutor as broken:
                raise WorkerError(
                    f"the Dask scheduler at {address} has gone; start it again, or use another. {_kept(stored)}"
                ) from broken

    return hire


def _kept(stored: bool) -> str:
    return "What was run is kept" if stored else "Nothing is kept of what was run: the same command begins anew"


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        client = Client(**_place(address), timeout=ANSWER_SECONDS, set_as_default=False)
    except OSError as error:
        raise WorkerError(
            f"no Dask scheduler answers at {address} ({error}); give the address that it prints when it starts"
        ) from error
    with client:
        yield client


def _place(address: str) -> dict[str, str]:
    """Where a scheduler is, as Dask's client takes it. Raises ``errors.UsageError`` for what cannot be an address."""
    if address.endswith(".json"):
        if not Path(address).is_file():
            raise UsageError(f"there is no scheduler file {address}")
        return {"scheduler_file": address}
    try:
        get_address_host_port(address, strict=True)
    except ValueError as error:
        raise UsageError(f"{address!r} is no address of a Dask scheduler ({error}); write it as {EXAMPLE}") from error
    return {"address": address}


def _wait_for_the_first(client: Client, address: str, said: Said) -> None:
    """As long as it takes: what gives a cluster its workers may have a queue of its own."""
    if client.nthreads():
        return
    said(f"No worker has joined the Dask scheduler at {address} yet; waiting for the first. Ctrl-C ends this.")
    while not client.nthreads():
        time.sleep(WAIT_SECONDS)


def _refuse_others(client: Client) -> None:
    """Raises ``errors.WorkerError`` that names every worker with other versions than ours, and what differs; also the
    scheduler, which unpickles what passes through it. Who joins later is asked with each task."""
    ours = here()
    answers: dict[str, Make | Exception] = client.run(here, on_error="return")
    answers[f"the scheduler {client.scheduler.address}"] = _of_the_scheduler(client)
    wrong = {worker: said for worker, answer in answers.items() if (said := _said_of(ours, answer))}
    if wrong:
        told = "\n".join(f"  {worker}: {said}" for worker, said in sorted(wrong.items()))
        raise WorkerError(f"not all of the cluster is as this process is:\n{told}\n{SAME}")


def _of_the_scheduler(client: Client) -> "Make | Exception":
    try:
        found: Make = client.run_on_scheduler(here)
    except Exception as error:  # noqa: BLE001  # whatever it meets there; it is told with the others
        return error
    return found


def _said_of(ours: Make, answer: "Make | Exception") -> str:
    if isinstance(answer, Exception):
        return f"another equitysim, or none ({type(answer).__name__}: {answer})"
    return "; ".join(differences(ours, answer))


class Absence:
    """How long there has been no worker, and what to make of it."""

    def __init__(self, address: str, said: Said, *, stored: bool) -> None:
        self._address = address
        self._said = said
        self._stored = stored
        self._since: float | None = None

    def note(self, workers: int) -> None:
        """There are so many workers now. Raises ``errors.WorkerError`` where none has been there for too long."""
        now = time.monotonic()
        if workers:
            self._since = None
        elif self._since is None:
            self._since = now
            how_long = "for others" if self._stored else f"{PATIENCE_SECONDS:.0f} seconds for others"
            self._said(
                f"All workers have left the Dask scheduler at {self._address}; waiting {how_long}. Ctrl-C ends this."
            )
        elif not self._stored and now - self._since >= PATIENCE_SECONDS:
            raise WorkerError(
                f"all workers have left the Dask scheduler at {self._address}, and none has come for "
                f"{PATIENCE_SECONDS:.0f} seconds. {_kept(self._stored)}"
            )


@contextmanager
def _team(client: Client, absence: Absence | None = None) -> Iterator["Team"]:
    """The workers of a client. What they are at when the block ends is called off."""
    executor = client.get_executor(pure=False)
    try:
        yield Team(client, executor, absence)
    finally:
        if client.status == "running":
            executor.shutdown(wait=False)


class Team(Elastic):
    """The workers of a cluster, as many as there are at the moment."""

    def __init__(self, client: Client, executor: Executor, absence: Absence | None = None) -> None:
        self._client = client
        self._executor = executor
        self._absence = absence
        self._count = 0
        self._counted = -COUNT_SECONDS

    @property
    def workers(self) -> int:
        """Threads of all workers, as :meth:`_known` has them."""
        return max(1, self._known())

    def look(self, waited: float) -> None:
        """Notice where all workers have left a scheduler that is not ours."""
        if self._absence is not None:
            self._absence.note(self._known())

    def _known(self) -> int:
        """Asked of the scheduler every two seconds."""
        now = time.monotonic()
        if now - self._counted >= COUNT_SECONDS and self._client.status == "running":
            # a scheduler that goes meanwhile is told by the tasks that it had
            with contextlib.suppress(OSError):
                self._count = sum(self._client.nthreads().values())
            self._counted = now
        return self._count

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> "Future[Any]":
        """Hand out a task; a future that ends as those of a local pool do."""
        (task,) = arguments
        ours: Future[Any] = Future()
        try:
            theirs = self._executor.submit(Alike(work, here()), packed(task))
        except Exception as error:
            raise BrokenExecutor(f"{type(error).__name__}: {error}") from error
        theirs.add_done_callback(lambda done: _hand_over(done, ours))
        return ours


def _hand_over(theirs: "Future[Any]", ours: "Future[Any]") -> None:
    if theirs.cancelled():
        ours.set_exception(BrokenExecutor("the connection to the scheduler was lost"))
        return
    error = theirs.exception()
    if isinstance(error, KilledWorker):
        error = LostError(error.allowed_failures + 1)
    if error is None:
        ours.set_result(theirs.result())
    else:
        ours.set_exception(error)


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
