"""How far a command is: a bar on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from equitysim.cli.terminal import say
from equitysim.figures.names import harmless
from equitysim.study.watch import Watch


@contextmanager
def watching(*, quiet: bool, stream: TextIO | None = None) -> Iterator[Watch]:
    """What is said is told; on a terminal a bar shows how far the stage is, unless ``quiet``."""
    target = stream or sys.stderr
    if quiet or not target.isatty():
        yield Watch(said=say)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=target), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def begin(stage: str) -> None:
            bar.reset(task, total=None, description=harmless(stage), visible=True)

        yield Watch(stage=begin, progress=lambda done, total: bar.update(task, completed=done, total=total), said=say)
