"""An interrupt ends a command with 130 and one line, wherever it meets it: also where Python loses the exception."""

import os
import signal
import subprocess
import sys
from textwrap import dedent, indent

import pytest

from equitysim import interrupts
from equitysim.interrupts import MESSAGE, interruptible

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

START = """\
import ctypes, signal, sys, time, weakref
from equitysim.interrupts import interruptible
signal.signal(signal.SIGINT, signal.default_int_handler)

class Thing:
    pass

def interrupt(*_):
    signal.raise_signal(signal.SIGINT)
    return 0

def command():
"""

LOST = {
    "a destructor": "Thing.__del__ = interrupt; Thing()",
    "a callback of a weak reference": "thing = Thing(); kept = weakref.ref(thing, interrupt); del thing",
    "a bare except": """
        try:
            interrupt()
        except:
            pass
    """,
    "a callback of C": """
        compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(interrupt)
        ctypes.CDLL(None).qsort((ctypes.c_int * 2)(2, 1), 2, 4, compare)
    """,
}
NOT_LOST = {
    "anywhere else": "interrupt()",
    "told to end": "signal.raise_signal(signal.SIGTERM)",
    "a text given to exec": "exec('interrupt()', globals())",
    "a second one while cleaning up": """
        try:
            interrupt()
        finally:
            interrupt()
            interrupt()
            print("cleaned up")
    """,
}


def run(body: str, end: str = "sys.exit(interruptible(command, ends=True))") -> "subprocess.CompletedProcess[str]":
    """A command of these lines, which would take half a minute."""
    lines = indent(dedent(body).strip() + "\ntime.sleep(30)\nreturn 0", "    ")
    program = f"{START}{lines}\n\n{end}\n"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("where", [*LOST, *NOT_LOST])
def test_an_interrupt_ends_a_command_wherever_it_meets_it(where: str) -> None:
    done = run({**LOST, **NOT_LOST}[where])
    assert (done.returncode, done.stderr) == (130, MESSAGE + "\n")
    if where.startswith("a second"):
        assert done.stdout == "cleaned up\n", "the second interrupt cut the cleaning up short"


def test_without_it_python_loses_them() -> None:
    """What the test above is worth: the same lines under Python's own handler sleep on."""
    for body in LOST.values():
        lines = indent(dedent(body).strip(), "    ")
        program = f"{START}{lines}\n    print('went on')\n\ncommand()\n"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
        assert done.stdout == "went on\n", body


@pytest.mark.parametrize("became", ["raise ImportError('numpy failed to import')", "return 0", "return 3"])
def test_what_an_interrupt_became_on_its_way_is_an_interrupt(became: str) -> None:
    """C extensions make a failed import of it; a command may come to its end before it is raised again."""
    body = f"""
        try:
            interrupt()
        except KeyboardInterrupt:
            pass
        {became}
    """
    end = "from equitysim.cli.terminal import guarded\nsys.exit(interruptible(lambda: guarded(command), ends=True))"
    done = run(body, end)
    assert (done.returncode, done.stderr) == (130, MESSAGE + "\n")


def test_what_python_takes_apart_at_its_end_cannot_change_the_code() -> None:
    """LLVM may crash there when a compilation was cut short; what is registered for the end is still done."""
    body = """
        import atexit, builtins, os
        class Crashes:
            def __del__(self):
                os.abort()
        builtins.kept = Crashes()
        atexit.register(print, "tidied up")
        interrupt()
    """
    end = "import equitysim.__main__ as start\nstart._command = command\nsys.exit(start.start())"
    done = run(body, end)
    assert (done.returncode, done.stdout, done.stderr) == (130, "tidied up\n", MESSAGE + "\n")


def test_what_the_parent_process_had_ignored_stays_ignored() -> None:
    """As ``nohup`` and the background of a shell have it."""
    end = "signal.signal(signal.SIGINT, signal.SIG_IGN)\nsys.exit(interruptible(command, ends=True))"
    done = run("interrupt()\nreturn 7", end)
    assert (done.returncode, done.stderr) == (7, "")


def test_a_command_inside_a_program_leaves_everything_as_it_was() -> None:
    before = [signal.getsignal(sent) for sent in interrupts.SIGNALS], sys.unraisablehook, sys.excepthook
    assert interruptible(lambda: interruptible(lambda: 5, ends=False), ends=False) == 5
    assert before == ([signal.getsignal(sent) for sent in interrupts.SIGNALS], sys.unraisablehook, sys.excepthook)
    with pytest.raises(ZeroDivisionError):
        interruptible(lambda: 1 // 0, ends=False)
    assert before == ([signal.getsignal(sent) for sent in interrupts.SIGNALS], sys.unraisablehook, sys.excepthook)
