"""What a command says before its runs begin."""

from pathlib import Path

import pytest

from equitysim.cli import simulate
from equitysim.cli.asked import Run
from equitysim.scenario.load import load

COFFEE = load(Path(__file__).parents[3] / "scenarios" / "corner-coffee.yaml")


@pytest.mark.parametrize(("kept", "said"), [(True, "once, and is kept"), (False, "every time, because no cache")])
def test_compiling_is_announced_and_what_it_costs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept: bool, said: str
) -> None:
    monkeypatch.setattr(simulate, "compiles_first", lambda engine: True)
    monkeypatch.setattr(simulate, "keeps_code", lambda: kept)
    simulate._foresee(COFFEE, Run(policy="today"))
    told = capsys.readouterr().err
    assert said in told
    assert ("--workers" in told) is not kept
