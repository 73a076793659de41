"""Tasks on several workers: order, laziness, rounds, faults; by threads, since what runs tasks does not know of
processes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from equitysim.errors import CapError, WorkerError
from equitysim.study import executors
from equitysim.study.executors import DEATHS, WINDOW, usable_cores, workers

LONG = 10.0
"""Seconds after which a wait has failed."""


@contextmanager
def threads(number: int) -> Iterator[Executor]:
    with ThreadPoolExecutor(number) as executor:
        yield executor


def squared(number: int) -> int:
    return number * number


def reversed_in_time(number: int, gates: Sequence[threading.Event]) -> int:
    """Ends only after the task that follows it has ended."""
    if number + 1 < len(gates):
        assert gates[number + 1].wait(LONG)
    gates[number].set()
    return number


def test_results_come_in_the_order_of_tasks_whichever_ends_first() -> None:
    gates = [threading.Event() for _ in range(4)]
    ended: list[int] = []

    def work(number: int) -> int:
        reversed_in_time(number, gates)
        ended.append(number)
        return number

    with workers(4, hire=threads) as crew:
        assert list(crew.in_order(work, range(4))) == [0, 1, 2, 3]
    assert ended[0] != 0


@pytest.mark.parametrize("number", [1, 2, 8])
def test_any_number_of_workers_gives_the_same(number: int) -> None:
    with workers(number, hire=threads) as crew:
        assert list(crew.in_order(squared, range(100))) == [k * k for k in range(100)]
        assert list(crew.in_order(squared, ())) == []


@pytest.mark.parametrize("number", [1, 3])
def test_tasks_without_end_are_taken_only_a_few_ahead(number: int) -> None:
    taken: list[int] = []

    def endless() -> Iterator[int]:
        for task in count():
            taken.append(task)
            yield task

    with workers(number, hire=threads) as crew:
        results = crew.in_order(squared, endless())
        for k in range(10):
            assert next(results) == k * k
            assert len(taken) <= k + 1 + WINDOW * number


def test_one_executor_serves_all_rounds_of_a_block_and_ends_with_it() -> None:
    seen: list[str] = []

    @contextmanager
    def counted(number: int) -> Iterator[Executor]:
        seen.append("hired")
        with threads(number) as executor:
            yield executor
        seen.append("gone")

    with workers(2, hire=counted) as crew:
        assert seen == []
        for _ in range(3):
            assert sum(crew.in_order(squared, range(5))) == 30
        assert seen == ["hired"]
    assert seen == ["hired", "gone"]


@pytest.mark.parametrize("number", [1, 2])
def test_the_first_fault_in_order_is_raised_as_it_was(number: int) -> None:
    late = threading.Event()

    def work(task: int) -> int:
        if task == 3:
            if number > 1:
                assert late.wait(LONG)
            raise CapError("the third")
        if task == 4:
            late.set()
            raise CapError("the fourth, which was first in time")
        return task

    got: list[int] = []
    with workers(number, hire=threads) as crew, pytest.raises(CapError, match="the third"):
        keep(crew.in_order(work, range(6)), got)
    assert got == [0, 1, 2]


def test_after_a_fault_nothing_further_is_begun_and_another_round_works() -> None:
    begun: list[int] = []

    def work(task: int) -> int:
        begun.append(task)
        if task == 0:
            raise CapError("at once")
        return task

    with workers(2, hire=threads) as crew:
        with pytest.raises(CapError):
            list(crew.in_order(work, range(1000)))
        assert len(begun) <= 2 * WINDOW
        assert list(crew.in_order(squared, range(3))) == [0, 1, 4]


class Mortal(Executor):
    """Works at once, one task after another; whoever meets a task that kills is broken from then on, with all that
    follows."""

    def __init__(self, kills: Callable[[Any], bool], met: list[Any]) -> None:
        self._kills = kills
        self._met = met
        self._broken = False

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        self._met.append(arguments[0])
        self._broken = self._broken or self._kills(arguments[0])
        if self._broken:
            future.set_exception(BrokenExecutor("a worker died"))
        else:
            future.set_result(work(*arguments, **options))
        return future


def mortal(kills: Callable[[Any], bool], met: list[Any]) -> executors.Hire:
    @contextmanager
    def hire(number: int) -> Iterator[Executor]:
        yield Mortal(kills, met)

    return hire


def test_a_death_costs_nothing_but_time() -> None:
    deaths = iter([True])
    with workers(2, hire=mortal(lambda task: task == 5 and next(deaths, False), [])) as crew:
        assert list(crew.in_order(squared, range(20))) == [k * k for k in range(20)]


def test_a_task_that_kills_is_given_up_by_name_and_the_others_are_not_blamed() -> None:
    met: list[int] = []
    done: list[int] = []
    with (
        workers(2, hire=mortal(lambda task: task == 5, met)) as crew,
        pytest.raises(WorkerError, match=rf"died {DEATHS} times at 5; .*memory"),
    ):
        keep(crew.in_order(squared, range(20)), done)
    assert done == [0, 1, 4, 9, 16]
    assert met.count(5) == DEATHS
    assert all(met.count(task) <= 2 for task in range(20) if task != 5)


class Ward:
    """A quarantine for whole numbers: those from 100 on are known to have killed before."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    def deaths(self, task: int) -> int:
        return DEATHS - 1 if task >= 100 else 0

    def most(self, task: int) -> int:
        return DEATHS

    def given_up(self, task: int, cause: str) -> int:
        self.taken.append(task)
        return -task


def test_with_a_quarantine_a_task_that_kills_has_a_result_in_its_place() -> None:
    met: list[int] = []
    ward = Ward()
    with workers(2, hire=mortal(lambda task: task in (5, 11), met)) as crew:
        results = list(crew.in_order(squared, range(20), ward))
    assert results == [-k if k in (5, 11) else k * k for k in range(20)]
    assert ward.taken == [5, 11]
    assert met.count(5) == met.count(11) == DEATHS


def test_a_task_known_to_kill_has_one_more_chance_and_goes_alone() -> None:
    met: list[int] = []
    ward = Ward()
    with workers(2, hire=mortal(lambda task: task == 101, met)) as crew:
        assert list(crew.in_order(squared, iter([100, 101, 102]), ward)) == [10_000, -101, 10_404]
    assert met == [100, 101, 102]


def keep(results: Iterator[int], done: list[int]) -> None:
    """Also what came before a fault."""
    for result in results:
        done.append(result)


def test_what_broke_an_executor_may_be_explained_where_it_was_made() -> None:
    @contextmanager
    def explaining(number: int) -> Iterator[Executor]:
        try:
            yield Mortal(lambda task: True, [])
        except BrokenExecutor:
            raise CapError("that is why") from None

    with workers(2, hire=explaining) as crew, pytest.raises(CapError, match="that is why"):
        list(crew.in_order(squared, range(3)))


class Clock:
    """Seconds that pass only by working."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, each: float, cores: int = 4) -> None:
        self.now = 0.0
        self.each = each
        self.hired: list[int] = []
        self.done_here = 0
        monkeypatch.setattr("time.perf_counter", lambda: self.now)
        monkeypatch.setattr(executors, "usable_cores", lambda: cores)

    def work(self, task: int) -> int:
        self.now += self.each
        self.done_here += not self.hired
        return task

    @contextmanager
    def hire(self, number: int) -> Iterator[Executor]:
        self.hired.append(number)
        with ThreadPoolExecutor(1) as executor:
            yield executor


def test_unasked_nobody_is_hired_for_little(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, each=0.1)
    with workers(None, hire=clock.hire) as crew:
        assert list(crew.in_order(clock.work, range(20))) == list(range(20))
    assert clock.hired == []


def test_unasked_workers_come_after_one_task_where_much_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, each=1.0)
    with workers(None, hire=clock.hire) as crew:
        assert list(crew.in_order(clock.work, range(20))) == list(range(20))
    assert (clock.hired, clock.done_here) == ([4], 1)


@pytest.mark.parametrize("endless", [True, False])
def test_unasked_workers_come_where_rounds_and_tasks_go_on(monkeypatch: pytest.MonkeyPatch, endless: bool) -> None:
    clock = Clock(monkeypatch, each=0.5)
    rounds = [iter(range(60))] if endless else [range(3) for _ in range(20)]
    with workers(None, hire=clock.hire) as crew:
        for tasks in rounds:
            assert list(crew.in_order(clock.work, (task for task in tasks) if endless else tasks)) != []
    assert clock.hired == [4]
    assert 5 < clock.done_here < 20


def test_nobody_is_hired_unasked_if_the_preparation_says_so_or_there_is_one_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepared: list[str] = []

    def in_vain() -> bool:
        prepared.append("once")
        return False

    clock = Clock(monkeypatch, each=10.0)
    with workers(None, prepare=in_vain, hire=clock.hire) as crew:
        for _ in range(3):
            list(crew.in_order(clock.work, range(5)))
    assert (clock.hired, prepared) == ([], ["once"])
    clock = Clock(monkeypatch, each=10.0, cores=1)
    with workers(None, hire=clock.hire) as crew:
        list(crew.in_order(clock.work, range(5)))
    assert clock.hired == []


@contextmanager
def nobody_to_hire(number: int) -> Iterator[Executor]:
    raise WorkerError("no semaphores here")
    yield


def test_where_nobody_can_be_hired_it_goes_on_here_unless_workers_were_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch, each=10.0)
    with workers(None, hire=nobody_to_hire) as crew:
        assert list(crew.in_order(clock.work, range(5))) == list(range(5))
    with workers(2, hire=nobody_to_hire) as crew, pytest.raises(WorkerError, match="no semaphores"):
        list(crew.in_order(clock.work, range(5)))


def test_workers_asked_for_are_prepared_for_once_and_hired(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    clock = Clock(monkeypatch, each=0.0)

    def prepare() -> bool:
        seen.append(f"prepared, {len(clock.hired)} hired")
        return False

    with workers(3, prepare=prepare, hire=clock.hire) as crew:
        for _ in range(2):
            list(crew.in_order(clock.work, range(5)))
    assert (seen, clock.hired) == (["prepared, 0 hired"], [3])


def test_one_worker_is_this_process_and_prepares_nothing() -> None:
    def never() -> bool:
        raise AssertionError

    with workers(1, prepare=never, hire=threads) as crew:
        assert set(crew.in_order(lambda task: threading.get_ident(), range(3))) == {threading.get_ident()}


def test_there_is_a_core() -> None:
    assert usable_cores() >= 1
