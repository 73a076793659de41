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
import time
from collections.abc import Collection, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import current_process, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.queues import SimpleQueue
from multiprocessing.spawn import is_forking
from multiprocessing.synchronize import Semaphore
from typing import Any

from equitysim.code_cache import started_with_code
from equitysim.study.start import UNGUARDED, StartError, UnguardedError, refusal

NAME = "equitysim-worker"

DASK_NAME = "Dask Worker process"
"""How Dask calls the processes of a cluster on this machine."""

MOST = 61 if sys.platform == "win32" else 1024
"""Windows waits for no more than 63 things at once."""

STARTED_OVER = 97
"""Exit code of a worker in which the script that started it started over."""

ENDED_SECONDS = 2.0
"""A pool is broken as soon as a worker closes its pipe; how it ended is known a moment later, on a busy machine."""

_ENDING = {signal.SIGINT, signal.SIGTERM}


class DiedError(BrokenExecutor):
    """Worker processes ended at a task. ``cause``: how, in words."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """An executor of so many local processes, which start as tasks come and are gone when the block ends.

    Left with the ``BrokenExecutor`` of workers that died it raises :class:`DiedError`, which says how; ``StartError``
    if none of them ever began, and ``UnguardedError`` if a script without a guard started over in them. Entering raises
    the latter two where it is known beforehand, and ``StartError`` where the system has no processes or semaphores to
    give.
    """
    refuse_where_none_can_start()
    context = _Context()
    with _refusals():
        begun = context.Semaphore(0)
        executor = ProcessPoolExecutor(min(count, MOST), mp_context=context, initializer=_begin, initargs=(begun,))
    try:
        yield executor
    except BrokenExecutor as broken:
        codes = context.exit_codes()
        _end(executor, context)
        if STARTED_OVER in codes:
            raise UnguardedError(UNGUARDED) from None
        # one that was killed while it started is replaced like any other
        if not begun.acquire(block=False) and any(code > 0 for code in codes):
            raise StartError(f"worker processes ended before their first task: {_cause(codes)}") from broken
        raise DiedError(_cause(codes)) from broken
    finally:
        _end(executor, context)


def refuse_where_none_can_start() -> None:
    """Raises ``StartError`` or ``UnguardedError`` where it is known that no worker process can start."""
    error = refusal()
    if error is not None:
        raise error


def refuse_to_start_over() -> None:
    """End this process if it is a worker that only reads the script it was started from, which is then unguarded.

    Without a word, since there are several of them: the coordinator says it, once. It would otherwise run everything
    in every worker before the first task.
    """
    process = current_process()
    reads = process.name.startswith((NAME, DASK_NAME)) and getattr(process, "_inheriting", False)
    if reads or (is_forking(sys.argv) and parent_process() is None):  # the latter: a frozen application
        raise SystemExit(STARTED_OVER)


LESS = "use fewer workers, or simulate fewer people"
MEMORY = f"killed by SIGKILL, and the usual reason is memory: {LESS}"
UNKNOWN_CAUSE = f"how is not known; where it is memory, {LESS}"


def _cause(codes: Collection[int]) -> str:
    """How workers ended, by their exit codes."""
    if -getattr(signal, "SIGKILL", 9) in codes:
        return MEMORY
    for code in codes:
        if code < 0:
            return f"ended by {_SIGNALS.get(-code, f'signal {-code}')}"
        return f"ended with exit code {code}; what they said stands above, on standard error"
    return UNKNOWN_CAUSE


_SIGNALS = {number.value: number.name for number in signal.Signals}


@contextmanager
def _refusals() -> Iterator[None]:
    """What a system says that has no process or semaphore to give."""
    try:
        yield
    except (OSError, ImportError, NotImplementedError) as error:
        raise StartError(f"cannot start worker processes ({error}); use one worker") from error


def _end(executor: Executor, context: "_Context") -> None:
    for process in context.started:
        if process.pid is not None:
            process.kill()
    context.let_go()
    executor.shutdown(wait=True, cancel_futures=True)


class _Worker(SpawnProcess):
    """A process that is started with interrupts held back, so that none meets it before it can ignore them."""

    def start(self) -> None:
        with _interrupts_held_back(), _refusals(), started_with_code():
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

    def exit_codes(self) -> list[int]:
        """How workers ended by themselves. The pool tells the others to end: where all were told, somebody else has."""
        told = -signal.SIGTERM.value
        until = time.monotonic() + ENDED_SECONDS
        codes = self._ended()
        while not codes - {told} and time.monotonic() < until:
            time.sleep(0.01)
            codes = self._ended()
        return sorted(code for code in codes if code != told or codes == {told})

    def _ended(self) -> set[int]:
        return {code for code in (process.exitcode for process in self.started) if code}

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


def _begin(begun: Semaphore) -> None:
    """What a worker does first."""
    begun.release()
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
