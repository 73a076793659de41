"""Why two policies differ: the waterfall over kinds of money, and who gains."""

from equitysim.figures.data.common import interval_of, subtitle_of
from equitysim.figures.data.shapes import Block, Blocks, Interval, Waterfall
from equitysim.measures.books import GROUPINGS
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.outcome import Context
from equitysim.statistics.why import GROUPING_LABELS, KIND_LABELS, Gain, Why


def waterfall(found: Why, context: Context) -> Waterfall:
    """The difference in net value, kind by kind."""
    return Waterfall(
        title=f"Why {found.policy} differs from {found.against}",
        subtitle=f"{subtitle_of(context)}. Each kind of money adds to the one above; costs that grow count against",
        axis=f"difference in net value, {found.unit}, discounted",
        bars=tuple(_row(KIND_LABELS[bar.name], bar.estimate) for bar in found.bars if not never_differs(bar.estimate)),
        total=_row("net value", found.total),
    )


def gains(found: Why, context: Context) -> Blocks:
    """Who gains and who loses."""
    return Blocks(
        title=f"Who gains from {found.policy} against {found.against}",
        subtitle=f"{subtitle_of(context)}. Each block adds up, with desk hours and fixed costs, to the difference in "
        "net value. The first three hold the same people under both policies; at the horizon people may stand in other "
        "rows",
        axis=f"difference in money booked, {found.unit}, discounted",
        notes_heading="people",
        blocks=tuple(
            Block(
                GROUPING_LABELS[grouping],
                tuple(_row(gain.group, gain.estimate) for gain in rows),
                tuple(_people(gain) for gain in rows),
            )
            for grouping in GROUPINGS
            if (rows := [gain for gain in found.gains if gain.grouping == grouping and anybody(gain)])
        ),
    )


def anybody(gain: Gain) -> bool:
    """Whether the group has people under either policy."""
    return gain.people > 0.0 or gain.moved.mean > 0.0


def never_differs(estimate: Estimate) -> bool:
    """Whether a difference is 0 in every replication."""
    return estimate.mean == 0.0 and not estimate.sd > 0.0


def _people(gain: Gain) -> str:
    """``2,382 (+3)``: people under the other policy, and by how many more or fewer."""
    moved = f" ({round(gain.moved.mean):+,})" if round(gain.moved.mean) != 0 else ""
    return f"{gain.people:,.0f}{moved}"


def _row(label: str, estimate: Estimate) -> Interval:
    return interval_of(label, estimate, 1.0)
