"""Sweeps on other machines, played by processes: a Dask scheduler with workers, a cluster on this machine, an MPI job.
The same digest as one process gives, whoever dies."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sweep_survives import command, finished, stored

import equitysim
from equitysim.errors import UsageError, WorkerError
from equitysim.study.executors import DEATHS
from equitysim.study.machines import cluster as machines_cluster
from equitysim.study.machines import roll
from equitysim.study.machines.hire import crew_on
from equitysim.study.machines.named import Machines, machines_named
from equitysim.study.sweep import Sweep, sweep, swept
from equitysim.study.sweeps import coordinate
from equitysim.study.sweeps.coordinate import Crew
from equitysim.study.sweeps.reading import load_study
from equitysim.study.watch import Watch
from tests.end_to_end.dask_cluster import Cluster, cluster
from tests.needs import missing
from tests.unit.study.sweeps.shop import SHOP, STUDY, shop_study
from tests.unit.study.sweeps.test_quarantine import STUDY_WITH_POISON, deadly

LONG = STUDY.replace("grid: 3", "grid: 8").replace("replications: 2", "replications: 4")
LARGE = SHOP.replace("count: 40", "count: 2_500").replace("leads: 5 per month", "leads: 50 per month")
"""Runs of this shop take long enough to be met in their midst."""
RUNS = 8 * 2 * 3 * 4
WAIT = 120.0

NEEDED = "EQUITYSIM_NEEDS_MPI"
"""Environment variable: 1 makes a missing MPI a failure, as in .ci/run."""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop_study(tmp_path_factory.mktemp("study"), LONG, shop=LARGE)


@pytest.fixture(scope="module")
def digest(study: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of the study, run in one process."""
    return sweep(study, out=tmp_path_factory.mktemp("serial")).digest


def begun(study: Path, out: Path, options: Sequence[str], *, runs: int = 1) -> "subprocess.Popen[str]":
    """A sweep that has stored so many runs and goes on."""
    process = subprocess.Popen(
        command(study, out, options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    until(lambda: stored(out) >= runs, process)
    return process


def until(come: Callable[[], bool], process: "subprocess.Popen[str] | None" = None) -> None:
    """Wait for something, while a process lives."""
    deadline = time.monotonic() + WAIT
    while not come():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(process: "subprocess.Popen[str]", code: int) -> str:
    """What a sweep said until it ended with this code; never a traceback."""
    said = process.communicate(timeout=WAIT)[1]
    assert process.returncode == code, said
    assert "Traceback" not in said
    return said


def test_a_worker_is_killed_and_the_digest_is_that_of_one_process(study: Path, digest: str, tmp_path: Path) -> None:
    with cluster(tmp_path, workers=2) as there:
        process = begun(study, tmp_path / "out", ["--executor", there.executor])
        there.workers[0].kill()
        at = stored(tmp_path / "out")
        said = ended(process, 0)
        assert there.known() == 1
    assert at < RUNS
    assert "on 2 workers" in said
    assert stored(tmp_path / "out") == RUNS
    assert sweep(study, out=tmp_path / "out").digest == digest


def test_it_waits_for_the_first_worker_and_uses_who_comes_later(study: Path, digest: str, tmp_path: Path) -> None:
    with cluster(tmp_path) as there:
        process = subprocess.Popen(
            command(study, tmp_path / "out", ["--executor", there.executor]),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert process.stderr is not None
        assert any("No worker has joined the Dask scheduler" in line for line in process.stderr)
        there.join(2, wait=False)
        ended(process, 0)
    assert sweep(study, out=tmp_path / "out").digest == digest


def test_threads_of_one_worker_do_not_disturb_each_other(study: Path, digest: str, tmp_path: Path) -> None:
    """Not faster, and what Dask starts unless told otherwise."""
    with cluster(tmp_path) as there:
        there.join(1, threads=4)
        assert "on 4 workers" in ended(begun(study, tmp_path / "out", ["--executor", there.executor]), 0)
    assert sweep(study, out=tmp_path / "out").digest == digest


class Reacts:
    """Does something when so many runs are done, and something when a text is said; all is heard."""

    def __init__(self, at: Callable[[], None], to: str, then: Callable[[], None]) -> None:
        self.said: list[str] = []
        self._at, self._to, self._then = [at], to, [then]
        self.watch = Watch(progress=self._done, said=self._hear)

    def _done(self, done: int, _: int) -> None:
        if done >= 10 and self._at:
            self._at.pop()()

    def _hear(self, text: str) -> None:
        self.said.append(text)
        if self._to in text and self._then:
            self._then.pop()()

    def meets(self, study: Path, out: Path, there: Cluster, digest: str) -> list[str]:
        """What is said in a sweep that goes through this and has the digest of one process."""
        assert sweep(study, out=out, executor=there.executor, watch=self.watch).digest == digest
        assert not self._at
        assert not self._then
        return self.said


def test_all_workers_leave_which_is_said_and_others_take_over(study: Path, digest: str, tmp_path: Path) -> None:
    with cluster(tmp_path, workers=2) as there:
        left, joined = Reacts(
            there.abandon,
            "All workers have left",
            lambda: there.join(1, wait=False),
        ).meets(study, tmp_path / "out", there, digest)
    assert "waiting for others. Ctrl-C ends this" in left
    assert joined == "Workers have joined (1); going on."


def test_a_scheduler_that_stands_still_is_told_and_waited_for(
    study: Path, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll, "ANSWER_SECONDS", 1.0)
    with cluster(tmp_path, workers=1) as there:
        said = Reacts(
            lambda: there.scheduler.send_signal(signal.SIGSTOP),
            "has not answered for 1 seconds",
            lambda: there.scheduler.send_signal(signal.SIGCONT),
        ).meets(study, tmp_path / "out", there, digest)
    assert said[1:] == ["The Dask scheduler answers again."]


def test_a_worker_that_stands_still_is_told_by_name(
    study: Path, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll, "SILENT_SECONDS", 3.0)
    monkeypatch.setattr(machines_cluster, "SILENT_SECONDS", 3.0)
    with cluster(tmp_path, workers=2) as there:
        (silent,) = Reacts(
            lambda: there.workers[0].send_signal(signal.SIGSTOP),
            "nothing was heard for 3 seconds of tcp://",
            lambda: there.workers[0].send_signal(signal.SIGCONT),
        ).meets(study, tmp_path / "out", there, digest)
    assert silent.count("tcp://") == 1


def test_an_interrupt_ends_it_while_the_scheduler_stands_still(study: Path, digest: str, tmp_path: Path) -> None:
    with cluster(tmp_path, workers=1) as there:
        process = begun(study, tmp_path / "out", ["--executor", there.executor])
        there.scheduler.send_signal(signal.SIGSTOP)
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        assert "the same command goes on from there" in ended(process, 130)
    assert sweep(study, out=tmp_path / "out").digest == digest


def test_a_scheduler_that_dies_ends_it_and_what_was_run_is_kept(study: Path, digest: str, tmp_path: Path) -> None:
    with cluster(tmp_path, workers=2) as there:
        process = begun(study, tmp_path / "out", ["--executor", there.executor])
        there.scheduler.kill()
        said = ended(process, 1)
    assert "has gone" in said
    assert "distributed.client" not in said
    assert 0 < stored(tmp_path / "out") < RUNS
    assert sweep(study, out=tmp_path / "out").digest == digest


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a worker whose equitysim has the same version and another source file."""
    folder = tmp_path_factory.mktemp("another")
    shutil.copytree(Path(equitysim.__file__).parent, folder / "equitysim", ignore=shutil.ignore_patterns("*.pyc"))
    with (folder / "equitysim" / "errors.py").open("a", encoding="utf-8") as file:
        file.write("\n# another\n")
    return {"PYTHONPATH": str(folder)}


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a worker whose equitysim is an empty folder."""
    (tmp_path / "nothing" / "equitysim").mkdir(parents=True)
    (tmp_path / "nothing" / "equitysim" / "__init__.py").touch()
    return {"PYTHONPATH": str(tmp_path / "nothing")}


def test_a_worker_with_other_sources_is_refused_by_name(study: Path, tmp_path: Path, another: dict[str, str]) -> None:
    with cluster(tmp_path, workers=1) as there:
        there.join(1, environment=another)
        process = subprocess.Popen(
            command(study, tmp_path / "out", ["--executor", there.executor]), stderr=subprocess.PIPE, encoding="utf-8"
        )
        said = ended(process, 1)
    assert said.count("tcp://") == 1
    assert "the scheduler" not in said
    assert f"equitysim {equitysim.__version__} with other source files" in said
    assert not (tmp_path / "out").exists()


def test_a_scheduler_without_equitysim_is_told(study: Path, tmp_path: Path, bare: dict[str, str]) -> None:
    """It unpickles what passes through it; Dask would fail every task with a word about task graphs."""
    with cluster(tmp_path, workers=1, scheduler=bare) as there:
        process = subprocess.Popen(
            command(study, tmp_path / "out", ["--executor", there.executor]), stderr=subprocess.PIPE, encoding="utf-8"
        )
        said = ended(process, 1)
    assert said.count("tcp://") == 1
    assert "the scheduler tcp://" in said
    assert "another equitysim, or none" in said


@pytest.mark.parametrize(
    ("which", "what"),
    [
        ("another", "with other source files"),
        pytest.param("bare", "another equitysim, or none", marks=pytest.mark.long),
    ],
)
def test_one_that_joins_later_and_differs_is_named_and_sent_away(
    study: Path, digest: str, tmp_path: Path, which: str, what: str, request: pytest.FixtureRequest
) -> None:
    environment, out = request.getfixturevalue(which), tmp_path / "out"
    with cluster(tmp_path, workers=1) as there:
        told = Reacts(lambda: there.join(1, wait=False, environment=environment), "", lambda: None)
        after: list[int] = []

        def goes_on(done: int, total: int) -> None:
            """Ends it when runs come after the news: endless otherwise, beside the seconds in which a worker joins."""
            told.watch.progress(done, total)
            after.extend([done] * bool(told.said))
            if len(after) > 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            sweep(
                study,
                out=out,
                replications=100,
                executor=there.executor,
                watch=told.watch._replace(progress=goes_on),
            )
        (said,) = told.said
        assert there.workers[1].wait(WAIT) is not None
        assert there.known() == 1
    assert said.startswith("A worker that joined is not as this process is, and was sent away: tcp://")
    assert what in said
    assert sweep(study, out=out).digest == digest


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machines_cluster, "ANSWER_SECONDS", 0.5)
    with pytest.raises(WorkerError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        sweep(shop_study(tmp_path), out=tmp_path / "out", executor="dask:tcp://127.0.0.1:1")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("address", ["127.0.0.1", "http://127.0.0.1:80", "nowhere.json", "[", "../../etc/passwd"])
def test_what_is_no_address_is_a_usage_error(address: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is no address of a Dask scheduler|there is no scheduler file"):
        sweep(shop_study(tmp_path), executor=f"dask:{address}")


def test_a_cluster_on_this_machine_gives_the_digest_of_one_process(tmp_path: Path) -> None:
    study = shop_study(tmp_path, LONG)
    with taken(8787):
        done = finished(study, tmp_path / "out", ["--executor", "dask", "--workers", "2"])
    assert done.digest == sweep(study, out=tmp_path / "serial").digest
    locally = finished(study, tmp_path / "locally", ["--workers", "2"])
    assert lasting(done.said) == lasting(locally.said)


@contextmanager
def taken(port: int) -> Iterator[None]:
    """A port that somebody listens at."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # then somebody does already
            one.bind(("127.0.0.1", port))
            one.listen()
        yield


def lasting(said: str) -> list[str]:
    """What is said every time, without the time to go and the folder."""
    return [line for line in said.splitlines() if "to go" not in line and not line.startswith(("Written to", "Next:"))]


def workers_of(process: int) -> list[int]:
    """Those that Dask started: they are started by a thread of the coordinator."""
    return [
        int(one)
        for thread in Path(f"/proc/{process}/task").iterdir()
        for one in (thread / "children").read_text("utf-8").split()
    ]


def alive(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_its_workers_end_with_the_coordinator(study: Path, digest: str, tmp_path: Path, how: signal.Signals) -> None:
    """Being told to end is an interrupt before anything of Dask's is met: test_workers.py."""
    process = begun(study, tmp_path / "out", ["--executor", "dask", "--workers", "2"])
    workers = workers_of(process.pid)
    assert len(workers) >= 2
    process.send_signal(how)
    said = ended(process, -how if how == signal.SIGKILL else 130)
    assert how == signal.SIGKILL or "the same command goes on from there" in said
    until(lambda: not any(map(alive, workers)))
    assert 0 < stored(tmp_path / "out") < RUNS
    assert sweep(study, out=tmp_path / "out").digest == digest


def test_a_killed_worker_of_it_is_replaced(study: Path, digest: str, tmp_path: Path) -> None:
    process = begun(study, tmp_path / "out", ["--executor", "dask", "--workers", "2"])
    os.kill(workers_of(process.pid)[-1], signal.SIGKILL)
    ended(process, 0)
    assert stored(tmp_path / "out") == RUNS
    assert sweep(study, out=tmp_path / "out").digest == digest


def test_a_point_that_kills_workers_is_a_failed_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop_study(tmp_path, STUDY_WITH_POISON.replace("replications: 2", "replications: 1"))
    deaths = tmp_path / "deaths"
    monkeypatch.setenv("DEATHS_FILE", str(deaths))
    with monkeypatch.context() as planted:
        planted.setattr(coordinate, "perform", deadly)
        done = swept_on(machines_named("dask"), path, 2)
    assert {(one.policy, one.replication) for one in done.failures} == {("recover", 0)}
    assert len(done.failures) == 2
    assert all(f"died {DEATHS} times" in one.error for one in done.failures)
    assert DEATHS <= len(deaths.read_text("utf-8")) <= 2 * DEATHS
    assert len(done.frame("runs").query("status == 'done'")) == 6 * 3 - 2


def swept_on(machines: Machines, path: Path, count: int) -> Sweep:
    with crew_on(machines, count, lambda: True, print) as crew:
        folder = path.with_suffix("")
        folder.mkdir(exist_ok=True)
        return swept(load_study(path), folder, "compiled", Crew(crew.in_order, crew.size), Watch())


def mpiexec() -> str:
    """Where MPI is, or why it is not tested."""
    found = shutil.which("mpiexec", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None or find_spec("mpi4py") is None:
        lacks = "mpiexec" if found is None else "mpi4py"
        missing(
            NEEDED, f"sweeps were NOT tested on MPI: {lacks} is not installed (docs/machines.md says how to get it)"
        )
    return found


def on_ranks(count: int, *arguments: Any) -> subprocess.CompletedProcess[str]:
    """A command as rank 0 of an MPI job. The variables let Open MPI run as root, and more ranks than cores."""
    allowed = ("OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM")
    more = {"PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe", "OMPI_MCA_rmaps_base_oversubscribe": "1"}
    return subprocess.run(
        [mpiexec(), "-n", str(count), sys.executable, "-m", "mpi4py.futures", "-m", "equitysim", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=2 * WAIT,
        env={**os.environ, **dict.fromkeys(allowed, "1"), **more},
    )


def test_three_ranks_give_the_digest_of_one_process(tmp_path: Path) -> None:
    study = shop_study(tmp_path, LONG)
    done = on_ranks(3, "sweep", study, "--out", tmp_path / "out", "--executor", "mpi")
    assert done.returncode == 0, done.stderr
    assert f"digest {sweep(study, out=tmp_path / 'serial').digest}" in done.stdout
    assert "on 2 workers" in done.stderr


def test_failed_runs_end_an_mpi_job_with_four(tmp_path: Path) -> None:
    path = shop_study(tmp_path, STUDY.replace("programs.welcome.gain: [4, 8]", "limits.customers: [20, 1000]"))
    done = on_ranks(2, "sweep", path, "--executor", "mpi")
    assert done.returncode == 4, done.stderr
    assert "36 runs, 18 failed" in done.stdout


def test_an_mpi_job_of_one_rank_is_told_what_to_type(tmp_path: Path) -> None:
    done = on_ranks(1, "sweep", shop_study(tmp_path), "--executor", "mpi")
    assert done.returncode == 2
    assert "mpiexec -n 8 python -m mpi4py.futures -m equitysim COMMAND FILE --executor mpi" in done.stderr


def test_mpi_ranks_of_slurm_that_do_not_know_each_other_it_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLURM_STEP_ID", "0")
    done = on_ranks(1, "sweep", shop_study(tmp_path), "--executor", "mpi")
    assert done.returncode == 2
    assert "srun --mpi=pmi2 -n 8 python -m mpi4py.futures -m equitysim COMMAND FILE --executor mpi" in done.stderr
