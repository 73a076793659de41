"""What is drawn of a study, as typed tuples of names and numbers, without a word on how it looks."""

from typing import NamedTuple

from equitysim.figures.data.shapes import Interval, Line


class Scale(NamedTuple):
    """One parameter along an axis, cell by cell: ``sizes`` are their centres, rising, in the unit ``label`` names;
    ``texts`` name them. ``ordered``: between two of them lies something; else they are words, one beside the other.
    ``few``: each cell is a level that was tried, and worth a name of its own.
    """

    label: str
    sizes: tuple[float, ...]
    texts: tuple[str, ...]
    ordered: bool
    few: bool


class Regions(NamedTuple):
    """Who is best over two parameters, in rows (``y``) of cells (``x``).

    ``best``: the policy's place among ``policies``, None where nothing is known. ``lead``: before the next, from 0, in
    the unit of ``lead_axis``; NaN where nothing is known. ``clear``: the lead is beyond luck. ``shares``: of the cells,
    by policy.
    """

    title: str
    subtitle: str
    lead_axis: str
    x: Scale
    y: Scale
    policies: tuple[str, ...]
    baseline: int
    best: tuple[tuple[int | None, ...], ...]
    lead: tuple[tuple[float, ...], ...]
    clear: tuple[tuple[bool, ...], ...]
    shares: tuple[float, ...]


class Tip(NamedTuple):
    """Where along an axis the best changes, with bounds (NaN where nothing allows them), as read."""

    at: float
    low: float
    high: float
    text: str


class Response(NamedTuple):
    """All policies along one factor, the others averaged over: levels, and differences to the baseline (empty where
    there is none). ``times`` of the lines are sizes of ``scale``."""

    scale: Scale
    lines: tuple[Line, ...]
    differences: tuple[Line, ...]
    tips: tuple[Tip, ...]


class Responses(NamedTuple):
    """Policies along the factors that matter most, side by side. ``looks``: the place of each line's policy among all
    policies; ``left_out``: what is not drawn, in words (else empty)."""

    title: str
    subtitle: str
    axis: str
    difference_axis: str
    policies: tuple[str, ...]
    looks: tuple[int, ...]
    baseline: int
    panels: tuple[Response, ...]
    left_out: str


class BarPanel(NamedTuple):
    """For each row one bar per series, with bounds where there are any."""

    heading: str
    rows: tuple[tuple[Interval, ...], ...]


class Bars(NamedTuple):
    """Bars in rows, one per series; ``stacked``: one after the other, else one below the other. ``looks``: the policy
    of each row as its place among all, empty where rows are no policies. ``whole``: the axis ends at it; 0 where it
    ends with the bars. ``missing``: what is said in place of a row of which nothing is known."""

    title: str
    subtitle: str
    axis: str
    labels: tuple[str, ...]
    series: tuple[str, ...]
    panels: tuple[BarPanel, ...]
    stacked: bool
    whole: float
    looks: tuple[int, ...] = ()
    baseline: int = -1
    missing: str = "undefined"


class Spot(NamedTuple):
    """A factor by how much it moves (mean absolute elementary effect) and how unevenly (their spread)."""

    label: str
    moves: Interval
    spread: float


class Spots(NamedTuple):
    """Factors between two quantities of one unit, the one that moves most first."""

    title: str
    subtitle: str
    x_axis: str
    y_axis: str
    spots: tuple[Spot, ...]


class Side(NamedTuple):
    """A factor of a box: the parts of its range inside (from 0 to 1; each level takes as much as another), what the
    ends of the range are (empty for words), and the limit in words."""

    label: str
    inside: tuple[tuple[float, float], ...]
    low_text: str
    high_text: str
    told: str


class FoundBox(NamedTuple):
    """Where a policy is best: its ``name``, and in ``heading`` what is to be said of it; the limits; ``course``:
    (coverage, density) of every box on the way; ``chosen``: place of this one among them."""

    name: str
    heading: str
    policy: int
    sides: tuple[Side, ...]
    course: tuple[tuple[float, float], ...]
    chosen: int


class Boxes(NamedTuple):
    """Boxes, one below the other."""

    title: str
    subtitle: str
    boxes: tuple[FoundBox, ...]
    baseline: int
