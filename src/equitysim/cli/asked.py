"""What may be asked for on the command line besides the file: groups of options, and what each command takes of them.

None and empty stand for the default.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

from equitysim.arguments import no_path
from equitysim.cli.options import WholeNumber, flag, needed, option, whole
from equitysim.figures.names import plain


class _Place(click.Path):
    """A file or folder, by a name that can be meant."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Ends the command where the name cannot be one."""
        name = os.fspath(value)
        wrong = no_path(name)
        if not wrong and name.startswith("-") and isinstance(param, click.Option):
            wrong = f"'{plain(name)}' looks like an option; write ./{plain(name)} for a file or folder of that name"
        if wrong:
            self.fail(f"{wrong}.", param, ctx)
        return super().convert(value, param, ctx)


FILE = _Place(path_type=Path)


def _number_or_auto(context: click.Context, about: click.Parameter, given: str | None) -> int | str | None:
    return given if given is None or given == "auto" else WholeNumber(1, ", or auto").convert(given, about, context)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What simulates, with which luck, how many people."""

    engine: str = option("--engine", "auto", "What simulates.", type=click.Choice(["auto", "simpy", "compiled"]))
    seed: int | None = whole("--seed", "Seed of all draws.", at_least=0)
    customers: int | None = whole("--customers", "Simulate about N people, or as few more as decide like the firm.")


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """How often."""

    replications: int | None = whole("--replications", "Repeat with N different lucks.")


@dataclass(frozen=True, kw_only=True)
class RepeatedEnough:
    """How often, or until it is known."""

    replications: int | Literal["auto"] | None = option(
        "--replications",
        None,
        "Repeat with N different lucks, or (auto, the default) with as many as a verdict needs.",
        callback=_number_or_auto,
        metavar="N|auto",
    )


@dataclass(frozen=True, kw_only=True)
class Hands:
    """Who runs."""

    workers: int | None = whole("--workers", "Run on N processes; by default all cores.")
    executor: str = option(
        "--executor",
        "processes",
        "Who runs: processes (of this machine), dask, dask:ADDRESS (of a scheduler) or mpi.",
        metavar="NAME",
    )


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Changes to the scenario, each in the order given."""

    changes: tuple[str, ...] = option(
        "--set", (), "Change one value, as if the file said so.", multiple=True, metavar="PATH=VALUE"
    )
    layers: tuple[Path, ...] = option(
        "--with", (), "Lay a file of differences on top.", multiple=True, type=FILE, metavar="FILE"
    )


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Where to write."""

    out: Path | None = option(  # noqa: RUF009  # a field
        "--out", None, "Folder to write; by default beside the file.", type=FILE, metavar="DIR"
    )


@dataclass(frozen=True, kw_only=True)
class Logged:
    """What to write besides."""

    events: bool = flag("--events", "Write the log of every event (large).")


@dataclass(frozen=True, kw_only=True)
class Formats:
    """As what to write tables besides CSV."""

    also: tuple[str, ...] = option(
        "--also",
        (),
        "Write the tables also as one workbook, or as Parquet files.",
        multiple=True,
        type=click.Choice(["excel", "parquet"]),
    )


@dataclass(frozen=True, kw_only=True)
class LargeFormats:
    """The same of tables that no workbook can hold."""

    also: tuple[str, ...] = option(
        "--also", (), "Write the tables also as Parquet files.", multiple=True, type=click.Choice(["parquet"])
    )


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """What is said on the way."""

    quiet: bool = flag("--quiet", "No progress and no messages but errors.")


@dataclass(frozen=True, kw_only=True)
class Told(Quiet):
    """How the answer is given, and what is said on the way."""

    as_json: bool = flag("--json", "Print one JSON document instead of text.")


@dataclass(frozen=True, kw_only=True)
class Strict:
    """What is an error."""

    strict: bool = flag("--strict", "Treat warnings as errors.")


@dataclass(frozen=True, kw_only=True)
class StrictOnClaims:
    """What is an error, where there are claims."""

    strict: bool = flag("--strict", "Treat warnings as errors, and a claim that fails too.")


@dataclass(frozen=True, kw_only=True)
class Check(Layers, Strict, Quiet):
    """What ``check`` takes."""


@dataclass(frozen=True, kw_only=True)
class Simulated(Drawn, Hands, Layers, Beside, Logged, Formats, Told, StrictOnClaims):
    """What ``run`` and ``compare`` both take."""


@dataclass(frozen=True, kw_only=True)
class Run(Repeated, Simulated):
    """What ``run`` takes."""

    policy: str = needed("--policy", "The policy to run.", metavar="NAME")


@dataclass(frozen=True, kw_only=True)
class Compare(RepeatedEnough, Simulated):
    """What ``compare`` takes."""

    vary: tuple[str, ...] = option(
        "--vary", (), "Compare across values: one table, one figure.", multiple=True, metavar="PATH=A,B,…"
    )


@dataclass(frozen=True, kw_only=True)
class Trace(Drawn, Layers, Beside, Quiet):
    """What ``trace`` takes."""

    policy: str = needed("--policy", "The policy to look at.", metavar="NAME")
    customer: str = needed("--customer", "Whose account to show.", metavar="ID|typical|best|lost")
    against: str | None = option("--against", None, "The same customer under another policy as well.", metavar="POLICY")


@dataclass(frozen=True, kw_only=True)
class Studied(Repeated, Drawn, Hands, Layers, Beside):
    """What ``sweep`` and ``optimise`` both take."""


@dataclass(frozen=True, kw_only=True)
class Sweep(Studied, LargeFormats, Told):
    """What ``sweep`` takes."""


@dataclass(frozen=True, kw_only=True)
class Optimise(Studied, Told):
    """What ``optimise`` takes."""

    budget: str | None = option("--budget", None, "Most that may be spent in all, such as 40k.", metavar="MONEY")
    trials: int | None = whole("--trials", "Let the search try N settings.")


@dataclass(frozen=True, kw_only=True)
class Analyse(Formats, Told):
    """What ``analyse`` takes."""

    measure: str | None = option(
        "--measure", None, "What to analyse; by default what the scenario decides by.", metavar="NAME"
    )
    over: tuple[str, ...] = option(
        "--over",
        (),
        "Twice: the two parameters of the map; else what decides most.",
        multiple=True,
        metavar="PARAMETER",
    )
    out: Path | None = option(  # noqa: RUF009  # a field
        "--out", None, "Folder to write; by default that of the store.", type=FILE, metavar="DIR"
    )
