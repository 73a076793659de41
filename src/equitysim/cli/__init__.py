"""The command line: arguments, progress, exit codes; no logic.

Everything heavy is imported by the command that needs it, so that ``--help`` and a mistyped option answer at once.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from equitysim.cli.asked import FILE, Analyse, Check, Compare, Layers, Optimise, Run, Sweep, Trace
from equitysim.cli.options import asks
from equitysim.cli.terminal import (
    Exit,
    fill_descriptors,
    guarded,
    prepare_streams,
    standard_streams,
    warnings_said,
)
from equitysim.interrupts import interruptible

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


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
@asks(Check)
def check(asked: Check, files: tuple[Path, ...]) -> int:
    """Report every fault of scenario files, each with its place."""
    from equitysim.cli import inspect

    return inspect.check(files, asked)


@cli.command()
@click.argument("file", type=FILE)
@asks(Layers)
def show(asked: Layers, file: Path) -> int:
    """Show the resolved scenario: every value with its unit and origin, and what points mean in behaviour."""
    from equitysim.cli import inspect

    return inspect.show_resolved(file, asked)


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
@asks(Run)
def run(asked: Run, file: Path) -> int:
    """Simulate one policy of a scenario."""
    from equitysim.cli import simulate

    return simulate.run(file, asked)


@cli.command()
@click.argument("file", type=FILE)
@asks(Compare)
def compare(asked: Compare, file: Path) -> int:
    """Simulate all policies of a scenario on the same customers and compare them."""
    from equitysim.cli import simulate

    return simulate.compare_varied(file, asked) if asked.vary else simulate.compare(file, asked)


@cli.command()
@click.argument("study", type=FILE)
@asks(Sweep)
def sweep(asked: Sweep, study: Path) -> int:
    """Run what is missing of a study, into its store."""
    from equitysim.cli import studies

    return studies.sweep(study, asked)


@cli.command()
@click.argument("store", type=FILE)
@asks(Analyse)
def analyse(asked: Analyse, store: Path) -> int:
    """Say what the runs in a store of sweep mean: who is best where, what matters, how much is luck."""
    from equitysim.cli import analysis

    return analysis.analyse(store, asked)


@cli.command()
@click.argument("study", type=FILE)
@asks(Optimise)
def optimise(asked: Optimise, study: Path) -> int:
    """Find the best setting of a study's levers for a budget, over its store."""
    from equitysim.cli import studies

    return studies.optimise(study, asked)


@cli.command()
@click.argument("file", type=FILE)
@asks(Trace)
def trace(asked: Trace, file: Path) -> int:
    """Show one customer's account statement."""
    from equitysim.cli import simulate

    return simulate.trace(file, asked)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit code. Without ``arguments``: those of the process."""
    if arguments is None:
        fill_descriptors()
    prepare_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    return interruptible(lambda: _run(given), ends=arguments is None)


def _run(arguments: list[str]) -> int:
    with standard_streams():
        return guarded(lambda: _dispatch(arguments))


def _dispatch(arguments: list[str]) -> int:
    try:
        with warnings_said():
            code = cli.main(arguments, prog_name="equitysim", standalone_mode=False)
    except SystemExit as ended:
        # click ends the process itself only where the reader of a pipe has gone
        raise BrokenPipeError from ended
    return int(code or Exit.DONE)
