"""What is not known: which policy is best in which worlds, which unknown decides, what it is worth to know."""

import math

from equitysim.measures.words import UNDEFINED, percent, share, unit_heading, value
from equitysim.report.policies import known
from equitysim.report.view import Block, Cell, Column, Folded, Prose, Row, Section, Table, brief, named
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.decision import Decision
from equitysim.statistics.unknowns import CLEAR, Correlation, Deciding, Figure, Share, Tipping, Worlds
from equitysim.study.worlds import PERSONS

DRAWN = {
    "sobol": "drawn evenly from the ranges that the scenario states",
    "latin hypercube": "from the scenario's rows of draws, and from its ranges, drawn evenly",
    "rows": "from the scenario's rows of draws",
}
"""Where worlds are from."""

NOISE = "noise"
"""The mark of a figure that may be nothing but the error of its estimate."""

MORE = "More worlds or replications would show a smaller change, or that there is none."
"""What would show whether the best policy changes."""

_LONGEST = 80
_ENDS = 20


def unknowns_section(decision: Decision) -> Section | None:
    """All that worlds say; None where the scenario marks nothing uncertain."""
    worlds = decision.worlds
    if worlds is None:
        return None
    blocks: tuple[Block, ...] = (
        Prose((_about(worlds), _answer(worlds))),
        _shares(worlds, decision.comparison),
        Prose((_worth(worlds, decision.comparison),)),
        _deciding(worlds),
        *((turning,) if (turning := _turning(worlds)).rows else map(_note, turning.notes)),
        Folded("How this was computed", (Prose(_computed(worlds)),)),
    )
    return Section("unknowns", "What is not known", blocks)


def _about(worlds: Worlds) -> str:
    many, count = len(worlds.unknowns), worlds.design.worlds
    return (
        f"A world is one way in which things may be: one value for {many} unknown{'s' * (many != 1)}. {count} such "
        f"worlds were tried, {DRAWN[worlds.design.method]}."
    )


def _answer(worlds: Worlds) -> str:
    leader = f"‘{named(worlds.leader).short}’"
    best = next(one.share_best for one in worlds.policies if one.name == worlds.leader)
    first = worlds.unknowns[0]
    said = (
        f"Over all of them {leader} has the best mean; it is the best in {share(best.value)} of them, between "
        f"{share(best.low)} and {share(best.high)} of all possible worlds with "
        f"{percent(worlds.question.confidence)} confidence."
    )
    if first.worth.within_noise:
        return f"{said} No single unknown is shown to be worth knowing by itself."
    return f"{said} The unknown most worth knowing is {named(first.path, _LONGEST).short}."


def _shares(worlds: Worlds, comparison: Comparison) -> Table:
    unit = worlds.question.unit
    places = {outcome.name: k for k, outcome in enumerate(comparison.policies)}
    rows = tuple(
        Row(
            brief(one.name),
            (
                _between(one.share_best),
                _with_error(one.mean, value(one.mean.value, unit), unit),
            ),
            policy=places[one.name],
        )
        for one in worlds.policies
    )
    left_out = ", ".join(named(name).short for name in worlds.left_out)
    return Table(
        "In what share of the worlds each policy is the best, with the interval in which that share of all possible "
        f"worlds lies with {percent(worlds.question.confidence)} confidence, and its mean over all of them with its "
        "standard error.",
        "policy",
        (
            Column("best in", "share of worlds", "share_of_worlds_best"),
            Column("mean over worlds", unit_heading(unit), "mean_over_worlds"),
        ),
        rows,
        sortable=True,
        notes=(f"Left out, since the measure is undefined in some world: {left_out}.",) if left_out else (),
    )


def _between(found: Share) -> Cell:
    low, high = share(found.low), share(found.high)
    return Cell(share(found.value), found.value, found.low, found.high, f"[{low}, {high}]")


def _with_error(found: Figure, text: str, unit: str, mark: str = "") -> Cell:
    note = f"± {value(found.error, unit)}" if found.error > 0.0 else ""
    return Cell(text, known(found.value), note=note, mark=mark)


def _deciding(worlds: Worlds) -> Table:
    unit, total = worlds.question.unit, worlds.worth_total is not None
    columns = (
        Column("tried", key="tried", numeric=False),
        Column("moves with the lead", "rank correlation", "correlation"),
        Column("worth of knowing it", unit_heading(unit, difference=True), "worth"),
        *([Column("worth of knowing it", "in all", "worth_total")] if total else []),
    )
    leader, runner_up = named(worlds.leader).short, named(worlds.runner_up).short
    return Table(
        f"Which unknown decides. The lead is that of ‘{leader}’ over ‘{runner_up}’: +1 means it grows whenever the "
        "unknown does, −1 that it shrinks. Worth: by how much the choice would be better on average if this one were "
        "known, the most that finding out may cost.",
        "unknown",
        columns,
        tuple(Row(brief(one.path, _LONGEST), _decides(one, unit, total)) for one in worlds.unknowns),
        notes=(f"“{NOISE}”: within the error of the estimate; it may be nothing.",),
    )


def _decides(one: Deciding, unit: str, total: bool) -> tuple[Cell, ...]:
    mark = NOISE if one.worth.within_noise else ""
    in_all = Cell(UNDEFINED) if one.worth_total is None else Cell(_count(one.worth_total), known(one.worth_total))
    return (
        Cell(f"{named(one.low_text).short} to {named(one.high_text).short}"),
        _correlation(one.over_runner_up),
        _with_error(one.worth, value(one.worth.value, unit), unit, mark),
        *((in_all,) if total else ()),
    )


def _turning(worlds: Worlds) -> Table:
    same = ", ".join(named(one.path, _LONGEST).short for one in worlds.unknowns if one.stays)
    open_ = ", ".join(named(one.path, _LONGEST).short for one in worlds.unknowns if not (one.tipping or one.stays))
    sure = percent(worlds.question.confidence)
    leader = named(worlds.leader).short
    return Table(
        f"Where the best policy is shown to change along one unknown, the others averaged over; {sure} confidence, for "
        "all places along the unknown at once",
        "unknown",
        (
            Column("changes at", key="tipping"),
            Column("below it the best is", key="below", numeric=False),
            Column("above it the best is", key="above", numeric=False),
        ),
        tuple(Row(brief(one.path, _LONGEST), _turn(tip)) for one in worlds.unknowns for tip in one.tipping),
        notes=(
            *((f"‘{leader}’ is shown to be the best all along: {same}.",) if same else ()),
            *((f"No change is shown, nor that there is none: {open_}. {MORE}",) if open_ else ()),
        ),
    )


def _note(text: str) -> Prose:
    return Prose((text,))


def _turn(one: Tipping) -> tuple[Cell, ...]:
    low, high = named(one.low_text, _ENDS).short, named(one.high_text, _ENDS).short
    return (
        Cell(named(one.text, _ENDS).short, one.size, one.low, one.high, f"[{low}, {high}]"),
        Cell(named(one.below).short),
        Cell(named(one.above).short),
    )


def _correlation(found: Correlation) -> Cell:
    if math.isnan(found.value):
        return Cell(UNDEFINED)
    mark = NOISE if found.low <= 0.0 <= found.high else ""
    return Cell(
        f"{found.value:+.2f}", found.value, found.low, found.high, f"[{found.low:+.2f}, {found.high:+.2f}]", mark
    )


def _worth(worlds: Worlds, comparison: Comparison) -> str:
    unit = worlds.question.unit
    per = unit_heading(unit, difference=True)
    each = f"{value(worlds.worth.value, unit)} ± {value(worlds.worth.error, unit)} {per}"
    said = f"Knowing everything before choosing would be worth {each}"
    if worlds.worth_total is not None:
        currency = named(comparison.context.currency, 20).short
        said += f", about {_count(worlds.worth_total)} {currency} for all {_count(worlds.design.population)} people"
    caution = " It lies within its own error, so it may be nothing." if worlds.worth.within_noise else ""
    return f"{said}. No survey or test can be worth more (the expected value of perfect information).{caution}"


def _computed(worlds: Worlds) -> tuple[str, ...]:
    design, unit = worlds.design, worlds.question.unit
    again = design.replications
    runs = (
        f"Each world was simulated {again} time{'s' * (again != 1)} with about {_count(design.persons)} people and the "
        "same luck, so that worlds differ in the unknowns alone."
    )
    if design.persons > 1.5 * PERSONS:
        runs += " Fewer would not decide like the firm."
    if again > 1:
        flattered = value(worlds.worth_uncorrected, unit)
        noise = (
            f"The simulation's noise is taken off the worth; without that it would read {flattered}."
            if flattered != value(worlds.worth.value, unit)
            else "The simulation's noise adds nothing to the worth that could be taken off."
        )
    else:
        noise = "The worth is not corrected for the simulation's noise, which flatters it: that takes two replications."
    if math.isnan(worlds.clear):
        return (runs, noise)
    clear = (
        f"In {share(worlds.clear)} of the worlds the best is ahead by more than {CLEAR:.0f} standard errors of the "
        "simulation; in the others chance has its part in who is best."
    )
    return (runs, clear, noise)


def _count(number: float) -> str:
    return value(number, "", usual=0)
