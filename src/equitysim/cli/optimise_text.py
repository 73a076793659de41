"""An optimisation in words: what is about to be searched, and what came of it."""

import math
from collections.abc import Iterator, Sequence

from equitysim.cli.sweep_text import MOST_LISTED, counted_of, factor_lines
from equitysim.cli.table import Column, table, wrap
from equitysim.figures.names import plain
from equitysim.measures.registry import MEASURES
from equitysim.measures.words import duration, interval, percent, unit_heading, value
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.optimum import Candidate, Finalist, Optimum
from equitysim.study.sweeps.coordinate import Foresight
from equitysim.study.sweeps.study import Aim, Study

MOST_ROWS = 15
"""Settings of the frontier told one by one; the tables have all."""


def sought_in_words(study: Study, aim: Aim) -> str:
    """``60 trials of 2 levers under 3 policies, 10 replications each``."""
    levers = sum(factor.role == "lever" for factor in study.factors)
    return (
        f"{counted_of(aim.trials, 'trial', 'trials')} of {counted_of(levers, 'lever', 'levers')} under "
        f"{counted_of(len(study.policies), 'policy', 'policies')}, "
        f"{counted_of(study.replications, 'replication', 'replications')} each"
    )


def searched_text(foresight: Foresight) -> str:
    """What is known before a search starts. The selection behind it takes as long as it needs to be sure."""
    study = foresight.study
    lines = [
        f"{plain(study.name)}: a search of at most {foresight.runs:,} runs beside the baseline's, then a selection",
        *(f"  {line}" for line in factor_lines(study)),
    ]
    return "\n".join(lines)


def optimum_text(found: Optimum, columns: int) -> str:
    """What an optimisation prints when it has ended."""
    parts = [_answer(found, columns), _finalists(found, columns), _frontier(found, columns), list(_failed(found))]
    text = "\n\n".join("\n".join(lines) for lines in parts if lines)
    return f"{text}\n\ndigest {found.digest}"


def _answer(found: Optimum, columns: int) -> list[str]:
    lines = wrap(plain(f"{found.study.name}: {_verdict(found)}"), columns)
    if found.best is None:
        return lines
    lines += [f"  {plain(f'{path}: {text}')}" for path, text in found.setting(found.best.candidate).items()]
    label, unit = MEASURES[found.goal.measure].label, unit_heading(found.goal.unit)
    told = [
        f"{label} {value(found.best.value.mean, found.goal.unit)} {unit} over {duration(found.goal.horizon_days)}"
        f"{_weighed(found, found.best)}",
        _spend(found, found.best),
    ]
    if found.goal.free:
        told.append(f"Some levers cost nothing: {found.goal.free}")
    return [*lines, *(line for one in told for line in wrap(f"  {plain(one)}", columns, "  "))]


def _verdict(found: Optimum) -> str:
    goal, best = found.goal, found.best
    within = "" if goal.budget is None else f" within the budget of {_money(goal.budget)} {goal.currency}"
    sure = percent(goal.confidence)
    zone = f"{value(goal.zone, goal.unit)} {unit_heading(goal.unit)}"
    if best is None:
        cheapest = found.cheapest
        least = ""
        if cheapest is not None:
            least = f"; the cheapest, {_name(found, cheapest)}, spends {_money(cheapest.spend.mean)} {goal.currency}"
        return f"none of {len(found.candidates)} settings could be selected{within}{least}."
    policy = best.candidate.policy
    if found.ending == "only one":
        return f"{policy} is the only setting of {len(found.candidates)}{within} that could be selected:"
    if found.ending == "undecided":
        others = sum(one.fate == "remains" for one in found.finalists) - 1
        return (
            f"undecided after {goal.cap} fresh replications, the most it takes by itself. {policy} is ahead of "
            f"{counted_of(others, 'other finalist', 'other finalists')} that may be better{within}:"
        )
    sound = sum(one.fate != "failed" for one in found.finalists)
    return (
        f"choose {policy}{within}. If the best of the {sound} finalists is ahead of the others by {zone} or more, "
        f"this is it, with {sure} confidence; if several are closer together, it is most likely one of those:"
    )


def _weighed(found: Optimum, best: Finalist) -> str:
    """The difference to the baseline, and whether it matters, if it may not."""
    goal, apart = found.goal, best.difference
    if best.candidate.policy == found.baseline and best.candidate.as_it_is:
        return ", which is the baseline as it is"
    said = f", {_told(apart, goal.unit)} against {found.baseline} as it is"
    low, high = sorted((goal.better * apart.low, goal.better * apart.high))
    least = value(goal.zone, goal.unit)
    if high < goal.zone:
        return f"{said}: less than the {least} that matters, so {found.baseline} as it is does as well"
    return f"{said}; {least} is what matters" if low < goal.zone else said


def _spend(found: Optimum, best: Finalist) -> str:
    """What it spends against the budget, by replications that did not choose it."""
    goal, spend = found.goal, best.spend
    said = f"spend in all {_money(spend.mean)} {goal.currency}{_between(spend)}, discounted, all costs included"
    if goal.budget is not None:
        over = spend.mean - goal.budget
        if spend.low > goal.budget:
            said += f"; {_money(over)} ABOVE the budget, which fresh replications tell: search with more replications"
        elif spend.high <= goal.budget:
            said += "; within the budget"
        else:
            side = "above" if over > 0.0 else "below"
            said += f"; {_money(abs(over))} {side} the budget on average, but its interval "
            said += "reaches both sides: to be sure, search with a lower --budget"
    if best.candidate.policy == found.baseline and best.candidate.as_it_is:
        return f"{said}."
    return f"{said}. {found.baseline} as it is spends {_money(found.reference.spend.mean)} {goal.currency}"


def _finalists(found: Optimum, columns: int) -> list[str]:
    if not found.finalists:
        return []
    goal = found.goal
    about = (
        f"The selection among the {counted_of(len(found.finalists), 'best setting', 'best settings')} of the search, "
        f"with fresh replications from number {goal.replications} on (Kim-Nelson, differences within replications, "
        f"{percent(goal.confidence)} confidence; differences below {value(goal.zone, goal.unit)} "
        f"{unit_heading(goal.unit)} do not matter). Intervals are t intervals, each by itself."
    )
    shown = [
        *_figures(found, [one.candidate for one in found.finalists], found.finalists),
        Column(("fresh", "replications"), tuple(str(one.replications) for one in found.finalists)),
        Column(("",), tuple(one.fate for one in found.finalists)),
    ]
    names = [_name(found, one.candidate) for one in found.finalists]
    return wrap(about, columns) + table("setting", names, shown, columns)


def _frontier(found: Optimum, columns: int) -> list[str]:
    frontier = found.frontier
    goal = found.goal
    about = (
        f"The frontier of value against spend among the {len(found.candidates)} settings tried, by means over "
        f"{counted_of(goal.replications, 'replication', 'replications')} of the search: no other spends no more and is "
        "no worse."
    )
    chosen = None if found.best is None else found.best.candidate
    if chosen is not None and chosen not in frontier:
        about += " The one chosen is not on it: these replications favoured others, the fresh ones did not."
    if len(frontier) > MOST_ROWS:
        about += f" {MOST_ROWS} of its {len(frontier)}; candidates.csv has all."
        frontier = tuple(frontier[round(k * (len(frontier) - 1) / (MOST_ROWS - 1))] for k in range(MOST_ROWS))
    shown = _figures(found, frontier, frontier)
    if goal.budget is not None:
        shown.append(Column(("within", "budget"), tuple("yes" if one.feasible else "no" for one in frontier)))
    return wrap(about, columns) + table("setting", [_name(found, one) for one in frontier], shown, columns)


def _figures(found: Optimum, settings: Sequence[Candidate], figures: Sequence[Candidate | Finalist]) -> list[Column]:
    unit = found.goal.unit
    levers = [
        Column(heading, tuple(plain(found.setting(one).get(path, "")) for one in settings))
        for path, heading in zip(found.levers, headings(found.levers), strict=True)
    ]
    return [
        *levers,
        Column(("spend in", f"all, {found.goal.currency}"), tuple(_money(one.spend.mean) for one in figures)),
        Column(
            ("against the baseline", unit_heading(unit, difference=True)),
            tuple(_told(one.difference, unit) for one in figures),
        ),
    ]


def headings(levers: Sequence[str]) -> list[tuple[str, ...]]:
    """The last words of each path, two and as many more as tell it from the others."""
    parts = [plain(path).split(".") for path in levers]
    longest = max(map(len, parts), default=0)
    ends = [[tuple(one[-count:]) for one in parts] for count in range(2, longest + 1)]
    return next((told for told in ends if len(set(told)) == len(told)), [tuple(one) for one in parts])


def _name(found: Optimum, one: Candidate) -> str:
    """The policy; as it is where the scenario has it so."""
    return f"{one.policy} (as it is)" if one.as_it_is else one.policy


def _failed(found: Optimum) -> Iterator[str]:
    if found.failures:
        yield f"{counted_of(len(found.failures), 'run', 'runs')} failed; settings they belong to are not considered."
    for failure in found.failures[:MOST_LISTED]:
        yield plain(
            f"  failed: {failure.values}, policy {failure.policy}, replication {failure.replication}: {failure.error}"
        )
    if len(found.failures) > MOST_LISTED:
        yield f"  and {len(found.failures) - MOST_LISTED} more"


def _told(estimate: Estimate, unit: str) -> str:
    return interval(estimate.mean, estimate.low, estimate.high, unit)


def _money(amount: float) -> str:
    return value(amount, "")


def _between(estimate: Estimate) -> str:
    return "" if math.isnan(estimate.low) else f" [{_money(estimate.low)}, {_money(estimate.high)}]"
