"""What a command says before its runs begin."""

from pathlib import Path

import pytest

from equitysim.cli import simulate
from equitysim.cli.asked import Run
from equitysim.scenario.load import load

COFFEE = load(Path(__file__).parents[3] / "scenarios" / "corner-coffee.yaml")


@pytest.mark.parametrize(
    ("shared", "kept", "said"),
    [
        (True, True, "once, and is kept."),
        (True, False, "every time, because the code cannot be kept.\n"),
        (False, False, "all runs stay in one process unless --workers is given."),
    ],
    ids=["a cache", "a temporary folder", "memory alone"],
)
def test_compiling_is_announced_and_what_it_costs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shared: bool, kept: bool, said: str
) -> None:
    monkeypatch.setattr(simulate, "compiles_first", lambda engine: True)
    monkeypatch.setattr(simulate, "keeps_code", lambda: shared)
    monkeypatch.setattr(simulate, "keeps_code_for_good", lambda: kept)
    simulate._foresee(COFFEE, Run(policy="today"))
    assert said in capsys.readouterr().err
