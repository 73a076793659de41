"""The command line: arguments, progress, exit codes; no logic.

Everything heavy is imported by the command that needs it, so that ``--help`` and a mistyped option answer at once.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from equitysim.cli.asked import Asked, Layers
from equitysim.cli.terminal import Exit, guarded, ignore_further_signals, prepare_signals, prepare_streams

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)
_DIGITS = 9

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _number_or_auto(_: click.Context, __: click.Parameter, given: str | None) -> int | str | None:
    if given is None or given == "auto":
        return given
    if not given.isdecimal() or len(given) > _DIGITS or int(given) < 1:
        raise click.BadParameter(f"'{given}' is neither a whole number from 1 nor 'auto'.")
    return int(given)


def _together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, shown in the order given."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_layers = _together(
    click.option(
        "--set", "changes", multiple=True, metavar="PATH=VALUE", help="Change one value, as if the file said so."
    ),
    click.option(
        "--with", "layers", multiple=True, type=FILE, metavar="FILE", help="Lay a file of differences on top."
    ),
)
_strict = click.option("--strict", is_flag=True, help="Treat warnings as errors.")
_quiet = click.option("--quiet", is_flag=True, help="No progress and no messages but errors.")
_seed = click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Seed of all draws.")
_engine = click.option(
    "--engine", type=click.Choice(["auto", "simpy", "compiled"]), default="auto", help="What simulates."
)
_customers = click.option(
    "--customers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Simulate about N seed persons; totals are scaled back.",
)
_replications = click.option(
    "--replications", type=click.IntRange(min=1), metavar="N", help="Repeat with N different lucks."
)
_replications_or_auto = click.option(
    "--replications",
    callback=_number_or_auto,
    metavar="N|auto",
    help="Repeat with N different lucks, or (auto, the default) with as many as a verdict needs.",
)
_workers = click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", help="Run on N processes; by default all cores."
)
_executor = click.option(
    "--executor",
    default="processes",
    metavar="NAME",
    help="Who runs: processes (of this machine), dask, dask:ADDRESS (of a scheduler) or mpi.",
)
_out = click.option("--out", type=FILE, metavar="DIR", help="Folder to write; by default beside the file.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
_also = click.option(
    "--also",
    multiple=True,
    type=click.Choice(["excel", "parquet"]),
    help="Write the tables also as one workbook, or as Parquet files.",
)
_job = _together(
    _engine,
    _seed,
    _customers,
    _workers,
    _layers,
    _out,
    click.option("--events", is_flag=True, help="Write the log of every event (large)."),
    _also,
    _json,
    _quiet,
    click.option("--strict", is_flag=True, help="Treat warnings as errors, and a claim that fails too."),
)


@click.group(context_settings=SETTINGS)
@click.version_option(package_name="equitysim", message="%(prog)s %(version)s")
def cli() -> None:
    """Simulate relationship equity: which reward and recovery policy earns the most value and referrals?

    Start with 'equitysim new my.yaml', then 'equitysim compare my.yaml'.
    """


@cli.command()
@click.argument("file", type=FILE)
def new(file: Path) -> int:
    """Write a short commented starter scenario."""
    from equitysim.cli import inspect

    return inspect.new(file)


@cli.command()
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@_layers
@_strict
@_quiet
def check(
    files: tuple[Path, ...], changes: tuple[str, ...], layers: tuple[Path, ...], strict: bool, quiet: bool
) -> int:
    """Report every fault of scenario files, each with its place."""
    from equitysim.cli import inspect

    return inspect.check(files, Layers(changes, layers), strict=strict, quiet=quiet)


@cli.command()
@click.argument("file", type=FILE)
@_layers
def show(file: Path, changes: tuple[str, ...], layers: tuple[Path, ...]) -> int:
    """Show the resolved scenario: every value with its unit and origin, and what points mean in behaviour."""
    from equitysim.cli import inspect

    return inspect.show_resolved(file, Layers(changes, layers))


@cli.command()
@click.argument("key")
def explain(key: str) -> int:
    """Explain one key: meaning, unit, default, source, effect."""
    from equitysim.cli import inspect

    return inspect.explain_key(key)


@cli.command()
def schema() -> int:
    """Print the JSON Schema of scenario files, for editors."""
    from equitysim.cli import inspect

    return inspect.print_schema()


@cli.command()
@click.argument("file", type=FILE)
@click.option("--policy", required=True, metavar="NAME", help="The policy to run.")
@_replications
@_job
def run(file: Path, policy: str, **options: Any) -> int:
    """Simulate one policy of a scenario."""
    from equitysim.cli import simulate

    return simulate.run(file, policy, _asked(options))


@cli.command()
@click.argument("file", type=FILE)
@_replications_or_auto
@_job
@click.option("--vary", multiple=True, metavar="PATH=A,B,…", help="Compare across values: one table, one figure.")
def compare(file: Path, **options: Any) -> int:
    """Simulate all policies of a scenario on the same customers and compare them."""
    from equitysim.cli import simulate

    vary = options.pop("vary")
    asked = _asked(options)
    return simulate.compare_varied(file, vary, asked) if vary else simulate.compare(file, asked)


@cli.command()
@click.argument("study", type=FILE)
@_engine
@_seed
@_replications
@_customers
@_workers
@_executor
@_layers
@_out
@click.option("--also", multiple=True, type=click.Choice(["parquet"]), help="Write the tables also as Parquet files.")
@_json
@_quiet
def sweep(study: Path, **options: Any) -> int:
    """Run what is missing of a study, into its store."""
    from equitysim.cli import studies

    return studies.sweep(study, _asked(options))


@cli.command()
@click.argument("store", type=FILE)
@click.option("--measure", metavar="NAME", help="What to analyse; by default what the scenario decides by.")
@click.option(
    "--over", multiple=True, metavar="PARAMETER", help="Twice: the two parameters of the map; else what decides most."
)
@click.option("--out", type=FILE, metavar="DIR", help="Folder to write; by default that of the store.")
@_also
@_json
@_quiet
def analyse(store: Path, **options: Any) -> int:
    """Say what the runs in a store of sweep mean: who is best where, what matters, how much is luck."""
    from equitysim.cli import analysis

    return analysis.analyse(store, analysis.Question(**options))


@cli.command()
@click.argument("study", type=FILE)
@click.option("--budget", metavar="MONEY", help="Most that may be spent in all, such as 40k.")
@click.option("--trials", type=click.IntRange(min=1), metavar="N", help="Let the search try N settings.")
@_engine
@_seed
@_replications
@_customers
@_workers
@_executor
@_layers
@_out
@_json
@_quiet
def optimise(study: Path, budget: str | None, trials: int | None, **options: Any) -> int:
    """Find the best setting of a study's levers for a budget, over its store."""
    from equitysim.cli import studies

    return studies.optimise(study, budget, trials, _asked(options))


@cli.command()
@click.argument("file", type=FILE)
@click.option("--policy", required=True, metavar="NAME", help="The policy to look at.")
@click.option("--customer", required=True, metavar="ID|typical|best|lost", help="Whose account to show.")
@click.option("--against", metavar="POLICY", help="The same customer under another policy as well.")
@_engine
@_seed
@_customers
@_layers
@_out
@_quiet
def trace(file: Path, policy: str, customer: str, against: str | None, **options: Any) -> int:
    """Show one customer's account statement."""
    from equitysim.cli import simulate

    return simulate.trace(file, policy, customer, against, _asked(options))


def _asked(options: dict[str, Any]) -> Asked:
    layers = Layers(options.pop("changes"), options.pop("layers"))
    return Asked(layers=layers, **options)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit code. Without ``arguments``: those of the process."""
    prepare_streams()
    prepare_signals()
    given = list(sys.argv[1:] if arguments is None else arguments)
    code = guarded(lambda: _dispatch(given))
    if arguments is None:
        ignore_further_signals()
    return code


def _dispatch(arguments: list[str]) -> int:
    try:
        code = cli.main(arguments, prog_name="equitysim", standalone_mode=False)
    except SystemExit as ended:
        # click ends the process itself only where the reader of a pipe has gone
        raise BrokenPipeError from ended
    return int(code or Exit.DONE)
