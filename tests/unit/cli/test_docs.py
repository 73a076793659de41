"""The pages name what there is, and nothing else."""

import re
from pathlib import Path

import click

import equitysim
from equitysim.cli import cli
from equitysim.cli.terminal import Exit
from equitysim.figures import data as figure_data
from equitysim.figures.data import FIGURES
from equitysim.study.output import RESOLVED

DOCS = Path(__file__).parents[3] / "docs"
COMMANDS = (DOCS / "commands.md").read_text("utf-8")


def first_cells(text: str, section: str) -> list[str]:
    """The first cell of each row of the first table after a heading."""
    after = text.split(section, 1)[1]
    table = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)
    assert table is not None
    return [row.split("|")[1].replace("\\", "").strip() for row in re.sub(r"\\\|", "/", table[0]).splitlines()[2:]]


def test_every_command_is_described_and_none_besides() -> None:
    described = {cell.strip("`").split()[1] for cell in first_cells(COMMANDS, "# Commands")}
    assert described == set(cli.commands)


def test_every_option_is_described_with_its_commands() -> None:
    described = {cell.strip("`").split()[0] for cell in first_cells(COMMANDS, "## Options")}
    shared = {
        option
        for command in cli.commands.values()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }
    assert described == shared - {"--policy", "--customer", "--against"}


def test_every_exit_code_is_described() -> None:
    assert [int(cell) for cell in first_cells(COMMANDS, "## Exit codes")] == sorted(Exit)


def test_every_figure_is_described() -> None:
    described = [cell.strip("`") for cell in first_cells(COMMANDS, "## What `compare` writes")]
    assert [cell.removeprefix("figures/") for cell in described if cell.startswith("figures/")] == list(
        FIGURES.values()
    )


def test_how_to_read_every_figure_is_told() -> None:
    text = (DOCS / "figures.md").read_text("utf-8")
    told = [*first_cells(text, "## Of a comparison"), *first_cells(text, "## Of a decision")]
    assert sorted(cell.strip("`") for cell in told) == sorted(FIGURES.values())


def test_what_comparing_across_values_writes_is_described() -> None:
    described = {cell.strip("`") for cell in first_cells(COMMANDS, "## Comparing across values")}
    assert described == {f"figures/{figure_data.OVER_VALUES}", "vary.csv", RESOLVED}


def test_every_public_name_is_described() -> None:
    text = (DOCS / "python.md").read_text("utf-8")
    assert {name for name in equitysim.__all__ if f"es.{name}" not in text} == set()
    assert set(re.findall(r"\bes\.(\w+)", text)) <= set(equitysim.__all__)
