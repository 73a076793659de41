"""The border to the terminal: streams, messages, progress, and what a command ends with.

Data goes to standard output, all else to standard error. Names and faults quote files that other people wrote, so every
text is made harmless before it reaches a terminal.
"""

import json
import logging
import os
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NoReturn, TextIO

import click

from equitysim.errors import EquitySimError, Fault, ScenarioError, UsageError
from equitysim.figures.names import harmless

DEBUG = "EQUITYSIM_DEBUG"
"""Environment variable: 1 shows the traceback of an internal fault."""

WIDEST = 100
NARROWEST = 60


class Exit(IntEnum):
    """What a command ends with."""

    DONE = 0
    INTERNAL_FAULT = 1
    USAGE = 2
    INVALID = 3
    SOME_FAILED = 4
    INTERRUPTED = 130


def prepare_streams() -> None:
    """UTF-8 wherever the user has not asked for another encoding; what an encoding lacks becomes a question mark.

    Without it a redirected stream on Windows would stop at the first character outside its code page.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if os.environ.get("PYTHONIOENCODING"):
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="replace")


def prepare_signals() -> None:
    """Being told to end is an interrupt like Ctrl-C: drafts are removed and workers ended."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def text_width() -> int:
    """Columns to write for: the terminal's, between 60 and 100; 100 where there is no terminal."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def say(text: str) -> None:
    """A message for the person at the terminal."""
    click.echo(harmless(text), err=True)


def show(text: str) -> None:
    """A piece of the answer."""
    click.echo(harmless(text))


def show_json(document: dict[str, Any]) -> None:
    """The answer as JSON. ASCII: names cannot act on a terminal, and any reader decodes it."""
    click.echo(json.dumps(document, indent=2, allow_nan=False))


def tell_faults(faults: Sequence[Fault], *, to_stdout: bool = False) -> None:
    """One line per fault, in the order they were found: that of the files."""
    for fault in faults:
        line = harmless(str(fault)).replace("\n", " ")
        click.echo(line, err=not to_stdout)


def guarded(command: Callable[[], int]) -> int:
    """Run a command; whatever ends it becomes an exit code and a clear line. A user's mistake shows no traceback."""
    try:
        code = command()
        sys.stdout.flush()
    except ScenarioError as error:
        tell_faults(error.faults)
        say(f"{counted(error.faults)}; nothing was run.")
        return Exit.INVALID
    except UsageError as error:
        say(f"Error: {error}")
        return Exit.USAGE
    except EquitySimError as error:
        say(f"Error: {error}")
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        say("Interrupted; nothing further was written.")
        return Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        _close_quietly()
        return Exit.DONE
    except MemoryError:
        say("Error: out of memory. Simulate fewer people with --customers N, or lower the scenario's caps.")
        return Exit.INVALID
    except Exception as error:  # noqa: BLE001  # the last line of defence: told, never swallowed
        return _internal_fault(error)
    return code


def counted(faults: Sequence[Fault]) -> str:
    """``2 errors, 1 warning``."""
    kinds = [(kind, sum(fault.severity == kind for fault in faults)) for kind in ("error", "warning")]
    said = [f"{count} {kind}{'s' * (count != 1)}" for kind, count in kinds if count or kind == "error"]
    return ", ".join(said)


def _close_quietly() -> None:
    """The reader has gone (``equitysim … | head``): let the interpreter's last flush go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _internal_fault(error: Exception) -> int:
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(where.filename)}:{where.lineno}"
    say(
        f"Error: internal fault, not your mistake: {type(error).__name__}: {error} ({place}). "
        f"Please report it with the scenario and what {DEBUG}=1 shows."
    )
    return Exit.INTERNAL_FAULT


def fail(message: str) -> NoReturn:
    """End the command as a usage error."""
    raise UsageError(message)


def nearest(word: str, words: Sequence[str]) -> str:
    """``did you mean 'x'?`` if one of the words is close, else the words there are."""
    import difflib

    close = difflib.get_close_matches(word, words, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return "there are: " + ", ".join(words)


def hush_matplotlib() -> None:
    """On a fresh machine it tells of its font cache, which is nobody's concern here."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)


@contextmanager
def progress(what: str, *, quiet: bool, stream: TextIO | None = None) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere. Yields ``advance(done, total)``."""
    target = stream or sys.stderr
    if quiet or not target.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=target), transient=True) as bar:
        task = bar.add_task(harmless(what), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
