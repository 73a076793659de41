"""The border to the terminal: streams, messages, progress, and what a command ends with.

Data goes to standard output, all else to standard error. Names and faults quote files that other people wrote, so every
text is made harmless before it reaches a terminal.
"""

import errno
import json
import os
import shutil
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import Any, NoReturn, TextIO, cast

import click

from equitysim import interrupts
from equitysim.errors import (
    CompileWarning,
    EquitySimError,
    Fault,
    OutputError,
    ScenarioError,
    UsageError,
    bounded,
    told,
)
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
    INTERRUPTED = interrupts.INTERRUPTED


class _Stream:
    """A standard stream for the time of a command, wherever it leads; None where the process was started without."""

    encoding = "utf-8"
    """What may be written to it: what the stream itself lacks it replaces (:func:`prepare_streams`)."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._error: Exception | None = OSError(errno.EBADF, "it is closed") if stream is None else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        """Whether somebody reads along."""
        return self._stream is not None and self._stream.isatty()

    def write(self, text: str) -> int:
        """All of the text."""
        self._attempt(lambda stream: stream.write(text))
        if self._error is not None:
            self._lost(self._error)
        return len(text)

    def flush(self) -> None:
        """Nothing is left to be written."""
        self._attempt(lambda stream: stream.flush())
        if self._error is not None and self._stream is not None:
            self._lost(self._error)

    def _attempt(self, do: Callable[[TextIO], object]) -> None:
        """After a first failure nothing more is written, also not by the interpreter's own last flush."""
        if self._stream is None or self._error is not None:
            return
        try:
            do(self._stream)
        except (OSError, ValueError) as error:
            self._error = error
            with suppress(OSError, ValueError, AttributeError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)

    def _lost(self, error: Exception) -> None:
        """Standard error: nobody reads what is said, and nothing else ends for that."""


class _Output(_Stream):
    """Standard output, whose loss ends the command."""

    def _lost(self, error: Exception) -> None:
        if isinstance(error, BrokenPipeError):
            raise error
        raise OutputError(f"cannot write to standard output: {getattr(error, 'strerror', None) or error}") from error


@contextmanager
def standard_streams() -> Iterator[None]:
    """Whatever writes to standard output finds out if that cannot be written, whatever it is written by; standard error
    that cannot be written changes nothing."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = cast(TextIO, _Output(before[0])), cast(TextIO, _Stream(before[1]))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def fill_descriptors() -> None:
    """Open what the process was started without, so that no file gets the number of a standard stream: what writes
    there, such as a worker process, would write into the file."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)


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


@contextmanager
def warnings_said() -> Iterator[None]:
    """Within the block what is warned of on purpose is a line to the person at the terminal, unless ``--quiet``."""
    otherwise = warnings.showwarning

    def said(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        if not issubclass(category, CompileWarning):
            otherwise(message, category, *place, **more)
        elif not _is_quiet():
            say(f"Warning: {message}")

    warnings.showwarning = said
    try:
        yield
    finally:
        warnings.showwarning = otherwise


def _is_quiet() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.params.get("quiet"))


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
    for line in told(faults):
        click.echo(harmless(line).replace("\n", " "), err=not to_stdout)


def guarded(command: Callable[[], int]) -> int:
    """Run a command; whatever ends it becomes an exit code and a clear line. A user's mistake shows no traceback."""
    try:
        code = _obeying(command)
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
        interrupts.obey()
        say(interrupts.MESSAGE)
        return Exit.INTERRUPTED
    except click.ClickException as error:
        vars(error)["message"] = bounded(error.message)
        error.show()
        return error.exit_code
    except BrokenPipeError:  # the reader has gone (``equitysim … | head``)
        return Exit.DONE
    except MemoryError:
        say("Error: out of memory. Simulate fewer people with --customers N, or lower the scenario's caps.")
        return Exit.INVALID
    except Exception as error:  # noqa: BLE001  # the last line of defence: told, never swallowed
        return _internal_fault(error)
    return code


def _obeying(command: Callable[[], int]) -> int:
    """The command's exit code. Raises ``KeyboardInterrupt`` also where an interrupt became something else on its way:
    a failed import, an error of the compiler, or nothing."""
    try:
        code = command()
        sys.stdout.flush()
    except Exception as error:
        if interrupts.asked():
            raise KeyboardInterrupt from error
        raise
    if interrupts.asked() and code != Exit.INTERRUPTED:
        raise KeyboardInterrupt
    return code


def counted(faults: Sequence[Fault]) -> str:
    """``2 errors, 1 warning``."""
    kinds = [(kind, sum(fault.severity == kind for fault in faults)) for kind in ("error", "warning", "note")]
    said = [f"{count} {kind}{'s' * (count != 1)}" for kind, count in kinds if count or kind == "error"]
    return ", ".join(said)


def _internal_fault(error: Exception) -> int:
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(where.filename)}:{where.lineno}"
    say(
        f"Error: internal fault, not your mistake: {type(error).__name__}: {bounded(str(error))} ({place}). "
        f"Please report it with the scenario and what {DEBUG}=1 shows."
    )
    return Exit.INTERNAL_FAULT


def fail(message: str) -> NoReturn:
    """End the command as a usage error."""
    raise UsageError(message)
