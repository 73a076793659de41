"""The command that the page gives: it asks for the same numbers, and names files without their folders."""

import shlex
from pathlib import Path

from equitysim.cli.asked import Layers
from equitysim.cli.simulate import command_again
from tests.unit.figures.made_comparison import made_comparison

CONTEXT = made_comparison().context


def test_seed_and_replications_are_those_of_the_comparison() -> None:
    context = CONTEXT._replace(seed=7, replications=140, customers=300)
    command = command_again(Path("/home/jane/secret/my shop.yaml"), context, Layers())
    assert command == "equitysim compare 'my shop.yaml' --seed 7 --replications 140 --customers 300"


def test_layers_and_changes_are_told_and_what_acts_in_a_shell_is_quoted() -> None:
    layers = Layers(changes=("failure.per_order=2 %", "name=$(reboot)\n'; x"), layers=(Path("/elsewhere/crisis.yaml"),))
    words = shlex.split(command_again(Path("shop.yaml"), CONTEXT, layers))
    assert words[7:] == [
        *("--with", "crisis.yaml"),
        *("--set", "failure.per_order=2 %"),
        *("--set", "name=$(reboot) '; x"),
    ]
