"""Every method over the same runs, put together."""

import math
from collections.abc import Iterator

from equitysim.statistics.sensitivity import (
    boxes,
    effects,
    maps,
    morris,
    noise,
    settings,
    sobol,
    standings,
    tipping,
)
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.responses import LeftOut, Responses


def analysed(responses: Responses, over: tuple[str, str] | None = None) -> Analysis:
    """All that the runs say.

    ``over``: the factors of the map, those that decide most if None. Of a measure of which neither more nor less is
    better it is not asked who is best: shares are NaN, and there are no maps, tipping points, boxes and settings.
    """
    judged = responses.context.directions[responses.context.measure] != 0
    standing = standings.standings(responses)
    if not judged:
        standing = tuple(one._replace(share_best=math.nan, share_clear=math.nan) for one in standing)
    by_factor = effects.decomposed(responses)
    return Analysis(
        responses=responses,
        standings=standing,
        noise=noise.noise(responses),
        effects=by_factor.effects,
        interactions=by_factor.interactions,
        sobol=sobol.sobol(responses),
        elementary=morris.elementary(responses),
        maps=maps.maps(responses, over) if judged else (),
        tipping=tipping.tipping(responses) if judged else (),
        boxes=boxes.boxes(responses) if judged else (),
        settings=settings.settings(responses) if judged else (),
        left_out=tuple(_left_out(responses, by_factor.left_out, judged=judged)),
    )


def _left_out(responses: Responses, by_factor: tuple[LeftOut, ...], *, judged: bool) -> Iterator[LeftOut]:
    """What the store lacks, then what the methods cannot tell."""
    yield from responses.left_out
    yield from by_factor
    if judged:
        yield from maps.left_out(responses)
    else:
        why = f"neither more nor less of {responses.context.measure} is better by itself"
        yield LeftOut("who is the best", why)
