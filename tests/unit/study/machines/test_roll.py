"""What is said to who waits for a cluster: each change once, and nothing while all is as it was."""

import math
from collections.abc import Callable
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from equitysim.errors import WorkerError
from equitysim.study.machines import roll
from equitysim.study.machines.roll import ANSWER_SECONDS, COUNT_SECONDS, SILENT_SECONDS, Present, Roll, silent_workers


class Waiting:
    """A roll whose clock and scheduler are played; ``said`` is what one hears."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, threads: int = 2, patience: float = math.inf) -> None:
        self.now = 100.0
        self.said: list[str] = []
        self.questions: list[tuple[bool, Future[Present]]] = []
        monkeypatch.setattr(roll, "time", SimpleNamespace(monotonic=lambda: self.now))
        self.roll = Roll(self.ask, "tcp://a:1", self.said.append, threads, patience)

    def ask(self, silent: bool) -> "Future[Present]":
        self.questions.append((silent, Future()))
        return self.questions[-1][1]

    def passes(self, seconds: float, waited: float = 0.0) -> None:
        self.now += seconds
        self.roll.call(waited)

    def answered(self, threads: int, silent: tuple[str, ...] = (), waited: float = 0.0) -> None:
        """The next question and its answer."""
        self.passes(COUNT_SECONDS, waited)
        self.questions[-1][1].set_result(Present(threads, silent))
        self.passes(0.1, waited)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Waiting]:
    return lambda threads=2, patience=math.inf: Waiting(monkeypatch, threads, patience)


def test_one_question_at_a_time_and_only_after_a_while(waiting: Callable[..., Waiting]) -> None:
    there = waiting()
    for _ in range(20):
        there.passes(COUNT_SECONDS / 8)
    assert len(there.questions) == 1
    there.answered(3)
    assert (there.roll.threads, there.said) == (3, [])


def test_all_who_leave_and_who_come_are_told_once(waiting: Callable[..., Waiting]) -> None:
    there = waiting()
    for threads in (2, 0, 0, 3, 3, 1):
        there.answered(threads)
    left, joined = there.said
    assert left.startswith("All workers have left the Dask scheduler at tcp://a:1; waiting for others.")
    assert "Ctrl-C" in left
    assert joined == "Workers have joined (3); going on."


def test_who_waits_for_the_first_is_not_told_that_all_have_left(waiting: Callable[..., Waiting]) -> None:
    there = waiting(0)
    there.answered(0)
    there.answered(1)
    assert there.said == ["Workers have joined (1); going on."]


def test_where_nothing_is_kept_nobody_waits_for_ever_for_others(waiting: Callable[..., Waiting]) -> None:
    there = waiting(0, patience=60.0)
    there.passes(1000.0)
    there.answered(1)
    there.answered(0)
    assert "waiting 60 seconds for others" in there.said[-1]
    there.passes(50.0)
    there.answered(1)
    there.passes(1000.0)
    there.answered(0)
    there.passes(59.0)
    with pytest.raises(WorkerError, match="none has come for 60 seconds"):
        there.passes(1.5)


def test_a_scheduler_that_is_silent_is_told_once_and_so_is_its_return(waiting: Callable[..., Waiting]) -> None:
    there = waiting()
    there.passes(COUNT_SECONDS)
    there.passes(ANSWER_SECONDS - 0.1)
    assert there.said == []
    for _ in range(5):
        there.passes(1.0)
    (silent,) = there.said
    assert silent.startswith("The Dask scheduler at tcp://a:1 has not answered for 10 seconds")
    there.questions[-1][1].set_result(Present(2))
    there.passes(1.0)
    assert there.said[1:] == ["The Dask scheduler answers again."]


def test_a_question_that_fails_is_put_again(waiting: Callable[..., Waiting]) -> None:
    there = waiting()
    there.passes(COUNT_SECONDS)
    there.questions[-1][1].set_exception(OSError("cut"))
    there.passes(0.1)
    there.answered(5)
    assert (len(there.questions), there.roll.threads, there.said) == (2, 5, [])


def test_a_scheduler_is_silent_too_where_every_question_fails(waiting: Callable[..., Waiting]) -> None:
    there = waiting()
    for _ in range(12):
        there.passes(COUNT_SECONDS)
        if not there.questions[-1][1].done():
            there.questions[-1][1].set_exception(OSError("no route"))
    (silent,) = there.said
    assert "has not answered" in silent


def test_silent_workers_are_asked_for_only_where_a_task_is_waited_for(waiting: Callable[..., Waiting]) -> None:
    there = waiting()
    there.answered(2, waited=SILENT_SECONDS - 1)
    there.answered(2, waited=SILENT_SECONDS)
    assert [silent for silent, _ in there.questions] == [False, True]


def test_each_silent_worker_is_named_once_until_it_is_heard_again(waiting: Callable[..., Waiting]) -> None:
    there = waiting()
    for silent in (("b",), ("a", "b"), (), ("b",)):
        there.answered(2, silent, waited=SILENT_SECONDS)
    assert [text.partition(" seconds of ")[2].partition(":")[0] for text in there.said] == ["b", "a", "b"]


def test_what_another_thread_notes_is_said_with_the_next_call(waiting: Callable[..., Waiting]) -> None:
    there = waiting()
    there.roll.note("news")
    assert there.said == []
    there.passes(0.0)
    there.passes(0.0)
    assert there.said == ["news"]


def test_the_clock_of_the_scheduler_says_who_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roll, "time", SimpleNamespace(time=lambda: 1000.0))
    seen = {"a": SimpleNamespace(last_seen=969.0), "b": SimpleNamespace(last_seen=971.0)}
    assert silent_workers(30.0, SimpleNamespace(workers=seen)) == ("a",)
