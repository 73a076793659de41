"""``run``, ``compare`` and ``trace``: load, simulate, write the folder, print."""

import contextlib
import hashlib
import json
import logging
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equitysim.cli.asked import Asked, Layers
from equitysim.cli.scenarios import loaded
from equitysim.cli.terminal import Exit, fail, nearest, progress, say, show, text_width
from equitysim.errors import OutputError
from equitysim.figures.names import plain
from equitysim.scenario import write
from equitysim.scenario.explain import shown
from equitysim.scenario.lower import lower
from equitysim.scenario.outlook import referral_ratio
from equitysim.scenario.schema import Scenario
from equitysim.statistics.comparison import Comparison, Context
from equitysim.study import runs
from equitysim.study import trace as study_trace
from equitysim.study.engine import compiles_first, engine_named, keeps_code
from equitysim.study.output import Recording, write_comparison, write_run
from equitysim.study.pick import MEANING
from equitysim.study.runs import DEFAULT_REPLICATIONS, DEFAULT_SEED

if TYPE_CHECKING:
    from equitysim.report.background import Source

FIGURES = "figures"


def run(file: Path, policy: str, asked: Asked) -> int:
    """Simulate one policy."""
    scenario = loaded(file, asked.layers, strict=asked.strict, quiet=asked.quiet)
    _known(policy, scenario)
    folder = asked.out or _beside(file) / _run_folder(policy)
    _writable(folder)
    _foresee(scenario, asked)
    with _recorded(folder, scenario, asked) as record, progress(f"run {plain(policy)}", quiet=asked.quiet) as advance:
        done = runs.run(scenario, policy, progress=advance, record=record, **_options(asked))
    write_run(folder, done, write.resolved(scenario))
    if asked.as_json:
        _print_json(done.document())
    else:
        from equitysim.cli.run_text import run_text

        show(run_text(done, text_width()))
    _told_where(folder, asked)
    return Exit.DONE


def compare(file: Path, asked: Asked) -> int:
    """Simulate all policies on the same customers."""
    scenario = loaded(file, asked.layers, strict=asked.strict, quiet=asked.quiet)
    folder = asked.out or _beside(file)
    _writable(folder)
    _foresee(scenario, asked)
    with _recorded(folder, scenario, asked) as record, progress("compare", quiet=asked.quiet) as advance:
        comparison = runs.compare(scenario, progress=advance, record=record, **_options(asked))
    resolved = write.resolved(scenario)
    try:
        write_comparison(folder, comparison, resolved)
        source = _source(scenario, resolved, command_again(file, comparison.context, asked.layers))
        page = _write_page(folder, comparison, _draw(comparison, folder), source)
    finally:
        # a full disk must not cost the answer as well
        _print_comparison(comparison, asked)
    _told_where(folder if asked.as_json else page, asked)
    return _verdict(comparison, asked)


def trace(file: Path, policy: str, customer: str, against: str | None, asked: Asked) -> int:
    """Show one customer's account."""
    from equitysim.cli.trace_text import trace_text

    scenario = loaded(file, asked.layers, strict=asked.strict, quiet=asked.quiet)
    for name in (policy, against):
        if name is not None:
            _known(name, scenario)
    done = study_trace(
        scenario,
        policy,
        _wanted(customer),
        against=against,
        seed=DEFAULT_SEED if asked.seed is None else asked.seed,
        customers=asked.customers,
        engine=asked.engine,
    )
    show(trace_text(done, text_width()))
    return Exit.DONE


def _known(policy: str, scenario: Scenario) -> None:
    names = [plain(name) for name in scenario.policies]
    if policy not in scenario.policies:
        fail(f"there is no policy '{plain(policy)}' in the scenario; {nearest(policy, names)}")


def _wanted(customer: str) -> Any:
    if customer in MEANING:
        return customer
    if re.fullmatch(r"[0-9]{1,19}", customer):
        return int(customer)
    return fail(
        f"--customer must be an identity or a word, not '{plain(customer)}'; {nearest(customer, list(MEANING))}"
    )


def _options(asked: Asked) -> dict[str, Any]:
    return {
        "replications": asked.replications or DEFAULT_REPLICATIONS,
        "seed": DEFAULT_SEED if asked.seed is None else asked.seed,
        "customers": asked.customers,
        "engine": asked.engine,
        "workers": asked.workers,
    }


@contextlib.contextmanager
def _recorded(folder: Path, scenario: Scenario, asked: Asked) -> Iterator[Recording | None]:
    if not asked.events:
        yield None
        return
    with Recording(folder, scenario.start, ledger=True, events=True) as record:
        yield record


def _beside(file: Path) -> Path:
    """The folder beside the scenario, named after it; of a file without an ending a name that is free."""
    folder = file.with_suffix("")
    return folder if folder != file else file.with_name(f"{file.name}.out")


def _run_folder(policy: str) -> str:
    """A folder name that every file system takes; one policy's tables do not overwrite a comparison's."""
    tame = re.sub(r"[^A-Za-z0-9]+", "-", policy).strip("-").lower()[:40]
    if re.fullmatch(r"[a-z0-9 -]{1,40}", policy):
        return f"run-{tame}"
    return f"run-{tame}-{hashlib.sha256(policy.encode(errors='replace')).hexdigest()[:6]}"


def _writable(folder: Path) -> None:
    """Find out before a long run, not after it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".equitysim-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error


def _foresee(scenario: Scenario, asked: Asked) -> None:
    """What can be said before the run starts."""
    if asked.quiet:
        return
    plan = lower(scenario, scenario.baseline, customers=asked.customers)
    ratio = referral_ratio(plan)
    if ratio.neutral >= 1:
        verdict = "feeds on itself, and the caps may end the run"
    elif ratio.full >= 1:
        verdict = "feeds on itself only where balances are high"
    else:
        verdict = "does not feed on itself"
    say(
        f"Referral ratio: a customer brings about {ratio.neutral:.2g} others at neutral equity, {ratio.full:.2g} at "
        f"full equity; the population {verdict}."
    )
    if compiles_first(engine_named(asked.engine)):
        if keeps_code():
            say("Compiling the engine; this takes a while once, and is kept.")
        else:
            say(
                "Compiling the engine; this takes a while every time, because no cache can be written, and all runs "
                "stay in one process unless --workers is given."
            )
    if asked.customers is not None:
        say(
            f"Simulating 1/{plan.scale:.4g} of the scenario's size: totals are scaled back, waits at desks will differ "
            "from those at full size."
        )


def _print_comparison(comparison: Comparison, asked: Asked) -> None:
    if asked.as_json:
        _print_json(comparison.document())
    else:
        from equitysim.cli.compare_text import comparison_text

        show(comparison_text(comparison, text_width()))


def _draw(comparison: Comparison, folder: Path) -> dict[str, str]:
    """Save every figure; returns them as the page takes them: kind → SVG without its heading."""
    # on a fresh machine matplotlib tells of its font cache, which is nobody's concern here
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from equitysim.figures import data, draw

    drawings = {}
    for kind, name in data.KINDS.items():
        drawn = draw.figure(data.of_comparison(comparison, kind))
        draw.save(drawn, folder / FIGURES, name)
        drawings[kind] = draw.svg_without_heading(drawn)
    return drawings


def _write_page(folder: Path, comparison: Comparison, drawings: dict[str, str], source: "Source") -> Path:
    from equitysim.report.compose import page_of
    from equitysim.report.page import write as write_page

    return write_page(folder, page_of(comparison, drawings, source))


def _source(scenario: Scenario, resolved: str, command: str) -> "Source":
    from equitysim.report.background import Assumption, Source

    return Source(tuple(Assumption(*row) for row in shown(scenario)), resolved, command)


def command_again(file: Path, context: Context, layers: Layers) -> str:
    """The command that gives the same numbers, in the folder where the files are: their folders are nobody's
    business.
    """
    options: list[tuple[str, object]] = [
        ("--seed", context.seed),
        ("--replications", context.replications),
        *([("--customers", context.customers)] if context.customers is not None else []),
        *(("--with", layer.name) for layer in layers.files),
        *(("--set", change) for change in layers.changes),
    ]
    words = ["equitysim", "compare", file.name, *(str(word) for option in options for word in option)]
    return shlex.join(plain(word) for word in words)


def _print_json(document: dict[str, Any]) -> None:
    # ASCII: names cannot act on a terminal, and any reader decodes it
    import click

    click.echo(json.dumps(document, indent=2, allow_nan=False))


def _told_where(written: Path, asked: Asked) -> None:
    """The last line of the answer; beside JSON it is a message."""
    if asked.as_json:
        if not asked.quiet:
            say(f"Written to {written}")
    else:
        show(f"\n{written}")


def _verdict(comparison: Comparison, asked: Asked) -> int:
    failed = [claim for claim in comparison.claims if claim.outcome == "fails"]
    if asked.strict and failed:
        for claim in failed:
            say(f"Error: claim fails: {plain(claim.text)}")
        return Exit.INVALID
    return Exit.DONE
