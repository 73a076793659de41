"""What a study answers over all its points, in sentences: by how much the best policy leads, and how much is luck."""

import math
from collections.abc import Callable
from typing import NamedTuple

from equitysim.measures.words import duration, share, unit_heading, value
from equitysim.statistics.information import perfect_information
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.findings import Bounded
from equitysim.statistics.sensitivity.noise import WANTED, replications_needed
from equitysim.statistics.sensitivity.responses import Responses
from equitysim.statistics.sensitivity.standings import bounded

ALL = 0.995
"""A part that is shown as all."""

Called = Callable[[str], str]
"""How a policy is called in a sentence."""


class Lead(NamedTuple):
    """The policy with the best mean over all points and the next: how far it is ahead, more is better, with a t
    interval over the replications' paired differences; and how much more the best policy of every point would bring on
    average than the leader everywhere (``statistics.information.perfect_information``)."""

    policy: str
    following: str
    ahead: Bounded
    given_away: float


def lead(responses: Responses) -> Lead | None:
    """Who leads over all points, and by how much; None for a single policy, and where no policy can be better."""
    if len(responses.policies) < 2 or responses.context.directions[responses.context.measure] == 0:
        return None
    signed = responses.better * responses.runs
    over_points = signed.mean(axis=0)
    first, second = sorted(range(len(responses.policies)), key=lambda k: -float(over_points[:, k].mean()))[:2]
    return Lead(
        responses.policies[first],
        responses.policies[second],
        bounded(over_points[:, first] - over_points[:, second], responses.context.confidence),
        perfect_information(signed).value,
    )


def lead_told(analysis: Analysis, called: Called = str) -> list[str]:
    """By how much the best policy leads over all points, whether that matters, and what choosing it everywhere gives
    away; nothing where nobody can lead."""
    found = lead(analysis.responses)
    if found is None:
        return []
    context = analysis.responses.context
    unit = context.units[context.measure]
    per = unit_heading(unit, difference=True)
    ahead = found.ahead
    between = "" if math.isnan(ahead.low) else f" [{value(ahead.low, unit)}, {value(ahead.high, unit)}]"
    said = (
        f"On average over all points {called(found.policy)} is ahead of the next, {called(found.following)}, by "
        f"{value(ahead.value, unit)}{between} {per} over {duration(context.horizon_days)}"
        f"{_weighed(ahead, context.matters, unit)}."
    )
    if all(one.share_best in (0.0, 1.0) for one in analysis.standings):
        return [said]
    away = value(found.given_away, unit)
    nothing = value(0.0, unit)
    amount = f"less than {value(10 ** -_decimals(nothing), unit)}" if away == nothing else away
    levers = any(factor.role == "lever" for factor in analysis.responses.factors)
    worth = "" if levers else ": what it would be worth to know"
    return [said, f"Who chose the best policy at every point would gain another {amount} {per} on average{worth}."]


def _weighed(ahead: Bounded, matters: float, unit: str) -> str:
    """Whether a lead is beyond luck, and beyond what matters."""
    if math.isnan(ahead.low):
        return ", by one replication, which cannot tell it from luck"
    if ahead.low <= 0.0:
        return ", which may be luck"
    if matters <= 0.0:
        return ""
    least = value(matters, unit)
    if ahead.high < matters:
        return f", less than the {least} that matters"
    return f", more than the {least} that matters" if ahead.low > matters else f"; {least} is what matters"


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def luck_told(analysis: Analysis, called: Called = str) -> list[str]:
    """How much of what differs between points is luck, where that is most, and whether more replications would help;
    nothing with one replication."""
    replications = analysis.responses.context.replications
    outputs = [one for one in analysis.noise if one.against is not None] or list(analysis.noise)
    known = [one for one in outputs if not math.isnan(one.share_in_means)]
    if not known:
        return []
    worst = max(known, key=lambda one: one.share_in_means)
    if worst.share_in_means <= WANTED:
        most = share(worst.share_in_means)
        enough = f"{replications} replications are enough to read shares and effects"
        return [f"At most {most} of what differs between points is luck; {enough}."]
    against = "" if worst.against is None else f" against {called(worst.against)}"
    what = f"{called(worst.policy)}{against}"
    wanted = replications_needed(worst)
    advice = "" if wanted is None else f" About {wanted:,} would bring that to {share(WANTED)}."
    if worst.share_in_means > ALL:
        said = f"{what}: with {replications} replications the points differ by no more than luck."
    else:
        said = (
            f"{what}: {share(worst.share_in_means)} of what differs between points is luck that {replications} "
            "replications did not average out; elsewhere less."
        )
    return [f"{said}{advice}"]
