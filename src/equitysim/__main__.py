"""The command ``equitysim``, also as ``python -m equitysim``.

Nothing is imported before interrupts are dealt with: importing takes longer than many a command.
"""

import sys


def start() -> int:
    """Run the command line of this process; returns the exit code."""
    try:
        from equitysim.interrupts import interruptible

        return interruptible(_command, ends=True)
    except KeyboardInterrupt:  # in the milliseconds before interrupts are dealt with
        sys.stderr.write("Interrupted; nothing was written.\n")
        return 130


def _command() -> int:
    from equitysim.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
