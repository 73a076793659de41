"""Interrupts (Ctrl-C, and SIGTERM) of a command, from its first line to its last: each ends it, whatever it is doing.

Python raises ``KeyboardInterrupt`` wherever the main thread happens to be. In a destructor, in a callback of a weak
reference or of C, and under a bare ``except`` the exception is lost: the program goes on. Numba's compiler drops
thousands of types with such callbacks, so that interrupts of the first compilation were lost in four of ten cases.
Therefore the exception is raised again until it has arrived.
"""

import _thread
import signal
import sys
import time

TYPE_CHECKING = False  # importing typing takes longer than all else here
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType
    from typing import Any

INTERRUPTED = 130
"""Exit code of an interrupted command, as shells have it: 128 and the number of SIGINT."""

MESSAGE = "Interrupted; nothing further was written."

AGAIN_SECONDS = 0.05
"""Time after which a lost interrupt is raised again."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """The interrupts of one command. ``asked``: one has come. ``obeyed``: it has arrived; further ones are ignored."""

    def __init__(self) -> None:
        self.asked = False
        self.obeyed = False

    def handle(self, number: int, _: "FrameType | None") -> None:
        """Signal handler: raises ``KeyboardInterrupt``, unless one is on its way already, whose cleaning up must not be
        disturbed."""
        if self.obeyed:
            return
        first, self.asked = not self.asked, True
        if first:
            _thread.start_new_thread(self._raise_again, (_thread.get_ident(), number))
        if not _unwinding(sys.exception()):
            raise KeyboardInterrupt

    def _raise_again(self, main: int, number: int) -> None:
        while not self.obeyed:
            time.sleep(AGAIN_SECONDS)
            if self.obeyed:
                return
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(main, number)  # also wakes a thread that waits for the system
            else:
                _thread.interrupt_main(signal.Signals(number))


def _unwinding(error: BaseException | None) -> bool:
    """Whether an exception that is being handled is an interrupt, or comes of one. Generators are cleaned up under
    ``GeneratorExit``, which does not say why."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt | GeneratorExit):
            return True
        error = error.__context__
    return False


_running: list[Interrupts] = []
"""The command that runs, if one does: signal handlers belong to the whole process."""


def asked() -> bool:
    """Whether the command that runs was interrupted, whatever became of the exception."""
    return bool(_running) and _running[-1].asked


def obey() -> int:
    """The interrupt has arrived: from now on none is raised. Returns the exit code."""
    for command in _running:
        command.obeyed = True
    # CPython remembers an interrupt that left a text given to exec, and would end the process by the signal, code -2
    # instead of 130, whoever caught it since; the next such text makes it forget.
    exec("")
    return INTERRUPTED


def interruptible(command: "Callable[[], int]", *, ends: bool) -> int:
    """Run a command, whose interrupts end with :data:`INTERRUPTED` and a line, and SIGTERM is one of them.

    ``ends``: the process ends with the command, and further signals change nothing any more; otherwise everything is
    set as it was. Only the main thread receives signals; in another one, and inside another command, this only calls
    the command. A signal that the parent process had us ignore (``nohup``) stays ignored.
    """
    if _running or not _in_main_thread():
        return command()
    here = Interrupts()
    handlers: dict[signal.Signals, Any] = {sent: signal.getsignal(sent) for sent in SIGNALS}
    hooks = sys.unraisablehook, sys.excepthook
    try:
        _running.append(here)
        _silence_lost(here)
        for sent, before in handlers.items():
            if before is not signal.SIG_IGN:
                signal.signal(sent, here.handle)
        code = command()
        here.obeyed = True
    except KeyboardInterrupt:
        code = obey()
        _say()
    finally:  # nothing is raised in here: an interrupt was obeyed by now
        _running.clear()
        sys.unraisablehook, sys.excepthook = hooks
        for sent, before in handlers.items():
            signal.signal(sent, signal.SIG_IGN if ends else before)
    return code


def _in_main_thread() -> bool:
    threading = sys.modules.get("threading")
    return threading is None or threading.current_thread() is threading.main_thread()


def _silence_lost(here: Interrupts) -> None:
    """What Python or a library prints of an interrupt that was lost: it is raised again, and said once."""
    unraisable, uncaught = sys.unraisablehook, sys.excepthook

    def quiet_unraisable(lost: "sys.UnraisableHookArgs") -> None:
        if not (here.asked and issubclass(lost.exc_type, KeyboardInterrupt)):
            unraisable(lost)

    def quiet_uncaught(kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
        if not (here.asked and issubclass(kind, KeyboardInterrupt)):
            uncaught(kind, error, trace)

    sys.unraisablehook, sys.excepthook = quiet_unraisable, quiet_uncaught


def _say() -> None:
    """Say it without anything that may not be loaded yet."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(MESSAGE + "\n")
            sys.stderr.flush()
    except (OSError, ValueError):
        return  # nobody reads it
