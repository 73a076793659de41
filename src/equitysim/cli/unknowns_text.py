"""What is not known, and what the decision rests on, as text: worlds, what decides, what it is worth to know."""

import textwrap

from equitysim.cli.table import Column, rows, table
from equitysim.figures.names import plain
from equitysim.measures.words import UNDEFINED, percent, share, unit_heading, value
from equitysim.statistics.meter import ORIGINS, Bar, End, Meter
from equitysim.statistics.unknowns import Correlation, Deciding, Share, Tipping, Worlds
from equitysim.study.worlds import PERSONS

_METHODS = {
    "sobol": "drawn evenly from their ranges (scrambled Sobol points)",
    "latin hypercube": "from the rows of draws, the ranges drawn evenly beside them (Latin hypercube)",
    "rows": "from the rows of draws",
}
_ORIGINS = {
    "given": "given by you",
    "published": "published defaults",
    "derived": "derived from published figures",
    "judgement": "judgement",
}
_RANGES = {
    "uncertain": "your range",
    "plausible": "plausible range of the default",
    "fifth": "a fifth either way of what you gave",
}
_NOISE = "~"
_MORE = (
    "Where no change is shown there may still be one: more worlds or replications would show a smaller one, or that "
    "there is none."
)


def worlds_text(worlds: Worlds, columns: int) -> str:
    """What worlds say, at most ``columns`` wide."""
    parts = [_about(worlds, columns), _shares(worlds, columns), _unknowns(worlds, columns), _worth(worlds, columns)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def meter_text(meter: Meter, columns: int) -> str:
    """What the decision rests on, at most ``columns`` wide."""
    parts = [_counts(meter, columns), _bars(meter, columns)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _wrap(text: str, columns: int, indent: str = "") -> list[str]:
    return textwrap.wrap(text, columns, subsequent_indent=indent, break_on_hyphens=False)


def _count(number: float) -> str:
    return f"{number:,.0f}".replace(",", "\N{NO-BREAK SPACE}")


def _about(worlds: Worlds, columns: int) -> list[str]:
    design = worlds.design
    many, again = len(worlds.unknowns), design.replications
    text = (
        f"What is not known: {design.worlds} worlds of {many} unknown{'s' * (many != 1)}, {_METHODS[design.method]}; "
        f"each with {again} replication{'s' * (again != 1)} of about {_count(design.persons)} people and the same "
        "luck, so worlds differ in the unknowns alone."
    )
    if design.rows > design.worlds:
        text += f" Of the {_count(design.rows)} rows as many are taken, evenly spaced."
    if design.persons > 1.5 * PERSONS:
        text += " Fewer would not decide like the firm."
    return _wrap(text, columns)


def _shares(worlds: Worlds, columns: int) -> list[str]:
    unit = worlds.question.unit
    shown = [
        Column(("best in", "of worlds"), tuple(_share(found.share_best) for found in worlds.policies)),
        Column(
            ("mean over worlds", unit_heading(unit)), tuple(value(found.mean.value, unit) for found in worlds.policies)
        ),
    ]
    lines = table("policy", [found.name for found in worlds.policies], shown, columns)
    if worlds.clear == worlds.clear:
        clear = (
            f"In {share(worlds.clear)} of the worlds the best is ahead by more than the simulation's own "
            f"error; one world's lead of {plain(worlds.leader)} over {plain(worlds.runner_up)} is known to "
            f"±{value(worlds.noise, unit)} {unit_heading(unit, difference=True)}."
        )
        lines += _wrap(clear, columns)
    if worlds.left_out:
        names = ", ".join(plain(name) for name in worlds.left_out)
        lines += _wrap(f"Left out, since {worlds.question.measure} is undefined in some world: {names}.", columns)
    return lines


def _share(found: Share) -> str:
    return f"{share(found.value)} [{share(found.low)}, {share(found.high)}]"


def _unknowns(worlds: Worlds, columns: int) -> list[str]:
    unit = worlds.question.unit
    about = (
        f"Which unknown decides. Rank correlation with the lead of {plain(worlds.leader)} over "
        f"{plain(worlds.runner_up)}, and what it would be worth to know it, {unit_heading(unit)}; {_NOISE} within the "
        "error of the estimate."
    )
    body = [
        [found.path, f"{found.low_text} to {found.high_text}", _correlation(found.over_runner_up), _amount(found, unit)]
        for found in worlds.unknowns
    ]
    right = (False, False, True, True)
    lines = _wrap(about, columns) + rows(("unknown", "tried", "correlation", "worth"), body, columns, right=right)
    for found in worlds.unknowns:
        lines += _wrap(_tips(found, worlds), columns, "  ")
    if any(not found.tipping and not found.stays for found in worlds.unknowns):
        lines += _wrap(f"  {_MORE}", columns, "  ")
    return lines


def _correlation(found: Correlation) -> str:
    if found.value != found.value:
        return UNDEFINED
    mark = _NOISE if found.low <= 0.0 <= found.high else ""
    return f"{mark}{found.value:+.2f} [{found.low:+.2f}, {found.high:+.2f}]"


def _amount(found: Deciding, unit: str) -> str:
    mark = _NOISE if found.worth.within_noise else ""
    return f"{mark}{value(found.worth.value, unit)} ± {value(found.worth.error, unit)}"


def _tips(found: Deciding, worlds: Worlds) -> str:
    path = plain(found.path)
    if found.tipping:
        return f"- {path}: " + "; ".join(_tip(one) for one in found.tipping) + "."
    if found.stays:
        return (
            f"- {path}: {plain(worlds.leader)} is the best all along from {found.low_text} to {found.high_text}, with "
            f"{percent(worlds.question.confidence)} confidence."
        )
    return f"- {path}: no change of the best policy is shown between {found.low_text} and {found.high_text}."


def _tip(one: Tipping) -> str:
    return (
        f"below {one.text} {plain(one.below)} is best, above it {plain(one.above)} [{one.low_text} to {one.high_text}]"
    )


def _worth(worlds: Worlds, columns: int) -> list[str]:
    unit, design = worlds.question.unit, worlds.design
    each = f"{value(worlds.worth.value, unit)} ± {value(worlds.worth.error, unit)} {unit_heading(unit)}"
    text = f"Knowing all of it before choosing would be worth {each}"
    if worlds.worth_total is not None:
        text += (
            f", about {_count(worlds.worth_total)} for {_count(design.population)} people: no survey can be worth more"
        )
    text += "."
    text += f" {noise_said(worlds)}"
    return _wrap(text, columns)


def noise_said(worlds: Worlds) -> str:
    """What was done about the simulation's noise in what it is worth to know everything."""
    if worlds.design.replications < 2:
        return "Not corrected for the simulation's noise, which flatters it: that takes two replications."
    found, flattered = (value(worth, worlds.question.unit) for worth in (worlds.worth.value, worlds.worth_uncorrected))
    if found != flattered:
        return f"The simulation's noise is taken off; without that it would read {flattered}."
    return "The simulation's noise adds nothing to it that could be taken off."


def _counts(meter: Meter, columns: int) -> list[str]:
    total = sum(meter.counts.values())
    said = ", ".join(f"{meter.counts[origin]} {_ORIGINS[origin]}" for origin in ORIGINS)
    text = (
        f"What the decision rests on: {total} numbers, {said}. {meter.examined} were moved one at a time over what "
        f"they may be; the other {meter.unmoved} are the firm's own choices, neutral, or have no range to be moved "
        "alone."
    )
    return _wrap(text, columns)


def _bars(meter: Meter, columns: int) -> list[str]:
    if not meter.shown:
        return _wrap("None of them moves the decision.", columns)
    unit = meter.question.unit
    rivals = {meter.runner_up: meter.over_runner_up, meter.question.baseline: meter.over_baseline}
    leads = " and ".join(
        f"{plain(name)} by {value(ahead, unit)}" for name, ahead in rivals.items() if name != meter.leader
    )
    about = (
        f"Those that move the lead of {plain(meter.leader)} over the best of the others most, "
        f"{unit_heading(unit, difference=True)}. As written it leads {leads}. {_NOISE} within the simulation's error "
        f"({meter.replications} replications of about {_count(meter.persons)} people)."
    )
    body = []
    for bar in meter.shown:
        body += [_row(meter, bar, "low", bar.low), _row(meter, bar, "high", bar.high)]
    headings = ("number", "at", "lead", "over", "best there")
    lines = _wrap(about, columns) + rows(headings, body, columns, right=(False, False, True, False, False))
    used = dict.fromkeys(_RANGES[bar.range_from] for bar in meter.shown)
    return lines + _wrap("Ranges: " + "; ".join(f"{name}" for name in used) + ".", columns, "  ")


def _row(meter: Meter, bar: Bar, which: str, end: End) -> list[str]:
    name = f"{bar.path} ({bar.base_text})" if which == "low" else ""
    mark = _NOISE if end.lead.within_noise else ""
    lead = f"{mark}{value(end.lead.value, meter.question.unit, signed=True)}"
    best = "" if end.best == meter.leader else f"{'' if end.turns else _NOISE}{end.best}"
    return [name, end.text, lead, end.rival, best]
