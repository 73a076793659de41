"""Whether the choice of horizon decides: the verdict if one looks less far or further ahead, and what comes after."""

from equitysim.measures.words import duration, percent, unit_heading
from equitysim.report.policies import level, signed
from equitysim.report.verdict import LONGEST
from equitysim.report.view import Block, Cell, Column, Fact, Facts, FigureCard, Prose, Row, Section, Table, brief, named
from equitysim.statistics.decision import Decision
from equitysim.statistics.horizons import AtHorizon, Horizons
from equitysim.statistics.outcome import Context


def horizons_section(decision: Decision, figure: FigureCard | None) -> Section | None:
    """The verdict at each horizon, the figure, and the residual value; None where no other horizon was looked at."""
    horizons = decision.horizons
    if horizons is None:
        return None
    blocks: list[Block] = [Prose((_answer(horizons),)), Facts(tuple(_fact(one, horizons) for one in horizons.at))]
    blocks += [figure] if figure is not None else []
    blocks.append(_residual(decision, horizons))
    return Section("horizon", "Does the horizon decide?", tuple(blocks))


def _answer(horizons: Horizons) -> str:
    apart = [one for one in horizons.at if not _alike(one, horizons)]
    if not apart:
        return "No. If one looks less far ahead, or further, the verdict is the same."
    own = set(horizons.verdict.set)
    turned = any(own.isdisjoint(one.verdict.set) for one in apart)
    over = " and ".join(duration(one.days) for one in apart)
    return (
        f"{'Yes' if turned else 'It may'}: over {over} the verdict is another one. Ask yourself how far ahead you have "
        "to look, before you choose."
    )


def _alike(one: AtHorizon, horizons: Horizons) -> bool:
    own = horizons.verdict
    return (one.verdict.status, set(one.verdict.set)) == (own.status, set(own.set))


def _fact(one: AtHorizon, horizons: Horizons) -> Fact:
    own = " (as above)" if one.days == horizons.stated else ""
    return Fact(f"{duration(one.days)}{own}", named(one.verdict.text, LONGEST))


def _residual(decision: Decision, horizons: Horizons) -> Table:
    context: Context = decision.comparison.context
    beyond, unit = horizons.residual, context.units["net_value"]
    rows = tuple(
        Row(
            brief(policy.policy),
            (
                level(policy.value, unit),
                Cell("baseline") if policy.policy == horizons.baseline else signed(policy.difference, unit),
            ),
            policy=k,
        )
        for k, policy in enumerate(beyond.policies)
    )
    per = unit_heading(unit)
    return Table(
        f"Residual value: what the policies earn after the horizon, from {duration(beyond.from_days)} to "
        f"{duration(beyond.to_days)}. It is not in net value. Discounted to the start, newcomers included; below each "
        f"number its {percent(context.confidence)} interval.",
        "policy",
        (Column("residual value", per, "residual"), Column("difference to baseline", per, "residual_difference")),
        rows,
    )
