"""Runs and comparisons by other machines, played by processes: the bytes of one process, and an end where nothing can
be had any more. What the machines themselves must do is in test_machines.py."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import equitysim as es
from equitysim.cli import main, simulate
from equitysim.cli.terminal import Exit, say
from equitysim.errors import UsageError, WorkerError
from equitysim.scenario.vary import Variant
from equitysim.statistics.comparison import Comparison
from equitysim.study import vary
from equitysim.study.machines import cluster as dask
from equitysim.study.machines import roll
from equitysim.study.meter import meter
from equitysim.study.worlds import worlds
from tests.end_to_end.dask_cluster import Cluster, cluster
from tests.end_to_end.test_cli import SMALL
from tests.end_to_end.test_machines import on_ranks
from tests.end_to_end.test_workers import without_seconds
from tests.unit.study.few import few

SCENARIO = few(uncertain={"programs.letter.cost": "0 to 60"}, compare={"baseline": "today", "matters": "20"})
MANY = 40
"""Replications: there is something left to run when somebody dies."""


Living = Callable[[int], Cluster]


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """A cluster of at least so many workers, whatever tests before did to it."""
    started: list[Cluster] = []
    with ExitStack() as all_of_them:

        def at_least(workers: int) -> Cluster:
            if not started or started[-1].scheduler.poll() is not None:
                started.append(all_of_them.enter_context(cluster(tmp_path_factory.mktemp("cluster"))))
            started[-1].join(max(0, workers - started[-1].known()))
            return started[-1]

        yield at_least


@pytest.fixture
def there(living: Living) -> Cluster:
    """With two workers."""
    return living(2)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def alone() -> list[str]:
    return digests(es.compare(SCENARIO, replications=MANY))


def digests(comparison: Comparison) -> list[str]:
    return [policy.digest for policy in comparison.policies]


def test_everything_that_compare_answers_is_the_same(there: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also as many replications as a verdict needs, other horizons, assumptions and worlds: one crew runs them all."""
    answers = import_module("equitysim.study.decide")
    monkeypatch.setattr(answers, "meter", partial(meter, replications=1))
    monkeypatch.setattr(answers, "worlds", partial(worlds, count=4, replications=1))
    away, here = (es.decide(SCENARIO, executor=executor) for executor in (there.executor, "processes"))
    assert away.comparison.context.first_stage is not None
    assert None not in (away.horizons, away.meter, away.worlds)
    assert json.dumps(away.document()) == json.dumps(here.document())


def test_so_are_the_values_of_a_key(there: Cluster) -> None:
    variants = [Variant(text, few(failure={"per_order": text})) for text in ("2 %", "20 %")]
    away, here = (
        vary(few(), "failure.per_order", variants, replications=2, executor=executor)
        for executor in (there.executor, "processes")
    )
    assert json.dumps(away.document()) == json.dumps(here.document())


def outputs(scenario: Path, out: Path, capsys: pytest.CaptureFixture[str], *how: str) -> dict[str, Any]:
    """What ``run`` prints and writes of two replications with everybody's events, without seconds."""
    asked = ("run", scenario, "--policy", "recover everyone", "--replications", "2", "--events", "--json")
    assert main(list(map(str, (*asked, "--quiet", "--out", out, *how)))) == 0
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    return {"printed": json.loads(capsys.readouterr().out), **files, "runs.csv": without_seconds(files["runs.csv"])}


def test_a_run_is_too_with_its_events(
    there: Cluster, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also into a folder that is named as seen from here: workers have another working directory."""
    here = outputs(small, tmp_path / "here", capsys, "--workers", "1")
    monkeypatch.chdir(tmp_path)
    away = outputs(small, Path("away"), capsys, "--executor", there.executor)
    assert {"events.csv", "ledger.csv"} < set(away)
    assert away == here


@pytest.mark.long
def test_a_cluster_on_this_machine(alone: list[str]) -> None:
    assert digests(es.compare(SCENARIO, replications=MANY, executor="dask", workers=2)) == alone


def killing(*processes: Any) -> Callable[[int, int], None]:
    """Progress that kills processes after the first run."""

    def advance(done: int, total: int) -> None:
        if done == 1:
            for process in processes:
                process.kill()

    return advance


def compared(there: Cluster, progress: Callable[[int, int], None], said: Callable[[str], None] = print) -> list[str]:
    watch = es.Watch(progress=progress, said=said)
    return digests(es.compare(SCENARIO, replications=MANY, executor=there.executor, watch=watch))


def test_a_worker_that_dies_costs_nothing_but_time(alone: list[str], there: Cluster) -> None:
    assert compared(there, killing(*there.workers[:-1])) == alone


@pytest.mark.long
def test_when_all_have_left_it_says_so_and_waits_for_others(
    alone: list[str], there: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def heard(news: str) -> None:
        """Another worker comes when it was said that none is left: before that it might pass unnoticed."""
        said.append(news)
        if "All workers have left" in news:
            there.join(1, wait=False)

    monkeypatch.setattr(roll, "COUNT_SECONDS", 0.1)
    assert compared(there, killing(*there.workers), heard) == alone
    assert "waiting 60 seconds for others" in said[0]


def test_when_nobody_comes_there_is_an_end(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    there = living(1)
    monkeypatch.setattr(roll, "COUNT_SECONDS", 0.1)
    monkeypatch.setattr(dask, "PATIENCE_SECONDS", 0.5)
    with pytest.raises(WorkerError, match=r"none has come for 0\.5 seconds\. Nothing is kept") as ended:
        compared(there, killing(*there.workers))
    assert ended.value.exit_code == Exit.INTERNAL_FAULT


NOBODY = "dask:tcp://127.0.0.1:1"


@pytest.mark.parametrize(
    "asked",
    [
        lambda: es.run(SCENARIO, "today", executor=NOBODY),
        lambda: es.compare(SCENARIO, executor=NOBODY),
        lambda: es.decide(SCENARIO, executor=NOBODY),
        lambda: vary(few(), "seed", [Variant(text, few()) for text in "12"], executor=NOBODY),
    ],
    ids=["run", "compare", "decide", "vary"],
)
def test_nothing_is_run_here_where_nobody_is_there(
    asked: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "ANSWER_SECONDS", 0.2)
    with pytest.raises(WorkerError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        asked()


def test_processes_of_a_researcher_stay_here() -> None:
    with pytest.raises(UsageError, match="cannot be sent to other machines"):
        es.run(SCENARIO, "today", executor=NOBODY, processes=[lambda world: iter(())])


def test_three_ranks_of_mpi_give_the_same_run(small: Path, tmp_path: Path) -> None:
    asked = ("run", small, "--policy", "recover everyone", "--replications", "3", "--json", "--out", tmp_path / "out")
    done = on_ranks(3, *asked, "--executor", "mpi")
    assert done.returncode == 0, done.stderr
    here = es.run(es.load(small), "recover everyone", replications=3)
    assert json.loads(done.stdout)["digest"] == here.outcome.digest


def test_a_scheduler_that_dies_ends_a_comparison_with_one_and_a_word(
    small: Path, living: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, there = tmp_path / "out", living(1)

    @contextmanager
    def watching(*, quiet: bool) -> Iterator[es.Watch]:
        yield es.Watch(progress=killing(there.scheduler), said=say)

    monkeypatch.setattr(simulate, "watching", watching)
    asked = ("compare", small, "--replications", str(MANY), "--events", "--out", out, "--executor", there.executor)
    assert main(list(map(str, asked))) == Exit.INTERNAL_FAULT
    told = capsys.readouterr()
    last = told.err.splitlines()[-1]
    assert last.startswith("Error: the Dask scheduler at ")
    assert last.endswith(
        " has gone; start it again, or use another. Nothing is kept of what was run: the same command begins anew"
    )
    assert "Traceback" not in told.err
    assert told.out == ""
    assert list(out.iterdir()) == []
