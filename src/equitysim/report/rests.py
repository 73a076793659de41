"""What the decision rests on: where the scenario's numbers are from, and which of them move it most."""

from collections.abc import Sequence
from typing import Final

from equitysim.measures.words import unit_heading, value
from equitysim.report.background import ORIGINS, origin_facts
from equitysim.report.unknowns import NOISE
from equitysim.report.view import Block, Cell, Column, FigureCard, Prose, Row, Section, Table, brief, named
from equitysim.statistics.decision import Decision
from equitysim.statistics.meter import Bar, End, Meter

RANGES: Final = {
    "uncertain": "your own range",
    "plausible": "what is plausible for the default",
    "fifth": "a fifth either way",
}
"""Where the range of a number is from."""


def rests_section(decision: Decision, figure: FigureCard | None) -> Section | None:
    """Counts by origin, the tornado and its five numbers; None where no two policies could be compared."""
    meter = decision.meter
    if meter is None:
        return None
    blocks: list[Block] = [Prose((_about(meter),)), origin_facts({name: meter.counts.get(name, 0) for name in ORIGINS})]
    if not meter.shown:
        return Section("rests", "What the decision rests on", (*blocks, Prose(("None of them moves the decision.",))))
    blocks.append(Prose((_turns(meter),)))
    blocks += [figure] if figure is not None else []
    return Section("rests", "What the decision rests on", (*blocks, _bars(meter)))


def _about(meter: Meter) -> str:
    total = sum(meter.counts.values())
    return (
        f"The scenario holds {total:,} numbers. {meter.examined:,} of them were moved, one at a time, over what they "
        "may be; the others are the firm's own choices, neutral, or cannot be moved alone."
    )


def _turns(meter: Meter) -> str:
    leader = named(meter.leader).short
    turning = [bar for bar in meter.shown if bar.low.turns or bar.high.turns]
    maybe = [bar for bar in meter.shown if bar not in turning and {bar.low.best, bar.high.best} != {meter.leader}]
    said = [
        f"At an end of its range, each of these makes another policy than ‘{leader}’ the best: {_listed(turning)}."
        if turning
        else f"None of those that move the decision most is shown to make another policy than ‘{leader}’ the best."
    ]
    if maybe:
        said.append(f"So may these, within the simulation's error: {_listed(maybe)}.")
    return " ".join(said)


def _listed(bars: Sequence[Bar]) -> str:
    return ", ".join(named(bar.path, 80).short for bar in bars)


def _bars(meter: Meter) -> Table:
    unit = meter.question.unit
    against = named(meter.runner_up).short
    per = unit_heading(unit, difference=True)
    return Table(
        f"The numbers that move the decision most. As written, ‘{named(meter.leader).short}’ leads the best of the "
        f"others, ‘{against}’, by {value(meter.over_runner_up, unit, signed=True)} {per}; under each end, by how much "
        "it would lead the best of the others there. Below 0 another policy is the best.",
        "number",
        (
            Column("as written", key="base", numeric=False),
            Column("where that is from", key="origin", numeric=False),
            Column("if low", per, "low"),
            Column("if high", per, "high"),
            Column("best there", "low; high", "best", numeric=False),
            Column("range", key="range_from", numeric=False),
        ),
        tuple(Row(brief(bar.path, 80), _bar(meter, bar)) for bar in meter.shown),
        notes=(
            f"“{NOISE}”: the change from the lead as written lies within the simulation's error "
            f"({meter.replications} replications of about {meter.persons:,.0f} people), and so, of another policy that "
            "is best there, does its lead. A number with both ends so marked is not drawn.",
        ),
    )


def _bar(meter: Meter, bar: Bar) -> tuple[Cell, ...]:
    best = [named(end.best).short for end in (bar.low, bar.high)]
    unsure = any(end.best != meter.leader and not end.turns for end in (bar.low, bar.high))
    return (
        Cell(named(bar.base_text).short),
        Cell(bar.origin),
        _end(meter, bar.low),
        _end(meter, bar.high),
        Cell(best[0] if best[0] == best[1] else "; ".join(best), mark=NOISE if unsure else ""),
        Cell(RANGES[bar.range_from]),
    )


def _end(meter: Meter, end: End) -> Cell:
    found = end.lead
    return Cell(
        value(found.value, meter.question.unit, signed=True),
        found.value,
        note=f"at {named(end.text, 30).short}",
        mark=NOISE if found.within_noise else "",
    )
