"""How far a command is shows on a terminal, and nowhere else."""

import io

import pytest

from equitysim.cli.progress import watching


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, *, quiet: bool = False, stage: str = "compare") -> str:
    """What a stage of two runs shows, one of which is done."""
    with watching(quiet=quiet, stream=stream) as watch:
        watch.stage(stage)
        watch.progress(1, 2)
    return stream.getvalue()


def test_it_shows_on_a_terminal_only() -> None:
    assert shown(io.StringIO()) == ""


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_it_obeys_no_color(monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    text = shown(Terminal(), stage="[red]compare")
    assert "[red]compare" in text
    assert ("\x1b[38" in text) == coloured


def test_quiet_is_quiet() -> None:
    assert shown(Terminal(), quiet=True) == ""


def test_one_bar_shows_stage_after_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal()
    with watching(quiet=False, stream=terminal) as watch:
        for stage, total in (("compare", 4), ("other horizons", 8)):
            watch.stage(stage)
            watch.progress(total, total)
    assert "compare" in terminal.getvalue()
    assert "other horizons" in terminal.getvalue()
    assert "8/8" in terminal.getvalue()
