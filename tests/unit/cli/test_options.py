"""Options as fields: what is typed becomes an object of the group, and each option says the same wherever it is."""

from collections import defaultdict
from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from equitysim.cli import cli, main
from equitysim.cli.options import asks, flag, needed, option, whole


@dataclass(frozen=True, kw_only=True)
class Colour:
    colour: str = option("--colour", "red", "Which colour.", metavar="NAME")


@dataclass(frozen=True, kw_only=True)
class Loud:
    loud: bool = flag("--loud", "Aloud.")
    times: int | None = whole("--times", "So often.")


@dataclass(frozen=True, kw_only=True)
class Painted(Colour, Loud):
    what: str = needed("--what", "What to paint.", metavar="THING")
    again: tuple[str, ...] = option("--again", (), "And these.", multiple=True)


def painted(*typed: str) -> tuple[Result, list[tuple[Painted, str]]]:
    met: list[tuple[Painted, str]] = []

    @click.command()
    @click.argument("place")
    @asks(Painted)
    def paint(asked: Painted, place: str) -> int:
        """Paint something."""
        met.append((asked, place))
        return 0

    return CliRunner().invoke(paint, typed), met


def test_what_is_typed_becomes_one_object_and_arguments_stay() -> None:
    _, met = painted("here", "--what", "door", "--again", "wall", "--again", "roof", "--loud", "--times", "3")
    assert met == [(Painted(what="door", again=("wall", "roof"), loud=True, times=3), "here")]


def test_what_is_not_typed_has_the_default_of_its_field() -> None:
    (met,) = painted("here", "--what", "door")[1]
    assert met == (Painted(what="door"), "here")
    assert (met[0].colour, met[0].loud, met[0].times, met[0].again) == ("red", False, None, ())


def test_nobody_changes_what_was_asked() -> None:
    with pytest.raises(FrozenInstanceError):
        Painted(what="door").colour = "blue"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("typed", "said"),
    [(("here",), "Missing option '--what'"), (("here", "--what", "x", "--times", "0"), "not in the range x>=1")],
)
def test_what_is_missing_or_cannot_be_is_a_usage_error(typed: tuple[str, ...], said: str) -> None:
    done, met = painted(*typed)
    assert (done.exit_code, met) == (2, [])
    assert said in done.output


def test_help_shows_its_own_options_first_then_those_of_its_groups_in_order() -> None:
    shown = painted("--help")[0].output
    names = [line.split()[0] for line in shown.splitlines() if line.strip().startswith("--")]
    assert names == ["--what", "--again", "--colour", "--loud", "--times", "--help"]
    assert "Paint something." in shown


DIFFERENT = {"--policy", "--replications", "--out", "--also", "--strict"}
"""Options that mean something else from command to command, and say so."""


def test_an_option_says_the_same_in_every_command() -> None:
    said: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for command in cli.commands.values():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                words = (parameter.help or "", str(parameter.metavar), repr(parameter.default))
                said[parameter.opts[0]].add(words)
    assert {name for name, different in said.items() if len(different) > 1} == DIFFERENT


EXECUTORS = {"compare": [], "run": ["--policy", "today"], "sweep": [], "optimise": []}


@pytest.mark.parametrize("command", EXECUTORS)
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--executor", "threads"], "there is no executor 'threads'; there are processes, dask, dask:ADDRESS or mpi"),
        (["--executor", "dask:"], "such as dask:tcp://127.0.0.1:8786"),
        (["--executor", "dask:tcp://127.0.0.1:8786", "--workers", "4"], "leave out the number of workers"),
    ],
)
def test_who_cannot_run_is_refused_before_anything_is_read(
    command: str, typed: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(tmp_path / "nothing.yaml"), *EXECUTORS[command], *typed]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_values_of_a_key_are_refused_likewise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["compare", str(tmp_path / "nothing.yaml"), "--vary", "failure.per_order=2%,4%", "--executor", "threads"]
    assert main(asked) == 2
    assert "there is no executor 'threads'" in capsys.readouterr().err
