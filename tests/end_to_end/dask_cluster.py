"""A Dask cluster as its own documentation starts one: a scheduler and workers, each a process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WAIT = 120.0
"""Seconds after which a process has failed."""


class Cluster:
    """A scheduler that listens on this machine; workers join when they are asked to."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._all: list[subprocess.Popen[bytes]] = []
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", self.file)
        self.scheduler = self._start("scheduler", *options, environment=environment)
        deadline = time.monotonic() + WAIT
        while not self.file.exists():
            assert self.scheduler.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    @property
    def executor(self) -> str:
        """What ``--executor`` takes."""
        return f"dask:{self.file}"

    def join(
        self, count: int = 1, *, threads: int = 1, wait: bool = True, environment: Mapping[str, str] | None = None
    ) -> None:
        """So many workers more; ``wait``: until they are known."""
        wanted = self.known() + count if wait else 0
        for _ in range(count):
            number = len(self.workers) + 1
            own = self.folder / f"{number}"
            options = ("--nthreads", threads, "--no-nanny", "--no-dashboard", "--local-directory", own)
            one = self._start("worker", "--scheduler-file", self.file, *options, environment=environment)
            self.workers.append(one)
        deadline = time.monotonic() + WAIT
        while wait and self.known() < wanted:
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def known(self) -> int:
        """How many workers the scheduler knows."""
        from distributed import Client

        with Client(scheduler_file=str(self.file), set_as_default=False) as client:
            return len(client.nthreads())

    def abandon(self) -> None:
        """All workers die."""
        for worker in self.workers:
            worker.kill()

    def end(self) -> None:
        """Kill what still lives."""
        for process in reversed(self._all):
            process.kill()
            process.wait(WAIT)

    def _start(
        self, what: str, *options: Any, environment: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *map(str, options)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
            cwd=self.folder,
        )
        self._all.append(process)
        return process


@contextmanager
def cluster(folder: Path, workers: int = 0, scheduler: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """A cluster for the time of the block. ``scheduler``: further variables of its environment."""
    there = Cluster(folder, scheduler)
    try:
        there.join(workers)
        yield there
    finally:
        there.end()
