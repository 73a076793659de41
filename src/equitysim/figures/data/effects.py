"""Of an analysis: what matters, how policies answer to it, and how much is luck."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from equitysim.figures.data.common import axis_label, unit_of
from equitysim.figures.data.decision import tornado as plain_tornado
from equitysim.figures.data.regions import called, factor_label, others_are, sure, who
from equitysim.figures.data.shapes import Interval, Line, Swing, Tornado
from equitysim.figures.data.study_shapes import BarPanel, Bars, Response, Responses, Scale, Spot, Spots, Tip
from equitysim.statistics.intervals import UNDEFINED
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.findings import Bounded, Effect, Standing
from equitysim.statistics.sensitivity.responses import Factor

MOST_FACTORS: Final = 10
MOST_PAIRS: Final = 4
MOST_OUTPUTS: Final = 3
MOST_ROWS: Final = 12
MOST_PANELS: Final = 3
MOST_LINES: Final = 8
"""The baseline and as many policies as there are colours."""


class Contrast(NamedTuple):
    """An output by its names: a policy's measure (``against`` is None) or its difference to another policy."""

    policy: str
    against: str | None

    @property
    def label(self) -> str:
        """In words."""
        return self.policy if self.against is None else f"{self.policy} against {self.against}"

    @property
    def row(self) -> str:
        """As the name of a row, where it stands elsewhere to what differences are."""
        return self.policy if self.against is None else f"difference of {self.policy}"


def contrasts(analysis: Analysis) -> tuple[Contrast, ...]:
    """The differences to the baseline that are drawn, that of the policy which is best at most points first; the
    measure itself where the baseline is alone."""
    responses = analysis.responses
    others = [one for one in analysis.standings if one.policy != responses.baseline]
    if not others:
        return (Contrast(responses.baseline, None),)
    others.sort(key=lambda one: (-_share(one), -responses.better * one.mean.value))
    return tuple(Contrast(one.policy, responses.baseline) for one in others[:MOST_OUTPUTS])


def _share(one: Standing) -> float:
    """At what share of the points it is the best; 0 where nobody is, since neither more nor less is better."""
    return 0.0 if math.isnan(one.share_best) else one.share_best


def of_contrast(effects: Sequence[Effect], contrast: Contrast) -> tuple[Effect, ...]:
    """The effects on one output, the greatest swing first."""
    return tuple(sorted((one for one in effects if (one.policy, one.against) == contrast), key=lambda one: -one.swing))


def _of_what(shown: Sequence[Contrast]) -> str:
    against = shown[0].against
    return "" if against is None else f"; of each policy's difference to {against}"


def _others(count: int, does: str) -> str:
    """How many factors are not drawn, and what they do, said of one."""
    if count <= 0:
        return ""
    verb, _, rest = does.partition(" ")
    return f". {count} more factor{'s' * (count != 1)} {verb if count == 1 else verb.removesuffix('s')} {rest}"


def responses(analysis: Analysis) -> Responses:
    """The curve of every policy along the factors that move differences most."""
    found = analysis.responses
    told, levels = unit_of(found.context), unit_of(found.context, level=True)
    swings: dict[str, float] = {}
    for contrast in contrasts(analysis):
        for one in of_contrast(analysis.effects, contrast):
            swings[one.factor] = max(swings.get(one.factor, 0.0), one.swing)
    factors = sorted(swings, key=lambda path: -swings[path])
    shown = _lines(analysis)
    hidden = len(found.policies) - len(shown)
    more = f". {hidden} more polic{'y is' if hidden == 1 else 'ies are'} seldom or never the best" if hidden else ""
    dashed = ". Dashed: where the best policy changes" if analysis.tipping else ""
    return Responses(
        title=f"How {told.label} answers to the factors that move it most",
        subtitle=f"{who(found)}; means, {others_are(found)}, {sure(found)}{dashed}"
        f"{_others(len(factors) - MOST_PANELS, 'moves it less')}{more}",
        axis=axis_label(levels.label, levels.unit),
        difference_axis=axis_label("difference to baseline", told.unit) if len(shown) > 1 else "",
        policies=tuple(found.policies[k] for k in shown),
        looks=shown,
        baseline=found.policies.index(found.baseline),
        panels=tuple(_response(analysis, path, shown) for path in factors[:MOST_PANELS]),
        left_out=more.removeprefix(". "),
    )


def _lines(analysis: Analysis) -> tuple[int, ...]:
    """The places of the policies drawn: the baseline and those best at most points, in their order."""
    found = analysis.responses
    base = found.policies.index(found.baseline)
    ranked = sorted(
        range(len(found.policies)),
        key=lambda k: (
            k != base,
            -_share(analysis.standings[k]),
            -found.better * analysis.standings[k].mean.value,
        ),
    )
    return tuple(sorted(ranked[:MOST_LINES]))


def _response(analysis: Analysis, path: str, shown: Sequence[int]) -> Response:
    found = analysis.responses
    factor, factor_unit = found.factor(path), unit_of(found.context).factor
    by_output = {(one.policy, one.against): one for one in analysis.effects if one.factor == path}
    names = [found.policies[k] for k in shown]
    levels = [by_output.get((name, None)) for name in names]
    apart = [by_output.get((name, found.baseline)) for name in names]
    first = next(one for one in (*levels, *apart) if one is not None)
    return Response(
        scale=Scale(
            factor_label(factor),
            first.curve.sizes,
            tuple(map(factor.said, first.curve.texts)),
            factor.ordered,
            len(factor.levels) == len(first.curve.sizes),
        ),
        lines=tuple(_line(name, one, first, factor_unit) for name, one in zip(names, levels, strict=True)),
        differences=tuple(
            _line(name, one, first, factor_unit, 0.0 if name == found.baseline else UNDEFINED)
            for name, one in zip(names, apart, strict=True)
        )
        if len(names) > 1
        else (),
        tips=tuple(Tip(*one.at, one.text) for one in analysis.tipping if one.factor == path),
    )


def _line(name: str, one: Effect | None, like: Effect, factor: float, without: float = UNDEFINED) -> Line:
    """The curve of an effect; ``without``: what stands in its place where there is none."""
    if one is None:
        nothing = (without,) * len(like.curve.sizes)
        return Line(name, like.curve.sizes, nothing, nothing, nothing)
    curve = one.curve
    scaled = (tuple(factor * number for number in series) for series in (curve.mean, curve.low, curve.high))
    return Line(name, curve.sizes, *scaled)


def tornado(analysis: Analysis, contrast: Contrast) -> Tornado:
    """What each factor does to one difference, between the values at which its mean is least and greatest."""
    found = analysis.responses
    known = of_contrast(analysis.effects, contrast)
    rows = tuple(one for one in known if one.swing > 0.0) or known
    base = next(one for one in found.outputs if (one.policy, one.against) == contrast)
    swings = [_swing(found.factor(one.factor), one) for one in rows[:MOST_FACTORS]]
    told = unit_of(found.context)
    drawn = plain_tornado(found.context, contrast.policy, contrast.against or "", float(base.means.mean()), swings)
    return drawn._replace(
        title=f"What moves {contrast.label}: from end to end along each factor",
        subtitle=f"{who(found)}; one factor at a time from where the mean is least to where it is greatest, "
        f"{others_are(found)}{_others(len(rows) - MOST_FACTORS, 'moves it less')}"
        f"{_others(len(known) - len(rows), 'moves nothing')}",
        axis=drawn.axis if contrast.against else axis_label(told.label, unit_of(found.context, level=True).unit),
        base_label="mean over all points",
        low_label="at the lower value",
        high_label="at the higher value",
    )


def _swing(factor: Factor, one: Effect) -> Swing:
    curve = one.curve
    places = range(len(curve.mean))
    low, high = sorted((min(places, key=curve.mean.__getitem__), max(places, key=curve.mean.__getitem__)))
    label = f"{called(one.factor)} (lever)" if factor.role == "lever" else called(one.factor)
    return Swing(
        label,
        factor.said(curve.texts[low]),
        factor.said(curve.texts[high]),
        curve.mean[low],
        curve.mean[high],
        uncertain=False,
    )


def known_share(one: Effect) -> bool:
    """Whether something is known of the part of the variance that it makes."""
    return one.share is not None and not math.isnan(one.share.value)


def shares(analysis: Analysis) -> Bars:
    """The part of the variance between points that each factor makes by itself, and pairs of them together."""
    single = {
        (contrast, one.factor): one.share
        for contrast in contrasts(analysis)
        for one in of_contrast(analysis.effects, contrast)
        if one.share is not None and known_share(one)
    }
    shown = list(dict.fromkeys(contrast for contrast, _ in single))
    pairs = {
        (contrast, f"{one.first} × {one.second}"): one.share
        for contrast in shown
        for one in analysis.interactions
        if (one.policy, one.against) == contrast
    }
    factors, together = _ranked(single), _ranked(pairs)
    labels = (*factors[:MOST_FACTORS], *together[:MOST_PAIRS])
    known = {**single, **pairs}
    luck = "luck taken out" if analysis.responses.context.replications > 1 else "luck included"
    return Bars(
        title="What makes the differences between points: main effects, and pairs beyond them",
        subtitle=f"{who(analysis.responses)}; {sure(analysis.responses)}, {luck}{_of_what(shown)}. Hollow: may be "
        f"nothing; a × b: what two factors do together{_others(len(factors) - MOST_FACTORS, 'makes less')}",
        axis="share of the variance between points, %",
        labels=tuple(" × ".join(map(called, label.split(" × "))) for label in labels),
        series=("share",),
        panels=tuple(
            BarPanel(contrast.policy, tuple((_per_cent(label, known.get((contrast, label))),) for label in labels))
            for contrast in shown
        ),
        stacked=False,
        whole=0.0,
        missing="too weak to tell",
    )


def _ranked(known: dict[tuple[Contrast, str], Bounded]) -> list[str]:
    greatest: dict[str, float] = {}
    for (_, label), found in known.items():
        greatest[label] = max(greatest.get(label, 0.0), found.value)
    return sorted(greatest, key=lambda label: -greatest[label])


def _per_cent(label: str, found: Bounded | None) -> Interval:
    if found is None:
        return Interval(label, UNDEFINED, UNDEFINED, UNDEFINED)
    return Interval(label, *(100.0 * number for number in found))


def sobol(analysis: Analysis) -> Bars:
    """First-order and total indices of the factors that matter most."""
    known = {(Contrast(one.policy, one.against), one.factor): one for one in analysis.sobol}
    shown = [contrast for contrast in contrasts(analysis) if any(key[0] == contrast for key in known)]
    totals = {key: one.total for key, one in known.items() if key[0] in shown}
    labels = tuple(_ranked(totals))
    rows = labels[:MOST_FACTORS]
    panels = []
    for contrast in shown:
        found = [known.get((contrast, label)) for label in rows]
        bars = tuple(
            (_per_cent(label, one and one.first), _per_cent(label, one and one.total))
            for label, one in zip(rows, found, strict=True)
        )
        panels.append(BarPanel(contrast.policy, bars))
    return Bars(
        title="What makes the differences between points: Sobol indices",
        subtitle=f"{who(analysis.responses)}; bootstrap bounds{_of_what(shown)}. Hollow: may be nothing. "
        "First-order: a factor by itself; total: with all that it does together with others"
        f"{_others(len(labels) - MOST_FACTORS, 'makes less')}",
        axis="share of the variance between points, %",
        labels=tuple(map(called, rows)),
        series=("first-order index", "total index"),
        panels=tuple(panels),
        stacked=False,
        whole=0.0,
    )


def morris(analysis: Analysis) -> Spots:
    """How much each factor moves the first difference that it is known of, and how unevenly."""
    known = {(one.policy, one.against) for one in analysis.elementary}
    contrast = next(contrast for contrast in contrasts(analysis) if contrast in known)
    told = unit_of(analysis.responses.context)
    found = [one for one in analysis.elementary if (one.policy, one.against) == contrast]
    found.sort(key=lambda one: -one.absolute.value)
    return Spots(
        title=f"What moves {contrast.label}: elementary effects",
        subtitle=f"{who(analysis.responses)}; an effect is the change when a factor moves over its whole range. On the "
        "dashed line effects spread as widely as they are large: they bend, or depend on other factors"
        f"{_others(len(found) - MOST_ROWS, 'moves it less, without a name')}",
        x_axis=axis_label("mean absolute effect (μ*)", told.unit),
        y_axis=axis_label("spread of the effects (σ)", told.unit),
        spots=tuple(
            Spot(
                called(one.factor),
                Interval(called(one.factor), *(told.factor * number for number in one.absolute)),
                told.factor * one.spread,
            )
            for one in found
        ),
    )


def noise(analysis: Analysis) -> Bars:
    """Of what the variance of single runs is made, output by output, the differences that are drawn first."""
    first = contrasts(analysis)
    shown = sorted(analysis.noise, key=lambda one: (one.policy, one.against) not in first)[:MOST_ROWS]
    more = len(analysis.noise) - len(shown)
    labels = tuple(Contrast(one.policy, one.against).row for one in shown)
    base = f"; differences are to {analysis.responses.baseline}" if any(one.against for one in shown) else ""
    rows = []
    for label, one in zip(labels, shown, strict=True):
        parts = (one.parameters, one.common_luck, one.own_luck)
        total = sum(max(part, 0.0) for part in parts)
        rows.append(tuple(Interval(label, _part(part, total), UNDEFINED, UNDEFINED) for part in parts))
    return Bars(
        title="How much is luck: where the variance of single runs comes from",
        subtitle=f"{who(analysis.responses)}. Luck that all points share moves no comparison between them{base}"
        f"{f'. {more} more in the table' if more else ''}",
        axis="share of the variance of single runs, %",
        labels=labels,
        series=("the factors", "luck that all points share", "luck of single runs"),
        panels=(BarPanel("", tuple(rows)),),
        stacked=True,
        whole=100.0,
    )


def _part(part: float, total: float) -> float:
    """In per cent; undefined (with one replication no luck can be told apart) stays so."""
    return 100.0 * max(part, 0.0) / total if total > 0.0 else UNDEFINED
