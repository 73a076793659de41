"""What the runs of a study say, as text: who is best, where that changes, what matters, how much is luck."""

import math
from collections.abc import Iterator, Sequence

from equitysim.cli.sweep_text import counted_of
from equitysim.cli.table import Column, table, wrap
from equitysim.figures.names import plain, wrapped
from equitysim.measures.registry import MEASURES
from equitysim.measures.words import UNDEFINED, duration, interval, percent, share, unit_heading, value
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.answer import ALL, lead_told, luck_told
from equitysim.statistics.sensitivity.findings import Bounded, Box, Setting, Standing, TippingPoint
from equitysim.statistics.sensitivity.responses import DESIGN_NAMES, Responses

MOST_FACTORS = 12
MOST_TOGETHER = 3
"""Rows that are told of each kind; the tables have all."""

_POLICY_COLUMNS = 22
_NOISE = "~"
_NONE = f" may be nothing; {UNDEFINED} cannot be told from luck, or the parameter is not used there."


def analysis_text(analysis: Analysis, columns: int) -> str:
    """Everything ``analyse`` prints about its numbers, at most ``columns`` wide."""
    parts = (
        _header(analysis, columns),
        _standings(analysis, columns),
        _section("Where the best changes", _where(analysis), columns),
        _section("Where a policy is best", map(_box, analysis.boxes), columns),
        _matters(analysis, columns),
        _section("The levers", _levers(analysis), columns),
        _section("Luck", _luck(analysis), columns),
        _section("Left out", (f"{one.what}: {one.why}." for one in analysis.left_out), columns),
    )
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _section(heading: str, said: Iterator[str], columns: int) -> list[str]:
    lines = [line for text in said for line in wrap(f"- {plain(text)}", columns, "  ")]
    return [heading, *lines] if lines else []


def _header(analysis: Analysis, columns: int) -> list[str]:
    responses = analysis.responses
    context, many = responses.context, responses.context.replications > 1
    unit = unit_heading(context.units[context.measure])
    levers = sum(factor.role == "lever" for factor in responses.factors)
    varied = " and ".join(
        counted_of(count, one, several)
        for count, one, several in (
            (len(responses.factors) - levers, "uncertainty", "uncertainties"),
            (levers, "lever", "levers"),
        )
        if count
    )
    first = (
        f"{plain(responses.study.name)}: {MEASURES[context.measure].label} ({unit}) of "
        f"{counted_of(len(responses.policies), 'policy', 'policies')} at "
        f"{counted_of(len(responses.numbers), 'point', 'points')} of {varied} ({DESIGN_NAMES[responses.design]})"
    )
    luck = (
        f"{percent(context.confidence)} intervals [low, high]" if many else "one replication, so no intervals of luck"
    )
    second = (
        f"Horizon {duration(context.horizon_days)}; {counted_of(context.replications, 'replication', 'replications')} "
        f"at each point, the same customers and luck throughout; seed {context.seed}; engine {context.engine}; {luck}. "
        "A point is one combination of values; all count alike."
    )
    return [*wrap(first, columns), *wrap(second, columns)]


def _standings(analysis: Analysis, columns: int) -> list[str]:
    context, rows = analysis.responses.context, analysis.standings
    unit = context.units[context.measure]
    shown = [Column(("mean over points", unit_heading(unit)), tuple(_level(row.mean, unit) for row in rows))]
    if len(rows) > 1:
        heading = (f"against {analysis.responses.baseline}", unit_heading(unit, difference=True))
        shown.append(Column(tuple(map(plain, heading)), tuple(_apart(row, unit) for row in rows)))
    if len(rows) > 1 and not any(math.isnan(row.share_best) for row in rows):
        shown.append(Column(("best at", "points"), tuple(share(row.share_best) for row in rows)))
        if _lucky(analysis):
            shown.append(Column(("clearly", "best at"), tuple(share(row.share_clear) for row in rows)))
    lines = table("policy", [row.policy for row in rows], shown, columns)
    said = " ".join((_best(analysis), *lead_told(analysis)))
    return [*wrap(plain(said), columns), "", *lines]


def _apart(row: Standing, unit: str) -> str:
    """A policy's difference to the baseline, which has none."""
    found = row.difference
    return "baseline" if math.isnan(found.value) else interval(*found, unit)


def _best(analysis: Analysis) -> str:
    """The first thing said: who is best, and how far that goes."""
    responses, rows = analysis.responses, analysis.standings
    unit = responses.context.units[responses.context.measure]
    if len(rows) == 1:
        return "There is one policy, so none is better than another."
    if any(math.isnan(row.share_best) for row in rows):
        return f"Neither more nor less {MEASURES[responses.context.measure].label} is better, so no policy is the best."
    most = max(rows, key=lambda row: row.share_best)
    ahead = _leading(analysis)
    text = f"{ahead.policy} has the best mean over all points, {_level(ahead.mean, unit)} {unit_heading(unit)}"
    if most.policy == ahead.policy:
        return f"{text}, and is the best at {share(most.share_best)} of them."
    return f"{text}; {most.policy} is the best at more of them than any other, {share(most.share_best)}."


def _leading(analysis: Analysis) -> Standing:
    return max(analysis.standings, key=lambda row: analysis.responses.better * row.mean.value)


def _level(found: Bounded, unit: str) -> str:
    if math.isnan(found.low) or math.isnan(found.high):
        return value(found.value, unit)
    return f"{value(found.value, unit)} [{value(found.low, unit)}, {value(found.high, unit)}]"


def _where(analysis: Analysis) -> Iterator[str]:
    """Where along one factor, and over two, the best policy changes."""
    for one in analysis.tipping:
        yield _tip(one, alone=len(analysis.responses.factors) == 1)
    tipped = {one.factor for one in analysis.tipping}
    same = [factor.path for factor in analysis.responses.factors if factor.ordered and factor.path not in tipped]
    if tipped and same:
        yield f"No change is shown along {', '.join(same)}, the others averaged over."
    for area in analysis.maps[:1]:
        parts = sorted(zip(area.shares, analysis.responses.policies, strict=True), reverse=True)
        said = ", ".join(f"{policy} in {share(part)}" for part, policy in parts if part > 0.0)
        clear = f"; clearly so in {share(float(area.clear[area.best >= 0].mean()))} of it" if _lucky(analysis) else ""
        yield f"Over {area.x} and {area.y} together the best is {said} of the map{clear}."


def _lucky(analysis: Analysis) -> bool:
    """Whether luck can be told at all, so that something is clear or not."""
    return analysis.responses.context.replications > 1


def _tip(one: TippingPoint, *, alone: bool) -> str:
    between = (
        " (by one replication, which does not tell luck)"
        if math.isnan(one.at.low)
        else f" [{one.low_text} to {one.high_text}]"
    )
    others = "" if alone else ", the others averaged over"
    return f"{one.factor}: below {one.text}{between} {one.below} is the best, above it {one.above}{others}."


def _box(one: Box) -> str:
    limits = " and ".join(f"{limit.factor} is {limit.told}" for limit in one.limits) or "everywhere"
    again = "" if one.number == 1 else ", a further region"
    return (
        f"{one.policy}{again}: where {limits}. There it is the best at {share(one.density)} of the "
        f"points, and {share(one.coverage)} of all points at which it is the best lie there."
    )


def _matters(analysis: Analysis, columns: int) -> list[str]:
    """What makes the difference between policies, or the measure itself where there is but one policy."""
    moved = [(one.policy, one.against) for one in analysis.effects]
    outputs = list(dict.fromkeys([*moved, *((one.policy, one.against) for one in analysis.elementary)]))
    outputs = [one for one in outputs if one[1] is not None] or outputs
    for maker in (_by_index, _by_share, _by_elementary, _by_swing):
        found = maker(analysis, outputs)
        if found is not None:
            break
    else:
        return []
    about, cells = found
    order = sorted(cells, key=lambda factor: -max(weight for weight, _ in cells[factor].values()))
    told = order[:MOST_FACTORS]
    shown = [
        Column(_output(*one), tuple(cells[factor].get(one, (0.0, UNDEFINED))[1] for factor in told)) for one in outputs
    ]
    lines = [*wrap(f"What matters. {about}", columns), *table("parameter", told, shown, columns)]
    if len(order) > len(told):
        lines.append(f"and {len(order) - len(told)} more, in effects.csv")
    return lines + [line for text in _together(analysis) for line in wrap(f"- {plain(text)}", columns, "  ")]


Outputs = Sequence[tuple[str, str | None]]
Cells = dict[str, dict[tuple[str, str | None], tuple[float, str]]]


def _output(policy: str, against: str | None) -> tuple[str, ...]:
    heading = wrapped(policy, _POLICY_COLUMNS, 3).split("\n")
    return (*heading, *([] if against is None else wrapped(f"against {against}", _POLICY_COLUMNS, 2).split("\n")))


def _by_index(analysis: Analysis, outputs: Outputs) -> tuple[str, Cells] | None:
    cells: Cells = {}
    for one in analysis.sobol:
        said = f"{_part(one.first)} / {_part(one.total)}"
        cells.setdefault(one.factor, {})[one.policy, one.against] = (one.total.value, said)
    about = (
        "How much of what differs between points (its variance, luck taken out) each parameter explains by itself / "
        f"by itself and together with others, in % (first-order and total Sobol indices). {_NOISE}{_NONE}"
    )
    return (about, cells) if cells and {out for row in cells.values() for out in row} & set(outputs) else None


def _by_share(analysis: Analysis, outputs: Outputs) -> tuple[str, Cells] | None:
    unit = analysis.responses.context.units[analysis.responses.context.measure]
    cells: Cells = {}
    for one in analysis.effects:
        if one.share is not None:
            said = f"{_part(one.share)} ({value(one.swing, unit)})"
            cells.setdefault(one.factor, {})[one.policy, one.against] = (one.share.value, said)
    luck = "luck taken out" if _lucky(analysis) else "luck included"
    about = (
        f"How much of what differs between points (its variance, {luck}) each parameter explains by itself, in %, and "
        f"in brackets how far the mean moves from its worst to its best value, {unit_heading(unit, difference=True)}. "
        f"{_NOISE}{_NONE}"
    )
    return (about, cells) if cells else None


def _by_elementary(analysis: Analysis, outputs: Outputs) -> tuple[str, Cells] | None:
    unit = analysis.responses.context.units[analysis.responses.context.measure]
    cells: Cells = {}
    for one in analysis.elementary:
        bounds = "" if math.isnan(one.absolute.low) else f" ± {value(one.absolute.high - one.absolute.value, unit)}"
        said = f"{value(one.absolute.value, unit)}{bounds}"
        cells.setdefault(one.factor, {})[one.policy, one.against] = (one.absolute.value, said)
    about = (
        "By how much each parameter moves it over its whole range, in either direction, on average "
        f"(Morris, {unit_heading(unit, difference=True)})."
    )
    return (about, cells) if cells else None


def _by_swing(analysis: Analysis, outputs: Outputs) -> tuple[str, Cells] | None:
    unit = analysis.responses.context.units[analysis.responses.context.measure]
    cells: Cells = {}
    for one in analysis.effects:
        cells.setdefault(one.factor, {})[one.policy, one.against] = (one.swing, value(one.swing, unit))
    about = f"How far the mean moves along each parameter, {unit_heading(unit, difference=True)}."
    return (about, cells) if cells else None


def _part(found: Bounded) -> str:
    """A part of a variance in per cent; marked where it may be nothing."""
    mark = _NOISE if found.low <= 0.0 else ""
    return f"{mark}{max(found.value, 0.0) * 100:.0f}"


def _together(analysis: Analysis) -> Iterator[str]:
    sure = [one for one in analysis.interactions if one.share.low > 0.0 and one.against is not None]
    for one in sorted(sure, key=lambda one: -one.share.value)[:MOST_TOGETHER]:
        yield (
            f"{one.first} and {one.second} together make another {_part(one.share)} % of what differs under "
            f"{one.policy} against {one.against}: what one does depends on the other."
        )


def _levers(analysis: Analysis) -> Iterator[str]:
    """The best setting of the levers, the policy first that is best off with its own."""
    better = analysis.responses.better
    for one in sorted(analysis.settings, key=lambda one: -better * one.mean.value):
        yield _set(one, analysis.responses)


def _set(one: Setting, responses: Responses) -> str:
    unit = responses.context.units[responses.context.measure]
    if not one.values:
        return f"{one.policy}: no lever moves it."
    values = ", ".join(f"{lever} {responses.factor(lever).said(text)}" for lever, text in one.values)
    ahead = one.ahead
    text = f"{one.policy}: best with {values}, {_level(one.mean, unit)} {unit_heading(unit)} on average"
    if math.isnan(ahead.value):
        return f"{text}."
    apart = f"{_level(ahead, unit)} {unit_heading(unit, difference=True)}"
    if math.isnan(ahead.low):
        return f"{text}; {apart} ahead of the next best setting, by one replication."
    if ahead.low > 0.0:
        return f"{text}; clearly ahead of the next best setting, by {apart}."
    return f"{text}; not clearly ahead of the next best setting ({apart})."


def _luck(analysis: Analysis) -> Iterator[str]:
    """How much of what differs between points is luck, and whether more replications would help."""
    replications = analysis.responses.context.replications
    if replications < 2:
        yield "With one replication luck cannot be told from what parameters do; sweep with --replications 5, say."
        return
    yield from luck_told(analysis)
    clear = sum(row.share_clear for row in analysis.standings)
    if len(analysis.standings) > 1 and not math.isnan(clear):
        text = f"At {share(min(clear, 1.0))} of the points the best policy is ahead by more than luck"
        yield f"{text}." if clear > ALL else f"{text}; at the others two are alike, or more replications would tell."
