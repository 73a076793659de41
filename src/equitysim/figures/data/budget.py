"""Money in the owner's words: spend by quarter, payback, spend against value, desks."""

from collections.abc import Sequence

from equitysim.digits import rounded
from equitysim.figures.data.common import baseline_place, interval_of, subtitle_of, time_unit
from equitysim.figures.data.shapes import Frontier, Interval, Line, OverTime, Panel, Panels, Payback, Place
from equitysim.plan import MONTH
from equitysim.statistics.comparison import Comparison
from equitysim.statistics.intervals import Estimate
from equitysim.statistics.money import DeskUse, Money, Quarter


def spend_by_quarter(found: Money, comparison: Comparison) -> OverTime:
    """What each policy spends, and what beyond the baseline."""
    names = [outcome.name for outcome in comparison.policies]
    last = found.quarters[comparison.baseline][-1]
    short = "" if last.ends - last.begins > 91.0 else f"; the last quarter has {rounded(last.ends - last.begins)} days"
    levels = tuple(_by_quarter(name, found.quarters[name], "spend") for name in names)
    extras = tuple(_by_quarter(name, found.quarters[name], "extra") for name in names)
    return OverTime(
        title="Spend by quarter",
        subtitle=f"{subtitle_of(comparison.context)}. As paid, not discounted, desks and fixed costs included; set-up "
        f"costs fall into the first quarter{short}",
        time_axis="quarter, of 365/4 days from the start",
        axis=f"spend, {found.currency} a quarter",
        lines=levels,
        baseline=baseline_place(comparison),
        from_zero=True,
        difference_axis=f"beyond the baseline, {found.currency} a quarter",
        differences=extras if len(names) > 1 else (),
    )


def _by_quarter(label: str, quarters: Sequence[Quarter], what: str) -> Line:
    return _line(
        label, [float(quarter.number) for quarter in quarters], [getattr(quarter, what) for quarter in quarters]
    )


def _line(label: str, times: Sequence[float], estimates: Sequence[Estimate]) -> Line:
    return Line(
        label=label,
        times=tuple(times),
        mean=tuple(estimate.mean for estimate in estimates),
        low=tuple(estimate.low for estimate in estimates),
        high=tuple(estimate.high for estimate in estimates),
    )


def payback(found: Money, comparison: Comparison) -> Payback:
    """When each policy has earned back what it cost beyond the baseline."""
    days, unit = time_unit(comparison.context.horizon_days)
    per_month = MONTH / days
    times = next((one.months for one in found.paybacks), (0.0,))
    lines, marks = [], []
    for outcome in comparison.policies:
        one = found.payback(outcome.name)
        course = [Estimate(0.0, 0.0, 0.0, 0.0, 0)] * len(times) if one is None else list(one.course)
        lines.append(_line(outcome.name, [month * per_month for month in times], course))
        marks.append(None if one is None or one.month is None else one.month * per_month)
    return Payback(
        title="When it pays back",
        subtitle=f"{subtitle_of(comparison.context)}. Rings: from here on the mean stays at or above the baseline's; "
        "cost to serve counts when it is settled",
        time_axis=f"{unit} since the start",
        axis=f"net value beyond the baseline so far, {found.unit}",
        lines=tuple(lines),
        marks=tuple(marks),
        baseline=baseline_place(comparison),
    )


def frontier(found: Money, comparison: Comparison) -> Frontier:
    """What each policy gains over what it spends."""
    return Frontier(
        title="What more spending brings",
        subtitle=f"{subtitle_of(comparison.context)}. Filled and joined: no other policy spends no more and gains no "
        "less, by the means. Net value counts the spending already",
        x_axis=f"spend beyond the baseline, {found.unit}, discounted",
        y_axis=f"net value beyond the baseline, {found.unit}",
        places=tuple(
            Place(row.policy, _row("spend", row.spend), _row("net value", row.net_value), row.efficient)
            for row in found.returns
        ),
        baseline=baseline_place(comparison),
    )


def desks(found: Money, comparison: Comparison) -> Panels:
    """How busy desks are and how long people wait, where a policy uses one."""
    names = [outcome.name for outcome in comparison.policies]
    several = len({use.desk for use in found.desks}) > 1
    return Panels(
        title="Desks: how busy, how long the wait",
        subtitle=subtitle_of(comparison.context),
        labels=tuple(f"{use.policy}: {use.desk}" if several else use.policy for use in found.desks),
        looks=tuple(names.index(use.policy) for use in found.desks),
        panels=(
            _panel("utilisation", "% of paid hours", found.desks, "utilisation", 100.0, 100.0),
            _panel("mean wait until service begins", "days", found.desks, "wait", 1.0, 0.0),
            _panel("left unanswered", "% of cases", found.desks, "abandoned", 100.0, 0.0),
        ),
        baseline=baseline_place(comparison),
    )


def _panel(heading: str, axis: str, uses: Sequence[DeskUse], what: str, factor: float, room: float) -> Panel:
    return Panel(heading, axis, tuple(interval_of(use.policy, getattr(use, what), factor) for use in uses), room)


def _row(label: str, estimate: Estimate) -> Interval:
    return interval_of(label, estimate, 1.0)
