"""Local worker processes that nobody has to clean up after.

Whatever ends the coordinator ends its workers: an interrupt, a fault, ``kill -9``. A worker ignores Ctrl-C, since the
coordinator decides what an interrupt ends, and watches the coordinator's life. Processes are spawned, never forked:
the same on every system, and no thread or lock of the coordinator is copied half-way.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import current_process, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.queues import SimpleQueue
from typing import Any

from equitysim.errors import UsageError, WorkerError

NAME = "equitysim-worker"

DASK_NAME = "Dask Worker process"
"""How Dask calls the processes of a cluster on this machine."""

MOST = 61 if sys.platform == "win32" else 1024
"""Windows waits for no more than 63 things at once."""

STARTED_OVER = 97
"""Exit code of a worker in which the script that started it started over."""

_ENDING = {signal.SIGINT, signal.SIGTERM}

UNGUARDED = """\
a worker process reads the script that starts it, and this script would start over there. Guard it:

    if __name__ == "__main__":
        comparison = es.compare(scenario, workers=2)

or leave out workers=, and all runs stay in this process"""


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """An executor of so many local processes, which start as tasks come and are gone when the block ends.

    Raises ``errors.UsageError`` if a script without a guard started over in them, and ``errors.WorkerError`` where
    the system has no processes or semaphores to give.
    """
    context = _Context()
    with _refusals():
        executor = ProcessPoolExecutor(min(count, MOST), mp_context=context, initializer=_begin)
    try:
        yield executor
    except BrokenExecutor:
        _end(executor, context)
        if any(process.exitcode == STARTED_OVER for process in context.started):
            raise UsageError(UNGUARDED) from None
        raise
    finally:
        _end(executor, context)


def refuse_to_start_over() -> None:
    """End this process if it is a worker that only reads the script it was started from, which is then unguarded.

    Without a word, since there are several of them: the coordinator says it, once. It would otherwise run everything
    in every worker before the first task.
    """
    process = current_process()
    if process.name.startswith((NAME, DASK_NAME)) and getattr(process, "_inheriting", False):
        raise SystemExit(STARTED_OVER)


@contextmanager
def _refusals() -> Iterator[None]:
    """What a system says that has no process or semaphore to give."""
    try:
        yield
    except (OSError, ImportError, NotImplementedError) as error:
        raise WorkerError(f"cannot start worker processes ({error}); use one worker") from error


def _end(executor: Executor, context: "_Context") -> None:
    for process in context.started:
        if process.pid is not None:
            process.kill()
    context.let_go()
    executor.shutdown(wait=True, cancel_futures=True)


class _Worker(SpawnProcess):
    """A process that is started with interrupts held back, so that none meets it before it can ignore them."""

    def start(self) -> None:
        with _interrupts_held_back(), _refusals():
            super().start()


class _Context(SpawnContext):
    """Spawning, with a list of what was started: a process pool gives no way to end one that is at work."""

    def __init__(self) -> None:
        self.started: list[_Worker] = []
        self._results: list[SimpleQueue[Any]] = []

    def Process(self, *arguments: Any, **options: Any) -> _Worker:  # type: ignore[override]
        """One more worker, known by its name."""
        process = _Worker(*arguments, **{**options, "name": f"{NAME}-{len(self.started) + 1}"})
        self.started.append(process)
        return process

    def SimpleQueue(self) -> "SimpleQueue[Any]":
        """The way results come back."""
        queue = super().SimpleQueue()
        self._results.append(queue)
        return queue

    def let_go(self) -> None:
        """Close our own end of what results are written to. Whoever waits for the rest of a result whose writer was
        killed then sees that nothing follows."""
        for queue in self._results:
            with contextlib.suppress(AttributeError, OSError):
                queue._writer.close()  # type: ignore[attr-defined]  # there is no public way


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """POSIX: what asks us to end waits, here and in what is started meanwhile: a worker whose coordinator ends before
    having told it what to do would say so with a traceback. Elsewhere signals cannot be held back; Ctrl-C within the
    second that workers need to start may then show their tracebacks."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """What a worker does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    threading.Thread(target=_end_with_the_coordinator, daemon=True).start()


def _end_with_the_coordinator() -> None:
    coordinator = parent_process()
    if coordinator is not None:
        # The other end of this pipe (on Windows: the process itself) is held by the coordinator alone.
        wait([coordinator.sentinel])
        os._exit(1)
