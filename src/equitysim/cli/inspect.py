"""``new``, ``check``, ``show``, ``explain`` and ``schema``: everything about scenario files but running them."""

import json
from pathlib import Path

from equitysim.cli.asked import Layers
from equitysim.cli.scenarios import checked, loaded
from equitysim.cli.terminal import Exit, counted, fail, say, show, tell_faults
from equitysim.errors import OutputError
from equitysim.figures.names import plain


def new(file: Path) -> int:
    """Write the starter scenario; never over a file that is there."""
    from equitysim.scenario.write import starter

    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(starter())
    except FileExistsError:
        fail(f"{file} exists already; choose another name, or remove it first")
    except OSError as error:
        raise OutputError(f"cannot write {file}: {error.strerror or error}") from error
    show(f"Wrote {file}. Next: equitysim compare {file}")
    return Exit.DONE


def check(files: tuple[Path, ...], layers: Layers, *, strict: bool, quiet: bool) -> int:
    """Tell every fault of every file; the faults are the answer, so they go to standard output."""
    bad = 0
    for file in files:
        scenario, faults = checked(file, layers)
        tell_faults(faults, to_stdout=True)
        failed = scenario is None or (strict and bool(faults))
        bad += failed
        if failed:
            say(f"{plain(str(file))}: {counted(faults)}")
        elif scenario is not None and not quiet:
            policies = len(scenario.policies)
            summary = f"OK, {policies} polic{'y' if policies == 1 else 'ies'}"
            show(f"{plain(str(file))}: {summary}" + (f", {counted(faults)}" if faults else ""))
    return Exit.INVALID if bad else Exit.DONE


def show_resolved(file: Path, layers: Layers) -> int:
    """Print the resolved scenario."""
    from equitysim.scenario.write import resolved

    show(resolved(loaded(file, layers, strict=False, quiet=False)))
    return Exit.DONE


def explain_key(key: str) -> int:
    """Print what a key means."""
    from equitysim.scenario.explain import explain

    show(explain(key))
    return Exit.DONE


def print_schema() -> int:
    """Print the JSON Schema."""
    from equitysim.scenario.jsonschema import json_schema

    show(json.dumps(json_schema(), indent=2))
    return Exit.DONE
