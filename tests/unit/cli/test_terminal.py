"""Whatever ends a command becomes an exit code and a clear line."""

import io
import sys
from collections.abc import Callable

import click
import pytest

from equitysim.cli.terminal import guarded, prepare_streams
from equitysim.errors import CapError, Fault, OutputError, ScenarioError, UsageError

FAULT = Fault("a.yaml", 3, 5, "equity.choice", "must be a share", "write 45 %")


def raising(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


ENDINGS = {
    "scenario": (ScenarioError((FAULT,)), 3, "a.yaml:3:5: error: equity.choice: must be a share (write 45 %)"),
    "usage": (UsageError("there is no policy 'x'"), 2, "Error: there is no policy 'x'"),
    "cap": (CapError("limits.customers: 1000 reached"), 3, "Error: limits.customers"),
    "output": (OutputError("cannot write /x: denied"), 1, "Error: cannot write /x: denied"),
    "interrupted": (KeyboardInterrupt(), 130, "Interrupted"),
    "click interrupted": (click.Abort(), 130, "Interrupted"),
    "click usage": (click.UsageError("No such option"), 2, "Error: No such option"),
    "memory": (MemoryError(), 3, "out of memory"),
    "internal": (ZeroDivisionError("division by zero"), 1, "internal fault, not your mistake: ZeroDivisionError"),
}


@pytest.mark.parametrize(("error", "code", "said"), ENDINGS.values(), ids=ENDINGS.keys())
def test_endings(error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(raising(error)) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""
    assert "Traceback" not in shown.err


def test_an_internal_fault_shows_its_traceback_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EQUITYSIM_DEBUG", "1")
    assert guarded(raising(ZeroDivisionError())) == 1
    assert "Traceback" in capsys.readouterr().err


def test_hostile_text_in_faults_cannot_act(capsys: pytest.CaptureFixture[str]) -> None:

    hostile = Fault("a.yaml", 1, 1, "x\x07", "unknown key '\x1b[2J\u202e'\nsecond line")
    guarded(raising(ScenarioError((hostile,))))
    err = capsys.readouterr().err
    assert not {"\x1b", "\x07", "\u202e"} & set(err)
    assert len(err.splitlines()) == 2


def test_faults_are_counted_by_severity(capsys: pytest.CaptureFixture[str]) -> None:
    warning = Fault("a.yaml", 12, 1, "b", "is never used", severity="warning")
    guarded(raising(ScenarioError((FAULT, warning, warning))))
    assert capsys.readouterr().err.splitlines()[-1] == "1 error, 2 warnings; nothing was run."


def test_streams_that_cannot_show_a_character_do_not_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    prepare_streams()
    print("95 % – café", file=sys.stdout)  # noqa: T201  # the stream is what is tested
    sys.stdout.flush()
    assert raw.getvalue().startswith(b"95 % ? caf?")
    monkeypatch.delenv("PYTHONIOENCODING")
    prepare_streams()
    assert sys.stdout.encoding == "utf-8"
