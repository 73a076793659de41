"""All that an analysis of a study says."""

from dataclasses import dataclass

from equitysim.statistics.sensitivity.findings import (
    Box,
    Effect,
    ElementaryEffect,
    Interaction,
    Map,
    Noise,
    Setting,
    SobolIndex,
    Standing,
    TippingPoint,
)
from equitysim.statistics.sensitivity.responses import LeftOut, Responses


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the runs of a study say of one measure.

    Everything but ``standings`` and ``noise`` may be empty, where the design does not allow it or there is nothing to
    say; ``left_out`` tells why. ``standings``, in the order of the policies. ``effects``, ``sobol``, ``elementary``: by
    output, the factor that matters most first; ``interactions`` likewise, the strongest only. ``maps``: over the
    factors that decide most between policies first. ``boxes``: for every policy that is best at some points and not at
    all. ``settings``: of the levers, in the order of the policies.
    """

    responses: Responses
    standings: tuple[Standing, ...]
    noise: tuple[Noise, ...]
    effects: tuple[Effect, ...]
    interactions: tuple[Interaction, ...]
    sobol: tuple[SobolIndex, ...]
    elementary: tuple[ElementaryEffect, ...]
    maps: tuple[Map, ...]
    tipping: tuple[TippingPoint, ...]
    boxes: tuple[Box, ...]
    settings: tuple[Setting, ...]
    left_out: tuple[LeftOut, ...]
