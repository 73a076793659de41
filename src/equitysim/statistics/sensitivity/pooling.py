"""Which points of a design a fit may take as if each had been drawn by itself.

A fit over one or two factors averages over all others by letting them scatter, and its bounds rest on how many points
scatter *independently*. Points that repeat each other in all factors but one count as many and are hardly more than
one.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from equitysim.statistics.sensitivity import sobol
from equitysim.statistics.sensitivity.responses import DesignKind, Responses
from equitysim.statistics.sensitivity.surfaces import balanced

UNPOOLED: frozenset[DesignKind] = frozenset({"one_at_a_time", "morris"})
"""Designs whose points differ from the one before in one factor, so that no part of them is spread like draws."""

FEWEST_POINTS = 4
"""With fewer scattered points nothing is fitted."""


def pooled(responses: Responses) -> npt.NDArray[np.int64]:
    """The rows of the points that may be pooled.

    All, but of a Saltelli design those of A and B, which are independent (Saltelli et al. 2010, doi
    10.1016/j.cpc.2009.09.018): a point of A with one column of B is A's point again in all other factors. None of one
    at a time and of Morris's trajectories: there whole trajectories are independent (Morris 1991, doi
    10.1080/00401706.1991.10484804), and there are few.
    """
    if responses.design in UNPOOLED:
        return np.zeros(0, dtype=np.int64)
    if responses.design != "saltelli":
        return np.arange(len(responses.runs))
    places = sobol.blocks(responses)[:, :2]
    return np.unique(places[places >= 0])


def readable(responses: Responses) -> Responses | None:
    """The study as it may be read for who is best where: all points of a balanced design, else as if none but those
    that may be pooled had been run. None where these are too few, or none."""
    if responses.design in UNPOOLED:
        return None
    if balanced(responses):
        return responses
    rows = pooled(responses)
    if len(rows) < FEWEST_POINTS:
        return None
    return responses if len(rows) == len(responses.runs) else _only(responses, rows)


def _only(responses: Responses, rows: npt.NDArray[np.int64]) -> Responses:
    places = {row: place for place, row in enumerate(rows.tolist())}
    return replace(
        responses,
        factors=tuple(
            one._replace(sizes=one.sizes[rows], texts=tuple(one.texts[row] for row in rows))
            for one in responses.factors
        ),
        numbers=tuple(responses.numbers[row] for row in rows),
        positions=tuple(places.get(row, -1) for row in responses.positions),
        runs=responses.runs[rows],
    )
