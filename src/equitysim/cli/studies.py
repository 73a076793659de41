"""``sweep`` and ``optimise``: run what is missing of a study, say what came of it, and how to go on if it was
interrupted."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from equitysim.cli import asked as options
from equitysim.cli.asked import Studied, Told
from equitysim.cli.drawings import saved
from equitysim.cli.optimise_text import optimum_text, searched_text
from equitysim.cli.progress import watching
from equitysim.cli.scenarios import settings
from equitysim.cli.sweep_text import done_text, foreseen_text, time_text
from equitysim.cli.terminal import Exit, say, show, show_json, tell_faults, text_width
from equitysim.interrupts import obey
from equitysim.statistics.optimum import Optimum
from equitysim.study import optimise as study_optimise
from equitysim.study import sweep as study_sweep
from equitysim.study.output import beside
from equitysim.study.sweep import Sweep
from equitysim.study.sweeps.coordinate import Foresight
from equitysim.study.watch import Watch


def sweep(file: Path, asked: options.Sweep) -> int:
    """Run a study."""
    folder = asked.out or beside(file)
    try:
        with watching(quiet=asked.quiet) as watch:
            done = study_sweep.sweep(
                file,
                out=folder,
                also=asked.also,
                watch=_told(watch, asked),
                **_how(asked),
            )
    except KeyboardInterrupt:
        return _interrupted(folder)
    _print(done, done_text(done), asked)
    if not asked.quiet:
        say(f"Next: equitysim analyse {shlex.quote(str(done.folder))}")
    return Exit.SOME_FAILED if done.failures else Exit.DONE


def optimise(file: Path, asked: options.Optimise) -> int:
    """Optimise a study."""
    folder = asked.out or beside(file)
    try:
        with watching(quiet=asked.quiet) as watch:
            done = study_optimise.optimise(
                file,
                out=folder,
                budget=asked.budget,
                trials=asked.trials,
                watch=_told(watch, asked, searched_text),
                **_how(asked),
            )
    except KeyboardInterrupt:
        return _interrupted(folder)
    try:
        _draw(done)
    finally:
        # a full disk must not cost the answer as well
        _print(done, optimum_text(done, text_width()), asked)
    return Exit.SOME_FAILED if done.failures else Exit.DONE


class _How(TypedDict):
    """What both are called with."""

    replications: int | None
    seed: int | None
    customers: int | None
    engine: str
    layers: tuple[Path, ...]
    settings: dict[str, str]
    workers: int | None
    executor: str


def _how(asked: Studied) -> _How:
    return {
        "replications": asked.replications,
        "seed": asked.seed,
        "customers": asked.customers,
        "engine": asked.engine,
        "layers": asked.layers,
        "settings": settings(asked.changes),
        "workers": asked.workers,
        "executor": asked.executor,
    }


def _draw(done: Optimum) -> None:
    from equitysim.figures import data

    saved({"value and spend": data.of_optimum(done)}, {"value and spend": data.VALUE_AND_SPEND}, done.folder)


def _interrupted(folder: Path) -> int:
    code = obey()
    say(f"Interrupted. What was run is stored in {folder}; the same command goes on from there.")
    return code


def _told(watch: Watch, asked: Told, foreseen: Callable[[Foresight], str] = foreseen_text) -> Watch:
    """The same, which also tells what is foreseen, unless nothing is to be told."""
    if asked.quiet:
        return watch
    return watch._replace(
        foreseen=lambda foresight: say(foreseen(foresight)),
        expected=lambda *expected: say(time_text(*expected)),
        warned=tell_faults,
    )


def _print(done: Sweep | Optimum, text: str, asked: Told) -> None:
    if asked.as_json:
        show_json(done.document())
        if not asked.quiet:
            say(f"Written to {done.folder}")
    else:
        show(f"{text}\n\n{done.folder}")
