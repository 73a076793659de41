"""The roll of a cluster: how many workers are there, and what is said to who waits for them.

The question is put about every two seconds and its answer never waited for, so that a scheduler that is silent stops
nobody from being told so.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple

from equitysim.digits import rounded
from equitysim.errors import WorkerError
from equitysim.study.watch import Said

COUNT_SECONDS = 2.0
"""How old the known number of workers may be."""

ANSWER_SECONDS = 10.0
"""Within which a scheduler must answer."""

SILENT_SECONDS = 30.0
"""After which it is told who is not heard of, if a task is waited for as long; the number is judgement. Workers give a
sign twice a second, but none while compiled code runs."""

ENDS = "Ctrl-C ends this."

NOT_KEPT = "Nothing is kept of what was run: the same command begins anew"


class Present(NamedTuple):
    """How many threads the workers have together, and the addresses of those that are not heard of."""

    threads: int
    silent: tuple[str, ...] = ()


Ask = Callable[[bool], "Future[Present]"]
"""Asks the scheduler; whether also who is silent."""


class Roll:
    """Who is there, by the last answer. ``place``: the address of the scheduler, as it was given. ``patience``: for how
    many seconds others are waited for when all have left; the first are waited for as long as it takes."""

    def __init__(self, ask: Ask, place: str, said: Said, threads: int, patience: float = math.inf) -> None:
        self._ask = ask
        self._place = place
        self._said = said
        self.threads = threads
        self._patience = patience
        self._left_at = math.inf
        self._deserted = threads == 0
        self._asked: Future[Present] | None = None
        self._asked_at = time.monotonic()
        self._unanswered_since: float | None = None
        self._told_so = False
        self._silent: frozenset[str] = frozenset()
        self._news: deque[str] = deque()

    def note(self, news: str) -> None:
        """Something to say at the next call: by the thread that calls, whichever notes it."""
        self._news.append(news)

    def call(self, waited: float = 0.0) -> None:
        """Take the answer if there is one, ask again if it is time, and say what has changed. ``waited``: for how many
        seconds one has waited for a task. Raises ``errors.WorkerError`` where others were waited for in vain."""
        while self._news:
            self._said(self._news.popleft())
        now = time.monotonic()
        if self._asked is None:
            if now - self._asked_at >= COUNT_SECONDS:
                self._asked_at = now
                if self._unanswered_since is None:
                    self._unanswered_since = now
                self._asked = self._ask(waited >= SILENT_SECONDS)
        elif self._asked.done():
            answer, self._asked = self._asked, None
            if not answer.cancelled() and answer.exception() is None:
                self._take(answer.result())
        since = self._unanswered_since
        if since is not None and now - since >= ANSWER_SECONDS and not self._told_so:
            self._told_so = True
            self._said(
                f"The Dask scheduler at {self._place} has not answered for {rounded(ANSWER_SECONDS)} seconds; "
                f"waiting for it. {ENDS}"
            )
        if now - self._left_at >= self._patience:
            raise WorkerError(
                f"all workers have left the Dask scheduler at {self._place}, and none has come for "
                f"{rounded(self._patience)} seconds. {NOT_KEPT}"
            )

    def _take(self, present: Present) -> None:
        self.threads = present.threads
        self._unanswered_since = None
        if self._told_so:
            self._told_so = False
            self._said("The Dask scheduler answers again.")
        if self._deserted != (present.threads == 0):
            self._deserted = not self._deserted
            if self._deserted:
                self._left_at = time.monotonic()
                how_long = "" if self._patience == math.inf else f" {rounded(self._patience)} seconds"
                self._said(
                    f"All workers have left the Dask scheduler at {self._place}; waiting{how_long} for others. {ENDS}"
                )
            else:
                self._left_at = math.inf
                self._said(f"Workers have joined ({present.threads}); going on.")
        silent = frozenset(present.silent)
        if new := sorted(silent - self._silent):
            self._said(
                f"A run is waited for, and nothing was heard for {rounded(SILENT_SECONDS)} seconds of "
                f"{', '.join(new)}: busy with a long run, or stuck. Dask gives its runs to others when it has been "
                f"silent for the scheduler's worker-ttl, five minutes unless set otherwise. {ENDS}"
            )
        self._silent = silent


def silent_workers(seconds: float, dask_scheduler: Any) -> tuple[str, ...]:
    """Run by the scheduler, whose clock counts: which workers gave no sign for so long."""
    late = time.time() - seconds
    return tuple(address for address, worker in dask_scheduler.workers.items() if worker.last_seen < late)
