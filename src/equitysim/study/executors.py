"""Many runs on several cores: tasks in, results out in the order of the tasks, whoever computes them.

What makes an executor (``processes`` makes local ones, ``machines`` those of other machines) is apart from what runs
tasks on it, and knows nothing of customers. One process or many, the results are the same.
"""

import operator
import os
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from concurrent.futures import wait as wait_for
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from equitysim.errors import WorkerError
from equitysim.study.processes import MEMORY, UNKNOWN_CAUSE, DiedError, processes, refuse_to_start_over
from equitysim.study.start import StartError, UnguardedError, is_safe

T = TypeVar("T")
R = TypeVar("R")
Suspect = TypeVar("Suspect", contravariant=True)
InPlace = TypeVar("InPlace", covariant=True)


class InOrder(Protocol):
    """Applies a function to tasks and gives the results in the tasks' order, whoever computes them, as ``map`` and
    :meth:`Workers.in_order` do; both must pickle where others compute."""

    def __call__(self, function: Callable[[T], R], tasks: Iterable[T], /) -> Iterator[R]:
        """The results, each as soon as those before it are there."""
        ...


Hire = Callable[[int], AbstractContextManager[Executor]]
"""Makes an executor of so many workers. Leaving the context ends what still runs; it is left with the
``BrokenExecutor`` where that is what happened, and may raise what explains it."""


class Elastic(Executor):
    """An executor that has as many workers as there happen to be, whatever number was asked for."""

    @property
    @abstractmethod
    def workers(self) -> int:
        """How many there are now; at least 1, since tasks may wait for the first."""

    def look(self, waited: float) -> None:
        """Called about twice a second while a task is waited for, for so many seconds: the moment to say what one waits
        for. Raises ``BrokenExecutor`` or ``errors.WorkerError`` if that is in vain."""


class LostError(BrokenExecutor):
    """A task ended with its workers, and the executor works on. ``deaths``: how many workers."""

    def __init__(self, deaths: int) -> None:
        super().__init__(f"{deaths} workers died with it")
        self.deaths = deaths


def cause_of(broken: BaseException | None) -> str:
    """How workers died."""
    return broken.cause if isinstance(broken, DiedError) else UNKNOWN_CAUSE


START_SECONDS = 1.5
"""What it takes until workers work: each spends 0.9 s of processor time on imports and loading compiled code
(docs/performance.md); the rest is judgement."""

WORTH_SECONDS = 2.0
"""What more must be saved before workers are started unasked; judgement."""

DEATHS = 3
"""So often may workers die with a task before it is given up."""

WINDOW = 2
"""Tasks handed out per worker: one to do and one to do next, so that none waits for the coordinator."""

POLL_SECONDS = 0.5
"""How long the coordinator sleeps at most: on Windows nothing else lets an interrupt in."""


class Quarantine(Protocol[Suspect, InPlace]):
    """What becomes of tasks that kill their workers, where that shall not be the end of all others."""

    def deaths(self, task: Suspect) -> int:
        """How many workers died with it before it was handed out; with any, it goes alone."""
        ...

    def most(self, task: Suspect) -> int:
        """After how many deaths it is given up."""
        ...

    def given_up(self, task: Suspect, cause: str) -> InPlace:
        """The result in its place. ``cause``: how the workers died, in words."""
        ...


def usable_cores() -> int:
    """Cores this process may use."""
    count = getattr(os, "process_cpu_count", None)
    if count is not None:
        return count() or 1
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def always() -> bool:
    """Nothing to prepare."""
    return True


@contextmanager
def workers(
    count: int | None = 1,
    *,
    prepare: Callable[[], bool] = always,
    hire: Hire = processes,
    here: bool = True,
    optional: bool | None = None,
) -> Iterator["Workers"]:
    """Workers for as many rounds of tasks as the block has; none outlives it.

    ``count``: 1 for this process alone, more for as many others, None for as many as there are usable cores if that
    saves time. ``prepare`` is called once, here, before others start, and where that is undecided before the first
    task; if it returns False nobody is started unasked. ``hire`` makes the executor. ``here``: whether this process may
    do a task itself where that is quicker; if not, all are sent away, be it to a single worker. ``optional``: nobody
    asked for others, so that this process does everything where they cannot start, or might run the script again;
    unless said, so it is where ``count`` is None.
    """
    refuse_to_start_over()
    optional = count is None if optional is None else optional
    number = usable_cores() if count is None else count
    if optional and number > 1 and hire is processes and not is_safe():
        number = 1
    crew = Workers(number, prepare, hire, asked=count is not None, here=here, optional=optional)
    try:
        yield crew
    finally:
        crew.dismiss()


class Workers:
    """This process and those it hires. Made by :func:`workers`."""

    def __init__(
        self,
        count: int,
        prepare: Callable[[], bool],
        hire: Hire,
        *,
        asked: bool,
        here: bool = True,
        optional: bool = False,
    ) -> None:
        self._count = count
        self._prepare = prepare
        self._hire = hire
        self._asked = asked
        self._may_stay = here
        self._optional = optional and here
        self._prepared: bool | None = None
        self._spent = 0.0
        self._hired = ExitStack()
        self._executor: Executor | None = None

    def in_order(
        self, work: Callable[[T], R], tasks: Iterable[T], quarantine: Quarantine[T, R] | None = None
    ) -> Iterator[R]:
        """``work`` of each task, in the order of the tasks; both are taken only a few ahead of what was asked for.

        ``work``, tasks and results must be picklable unless all stays in this process. Raises what ``work`` raises,
        for the first task in order, and ``errors.WorkerError`` where a task kills its worker again and again and there
        is no ``quarantine`` for it. What runs in this process dies with it.
        """
        known = operator.length_hint(tasks, -1)
        rest = iter(tasks)
        if self._executor is None and not self._at_once(known):
            yield from self._here(work, rest, known)
        given: deque[_Given[T, R]] = deque()
        try:
            yield from self._elsewhere(work, rest, quarantine, given)
            return
        except (StartError, UnguardedError):
            if not self._optional:
                raise
        self._count = 1
        self.dismiss()
        for one in given:
            deadly = quarantine is not None and one.deaths > 0
            yield quarantine.given_up(one.task, UNKNOWN_CAUSE) if deadly and quarantine else work(one.task)
        yield from map(work, rest)

    @property
    def size(self) -> int:
        """How many they are: as many as were asked for, unless those who are hired know better."""
        return self._executor.workers if isinstance(self._executor, Elastic) else self._count

    def muster(self) -> int:
        """Hire now, not with the first task, so that it is known at once whether anybody is there; how many."""
        self._hire_all()
        return self.size

    def dismiss(self) -> None:
        """End all workers, whatever they do."""
        self._executor = None
        self._hired.close()

    def _at_once(self, known: int) -> bool:
        return not self._may_stay or (self._asked and self._count > 1 and known != 1)

    def _here(self, work: Callable[[T], R], tasks: Iterator[T], known: int) -> Iterator[R]:
        """Tasks in this process, until the rest is worth others."""
        alone = self._count == 1 or known == 1 or not self._ready()
        before, begun = self._spent, 0.0
        for done, task in enumerate(tasks, 1):
            begun = time.perf_counter()
            result = work(task)
            self._spent += time.perf_counter() - begun
            yield result
            alone = alone or self._prepared is False
            if not alone and self._worth(done, known, before) and self._hired_unasked():
                return

    def _worth(self, done: int, known: int, before: float) -> bool:
        """Whether others save time. Ahead lies what is left of this round, at the pace so far; where nobody knows how
        much that is, and for further rounds, as much again as there was."""
        here = self._spent - before
        left = here / done * (known - done) if known >= 0 else self._spent
        return max(left, before) * (1.0 - 1.0 / self._count) >= START_SECONDS + WORTH_SECONDS

    def _ready(self) -> bool:
        if self._prepared is None:
            self._prepared = self._prepare()
        return self._prepared

    def _hire_all(self) -> Executor:
        if self._executor is None:
            self._executor = self._hired.enter_context(self._hire(self._count))
        return self._executor

    def _hired_unasked(self) -> bool:
        """Whether there are workers now. A system that has none to give is no fault of who did not ask for any."""
        try:
            self._hire_all()
        except WorkerError:
            self._prepared = False
        return self._executor is not None

    def _hand_out(self, work: Callable[[T], R], task: T) -> "Future[R]":
        self._ready()
        return self._hire_all().submit(work, task)

    def _elsewhere(
        self,
        work: Callable[[T], R],
        tasks: Iterator[T],
        quarantine: Quarantine[T, R] | None,
        given: "deque[_Given[T, R]]",
    ) -> Iterator[R]:
        """The rest by the workers; ``given``: what they have, whose results were not yet given back. They are ended if
        it ends while they work: nobody wants what they are at."""
        try:
            while True:
                for task in islice(tasks, max(0, WINDOW * self.size - len(given))):
                    given.append(_Given(task, deaths=0 if quarantine is None else quarantine.deaths(task)))
                if not given:
                    return
                try:
                    result = self._first(work, given)
                except BrokenExecutor as broken:
                    self._mend(given, broken, quarantine)
                    continue
                given.popleft()
                yield result
        finally:
            if any(one.future is not None and not one.future.done() for one in given):
                self.dismiss()

    def _first(self, work: Callable[[T], R], given: "deque[_Given[T, R]]") -> R:
        """The first result, everything else being under way. Whoever was there when a worker died goes alone."""
        under_way: list[Future[R]] = []
        for one in given:
            one.future = one.future or self._hand_out(work, one.task)
            under_way.append(one.future)
            if one.deaths and _lost(one.future):
                break
        begun = time.monotonic()
        while not wait_for(under_way[:1], timeout=POLL_SECONDS).done:
            if isinstance(self._executor, Elastic):
                self._executor.look(time.monotonic() - begun)
        return under_way[0].result()

    def _mend(self, given: "deque[_Given[T, R]]", broken: BrokenExecutor, quarantine: Quarantine[T, R] | None) -> None:
        """Forget the executor if it broke, and what it did not finish. Raises ``errors.WorkerError`` for what it cannot
        finish, unless there is a quarantine."""
        whole = not isinstance(broken, LostError)
        if whole:
            self._executor = None
            try:
                self._hired.__exit__(type(broken), broken, broken.__traceback__)
            except DiedError as died:
                broken = died
        cause = cause_of(broken)
        for one in given:
            deaths = 0 if one.future is None else _died_with(one.future, whole=whole)
            if deaths:
                one.future = None
                one.deaths += deaths
                if quarantine is not None:
                    if one.deaths >= quarantine.most(one.task):
                        one.future = Future()
                        one.future.set_result(quarantine.given_up(one.task, cause))
                elif one.deaths >= DEATHS:
                    # fewer processes need less memory
                    error = StartError if self._optional and cause == MEMORY else WorkerError
                    raise error(f"worker processes died {one.deaths} times at {one.task}; {cause}") from broken


@dataclass
class _Given(Generic[T, R]):
    """A task handed out, and how many workers died while it was."""

    task: T
    future: "Future[R] | None" = None
    deaths: int = 0


def _lost(future: "Future[Any]") -> bool:
    """Whether there is no result, or none yet, because the executor broke or has not come to it."""
    return future.cancelled() or not future.done() or isinstance(future.exception(), BrokenExecutor)


def _died_with(future: "Future[Any]", *, whole: bool) -> int:
    """How many workers it was lost with; ``whole``: the executor broke, and whatever it had not finished is lost."""
    if not whole:
        error = future.exception() if future.done() and not future.cancelled() else None
        return error.deaths if isinstance(error, LostError) else 0
    return int(_lost(future))
