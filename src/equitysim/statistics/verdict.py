"""The verdict of a comparison: which policy is best, as far as the replications can tell.

``best``: one policy is better than every other by the simultaneous intervals of ``selection``, and not all of that is
too little to matter. ``tied``: several remain, and the intervals between the leading one and the others that remain are
no wider than what matters on either side: choosing it gives away no more than that. ``undecided``: several remain and
the intervals are still wider; ``needed`` says how many replications would do. All with the scenario's confidence.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from equitysim.arguments import named
from equitysim.measures.notebook import line
from equitysim.measures.registry import MEASURES, window_days
from equitysim.measures.text import harmless
from equitysim.measures.words import duration, percent, unit_heading, value
from equitysim.statistics.chances import p_best_mean, share_of_futures_best
from equitysim.statistics.intervals import UNDEFINED, FloatArray
from equitysim.statistics.outcome import Context, PolicyOutcome
from equitysim.statistics.selection import CAP, FIRST_STAGE, Interval, Precision, column_means, precision_of, select

Status = Literal["best", "tied", "undecided"]
"""What can be said of the best policy."""

NO_INTERVAL = Interval(UNDEFINED, UNDEFINED, UNDEFINED)


class Standing(NamedTuple):
    """Where one policy stands.

    ``against_others``: by how much its mean is better (positive) than the best of the others, with bounds that hold
    for all policies at once; turned so that positive is better also where less is better. ``p_best_mean``: the chance,
    given the simulation's own error, that its mean is the best; shrinks towards 0 or 1 with replications.
    ``share_of_futures_best``: the share of replications, each one future of the firm's customers, in which it is the
    best. NaN where undefined.
    """

    policy: str
    against_others: Interval
    p_best_mean: float
    share_of_futures_best: float


@dataclass(frozen=True)
class Verdict:
    """Which policy to choose, and how sure that is.

    ``best``: the policy with the highest mean (the lowest where less is better), None if the measure is defined for
    none; only with status ``best`` is it shown to be so. ``set``: those that remain, ``best`` first, then by their
    means. ``procedure``: which of ``selection``; None with a single policy or replication. ``needed``: replications in
    all that the verdict takes, given how much differences vary: more than were run exactly if it is undecided, None if
    no number is known to be enough. ``text``: one sentence for people. ``replications``: those in which the measure is
    defined for every policy judged. ``standings``: the policies judged, in their order; those for which the measure is
    undefined are left out. ``compared``: all policies.
    """

    status: Status
    best: str | None
    set: tuple[str, ...]
    measure: str
    matters: float
    confidence: float
    procedure: str | None
    needed: int | None
    text: str
    replications: int
    standings: tuple[Standing, ...]
    compared: tuple[str, ...]

    def __repr__(self) -> str:
        return line(f"Verdict {self.status}: {self.text}")

    def standing(self, policy: str) -> Standing:
        """Where a policy stands; NaN throughout for one that is not judged. Raises ``errors.UsageError`` for one that
        was not compared."""
        for standing in self.standings:
            if standing.policy == policy:
                return standing
        return Standing(named("policy", policy, self.compared), NO_INTERVAL, UNDEFINED, UNDEFINED)


def decide(context: Context, baseline: str, policies: Sequence[PolicyOutcome]) -> Verdict:
    """The verdict on the decision measure of ``context``."""
    judged = _judged(context, policies)
    found = _found(judged, context)
    return Verdict(
        status=found.status,
        best=found.remain[0] if found.remain else None,
        set=found.remain,
        measure=context.measure,
        matters=context.matters,
        confidence=context.confidence,
        procedure=found.procedure,
        needed=found.needed,
        text=_sentence(found, judged, context, baseline),
        replications=len(judged.values),
        standings=_standings(judged, found.intervals, context.seed),
        compared=tuple(outcome.name for outcome in policies),
    )


def replications_asked(context: Context, policies: Sequence[PolicyOutcome]) -> int:
    """How many replications the procedure asks for in all, given a first stage; at most ``selection.CAP``.

    Where every difference matters (``matters`` 0) no number would ever be enough: then it stays at the first stage.
    """
    precision = _precision(_judged(context, policies), context.confidence)
    if precision is None or context.matters <= 0.0:
        return context.replications
    return max(context.replications, int(min(precision.needed(context.matters), CAP)))


class Judged(NamedTuple):
    """The policies for which the decision measure is defined, and its values in the replications that define it for
    all of them: replications × policies, turned so that more is better. ``first``: how many of those belong to the
    first stage."""

    names: tuple[str, ...]
    values: FloatArray
    first: int

    def gap(self, ours: str, theirs: str) -> float:
        """By how much the mean of the first is better than that of the second."""
        means = column_means(self.values)
        return float(means[self.names.index(ours)] - means[self.names.index(theirs)])


class Found(NamedTuple):
    """What the replications say, before it is put into words; see :class:`Verdict`."""

    status: Status
    remain: tuple[str, ...]
    needed: int | None
    procedure: str | None
    intervals: tuple[Interval, ...]


def _judged(context: Context, policies: Sequence[PolicyOutcome]) -> Judged:
    """A measure against the baseline that is undefined in any replication is undefined for the policy (as in
    ``outcome.summary``); of any other measure the replications without a value are left out."""
    measure = MEASURES[context.measure]
    never = np.any if measure.against_baseline else np.all
    defined = [outcome for outcome in policies if not never(np.isnan(outcome.sample(context.measure)))]
    if not defined:
        return Judged((), np.empty((0, 0)), 0)
    values = np.array([_sign(context) * outcome.sample(context.measure) for outcome in defined]).T
    whole = ~np.isnan(values).any(axis=1)
    first = context.replications if context.first_stage is None else context.first_stage
    return Judged(tuple(outcome.name for outcome in defined), values[whole], int(whole[:first].sum()))


def _sign(context: Context) -> float:
    return -1.0 if MEASURES[context.measure].better < 0 else 1.0


def _precision(judged: Judged, confidence: float) -> Precision | None:
    """None with a single policy or fewer than two replications."""
    first = judged.first if judged.first > 1 else len(judged.values)
    if len(judged.names) < 2 or first < 2:
        return None
    return precision_of(judged.values[:first], confidence)


def _found(judged: Judged, context: Context) -> Found:
    count, done = len(judged.names), len(judged.values)
    if done == 0:
        return Found("undecided", (), None, None, (NO_INTERVAL,) * count)
    means = column_means(judged.values)
    order = sorted(range(count), key=lambda i: -means[i])
    precision = _precision(judged, context.confidence)
    if precision is None:
        remain = tuple(judged.names[i] for i in order)
        alone = count == 1
        return Found("best" if alone else "undecided", remain, done if alone else None, None, (NO_INTERVAL,) * count)
    selection = select(judged.values, precision, context.matters)
    remain = tuple(judged.names[i] for i in order if i in selection.contenders)
    decided = selection.settled or len(remain) == 1
    status: Status = "best" if len(remain) == 1 else "tied" if decided else "undecided"
    needed = min(done, max(FIRST_STAGE, precision.needed(context.matters))) if decided else selection.needed
    return Found(
        status, remain, int(needed) if math.isfinite(needed) else None, precision.procedure, selection.intervals
    )


def _standings(judged: Judged, intervals: Sequence[Interval], seed: int) -> tuple[Standing, ...]:
    if len(judged.values) == 0:
        return ()
    chances = p_best_mean(judged.values, seed) if len(judged.names) > 1 else np.ones(1)
    shares = share_of_futures_best(judged.values)
    return tuple(
        Standing(name, interval, float(chance), float(share))
        for name, interval, chance, share in zip(judged.names, intervals, chances, shares, strict=True)
    )


def _sentence(found: Found, judged: Judged, context: Context, baseline: str) -> str:
    """The verdict for people who know no statistics: which policy, in what, over what time, how sure."""
    measure = MEASURES[context.measure]
    days = window_days(measure, horizon=context.horizon_days, ltv_window=context.ltv_window_days)
    what, over, sure = measure.label, duration(days), percent(context.confidence)
    if not found.remain:
        return f"Undecided: {what} is not defined in any replication, so nothing can be compared."
    leader, others = found.remain[0], found.remain[1:]
    if len(judged.names) == 1:
        return f"{_quoted(leader)} is the only policy with a defined {what}, so there is nothing to choose."
    if found.status == "best":
        verb = "Keep" if leader == baseline else "Choose"
        rank = "the better of 2" if len(judged.names) == 2 else f"the best of {len(judged.names)}"
        return (
            f"{verb} {_quoted(leader)}: over {over} it is {rank} policies in {what} with {sure} confidence, "
            f"{_lead(leader, judged, context, baseline)}."
        )
    if found.status == "tied":
        tied = f"{_listed(found.remain)} are tied in {what} over {over}"
        if context.matters <= 0.0:
            return f"{tied}: there is no difference between them in any of {_counted(len(judged.values))}."
        return (
            f"{tied}: none is shown to be more than {_amount(context.matters, context)} ahead of another, and with "
            f"{sure} confidence choosing {_quoted(leader)} gives away no more than that."
        )
    return (
        f"Undecided: after {_counted(len(judged.values))} {_quoted(leader)} leads in {what} over {over}, but "
        f"{_listed(others, 'or')} may be as good or better; {_more(found, sure)}."
    )


def _lead(leader: str, judged: Judged, context: Context, baseline: str) -> str:
    """How far the best is ahead of today's policy and of the next, as observed."""
    others = [name for name in judged.names if name != leader]
    following = min(others, key=lambda name: judged.gap(leader, name))
    ahead = f"{_amount(judged.gap(leader, following), context)} ahead of"
    if baseline not in others or baseline == following:
        return f"{ahead} {_quoted(following)}"
    before = f"{_amount(judged.gap(leader, baseline), context)} ahead of {_quoted(baseline)}"
    return f"{before} and {ahead} the next, {_quoted(following)}"


def _more(found: Found, sure: str) -> str:
    if found.procedure is None:
        return "a single replication does not tell a difference from luck"
    if found.needed is None:
        return "no number of replications is known to tell: state which difference matters (compare.matters)"
    return f"about {_counted(found.needed)} in all would tell at {sure} confidence"


def _amount(number: float, context: Context) -> str:
    unit = context.units[context.measure]
    return f"{value(number, unit)} {unit_heading(unit, difference=True).replace('/person', ' per person')}"


def _counted(replications: int) -> str:
    return f"{replications:,} replication{'s' * (replications != 1)}"


def _listed(names: Sequence[str], last: str = "and") -> str:
    quoted = [_quoted(name) for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def _quoted(name: str) -> str:
    return f"'{harmless(name)}'"
