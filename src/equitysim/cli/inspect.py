"""``new``, ``check``, ``show``, ``explain`` and ``schema``: everything about scenario files but running them."""

import json
from pathlib import Path

from equitysim.cli.asked import Check, Layers
from equitysim.cli.scenarios import checked, loaded, settings
from equitysim.cli.terminal import Exit, counted, fail, say, show, tell_faults
from equitysim.errors import Fault
from equitysim.figures.names import plain
from equitysim.scenario.load import is_study


def new(file: Path) -> int:
    """Write the starter scenario; never over a file that is there."""
    from equitysim.measures.files import refused
    from equitysim.scenario.write import starter

    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(starter())
    except FileExistsError:
        fail(f"{file} exists already; choose another name, or remove it first")
    except OSError as error:
        raise refused(file, error) from error
    show(f"Wrote {file}. Next: equitysim compare {file}")
    return Exit.DONE


def check(files: tuple[Path, ...], asked: Check) -> int:
    """Tell every fault of every file; the faults are the answer, so they go to standard output."""
    bad = 0
    for file in files:
        summary, faults = _summary(file, asked)
        tell_faults(faults, to_stdout=True)
        failed = not summary or (asked.strict and any(fault.counts for fault in faults))
        bad += failed
        if failed:
            say(f"{plain(str(file))}: {counted(faults)}")
        elif not asked.quiet:
            show(f"{plain(str(file))}: {summary}" + (f", {counted(faults)}" if faults else ""))
    return Exit.INVALID if bad else Exit.DONE


def _summary(file: Path, layers: Layers) -> tuple[str, tuple[Fault, ...]]:
    """A scenario or a study in a word, empty if it is invalid, and everything there is to say of it."""
    if is_study(file):
        # what studies need is more than a scenario does
        from equitysim.cli.optimise_text import sought_in_words
        from equitysim.cli.sweep_text import runs_in_words
        from equitysim.study.sweeps.reading import check_study

        study, faults = check_study(file, layers=layers.layers, settings=settings(layers.changes))
        if study is None:
            return "", faults
        swept = [f"a study of {runs_in_words(study)}"] if study.order else []
        sought = [] if study.aim is None else [f"to optimise: {sought_in_words(study, study.aim)}"]
        return f"OK, {'; '.join([*swept, *sought])}", faults
    scenario, faults = checked(file, layers)
    policies = 0 if scenario is None else len(scenario.policies)
    return (f"OK, {policies} polic{'y' if policies == 1 else 'ies'}" if scenario is not None else ""), faults


def show_resolved(file: Path, layers: Layers) -> int:
    """Print the resolved scenario."""
    from equitysim.scenario.write import resolved

    show(resolved(loaded(file, layers, strict=False, quiet=False)))
    return Exit.DONE


def explain_key(key: str) -> int:
    """Print what a key or a word of the answers means."""
    from equitysim.cli.glossary import explained

    show(explained(key))
    return Exit.DONE


def print_schema() -> int:
    """Print the JSON Schema."""
    from equitysim.scenario.jsonschema import json_schema

    show(json.dumps(json_schema(), indent=2))
    return Exit.DONE
