"""A study in words: what is about to be run, and what came of it."""

from collections.abc import Iterator

from equitysim.cli.terminal import WIDEST
from equitysim.figures.names import plain
from equitysim.study.sweep import Sweep
from equitysim.study.sweeps.coordinate import Foresight, run_count
from equitysim.study.sweeps.identity import said_of
from equitysim.study.sweeps.study import Study

MOST_LISTED = 20
"""Failed runs and factors told one by one; the tables have all."""


def counted_of(count: int, one: str, many: str) -> str:
    """``1 policy``, ``3 policies``."""
    return f"{count:,} {one if count == 1 else many}"


def runs_in_words(study: Study) -> str:
    """``48 points × 3 policies × 5 replications = 720 runs``."""
    parts = (
        counted_of(len(study.order), "point", "points"),
        counted_of(len(study.policies), "policy", "policies"),
        counted_of(study.replications, "replication", "replications"),
    )
    return " × ".join(parts) + f" = {counted_of(run_count(study), 'run', 'runs')}"


def foreseen_text(foresight: Foresight) -> str:
    """What is known before a sweep starts: how much there is to run, and what is varied in which role."""
    study = foresight.study
    lines = [f"{plain(study.name)}: {runs_in_words(study)}"]
    lines += [f"  {line}" for line in factor_lines(study)]
    if foresight.stored:
        lines.append(f"{foresight.stored:,} of them are stored already.")
    if foresight.again:
        lines.append(f"{foresight.again:,} failed before and are tried again.")
    return "\n".join(lines)


def factor_lines(study: Study) -> Iterator[str]:
    """What is varied, in which role."""
    for factor in study.factors[:MOST_LISTED]:
        yield plain(f"{factor.role} {factor.path}: {said_of(factor.spread)}")[:WIDEST]
    if len(study.factors) > MOST_LISTED:
        yield f"and {len(study.factors) - MOST_LISTED} more"


def time_text(seconds: float, workers: int, basis: str) -> str:
    """``About 4 minutes to go on 2 workers, by the first runs.``"""
    left = seconds / workers
    on = "" if workers == 1 else f" on {workers} workers"
    return f"About {_span(left)} to go{on}, by {basis}."


def _span(seconds: float) -> str:
    for length, one, many in ((86_400.0, "day", "days"), (3_600.0, "hour", "hours"), (60.0, "minute", "minutes")):
        if seconds >= 1.5 * length:
            return counted_of(round(seconds / length), one, many)
    return counted_of(max(1, round(seconds)), "second", "seconds")


def done_text(done: Sweep) -> str:
    """What a sweep prints when it has ended."""
    lines = [f"{plain(done.study.name)}: {runs_in_words(done.study)}, {len(done.failures):,} failed", *_failed(done)]
    return "\n".join([*lines, f"digest {done.digest}"])


def _failed(done: Sweep) -> Iterator[str]:
    for failure in done.failures[:MOST_LISTED]:
        yield plain(
            f"  failed: point {failure.point} ({failure.values}), policy {failure.policy}, replication "
            f"{failure.replication}: {failure.error}"
        )
    if len(done.failures) > MOST_LISTED:
        yield f"  and {len(done.failures) - MOST_LISTED} more, in runs.csv"
