"""Who is best over two factors, averaged over all others."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from equitysim.statistics.intervals import UNDEFINED, FloatArray
from equitysim.statistics.sensitivity.findings import Map, Method
from equitysim.statistics.sensitivity.leads import BoolArray, between_cells, leads
from equitysim.statistics.sensitivity.pooling import FEWEST_POINTS, readable
from equitysim.statistics.sensitivity.responses import Factor, LeftOut, Responses
from equitysim.statistics.sensitivity.settings import comparable
from equitysim.statistics.sensitivity.surfaces import at_levels, balanced, decides, surface

STEPS = 25
"""Places along a factor without levels at which a fitted map is drawn."""

MOST = 3
"""Maps told without being asked for."""

NEAR = 2.0
"""A cell is claimed if a point lies within so many times 1/√n of it, of n points over a square of side 1. Of n points
at random none does so for one cell of 290 000 in the midst, and for one of 23 at a corner. A judgement."""

FARTHEST = 0.35
"""No cell farther than that is claimed, however few the points are; both factors' ranges are 1 long. A judgement."""

_ANOTHER_LEVEL = 10.0


def maps(responses: Responses, over: tuple[str, str] | None = None) -> tuple[Map, ...]:
    """The maps over the two parameters ``over``, else over each pair of the three factors that decide most between
    policies (``surfaces.decides``), those first; the factor the study names first lies along x.

    ``method`` says how the other factors were averaged over. ``levels``: exact means at the levels of a balanced
    design; ``clear`` then is beyond the luck of the replications (``leads.between_cells``). ``fitted``: a polynomial
    over both factors, on a lattice inside their ranges; ``clear`` then is also beyond how points scatter about the
    fit (``Surface.between``), and a cell far from all points is not claimed: ``best`` -1, ``means`` and ``lead`` NaN.
    With the study's confidence in each cell by itself. ``shares`` are of the cells claimed. Only points that may be
    read together count (``pooling.readable``); where there are none, there is no map.

    Raises ``errors.UsageError`` if a parameter of ``over`` is no factor.
    """
    points = readable(responses)
    if points is None or len(points.policies) < 2:
        return ()
    at_their_levels = balanced(points)
    return tuple(_map(points, pair, at_their_levels) for pair in _pairs(points, over))


def _pairs(responses: Responses, over: tuple[str, str] | None) -> list[tuple[Factor, Factor]]:
    if over is not None:
        return [(responses.factor(over[0]), responses.factor(over[1]))]
    varied = [k for k, factor in enumerate(responses.factors) if factor.sizes.min() < factor.sizes.max()]
    if len(varied) > 2:
        varied.sort(key=lambda k: decides(responses, responses.factors[k]), reverse=True)
    first = varied[:MOST]
    return [(responses.factors[min(pair)], responses.factors[max(pair)]) for pair in combinations(first, 2)]


def _map(responses: Responses, pair: tuple[Factor, Factor], at_their_levels: bool) -> Map:
    found = _averaged(responses, pair) if at_their_levels else _fitted(responses, pair)
    claimed = found.claimed
    best = np.full(claimed.shape, -1, dtype=np.int64)
    lead = np.full(claimed.shape, UNDEFINED)
    clear = np.zeros(claimed.shape, dtype=bool)
    best[claimed] = found.best[claimed]
    lead[claimed] = found.lead[claimed]
    clear[claimed] = found.clear[claimed]
    means = np.where(claimed[:, None], responses.better * found.means, UNDEFINED)
    x, y = pair
    shape = (len(found.rows), len(found.columns))
    return Map(
        x=x.path,
        y=y.path,
        columns=tuple(found.columns.tolist()),
        column_texts=_texts(x, found.columns),
        rows=tuple(found.rows.tolist()),
        row_texts=_texts(y, found.rows),
        means=means.reshape(*shape, -1),
        best=best.reshape(shape),
        lead=lead.reshape(shape),
        clear=clear.reshape(shape),
        shares=tuple(float((best[claimed] == place).mean()) for place in range(len(responses.policies))),
        method=found.method,
    )


class _Cells(NamedTuple):
    """All cells, row by row, more is better."""

    columns: FloatArray
    rows: FloatArray
    means: FloatArray
    best: np.ndarray[tuple[int], np.dtype[np.int64]]
    lead: FloatArray
    clear: BoolArray
    claimed: BoolArray
    method: Method


def _averaged(responses: Responses, pair: tuple[Factor, Factor]) -> _Cells:
    columns, across = np.unique(pair[0].sizes, return_inverse=True)
    rows, down = np.unique(pair[1].sizes, return_inverse=True)
    values = at_levels(responses, down * len(columns) + across, len(rows) * len(columns))
    means = values.mean(axis=1)
    found = leads(means, between_cells(values), responses.context.confidence)
    everywhere = np.ones(len(values), dtype=bool)
    return _Cells(columns, rows, means, found.best, found.lead, found.clear, everywhere, "levels")


def _fitted(responses: Responses, pair: tuple[Factor, Factor]) -> _Cells:
    columns, rows = (_places(factor) for factor in pair)
    down, across = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    cells = surface(responses, pair, [across, down])
    found = leads(cells.means, cells.between, responses.context.confidence)
    near = _near(pair, (across, down))
    return _Cells(columns, rows, cells.means, found.best, found.lead, found.clear, near, "fitted")


def _places(factor: Factor) -> FloatArray:
    if factor.levels:
        return np.unique(factor.sizes)
    return np.linspace(factor.sizes.min(), factor.sizes.max(), STEPS)


def _texts(factor: Factor, sizes: FloatArray) -> tuple[str, ...]:
    """As the study wrote them, where it did."""
    written = dict(zip(factor.sizes.tolist(), factor.texts, strict=True)) if factor.levels else {}
    return tuple(written.get(size) or factor.told(size) for size in sizes.tolist())


def _near(pair: tuple[Factor, Factor], cells: tuple[FloatArray, FloatArray]) -> BoolArray:
    """Which cells have a point close by. Words are close only to themselves."""
    from scipy.spatial import cKDTree

    points = np.unique(np.stack([_scaled(factor, factor.sizes) for factor in pair], axis=1), axis=0)
    places = np.stack([_scaled(factor, sizes) for factor, sizes in zip(pair, cells, strict=True)], axis=1)
    distances, _ = cKDTree(points).query(places)
    near: BoolArray = distances <= min(NEAR / np.sqrt(len(points)), FARTHEST)
    return near


def _scaled(factor: Factor, sizes: FloatArray) -> FloatArray:
    if not factor.ordered:
        return _ANOTHER_LEVEL * sizes
    low, high = factor.sizes.min(), factor.sizes.max()
    scaled: FloatArray = (sizes - low) / ((high - low) or 1.0)
    return scaled


_WHERE = "maps, tipping points and boxes"


def _unread(responses: Responses) -> Iterator[LeftOut]:
    """Of what is read off the points, over one factor, over two, or over all."""
    points = readable(responses)
    if len(responses.policies) < 2:
        yield LeftOut(_WHERE, "a single policy is the best everywhere")
    elif responses.design == "one_at_a_time":
        why = "factors were moved one at a time, so nothing says what two do together; sweep a grid or a sobol design"
        yield LeftOut(_WHERE, why)
    elif responses.design == "morris":
        why = (
            "the points of Morris's trajectories hang together, so a fit would take chance for knowledge; sweep the "
            "few factors that matter by a grid, latin_hypercube or sobol design"
        )
        yield LeftOut(_WHERE, why)
    elif points is None:
        yield LeftOut(_WHERE, f"fewer than {FEWEST_POINTS} points can be read together")
    else:
        apart = len(responses.runs) - len(points.runs)
        if apart:
            why = "they repeat the points of matrix A in all factors but one, so they are for Sobol indices alone"
            yield LeftOut(f"{apart:,} of {len(responses.runs):,} points in {_WHERE}", why)
        if sum(factor.sizes.min() < factor.sizes.max() for factor in points.factors) < 2:
            yield LeftOut("maps", "a map needs two factors that vary")


def left_out(responses: Responses) -> tuple[LeftOut, ...]:
    """What the design does not allow to say of who is best where, and why."""
    told = [*_unread(responses)]
    levers = any(factor.role == "lever" for factor in responses.factors)
    if levers and comparable(responses) is None:
        why = "settings were not all seen at the same uncertainties; use a grid, or `equitysim optimise`"
        told.append(LeftOut("the best setting of the levers", why))
    if responses.runs.shape[1] < 2:
        told.append(LeftOut("bounds and clear leads", "a single replication does not tell a difference from luck"))
    return tuple(told)
