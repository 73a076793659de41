"""A name of a file or folder that cannot be meant ends every command as a usage error, before anything is simulated."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import equitysim.engines.compiled.engine
import equitysim.engines.simpy.engine
from equitysim.arguments import path
from equitysim.cli import main
from equitysim.errors import UsageError
from equitysim.study.sweep import sweep
from tests.unit.study.sweeps.shop import STUDY, shop_study

AIM = STUDY.replace("design: {grid: 3}", 'optimise: {trials: 3, free: "yes, because nothing is simulated"}')

STORE = "store of a sweep"

WRITING = {
    "run": ("run", "shop.yaml", "--policy", "today"),
    "compare": ("compare", "shop.yaml"),
    "compare --events": ("compare", "shop.yaml", "--events"),
    "compare --vary": ("compare", "shop.yaml", "--vary", "existing.count=20,40"),
    "trace": ("trace", "shop.yaml", "--policy", "today", "--customer", "typical"),
    "sweep": ("sweep", "study.yaml"),
    "optimise": ("optimise", "aim.yaml", "--set", "compare.matters=1"),
    "analyse": ("analyse", STORE),
}

NOT_A_NAME = {
    "": "the name is empty",
    "a\0b": "NUL",
    "-": "standard input or output",
    "--quiet": "looks like an option",
    "~": "home folder",
    "~/out": "home folder",
    "~somebody/out": "home folder",
}

NOT_A_FOLDER = {
    "file": "file is no folder",
    "file/below": "file is no folder",
    "file/below/that": "file is no folder",
    "dangling": "dangling is a link that leads nowhere",
    "dangling/below": "dangling is a link that leads nowhere",
    "circular": "circular is a link that leads nowhere",
    "circular/below": "circular is a link that leads nowhere",
    "x" * 300: "name too long",
    "deep/" * 2_000: "name too long",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("swept")
    return sweep(shop_study(place), out=place / "out").folder


@pytest.fixture
def folder(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shop_study(tmp_path)
    (tmp_path / STORE).symlink_to(store)
    (tmp_path / "aim.yaml").write_text(AIM, "utf-8")
    (tmp_path / "file").write_text("in the way", "utf-8")
    (tmp_path / "dangling").symlink_to("nobody/there")
    (tmp_path / "circular").symlink_to("circular")
    monkeypatch.chdir(tmp_path)

    def nobody(*_: object, **__: object) -> None:
        raise AssertionError("something is simulated")

    for engine in (equitysim.engines.compiled.engine, equitysim.engines.simpy.engine):
        monkeypatch.setattr(engine, "simulate", nobody)
    return tmp_path


Shown = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("name", "said"), [*NOT_A_NAME.items(), *NOT_A_FOLDER.items()])
@pytest.mark.parametrize("command", WRITING)
def test_a_folder_that_cannot_be_written_is_refused_at_once(
    folder: Path, capsys: Shown, command: str, name: str, said: str
) -> None:
    there = sorted(os.listdir(folder))
    assert main([*WRITING[command], "--out", name]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said.lower() in shown.err.lower()
    assert sorted(os.listdir(folder)) == there


NAMES = [name for name in NOT_A_NAME if name != "--quiet"]
"""Where no option is meant."""

READING: dict[str, Callable[[str], tuple[str, ...]]] = {
    "check": lambda name: ("check", "shop.yaml", name),
    "show": lambda name: ("show", name),
    "run": lambda name: ("run", name, "--policy", "today"),
    "--with": lambda name: ("run", "shop.yaml", "--policy", "today", "--with", name),
    "compare": lambda name: ("compare", name),
    "--with of compare": lambda name: ("compare", "shop.yaml", "--with", name),
    "trace": lambda name: ("trace", name, "--policy", "today", "--customer", "typical"),
    "sweep": lambda name: ("sweep", name),
    "--with of sweep": lambda name: ("sweep", "study.yaml", "--with", name),
    "optimise": lambda name: ("optimise", name),
    "analyse": lambda name: ("analyse", name),
    "new": lambda name: ("new", name),
}


@pytest.mark.parametrize("name", [*NAMES, *NOT_A_FOLDER, ".", "..", "/"])
@pytest.mark.parametrize("command", READING)
def test_a_file_that_cannot_be_read_is_refused(folder: Path, capsys: Shown, command: str, name: str) -> None:
    there = sorted(os.listdir(folder))
    code = main(list(READING[command](name)))
    assert code in ((2,) if name in NOT_A_NAME else (2, 3))
    said = capsys.readouterr().err
    assert "internal fault" not in said
    assert said.strip()
    assert sorted(os.listdir(folder)) == there


@pytest.mark.parametrize("name", NAMES)
def test_functions_refuse_the_same_names(name: str) -> None:
    with pytest.raises(UsageError, match=r"out must be the path of a file or folder, not .*; "):
        path("out", name)


@pytest.mark.parametrize("name", ["a-b", "./-", "./~", "~$shop.yaml", "out~", "--quiet", " ", "a/~/b"])
def test_other_names_are_what_they_are(name: str) -> None:
    assert path("out", name) == Path(name)
