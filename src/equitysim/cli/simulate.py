"""``run``, ``compare`` (at several values too) and ``trace``: load, simulate, write the folder, print."""

import contextlib
import hashlib
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from equitysim.cli import asked as options
from equitysim.cli.asked import Layers, Simulated
from equitysim.cli.drawings import FIGURES, hush_matplotlib, saved
from equitysim.cli.progress import watching
from equitysim.cli.scenarios import loaded, varied
from equitysim.cli.terminal import Exit, fail, say, show, show_json, text_width
from equitysim.digits import rounded
from equitysim.figures.names import plain
from equitysim.measures.files import make_folder
from equitysim.measures.tables import Table
from equitysim.measures.words import simulated
from equitysim.scenario import write
from equitysim.scenario.explain import shown
from equitysim.scenario.lower import lower
from equitysim.scenario.outlook import referral_ratio
from equitysim.scenario.schema import Scenario
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.outcome import Context
from equitysim.statistics.varied import Varied
from equitysim.study import Trace, runs
from equitysim.study import trace as study_trace
from equitysim.study.decide import decide as study_decide
from equitysim.study.engine import compiles_first, engine_named, keeps_code, keeps_code_for_good
from equitysim.study.formats import checked_formats, write_also
from equitysim.study.machines.named import machines_for
from equitysim.study.output import (
    LOGS,
    RUN_TABLES,
    Recording,
    beside,
    write_decision,
    write_run,
    write_varied,
)
from equitysim.study.runs import AUTO, DEFAULT_REPLICATIONS, DEFAULT_SEED
from equitysim.study.scope import known_policy, scope_of
from equitysim.study.vary import check_question
from equitysim.study.vary import vary as study_vary

if TYPE_CHECKING:
    from equitysim.report.background import Source


def run(file: Path, asked: options.Run) -> int:
    """Simulate one policy."""
    policy = asked.policy
    scenario = _read(file, asked)
    known_policy(scope_of(scenario), policy)
    folder = asked.out or beside(file) / _part_folder("run", policy)
    _prepare(folder, scenario, asked)
    with _recorded(folder, scenario, asked) as record, watching(quiet=asked.quiet) as watch:
        done = runs.run(
            scenario,
            policy,
            replications=asked.replications or DEFAULT_REPLICATIONS,
            record=record,
            watch=watch,
            **_how(asked),
        )
    write_run(folder, done, write.resolved(scenario))
    _write_also(folder, done.context, [done.table(name) for name in RUN_TABLES], asked)
    if asked.as_json:
        show_json(done.document())
    else:
        from equitysim.cli.run_text import run_text

        show(run_text(done, text_width()))
    _told_where(folder, asked)
    return Exit.DONE


def compare(file: Path, asked: options.Compare) -> int:
    """Simulate all policies on the same customers."""
    scenario = _read(file, asked)
    folder = asked.out or beside(file)
    _prepare(folder, scenario, asked)
    with _recorded(folder, scenario, asked) as record, watching(quiet=asked.quiet) as watch:
        decision = study_decide(
            scenario,
            replications=asked.replications or AUTO,
            record=record,
            watch=watch,
            **_how(asked),
        )
    comparison, resolved = decision.comparison, write.resolved(scenario)
    try:
        write_decision(folder, decision, resolved)
        _write_also(folder, comparison.context, decision.tables, asked)
        source = _source(scenario, resolved, command_again(file, comparison.context, asked))
        page = _write_page(folder, decision, _draw(decision, folder), source)
    finally:
        # a full disk must not cost the answer as well
        _print_decision(decision, asked)
    _told_where(folder if asked.as_json else page, asked)
    return _verdict(comparison, asked)


def compare_varied(file: Path, asked: options.Compare) -> int:
    """Compare all policies at each value of one key."""
    if asked.events:
        fail("--events belongs to one comparison; leave out --vary, and set the value you are after with --set")
    machines_for(asked.executor, asked.workers)
    scenario, key, variants = varied(file, asked.vary, asked, strict=asked.strict, quiet=asked.quiet)
    check_question(scenario, key, variants)
    folder = asked.out or beside(file) / _part_folder("vary", key)
    _prepare(folder, scenario, asked)
    with watching(quiet=asked.quiet) as watch:
        done = study_vary(
            scenario,
            key,
            variants,
            replications=asked.replications or DEFAULT_REPLICATIONS,
            watch=watch,
            **_how(asked),
        )
    try:
        write_varied(folder, done, write.resolved(scenario))
        _write_also(folder, done.context, [done.table()], asked)
        _draw_varied(done, folder)
    finally:
        # a full disk must not cost the answer as well
        if asked.as_json:
            show_json(done.document())
        else:
            from equitysim.cli.vary_text import vary_text

            show(vary_text(done, text_width()))
    _told_where(folder, asked)
    places = zip(done.settings, done.comparisons, strict=True)
    return max(_verdict(comparison, asked, f" at {key} = {setting.setting}") for setting, comparison in places)


def trace(file: Path, asked: options.Trace) -> int:
    """Show one customer's account."""
    from equitysim.cli.trace_text import trace_text

    scenario = loaded(file, asked, strict=False, quiet=asked.quiet)
    for name in (asked.policy, asked.against):
        if name is not None:
            known_policy(scope_of(scenario), name)
    folder = asked.out or beside(file)
    make_folder(folder, folder / FIGURES)
    done = study_trace(
        scenario,
        asked.policy,
        _wanted(asked.customer),
        against=asked.against,
        seed=DEFAULT_SEED if asked.seed is None else asked.seed,
        customers=asked.customers,
        engine=asked.engine,
    )
    show(trace_text(done, text_width()))
    show(f"\n{_draw_account(done, folder / FIGURES)}")
    return Exit.DONE


def _draw_account(trace: Trace, folder: Path) -> Path:
    """Draws the balances of a trace; where the picture is."""
    hush_matplotlib()
    from equitysim.figures import data, draw

    about = f"{trace.scenario.name}; {trace.picked}; segment {trace.segment}; seed {trace.seed}"
    drawn = data.account(
        trace.statements,
        customer=trace.customer,
        about=about,
        forgetting=trace.forgetting,
        forgiving=trace.forgiving,
        horizon=trace.horizon,
        baseline=trace.baseline,
    )
    policies = "_".join(_tame(statement.policy).replace("-", "_") for statement in trace.statements)
    return draw.save(draw.figure(drawn), folder, f"account_{policies}_{trace.customer}")[0]


def _wanted(customer: str) -> Any:
    return int(customer) if re.fullmatch(r"[0-9]{1,19}", customer) else customer


class _How(TypedDict):
    """What all that simulate are called with."""

    seed: int
    customers: int | None
    engine: str
    workers: int | None
    executor: str


def _how(asked: Simulated) -> _How:
    return {
        "seed": DEFAULT_SEED if asked.seed is None else asked.seed,
        "customers": asked.customers,
        "engine": asked.engine,
        "workers": asked.workers,
        "executor": asked.executor,
    }


def _read(file: Path, asked: Simulated) -> Scenario:
    """The scenario; whether there is anybody to run it is asked first, which takes no time."""
    machines_for(asked.executor, asked.workers)
    return loaded(file, asked, strict=asked.strict, quiet=asked.quiet)


def _prepare(folder: Path, scenario: Scenario, asked: Simulated) -> None:
    """See to everything that could end a long run at its end."""
    checked_formats(asked.also)
    make_folder(folder, folder / FIGURES)
    _foresee(scenario, asked)


@contextlib.contextmanager
def _recorded(folder: Path, scenario: Scenario, asked: Simulated) -> Iterator[Recording | None]:
    if not asked.events:
        yield None
        return
    with Recording(folder, scenario.start, ledger=True, events=True) as record:
        yield record


def _part_folder(kind: str, name: str) -> str:
    """The tables of a part do not overwrite a comparison's."""
    return f"{kind}-{_tame(name)}"


def _tame(name: str) -> str:
    """A name as every file system takes it, with a hash behind it where it had to change."""
    tame = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:40]
    if re.fullmatch(r"[a-z0-9 -]{1,40}", name):
        return tame
    return f"{tame}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:6]}"


def _foresee(scenario: Scenario, asked: Simulated) -> None:
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
        f"Referral ratio: a customer brings about {rounded(ratio.neutral, 2)} others at neutral equity, "
        f"{rounded(ratio.full, 2)} at full equity; the population {verdict}."
    )
    if compiles_first(engine_named(asked.engine)):
        say(f"Compiling the engine; this takes a while {_compiles()}")
    if asked.customers is not None:
        say(simulated(plan.sample, plan.scale, plain))


def _compiles() -> str:
    if keeps_code_for_good():
        return "once, and is kept."
    if keeps_code():
        return "every time, because the code cannot be kept."
    return "every time, because the code cannot be kept, and all runs stay in one process unless --workers is given."


def _print_decision(decision: Decision, asked: Simulated) -> None:
    if asked.as_json:
        show_json(decision.document())
    else:
        from equitysim.cli.compare_text import decision_text

        show(decision_text(decision, text_width()))


def _write_also(folder: Path, context: Context, tables: Sequence[Table], asked: Simulated) -> None:
    write_also(folder, context, tables, asked.also, LOGS if asked.events else ())


def _draw(decision: Decision, folder: Path) -> dict[str, str]:
    """Save every figure; returns them as the page takes them: kind → SVG without its heading."""
    from equitysim.figures import data

    return saved(data.of_decision(decision), data.FIGURES, folder)


def _draw_varied(done: Varied, folder: Path) -> None:
    hush_matplotlib()
    from equitysim.figures import data, draw

    draw.save(draw.figure(data.of_varied(done)), folder / FIGURES, data.OVER_VALUES)


def _write_page(folder: Path, decision: Decision, drawings: dict[str, str], source: "Source") -> Path:
    from equitysim.report.compose import page_of
    from equitysim.report.page import write as write_page

    return write_page(folder, page_of(decision, drawings, source))


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
        *(("--with", layer.name) for layer in layers.layers),
        *(("--set", change) for change in layers.changes),
    ]
    words = ["equitysim", "compare", file.name, *(str(word) for option in options for word in option)]
    return shlex.join(plain(word) for word in words)


def _told_where(written: Path, asked: Simulated) -> None:
    """The last line of the answer; beside JSON it is a message."""
    if asked.as_json:
        if not asked.quiet:
            say(f"Written to {written}")
    else:
        show(f"\n{written}")


def _verdict(comparison: Comparison, asked: Simulated, where: str = "") -> int:
    failed = [claim for claim in comparison.claims if claim.outcome == "fails"]
    if asked.strict and failed:
        for claim in failed:
            say(f"Error: claim fails{where}: {plain(claim.text)}")
        return Exit.INVALID
    return Exit.DONE
