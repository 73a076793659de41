"""What is drawn, as typed tuples of names and numbers, without a word on how it looks."""

from typing import NamedTuple


class Interval(NamedTuple):
    """An estimate under a name: ``mean`` within [``low``, ``high``]; NaN where undefined, bounds NaN where one
    replication allows none.
    """

    label: str
    mean: float
    low: float
    high: float


class ByPolicy(NamedTuple):
    """One measure by policy: its level, and its difference to the baseline (None for the baseline itself).

    ``baseline`` is an index into ``levels``. Differences within ±``matters`` are immaterial; 0 where nothing is said.
    """

    title: str
    subtitle: str
    level_axis: str
    difference_axis: str
    levels: tuple[Interval, ...]
    differences: tuple[Interval | None, ...]
    baseline: int
    matters: float = 0.0


class Line(NamedTuple):
    """One policy's course: ``mean`` within [``low``, ``high``] at ``times``, four series of equal length; NaN where
    undefined.
    """

    label: str
    times: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class OverTime(NamedTuple):
    """One quantity over time by policy, and its paired differences to the baseline (none where there is nothing to
    differ from; the baseline's own is 0). ``from_zero``: a count, whose axis starts at 0 where that leaves room to see
    anything.
    """

    title: str
    subtitle: str
    time_axis: str
    axis: str
    lines: tuple[Line, ...]
    baseline: int
    from_zero: bool
    difference_axis: str = ""
    differences: tuple[Line, ...] = ()


class Part(NamedTuple):
    """One of the five sources: its value under each policy."""

    label: str
    values: tuple[float, ...]


class Sources(NamedTuple):
    """The five sources by policy; ``totals`` is what they add up to."""

    title: str
    subtitle: str
    axis: str
    policies: tuple[str, ...]
    parts: tuple[Part, ...]
    totals: tuple[Interval, ...]
    baseline: int


class Band(NamedTuple):
    """A forecast with its predictive band and what was recorded, one number per week; ``inside``: recorded weeks
    within the band, of those after the known ones.
    """

    axis: str
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    recorded: tuple[float, ...]
    inside: int


class Forecast(NamedTuple):
    """A frozen forecast by week and added up. Weeks 1 to ``known_weeks`` were seen when it was made; ``counted``
    weeks follow.
    """

    title: str
    subtitle: str
    weeks: tuple[int, ...]
    known_weeks: int
    counted: int
    weekly: Band
    cumulative: Band


class Waterfall(NamedTuple):
    """A difference between two policies, part by part: ``bars`` add up to ``total``. Parts that are 0 throughout are
    left out."""

    title: str
    subtitle: str
    axis: str
    bars: tuple[Interval, ...]
    total: Interval


class Block(NamedTuple):
    """Rows under one heading; ``notes`` stand beside them, one per row."""

    heading: str
    rows: tuple[Interval, ...]
    notes: tuple[str, ...]


class Blocks(NamedTuple):
    """Differences in several splits of the same whole. ``notes_heading``: what the notes beside the rows say."""

    title: str
    subtitle: str
    axis: str
    notes_heading: str
    blocks: tuple[Block, ...]


class Payback(NamedTuple):
    """Cumulative differences to the baseline by policy, the baseline's own at 0; ``marks``: when each mean course
    reaches 0 for good, in the unit of the time axis, None where it does not.
    """

    title: str
    subtitle: str
    time_axis: str
    axis: str
    lines: tuple[Line, ...]
    marks: tuple[float | None, ...]
    baseline: int


class Place(NamedTuple):
    """A policy between two quantities; ``efficient``: no other is at least as good in both and better in one."""

    label: str
    x: Interval
    y: Interval
    efficient: bool


class Frontier(NamedTuple):
    """What is gained over what is spent, by policy, both as differences to the baseline."""

    title: str
    subtitle: str
    x_axis: str
    y_axis: str
    places: tuple[Place, ...]
    baseline: int


class Dot(NamedTuple):
    """A setting between two quantities; ``policy``: the place of its policy among all."""

    policy: int
    x: float
    y: float


class Tradeoff(NamedTuple):
    """Many settings of several policies between what is spent and what is gained; NaN where undefined.

    ``edge``: the ends of the frontier's steps, from the left. ``limit``: what may be spent, None without a limit.
    ``best``: what was chosen, with intervals, and the place of its policy; None where nothing was.
    """

    title: str
    subtitle: str
    x_axis: str
    y_axis: str
    policies: tuple[str, ...]
    baseline: int
    dots: tuple[Dot, ...]
    edge: tuple[tuple[float, float], ...]
    limit: float | None
    best: tuple[int, Place] | None


class Panel(NamedTuple):
    """One quantity by row; ``room``: the axis reaches at least from 0 to here."""

    heading: str
    axis: str
    rows: tuple[Interval, ...]
    room: float


class Panels(NamedTuple):
    """Several quantities of the same rows, side by side; ``looks``: the policy of each row, as its place among all."""

    title: str
    subtitle: str
    labels: tuple[str, ...]
    looks: tuple[int, ...]
    panels: tuple[Panel, ...]
    baseline: int


class Swing(NamedTuple):
    """What one assumption does to the result: ``low`` and ``high`` are the results at the ends of its range, which
    ``low_text`` and ``high_text`` name. ``uncertain``: the scenario itself says that it is not known.
    """

    label: str
    low_text: str
    high_text: str
    low: float
    high: float
    uncertain: bool


class Tornado(NamedTuple):
    """One assumption at a time over its range, the one that moves most first. ``base``: the result as the scenario
    stands; results within ±``matters`` of 0 are immaterial, 0 where nothing is said. ``…_label``: what the base and
    the two ends are."""

    title: str
    subtitle: str
    axis: str
    base: float
    bars: tuple[Swing, ...]
    matters: float = 0.0
    base_label: str = "as given"
    low_label: str = "low end of the range"
    high_label: str = "high end of the range"


class Standing(NamedTuple):
    """How much better a policy is than the best of the others, with simultaneous bounds; ``remains``: it is still in
    the set of those that may be best."""

    policy: Interval
    remains: bool


class Verdict(NamedTuple):
    """Which policies may be best. Differences within ±``matters`` are immaterial."""

    title: str
    subtitle: str
    axis: str
    rows: tuple[Standing, ...]
    baseline: int
    matters: float


class Horizons(NamedTuple):
    """Differences to the baseline at several horizons: ``rows[k]`` holds policy k at each of ``horizons``, None for
    the baseline itself."""

    title: str
    subtitle: str
    axis: str
    policies: tuple[str, ...]
    horizons: tuple[str, ...]
    rows: tuple[tuple[Interval, ...] | None, ...]
    baseline: int
    matters: float = 0.0


class Mark(NamedTuple):
    """Something that moved a balance: ``kind`` is one of ``account.MARKS``; ``balance`` is what it left."""

    time: float
    balance: float
    kind: str


class Life(NamedTuple):
    """A customer's balance under one policy, ``times`` and ``balances`` in step; fading is drawn as it is."""

    label: str
    times: tuple[float, ...]
    balances: tuple[float, ...]
    marks: tuple[Mark, ...]


class Account(NamedTuple):
    """One customer's balance under one policy or two. ``baseline``: place of the baseline among ``lives``, -1 if it is
    not there. Money counts from time 0 on."""

    title: str
    subtitle: str
    time_axis: str
    axis: str
    lives: tuple[Life, ...]
    baseline: int
