"""Runs on several processes: the same bytes, and nobody left behind. Everything has a time after which it has
failed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_cli import SMALL
from tests.end_to_end.typed import typed

LONG = 120.0
"""Seconds after which a process has failed."""

SOON = 10.0
"""Seconds within which nobody may be left."""

ENDLESS = "100000"

posix = pytest.mark.skipif(os.name != "posix", reason="process groups of POSIX")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario with a policy that switches a source off, so that it is divided by other people than its own."""
    path = tmp_path_factory.mktemp("workers") / "small.yaml"
    path.write_text(
        SMALL.replace("\ncompare:", "\n  no flyers: [welcome, {channel: flyers, leads: 0 per month}]\ncompare:"),
        "utf-8",
    )
    return path


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "equitysim", *map(str, arguments)]


def ended(number: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A command on so many workers; with one, its own process does everything."""
    asked = (*arguments, "--workers", str(number))
    if number == 1:
        return typed(*asked)
    return subprocess.run(command(*asked), capture_output=True, encoding="utf-8", check=False, timeout=LONG)


def outputs(scenario: Path, folder: Path, number: int, *asked: str) -> dict[str, Any]:
    """Everything a command prints and writes that must not depend on the number of workers."""
    done = ended(number, *asked, scenario, "--replications", "3", "--events", "--json", "--out", folder)
    assert done.returncode == 0, done.stderr
    assert {path.suffix for path in folder.iterdir()} <= {".csv", ".html", ".yaml", ""}
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    files["runs.csv"] = without_seconds(files["runs.csv"])
    return {"printed": json.loads(done.stdout), **files}


def without_seconds(runs: bytes) -> bytes:
    header, *rows = runs.splitlines()
    assert header.endswith(b",seconds")
    return b"\n".join(row.rpartition(b",")[0] for row in (header, *rows))


def differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    """The outputs that are not the same bytes, or not in both."""
    return {name for name in {*one, *other} if name not in one or name not in other or one[name] != other[name]}


@pytest.fixture(scope="module")
def by_one(small: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return outputs(small, tmp_path_factory.mktemp("one"), 1, "compare")


@pytest.mark.parametrize("number", [2, pytest.param(8, marks=pytest.mark.long)])
def test_a_comparison_is_the_same_bytes_for_any_number_of_workers(
    small: Path, by_one: dict[str, Any], tmp_path: Path, number: int
) -> None:
    by_many = outputs(small, tmp_path, number, "compare")
    assert {"ledger.csv", "events.csv", "values.csv", "differences.csv", "figures/five_sources.svg"} <= set(by_many)
    assert differing(by_one, by_many) == set()


def test_one_changed_byte_and_two_runs_in_another_order_are_seen(by_one: dict[str, Any]) -> None:
    for name, content in by_one.items():
        if isinstance(content, bytes):
            changed = content[:-2] + bytes([content[-2] ^ 1]) + content[-1:]
            assert differing(by_one, {**by_one, name: changed}) == {name}
    assert differing(by_one, {**by_one, "printed": {**by_one["printed"], "seed": 2}}) == {"printed"}
    header, first, second, *rest = by_one["runs.csv"].split(b"\n")
    unordered = b"\n".join([header, second, first, *rest])
    assert differing(by_one, {**by_one, "runs.csv": unordered}) == {"runs.csv"}
    assert differing(by_one, {name: by_one[name] for name in by_one if name != "ledger.csv"}) == {"ledger.csv"}


@pytest.mark.parametrize("policy", ["recover everyone", "no flyers"])
def test_a_policy_alone_is_the_same_bytes_too(small: Path, tmp_path: Path, policy: str) -> None:
    one, two = (outputs(small, tmp_path / str(n), n, "run", "--policy", policy) for n in (1, 2))
    assert differing(one, two) == set()


@contextlib.contextmanager
def at_work(small: Path, folder: Path, number: int = 2) -> Iterator[subprocess.Popen[str]]:
    """A comparison without end in a process group of its own; whatever happens, nobody of it survives the block."""
    asked = ("--workers", str(number), "--replications", ENDLESS, "--events", "--out", folder)
    arguments = command("compare", small, *asked)
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        try:
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)


def members(group: int) -> list[int]:
    """The processes of a group that live, by the system's own list."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True, timeout=60
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [int(pid) for pid, pgid, state in rows if int(pgid) == group and not state.startswith("Z")]


def workers_of(coordinator: int) -> list[int]:
    """Its children that compute; multiprocessing has one more, which only looks after names of semaphores."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True, timeout=60
    )
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return [int(pid) for pid, parent, line in rows if int(parent) == coordinator and "spawn_main" in line]


def eventually(holds: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@posix
def test_who_is_left_is_seen(small: Path, tmp_path: Path) -> None:
    with at_work(small, tmp_path) as running:
        assert eventually(lambda: len(workers_of(running.pid)) == 2, LONG)
        assert set(workers_of(running.pid)) < set(members(running.pid))
        assert not eventually(lambda: members(running.pid) == [], 0.2)


@posix
@pytest.mark.parametrize("after", [0.0, 0.1, 0.3, 2.0], ids="{}s".format)
def test_an_interrupt_of_the_group_leaves_nobody_and_says_so_once(small: Path, tmp_path: Path, after: float) -> None:
    with at_work(small, tmp_path) as running:
        assert eventually(lambda: workers_of(running.pid) != [], LONG)
        time.sleep(after)
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=LONG)
        assert eventually(lambda: members(running.pid) == [], SOON)
    assert (running.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "Interrupted; nothing further was written."
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@posix
def test_being_told_to_end_is_an_interrupt(small: Path, tmp_path: Path) -> None:
    with at_work(small, tmp_path) as running:
        assert eventually(lambda: workers_of(running.pid) != [], LONG)
        running.terminate()
        _, err = running.communicate(timeout=LONG)
        assert eventually(lambda: members(running.pid) == [], SOON)
    assert running.returncode == 130
    assert "Traceback" not in err


@posix
@pytest.mark.parametrize("after", [0.0, 3.0], ids="{}s".format)
def test_workers_do_not_outlive_a_coordinator_that_is_killed(small: Path, tmp_path: Path, after: float) -> None:
    with at_work(small, tmp_path) as running:
        assert eventually(lambda: len(workers_of(running.pid)) == 2, LONG)
        time.sleep(after)
        running.kill()
        running.wait(LONG)
        assert eventually(lambda: members(running.pid) == [], SOON)


@posix
def test_workers_leave_interrupts_to_the_coordinator(small: Path, tmp_path: Path) -> None:
    with at_work(small, tmp_path) as running:
        assert eventually(lambda: len(workers_of(running.pid)) == 2, LONG)
        before = workers_of(running.pid)
        time.sleep(2.0)
        for worker in before:
            os.kill(worker, signal.SIGINT)
        assert not eventually(lambda: running.poll() is not None or workers_of(running.pid) != before, 2.0)


@pytest.mark.long
@posix
def test_a_worker_that_dies_costs_nothing_but_time(small: Path, tmp_path: Path) -> None:
    asked = ("compare", small, "--replications", "100", "--json", "--quiet", "--out", tmp_path)
    workers = command(*asked, "--workers", "2")
    with subprocess.Popen(workers, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert eventually(lambda: len(workers_of(running.pid)) == 2, LONG)
        victims = workers_of(running.pid)
        time.sleep(1.0)
        os.kill(victims[0], signal.SIGKILL)
        assert eventually(lambda: set(workers_of(running.pid)) - set(victims) != set(), LONG)
        out, err = running.communicate(timeout=LONG)
    assert (running.returncode, err) == (0, "")
    assert json.loads(out) == json.loads(ended(1, *asked).stdout)


def test_a_fault_in_a_worker_reads_as_if_there_were_none(small: Path, tmp_path: Path) -> None:
    cap = ("--set", "limits.customers=100", "--replications", "4", "--out", tmp_path, "--quiet")
    here, there = (ended(number, "compare", small, *cap) for number in (1, 2))
    assert (there.returncode, there.stderr) == (here.returncode, here.stderr)
    assert there.returncode == 3
    assert "cap of 100 customers" in there.stderr


LARGE = """\
import os, signal, threading
from equitysim.study.executors import workers
def large(task):
    return bytes(60_000_000)
if __name__ == "__main__":
    with workers(2) as crew:
        results = crew.in_order(large, range(1000))
        next(results)
        threading.Timer({after}, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            for _ in results:
                pass
        except KeyboardInterrupt:
            print("interrupted")
"""


@posix
@pytest.mark.parametrize("after", [0.05, 0.2])
def test_an_interrupt_in_the_middle_of_a_large_result_does_not_wait_for_its_rest(tmp_path: Path, after: float) -> None:
    done = run_script(tmp_path, LARGE.format(after=after))
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")


SCRIPT = """\
import equitysim as es
def main():
    scenario = es.load({path!r})
    both = [es.compare(scenario, replications=2, workers=workers) for workers in (1, 2)]
    print(len({{comparison.policies[1].digest for comparison in both}}))
"""


def run_script(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    script = folder / "script.py"
    script.write_text(text, "utf-8")
    return subprocess.run([sys.executable, script], capture_output=True, encoding="utf-8", check=False, timeout=LONG)


def test_a_guarded_script_may_use_workers(small: Path, tmp_path: Path) -> None:
    done = run_script(tmp_path, SCRIPT.format(path=str(small)) + 'if __name__ == "__main__":\n    main()\n')
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_an_unguarded_script_is_told_how_to_guard_it_and_starts_over_nowhere(small: Path, tmp_path: Path) -> None:
    done = run_script(tmp_path, SCRIPT.format(path=str(small)) + 'print("begins")\nmain()\n')
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1
    assert "UnguardedError: a worker process reads the script" in done.stderr
    assert 'if __name__ == "__main__":' in done.stderr
    assert "begins" in done.stdout
    assert not any(line.isdigit() for line in done.stdout.splitlines())
