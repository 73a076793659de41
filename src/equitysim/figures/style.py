"""The one style of all figures, in numbers and names; knows nothing of matplotlib but the spelling of its settings.

Okabe & Ito's colours, which colour-blind readers tell apart; marker, line style or hatch differ as well, so that a
grey print still reads. The baseline is always black.
"""

from collections.abc import Sequence
from typing import Any, Final

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#8C8C8C")
"""Okabe & Ito (2008), without black (the baseline) and yellow (too light for a line); grey added last."""
BASELINE: Final = "#000000"
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")
DASHES: Final[tuple[Any, ...]] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.5, 1.2)),
    (0, (5, 1.5, 1.2, 1.5)),
    (0, (8, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
    (0, (2, 2)),
)
HATCHES: Final = ("", "///", "---", "xxx", "\\\\\\")
SOURCE_COLOURS: Final = ("#0072B2", "#56B4E9", "#E69F00", "#009E73", "#CC79A7")
SOFT: Final = "#595959"
SETTINGS: Final[dict[str, Any]] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": "#1a1a1a",
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.7,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": "#1a1a1a",
    "ytick.labelcolor": "#1a1a1a",
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "text.parse_math": False,
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "svg.hashsalt": "equitysim",
    "svg.fonttype": "path",
}


def look(index: int, baseline: int) -> tuple[str, str, Any]:
    """Colour, marker and dashes of a policy: its own place among the policies but the baseline."""
    if index == baseline:
        return BASELINE, "o", "-"
    place = index - (index > baseline >= 0)
    turn = place // len(COLOURS)
    return (
        COLOURS[place % len(COLOURS)],
        MARKERS[(place + 1 + turn) % len(MARKERS)],
        DASHES[(place + 1 + turn) % len(DASHES)],
    )


def spread(wanted: Sequence[float], heights: Sequence[float], room: float) -> list[float]:
    """Centres for labels of these heights, as near to where they are wanted as they can be without overlap, within
    [0, room] if it holds them.
    """

    def inside(centre: float, size: float) -> float:
        return min(max(centre, size / 2), max(room - size / 2, size / 2))

    blocks: list[tuple[float, float, list[int]]] = []
    for k in sorted(range(len(wanted)), key=lambda k: wanted[k]):
        centre, size, members = inside(wanted[k], heights[k]), heights[k], [k]
        while blocks and blocks[-1][0] + blocks[-1][1] / 2 > centre - size / 2:
            other, other_size, others = blocks.pop()
            centre = (other * len(others) + centre * len(members)) / (len(others) + len(members))
            size, members = size + other_size, others + members
            centre = inside(centre, size)
        blocks.append((centre, size, members))
    result = [0.0] * len(wanted)
    for centre, size, members in blocks:
        foot = centre - size / 2
        for k in members:
            result[k] = foot + heights[k] / 2
            foot += heights[k]
    return result
