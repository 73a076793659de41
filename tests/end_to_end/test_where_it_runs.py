"""Where a process has no script that workers could read, or may not have any: what nobody asked for is left out, what
was asked for is refused with the reason, and a failure is told by what it was."""

import os
import subprocess
import sys
import zipapp
from pathlib import Path

import pytest

BODY = """\
import sys
import equitysim as es
from equitysim.study import executors
# any saving is worth other processes, of which there are two
executors.START_SECONDS = executors.WORTH_SECONDS = 0.0
executors.usable_cores = lambda: 2

def answer(workers):
    scenario = es.Scenario.model_validate(dict(
        format=1, name="s", horizon="60 days", existing=dict(count=40, history="60 days"),
        policies=dict(today=[], mail=["mail"]), programs=dict(mail=dict(when="purchase", cost=0.1, gain=4)),
    ))
    try:
        return es.compare(scenario, replications=4, workers=workers).policies[1].digest
    except es.EquitySimError as error:
        return f"{type(error).__name__}: {error}"
"""
AT_ONCE = "print('begins')\nprint(answer(WORKERS))\n"
UNSAVED = '__file__ = "Untitled-1.py"\n'
DAEMONIC = """\
if __name__ == "__main__":
    import multiprocessing
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.apply(answer, [WORKERS]))
"""
POOL = """\
if __name__ == "__main__":
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        print(pool.submit(answer, WORKERS).result())
"""
THREAD = """\
if __name__ == "__main__":
    import threading
    thread = threading.Thread(target=lambda: print(answer(WORKERS)))
    thread.start()
    thread.join()
"""
GUARDED = 'if __name__ == "__main__":\n    print(answer(WORKERS))\n'
OTHER_PROGRAM = "sys.executable = None\nimport multiprocessing.spawn\nmultiprocessing.spawn.set_executable({!r})\n"
BREAKS = "if __name__ == '__mp_main__':\n    raise ValueError('not twice')\n"
KILLS = "import os, signal\nif __name__ == '__mp_main__':\n    os.kill(os.getpid(), signal.{})\n"

REFUSED = {
    "standard input": "this one came on standard input. Save it to a file, or leave out workers=",
    "unsaved": "Untitled-1.py is not there. Save it to a file, or leave out workers=",
    "unguarded": 'if __name__ == "__main__":',
    "daemonic": "it may not have children",
    "embedded": "this process is run by /usr/bin/host, a program with Python inside",
}


def run(text: str, workers: int | None, folder: Path, place: str = "file") -> subprocess.CompletedProcess[str]:
    """A script, as a file or otherwise."""
    text = text.replace("WORKERS", str(workers))
    script = folder / "script.py"
    script.write_text(text, "utf-8")
    asked = {"file": [str(script)], "standard input": ["-"], "-c": ["-c", text]}[place]
    return subprocess.run(
        [sys.executable, *asked],
        input=text if place == "standard input" else "",
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def digest(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of the comparison in one process."""
    done = run(BODY + AT_ONCE, 1, tmp_path_factory.mktemp("alone"))
    assert done.stderr == ""
    return done.stdout.split()[-1]


PLACES = {
    "standard input": (BODY + AT_ONCE, "standard input"),
    "unsaved": (UNSAVED + BODY + AT_ONCE, "-c"),
    "unguarded": (BODY + AT_ONCE, "file"),
    "daemonic": (BODY + DAEMONIC, "file"),
    "embedded": (BODY + OTHER_PROGRAM.format("/usr/bin/host") + GUARDED, "file"),
}


@pytest.mark.parametrize("where", PLACES)
def test_nobody_asked_for_workers_so_one_process_does_it(where: str, tmp_path: Path, digest: str) -> None:
    text, place = PLACES[where]
    done = run(text, None, tmp_path, place)
    assert (done.stdout.split()[-1], done.stderr) == (digest, "")
    assert done.stdout.count("begins") == text.count("begins")


@pytest.mark.parametrize("where", PLACES)
def test_who_asks_for_workers_is_told_why_there_are_none(where: str, tmp_path: Path) -> None:
    text, place = PLACES[where]
    done = run(text, 2, tmp_path, place)
    assert REFUSED[where] in done.stdout
    assert done.stdout.count("begins") == text.count("begins")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("text", "place"),
    [(BODY + AT_ONCE, "-c"), (BODY + THREAD, "file"), (BODY + POOL, "file"), (BODY + GUARDED, "file")],
    ids=["-c", "thread", "worker of a pool", "guarded"],
)
def test_where_workers_can_start_they_do(text: str, place: str, tmp_path: Path, digest: str) -> None:
    done = run(text, 2, tmp_path, place)
    assert (done.stdout.split()[-1:], done.stderr) == ([digest], "")


def test_an_archive_of_an_application_may_have_workers(tmp_path: Path, digest: str) -> None:
    source = tmp_path / "app"
    source.mkdir()
    (source / "__main__.py").write_text((BODY + AT_ONCE).replace("WORKERS", "2"), "utf-8")
    zipapp.create_archive(source, tmp_path / "app.pyz")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "app.pyz")], capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    assert (done.stdout.split(), done.stderr) == (["begins", digest], "")


def test_a_script_that_cannot_be_read_twice_is_the_cause_and_not_memory(tmp_path: Path, digest: str) -> None:
    done = run(BREAKS + BODY + GUARDED, 2, tmp_path)
    assert "StartError: worker processes ended before their first task: ended with exit code 1" in done.stdout
    assert "memory" not in done.stdout
    assert "ValueError: not twice" in done.stderr
    assert run(BREAKS + BODY + GUARDED, None, tmp_path).stdout.split()[-1] == digest


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("sent", "memory"), [("SIGKILL", True), ("SIGSEGV", False)])
def test_memory_is_named_where_the_system_killed(sent: str, memory: bool, tmp_path: Path) -> None:
    done = run(KILLS.format(sent) + BODY + GUARDED, 2, tmp_path)
    assert sent in done.stdout
    assert ("memory" in done.stdout) is memory
