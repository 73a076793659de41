"""What the decision rests on: where the scenario's numbers are from, and which of them move it most."""

from typing import Final

from equitysim.figures.data import advantage, rival
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
    turning = [bar for bar in meter.shown if not bar.within_noise and {bar.low.best, bar.high.best} != {meter.leader}]
    leader = named(meter.leader).short
    if not turning:
        return f"None of those that move the decision most makes another policy than ‘{leader}’ the best."
    told = ", ".join(named(bar.path, 80).short for bar in turning)
    return f"At an end of its range, each of these makes another policy than ‘{leader}’ the best by its mean: {told}."


def _bars(meter: Meter) -> Table:
    unit = meter.question.unit
    against = named(rival(meter)).short
    per = unit_heading(unit, difference=True)
    lead = meter.over_runner_up if rival(meter) == meter.runner_up else meter.over_baseline
    return Table(
        f"The numbers that move the decision most. As written, ‘{named(meter.leader).short}’ leads ‘{against}’ by "
        f"{value(lead, unit, signed=True)} {per}; under each end, by how much it would lead there.",
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
            f"({meter.replications} replications of about {meter.persons:,.0f} people). A number with both ends so "
            "marked is not drawn.",
        ),
    )


def _bar(meter: Meter, bar: Bar) -> tuple[Cell, ...]:
    best = [named(end.best).short for end in (bar.low, bar.high)]
    return (
        Cell(named(bar.base_text).short),
        Cell(bar.origin),
        _end(meter, bar.low),
        _end(meter, bar.high),
        Cell(best[0] if best[0] == best[1] else "; ".join(best)),
        Cell(RANGES[bar.range_from]),
    )


def _end(meter: Meter, end: End) -> Cell:
    found = advantage(meter, end)
    return Cell(
        value(found.value, meter.question.unit, signed=True),
        found.value,
        note=f"at {named(end.text, 30).short}",
        mark=NOISE if found.within_noise else "",
    )
