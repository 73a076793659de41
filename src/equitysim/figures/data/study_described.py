"""Figures of an analysis in words, for those who do not see them."""

import math

from equitysim.figures.data.shapes import Interval
from equitysim.figures.data.study_shapes import Bars, Boxes, FoundBox, Regions, Responses, Spots
from equitysim.measures.words import interval, share, value

_MOST = 12


def regions(drawn: Regions) -> list[str]:
    """Who is best in which part of the map, and by how much at most."""
    leads = [
        (lead, drawn.y.texts[row], drawn.x.texts[column], place)
        for row, places in enumerate(drawn.best)
        for column, place in enumerate(places)
        if place is not None and not math.isnan(lead := drawn.lead[row][column])
    ]
    ranked = sorted(range(len(drawn.policies)), key=lambda k: -drawn.shares[k])
    there = [k for k in ranked if drawn.shares[k] > 0.0]
    said = [
        f"{drawn.x.label} to the right, {drawn.y.label} {'upwards' if drawn.y.ordered else 'downwards'}.",
        "; ".join(f"{drawn.policies[k]} is best in {share(drawn.shares[k])} of the map" for k in there[:_MOST]) + ".",
    ]
    for k in there[:_MOST]:
        own = [one for one in leads if one[3] == k]
        if own:
            most, y, x, _ = max(own)
            said.append(f"{drawn.policies[k]} leads most at {x} and {y}: {value(most, '')}, {drawn.lead_axis}.")
    unclear = sum(
        not clear
        for row, line in zip(drawn.best, drawn.clear, strict=True)
        for place, clear in zip(row, line, strict=True)
        if place is not None
    )
    return [*said, f"In {unclear} of {len(leads)} cells the lead is not clear."]


def responses(drawn: Responses) -> list[str]:
    """Each policy from one end of each factor to the other, and where the best changes."""
    said = [f"{drawn.axis}:".capitalize()]
    for panel in drawn.panels:
        texts = panel.scale.texts
        courses = (f"{line.label} {value(line.mean[0], '')} to {value(line.mean[-1], '')}" for line in panel.lines)
        said.append(f"{panel.scale.label} from {texts[0]} to {texts[-1]}: {'; '.join(courses)}.")
        said += [f"The best policy changes at {tip.text}." for tip in panel.tips]
    return said


def bars(drawn: Bars) -> list[str]:
    """Row by row."""
    said = [f"{drawn.axis}:".capitalize()]
    for panel in drawn.panels:
        for label, row in list(zip(drawn.labels, panel.rows, strict=True))[:_MOST]:
            parts = (f"{name} {_plain(one)}" for name, one in zip(drawn.series, row, strict=True))
            where = f"{panel.heading}, " if panel.heading else ""
            said.append(f"{where}{label}: {', '.join(parts)}.")
    return said


def spots(drawn: Spots) -> list[str]:
    """The factors that move most."""
    said = [f"{drawn.x_axis}; {drawn.y_axis}:"]
    return said + [f"{one.label} {_plain(one.moves)}, spread {value(one.spread, '')}." for one in drawn.spots[:_MOST]]


def boxes(drawn: Boxes) -> list[str]:
    """Each box with its limits."""
    return [f"{box.heading}. {limits(box)}." for box in drawn.boxes]


def limits(box: FoundBox) -> str:
    """The limits of a box in words."""
    return "; ".join(f"{side.label} {side.told}" for side in box.sides)


def _plain(one: Interval) -> str:
    if math.isnan(one.low + one.high):
        return value(one.mean, "")
    return interval(one.mean, one.low, one.high, "")
