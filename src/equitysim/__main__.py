"""The command ``equitysim``, also as ``python -m equitysim``.

Nothing is imported before interrupts are dealt with: importing takes longer than many a command.
"""

import atexit
import os
import sys


def start() -> int:
    """Run the command line of this process; returns the exit code."""
    try:
        from equitysim.interrupts import INTERRUPTED, interruptible

        code = interruptible(_command, ends=True)
        if code == INTERRUPTED:
            _leave(code)
        return code
    except KeyboardInterrupt:  # in the milliseconds before interrupts are dealt with
        sys.stderr.write("Interrupted; nothing was written.\n")
        return 130


def _leave(code: int) -> None:
    """End the process without taking Python apart: a compiler that was interrupted half-way may crash in that, and the
    process would end by its signal instead of with the code."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            continue  # closed, or nobody reads it
    os._exit(code)


def _command() -> int:
    from equitysim.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
