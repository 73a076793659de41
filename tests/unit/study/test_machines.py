"""Executors by name, who computes with the same, and executors whose workers come, go and die with single tasks."""

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

import pytest

from equitysim.errors import UsageError, WorkerError
from equitysim.study.executors import DEATHS, WINDOW, Elastic, Hire, LostError, workers
from equitysim.study.machines import alike, named
from equitysim.study.machines.alike import Alike, differences, here, packed, sealed
from equitysim.study.machines.named import Kind, Machines, checked_number, machines_named
from tests.unit.study.test_executors import Ward, squared


@pytest.mark.parametrize(
    ("name", "machines"),
    [
        ("processes", Machines(Kind.PROCESSES)),
        ("dask", Machines(Kind.DASK)),
        ("dask:tcp://127.0.0.1:8786", Machines(Kind.DASK, "tcp://127.0.0.1:8786")),
        ("dask: scheduler.json", Machines(Kind.DASK, "scheduler.json")),
    ],
)
def test_names_of_executors(name: str, machines: Machines) -> None:
    assert machines_named(name) == machines


@pytest.mark.parametrize("name", ["", "threads", "Dask", "processes:4", "mpi:4", ":", "dask;"])
def test_an_unknown_executor_is_told_which_there_are(name: str) -> None:
    with pytest.raises(UsageError, match="there are processes, dask, dask:ADDRESS or mpi"):
        machines_named(name)


def test_an_address_that_is_missing() -> None:
    with pytest.raises(UsageError, match="such as dask:tcp://"):
        machines_named("dask: ")


@pytest.mark.parametrize(
    ("name", "needs"), [("dask", "distributed"), ("dask:tcp://a:1", "distributed"), ("mpi", "mpi4py")]
)
def test_a_missing_extra_is_told_with_what_installs_it(name: str, needs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "find_spec", lambda module: None)
    word = name.partition(":")[0]
    with pytest.raises(UsageError, match=rf"needs {needs}; install it with: pip install 'equitysim\[{word}\]'"):
        machines_named(name)
    assert machines_named("processes").kind is Kind.PROCESSES


def test_a_number_of_workers_is_refused_where_others_say_how_many_there_are() -> None:
    for machines in (Machines(Kind.DASK, "tcp://a:1"), Machines(Kind.MPI)):
        checked_number(machines, None)
        checked_number(machines, 1)
        with pytest.raises(UsageError, match="leave out the number of workers"):
            checked_number(machines, 2)
    checked_number(Machines(Kind.DASK), 2)


def test_what_differs_is_said_in_words() -> None:
    ours = here()
    assert list(differences(ours, ours)) == []
    for field in set(ours._fields) - {"sources"}:
        (said,) = differences(ours, ours._replace(**{field: "0"}))
        assert said.endswith(f" 0, here {getattr(ours, field)}")
    (said,) = differences(ours, ours._replace(sources="0"))
    assert said == f"equitysim {ours.equitysim} with other source files"


def test_work_is_done_only_by_who_computes_with_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = pickle.dumps(Alike(squared, here()))
    assert pickle.loads(sent)(packed(3)) == 9
    travelling = sealed(squared, 3)
    other = here()._replace(numpy="1.0")
    monkeypatch.setattr(alike, "here", lambda: other)
    with pytest.raises(WorkerError, match=r"a worker computes with NumPy 1\.0, here "):
        pickle.loads(sent)(b"not even unpickled")
    with pytest.raises(WorkerError, match=r"a worker computes with"):
        pickle.loads(travelling)


def test_a_sealed_task_is_done_by_unpickling_it() -> None:
    assert pickle.loads(sealed(squared, 3)) == 9


class Crowd(Elastic):
    """Works at once; a task that kills is lost with so many workers, and nothing else is."""

    def __init__(self, kills: Callable[[Any], bool], deaths: int, met: list[Any], sizes: Iterator[int]) -> None:
        self._kills = kills
        self._deaths = deaths
        self._met = met
        self._sizes = sizes

    @property
    def workers(self) -> int:
        return next(self._sizes)

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        self._met.append(arguments[0])
        if self._kills(arguments[0]):
            future.set_exception(LostError(self._deaths))
        else:
            future.set_result(work(*arguments))
        return future


def crowd(
    met: list[Any], *, kills: Callable[[Any], bool] = lambda task: False, deaths: int = 1, sizes: tuple[int, ...] = (2,)
) -> Hire:
    def forever() -> Iterator[int]:
        yield from sizes
        while True:
            yield sizes[-1]

    @contextmanager
    def hire(number: int) -> Iterator[Executor]:
        met.append("hired")
        yield Crowd(kills, deaths, met, forever())

    return hire


def test_all_is_sent_away_if_it_shall_be_even_a_single_task_to_a_single_worker() -> None:
    met: list[Any] = []
    with workers(1, hire=crowd(met), here=False) as crew:
        assert list(crew.in_order(squared, [3])) == [9]
    assert met == ["hired", 3]


def test_it_is_known_at_once_who_is_there() -> None:
    met: list[Any] = []
    with workers(1, hire=crowd(met, sizes=(7,)), here=False) as crew:
        assert (crew.size, met) == (1, [])
        assert (crew.muster(), crew.size, met) == (7, 7, ["hired"])


def test_all_is_prepared_once_before_the_first_task_also_where_somebody_is_there_already() -> None:
    met: list[Any] = []

    def prepare() -> bool:
        met.append("prepared")
        return True

    with workers(1, prepare=prepare, hire=crowd(met), here=False) as crew:
        crew.muster()
        assert list(crew.in_order(squared, [3, 4])) == [9, 16]
        assert list(crew.in_order(squared, [5])) == [25]
    assert met == ["hired", "prepared", 3, 4, 5]


def test_tasks_are_handed_out_to_as_many_as_there_are_at_the_moment() -> None:
    ahead: list[int] = []
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for task in range(1, 101):
            taken.append(task)
            yield task

    with workers(1, hire=crowd([], sizes=(*[1] * 5, *[10] * 5, 1)), here=False) as crew:
        crew.muster()
        for done, result in enumerate(crew.in_order(squared, tasks()), 1):
            assert result == done * done
            ahead.append(len(taken) - done)
    assert max(ahead[:3]) < WINDOW
    assert max(ahead) == WINDOW * 10 - 1
    assert ahead[-20:-WINDOW] == [WINDOW - 1] * (20 - WINDOW)


@pytest.mark.parametrize(("deaths", "times"), [(1, DEATHS), (DEATHS + 1, 1)])
def test_a_task_lost_alone_is_tried_again_and_the_executor_stays(deaths: int, times: int) -> None:
    met: list[Any] = []
    ward = Ward()
    with workers(2, hire=crowd(met, kills=lambda task: task == 5, deaths=deaths), here=False) as crew:
        results = list(crew.in_order(squared, range(20), ward))
    assert results == [-k if k == 5 else k * k for k in range(20)]
    assert met.count("hired") == 1
    assert met.count(5) == times
    assert all(met.count(task) == 1 for task in range(20) if task != 5)


def test_without_a_quarantine_it_is_an_error_that_names_the_task() -> None:
    with (
        workers(2, hire=crowd([], kills=lambda task: task == 5, deaths=4), here=False) as crew,
        pytest.raises(WorkerError, match="died 4 times at 5"),
    ):
        list(crew.in_order(squared, range(20)))
