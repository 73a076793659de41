"""Whether worker processes can start from where this process is.

A worker is a new interpreter, which reads the script of the process that starts it (``multiprocessing``'s *spawn*).
That needs an interpreter, a script that is there, and one that does not start over.
"""

import ast
import inspect
import os
import sys
import threading
from collections.abc import Iterator
from multiprocessing import current_process, parent_process, process, spawn
from pathlib import Path
from types import FrameType

from equitysim.errors import EquitySimError, UsageError, WorkerError

STAY = "or leave out workers=, and all runs stay in this process"

UNGUARDED = f"""\
a worker process reads the script that starts it, and this script would start over there. Guard it:

    if __name__ == "__main__":
        comparison = es.compare(scenario, workers=2)

(an application that was frozen into one file calls multiprocessing.freeze_support() first), {STAY}"""


class StartError(WorkerError):
    """No worker process can start."""


class UnguardedError(UsageError):
    """Worker processes read a script that starts over."""


def refusal() -> EquitySimError | None:
    """Why no worker process can start from here; None where nothing is known to be in the way."""
    if current_process().daemon:
        return StartError(
            "worker processes cannot start from a daemonic process, such as a worker of multiprocessing.Pool: it may "
            f"not have children. Start it otherwise (concurrent.futures.ProcessPoolExecutor is not daemonic), {STAY}"
        )
    interpreter = os.fsdecode(spawn.get_executable() or "")
    if not _frozen() and "py" not in Path(interpreter).name.lower():
        return StartError(
            f"worker processes need a Python interpreter, and this process is run by {interpreter or 'none'}, a "
            f"program with Python inside. Name one with multiprocessing.set_executable(), {STAY}"
        )
    script = _script()
    if script is None:
        return None
    if not script.exists():
        why = "came on standard input" if script.name == "<stdin>" else f"is in no file: {script} is not there"
        return StartError(
            f"worker processes read the script that starts them, and this one {why}. Save it to a file, {STAY}"
        )
    return UnguardedError(UNGUARDED) if _guarded(script) is False else None


def is_safe() -> bool:
    """Whether it is known that worker processes can start from here, and that none of them runs anything twice."""
    if refusal() is not None or _frozen():
        return False
    script = _script()
    # a process that was started by multiprocessing has read the script already, which did not start over
    return script is None or parent_process() is not None or _guarded(script) is True


def _frozen() -> bool:
    return bool(getattr(sys, "frozen", False))


def _script() -> Path | None:
    """What a worker reads before it begins, as ``multiprocessing.spawn`` has it; None where that is nothing."""
    main = sys.modules["__main__"]
    name = getattr(getattr(main, "__spec__", None), "name", None)
    file = getattr(main, "__file__", None)
    if file is None or (name is not None and (name == "__main__" or name.endswith(".__main__"))):
        return None
    if Path(file).stem == "ipython" or (_frozen() and sys.platform == "win32"):
        return None
    path = Path(getattr(process, "ORIGINAL_DIR", None) or "", file)
    # a module is found by its name, also in an archive
    return path if name is None or path.exists() else None


def _guarded(script: Path) -> bool | None:
    """Whether the line of the script that is at work is kept from running in a worker by ``__name__``; None where no
    line is, or another condition may keep it."""
    frame = next(_running(script), None)
    if frame is None:
        return None
    try:
        tree = ast.parse(script.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    conditions = [
        {inner.id for inner in ast.walk(one.test) if isinstance(inner, ast.Name)}
        for one in ast.walk(tree)
        if isinstance(one, ast.If) and one.lineno <= frame.f_lineno <= (one.end_lineno or one.lineno)
    ]
    return True if any("__name__" in names for names in conditions) else (None if conditions else False)


def _running(script: Path) -> Iterator[FrameType]:
    """Where the script is at work: in this thread, or in the main one."""
    main = vars(sys.modules["__main__"])
    for top in (inspect.currentframe(), sys._current_frames().get(threading.main_thread().ident or 0)):
        frame = top
        while frame is not None:
            code = frame.f_code
            if (
                code.co_name == "<module>"
                and frame.f_globals is main
                and Path(script.parent, code.co_filename) == script
            ):
                yield frame
            frame = frame.f_back
