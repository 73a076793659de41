"""Why policies differ: waterfall and groups; what assumptions move: tornado; which remain: verdict and horizons."""

import math
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from equitysim.figures import data
from equitysim.figures.draw.canvas import (
    LINE,
    WIDTH,
    Names,
    bar,
    estimate,
    fitted,
    heading,
    immaterial,
    inches_of,
    new_figure,
    of_policy,
    told,
    typeset,
    undefined,
    value_axis,
    zero,
)
from equitysim.figures.names import wrapped
from equitysim.figures.style import BASELINE, GAIN, LOSS, LOSS_HATCH, SHADES, SOFT

NUMBERS: Final = 0.745
"""Where figures with numbers in the right margin end their axes."""

SMALL: Final = 8.5
"""Size of numbers and notes in the right margin, in points."""

ASIDE: Final = 1.02
"""Where numbers in the right margin begin, in widths of the axes."""

PANELS: Final = 0.2
"""Where panels of several splits begin, a share of the figure."""


def waterfall(drawn: data.Waterfall) -> Figure:
    """Bars that begin where the one above ends, each with its interval; the sum last."""
    names = Names([*(row.label for row in drawn.bars), drawn.total.label], -1, base=0.2, room=1.34)
    height = names.inches + heading(drawn.title, drawn.subtitle) + 0.75
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    axes = result.add_axes((0.165, 0.55 / height, NUMBERS - 0.165, top - 0.2 / height - 0.55 / height))
    reached = 0.0
    for row, place, below in zip(drawn.bars, names.places[:-1], names.places[1:], strict=True):
        _step(axes, row, place, reached)
        reached += row.mean
        axes.plot([reached, reached], [place, below], color=SOFT, linewidth=0.8, zorder=1)
    _sum(axes, drawn.total, names.places[-1])
    names.put(axes)
    axes.axhline(names.places[-1] - (names.inches - names.places[-1]), color=SOFT, linewidth=0.8)
    axes.axvline(0, color=BASELINE, linewidth=1)
    value_axis(axes)
    axes.set_xlabel(wrapped(drawn.axis, 70, 2))
    _numbers(axes, [*drawn.bars, drawn.total], names.places)
    return result


def _step(axes: Axes, row: data.Interval, place: float, start: float) -> None:
    if math.isnan(row.mean):
        undefined(axes, place)
        return
    gain = row.mean >= 0.0
    axes.barh(
        [place],
        [row.mean],
        left=start,
        height=0.2,
        color=GAIN if gain else LOSS,
        hatch="" if gain else LOSS_HATCH,
        edgecolor="white",
        linewidth=0.6,
    )
    bar(axes, row._replace(low=start + row.low, high=start + row.high), place, BASELINE)


def _sum(axes: Axes, total: data.Interval, place: float) -> None:
    if math.isnan(total.mean):
        undefined(axes, place)
        return
    axes.barh([place], [total.mean], height=0.2, color=SOFT, edgecolor="white", linewidth=0.6)
    bar(axes, total, place, BASELINE)


def _numbers(axes: Axes, rows: Sequence[data.Interval], places: Sequence[float]) -> None:
    """Each estimate with its interval in figures, in the right margin."""
    for row, place in zip(rows, places, strict=True):
        _aside(axes, told(row), place)


def _aside(axes: Axes, text: str, place: float, x: float = ASIDE) -> None:
    axes.annotate(
        text, (x, place), xycoords=("axes fraction", "data"), va="center", fontsize=SMALL, annotation_clip=False
    )


def blocks(drawn: data.Blocks) -> Figure:
    """One panel per split on the same scale."""
    names = [Names([row.label for row in block.rows], -1, base=0.1, columns=22, room=1.66) for block in drawn.blocks]
    width, notes_at = _room_for_notes(drawn)
    between = 0.34
    height = sum(one.inches for one in names) + between * len(names) + heading(drawn.title, drawn.subtitle) + 0.85
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    head = top - 0.12 / height
    first: Axes | None = None
    for block, own in zip(drawn.blocks, names, strict=True):
        head -= between / height
        axes = result.add_axes((PANELS, head - own.inches / height, width, own.inches / height), sharex=first)
        first = first or axes
        for row, place, note in zip(block.rows, own.places, block.notes, strict=True):
            _gain(axes, row, place)
            _aside(axes, told(row), place)
            _aside(axes, typeset(note), place, notes_at)
        own.put(axes)
        axes.axvline(0, color=BASELINE, linewidth=1)
        axes.set_title(wrapped(block.heading, 60, 1), loc="left", fontsize=9)
        axes.tick_params(labelbottom=False)
        head -= own.inches / height
    if first is not None:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(wrapped(drawn.axis, 70, 2))
        value_axis(axes, max(3, round(6 * width / 0.45)))
        at = result.transFigure.inverted().transform(first.transAxes.transform((notes_at, 1.0)))
        result.text(at[0], at[1] + 0.07 / height, drawn.notes_heading, fontsize=9, va="bottom")
    return result


def _room_for_notes(drawn: data.Blocks) -> tuple[float, float]:
    """How wide the panels are, a share of the figure, and where notes begin, in widths of a panel: right of the widest
    numbers, which take room from the panels where they are long."""
    numbers = 0.1 + max((inches_of(told(row), SMALL) for block in drawn.blocks for row in block.rows), default=0.0)
    notes = max((inches_of(typeset(note), SMALL) for block in drawn.blocks for note in block.notes), default=0.0)
    width = min(0.45, (0.99 - PANELS - (numbers + notes) / WIDTH) / ASIDE)
    return width, max(1.44, ASIDE + numbers / (width * WIDTH))


def _gain(axes: Axes, row: data.Interval, place: float) -> None:
    """Up a filled circle, down a hollow square, so that a grey print tells them apart."""
    if math.isnan(row.mean):
        undefined(axes, place)
        return
    gain = row.mean >= 0.0
    colour = SOFT if row.mean == 0.0 else GAIN if gain else LOSS
    bar(axes, row, place, colour)
    axes.plot(
        [row.mean],
        [place],
        marker="o" if gain else "s",
        markersize=6,
        color=colour,
        markerfacecolor=colour if gain else "white",
        markeredgecolor=colour,
        markeredgewidth=1.4,
    )


def tornado(drawn: data.Tornado) -> Figure:
    """One bar per assumption, from the result at the low end of its range to that at the high end."""
    labels = [swing.label + (" (uncertain)" if swing.uncertain else "") for swing in drawn.bars]
    names = Names(labels, -1, base=0.26, columns=30, room=2.11)
    height = names.inches + 1.92
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    axes = result.add_axes((0.25, 0.72 / height, 0.715, top - 0.4 / height - 0.72 / height))
    for swing, place in zip(drawn.bars, names.places, strict=True):
        ends = [(end, low_end) for end, low_end in ((swing.low, True), (swing.high, False)) if not math.isnan(end)]
        # the longer first, so that the shorter stays in sight where both lie to one side
        for end, low_end in sorted(ends, key=lambda one: -abs(one[0] - drawn.base)):
            axes.barh(
                [place],
                [end - drawn.base],
                left=drawn.base,
                height=0.24,
                color=LOSS if low_end else GAIN,
                hatch=LOSS_HATCH if low_end else "",
                edgecolor="white",
                linewidth=0.6,
            )
        _ends(axes, swing, drawn.base, place)
    names.put(axes)
    if drawn.matters > 0.0:
        axes.axvspan(-drawn.matters, drawn.matters, color="#eeeeee", zorder=0)
    axes.axvline(drawn.base, color=BASELINE, linewidth=1.2)
    value_axis(axes)
    axes.margins(x=0.24)
    axes.set_xlabel(immaterial(drawn.axis, drawn.matters, 80))
    _key(result, axes, ((drawn.low_label, LOSS, LOSS_HATCH), (drawn.high_label, GAIN, "")), drawn.base_label)
    return result


def _ends(axes: Axes, swing: data.Swing, base: float, place: float) -> None:
    """The ends of the range beside those of the bar; both to one side where both results lie there."""
    sides = ((swing.low, swing.low_text, swing.high, True), (swing.high, swing.high_text, swing.low, False))
    for end, text, other, low_end in sides:
        if math.isnan(end):
            continue
        left = end < base or (end == base and (other > base or (other == base and low_end)))
        same = not math.isnan(other) and (other - base) * (end - base) > 0.0
        if same and abs(end - base) < abs(other - base):
            # the shorter of two bars to one side has its text across the base
            left, end = not left, base
        axes.annotate(
            fitted(text, 18, 1, 1.2, 8.0),
            (end, place),
            xytext=(-4 if left else 4, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=8,
        )


def _key(result: Figure, axes: Axes, bars: Sequence[tuple[str, str, str]], line: str) -> None:
    handles = [Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=label) for label, colour, hatch in bars]
    named = [*handles, Line2D([], [], color=BASELINE, linewidth=1.2, label=line)]
    axes.legend(
        handles=named, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(named), fontsize=8.5, borderaxespad=0.3
    )


def verdict(drawn: data.Verdict) -> Figure:
    """How much better each policy is than the best of the others; hollow where it is out."""
    names = Names([row.policy.label for row in drawn.rows], drawn.baseline, looks=range(len(drawn.rows)))
    height = names.inches + 1.7
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    axes = result.add_axes((0.235, 0.72 / height, NUMBERS - 0.235, top - 0.12 / height - 0.72 / height))
    zero(axes, drawn.matters)
    for index, (row, place) in enumerate(zip(drawn.rows, names.places, strict=True)):
        estimate(axes, row.policy, place, index=index, baseline=drawn.baseline, hollow=not row.remains)
    names.put(axes)
    value_axis(axes)
    axes.set_xlabel(immaterial(drawn.axis, drawn.matters, 60))
    for index, (row, place) in enumerate(zip(drawn.rows, names.places, strict=True)):
        with of_policy(axes, index):
            _aside(axes, told(row.policy), place)
    return result


def horizons(drawn: data.Horizons) -> Figure:
    """The difference to the baseline of each policy, one mark per horizon."""
    shown = [k for k, row in enumerate(drawn.rows) if row is not None]
    count = len(drawn.horizons)
    step = 0.17
    names = Names([drawn.policies[k] for k in shown], -1, base=max(0.2, step * count + 0.12 - LINE), looks=shown)
    height = names.inches + 2.05
    result, top = new_figure(WIDTH, height, drawn.title, drawn.subtitle)
    axes = result.add_axes((0.235, 0.72 / height, NUMBERS - 0.235, top - 0.42 / height - 0.72 / height))
    zero(axes, drawn.matters)
    for k, place in zip(shown, names.places, strict=True):
        for at, row in enumerate(drawn.rows[k] or ()):
            own = place + step * (at - (count - 1) / 2)
            colour, marker = SHADES[at % len(SHADES)]
            with of_policy(axes, k):
                if math.isnan(row.mean):
                    undefined(axes, own)
                    continue
                bar(axes, row, own, colour)
                axes.plot([row.mean], [own], color=colour, marker=marker, markersize=6, markeredgecolor="white")
                _aside(axes, told(row), own)
    names.put(axes)
    for above, below in zip(names.places, names.places[1:], strict=False):
        axes.axhline((above + below) / 2, color="#d0d0d0", linewidth=0.6)
    value_axis(axes)
    axes.set_xlabel(immaterial(drawn.axis, drawn.matters, 60))
    axes.legend(
        handles=[
            Line2D([], [], color=SHADES[at % len(SHADES)][0], marker=SHADES[at % len(SHADES)][1], label=label)
            for at, label in enumerate(wrapped(text, 30, 1) for text in drawn.horizons)
        ],
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=count,
        fontsize=8.5,
        borderaxespad=0.3,
    )
    return result
